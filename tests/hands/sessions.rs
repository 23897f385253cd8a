//! Several customers and calls at once: nothing is lost, and what changed is seen.

use norns::app::effect::Effect;
use norns::app::msg::Msg;
use norns::app::overlay::Overlay;
use norns::domain::interaction::{Call, CallState};
use norns::domain::source::Facts;

use crate::desk::{Hands, amir, eleanor, entry};

fn entries(count: i64) -> Facts {
    let entry = |nth: i64| {
        let at = jiff::Timestamp::from_second(1_793_000_000 - nth * 86_400).unwrap();
        entry("CRM", &format!("e-{nth}"), at, &format!("call {nth} about a bill"))
    };
    Facts { entries: (0..count).map(entry).collect(), ..Facts::default() }
}

#[test]
fn switching_loses_neither_cursor_nor_filter_nor_what_is_being_typed() {
    let mut hands = Hands::with_eleanor();
    let view = hands.asked_view();
    hands.view_part(view, "CRM", entries(60));
    hands.press("g p /");
    hands.type_text("bill");
    hands.press("enter pagedown j");
    let past = |hands: &Hands| {
        let past = &hands.model.sessions[0].past;
        (past.cursor, past.first, past.search.as_ref().unwrap().text().to_owned())
    };
    hands.press("n");
    hands.type_text("half a sen");
    let before = past(&hands);
    assert!(before.0 > 30, "{before:?}");
    hands.ring("6045550199");
    hands.press("f2");
    hands.hides("half a sen");
    hands.answer_look_up(&[amir()]);
    hands.press("enter t");
    hands.type_text("other form");
    hands.press("f3 k enter");
    hands.type_text("tence");
    hands.shows("half a sentence");
    assert_eq!(past(&hands), before);
    hands.press("f3 j enter");
    assert_eq!(hands.model.overlay, Some(Overlay::FollowUp));
    hands.shows("other form");
    hands.press("tab");
    hands.type_text("fri");
    assert_eq!(hands.model.session().follow_up.as_ref().unwrap().text("when"), "fri");
}

#[test]
fn help_over_a_form_gives_the_form_back() {
    let mut hands = Hands::with_eleanor();
    hands.press("t");
    for keys in ["f1 f1", "f1 esc", "f3 esc", "f3 f3", "f3 enter"] {
        hands.press(keys);
        assert_eq!(hands.model.overlay, Some(Overlay::FollowUp), "{keys}");
    }
}

#[test]
fn the_list_says_who_in_what_state_since_when_and_what_changed() {
    let mut hands = Hands::with_eleanor();
    let first = hands.asked_view();
    let call = hands.ring("6045550199");
    hands.press("f2");
    hands.answer_look_up(&[amir()]);
    hands.press("enter");
    hands.call_is(&call, CallState::Talking);
    hands.pass(65_000);
    hands.view_part(first, "BILL", Facts::default());
    hands.shows("1: BILL answered");
    hands.press("s");
    for text in [
        "OPEN CALLS AND CUSTOMERS",
        "Eleanor Whitcombe  CRM:C-20417  +1 416 555 0142",
        "ringing 1:05",
        "BILL answered",
        "Amir Haddad  CRM:C-30001  +1 604 555 0199  (here)",
        "talking 1:05",
    ] {
        hands.shows(text);
    }
    hands.press("k enter");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"));
    hands.hides("BILL answered");
    assert!(hands.model.session().news.is_empty());
}

#[test]
fn the_background_tells_of_calls_notes_and_second_rings() {
    let mut hands = Hands::with_eleanor();
    hands.press("n");
    hands.type_text("x");
    hands.press("f10");
    let note = hands.take("a note", |effect| match effect {
        Effect::SaveNote { request, .. } => Some(*request),
        _ => None,
    });
    let first = hands.model.session().call.clone().unwrap();
    hands.ring("6045550199");
    hands.press("f2");
    hands.happen(Msg::NoteSaved { request: note, result: Ok(()) });
    hands.shows("1: note saved");
    hands.call_is(&first, CallState::WrapUp);
    hands.shows("1: call ended");
    let again = norns::domain::interaction::Call { rings: 2, state: CallState::Offered, ..first };
    hands.happen(Msg::CallChanged(Box::new(again)));
    hands.shows("1: rings again");
    let news: Vec<&str> = hands.model.sessions[0].news.iter().map(AsRef::as_ref).collect();
    assert_eq!(news, ["note saved", "call ended", "rings again"]);
}

