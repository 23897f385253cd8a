//! Everything known of one customer: all sources at once, each as soon as its keys are known.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use super::Gateway;
use super::auth::Agent;
use super::body::Lines;
use super::follow::follow;
use super::hold;
use super::latency::millis;
use super::look_up::mishandled;
use super::memory::Question;
use super::rank::contact_key;
use super::seat::{Answered, Seat, slowest_first};
use super::watch::Watcher;
use crate::api::convert;
use crate::api::v1::ViewLine;
use crate::connectors::{Found, Viewed};
use crate::domain::customer::{ContactPoint, CustomerId, Key, KeyKind, Profile};
use crate::domain::phone::{Number, Region};
use crate::domain::source::{Facts, Part, SourceId, State};
use crate::domain::text::CleanText;

/// A question for everything known of one customer.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub customer: CustomerId,
    /// What is already known, so that no source waits for another.
    pub keys: Vec<Key>,
    /// Only these sources; all where empty.
    pub sources: Vec<SourceId>,
    /// So many entries per source.
    pub rows: u32,
    /// The sources themselves are to be asked, whatever they said before.
    pub fresh: bool,
    /// What changes afterwards is to be told, too.
    pub watch: bool,
}

/// Asks, and sends each source's part as it comes.
pub async fn view(gateway: Arc<Gateway>, agent: Agent, wanted: Wanted, lines: Lines<ViewLine>) {
    let lasting = gateway.lasting.clone();
    let mut view = View::new(gateway, wanted, lines.clone());
    view.watch(&agent);
    view.begin(&agent).await;
    while let Some(settled) = view.asking.join_next_with_id().await {
        match settled {
            Ok((id, answer)) => view.settle(id, answer),
            Err(panic) => view.mishandle(panic.id()),
        }
    }
    lines.send(ViewLine::End);
    if let Some(_watching) = view.stop() {
        lasting.watchers.ended().await;
    }
}

/// The part of a source that the agent may not see.
pub fn not_permitted(source: &SourceId) -> Part {
    let why = Some(CleanText::line("not permitted for your role"));
    Part { state: State::NotPermitted, why, ..Part::loading(source.clone()) }
}

/// The part of a source that is asked only when it is named.
pub fn not_asked_yet(source: &SourceId) -> Part {
    Part { state: State::NotAsked, ..Part::loading(source.clone()) }
}

struct View {
    gateway: Arc<Gateway>,
    wanted: Wanted,
    keys: Vec<Key>,
    /// Sources whose keys are not known yet.
    waiting: Vec<Arc<Seat>>,
    /// Nothing was found in the gateway's own records so far, and more keys may come.
    own_so_far: Option<Part>,
    /// What is under way.
    tasks: HashMap<Id, Errand>,
    asking: JoinSet<Answer>,
    begun: Instant,
    lines: Lines<ViewLine>,
    watcher: Option<Arc<Watcher>>,
}

/// What a task was sent for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Errand {
    /// A part; where `learn` says so, its keys let others be asked.
    Part { source: SourceId, learn: Learn },
    /// Only the keys.
    Keys,
    /// The gateway's own records.
    Own,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Learn {
    Keys,
    Nothing,
}

enum Answer {
    Part(Box<Part>),
    Keys(Vec<Key>),
}

