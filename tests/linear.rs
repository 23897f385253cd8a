//! The desk as ordered text: what is said, when, and that nothing else is written.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;
#[path = "linear/model.rs"]
mod model;

use std::time::Duration;

use common::clock::Clock;
use common::desk::{Desk, FIRST_CALL, POPPED_AT};
use common::grammar::violations;
use common::home::Home;
use common::terminal::{Terminal, TerminalSpec};
use jiff::SignedDuration;
use model::{clean, part};
use norns::action::Action;
use norns::app::effect::Effect;
use norns::app::msg::{BellState, Msg};
use norns::domain::ask::AskError;
use norns::domain::interaction::{CallState, Withdrawn};
use norns::domain::source::{Part, SourceId, State};
use norns::domain::telephony::PhoneLink;
use norns::domain::text::CleanText;
use norns::domain::write::{Input, InputKind, Receipt, Settled, SourceAction};
use norns::keys::keymap;
use norns::ui::help;
use rustix::process::Signal;

#[test]
fn each_turn_of_a_call_is_one_line_with_its_number_and_queue() {
    let mut desk = model::Desk::open();
    let said = desk.rings(1, "4165550142");
    assert_eq!(said[0], "RINGING: BILLING, +1 416 555 0142");
    assert_eq!(said[1..], ["LOOKING: for number +1 416 555 0142"]);
    let turns = [
        (CallState::Talking, "TALKING: BILLING, +1 416 555 0142"),
        (CallState::OnHold, "ON HOLD: BILLING, +1 416 555 0142"),
        (CallState::WrapUp, "WRAP-UP: BILLING, +1 416 555 0142"),
        (CallState::Closed, "CLOSED: BILLING, +1 416 555 0142, closed"),
    ];
    for (state, expected) in turns {
        let call = desk.call(1, "4165550142", state);
        assert_eq!(desk.happen(Msg::CallChanged(Box::new(call))), [expected]);
    }
    let missed = desk.call(2, "6045550199", CallState::Missed(Withdrawn::CallerHungUp));
    let said = desk.happen(Msg::CallChanged(Box::new(missed)));
    assert_eq!(said[0], "MISSED: BILLING, +1 604 555 0199, caller hung up now");
}

#[test]
fn a_call_that_finds_a_busy_agent_waits_and_names_the_key_that_takes_it() {
    let mut desk = model::Desk::with_customer();
    desk.press("n");
    desk.types("ab");
    let said = desk.rings(2, "6045550199");
    assert_eq!(said[0], "RINGING: BILLING, +1 604 555 0199, it waits, f2 takes it");
    assert_eq!(said.last().unwrap(), "> ab", "what is being typed is there again");
    desk.press("esc");
    let said = desk.press("p");
    assert_eq!(
        said,
        [
            "SCREEN: BILLING, +1 604 555 0199, 2 of 2",
            "LOOKING: for number +1 604 555 0199",
            "PRESENT, 3 lines"
        ]
    );
}

#[test]
fn sources_are_announced_when_they_are_late_when_they_fail_and_when_all_have_answered() {
    let mut desk = model::Desk::open();
    desk.rings(1, "4165550142");
    assert_eq!(desk.found(1), ["CANDIDATES: 1, not chosen: Customer 1, CRM:C-1, mobile"]);
    let request = desk.choose();
    let answers = |desk: &mut model::Desk, part: Part| desk.answer(request, part);
    assert_eq!(answers(&mut desk, part("BILL", State::Loading)), [""; 0]);
    assert_eq!(answers(&mut desk, part("CRM", State::Loading)), [""; 0]);
    assert_eq!(desk.passes(1), ["SOURCE: BILL is late", "SOURCE: CRM is late"]);
    assert_eq!(desk.passes(1), [""; 0], "once is enough");
    let silent = Part { waited_ms: 2_000, ..part("BILL", State::TimedOut) };
    assert_eq!(answers(&mut desk, silent), ["SOURCE: BILL timed out after 2.0 s"]);
    assert_eq!(answers(&mut desk, model::crm()), ["SOURCES: 1 of 2 answered"]);
}