#[test]
fn the_palette_finds_actions_open_calls_and_customers_of_a_while_ago() {
    let mut hands = Hands::with_eleanor();
    hands.press("x f");
    hands.type_text("6045550199");
    hands.press("enter");
    hands.answer_look_up(&[amir()]);
    hands.press("enter :");
    hands.type_text("whitcombe");
    hands.shows("Eleanor Whitcombe  CRM:C-20417");
    hands.shows("customer");
    hands.press("enter");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"));
    assert_eq!(hands.model.sessions.len(), 2);
    hands.press(":");
    hands.type_text("haddad");
    hands.shows("open customer");
    hands.press("enter");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-30001"));
    assert_eq!(hands.model.sessions.len(), 2, "where it is open already");
    hands.press(":");
    hands.type_text("verify the");
    hands.shows("verify the caller");
    hands.press("enter");
    assert_eq!(hands.model.overlay, Some(Overlay::Verify));
}

#[test]
fn a_customer_of_a_while_ago_does_not_take_the_place_of_a_call() {
    let mut hands = Hands::with_eleanor();
    hands.press("x");
    hands.ring("6045550199");
    hands.press(":");
    hands.type_text("whitcombe");
    hands.press("enter");
    assert_eq!(hands.model.sessions.len(), 2);
    let (_, customer) = hands.asked_link();
    assert_eq!(customer, eleanor().id);
    assert!(hands.model.session().call.is_none(), "nobody said that the call is hers");
}

#[test]
fn a_call_that_ends_in_the_list_moves_nothing_under_the_cursor() {
    let mut hands = Hands::with_eleanor();
    let call = hands.ring("6045550199");
    hands.press("s j");
    hands.call_is(&call, CallState::Closed);
    assert_eq!(hands.model.overlay, Some(Overlay::Sessions { cursor: 1 }));
}

#[test]
fn a_call_that_is_taken_over_a_form_gives_the_form_back() {
    let mut hands = Hands::with_eleanor();
    hands.press("t");
    hands.type_text("look");
    hands.ring("6045550199");
    hands.press("f2");
    assert_eq!(hands.model.overlay, None);
    hands.press("<");
    assert_eq!(hands.model.overlay, Some(Overlay::FollowUp));
    hands.shows("look");
}

#[test]
fn calls_that_nobody_takes_up_do_not_pile_up_and_what_was_begun_stays() {
    let mut hands = Hands::with_eleanor();
    let begun = hands.ring("6045550199");
    hands.press("f2 n");
    hands.type_text("half a sentence");
    hands.press("esc <");
    for nth in 0..500 {
        hands.ring(&format!("604556{nth:04}"));
    }
    let forgotten = hands.effects.iter().filter(|effect| matches!(effect, Effect::Forget { .. }));
    let forgotten = forgotten.count();
    assert_eq!(hands.model.sessions.len(), 64);
    assert!(forgotten > 400, "{forgotten} questions are taken back");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"));
    let kept = |call: &Call| {
        let calls = hands.model.sessions.iter().filter_map(|session| session.call.as_ref());
        calls.into_iter().any(|known| known.key == call.key)
    };
    assert!(kept(&begun));
}

#[test]
fn candidates_that_are_only_counted_come_into_sight_before_one_is_chosen() {
    let mut hands = Hands::open();
    hands.happen(Msg::Resized { width: 80, height: 24 });
    hands.ring("4165550142");
    hands.answer_look_up(&[eleanor(), amir()]);
    for keys in ["enter", "j"] {
        hands.press("g f");
        hands.hides("Amir Haddad");
        hands.shows("enter candidates");
        hands.press(keys);
        hands.shows("▌Eleanor Whitcombe");
        assert_eq!(hands.customer(), None, "nobody is chosen unseen");
    }
    hands.happen(Msg::Resized { width: 120, height: 40 });
    hands.press("g f enter");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"), "side by side they are seen");
}

#[test]
fn what_a_customer_with_a_long_past_took_is_given_back_when_it_is_read_and_when_it_is_closed() {
    for (count, much) in [(6_000, 1), (60, 0)] {
        for leave in ["u", "x"] {
            let mut hands = Hands::with_eleanor();
            let request = hands.asked_view();
            hands.view_part(request, "CRM", entries(count));
            hands.happen(Msg::ViewEnded { request, result: Ok(()) });
            assert_eq!(given_back(&mut hands), much, "{count} entries read");
            hands.press(leave);
            assert_eq!(given_back(&mut hands), much, "{count} entries, then {leave}");
            assert_eq!(hands.customer(), None);
        }
    }
}

fn given_back(hands: &mut Hands) -> usize {
    let mut times = 0;
    while hands.asks(|effect| *effect == Effect::GiveBack) {
        hands.take("memory given back", |effect| (*effect == Effect::GiveBack).then_some(()));
        times += 1;
    }
    times
}
