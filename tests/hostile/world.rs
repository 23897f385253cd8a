//! A desk whose world consists of strangers: whatever it asks is answered in their words.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use norns::app::effect::Effect;
use norns::app::model::{Model, Start};
use norns::app::msg::{BellState, Kept, Msg, SavedDraft};
use norns::app::update::update;
use norns::app::wrap_up::{Rule, Rules};
use norns::domain::ask::{AskError, LinkId};
use norns::domain::interaction::{Call, CallState, Told};
use norns::domain::phone::Region;
use norns::domain::register::OWN;
use norns::domain::source::State;
use norns::domain::telephony::{Ability, PhoneLink, Reply};
use norns::domain::text::CleanText;
use norns::keys::keymap::{self, Keymap};
use norns::ui::linear::reading::rows;
use norns::ui::linear::{Heard, Voice, overlay, pane};
use norns::ui::theme::{self, Depth, Theme};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::common::grammar::violations;
use crate::common::seat::rows as rows_of;
use crate::common::strangers::Strangers;

/// What was there before.
#[derive(Debug, Clone, Copy)]
pub enum Begun {
    /// Nothing but what was told at the start.
    Nothing,
    /// A call rings, and it may be one of several.
    Ringing,
    /// The first of them was chosen, and every source has spoken.
    Chosen,
    /// Another call has come since, and waits.
    Two,
    /// The agent talks, by a telephone that can be asked for everything, and does not record.
    Talking,
    /// The call is over, and what it came to is to be said.
    Over,
}

impl Begun {
    pub const ALL: [Self; 6] =
        [Self::Nothing, Self::Ringing, Self::Chosen, Self::Two, Self::Talking, Self::Over];
}

static KEYMAP: LazyLock<Keymap> = LazyLock::new(|| keymap::load("default", &|_| None).0);
static NIGHT: LazyLock<Theme> = LazyLock::new(|| theme::load("night", Depth::True, &|_| None).0);

/// A desk, and who answers it.
pub struct World<'t> {
    pub desk: Model,
    strangers: Strangers<'t>,
    now: Timestamp,
    /// Questions that were answered.
    answered: usize,
    raw: usize,
    looks: usize,
}

impl<'t> World<'t> {
    pub fn of(begun: Begun, texts: &'t [CleanText]) -> Self {
        let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
        let mut strangers = Strangers::new(texts);
        let desk = Model::new(Start {
            size: (120, 40),
            now,
            zone: TimeZone::UTC,
            home: Region::NANP,
            keymap: KEYMAP.clone(),
            complaints: vec![strangers.text()],
        });
        let mut world = Self { desk, strangers, now, answered: 0, raw: 0, looks: 0 };
        world.begin();
        if !matches!(begun, Begun::Nothing) {
            world.ring(1);
        }
        if matches!(begun, Begun::Chosen | Begun::Two | Begun::Over) {
            for action in ["cursor.top", "entry.open"] {
                world.happen(Msg::Ordered(action.parse().unwrap()));
            }
            assert!(world.desk.session().customer.is_some());
        }
        if matches!(begun, Begun::Two) {
            world.ring(2);
        }
        if matches!(begun, Begun::Talking) {
            let call = world.desk.session().call.clone().unwrap();
            let can = Ability::ALL.map(|(_, ability)| ability).into();
            let link = PhoneLink { source: call.key.source.clone(), lost: None, can };
            world.happen(Msg::PhoneLink(link));
            let now = Some(now);
            let state = CallState::Talking;
            let call = Call { state, answered_at: now, unrecorded: now, ..call };
            world.happen(Msg::CallChanged(Box::new(call)));
        }
        if matches!(begun, Begun::Over) {
            let call = world.desk.session().call.clone().unwrap();
            for state in [CallState::Talking, CallState::WrapUp] {
                let now = Some(now);
                let call = Call { state, answered_at: now, ended_at: now, ..call.clone() };
                world.happen(Msg::CallChanged(Box::new(call)));
            }
        }
        world
    }

