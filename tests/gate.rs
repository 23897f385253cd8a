//! Nothing that a stranger writes reaches the terminal as anything but text: every Unicode
//! scalar, hostile strings and known attacks through everything that shows text, down to bytes.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;
#[path = "gate/desk.rs"]
mod desk;

use std::thread;

use common::grammar::{Violation, violations};
use common::hostile::ATTACKS;
use common::unicode::{Kind, SECOND_SOURCE};
use norns::domain::text::{CleanText, UNICODE, clusters};
use norns::ui::text::{cut_middle, put, wrap};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Something that shows text.
struct Widget {
    name: &'static str,
    /// Columns and rows that it is drawn into.
    size: (u16, u16),
    /// So many texts are shown by one frame of it.
    texts: usize,
    draw: fn(&[CleanText], &mut Buffer),
}

/// What every line of text is made with.
const PIECES_OF_TEXT: &[Widget] = &[
    Widget { name: "put", size: (12, 16), texts: 16, draw: draw_cut },
    Widget { name: "wrap", size: (4, 64), texts: 16, draw: draw_wrapped },
    Widget { name: "cut_middle", size: (5, 16), texts: 16, draw: draw_cut_middle },
];

/// Everything that shows text. Whoever writes another such thing adds it here.
const WIDGETS: &[Widget] = &[
    Widget { name: "desk", size: (120, 48), texts: desk::TEXTS, draw: desk::draw },
    Widget { name: "candidates", size: (60, 24), texts: 16, draw: desk::draw_candidates },
    // Few: with every key the whole note is wrapped anew.
    Widget { name: "note, typed", size: (50, 30), texts: 4, draw: desk::draw_typed },
    Widget { name: "note, pasted", size: (50, 30), texts: 8, draw: desk::draw_pasted },
];

/// One text a row.
fn draw_cut(texts: &[CleanText], buf: &mut Buffer) {
    let area = buf.area;
    for (y, text) in (0..area.height).zip(texts) {
        put(buf, Rect { y, height: 1, ..area }, text, Style::new());
    }
}

/// Four rows a text.
fn draw_wrapped(texts: &[CleanText], buf: &mut Buffer) {
    let area = buf.area;
    for (top, text) in (0..area.height).step_by(4).zip(texts) {
        for (y, row) in (top..top + 4).zip(wrap(text, area.width)) {
            put(buf, Rect { y, height: 1, ..area }, row, Style::new());
        }
    }
}

fn draw_cut_middle(texts: &[CleanText], buf: &mut Buffer) {
    let area = buf.area;
    for (y, text) in (0..area.height).zip(texts) {
        put(buf, Rect { y, height: 1, ..area }, &cut_middle(text, area.width), Style::new());
    }
}

/// What a terminal is sent when a widget shows these texts, and what is wrong with it.
fn shown(widget: &Widget, texts: &[CleanText]) -> (Vec<u8>, Vec<Violation>) {
    let area = Rect::new(0, 0, widget.size.0, widget.size.1);
    let empty = Buffer::empty(area);
    let mut buf = Buffer::empty(area);
    (widget.draw)(texts, &mut buf);
    let mut bytes = Vec::new();
    let mut backend = CrosstermBackend::new(&mut bytes);
    backend.draw(empty.diff(&buf).into_iter()).expect("memory takes everything");
    let found = violations(&bytes);
    (bytes, found)
}

/// Gathers texts and shows them by the frame, in every widget.
#[derive(Default)]
struct Audience {
    waiting: Vec<CleanText>,
    /// Looks at pieces of text only, not at whole desks.
    near: bool,
}

impl Audience {
    /// Cleans a text as both a line and a block, checks what is promised of clean text, and shows
    /// what is new.
    fn see(&mut self, raw: &str) {
        for (clean, again) in [
            (CleanText::line(raw), CleanText::line as fn(&str) -> CleanText),
            (CleanText::block(raw), CleanText::block),
        ] {
            if self.waiting.last() == Some(&clean) {
                continue;
            }
            assert_eq!(again(&clean), clean, "cleaning twice differs: {raw:?}");
            for cluster in clusters(&clean) {
                let fits = (1..=6).contains(&cluster.width) || cluster.text == "\n";
                assert!(fits, "{cluster:?} of {raw:?}");
            }
            self.waiting.push(clean);
        }
        if self.waiting.len() >= 256 {
            self.show();
        }
    }

