//! The desk under an agent's hands: keys in, screens out.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::desk::{Desk, FIRST_CALL};
use common::home::Home;
use common::terminal::Screen;

const SIZE: (u16, u16) = (120, 40);

fn strip(screen: &Screen<'_>) -> String {
    screen.rows().into_iter().rev().nth(1).unwrap_or_default()
}

/// A desk with the scenario's customer on the screen.
fn with_customer(size: (u16, u16)) -> Desk {
    let mut desk = Desk::open(size);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer", |screen| {
        let strip = strip(screen);
        strip.contains("HOLD") && !strip.contains('…')
    });
    desk
}

/// Which pane has the heavy frame.
fn focused(screen: &Screen<'_>, pane: &str) -> bool {
    screen.rows().iter().any(|row| row.contains(&format!("┏━ {pane}")))
}

#[test]
fn the_focus_goes_round_and_a_pane_can_have_the_whole_screen() {
    let mut desk = with_customer(SIZE);
    for pane in ["FUTURE", "PAST", "PRESENT"] {
        desk.terminal.press("tab");
        desk.terminal.until(pane, |screen| focused(screen, pane));
    }
    desk.terminal.press("g p");
    desk.terminal.until("the past", |screen| focused(screen, "PAST"));
    desk.terminal.press("z");
    desk.terminal.until("only the past", |screen| {
        focused(screen, "PAST")
            && !screen.has("╭─ FUTURE")
            && screen.has("Prefers the mobile; the home phone is often unplugged")
    });
    desk.terminal.press("z");
    desk.terminal.until_shown("╭─ FUTURE");
}

#[test]
fn at_80_by_24_the_pane_in_focus_is_whole_and_the_others_say_the_most_important() {
    let mut desk = with_customer((80, 24));
    desk.terminal.until("the present, and what the others say", |screen| {
        focused(screen, "PRESENT")
            && screen.row_with(" PAST ").is_some_and(|row| row.contains("86 entries"))
            && screen.row_with(" FUTURE ").is_some_and(|row| row.contains("Open billing dispute"))
    });
    desk.terminal.press("h");
    desk.terminal.until("the past, and who it is about", |screen| {
        focused(screen, "PAST")
            && screen.row_with(" PRESENT ").is_some_and(|row| row.contains("Eleanor Whitcombe"))
    });
}

#[test]
fn the_past_is_filtered_searched_and_opened() {
    let mut desk = with_customer(SIZE);
    desk.terminal.press("g p");
    desk.terminal.press("/");
    desk.terminal.type_text("twice");
    desk.terminal.until("only what was searched for", |screen| {
        screen.has("searched \"charged tw") && !screen.has("Fibre upgrade         MKT")
    });
    desk.terminal.press("enter");
    desk.terminal.press("enter");
    desk.terminal.until("the entry's detail", |screen| {
        screen.has("┏━ ENTRY") && screen.has("page: /help/search")
    });
    desk.terminal.press("esc");
    desk.terminal.until("the list", |screen| !screen.has("┏━ ENTRY"));
    desk.terminal.press("esc");
    desk.terminal.until_shown("letter  Fibre upgrade");
    desk.terminal.press("d");
    desk.terminal.until("a shorter time", |screen| screen.has("4 of 86 entries"));
    desk.terminal.press("esc");
    desk.terminal.until("everything", |screen| !screen.has("of 86 entries"));
    desk.terminal.press("c");
    desk.terminal.until("one channel", |screen| {
        screen.has("of 86 entries") && screen.rows()[2].contains("call")
    });
}

#[test]
fn doubled_lines_are_marked_in_a_bill_s_detail() {
    let mut desk = with_customer(SIZE);
    desk.terminal.press("g p");
    desk.terminal.press("/");
    desk.terminal.type_text("invoice 2026-10");
    desk.terminal.press("enter");
    desk.terminal.until_shown("doubled");
    desk.terminal.press("enter");
    desk.terminal.until("both lines, the second marked", |screen| {
        screen.has("INT-1") && screen.row_with("INT-1B").is_some_and(|row| row.contains('‡'))
    });
}

