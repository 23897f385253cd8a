//! A bridge that is there and does nothing is noticed, and a desk at rest is not woken for it.

use norns::app::effect::Effect;
use norns::app::msg::Msg;
use norns::domain::interaction::{CallState, Told};
use norns::domain::telephony::{Ability, Command, PhoneLink, Reply, Wish};
use norns::domain::text::CleanText;

use crate::desk::Hands;

fn link(hands: &mut Hands, can: &[Ability], lost: bool) {
    let lost = lost.then_some(hands.model.now);
    let (source, can) = (CleanText::line("ast:1"), can.iter().copied().collect());
    hands.happen(Msg::PhoneLink(PhoneLink { source, lost, can }));
}

fn desk() -> Hands {
    let mut hands = Hands::open();
    link(&mut hands, &[Ability::Alive], false);
    hands.effects.clear();
    hands
}

fn asked(hands: &mut Hands) -> Option<Command> {
    let is = |effect: &Effect| match effect {
        Effect::Command(command) if command.wish == Wish::Alive => Some(command.clone()),
        _ => None,
    };
    let at = hands.effects.iter().rposition(|effect| is(effect).is_some())?;
    is(&hands.effects.remove(at))
}

fn answer(hands: &mut Hands, command: &Command) {
    hands.happen(Msg::Replied(Reply { id: command.id, taken: Ok(()) }));
}

#[test]
fn a_key_after_a_while_asks_and_silence_is_said_until_it_ends() {
    let mut hands = desk();
    hands.press("j");
    assert_eq!(asked(&mut hands), None, "it was heard just now");
    hands.pass(30_000);
    assert_eq!(asked(&mut hands), None, "time alone asks nothing");
    hands.press("j");
    let command = asked(&mut hands).unwrap();
    assert_eq!((command.source.as_str(), command.call.as_ref()), ("ast:1", None));
    hands.pass(2_999);
    hands.hides("PHONE LINK LOST");
    hands.pass(1);
    hands.shows("PHONE LINK LOST since 10:04");
    hands.shows("the bridge of ast:1 is there and does not answer");
    hands.press("j");
    hands.shows("no call pops until ast:1 is back; all else works");
    assert_eq!(asked(&mut hands), None, "one question is enough");
    answer(&mut hands, &command);
    hands.hides("PHONE LINK LOST");
    hands.shows("ast:1 is heard again");
    // Silence that ends with the connection is a loss like any other.
    hands.pass(30_000);
    hands.press("j");
    let command = asked(&mut hands).unwrap();
    hands.pass(3_000);
    link(&mut hands, &[Ability::Alive], true);
    hands.shows("PHONE LINK LOST");
    answer(&mut hands, &command);
    hands.shows("PHONE LINK LOST");
}

#[test]
fn a_desk_at_rest_asks_for_no_wake_up() {
    let mut hands = desk();
    hands.pass(3_600_000);
    hands.press("j");
    let command = asked(&mut hands).unwrap();
    answer(&mut hands, &command);
    hands.effects.clear();
    hands.pass(3_600_000);
    assert_eq!(hands.model.alarm, None);
    assert!(!hands.asks(|effect| matches!(effect, Effect::Wake { .. } | Effect::Command(_))));
}

#[test]
fn whoever_becomes_ready_is_told_at_once_whether_calls_can_come() {
    let mut hands = desk();
    hands.press("a");
    let command = asked(&mut hands).expect("Not Ready asks");
    answer(&mut hands, &command);
    hands.press("a");
    let command = asked(&mut hands).expect("Ready asks");
    answer(&mut hands, &command);
    hands.happen(Msg::AgentTold(Told::NotReady(None)));
    assert!(asked(&mut hands).is_some(), "the telephone's word does too");
}

#[test]
fn while_a_call_is_worked_on_a_sign_of_life_is_asked_for_every_fifteen_seconds() {
    let mut hands = desk();
    let call = hands.ring("4165550142");
    hands.call_is(&call, CallState::Talking);
    for _ in 0..4 {
        assert_eq!(asked(&mut hands), None);
        hands.pass(15_000);
        let command = asked(&mut hands).unwrap();
        hands.pass(500);
        answer(&mut hands, &command);
    }
    hands.pass(15_000);
    asked(&mut hands).unwrap();
    hands.pass(3_000);
    hands.shows("PHONE LINK LOST");
    hands.shows("Talking");
}

#[test]
fn a_bridge_that_does_not_know_the_question_is_not_asked() {
    let mut hands = Hands::open();
    link(&mut hands, &[Ability::HangUp], false);
    hands.pass(60_000);
    hands.press("j a a");
    assert_eq!(asked(&mut hands), None);
}
