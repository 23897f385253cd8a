//! What is asked of the desk by somebody who sits elsewhere, and what it says to that.

use tokio::sync::oneshot;

use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::ui::linear::announce::{By, announce};
use crate::ui::linear::seen::Seen;
use crate::ui::linear::{Heard, Reading, overlay, pane};

/// An order, and where the answer to it is awaited.
pub struct Order {
    pub what: What,
    pub reply: oneshot::Sender<Said>,
}

/// What is asked.
pub enum What {
    /// Let this happen, and put the text where text is then taken.
    Happen {
        msg: Msg,
        text: Option<String>,
        /// What takes a line that is typed for an answer.
        confirm: Msg,
    },
    /// Say what is on the desk.
    Tell,
}

/// What the desk says.
pub struct Said {
    /// The text had no place to go to.
    pub refused: bool,
    /// What is another now, in announcements.
    pub lines: Vec<String>,
    pub desk: Vec<Reading>,
}

impl Said {
    /// What is on the desk.
    pub fn all(model: &Model) -> Self {
        let mut desk = pane::everything(model);
        desk.extend(overlay::top(model));
        Self { refused: false, lines: Vec::new(), desk }
    }

    /// What is another than it was.
    pub fn since(before: &Seen, model: &Model) -> Self {
        let heard = announce(before, &Seen::of(model), model, By::Hand);
        let lines = heard.into_iter().filter_map(|heard| match heard {
            Heard::Line(line) => Some(line),
            Heard::Prompt(text) => Some(text).filter(|text| !text.is_empty()),
            Heard::Typed(text) => Some(text),
        });
        Self { refused: false, lines: lines.collect(), desk: Vec::new() }
    }
}
