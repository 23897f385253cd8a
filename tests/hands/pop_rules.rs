//! What calls do to the desk, as the centre's rules say.

use norns::app::msg::Msg;
use norns::app::overlay::Overlay;
use norns::app::pop_rules::{Action, Pattern, Rule, Rules};
use norns::domain::customer::{Candidate, Key, KeyKind};
use norns::domain::interaction::{Call, CallFacts, CallKey, CallState, Direction, Presentation};
use norns::domain::text::CleanText;

use crate::desk::{Hands, amir, eleanor};

fn ruled(rule: Rule) -> Hands {
    let mut hands = Hands::open();
    hands.model.pop_rules = Rules { known: vec![rule] };
    hands
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().map(|text| Pattern::new(text)).collect()
}

fn with_data(name: &str, value: &str) -> CallFacts {
    CallFacts {
        ani: Some(CleanText::line("4165550142")),
        data: vec![(CleanText::line(name), CleanText::line(value))],
        ..CallFacts::default()
    }
}

#[test]
fn ignored_numbers_are_not_there_exact_or_by_pattern() {
    let mut hands = ruled(Rule {
        numbers: patterns(&["+14165550142", "+1604*"]),
        action: Action::Ignore,
        ..Rule::default()
    });
    let first = hands.ring("(416) 555-0142");
    hands.call_is(&first, CallState::Talking);
    hands.ring("604-555-0199");
    assert!(hands.model.sessions.iter().all(|session| session.call.is_none()));
    hands.ring("6135550177");
    hands.shows("+1 613 555 0177");
}

#[test]
fn a_withheld_number_fits_no_rule_about_numbers() {
    let mut hands =
        ruled(Rule { numbers: patterns(&["*"]), action: Action::Ignore, ..Rule::default() });
    let facts = CallFacts {
        ani: Some(CleanText::line("4165550142")),
        presentation: Presentation::Restricted,
        ..CallFacts::default()
    };
    hands.ring_with(facts);
    hands.shows("number withheld");
}

#[test]
fn a_silent_call_is_in_the_list_and_asks_for_nothing() {
    let mut hands = ruled(Rule {
        direction: Some(Direction::In),
        queues: patterns(&["bill*"]),
        action: Action::Silent,
        ..Rule::default()
    });
    hands.press("f");
    hands.type_text("x");
    hands.press("esc n");
    hands.ring("4165550142");
    hands.hides("RINGING");
    hands.press("esc s");
    hands.shows("+1 416 555 0142");
}

#[test]
fn a_call_may_wait_for_its_answer_before_it_asks_for_the_screen() {
    let mut hands = ruled(Rule { at_answer: true, ..Rule::default() });
    hands.model.session_mut().noted = None;
    let other = hands.ring("6045550199");
    hands.call_is(&other, CallState::Talking);
    hands.call_is(&other, CallState::Closed);
    let call = hands.ring("4165550142");
    hands.hides("RINGING");
    assert_eq!(hands.model.session().call.as_ref().unwrap().number, other.number);
    hands.call_is(&call, CallState::Talking);
    assert_eq!(hands.model.session().call.as_ref().unwrap().number, call.number);
}

#[test]
fn more_than_the_number_finds_the_caller_and_the_only_one_with_the_account_is_opened() {
    let mut hands = ruled(Rule {
        action: Action::Open,
        data: vec![("line".to_owned(), Pattern::new("billing"))],
        keys: vec![("data.line".to_owned(), KeyKind::Account)],
        ..Rule::default()
    });
    hands.ring_with(with_data("line", "billing"));
    let (request, keys) = hands.asked_look_up();
    let account = Key::Account(CleanText::line("billing"));
    assert!(keys.contains(&account) && keys.len() == 2, "{keys:?}");
    let mut found = eleanor();
    found.keys.push(account);
    hands.ranked(request, &[found]);
    hands.look_up_ends(request);
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"));
}

#[test]
fn nobody_is_opened_by_a_number_alone_nor_one_of_several() {
    let rule = || Rule { action: Action::Open, ..Rule::default() };
    let with_account = |candidate: Candidate| Candidate {
        keys: vec![Key::Account(CleanText::line("A-1"))],
        ..candidate
    };
    for candidates in [vec![eleanor()], vec![with_account(eleanor()), with_account(amir())]] {
        let mut hands = ruled(rule());
        let facts = CallFacts { account: Some(CleanText::line("A-1")), ..with_data("x", "y") };
        hands.ring_with(facts);
        hands.answer_look_up(&candidates);
        assert_eq!(hands.customer(), None, "{} candidates", candidates.len());
    }
}

#[test]
fn an_address_says_what_it_is_and_never_whose_record_is_opened() {
    let account = Key::Account(CleanText::line("A-1"));
    for (source, opened) in [("ast:pbx1", true), ("url", false)] {
        let mut hands = ruled(Rule { action: Action::Open, ..Rule::default() });
        let key = CallKey { source: CleanText::line(source), call: CleanText::line("c-1") };
        let facts = CallFacts { account: Some(CleanText::line("A-1")), ..with_data("x", "y") };
        let call = Call::ringing(1, key, facts, hands.model.now);
        hands.happen(Msg::CallChanged(Box::new(call)));
        let keys = vec![account.clone()];
        hands.answer_look_up(&[Candidate { keys, ..eleanor() }]);
        assert_eq!(hands.customer().is_some(), opened, "{source}");
        match opened {
            true => hands.hides("by a link or a command"),
            false => hands.shows("by a link or a command"),
        }
    }
}

#[test]
fn whom_nobody_knows_is_offered_as_a_new_contact_to_a_free_hand() {
    let rule = || Rule { action: Action::OfferNew, ..Rule::default() };
    let mut hands = ruled(rule());
    hands.ring("6135550177");
    hands.answer_look_up(&[]);
    assert_eq!(hands.model.overlay, Some(Overlay::Contact));
    hands.shows("613");
    let mut hands = ruled(rule());
    hands.ring("6135550177");
    hands.press("?");
    hands.answer_look_up(&[]);
    assert!(matches!(hands.model.overlay, Some(Overlay::Help { .. })));
    let mut hands = ruled(rule());
    hands.ring("4165550142");
    hands.answer_look_up(&[eleanor()]);
    assert_eq!(hands.model.overlay, None);
}

#[test]
fn the_first_rule_that_fits_decides() {
    let mut hands = Hands::open();
    let sales = Rule { queues: patterns(&["SALES"]), ..Rule::default() };
    let rest = Rule { action: Action::Ignore, ..Rule::default() };
    hands.model.pop_rules = Rules { known: vec![sales, rest] };
    let call: Call = hands.ring("4165550142");
    assert_eq!(hands.model.session().call, None, "{call:?}");
    let facts = CallFacts { queue: Some(CleanText::line("sales")), ..with_data("a", "b") };
    hands.ring_with(facts);
    assert!(hands.model.session().call.is_some());
}
