//! A line that is typed into: the part of it around the cursor, and what is selected.

use super::paper::Paper;
use super::text::width;
use super::theme::Role;
use crate::app::geometry::Area;
use crate::app::line::Line;
use crate::domain::text::clusters;

/// Whether keys go into the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    Here,
    Elsewhere,
}

/// Draws as much of the line as there is room for, the cursor always with it.
pub fn draw(paper: &mut Paper<'_>, at: Area, line: &Line, hand: Hand) {
    let (text, cursor) = (line.text(), line.cursor());
    let room = at.width.saturating_sub(1);
    let first = match hand {
        Hand::Here => first_shown(text, cursor, room),
        Hand::Elsewhere => 0,
    };
    let selected = line.selection().filter(|_| hand == Hand::Here).unwrap_or(cursor..cursor);
    let mut used = 0;
    for (from, to, role) in [
        (first, selected.start, Role::Strong),
        (selected.start, selected.end, Role::Selected),
        (selected.end, text.len(), Role::Strong),
    ] {
        let (from, to) = (from.max(first), to.max(first));
        let rest = Area { x: at.x + used, width: at.width.saturating_sub(used), ..at };
        used += paper.text(rest, &text[from..to], role);
    }
    if hand == Hand::Here {
        let column = width(&text[first..cursor]).min(room);
        paper.hand = Some((at.x + column, at.y));
    }
}

/// Where the shown part begins, so that the cursor is within so many columns.
fn first_shown(text: &str, cursor: usize, room: u16) -> usize {
    let mut over = width(&text[..cursor]).saturating_sub(room);
    let mut first = 0;
    for cluster in clusters(&text[..cursor]) {
        if over == 0 {
            break;
        }
        over = over.saturating_sub(cluster.width);
        first += cluster.text.len();
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_begins_so_that_the_cursor_is_within_it() {
        assert_eq!(first_shown("short", 5, 10), 0);
        assert_eq!(first_shown("a long line", 11, 4), 7);
        assert_eq!(first_shown("世界世界", 12, 5), 6);
        assert_eq!(first_shown("a long line", 2, 4), 0);
        assert_eq!(first_shown("anything", 8, 0), 8);
    }
}
