//! Lines under headings, ready to be read out or written to a pipe.

use crate::ui::said::{Said, Section};
use crate::ui::text::wrap;

/// How far in the lines under a heading stand, and the later lines of a long one.
const INDENT: &str = "  ";
/// Narrower than this, words are cut by the terminal and not by us.
const NARROWEST: u16 = 8;

/// A title, and lines under headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub title: String,
    /// What the title counts: `lines`, `entries`; nothing where it counts nothing.
    pub counted: Option<String>,
    pub parts: Vec<Part>,
}

/// A heading and its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Nothing where the lines stand right under the title.
    pub heading: String,
    pub lines: Vec<String>,
}

impl Reading {
    /// A title over lines without headings.
    pub fn plain(title: impl Into<String>, lines: Vec<String>) -> Self {
        let parts = vec![Part { heading: String::new(), lines }];
        Self { title: title.into(), counted: None, parts }
    }

    /// A pane's sections.
    pub fn of_sections(title: &str, sections: Vec<Section>) -> Self {
        let part = |section: Section| {
            let lines = spoken(&section.said);
            Part { heading: section.heading.to_owned(), lines }
        };
        let parts: Vec<Part> =
            sections.into_iter().map(part).filter(|part| !part.lines.is_empty()).collect();
        let count = parts.iter().map(|part| part.lines.len()).sum();
        let counted = Some(counted(count, "line", "lines"));
        Self { title: title.to_owned(), counted, parts }
    }

    /// Its lines without headings: what a cursor moves over.
    pub fn rows(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| &part.lines).map(String::as_str)
    }

    /// The title's line.
    pub fn heading(&self) -> String {
        match &self.counted {
            Some(counted) => format!("{}, {counted}", self.title),
            None => self.title.clone(),
        }
    }

    /// Everything, line by line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.heading()];
        for part in &self.parts {
            if !part.heading.is_empty() {
                lines.push(part.heading.clone());
            }
            lines.extend(part.lines.iter().map(|line| format!("{INDENT}{line}")));
        }
        lines
    }
}

/// `1 line`, `12 lines`.
pub fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// Lines of the screen as they are read: left and right in one, without the spaces that align
/// them. The line under the cursor says so.
pub fn spoken(said: &[Said]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut on = false;
    for line in said {
        let right = line.right.replace("  ", ", ");
        // Columns are parted by three spaces or more.
        let columns = line.left.split("   ").map(squashed).filter(|column| !column.is_empty());
        let text = joined(columns.chain([squashed(&right)]));
        let begins = line.cursor && !on;
        on = line.cursor;
        if !text.is_empty() {
            lines.push(if begins { format!("cursor: {text}") } else { text });
        }
    }
    lines
}

/// The texts that say something, parted by commas.
pub fn joined(texts: impl IntoIterator<Item = String>) -> String {
    let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    texts.join(", ")
}

/// One space wherever there were several: spaces align on a screen and say nothing in a voice.
pub fn squashed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line in as many as it takes at this width, the later ones further in.
pub fn rows(line: &str, columns: u16) -> Vec<String> {
    let columns = columns.max(NARROWEST);
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (indent, text) = line.split_at(indent);
    let room = columns.saturating_sub(u16::try_from(indent.len()).unwrap_or(0)).max(1);
    let Some(first) = wrap(text, room).first().copied().filter(|_| !text.is_empty()) else {
        return Vec::new();
    };
    // In one go: a text of one line may be as long as a hundred screens.
    let rest = text[first.len()..].trim_start_matches([' ', '\n']);
    let later = wrap(rest, room.saturating_sub(2).max(1)).into_iter();
    let later = later.map(|row| row.trim_start_matches(' ')).filter(|row| !row.is_empty());
    let later = later.map(|row| format!("{indent}{INDENT}{row}"));
    std::iter::once(format!("{indent}{first}")).chain(later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::text::width;

    #[test]
    fn a_long_line_is_wrapped_with_its_later_rows_further_in() {
        assert_eq!(rows("  a promise was missed", 14), ["  a promise", "    was missed"]);
        assert_eq!(rows("", 14), Vec::<String>::new());
        assert_eq!(rows("x", 0), ["x"]);
    }

    #[test]
    fn a_line_of_several_is_as_many_rows_without_the_empty_ones() {
        assert_eq!(rows("one\n\n two  three", 8), ["one", "  two", "  three"]);
    }

    #[test]
    fn columns_are_read_with_one_comma_however_far_apart_they_stand() {
        let line = Said::new("product         Router R7   in use", crate::ui::theme::Role::Text);
        assert_eq!(spoken(&[line]), ["product, Router R7, in use"]);
    }

    #[test]
    fn no_row_is_wider_than_the_terminal() {
        for columns in [8, 20, 40, 80] {
            for row in rows("   世界 is a word, an incomprehensibility is another one", columns) {
                assert!(width(&row) <= columns, "{columns}: {row}");
            }
        }
    }
}
