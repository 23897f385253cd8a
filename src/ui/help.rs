//! Every key, by the places where it holds: one key may do another thing in another place.

use super::paper::{Paper, row};
use super::text::{self, pad};
use super::theme::Role;
use crate::action::Action;
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::keys::keymap::Keymap;
use crate::keys::layer::Layer;

/// Columns of the list: so wide that most lines are whole.
const COLUMN: u16 = 56;

/// Where keys hold: the layers there, the innermost first, and what the place is called.
const PLACES: [(&[Layer], &str); 8] = [
    (&[Layer::Pane, Layer::Global], "in every pane"),
    (&[Layer::Past, Layer::Pane, Layer::Global], "in PAST"),
    (&[Layer::Present, Layer::Pane, Layer::Global], "in PRESENT"),
    (&[Layer::Future, Layer::Pane, Layer::Global], "in FUTURE"),
    (&[Layer::Note], "while a note is written"),
    (&[Layer::Form], "in a form"),
    (&[Layer::Line], "while a line is typed"),
    (&[Layer::Overlay], "in what lies on top"),
];
/// What has no key can still be found.
const NOWHERE: &str = "without a key, found by name";

/// A place, and what can be done there: the keys and the action.
pub type Group = (&'static str, Vec<(String, Action)>);

/// Every action once, at the first place that has a key for it.
pub fn groups(keymap: &Keymap) -> Vec<Group> {
    let mut left: Vec<Action> = Action::ALL.to_vec();
    let mut groups: Vec<Group> = Vec::new();
    for (layers, name) in PLACES {
        let mut here = Vec::new();
        left.retain(|action| match keymap.keys_for(layers, *action) {
            Some(keys) => {
                here.push((keys, *action));
                false
            }
            None => true,
        });
        groups.push((name, here));
    }
    groups.push((NOWHERE, left.into_iter().map(|action| (String::new(), action)).collect()));
    groups.retain(|(_, here)| !here.is_empty());
    groups
}

/// A row of the list.
enum Line {
    Place(&'static str),
    Key(String, String),
}

/// The list at one width.
pub struct List {
    lines: Vec<Line>,
    /// Columns of each column of it.
    each: u16,
    /// Rows that it takes.
    pub rows: usize,
}

/// The list in as many columns as there is room for.
pub fn list(model: &Model, width: u16) -> List {
    let columns = (width / COLUMN).clamp(1, 3);
    let each = (width / columns).saturating_sub(1);
    let groups = groups(&model.keymap);
    let keys = groups.iter().flat_map(|(_, here)| here).map(|(keys, _)| text::width(keys));
    let room = keys.max().unwrap_or(0) + 2;
    let mut lines = Vec::new();
    for (place, here) in groups {
        lines.push(Line::Place(place));
        for (keys, action) in here {
            let words = text::wrap(action.what(), each.saturating_sub(room));
            for (nth, what) in words.iter().enumerate() {
                let keys = if nth == 0 { keys.as_str() } else { "" };
                lines.push(Line::Key(pad(keys, room, text::Align::Left), (*what).to_owned()));
            }
        }
    }
    let rows = lines.len().div_ceil(usize::from(columns));
    List { lines, each, rows }
}

impl List {
    /// Draws as much of it as there is room for, from the first row that is to be seen.
    pub fn draw(&self, paper: &mut Paper<'_>, inside: Area, first: usize) {
        let height = usize::from(inside.height);
        let first = first.min(self.rows.saturating_sub(height));
        for (nth, column) in self.lines.chunks(self.rows.max(1)).enumerate() {
            let x = inside.x + u16::try_from(nth).unwrap_or(0) * (self.each + 1);
            for (nth, line) in column.iter().skip(first).take(height).enumerate() {
                let y = u16::try_from(nth).unwrap_or(u16::MAX);
                let at = row(Area { x, width: self.each, ..inside }, y);
                match line {
                    Line::Place(place) => {
                        paper.text(at, place, Role::Muted);
                    }
                    Line::Key(keys, what) => {
                        paper.line(at, &[(keys, Role::HintKey), (what, Role::Text)]);
                    }
                }
            }
        }
    }
}