#[test]
fn a_customer_is_found_by_every_kind_of_key() {
    let mut desk = Desk::open(SIZE);
    desk.until_sample_runs();
    let ways = [
        "416 555 0142",
        "(416) 555/0177",
        "eleanor.whitcombe@mail.example",
        "A-7731-02",
        "Eleanor Whitcombe",
        "CRM:C-20417",
    ];
    for way in ways {
        desk.terminal.press("f");
        desk.terminal.until_shown("FIND A CUSTOMER");
        desk.terminal.type_text(way);
        desk.terminal.press("enter");
        desk.terminal.until(&format!("her, by {way}"), |screen| {
            screen.row_with("C-20417").is_some_and(|row| row.contains("Eleanor Whitcombe"))
        });
        desk.terminal.press("x");
        desk.terminal.until_shown("Waiting for a call");
    }
}

#[test]
fn a_pop_never_takes_the_screen_from_a_hand_that_writes() {
    let mut desk = with_customer(SIZE);
    desk.pop(&["--call", "c-1", "--event", "answered"]);
    desk.terminal.until_shown("Talking");
    desk.terminal.press("n");
    desk.terminal.type_text("she says ");
    desk.terminal.until_shown("she says");
    desk.pop(&["--ani", "6045550199", "--call", "c-2", "--queue", "SALES"]);
    desk.terminal.until("the other call, waiting", |screen| {
        screen.has("RINGING  +1 604 555 0199  SALES   f2 takes it") && screen.has("Eleanor")
    });
    desk.terminal.type_text("twice");
    desk.terminal.until_shown("she says twice");
    desk.terminal.press("f2");
    desk.terminal
        .until("the other call", |screen| screen.has("call 2") && !screen.has("she says twice"));
    desk.terminal.press("[");
    desk.terminal.until("back where she was", |screen| screen.has("Eleanor Whitcombe"));
    desk.terminal.press("n");
    desk.terminal.until_shown("she says twice");
}

#[test]
fn a_note_that_is_sent_is_in_the_gateway_s_records() {
    let mut desk = with_customer(SIZE);
    desk.terminal.press("n");
    desk.terminal.type_text("Charged twice since July.");
    desk.terminal.press("f10");
    desk.until_audited("CRM:C-20417", "noted");
    let drafts = desk.home.state().join("drafts");
    desk.until("no draft left", || {
        std::fs::read_dir(&drafts).map_or(true, |files| files.count() == 0)
    });
}

#[test]
fn everything_can_be_found_by_name_and_help_shows_every_key() {
    let mut desk = with_customer(SIZE);
    desk.terminal.press(":");
    desk.terminal.type_text("verify");
    desk.terminal.until_shown("verify the caller");
    desk.terminal.press("enter");
    desk.terminal.until_shown("VERIFY THE CALLER");
    desk.terminal.press("space j space esc");
    desk.terminal.until_shown("2 of 3");
    desk.terminal.press("?");
    desk.terminal.until_shown("EVERY KEY");
    desk.terminal.press("pagedown");
    desk.terminal
        .until("the last key", |screen| screen.has("EVERY KEY") && screen.has("close the desk"));
}

#[test]
fn a_keymap_of_one_s_own_lies_over_the_shipped_one_and_a_bad_line_costs_only_itself() {
    let home = Home::new();
    std::fs::create_dir_all(home.config().join("keymaps")).unwrap();
    let mine = "[pane]\n\"w\" = \"note.write\"\n\"n\" = \"note.wrong\"\n";
    std::fs::write(home.config().join("keymaps/default.toml"), mine).unwrap();
    let mut desk = Desk::of(home, SIZE, &[]);
    desk.terminal.until_shown("default.toml");
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("w");
    desk.terminal.until_shown("NOTE");
}

#[test]
fn who_says_what_and_how_old_it_is_is_one_key_away() {
    let mut desk = with_customer(SIZE);
    desk.clock.advance(180);
    desk.terminal.press("enter");
    desk.terminal.until("each name with who says it", |screen| {
        let says = |name: &str, source: &str| {
            screen.row_with(name).is_some_and(|row| row.contains(source))
        };
        screen.has("WHO SAYS WHAT")
            && says("name          Eleanor Whitcombe", "CRM  3 min ago")
            && says("HARRIS ELEANOR", "BILL  3 min ago")
            && says("COLL has nothing", "")
    });
}

