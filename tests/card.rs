//! The identity card: who it is, how they can be reached, what they confirmed and changed themselves.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::seat::{COMPANY, Seat, parts_of};
use norns::app::msg::Msg;
use norns::domain::source::{Changed, SourceId};
use norns::sample::people::Person;
use norns::sample::scenario;
use norns::ui::theme::Depth;

fn somebody(wanted: impl Fn(&Person) -> bool) -> &'static Person {
    let full = |person: &&Person| person.account.is_some() && person.email.is_some();
    COMPANY.people.iter().filter(full).find(|person| wanted(person)).unwrap()
}

#[test]
fn what_a_customer_changed_on_the_portal_and_what_they_confirmed_is_marked() {
    let person = somebody(|person| person.number % 7 == 5 && person.number.is_multiple_of(3));
    for size in [(80, 24), (120, 40), (200, 50)] {
        let text = Seat::with(size, parts_of(&person.id)).text();
        assert!(text.contains("set on portal 14 Sep"), "{size:?}\n{text}");
        assert!(text.contains("✓ 1 May"), "{size:?}\n{text}");
    }
    let other = somebody(|person| person.number % 7 == 4);
    let text = Seat::with((120, 40), parts_of(&other.id)).text();
    assert!(!text.contains("set on"), "{text}");
}

#[test]
fn the_card_says_who_it_is_and_for_how_long_and_how_they_can_be_reached() {
    let person = somebody(|person| person.company.is_none());
    let text = Seat::with((120, 40), parts_of(&person.id)).text();
    let email = person.email.clone().unwrap();
    for expected in [&person.last, person.account.as_ref().unwrap(), &email, &person.postcode] {
        assert!(text.contains(expected.as_str()), "{expected}\n{text}");
    }
    let about = text.lines().find(|row| row.contains(person.account.as_ref().unwrap())).unwrap();
    assert!(about.contains("year") || about.contains("since"), "{about}");
}

#[test]
fn what_a_source_has_changed_is_said_in_words_with_its_time_and_the_key_at_every_size() {
    let strip = |seat: &Seat| seat.rows().into_iter().rev().nth(1).unwrap();
    for size in [(40, 12), (80, 24), (120, 40), (200, 50)] {
        for (theme, depth) in [("night", Depth::True), ("day", Depth::True), ("plain", Depth::Mono)]
        {
            let mut seat = Seat::with(size, parts_of(scenario::ID)).themed(theme, depth);
            let request = seat.desk.session().customer.as_ref().unwrap().watch.unwrap();
            let source = SourceId::new("CRM").unwrap();
            let at = Some("2026-11-02T14:02:00Z".parse().unwrap());
            seat.happen(Msg::Changed { request, source, changed: Changed { at, gone: false } });
            let text = seat.text();
            assert!(text.contains("CRM changed 09:02, r shows it"), "{size:?}\n{text}");
            seat.press("g n");
            let said = if size.0 >= 80 { "CRM changed 09:02" } else { "CRM new" };
            assert!(strip(&seat).contains(said), "{size:?}\n{}", seat.text());
            if size.0 >= 200 {
                let text = seat.text();
                assert!(text.contains("; CRM changed 09:02, r"), "{size:?}\n{text}");
            }
        }
    }
}
