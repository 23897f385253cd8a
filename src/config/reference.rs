//! The reference of the settings, as TOML: what may be written, what it is for, and what holds
//! where it is left out. As it stands it changes nothing.

use super::told::{Key, Shape, Told};

/// Longest line of what is said.
const MEASURE: usize = 96;

/// The reference of a file whose root is `T`.
pub fn of<T: Told>(title: &str) -> String {
    let mut text = comment(title);
    let keys = T::keys();
    for key in keys.iter().filter(|key| key.shape == Shape::Value) {
        text.push('\n');
        text.push_str(&value(key));
    }
    for key in keys.iter().filter(|key| key.shape != Shape::Value) {
        text.push('\n');
        text.push_str(&comment(&key.about));
        let name = match key.shape {
            Shape::List => format!("[[{}]]", key.name),
            Shape::Value | Shape::Table => format!("[{}]", key.name),
        };
        // A table is there as soon as one of its keys has to be.
        let needed = key.keys.iter().any(|key| key.needed);
        text.push_str(&line(&name, needed));
        if key.keys.is_empty() {
            key.example.lines().for_each(|example| text.push_str(&line(example, false)));
        }
        for key in &key.keys {
            text.push_str(&value(key));
        }
    }
    text
}

fn value(key: &Key) -> String {
    let mut text = comment(&key.about);
    let left_out = match (&key.default, key.needed) {
        (_, true) => "; it must be there".to_owned(),
        (Some(default), false) => format!("; {default} where it is left out"),
        (None, false) => String::new(),
    };
    text.push_str(&comment(&format!("{}{left_out}", capital(&key.kind))));
    text.push_str(&line(&format!("{} = {}", key.name, key.example), key.needed));
    text
}

/// A line that holds, or one that only shows what could be written.
fn line(text: &str, holds: bool) -> String {
    format!("{}{text}\n", if holds { "" } else { "#" })
}

fn comment(text: &str) -> String {
    let mut lines = String::new();
    let mut row = "#".to_owned();
    for word in text.split_whitespace() {
        if row.chars().count() + 1 + word.chars().count() > MEASURE {
            lines.push_str(&row);
            lines.push('\n');
            row = "#".to_owned();
        }
        row.push(' ');
        row.push_str(word);
    }
    format!("{lines}{row}\n")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
