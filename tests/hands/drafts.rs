//! What is typed is kept on every key, for whom it was begun, and offered again there.

use norns::app::effect::Effect;
use norns::app::msg::{Kept, Msg};

use crate::desk::{Hands, amir, eleanor};

#[test]
fn every_key_in_a_note_or_a_form_is_kept() {
    let mut hands = Hands::with_eleanor();
    hands.press("n");
    hands.kept();
    for (nth, key) in "a b backspace c ctrl-_ ctrl-w".split(' ').enumerate() {
        hands.press(key);
        let drafts = hands.kept();
        assert_eq!(drafts.len(), 1, "key {nth}");
        assert_eq!(drafts[0].text, hands.model.session().draft.as_ref().unwrap().text());
        assert_eq!(drafts[0].call.as_ref().unwrap().call.as_str(), "c-1");
        assert_eq!(drafts[0].customer.as_ref().unwrap().to_string(), "CRM:C-20417");
    }
    hands.press("esc t");
    hands.kept();
    hands.press("tab tab t");
    let drafts = hands.kept();
    assert_eq!((drafts.len(), drafts[0].what), (1, Kept::FollowUp));
}

#[test]
fn what_sources_and_calls_filled_in_is_never_kept_on_disk() {
    let mut hands = Hands::open();
    hands.ring("6045550199");
    hands.answer_look_up(&[]);
    hands.press("N");
    hands.type_text("Zoe");
    let drafts = hands.kept();
    assert_eq!(drafts.last().unwrap().text, "name: Zoe");
    assert!(drafts.iter().all(|draft| !draft.text.contains("604")));
}

#[test]
fn what_was_begun_before_a_crash_is_offered_with_its_customer_and_its_call() {
    let mut before = Hands::with_eleanor();
    before.press("n");
    before.type_text("charged twice");
    before.press("esc t");
    before.type_text("tue 9");
    let kept = before.kept();
    let last = |what| kept.iter().rev().find(|draft| draft.what == what).unwrap().clone();
    let found = vec![last(Kept::Note), last(Kept::FollowUp)];
    // The same customer on another call.
    let mut after = Hands::open();
    after.calls = 7;
    after.happen(Msg::DraftsFound(found.clone()));
    after.shows("2 texts were not sent");
    after.ring("6045550199");
    after.answer_look_up(&[amir()]);
    after.press("enter");
    after.hides("begun for this one");
    after.press("f");
    after.type_text("4165550142");
    after.press("enter");
    after.answer_look_up(&[eleanor()]);
    after.press("enter");
    after.shows("begun for this one and not sent: a note (n), a follow-up (t)");
    after.press("n");
    after.shows("charged twice");
    after.press("esc t");
    after.shows("Tue 3 Nov 2026 09:00, tomorrow");
    // The same call, before anybody is chosen.
    let mut again = Hands::open();
    again.happen(Msg::DraftsFound(found));
    again.ring("4165550142");
    again.shows("begun for this one and not sent");
}

#[test]
fn a_note_goes_to_the_customer_and_the_call_that_it_was_begun_for() {
    let mut hands = Hands::with_eleanor();
    hands.press("n");
    hands.type_text("for Eleanor");
    hands.press("f10");
    let sent = hands.take("a note", |effect| match effect {
        Effect::SaveNote { customer, call, text, .. } => {
            Some((customer.to_string(), call.clone().unwrap().call.to_string(), text.clone()))
        }
        _ => None,
    });
    assert_eq!(sent, ("CRM:C-20417".into(), "c-1".into(), "for Eleanor".into()));
}

#[test]
fn closing_a_call_keeps_what_was_begun_on_it() {
    let mut hands = Hands::with_eleanor();
    hands.press("t tab");
    hands.type_text("fri");
    hands.press("esc x");
    assert!(hands.model.sessions[0].follow_up.is_none());
    hands.press("f");
    hands.type_text("4165550142");
    hands.press("enter");
    hands.answer_look_up(&[eleanor()]);
    hands.press("enter t");
    hands.shows("Fri 6 Nov 2026 17:00");
}