impl View {
    fn new(gateway: Arc<Gateway>, wanted: Wanted, lines: Lines<ViewLine>) -> Self {
        let mut keys = vec![Key::Id(wanted.customer.clone())];
        for key in &wanted.keys {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        Self {
            gateway,
            wanted,
            keys,
            waiting: Vec::new(),
            own_so_far: None,
            tasks: HashMap::new(),
            asking: JoinSet::new(),
            begun: Instant::now(),
            lines,
            watcher: None,
        }
    }

    /// Watches what changes, also while it is asked: what comes between an answer and its end is
    /// not missed. Nobody watches where no source would say anything.
    fn watch(&mut self, agent: &Agent) {
        let told = |seat: &&Arc<Seat>| seat.permits(&agent.role) && seat.tells_changes();
        let sources: Vec<SourceId> =
            self.gateway.seats.iter().filter(told).map(|seat| seat.id().clone()).collect();
        if self.wanted.watch && !sources.is_empty() {
            let watchers = &self.gateway.lasting.watchers;
            self.watcher = Some(watchers.add(self.keys.clone(), sources, self.lines.clone()));
            self.gateway.follow();
        }
    }

    /// Who watches on, once all is told.
    fn stop(self) -> Option<Arc<Watcher>> {
        self.watcher
    }

    async fn begin(&mut self, agent: &Agent) {
        let mut parts = Vec::new();
        for seat in &self.gateway.clone().seats {
            if !self.wants(seat.id()) {
                continue;
            }
            parts.push(if !seat.permits(&agent.role) {
                not_permitted(seat.id())
            } else if !self.asks_now(seat) {
                not_asked_yet(seat.id())
            } else {
                self.waiting.push(seat.clone());
                Part::loading(seat.id().clone())
            });
        }
        // Asked first and told after: what is told now comes before every answer all the same.
        self.ask_the_slowest().await;
        self.ask_those_with_keys();
        if !self.waiting.is_empty() {
            self.ask_for_keys(agent);
        }
        if self.wants(&hold::source()) {
            parts.push(Part::loading(hold::source()));
            self.ask_own();
        }
        parts.iter().for_each(|part| self.send(part));
        self.conclude_if_nothing_is_to_be_learnt();
    }

    /// Everybody waits for the source that usually takes longest: its question is on its way
    /// before the others are made.
    async fn ask_the_slowest(&mut self) {
        slowest_first(&mut self.waiting);
        let slowest = self.waiting.first().filter(|seat| seat.can_view(&self.keys));
        if slowest.is_some_and(|seat| seat.usual().is_some()) {
            let slowest = self.waiting.remove(0);
            self.ask_for_part(&slowest);
            tokio::task::yield_now().await;
        }
    }

    fn wants(&self, source: &SourceId) -> bool {
        self.wanted.sources.is_empty() || self.wanted.sources.contains(source)
    }

    /// A source that is asked on demand is asked when it is named, and about its own records.
    fn asks_now(&self, seat: &Seat) -> bool {
        seat.essential()
            || self.wanted.sources.contains(seat.id())
            || *seat.id() == self.wanted.customer.source
    }

    fn ask_those_with_keys(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let (ready, waiting): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|seat| seat.can_view(&self.keys));
        self.waiting = waiting;
        ready.iter().for_each(|seat| self.ask_for_part(seat));
    }

    fn ask_for_part(&mut self, seat: &Arc<Seat>) {
        let source = seat.id().clone();
        let keeper = source == self.wanted.customer.source;
        let learn = if keeper { Learn::Keys } else { Learn::Nothing };
        let (gateway, question, seat) = (self.gateway.clone(), self.question(seat), seat.clone());
        let asking = async move { Answer::Part(Box::new(ask(&gateway, &seat, question).await)) };
        self.send_out(Errand::Part { source, learn }, asking);
    }

    /// Asks the customer's own source for the record, beside its view: that is one question, and
    /// the view may be many.
    fn ask_for_keys(&mut self, agent: &Agent) {
        let Some(keeper) = self.gateway.keeper(&self.wanted.customer).cloned() else { return };
        if !keeper.permits(&agent.role) {
            return;
        }
        let home = self.gateway.home;
        let id = Key::Id(self.wanted.customer.clone());
        if keeper.looks_up(KeyKind::Id) {
            let asking =
                async move { Answer::Keys(keys_of_found(&keeper.look_up(id).await, home)) };
            self.send_out(Errand::Keys, asking);
        } else if !self.wants(keeper.id()) && keeper.can_view(&self.keys) {
            let question = self.question(&keeper);
            let asking = async move {
                let viewed = keeper.view(question).await;
                let viewed = viewed.as_ref().ok();
                Answer::Keys(viewed.map_or(Vec::new(), |viewed| keys_of(&viewed.facts, home)))
            };
            self.send_out(Errand::Keys, asking);
        }
    }