#[test]
fn a_phone_link_that_is_lost_is_one_line_and_its_return_another() {
    let mut desk = model::Desk::open();
    let link = |lost| {
        Msg::PhoneLink(PhoneLink {
            source: CleanText::line("ast:pbx1"),
            lost,
            can: Default::default(),
        })
    };
    assert_eq!(desk.happen(link(None)), [""; 0]);
    let now = desk.now;
    let said = desk.happen(link(Some(now)));
    let lost = "PHONE LINK LOST since 15:04, no call pops until ast:pbx1 is back; all else works";
    assert_eq!(said, [lost]);
    desk.press("ctrl-t");
    assert!(desk.press("a").iter().any(|line| line.contains(lost)), "it is read with the rest");
    assert_eq!(desk.happen(link(None)), ["NOTICE: ast:pbx1 is heard again; calls pop as before"]);
}

#[test]
fn a_pane_is_read_under_its_headings_and_a_cursor_says_only_its_row() {
    let mut desk = model::Desk::with_customer();
    let said = desk.press("g n");
    assert!(said.is_empty() || said == ["to the present: nothing changes"], "{said:?}");
    let said = desk.press("ctrl-t ctrl-t");
    assert_eq!(said[0], desk.present());
    let stable = ["Identity", "Likely cause", "In flight", "Call"];
    let headings: Vec<&String> =
        said.iter().filter(|line| stable.contains(&line.as_str())).collect();
    assert_eq!(headings, stable);
    let said = desk.press("g p");
    assert_eq!(said[..3], ["PAST, 30 entries", "today", "  15:03 email, letter 1, CRM"]);
    assert_eq!(said.last().unwrap(), "  10 more below; a page down goes on");
    assert_eq!(desk.press("j"), ["today 15:02 email, letter 2, CRM"]);
    assert_eq!(desk.press("k k"), ["today 15:03 email, letter 1, CRM", "one up: nothing changes"]);
    assert_eq!(desk.press("g f")[0], "FUTURE, 3 lines");
    desk.press("end");
    assert_eq!(desk.press("j"), ["one down: nothing changes"], "no cursor leaves the pane");
}

#[test]
fn what_lies_on_top_says_its_title_and_its_lines() {
    let mut desk = model::Desk::with_customer();
    let said = desk.press("v");
    assert_eq!(said[0], "VERIFY THE CALLER");
    assert_eq!(said[1], "  open: full name and address");
    assert_eq!(desk.press("space"), ["passed: full name and address"]);
    assert_eq!(desk.press("j"), ["open: last invoice amount or date"]);
    assert_eq!(desk.press("space"), ["VERIFIED", "passed: last invoice amount or date"]);
    assert_eq!(desk.press("esc"), [desk.present()]);
    let said = desk.press("?");
    assert_eq!(said[0], format!("EVERY KEY, {} actions", Action::ALL.len()));
    let places = help::groups(&keymap::load("default", &|_| None).0).len();
    assert_eq!(said.len(), 2 + places + Action::ALL.len(), "a title, places, actions, the keys");
    assert_eq!(said[1], "  in every pane");
    let line = |text: &str| said.iter().position(|line| line.contains(text)).unwrap();
    assert!(line("in PAST") < line("past.range") && line("past.range") < line("in FUTURE"));
    assert_eq!(desk.press("esc"), [desk.present()]);
    desk.press("g p");
    let said = desk.press("enter");
    assert_eq!(said[..2], ["ENTRY", "  letter 1"]);
}

#[test]
fn that_this_computer_s_clock_is_wrong_is_read_with_everything_until_it_is_right() {
    let mut desk = model::Desk::with_customer();
    let wrong = "this computer's clock is 11 min slow: only ages and due times are wrong";
    let told = desk.happen(Msg::ClockOff(Some(SignedDuration::from_mins(11))));
    assert!(told.iter().any(|line| line.contains(wrong)), "{told:?}");
    let reads = |desk: &mut model::Desk| {
        desk.press("ctrl-t a").iter().filter(|line| line.contains(wrong)).count()
    };
    assert_eq!(reads(&mut desk), 1);
    desk.happen(Msg::ClockOff(None));
    assert_eq!(reads(&mut desk), 0);
}

