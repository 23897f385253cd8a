//! Width, cutting, aligning, wrapping and writing of text: cells of the screen only.
//!
//! The only place that measures text and the only one that puts it into cells. Nothing here
//! splits a cluster, and nothing panics, whatever the width.

use std::borrow::Cow;
use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::text::{clusters, is_shown};

/// Stands for what was cut off.
const CUT: &str = "…";
/// Stands for what must not be written.
const REMOVED: &str = "\u{FFFD}";

/// Which edge a text keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Whether each character is a cluster of one cell, as in most texts and in frames: then nothing
/// need be looked up.
fn plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || text.chars().all(is_plain)
}

fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '─'..='╿')
}

/// Cells that a line of text takes.
pub fn width(text: &str) -> u16 {
    if plain(text) {
        return u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    }
    clusters(text).fold(0, |sum: u16, cluster| sum.saturating_add(cluster.width))
}

/// The text where it fits into so many cells, else its beginning and `…`. A number is there whole
/// or not at all: half of one would be read out wrong.
pub fn cut(text: &str, width: u16) -> Cow<'_, str> {
    if take(text, width) == text {
        return Cow::Borrowed(text);
    }
    let Some(room) = width.checked_sub(1) else { return Cow::Borrowed("") };
    let kept = take(text, room);
    Cow::Owned(format!("{}{CUT}", &kept[..before_number(text, kept.len())]))
}

/// Whether a word may be a number, or a piece of one.
fn numeric(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit()) && !word.contains(|c: char| c.is_alphabetic())
}

/// Where a text that is to be cut at `end` can be cut without parting a number: the words of one,
/// such as `+1 416 555 0142`, belong together.
fn before_number(text: &str, end: usize) -> usize {
    let word_at = |at: usize| {
        let start = text[..at].rfind(' ').map_or(0, |space| space + 1);
        let stop = text[at..].find(' ').map_or(text.len(), |space| at + space);
        (start, &text[start..stop])
    };
    let (mut start, word) = word_at(end);
    let parted = start < end && word.contains(|c: char| c.is_ascii_digit());
    // Cut at a space, the words on both sides may be one number.
    let next = text[end..].trim_start_matches(' ').split(' ').next().unwrap_or_default();
    let goes_on = if start < end { numeric(word) } else { numeric(next) };
    if !parted && !goes_on {
        return end;
    }
    while goes_on && start > 0 {
        let (before, word) = word_at(start - 1);
        if !numeric(word) {
            break;
        }
        start = before;
    }
    start
}

/// The text where it fits into so many cells, else its beginning, `…` and its end: for texts that
/// tell themselves apart at their end.
pub fn cut_middle(text: &str, width: u16) -> Cow<'_, str> {
    if take(text, width) == text {
        return Cow::Borrowed(text);
    }
    let Some(room) = width.checked_sub(1) else { return Cow::Borrowed("") };
    let head = take(text, room - room / 2);
    let mut left = room / 2;
    let pieces: Vec<_> = clusters(text).collect();
    let tail = pieces.iter().rev().map_while(|cluster| {
        left = left.checked_sub(cluster.width)?;
        Some(cluster.text.len())
    });
    let tail = &text[text.len() - tail.sum::<usize>()..];
    Cow::Owned(format!("{head}{CUT}{tail}"))
}

/// The text in exactly so many cells: cut with `…`, or filled with spaces.
pub fn pad(text: &str, width: u16, align: Align) -> String {
    let text = cut(text, width);
    let fill = " ".repeat(usize::from(width.saturating_sub(self::width(&text))));
    match align {
        Align::Left => format!("{text}{fill}"),
        Align::Right => format!("{fill}{text}"),
    }
}

/// The rows that a text takes at this width; none at width 0.
///
/// Breaks at `\n`, at spaces, beside characters two cells wide, and, where a word is longer than
/// a row, anywhere between clusters. Spaces at a break are left out, nothing else is. The words of
/// a number stay together where a row has room for them. A row is wider than asked only where a
/// single cluster is.
pub fn wrap(text: &str, width: u16) -> Vec<&str> {
    let mut rows = Vec::new();
    if width > 0 {
        for line in text.split('\n') {
            wrap_line(line, width, &mut rows);
        }
    }
    rows
}