#[test]
fn a_caller_who_is_not_the_holder_is_told_from_one_who_is() {
    let mut desk = Desk::open(SIZE);
    desk.until_sample_runs();
    desk.pop(&["--ani", "9055550199", "--call", "c-7", "--account", "A-7731-02"]);
    desk.terminal.until_shown("1 candidate");
    desk.terminal.press("enter");
    desk.terminal.until("whose number it is not", |screen| {
        screen.has("Eleanor Whitcombe") && screen.has("the number stays unlinked")
    });
    desk.pop(&[&FIRST_CALL[..2], &["--call", "c-8", "--account", "A-7731-02"]].concat());
    desk.terminal.until_shown("1 ringing");
    desk.terminal.press("]");
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer", |screen| {
        let strip = strip(screen);
        screen.has("Eleanor") && strip.contains("HOLD") && !strip.contains('…')
    });
    desk.terminal.look(|screen| assert!(!screen.has("stays unlinked")));
}

#[test]
fn who_may_be_the_same_person_is_said_of_a_candidate_and_explained_on_request() {
    let mut desk = Desk::open(SIZE);
    desk.pop(FIRST_CALL);
    desk.terminal.until("what the two may be to each other", |screen| {
        let told = |name: &str| screen.has(&format!("perhaps the same as {name}"));
        told("E Whitcombe") && told("Eleanor")
    });
    desk.terminal.press("enter");
    desk.terminal.until_shown("C-20417 chosen, C-88120 apart");
    desk.terminal.press("i");
    desk.terminal.until_shown("WHO SAYS WHAT");
    desk.terminal.press("end");
    desk.terminal.until("what adds up to it", |screen| {
        screen.has("perhaps the same as E Whitcombe (CRM:C-88120), 92.6 %")
            && screen.has("first name eleanor~e")
    });
    desk.terminal.assert_grammar();
}

/// Colours that were set, as SGR parameters.
fn colours(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let parameters = text.split("\u{1b}[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    let plain = ["", "0", "1", "2", "3", "4", "7", "22", "23", "24", "27", "39", "49", "59"];
    parameters.filter(|p| !plain.contains(&p.as_str())).collect()
}

#[test]
fn colours_are_what_the_terminal_can_show_and_none_where_none_are_wanted() {
    let shown = |env: &[(&str, &str)]| {
        let mut desk = Desk::open_with(SIZE, env);
        desk.pop(FIRST_CALL);
        desk.terminal.until_shown("2 candidates");
        desk.terminal.press("j");
        desk.terminal.until("the cursor at the second", |screen| screen.has("▌E Whitcombe"));
        colours(&desk.terminal.bytes())
    };
    assert_eq!(shown(&[("NO_COLOR", "1")]), Vec::<String>::new());
    let sixteen = shown(&[("TERM", "xterm")]);
    let one_of_sixteen = |p: &String| {
        let numbers: Vec<u16> = p.split(';').map(|n| n.parse().unwrap()).collect();
        !p.contains("8;2;") && numbers.windows(3).all(|w| w[0] != 38 || w[1] != 5 || w[2] < 16)
    };
    assert!(!sixteen.is_empty() && sixteen.iter().all(one_of_sixteen), "{sixteen:?}");
    assert!(shown(&[("COLORTERM", "truecolor")]).iter().any(|p| p.contains("38;2;")));
    assert!(shown(&[]).iter().any(|p| p.contains("38;5;")));
}

#[test]
fn a_terminal_without_utf_8_is_given_ascii_signs() {
    let mut desk = Desk::open_with(SIZE, &[("LANG", "C"), ("LC_ALL", "")]);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("?");
    desk.terminal.until_shown("EVERY KEY");
    let bytes = desk.terminal.bytes();
    let frame = String::from_utf8_lossy(&bytes);
    assert!(!frame.contains(['╭', '│', '━', '●', '▌']), "signs beyond ASCII");
}

#[test]
fn a_call_that_comes_with_a_case_says_which_contact_on_it_this_is() {
    let mut desk = Desk::open(SIZE);
    desk.pop(&["--ani", "6135550177", "--call", "c-1", "--case", "CS-40040"]);
    desk.terminal.until_shown("C-30005");
    desk.terminal.press("enter");
    desk.terminal.until_shown("2nd on this case");
}
