//! `norns.toml` and its keymaps changed while the desk runs: taken as a whole when they are written,
//! or not at all.

use super::common::desk::{Desk, FIRST_CALL};
use super::common::gateway::write_private;
use super::common::home::Home;
use super::common::process::naps;

const SIZE: (u16, u16) = (120, 40);

/// A desk with these settings.
fn open(text: &str) -> Desk {
    let home = Home::new();
    write_private(&home.config().join("norns.toml"), text);
    Desk::of(home, SIZE, &[])
}

/// Writes the settings beside their place, and puts them there at once, as editors do.
fn put(desk: &Desk, name: &str, text: &str) {
    let beside = desk.home.config().join("beside");
    write_private(&beside, text);
    let place = desk.home.config().join(name);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::rename(beside, place).unwrap();
}

#[test]
fn a_keymap_codes_and_rules_for_calls_hold_from_the_moment_they_are_written() {
    let mut desk = open("[[wrap-up]]\ncodes = [\"old code\"]\n");
    std::fs::create_dir_all(desk.home.config().join("keymaps")).unwrap();
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    put(
        &desk,
        "norns.toml",
        "[[wrap-up]]\ncodes = [\"charge explained\"]\n[[pop]]\nnumbers = [\"+1613*\"]\naction = \"ignore\"\n",
    );
    desk.terminal.until_shown("the settings were taken anew");
    desk.terminal.press("w");
    desk.terminal.until_shown("charge explained");
    assert!(!desk.terminal.look(|screen| screen.has("old code")));
    desk.terminal.press("esc");
    desk.terminal.until("the codes gone", |screen| !screen.has("charge explained"));
    let ignored = ["--ani", "6135550177", "--call", "ignored"];
    desk.pop(&ignored);
    desk.pop(&["--ani", "4165550199", "--call", "heard"]);
    desk.terminal.until("the one that is not ignored", |screen| screen.has("+1 416 555 0199"));
    assert!(!desk.terminal.look(|screen| screen.has("613 555")));
}

#[test]
fn a_theme_and_a_keymap_of_one_s_own_are_taken_when_they_are_written() {
    let home = Home::new();
    let own = home.config().join("keymaps/default.toml");
    write_private(&own, "[pane]\n\"ctrl-e\" = \"help.toggle\"\n");
    let mut desk = Desk::of(home, SIZE, &[]);
    put(&desk, "keymaps/default.toml", "[pane]\n\"ctrl-e\" = \"customer.find\"\n");
    desk.terminal.until_shown("the settings were taken anew");
    desk.terminal.press("ctrl-e");
    desk.terminal.until_shown("FIND A CUSTOMER");
    desk.terminal.press("esc");
    let before = desk.terminal.bytes().len();
    put(&desk, "norns.toml", "[desk]\ntheme = \"day\"\n");
    desk.terminal.until_shown("the settings were taken anew");
    // Every cell is drawn in another colour.
    desk.until("the whole screen", || desk.terminal.bytes().len() - before > 2_000);
    desk.terminal.assert_grammar();
}

#[test]
fn wrong_settings_are_said_once_and_those_before_hold() {
    let mut desk = open("[[wrap-up]]\ncodes = [\"old code\"]\n");
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    for (wrong, why) in [
        ("[[wrap-up]]\ncodes = [\"af", "norns.toml:2:"),
        ("[[wrap-up]]\ncodez = [\"after\"]\n", "there is no such key"),
        ("[desk]\nkeymap = \"nowhere\"\n", "keymap"),
    ] {
        put(&desk, "norns.toml", wrong);
        desk.terminal.until("what is wrong", |screen| {
            screen.has("the settings before still hold: norns.toml") && screen.has(why)
        });
        desk.terminal.press("w");
        desk.terminal.until_shown("old code");
        desk.terminal.press("esc");
        desk.terminal.until("the codes gone", |screen| !screen.has("old code"));
    }
    std::fs::remove_file(desk.home.config().join("norns.toml")).unwrap();
    desk.terminal.until_shown("it is not there any more");
    desk.terminal.press("w");
    desk.terminal.until_shown("old code");
}

#[test]
fn what_holds_only_from_the_next_start_on_is_said() {
    let desk = open("[desk]\ncountry = \"CA\"\n");
    put(&desk, "norns.toml", "[desk]\ncountry = \"GB\"\n");
    desk.terminal.until_shown("some of them hold from the next start on");
}

#[test]
fn a_desk_that_watches_its_settings_does_not_wake_at_rest() {
    let desk = open("[desk]\ncountry = \"CA\"\n");
    desk.terminal.until_shown("PRESENT");
    assert!(desk.terminal.is_silent_for(std::time::Duration::from_secs(1)));
    let before = naps(desk.terminal.pid());
    assert!(desk.terminal.is_silent_for(std::time::Duration::from_secs(2)));
    assert_eq!(naps(desk.terminal.pid()), before);
}
