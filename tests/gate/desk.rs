//! The whole desk, with strangers' words in every place that has room for some.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use norns::app::effect::Effect;
use norns::app::model::{Model, Start};
use norns::app::msg::{BellState, Msg, RequestId};
use norns::app::update::update;
use norns::domain::contact::{Channel, Entry, Line, When};
use norns::domain::customer::{
    Alert, AlertKind, Candidate, ContactKind, ContactPoint, CustomerId, Profile,
};
use norns::domain::interaction::{
    Call, CallFacts, CallKey, CallState, Direction, Origin, Presentation, Transfer, VerifiedBy,
};
use norns::domain::money::Money;
use norns::domain::phone::Region;
use norns::domain::promise::{Due, DueKind, Matter, MatterKind, Offer};
use norns::domain::source::{Facts, Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::keys::key::{Code, Key};
use norns::keys::keymap::{self, Keymap};
use norns::ui::theme::{self, Depth, Theme};
use ratatui::buffer::Buffer;

/// Texts that one desk shows.
pub const TEXTS: usize = 40;

/// Hands out texts, over and over.
struct Strangers<'t>(std::iter::Cycle<std::slice::Iter<'t, CleanText>>);

impl Strangers<'_> {
    fn text(&mut self) -> CleanText {
        self.0.next().cloned().unwrap_or_default()
    }

    fn some(&mut self) -> Option<CleanText> {
        Some(self.text())
    }

    fn pair(&mut self) -> (CleanText, CleanText) {
        (self.text(), self.text())
    }
}

/// Draws a desk at which a call is ringing and a customer is chosen.
pub fn draw(texts: &[CleanText], cells: &mut Buffer) {
    let mut strangers = Strangers(texts.iter().cycle());
    let mut desk = open(cells);
    popped(&mut desk, &mut strangers);
    view(&mut desk, &mut strangers);
    let notice = strangers.text();
    happen(&mut desk, Msg::Complaint(notice));
    norns::ui::draw(&desk, &THEME, cells);
}

/// Draws the candidates of a call, and a bell that is deaf for a stranger's reason.
pub fn draw_candidates(texts: &[CleanText], cells: &mut Buffer) {
    let mut strangers = Strangers(texts.iter().cycle());
    let mut desk = open(cells);
    happen(&mut desk, Msg::Bell(BellState::Deaf(strangers.text())));
    popped(&mut desk, &mut strangers);
    norns::ui::draw(&desk, &THEME, cells);
}

/// Draws a note that these texts were typed, pasted and brought back into.
pub fn draw_note(texts: &[CleanText], cells: &mut Buffer) {
    let mut desk = open(cells);
    press(&mut desk, Code::Char('n'));
    for text in texts.iter().rev().take(8) {
        happen(&mut desk, Msg::Paste(format!("{}\n", text.as_str())));
    }
    for c in texts.iter().take(8).flat_map(|text| text.chars()).filter(|c| *c != '\n') {
        press(&mut desk, Code::Char(c));
    }
    norns::ui::draw(&desk, &THEME, cells);
}

static THEME: LazyLock<Theme> = LazyLock::new(|| theme::load("night", Depth::Ansi256, &|_| None).0);
static KEYMAP: LazyLock<Keymap> = LazyLock::new(|| keymap::load("default", &|_| None).0);

fn now() -> Timestamp {
    Timestamp::from_second(1_793_631_840).expect("a moment")
}

fn open(cells: &Buffer) -> Model {
    Model::new(Start {
        size: (cells.area.width, cells.area.height),
        now: now(),
        zone: TimeZone::UTC,
        home: Region::NANP,
        keymap: KEYMAP.clone(),
        complaints: Vec::new(),
    })
}

fn happen(desk: &mut Model, msg: Msg) -> Vec<Effect> {
    update(desk, now(), msg)
}

fn press(desk: &mut Model, code: Code) -> Vec<Effect> {
    happen(desk, Msg::Key(Key { code, ctrl: false, alt: false, shift: false }))
}

