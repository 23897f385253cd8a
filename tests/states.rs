//! What became of a question never looks like what became of another, in any pane, in the strip,
//! in the charts, at any size, with and without colours and signs.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::seat::{Seat, now, parts_of, piece};
use jiff::SignedDuration;
use norns::app::geometry::{self, Area, Pane};
use norns::app::msg::Msg;
use norns::domain::source::{Changed, Facts, Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::sample::scenario;
use norns::ui::theme::Depth;

/// Not answered for longer than most answers take.
const LATE: &str = "late";
const SIZES: [(u16, u16); 6] = [(80, 24), (100, 30), (120, 40), (200, 50), (300, 70), (400, 100)];

/// Every state that billing can be in, as the gateway tells it.
fn states() -> Vec<(&'static str, Part)> {
    let bill = parts_of(scenario::ID).into_iter().find(|part| part.source.as_str() == "BILL");
    let answered = bill.unwrap();
    let source = SourceId::new("BILL").unwrap();
    let silent = |state, why: &str| Part {
        state,
        waited_ms: 2_000,
        why: (!why.is_empty()).then(|| CleanText::line(why)),
        facts: Facts::default(),
        ..Part::loading(source.clone())
    };
    let stale = Part { state: State::Stale, why: None, ..answered.clone() };
    vec![
        ("loading", Part::loading(source.clone())),
        (LATE, Part::loading(source.clone())),
        ("answered", answered),
        ("empty", silent(State::Empty, "")),
        ("stale", stale),
        ("timed out", silent(State::TimedOut, "")),
        ("refused", silent(State::Refused, "connection refused")),
        ("not permitted", silent(State::NotPermitted, "")),
        ("failed", silent(State::Failed, "HTTP 500")),
        ("not asked", silent(State::NotAsked, "")),
    ]
}

/// A desk at which billing is so, alone or among others.
fn desk(size: (u16, u16), state: &str, part: Part, others: bool) -> Seat {
    let crm = parts_of(scenario::ID).into_iter().filter(|part| part.source.as_str() == "CRM");
    let parts = crm.filter(|_| others).chain([part]).collect();
    let mut seat = Seat::with(size, parts);
    if state == LATE {
        seat.now = now() + SignedDuration::from_millis(1_700);
        seat.happen(Msg::Woke);
    }
    seat
}

fn text(seat: &Seat, area: Area) -> String {
    let cells = seat.cells();
    (area.y..area.y + area.height).map(|y| piece(&cells, (area.x, y), area.width) + "\n").collect()
}

fn area(pane: Pane) -> Area {
    match pane {
        Pane::Framed(area) | Pane::Summary(area) => area,
    }
}

/// All of them differ from each other.
#[track_caller]
fn differ(what: &str, seen: &[(&str, String)]) {
    for (nth, (one, text)) in seen.iter().enumerate() {
        for (other, same) in &seen[nth + 1..] {
            assert!(text != same, "{what}: {one} looks like {other}:\n{text}");
        }
    }
}

/// Looks at every state at every size, with signs and in ASCII: at the characters alone, as
/// without colours.
#[track_caller]
fn each(others: bool, look: impl Fn(&mut Seat) -> Option<String>) {
    each_of(&states(), others, look);
}

#[track_caller]
fn each_of(
    states: &[(&'static str, Part)],
    others: bool,
    look: impl Fn(&mut Seat) -> Option<String>,
) {
    for size in SIZES {
        for ascii in [false, true] {
            let mut seen: Vec<(&str, String)> = Vec::new();
            for (name, part) in states {
                let seat = desk(size, name, part.clone(), others).themed("night", Depth::Mono);
                let mut seat = if ascii { seat.ascii() } else { seat };
                seen.extend(look(&mut seat).map(|text| (*name, text)));
            }
            differ(&format!("{size:?}, ASCII {ascii}"), &seen);
        }
    }
}

#[test]
fn states_differ_in_the_strip() {
    let (_, answered) = states().into_iter().find(|(name, _)| *name == "answered").unwrap();
    let said_at = Some(now() - SignedDuration::from_mins(3));
    let kept = Part { kept: true, fetched_at: said_at, ..answered.clone() };
    let changed = |gone| Part { changed: Some(Changed { at: said_at, gone }), ..answered.clone() };
    let not_of_now =
        [("kept", kept), ("changed", changed(false)), ("deleted a record", changed(true))];
    let all = [&states()[..], &not_of_now].concat();
    each_of(&all, true, |seat| Some(text(seat, geometry::of(&seat.desk).unwrap().sources)));
}

#[test]
fn states_differ_in_the_present() {
    each(true, |seat| {
        seat.press("G");
        Some(text(seat, area(geometry::of(&seat.desk).unwrap().present)))
    });
}

#[test]
fn each_state_is_said_in_its_own_words_and_only_an_answer_says_nothing() {
    let words = [
        ("loading", "not answered yet"),
        (LATE, "is late"),
        ("stale", "older facts shown"),
        ("timed out", "timed out after 2.0 s"),
        ("refused", "refused: connection refused"),
        ("not permitted", "not permitted"),
        ("failed", "failed: HTTP 500"),
        ("not asked", "not asked"),
        ("no key", "not asked: no account known"),
    ];
    let source = SourceId::new("BILL").unwrap();
    let why = Some(CleanText::line("no account known"));
    let no_key = Part { state: State::NotAsked, why, ..Part::loading(source) };
    for (name, part) in states().into_iter().chain([("no key", no_key)]) {
        let mut seat = desk((120, 40), name, part, true);
        seat.press("G");
        let present = text(&seat, area(geometry::of(&seat.desk).unwrap().present));
        let own = words.iter().find(|(known, _)| *known == name);
        assert!(own.is_none_or(|(_, own)| present.contains(own)), "{name}:\n{present}");
        assert!(!present.contains("has nothing"), "{name}:\n{present}");
    }
}

#[test]
fn states_differ_in_the_past_and_in_the_future() {
    for others in [true, false] {
        for (keys, past) in [("g p", true), ("g f", false)] {
            each(others, |seat| {
                seat.press(keys);
                let screen = geometry::of(&seat.desk).unwrap();
                Some(text(seat, area(if past { screen.past } else { screen.future })))
            });
        }
    }
}

#[test]
fn states_differ_in_the_charts_and_in_the_list_of_sources() {
    each(true, |seat| Some(text(seat, geometry::of(&seat.desk).unwrap().figures?)));
    each(true, |seat| Some(text(seat, geometry::of(&seat.desk).unwrap().answers?)));
    each(true, |seat| {
        seat.press("#");
        let (width, height) = seat.desk.size();
        // Between the strip's row and the header.
        Some(text(seat, Area { x: 0, y: 2, width, height: height - 4 }))
    });
}

#[test]
fn a_desk_where_nobody_is_chosen_says_so_in_every_pane() {
    for size in SIZES {
        let mut seat = Seat::open(size);
        for keys in ["g p", "g f"] {
            seat.press(keys);
            assert!(seat.text().contains("not asked: nobody is chosen"), "{}", seat.text());
        }
        assert!(seat.text().contains("no source asked"), "{}", seat.text());
    }
}

#[test]
fn the_strip_is_repainted_twice_a_second_while_a_source_is_late_and_not_at_all_after() {
    let (_, loading) = states().remove(0);
    let mut seat = desk((120, 40), "loading", loading, true);
    let mut painted = 0;
    let mut before = seat.text();
    for tenth in 1..=20 {
        seat.now = now() + SignedDuration::from_millis(tenth * 100);
        let after = {
            seat.happen(Msg::Woke);
            seat.text()
        };
        painted += usize::from(after != before);
        before = after;
    }
    assert!((3..=5).contains(&painted), "painted {painted} times in two seconds");
}
