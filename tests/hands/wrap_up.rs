//! The work after the talk: codes, time, and what is done when it is over.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use norns::app::effect::Effect;
use norns::app::msg::{Kept, Msg, RequestId, SavedDraft};
use norns::app::overlay::Overlay;
use norns::app::wrap_up::{self, Mode, Rule, Rules};
use norns::domain::ask::AskError;
use norns::domain::interaction::{AgentState, Call, CallFacts, CallKey, CallState, Origin, Told};
use norns::domain::register::{NewOutcome, Outcome};
use norns::domain::text::CleanText;
use proptest::prelude::*;

use crate::desk::{Hands, eleanor};

fn rule(mode: Mode) -> Rule {
    let codes = ["charge explained", "charge disputed", "promise made"];
    Rule {
        queue: Some("billing".to_owned()),
        mode,
        limit: (mode == Mode::TimeBoxed).then(|| SignedDuration::from_secs(90)),
        early_exit: true,
        timeout_code: Some(CleanText::line("no code in time")),
        codes: codes.map(CleanText::line).to_vec(),
    }
}

/// Eleanor on the line, in a queue with this rule.
fn talking(rule: Rule) -> (Hands, Call) {
    let mut hands = Hands::with_eleanor();
    hands.model.wrap_up = Rules::new(vec![rule]);
    let call = hands.model.session().call.clone().unwrap();
    hands.call_is(&call, CallState::Talking);
    (hands, call)
}

