//! Which records belong together: read on the screen, said, and taken back.

use norns::app::effect::Effect;
use norns::app::msg::{Msg, RequestId};
use norns::domain::ask::AskError;
use norns::domain::customer::{Bond, Candidate, Kin, Stated};
use norns::domain::statement::{NewStatement, Says, Statement, Weighed};
use norns::domain::text::CleanText;
use norns::keys::keymap;

use crate::desk::{Hands, amir, eleanor};

fn kin(of: &Candidate, bond: Bond, millionths: u32) -> Kin {
    Kin {
        id: of.id.clone(),
        name: of.name.clone(),
        bond,
        millionths,
        why: CleanText::line("prior -14.20 | phone +17.01 | first name eleanor/amir -4.10"),
        stated: None,
    }
}

/// Eleanor is chosen; her number is Amir's too.
fn with(bond: Bond) -> Hands {
    let mut hands = Hands::open();
    hands.ring("4165550142");
    let likely = if bond == Bond::Household { 2_000 } else { 973_000 };
    let her = Candidate { kin: vec![kin(&amir(), bond, likely)], ..eleanor() };
    let his = Candidate { kin: vec![kin(&eleanor(), bond, likely)], ..amir() };
    hands.answer_look_up(&[her, his]);
    hands.press("enter");
    hands.effects.clear();
    hands
}

