//! What a hand, a clipboard and a bad line send to the desk, through a real terminal.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::time::Duration;

use common::desk::Desk;
use common::terminal::Screen;

const SIZE: (u16, u16) = (120, 40);
/// A fault of the input has ended by then.
const BACK: Duration = Duration::from_secs(2);

/// A desk with a note open.
fn writing() -> Desk {
    let mut desk = Desk::open(SIZE);
    desk.terminal.press("n");
    desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    desk
}

#[test]
fn a_paste_that_never_ends_gives_the_keys_back() {
    let mut desk = writing();
    desk.terminal.send(b"\x1b[200~charged twice");
    desk.terminal.until_within(BACK, "what came", |screen| screen.has("charged twice"));
    desk.terminal.type_text(" since July");
    desk.terminal.until_shown("charged twice since July");
    // What is left of it is no keys either: `esc` would leave the note.
    desk.terminal.send(b" and \x1b more of the same text, again and again\x1b[201~!");
    desk.terminal.until_shown("again and again!");
}

#[test]
fn ten_megabytes_are_pasted_and_a_question_is_asked() {
    let mut desk = writing();
    desk.terminal.send(b"\x1b[200~");
    let megabyte = "the bill is wrong ".repeat(1024 * 1024 / 18 + 1);
    for _ in 0..10 {
        desk.terminal.send(megabyte.as_bytes());
    }
    desk.terminal.send(b"\x1b[201~");
    let asked = |screen: &Screen<'_>| screen.has("10240 KiB were pasted");
    desk.terminal.until_within(BACK, "the question", asked);
    desk.terminal.until_shown("Put the first 256 KiB into the note?");
    desk.terminal.press("esc");
    desk.terminal.until("no question", |screen| !screen.has("KiB"));
    desk.terminal.type_text("nothing of it");
    desk.terminal.until("the note alone", |screen| {
        screen.has("nothing of it") && !screen.has("the bill is wrong")
    });
    desk.terminal.assert_grammar();
}

#[test]
fn the_beginning_of_a_long_paste_can_be_kept() {
    let mut desk = writing();
    let long = "line\r".repeat(60_000);
    desk.terminal.paste(&long);
    desk.terminal.until_shown("Put the first 256 KiB into the note?");
    desk.terminal.press("enter");
    desk.terminal.until("the note", |screen| screen.has("line") && !screen.has("Put the first"));
    desk.terminal.type_text("end of it");
    desk.terminal.until_within(BACK, "what is typed", |screen| screen.has("end of it"));
}

#[test]
fn noise_on_the_line_is_survived() {
    let mut desk = writing();
    // Every byte but those that mean a key that leaves: Esc, Ctrl-C, Ctrl-Z and Ctrl-S, Ctrl-O.
    let leaving = [0x03, 0x0f, 0x13, 0x1a, 0x1b];
    let noise: Vec<u8> = (0..=255).filter(|byte| !leaving.contains(byte)).collect();
    for piece in noise.chunks(7) {
        desk.terminal.send(piece);
    }
    desk.terminal.send(b"\xc3\xe4\xb8\xf0\x9f");
    desk.terminal.send(b"\x1b[999;999;999~\x1b[?1;2c\x1b]11;rgb:0/0/0\x07\x1b[M !!\x1b[<0;1;1M");
    desk.terminal.press("enter");
    desk.terminal.type_text("still here");
    desk.terminal.until_shown("still here");
    desk.terminal.assert_grammar();
}

#[test]
fn escape_and_alt_are_told_apart_on_a_line_that_stutters() {
    const JITTER: Duration = Duration::from_millis(300);
    let mut desk = writing();
    desk.terminal.type_text("one two");
    desk.terminal.until_shown("one two");
    // An arrow in two pieces: wherever the hand is then, nothing was typed and nothing was lost.
    desk.terminal.send(b"\x1b");
    assert!(!desk.terminal.is_silent_for(JITTER), "a lone Esc is the key");
    desk.terminal.until("no note", |screen| screen.row_with("NOTE").is_none());
    desk.terminal.send(b"[A");
    desk.terminal.press("n");
    desk.terminal.until_shown("one two");
    // Alt in one piece is Alt: the note stays open.
    desk.terminal.send(b"\x1bf");
    desk.terminal.type_text("!");
    desk.terminal.until_shown("one two!");
    // Esc, and later a letter: no Alt.
    desk.terminal.press("esc");
    desk.terminal.until("no note", |screen| screen.row_with("NOTE").is_none());
    desk.terminal.press("?");
    desk.terminal.until_shown("EVERY KEY");
}