    fn show(&mut self) {
        let desks = if self.near { &[][..] } else { WIDGETS };
        for widget in PIECES_OF_TEXT.iter().chain(desks) {
            for texts in self.waiting.chunks(widget.texts) {
                let (_, found) = shown(widget, texts);
                assert!(found.is_empty(), "{}: {found:?} of {texts:?}", widget.name);
            }
        }
        self.waiting.clear();
    }
}

/// Shares work between the machine's cores.
fn on_every_core(work: impl Fn(usize, usize) + Sync) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for core in 0..cores {
            let work = &work;
            scope.spawn(move || work(core, cores));
        }
    });
}

#[test]
fn every_scalar_in_every_position_stays_inside_the_grammar() {
    on_every_core(|core, cores| {
        // One audience a position, so that a run of scalars that look the same is shown once.
        let mut audiences: [Audience; 5] = Default::default();
        // Whole desks see a scalar first in its text, and inside it.
        for position in [1, 2, 4] {
            audiences[position].near = true;
        }
        let mut seen = 0;
        let blocks = (0..=0x10FFFFu32).step_by(256).skip(core).step_by(cores);
        for c in blocks.flat_map(|first| first..first + 256).filter_map(char::from_u32) {
            let positions = [
                format!("{c}"),
                format!("{c}b"),
                format!("a{c}"),
                format!("a{c}b"),
                format!("世{c}e\u{301}"),
            ];
            for (audience, raw) in audiences.iter_mut().zip(&positions) {
                audience.see(raw);
            }
            seen += 1;
        }
        audiences.iter_mut().for_each(Audience::show);
        assert!(seen > 0);
    });
}

#[test]
fn hostile_strings_stay_inside_the_grammar() {
    const STRINGS: usize = 200_000;
    on_every_core(|core, cores| {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (core as u64 + 1));
        let mut audience = Audience::default();
        for _ in 0..STRINGS.div_ceil(cores) {
            audience.see(&hostile(&mut dice));
        }
        audience.show();
    });
}

#[test]
fn known_attacks_split_at_every_byte_stay_inside_the_grammar() {
    let mut audience = Audience::default();
    for attack in ATTACKS {
        for at in 0..=attack.len() {
            let (head, tail) = attack.as_bytes().split_at(at);
            let (head, tail) = (String::from_utf8_lossy(head), String::from_utf8_lossy(tail));
            audience.see(&head);
            audience.see(&tail);
            audience.see(&format!("{head}{tail}"));
        }
    }
    audience.show();
}

#[test]
fn the_checker_sees_each_kind_of_violation() {
    for bytes in [
        "a\x07",
        "\x1b]0;title\x07",
        "\x1bPq\x1b\\",
        "\x1b_x\x1b\\",
        "\x1b[6n",
        "\x1b[c",
        "\x1b[?1000h",
        "\x1b[21t",
        "\x1bc",
        "\x1b",
        "\x1b[",
        "\x1b[1;2;3H",
        "\x1b[3",
        "a\u{9b}31m",
        "a\u{202e}",
        "a\u{200b}",
        "a\u{200d}b",
        "\u{301}",
        "\x1b[1;1H\u{301}",
        "e\u{301}\u{301}\u{301}\u{301}",
        "❤\u{fe0f}",
        "\u{e000}",
        "\u{fffe}",
        "\r",
        "\n",
        "\u{2028}",
        "\u{e0041}",
    ] {
        assert_ne!(violations(bytes.as_bytes()), [], "{bytes:?}");
    }
    assert_ne!(violations(b"a\xff"), []);
    assert_ne!(violations(b"a\xe4\xb8"), []);
    for bytes in [
        "\x1b[1;1Habc",
        "\x1b[0m\x1b[38;5;3mx\x1b[m",
        "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?2026l",
        "\x1b[2J\x1b[K\x1b[2;9r\x1b[3S\x1b[2 q",
        "e\u{301}世🎉",
        "می\u{200c}خواهم",
    ] {
        assert_eq!(violations(bytes.as_bytes()), [], "{bytes:?}");
    }
}

#[test]
fn a_widget_that_lets_foreign_text_through_is_caught() {
    let leak = Widget {
        name: "leak",
        size: (12, 1),
        texts: 1,
        draw: |_, buf| {
            buf[(0, 0)].set_symbol("\x1b]0;x\x07");
        },
    };
    assert_ne!(shown(&leak, &[]).1, []);
}

