//! What the desk does to the terminal that it runs in: nothing that stays.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]
#![allow(clippy::disallowed_methods, reason = "what is held here is held in the machine's time")]

mod common;

use std::time::{Duration, Instant};

use common::desk::{Desk, FIRST_CALL};
use common::home::{Home, NORNS};
use common::terminal::{Terminal, TerminalSpec};
use rustix::process::Signal;

const SIZE: (u16, u16) = (80, 24);

#[test]
fn quitting_gives_the_terminal_back() {
    let mut desk = Desk::open(SIZE);
    desk.terminal.press("q");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    desk.terminal.assert_restored();
    desk.terminal.assert_grammar();
    assert!(!desk.home.run().join("pop.sock").exists(), "nobody knocks in vain");
}

#[test]
fn a_signal_ends_the_desk_and_gives_the_terminal_back() {
    for (signal, number) in [(Signal::TERM, 15), (Signal::INT, 2), (Signal::QUIT, 3)] {
        let desk = Desk::open(SIZE);
        desk.terminal.signal(signal);
        assert_eq!(desk.terminal.exit_status().exit_code(), 128 + number);
        desk.terminal.assert_restored();
    }
}

#[test]
fn a_lost_terminal_ends_the_desk() {
    let mut desk = Desk::open(SIZE);
    desk.terminal.hang_up();
    desk.terminal.exit_status();
}

#[test]
fn stopped_by_the_shell_it_leaves_and_comes_back() {
    let mut desk = Desk::open(SIZE);
    desk.terminal.press("ctrl-z");
    desk.terminal.until("the terminal as it was", |screen| !screen.0.alternate_screen());
    let status = format!("/proc/{}/stat", desk.terminal.pid());
    desk.until("a stopped process", || std::fs::read_to_string(&status).unwrap().contains(") T "));
    desk.terminal.signal(Signal::CONT);
    desk.terminal
        .until("the desk again", |screen| screen.0.alternate_screen() && screen.has("PRESENT"));
    desk.terminal.press("q");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    desk.terminal.assert_restored();
}

#[test]
fn at_rest_it_writes_nothing() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer", |screen| {
        let strip = screen.rows().into_iter().rev().nth(1).unwrap();
        strip.contains("HOLD") && !strip.contains('…')
    });
    while !desk.terminal.is_silent_for(Duration::from_millis(300)) {}
    assert!(desk.terminal.is_silent_for(Duration::from_secs(3)));
}

#[test]
fn a_window_of_any_size_is_drawn_and_nothing_is_lost() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("n");
    desk.terminal.type_text("since July");
    desk.terminal.until_shown("since July");
    for (columns, rows) in [(200, 50), (80, 24), (40, 10), (39, 9), (1, 1), (250, 70)] {
        desk.terminal.resize(columns, rows);
        if columns >= 40 {
            desk.terminal.until("the note in the new size", |screen| screen.has("since July"));
        }
    }
    desk.terminal.assert_grammar();
}

#[test]
fn a_desk_without_a_terminal_says_so() {
    let output = Home::new().output(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("needs a terminal"));
    let dumb = Terminal::start(TerminalSpec::norns().with("TERM", "dumb"));
    assert_eq!(dumb.exit_status().exit_code(), 1);
    assert!(dumb.text().contains("cannot move its cursor"), "{}", dumb.text());
}

#[test]
fn a_note_survives_the_death_of_the_desk() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active");
    desk.terminal.press("n");
    desk.terminal.type_text("Charged twice since July");
    desk.terminal.until_shown("Charged twice since July");
    let drafts = desk.home.state().join("drafts");
    desk.until("the draft on disk", || {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().flatten();
        let texts = files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default());
        texts.into_iter().any(|text| text.contains("since July"))
    });
    desk.terminal.signal(Signal::KILL);
    desk.terminal.exit_status();
    desk.reopen((120, 40));
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active");
    desk.terminal.press("n");
    desk.terminal.until_shown("Charged twice since July");
}

/// A shell with job control in a terminal, and the desk's command in its environment.
fn shell(home: Home, script: &str) -> Terminal {
    let spec = TerminalSpec::of("/bin/bash", &["--norc", "-i", "-c", script]).with("NORNS", NORNS);
    Terminal::start(TerminalSpec { size: (100, 30), home, ..spec })
}

/// The text of every draft that is kept.
fn drafts(home: &Home) -> String {
    let files = std::fs::read_dir(home.state().join("drafts")).into_iter().flatten().flatten();
    files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default()).collect()
}

fn state_of(pid: rustix::process::Pid) -> String {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit(')').next().unwrap_or_default().trim().chars().take(1).collect()
}

