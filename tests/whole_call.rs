//! A whole call, typed through: in each keymap, in each theme, without colour, without signs, and
//! as lines. The keys are asked of the keymap's table; the screen is asked what an agent would ask.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;
#[path = "whole_call/hand.rs"]
mod hand;
#[path = "whole_call/lines.rs"]
mod lines;
#[path = "whole_call/room.rs"]
mod room;
#[path = "whole_call/terminal.rs"]
mod terminal;

use common::seat::Seat;
use hand::{
    FIRST, FORM, FUTURE, Hand, LINE, NOTE, OVERLAY, PAST, PRESENT, SECOND, does, keys, sees,
    sees_no,
};
use norns::action::Action as A;
use norns::keys::keymap::SHIPPED;
use norns::ui::theme::Depth;
use norns::ui::theme::load::SHIPPED as THEMES;
use room::Room;

const SIZE: (u16, u16) = (80, 24);
const SAID: &str = "jql: two lines since July. q?";

/// Pop, choose, read, filter, verify, note, follow-up, wrap-up, next.
fn work_a_call(hand: &mut dyn Hand) {
    pop_and_choose(hand);
    read_and_filter(hand);
    verify_the_caller(hand);
    write_a_note(hand);
    undertake_a_follow_up(hand);
    wrap_up_and_go_on(hand);
}

fn pop_and_choose(hand: &mut dyn Hand) {
    let signs = hand.signs();
    hand.rings(&FIRST);
    sees(hand, &["BILLING   +1 416 555 0142   ringing", "2 candidates, none linked"]);
    let chooses = format!("{} chooses", keys(hand.keymap(), PRESENT, A::Open));
    sees(hand, &[&chooses, "Eleanor Whitcombe", "E Whitcombe"]);
    does(hand, PRESENT, A::CursorDown);
    sees(hand, &[&format!("{}E Whitcombe", signs.cursor)]);
    does(hand, PRESENT, A::CursorUp);
    sees(hand, &[&format!("{}Eleanor Whitcombe", signs.cursor)]);
    does(hand, PRESENT, A::Open);
    let undo = keys(hand.keymap(), PRESENT, A::UndoLink);
    sees(
        hand,
        &[
            &format!("2 RECORDS  C-20417 chosen, C-88120 apart   undo: {undo}"),
            "PRESENT",
            "Eleanor Whitcombe",
            "A-7731-02   active   20 years",
            "Likely: duplicate internet charge",
        ],
    );
    hand.until("every source's answer", &mut |rows| {
        let strip = rows.iter().rev().nth(1).unwrap();
        strip.contains("HOLD") && !strip.contains(signs.late)
    });
    hand.answered(&FIRST);
    sees(hand, &[&format!("{} Talking 0:00", signs.state)]);
}

fn read_and_filter(hand: &mut dyn Hand) {
    let signs = hand.signs();
    let focused = format!("{}{} PAST", signs.frame_focused[0], signs.frame_focused[4]);
    does(hand, PRESENT, A::FocusPast);
    sees(hand, &["likely: duplicate internet charge", &focused, "yesterday"]);
    does(hand, PAST, A::FilterChannel);
    let filtered = format!(" call {}", signs.frame_focused[4]);
    sees(hand, &[&filtered]);
    does(hand, PAST, A::FilterClear);
    sees_no(hand, &filtered);
    does(hand, PAST, A::Search);
    hand.write("charged twice");
    sees(hand, &["search in what happened > charged twice", "1 of "]);
    does(hand, LINE, A::Open);
    sees(hand, &["/charged twice", "1 of "]);
    does(hand, PAST, A::Open);
    sees(hand, &["ENTRY", "searched \"charged twice internet\"", "page: /help/search"]);
    does(hand, OVERLAY, A::Close);
    sees_no(hand, "page: /help/search");
    does(hand, PAST, A::FilterClear);
    sees_no(hand, "/charged twice");
}

fn verify_the_caller(hand: &mut dyn Hand) {
    let signs = hand.signs();
    does(hand, PAST, A::Verify);
    sees(hand, &["VERIFY THE CALLER", &format!("{} full name and address", signs.open)]);
    does(hand, OVERLAY, A::Open);
    sees(hand, &[&format!("{} full name and address", signs.good), "not verified yet"]);
    does(hand, OVERLAY, A::CursorDown);
    does(hand, OVERLAY, A::Open);
    does(hand, OVERLAY, A::Close);
    sees_no(hand, "VERIFY THE CALLER");
    does(hand, PAST, A::FocusPresent);
    sees(hand, &[&format!("{} verified", signs.good), "2 of 3, 2 needed"]);
}