fn popped(desk: &mut Model, strangers: &mut Strangers<'_>) {
    let facts = CallFacts {
        ani: Some(CleanText::line("4165550142")),
        ani_name: strangers.some(),
        presentation: Presentation::Allowed,
        dnis: strangers.some(),
        queue: strangers.some(),
        skill: strangers.some(),
        campaign: strangers.some(),
        wait_ms: Some(212_000),
        language: strangers.some(),
        account: strangers.some(),
        contact: strangers.some(),
        case: strangers.some(),
        callback_id: strangers.some(),
        verified: VerifiedBy::None,
        ivr_path: vec![strangers.text(), strangers.text()],
        uui: strangers.some(),
        data: vec![strangers.pair(), strangers.pair()],
    };
    let key = CallKey { source: strangers.text(), call: strangers.text() };
    let call = Call {
        number: 1,
        key,
        state: CallState::Offered,
        direction: Direction::In,
        facts,
        offered_at: now(),
        answered_at: None,
        held_at: None,
        ended_at: None,
        wrap_up: None,
        rings: 1,
        origin: Origin::Socket,
        pops: true,
        transfer: Transfer::default(),
    };
    let effects = happen(desk, Msg::CallChanged(Box::new(call)));
    let request = effects.iter().find_map(|effect| match effect {
        Effect::LookUp { request, .. } => Some(*request),
        _ => None,
    });
    let request = request.expect("a call with a number is looked up");
    let candidate = |nth: u32, strangers: &mut Strangers<'_>| Candidate {
        id: CustomerId { source: source("CRM"), key: strangers.text() },
        name: strangers.text(),
        account: strangers.some(),
        since: Some(date(2006, 3, 1)),
        score: 10 - nth,
        reasons: vec![strangers.text(), strangers.text()],
        records: Vec::new(),
        keys: Vec::new(),
    };
    let candidates = (0..4).map(|nth| candidate(nth, strangers)).collect();
    happen(desk, Msg::LookupRanked { request, candidates });
    let why = strangers.some();
    let part = Part { state: State::Failed, why, ..Part::loading(source("BILL")) };
    happen(desk, Msg::LookupPart { request, part: Box::new(part) });
}

fn view(desk: &mut Model, strangers: &mut Strangers<'_>) {
    let effects = press(desk, Code::Enter);
    let request = effects.iter().find_map(|effect| match effect {
        Effect::View(wanted) => Some(wanted.request),
        _ => None,
    });
    let request: RequestId = request.expect("a chosen customer is asked about");
    let states = [("CRM", State::Ok), ("BILL", State::Ok), ("WO", State::Failed)];
    for (name, state) in states {
        let (why, facts) = (strangers.some(), facts(name, strangers));
        let part = Part { state, why, facts, ..Part::loading(source(name)) };
        happen(desk, Msg::ViewPart { request, part: Box::new(part) });
    }
}

fn source(name: &str) -> SourceId {
    SourceId::new(name).expect("a source's name")
}

fn facts(name: &str, strangers: &mut Strangers<'_>) -> Facts {
    let source = source(name);
    let amount = Money::new(19_600, "CAD");
    let when = When::at(now());
    let line = |service: &str, strangers: &Option<CleanText>| Line {
        what: strangers.clone().unwrap_or_default(),
        service: Some(CleanText::line(service)),
        period: strangers.clone(),
        amount,
    };
    let entry = |nth: usize, strangers: &mut Strangers<'_>| {
        let what = strangers.some();
        Entry {
            id: CleanText::line(&nth.to_string()),
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
        expected: Some(now()),
        owner: strangers.some(),
        amount,
    };
    let due = |kind, strangers: &mut Strangers<'_>| Due {
        id: strangers.text(),
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
    let contact = |kind, strangers: &mut Strangers<'_>| ContactPoint {
        kind,
        value: strangers.text(),
        confirmed: None,
    };
    Facts {
        profile: Some(Profile {
            name: strangers.some(),
            account: strangers.some(),
            status: strangers.some(),
            segment: strangers.some(),
            since: Some(date(2006, 3, 1)),
            contacts: [ContactKind::Mobile, ContactKind::Email, ContactKind::Postal]
                .map(|kind| contact(kind, strangers))
                .into(),
            language: strangers.some(),
            household: strangers.some(),
            household_size: Some(3),
            parent: strangers.some(),
            special_care: strangers.some(),
        }),
        entries: (0..6).map(|nth| entry(nth, strangers)).collect(),
        matters: MatterKind::ALL.map(|kind| matter(kind, strangers)).into(),
        dues: DueKind::ALL.map(|kind| due(kind, strangers)).into(),
        alerts: AlertKind::ALL.map(|kind| alert(kind, strangers)).into(),
        offers: vec![Offer { id: strangers.text(), source, what: strangers.text() }],
    }
}
