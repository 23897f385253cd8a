//! Writing answers to the standard output: a pipe that is closed early is no error.

use std::io::{IsTerminal, Write};

use serde::Serialize;

use crate::domain::text::CleanText;
use crate::ui::linear::Reading;
use crate::ui::linear::reading::rows;

/// Writes a text and a line end.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).ok();
}

/// Writes readings: as wide as the terminal, in whole lines into a pipe.
pub fn readings(readings: &[Reading]) {
    let columns = std::io::stdout().is_terminal().then(crate::shell::screen::size);
    let columns = columns.and_then(Result::ok).map_or(u16::MAX, |(columns, _)| columns);
    let lines = readings.iter().flat_map(Reading::lines);
    let lines = lines.flat_map(|line| rows(&line, columns));
    let lines: Vec<String> = lines.map(|line| CleanText::line(&line).to_string()).collect();
    print(&lines.join("\n"));
}

/// JSON in which no character can move or hide anything, wherever it came from: besides what JSON
/// escapes, the controls of ISO 8859 and what reorders or separates lines.
pub fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = matches!(c, '\u{7f}'..='\u{9f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hidden {
            safe.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_leaves_as_itself() {
        let text = "a\u{1b}[2J\u{9b}2J\u{202e}\u{7f}\u{feff}é世";
        let said = json(&text);
        assert_eq!(said, "\"a\\u001b[2J\\u009b2J\\u202e\\u007f\\ufeffé世\"");
        assert_eq!(serde_json::from_str::<String>(&said).unwrap(), text);
    }
}
