//! Text under the agent's hands: cursor, word moves, selection, undo, paste. The one place that
//! holds a text area, which learns its size only when it is drawn: `size` draws it into nowhere,
//! once for each size.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;
use tui_textarea::{CursorMove, TextArea, WrapMode};

use super::undo::{Act, Undo};
use crate::domain::text::{CleanText, is_shown};
use crate::keys::key::{Code, Key};

/// A text being edited: one line or many.
#[derive(Debug, Clone)]
pub struct Editing {
    area: TextArea<'static>,
    lines: Lines,
    /// What the cursor passes over is selected, until something is done with it.
    marking: bool,
    undo: Undo,
    /// The size that it was last told, in columns and rows.
    size: Option<(u16, u16)>,
}

/// Whether a text may have several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// One, of at most so many characters.
    One(usize),
    Many,
}

/// What a key does to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    Go(CursorMove),
    Insert(char),
    NewLine,
    DeleteBack,
    Delete,
    DeleteWordBack,
    DeleteWord,
    DeleteToHead,
    DeleteToEnd,
    PutBack,
    Mark,
    MarkAll,
    Unmark,
    Copy,
    Undo,
    Redo,
}

/// Largest paste that is taken, in bytes.
const LARGEST_PASTE: usize = 256 * 1024;
/// So many changes can be taken back.
const REMEMBERED: usize = 1_000;

impl Editing {
    /// A text of one line, of at most so many characters; the hand stands at its end.
    pub fn line(text: &str, longest: usize) -> Self {
        let text: String = CleanText::line(text).chars().take(longest).collect();
        Self::new(vec![text], Lines::One(longest))
    }

    /// A text of many lines; the hand stands at its end.
    pub fn block(text: &str) -> Self {
        let text = CleanText::block(text);
        let mut editing = Self::new(text.split('\n').map(str::to_owned).collect(), Lines::Many);
        editing.area.set_wrap_mode(WrapMode::WordOrGlyph);
        editing
    }