#[test]
fn typing_is_echoed_where_it_stands_and_a_correction_is_said_anew() {
    let mut desk = model::Desk::with_customer();
    assert_eq!(
        desk.press("n"),
        ["NOTE, CRM:C-1", "KEYS: f10 send, esc leave, keep draft, ctrl-x e own editor", "> "]
    );
    assert_eq!(desk.types("hi"), ["+h", "+i"]);
    assert_eq!(desk.press("backspace"), ["> h"]);
    assert_eq!(desk.press("enter"), ["+\n"]);
    assert_eq!(desk.types("x"), ["+x"]);
    assert_eq!(desk.press("left"), ["on x"]);
    assert_eq!(desk.press("esc"), [desk.present()]);
    assert_eq!(
        desk.press(":"),
        [
            format!("EVERYTHING BY NAME, {} entries", Action::ALL.len()),
            "KEYS: enter do it, down next, esc leave".into(),
            "> ".into()
        ]
    );
    assert_eq!(desk.types("verify"), ["+v", "+e", "+r", "+i", "+f", "+y"]);
    assert_eq!(desk.press("enter")[0], "VERIFY THE CALLER");
}

#[test]
fn a_write_into_a_source_is_listed_filled_in_and_told() {
    let mut desk = model::Desk::with_customer();
    let said = desk.press("S");
    assert_eq!(said[0], "WRITE INTO A SOURCE");
    assert_eq!(said[1].trim(), "asking the gateway what you may write");
    let request = desk.model.offered.asked.unwrap();
    let said = desk.happen(Msg::ActionsTold { request, result: Err(AskError::Slow) });
    assert!(said[1].contains("did not answer in time"), "{said:?}");
    desk.press("esc");
    desk.press("S");
    let request = desk.model.offered.asked.unwrap();
    let said = desk.happen(Msg::ActionsTold { request, result: Ok(vec![note()]) });
    assert_eq!(said[0], "WRITE INTO A SOURCE");
    assert_eq!(said[1].trim(), "cursor: CRM, Write a note");
    assert_eq!(said[2].trim(), "what your role may write");
    let said = desk.press("enter");
    assert_eq!(said[0], "WRITE");
    assert_eq!(said[1].trim(), "CRM: Write a note");
    assert_eq!(said[2].trim(), "cursor: Note");
    assert_eq!(desk.types("hi"), ["+h", "+i"]);
    let effects = desk.effects(Msg::Key("f10".parse().unwrap())).0;
    let sent = effects.into_iter().find_map(|effect| match effect {
        Effect::Write { request, new } => Some((request, new)),
        _ => None,
    });
    let (request, new) = sent.unwrap();
    let receipt = Receipt {
        id: 1,
        customer: new.customer,
        source: new.source,
        name: new.name,
        settled: Settled::Done { record: None, before: false },
        agent: CleanText::line("ana"),
        at: desk.now,
    };
    let said = desk.happen(Msg::Written { request, result: Ok(Box::new(receipt)) });
    assert_eq!(said[0], "NOTICE: CRM, note: done");
}

fn note() -> SourceAction {
    let input = Input {
        name: CleanText::line("text"),
        title: CleanText::line("Note"),
        kind: InputKind::Lines,
        required: true,
        most: 2_000,
        choices: Vec::new(),
        usual: None,
        prefill: None,
    };
    SourceAction {
        source: SourceId::new("CRM").unwrap(),
        name: CleanText::line("note"),
        title: CleanText::line("Write a note"),
        inputs: vec![input],
        again: true,
    }
}

#[test]
fn a_filter_says_what_is_left() {
    let mut desk = model::Desk::with_customer();
    desk.press("g p");
    assert_eq!(
        desk.press("/"),
        [
            "SEARCH IN WHAT HAPPENED",
            "  30 entries",
            "KEYS: enter keep, down next, esc stop searching",
            "> "
        ]
    );
    desk.types("letter 30");
    assert_eq!(desk.press("enter"), ["PAST, 1 of 30 entries, search \"letter 30\""]);
    assert_eq!(desk.press("esc"), ["FILTER: none, 30 entries"]);
}

