//! Ready, or not, and why; after this call; as the telephone says.

use norns::app::effect::Effect;
use norns::app::msg::Msg;
use norns::app::readiness::Readiness;
use norns::domain::interaction::{AgentState, CallFacts, CallState, Told, Withdrawn};
use norns::domain::text::CleanText;

use crate::desk::Hands;

fn kept(hands: &mut Hands) -> Readiness {
    hands.take("keeping it", |effect| match effect {
        Effect::KeepReadiness(readiness) => Some(readiness.clone()),
        _ => None,
    })
}

fn reason(hands: &Hands) -> Option<String> {
    match &hands.model.readiness {
        Readiness::Ready => None,
        Readiness::NotReady { reason, .. } => {
            Some(reason.as_ref().map_or("none", CleanText::as_str).to_owned())
        }
    }
}

#[test]
fn a_reason_is_chosen_shown_with_its_hour_and_kept() {
    let mut hands = Hands::open();
    hands.press("A");
    hands.shows("READY, OR NOT");
    hands.shows("at once");
    hands.press("j j j enter");
    hands.shows("Not Ready: lunch since 10:04");
    assert_eq!(kept(&mut hands), hands.model.readiness);
    hands.pass(600_000);
    hands.press("A enter");
    assert!(!hands.asks(|effect| matches!(effect, Effect::KeepReadiness(_))), "as it was");
    hands.shows("since 10:04");
    hands.press("a");
    assert_eq!((kept(&mut hands), hands.model.agent().0), (Readiness::Ready, AgentState::Ready));
}

#[test]
fn what_is_chosen_in_a_call_comes_to_pass_after_the_work_that_follows_it() {
    let mut hands = Hands::open();
    let call = hands.ring("4165550142");
    hands.answer_look_up(&[]);
    hands.call_is(&call, CallState::Talking);
    hands.press("A j j enter");
    hands.shows("Talking 0:00, then Not Ready: break");
    assert_eq!(reason(&hands), None);
    hands.call_is(&call, CallState::WrapUp);
    hands.shows("Wrap-up 0:00, then Not Ready: break");
    assert_eq!(reason(&hands), None);
    hands.press("x");
    assert_eq!(reason(&hands).as_deref(), Some("break"));
    hands.shows("Not Ready: break since 10:04");
    let call = hands.ring("4165550142");
    hands.call_is(&call, CallState::Talking);
    hands.press("a");
    hands.shows("then Ready");
    hands.press("a");
    hands.shows("then Not Ready");
}

#[test]
fn whoever_lets_a_queues_call_ring_out_is_not_ready_and_knows_it() {
    let mut hands = Hands::open();
    let call = hands.ring("4165550142");
    hands.call_is(&call, CallState::Missed(Withdrawn::NoAnswer));
    hands.shows("a call rang out: you are Not Ready; a makes you Ready");
    hands.shows("Not Ready: missed call since 10:04");
    hands.press("a");
    for why in [Withdrawn::AnsweredElsewhere, Withdrawn::CallerHungUp] {
        let call = hands.ring("4165550142");
        hands.call_is(&call, CallState::Missed(why));
        assert_eq!(reason(&hands), None, "{why:?}");
    }
    let direct = hands.ring_with(CallFacts::default());
    hands.call_is(&direct, CallState::Missed(Withdrawn::NoAnswer));
    assert_eq!(reason(&hands), None, "no queue waits for this agent");
    hands.model.reasons.after_missed = false;
    let call = hands.ring("4165550142");
    hands.call_is(&call, CallState::Missed(Withdrawn::NoAnswer));
    assert_eq!(reason(&hands), None, "the configuration says so");
}

#[test]
fn a_call_missed_during_another_makes_not_ready_after_it() {
    let mut hands = Hands::open();
    let talk = hands.ring("4165550142");
    hands.call_is(&talk, CallState::Talking);
    let missed = hands.ring("6045550199");
    hands.call_is(&missed, CallState::Missed(Withdrawn::NoAnswer));
    assert_eq!(reason(&hands), None);
    hands.shows("then Not Ready: missed call");
}

#[test]
fn what_the_telephone_says_of_the_agent_is_believed() {
    let mut hands = Hands::open();
    let lunch = Some(CleanText::line("lunch"));
    hands.happen(Msg::AgentTold(Told::NotReady(lunch)));
    hands.shows("the telephone says: Not Ready: lunch");
    assert_eq!(reason(&hands).as_deref(), Some("lunch"));
    hands.happen(Msg::AgentTold(Told::LoggedOut));
    assert_eq!(reason(&hands).as_deref(), Some("logged out"));
    hands.happen(Msg::AgentTold(Told::Ready));
    assert_eq!(reason(&hands), None);
}
