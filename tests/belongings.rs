//! Whom a customer has to do with, what they have and what they are entitled to: from a source's
//! answer to the screen; and social posts among all else that happened.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::desk::{Desk, FIRST_CALL};
use common::seat::{COMPANY, Seat, now, parts_of, zone};
use norns::app::effect::Effect;
use norns::domain::belonging::{Belonging, BelongingKind, Term};
use norns::domain::contact::Channel;
use norns::domain::customer::{CustomerId, Key};
use norns::domain::source::{Facts, Part, State};
use norns::domain::text::CleanText;
use norns::sample::people::Person;
use norns::sample::scenario;

const SMALL: (u16, u16) = (80, 24);

fn somebody(wanted: impl Fn(&Person) -> bool) -> &'static Person {
    COMPANY.people.iter().find(|person| person.account.is_some() && wanted(person)).unwrap()
}

/// The desk with this customer of the sample, and the list of what is theirs on top.
fn listed(id: &str) -> Seat {
    let mut seat = Seat::with(SMALL, parts_of(id));
    seat.press("b");
    assert!(seat.text().contains("━ PEOPLE AND PRODUCTS ━"), "{}", seat.text());
    seat
}

/// Everything that the list says, gone through from its top to its end.
fn whole(seat: &mut Seat) -> String {
    let mut text = seat.text();
    for _ in 0..12 {
        seat.press("down");
        text += &seat.text();
    }
    text
}

fn product(parts: &[Part], wanted: impl Fn(Term) -> bool) -> Option<Belonging> {
    let today = now().to_zoned_datetime(zone()).date();
    let all = parts.iter().flat_map(|part| &part.facts.belongings);
    let mut all = all.filter(|of| of.kind == BelongingKind::Product && wanted(of.term(today)));
    all.next().cloned()
}

/// Somebody with a product that is so far, and what the sources say of them.
fn with_product(wanted: impl Fn(Term) -> bool) -> (Vec<Part>, Belonging) {
    let accounts = COMPANY.people.iter().filter(|person| person.account.is_some());
    let mut found = accounts.take(40).filter_map(|person| {
        let parts = parts_of(&person.id);
        let product = product(&parts, &wanted)?;
        Some((parts, product))
    });
    found.next().expect("somebody has such a product")
}

#[test]
fn a_product_is_listed_with_its_number_its_age_its_source_and_its_warranty_in_words() {
    type Wanted = fn(Term) -> bool;
    let terms: [(&str, Wanted); 2] = [
        ("warranty ended", |term| matches!(term, Term::Ended(_))),
        ("under warranty until", |term| matches!(term, Term::Runs(_))),
    ];
    for (words, wanted) in terms {
        let (parts, product) = with_product(wanted);
        let mut seat = Seat::with(SMALL, parts);
        seat.press("b");
        let text = whole(&mut seat);
        let row = text.lines().find(|row| row.contains("product") && row.contains(&*product.what));
        let row = row.unwrap_or_else(|| panic!("{text}"));
        assert!(row.contains("NET  now"), "{row}");
        let serial = format!("serial {}", product.serial.as_ref().unwrap());
        for expected in [serial.as_str(), "since ", "firmware  ", words] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
    }
}

#[test]
fn what_the_customer_is_entitled_to_is_listed_with_its_end() {
    let person = somebody(|person| person.segment == "gold" && person.email.is_some());
    let text = whole(&mut listed(&person.id));
    for expected in [
        "loyalty       ",
        " points",
        "until 31 Mar 2027",
        "registration  customer portal",
        "privilege     technician within a working day",
        "privilege     router exchanged once a year",
        "ends 31 Dec, in 59 d",
        "CRM  now",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn the_card_says_whose_warranty_has_ended_what_else_there_is_and_which_key_lists_it() {
    let (parts, product) = with_product(|term| matches!(term, Term::Ended(_)));
    for size in [(80, 50), (120, 60), (200, 60)] {
        let seat = Seat::with(size, parts.clone());
        let text = seat.text();
        let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&format!("product {}, warranty", product.what)), "{size:?}\n{text}");
        assert!(text.contains("b lists"), "{size:?}\n{text}");
        assert!(seat.text().contains(" points"), "{size:?}\n{text}");
    }
    let mut seat = Seat::with((200, 60), parts);
    assert!(seat.text().contains("b what they have"), "the keys name it\n{}", seat.text());
    seat.press("?");
    assert!(seat.text().contains("whom the customer has to do with"), "{}", seat.text());
}