fn outcome(hands: &mut Hands) -> (RequestId, NewOutcome) {
    hands.take("an outcome", |effect| match effect {
        Effect::WrapUp { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn none(hands: &Hands) -> bool {
    !hands.asks(|effect| matches!(effect, Effect::WrapUp { .. }))
}

fn codes(new: &NewOutcome) -> Vec<&str> {
    new.codes.iter().map(CleanText::as_str).collect()
}

fn recorded(new: &NewOutcome) -> Box<Outcome> {
    Box::new(Outcome {
        id: 1,
        of: new.clone(),
        agent: CleanText::line("ana"),
        role: CleanText::line("billing"),
        at: new.since,
    })
}

#[test]
fn a_mandatory_wrap_up_is_not_done_without_a_code() {
    let (mut hands, call) = talking(rule(Mode::Mandatory));
    hands.call_is(&call, CallState::WrapUp);
    hands.shows("no wrap-up code yet (w)");
    hands.press("x");
    hands.shows("WRAP-UP CODES");
    hands.shows("choose a wrap-up code first");
    assert!(none(&hands));
    hands.type_text("disp");
    hands.hides("charge explained");
    hands.press("enter");
    hands.type_text("prom");
    hands.press("enter esc");
    hands.shows("charge disputed, promise made");
    hands.press("x");
    let (request, new) = outcome(&mut hands);
    assert_eq!(codes(&new), ["charge disputed", "promise made"]);
    assert_eq!((new.customer.clone(), new.timed_out), (Some(eleanor().id), false));
    assert_eq!(hands.model.agent().0, AgentState::Ready);
    assert!(hands.asks(|effect| matches!(effect, Effect::CloseCall { .. })));
    hands.kept();
    hands.happen(Msg::WrapUpSaved { request, result: Ok(recorded(&new)) });
    assert_eq!(hands.kept()[0].text, "", "nothing of it stays on this machine");
}

#[test]
fn codes_are_chosen_during_the_call_and_taken_back_with_the_same_key() {
    let (mut hands, call) = talking(rule(Mode::Mandatory));
    hands.press("w enter down enter up enter esc");
    assert_eq!(hands.kept().last().unwrap().text, "code: charge disputed");
    hands.call_is(&call, CallState::WrapUp);
    hands.press("x");
    assert_eq!(codes(&outcome(&mut hands).1), ["charge disputed"]);
}

#[test]
fn a_time_boxed_wrap_up_ends_with_the_clock_and_the_customer_stays_on_the_screen() {
    let (mut hands, call) = talking(rule(Mode::TimeBoxed));
    hands.call_is(&call, CallState::WrapUp);
    hands.shows("Wrap-up 0:00 of 1:30");
    hands.pass(89_999);
    assert!(none(&hands));
    assert!(hands.asks(|effect| matches!(effect, Effect::Wake { .. })), "the end wakes the desk");
    hands.pass(1);
    let (_, new) = outcome(&mut hands);
    assert_eq!((codes(&new), new.timed_out), (vec!["no code in time"], true));
    hands.shows("the time for the wrap-up is over");
    hands.shows("Eleanor Whitcombe");
    assert_eq!(hands.model.agent().0, AgentState::Ready);
    hands.press("x");
    assert!(none(&hands), "once is enough");
}

#[test]
fn the_clock_never_takes_a_half_typed_note() {
    let (mut hands, call) = talking(rule(Mode::TimeBoxed));
    hands.press("w enter esc n");
    hands.type_text("charged twi");
    hands.call_is(&call, CallState::WrapUp);
    hands.pass(95_000);
    assert!(none(&hands));
    hands.shows("of 1:30, send or drop what is begun");
    hands.type_text("ce");
    hands.shows("charged twice");
    hands.press("f10");
    let request = hands.take("a note", |effect| match effect {
        Effect::SaveNote { request, .. } => Some(*request),
        _ => None,
    });
    assert!(none(&hands), "not before it is on record");
    hands.happen(Msg::NoteSaved { request, result: Ok(()) });
    assert_eq!(codes(&outcome(&mut hands).1), ["charge explained"]);
}

#[test]
fn a_time_box_without_early_exit_lasts_its_time() {
    let (mut hands, call) = talking(Rule { early_exit: false, ..rule(Mode::TimeBoxed) });
    hands.press("w enter esc");
    hands.call_is(&call, CallState::WrapUp);
    hands.pass(30_000);
    hands.press("x");
    hands.shows("this queue's wrap-up lasts until 10:05:30");
    assert_eq!(hands.model.agent().0, AgentState::WrapUp);
    hands.pass(60_000);
    assert_eq!(hands.model.agent().0, AgentState::Ready);
}

#[test]
fn there_is_no_wrap_up_on_request_unless_it_was_asked_for() {
    let (mut hands, call) = talking(rule(Mode::OnRequest));
    hands.call_is(&call, CallState::WrapUp);
    assert_eq!(hands.model.agent().0, AgentState::Ready);
    assert!(none(&hands), "no code was chosen, and none is recorded");
    let (mut hands, call) = talking(rule(Mode::OnRequest));
    hands.press("W");
    hands.shows("wrap-up after this call");
    hands.call_is(&call, CallState::WrapUp);
    assert_eq!(hands.model.agent().0, AgentState::WrapUp);
    hands.press("x");
    assert_eq!(hands.model.agent().0, AgentState::Ready);
}

#[test]
fn an_optional_wrap_up_is_done_with_a_key_and_recorded_where_a_code_was_chosen() {
    let (mut hands, call) = talking(rule(Mode::Optional));
    hands.call_is(&call, CallState::WrapUp);
    hands.press("x");
    assert!(none(&hands));
    let (mut hands, call) = talking(rule(Mode::Optional));
    hands.press("w enter esc");
    hands.call_is(&call, CallState::WrapUp);
    hands.call_is(&call, CallState::Closed);
    assert_eq!(codes(&outcome(&mut hands).1), ["charge explained"], "the telephone ended it");
}

#[test]
fn a_wrap_up_that_the_telephone_ends_still_owes_its_code() {
    let (mut hands, call) = talking(rule(Mode::Mandatory));
    hands.call_is(&call, CallState::WrapUp);
    hands.call_is(&call, CallState::Closed);
    assert_eq!(hands.model.agent().0, AgentState::WrapUp);
    hands.press("x enter esc x");
    assert_eq!(codes(&outcome(&mut hands).1), ["charge explained"]);
    assert_eq!(hands.model.agent().0, AgentState::Ready);
}

/// A desk that finds in its journal that the call was answered, and closed by the telephone.
fn found(mode: Mode, drafts: Vec<SavedDraft>, drafts_first: bool) -> Hands {
    let mut after = Hands::open();
    after.model.wrap_up = Rules::new(vec![rule(mode)]);
    let key = CallKey { source: CleanText::line("local"), call: CleanText::line("c-1") };
    let queue = Some(CleanText::line("BILLING"));
    let facts = CallFacts { queue, ..CallFacts::default() };
    let now = after.model.now;
    let call = Call::ringing(1, key, facts, now);
    let (state, origin) = (CallState::Closed, Origin::Journal);
    let call =
        Call { state, origin, answered_at: Some(now), ended_at: Some(now), pops: false, ..call };
    let drafts = Msg::DraftsFound(drafts);
    if drafts_first {
        after.happen(drafts.clone());
    }
    after.happen(Msg::CallChanged(Box::new(call)));
    if !drafts_first {
        after.happen(drafts);
    }
    after
}

#[test]
fn a_code_that_was_owed_is_owed_after_a_restart_and_one_that_was_chosen_is_recorded() {
    let mut after = found(Mode::Mandatory, Vec::new(), false);
    assert_eq!(after.model.agent().0, AgentState::WrapUp);
    after.shows("no wrap-up code yet");
    after.press("x enter esc x");
    assert_eq!(codes(&outcome(&mut after).1), ["charge explained"]);
    assert_eq!(after.model.agent().0, AgentState::Ready);
    let (mut hands, _) = talking(rule(Mode::Mandatory));
    hands.press("w enter esc");
    let kept = hands.kept();
    for drafts_first in [true, false] {
        let mut after = found(Mode::Mandatory, kept.clone(), drafts_first);
        assert_eq!(codes(&outcome(&mut after).1), ["charge explained"], "{drafts_first}");
        assert_eq!(after.model.agent().0, AgentState::Ready);
        assert!(after.asks(|effect| matches!(effect, Effect::CloseCall { .. })), "not again");
    }
    let after = found(Mode::Optional, Vec::new(), true);
    assert!(after.model.session().call.is_none(), "where nothing is owed, nothing is shown");
}

#[test]
fn what_was_chosen_where_nothing_was_owed_is_recorded_after_a_restart_with_its_customer() {
    for mode in [Mode::Optional, Mode::OnRequest] {
        let (mut hands, _) = talking(rule(mode));
        hands.press("w enter esc");
        let kept = hands.kept();
        for drafts_first in [true, false] {
            let mut after = found(mode, kept.clone(), drafts_first);
            let (_, new) = outcome(&mut after);
            assert_eq!(codes(&new), ["charge explained"], "{mode:?} {drafts_first}");
            assert_eq!(new.customer, Some(eleanor().id), "{mode:?} {drafts_first}");
            assert!(none(&after), "once is enough");
            assert_eq!(after.model.agent().0, AgentState::Ready);
            assert!(after.asks(|effect| matches!(effect, Effect::CloseCall { .. })), "not again");
        }
    }
}

#[test]
fn what_the_telephone_ended_and_the_desk_recorded_is_not_owed_after_a_restart() {
    let (mut hands, call) = talking(rule(Mode::Mandatory));
    hands.press("w enter esc");
    hands.call_is(&call, CallState::WrapUp);
    hands.call_is(&call, CallState::Closed);
    outcome(&mut hands);
    assert!(hands.asks(|effect| matches!(effect, Effect::CloseCall { .. })));
}

#[test]
fn what_the_gateway_did_not_take_is_kept_and_sent_again_after_a_restart_too() {
    let (mut hands, call) = talking(rule(Mode::Mandatory));
    hands.press("w enter esc");
    hands.call_is(&call, CallState::WrapUp);
    hands.press("x");
    let (request, new) = outcome(&mut hands);
    let kept: Vec<SavedDraft> = hands.kept();
    let saved = kept.iter().rfind(|draft| draft.what == Kept::WrapUp && !draft.text.is_empty());
    let saved = saved.unwrap().clone();
    hands.happen(Msg::WrapUpSaved { request, result: Err(AskError::Unreachable) });
    hands.shows("the wrap-up codes are kept, and sent again later");
    hands.ring("6045550199");
    hands.answer_look_up(&[]);
    assert_eq!(outcome(&mut hands).1, new, "the gateway answers again");
    let mut after = Hands::open();
    after.happen(Msg::DraftsFound(vec![saved]));
    after.hides("not sent; they are there");
    assert_eq!(outcome(&mut after).1, new);
}

#[test]
fn codes_chosen_before_a_crash_are_there_when_the_call_is() {
    let (mut hands, _) = talking(rule(Mode::Mandatory));
    hands.press("w enter esc");
    let kept = hands.kept();
    let mut after = Hands::open();
    after.model.wrap_up = Rules::new(vec![rule(Mode::Mandatory)]);
    after.happen(Msg::DraftsFound(kept));
    let call = after.ring("4165550142");
    after.call_is(&call, CallState::WrapUp);
    after.shows("charge explained");
    after.press("x");
    assert_eq!(codes(&outcome(&mut after).1), ["charge explained"]);
}

#[test]
fn a_call_that_rings_here_again_begins_anew() {
    let (mut hands, call) = talking(rule(Mode::Mandatory));
    hands.press("w enter esc");
    hands.call_is(&call, CallState::WrapUp);
    hands.call_is(&call, CallState::Closed);
    outcome(&mut hands);
    hands.call_is(&call, CallState::Offered);
    hands.call_is(&call, CallState::Talking);
    hands.pass(5_000);
    hands.call_is(&call, CallState::WrapUp);
    hands.shows("no wrap-up code yet");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order: nobody is Ready with an unfinished wrap-up, and none is
    /// finished without what its rule wants.
    #[test]
    fn no_events_and_no_keys_leave_an_agent_ready_with_an_unfinished_wrap_up(
        mode in 0_usize..4,
        steps in prop::collection::vec((0_u8..14, 0_usize..3), 0..60),
    ) {
        const MODES: [Mode; 4] =
            [Mode::Optional, Mode::Mandatory, Mode::TimeBoxed, Mode::OnRequest];
        const STATES: [CallState; 5] = [
            CallState::Offered,
            CallState::Talking,
            CallState::OnHold,
            CallState::WrapUp,
            CallState::Closed,
        ];
        const KEYS: [&str; 5] = ["x", "w enter esc", "a", ">", "W"];
        let mut hands = Hands::open();
        hands.model.wrap_up = Rules::new(vec![rule(MODES[mode])]);
        let mut recorded = BTreeSet::new();
        let calls: Vec<Call> = (0..3).map(|_| hands.ring("4165550142")).collect();
        for (what, which) in steps {
            match usize::from(what) {
                state @ 0..=4 => hands.call_is(&calls[which], STATES[state]),
                key @ 5..=9 => hands.press(KEYS[key - 5]),
                10 => hands.pass(40_000),
                11 => hands.happen(Msg::AgentTold(Told::Ready)),
                12 => hands.happen(Msg::AgentTold(Told::NotReady(None))),
                _ => hands.press("n x y esc"),
            }
            let unfinished = hands.model.sessions.iter().any(wrap_up::under_way);
            let state = hands.model.agent().0;
            let idle = matches!(state, AgentState::Ready | AgentState::NotReady);
            prop_assert!(!(unfinished && idle), "{state:?}");
            let needs = matches!(MODES[mode], Mode::Mandatory | Mode::TimeBoxed);
            for effect in hands.effects.drain(..) {
                if let Effect::WrapUp { new, .. } = effect {
                    prop_assert!(!needs || !new.codes.is_empty());
                    recorded.insert(new.call);
                }
            }
            // Seen from outside: a talk that is over, and no outcome of it on its way.
            for session in hands.model.sessions.iter().filter(|_| needs) {
                let Some(call) = &session.call else { continue };
                if call.state == CallState::Offered {
                    recorded.remove(&call.key);
                }
                let over = matches!(call.state, CallState::WrapUp | CallState::Closed);
                let owes = over && call.answered_at.is_some() && !recorded.contains(&call.key);
                prop_assert!(!(owes && idle), "{state:?} with {call:?}");
            }
        }
        let top = matches!(hands.model.overlay, Some(Overlay::Codes { .. }) | None);
        prop_assert!(top);
    }
}
