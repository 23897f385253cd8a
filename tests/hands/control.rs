//! Calls that are controlled from the desk: what is asked for, what is said, and that nothing is
//! taken for done before the telephone says so.

use norns::app::effect::Effect;
use norns::app::msg::Msg;
use norns::domain::interaction::{Call, CallState};
use norns::domain::telephony::{Ability, Command, PhoneLink, Reply, Wish};
use norns::domain::text::CleanText;
use proptest::prelude::*;

use crate::desk::Hands;

fn link(can: &[Ability], lost: bool, hands: &Hands) -> Msg {
    let lost = lost.then_some(hands.model.now);
    let source = CleanText::line("local");
    Msg::PhoneLink(PhoneLink { source, lost, can: can.iter().copied().collect() })
}

fn all() -> Vec<Ability> {
    Ability::ALL.map(|(_, ability)| ability).into()
}

/// A desk whose agent talks, by a telephone that can be asked for everything.
fn talking(keymap: &str) -> (Hands, Call) {
    let mut hands = Hands::with_keymap(keymap);
    hands.happen(link(&all(), false, &hands));
    let call = hands.ring("4165550142");
    hands.call_is(&call, CallState::Talking);
    (hands, call)
}

/// A command that is to change something.
#[track_caller]
fn asked(hands: &mut Hands) -> Command {
    hands.take("a command", |effect| match effect {
        Effect::Command(command) if command.wish.ability().controls() => Some(command.clone()),
        _ => None,
    })
}

/// Whether something is to be changed.
fn changes(hands: &Hands) -> bool {
    hands.asks(
        |effect| matches!(effect, Effect::Command(command) if command.wish.ability().controls()),
    )
}

fn reply(command: &Command, taken: Result<(), &str>) -> Msg {
    Msg::Replied(Reply { id: command.id, taken: taken.map_err(CleanText::line) })
}

#[test]
fn each_wish_has_its_keys_in_each_keymap() {
    let keymaps = [
        ("default", ["e a", "e h", "e x", "e r", "e t 2 enter", "e c 2 enter"]),
        ("vim", ["e a", "e h", "e x", "e r", "e t 2 enter", "e c 2 enter"]),
        (
            "arrows",
            [
                "f11 up",
                "f11 down",
                "f11 delete",
                "f11 end",
                "f11 right 2 enter",
                "f11 left 2 enter",
            ],
        ),
    ];
    let to = CleanText::line("2");
    for (name, [answer, hold, end, record, transfer, consult]) in keymaps {
        let wanted = [
            (answer, CallState::Offered, Wish::Answer),
            (hold, CallState::Talking, Wish::Hold),
            (hold, CallState::OnHold, Wish::Retrieve),
            (end, CallState::Talking, Wish::HangUp),
            (end, CallState::Offered, Wish::HangUp),
            (record, CallState::Talking, Wish::PauseRecording),
            (transfer, CallState::Talking, Wish::Transfer { to: to.clone() }),
            (consult, CallState::OnHold, Wish::Consult { to: to.clone() }),
        ];
        for (keys, state, wish) in wanted {
            let mut hands = Hands::with_keymap(name);
            hands.happen(link(&all(), false, &hands));
            let call = hands.ring("4165550142");
            hands.call_is(&call, state);
            hands.press(keys);
            // What is known goes ahead of a call that goes on; nobody answers that here.
            hands.pass(2_000);
            let command = asked(&mut hands);
            assert_eq!((command.wish, command.call), (wish, Some(call.key.call)), "{name}: {keys}");
        }
    }
}

#[test]
fn a_wish_is_pending_until_the_call_is_so_and_a_refusal_is_a_sentence() {
    let (mut hands, call) = talking("default");
    hands.press("e h");
    hands.shows("hold: asked, not answered yet");
    let command = asked(&mut hands);
    hands.happen(reply(&command, Ok(())));
    hands.shows("hold: taken, not done yet");
    hands.shows("Talking");
    hands.call_is(&call, CallState::OnHold);
    hands.hides("not done yet");
    hands.press("e x");
    let command = asked(&mut hands);
    hands.happen(reply(&command, Err("No such channel")));
    hands.shows("not done, end of call: No such channel");
    hands.hides("not answered yet");
    hands.shows("On hold");
}

#[test]
fn what_nobody_answers_is_given_up_with_a_word_and_what_comes_later_is_not_taken_for_another() {
    let (mut hands, _) = talking("default");
    hands.press("e x");
    let first = asked(&mut hands);
    hands.press("e h");
    hands.shows("end of call is asked for already");
    assert!(!changes(&hands));
    hands.pass(10_000);
    hands.shows("end of call is not answered; look at the phone before you try again");
    hands.press("e h");
    hands.happen(reply(&first, Err("late")));
    hands.shows("hold: asked, not answered yet");
    hands.happen(link(&all(), true, &hands));
    hands.shows("hold is not answered; look at the phone");
}

