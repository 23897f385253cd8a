//! Charts tell what the facts tell, and a source that has not spoken leaves gaps.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::seat::{Seat, now, parts_of, zone};
use norns::app::figures::Figures;
use norns::domain::contact::{Channel, Entry, When};
use norns::domain::money::Money;
use norns::domain::source::{Facts, Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::sample::scenario;
use norns::ui::theme::Depth;

fn hers() -> Figures {
    Figures::of(&parts_of(scenario::ID), now(), &zone())
}

/// Her parts, with billing's silence.
fn without_billing(state: State) -> Vec<Part> {
    let mut parts = parts_of(scenario::ID);
    let bill = parts.iter_mut().find(|part| part.source.as_str() == "BILL").unwrap();
    (bill.state, bill.facts) = (state, Facts::default());
    parts
}

fn entry(channel: Channel, at: &str, amount: Option<Money>) -> Entry {
    let text = CleanText::line;
    Entry {
        amount,
        ..Entry::bare(
            (SourceId::new("TEL").unwrap(), text(at)),
            (When::at(at.parse().unwrap()), channel),
            text("x"),
        )
    }
}

fn part(entries: Vec<Entry>) -> Part {
    let facts = Facts { entries, ..Facts::default() };
    Part { state: State::Ok, facts, ..Part::loading(SourceId::new("TEL").unwrap()) }
}

fn amounts(of: impl Iterator<Item = Option<Money>>) -> Vec<String> {
    of.map(|amount| amount.map_or("?".to_owned(), |amount| amount.to_string())).collect()
}

#[test]
fn her_twelve_months_are_what_was_billed_and_paid() {
    let figures = hers();
    assert_eq!(figures.months.len(), 12);
    assert_eq!(figures.months[0].first.to_string(), "2025-12-01");
    let billed = amounts(figures.months.iter().map(|month| month.billed));
    assert_eq!(billed[..7], ["117.00"; 7]);
    assert_eq!(billed[7..], ["196.00", "196.00", "196.00", "196.00", "0.00"]);
    let balance = amounts(figures.months.iter().map(|month| month.balance));
    assert_eq!(balance[..10], ["0.00"; 10]);
    assert_eq!(balance[10..], ["196.00", "196.00"]);
    assert_eq!(figures.channels, [(Channel::Web, 1)]);
}

#[test]
fn a_bill_that_nobody_was_asked_about_is_never_zero() {
    let states =
        [State::Loading, State::TimedOut, State::Refused, State::Failed, State::NotPermitted];
    for state in states {
        let parts = without_billing(state);
        let figures = Figures::of(&parts, now(), &zone());
        assert!(figures.months.iter().all(|month| month.billed.is_none()), "{state:?}");
        assert!(figures.months.iter().all(|month| month.balance.is_none()), "{state:?}");
        assert_eq!(figures.missing, [SourceId::new("BILL").unwrap()], "{state:?}");
        let mut seat = Seat::with((120, 40), parts);
        assert!(seat.text().contains("? not known without BILL"), "{}", seat.text());
        seat.press("#");
        let text = seat.text();
        assert!(!text.contains(" 0.00") && text.contains("without BILL "), "{text}");
    }
    let empty = Figures::of(&without_billing(State::Empty), now(), &zone());
    assert!(empty.missing.is_empty() && !empty.has_money());
}

#[test]
fn months_that_were_not_read_back_to_are_not_known() {
    let cad = |minor| Money::new(minor, "CAD");
    let bills = vec![
        entry(Channel::Bill, "2026-09-10T12:00:00Z", cad(500)),
        entry(Channel::Bill, "2026-08-10T12:00:00Z", cad(700)),
    ];
    let more = Part { more: true, ..part(bills) };
    let figures = Figures::of(&[more], now(), &zone());
    let billed = amounts(figures.months.iter().map(|month| month.billed));
    assert_eq!(billed[..8], ["?"; 8]);
    assert_eq!(billed[8..], ["7.00", "5.00", "0.00", "0.00"]);
}

#[test]
fn months_are_those_of_the_desk_s_zone() {
    // Still October in Toronto.
    let calls = vec![entry(Channel::Call, "2026-11-01T03:30:00Z", None)];
    let figures = Figures::of(&[part(calls)], now(), &zone());
    let contacts: Vec<_> = figures.months.iter().map(|month| month.contacts.unwrap()).collect();
    assert_eq!(contacts[10..], [1, 0]);
}

#[test]
fn other_currencies_are_left_out_and_that_is_said() {
    let bills = vec![
        entry(Channel::Bill, "2026-10-10T12:00:00Z", Money::new(500, "CAD")),
        entry(Channel::Bill, "2026-10-11T12:00:00Z", Money::new(700, "EUR")),
    ];
    let mut seat = Seat::with((120, 40), vec![part(bills)]);
    assert!(seat.desk.session().figures.currencies_left_out);
    seat.press("#");
    assert!(seat.text().contains("amounts in other currencies are left out"), "{}", seat.text());
}

#[test]
fn the_charts_stand_under_the_cause_and_their_numbers_one_key_away() {
    let mut seat = Seat::with((120, 40), parts_of(scenario::ID));
    let text = seat.text();
    assert!(text.contains("spend     ▅▅▅▅▅▅▅████▁"), "{text}");
    assert!(text.contains("balance   ▁▁▁▁▁▁▁▁▁▁██"), "{text}");
    seat.press("#");
    let rows = seat.rows();
    let row = rows.iter().find(|row| row.contains("Oct 2026")).unwrap();
    assert!(row.contains("196.00    0.00   196.00"), "{row}");
    seat.resize((40, 12));
    for _ in 0..60 {
        seat.press("down");
    }
    let text = seat.text();
    assert!(text.contains("Dec 2025") && text.contains("117.00"), "{text}");
}

#[test]
fn without_signs_the_heights_are_digits_and_nothing_needs_a_colour() {
    let seat = Seat::with((120, 40), parts_of(scenario::ID)).themed("night", Depth::Mono).ascii();
    let text = seat.text();
    assert!(text.contains("spend     555555599990"), "{text}");
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn on_a_wide_screen_the_charts_have_a_panel_with_months_bars_and_numbers() {
    let seat = Seat::with((200, 50), parts_of(scenario::ID));
    let text = seat.text();
    for words in ["FIGURES", "De Ja Fe Ma Ap Ma Ju Ju Au Se Oc No", "web       ███", "Sep 2026"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
}
