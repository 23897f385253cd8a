//! The figures that can be counted, so that none of them grows unseen: bytes for what happens most
//! often, questions to the terminal, and who wakes for a second of a call. What can only be timed
//! is measured by `cargo bench --bench figures`.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]
#![allow(clippy::print_stdout, reason = "figures are printed")]

mod common;

use std::fs;
use std::time::Duration;

use common::desk::{Desk, FIRST_CALL};
use common::grammar::violations;
use common::peer::Peer;
use common::seat::Seat;
use jiff::SignedDuration;
use norns::app::effect::Effect;
use norns::app::msg::Msg;
use norns::domain::contact::{Channel, Entry, When};
use norns::domain::interaction::CallState;
use norns::domain::source::{Facts, Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::shell::paint::{Frame, Painter};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rustix::process::Pid;
use rustix::time::{ClockId, clock_gettime};

/// The size that the floor was measured at, and what it wrote there, in bytes.
const SIZE: (u16, u16) = (200, 50);
const FLOOR_START: usize = 12_118;
const FLOOR_POP: usize = 408;
const FLOOR_KEY: usize = 524;
const FLOOR_SCROLL: usize = 3_561;

const OPENED: &[u8] = b"\x1b[?1049h";
const ENDS: &[u8] = b"\x1b[?2026l";

/// A desk, and what it takes to show it.
struct Watched {
    seat: Seat,
    painter: Painter,
}

impl Watched {
    fn new(seat: Seat) -> Self {
        let mut watched = Self { seat, painter: Painter::default() };
        watched.paint();
        watched
    }

    fn paint(&mut self) -> usize {
        let mut cells = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        let hand = norns::ui::draw(&self.seat.desk, &self.seat.theme, &mut cells);
        let cursor = hand.map(|(x, y)| Position { x, y });
        self.painter.paint(Frame { cells, cursor }).unwrap().0.len()
    }

    /// Bytes that it takes to show what these keys do.
    fn press(&mut self, keys: &str) -> usize {
        self.seat.press(keys);
        self.paint()
    }
}

/// A customer with so many entries.
fn entries(count: usize) -> Vec<Part> {
    let source = SourceId::new("CRM").unwrap();
    let entry = |nth: usize| {
        let what = ["called about a charge", "paid by card", "opened a case", "wrote"][nth % 4];
        let what = format!("{what}, reference {nth:06}");
        let hours = i64::try_from(nth).unwrap() * 2;
        let when = When::at(common::seat::now() - SignedDuration::from_hours(hours));
        let id = CleanText::line(&nth.to_string());
        let bare = Entry::bare((source.clone(), id), (when, Channel::Call), CleanText::line(&what));
        Entry { state: Some(CleanText::line("open")), ..bare }
    };
    let facts = Facts { entries: (0..count).map(entry).collect(), ..Facts::default() };
    vec![Part { state: State::Ok, facts, ..Part::loading(source.clone()) }]
}

/// A desk with this customer, and the timeline in focus.
fn with(count: usize) -> Watched {
    let mut seat = Seat::with(SIZE, entries(count));
    seat.press("g p");
    Watched::new(seat)
}

/// A call rings; the bytes that it takes to show it.
fn ring(desk: &mut Watched, name: &str) -> usize {
    let call = desk.seat.ringing(name, "4165550142", "BILLING");
    desk.seat.happen(Msg::CallChanged(Box::new(call)));
    desk.paint()
}

/// The agent talks, from now on.
fn answer(desk: &mut Watched, name: &str) -> Vec<Effect> {
    let mut call = desk.seat.ringing(name, "4165550142", "BILLING");
    (call.number, call.state, call.answered_at) = (1, CallState::Talking, Some(desk.seat.now));
    let effects = desk.seat.happen(Msg::CallChanged(Box::new(call)));
    desk.paint();
    effects
}

#[test]
fn a_call_that_rings_takes_half_as_much_again_as_on_the_floor_at_most() {
    let mut idle = Watched::new(Seat::open(SIZE));
    let bytes = ring(&mut idle, "c-1");
    println!("a call that rings: {bytes} bytes");
    assert!((100..=FLOOR_POP * 3 / 2).contains(&bytes), "{bytes}");
    assert!(idle.seat.text().contains("Looking for number +1 416 555 0142"));
}

#[test]
fn a_call_that_waits_takes_as_little_beside_100_000_entries_as_beside_1_000() {
    let waits = |count| {
        let mut desk = with(count);
        answer(&mut desk, "c-1");
        let bytes = ring(&mut desk, "c-2");
        assert!(desk.seat.text().contains("RINGING"), "{}", desk.seat.text());
        bytes
    };
    let (few, many) = (waits(1_000), waits(100_000));
    println!("a call that waits: {few} and {many} bytes");
    assert_eq!(few, many);
    assert!((50..=FLOOR_POP * 3 / 2).contains(&few), "{few}");
}

#[test]
fn the_next_row_with_its_detail_takes_less_than_on_the_floor() {
    let mut desk = with(1_000);
    for key in ["j"; 20].into_iter().chain(["k"; 20]) {
        let bytes = desk.press(key);
        assert!((50..=FLOOR_KEY).contains(&bytes), "{key}: {bytes}");
    }
}

#[test]
fn a_line_scrolled_takes_as_much_in_100_000_entries_as_in_1_000_and_hardly_more_than_on_the_floor()
{
    let scrolled = |count| {
        let mut desk = with(count);
        desk.press(&["j"; 60].join(" "));
        (0..20).map(|_| desk.press("j")).collect::<Vec<_>>()
    };
    let (few, many) = (scrolled(1_000), scrolled(100_000));
    assert_eq!(few, many);
    let mean = few.iter().sum::<usize>() / few.len();
    println!("a line scrolled: {mean} bytes");
    assert!((50..=FLOOR_SCROLL * 6 / 5).contains(&mean), "{mean}");
}

#[test]
fn a_key_takes_no_longer_where_100_000_entries_are_than_where_1_000_are() {
    // Time that this thread has computed, at its best: what else the machine does is left out.
    let computed = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let best = |count| {
        let mut desk = with(count);
        let takes = (0..30).map(|_| {
            let before = computed();
            desk.press("j");
            computed() - before
        });
        takes.min().unwrap()
    };
    let (few, many) = (best(1_000), best(100_000));
    println!("a key: {few:?} and {many:?}");
    assert!(many < few * 3 / 2, "{few:?} and {many:?}");
}

#[test]
fn a_letter_of_a_note_takes_forty_bytes_at_most_and_is_kept_all_the_same() {
    let mut desk = with(1_000);
    desk.press("n");
    let mut text = String::new();
    for letter in 'a'..='z' {
        let effects = desk.seat.press(&letter.to_string());
        text.push(letter);
        let kept = effects.iter().any(|effect| match effect {
            Effect::KeepDraft(draft) => draft.text == text,
            _ => false,
        });
        assert!(kept, "{effects:?}");
        let bytes = desk.paint();
        assert!((1..=40).contains(&bytes), "{letter}: {bytes} bytes");
    }
}

#[test]
fn a_second_of_a_call_takes_forty_bytes_and_one_wake_up() {
    const SECONDS: usize = 100;
    let mut desk = with(1_000);
    answer(&mut desk, "c-1");
    let mut bytes = 0;
    for _ in 0..SECONDS {
        desk.seat.now += SignedDuration::from_secs(1);
        let effects = desk.seat.happen(Msg::Woke);
        let next = desk.seat.now + SignedDuration::from_secs(1);
        assert_eq!(effects, [Effect::Wake { at: next }]);
        bytes += desk.paint();
    }
    println!("{SECONDS} s of a call: {bytes} bytes");
    assert!((SECONDS..=40 * SECONDS).contains(&bytes), "{bytes} bytes");
}

#[test]
fn at_rest_no_wake_up_is_asked_for() {
    let mut desk = Watched::new(Seat::open(SIZE));
    for keys in ["?", "esc", ":", "esc", "f", "esc", "tab", "g p"] {
        let effects = desk.seat.press(keys);
        // The end of a chord takes back that its hints were to be shown.
        let asks = effects.iter().rposition(|effect| matches!(effect, Effect::Wake { .. }));
        let sleeps = effects.iter().rposition(|effect| matches!(effect, Effect::Sleep));
        assert!(asks <= sleeps, "{keys}: {effects:?}");
        desk.paint();
    }
    desk.seat.now += SignedDuration::from_hours(1);
    assert_eq!(desk.seat.happen(Msg::Woke), []);
    assert_eq!(desk.paint(), 0);
}

#[test]
fn the_first_frame_is_smaller_than_the_floor_s_and_asks_the_terminal_nothing() {
    let desk = Desk::open_with(SIZE, &[("COLORTERM", "truecolor")]);
    let bytes = desk.terminal.bytes();
    let end = bytes.windows(ENDS.len()).position(|piece| piece == ENDS).unwrap() + ENDS.len();
    println!("first frame: {end} bytes");
    assert!(end <= FLOOR_START, "{end} bytes");
    while !desk.terminal.is_silent_for(Duration::from_millis(300)) {}
    let bytes = desk.terminal.bytes();
    let opened = bytes.windows(OPENED.len()).position(|piece| piece == OPENED).unwrap();
    // The grammar has no question.
    assert_eq!(violations(&bytes[opened..]), []);
}

#[test]
fn while_the_terminal_takes_everything_the_thread_that_waits_for_it_sleeps() {
    const SECONDS: i64 = 10;
    let desk = Desk::open_with(SIZE, &[("COLORTERM", "truecolor")]);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    let mut peer = Peer::connect(&desk);
    assert_eq!(peer.ask(r#"{"v":1,"event":"answered","call":"c-1"}"#), "updated");
    desk.terminal.until_shown("Talking 0:00");
    while !desk.terminal.is_silent_for(Duration::from_millis(300)) {}
    let (naps, before) = (naps_of(desk.terminal.pid(), "screen"), desk.terminal.bytes().len());
    for second in 1..=SECONDS {
        desk.clock.advance(1);
        desk.terminal.until_shown(&format!("Talking 0:{second:02}"));
    }
    let bytes = desk.terminal.bytes().len() - before;
    println!("{SECONDS} s of a call: {bytes} bytes");
    assert_eq!(naps_of(desk.terminal.pid(), "screen"), naps);
    assert!(bytes <= 40 * 10, "{bytes} bytes");
}

/// How often the thread of this name was put to sleep.
fn naps_of(pid: Pid, name: &str) -> u64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let named = |path: &std::path::PathBuf| {
        fs::read_to_string(path.join("comm")).is_ok_and(|comm| comm.trim() == name)
    };
    let thread = threads.map(|thread| thread.path()).find(named).expect("the thread is there");
    let status = fs::read_to_string(thread.join("status")).unwrap();
    let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.unwrap().trim().parse().unwrap()
}
