//! The whole desk, with strangers' words in every place that has room for some.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use norns::app::effect::Effect;
use norns::app::model::{Model, Start};
use norns::app::msg::{BellState, Msg};
use norns::app::update::update;
use norns::domain::phone::Region;
use norns::domain::source::{Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::keys::key::{Code, Key};
use norns::keys::keymap::{self, Keymap};
use norns::ui::theme::{self, Depth, Theme};
use ratatui::buffer::Buffer;

use crate::common::strangers::Strangers;

/// Texts that one desk shows.
pub const TEXTS: usize = 40;

/// Draws a desk at which a call is ringing and a customer is chosen.
pub fn draw(texts: &[CleanText], cells: &mut Buffer) {
    let mut strangers = Strangers::new(texts);
    let mut desk = open(cells);
    popped(&mut desk, &mut strangers);
    view(&mut desk, &mut strangers);
    let notice = strangers.text();
    happen(&mut desk, Msg::Complaint(notice));
    norns::ui::draw(&desk, &THEME, cells);
}

/// Draws the candidates of a call, and a bell that is deaf for a stranger's reason.
pub fn draw_candidates(texts: &[CleanText], cells: &mut Buffer) {
    let mut strangers = Strangers::new(texts);
    let mut desk = open(cells);
    happen(&mut desk, Msg::Bell(BellState::Deaf(strangers.text())));
    popped(&mut desk, &mut strangers);
    norns::ui::draw(&desk, &THEME, cells);
}

/// Draws a note that these texts were typed into.
pub fn draw_typed(texts: &[CleanText], cells: &mut Buffer) {
    let mut desk = open(cells);
    press(&mut desk, Code::Char('n'));
    for c in texts.iter().flat_map(|text| text.chars()).filter(|c| *c != '\n') {
        press(&mut desk, Code::Char(c));
    }
    norns::ui::draw(&desk, &THEME, cells);
}

/// Draws a note that these texts were pasted into.
pub fn draw_pasted(texts: &[CleanText], cells: &mut Buffer) {
    let mut desk = open(cells);
    press(&mut desk, Code::Char('n'));
    for text in texts {
        happen(&mut desk, Msg::Paste(format!("{}\n", text.as_str())));
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
    let effects = happen(desk, Msg::CallChanged(Box::new(strangers.call(1, now()))));
    let request = effects.iter().find_map(|effect| match effect {
        Effect::LookUp { request, .. } => Some(*request),
        _ => None,
    });
    let request = request.expect("a call with a number is looked up");
    let candidates = (0..4).map(|nth| strangers.candidate(nth)).collect();
    happen(desk, Msg::LookupRanked { request, candidates });
    let why = strangers.some();
    let source = SourceId::new("BILL").expect("a source's name");
    let part = Part { state: State::Failed, why, ..Part::loading(source) };
    happen(desk, Msg::LookupPart { request, part: Box::new(part) });
}

fn view(desk: &mut Model, strangers: &mut Strangers<'_>) {
    let effects = press(desk, Code::Enter);
    let request = effects.iter().find_map(|effect| match effect {
        Effect::View(wanted) => Some(wanted.request),
        _ => None,
    });
    let request = request.expect("a chosen customer is asked about");
    let states = [("CRM", State::Ok), ("BILL", State::Ok), ("WO", State::Failed)];
    for (name, state) in states {
        let part = Box::new(strangers.part(name, state, now()));
        happen(desk, Msg::ViewPart { request, part });
    }
}
