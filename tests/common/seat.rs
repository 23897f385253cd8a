//! A desk without a terminal: things happen, and cells are looked at. For many tests that are over
//! at once.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use norns::app::effect::Effect;
use norns::app::model::{Model, Start};
use norns::app::msg::{Msg, RequestId};
use norns::app::update::update;
use norns::connectors::Source;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::SHIPPED;
use norns::connectors::spec::Connector;
use norns::domain::customer::{Candidate, CustomerId, Key as CustomerKey};
use norns::domain::interaction::{Call, CallFacts, CallKey, Presentation};
use norns::domain::phone::{Number, Region};
use norns::domain::source::{Part, State};
use norns::domain::text::CleanText;
use norns::keys::key::Key;
use norns::keys::keymap;
use norns::sample::Sample;
use norns::sample::company::Company;
use norns::sample::people::Person;
use norns::sample::server::Latency;
use norns::ui::theme::{self, Depth, Glyphs, Theme};
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Rect;

/// The sample's seed in these tests.
const SEED: u64 = 7;

/// The scenario's first moment.
pub fn now() -> Timestamp {
    "2026-11-02T10:04:00-05:00".parse().expect("a moment")
}

/// The zone that times are shown in.
pub fn zone() -> TimeZone {
    TimeZone::get("America/Toronto").expect("a zone")
}

/// A desk and the theme that it is drawn with.
pub struct Seat {
    pub desk: Model,
    pub theme: Theme,
    pub now: Timestamp,
    /// Calls that rang so far.
    calls: u32,
}

impl Seat {
    /// A desk at which nothing has happened.
    pub fn open(size: (u16, u16)) -> Self {
        Self::keyed("default", size)
    }

    /// The same, with this keymap.
    pub fn keyed(keymap: &str, size: (u16, u16)) -> Self {
        let desk = Model::new(Start {
            size,
            now: now(),
            zone: zone(),
            home: Region::NANP,
            keymap: keymap::load(keymap, &|_| None).0,
            complaints: Vec::new(),
        });
        let theme = theme::load("night", Depth::True, &|_| None).0;
        Self { desk, theme, now: now(), calls: 0 }
    }

    /// The desk with this customer chosen, of whom the sources say this.
    pub fn with(size: (u16, u16), parts: Vec<Part>) -> Self {
        let mut seat = Self::open(size);
        seat.call();
        seat.choose(parts);
        seat
    }

    /// The same desk, drawn with signs that every terminal has.
    pub fn ascii(mut self) -> Self {
        self.theme.glyphs = Glyphs::ASCII;
        self
    }

    /// The same desk, in this theme.
    pub fn themed(mut self, name: &str, depth: Depth) -> Self {
        let glyphs = self.theme.glyphs;
        self.theme = theme::load(name, depth, &|_| None).0;
        self.theme.glyphs = glyphs;
        self
    }

    /// Something happens.
    pub fn happen(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = update(&mut self.desk, self.now, msg);
        if let Some(extent) = norns::ui::reach::reach(&self.desk, &self.theme.glyphs) {
            update(&mut self.desk, self.now, Msg::Measured(extent));
        }
        effects
    }