/// Writes text into the first row of an area, cut with `…` where it does not fit, and returns how
/// many cells it took. The area may lie outside the buffer.
///
/// What a terminal could take for anything but text is written as U+FFFD, wherever it came from.
pub fn put(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return 0;
    }
    let mut x = area.x;
    let text = cut(text, area.width);
    if plain(&text) {
        for (at, c) in text.char_indices() {
            buf[(x, area.y)]
                .set_symbol(&text[at..at + c.len_utf8()])
                .set_style(style)
                .set_diff_option(CellDiffOption::None);
            x += 1;
        }
        return x - area.x;
    }
    for cluster in clusters(&text) {
        if cluster.width == 0 || cluster.width > area.right() - x {
            continue;
        }
        let shown = is_shown(cluster.text);
        let (symbol, width) = if shown { (cluster.text, cluster.width) } else { (REMOVED, 1) };
        buf[(x, area.y)]
            .set_symbol(symbol)
            .set_style(style)
            .set_diff_option(measured(symbol, width));
        for covered in x + 1..x + width {
            buf[(covered, area.y)]
                .set_symbol(" ")
                .set_style(style)
                .set_diff_option(CellDiffOption::None);
        }
        x += width;
    }
    x - area.x
}

/// Empties an area. Of a wide character that reaches into it nothing is left.
pub fn clear(buf: &mut Buffer, area: Rect) {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        if area.left() > buf.area.left() && buf[(area.left() - 1, y)].cell_width() > 1 {
            let half = &mut buf[(area.left() - 1, y)];
            half.set_symbol(" ").set_diff_option(CellDiffOption::None);
        }
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
        }
    }
}

/// Puts ASCII into every cell that holds something else, for terminals that take no more: our own
/// signs by their twins, letters without their accents, and `?` for what has no likeness.
pub fn to_ascii(buf: &mut Buffer) {
    for cell in &mut buf.content {
        if !cell.symbol().is_ascii() {
            let sign = ascii(cell.symbol()).to_string();
            cell.set_symbol(&sign).set_diff_option(CellDiffOption::None);
        }
    }
}

/// The ASCII character that stands for a cluster.
fn ascii(cluster: &str) -> char {
    let first = cluster.chars().next().unwrap_or(' ');
    match first {
        '…' => '~',
        '·' | '–' | '—' | '−' | '‑' => '-',
        '×' => 'x',
        '›' | '→' => '>',
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        _ => {
            let plain = nucleo_matcher::chars::normalize(first);
            if plain.is_ascii() && !plain.is_ascii_control() { plain } else { '?' }
        }
    }
}

/// Tells ratatui our width where it measures otherwise, as it does half-width sound marks.
fn measured(symbol: &str, width: u16) -> CellDiffOption {
    match NonZeroU16::new(width) {
        Some(ours) if symbol.cell_width() != width => CellDiffOption::ForcedWidth(ours),
        _ => CellDiffOption::None,
    }
}

/// The longest beginning that fits into so many cells.
fn take(text: &str, width: u16) -> &str {
    if plain(text) {
        let end = text.char_indices().nth(usize::from(width));
        return &text[..end.map_or(text.len(), |(at, _)| at)];
    }
    let mut used = 0u16;
    let mut end = 0;
    for cluster in clusters(text) {
        used = used.saturating_add(cluster.width);
        if used > width {
            return &text[..end];
        }
        end += cluster.text.len();
    }
    text
}

/// A place where a row may end.
#[derive(Clone, Copy)]
struct Break {
    /// Where the row ends, and where the next one begins.
    end: usize,
    next: usize,
    /// Cells between the beginning of the row and `next`.
    used: u32,
}

impl Break {
    /// Nothing of a row that has been ended; else the break as the next row counts.
    fn behind(self, ended: Self) -> Option<Self> {
        (self.next > ended.next).then(|| Self { used: self.used - ended.used, ..self })
    }

    /// Whether the words on both sides may be one number.
    fn parts_number(self, line: &str) -> bool {
        let before = line[..self.end].rsplit(' ').next().unwrap_or_default();
        let after = line[self.next..].split(' ').next().unwrap_or_default();
        numeric(before) && numeric(after)
    }
}

