//! The desk over thin, slow and dead lines. Figures are printed with `--nocapture`.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]
#![allow(clippy::print_stdout, reason = "figures are printed")]
#![allow(clippy::disallowed_methods, reason = "what is held here is held in the machine's time")]

mod common;

use std::time::{Duration, Instant};

use common::desk::{Desk, FIRST_CALL};
use common::peer::Peer;
use common::process::{naps, resident_kib, written};
use common::terminal::{Link, Screen, Terminal, TerminalSpec};
use rustix::process::Signal;

/// A customer is on the screen and every source has answered.
fn with_customer(size: (u16, u16)) -> Desk {
    let mut desk = Desk::open(size);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer", |screen| {
        let strip = screen.rows().into_iter().rev().nth(1).unwrap();
        strip.contains("HOLD") && !strip.contains('…')
    });
    settle(&desk.terminal);
    desk
}

/// Waits until nothing is written any more.
fn settle(terminal: &Terminal) {
    while !terminal.is_silent_for(Duration::from_millis(300)) {}
}

/// The row that the cursor is on.
fn chosen(screen: &Screen<'_>) -> Option<String> {
    screen.row_with("┃▌")
}

/// Bytes that were written because of this.
fn cost(desk: &mut Desk, keys: &str) -> Vec<u8> {
    let before = desk.terminal.bytes().len();
    desk.terminal.press(keys);
    settle(&desk.terminal);
    desk.terminal.bytes().split_off(before)
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

/// A mobile telephone in a train.
const LINE: Link = Link { bytes_per_second: 25_000, delay: Duration::from_millis(200) };
/// Bytes that it takes in a second.
const SECOND: usize = LINE.bytes_per_second as usize;

const BEGINS: &[u8] = b"\x1b[?2026h";
const ENDS: &[u8] = b"\x1b[?2026l";

#[test]
fn a_thin_line_shows_what_a_key_did_at_once() {
    let mut desk = with_customer((80, 24));
    desk.terminal.press("g p");
    settle(&desk.terminal);
    desk.terminal.thin(LINE);
    let mut waits: Vec<Duration> = (0..20)
        .map(|_| {
            let row = desk.terminal.look(chosen);
            let pressed = Instant::now();
            desk.terminal.press("j");
            desk.terminal.until("another row", |screen| chosen(screen) != row);
            pressed.elapsed()
        })
        .collect();
    waits.sort_unstable();
    let (median, worst) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    println!("key to paint at 25 kB/s and 200 ms: median {median:?}, worst {worst:?}");
    assert!(median < LINE.delay + Duration::from_millis(100), "{waits:?}");
    // A held key: what is seen lags by the line's own delay, and not by what it held up.
    for _ in 0..40 {
        desk.terminal.press("j");
        std::thread::sleep(Duration::from_millis(20));
    }
    desk.terminal.press("home");
    let let_go = Instant::now();
    desk.terminal.until("the top", |screen| {
        chosen(screen).is_some_and(|row| row.contains("Prefers the mobile"))
    });
    let lag = let_go.elapsed();
    println!("after a held key: {lag:?}");
    assert!(lag < Duration::from_secs(1), "{lag:?}");
}

#[test]
fn a_key_costs_a_thin_line_a_fifth_of_a_second_at_most_and_a_moved_cursor_a_fiftieth() {
    let mut desk = with_customer((80, 24));
    desk.terminal.press("g p");
    settle(&desk.terminal);
    // What a cursor that moves may cost, a letter of a note, and a view that opens.
    const MOVE: usize = SECOND / 50;
    const LETTER: usize = 40;
    const VIEW: usize = SECOND / 5;
    let keys = [
        ("j", MOVE),
        ("k", MOVE),
        ("enter", VIEW),
        ("j", VIEW),
        ("esc", VIEW),
        ("tab", VIEW),
        ("shift-tab", VIEW),
        ("z", VIEW),
        ("z", VIEW),
        ("/", VIEW),
        ("b", VIEW),
        ("esc", VIEW),
        ("i", VIEW),
        ("esc", VIEW),
        (":", VIEW),
        ("n", VIEW),
        ("esc", VIEW),
        ("?", VIEW),
        ("esc", VIEW),
        ("n", VIEW),
        ("x", LETTER),
        ("esc", VIEW),
    ];
    for (key, most) in keys {
        let written = cost(&mut desk, key);
        println!("{key}: {} bytes, {} frames", written.len(), count(&written, BEGINS));
        assert!(written.len() <= most, "{key}: {} bytes", written.len());
        assert!(count(&written, BEGINS) <= 1, "{key}: {}", written.escape_ascii());
    }
    desk.terminal.assert_grammar();
}

#[test]
fn a_hundred_keys_in_one_breath_cost_a_few_frames() {
    let mut desk = with_customer((80, 24));
    desk.terminal.press("g p");
    settle(&desk.terminal);
    let whole = cost(&mut desk, "ctrl-l").len();
    desk.terminal.thin(LINE);
    let before = desk.terminal.bytes().len();
    let keys = ["j"; 60].iter().chain(&["k"; 40]).copied().collect::<Vec<_>>().join(" ");
    desk.terminal.press(&keys);
    desk.terminal.press("n");
    desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    settle(&desk.terminal);
    let written = desk.terminal.bytes().split_off(before);
    let frames = count(&written, BEGINS);
    println!("100 keys: {frames} frames, {} bytes; a whole screen is {whole}", written.len());
    assert!(frames <= 6, "{frames} frames");
    assert!(written.len() <= 2 * whole, "{} bytes, {whole} a screen", written.len());
    desk.terminal.assert_grammar();
}

#[test]
fn of_what_is_typed_while_the_line_is_behind_the_newest_frame_alone_is_sent() {
    let mut desk = with_customer((80, 24));
    desk.terminal.press("n");
    desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    settle(&desk.terminal);
    let whole = u64::try_from(cost(&mut desk, "ctrl-l").len()).unwrap();
    desk.terminal.thin(LINE);
    desk.terminal.stall();
    let drafts = desk.home.state().join("drafts");
    let kept = || -> String {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().flatten();
        files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default()).collect()
    };
    // Whole screens, until whatever lies between is full, and the one behind it is stuck: a screen
    // is written before the letter behind it is taken, where it is written at all.
    let mut filled = written(desk.terminal.pid());
    loop {
        desk.terminal.press("ctrl-l");
        desk.terminal.type_text("~");
        desk.until("the sign on disk", || kept().contains('~'));
        desk.terminal.press("backspace");
        desk.until("the sign gone from disk", || !kept().contains('~'));
        let now = written(desk.terminal.pid());
        if now - std::mem::replace(&mut filled, now) < whole {
            break;
        }
    }
    let before = desk.terminal.bytes().len();
    let mut text = String::new();
    for nth in 0..100 {
        text.push(char::from(b'a' + nth % 26));
        desk.terminal.type_text(&text[text.len() - 1..]);
        // Each letter has been taken and drawn before the next one comes.
        desk.until("the letter on disk", || kept().contains(&text));
    }
    desk.terminal.resume();
    desk.terminal.until("the last letters", |screen| screen.has(&text[90..]));
    settle(&desk.terminal);
    let sent = desk.terminal.bytes().split_off(before);
    // What was stuck says nothing of the letters; the newest frame says all of them at once, in
    // as many rows as they take.
    let places = sent.windows(10).filter(|piece| *piece == &text.as_bytes()[90..]).count();
    let begins = sent.windows(10).filter(|piece| *piece == &text.as_bytes()[..10]).count();
    println!("{} bytes, {} frames after 100 keys", sent.len(), count(&sent, BEGINS));
    // A hundred letters: the alphabet comes three times, and the first ten of it four.
    assert_eq!((begins, places), (4, 4), "{}", sent.escape_ascii());
    desk.terminal.assert_grammar();
}

