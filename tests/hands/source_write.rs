//! Writing into a source: what may be written, a form of its own, one key for each intent, and what
//! became of it.

use jiff::SignedDuration;
use norns::app::effect::Effect;
use norns::app::msg::{Kept, Msg, RequestId};
use norns::domain::ask::AskError;
use norns::domain::source::{Facts, SourceId};
use norns::domain::text::CleanText;
use norns::domain::write::{Input, InputKind, NewWrite, Prefill, Receipt, Settled, SourceAction};

use crate::desk::{Hands, eleanor, entry};

/// What the gateway tells of a write.
type Told = Result<Box<Receipt>, AskError>;

fn text(text: &str) -> CleanText {
    CleanText::line(text)
}

pub fn input(name: &str, kind: InputKind, required: bool, prefill: Option<Prefill>) -> Input {
    Input {
        name: text(name),
        title: text(&format!("The {name}")),
        kind,
        required,
        most: 200,
        choices: Vec::new(),
        usual: None,
        prefill,
    }
}

pub fn action(source: &str, name: &str, again: bool, inputs: Vec<Input>) -> SourceAction {
    SourceAction {
        source: SourceId::new(source).unwrap(),
        name: text(name),
        title: text(&format!("Write a {name}")),
        inputs,
        again,
    }
}

fn note(again: bool) -> SourceAction {
    let person = input("person", InputKind::Id, true, Some(Prefill::Customer));
    action("CRM", "note", again, vec![person, input("text", InputKind::Lines, true, None)])
}

fn refund() -> SourceAction {
    let reason = Input {
        choices: vec![(text("dup"), text("duplicate")), (text("other"), text("another"))],
        ..input("reason", InputKind::Choice, true, None)
    };
    let inputs = vec![
        input("bill", InputKind::Id, true, Some(Prefill::Entry)),
        input("amount", InputKind::Amount, true, None),
        input("day", InputKind::Date, false, Some(Prefill::Today)),
        reason,
    ];
    action("BILL", "refund", false, inputs)
}

/// Opens the list, and lets the gateway answer.
fn open(hands: &mut Hands, actions: Vec<SourceAction>) {
    hands.press("S");
    let request = asked(hands);
    hands.happen(Msg::ActionsTold { request, result: Ok(actions) });
}

#[track_caller]
fn asked(hands: &mut Hands) -> RequestId {
    hands.take("what may be written", |effect| match effect {
        Effect::AskActions { request } => Some(*request),
        _ => None,
    })
}