#[test]
fn what_cannot_be_asked_for_says_why() {
    let mut hands = Hands::open();
    hands.press("e x");
    hands.shows("not possible: no call is on the screen");
    let call = hands.ring("4165550142");
    hands.call_is(&call, CallState::Talking);
    hands.press("e x");
    hands.shows("no bridge to the telephone of this call");
    hands.happen(link(&[], false, &hands));
    hands.press("e x");
    hands.shows("the bridge only listens (control in bridge.toml); use the phone");
    hands.happen(link(&[Ability::HangUp], false, &hands));
    hands.press("e h");
    hands.shows("this telephone system does not offer it; use the phone");
    hands.press("e x");
    assert_eq!(asked(&mut hands).wish, Wish::HangUp);
    hands.happen(link(&[Ability::HangUp], true, &hands));
    hands.press("e x");
    hands.shows("the phone link is lost; use the phone");
    hands.press(":");
    hands.type_text("call.hold");
    hands.shows("phone link lost");
}

#[test]
fn a_paused_recording_is_marked_at_every_size_and_wherever_the_agent_looks() {
    let (mut hands, call) = talking("default");
    let paused = Call {
        state: CallState::Talking,
        answered_at: Some(hands.model.now),
        unrecorded: Some(hands.model.now),
        ..call
    };
    hands.happen(Msg::CallChanged(Box::new(paused.clone())));
    hands.ring("6045550199");
    hands.press("> A");
    for (width, height) in [(40, 10), (80, 24), (100, 30), (120, 40), (300, 100)] {
        hands.happen(Msg::Resized { width, height });
        hands.shows("RECORDING PAUSED since 10:04");
    }
    hands.pass(1_000);
    hands.happen(link(&all(), true, &hands));
    hands.happen(link(&all(), false, &hands));
    hands.shows("RECORDING PAUSED since 10:04, not sure any more");
    hands.happen(Msg::CallChanged(Box::new(Call { unrecorded: None, ..paused })));
    hands.hides("RECORDING PAUSED");
}

#[derive(Debug, Clone)]
enum Step {
    Keys(&'static str),
    Reply(bool),
    Pass(i64),
    Link(bool),
}

fn steps() -> impl Strategy<Value = Step> {
    let keys = ["e a", "e h", "e x", "e r", "e t 2 enter", "e c 2 enter", "y esc", "> >"];
    prop_oneof![
        4 => prop::sample::select(keys.to_vec()).prop_map(Step::Keys),
        3 => any::<bool>().prop_map(Step::Reply),
        1 => (0..20_000_i64).prop_map(Step::Pass),
        1 => any::<bool>().prop_map(Step::Link),
    ]
}

proptest! {
    #[test]
    fn no_command_and_no_answer_to_one_changes_a_call_by_itself(
        steps in prop::collection::vec(steps(), 1..40),
        state in prop::sample::select(vec![
            CallState::Offered,
            CallState::Talking,
            CallState::OnHold,
            CallState::WrapUp,
        ]),
    ) {
        let mut hands = Hands::open();
        hands.happen(link(&all(), false, &hands));
        let call = hands.ring("4165550142");
        hands.call_is(&call, state);
        let calls = |hands: &Hands| -> Vec<Call> {
            hands.model.sessions.iter().filter_map(|session| session.call.clone()).collect()
        };
        let before = calls(&hands);
        for step in steps {
            match step {
                Step::Keys(keys) => hands.press(keys),
                Step::Pass(ms) => hands.pass(ms),
                Step::Link(lost) => hands.happen(link(&all(), lost, &hands)),
                Step::Reply(taken) => {
                    let newest = hands.effects.iter().rev().find_map(|effect| match effect {
                        Effect::Command(command) => Some(command.clone()),
                        _ => None,
                    });
                    let Some(command) = newest else { continue };
                    let taken = if taken { Ok(()) } else { Err("no") };
                    hands.happen(reply(&command, taken));
                }
            }
            prop_assert_eq!(calls(&hands), before.clone());
        }
    }
}

#[test]
fn the_agent_is_ready_or_not_as_the_telephone_says() {
    use norns::domain::interaction::{AgentState, Told};
    let mut hands = Hands::open();
    hands.happen(link(&[Ability::Agent], false, &hands));
    hands.press("a");
    let command = asked(&mut hands);
    assert_eq!(
        (command.wish.clone(), command.call.clone()),
        (Wish::NotReady { reason: None }, None)
    );
    assert_eq!(hands.model.agent().0, AgentState::Ready, "nobody has said so yet");
    hands.shows("Not Ready: asked, not answered yet");
    hands.happen(reply(&command, Err("Interface not found")));
    hands.shows("not done, Not Ready: Interface not found");
    hands.press("a");
    let command = asked(&mut hands);
    hands.happen(reply(&command, Ok(())));
    hands.shows("Not Ready: taken, not done yet");
    hands.happen(Msg::AgentTold(Told::NotReady(None)));
    assert_eq!(hands.model.agent().0, AgentState::NotReady);
    hands.hides("not done yet");
    // Without a telephone that can be told, the desk decides.
    hands.happen(link(&[Ability::Agent], true, &hands));
    hands.press("a");
    assert_eq!(hands.model.agent().0, AgentState::Ready);
}
