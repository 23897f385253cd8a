use proptest::prelude::*;

use super::*;
use crate::domain::interaction::Withdrawn;
use crate::pop::protocol::{self, Line};

fn start() -> Timestamp {
    "2026-11-02T15:04:00Z".parse().unwrap()
}

fn table() -> Table {
    Table::new(Rules { identities: vec!["SIP/21".into()], live: 32 })
}

struct Desk(Table, Timestamp);

impl Desk {
    fn new() -> Self {
        Self(table(), start())
    }

    fn hear(&mut self, line: &str) -> Applied {
        let pop = read(line, self.1);
        self.0.apply(&pop, line.as_bytes(), self.1)
    }

    fn after(&mut self, seconds: i64) -> &mut Self {
        self.1 += SignedDuration::from_secs(seconds);
        self
    }

    fn state(&self, card: u32) -> CallState {
        self.0.call(card).unwrap().state
    }
}

fn read(line: &str, now: Timestamp) -> Pop {
    match protocol::parse(line.as_bytes(), &CleanText::line("local"), now).unwrap() {
        Line::Event { pop, .. } => *pop,
        Line::Hello { .. } | Line::Result { .. } => panic!("no event"),
    }
}

fn event(name: &str, call: &str, rest: &str) -> String {
    format!(r#"{{"v":1,"event":"{name}","call":"{call}"{rest}}}"#)
}

/// A life with every state in it, one second apart.
fn life() -> Vec<String> {
    let names = ["offered", "answered", "held", "retrieved", "update", "ended", "wrapup"];
    let line = |(at, name): (usize, &&str)| {
        let rest = match *name {
            "update" => r#","data":{"topic":"bill"}"#,
            "offered" => r#","ani":"4165550142","queue":"BILLING""#,
            _ => "",
        };
        let ts = start() + SignedDuration::from_secs(at as i64);
        event(name, "c-1", &format!(r#","ts":"{ts}"{rest}"#))
    };
    names.iter().enumerate().map(line).collect()
}

proptest! {
    #[test]
    fn every_order_of_arrival_ends_in_the_same_state(
        order in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle(),
        repeats in proptest::collection::vec(0..7_usize, 0..8),
    ) {
        let lines = life();
        let mut straight = Desk::new();
        let mut shuffled = Desk::new();
        for line in &lines {
            straight.hear(line);
        }
        for at in order.iter().chain(&repeats) {
            shuffled.hear(&lines[*at]);
        }
        prop_assert_eq!(straight.0.call(1), shuffled.0.call(1));
        prop_assert_eq!(shuffled.0.calls().count(), 1);
        prop_assert_eq!(shuffled.state(1), CallState::WrapUp);
    }
}

#[test]
fn sequence_numbers_outrank_the_clock() {
    let mut desk = Desk::new();
    desk.hear(&event("answered", "c-1", r#","seq":2,"ts":"2026-11-02T15:03:00Z""#));
    let late = desk.hear(&event("offered", "c-1", r#","seq":1,"ts":"2026-11-02T15:03:30Z""#));
    assert_eq!((late.outcome, desk.state(1)), (Outcome::Stale, CallState::Talking));
}

#[test]
fn a_replayed_event_is_told_and_does_nothing() {
    let mut desk = Desk::new();
    let line = event("offered", "c-1", r#","id":"e-1""#);
    assert_eq!(desk.hear(&line).outcome, Outcome::Created);
    let again = desk.after(300).hear(&line);
    assert_eq!((again.outcome, again.card, again.changed), (Outcome::Duplicate, Some(1), vec![]));
    assert_eq!(desk.after(400).hear(&line).outcome, Outcome::Updated);
    let bare = event("update", "c-1", "");
    assert_eq!(desk.hear(&bare).outcome, Outcome::Updated);
    assert_eq!(desk.after(1).hear(&bare).outcome, Outcome::Duplicate);
    assert_eq!(desk.after(2).hear(&bare).outcome, Outcome::Updated);
}

#[test]
fn a_ring_group_s_call_leaves_no_ghost_and_rings_again_on_the_same_card() {
    let mut desk = Desk::new();
    desk.hear(&event("offered", "c-1", r#","leg":"a""#));
    desk.after(9).hear(&event("withdrawn", "c-1", r#","leg":"a","reason":"no_answer""#));
    assert_eq!(desk.state(1), CallState::Missed(Withdrawn::NoAnswer));
    desk.after(5).hear(&event("offered", "c-1", r#","leg":"b""#));
    let call = desk.0.call(1).unwrap();
    assert_eq!((call.state, call.rings, call.pops), (CallState::Offered, 2, true));
    assert_eq!(desk.0.calls().count(), 1);
}

#[test]
fn a_caller_who_gives_up_is_missed_and_a_talk_ends_in_wrap_up() {
    let mut desk = Desk::new();
    desk.hear(&event("offered", "c-1", ""));
    desk.after(3).hear(&event("ended", "c-1", ""));
    assert_eq!(desk.state(1), CallState::Missed(Withdrawn::CallerHungUp));
    desk.hear(&event("answered", "c-2", ""));
    desk.after(3).hear(&event("ended", "c-2", ""));
    desk.after(1).hear(&event("wrapup", "c-2", r#","limit_ms":30000"#));
    let wrap_up = desk.0.call(2).unwrap().wrap_up.unwrap();
    assert_eq!(wrap_up.limit_ms, Some(30_000));
    desk.hear(&event("wrapup", "c-2", r#","phase":"end""#));
    assert_eq!(desk.state(2), CallState::Closed);
}

#[test]
fn a_transferred_call_keeps_its_card() {
    let mut desk = Desk::new();
    desk.hear(&event("offered", "consult-9", ""));
    let line =
        event("transferred", "c-1", r#","role":"to","prev_call":"consult-9","ani":"4165550142""#);
    assert_eq!(desk.after(1).hear(&line).card, Some(1));
    let call = desk.0.call(1).unwrap();
    assert_eq!((call.key.call.as_str(), call.facts.ani.as_deref()), ("c-1", Some("4165550142")));
    assert_eq!(desk.hear(&event("ended", "consult-9", "")).card, Some(1));
}

#[test]
fn a_snapshot_ends_what_it_does_not_list_and_pops_nothing() {
    let mut desk = Desk::new();
    for call in ["c-1", "c-2"] {
        desk.hear(&event("answered", call, ""));
    }
    let line =
        r#"{"v":1,"event":"snapshot","calls":[{"call":"c-2","state":"held"},{"call":"c-3"}]}"#;
    let line = line.replace(r#"{"call""#, r#"{"v":1,"call""#);
    desk.after(5).hear(&line);
    assert_eq!(desk.state(1), CallState::WrapUp);
    assert_eq!(desk.state(2), CallState::OnHold);
    assert_eq!((desk.state(3), desk.0.call(3).unwrap().pops), (CallState::Offered, false));
}

#[test]
fn what_is_meant_for_somebody_else_or_unknown_is_ignored() {
    let mut desk = Desk::new();
    let theirs = desk.hear(&event("offered", "c-1", r#","agent":"SIP/22""#));
    assert_eq!(theirs, Applied::nothing(Outcome::Ignored));
    assert_eq!(
        desk.hear(&event("offered", "c-2", r#","agent":"SIP/21""#)).outcome,
        Outcome::Created
    );
    assert_eq!(desk.hear(&event("party", "c-3", "")).outcome, Outcome::Ignored);
}

#[test]
fn what_is_said_of_this_agent_is_passed_on_and_makes_no_card() {
    let mut desk = Desk::new();
    let said = |agent: &str, state: &str| {
        format!(r#"{{"v":1,"event":"agent","agent":"{agent}","state":"{state}","reason":"lunch"}}"#)
    };
    let lunch = Told::NotReady(Some(CleanText::line("lunch")));
    let applied = desk.hear(&said("SIP/21", "paused"));
    assert_eq!((applied.outcome, applied.told), (Outcome::Updated, Some(lunch)));
    assert_eq!(desk.after(5).hear(&said("SIP/22", "paused")), Applied::nothing(Outcome::Ignored));
    assert_eq!(desk.hear(&said("SIP/21", "logged_out")).told, Some(Told::LoggedOut));
    let forged = r#"{"v":1,"event":"agent","source":"url","state":"ready"}"#;
    assert_eq!(desk.hear(forged).outcome, Outcome::Ignored, "any web page can write that");
    assert_eq!(desk.0.calls().count(), 0);
}

#[test]
fn the_times_of_a_telephony_system_whose_clock_is_wrong_are_ours() {
    let mut desk = Desk::new();
    let says = |name: &str, seconds: i64| {
        let ts = start() + SignedDuration::from_secs(seconds + 40);
        event(name, "c-1", &format!(r#","ts":"{ts}""#))
    };
    desk.hear(&says("offered", 0));
    desk.after(5).hear(&says("answered", 5));
    desk.after(60).hear(&says("held", 65));
    let call = desk.0.call(1).unwrap();
    let at = |seconds| start() + SignedDuration::from_secs(seconds);
    assert_eq!(call.offered_at, at(0));
    assert_eq!((call.answered_at, call.held_at), (Some(at(5)), Some(at(65))));
}

#[test]
fn a_pop_without_a_key_is_one_call_for_a_moment_and_ends_by_itself() {
    let mut desk = Desk::new();
    let line =
        |name: &str| format!(r#"{{"v":1,"event":"pop","ani":"4165550142","ani_name":"{name}"}}"#);
    assert_eq!(desk.hear(&line("E")).card, Some(1));
    assert_eq!(desk.after(5).hear(&line("Eleanor")).card, Some(1));
    assert_eq!(desk.after(11).hear(&line("E")).card, Some(2));
    assert_eq!(desk.0.expire(desk.0.expiry().unwrap()), [1]);
    assert_eq!(desk.state(1), CallState::Closed);
}

#[test]
fn only_so_many_new_calls_take_the_screen_and_none_is_lost() {
    let mut desk = Desk::new();
    for n in 0..60 {
        desk.hear(&event("offered", &format!("c-{n}"), ""));
        desk.after(if n >= 5 { 10 } else { 0 });
    }
    let pops: Vec<bool> = desk.0.calls().map(|call| call.pops).collect();
    assert_eq!(pops.len(), 60);
    assert_eq!(
        pops.iter().filter(|pops| **pops).count(),
        31,
        "all but the sixth, until 32 are live"
    );
    assert!(!pops[5]);
}

#[test]
fn a_page_in_a_browser_can_neither_verify_nor_flood() {
    let mut desk = Desk::new();
    let rest = r#","source":"url","verified":"pin""#;
    for n in 0..4 {
        desk.hear(&event("offered", &format!("c-{n}"), rest));
    }
    let calls: Vec<&Call> = desk.0.calls().collect();
    assert_eq!(calls.iter().filter(|call| call.pops).count(), 2);
    assert!(calls.iter().all(|call| call.origin == Origin::Url));
    assert!(calls.iter().all(|call| call.facts.verified == Default::default()));
    assert_eq!(desk.hear(&event("answered", "c-0", rest)).outcome, Outcome::Ignored);
}

#[test]
fn the_journal_brings_back_what_can_still_be_true() {
    let mut table = table();
    let now = start();
    let mut replay = |seconds: i64, line: &str| {
        let at = now - SignedDuration::from_secs(seconds);
        table.replay(&read(line, at), line.as_bytes(), at);
    };
    replay(9_000, &event("answered", "old-talk", ""));
    replay(600, &event("offered", "missed", ""));
    replay(300, &event("answered", "talk", ""));
    replay(290, &event("answered", "owed", ""));
    replay(200, &event("wrapup", "owed", r#","phase":"start""#));
    replay(100, &event("wrapup", "owed", r#","phase":"end""#));
    replay(290, &event("withdrawn", "nobody", ""));
    replay(20, &event("offered", "rings", ""));
    table.settle(now);
    let told: Vec<(&str, CallState, bool)> =
        table.calls().map(|call| (call.key.call.as_str(), call.state, call.pops)).collect();
    assert_eq!(
        told,
        [
            ("missed", CallState::Missed(Withdrawn::Unknown), false),
            ("talk", CallState::Talking, false),
            ("owed", CallState::Closed, false),
            ("nobody", CallState::Missed(Withdrawn::Unknown), false),
            ("rings", CallState::Offered, true),
        ]
    );
}

#[test]
fn a_call_that_the_agent_closed_stays_closed_until_it_rings_again() {
    let mut desk = Desk::new();
    desk.hear(&event("offered", "c-1", r#","leg":"a""#));
    desk.hear(&event("ended", "c-1", ""));
    let key = desk.0.call(1).unwrap().key.clone();
    desk.0.close(&key);
    desk.after(1).hear(&event("update", "c-1", ""));
    assert_eq!((desk.state(1), desk.0.calls().count()), (CallState::Closed, 0));
    desk.after(1).hear(&event("offered", "c-1", r#","leg":"b""#));
    assert_eq!((desk.state(1), desk.0.calls().count()), (CallState::Offered, 1));
}

#[test]
fn a_picture_right_after_a_ring_does_not_silence_it() {
    let mut desk = Desk::new();
    desk.hear(&event("offered", "c-1", ""));
    desk.hear(r#"{"v":1,"event":"snapshot","calls":[{"call":"c-1","state":"offered"}]}"#);
    assert!(desk.0.call(1).unwrap().pops);
}