fn wrap_line<'t>(line: &'t str, width: u16, rows: &mut Vec<&'t str>) {
    if line.len() <= usize::from(width) && plain(line) {
        return rows.push(line.trim_end_matches(' '));
    }
    let width = u32::from(width);
    let (mut start, mut at, mut used) = (0, 0, 0u32);
    let mut last: Option<Break> = None;
    // The break before that, and the last one that would part a number.
    let (mut earlier, mut inner): (Option<Break>, Option<Break>) = (None, None);
    for cluster in clusters(line) {
        let cells = u32::from(cluster.width);
        let space = cluster.text == " ";
        let inside_spaces = last.filter(|last| last.next == at && last.end < at);
        if cells > 1 && inside_spaces.is_none() {
            last = Some(Break { end: at, next: at, used });
        }
        if !space && inside_spaces.is_some_and(|spaces| spaces.parts_number(line)) {
            inner = std::mem::replace(&mut last, earlier);
        }
        while !space && at > start && used + cells > width {
            let here = Break { end: at, next: at, used };
            let place = last.filter(|last| last.next > start).or(inner).unwrap_or(here);
            // A row of nothing but the spaces before a break is no row.
            if place.end > start {
                rows.push(&line[start..place.end]);
            }
            start = place.next;
            used -= place.used;
            let behind = |known: Option<Break>| known.and_then(|known| known.behind(place));
            (last, earlier, inner) = (behind(last), behind(earlier), behind(inner));
        }
        used += cells;
        let next = at + cluster.text.len();
        if space {
            if inside_spaces.is_none() {
                earlier = last;
            }
            let end = inside_spaces.map_or(at, |spaces| spaces.end);
            last = Some(Break { end, next, used });
        } else if cells > 1 {
            last = Some(Break { end: next, next, used });
        }
        at = next;
    }
    rows.push(line[start..].trim_end_matches(' '));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::text::CleanText;

    fn row(buf: &Buffer) -> String {
        buf.content().iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn cutting_marks_what_is_missing_and_splits_no_cluster() {
        assert_eq!(cut("Vannelli", 8), "Vannelli");
        assert_eq!(cut("Vannelli", 5), "Vann…");
        assert_eq!(cut("世界", 3), "世…");
        assert_eq!(cut("世界", 2), "…");
        assert_eq!(cut("世", 1), "…");
        assert_eq!(cut("x", 0), "");
        assert_eq!(cut("invoice 2026-10", 12), "invoice …");
        assert_eq!(cut("call +1 416 555 0142", 13), "call …");
        assert_eq!(cut("call +1 416 555 0142", 16), "call …");
        assert_eq!(cut("18 Bathurst Lane", 9), "18 Bathu…");
        assert_eq!(cut("196.00", 4), "…");
        assert_eq!(cut_middle("INV-2026-000417", 9), "INV-…0417");
        assert_eq!(cut_middle("世界世界", 4), "世…");
    }

    #[test]
    fn what_is_not_looked_up_is_as_if_it_were() {
        for c in (' '..='╿').filter(|c| is_plain(*c)) {
            let text = c.to_string();
            let found: Vec<_> = clusters(&text).map(|found| (found.text, found.width)).collect();
            assert_eq!(found, [(&*text, 1)]);
            let twice = text.repeat(2);
            assert_eq!(clusters(&twice).count(), 2);
            assert!(is_shown(&text));
        }
        assert_eq!((width("╭─ ab ─╮"), &*cut("╭─ ab ─╮", 4)), (8, "╭─ …"));
    }

    #[test]
    fn padding_fills_exactly() {
        assert_eq!(pad("ab", 4, Align::Left), "ab  ");
        assert_eq!(pad("ab", 4, Align::Right), "  ab");
        assert_eq!(pad("世界", 3, Align::Right), "世…");
        assert_eq!(pad("世界", 2, Align::Left), "… ");
    }

    #[test]
    fn wrapping_breaks_at_spaces_and_splits_only_words_longer_than_a_row() {
        assert_eq!(wrap("the cheque is in the mail", 10), ["the cheque", "is in the", "mail"]);
        assert_eq!(wrap("a incomprehensibilities", 8), ["a", "incompre", "hensibil", "ities"]);
        assert_eq!(wrap("a\n\nb ", 8), ["a", "", "b"]);
        assert_eq!(wrap("a     b", 3), ["a", "b"]);
        assert_eq!(wrap("  indented", 9), ["indented"]);
        assert_eq!(wrap("  indent", 9), ["  indent"]);
        assert_eq!(wrap("x", 0), Vec::<&str>::new());
    }

    #[test]
    fn the_words_of_a_number_stay_in_one_row_where_it_has_room_for_them() {
        let number = "about number +1 416 555 0142, and more";
        assert_eq!(wrap(number, 20), ["about number", "+1 416 555 0142, and", "more"]);
        assert_eq!(wrap(number, 16), ["about number", "+1 416 555 0142,", "and more"]);
        assert_eq!(wrap(number, 10), ["about", "number", "+1 416 555", "0142, and", "more"]);
        assert_eq!(wrap("(416) 555/0177 home", 14), ["(416) 555/0177", "home"]);
        assert_eq!(wrap("世界 416 555 0142", 14), ["世界", "416 555 0142"]);
        assert_eq!(wrap("1 2 3 4 5 6", 3), ["1 2", "3 4", "5 6"]);
    }

    #[test]
    fn wide_characters_may_be_parted_without_a_space() {
        assert_eq!(wrap("order 山田太郎 late", 9), ["order 山", "田太郎", "late"]);
        assert_eq!(wrap("a世", 1), ["a", "世"]);
    }

    #[test]
    fn what_is_put_stays_inside_its_area() {
        let mut buf = Buffer::empty(Rect::new(2, 1, 6, 1));
        let used = put(&mut buf, Rect::new(3, 1, 4, 9), "世界世", Style::new());
        assert_eq!((used, row(&buf).as_str()), (3, " 世 …  "));
        assert_eq!(put(&mut buf, Rect::new(90, 1, 4, 1), "x", Style::new()), 0);
        assert_eq!(put(&mut buf, Rect::new(2, 9, 4, 1), "x", Style::new()), 0);
    }

    #[test]
    fn what_is_not_clean_is_not_written_raw() {
        let area = Rect::new(0, 0, 8, 1);
        let mut buf = Buffer::empty(area);
        put(&mut buf, area, "a\u{202e}b\u{1b}c\u{e000}\u{200d}d", Style::new());
        assert_eq!(row(&buf).trim_end(), "abc\u{FFFD}d");
    }

    #[test]
    fn ratatui_and_we_agree_how_many_cells_a_piece_covers() {
        let area = Rect::new(0, 0, 8, 1);
        let mut buf = Buffer::empty(area);
        put(&mut buf, area, "ｶﾞﾎﾟ世x", Style::new());
        let mut at = 0;
        for cluster in clusters("ｶﾞﾎﾟ世x") {
            let cell = &buf[(at, 0)];
            assert_eq!((cell.symbol(), cell.cell_width()), (cluster.text, cluster.width));
            at += cluster.width;
        }
    }

    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z ]{1,6}",
            "[\\u{300}-\\u{310}\\u{200b}-\\u{200f}世界\\u{1100}\\u{1161}ﾞक्ष\\n]{1,4}",
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn wrapping_loses_only_spaces_and_exceeds_no_width(raw in hostile(), width in 0u16..12) {
            let text = CleanText::block(&raw);
            let rows = wrap(&text, width);
            let solid = |text: &str| text.replace([' ', '\n'], "");
            if width > 0 {
                prop_assert_eq!(solid(&rows.concat()), solid(&text));
            }
            for row in rows {
                let single = clusters(row).count() == 1;
                prop_assert!(super::width(row) <= width || single, "{:?}", row);
            }
        }

        #[test]
        fn cutting_and_padding_keep_to_the_width(raw in hostile(), width in 0u16..12) {
            let text = CleanText::line(&raw);
            prop_assert!(super::width(&cut(&text, width)) <= width);
            prop_assert!(super::width(&cut_middle(&text, width)) <= width);
            prop_assert_eq!(super::width(&pad(&text, width, Align::Right)), width);
            let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
            let used = put(&mut buf, Rect::new(1, 0, width, 1), &text, Style::new());
            prop_assert!(used <= width);
            prop_assert_eq!(buf[(0, 0)].symbol(), " ");
        }

        #[test]
        fn cleaning_what_is_clean_changes_nothing(raw in hostile()) {
            let line = CleanText::line(&raw);
            prop_assert_eq!(&CleanText::line(&line), &line);
            let block = CleanText::block(&raw);
            prop_assert_eq!(&CleanText::block(&block), &block);
        }
    }
}