    fn ask_own(&mut self) {
        let (gateway, keys, rows) = (self.gateway.clone(), self.keys.clone(), self.wanted.rows);
        let asking = async move { Answer::Part(Box::new(ask_own(&gateway, &keys, rows).await)) };
        self.send_out(Errand::Own, asking);
    }

    fn send_out(&mut self, errand: Errand, asking: impl Future<Output = Answer> + Send + 'static) {
        let task = self.asking.spawn(asking);
        self.tasks.insert(task.id(), errand);
    }

    fn question(&self, seat: &Seat) -> Question {
        let (source, keys) = (seat.id().clone(), self.keys.clone());
        Question { source, keys, rows: self.wanted.rows, fresh: self.wanted.fresh }
    }

    fn settle(&mut self, task: Id, answer: Answer) {
        match (self.tasks.remove(&task), answer) {
            (_, Answer::Keys(keys)) => self.learn(keys),
            (Some(Errand::Own), Answer::Part(part)) => self.settle_own(*part),
            (Some(Errand::Part { learn: Learn::Keys, .. }), Answer::Part(part)) => {
                self.send(&part);
                self.learn(keys_of(&part.facts, self.gateway.home));
            }
            (_, Answer::Part(part)) => self.send(&part),
        }
        self.conclude_if_nothing_is_to_be_learnt();
    }

    fn mishandle(&mut self, task: Id) {
        match self.tasks.remove(&task) {
            Some(Errand::Part { source, .. }) => self.send(&mishandled(source)),
            Some(Errand::Own) => self.send(&mishandled(hold::source())),
            Some(Errand::Keys) | None => {}
        }
        self.conclude_if_nothing_is_to_be_learnt();
    }