    fn new(text: Vec<String>, lines: Lines) -> Self {
        let mut area = TextArea::new(text);
        // The terminal's own cursor is the hand.
        area.set_cursor_style(Style::new());
        area.set_cursor_line_style(Style::new());
        area.set_selection_style(Style::new().add_modifier(Modifier::REVERSED));
        area.set_max_histories(REMEMBERED);
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, lines, marking: false, undo: Undo::default(), size: None }
    }

    /// Takes a key; whether the text changed.
    pub fn press(&mut self, key: Key) -> bool {
        let Some(edit) = edit(key) else { return false };
        match edit {
            Edit::Go(to) => self.go(to, key.shift),
            Edit::Mark => {
                self.marking = true;
                self.area.start_selection();
            }
            Edit::MarkAll => {
                self.area.select_all();
                self.marking = true;
            }
            Edit::Unmark => self.unmark(),
            Edit::Copy => {
                self.area.copy();
                self.unmark();
            }
            change => return self.change(change),
        }
        false
    }

    fn change(&mut self, edit: Edit) -> bool {
        match edit {
            Edit::Undo => return self.undo.back(|| self.area.undo()),
            Edit::Redo => return self.undo.again(|| self.area.redo()),
            _ => {}
        }
        let marked = self.marked();
        let act = match edit {
            Edit::Insert(c) if !marked => Act::Typed(c),
            Edit::DeleteBack if !marked => Act::Rubbed,
            _ => Act::Other,
        };
        let changes = match edit {
            Edit::Insert(c) => {
                let room = match self.lines {
                    Lines::One(longest) => marked || self.count() < longest,
                    Lines::Many => true,
                };
                if room {
                    self.area.insert_char(c);
                }
                usize::from(room) + usize::from(room && marked)
            }
            Edit::NewLine if self.lines == Lines::Many => {
                self.area.insert_newline();
                1 + usize::from(marked)
            }
            Edit::DeleteBack => usize::from(self.area.delete_char()),
            Edit::Delete => usize::from(self.area.delete_next_char()),
            Edit::DeleteWordBack | Edit::DeleteToHead | Edit::DeleteToEnd if marked => {
                usize::from(self.area.cut())
            }
            Edit::DeleteWordBack => usize::from(self.area.delete_word()),
            Edit::DeleteWord => usize::from(self.area.delete_next_word()),
            Edit::DeleteToHead => usize::from(self.area.delete_line_by_head()),
            Edit::DeleteToEnd => usize::from(self.area.delete_line_by_end()),
            Edit::PutBack => usize::from(self.area.paste()) + usize::from(marked),
            _ => 0,
        };
        self.undo.did(act, changes);
        changes > 0
    }

    /// Whether something is selected that a change takes the place of; whatever is done, nothing is
    /// being marked any more.
    fn marked(&mut self) -> bool {
        self.marking = false;
        let marked = self.area.selection_range().is_some_and(|(from, to)| from != to);
        if !marked {
            self.area.cancel_selection();
        }
        marked
    }

    fn go(&mut self, to: CursorMove, selecting: bool) {
        if selecting || self.marking {
            if !self.area.is_selecting() {
                self.area.start_selection();
            }
        } else {
            self.area.cancel_selection();
        }
        self.area.move_cursor(to);
        self.undo.close();
    }

    fn unmark(&mut self) {
        self.marking = false;
        self.area.cancel_selection();
    }

    /// Takes pasted text as text, whatever keys it looks like; whether the text changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let changes = self.put(text);
        self.undo.did(Act::Other, changes);
        changes > 0
    }

    /// Puts text where the hand is; how often the text changed by that.
    fn put(&mut self, text: &str) -> usize {
        let end = text.floor_char_boundary(LARGEST_PASTE.min(text.len()));
        let text = &text[..end];
        let text = match self.lines {
            Lines::Many => CleanText::block(text).as_str().to_owned(),
            Lines::One(longest) => {
                let room = longest.saturating_sub(self.count());
                CleanText::line(text).chars().take(room).collect()
            }
        };
        if text.is_empty() {
            return 0;
        }
        let marked = self.marked();
        usize::from(self.area.insert_str(text)) + usize::from(marked)
    }

    /// Puts another text in its place; what was there can be had back.
    pub fn replace(&mut self, text: &str) {
        self.area.select_all();
        let cut = usize::from(self.area.cut());
        let put = self.put(text);
        self.undo.did(Act::Other, cut + put);
    }

    /// The lines of the text; never none.
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// The text of a single line, or the first of many.
    pub fn first_line(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// Characters of the first line before the cursor.
    pub fn column(&self) -> usize {
        self.area.cursor().1
    }

    /// What is selected of the first line: characters before it, and before its end.
    pub fn selection(&self) -> Option<(usize, usize)> {
        self.area.selection_range().map(|((_, from), (_, to))| (from, to))
    }

    fn count(&self) -> usize {
        self.first_line().chars().count()
    }

    /// The line that the cursor is in.
    pub fn row(&self) -> usize {
        self.area.cursor().0
    }

    /// Tells it the size that it will be drawn at.
    pub fn size(&mut self, width: u16, height: u16) {
        let size = (width.max(1), height.max(1));
        if self.size.replace(size) != Some(size) {
            let area = Rect::new(0, 0, size.0, size.1);
            self.widget().render(area, &mut Buffer::empty(area));
        }
    }

    /// What is drawn of many lines.
    pub fn widget(&self) -> impl Widget + '_ {
        &self.area
    }

    /// Where the hand writes, in what is drawn: column and row.
    pub fn hand(&self) -> (u16, u16) {
        let (cursor, (top, left)) = (self.area.screen_cursor(), self.area.scroll_offset());
        let cell =
            |at: usize, first: u16| u16::try_from(at).unwrap_or(u16::MAX).saturating_sub(first);
        (cell(cursor.col, left), cell(cursor.row, top))
    }
}

