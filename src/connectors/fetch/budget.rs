//! How often a source may be asked, by all who use one credential together.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::connectors::Trouble;
use crate::connectors::carry::Reply;
use crate::connectors::spec::limits::Limits;
use crate::connectors::verdict::{self, limited};

/// The budgets of all credentials that are in use.
#[derive(Debug, Default)]
pub struct Budgets(Mutex<HashMap<u64, Weak<Budget>>>);

impl Budgets {
    /// The budget of who asks `origin` with these texts of authority.
    pub fn of(&self, origin: &str, authority: &[&String], limits: &Limits) -> Arc<Budget> {
        // Only the hash is kept: who reads this memory finds no secret in it.
        let mut hash = DefaultHasher::new();
        (origin, authority).hash(&mut hash);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, budget| budget.strong_count() > 0);
        let name = hash.finish();
        if let Some(budget) = known.get(&name).and_then(Weak::upgrade) {
            return budget;
        }
        let budget = Arc::new(Budget::new(limits.clone()));
        known.insert(name, Arc::downgrade(&budget));
        budget
    }
}

/// What one credential may still do.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    seats: Arc<Semaphore>,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    /// When the last requests went out, or will.
    at: VecDeque<Instant>,
    /// The source wants to be left alone until then.
    until: Option<Instant>,
}

impl Budget {
    fn new(limits: Limits) -> Self {
        let seats = Arc::new(Semaphore::new(limits.concurrent.max(1) as usize));
        Self { limits, seats, spent: Mutex::default() }
    }

    /// Returns once a request may go out. Where that is later than `patience` from now, says so at
    /// once: who asks is told the truth while there is time to do something else.
    pub async fn take(&self, patience: Duration) -> Result<OwnedSemaphorePermit, Trouble> {
        let seat = self.seats.clone().acquire_owned().await;
        let now = Instant::now();
        let go = self.reserve(now, patience)?;
        // A timer counts in whole milliseconds, and would wait for the next one.
        if go > now {
            sleep_until(go).await;
        }
        seat.map_err(|_| limited(None))
    }

    fn reserve(&self, now: Instant, patience: Duration) -> Result<Instant, Trouble> {
        let mut spent = self.spent();
        let mut go = spent.until.filter(|until| *until > now).unwrap_or(now);
        if let Some(requests) = self.limits.requests {
            let per = Duration::from_secs(self.limits.per_s.max(1).into());
            while spent.at.front().is_some_and(|at| *at + per <= now) {
                spent.at.pop_front();
            }
            // The one that must be so long ago when this one goes out.
            if let Some(nth) = spent.at.len().checked_sub(requests.max(1) as usize) {
                go = go.max(spent.at[nth] + per);
            }
        }
        if go > now + patience {
            return Err(limited(Some(go - now)));
        }
        if self.limits.requests.is_some() {
            spent.at.push_back(go);
        }
        Ok(go)
    }

    /// What an answer says of the budget. Where the file says nothing of limits, a pause that the
    /// source asks for is its breaker's affair alone.
    pub fn told(&self, reply: &Reply) {
        if self.limits == Limits::default() {
            return;
        }
        let left = self.limits.remaining_header.as_deref();
        let left = left.and_then(|name| reply.headers.get(name)?.trim().parse::<f64>().ok());
        let spent_all = left.is_some_and(|left| left < 1.0);
        let pause = match (reply.status, spent_all) {
            (429, _) => verdict::pause(reply, &self.limits),
            (_, true) => verdict::reset(reply, &self.limits),
            _ => verdict::overspent(reply, &self.limits),
        };
        if let Some(pause) = pause {
            let until = Instant::now() + pause;
            let mut spent = self.spent();
            spent.until = Some(spent.until.map_or(until, |known| known.max(until)));
        }
    }

    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::connectors::carry::Headers;

    const SECOND: Duration = Duration::from_secs(1);

    fn budget(limits: Limits) -> Budget {
        Budget::new(limits)
    }

    fn three_a_second() -> Limits {
        Limits { requests: Some(3), per_s: 1, ..Limits::default() }
    }