    fn learn(&mut self, learnt: Vec<Key>) {
        let filed_under = hold::filed_under(&self.keys).count();
        for key in learnt {
            if !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        if let Some(watcher) = &self.watcher {
            watcher.learn(&self.keys);
        }
        self.ask_those_with_keys();
        if hold::filed_under(&self.keys).count() > filed_under && self.wants(&hold::source()) {
            self.own_so_far = None;
            self.ask_own();
        }
    }

    /// "No holds" is not said before the account is known, or known not to come.
    fn settle_own(&mut self, part: Part) {
        let asked_again = self.tasks.values().any(|errand| *errand == Errand::Own);
        let account = self.keys.iter().any(|key| key.kind() == KeyKind::Account);
        match (asked_again, part.state) {
            (true, _) => {}
            (false, State::Empty) if !account => self.own_so_far = Some(part),
            (false, _) => self.send(&part),
        }
    }

    fn conclude_if_nothing_is_to_be_learnt(&mut self) {
        let learning = |errand: &Errand| {
            matches!(errand, Errand::Keys | Errand::Part { learn: Learn::Keys, .. })
        };
        if self.tasks.values().any(learning) {
            return;
        }
        if let Some(part) = self.own_so_far.take() {
            let why = Some(CleanText::line("looked up without an account: none is known"));
            self.send(&Part { why, ..part });
        }
        for seat in std::mem::take(&mut self.waiting) {
            let why = lacking(&seat, &self.keys, &self.gateway.order);
            let waited_ms = millis(self.begun.elapsed());
            let part = Part::loading(seat.id().clone());
            self.send(&Part { state: State::NotAsked, why: Some(why), waited_ms, ..part });
        }
    }

    fn send(&self, part: &Part) {
        self.lines.send(ViewLine::Part(Box::new(convert::part_to_wire(part))));
    }
}

async fn ask(gateway: &Gateway, seat: &Arc<Seat>, question: Question) -> Part {
    let (begun, asked) = (Instant::now(), (gateway.clock.now)());
    let answer: Answered<Viewed> = seat.view(question.clone()).await;
    let now = (gateway.clock.now)();
    let waited_ms = millis(begun.elapsed());
    let part = Part { waited_ms, ..Part::loading(seat.id().clone()) };
    match answer {
        Ok(viewed) => {
            let at = viewed.as_of.unwrap_or(now);
            gateway.memory().keep(question, viewed.clone(), at);
            follow(seat, &gateway.lasting, asked);
            let empty = viewed.facts.is_empty() && viewed.skipped == 0;
            let state = if empty { State::Empty } else { State::Ok };
            let kept = viewed.as_of.is_some();
            let why = viewed.said_missing();
            said(Part { state, kept, why, fetched_at: Some(at), ..part }, &viewed)
        }
        Err(trouble) => {
            let why = Some(trouble.why);
            // What a source no longer permits is not shown from memory either.
            let permitted = trouble.state != State::NotPermitted;
            let known = permitted.then(|| gateway.memory().recall(&question, now)).flatten();
            match known {
                Some(known) => {
                    let fetched_at = Some(known.at);
                    said(Part { state: State::Stale, fetched_at, why, ..part }, &known.viewed)
                }
                None => Part { state: trouble.state, why, ..part },
            }
        }
    }
}

fn said(part: Part, viewed: &Viewed) -> Part {
    Part { facts: viewed.facts.clone(), skipped: viewed.skipped, more: viewed.more, ..part }
}

async fn ask_own(gateway: &Gateway, keys: &[Key], rows: u32) -> Part {
    let begun = Instant::now();
    let now = (gateway.clock.now)();
    let viewed = hold::view(&gateway.store, keys, rows, (now, &gateway.clock.zone)).await;
    let waited_ms = millis(begun.elapsed());
    let part = Part { waited_ms, ..Part::loading(hold::source()) };
    match viewed {
        Ok(viewed) => {
            let state = if viewed.facts.is_empty() { State::Empty } else { State::Ok };
            said(Part { state, fetched_at: Some(now), ..part }, &viewed)
        }
        Err(error) => {
            tracing::error!(%error, "own records cannot be read");
            let why = Some(CleanText::line("the gateway's own records cannot be read"));
            Part { state: State::Failed, why, ..part }
        }
    }
}

fn keys_of(facts: &Facts, home: Region) -> Vec<Key> {
    let keys = |profile: &Profile| keys_in(profile.account.as_ref(), &profile.contacts, home);
    facts.profiles().flat_map(keys).collect()
}

fn keys_of_found(found: &Answered<Found>, home: Region) -> Vec<Key> {
    let records = found.iter().flat_map(|found| &found.records);
    records.flat_map(|record| keys_in(record.account.as_ref(), &record.contacts, home)).collect()
}

fn keys_in(account: Option<&CleanText>, contacts: &[ContactPoint], home: Region) -> Vec<Key> {
    let contacts = contacts.iter().filter_map(|point| contact_key(point, home));
    account.cloned().map(Key::Account).into_iter().chain(contacts).collect()
}

/// Which keys would have let the source be asked: `no phone or e-mail known`.
fn lacking(seat: &Seat, known: &[Key], sources: &[SourceId]) -> CleanText {
    let text = || CleanText::line("x");
    let with = |key: Key| seat.can_view(&[known, &[key]].concat());
    let number = Number::read("+15550100000", Region::NANP);
    let mut lacking: Vec<String> = Vec::new();
    if with(Key::Account(text())) {
        lacking.push("account".to_owned());
    }
    if number.is_some_and(|number| with(Key::Phone(number))) {
        lacking.push("phone".to_owned());
    }
    if with(Key::Email(text())) {
        lacking.push("e-mail".to_owned());
    }
    for source in sources {
        let id = CustomerId { source: source.clone(), key: text() };
        if with(Key::Id(id)) {
            lacking.push(format!("{source} id"));
        }
    }
    if lacking.is_empty() {
        return CleanText::line("it shows nothing of a customer");
    }
    CleanText::line(&format!("no {} known", lacking.join(" or ")))
}
