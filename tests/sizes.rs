//! Everything that a desk can show, at every size from 20x5 to 200x60 and at the smallest there
//! are: frames are whole, numbers are not cut, nothing panics, and below 40x10 the notice is all.
//!
//! Every size is drawn, with some states; every state is drawn at the sizes where something
//! changes. `NORNS_SIZES=all cargo test --locked --features test-clock --test sizes` draws every
//! state at every size.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;
#[path = "sizes/look.rs"]
mod look;
#[path = "sizes/states.rs"]
mod states;

use std::time::Duration;

use common::desk::{Desk, FIRST_CALL};
use common::overlong;
use common::read;
use look::assert_sound;
use norns::app::msg::Msg;
use norns::app::overlay::Overlay;
use norns::ui::theme::Depth;
use norns::ui::theme::load::SHIPPED as THEMES;

/// Widths and heights where something changes.
const WIDTHS: [u16; 13] = [20, 33, 40, 46, 58, 66, 80, 99, 100, 120, 140, 180, 200];
const HEIGHTS: [u16; 9] = [5, 9, 10, 11, 13, 18, 24, 40, 60];

#[test]
fn every_state_is_sound_at_every_size_where_something_changes() {
    for mut state in states::all() {
        for size in WIDTHS.into_iter().flat_map(|width| HEIGHTS.map(|height| (width, height))) {
            state.seat.resize(size);
            assert_sound(&state);
        }
    }
}

/// The frame that keys go to says that there is more below.
fn more_below(state: &states::State) -> bool {
    let bottom = |row: &String| row.contains('┗') && row.contains(" more below ");
    state.seat.rows().iter().any(bottom)
}

#[test]
fn whatever_is_longer_than_its_room_says_so_and_one_key_leads_to_its_end() {
    let mut longer = 0;
    for size in [(40, 12), (60, 16), (80, 24)] {
        for mut state in states::all() {
            state.seat.resize(size);
            longer += u32::from(more_below(&state));
            for _ in 0..2_000 {
                if !more_below(&state) {
                    break;
                }
                state.seat.press("down");
            }
            let left = state.seat.text();
            assert!(!more_below(&state), "{} at {size:?}\n{left}", state.name);
            // Behind the end of a field that is taller than its form is its end, and not its name.
            if !state.seat.desk.overlay.as_ref().is_some_and(Overlay::is_form) {
                assert_sound(&state);
            }
        }
    }
    assert!(longer > 40, "only {longer} were longer than their room");
}

#[test]
fn of_what_is_taller_than_the_screen_every_word_is_seen_by_going_down_and_by_pages() {
    let word = |nth: usize| format!("reason-{nth}-");
    let why: String = (0..90).map(|nth| word(nth) + " ").collect();
    for (size, key) in [((40, 12), "down"), ((60, 16), "down"), ((40, 12), "pagedown")] {
        for keys in ["I", "i end", "b"] {
            let mut seat = states::related(&why);
            seat.resize(size);
            seat.press(keys);
            assert!(seat.text().contains("more below"), "{keys} {size:?}\n{}", seat.text());
            let mut seen = seat.text();
            for _ in 0..200 {
                seat.press(key);
                seen += &seat.text();
            }
            let missing: Vec<String> =
                (0..90).map(word).filter(|word| !seen.contains(word.as_str())).collect();
            assert!(missing.is_empty(), "{keys} {key} {size:?}: {missing:?}\n{}", seat.text());
            seat.press("home");
            assert!(seat.text().contains("more below"), "back at the top\n{}", seat.text());
        }
    }
}

#[test]
fn every_size_is_sound_in_some_state() {
    let every = std::env::var("NORNS_SIZES").as_deref() == Ok("all");
    let mut states = states::all();
    let count = states.len();
    let sizes = (20..=200).flat_map(|width| (5..=60).map(move |height| (width, height)));
    for (nth, size) in sizes.enumerate() {
        for (at, state) in states.iter_mut().enumerate() {
            if every || nth % count == at {
                state.seat.resize(size);
                assert_sound(state);
            }
        }
    }
}

