//! A desk as a value, with a call and a customer, driven by hand.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use norns::app::effect::Effect;
use norns::app::model::{Model, Start};
use norns::app::msg::{Msg, RequestId};
use norns::app::update::update;
use norns::domain::contact::{Channel, Entry, When};
use norns::domain::customer::{Candidate, CustomerId, Profile};
use norns::domain::interaction::{Call, CallFacts, CallKey, CallState};
use norns::domain::phone::Region;
use norns::domain::source::{Facts, Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::keys::key::Key;
use norns::keys::keymap;
use norns::ui::linear::voice::Meant;
use norns::ui::linear::{Heard, Voice};

/// A desk that speaks.
pub struct Desk {
    pub model: Model,
    pub voice: Voice,
    pub now: Timestamp,
}

impl Desk {
    /// A desk at which nothing has happened; its opening words are over.
    pub fn open() -> Self {
        let now = Timestamp::from_second(1_793_631_840).unwrap();
        let mut model = Model::new(Start {
            size: (80, 24),
            now,
            zone: TimeZone::UTC,
            home: Region::NANP,
            keymap: keymap::load("default", &|_| None).0,
            complaints: Vec::new(),
        });
        model.linear = true;
        let (voice, _) = Voice::begin(&model);
        Self { model, voice, now }
    }

    /// A desk with a customer on the screen, all of whose sources have answered.
    pub fn with_customer() -> Self {
        let mut desk = Self::open();
        desk.rings(1, "4165550142");
        desk.found(2);
        let request = desk.choose();
        desk.answer(request, crm());
        desk.ended(request);
        desk
    }

    /// Lets it happen; what is said of it.
    pub fn happen(&mut self, msg: Msg) -> Vec<String> {
        self.effects(msg).1
    }

    /// Presses keys, as keymap files write them; what is said of them.
    pub fn press(&mut self, keys: &str) -> Vec<String> {
        let mut said = Vec::new();
        for key in keys.split(' ') {
            let key: Key = key.parse().unwrap();
            let meant = Meant::of(&self.model, key);
            let effects = update(&mut self.model, self.now, Msg::Key(key));
            for effect in effects {
                if let Effect::Read(what) = effect {
                    said.extend(self.voice.read(&self.model, what));
                }
            }
            if let Some(extent) = Voice::extent(&self.model) {
                update(&mut self.model, self.now, Msg::Measured(extent));
            }
            said.extend(self.voice.pressed(&self.model, meant));
        }
        said.iter().map(words).collect()
    }

    /// Types a text.
    pub fn types(&mut self, text: &str) -> Vec<String> {
        let key = |c: char| if c == ' ' { "space".to_owned() } else { c.to_string() };
        text.chars().flat_map(|c| self.press(&key(c))).collect()
    }

    /// A call rings.
    pub fn rings(&mut self, number: u32, ani: &str) -> Vec<String> {
        let call = self.call(number, ani, CallState::Offered);
        self.happen(Msg::CallChanged(Box::new(call)))
    }

    /// A call in some state.
    pub fn call(&self, number: u32, ani: &str, state: CallState) -> Call {
        let key = CallKey { source: clean("local"), call: clean(&number.to_string()) };
        let facts = CallFacts {
            ani: Some(clean(ani)),
            queue: Some(clean("BILLING")),
            ..CallFacts::default()
        };
        let now = Some(self.now);
        Call {
            state,
            answered_at: now,
            held_at: now,
            ended_at: now,
            ..Call::ringing(number, key, facts, self.now)
        }
    }

    /// So many candidates are found for the call on the screen.
    pub fn found(&mut self, count: u32) -> Vec<String> {
        let request = self.model.session().lookup.as_ref().unwrap().request;
        let candidate = |nth: u32| Candidate {
            id: CustomerId { source: source("CRM"), key: clean(&format!("C-{nth}")) },
            name: clean(&format!("Customer {nth}")),
            account: None,
            since: None,
            score: 10 - nth,
            reasons: vec![clean("mobile")],
            records: Vec::new(),
            keys: Vec::new(),
            kin: Vec::new(),
        };
        let candidates = (1..=count).map(candidate).collect();
        self.happen(Msg::LookupRanked { request, candidates })
    }

    /// Takes the candidate under the cursor; what its sources are asked by.
    pub fn choose(&mut self) -> RequestId {
        let (effects, _) = self.effects(Msg::Key("enter".parse().unwrap()));
        let asked = effects.iter().find_map(|effect| match effect {
            Effect::View(wanted) => Some(wanted.request),
            _ => None,
        });
        asked.unwrap()
    }

    /// A source answers.
    pub fn answer(&mut self, request: RequestId, part: Part) -> Vec<String> {
        self.happen(Msg::ViewPart { request, part: Box::new(part) })
    }

    /// Every source has answered.
    pub fn ended(&mut self, request: RequestId) -> Vec<String> {
        self.happen(Msg::ViewEnded { request, result: Ok(()) })
    }

    /// What the present is headed by.
    pub fn present(&self) -> String {
        norns::ui::linear::pane::present(&self.model).heading()
    }

    /// Time passes.
    pub fn passes(&mut self, seconds: i64) -> Vec<String> {
        self.now += SignedDuration::from_secs(seconds);
        self.happen(Msg::Woke)
    }

    /// Lets it happen; what it asks of the world, and what is said of it.
    pub fn effects(&mut self, msg: Msg) -> (Vec<Effect>, Vec<String>) {
        let effects = update(&mut self.model, self.now, msg);
        let said = self.voice.hear(&self.model);
        (effects, said.iter().map(words).collect())
    }
}

/// What a source that is called so has to say of itself.
pub fn part(name: &str, state: State) -> Part {
    Part { state, ..Part::loading(source(name)) }
}

/// What the CRM knows: a person and thirty e-mails.
pub fn crm() -> Part {
    let entry = |nth: i64| Entry {
        body: clean("Dear Sir"),
        ..Entry::bare(
            (source("CRM"), clean(&nth.to_string())),
            (When::at(Timestamp::from_second(1_793_631_840 - nth * 60).unwrap()), Channel::Email),
            clean(&format!("letter {nth}")),
        )
    };
    let facts = Facts {
        profile: Some(Profile { name: Some(clean("Customer 1")), ..Profile::default() }),
        entries: (1..=30).map(entry).collect(),
        ..Facts::default()
    };
    Part { facts, ..part("CRM", State::Ok) }
}

pub fn clean(text: &str) -> CleanText {
    CleanText::line(text)
}

fn source(name: &str) -> SourceId {
    SourceId::new(name).unwrap()
}

fn words(heard: &Heard) -> String {
    match heard {
        Heard::Line(line) => line.clone(),
        Heard::Prompt(so_far) => format!("> {so_far}"),
        Heard::Typed(more) => format!("+{more}"),
    }
}