/// Whether a key does something in a text that is being edited. Keymaps leave these alone, except
/// for what has no use in a single line.
pub fn takes(key: Key) -> bool {
    edit(key).is_some()
}

/// As readline and Emacs have it, and as everybody's arrows do.
fn edit(key: Key) -> Option<Edit> {
    if let Some(c) = key.typed() {
        return is_shown(c.encode_utf8(&mut [0; 4])).then_some(Edit::Insert(c));
    }
    let edit = match (key.code, key.ctrl, key.alt) {
        (Code::Left, false, false) | (Code::Char('b'), true, false) => Edit::Go(CursorMove::Back),
        (Code::Right, false, false) | (Code::Char('f'), true, false) => {
            Edit::Go(CursorMove::Forward)
        }
        (Code::Left, ..) | (Code::Char('b'), false, true) => Edit::Go(CursorMove::WordBack),
        (Code::Right, ..) | (Code::Char('f'), false, true) => Edit::Go(CursorMove::WordForward),
        (Code::Home, false, false) | (Code::Char('a'), true, false) => Edit::Go(CursorMove::Head),
        (Code::End, false, false) | (Code::Char('e'), true, false) => Edit::Go(CursorMove::End),
        (Code::Home, true, false) | (Code::Char('<'), false, true) => Edit::Go(CursorMove::Top),
        (Code::End, true, false) | (Code::Char('>'), false, true) => Edit::Go(CursorMove::Bottom),
        (Code::Up, false, false) | (Code::Char('p'), true, false) => Edit::Go(CursorMove::Up),
        (Code::Down, false, false) | (Code::Char('n'), true, false) => Edit::Go(CursorMove::Down),
        (Code::Up, true, false) => Edit::Go(CursorMove::ParagraphBack),
        (Code::Down, true, false) => Edit::Go(CursorMove::ParagraphForward),
        (Code::Enter, ..) | (Code::Char('j'), true, false) => Edit::NewLine,
        (Code::Backspace, false, false) | (Code::Char('h'), true, false) => Edit::DeleteBack,
        (Code::Delete, false, false) | (Code::Char('d'), true, false) => Edit::Delete,
        (Code::Backspace, ..) | (Code::Char('w'), true, false) => Edit::DeleteWordBack,
        (Code::Delete, ..) | (Code::Char('d'), false, true) => Edit::DeleteWord,
        (Code::Char('u'), true, false) => Edit::DeleteToHead,
        (Code::Char('k'), true, false) => Edit::DeleteToEnd,
        (Code::Char('y'), true, false) => Edit::PutBack,
        (Code::Char(' '), true, false) => Edit::Mark,
        (Code::Char('a'), false, true) => Edit::MarkAll,
        (Code::Char('g'), true, false) => Edit::Unmark,
        (Code::Char('w'), false, true) => Edit::Copy,
        // Terminals send the same byte for ctrl-_, ctrl-/ and ctrl-7.
        (Code::Char('_' | '/' | '7'), true, false) => Edit::Undo,
        (Code::Char('r'), true, false) | (Code::Char('_'), false, true) => Edit::Redo,
        _ => return None,
    };
    Some(edit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, keys: &str) -> (String, usize) {
        let mut editing = Editing::line(text, 40);
        for key in keys.split(' ') {
            editing.press(key.parse().unwrap());
        }
        (editing.first_line().to_owned(), editing.column())
    }

    #[test]
    fn a_line_is_edited_in_its_middle() {
        let line = "call her back";
        assert_eq!(after(line, "ctrl-left ctrl-left x"), ("call xher back".into(), 6));
        assert_eq!(after(line, "alt-b alt-b alt-d"), ("call  back".into(), 5));
        assert_eq!(after(line, "ctrl-a ctrl-right ctrl-k"), ("call ".into(), 5));
        assert_eq!(after(line, "home delete end backspace"), ("all her bac".into(), 11));
        assert_eq!(after(line, "ctrl-w ctrl-w ctrl-y"), ("call her ".into(), 9));
        assert_eq!(after(line, "ctrl-u"), (String::new(), 0));
        assert_eq!(after(line, "enter ctrl-j"), (line.into(), 13), "one line stays one");
    }

    #[test]
    fn what_was_done_is_taken_back_and_done_again() {
        assert_eq!(after("one two", "ctrl-w ctrl-7").0, "one two");
        assert_eq!(after("one two", "ctrl-w ctrl-7 ctrl-r").0, "one ");
        assert_eq!(after("one two", "alt-a x ctrl-/").0, "one two");
        assert_eq!(after("one two", "alt-a x ctrl-/ ctrl-r").0, "x");
    }

    #[test]
    fn words_and_what_is_rubbed_out_are_taken_back_whole() {
        let typed = "c a l l space h e r";
        assert_eq!(after("", &format!("{typed} ctrl-_")).0, "call ");
        assert_eq!(after("", &format!("{typed} ctrl-_ ctrl-_")).0, "");
        assert_eq!(after("", &format!("{typed} ctrl-_ ctrl-_ ctrl-r")).0, "call ");
        let rubbed = format!("{typed} backspace backspace");
        assert_eq!(after("", &format!("{rubbed} ctrl-_")).0, "call her");
        assert_eq!(after("", "a b left c d ctrl-_").0, "ab", "the hand went elsewhere");
        assert_eq!(after("", "a b ctrl-_ c ctrl-r").0, "c", "what was undone is gone");
    }

    #[test]
    fn what_is_remembered_of_a_word_no_longer_whole_is_taken_back_and_done_again() {
        let mut editing = Editing::block("");
        let mut press = |key: &str, times| {
            for _ in 0..times {
                editing.press(key.parse().unwrap());
            }
            editing.first_line().len()
        };
        assert_eq!((press("a", REMEMBERED + 10), press("space", 1)), (1_010, 1_011));
        press("b", 2);
        assert_eq!((press("ctrl-_", 1), press("ctrl-_", 1)), (1_011, 13));
        assert_eq!((press("ctrl-r", 1), press("ctrl-r", 1)), (1_011, 1_013));
    }

    #[test]
    fn what_is_selected_is_replaced_cut_or_copied() {
        assert_eq!(after("one two", "home shift-right shift-right shift-right x").0, "x two");
        assert_eq!(after("one two", "home ctrl-space ctrl-e ctrl-w").0, "");
        let copied = "home ctrl-space alt-f alt-w end ctrl-y";
        assert_eq!(after("one two", copied).0, "one twoone ");
        assert_eq!(after("one two", "shift-home ctrl-g left x").0, "xone two");
        let mut editing = Editing::block("ab\ncd");
        for key in "up left shift-down x".split(' ') {
            editing.press(key.parse().unwrap());
        }
        assert_eq!(editing.lines(), ["axd"], "from a column to the same of another line");
        editing.press("ctrl-_".parse().unwrap());
        assert_eq!(editing.lines(), ["ab", "cd"]);
    }

    #[test]
    fn a_paste_into_a_line_is_one_line_and_keeps_to_its_length() {
        let mut editing = Editing::line("ab", 6);
        assert!(editing.paste("c\nd\u{1b}[2Jefgh"));
        assert_eq!(editing.first_line().chars().count(), 6);
        assert!(!editing.paste("more") && !editing.press("x".parse().unwrap()));
        editing.press("alt-a".parse().unwrap());
        assert!(editing.press("x".parse().unwrap()));
        assert_eq!(editing.first_line(), "x");
    }

    #[test]
    fn a_text_that_is_replaced_can_be_had_back() {
        let mut editing = Editing::block("one\ntwo");
        editing.replace("three");
        assert_eq!(editing.lines(), ["three"]);
        editing.press("ctrl-_".parse().unwrap());
        assert_eq!(editing.lines(), ["one", "two"]);
    }
}
