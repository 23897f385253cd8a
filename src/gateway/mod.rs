//! `norns serve`: asks every source live, ranks candidates, and keeps its own records.

mod acts;
mod auth;
mod body;
mod breaker;
mod error;
mod extract;
mod flight;
mod follow;
mod handlers;
mod heard;
mod hold;
mod kin;
mod latency;
mod listen;
mod look_up;
mod memory;
mod rank;
mod routes;
mod seat;
pub mod serve;
mod stated;
mod store;
mod tokens;
mod view;
mod watch;
mod weigh;
mod write;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::tz::TimeZone;
use tokio::time::{Instant, sleep_until};

pub use self::auth::{Agent, Agents, Peer, Token};
use self::error::Refusal;
use self::flight::Flights;
use self::heard::Heard;
pub use self::listen::{Listen, Listener};
use self::memory::Memory;
pub use self::routes::{routes, surface};
pub use self::seat::Now;
use self::seat::{Clock, Seat};
use self::store::Hand;
pub use self::store::{Store, StoreError, Whereabouts, check_version};
pub use self::tokens::TokenFolder;
use self::watch::Watchers;
use crate::connectors::Source;
use crate::connectors::changes::News;
use crate::domain::customer::{CustomerId, Key};
use crate::domain::inventory::Keeping;
use crate::domain::phone::Region;
use crate::domain::source::SourceId;
use crate::domain::write::Receipt;
use crate::identity::weights::Weights;

/// A source, who may see it, and when it is asked.
#[derive(Clone)]
pub struct SeatedSource {
    pub source: Arc<dyn Source>,
    /// Roles that may see it; all where there is nothing.
    pub roles: Option<Vec<String>>,
    pub tier: Tier,
    /// What the centre says of it.
    pub keeping: Keeping,
}

impl SeatedSource {
    /// A source that is asked about everybody and that everybody may see.
    pub fn open(source: Arc<dyn Source>) -> Self {
        Self { source, roles: None, tier: Tier::Essential, keeping: Keeping::default() }
    }
}

/// When a source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tier {
    /// At every pop.
    #[default]
    Essential,
    /// Only when an agent names it: it is slow, dear, or rarely of use.
    OnDemand,
}

/// Everything that a gateway is made of.
pub struct GatewaySettings {
    /// In the order of their authority.
    pub sources: Vec<SeatedSource>,
    pub store: Store,
    pub agents: Agents,
    /// Tells the time.
    pub now: Now,
    /// Where the hours in sentences are read.
    pub zone: TimeZone,
    /// Where numbers without a country code belong.
    pub home: Region,
    /// What speaks for two records being of one person.
    pub weights: Weights,
    /// Roles that may say what records are to each other; all where there is nothing.
    pub stating: Option<Vec<String>>,
}

/// Between two trials of every source's filters.
const A_DAY: Duration = Duration::from_secs(86_400);
/// Before those of a source that gave no answer are tried again.
const AN_HOUR: Duration = Duration::from_secs(3_600);

/// The gateway: what is known of the sources, the records, and who may ask.
pub struct Gateway {
    seats: Vec<Arc<Seat>>,
    order: Vec<SourceId>,
    store: Store,
    agents: Agents,
    clock: Clock,
    home: Region,
    weights: Weights,
    stating: Option<Vec<String>>,
    lasting: Arc<Lasting>,
}

/// What a gateway keeps when its settings change.
#[derive(Default)]
struct Lasting {
    memory: Mutex<Memory>,
    heard: Mutex<Heard>,
    /// Who has a customer open.
    watchers: Watchers,
    /// What is being written.
    writes: Flights<write::Errand, Result<Receipt, Refusal>>,
}

impl Lasting {
    /// A source says what has changed: who is gone is not shown from memory, and those whom it concerns
    /// are told.
    fn hear(&self, source: &SourceId, news: &News) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        news.changes.iter().filter(|change| change.gone).for_each(|change| {
            memory.forget(source, &change.keys);
        });
        drop(memory);
        self.watchers.tell(source, news);
    }
}

impl Gateway {
    /// A gateway that has asked nobody yet.
    pub fn new(settings: GatewaySettings) -> Arc<Self> {
        Self::with(settings, Arc::default())
    }

    /// The same gateway by other settings: what is under way and what was answered last are its own.
    /// What it has seen of its sources it sees anew.
    #[must_use]
    pub fn after(&self, settings: GatewaySettings) -> Arc<Self> {
        let gateway = Self::with(settings, self.lasting.clone());
        gateway.follow();
        gateway
    }

    fn with(settings: GatewaySettings, lasting: Arc<Lasting>) -> Arc<Self> {
        let clock = Clock { now: settings.now, zone: settings.zone };
        let seat = |seated| Arc::new(Seat::new(seated, clock.clone()));
        let seats: Vec<Arc<Seat>> = settings.sources.into_iter().map(seat).collect();
        Arc::new(Self {
            order: seats.iter().map(|seat| seat.id().clone()).collect(),
            seats,
            store: settings.store,
            agents: settings.agents,
            clock,
            home: settings.home,
            weights: settings.weights,
            stating: settings.stating,
            lasting,
        })
    }

    /// Tries every source's filters, now and once a day, for ever: servers ignore filters that they
    /// do not know, and answer everybody. Where nothing was learnt, it is tried again sooner.
    pub async fn try_filters(self: Arc<Self>) {
        loop {
            let next = Instant::now() + A_DAY;
            let mut untried: Vec<&Arc<Seat>> = self.seats.iter().collect();
            while !untried.is_empty() && Instant::now() < next {
                let learnt = join_all(untried.iter().map(|seat| seat.try_filters())).await;
                let mut learnt = learnt.into_iter();
                untried.retain(|_| !learnt.next().unwrap_or(true));
                if !untried.is_empty() {
                    sleep_until(next.min(Instant::now() + AN_HOUR)).await;
                }
            }
            sleep_until(next).await;
        }
    }

    /// Every source is asked anew the next time that somebody wants to know of this customer.
    fn forget(&self, customer: &CustomerId) {
        let keys = [Key::Id(customer.clone())];
        self.seats.iter().for_each(|seat| seat.forget(&keys));
    }

    /// The seat of the source that keeps this record.
    fn keeper(&self, customer: &CustomerId) -> Option<&Arc<Seat>> {
        self.seats.iter().find(|seat| *seat.id() == customer.source)
    }

    fn hand(&self, agent: &Agent) -> Hand {
        Hand { agent: agent.name.clone(), role: agent.role.clone(), at: (self.clock.now)() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.lasting.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.lasting.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
