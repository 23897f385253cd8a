//! Calls that go from one agent to another, with what the next one should know.

use norns::app::effect::Effect;
use norns::app::msg::{Msg, RequestId};
use norns::domain::ask::AskError;
use norns::domain::interaction::{Call, CallKey, CallState, Direction, Transfer};
use norns::domain::register::{Handover, NewHandover};
use norns::domain::text::CleanText;

use crate::desk::{Hands, amir, eleanor};

fn handed(hands: &mut Hands) -> (RequestId, NewHandover) {
    hands.take("a handover", |effect| match effect {
        Effect::HandOver { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn asked(hands: &mut Hands) -> (RequestId, Vec<CallKey>) {
    hands.take("what came with the call", |effect| match effect {
        Effect::AskHandover { request, calls } => Some((*request, calls.clone())),
        _ => None,
    })
}

fn made(of: NewHandover) -> Box<Handover> {
    Box::new(Handover {
        id: 5,
        of,
        agent: CleanText::line("cleo"),
        role: CleanText::line("care"),
        at: "2026-11-02T10:02:00-05:00".parse().unwrap(),
    })
}

fn key(call: &str) -> CallKey {
    CallKey { source: CleanText::line("local"), call: CleanText::line(call) }
}

fn by_care() -> NewHandover {
    NewHandover {
        calls: vec![key("c-1")],
        customer: Some(eleanor().id),
        to: CleanText::line("BILLING"),
        reason: CleanText::line("chasing the dispute"),
        tell: CleanText::line("promised for 16 Nov, missed"),
        verified: ["security word", "last invoice"].map(CleanText::line).to_vec(),
        enough: true,
    }
}

fn changed(hands: &mut Hands, call: &Call, transfer: Transfer) {
    let call = Call { state: CallState::Talking, transfer, ..call.clone() };
    hands.happen(Msg::CallChanged(Box::new(call)));
}

#[test]
fn what_was_learnt_goes_with_the_call_and_the_note_goes_on_record() {
    let mut hands = Hands::with_eleanor();
    let call = hands.model.session().call.clone().unwrap();
    hands.call_is(&call, CallState::Talking);
    hands.press("v enter j enter esc n");
    hands.type_text("promised for 16 Nov, missed");
    hands.press("esc y");
    hands.shows("HAND THE CALL OVER");
    hands.shows("promised for 16 Nov, missed");
    hands.press("f10");
    hands.shows("say to whom");
    hands.type_text("BILLING");
    hands.press("tab");
    hands.type_text("chasing the dispute");
    hands.press("f10");
    let (request, new) = handed(&mut hands);
    assert_eq!(
        (new.calls.as_slice(), new.customer.clone()),
        ([key("c-1")].as_slice(), Some(eleanor().id))
    );
    let words = [&new.to, &new.reason, &new.tell].map(CleanText::as_str);
    assert_eq!(words, ["BILLING", "chasing the dispute", "promised for 16 Nov, missed"]);
    assert_eq!((new.verified.len(), new.enough), (2, true));
    assert!(
        hands.asks(|effect| matches!(effect, Effect::SaveNote { .. })),
        "it is not left behind"
    );
    hands.happen(Msg::HandedOver { request, result: Ok(made(new)) });
    hands.shows("it goes with the call; transfer the call to BILLING now");
    // The agent asks a colleague first: the consultation is the same call to that one.
    let consult = Transfer { consult: Some(key("c-2")), ..Transfer::default() };
    changed(&mut hands, &call, consult);
    assert!(hands.asks(|effect| *effect == Effect::HandOverAs { id: 5, call: key("c-2") }));
    hands.effects.clear();
    let left = Transfer { left: true, consult: Some(key("c-2")), ..Transfer::default() };
    changed(&mut hands, &call, left);
    assert!(!hands.asks(|effect| matches!(effect, Effect::HandOver { .. })), "it has gone already");
}

#[test]
fn a_handover_that_the_gateway_refuses_is_there_as_it_was() {
    let mut hands = Hands::with_eleanor();
    hands.press("y");
    hands.type_text("BILLING");
    hands.press("f10");
    let (request, _) = handed(&mut hands);
    hands.happen(Msg::HandedOver { request, result: Err(AskError::Unreachable) });
    hands.shows("not handed over, nothing is lost");
    hands.shows("BILLING");
    hands.press("f10");
    handed(&mut hands);
}

#[test]
fn a_call_that_is_transferred_without_a_word_takes_along_what_is_known() {
    let mut hands = Hands::with_eleanor();
    let call = hands.model.session().call.clone().unwrap();
    hands.press("v enter esc");
    changed(&mut hands, &call, Transfer { left: true, ..Transfer::default() });
    let (request, new) = handed(&mut hands);
    assert_eq!(
        (new.customer.clone(), new.verified.len(), new.enough),
        (Some(eleanor().id), 1, false)
    );
    hands.happen(Msg::HandedOver { request, result: Ok(made(new)) });
    hands.hides("transfer the call to");
}

#[test]
fn the_next_agent_has_the_customer_and_everything_that_was_said() {
    let mut hands = Hands::open();
    hands.ring("4165550142");
    let (request, calls) = asked(&mut hands);
    assert_eq!(calls, [key("c-1")]);
    hands.happen(Msg::HandoverTold { request, result: Ok(Some(made(by_care()))) });
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"), "before any source has answered");
    hands.shows("Handed over by cleo (care) 10:02");
    hands.shows("chasing the dispute");
    hands.shows("promised for 16 Nov, missed");
    hands.shows("verified by cleo (care) 10:02");
    // What was proved before is handed on.
    hands.press("y");
    hands.type_text("LEGAL");
    hands.press("f10");
    let (_, new) = handed(&mut hands);
    assert_eq!((new.verified, new.enough), (by_care().verified, true));
}

#[test]
fn what_came_with_a_call_never_replaces_the_agents_own_choice() {
    let mut hands = Hands::open();
    hands.ring("6045550199");
    let (request, _) = asked(&mut hands);
    hands.answer_look_up(&[amir()]);
    hands.press("enter");
    hands.happen(Msg::HandoverTold { request, result: Ok(Some(made(by_care()))) });
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-30001"));
    hands.shows("Handed over by cleo");
}

#[test]
fn a_call_that_goes_on_under_another_key_is_asked_about_again() {
    let mut hands = Hands::open();
    let consultation = hands.ring("205");
    let (request, _) = asked(&mut hands);
    hands.happen(Msg::HandoverTold { request, result: Ok(None) });
    let transfer = Transfer { before: vec![consultation.key.clone()], ..Transfer::default() };
    let call = Call { key: key("c-77"), ..consultation };
    changed(&mut hands, &call, transfer);
    let (request, calls) = asked(&mut hands);
    assert_eq!(calls, [key("c-77"), key("c-1")]);
    hands.happen(Msg::HandoverTold { request, result: Ok(Some(made(by_care()))) });
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"));
}

#[test]
fn whoever_is_consulted_while_the_handover_is_on_its_way_is_told_a_second_later() {
    let mut hands = Hands::open();
    let call = hands.ring("205");
    hands.call_is(&Call { direction: Direction::Internal, ..call }, CallState::Offered);
    let (request, _) = asked(&mut hands);
    hands.happen(Msg::HandoverTold { request, result: Ok(None) });
    hands.pass(999);
    assert!(!hands.asks(|effect| matches!(effect, Effect::AskHandover { .. })));
    hands.pass(1);
    let (request, _) = asked(&mut hands);
    hands.happen(Msg::HandoverTold { request, result: Ok(None) });
    hands.pass(10_000);
    assert!(!hands.asks(|effect| matches!(effect, Effect::AskHandover { .. })), "once more only");
    let customer = hands.ring("4165550142");
    hands.press("esc");
    assert!(!hands.asks(|effect| matches!(effect, Effect::AskHandover { .. })), "it waits");
    hands.press("f2");
    let (request, _) = asked(&mut hands);
    hands.happen(Msg::HandoverTold { request, result: Ok(None) });
    hands.pass(10_000);
    assert!(!hands.asks(|effect| matches!(effect, Effect::AskHandover { .. })), "{customer:?}");
}
