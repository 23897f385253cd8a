//! One source as the gateway asks it: by its deadline, through its breaker, each question once.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::breaker::{Admission, Breaker, Cause, Pause};
use super::flight::Flights;
use super::latency::Latency;
use super::memory::Question;
use super::{SeatedSource, Tier};
use crate::connectors::act::Intent;
use crate::connectors::canary::Filters;
use crate::connectors::changes::News;
use crate::connectors::spec::action::ActionTable;
use crate::connectors::{Found, Source, Trouble, Unheard, Viewed};
use crate::domain::customer::{Key, KeyKind};
use crate::domain::inventory::{Holding, Keeping};
use crate::domain::register::{BreakerState, Health};
use crate::domain::source::{SourceId, State};
use crate::domain::text::CleanText;
use crate::domain::write::{Settled, SourceAction};

/// Tells the time.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a source answered, shared by all who asked the same.
pub type Answered<T> = Result<Arc<T>, Trouble>;

/// The time, and where its hours are read.
#[derive(Clone)]
pub struct Clock {
    pub now: Now,
    pub zone: TimeZone,
}

/// A source and what the gateway knows of its conduct.
pub struct Seat {
    source: Arc<dyn Source>,
    /// Roles that may see it; all where there is nothing.
    roles: Option<Vec<String>>,
    tier: Tier,
    keeping: Keeping,
    clock: Clock,
    conduct: Mutex<Conduct>,
    /// A question was settled or taken back.
    settled: Notify,
    look_ups: Flights<Key, Answered<Found>>,
    views: Flights<Question, Answered<Viewed>>,
    /// It is asked what has changed in it.
    following: AtomicBool,
    unfollowed: AtomicU32,
}

#[derive(Default)]
struct Conduct {
    breaker: Breaker,
    latency: Latency,
    last: Option<State>,
    /// Questions that were put.
    asked: u64,
    /// The kinds of key by which it was seen not to filter.
    unfiltered: Vec<KeyKind>,
    /// Those by which nothing was learnt of that when it was tried last.
    unproven: Vec<KeyKind>,
}

impl Seat {
    /// A source that has not been asked yet.
    pub fn new(seated: SeatedSource, clock: Clock) -> Self {
        let SeatedSource { source, roles, tier, keeping } = seated;
        let conduct = Mutex::default();
        let (look_ups, views) = (Flights::default(), Flights::default());
        let settled = Notify::new();
        let (following, unfollowed) = (AtomicBool::new(false), AtomicU32::new(0));
        Self {
            source,
            roles,
            tier,
            keeping,
            clock,
            conduct,
            settled,
            look_ups,
            views,
            following,
            unfollowed,
        }
    }

    /// The source's name.
    pub fn id(&self) -> &SourceId {
        self.source.id()
    }

    /// Whether an agent of this role may see it.
    pub fn permits(&self, role: &str) -> bool {
        self.roles.as_ref().is_none_or(|roles| roles.iter().any(|permitted| permitted == role))
    }

    /// Whether it is asked although nobody named it.
    pub fn essential(&self) -> bool {
        self.tier == Tier::Essential
    }

    /// Whether it can be asked who has a key of this kind.
    pub fn looks_up(&self, kind: KeyKind) -> bool {
        self.source.looks_up(kind)
    }

    /// Whether a view can be asked for with these keys.
    pub fn can_view(&self, keys: &[Key]) -> bool {
        self.source.can_view(keys)
    }

    /// Who has this key?
    pub async fn look_up(self: &Arc<Self>, key: Key) -> Answered<Found> {
        let (seat, asked) = (self.clone(), key.clone());
        let ask = || async move { seat.ask(|| seat.source.look_up(&asked)).await };
        self.look_ups.join(key, ask).await
    }

    /// What is known of the customer with these keys? What may be given again is no question: nothing
    /// is learnt from it of how the source does.
    pub async fn view(self: &Arc<Self>, question: Question) -> Answered<Viewed> {
        if question.fresh {
            self.source.forget(&question.keys);
        } else if let Some(viewed) = self.source.recalled(&question.keys, question.rows) {
            return Ok(Arc::new(viewed));
        }
        let (seat, asked) = (self.clone(), question.clone());
        let ask = || async move { seat.ask(|| seat.source.view(&asked.keys, asked.rows)).await };
        self.views.join(question, ask).await
    }

    /// What was said of the customer with these keys is asked for anew the next time.
    pub fn forget(&self, keys: &[Key]) {
        self.source.forget(keys);
    }

