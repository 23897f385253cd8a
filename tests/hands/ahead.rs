//! Keys typed ahead of the gateway's answers.

use norns::app::effect::Effect;
use norns::app::model::Focus;
use norns::app::msg::{Msg, RequestId};
use norns::domain::ask::AskError;
use proptest::prelude::*;

use crate::desk::{Hands, amir, eleanor};

/// A call whose look-up is under way, with nobody found so far.
fn looking() -> (Hands, RequestId) {
    let mut hands = Hands::open();
    hands.ring("4165550142");
    let (request, _) = hands.asked_look_up();
    (hands, request)
}

fn end(hands: &mut Hands, request: RequestId) {
    hands.happen(Msg::LookupEnded { request, result: Ok(()) });
}

#[test]
fn what_is_typed_behind_the_choice_waits_for_it_and_is_applied_in_order() {
    let (mut hands, request) = looking();
    hands.press("enter");
    hands.shows("1 key waits for the look-up, esc drops it");
    hands.press("n");
    hands.shows("2 keys wait for the look-up, esc drops them");
    hands.type_text("she says");
    hands.happen(Msg::Paste(" twice".into()));
    hands.ranked(request, &[eleanor()]);
    assert_eq!(hands.customer(), None, "the look-up is not over");
    end(&mut hands, request);
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"));
    assert_eq!(hands.model.session().draft.as_ref().unwrap().text(), "she says twice");
    assert!(hands.model.writing);
    hands.hides("for the look-up");
}

#[test]
fn nobody_is_chosen_who_only_arrived_under_the_finger() {
    let (mut hands, request) = looking();
    hands.press("enter n x");
    hands.ranked(request, &[eleanor(), amir()]);
    end(&mut hands, request);
    assert_eq!(hands.customer(), None);
    assert!(!hands.model.writing);
    hands.shows("2 candidates came: 3 keys dropped, choose one");
    hands.press("enter");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"), "now it is a choice");
}

#[test]
fn where_nobody_is_found_or_the_look_up_is_cut_short_the_keys_are_dropped_with_a_word() {
    let (mut hands, request) = looking();
    hands.press("enter n");
    end(&mut hands, request);
    hands.shows("nobody was found: 2 keys dropped");
    let (mut hands, request) = looking();
    hands.press("enter");
    hands.ranked(request, &[eleanor()]);
    hands.happen(Msg::LookupEnded { request, result: Err(AskError::Slow) });
    assert_eq!(hands.customer(), None);
    hands.shows("cut short: 1 key dropped");
}

#[test]
fn escape_drops_what_waits_and_what_acts_everywhere_does_not_wait() {
    let (mut hands, request) = looking();
    hands.press("enter n");
    hands.press("f1");
    hands.shows("EVERY KEY");
    hands.press("f1 ctrl-l");
    assert!(hands.asks(|effect| *effect == Effect::Repaint));
    hands.press("esc");
    hands.shows("2 keys dropped");
    hands.ranked(request, &[eleanor()]);
    end(&mut hands, request);
    assert_eq!(hands.customer(), None);
}

#[test]
fn a_pop_does_not_take_the_screen_from_keys_that_wait_and_they_wait_in_their_own_place() {
    let (mut hands, request) = looking();
    hands.press("enter n");
    hands.type_text("hers");
    hands.ring("6045550199");
    assert_eq!(hands.model.current, 0);
    hands.press("f2");
    assert_eq!(hands.model.current, 1);
    hands.press("tab");
    assert_eq!(hands.model.session().focus, Focus::Future, "nothing waits here");
    hands.ranked(request, &[eleanor()]);
    end(&mut hands, request);
    assert_eq!(hands.model.sessions[0].customer.as_ref().map(|_| ()), None);
    hands.press("<");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"));
    assert_eq!(hands.model.session().draft.as_ref().unwrap().text(), "hers");
}

#[test]
fn a_choice_of_somebody_who_is_seen_does_not_wait_for_slow_sources() {
    let (mut hands, request) = looking();
    hands.ranked(request, &[eleanor(), amir()]);
    hands.press("j enter");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-30001"));
}

/// Everything that the keys could have changed.
fn state(hands: &Hands) -> impl std::fmt::Debug {
    let session = hands.model.session();
    (
        hands.customer(),
        session.focus,
        hands.model.writing,
        session.draft.as_ref().map(norns::app::draft::Draft::text),
        hands.model.overlay.clone(),
        (session.past.range, session.past.search.clone(), hands.model.zoomed),
        session.ahead.clone(),
    )
}

fn keys() -> impl Strategy<Value = Vec<&'static str>> {
    let key = prop::sample::select(vec![
        "tab", "j", "k", "g", "p", "n", "z", "/", "d", "x1", "enter", "l", "h", "v", "c", "space",
    ]);
    prop::collection::vec(key, 0..10)
        .prop_map(|keys| keys.into_iter().map(|key| if key == "x1" { "e" } else { key }).collect())
}

proptest! {
    /// One candidate: wherever between the keys the answers come, it ends as if they had come
    /// before the first key.
    #[test]
    fn keys_come_to_the_same_whenever_the_answers_come(
        keys in keys(), ranked_at in 0usize..12, more in 0usize..12,
    ) {
        let all = [eleanor()];
        let mut pressed = vec!["enter"];
        pressed.extend(keys);
        let (mut before, request) = looking();
        before.ranked(request, &all);
        end(&mut before, request);
        for key in &pressed {
            before.press(key);
        }
        let (mut between, request) = looking();
        let (first, last) = (ranked_at, ranked_at + more);
        for (nth, key) in pressed.iter().enumerate() {
            if nth == first {
                between.ranked(request, &all);
            }
            if nth == last {
                end(&mut between, request);
            }
            between.press(key);
        }
        if first >= pressed.len() {
            between.ranked(request, &all);
        }
        if last >= pressed.len() {
            end(&mut between, request);
        }
        prop_assert_eq!(format!("{:?}", state(&between)), format!("{:?}", state(&before)));
    }

    /// Several candidates that came after the choice was made: nobody is chosen, nothing is typed
    /// anywhere, nothing waits for ever.
    #[test]
    fn with_several_candidates_no_key_does_anything(keys in keys()) {
        let all = [eleanor(), amir()];
        let (mut hands, request) = looking();
        hands.press("enter");
        for key in &keys {
            hands.press(key);
        }
        hands.ranked(request, &all);
        end(&mut hands, request);
        prop_assert_eq!(hands.customer(), None);
        prop_assert!(!hands.model.writing && hands.model.overlay.is_none());
        prop_assert_eq!(&hands.model.session().ahead, &None);
        let linked = hands.asks(|effect| matches!(effect, Effect::Link { .. }));
        prop_assert!(!linked);
    }
}

#[test]
fn moves_and_filters_on_a_past_that_is_still_loading_apply_to_what_is_there() {
    let mut hands = Hands::with_eleanor();
    hands.asked_view();
    hands.press("g p c d j G");
    assert_eq!(hands.model.session().focus, Focus::Past);
    assert_eq!(hands.model.session().ahead, None);
}