#[track_caller]
fn sent(hands: &mut Hands) -> (RequestId, NewWrite) {
    hands.take("a write", |effect| match effect {
        Effect::Write { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn writes(hands: &Hands) -> bool {
    hands.asks(|effect| matches!(effect, Effect::Write { .. }))
}

fn receipt(hands: &Hands, new: &NewWrite, settled: Settled) -> Told {
    let at = hands.model.now;
    let (customer, source, name) = (new.customer.clone(), new.source.clone(), new.name.clone());
    Ok(Box::new(Receipt { id: 12, customer, source, name, settled, agent: text("ana"), at }))
}

fn settle(hands: &mut Hands, request: RequestId, result: Told) {
    hands.effects.clear();
    hands.happen(Msg::Written { request, result });
}

/// What lies on top says this, on however many rows.
#[track_caller]
fn says(hands: &Hands, said: &str) {
    let screen = hands.screen();
    let inside = screen.lines().filter_map(|row| Some(row.split_once('┃')?.1.rsplit_once('┃')?.0));
    let words: Vec<&str> = inside.flat_map(str::split_whitespace).collect();
    assert!(words.join(" ").contains(said), "no `{said}` in\n{screen}");
}

/// A note for Eleanor's CRM record, sent.
fn with_note_sent(again: bool) -> (Hands, RequestId, NewWrite) {
    let mut hands = Hands::with_eleanor();
    open(&mut hands, vec![note(again)]);
    hands.press("enter");
    hands.type_text("charged twice");
    hands.press("alt-enter");
    hands.type_text("since May");
    hands.press("f10");
    let (request, new) = sent(&mut hands);
    (hands, request, new)
}

#[test]
fn the_hand_is_in_the_first_field_that_nothing_is_known_of() {
    let mut hands = Hands::with_eleanor();
    open(&mut hands, vec![note(true)]);
    hands.press("enter");
    hands.type_text("charged twice");
    hands.shows("The person  C-20417 ");
    hands.press("esc S enter");
    hands.shows("charged twice");
    hands.press("shift-tab");
    hands.type_text("x");
    hands.press("esc S enter");
    hands.type_text("y");
    hands.shows("C-20417xy");
}

#[test]
fn what_may_be_written_is_told_apart_from_late_refused_away_and_nothing() {
    let mut hands = Hands::open();
    hands.press("S");
    hands.shows("choose a customer first");
    let mut hands = Hands::with_eleanor();
    hands.press("S");
    hands.shows("WRITE INTO A SOURCE");
    hands.shows("asking the gateway what you may write");
    let request = asked(&mut hands);
    hands.happen(Msg::ActionsTold { request, result: Ok(Vec::new()) });
    hands.shows("your role may write into no source");
    for (error, said) in [
        (AskError::Slow, "did not answer in time"),
        (AskError::NotPermitted, "does not permit this for your role"),
        (AskError::Unreachable, "cannot be reached"),
    ] {
        hands.press("esc S");
        let request = asked(&mut hands);
        hands.happen(Msg::ActionsTold { request, result: Err(error) });
        hands.shows(said);
        hands.hides("no source");
    }
    hands.press("esc");
    open(&mut hands, vec![action("SHOP", "order", true, note(true).inputs), note(true)]);
    hands.shows("▌CRM     Write a note");
    hands.shows("no record known there");
    hands.press("j");
    hands.shows("▌SHOP    Write a order");
    hands.press("esc S");
    let request = asked(&mut hands);
    hands.happen(Msg::ActionsTold { request, result: Err(AskError::Unreachable) });
    hands.shows("CRM     Write a note");
    hands.shows("as it was before: the gateway cannot be reached");
}

#[test]
fn an_answer_to_an_older_question_is_passed_over() {
    let mut hands = Hands::with_eleanor();
    hands.press("S");
    let old = asked(&mut hands);
    hands.press("esc S");
    let forgotten =
        |effect: &Effect| matches!(effect, Effect::Forget { request } if *request == old);
    assert!(hands.asks(forgotten));
    hands.happen(Msg::ActionsTold { request: old, result: Ok(vec![note(true)]) });
    hands.shows("asking the gateway what you may write");
}

#[test]
fn a_form_is_filled_in_typed_by_its_kinds_and_sent_by_enter_behind_the_last() {
    let mut hands = Hands::with_eleanor();
    let view = hands.asked_view();
    let entries = vec![entry("BILL", "B-77", hands.model.now, "a bill")];
    hands.view_part(view, "BILL", Facts { entries, ..Facts::default() });
    hands.press("g p");
    open(&mut hands, vec![refund()]);
    hands.press("enter");
    hands.shows("BILL: Write a refund");
    hands.shows("The bill    B-77");
    hands.shows("2026-11-02");
    hands.shows("[choose]  duplicate   another");
    hands.shows("an amount such as 39.99");
    hands.type_text("forty");
    hands.press("f10");
    hands.shows("The amount: expected an amount such as 39.99");
    hands.press("ctrl-u");
    hands.type_text("39.99");
    hands.press("enter ctrl-u");
    says(&hands, "a day such as fri, 16 nov or 2026-12-24; may be left out");
    hands.type_text("fri");
    hands.shows("Fri 6 Nov 2026");
    hands.press("enter enter");
    hands.shows("The reason: it is needed");
    assert!(!writes(&hands));
    hands.press("d enter");
    let (_, new) = sent(&mut hands);
    let inputs: Vec<(&str, &str)> =
        new.inputs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        inputs,
        [("bill", "B-77"), ("amount", "39.99"), ("day", "2026-11-06"), ("reason", "dup")]
    );
    assert_eq!((new.source.as_str(), new.name.as_str()), ("BILL", "refund"));
    assert_eq!(new.customer, eleanor().id);
    assert_eq!(new.call.unwrap().call.as_str(), "c-1");
}

#[test]
fn a_receipt_is_told_closes_the_form_and_asks_the_source_and_the_own_records_again() {
    let (mut hands, request, new) = with_note_sent(true);
    assert_eq!(new.inputs[1].1.as_str(), "charged twice\nsince May");
    assert!(new.key.len() >= 16, "{}", new.key);
    hands.shows("on its way to the source; what becomes of it is awaited");
    hands.press("f10");
    assert!(!writes(&hands), "sent once");
    let done = Settled::Done { record: Some(text("N-9")), before: false };
    let result = receipt(&hands, &new, done);
    settle(&mut hands, request, result);
    hands.shows("CRM, note: done, as N-9");
    hands.hides("on its way");
    assert_eq!(hands.model.overlay, None);
    let gone =
        |effect: &Effect| matches!(effect, Effect::KeepDraft(draft) if draft.text.is_empty());
    assert!(hands.asks(gone), "the draft is forgotten");
    let mut asked: Vec<String> = Vec::new();
    for effect in &hands.effects {
        if let Effect::View(wanted) = effect {
            asked.extend(wanted.sources.iter().map(ToString::to_string));
        }
    }
    assert_eq!(asked, ["CRM", "HOLD"]);
    open(&mut hands, vec![note(true)]);
    hands.press("enter");
    hands.type_text("another");
    hands.press("f10");
    assert_ne!(sent(&mut hands).1.key, new.key, "another intent has another key");
}

#[test]
fn a_refusal_says_why_and_what_is_sent_then_is_a_new_intent() {
    let (mut hands, request, new) = with_note_sent(true);
    let result = receipt(&hands, &new, Settled::Refused(text("HTTP 422")));
    settle(&mut hands, request, result);
    hands.shows("refused: HTTP 422; nothing was written; f10 sends it again");
    hands.shows("charged twice");
    hands.press("f10");
    let (_, again) = sent(&mut hands);
    assert_ne!(again.key, new.key);
    assert_eq!(again.inputs, new.inputs);
}

#[test]
fn after_an_unknown_outcome_the_same_goes_with_the_same_key() {
    let (mut hands, request, new) = with_note_sent(true);
    let result = receipt(&hands, &new, Settled::Unknown(text("no answer in time")));
    settle(&mut hands, request, result);
    says(
        &hands,
        "unknown, check there: no answer in time; it may be written or not; f10 asks again",
    );
    hands.press("esc S");
    let request = asked(&mut hands);
    hands.happen(Msg::ActionsTold { request, result: Ok(vec![note(true)]) });
    hands.shows("unknown whether written");
    hands.press("enter f10");
    let (request, again) = sent(&mut hands);
    assert_eq!((&again.key, &again.inputs), (&new.key, &new.inputs));
    for error in [AskError::Slow, AskError::Cut, AskError::Nonsense] {
        settle(&mut hands, request, Err(error));
    }
    hands.shows("unknown: ");
    hands.press("f10");
    assert_eq!(sent(&mut hands).1.key, new.key);
}

#[test]
fn what_was_changed_or_cannot_be_asked_again_is_sent_only_on_a_second_word() {
    for (again, change) in [(true, true), (false, false)] {
        let (mut hands, request, new) = with_note_sent(again);
        let result = receipt(&hands, &new, Settled::Unknown(text("no answer in time")));
        settle(&mut hands, request, result);
        if change {
            hands.type_text("!");
        }
        hands.press("f10");
        assert!(!writes(&hands), "nothing is sent without a word");
        says(
            &hands,
            "what was sent before may be written: look in CRM first; f10 once more writes",
        );
        hands.type_text("?");
        hands.press("f10");
        assert!(!writes(&hands), "the word is said anew after a change");
        hands.press("f10");
        assert_ne!(sent(&mut hands).1.key, new.key);
    }
    let (mut hands, request, new) = with_note_sent(true);
    let result = receipt(&hands, &new, Settled::Unknown(text("no answer in time")));
    settle(&mut hands, request, result);
    hands.pass(SignedDuration::from_mins(61).as_millis() as i64);
    hands.press("f10");
    assert!(!writes(&hands), "the source has forgotten the key");
    hands.shows("may be written");
}

#[test]
fn a_gateway_that_was_not_reached_has_sent_nothing_and_one_that_went_away_may_have() {
    for (error, said) in [
        (AskError::Unreachable, "not sent, nothing is lost: the gateway cannot be reached"),
        (AskError::NoRecords, "not sent, nothing is lost: the gateway cannot use its records"),
        (AskError::NotPermitted, "not sent, nothing is lost: the gateway does not permit"),
        (AskError::Cut, "unknown: the gateway went away before it answered"),
        (AskError::Slow, "unknown: the gateway did not answer in time"),
    ] {
        let (mut hands, request, _) = with_note_sent(true);
        settle(&mut hands, request, Err(error));
        says(&hands, said);
        hands.type_text("!");
        hands.press("f10");
        let unknown = matches!(error, AskError::Cut | AskError::Slow);
        assert_eq!(writes(&hands), !unknown, "{error:?}: what may be written is not sent anew");
    }
    let (mut hands, request, new) = with_note_sent(true);
    settle(&mut hands, request, Err(AskError::Cut));
    hands.press("f10");
    let (request, _) = sent(&mut hands);
    settle(&mut hands, request, Err(AskError::Unreachable));
    says(&hands, "not sent again: the gateway cannot be reached");
    hands.press("f10");
    assert_eq!(sent(&mut hands).1.key, new.key);
}

#[test]
fn the_next_desk_knows_what_was_begun_and_the_key_of_what_was_sent() {
    let (mut hands, _, new) = with_note_sent(true);
    let drafts = hands.kept();
    let last = drafts.last().unwrap().clone();
    assert_eq!(last.what, Kept::Write);
    assert!(!last.text.contains("C-20417"), "what was filled in is not kept: {}", last.text);
    let mut next = Hands::with_eleanor();
    next.happen(Msg::DraftsFound(vec![last]));
    next.shows("begun for this one and not sent: a write into a source (S)");
    open(&mut next, vec![note(true)]);
    next.shows("unknown whether written");
    next.press("enter");
    says(&next, "sent before, and nobody knows what became of it: look in CRM");
    next.shows("since May");
    next.press("f10");
    let (_, again) = sent(&mut next);
    assert_eq!((again.key, again.inputs), (new.key, new.inputs));

    let mut hands = Hands::with_eleanor();
    open(&mut hands, vec![note(true)]);
    hands.press("enter tab");
    hands.kept();
    hands.type_text("half");
    let begun = hands.kept().pop().unwrap();
    let mut next = Hands::with_eleanor();
    next.happen(Msg::DraftsFound(vec![begun]));
    open(&mut next, vec![note(true)]);
    next.shows("begun");
    next.hides("unknown");
    next.press("enter");
    next.shows("half");
}

#[test]
fn a_receipt_for_a_form_in_the_background_closes_that_form_and_no_other() {
    let (mut hands, request, new) = with_note_sent(true);
    hands.press("esc");
    open(&mut hands, vec![note(true), refund()]);
    hands.shows("on its way");
    hands.press("j enter");
    hands.shows("BILL: Write a refund");
    let done = Settled::Done { record: None, before: true };
    let result = receipt(&hands, &new, done);
    settle(&mut hands, request, result);
    hands.shows("CRM, note: done before; nothing was written twice");
    hands.shows("BILL: Write a refund");
    assert_eq!(hands.model.session().writes.len(), 1);
}

#[test]
fn it_is_reached_by_its_keys_by_the_palette_and_by_name_in_every_keymap() {
    use norns::action::Action;
    use norns::app::overlay::Overlay;
    for (keymap, keys) in [("default", "S"), ("vim", "S"), ("arrows", "f8 f12")] {
        let mut hands = Hands::with_keymap(keymap);
        hands.ring("4165550142");
        hands.answer_look_up(&[eleanor()]);
        hands.press("enter");
        hands.press(keys);
        assert_eq!(hands.model.overlay, Some(Overlay::Actions { cursor: 0 }), "{keymap}");
        hands.press("esc");
        hands.happen(Msg::Ordered(Action::Palette));
        hands.type_text("source system");
        hands.press("enter");
        assert_eq!(hands.model.overlay, Some(Overlay::Actions { cursor: 0 }), "{keymap}");
        hands.press("esc");
        hands.happen(Msg::Ordered("source.write".parse().unwrap()));
        assert_eq!(hands.model.overlay, Some(Overlay::Actions { cursor: 0 }), "{keymap}");
    }
}
