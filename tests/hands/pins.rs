//! Notes that stay at the top.

use norns::app::effect::Effect;
use norns::app::msg::{Msg, RequestId};
use norns::domain::ask::AskError;
use norns::domain::contact::Entry;
use norns::domain::register::Note;
use norns::domain::source::Facts;
use norns::domain::text::CleanText;

use crate::desk::{Hands, eleanor, entry};

/// Eleanor with two notes written here, of which the older may be pinned, and one of the CRM's.
fn noted(pinned: bool) -> Hands {
    let mut hands = Hands::with_eleanor();
    let view = hands.asked_view();
    let crm = entry("CRM", "note 12", "2026-09-01T12:00:00Z".parse().unwrap(), "theirs");
    hands.view_part(view, "CRM", Facts { entries: vec![crm], ..Facts::default() });
    hands.view_part(view, "HOLD", own(pinned));
    hands.press("g p");
    hands
}

fn own(pinned: bool) -> Facts {
    let old = entry("HOLD", "note 12", "2026-10-01T12:00:00Z".parse().unwrap(), "deaf in one ear");
    let new = entry("HOLD", "note 13", "2026-11-01T12:00:00Z".parse().unwrap(), "called back");
    Facts { entries: vec![new, Entry { pinned, ..old }], ..Facts::default() }
}

fn pinned(hands: &mut Hands) -> (RequestId, i64, bool) {
    hands.take("a pin", |effect| match effect {
        Effect::PinNote { request, id, pinned } => Some((*request, *id, *pinned)),
        _ => None,
    })
}

fn note(pinned: bool) -> Result<Box<Note>, AskError> {
    Ok(Box::new(Note {
        id: 12,
        customer: eleanor().id,
        call: None,
        text: CleanText::line("deaf in one ear"),
        agent: CleanText::line("ana"),
        role: CleanText::line("billing"),
        at: "2026-10-01T12:00:00Z".parse().unwrap(),
        pinned,
    }))
}

#[test]
fn a_key_pins_the_note_under_the_cursor_and_takes_it_down_again() {
    let mut hands = noted(false);
    hands.press("j +");
    let (request, id, up) = pinned(&mut hands);
    assert_eq!((id, up), (12, true));
    hands.happen(Msg::NotePinned { request, result: note(true) });
    hands.shows("pinned to the top");
    let view = hands.asked_view();
    hands.view_part(view, "HOLD", own(true));
    let screen = hands.screen();
    assert!(screen.find("deaf in one ear") < screen.find("called back"), "{screen}");
    hands.press("g g +");
    let (request, id, up) = pinned(&mut hands);
    assert_eq!((id, up), (12, false));
    hands.happen(Msg::NotePinned { request, result: note(false) });
    hands.shows("no longer pinned");
}

#[test]
fn what_another_system_keeps_is_not_pinned_here() {
    let mut hands = noted(false);
    hands.press("G +");
    hands.shows("CRM keeps this; only notes written here can be pinned");
    assert!(!hands.asks(|effect| matches!(effect, Effect::PinNote { .. })));
}

#[test]
fn a_pin_that_the_gateway_refuses_says_so() {
    let mut hands = noted(false);
    hands.press("j +");
    let (request, ..) = pinned(&mut hands);
    hands.happen(Msg::NotePinned { request, result: Err(AskError::NotPermitted) });
    hands.shows("the note stays where it was");
}

#[test]
fn an_answer_that_was_overtaken_by_a_newer_one_changes_nothing() {
    let mut hands = noted(false);
    hands.press("j +");
    let (request, ..) = pinned(&mut hands);
    hands.happen(Msg::NotePinned { request, result: note(true) });
    let older = hands.asked_view();
    hands.press("+");
    let (request, ..) = pinned(&mut hands);
    hands.happen(Msg::NotePinned { request, result: note(true) });
    let newer = hands.asked_view();
    hands.view_part(newer, "HOLD", own(true));
    let screen = hands.screen();
    hands.view_part(older, "HOLD", own(false));
    assert_eq!(hands.screen(), screen, "what was said before is not said again");
}

#[test]
fn what_is_pinned_says_its_day_since_no_heading_does() {
    let hands = noted(true);
    let screen = hands.screen();
    let row = screen.lines().find(|row| row.contains("deaf in one ear")).unwrap();
    assert!(row.contains("1 Oct"), "{row}");
    let mut hands = Hands::with_eleanor();
    let view = hands.asked_view();
    let old = entry("CRM", "1", "2024-09-16T12:00:00Z".parse().unwrap(), "years ago");
    let facts = Facts { entries: vec![Entry { pinned: true, ..old }], ..Facts::default() };
    hands.view_part(view, "CRM", facts);
    hands.shows("16 Sep 2024");
}
