//! What is asked of a desk, and what it says to that, as lines.

use serde::{Deserialize, Serialize};

use crate::action::Action;

/// Longest line, in bytes.
pub const LONGEST: usize = 65_536;

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Do this, as if its key were pressed, and put the text where it then belongs.
    Do { action: Action, text: Option<String> },
    /// Say what is on the desk.
    Tell,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u32,
    #[serde(default, rename = "do", skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    tell: bool,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub v: u32,
    pub result: Outcome,
    /// What the desk says of it: announcements, as linear mode words them.
    #[serde(default)]
    pub said: Vec<String>,
    /// What is on the desk, where that was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub desk: Vec<Told>,
}

/// Whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    /// Nothing on the desk is another for it.
    Unchanged,
    /// It cannot be done; `said` has the reason.
    Refused,
}

/// A pane, under its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub title: String,
    pub sections: Vec<Section>,
}

/// Lines under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub heading: String,
    pub lines: Vec<String>,
}

impl Answer {
    /// An answer without a desk.
    pub fn new(result: Outcome, said: Vec<String>) -> Self {
        Self { v: 1, result, said, desk: Vec::new() }
    }
}

/// Reads an order.
///
/// # Errors
/// A sentence that quotes nothing of the line.
pub fn read(line: &[u8]) -> Result<Order, String> {
    let wire: Wire = serde_json::from_slice(line)
        .map_err(|_| "the order is not one JSON object of the known keys v, do, text, tell")?;
    if wire.v != 1 {
        return Err("this desk speaks version 1 of the orders".to_owned());
    }
    match (wire.action, wire.tell) {
        (Some(name), false) => {
            let action = name.parse().map_err(|()| "no action is called so".to_owned())?;
            Ok(Order::Do { action, text: wire.text })
        }
        (None, true) => Ok(Order::Tell),
        _ => Err("an order is either an action or a question".to_owned()),
    }
}

/// Writes an order.
pub fn write(order: &Order) -> String {
    let wire = match order {
        Order::Do { action, text } => {
            let action = Some(action.name().to_owned());
            Wire { v: 1, action, text: text.clone(), tell: false }
        }
        Order::Tell => Wire { v: 1, action: None, text: None, tell: true },
    };
    serde_json::to_string(&wire).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_as_they_are_written() {
        let text = Some("twice\nsince \u{1b}[2J".to_owned());
        for order in [
            Order::Do { action: Action::WriteNote, text },
            Order::Do { action: Action::Quit, text: None },
            Order::Tell,
        ] {
            assert_eq!(read(write(&order).as_bytes()), Ok(order));
        }
    }

    #[test]
    fn what_is_no_order_is_refused_in_a_sentence_that_quotes_nothing() {
        let wrongs = [
            "",
            "[]",
            "{}",
            "{\"v\":2,\"tell\":true}",
            "{\"v\":1,\"do\":\"s3cret\"}",
            "{\"v\":1,\"do\":\"desk.quit\",\"tell\":true}",
            "{\"v\":1,\"s3cret\":true}",
        ];
        for wrong in wrongs {
            let why = read(wrong.as_bytes()).unwrap_err();
            assert!(!why.contains("s3cret"), "{wrong}: {why}");
        }
    }
}