fn write_a_note(hand: &mut dyn Hand) {
    does(hand, PRESENT, A::WriteNote);
    sees(hand, &["NOTE", "kept on this machine", "CRM:C-20417"]);
    hand.write(SAID);
    sees(hand, &["NOTE", SAID]);
    does(hand, NOTE, A::SendNote);
    sees(hand, &["the note is on the customer's record"]);
    sees_no(hand, "kept on this machine");
    does(hand, PRESENT, A::FocusPast);
    sees(hand, &["PAST", "today", SAID]);
}

fn undertake_a_follow_up(hand: &mut dyn Hand) {
    does(hand, PAST, A::WriteFollowUp);
    sees(hand, &["FOLLOW-UP", SAID]);
    hand.write("tue 14:00");
    sees(hand, &["FOLLOW-UP", "tue 14:00", "Tue 3 Nov 2026 14:00, tomorrow"]);
    does(hand, FORM, A::SaveForm);
    sees(hand, &["kept: task, Tue 3 Nov 2026 14:00"]);
    sees_no(hand, "FOLLOW-UP");
    does(hand, PAST, A::FocusFuture);
    sees(
        hand,
        &["FUTURE", "1 Open billing dispute + account hold", "3 Nov  task: jql", "tomorrow"],
    );
}

fn wrap_up_and_go_on(hand: &mut dyn Hand) {
    let signs = hand.signs();
    hand.rings(&SECOND);
    let take = keys(hand.keymap(), FUTURE, A::TakePop);
    sees(hand, &[&format!("{} RINGING  +1 604 555 0199  SALES   {take} takes it", signs.alert)]);
    does(hand, FUTURE, A::LaterPop);
    let next = keys(hand.keymap(), FUTURE, A::NextCall);
    sees(hand, &[&format!("left for later; {next} and ")]);
    sees_no(hand, "takes it");
    does(hand, FUTURE, A::CloseCall);
    sees(hand, &["the call goes on; it can be closed when it has ended"]);
    hand.ended(&FIRST);
    sees(hand, &[&format!("{} Wrap-up 0:00   BILLING   +1 416 555 0142", signs.state)]);
    does(hand, FUTURE, A::Codes);
    sees(hand, &["WRAP-UP", &format!("{}{} resolved", signs.cursor, signs.open)]);
    does(hand, LINE, A::Open);
    sees(hand, &[&format!("{}{} resolved", signs.cursor, signs.good)]);
    does(hand, LINE, A::Close);
    sees_no(hand, &format!("{} resolved", signs.good));
    does(hand, FUTURE, A::CloseCall);
    sees(hand, &["SALES   +1 604 555 0199   ringing", "Nobody found for number +1 604 555 0199"]);
    sees_no(hand, "Whitcombe");
    let make = keys(hand.keymap(), PRESENT, A::NewContact);
    sees(hand, &[&format!("{make} new contact")]);
}

#[test]
fn a_whole_call_is_worked_in_each_keymap_and_each_theme() {
    let room = Room::open();
    for (keymap, _) in SHIPPED {
        for (theme, _) in THEMES {
            let mut desk = room.desk(Seat::keyed(keymap, SIZE).themed(theme, Depth::True));
            work_a_call(&mut desk);
        }
    }
}

#[test]
fn a_whole_call_is_worked_without_colour_and_without_signs() {
    let room = Room::open();
    for (keymap, _) in SHIPPED {
        let mut desk = room.desk(Seat::keyed(keymap, SIZE).themed("night", Depth::Mono).ascii());
        work_a_call(&mut desk);
        assert!(desk.seat.text().is_ascii(), "{}", desk.seat.text());
    }
}

#[test]
fn a_whole_call_is_worked_in_a_terminal() {
    let plain = &[][..];
    let poor = &[("LANG", "C"), ("NO_COLOR", "1")][..];
    for (keymap, theme, env) in [
        ("default", "night", plain),
        ("vim", "day", plain),
        ("arrows", "contrast", plain),
        ("default", "plain", poor),
    ] {
        let mut desk = terminal::Seated::open(keymap, theme, env);
        work_a_call(&mut desk);
        desk.quit();
    }
}

#[test]
fn a_whole_call_is_worked_in_lines() {
    lines::work_a_call("default", 80);
    lines::work_a_call("arrows", 40);
}