/// The gate's table against Python's: what must be hidden is, and nothing else is.
#[test]
fn the_table_agrees_with_the_second_source() {
    let mut newer = 0;
    for c in (0..=0x10FFFFu32).filter_map(char::from_u32) {
        let clean = CleanText::line(&format!("a{c}b"));
        let passed = clean.contains(c);
        let point = u32::from(c);
        match SECOND_SOURCE.kind(c) {
            Kind::Never | Kind::Hidden | Kind::Selector => {
                assert!(!passed, "U+{point:04X} is hidden, but passes");
            }
            // Assigned after the older of the two sources was made.
            Kind::Unassigned if passed && SECOND_SOURCE.version < UNICODE => newer += 1,
            Kind::Unassigned => assert!(!passed, "U+{point:04X} is unassigned, but passes"),
            _ if passed => {}
            _ if SECOND_SOURCE.version > UNICODE => newer += 1,
            kind => assert!(reduced(c), "U+{point:04X} ({kind:?}) is shown nowhere"),
        }
        if SECOND_SOURCE.kind(c) == Kind::Mark && passed {
            let tower = CleanText::line(&format!("a{}", String::from(c).repeat(5)));
            assert_eq!(tower.matches(c).count(), 3, "U+{point:04X} is a mark");
        }
    }
    if SECOND_SOURCE.version == UNICODE {
        assert_eq!(newer, 0);
    }
}

/// What is shown otherwise than it came: letters for flags, nothing for skin tones, and what
/// takes no cell without a letter before it.
fn reduced(c: char) -> bool {
    let indicator = ('\u{1F1E6}'..='\u{1F1FF}').contains(&c);
    let skin = ('\u{1F3FB}'..='\u{1F3FF}').contains(&c);
    indicator || skin || clusters(&format!("{c}")).all(|cluster| cluster.width == 0)
}

/// A generator whose dice are the same on every machine (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }

    fn any<'t, T: ?Sized>(&mut self, of: &[&'t T]) -> &'t T {
        of[self.roll(of.len())]
    }
}

/// Pieces that do harm alone or in company.
const PIECES: &[&str] = &[
    "a",
    "Jane Roe",
    " ",
    "\n",
    "\r\n",
    "\t",
    "世",
    "界",
    "e\u{301}",
    "\u{301}",
    "\u{20dd}",
    "\u{e33}",
    "\u{1b}",
    "\u{9b}",
    "\u{9d}",
    "\u{7}",
    "\u{0}",
    "\u{200b}",
    "\u{200c}",
    "\u{200d}",
    "\u{200e}",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{2028}",
    "\u{feff}",
    "\u{ad}",
    "\u{34f}",
    "\u{3164}",
    "\u{115f}",
    "\u{1160}",
    "\u{1100}",
    "\u{1161}",
    "\u{11a8}",
    "\u{ff9e}",
    "ｶ",
    "\u{fe0f}",
    "\u{fe0e}",
    "\u{e0101}",
    "❤",
    "👨",
    "👩",
    "🏽",
    "🇨",
    "🏴",
    "\u{e0067}",
    "\u{e007f}",
    "1\u{20e3}",
    "\u{915}",
    "\u{94d}",
    "\u{937}",
    "\u{93f}",
    "\u{d4e}",
    "\u{110bd}",
    "\u{600}",
    "م",
    "ی",
    "ل",
    "ا",
    "\u{64e}",
    "\u{17d8}",
    "\u{17d2}",
    "\u{1780}",
    "\u{2d7f}",
    "\u{2d31}",
    "\u{a4f8}",
    "\u{a4fc}",
    "\u{1a15}\u{1a17}",
    "\u{16d68}",
    "\u{e000}",
    "\u{10ffff}",
    "\u{fffd}",
    "…",
    "\u{5d0}",
    "\u{2e3b}",
    "\u{fdfa}",
];

fn hostile(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..1 + dice.roll(10) {
        match dice.roll(8) {
            0 => text.push_str(dice.any(ATTACKS)),
            1 => text.extend(char::from_u32(dice.roll(0x11_0000) as u32)),
            2 => text.extend(char::from_u32(dice.roll(0x3000) as u32)),
            3 => text.push_str(&dice.any(PIECES).repeat(1 + dice.roll(6))),
            _ => text.push_str(dice.any(PIECES)),
        }
    }
    text
}
