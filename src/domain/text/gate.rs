//! From what strangers wrote to what may be shown. Total, linear in the length of what it reads,
//! and idempotent.
//!
//! Two passes: the first looks at scalars (what never reaches a terminal, marks, joiners, emoji),
//! the second at clusters (what takes no cell, what is too much). The first knows what has been
//! written so far and the one scalar that follows, so that its own output gives it nothing to do.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use super::cluster::clusters;
use super::kind::Kind;

/// Longest clean text, in bytes.
const MOST_BYTES: usize = 64 * 1024;
/// Longest clean line, in clusters.
const MOST_CLUSTERS: usize = 2_000;
/// Marks on one base; Unicode's own languages need no more.
const MOST_MARKS: usize = 3;
/// Stands for what was taken out.
const REMOVED: char = '\u{FFFD}';
const REMOVED_TEXT: &str = "\u{FFFD}";
/// Stands for what was cut off.
const CUT: char = '…';
const NON_JOINER: char = '\u{200C}';
const JOINER: char = '\u{200D}';
const FIRST_INDICATOR: char = '\u{1F1E6}';
const LAST_INDICATOR: char = '\u{1F1FF}';

/// One line.
pub fn line(raw: &str) -> Cow<'_, str> {
    if raw.len() <= MOST_CLUSTERS && raw.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(raw);
    }
    let (text, reach) = scalars(raw, ' ');
    Cow::Owned(fit(&text, reach, MOST_CLUSTERS))
}

/// Several lines.
pub fn block(raw: &str) -> Cow<'_, str> {
    if raw.len() <= MOST_BYTES && raw.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return Cow::Borrowed(raw);
    }
    let (text, reach) = scalars(raw, '\n');
    Cow::Owned(fit(&text, reach, usize::MAX))
}

/// Whether the gate lets this cluster through as it is. A second lock on the way to the screen:
/// what comes from a `CleanText` is always shown.
pub fn is_shown(cluster: &str) -> bool {
    let mut before = Kind::Hidden;
    cluster.chars().all(|c| {
        let kind = Kind::of(c);
        let shown = match kind {
            Kind::Hidden => matches!(c, JOINER | NON_JOINER) && before.takes_joiner(),
            Kind::Unassigned | Kind::Selector | Kind::Skin => false,
            _ => true,
        };
        if !kind.is_mark() || kind == Kind::Virama {
            before = kind;
        }
        shown
    })
}

/// Whether a text was read to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Whole,
    Part,
}

/// The first pass. Stops reading once there is more than may be shown.
fn scalars(raw: &str, line_break: char) -> (String, Reach) {
    let mut out = String::with_capacity(raw.len().min(MOST_BYTES));
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        if out.len() > MOST_BYTES {
            return (out, Reach::Part);
        }
        match (c, Kind::of(c)) {
            ('\r', _) => {
                rest.next_if_eq(&'\n');
                out.push(line_break);
            }
            ('\n', _) => out.push(line_break),
            ('\t', _) => out.push(' '),
            (NON_JOINER | JOINER, _) if joins(&out, c, rest.peek().copied()) => out.push(c),
            (FIRST_INDICATOR..=LAST_INDICATOR, _) => out.push(letter(c)),
            (_, Kind::Emoji) => {
                out.push(c);
                skip_rest_of_emoji(&mut rest);
            }
            (_, Kind::Selector) => {}
            (_, Kind::Mark | Kind::Virama) => match base(&out) {
                None | Some('\n') => remove(&mut out),
                Some(_) if marks(&out) == MOST_MARKS => {}
                Some(_) => out.push(c),
            },
            (_, Kind::Hidden | Kind::Unassigned | Kind::Skin) | (REMOVED, _) => remove(&mut out),
            _ => out.push(c),
        }
    }
    (out, Reach::Whole)
}

