//! What the customer did on the website: searched, read, tried, and in which visit.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::seat::{COMPANY, Seat, parts_of};
use jiff::SignedDuration;
use norns::app::visit;
use norns::domain::contact::{Channel, Entry};
use norns::domain::source::Part;
use norns::sample::history;

fn web(parts: &[Part]) -> &[Entry] {
    &parts.iter().find(|part| part.source.as_str() == "WEB").unwrap().facts.entries
}

/// Somebody who tried a remedy within the last month.
fn who_tried() -> Vec<Part> {
    let recent = |person: &&norns::sample::people::Person| {
        let clicks = history::clicks(&COMPANY, person);
        let fresh = |click: &history::Click| {
            COMPANY.now.duration_since(click.at) < SignedDuration::from_hours(24 * 25)
        };
        person.account.is_some()
            && clicks.iter().any(|click| {
                fresh(click) && click.fix.is_some_and(|(_, outcome)| outcome == "UNSOLVED")
            })
    };
    parts_of(&COMPANY.people.iter().find(recent).unwrap().id)
}

#[test]
fn the_website_tells_what_was_searched_read_and_tried_with_its_outcome() {
    let parts = who_tried();
    let tried: Vec<&Entry> = web(&parts).iter().filter(|entry| entry.tried.is_some()).collect();
    assert!(!tried.is_empty());
    let outcomes = ["helped", "did not help", "given up"];
    assert!(tried.iter().all(|entry| outcomes.contains(&entry.state.as_deref().unwrap())));
    let hers = parts_of(norns::sample::scenario::ID);
    let read: Vec<&str> = web(&hers).iter().filter_map(|entry| entry.read.as_deref()).collect();
    assert_eq!(read, ["Understanding your bill"; 2]);
    assert!(web(&hers).iter().all(|entry| entry.tried.is_none()), "she is as the scenario has her");
}

#[test]
fn what_was_tried_stands_under_the_cause_with_its_source_and_day() {
    let parts = who_tried();
    let seat = Seat::with((120, 40), parts.clone());
    let attempts = norns::app::present::attempts(
        parts.iter().flat_map(|part| &part.facts.entries),
        COMPANY.now,
    );
    let entry = attempts[0].entry;
    let text = seat.text();
    let row = text.lines().find(|row| row.contains("┃   tried: ")).expect(&text);
    assert!(row.contains(entry.tried.as_deref().unwrap()), "{row}");
    let day = entry.when.date(&common::seat::zone()).strftime("WEB %-d %b").to_string();
    assert!(text.contains(&day), "{day}\n{text}");
    let place = |words: &str| text.lines().position(|row| row.contains(words));
    assert!(place("ikely").unwrap() < place("┃   tried: ").unwrap(), "{text}");
}

#[test]
fn an_old_attempt_is_no_longer_told() {
    let parts = who_tried();
    let later = COMPANY.now + SignedDuration::from_hours(24 * 40);
    assert!(
        norns::app::present::attempts(parts.iter().flat_map(|part| &part.facts.entries), later)
            .is_empty()
    );
}

#[test]
fn the_detail_of_a_click_shows_its_visit_in_the_order_in_which_it_went() {
    let mut seat = Seat::with((120, 40), parts_of(norns::sample::scenario::ID));
    seat.press("g p j enter");
    let text = seat.text();
    assert!(text.contains("this visit, 3 steps"), "{text}");
    let place = |words: &str| text.find(words).expect(&text);
    assert!(place("09:55  read \"Understanding") < place("09:58  searched \"charged"), "{text}");
}

#[test]
fn a_pause_of_half_an_hour_parts_two_visits() {
    let parts = parts_of(norns::sample::scenario::ID);
    let mut clicks: Vec<Entry> = web(&parts).to_vec();
    assert_eq!(visit::visits_of(&clicks).len(), 1);
    clicks[0].when.at += SignedDuration::from_mins(31);
    assert_eq!(visit::visits_of(&clicks).len(), 2);
    clicks[1].channel = Channel::Call;
    let sizes: Vec<usize> = visit::visits_of(&clicks).iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 1]);
}