#[test]
fn who_is_who_at_a_business_is_listed_with_their_part_and_a_branch_leads_to_its_head() {
    let person = somebody(|person| person.parent.is_some());
    let (head, name) = person.parent.clone().unwrap();
    let text = Seat::with((80, 50), parts_of(&person.id)).text();
    assert!(text.contains("ask for Ida Brandt, accounts and 1 more"), "{text}");
    assert!(text.contains(&format!("belongs to {name}")), "{text}");
    let mut seat = listed(&person.id);
    let text = seat.text();
    for expected in [
        "key contact   Ida Brandt, accounts",
        "key contact   Yusuf Amin, IT, on site",
        &person.phones[0].1,
        &format!("belongs to    {name}"),
        &format!("CRM:{head}"),
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    seat.press("down down");
    let asked = seat.press("enter");
    assert_eq!(looked_for(&asked), vec![record(&head)]);
    assert_eq!(seat.desk.sessions.len(), 2, "the branch stays open");
    assert!(seat.text().contains(&format!("record CRM:{head}")), "{}", seat.text());
}

#[test]
fn a_contact_without_a_record_is_looked_for_by_their_number_and_one_without_either_is_said() {
    let person = somebody(|person| person.company.is_some());
    let mut seat = listed(&person.id);
    let asked = seat.press("enter");
    assert!(matches!(looked_for(&asked)[..], [Key::Phone(_)]), "{asked:?}");
    let mut seat = listed(&person.id);
    assert_eq!(looked_for(&seat.press("down enter")), vec![]);
    let text = seat.text();
    assert!(text.contains("no record and no number of theirs is known"), "{text}");
    assert!(text.contains("━ PEOPLE AND PRODUCTS ━"), "{text}");
}

#[test]
fn a_head_office_lists_its_branches_and_a_household_its_others() {
    let branch = somebody(|person| person.parent.is_some());
    let (head, _) = branch.parent.clone().unwrap();
    let text = whole(&mut listed(&head));
    let company = branch.company.clone().unwrap();
    assert!(text.contains(&format!("branch        {company}")), "{text}");
    let other = |one: &Person| {
        let home = one.household.clone()?;
        let mut others = COMPANY.people.iter().filter(|other| other.id != one.id);
        others.find(|other| other.household.as_ref().is_some_and(|own| own.id == home.id))
    };
    let person = somebody(|person| other(person).is_some());
    let text = Seat::with((80, 50), parts_of(&person.id)).text();
    let home = person.household.clone().unwrap();
    assert!(text.contains(&format!("household {}, {}", home.name, home.size)), "{text}");
    let mut seat = listed(&person.id);
    let (of, text) = (other(person).unwrap(), seat.text());
    assert!(text.contains(&format!("household     {} {}", of.first, of.last)), "{text}");
    let asked = seat.press("enter");
    assert!(matches!(&looked_for(&asked)[..], [Key::Id(id)] if *id.key != *person.id), "{asked:?}");
}

#[test]
fn a_source_that_did_not_answer_is_not_read_as_one_that_has_nothing() {
    let mut parts = parts_of(scenario::ID);
    let net = parts.iter_mut().find(|part| part.source.as_str() == "NET").unwrap();
    net.state = State::TimedOut;
    net.waited_ms = 2_000;
    net.facts = Facts::default();
    let mut seat = Seat::with(SMALL, parts);
    seat.press("b end");
    assert!(seat.text().contains("NET timed out after 2.0 s"), "{}", seat.text());
    let nothing =
        |part: &Part| Part { facts: Facts::default(), state: State::Empty, ..part.clone() };
    let parts = parts_of(scenario::ID).iter().map(nothing).collect();
    let mut seat = Seat::with(SMALL, parts);
    seat.press("b");
    let text = seat.text();
    assert!(text.contains("no source tells of people, products or privileges of theirs"), "{text}");
    let mut seat = Seat::open(SMALL);
    seat.press("b");
    assert!(seat.text().contains("nobody is chosen"), "{}", seat.text());
}

#[test]
fn a_word_from_outside_cannot_leave_its_row() {
    let mut parts = parts_of(scenario::ID);
    let hostile = CleanText::line(&"\u{1b}[2J\u{202e}Router \u{0}R7 世界 ".repeat(12));
    for of in parts.iter_mut().flat_map(|part| &mut part.facts.belongings) {
        of.what = hostile.clone();
        of.serial = Some(hostile.clone());
        of.fields.push((hostile.clone(), hostile.clone()));
    }
    for size in [(40, 12), (60, 16), (80, 24), (120, 40)] {
        let mut seat = Seat::with(size, parts.clone());
        seat.press("b");
        let text = seat.text();
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{0}']), "{text}");
        assert!(text.contains("━ PEOPLE AND PRODUCTS ━"), "{size:?}\n{text}");
        assert!(text.contains("more below"), "{size:?}\n{text}");
    }
}

#[test]
fn a_social_post_stands_among_everything_else_and_can_be_filtered_for() {
    let social = |parts: &[Part]| {
        let mut entries = parts.iter().flat_map(|part| &part.facts.entries);
        entries.find(|entry| entry.channel == Channel::Social).cloned()
    };
    let mut found = COMPANY.people.iter().filter(|person| person.account.is_some()).take(60);
    let (parts, post) = found
        .find_map(|person| {
            let parts = parts_of(&person.id);
            let post = social(&parts)?;
            Some((parts, post))
        })
        .expect("somebody posts");
    let mut seat = Seat::with(SMALL, parts);
    seat.press("g p");
    seat.press("/");
    for letter in post.what.chars() {
        let key = if letter == ' ' { "space".to_owned() } else { letter.to_string() };
        seat.press(&key);
    }
    seat.press("enter");
    let text = seat.text();
    let row = text.lines().find(|row| row.contains(" social ")).unwrap_or_else(|| panic!("{text}"));
    assert!(row.contains("CRM"), "whose it is\n{text}");
    seat.press("esc");
    assert!(seat.text().contains(" entries"), "{}", seat.text());
    for _ in Channel::ALL {
        if seat.text().contains("━ social") || seat.text().contains("social ▾") {
            break;
        }
        seat.press("c");
    }
    let rows = seat.rows();
    let of_channel = |row: &&String| row.contains(" social ") && row.contains("CRM");
    assert!(rows.iter().any(|row| of_channel(&row)), "{}", seat.text());
    let times = rows.iter().filter_map(|row| {
        let mut words = row.trim_start_matches(['┃', '▌']).split_whitespace();
        words.next().filter(|word| word.contains(':') && word.len() <= 5).and(words.next())
    });
    let channels: Vec<&str> = times.collect();
    assert!(channels.iter().all(|channel| *channel == "social"), "{channels:?} {}", seat.text());
}

#[test]
fn a_call_a_key_and_the_whole_desk_show_what_the_customer_has() {
    let mut desk = Desk::open(SMALL);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("Eleanor Whitcombe");
    desk.terminal.press("b");
    desk.terminal.until("her router, by the network", |screen| {
        screen.has("PEOPLE AND PRODUCTS")
            && screen.row_with("product ").is_some_and(|row| row.contains("Router R"))
            && screen.has("serial INT-1-")
            && screen.has("points")
    });
    desk.terminal.press("esc");
    desk.terminal.until("the panes", |screen| !screen.has("PEOPLE AND PRODUCTS"));
}

fn looked_for(effects: &[Effect]) -> Vec<Key> {
    let keys = effects.iter().filter_map(|effect| match effect {
        Effect::LookUp { keys, .. } => Some(keys.clone()),
        _ => None,
    });
    keys.flatten().collect()
}

fn record(id: &str) -> Key {
    Key::Id(CustomerId::parse(&format!("CRM:{id}")).unwrap())
}

#[test]
fn a_source_that_told_a_part_only_says_so_wherever_it_is_named() {
    let mut parts = parts_of(scenario::ID);
    let crm = parts.iter_mut().find(|part| part.source.as_str() == "CRM").unwrap();
    crm.why = Some(CleanText::line("without assets (not permitted)"));
    for (size, strip) in [(SMALL, "CRM in part"), ((60, 24), "CRM part")] {
        let mut seat = Seat::with(size, parts.clone());
        assert!(seat.text().contains(strip), "{}", seat.text());
        seat.press("b");
        let text = whole(&mut seat);
        assert!(text.contains("CRM without assets (not permitted)"), "{text}");
    }
}
