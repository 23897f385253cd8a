//! What the rules make of the facts, and what they refuse to make of silence.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use norns::domain::contact::{Channel, Entry, Line, When};
use norns::domain::interaction::CallFacts;
use norns::domain::money::Money;
use norns::domain::promise::{Due, DueKind, Offer};
use norns::domain::source::{Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::rules::{Assessment, assess};

fn text(s: &str) -> CleanText {
    CleanText::line(s)
}

fn source(name: &str) -> SourceId {
    SourceId::new(name).unwrap()
}

fn now() -> Timestamp {
    "2026-11-02T10:04:00-05:00".parse().unwrap()
}

fn part(name: &str, state: State) -> Part {
    Part { state, ..Part::loading(source(name)) }
}

fn entry(name: &str, channel: Channel, at: &str, what: &str) -> Entry {
    Entry::bare((source(name), text(at)), (When::at(at.parse().unwrap()), channel), text(what))
}

fn bill(period: &str, services: [&str; 2]) -> Entry {
    let line = |service: &&str| Line {
        what: text("Internet 500"),
        service: Some(text(service)),
        period: Some(text(period)),
        amount: Money::new(7900, "CAD"),
    };
    let at = format!("{period}-01T00:00:00Z");
    let lines = services.iter().map(line).collect();
    Entry { lines, ..entry("BILL", Channel::Bill, &at, "bill") }
}

fn billing() -> Part {
    let entries = ["2026-07", "2026-08", "2026-09", "2026-10"]
        .map(|period| bill(period, ["INT-1", "INT-1B"]))
        .to_vec();
    let mut part = part("BILL", State::Ok);
    part.facts.entries = entries;
    part
}

fn web() -> Part {
    let search = Entry {
        searched: Some(text("charged twice internet")),
        ..entry("WEB", Channel::Web, "2026-11-01T09:58:00-05:00", "searched")
    };
    let mut part = part("WEB", State::Ok);
    part.facts.entries = vec![search];
    part
}

fn marketing() -> Part {
    let mut part = part("MKT", State::Ok);
    let what = text("Fibre upgrade");
    part.facts.offers = vec![Offer { id: text("1"), source: source("MKT"), what }];
    part
}

fn call() -> CallFacts {
    let ivr_path = vec![text("1 billing"), text("3 charge question")];
    CallFacts { ivr_path, ..CallFacts::default() }
}

fn assessed(parts: &[Part]) -> Assessment {
    assess(parts, Some(&call()), now(), &TimeZone::get("America/Toronto").unwrap())
}

#[test]
fn a_line_billed_twice_is_the_likely_cause_and_says_why() {
    let found = assessed(&[billing(), web(), marketing()]);
    let cause = &found.causes[0];
    assert_eq!(cause.what.as_str(), "duplicate internet charge");
    assert_eq!(cause.confidence, 93);
    let evidence: Vec<String> = cause.evidence.iter().map(|(s, t)| format!("{s} {t}")).collect();
    assert_eq!(
        evidence,
        [
            "BILL same plan, same period, twice, in 4 periods",
            "WEB searched \"charged twice internet\" yesterday",
            "IVR chose 1 billing > 3 charge question",
        ]
    );
    assert_eq!(found.actions[0].what.as_str(), "Open billing dispute + account hold");
    assert_eq!(found.actions[0].why.as_str(), "double charge ×4");
    assert_eq!(found.churn.unwrap().drivers[0].as_str(), "billing error");
    assert_eq!(found.offers[0].suppressed.as_deref(), Some("open billing problem"));
}

#[test]
fn when_billing_is_silent_the_cause_says_that_it_was_not_consulted() {
    for state in [State::Loading, State::TimedOut, State::Refused, State::Failed] {
        let found = assessed(&[part("BILL", state), web(), marketing()]);
        let cause = &found.causes[0];
        assert_eq!(cause.what.as_str(), "question about a charge");
        assert_eq!(cause.not_consulted, [source("BILL")], "{state:?}");
        assert_eq!(found.offers[0].suppressed.as_deref(), Some("billing not consulted"));
    }
}

#[test]
fn billing_is_to_be_asked_again_only_where_it_was_asked_in_vain() {
    let again = |state| {
        let found = assessed(&[part("BILL", state), web()]);
        found.actions.iter().any(|action| action.what.as_str() == "Ask billing again")
    };
    assert!(
        [State::Loading, State::TimedOut, State::Refused, State::Failed]
            .map(again)
            .iter()
            .all(|again| *again)
    );
    assert!(!again(State::NotAsked), "it has no key to be asked by, or waits for the agent");
}

#[test]
fn the_same_plan_on_one_service_is_not_billed_twice() {
    let mut honest = part("BILL", State::Ok);
    honest.facts.entries = vec![bill("2026-07", ["INT-1", "INT-1"])];
    let found = assessed(&[honest, marketing()]);
    assert!(found.causes.iter().all(|cause| !cause.what.contains("duplicate")));
    assert_eq!(found.offers[0].suppressed, None);
}

#[test]
fn contacts_of_a_week_are_counted_with_this_one() {
    let mut tel = part("TEL", State::Ok);
    tel.facts.entries = vec![
        entry("TEL", Channel::Call, "2026-10-31T12:00:00-04:00", "call"),
        entry("TEL", Channel::Call, "2026-10-28T12:00:00-04:00", "call"),
        entry("TEL", Channel::Call, "2026-10-01T12:00:00-04:00", "call"),
    ];
    assert_eq!(assessed(&[tel]).repeat.as_deref(), Some("3rd contact in 7 days"));
}

#[test]
fn contacts_on_the_case_that_a_call_came_with_are_counted_however_old_they_are() {
    let on = |channel, day: &str, case: &str| Entry {
        fields: vec![(text("case"), text(case))],
        ..entry("CRM", channel, day, "on a case")
    };
    let mut crm = part("CRM", State::Ok);
    crm.facts.entries = vec![
        on(Channel::Case, "2026-09-01T12:00:00-04:00", "48213"),
        on(Channel::Email, "2026-10-30T12:00:00-04:00", "48213"),
        on(Channel::Case, "2026-10-30T12:00:00-04:00", "48214"),
        Entry { internal: true, ..on(Channel::Case, "2026-10-30T12:00:00-04:00", "48213") },
    ];
    let zone = TimeZone::get("America/Toronto").unwrap();
    let said = |case: Option<&str>| {
        let call = CallFacts { case: case.map(text), ..CallFacts::default() };
        let found = assess(&[crm.clone()], Some(&call), now(), &zone);
        found.repeat.map(|repeat| repeat.to_string())
    };
    assert_eq!(said(Some("48213")).as_deref(), Some("2nd contact in 7 days, 3rd on this case"));
    assert_eq!(said(Some("48214")).as_deref(), Some("2nd contact in 7 days, 2nd on this case"));
    assert_eq!(said(Some("99999")).as_deref(), Some("2nd contact in 7 days"));
    assert_eq!(said(None).as_deref(), Some("2nd contact in 7 days"));
    crm.facts.entries.remove(1);
    crm.facts.entries.remove(1);
    let call = CallFacts { case: Some(text("48213")), ..CallFacts::default() };
    let found = assess(&[crm], Some(&call), now(), &zone);
    assert_eq!(found.repeat.as_deref(), Some("2nd on this case"));
}

#[test]
fn a_missed_promise_holds_offers_back_and_comes_first() {
    let mut crm = part("CRM", State::Ok);
    crm.facts.dues = vec![Due {
        id: text("p"),
        source: source("CRM"),
        when: When::day("2026-10-20".parse().unwrap()).unwrap(),
        kind: DueKind::Promise,
        what: text("call back about the line"),
        owner: None,
        state: None,
        amount: None,
    }];
    let found = assessed(&[crm, part("BILL", State::Empty), marketing()]);
    assert_eq!(found.causes[0].what.as_str(), "chasing the promise of 20 Oct");
    assert_eq!(found.actions[0].what.as_str(), "Answer what was promised");
    assert_eq!(found.offers[0].suppressed.as_deref(), Some("promise missed"));
}