    /// How often it may be asked what has changed in it; nothing where it cannot be.
    pub fn every(&self) -> Option<Duration> {
        self.source.tells_changes_every()
    }

    /// Whether it says what has changed in it, asked or by itself.
    pub fn tells_changes(&self) -> bool {
        self.every().is_some() || self.source.sends_changes()
    }

    /// Whether anything is kept of what it said.
    pub fn keeps_something(&self) -> bool {
        self.source.keeps_something()
    }

    /// Whether it is not followed yet; from now on it is, for whoever asked at that moment.
    pub fn begin_following(&self, asked: Timestamp) -> bool {
        self.source.opened(asked);
        !self.following.swap(true, Ordering::SeqCst)
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.clock.now)()
    }

    /// It is not followed any more.
    pub fn end_following(&self) {
        self.source.rest();
        self.following.store(false, Ordering::SeqCst);
    }

    /// Failures in a row to say what has changed.
    pub fn failures_to_follow(&self) -> u32 {
        self.unfollowed.load(Ordering::SeqCst)
    }

    /// What has changed in it? That is no agent's question: it waits where the source is left alone,
    /// and that it fails is no reason to leave the source alone, unless the source asks for a pause.
    pub async fn changes(&self, looked_at: &[Key]) -> Result<News, Trouble> {
        let open = self.conduct().breaker.state() == BreakerState::Closed;
        let answer = match open {
            true => self.source.changes(looked_at).await,
            false => Err(left_alone()),
        };
        let failures = match &answer {
            Ok(_) => 0,
            Err(trouble) => {
                if trouble.retry_after.is_some() {
                    self.conduct().breaker.failed((self.clock.now)(), trouble);
                }
                let (source, state) = (self.id().as_str(), trouble.state);
                tracing::warn!(source, ?state, why = %trouble.why, "a source did not say what changed");
                self.failures_to_follow().saturating_add(1)
            }
        };
        self.unfollowed.store(failures, Ordering::SeqCst);
        answer
    }

    /// What it says by itself has changed in it.
    ///
    /// # Errors
    /// Why that is not listened to.
    pub fn message(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
    ) -> Result<News, Unheard> {
        self.source.message(header, body)
    }

    /// What an agent of this role may write.
    pub fn actions(&self, role: &str) -> impl Iterator<Item = SourceAction> {
        let may = move |action: &&ActionTable| {
            action
                .roles
                .as_ref()
                .is_none_or(|roles| roles.iter().any(|permitted| permitted == role))
        };
        self.source.actions().iter().filter(may).map(|action| action.offered(self.id()))
    }

    /// What is known of an action.
    pub fn action(&self, name: &str) -> Option<&ActionTable> {
        self.source.actions().iter().find(|action| action.name == name)
    }

    /// Writes, whatever it did with questions before: nobody else can settle it.
    pub async fn act(&self, intent: &Intent) -> Settled {
        self.source.act(intent).await
    }

    /// Whether it was seen not to filter by this kind of key.
    pub fn ignores(&self, kind: KeyKind) -> bool {
        self.conduct().unfiltered.contains(&kind)
    }

    /// Asks for values that cannot exist, and remembers by which kinds of key it finds something
    /// all the same. Where that is not learnt, what was seen before holds. Whether all was learnt.
    pub async fn try_filters(&self) -> bool {
        let Filters { proven, broken, unproven } = self.source.filters().await;
        let source = self.id().as_str();
        if !broken.is_empty() {
            tracing::error!(source, by = KeyKind::list(&broken), "a source does not filter");
        }
        for (kind, why) in &unproven {
            tracing::warn!(source, by = kind.name(), %why, "it is not proven that a source filters");
        }
        let mut conduct = self.conduct();
        conduct.unfiltered.retain(|kind| !proven.contains(kind) && !broken.contains(kind));
        conduct.unfiltered.extend(broken);
        let tried = |kind: &KeyKind| unproven.iter().any(|(tried, _)| tried == kind);
        conduct.unproven = KeyKind::ALL.into_iter().filter(tried).collect();
        conduct.unproven.is_empty()
    }

    /// How it has been doing.
    pub fn health(&self) -> Health {
        let conduct = self.conduct();
        Health {
            source: self.id().clone(),
            breaker: conduct.breaker.state(),
            last: conduct.last,
            failures: conduct.breaker.failures(),
            answers: conduct.latency.answers(),
            p50_ms: conduct.latency.percentile(50),
            p95_ms: conduct.latency.percentile(95),
            clock_ahead_s: self.source.clock_ahead().map(|ahead| ahead.as_secs()),
            unfiltered: conduct.unfiltered.clone(),
            unproven: conduct.unproven.clone(),
        }
    }

    /// How long an answer of it usually takes; nothing where none was seen.
    pub fn usual(&self) -> Option<Duration> {
        self.conduct().latency.usual()
    }

    /// What it holds and whose it is, of which so much was reported.
    pub fn holding(&self, reports: u32) -> Holding {
        let looks_up = KeyKind::ALL.into_iter().filter(|kind| self.looks_up(*kind));
        let shows = self.source.shows();
        let asked = self.conduct().asked;
        Holding {
            title: CleanText::line(self.source.title()),
            keeping: self.keeping.clone(),
            looks_up: looks_up.collect(),
            shows: shows.into_iter().map(CleanText::line).collect(),
            on_demand: !self.essential(),
            keeps_for: self.source.keeps_for(),
            tells_changes: self.tells_changes(),
            asked,
            reports,
            health: self.health(),
        }
    }

    async fn ask<T, F>(&self, question: impl FnOnce() -> F) -> Answered<T>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let deadline = self.source.deadline();
        let last = Instant::now() + deadline;
        self.admission(last).await?;
        let unsettled = Unsettled(Some(self));
        self.conduct().asked += 1;
        let asked = Instant::now();
        let answer = match timeout_at(last, question()).await {
            Ok(answer) => answer,
            Err(_) => Err(too_late(deadline)),
        };
        unsettled.settle(&answer, asked.elapsed());
        answer.map(Arc::new)
    }

    /// Returns once the source may be asked. Where another question is trying it after a pause, its
    /// outcome is awaited: who asks must not be told that nothing was asked because they came second.
    async fn admission(&self, last: Instant) -> Result<(), Trouble> {
        loop {
            let settled = self.settled.notified();
            let now = (self.clock.now)();
            let admission = self.conduct().breaker.admit(now);
            let Admission::Wait(pause) = admission else { return Ok(()) };
            if pause.until > now || timeout_at(last, settled).await.is_err() {
                return Err(not_asked(&pause, now, &self.clock.zone));
            }
        }
    }

    fn conduct(&self) -> MutexGuard<'_, Conduct> {
        self.conduct.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one that usually takes longest comes first, for everybody waits for it; one whose ways are not