#[test]
fn a_terminal_closed_while_hang_ups_are_ignored_ends_the_desk_with_its_note_kept() {
    let desks: Vec<(Terminal, Home)> = (0..5)
        .map(|_| {
            let home = Home::new();
            let spec = TerminalSpec::of("/bin/sh", &["-c", "trap '' HUP; exec \"$NORNS\""]);
            let spec = TerminalSpec { size: SIZE, home: home.clone(), ..spec.with("NORNS", NORNS) };
            let mut terminal = Terminal::start(spec);
            terminal.until_shown("Ready");
            terminal.press("n");
            terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
            (terminal, home)
        })
        .collect();
    for (mut terminal, home) in desks {
        terminal.type_text("charged twice");
        terminal.until_shown("charged twice");
        let hung_up = Instant::now();
        terminal.hang_up();
        terminal.ended();
        assert!(hung_up.elapsed() < Duration::from_secs(2), "{:?}", hung_up.elapsed());
        assert!(drafts(&home).contains("charged twice"));
    }
}

#[test]
fn stopped_from_outside_and_continued_it_is_drawn_anew_in_the_new_size() {
    for signal in [Signal::TSTP, Signal::STOP] {
        let mut desk = Desk::open((120, 40));
        desk.pop(FIRST_CALL);
        desk.terminal.until_shown("2 candidates");
        let pid = desk.terminal.pid();
        desk.terminal.signal(signal);
        desk.until("a stopped process", || state_of(pid) == "T");
        if signal == Signal::TSTP {
            desk.terminal.until("a terminal left", |screen| !screen.0.alternate_screen());
        } else {
            // What a shell does that finds its job stopped.
            desk.terminal.cook();
        }
        desk.terminal.resize(80, 24);
        desk.clock.advance(60);
        desk.terminal.signal(Signal::CONT);
        desk.terminal.until("the desk in its new size", |screen| {
            screen.0.alternate_screen() && !screen.rows()[23].is_empty()
        });
        desk.terminal.press("q");
        assert_eq!(desk.terminal.exit_status().exit_code(), 0);
        desk.terminal.assert_restored();
    }
}

#[test]
fn continued_in_the_background_it_leaves_the_terminal_to_the_shell() {
    let script = "\"$NORNS\"; bg; sleep 0.3; jobs; echo settled; read x; fg";
    let mut terminal = shell(Home::new(), script);
    terminal.until_shown("Ready");
    terminal.press("ctrl-z");
    terminal.until_shown("settled");
    terminal.until_shown("Stopped");
    assert!(terminal.is_silent_for(Duration::from_millis(500)));
    assert!(terminal.look(|screen| !screen.0.alternate_screen() && !screen.has("PRESENT")));
    terminal.press("enter");
    terminal.until("the desk again", |screen| screen.0.alternate_screen() && screen.has("PRESENT"));
    terminal.press("q");
    terminal.exit_status();
    terminal.assert_restored();
}

#[test]
fn a_storm_of_sizes_loses_no_letter_of_the_note() {
    let mut desk = Desk::open((120, 40));
    desk.terminal.press("n");
    desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    let sizes =
        [(1, 1), (0, 0), (2, 2), (200, 50), (80, 24), (65_535, 1), (39, 9), (40, 10), (7, 300)];
    let mut text = String::new();
    for nth in 0..1_000_usize {
        let (columns, rows) = sizes[nth * 7 % sizes.len()];
        desk.terminal.resize_unseen(columns, rows);
        if nth % 10 == 0 {
            let word = format!("{nth} ");
            desk.terminal.type_text(&word);
            text += &word;
        }
    }
    desk.terminal.resize(120, 40);
    desk.terminal.press("ctrl-l");
    desk.terminal.until_shown("980 990");
    desk.until("every letter", || drafts(&desk.home).contains(text.trim_end()));
    desk.terminal.assert_grammar();
}

#[test]
fn a_terminal_that_cannot_is_refused_in_one_line_that_says_what_can() {
    for term in [Some("dumb"), Some(""), Some("unknown"), None] {
        let home = Home::new();
        let script = match term {
            Some(term) => format!("TERM='{term}' exec \"$NORNS\""),
            None => "unset TERM; exec \"$NORNS\"".to_owned(),
        };
        let spec = TerminalSpec::of("/bin/sh", &["-c", &script]).with("NORNS", NORNS);
        let refused = Terminal::start(TerminalSpec { size: (160, 24), home, ..spec });
        assert_eq!(refused.exit_status().exit_code(), 1);
        let said = refused.text();
        assert!(said.contains("norns --linear"), "{term:?}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
        refused.assert_restored();
    }
}

#[test]
fn neither_a_pipe_nor_a_file_is_taken_for_a_terminal() {
    for script in ["\"$NORNS\" </dev/null", "\"$NORNS\" | cat", "echo q | \"$NORNS\""] {
        let spec = TerminalSpec::of("/bin/sh", &["-c", script]).with("NORNS", NORNS);
        let terminal = Terminal::start(TerminalSpec { size: (120, 24), ..spec });
        terminal.exit_status();
        terminal.until_shown("norns: the desk needs a terminal for its input and its output");
        assert_eq!(terminal.text().trim().lines().count(), 1, "{script}");
        terminal.assert_restored();
    }
}

#[test]
fn a_locale_without_utf_8_is_sent_ascii_only() {
    let mut desk = Desk::open_with((120, 40), &[("LANG", "C")]);
    desk.pop(&["--ani", "4165550142", "--call", "c-1", "--queue", "Zoë 世界"]);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.until_shown("Zoe ?");
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active");
    for keys in ["?", "esc", "n", "esc"] {
        desk.terminal.press(keys);
        desk.terminal.until("something else", |_| true);
    }
    desk.terminal.type_text("q");
    let bytes = desk.terminal.bytes();
    assert!(bytes.is_ascii(), "{}", String::from_utf8_lossy(&bytes));
    desk.terminal.assert_grammar();
}

#[test]
fn without_colour_the_row_under_the_cursor_differs_in_its_characters() {
    let mut desk = Desk::open_with((120, 40), &[("NO_COLOR", "1")]);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    let marked = |screen: &common::terminal::Screen<'_>| -> Vec<usize> {
        let rows = screen.rows();
        rows.iter().enumerate().filter(|(_, row)| row.contains('▌')).map(|(y, _)| y).collect()
    };
    let before = desk.terminal.look(marked);
    desk.terminal.press("j");
    desk.terminal.until("another row", |screen| {
        let now = marked(screen);
        now.len() == before.len() && now != before
    });
}