#[test]
fn notices_are_said_each_time_and_the_last_announcement_can_be_had_again() {
    let mut desk = model::Desk::with_customer();
    let said = ["NOTICE: no call is waiting"];
    assert_eq!(desk.press("p"), said);
    assert_eq!(desk.press("p"), said, "the same words are news again");
    assert_eq!(desk.press("ctrl-t r"), said);
    let deaf = Msg::Bell(BellState::Deaf(clean("no folder")));
    assert_eq!(desk.happen(deaf), ["NO CALLS: no folder"]);
    assert_eq!(desk.press("ctrl-t r"), ["NO CALLS: no folder"]);
    let trouble = Msg::DraftTrouble(Some(clean("the disk is full")));
    assert_eq!(desk.happen(trouble), ["TROUBLE: the disk is full"]);
}

#[test]
fn time_passes_without_a_word_and_is_told_on_demand() {
    let mut desk = model::Desk::with_customer();
    let call = desk.call(1, "4165550142", CallState::Talking);
    desk.happen(Msg::CallChanged(Box::new(call)));
    assert_eq!(desk.model.alarm, None, "nothing wakes to count seconds that nobody reads");
    assert_eq!(desk.passes(59), [""; 0]);
    assert_eq!(desk.passes(60), [""; 0]);
    assert_eq!(desk.press("ctrl-t t"), ["TIME: 15:05, Talking 1:59"]);
}

#[test]
fn a_key_that_changes_nothing_says_so() {
    let mut desk = model::Desk::open();
    assert_eq!(desk.press("@"), ["@ does nothing here"]);
    assert_eq!(desk.press("["), ["previous call or customer: nothing changes"]);
}

/// A desk of lines in a terminal that can do nothing.
fn open(columns: u16) -> Desk {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    Desk::of_lines(home, clock, (columns, 24))
}

/// Lines of text, parted by line ends, and not one byte more.
#[track_caller]
fn assert_only_lines(terminal: &Terminal) {
    let bytes = terminal.bytes();
    let mut rest = &bytes[..];
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let found = violations(&rest[..end]);
        assert!(found.is_empty(), "{found:?} in {}", rest[..end].escape_ascii());
        assert!(!rest[..end].contains(&0x1b));
        rest = &rest[end + 2..];
    }
    assert!(rest.is_empty(), "the last line has an end: {}", rest.escape_ascii());
}

#[test]
fn step_1_of_the_scenario_is_told_at_40_and_at_80_columns() {
    for columns in [40, 80] {
        let mut desk = open(columns);
        desk.pop(FIRST_CALL);
        desk.terminal.until_said(
            "RINGING: BILLING, +1 416 555 0142, waited 3:32, 1 billing then 3 charge question",
        );
        desk.terminal
            .until_said("first Eleanor Whitcombe, CRM:C-20417, mobile, active account, 20 years");
        desk.terminal.press("down");
        desk.terminal.until_said("2 of 2, E Whitcombe, CRM:C-88120, mobile, no account");
        desk.terminal.press("up enter");
        desk.terminal.until_said("CHOSEN: Eleanor Whitcombe, CRM:C-20417");
        desk.terminal.until_said("SOURCES: all 9 answered");
        desk.terminal.until_said("LIKELY: duplicate internet charge");
        desk.terminal.press("ctrl-t ctrl-t");
        desk.terminal.until_said("A-7731-02, active, 20 years");
        desk.terminal.until_said("BILL same plan, same period, twice, in 4 periods");
        desk.terminal.press("g p");
        desk.terminal.until_said("web, searched \"charged twice internet\", WEB");
        desk.terminal.until_said("invoice 2026-10, doubled, 196.00, BILL");
        desk.terminal.press("g f");
        desk.terminal.until_said("1 Open billing dispute + account hold");
        desk.terminal.until_said("Fibre upgrade, suppressed");
        desk.terminal.press("n");
        desk.terminal.type_text("charged twice");
        desk.terminal.until_said("own editor > charged twice");
        desk.terminal.press("f10");
        desk.terminal.until_said("NOTICE: the note is on the customer's record");
        desk.terminal.press("ctrl-c");
        desk.terminal.until_said("norns is closed");
        assert_eq!(desk.terminal.exit_status().exit_code(), 0);
        assert_only_lines(&desk.terminal);
        desk.terminal.assert_restored();
        let text = String::from_utf8(desk.terminal.bytes()).unwrap();
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= usize::from(columns), "{longest}: {text}");
    }
}