#[test]
fn below_the_smallest_size_only_the_notice_is_drawn_and_the_state_is_there_again() {
    for mut state in states::all() {
        for size in [(80, 24), (120, 40), (40, 10)] {
            state.seat.resize(size);
            let before = state.seat.cells();
            for small in [(39, 10), (40, 9), (20, 5), (1, 1), (0, 0)] {
                state.seat.resize(small);
                assert_sound(&state);
            }
            state.seat.resize(size);
            assert_eq!(state.seat.cells(), before, "{} at {size:?}", state.name);
        }
    }
}

#[test]
fn the_smallest_sizes_are_drawn_in_every_state_and_every_theme() {
    for mut state in states::all() {
        for size in (0..=40).flat_map(|width| (0..=20).map(move |height| (width, height))) {
            state.seat.resize(size);
            assert_sound(&state);
        }
        for (theme, _) in THEMES {
            state.seat = state.seat.themed(theme, Depth::True);
            for size in [(39, 9), (40, 10), (41, 11), (80, 24)] {
                state.seat.resize(size);
                assert_sound(&state);
            }
        }
    }
}

#[test]
fn a_key_back_is_seen_at_once_however_often_the_end_was_passed() {
    for name in ["help", "entry", "who says what", "figures", "present", "future"] {
        let mut state = states::all().into_iter().find(|state| state.name == name).unwrap();
        for size in [(80, 24), (46, 12), (120, 40), (200, 50)] {
            state.seat.resize(size);
            for _ in 0..80 {
                state.seat.press("pagedown");
            }
            let end = state.seat.text();
            state.seat.press("up");
            let back = state.seat.text();
            state.seat.press("home");
            let all_is_seen = state.seat.text() == end;
            assert!(all_is_seen || back != end, "{name} at {size:?}\n{end}");
        }
    }
}

/// What happens at a desk, while its size changes all the time.
#[test]
fn ten_thousand_sizes_in_the_midst_of_everything_break_nothing() {
    let mut chance = fastrand::Rng::with_seed(20_417);
    let mut states = states::all();
    let keys = ["tab", "down", "pagedown", "end", "home", "up", "z", "esc", "enter", "?", "i", "n"];
    for nth in 0..10_000 {
        let at = chance.usize(..states.len());
        let state = &mut states[at];
        if nth % 10 == 0 {
            state.seat.press(keys[chance.usize(..keys.len())]);
        }
        if nth % 50 == 0 {
            for part in overlong::parts().into_iter().take(2) {
                let asked = state.seat.desk.session().customer.as_ref();
                let request = asked.and_then(|customer| customer.requests.first()).copied();
                let request = request.unwrap_or_default();
                state.seat.happen(Msg::ViewPart { request, part: Box::new(part) });
            }
            state.amounts = read::amounts(state.seat.desk.session());
        }
        state.seat.resize((chance.u16(..110), chance.u16(..36)));
        assert_sound(state);
    }
}

#[test]
fn a_storm_of_a_thousand_sizes_ends_with_the_picture_of_the_last_one() {
    let mut desk = Desk::open((80, 24));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("Likely: duplicate internet charge");
    desk.terminal.until("every answer", |screen| {
        let strip = screen.rows().into_iter().rev().nth(1).unwrap();
        strip.contains("HOLD") && !strip.contains('…')
    });
    let last = [(120, 40), (80, 24), (200, 50), (40, 10), (39, 9)];
    let mut pictures = Vec::new();
    for size in last {
        desk.terminal.resize(size.0, size.1);
        desk.terminal.until_shown(if size.0 < 40 { "nothing is lost" } else { "PRESENT" });
        while !desk.terminal.is_silent_for(Duration::from_millis(300)) {}
        pictures.push(desk.terminal.text());
    }
    for (size, picture) in last.into_iter().zip(pictures) {
        for nth in 0..200_u16 {
            let (columns, rows) = (nth * 37 % 210, nth * 11 % 61);
            desk.terminal.resize_unseen(columns, rows);
        }
        desk.terminal.resize(size.0, size.1);
        desk.terminal.until("the same picture", |screen| screen.rows().join("\n") == picture);
    }
    desk.terminal.assert_grammar();
}