#[track_caller]
fn said(hands: &mut Hands) -> (RequestId, NewStatement) {
    hands.take("a statement", |effect| match effect {
        Effect::State { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn on_record(of: NewStatement, undone: bool) -> Box<Statement> {
    let at = "2026-11-02T15:04:00Z".parse().unwrap();
    let ana = CleanText::line("ana");
    Box::new(Statement {
        id: 7,
        of,
        weighed: Weighed { millionths: 973_000, evidence: CleanText::line("phone +17.01") },
        weights: CleanText::line("1"),
        agent: ana.clone(),
        role: CleanText::line("billing"),
        at,
        undone_by: undone.then_some(ana),
        undone_at: undone.then_some(at),
    })
}

fn stated(kin: Kin, bond: Bond) -> Kin {
    let at = "2026-11-02T15:04:00Z".parse().unwrap();
    Kin { bond, stated: Some(Stated { id: 7, agent: CleanText::line("ana"), at }), ..kin }
}

/// Eleanor and Amir after ana said that they are one person.
fn one_person() -> Candidate {
    let mut one = eleanor();
    one.records.extend(amir().records);
    one.keys.extend(amir().keys);
    one.kin = vec![stated(kin(&amir(), Bond::Same, 973_000), Bond::Same)];
    one
}

#[test]
fn a_household_is_on_the_card_as_a_relation_with_its_reason_and_links_nobody() {
    let mut hands = with(Bond::Household);
    hands.press("i");
    hands.shows("of one household with Amir Haddad (CRM:C-30001)");
    hands.shows("a relation, and no link");
    hands.shows("phone +17.01");
    hands.press("esc I");
    hands.shows("WHICH RECORDS BELONG TOGETHER");
    hands.shows("of one household with Amir Haddad (CRM:C-30001)");
    assert!(hands.effects.is_empty(), "nothing is said by looking: {:?}", hands.effects);
    hands.press("enter");
    let (request, new) = said(&mut hands);
    assert_eq!((new.says, &new.record, &new.other), (Says::Household, &eleanor().id, &amir().id));
    hands.happen(Msg::Stated { request, result: Ok(on_record(new, false)) });
    hands.shows("one household, on your word; the records stay apart");
    let her = Candidate {
        kin: vec![stated(kin(&amir(), Bond::Household, 2_000), Bond::Household)],
        ..eleanor()
    };
    hands.answer_look_up(&[her, amir()]);
    hands.shows("ana said so");
    hands.shows("of one household with Amir Haddad (CRM:C-30001)");
    assert!(!hands.asks(|effect| matches!(effect, Effect::View(_))), "nobody else is asked about");
}

#[test]
fn one_person_is_asked_about_by_all_records_until_it_is_taken_back() {
    let mut hands = with(Bond::Perhaps);
    hands.press("I s");
    let (request, new) = said(&mut hands);
    assert_eq!((new.says, &new.record, &new.other), (Says::Same, &eleanor().id, &amir().id));
    hands.happen(Msg::Stated { request, result: Ok(on_record(new.clone(), false)) });
    hands.shows("one person, on your word; nothing was changed in any record");
    hands.answer_look_up(&[one_person()]);
    hands.shows("ana said so");
    let keys = hands.take("a view", |effect| match effect {
        Effect::View(wanted) => Some(wanted.keys.clone()),
        _ => None,
    });
    assert!(amir().keys.iter().all(|key| keys.contains(key)), "{keys:?}");
    hands.press("s");
    hands.shows("ana has said so already");
    hands.press("u");
    let (request, id) = hands.take("taking back", |effect| match effect {
        Effect::TakeBack { request, id } => Some((*request, *id)),
        _ => None,
    });
    assert_eq!(id, 7);
    assert!(hands.model.session().customer.is_some(), "the choice of customer stays");
    hands.happen(Msg::Stated { request, result: Ok(on_record(new, true)) });
    hands.shows("taken back; nothing was changed in any record");
    let her = Candidate { kin: vec![kin(&amir(), Bond::Perhaps, 973_000)], ..eleanor() };
    hands.answer_look_up(&[her, amir()]);
    hands.shows("perhaps the same as Amir Haddad (CRM:C-30001), 97.3 %");
    let keys = hands.take("a view", |effect| match effect {
        Effect::View(wanted) => Some(wanted.keys.clone()),
        _ => None,
    });
    assert!(amir().keys.iter().all(|key| !keys.contains(key)), "{keys:?}");
}

#[test]
fn what_was_said_stands_at_once_and_can_be_taken_back_before_the_sources_have_answered() {
    for (key, bond) in [("s", "the same person as"), ("h", "of one household with")] {
        let mut hands = with(Bond::Perhaps);
        hands.press("I");
        hands.press(key);
        let (request, new) = said(&mut hands);
        hands.happen(Msg::Stated { request, result: Ok(on_record(new.clone(), false)) });
        assert!(hands.asks(|effect| matches!(effect, Effect::LookUp { .. })), "asked, no answer");
        hands.shows(&format!("{bond} Amir Haddad (CRM:C-30001)"));
        hands.shows("ana said so");
        hands.press("u");
        let (request, id) = hands.take("taking back", |effect| match effect {
            Effect::TakeBack { request, id } => Some((*request, *id)),
            _ => None,
        });
        assert_eq!(id, 7);
        hands.happen(Msg::Stated { request, result: Ok(on_record(new, true)) });
        hands.shows("perhaps the same as Amir Haddad (CRM:C-30001), 97.3 %");
        hands.shows("not linked");
        hands.hides("ana said so");
    }
}

#[test]
fn the_alert_and_the_keys_name_the_way_to_the_reasons() {
    let hands = with(Bond::Perhaps);
    hands.shows("2 RECORDS  C-20417 chosen, C-30001 apart   undo: u   why: I");
    hands.shows("l pane   I same person?");
    Hands::with_eleanor().hides("I same person?");
}

#[test]
fn others_of_a_name_are_no_records_of_the_one_who_is_chosen() {
    let mut hands = Hands::open();
    hands.press("f");
    hands.type_text("whitcombe");
    hands.press("enter");
    hands.answer_look_up(&[eleanor(), amir()]);
    hands.press("enter");
    hands.shows("2 found by name whitcombe   back: u");
    hands.hides("RECORDS");
    hands.press("u");
    hands.shows("2 candidates, none linked");
}

#[test]
fn what_is_not_on_record_is_said_and_nothing_changes() {
    let mut hands = with(Bond::Perhaps);
    hands.press("I u");
    hands.shows("nobody has said so; there is nothing to take back");
    hands.press("h");
    let (request, new) = said(&mut hands);
    assert_eq!(new.says, Says::Household, "the agent knows better");
    hands.happen(Msg::Stated { request, result: Err(AskError::Unreachable) });
    hands.shows("what was said is not on record");
    hands.shows("perhaps the same as Amir Haddad");
    assert!(!hands.asks(|effect| matches!(effect, Effect::LookUp { .. })));
}

#[test]
fn a_role_that_may_not_say_so_is_told_in_a_sentence_and_a_lost_answer_leaves_it_open() {
    for (error, said_of_it) in [
        (
            AskError::NotPermitted,
            "your role may not say what records are to each other; nothing was",
        ),
        (
            AskError::Slow,
            "it may be on record or not; said again it is there once: the gateway did",
        ),
        (
            AskError::Cut,
            "it may be on record or not; said again it is there once: the gateway went",
        ),
    ] {
        let mut hands = with(Bond::Perhaps);
        hands.press("I s");
        let (request, new) = said(&mut hands);
        hands.happen(Msg::Stated { request, result: Err(error) });
        hands.shows(said_of_it);
        hands.shows("perhaps the same as Amir Haddad");
        hands.press("s");
        assert_eq!(said(&mut hands).1, new, "it can be said again");
    }
}

#[test]
fn sources_that_cannot_be_asked_again_leave_the_list_with_what_was_said() {
    let mut hands = with(Bond::Perhaps);
    hands.press("I s");
    let (request, new) = said(&mut hands);
    hands.happen(Msg::Stated { request, result: Ok(on_record(new, false)) });
    let (request, _) = hands.asked_look_up();
    hands.happen(Msg::LookupEnded { request, result: Err(AskError::Slow) });
    hands.shows("the list is as it was before");
    hands.shows("the same person as Amir Haddad");
}

#[test]
fn where_nobody_is_like_them_it_is_said_and_nothing_opens() {
    let mut hands = Hands::with_eleanor();
    hands.press("I");
    hands.shows("no other record that is known is this person's or household's");
    assert_eq!(hands.model.overlay, None);
    let (keymap, _) = keymap::load("default", &|_| None);
    assert!(!keymap.anywhere(norns::action::Action::Kin).is_empty());
}
