//! What a defect of ours costs: a part of the screen, a task, or the desk, and never the note or
//! the terminal.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::desk::Desk;

const SIZE: (u16, u16) = (120, 40);
/// What a defect's message may hold.
const SOMEBODY: &str = "Eleanor Whitcombe";

/// A desk with a note, in which defects can be asked for.
fn writing() -> Desk {
    let mut desk = Desk::open_with(SIZE, &[("NORNS_DEFECTS", "1")]);
    desk.terminal.press("n");
    desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    desk.terminal.type_text("charged twice");
    desk.terminal.until_shown("charged twice");
    desk
}

fn kept(desk: &Desk, name: &str) -> String {
    std::fs::read_to_string(desk.home.state().join(name)).unwrap_or_default()
}

#[test]
fn a_part_that_cannot_be_drawn_says_so_and_the_others_go_on() {
    let parts = ["PAST", "PRESENT", "FUTURE", "HEADER", "NOTE", "SOURCES", "OVERLAY"];
    for broken in parts {
        let mut desk = writing();
        desk.terminal.paste(&format!("defect: {}", broken.to_lowercase()));
        desk.terminal.until_shown(&format!("{broken} cannot be drawn"));
        let others = [("PAST", "PAST ─"), ("PRESENT", "PRESENT ─"), ("FUTURE", "FUTURE ─")];
        for (name, title) in others.iter().filter(|(name, _)| *name != broken) {
            assert!(desk.terminal.look(|screen| screen.has(title)), "{name} beside {broken}");
        }
        desk.terminal.assert_grammar();
        desk.terminal.press("ctrl-c");
        assert_eq!(desk.terminal.exit_status().exit_code(), 0);
        desk.terminal.assert_restored();
        assert!(kept(&desk, "norns.log").contains("panic"));
    }
}

#[test]
fn a_task_that_fails_is_told_and_survived() {
    let mut desk = writing();
    desk.terminal.paste("defect: task");
    desk.terminal.until_shown("a part of norns failed");
    assert!(desk.terminal.look(|screen| screen.0.alternate_screen()));
    desk.terminal.type_text(" since July");
    desk.terminal.until_shown("since July");
    assert!(
        !desk.terminal.text().contains(SOMEBODY) && !kept(&desk, "norns.log").contains(SOMEBODY)
    );
}

#[test]
fn a_desk_that_fails_gives_the_terminal_back_and_keeps_the_note() {
    let mut desk = writing();
    desk.terminal.paste("defect: loop");
    assert_ne!(desk.terminal.exit_status().exit_code(), 0);
    desk.terminal.until_shown("Notes are kept in");
    desk.terminal.assert_restored();
    assert!(
        !desk.terminal.text().contains(SOMEBODY) && !kept(&desk, "norns.log").contains(SOMEBODY)
    );
    let drafts = std::fs::read_dir(desk.home.state().join("drafts")).unwrap().flatten();
    let texts = drafts.map(|file| std::fs::read_to_string(file.path()).unwrap());
    assert!(texts.collect::<String>().contains("charged twice"));
}
