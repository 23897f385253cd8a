//! Identical questions that are under way at the same time are asked once.

use std::collections::HashMap;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{Shared, WeakShared};

type Asking<A> = Pin<Box<dyn Future<Output = A> + Send>>;

/// The questions under way. When the last one who waits for an answer goes away, the question is
/// taken back.
pub struct Flights<Q, A: Clone>(Mutex<HashMap<Q, WeakShared<Asking<A>>>>);

impl<Q, A: Clone> Default for Flights<Q, A> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Q: Eq + Hash, A: Clone + Send + 'static> Flights<Q, A> {
    /// Joins the question that is under way, or puts it.
    pub fn join<F>(&self, question: Q, ask: impl FnOnce() -> F) -> Shared<Asking<A>>
    where
        F: Future<Output = A> + Send + 'static,
    {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, asking| asking.upgrade().is_some_and(|asking| asking.peek().is_none()));
        if let Some(asking) = flights.get(&question).and_then(WeakShared::upgrade) {
            return asking;
        }
        let asking = (Box::pin(ask()) as Asking<A>).shared();
        if let Some(weak) = asking.downgrade() {
            flights.insert(question, weak);
        }
        asking
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_question_under_way_is_joined_and_a_settled_one_is_asked_anew() {
        let flights: Flights<u8, u32> = Flights::default();
        let asked = Arc::new(AtomicU32::new(0));
        let ask = || {
            let asked = asked.clone();
            flights.join(7, move || async move {
                let nth = asked.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(100)).await;
                nth
            })
        };
        assert_eq!(tokio::join!(ask(), ask()), (0, 0));
        assert_eq!(ask().await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_nobody_waits_for_is_taken_back() {
        let flights: Flights<u8, ()> = Flights::default();
        let alive = Arc::new(());
        let held = alive.clone();
        let asking = flights.join(7, move || async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        let impatient = tokio::time::timeout(Duration::from_millis(1), asking).await;
        assert!(impatient.is_err());
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}