#[test]
fn every_action_is_reached_by_its_name_and_says_something() {
    // These end, stop or leave the desk, and have tests of their own.
    let apart = [Action::Quit, Action::Suspend, Action::EditNote];
    let mut desk = open(80);
    desk.pop(FIRST_CALL);
    desk.terminal.until_said("CANDIDATES: 2");
    desk.terminal.press("enter");
    desk.terminal.until_said("SOURCES: all 9 answered");
    desk.terminal.until_said("LIKELY:");
    for action in Action::ALL.iter().filter(|action| !apart.contains(action)) {
        // Whatever is open is left.
        desk.terminal.press("ctrl-t t");
        while !desk.terminal.is_silent_for(Duration::from_millis(40)) {}
        let before = desk.terminal.bytes().len();
        desk.terminal.press(":");
        desk.terminal.type_text(action.name());
        let mark = format!("> {}", action.name());
        desk.terminal.until_said_behind(before, &mark);
        desk.terminal.press("enter");
        desk.terminal.until_more_said(before, &mark);
        desk.terminal.press("esc");
        while !desk.terminal.is_silent_for(Duration::from_millis(40)) {}
    }
    desk.terminal.press("q");
    desk.terminal.exit_status();
    assert_only_lines(&desk.terminal);
}

#[test]
fn at_rest_it_says_nothing_and_a_call_s_seconds_are_not_told() {
    let mut desk = open(80);
    desk.pop(FIRST_CALL);
    desk.terminal.until_said("CANDIDATES: 2");
    desk.terminal.press("enter");
    desk.terminal.until_said("LIKELY:");
    desk.pop(&["--call", "c-1", "--event", "answered"]);
    desk.terminal.until_said("TALKING:");
    while !desk.terminal.is_silent_for(Duration::from_millis(300)) {}
    desk.clock.advance(30);
    assert!(desk.terminal.is_silent_for(Duration::from_secs(2)));
}

#[test]
fn signals_a_stop_and_a_lost_terminal_leave_nothing_behind() {
    for (signal, number) in [(Signal::TERM, 15), (Signal::INT, 2)] {
        let desk = open(80);
        desk.terminal.signal(signal);
        assert_eq!(desk.terminal.exit_status().exit_code(), 128 + number);
        assert_only_lines(&desk.terminal);
        desk.terminal.assert_restored();
    }
    let mut desk = open(40);
    desk.terminal.press("ctrl-z");
    let status = format!("/proc/{}/stat", desk.terminal.pid());
    desk.until("a stopped process", || std::fs::read_to_string(&status).unwrap().contains(") T "));
    desk.terminal.signal(Signal::CONT);
    desk.until("the pane again", || desk.terminal.said().matches("PRESENT").count() == 2);
    desk.terminal.press("@");
    desk.terminal.until_said("@ does nothing here");
    desk.terminal.hang_up();
    desk.terminal.exit_status();
}

#[test]
fn a_stalled_terminal_loses_the_oldest_lines_and_is_told_how_many() {
    let mut desk = open(80);
    desk.terminal.stall();
    for _ in 0..60 {
        desk.terminal.press("ctrl-t a ? ?");
    }
    desk.terminal.press("n");
    desk.terminal.type_text("all keys are taken");
    let drafts = desk.home.state().join("drafts");
    desk.until("the draft on disk, whatever the terminal takes", || {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().flatten();
        let texts = files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default());
        texts.into_iter().any(|text| text.contains("all keys are taken"))
    });
    desk.terminal.resume();
    desk.terminal.until_said("SKIPPED: ");
    desk.terminal.until_said("all keys are taken");
}

#[test]
fn a_terminal_that_cannot_move_its_cursor_is_offered_lines() {
    for term in ["dumb", ""] {
        let refused = Terminal::start(TerminalSpec::norns().with("TERM", term));
        assert_eq!(refused.exit_status().exit_code(), 1);
        refused.until_said("norns --linear works on it");
    }
    let home = Home::new();
    std::fs::create_dir_all(home.config()).unwrap();
    std::fs::write(home.config().join("norns.toml"), "[desk]\nlinear = true\n").unwrap();
    let desk = Terminal::start(TerminalSpec { home, ..TerminalSpec::norns() }.with("TERM", ""));
    desk.until_said("norns, as lines");
}