#[test]
fn a_line_scrolled_by_the_terminal_costs_three_hundred_bytes() {
    let mut desk = with_customer((80, 24));
    desk.terminal.press("g p");
    settle(&desk.terminal);
    let rows = desk.terminal.look(|screen| screen.rows().len());
    for _ in 0..rows {
        cost(&mut desk, "j");
    }
    let mut costs: Vec<Vec<u8>> = (0..10).map(|_| cost(&mut desk, "j")).collect();
    costs.sort_by_key(Vec::len);
    let median = &costs[costs.len() / 2];
    println!("one line further: {} bytes in the median", median.len());
    assert!(median.len() <= 300, "{}", median.escape_ascii());
    assert_eq!((count(median, b"\x1b[r"), count(median, BEGINS), count(median, ENDS)), (1, 1, 1));
    // What the terminal was told in pieces is what it would be told afresh.
    let scrolled = desk.terminal.text();
    cost(&mut desk, "ctrl-l");
    assert_eq!(desk.terminal.text(), scrolled);
    desk.terminal.assert_grammar();
}

#[test]
fn the_timer_of_a_call_costs_one_small_write_a_second() {
    let desk = with_customer((120, 40));
    desk.pop(&["--call", "c-1", "--event", "answered"]);
    desk.terminal.until_shown("Talking");
    settle(&desk.terminal);
    for second in 1..=5 {
        let before = desk.terminal.bytes().len();
        desk.clock.advance(1);
        let shown = format!("Talking 0:0{second}");
        desk.terminal.until(&shown, |screen| screen.has(&shown));
        settle(&desk.terminal);
        let written = desk.terminal.bytes().split_off(before);
        assert!(written.len() < 40, "{} bytes: {}", written.len(), written.escape_ascii());
        assert_eq!(count(&written, b"\x1b[?2026"), 0, "one run of cells is one write anyway");
    }
}

