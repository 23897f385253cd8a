//! What a caller proves goes on record, for the customer that it was proved of.

use norns::app::effect::Effect;
use norns::app::msg::{Msg, RequestId};
use norns::domain::ask::AskError;
use norns::domain::contact::Entry;
use norns::domain::register::NewVerification;
use norns::domain::source::Facts;
use norns::domain::text::CleanText;

use crate::desk::{Hands, eleanor, entry};

fn sent(hands: &mut Hands) -> (RequestId, NewVerification) {
    hands.take("a verification", |effect| match effect {
        Effect::Verify { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn nothing(hands: &Hands) -> bool {
    !hands.asks(|effect| matches!(effect, Effect::Verify { .. }))
}

#[test]
fn what_passed_is_recorded_when_the_list_is_closed_and_once() {
    let mut hands = Hands::with_eleanor();
    hands.press("v enter esc");
    let (_, new) = sent(&mut hands);
    assert_eq!((new.passed.len(), new.enough, new.customer), (1, false, eleanor().id));
    hands.press("v esc");
    assert!(nothing(&hands), "nothing is new");
    hands.press("v j enter esc");
    let (request, new) = sent(&mut hands);
    assert_eq!((new.passed.len(), new.enough), (2, true));
    hands.happen(Msg::Verified { request, result: Err(AskError::Unreachable) });
    hands.shows("the verification is not on record yet");
    hands.press("v esc");
    assert!(sent(&mut hands).1.enough, "it is sent again");
}

#[test]
fn what_was_asked_before_the_choice_is_recorded_with_it_and_undone_with_it() {
    let mut hands = Hands::open();
    hands.ring("4165550142");
    hands.press("v enter j enter esc");
    assert!(nothing(&hands), "nobody is known of whom it was proved");
    hands.answer_look_up(&[eleanor()]);
    hands.press("enter");
    assert!(sent(&mut hands).1.enough);
    hands.shows("verified");
    hands.press("u enter");
    hands.shows("not verified");
    assert!(nothing(&hands), "who proved to be one has not proved to be another");
}

#[test]
fn the_last_time_is_told_with_its_day_and_its_agent() {
    let mut hands = Hands::with_eleanor();
    let view = hands.asked_view();
    let at = |day: &str| format!("2026-{day}T15:00:00Z").parse().unwrap();
    let by = |entry: Entry, agent: &str| Entry { author: Some(CleanText::line(agent)), ..entry };
    let entries = vec![
        by(entry("HOLD", "verification 9", at("10-30"), "not verified: nothing was proved"), "bob"),
        by(entry("HOLD", "verification 7", at("10-09"), "verified: security word"), "ana"),
        by(entry("CRM", "verification 8", at("10-20"), "verified: so they say"), "eve"),
    ];
    hands.view_part(view, "HOLD", Facts { entries, ..Facts::default() });
    hands.shows("verified last 9 Oct by ana");
}
