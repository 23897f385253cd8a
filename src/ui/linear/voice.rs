//! What is said, when: keeps what was said last, and nothing else.

use super::announce::{By, announce};
use super::overlay;
use super::pane;
use super::reading::{Reading, joined};
use super::seen::Seen;
use crate::action::Action;
use crate::app::effect;
use crate::app::model::Model;
use crate::app::msg::Extent;
use crate::app::overlay::Overlay;
use crate::app::tall::Limits;
use crate::keys::key::{Code, Key};
use crate::keys::keymap::Step;
use crate::ui::words::clock;

/// Something to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A line of its own.
    Line(String),
    /// The line that is being typed, so far; it stays open.
    Prompt(String),
    /// What was typed since, behind what stands there.
    Typed(String),
}

/// What a key means, before it is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    Act(Action),
    /// A chord goes on, or is dropped.
    Chord,
    /// It is typed, or means nothing.
    Type(Key),
}

impl Meant {
    /// What this key means at this desk.
    pub fn of(model: &Model, key: Key) -> Self {
        let mut chord = model.chord.clone();
        if !chord.is_empty() && key == Key::plain(Code::Esc) {
            return Self::Chord;
        }
        chord.push(key);
        match model.keymap.step(model.layers(), &chord) {
            Step::Act(action) => Self::Act(action),
            Step::Pending { .. } => Self::Chord,
            Step::Nothing if chord.len() > 1 => Self::Chord,
            Step::Nothing => Self::Type(key),
        }
    }
}

/// Says what is new, and what is asked for.
#[derive(Debug, Clone)]
pub struct Voice {
    seen: Seen,
    /// The last announcement.
    last: Vec<Heard>,
    /// Something was read on demand since the last key.
    read: bool,
}

impl Voice {
    /// A voice that has said what the desk is, and the words of that.
    pub fn begin(model: &Model) -> (Self, Vec<Heard>) {
        let key = |action| model.keymap.keys_for(model.layers(), action).unwrap_or_default();
        let help = format!(
            "norns, as lines. {} reads every key, {} this pane, {} everything, {} closes the desk",
            key(Action::Help),
            key(Action::ReadPane),
            key(Action::ReadAll),
            key(Action::Quit)
        );
        let mut heard = vec![Heard::Line(help)];
        heard.extend(model.notices.iter().map(|notice| Heard::Line(format!("NOTICE: {notice}"))));
        heard.extend(overlay::current(model).lines().into_iter().map(Heard::Line));
        (Self { seen: Seen::of(model), last: heard.clone(), read: false }, heard)
    }

    /// What the world changed.
    pub fn hear(&mut self, model: &Model) -> Vec<Heard> {
        self.difference(model, By::World)
    }

    /// What a key changed; where it changed nothing, that.
    pub fn pressed(&mut self, model: &Model, meant: Meant) -> Vec<Heard> {
        let heard = self.difference(model, By::Hand);
        let read = std::mem::take(&mut self.read);
        if !heard.is_empty() || read {
            return heard;
        }
        let line = match meant {
            Meant::Act(Action::Quit | Action::Suspend) => return heard,
            Meant::Act(action) => format!("{}: nothing changes", action.what()),
            Meant::Type(_) if overlay::typed(model).is_some() || model.writing => return heard,
            Meant::Type(key) => format!("{key} does nothing here"),
            Meant::Chord => return heard,
        };
        vec![Heard::Line(line)]
    }

    /// Reads out what is asked for.
    pub fn read(&mut self, model: &Model, what: effect::Reading) -> Vec<Heard> {
        self.read = true;
        let lines = |readings: Vec<Reading>| {
            readings.iter().flat_map(Reading::lines).map(Heard::Line).collect()
        };
        match what {
            effect::Reading::Pane => {
                let mut heard: Vec<Heard> = lines(vec![overlay::current(model)]);
                heard.extend(overlay::typed(model).map(Heard::Prompt));
                heard
            }
            effect::Reading::All => {
                let mut all = pane::everything(model);
                all.extend(overlay::top(model));
                lines(all)
            }
            effect::Reading::Again => self.last.clone(),
            effect::Reading::Time => vec![Heard::Line(time(model))],
        }
    }

    /// How far cursors may go, where one is beyond.
    pub fn extent(model: &Model) -> Option<Extent> {
        let session = model.session();
        let top = model.overlay.clone().as_mut().and_then(Overlay::first_mut).map_or(0, |nth| *nth);
        if session.present_first == 0 && session.future_first == 0 && top == 0 {
            return None;
        }
        let extent = Extent {
            present: pane::present(model).rows().count(),
            future: pane::future(model).rows().count(),
            top: overlay::top(model).map_or(0, |reading| reading.rows().count()),
            list: Limits::default(),
        };
        let beyond = session.present_first >= extent.present.max(1)
            || session.future_first >= extent.future.max(1)
            || top >= extent.top.max(1);
        beyond.then_some(extent)
    }

    fn difference(&mut self, model: &Model, by: By) -> Vec<Heard> {
        let mut now = Seen::of(model);
        now.hold_back(&self.seen);
        if now == self.seen {
            return Vec::new();
        }
        let heard = announce(&self.seen, &now, model, by);
        self.seen = now;
        let lines = heard.iter().filter(|heard| matches!(heard, Heard::Line(_)));
        let lines: Vec<Heard> = lines.cloned().collect();
        if !lines.is_empty() {
            self.last = lines;
        }
        heard
    }
}

fn time(model: &Model) -> String {
    let now = model.now.to_zoned_datetime(model.zone.clone()).strftime("%H:%M").to_string();
    let (state, since) = model.agent();
    let timer = since.map(|since| clock(model.now.duration_since(since))).unwrap_or_default();
    let ringing = model.session().call.as_ref().filter(|_| since.is_none());
    let ringing = ringing
        .map(|call| format!("offered {} ago", clock(model.now.duration_since(call.offered_at))));
    let state = format!("{} {timer}", state.name());
    format!("TIME: {}", joined([now, state.trim().to_owned(), ringing.unwrap_or_default()]))
}
