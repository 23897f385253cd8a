//! A desk without a machine: the test is its clock, its telephone and its gateway.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use norns::app::effect::Effect;
use norns::app::model::{Model, Start};
use norns::app::msg::{Msg, RequestId, SavedDraft};
use norns::app::update::update;
use norns::domain::ask::LinkId;
use norns::domain::contact::{Channel, Entry, When};
use norns::domain::customer::{Candidate, CustomerId, Key};
use norns::domain::interaction::{Call, CallFacts, CallKey, CallState};
use norns::domain::phone::{Number, Region};
use norns::domain::source::{Facts, Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::keys::keymap;
use norns::ui::theme::{self, Depth};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Monday, 2 November 2026, 10:04 in Toronto.
const MORNING: &str = "2026-11-02T10:04:00-05:00";

/// A desk, and everything that it has asked of the world and nobody has looked at yet.
pub struct Hands {
    pub model: Model,
    pub effects: Vec<Effect>,
    now: Timestamp,
    /// So many calls have rung.
    pub calls: u32,
}

impl Hands {
    pub fn open() -> Self {
        Self::with_keymap("default")
    }

    pub fn with_keymap(name: &str) -> Self {
        let now = MORNING.parse().unwrap();
        let (keymap, complaints) = keymap::load(name, &|_| None);
        assert_eq!(complaints, []);
        let model = Model::new(Start {
            size: (120, 40),
            now,
            zone: TimeZone::get("America/Toronto").unwrap(),
            home: Region::NANP,
            keymap,
            complaints: Vec::new(),
        });
        Self { model, effects: Vec::new(), now, calls: 0 }
    }

    /// A desk with Eleanor's call and Eleanor on the screen.
    pub fn with_eleanor() -> Self {
        let mut hands = Self::open();
        hands.ring("4165550142");
        hands.answer_look_up(&[eleanor()]);
        hands.press("enter");
        let (link, _) = hands.asked_link();
        hands.happen(Msg::LinkSettled { request: link, result: Ok(LinkId(1)) });
        hands
    }

    pub fn happen(&mut self, msg: Msg) {
        let effects = update(&mut self.model, self.now, msg);
        self.effects.extend(effects);
    }

    pub fn pass(&mut self, milliseconds: i64) {
        self.now += SignedDuration::from_millis(milliseconds);
        self.happen(Msg::Woke);
    }

    /// Presses keys as keymap files write them, parted by spaces.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.happen(Msg::Key(key.parse().unwrap()));
        }
    }

    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            let name = if c == ' ' { "space".to_owned() } else { c.to_string() };
            self.press(&name);
        }
    }

    /// A call rings.
    pub fn ring(&mut self, ani: &str) -> Call {
        let facts = CallFacts {
            ani: Some(CleanText::line(ani)),
            queue: Some(CleanText::line("BILLING")),
            ..CallFacts::default()
        };
        self.ring_with(facts)
    }

    pub fn ring_with(&mut self, facts: CallFacts) -> Call {
        self.calls += 1;
        let key = CallKey {
            source: CleanText::line("local"),
            call: CleanText::line(&format!("c-{}", self.calls)),
        };
        let call = Call::ringing(self.calls, key, facts, self.now);
        self.happen(Msg::CallChanged(Box::new(call.clone())));
        call
    }

    /// The call goes on.
    pub fn call_is(&mut self, call: &Call, state: CallState) {
        let now = Some(self.now);
        let call = Call { state, answered_at: now, ended_at: now, ..call.clone() };
        self.happen(Msg::CallChanged(Box::new(call)));
    }

    /// The newest effect of a kind, which is then looked at.
    #[track_caller]
    pub fn take<T>(&mut self, what: &str, find: impl Fn(&Effect) -> Option<T>) -> T {
        let at = self.effects.iter().rposition(|effect| find(effect).is_some());
        let at = at.unwrap_or_else(|| panic!("{what} was not asked: {:?}", self.effects));
        find(&self.effects.remove(at)).unwrap()
    }

    pub fn asks(&self, find: impl Fn(&Effect) -> bool) -> bool {
        self.effects.iter().any(find)
    }

    /// The drafts that were to be kept since the last look.
    pub fn kept(&mut self) -> Vec<SavedDraft> {
        let kept = self.effects.iter().filter_map(|effect| match effect {
            Effect::KeepDraft(draft) => Some(draft.clone()),
            _ => None,
        });
        let kept = kept.collect();
        self.effects.clear();
        kept
    }

    #[track_caller]
    pub fn asked_look_up(&mut self) -> (RequestId, Vec<Key>) {
        self.take("a look-up", |effect| match effect {
            Effect::LookUp { request, keys } => Some((*request, keys.clone())),
            _ => None,
        })
    }

    #[track_caller]
    pub fn asked_view(&mut self) -> RequestId {
        self.take("a view", |effect| match effect {
            Effect::View(wanted) => Some(wanted.request),
            _ => None,
        })
    }

    #[track_caller]
    pub fn asked_link(&mut self) -> (RequestId, CustomerId) {
        self.take("a link", |effect| match effect {
            Effect::Link { request, customer, .. } => Some((*request, customer.clone())),
            _ => None,
        })
    }

    /// These are all candidates, and the look-up is over.
    #[track_caller]
    pub fn answer_look_up(&mut self, candidates: &[Candidate]) {
        let (request, _) = self.asked_look_up();
        let state = if candidates.is_empty() { State::Empty } else { State::Ok };
        self.lookup_part(request, "CRM", state);
        self.ranked(request, candidates);
        self.look_up_ends(request);
    }

    pub fn look_up_ends(&mut self, request: RequestId) {
        self.happen(Msg::LookupEnded { request, result: Ok(()) });
    }

    pub fn ranked(&mut self, request: RequestId, candidates: &[Candidate]) {
        self.happen(Msg::LookupRanked { request, candidates: candidates.to_vec() });
    }

    pub fn lookup_part(&mut self, request: RequestId, source: &str, state: State) {
        let part = Box::new(part(source, state, Facts::default()));
        self.happen(Msg::LookupPart { request, part });
    }

    /// A source says this of the customer whose view was asked for.
    pub fn view_part(&mut self, request: RequestId, source: &str, facts: Facts) {
        let part = Box::new(part(source, State::Ok, facts));
        self.happen(Msg::ViewPart { request, part });
    }

    /// What is on the screen.
    pub fn screen(&self) -> String {
        let (width, height) = self.model.size();
        let (theme, _) = theme::load("plain", Depth::Mono, &|_| None);
        let mut cells = Buffer::empty(Rect::new(0, 0, width, height));
        norns::ui::draw(&self.model, &theme, &mut cells);
        let rows = cells.content().chunks(usize::from(width));
        rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
    }

    #[track_caller]
    pub fn shows(&self, text: &str) {
        let screen = self.screen();
        assert!(screen.contains(text), "no `{text}` on\n{screen}");
    }

    #[track_caller]
    pub fn hides(&self, text: &str) {
        let screen = self.screen();
        assert!(!screen.contains(text), "`{text}` on\n{screen}");
    }

    pub fn customer(&self) -> Option<String> {
        self.model.session().customer.as_ref().map(|customer| customer.id.to_string())
    }
}

pub fn part(source: &str, state: State, facts: Facts) -> Part {
    Part { state, facts, ..Part::loading(SourceId::new(source).unwrap()) }
}

pub fn candidate(id: &str, name: &str, number: &str) -> Candidate {
    let id = CustomerId::parse(id).unwrap();
    let number = Number::read(number, Region::NANP).unwrap();
    Candidate {
        name: CleanText::line(name),
        account: None,
        since: None,
        score: 1,
        reasons: vec![CleanText::line("mobile")],
        records: vec![id.clone()],
        keys: vec![Key::Id(id.clone()), Key::Phone(number)],
        id,
        kin: Vec::new(),
    }
}

pub fn eleanor() -> Candidate {
    candidate("CRM:C-20417", "Eleanor Whitcombe", "4165550142")
}

pub fn amir() -> Candidate {
    candidate("CRM:C-30001", "Amir Haddad", "6045550199")
}

/// Something that happened, of which no more is known than what it was.
pub fn entry(source: &str, id: &str, at: Timestamp, what: &str) -> Entry {
    Entry::bare(
        (SourceId::new(source).unwrap(), CleanText::line(id)),
        (When::at(at), Channel::Note),
        CleanText::line(what),
    )
}