    /// Keys are pressed, written as in keymap files.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        let keys = keys.split(' ').map(|key| key.parse::<Key>().expect("a key"));
        keys.flat_map(|key| self.happen(Msg::Key(key))).collect()
    }

    /// The terminal has another size.
    pub fn resize(&mut self, (width, height): (u16, u16)) {
        self.happen(Msg::Resized { width, height });
    }

    /// The scenario's call rings; returns the question that it makes the desk ask.
    pub fn call(&mut self) -> RequestId {
        self.call_of("c-1", "BILLING")
    }

    /// A call of this queue rings.
    pub fn call_of(&mut self, name: &str, queue: &str) -> RequestId {
        let call = self.ringing(name, "4165550142", queue);
        let effects = self.happen(Msg::CallChanged(Box::new(call)));
        let asked = effects.iter().find_map(|effect| match effect {
            Effect::LookUp { request, .. } => Some(*request),
            _ => None,
        });
        asked.expect("a call with a number is looked up")
    }

    /// The next call, as it rings.
    pub fn ringing(&mut self, name: &str, ani: &str, queue: &str) -> Call {
        let text = CleanText::line;
        let facts = CallFacts {
            ani: Some(text(ani)),
            presentation: Presentation::Allowed,
            queue: Some(text(queue)),
            wait_ms: Some(212_000),
            ivr_path: vec![text("1 billing"), text("3 charge question")],
            ..CallFacts::default()
        };
        self.calls += 1;
        let key = CallKey { source: text("local"), call: text(name) };
        Call::ringing(self.calls, key, facts, self.now)
    }

    /// The first of two candidates is chosen, and the sources say this.
    pub fn choose(&mut self, parts: Vec<Part>) -> RequestId {
        let request = self.desk.session().lookup.as_ref().expect("a question").request;
        let candidate = |id: &str, name: &str| Candidate {
            id: CustomerId::parse(id).expect("an id"),
            name: CleanText::line(name),
            account: None,
            since: None,
            score: 1,
            reasons: vec![CleanText::line("mobile")],
            records: Vec::new(),
            keys: Vec::new(),
            kin: Vec::new(),
        };
        let candidates = vec![
            candidate("CRM:C-20417", "Eleanor Whitcombe"),
            candidate("CRM:C-88120", "E Whitcombe"),
        ];
        self.happen(Msg::LookupRanked { request, candidates });
        self.press("g n");
        let effects = self.press("enter");
        let asked = effects.iter().find_map(|effect| match effect {
            Effect::View(wanted) => Some(wanted.request),
            _ => None,
        });
        let request = asked.expect("a chosen customer is asked about");
        for part in parts {
            self.happen(Msg::ViewPart { request, part: Box::new(part) });
        }
        request
    }

    /// What is drawn.
    pub fn cells(&self) -> Buffer {
        let (width, height) = self.desk.size();
        let mut cells = Buffer::empty(Rect::new(0, 0, width, height));
        norns::ui::draw(&self.desk, &self.theme, &mut cells);
        cells
    }

    /// What is drawn, as rows of text without what wide characters cover.
    pub fn rows(&self) -> Vec<String> {
        rows(&self.cells())
    }

    /// What is drawn, as one text.
    pub fn text(&self) -> String {
        self.rows().join("\n")
    }
}

/// The rows of a buffer as text.
pub fn rows(cells: &Buffer) -> Vec<String> {
    let area = cells.area;
    (area.top()..area.bottom()).map(|y| piece(cells, (area.left(), y), area.width)).collect()
}

/// So many columns of a row as text.
pub fn piece(cells: &Buffer, (x, y): (u16, u16), columns: u16) -> String {
    let mut text = String::new();
    let mut at = x;
    while at < x + columns {
        let cell = &cells[(at, y)];
        text.push_str(cell.symbol());
        at += columns_of(cell).max(1);
    }
    text
}

/// Columns that a cell's character takes.
pub fn columns_of(cell: &Cell) -> u16 {
    if cell.symbol().len() == 1 { 1 } else { cell.cell_width() }
}

/// What all of the sample's systems say of a customer of its CRM, over HTTP, asked once.
pub fn parts_of(id: &str) -> Vec<Part> {
    static ANSWERS: LazyLock<Mutex<BTreeMap<String, Vec<Part>>>> = LazyLock::new(Mutex::default);
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    answers.entry(id.to_owned()).or_insert_with(|| ask(id)).clone()
}

/// The sample's company.
pub static COMPANY: LazyLock<Company> = LazyLock::new(|| Company::new(SEED, now()));

fn ask(id: &str) -> Vec<Part> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let keys = keys(COMPANY.person(id).expect("a customer of the sample"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let sample = Sample::start(SEED, 42, now(), Latency::None).await.expect("the sample");
        let variables = sample.variables().to_vec();
        let find = move |name: &str| {
            variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let shared = Shared::new(std::sync::Arc::new(now));
        let mut parts = Vec::new();
        for (name, text) in SHIPPED {
            let connector = Connector::read(name, text, &find).expect("a shipped connector");
            let source = ConnectorSource::new(connector, &shared).expect("a source");
            let viewed = source.view(&keys, 500).await.expect("the sample answers");
            let state = if viewed.facts.is_empty() { State::Empty } else { State::Ok };
            parts.push(Part {
                state,
                fetched_at: Some(now()),
                waited_ms: 40,
                facts: viewed.facts,
                ..Part::loading(source.id().clone())
            });
        }
        parts
    })
}

fn keys(person: &Person) -> Vec<CustomerKey> {
    let text = CleanText::line;
    let id = CustomerId::parse(&format!("CRM:{}", person.id)).expect("an id");
    let mut keys = vec![CustomerKey::Id(id)];
    keys.extend(person.account.as_deref().map(|account| CustomerKey::Account(text(account))));
    let numbers = person.phones.iter().filter_map(|(_, typed)| Number::read(typed, Region::NANP));
    keys.extend(numbers.map(CustomerKey::Phone));
    keys.extend(person.email.as_deref().map(|email| CustomerKey::Email(text(email))));
    keys
}
