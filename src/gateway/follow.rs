//! Sources are asked what has changed in them while somebody wants to know: a desk that has a
//! customer open, or an answer that is kept. Else nobody asks, and nothing wakes.

use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;

use super::seat::Seat;
use super::watch::Watchers;
use super::{Gateway, Lasting};
use crate::connectors::Trouble;

/// The longest pause after failures.
const LONGEST: Duration = Duration::from_secs(600);

impl Gateway {
    /// Follows every source that can be followed and whose changes from now on are of interest.
    pub(super) fn follow(&self) {
        self.seats.iter().for_each(|seat| follow(seat, &self.lasting, seat.now()));
    }
}

/// Follows a source until nobody wants to know any more, or it is gone. What changed after the first
/// of the questions was put, `asked`, is of interest.
pub fn follow(seat: &Arc<Seat>, lasting: &Arc<Lasting>, asked: Timestamp) {
    if seat.every().is_none() || !wanted(seat, &lasting.watchers) || !seat.begin_following(asked) {
        return;
    }
    let (seat, lasting) = (Arc::downgrade(seat), Arc::downgrade(lasting));
    tokio::spawn(async move { while ask(&seat, &lasting).await {} });
}

/// Asks once and waits; whether to go on.
async fn ask(seat: &Weak<Seat>, lasting: &Weak<Lasting>) -> bool {
    let pause = {
        let (Some(seat), Some(lasting)) = (seat.upgrade(), lasting.upgrade()) else {
            return false;
        };
        let now = seat.now();
        if !wanted(&seat, &lasting.watchers) {
            seat.end_following();
            // Somebody may have come in this very moment.
            return wanted(&seat, &lasting.watchers) && seat.begin_following(now);
        }
        let answer = seat.changes(&lasting.watchers.looked_at(seat.id())).await;
        if let Ok(news) = &answer {
            lasting.hear(seat.id(), news);
        }
        pause(&seat, answer.as_ref().err())
    };
    sleep(pause).await;
    true
}

fn wanted(seat: &Seat, watchers: &Watchers) -> bool {
    watchers.watch(seat.id()) || seat.keeps_something()
}

/// How long it is left alone: twice as long after each failure, and as long as it asks for.
fn pause(seat: &Seat, trouble: Option<&Trouble>) -> Duration {
    let every = seat.every().unwrap_or(LONGEST);
    let Some(trouble) = trouble else { return every };
    let doubled = every.saturating_mul(1 << seat.failures_to_follow().min(16)).min(LONGEST);
    doubled.max(every).max(trouble.retry_after.unwrap_or_default().min(LONGEST))
}