    /// What a desk is told at its start.
    fn begin(&mut self) {
        self.desk.reasons.known = vec![self.strangers.text(), self.strangers.text()];
        let codes = vec![self.strangers.text(), self.strangers.text()];
        self.desk.wrap_up = Rules::new(vec![Rule { codes, ..Rule::default() }]);
        let told = Told::NotReady(self.strangers.some());
        self.happen(Msg::AgentTold(told));
        let why = self.strangers.text();
        self.happen(Msg::Bell(BellState::Deaf(why)));
        let myself = self.strangers.myself();
        self.happen(Msg::Introduced(Ok(myself)));
        let draft = |what, text: CleanText| SavedDraft {
            slot: text.to_string(),
            what,
            customer: None,
            call: None,
            text: format!("what: {text}\nowner: {text}\n{text}"),
        };
        let kinds = [Kept::Note, Kept::FollowUp, Kept::Contact, Kept::Write];
        let drafts = kinds.map(|kind| draft(kind, self.strangers.text())).into();
        self.happen(Msg::DraftsFound(drafts));
        let what = self.strangers.text();
        self.happen(Msg::Complaint(what));
        let trouble = self.strangers.some();
        self.happen(Msg::DraftTrouble(trouble));
        let link =
            PhoneLink { source: self.strangers.text(), lost: Some(self.now), can: [].into() };
        self.happen(Msg::PhoneLink(link));
    }

    fn ring(&mut self, number: u32) {
        let call = self.strangers.call(number, self.now);
        self.happen(Msg::CallChanged(Box::new(call)));
    }

    /// The next text as it came, short enough to be pasted.
    pub fn next_raw(&mut self, corpus: &[String]) -> String {
        self.raw += 1;
        let mut short = corpus.iter().filter(|raw| raw.len() < 10_000).cycle();
        short.nth(self.raw * 7).unwrap().clone()
    }

    /// Something happens, and whatever the desk asks then is answered.
    pub fn happen(&mut self, msg: Msg) {
        let mut waiting = vec![msg];
        // A question may lead to the next one, but not for ever.
        for _ in 0..100 {
            let Some(msg) = waiting.pop() else { return };
            for effect in update(&mut self.desk, self.now, msg) {
                waiting.splice(0..0, self.answer(effect).into_iter().rev());
            }
        }
        panic!("the desk asks without an end");
    }