#[test]
fn what_others_wrote_over_the_screen_is_painted_away() {
    let script = "chmod 622 \"$(tty)\"; exec \"$NORNS\"";
    let spec = TerminalSpec::of("/bin/sh", &["-c", script]).with("NORNS", NORNS);
    let mut terminal = Terminal::start(TerminalSpec { size: (120, 40), ..spec });
    terminal.until_shown("Ready");
    while !terminal.is_silent_for(Duration::from_millis(300)) {}
    let before = terminal.text();
    let tty = terminal.device();
    // Shut against other users, as `mesg n` does; the agent's own processes can still write.
    use std::os::unix::fs::PermissionsExt;
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&tty) & 0o022, 0);
    let rude = "\x1b[5;10HBroadcast message from root\r\n\x07The system goes down\x1b[44m";
    std::fs::write(&tty, rude).unwrap();
    terminal.until_shown("The system goes down");
    terminal.press("ctrl-l");
    terminal.until("the desk alone", |screen| screen.rows().join("\n") == before);
    terminal.press("q");
    terminal.exit_status();
    assert_eq!(mode(&tty) & 0o022, 0o022, "open again, as it was");
}

#[test]
fn every_mode_that_is_set_is_reset() {
    let mut desk = Desk::open(SIZE);
    desk.terminal.press("q");
    desk.terminal.exit_status();
    let bytes = String::from_utf8_lossy(&desk.terminal.bytes()).into_owned();
    let last = |mode: &str, end: char| bytes.rfind(&format!("\x1b[?{mode}{end}"));
    for mode in ["1049", "2004"] {
        assert!(last(mode, 'h').is_some() && last(mode, 'l') > last(mode, 'h'), "{mode}");
    }
    for mode in ["25", "7"] {
        assert!(last(mode, 'l').is_some() && last(mode, 'h') > last(mode, 'l'), "{mode}");
    }
    // Whoever was here before may have left the mouse or focus reports on.
    for mode in ["1000", "1002", "1003", "1006", "1004"] {
        assert!(last(mode, 'h').is_none() && last(mode, 'l').is_some(), "{mode}");
    }
}

#[test]
fn a_desk_that_was_killed_is_told_of_at_the_next_start() {
    let mut desk = Desk::open((120, 40));
    desk.terminal.signal(Signal::KILL);
    desk.terminal.exit_status();
    desk.reopen((120, 40));
    desk.terminal.until_shown("stty sane");
    desk.terminal.press("q");
    desk.terminal.exit_status();
    desk.reopen((120, 40));
    assert!(!desk.terminal.text().contains("stty sane"));
}

#[test]
fn in_tmux_the_desk_is_the_desk() {
    let home = Home::new();
    let script = "exec tmux -L norns -f /dev/null new-session \"$NORNS\"";
    let spec = TerminalSpec::of("/bin/sh", &["-c", script]).with("NORNS", NORNS);
    let spec = spec.with("TMUX_TMPDIR", home.root().join("run").display().to_string());
    let mut terminal =
        Terminal::start(TerminalSpec { size: (120, 40), home: home.clone(), ..spec });
    terminal.until_shown("Waiting for a call");
    let pop = home.output(&["pop", "--ani", "4165550142", "--call", "c-1"]);
    assert_eq!(pop.status.code(), Some(0));
    terminal.until_shown("2 candidates");
    terminal.press("n");
    terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    terminal.paste("charged twice");
    terminal.until_shown("charged twice");
    terminal.press("esc");
    terminal.until("no note", |screen| screen.row_with("NOTE").is_none());
    terminal.resize(80, 24);
    terminal.until("the new size", |screen| screen.has("PRESENT") && !screen.rows()[22].is_empty());
    terminal.press("q");
    assert_eq!(terminal.exit_status().exit_code(), 0);
}
