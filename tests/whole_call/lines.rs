//! The same call in linear mode, where what is said is what there is to look at.

use norns::action::Action as A;
use norns::keys::layer::Layer;

use crate::hand::{
    FIRST, FORM, FUTURE, Hand, LINE, NOTE, OVERLAY, PAST, PRESENT, SECOND, does, keys,
};
use crate::terminal::Seated;

const SAID: &str = "two lines since July";

pub fn work_a_call(keymap: &str, columns: u16) {
    let mut seated = Seated::in_lines(keymap, columns);
    let hand = &mut seated;
    hand.rings(&FIRST);
    hears(hand, "RINGING: BILLING, +1 416 555 0142, waited 3:32");
    hears(hand, "CANDIDATES: 2, none chosen; first Eleanor Whitcombe, CRM:C-20417");
    then(hand, PRESENT, A::CursorDown, "2 of 2, E Whitcombe, CRM:C-88120");
    then(hand, PRESENT, A::CursorUp, "1 of 2, Eleanor Whitcombe, CRM:C-20417");
    then(hand, PRESENT, A::Open, "CHOSEN: Eleanor Whitcombe, CRM:C-20417");
    hears(hand, "SOURCES: all 9 answered");
    hears(hand, "LIKELY: duplicate internet charge");
    hand.answered(&FIRST);
    hears(hand, "TALKING: BILLING, +1 416 555 0142");
    then(hand, PRESENT, A::FocusPast, "web, searched \"charged twice internet\", WEB");
    then(hand, PAST, A::FilterChannel, "FILTER: call");
    then(hand, PAST, A::FilterClear, "FILTER: none");
    then(hand, PAST, A::Search, "SEARCH IN WHAT HAPPENED");
    hand.write("charged twice");
    then(hand, LINE, A::Open, "search \"charged twice\"");
    then(hand, PAST, A::Open, "page: /help/search");
    then(hand, OVERLAY, A::Close, "PAST, 1 of ");
    then(hand, PAST, A::FilterClear, "FILTER: none");
    then(hand, PAST, A::Verify, "open: full name and address");
    then(hand, OVERLAY, A::Open, "passed: full name and address");
    then(hand, OVERLAY, A::CursorDown, "open: last invoice amount or date");
    then(hand, OVERLAY, A::Open, "VERIFIED");
    then(hand, OVERLAY, A::Close, "PAST, 86 entries");
    then(hand, PAST, A::WriteNote, "NOTE, CRM:C-20417");
    hand.write(SAID);
    hears(hand, SAID);
    then(hand, NOTE, A::SendNote, "NOTICE: the note is on the customer's record");
    then(hand, PAST, A::WriteFollowUp, "FOLLOW-UP");
    hand.write("tue 14:00");
    then(hand, FORM, A::SaveForm, "NOTICE: kept: task, Tue 3 Nov 2026 14:00, tomorrow");
    then(hand, PAST, A::FocusFuture, "1 Open billing dispute + account hold");
    // What comes by itself is not read out; it is there when the pane is read.
    hand.desk.until("the follow-up at the desk", || {
        let shown = hand.desk.norns(&["show", "--desk"]).stdout;
        String::from_utf8_lossy(&shown).contains("3 Nov task: two lines since July")
    });
    then(hand, FUTURE, A::ReadPane, "3 Nov task: two lines since July");
    hand.rings(&SECOND);
    let take = keys(hand.keymap(), FUTURE, A::TakePop);
    hears(
        hand,
        &format!("RINGING: SALES, +1 604 555 0199, waited 3:32, it waits, {take} takes it"),
    );
    then(
        hand,
        FUTURE,
        A::CloseCall,
        "NOTICE: the call goes on; it can be closed when it has ended",
    );
    hand.ended(&FIRST);
    hears(hand, "WRAP-UP: BILLING, +1 416 555 0142");
    then(hand, FUTURE, A::CloseCall, "SCREEN: SALES, +1 604 555 0199");
    hears(hand, "NOBODY");
    seated.quit();
    let text = String::from_utf8(seated.desk.terminal.bytes()).unwrap();
    let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(longest <= usize::from(columns), "{longest} of {columns}: {text}");
}

#[track_caller]
fn hears(hand: &Seated, text: &str) {
    hand.desk.terminal.until_said(text);
}

/// Does something, and waits for what is said of it.
#[track_caller]
fn then(hand: &mut Seated, place: &[Layer], action: A, said: &str) {
    let before = hand.desk.terminal.bytes().len();
    does(hand, place, action);
    hand.desk.terminal.until_said_behind(before, said);
}
