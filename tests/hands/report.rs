//! Reporting a value as wrong: the value under the cursor, why, and what became of the report.

use norns::app::effect::Effect;
use norns::app::msg::{Kept, Msg, RequestId};
use norns::app::overlay::Overlay;
use norns::domain::ask::AskError;
use norns::domain::customer::Profile;
use norns::domain::inventory::{NewReport, Report};
use norns::domain::register::OWN;
use norns::domain::source::Facts;
use norns::domain::text::CleanText;

use crate::desk::Hands;

fn profile(name: &str, account: &str) -> Facts {
    let line = |text: &str| Some(CleanText::line(text));
    let profile = Profile { name: line(name), account: line(account), ..Profile::default() };
    Facts { profile: Some(profile), ..Facts::default() }
}

/// Eleanor, of whom two sources and the centre's own records say something.
fn with_values() -> Hands {
    let mut hands = Hands::with_eleanor();
    let view = hands.asked_view();
    hands.view_part(view, "CRM", profile("Eleanor Whitcombe", "A-7731-02"));
    hands.view_part(view, "BILL", profile("HARRIS ELEANOR", "A-7731-02"));
    hands.view_part(view, OWN, profile("E. Whitcombe", "A-1"));
    hands
}

#[track_caller]
fn sent(hands: &mut Hands) -> (RequestId, NewReport) {
    hands.take("a report", |effect| match effect {
        Effect::Report { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn answer(hands: &mut Hands, request: RequestId, result: Result<NewReport, AskError>) {
    let at = hands.model.now;
    let text = CleanText::line;
    let made = |of| Box::new(Report { id: 7, of, agent: text("ana"), role: text("care"), at });
    hands.effects.clear();
    hands.happen(Msg::Reported { request, result: result.map(made) });
}

#[test]
fn the_value_under_the_cursor_is_reported_with_a_reason_and_without_the_value() {
    let mut hands = with_values();
    hands.press("i");
    hands.shows("▌name          Eleanor Whitcombe");
    hands.press("j");
    hands.shows("▌              HARRIS ELEANOR");
    hands.press("w");
    hands.shows("REPORT A WRONG VALUE");
    hands.shows("BILL says a wrong name");
    hands.press("f10");
    hands.shows("say in a few words what is wrong with it");
    hands.type_text("married since May");
    assert_eq!(hands.kept().pop().unwrap().what, Kept::Report);
    hands.press("f10");
    let (request, new) = sent(&mut hands);
    assert_eq!(
        (new.customer.to_string(), new.field.as_str(), new.says.as_str()),
        ("BILL:A-7731-02".to_owned(), "name", "married since May")
    );
    assert!(!format!("{new:?}").contains("HARRIS"), "{new:?}");
    hands.press("f10");
    assert!(!hands.asks(|effect| matches!(effect, Effect::Report { .. })), "sent once");
    answer(&mut hands, request, Ok(new));
    hands.shows("report 7 is on record: BILL, name");
    assert_eq!(hands.model.overlay, None);
    assert!(hands.model.session().report.is_none());
    let gone =
        |effect: &Effect| matches!(effect, Effect::KeepDraft(draft) if draft.text.is_empty());
    assert!(hands.asks(gone), "the draft is forgotten");
}

/// What two records of one system say, of one person by an agent's word.
fn two_records() -> Facts {
    let of = |record: &str, facts: Facts| {
        let record = Some(CleanText::line(record));
        facts.profile.map(|profile| Profile { record, ..profile }).unwrap()
    };
    let first = of("C-20417", profile("Eleanor Whitcombe", "A-7731-02"));
    let second = of("C-88120", profile("E Whitcomb", "A-9"));
    Facts { profile: Some(first), others: vec![second], ..Facts::default() }
}

#[test]
fn two_records_of_one_source_speak_each_under_its_own_name() {
    let mut hands = Hands::with_eleanor();
    let view = hands.asked_view();
    hands.view_part(view, "CRM", two_records());
    hands.view_part(view, "BILL", profile("HARRIS ELEANOR", "A-7731-02"));
    hands.shows("name differs: Eleanor Whitcombe");
    hands.shows("E Whitcomb (CRM:C-88120)");
    hands.press("i");
    let screen = hands.screen();
    let row = |text: &str| screen.lines().find(|row| row.contains(text)).unwrap().to_owned();
    assert!(row("▌name          Eleanor Whitcombe").contains("CRM:C-20417 "), "{screen}");
    assert!(row("E Whitcomb ").contains("CRM:C-88120 "), "{screen}");
    assert!(
        row("HARRIS ELEANOR").contains(" BILL "),
        "a source with one record is named: {screen}"
    );
    assert!(row("A-9 ").contains("CRM:C-88120 "), "{screen}");
    hands.press("j w");
    hands.shows("CRM says a wrong name");
    hands.type_text("it ends in e");
    hands.press("f10");
    assert_eq!(sent(&mut hands).1.customer.to_string(), "CRM:C-88120", "the record that says it");
}

#[test]
fn a_report_that_is_not_taken_is_kept_and_says_whether_it_may_be_on_record() {
    for (error, said) in [
        (AskError::Unreachable, "not reported, nothing is lost: the gateway cannot be reached"),
        (AskError::NotPermitted, "not reported, nothing is lost: the gateway does not permit"),
        (
            AskError::Slow,
            "it may be on record or not; sent again it is there once: the gateway did not",
        ),
        (
            AskError::Cut,
            "it may be on record or not; sent again it is there once: the gateway went",
        ),
    ] {
        let mut hands = with_values();
        hands.press("i w");
        hands.type_text("wrong");
        hands.press("enter");
        let (request, new) = sent(&mut hands);
        assert_eq!(new.customer.to_string(), "CRM:C-20417");
        answer(&mut hands, request, Err(error));
        hands.shows(said);
        assert_eq!(hands.model.overlay, Some(Overlay::Report));
        hands.press("f10");
        assert_eq!(sent(&mut hands).1, new);
    }
}

#[test]
fn what_is_no_source_s_value_is_not_reported() {
    let mut hands = with_values();
    hands.press("i j j w");
    hands.shows("this is of the centre's own records");
    let mut hands = Hands::with_eleanor();
    hands.press("i w");
    hands.shows("there is no value under the cursor");
    assert!(!hands.asks(|effect| matches!(effect, Effect::Report { .. })));
}

#[test]
fn by_name_the_values_are_shown_first() {
    for (keymap, keys) in [("default", "w"), ("vim", "w"), ("arrows", "f8")] {
        let mut hands = Hands::with_keymap(keymap);
        hands.ring("4165550142");
        hands.answer_look_up(&[crate::desk::eleanor()]);
        hands.press("enter");
        let view = hands.asked_view();
        hands.view_part(view, "CRM", profile("Eleanor Whitcombe", "A-7731-02"));
        hands.happen(Msg::Ordered("value.report".parse().unwrap()));
        hands.shows(&format!("go to the value that is wrong; {keys} reports it"));
        hands.shows("WHO SAYS WHAT");
        hands.press(keys);
        hands.shows("CRM says a wrong name");
    }
}
