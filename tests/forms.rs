//! Forms, from the keys to the gateway's records and back.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::desk::{Desk, FIRST_CALL};
use rustix::process::Signal;

const SIZE: (u16, u16) = (120, 40);

fn with_customer() -> Desk {
    let mut desk = Desk::open(SIZE);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("Likely: duplicate internet charge");
    desk
}

#[test]
fn a_follow_up_is_undertaken_shown_among_what_is_due_and_settled() {
    let mut desk = with_customer();
    desk.terminal.press("t");
    desk.terminal.until_shown("FOLLOW-UP");
    desk.terminal.until("the likely cause, filled in", |screen| {
        screen.row_with(" what ").is_some_and(|row| row.contains("duplicate internet charge"))
    });
    desk.terminal.type_text("today 10:30");
    desk.terminal.until_shown("Mon 2 Nov 2026 10:30, today");
    desk.terminal.press("f10");
    desk.until_audited("CRM:C-20417", "followed up");
    desk.terminal.until_shown("kept: task, Mon 2 Nov 2026 10:30, today");
    desk.terminal.press("g f");
    desk.terminal.until_shown("task: duplicate");
    // The earliest that is to come, behind what is late.
    for _ in 0..20 {
        desk.terminal.press("k");
    }
    let mut moves = 0;
    desk.terminal.press("d");
    while !desk.audit("CRM:C-20417").iter().any(|act| act.verb.as_str() == "done") {
        moves += 1;
        assert!(moves < 30, "the cursor never came to it");
        desk.terminal.press("j d");
        desk.terminal
            .until("an answer", |screen| screen.has("settles it") || screen.has("opens it again"));
    }
    desk.terminal.until_shown("done ┃");
}

#[test]
fn somebody_whom_nobody_knows_becomes_a_contact_that_the_next_call_finds() {
    let mut desk = Desk::open(SIZE);
    desk.until_sample_runs();
    desk.pop(&["--ani", "6135550177", "--call", "c-9", "--queue", "SALES"]);
    desk.terminal.until_shown("Nobody found");
    desk.terminal.press("N");
    desk.terminal.until_shown("+1 613 555 0177");
    desk.terminal.type_text("Quillon Vantwest");
    desk.terminal.press("f10");
    desk.until_audited("HOLD:N-1", "made");
    desk.until_audited("HOLD:N-1", "linked");
    desk.terminal.until("the new contact", |screen| {
        screen.has("Quillon Vantwest") && screen.has("HOLD:N-1")
    });
    let links = desk.links("c-9");
    assert_eq!(links[0].customer.to_string(), "HOLD:N-1");
    desk.terminal.press("x");
    desk.pop(&["--ani", "(613) 555/0177", "--call", "c-10", "--queue", "SALES"]);
    desk.terminal.until("a candidate", |screen| {
        screen.row_with("HOLD:N-1").is_some_and(|row| row.contains("Quillon Vantwest"))
    });
}

#[test]
fn what_was_typed_into_a_form_is_there_after_a_kill() {
    let mut desk = with_customer();
    desk.terminal.press("t");
    desk.terminal.until_shown("FOLLOW-UP");
    desk.terminal.type_text("16 nov 14:30");
    desk.terminal.until_shown("Mon 16 Nov 2026 14:30");
    let drafts = desk.home.state().join("drafts");
    desk.until("the draft on disk", || {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().filter_map(Result::ok);
        files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).any(|text| {
            assert!(!text.contains("duplicate"), "what a source led to is not written: {text}");
            text.contains("16 nov 14:30")
        })
    });
    desk.terminal.signal(Signal::KILL);
    desk.terminal.ended();
    desk.reopen(SIZE);
    // The call rings again out of the journal, and what was begun on it is offered with it.
    desk.terminal.until_shown("begun for this one and not sent: a follow-up (t)");
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("Likely: duplicate internet charge");
    desk.terminal.press("t");
    desk.terminal.until_shown("Mon 16 Nov 2026 14:30, in 14 days");
}

#[test]
fn keys_that_are_typed_before_the_sources_answer_wait_for_them() {
    let mut desk = Desk::open(SIZE);
    desk.until_sample_runs();
    desk.terminal.press("f");
    desk.terminal.type_text("A-7731-02");
    // In one breath: the search, the choice, the note.
    desk.terminal.press("enter enter n");
    desk.terminal.type_text("typed ahead");
    desk.terminal.until("the note of whom the look-up found", |screen| {
        screen.has("typed ahead") && screen.has("Eleanor Whitcombe")
    });
}
