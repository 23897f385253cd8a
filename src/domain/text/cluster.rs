//! Text in the pieces that a terminal puts into cells.

use unicode_segmentation::{Graphemes, UnicodeSegmentation};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::kind::Kind;

/// What is never split: a grapheme cluster (UAX 29), or, where that is wider than any single
/// character (conjuncts, rows of Hangul initials), one character of it with its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster<'t> {
    pub text: &'t str,
    /// Cells. In clean text 1 to 6 and hardly ever more than 2, but for `\n`, which has none.
    pub width: u16,
}

/// The pieces of a text, in order; together they are the text.
pub fn clusters(text: &str) -> Clusters<'_> {
    Clusters { graphemes: text.graphemes(true), rest: "" }
}

/// See [`clusters`].
#[derive(Debug, Clone)]
pub struct Clusters<'t> {
    graphemes: Graphemes<'t>,
    /// What is left of a grapheme cluster that is too wide to be one piece.
    rest: &'t str,
}

impl<'t> Iterator for Clusters<'t> {
    type Item = Cluster<'t>;

    fn next(&mut self) -> Option<Cluster<'t>> {
        if self.rest.is_empty() {
            self.rest = self.graphemes.next()?;
        }
        // What is left is divided as if it stood alone, as it does at the beginning of a row.
        let text = self.rest.graphemes(true).next()?;
        let width = cells(text);
        let end = if width <= 2 { text.len() } else { end_of_first(text) };
        let (first, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Cluster { text: first, width: cells(first) })
    }
}

/// Cells that a terminal moves on by. Control characters have none.
fn cells(text: &str) -> u16 {
    match text.as_bytes() {
        [b' '..=b'~'] => 1,
        _ if text.contains(char::is_control) => 0,
        _ => u16::try_from(text.width()).unwrap_or(u16::MAX),
    }
}

/// Where the first character that takes cells ends, with what sits on it.
fn end_of_first(text: &str) -> usize {
    let mut seen = false;
    for (at, c) in text.char_indices() {
        if c.width().unwrap_or(0) > 0 && !Kind::of(c).is_mark() {
            if seen {
                return at;
            }
            seen = true;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(text: &str) -> Vec<(&str, u16)> {
        clusters(text).map(|cluster| (cluster.text, cluster.width)).collect()
    }

    #[test]
    fn a_cluster_is_one_piece_with_the_cells_that_terminals_give_it() {
        assert_eq!(widths("e\u{301}世x"), [("e\u{301}", 1), ("世", 2), ("x", 1)]);
        assert_eq!(widths("a\nb"), [("a", 1), ("\n", 0), ("b", 1)]);
    }

    #[test]
    fn a_cluster_that_is_wider_than_any_character_is_split_between_characters() {
        assert_eq!(widths("\u{1100}\u{1100}\u{1161}"), [("\u{1100}", 2), ("\u{1100}\u{1161}", 2)]);
        let conjunct = "\u{915}\u{94D}\u{915}\u{94D}\u{915}";
        let split = [("\u{915}\u{94D}", 1), ("\u{915}\u{94D}\u{915}", 2)];
        assert_eq!(widths(conjunct), split);
        // What is left of a cluster is divided as it would be at the beginning of a row.
        let sound_mark = "\u{937}\u{FF9E}\u{94D}\u{937}";
        let alone = widths(&sound_mark["\u{937}".len()..]);
        assert_eq!(widths(sound_mark)[1..], alone);
    }
}
