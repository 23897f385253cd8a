//! Strangers' words in every place of the domain that has room for some.

use jiff::Timestamp;
use jiff::civil::date;
use norns::domain::belonging::{Belonging, BelongingKind, Relation, RelationKind};
use norns::domain::contact::{Channel, Entry, Line, When};
use norns::domain::customer::{
    Alert, AlertKind, Bond, Candidate, ContactKind, ContactPoint, CustomerId, Key, Kin, Profile,
    Stated,
};
use norns::domain::interaction::{Call, CallFacts, CallKey, Presentation, VerifiedBy};
use norns::domain::inventory::{NewReport, Report};
use norns::domain::money::Money;
use norns::domain::phone::{Number, Region};
use norns::domain::promise::{Due, DueKind, Matter, MatterKind, Offer};
use norns::domain::register::{
    Contact, FollowUp, Handover, Myself, NewContact, NewHandover, NewOutcome, Note, OWN, Outcome,
};
use norns::domain::source::{Facts, Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::domain::write::{Input, InputKind, NewWrite, Prefill, Receipt, Settled, SourceAction};

/// The number that calls.
pub const NUMBER: &str = "4165550142";

/// Hands out texts, over and over.
pub struct Strangers<'t>(std::iter::Cycle<std::slice::Iter<'t, CleanText>>);

impl<'t> Strangers<'t> {
    pub fn new(texts: &'t [CleanText]) -> Self {
        Self(texts.iter().cycle())
    }

    pub fn text(&mut self) -> CleanText {
        self.0.next().cloned().unwrap_or_default()
    }

    pub fn some(&mut self) -> Option<CleanText> {
        Some(self.text())
    }

    fn pair(&mut self) -> (CleanText, CleanText) {
        (self.text(), self.text())
    }

    /// A call that rings.
    pub fn call(&mut self, number: u32, at: Timestamp) -> Call {
        let facts = CallFacts {
            ani: Some(CleanText::line(NUMBER)),
            ani_name: self.some(),
            presentation: Presentation::Allowed,
            dnis: self.some(),
            queue: self.some(),
            skill: self.some(),
            campaign: self.some(),
            wait_ms: Some(212_000),
            language: self.some(),
            account: self.some(),
            contact: self.some(),
            case: self.some(),
            callback_id: self.some(),
            verified: VerifiedBy::None,
            ivr_path: vec![self.text(), self.text()],
            uui: self.some(),
            data: vec![self.pair(), self.pair()],
        };
        let key = CallKey { source: self.text(), call: self.text() };
        Call::ringing(number, key, facts, at)
    }

    /// Somebody who may be the caller: has the number that calls.
    pub fn candidate(&mut self, nth: u32) -> Candidate {
        let id = CustomerId { source: source("CRM"), key: self.text() };
        Candidate {
            name: self.text(),
            account: self.some(),
            since: Some(date(2006, 3, 1)),
            score: 10_u32.saturating_sub(nth),
            reasons: vec![self.text(), self.text()],
            records: Vec::new(),
            keys: Number::read(NUMBER, Region::NANP).map(Key::Phone).into_iter().collect(),
            id,
            kin: vec![
                self.kin(Bond::Perhaps, false),
                self.kin(Bond::Same, true),
                self.kin(Bond::Household, true),
            ],
        }
    }

    fn kin(&mut self, bond: Bond, stated: bool) -> Kin {
        let at = date(2026, 11, 2).at(9, 0, 0, 0).in_tz("UTC").expect("a moment").timestamp();
        let agent = self.text();
        Kin {
            id: CustomerId { source: source("CRM"), key: self.text() },
            name: self.text(),
            bond,
            millionths: 612_000,
            why: self.text(),
            stated: stated.then_some(Stated { id: 1, agent, at }),
        }
    }

    /// What a source of this name says, and why it says no more.
    pub fn part(&mut self, name: &str, state: State, at: Timestamp) -> Part {
        let (why, facts) = (self.some(), self.facts(name, at));
        Part { state, why, facts, ..Part::loading(source(name)) }
    }

    /// A note among the gateway's own records.
    pub fn note(&mut self, id: i64, at: Timestamp) -> Note {
        Note {
            id,
            customer: CustomerId { source: source("CRM"), key: self.text() },
            call: None,
            text: self.text(),
            agent: self.text(),
            role: self.text(),
            at,
            pinned: true,
        }
    }

    /// A follow-up among them.
    pub fn follow_up(&mut self, id: i64, at: Timestamp) -> FollowUp {
        FollowUp {
            id,
            customer: CustomerId { source: source("CRM"), key: self.text() },
            call: None,
            kind: DueKind::Task,
            what: self.text(),
            owner: self.text(),
            due: at,
            agent: self.text(),
            at,
            done_by: self.some(),
            done_at: Some(at),
        }
    }

    /// A contact among them.
    pub fn contact(&mut self, id: i64, at: Timestamp) -> Contact {
        let who = NewContact {
            name: self.text(),
            phone: Number::read(NUMBER, Region::NANP),
            email: self.some(),
            language: self.some(),
            account: self.some(),
            call: None,
        };
        Contact { id, who, agent: self.text(), at }
    }

    /// What may be written into a source, by every kind of input.
    pub fn actions(&mut self) -> Vec<SourceAction> {
        let input = |strangers: &mut Self, kind| Input {
            name: strangers.text(),
            title: strangers.text(),
            kind,
            required: false,
            most: 200,
            choices: vec![strangers.pair(), strangers.pair()],
            usual: None,
            prefill: Some(Prefill::Name),
        };
        let kinds = InputKind::ALL.map(|kind| input(self, kind));
        let (name, title) = self.pair();
        let again = true;
        vec![SourceAction { source: source("CRM"), name, title, inputs: kinds.into(), again }]
    }