    fn reply(status: u16, headers: &[(&str, &str)]) -> Reply {
        let headers = headers.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
        Reply { status, headers: Headers(headers), body: Ok(Vec::new()) }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_go_out_no_faster_than_the_source_allows() {
        let budget = budget(three_a_second());
        let begun = Instant::now();
        let mut went = Vec::new();
        for _ in 0..8 {
            drop(budget.take(10 * SECOND).await.unwrap());
            went.push(begun.elapsed().as_millis());
        }
        for (nth, at) in went.iter().enumerate().skip(3) {
            assert!(at - went[nth - 3] >= 1_000, "{went:?}");
        }
        assert!(went[7] <= 2_010, "{went:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_may_go_out_waits_for_no_clock() {
        let budget = budget(three_a_second());
        // Between two of the clock's milliseconds.
        tokio::time::advance(Duration::from_micros(300)).await;
        for _ in 0..3 {
            assert!(budget.take(SECOND).now_or_never().is_some());
        }
        assert!(budget.take(SECOND).now_or_never().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn who_would_wait_too_long_is_told_at_once() {
        let budget = budget(Limits { per_s: 60, ..three_a_second() });
        for _ in 0..3 {
            drop(budget.take(SECOND).await.unwrap());
        }
        let begun = Instant::now();
        let told = budget.take(2 * SECOND).await.unwrap_err();
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert_eq!(told.why.as_str(), "limited, again in 60 s");
        assert_eq!(told.retry_after, Some(60 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_says_that_the_budget_is_spent_is_left_alone_until_it_is_whole() {
        let limits = Limits {
            remaining_header: Some("x-left".into()),
            reset_header: Some("x-reset".into()),
            ..Limits::default()
        };
        let budget = budget(limits);
        budget.told(&reply(200, &[("x-left", "3"), ("x-reset", "40")]));
        drop(budget.take(SECOND).await.unwrap());
        budget.told(&reply(200, &[("x-left", "0"), ("x-reset", "40")]));
        assert!(budget.take(SECOND).await.is_err());
        tokio::time::advance(40 * SECOND).await;
        drop(budget.take(SECOND).await.unwrap());
        budget.told(&reply(429, &[("retry-after", "5")]));
        assert!(budget.take(SECOND).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_that_would_cost_more_than_is_left_waits_until_it_is_there() {
        let cost = "left = \"left\"\nrestored = \"per_s\"\nasked = \"asked\"";
        let cost = Some(toml::from_str(cost).unwrap());
        let budget = budget(Limits { cost, ..Limits::default() });
        let said = |left: u32| {
            let body = format!("{{\"left\":{left},\"per_s\":50,\"asked\":100}}");
            Reply { body: Ok(body.into_bytes()), ..reply(200, &[]) }
        };
        budget.told(&said(900));
        drop(budget.take(SECOND).await.unwrap());
        budget.told(&said(0));
        let told = budget.take(SECOND).await.unwrap_err();
        assert_eq!(told.why.as_str(), "limited, again in 2 s");
        let begun = Instant::now();
        drop(budget.take(3 * SECOND).await.unwrap());
        assert_eq!(begun.elapsed(), 2 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_under_way_at_a_time() {
        let budget = budget(Limits { concurrent: 2, ..Limits::default() });
        let one = budget.take(SECOND).await.unwrap();
        let _two = budget.take(SECOND).await.unwrap();
        assert!(tokio::time::timeout(SECOND, budget.take(SECOND)).await.is_err());
        drop(one);
        drop(budget.take(SECOND).await.unwrap());
    }

    #[test]
    fn one_credential_has_one_budget_and_another_has_its_own() {
        let budgets = Budgets::default();
        let (a, b) = ("token-a".to_owned(), "token-b".to_owned());
        let limits = Limits::default();
        let first = budgets.of("https://a.example", &[&a], &limits);
        assert!(Arc::ptr_eq(&first, &budgets.of("https://a.example", &[&a], &limits)));
        assert!(!Arc::ptr_eq(&first, &budgets.of("https://a.example", &[&b], &limits)));
        assert!(!Arc::ptr_eq(&first, &budgets.of("https://b.example", &[&a], &limits)));
    }
}