/// The second pass: what takes no cell is taken out, what is too long is cut.
fn fit(text: &str, reach: Reach, most_clusters: usize) -> String {
    let mut out = String::with_capacity(text.len());
    // Where the text ends if `…` has to follow.
    let mut end = 0;
    let mut count = 0;
    for cluster in clusters(text) {
        let shown = cluster.width > 0 || cluster.text == "\n";
        let text = if shown { cluster.text } else { REMOVED_TEXT };
        match text.strip_prefix(REMOVED) {
            // One run with what was taken out before; what extends it stays.
            Some(extending) if out.ends_with(REMOVED) => out.push_str(extending),
            _ => {
                out.push_str(text);
                count += 1;
            }
        }
        if count > most_clusters || out.len() > MOST_BYTES {
            return cut(out, end);
        }
        if count < most_clusters && out.len() + CUT.len_utf8() <= MOST_BYTES {
            end = out.len();
        }
    }
    match reach {
        Reach::Whole => out,
        Reach::Part => cut(out, end),
    }
}

fn cut(mut text: String, end: usize) -> String {
    text.truncate(end);
    // A joiner has nothing to join here.
    text.truncate(text.trim_end_matches([JOINER, NON_JOINER]).len());
    text.push(CUT);
    text
}

fn remove(out: &mut String) {
    if !out.ends_with(REMOVED) {
        out.push(REMOVED);
    }
}

/// What a mark at the end of the text sits on.
fn base(text: &str) -> Option<char> {
    text.chars().rev().find(|&c| !Kind::of(c).is_mark())
}

/// Marks at the end of the text.
fn marks(text: &str) -> usize {
    text.chars().rev().take_while(|&c| Kind::of(c).is_mark()).count()
}

/// Whether a joiner means something here: between two letters, by UAX 31, R1a (A1, A2, B).
///
/// A non-joiner keeps two letters of a joining script apart, as Persian spells; after a virama
/// both kinds choose between the shapes of a conjunct.
fn joins(before: &str, joiner: char, next: Option<char>) -> bool {
    let (Some(last), Some(base), Some(next)) = (before.chars().next_back(), base(before), next)
    else {
        return false;
    };
    let (last, base, next) = (Kind::of(last), Kind::of(base), Kind::of(next));
    let conjunct = last == Kind::Virama && base == Kind::Brahmic && next == Kind::Brahmic;
    let spelt_apart = joiner == NON_JOINER
        && matches!(base, Kind::JoinsBoth | Kind::JoinsNext)
        && matches!(next, Kind::JoinsBoth | Kind::JoinsPrevious);
    conjunct || spelt_apart
}

/// Terminals disagree about flags; everybody can read `CA`.
fn letter(indicator: char) -> char {
    let nth = u32::from(indicator) - u32::from(FIRST_INDICATOR);
    char::from_u32(u32::from('A') + nth).unwrap_or(REMOVED)
}