/// known yet may be it.
pub fn slowest_first(seats: &mut [Arc<Seat>]) {
    seats.sort_by_cached_key(|seat| Reverse(seat.usual().unwrap_or(Duration::MAX)));
}

/// A question that was put. Dropped unsettled, it frees the breaker for the next one.
struct Unsettled<'a>(Option<&'a Seat>);

impl Unsettled<'_> {
    fn settle<T>(mut self, answer: &Result<T, Trouble>, took: Duration) {
        let Some(seat) = self.0.take() else { return };
        let now = (seat.clock.now)();
        let mut conduct = seat.conduct();
        match answer {
            Ok(_) => {
                conduct.breaker.answered();
                conduct.latency.add(took);
                conduct.last = Some(State::Ok);
            }
            Err(trouble) => {
                conduct.breaker.failed(now, trouble);
                conduct.last = Some(trouble.state);
                let (source, state) = (seat.id().as_str(), trouble.state);
                tracing::warn!(source, ?state, why = %trouble.why, "a source gave no answer");
            }
        }
        drop(conduct);
        seat.settled.notify_waiters();
    }
}

impl Drop for Unsettled<'_> {
    fn drop(&mut self) {
        if let Some(seat) = self.0 {
            seat.conduct().breaker.abandoned();
            seat.settled.notify_waiters();
        }
    }
}

fn left_alone() -> Trouble {
    Trouble { state: State::Failed, why: CleanText::line("it is left alone"), retry_after: None }
}

fn too_late(deadline: Duration) -> Trouble {
    let why = CleanText::line(&format!("no answer within {:.1} s", deadline.as_secs_f64()));
    Trouble { state: State::TimedOut, why, retry_after: None }
}

fn not_asked(pause: &Pause, now: Timestamp, zone: &TimeZone) -> Trouble {
    let until = pause.until.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S").to_string();
    let why = match pause.cause {
        Cause::Failures(count) if pause.until > now => {
            format!("not asked until {until} after {count} failures")
        }
        Cause::Asked if pause.until > now => format!("limited, not asked until {until}"),
        Cause::Failures(_) | Cause::Asked => "not asked, another question is trying it".to_owned(),
    };
    Trouble { state: pause.state, why: CleanText::line(&why), retry_after: None }
}
