//! The customers of a segment as a list: live, with whose word it is, who did not answer, and what is
//! not listed.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::desk::Desk;
use common::seat::{Seat, parts_of};
use norns::app::effect::Effect;
use norns::app::msg::Msg;
use norns::domain::customer::{Candidate, CustomerId, Key};
use norns::domain::source::{Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::sample::scenario;

const SMALL: (u16, u16) = (80, 24);

/// Lists a segment by its key and its name.
fn list(desk: &mut Desk, segment: &str) {
    desk.until_sample_runs();
    desk.terminal.press("L");
    desk.terminal.until_shown("segment:NAME");
    desk.terminal.type_text(segment);
    desk.terminal.until_shown(&format!("by segment {segment}"));
    desk.terminal.press("enter");
}

#[test]
fn a_key_lists_the_customers_of_a_segment_live_and_enter_opens_one() {
    let mut desk = Desk::open(SMALL);
    list(&mut desk, "gold");
    desk.terminal.until("the list, and what it is not", |screen| {
        screen.has("segment gold: 200 listed")
            && screen.has("asked, live: CRM;")
            && screen.has("CRM has more than are listed")
            && screen.has("segment gold, active account")
    });
    desk.terminal.press("enter");
    desk.terminal.until("one of them", |screen| {
        screen.has("gold, ") && screen.has("segments") && screen.has("not verified")
    });
    desk.terminal.press("u");
    desk.terminal.until_shown("segment gold: 200 listed");
}

#[test]
fn a_source_that_does_not_answer_is_no_empty_segment() {
    let mut desk = Desk::open(SMALL);
    desk.until_sample_runs();
    desk.fault("CRM", "500");
    list(&mut desk, "gold");
    desk.terminal.until_shown("CRM failed: HTTP 500");
    let text = desk.terminal.text();
    assert!(!text.contains("Nobody found for segment gold"), "{text}");
}

#[test]
fn the_shell_lists_a_segment_and_says_what_is_not_listed() {
    let desk = Desk::open(SMALL);
    desk.until_sample_runs();
    let said = desk.norns(&["search", "segment:Toronto"]);
    let (out, err) =
        (String::from_utf8(said.stdout).unwrap(), String::from_utf8(said.stderr).unwrap());
    assert_eq!(said.status.code(), Some(0), "{err}");
    assert!(err.contains("CRM has more than are listed"), "{err}");
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(rows.len(), 200, "{out}");
    for row in rows {
        assert!(row.contains("CRM:C-") && row.contains("segment Toronto"), "{row}");
        assert!(row.contains("CRM answered in"), "whose word it is, and how old: {row}");
    }
    let said = desk.norns(&["search", "segment:nobody-is-in-it"]);
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    assert!(String::from_utf8_lossy(&said.stderr).contains("nobody is found"), "{said:?}");
}

fn member(nth: usize) -> Candidate {
    let id = CustomerId::parse(&format!("CRM:C-{nth}")).unwrap();
    Candidate {
        name: CleanText::line(&format!("Member {nth}")),
        account: None,
        since: None,
        score: 1,
        reasons: vec![CleanText::line("segment gold")],
        records: vec![id.clone()],
        keys: vec![Key::Id(id.clone())],
        id,
        kin: Vec::new(),
    }
}

#[test]
fn a_list_made_in_a_call_stands_apart_and_links_nobody_to_it() {
    let mut seat = Seat::with(SMALL, parts_of(scenario::ID));
    let own = seat.desk.session().identity.segment.clone().unwrap();
    seat.press("L");
    assert!(seat.text().contains(&format!("by segment {own}")), "typed already\n{}", seat.text());
    let asked = seat.press("enter");
    let (request, keys) = asked
        .iter()
        .find_map(|effect| match effect {
            Effect::LookUp { request, keys } => Some((*request, keys.clone())),
            _ => None,
        })
        .unwrap();
    assert_eq!(keys, [Key::Segment(own)]);
    let candidates = (1..=30).map(member).collect();
    seat.happen(Msg::LookupRanked { request, candidates });
    let silent = Part {
        state: State::TimedOut,
        waited_ms: 2_000,
        ..Part::loading(SourceId::new("ERP").unwrap())
    };
    seat.happen(Msg::LookupPart { request, part: Box::new(silent) });
    let crm = Part { state: State::Ok, more: true, ..Part::loading(SourceId::new("CRM").unwrap()) };
    seat.happen(Msg::LookupPart { request, part: Box::new(crm) });
    let text = seat.text();
    for expected in [
        "30 listed",
        "asked, live: ERP, CRM; the other sources cannot list by segment",
        "CRM has more than are listed",
        "ERP timed out after 2.0 s",
        "CRM:C-1",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    seat.press("down down");
    let opened = seat.press("enter");
    let linked = opened.iter().find_map(|effect| match effect {
        Effect::Link { call, customer, .. } => Some((call.clone(), customer.to_string())),
        _ => None,
    });
    assert_eq!(linked, Some((None, "CRM:C-3".to_owned())), "no call is linked");
    let keys = opened.iter().find_map(|effect| match effect {
        Effect::View(wanted) => Some(wanted.keys.clone()),
        _ => None,
    });
    assert!(keys.unwrap().iter().all(|key| !matches!(key, Key::Segment(_))), "asked about alone");
    assert_eq!(seat.desk.sessions.len(), 2, "the call is where it was");
    assert!(seat.desk.sessions[0].call.is_some() && seat.desk.sessions[0].customer.is_some());
}

#[test]
fn a_list_asked_for_while_the_caller_is_not_known_leaves_the_look_for_them_as_it_is() {
    let mut seat = Seat::open(SMALL);
    let of_the_call = seat.call();
    let caller = vec![member(1), member(2)];
    seat.happen(Msg::LookupRanked { request: of_the_call, candidates: caller });
    seat.press("L");
    for letter in "gold".chars() {
        seat.press(&letter.to_string());
    }
    let asked = seat.press("enter");
    assert!(!asked.iter().any(|effect| matches!(effect, Effect::Forget { .. })), "{asked:?}");
    assert_eq!(seat.desk.sessions.len(), 2);
    let lookup = seat.desk.sessions[0].lookup.as_ref().unwrap();
    assert_eq!((lookup.request, lookup.candidates.len()), (of_the_call, 2));
    assert!(seat.text().contains("Looking for segment gold"), "{}", seat.text());
}
