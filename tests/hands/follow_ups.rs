//! Follow-ups: a form that fills itself, a time in words, and what is due.

use jiff::Timestamp;
use norns::app::effect::Effect;
use norns::app::msg::{Msg, RequestId};
use norns::domain::ask::AskError;
use norns::domain::contact::When;
use norns::domain::interaction::CallFacts;
use norns::domain::promise::{Due, DueKind};
use norns::domain::register::{FollowUp, Myself, NewFollowUp};
use norns::domain::source::{Facts, SourceId};
use norns::domain::text::CleanText;

use crate::desk::{Hands, eleanor};

fn me() -> Msg {
    let myself = Myself { name: CleanText::line("ana"), role: CleanText::line("billing") };
    Msg::Introduced(Ok(myself))
}

fn sent(hands: &mut Hands) -> (RequestId, NewFollowUp) {
    hands.take("a follow-up", |effect| match effect {
        Effect::FollowUp { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn made(new: &NewFollowUp) -> Box<FollowUp> {
    Box::new(FollowUp {
        id: 12,
        customer: new.customer.clone(),
        call: new.call.clone(),
        kind: new.kind,
        what: new.what.clone(),
        owner: new.owner.clone().unwrap_or_default(),
        due: new.due,
        agent: CleanText::line("ana"),
        at: new.due,
        done_by: None,
        done_at: None,
    })
}

fn due(id: &str, source: &str, at: &str, state: Option<&str>) -> Due {
    Due {
        id: CleanText::line(id),
        source: SourceId::new(source).unwrap(),
        when: When::at(at.parse().unwrap()),
        kind: DueKind::Callback,
        what: CleanText::line(&format!("what of {id}")),
        owner: Some(CleanText::line("ana")),
        state: state.map(CleanText::line),
        amount: None,
    }
}

#[test]
fn the_form_is_filled_in_from_the_note_the_call_and_the_gateway() {
    let mut hands = Hands::with_eleanor();
    hands.press("n");
    hands.type_text("call her about the twin lines");
    hands.press("enter");
    hands.type_text("more");
    hands.press("esc t");
    assert!(hands.asks(|effect| *effect == Effect::WhoAmI));
    hands.happen(me());
    hands.shows("FOLLOW-UP");
    hands.shows("call her about the twin lines");
    hands.shows("owner     ana");
    hands.type_text("16 nov 14:30");
    hands.shows("Mon 16 Nov 2026 14:30, in 14 days");
    hands.press("f10");
    let (_, new) = sent(&mut hands);
    assert_eq!((new.kind, new.what.as_str()), (DueKind::Task, "call her about the twin lines"));
    assert_eq!(new.due, "2026-11-16T14:30:00-05:00".parse::<Timestamp>().unwrap());
    assert_eq!(new.owner.unwrap().as_str(), "ana");
    assert_eq!(
        (new.customer.to_string(), new.call.unwrap().call.to_string()),
        ("CRM:C-20417".into(), "c-1".into())
    );
}

#[test]
fn a_callback_s_call_makes_a_callback_of_it() {
    let mut hands = Hands::open();
    let facts = CallFacts {
        ani: Some(CleanText::line("4165550142")),
        queue: Some(CleanText::line("CALLBACK-1")),
        ..CallFacts::default()
    };
    hands.ring_with(facts);
    hands.answer_look_up(&[eleanor()]);
    hands.press("enter t");
    hands.shows("[callback]");
}

#[test]
fn what_is_missing_is_said_and_nothing_is_sent() {
    let mut hands = Hands::with_eleanor();
    hands.press("t f10");
    hands.shows("say what is to be done");
    hands.type_text("look");
    hands.press("f10");
    hands.shows("a time such as tue 14:00");
    hands.type_text("yesterday");
    hands.press("f10");
    assert!(!hands.asks(|effect| matches!(effect, Effect::FollowUp { .. })));
    let form = hands.model.session().follow_up.as_ref().unwrap();
    assert_eq!(form.fields[form.at].name, "when");
}

#[test]
fn enter_goes_through_the_fields_and_saves_behind_the_last() {
    let mut hands = Hands::with_eleanor();
    hands.press("t");
    hands.type_text("look");
    hands.press("enter");
    hands.type_text("tomorrow 9");
    hands.press("enter");
    assert!(!hands.asks(|effect| matches!(effect, Effect::FollowUp { .. })));
    hands.press("enter");
    sent(&mut hands);
}

#[test]
fn a_refusal_keeps_the_form_and_says_so_and_success_asks_for_the_own_records_again() {
    let mut hands = Hands::with_eleanor();
    hands.press("t");
    hands.type_text("look");
    hands.press("tab");
    hands.type_text("in 2 weeks");
    hands.press("f10");
    let (request, new) = sent(&mut hands);
    hands.press("f10");
    assert!(!hands.asks(|effect| matches!(effect, Effect::FollowUp { .. })), "sent once");
    hands.happen(Msg::FollowUpSaved { request, result: Err(AskError::Unreachable) });
    hands.shows("not kept, nothing is lost: the gateway cannot be reached");
    hands.shows("in 2 weeks");
    hands.press("f10");
    let (request, _) = sent(&mut hands);
    hands.effects.clear();
    hands.happen(Msg::FollowUpSaved { request, result: Ok(made(&new)) });
    hands.hides("FOLLOW-UP");
    hands.shows("kept: task, Mon 16 Nov 2026 17:00, in 14 days");
    let wanted = hands.take("the own records", |effect| match effect {
        Effect::View(wanted) => Some(wanted.sources.clone()),
        _ => None,
    });
    assert_eq!(wanted, [SourceId::new("HOLD").unwrap()]);
    let gone =
        |effect: &Effect| matches!(effect, Effect::KeepDraft(draft) if draft.text.is_empty());
    assert!(hands.asks(gone), "the draft is forgotten");
}

#[test]
fn an_answer_for_a_form_in_the_background_closes_that_form_and_no_other() {
    let mut hands = Hands::with_eleanor();
    hands.press("t");
    hands.type_text("look");
    hands.press("tab");
    hands.type_text("fri");
    hands.press("f10");
    let (request, new) = sent(&mut hands);
    hands.ring("6045550199");
    hands.press("f2");
    hands.effects.clear();
    hands.happen(Msg::FollowUpSaved { request, result: Ok(made(&new)) });
    assert!(
        hands.asks(
            |effect| matches!(effect, Effect::View(wanted) if wanted.customer == new.customer)
        )
    );
    hands.shows("1: follow-up kept");
    hands.press("<");
    assert_eq!(
        (hands.model.overlay.clone(), hands.customer().as_deref()),
        (None, Some("CRM:C-20417"))
    );
}

#[test]
fn what_is_due_has_a_cursor_and_a_key_settles_what_is_ours() {
    let mut hands = Hands::with_eleanor();
    let request = hands.asked_view();
    let own = vec![
        due("follow-up 7", "HOLD", "2026-11-20T10:00:00-05:00", None),
        due("follow-up 8", "HOLD", "2026-11-04T10:00:00-05:00", None),
    ];
    let theirs = vec![due("W-1", "WO", "2026-11-10T10:00:00-05:00", None)];
    hands.view_part(request, "WO", Facts { dues: theirs, ..Facts::default() });
    hands.view_part(request, "HOLD", Facts { dues: own.clone(), ..Facts::default() });
    hands.press("g f");
    hands.shows("┃▌ 4 Nov");
    hands.press("d");
    let settled = |hands: &mut Hands| {
        hands.take("settling", |effect| match effect {
            Effect::SettleFollowUp { request, id, done } => Some((*request, *id, *done)),
            _ => None,
        })
    };
    let (first, id, done) = settled(&mut hands);
    assert_eq!((id, done), (8, true), "the earliest stands first");
    hands.press("j d");
    hands.shows("WO keeps this and settles it");
    hands.press("j d");
    let (second, id, _) = settled(&mut hands);
    assert_eq!(id, 7);
    hands.happen(Msg::FollowUpSettled { request: second, result: Err(AskError::NotPermitted) });
    hands.shows("left open: its owner, who undertook it or a supervisor settles it");
    let done_at = Some("2026-11-02T15:04:00Z".parse().unwrap());
    let new = NewFollowUp {
        customer: eleanor().id,
        call: None,
        kind: DueKind::Callback,
        what: CleanText::default(),
        owner: None,
        due: "2026-11-04T15:00:00Z".parse().unwrap(),
    };
    let result = Ok(Box::new(FollowUp { id: 8, done_at, ..*made(&new) }));
    hands.happen(Msg::FollowUpSettled { request: first, result });
    let request = hands.asked_view();
    let after =
        vec![own[0].clone(), due("follow-up 8", "HOLD", "2026-11-04T10:00:00-05:00", Some("done"))];
    hands.view_part(request, "HOLD", Facts { dues: after, ..Facts::default() });
    hands.press("G d");
    let (_, id, done) = settled(&mut hands);
    assert_eq!((id, done), (8, false), "the same key opens it again");
}

#[test]
fn a_follow_up_is_about_somebody() {
    let mut hands = Hands::open();
    hands.press("t");
    hands.shows("choose a customer first");
    assert_eq!(hands.model.overlay, None);
}