#[test]
fn at_rest_nothing_wakes_and_nothing_is_written() {
    const REST: Duration = Duration::from_secs(5);
    // By the machine's clock: a clock that stands still would hide a timer.
    let spec = TerminalSpec { size: (120, 40), ..TerminalSpec::norns() };
    let mut terminal = Terminal::start(spec);
    terminal.until_shown("Ready");
    settle(&terminal);
    terminal.press("?");
    terminal.until_shown("EVERY KEY");
    settle(&terminal);
    let (bytes, before) = (terminal.bytes().len(), naps(terminal.pid()));
    assert!(terminal.is_silent_for(REST));
    let woke = naps(terminal.pid()) - before;
    println!("at rest, {REST:?}: {woke} wake-ups, {} bytes", terminal.bytes().len() - bytes);
    assert_eq!(woke, 0);
}

#[test]
fn a_line_that_stalls_delays_neither_pops_nor_drafts_and_is_sent_one_frame_after() {
    const CALLS: usize = 60;
    let mut desk = with_customer((120, 40));
    let mut peer = Peer::connect(&desk);
    desk.terminal.press("n");
    desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    settle(&desk.terminal);
    let pid = desk.terminal.pid();
    let before = resident_kib(pid);
    desk.terminal.stall();
    let (mut waits, mut text) = (Vec::new(), String::new());
    for nth in 0..CALLS {
        // Whole screens, to fill whatever lies between.
        desk.terminal.press("ctrl-l");
        let word = format!("word{nth} ");
        desk.terminal.type_text(&word);
        text += &word;
        desk.clock.advance(1);
        let rung = Instant::now();
        // Without a number nobody is looked up: the sample company, which lives in this process,
        // would grow by its answers.
        let line = format!(r#"{{"v":1,"event":"offered","call":"s-{nth}"}}"#);
        assert_eq!(peer.ask(&line), "created");
        waits.push(rung.elapsed());
    }
    let typed = Instant::now();
    let drafts = desk.home.state().join("drafts");
    desk.until("the draft on disk", || {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().flatten();
        let texts = files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default());
        texts.into_iter().any(|kept| kept.contains(text.trim_end()))
    });
    let kept = typed.elapsed();
    waits.sort_unstable();
    let (usual, worst) = (waits[CALLS * 9 / 10], waits[CALLS - 1]);
    let grown = resident_kib(pid).saturating_sub(before);
    println!(
        "stalled: 9 of 10 pops within {usual:?}, worst {worst:?}; draft {kept:?}; +{grown} KiB"
    );
    assert!(usual < Duration::from_millis(100), "{waits:?}");
    assert!(grown <= 2 * 1024, "{grown} KiB");
    // The terminal showed nothing of it; it is sent what lay between and the newest frame.
    assert!(!desk.terminal.text().contains("word9"));
    let stalled_at = desk.terminal.bytes().len();
    desk.terminal.resume();
    let last = format!("word{} ", CALLS - 1);
    desk.terminal.until("the newest frame", |screen| screen.has(last.trim_end()));
    settle(&desk.terminal);
    let sent = desk.terminal.bytes().split_off(stalled_at);
    println!("resumed: {} bytes, {} frames begun", sent.len(), count(&sent, BEGINS));
    let whole = cost(&mut desk, "ctrl-l").len();
    // 15,360 bytes fit between a program and a terminal that does not read; then one was being
    // written, and one was the newest.
    assert!(sent.len() < 16 * 1024 + 2 * whole + 4096, "{} bytes, {whole} each", sent.len());
    desk.terminal.assert_grammar();
}

#[test]
fn a_line_that_stalls_keeps_nobody_from_leaving() {
    for leave in [None, Some(Signal::TERM)] {
        let mut desk = Desk::open((120, 40));
        desk.terminal.stall();
        for _ in 0..20 {
            desk.terminal.press("ctrl-l");
        }
        match leave {
            None => desk.terminal.press("q"),
            Some(signal) => desk.terminal.signal(signal),
        }
        let left = Instant::now();
        desk.terminal.ended();
        assert!(left.elapsed() < Duration::from_secs(3), "{:?}", left.elapsed());
    }
}