    /// What became of a write.
    pub fn receipt(&mut self, new: NewWrite, at: Timestamp) -> Receipt {
        let settled = Settled::Done { record: self.some(), before: false };
        let NewWrite { customer, source, name, .. } = new;
        Receipt { id: 1, customer, source, name, settled, agent: self.text(), at }
    }

    /// What was reported as wrong.
    pub fn report(&mut self, of: NewReport, at: Timestamp) -> Report {
        Report { id: 1, of, agent: self.text(), role: self.text(), at }
    }

    /// What a call came to, among them.
    pub fn outcome(&mut self, of: NewOutcome, at: Timestamp) -> Outcome {
        Outcome { id: 1, of, agent: self.text(), role: self.text(), at }
    }

    /// What came with a call, among them.
    pub fn handover(&mut self, at: Timestamp) -> Handover {
        let of = NewHandover {
            calls: Vec::new(),
            customer: Some(CustomerId { source: source("CRM"), key: self.text() }),
            to: self.text(),
            reason: self.text(),
            tell: self.text(),
            verified: vec![self.text(), self.text()],
            enough: true,
        };
        Handover { id: 1, of, agent: self.text(), role: self.text(), at }
    }

    /// Whom the gateway takes the agent for.
    pub fn myself(&mut self) -> Myself {
        Myself { name: self.text(), role: self.text() }
    }

    fn profile(&mut self) -> Profile {
        let mut contact =
            |kind| ContactPoint { kind, value: self.text(), confirmed: None, own_change: None };
        let contacts =
            [ContactKind::Mobile, ContactKind::Email, ContactKind::Postal].map(&mut contact);
        Profile {
            record: self.some(),
            name: self.some(),
            account: self.some(),
            status: self.some(),
            segment: self.some(),
            since: Some(date(2006, 3, 1)),
            contacts: contacts.into(),
            language: self.some(),
            household: self.some(),
            household_size: Some(3),
            parent: self.some(),
            special_care: self.some(),
            fields: vec![(self.text(), self.text())],
        }
    }

    fn facts(&mut self, name: &str, at: Timestamp) -> Facts {
        let (source, own) = (source(name), name == OWN);
        let amount = Money::new(19_600, "CAD");
        let when = When::at(at);
        let line = |service: &str, strangers: &Option<CleanText>| Line {
            what: strangers.clone().unwrap_or_default(),
            service: Some(CleanText::line(service)),
            period: strangers.clone(),
            amount,
        };
        let entry = |nth: usize, strangers: &mut Strangers<'_>| {
            let what = strangers.some();
            Entry {
                id: if own { Note::name(nth as i64) } else { CleanText::line(&nth.to_string()) },
                source: source.clone(),
                when,
                channel: Channel::ALL[nth % Channel::ALL.len()],
                what: what.clone().unwrap_or_default(),
                body: strangers.text(),
                amount: amount.filter(|_| nth.is_multiple_of(2)),
                state: strangers.some(),
                author: strangers.some(),
                department: strangers.some(),
                fields: vec![strangers.pair()],
                lines: vec![line("a", &what), line("b", &what)],
                searched: what.filter(|_| nth.is_multiple_of(3)),
                read: strangers.some().filter(|_| nth.is_multiple_of(2)),
                tried: strangers.some().filter(|_| nth.is_multiple_of(5)),
                pinned: nth == 0,
                internal: nth.is_multiple_of(5),
            }
        };
        let matter = |kind, strangers: &mut Strangers<'_>| Matter {
            id: strangers.text(),
            source: source.clone(),
            kind,
            what: strangers.text(),
            state: strangers.some(),
            since: Some(when),
            expected: Some(at),
            owner: strangers.some(),
            amount,
        };
        let due = |kind, strangers: &mut Strangers<'_>| Due {
            id: if own { FollowUp::name(1) } else { strangers.text() },
            source: source.clone(),
            when,
            kind,
            what: strangers.text(),
            owner: strangers.some(),
            state: strangers.some(),
            amount,
        };
        let alert = |kind, strangers: &mut Strangers<'_>| Alert {
            source: source.clone(),
            kind,
            text: strangers.text(),
            owner: strangers.some(),
            since: None,
            until: Some(date(2026, 11, 30)),
        };
        let belonging = |kind, strangers: &mut Strangers<'_>| Belonging {
            id: strangers.text(),
            source: source.clone(),
            kind,
            what: strangers.text(),
            serial: strangers.some(),
            since: Some(date(2024, 2, 29)),
            until: Some(date(2026, 11, 30)),
            state: strangers.some(),
            fields: vec![strangers.pair()],
        };
        let relation = |kind, strangers: &mut Strangers<'_>| Relation {
            source: source.clone(),
            kind,
            name: strangers.text(),
            role: strangers.some(),
            record: strangers.some(),
            phone: strangers.some(),
        };
        Facts {
            profile: Some(self.profile()),
            others: vec![self.profile()],
            entries: (0..6).map(|nth| entry(nth, self)).collect(),
            matters: MatterKind::ALL.map(|kind| matter(kind, self)).into(),
            dues: DueKind::ALL.map(|kind| due(kind, self)).into(),
            alerts: AlertKind::ALL.map(|kind| alert(kind, self)).into(),
            belongings: BelongingKind::ALL.map(|kind| belonging(kind, self)).into(),
            relations: RelationKind::ALL.map(|kind| relation(kind, self)).into(),
            offers: vec![Offer { id: self.text(), source: source.clone(), what: self.text() }],
        }
    }
}

fn source(name: &str) -> SourceId {
    SourceId::new(name).expect("a source's name")
}