/// A family, a skin tone or a flag made of tags is reduced to its first emoji, because terminals
/// and multiplexers disagree about the width of the whole.
fn skip_rest_of_emoji(rest: &mut Peekable<Chars<'_>>) {
    loop {
        let tag = '\u{E0020}'..='\u{E007F}';
        let sits_on_it =
            |&c: &char| matches!(Kind::of(c), Kind::Selector | Kind::Skin) || tag.contains(&c);
        if rest.next_if(sits_on_it).is_some() {
            continue;
        }
        let mut ahead = rest.clone();
        let joined = ahead.next() == Some(JOINER)
            && ahead.next().is_some_and(|c| Kind::of(c) == Kind::Emoji);
        if !joined {
            return;
        }
        *rest = ahead;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_of_any_script_passes_unchanged() {
        for text in [
            "Zoë O'Brien-Núñez 4165550142",
            "Łukasz Żółć, ул. Ленина 5",
            "山田太郎 김민준 สมชาย",
            "محمد علی‌پور",
            "क्षत्रिय",
            "නිව් ශ්‍රී",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn what_drives_a_terminal_leaves_one_mark_per_run() {
        assert_eq!(
            line("a\x1b[31mb\x1b]52;c;aGk=\x07c"),
            "a\u{FFFD}[31mb\u{FFFD}]52;c;aGk=\u{FFFD}c"
        );
        assert_eq!(line("a\u{9b}\u{9d}\u{202e}\u{2066}\u{200b}b"), "a\u{FFFD}b");
        assert_eq!(line("\u{FFFD}\0\u{FFFD}"), "\u{FFFD}");
    }

    #[test]
    fn line_breaks_are_spaces_in_a_line_and_breaks_in_a_block() {
        assert_eq!(line("a\r\nb\rc\nd\te"), "a b c d e");
        assert_eq!(block("a\r\nb\rc\n\nd\te"), "a\nb\nc\n\nd e");
    }

    #[test]
    fn a_tower_of_marks_is_cut_to_three() {
        let tower = format!("e{}x", "\u{301}".repeat(1_000_000));
        assert_eq!(line(&tower), "e\u{301}\u{301}\u{301}x");
    }

    #[test]
    fn a_mark_without_a_base_is_replaced() {
        assert_eq!(line("\u{301}\u{200b}世xxx"), "\u{FFFD}世xxx");
        assert_eq!(block("a\n\u{301}b"), "a\n\u{FFFD}b");
    }

    #[test]
    fn joiners_stay_only_between_letters_that_they_mean_something_to() {
        assert_eq!(line("a\u{200d}b"), "a\u{FFFD}b");
        assert_eq!(line("می\u{200c}"), "می\u{FFFD}");
        assert_eq!(line("\u{200d}\u{915}"), "\u{FFFD}\u{915}");
        assert_eq!(line("\u{915}\u{94d}\u{200d}\u{937}"), "\u{915}\u{94d}\u{200d}\u{937}");
        assert_eq!(line("\u{915}\u{200d}\u{937}"), "\u{915}\u{FFFD}\u{937}");
    }

    #[test]
    fn emoji_are_reduced_to_what_terminals_agree_on() {
        assert_eq!(line("👨‍👩‍👧‍👦!"), "👨!");
        assert_eq!(line("👍🏽 ❤️ 🇨🇦"), "👍 ❤ CA");
        assert_eq!(line("🏴\u{e0067}\u{e0062}\u{e007f}"), "🏴");
        assert_eq!(line("👨\u{200d}x"), "👨\u{FFFD}x");
    }

    #[test]
    fn cleaning_twice_is_cleaning_once_also_where_what_is_taken_out_was_a_base() {
        for raw in [
            "\u{11a8}\u{16d68}\u{ff9e}\u{ba99b}",
            "a\u{200b}\u{4dce0}\u{1161}\u{1062}",
            "\u{11a8}\u{1087}\u{94d}\u{dc1}",
            "\u{301}\u{301}",
        ] {
            assert_eq!(line(&line(raw)), line(raw), "{raw:?}");
        }
    }

    #[test]
    fn what_is_too_long_ends_with_an_ellipsis() {
        let long = line(&"é".repeat(5_000)).into_owned();
        assert_eq!((long.chars().count(), long.chars().last()), (2_000, Some('…')));
        let joined = line(&"ب\u{200c}".repeat(5_000)).into_owned();
        assert!(joined.ends_with("\u{200c}ب…"), "nothing is left for the last joiner to join");
        let ascii = line(&"x".repeat(5_000)).into_owned();
        assert_eq!((ascii.len(), ascii.chars().last()), (1_999 + 3, Some('…')));
        for raw in ["é", "\u{301}\n", "x", "\u{200b}x"] {
            let text = block(&raw.repeat(100_000)).into_owned();
            assert!(text.len() <= MOST_BYTES && text.len() > MOST_BYTES - 8, "{}", text.len());
            assert_eq!(text.chars().last(), Some('…'));
            assert_eq!(block(&text), text);
        }
    }
}