    fn answer(&mut self, effect: Effect) -> Vec<Msg> {
        self.answered += 1;
        // Every other time the gateway says no.
        let fails = self.answered.is_multiple_of(2);
        let or = |fails: bool| if fails { Err(AskError::NotPermitted) } else { Ok(()) };
        let (now, strangers) = (self.now, &mut self.strangers);
        match effect {
            Effect::LookUp { request, .. } => {
                let part = Box::new(strangers.part("BILL", State::Failed, now));
                let candidates = (0..4).map(|nth| strangers.candidate(nth)).collect();
                vec![
                    Msg::LookupPart { request, part },
                    Msg::LookupRanked { request, candidates },
                    Msg::LookupEnded { request, result: Ok(()) },
                ]
            }
            Effect::View(wanted) => {
                let request = wanted.request;
                let states = [
                    ("CRM", State::Ok),
                    ("BILL", State::Stale),
                    ("WO", State::Failed),
                    ("COLL", State::Empty),
                    (OWN, State::Ok),
                ];
                let part = |(name, state)| Msg::ViewPart {
                    request,
                    part: Box::new(strangers.part(name, state, now)),
                };
                let mut said: Vec<Msg> = states.into_iter().map(part).collect();
                said.push(Msg::ViewEnded { request, result: Ok(()) });
                said
            }
            Effect::Link { request, .. } => {
                vec![Msg::LinkSettled { request, result: Ok(LinkId(1)) }]
            }
            Effect::SaveNote { request, .. } => {
                vec![Msg::NoteSaved { request, result: or(fails) }]
            }
            Effect::FollowUp { request, .. } => {
                let kept = Box::new(strangers.follow_up(1, now));
                vec![Msg::FollowUpSaved { request, result: or(fails).map(|()| kept) }]
            }
            Effect::AskActions { request } => {
                vec![Msg::ActionsTold { request, result: Ok(strangers.actions()) }]
            }
            Effect::Write { request, new } => {
                let receipt = Box::new(strangers.receipt(new, now));
                vec![Msg::Written { request, result: or(fails).map(|()| receipt) }]
            }
            Effect::Report { request, new } => {
                let report = Box::new(strangers.report(new, now));
                vec![Msg::Reported { request, result: or(fails).map(|()| report) }]
            }
            Effect::State { request, .. } => {
                vec![Msg::Stated { request, result: Err(AskError::NotPermitted) }]
            }
            Effect::PinNote { request, id, .. } => {
                let note = Box::new(strangers.note(id, now));
                vec![Msg::NotePinned { request, result: Ok(note) }]
            }
            Effect::SettleFollowUp { request, id, .. } => {
                let kept = Box::new(strangers.follow_up(id, now));
                vec![Msg::FollowUpSettled { request, result: Ok(kept) }]
            }
            Effect::AddContact { request, .. } => {
                let made = Box::new(strangers.contact(1, now));
                vec![Msg::ContactMade { request, result: or(fails).map(|()| made) }]
            }
            Effect::WrapUp { request, new } => {
                let outcome = Box::new(strangers.outcome(new, now));
                vec![Msg::WrapUpSaved { request, result: or(fails).map(|()| outcome) }]
            }
            Effect::HandOver { request, .. } => {
                let given = Box::new(strangers.handover(now));
                vec![Msg::HandedOver { request, result: or(fails).map(|()| given) }]
            }
            Effect::AskHandover { request, .. } => {
                let came = Some(Box::new(strangers.handover(now)));
                vec![Msg::HandoverTold { request, result: Ok(came) }]
            }
            Effect::WhoAmI => vec![Msg::Introduced(Ok(strangers.myself()))],
            Effect::Command(command) => {
                let taken = or(fails).map_err(|_| strangers.text());
                vec![Msg::Replied(Reply { id: command.id, taken })]
            }
            Effect::Edit(_) => vec![Msg::Edited(Err(strangers.text()))],
            _ => Vec::new(),
        }
    }

    /// Looks at everything that shows the desk, and complains of what is not text.
    #[track_caller]
    pub fn look(&mut self, what: &str) {
        const SIZES: [(u16, u16); 4] = [(120, 40), (40, 10), (80, 24), (160, 50)];
        self.looks += 1;
        let (width, height) = SIZES[self.looks % SIZES.len()];
        self.happen(Msg::Resized { width, height });
        let empty = Buffer::empty(Rect::new(0, 0, width, height));
        let mut cells = empty.clone();
        norns::ui::draw(&self.desk, &NIGHT, &mut cells);
        let mut bytes = Vec::new();
        CrosstermBackend::new(&mut bytes).draw(empty.diff(&cells).into_iter()).unwrap();
        let text = rows_of(&cells).join("\n");
        assert!(!text.contains("cannot be drawn"), "{what} at {width}x{height}: {text}");
        let found = violations(&bytes);
        assert!(found.is_empty(), "{what} at {width}x{height}: {found:?}");
        if self.looks.is_multiple_of(4) {
            self.listen(what);
        }
    }

    /// What would be read out is text before it is written.
    #[track_caller]
    fn listen(&self, what: &str) {
        let mut readings = pane::everything(&self.desk);
        readings.extend(overlay::top(&self.desk));
        let mut said: Vec<String> = readings.iter().flat_map(|reading| reading.lines()).collect();
        let (_, heard) = Voice::begin(&self.desk);
        said.extend(heard.into_iter().map(|heard| match heard {
            Heard::Line(text) | Heard::Prompt(text) | Heard::Typed(text) => text,
        }));
        for line in said {
            for row in rows(&line, 40) {
                let found = violations(CleanText::line(&row).as_bytes());
                assert!(found.is_empty(), "{what}, read out: {found:?} in {row:?}");
            }
        }
    }
}
