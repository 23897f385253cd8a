//! What a desk does where the machine, the sources and the environment are against it: it opens,
//! says what it cannot do, takes calls, and loses nothing that is typed.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]
#![allow(clippy::print_stdout, reason = "figures are printed")]
#![allow(clippy::disallowed_methods, reason = "figures are in the machine's time")]

mod common;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use common::clock::Clock;
use common::desk::{Desk, POPPED_AT, norns, until};
use common::gateway::{Gateway, configure, join, write_private};
use common::home::{Home, NORNS};
use common::terminal::{Terminal, TerminalSpec};
use norns::sample::Sample;
use norns::sample::server::Latency;

const SIZE: (u16, u16) = (160, 40);
/// A folder of the kernel's, in which nobody can make anything.
const READ_ONLY: &str = "/sys/kernel";
/// A gateway that is not there.
const NO_GATEWAY: &str = "[gateway]\nsocket = \"/nowhere/gateway.sock\"\n";
const NOTE: &str = "charged twice since July";

/// A desk of this user, begun by a script that ends with it.
fn open(home: &Home, script: &str) -> Terminal {
    let spec = TerminalSpec::of("/bin/sh", &["-c", script]).with("NORNS", NORNS);
    Terminal::start(TerminalSpec { size: SIZE, home: home.clone(), ..spec })
}

/// The same, which paints its first screen.
fn painted(home: &Home, script: &str) -> Terminal {
    let begun = Instant::now();
    let terminal = open(home, script);
    terminal.until_shown("PRESENT");
    println!("first screen after {:?}: {script}", begun.elapsed());
    terminal
}

/// A note is written, and stays on the screen.
fn write(terminal: &mut Terminal) {
    terminal.press("n");
    terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    terminal.type_text(NOTE);
    terminal.until_shown(NOTE);
}

/// Closed, it has put the terminal back, and written nothing to it but a desk.
fn close(mut terminal: Terminal) {
    terminal.press("ctrl-c");
    assert_eq!(terminal.exit_status().exit_code(), 0, "{}", terminal.text());
    terminal.assert_restored();
    terminal.assert_grammar();
}

/// Rings this user's desk.
fn ring(home: &Home) -> Option<i32> {
    home.output(&["pop", "--ani", "4165550142", "--queue", "BILLING", "--call", "c-1"])
        .status
        .code()
}

fn drafts(state: &Path) -> String {
    let files = std::fs::read_dir(state.join("drafts")).into_iter().flatten().flatten();
    // A disk that is full could be read for ever.
    let whole =
        files.map(|file| file.path()).filter(|path| path.extension() == Some("json".as_ref()));
    whole.map(|path| std::fs::read_to_string(path).unwrap_or_default()).collect()
}

#[test]
fn where_nothing_can_be_written_calls_are_taken_and_what_is_not_kept_is_said() {
    // Read-only, not a folder, and a folder in which nothing can be made.
    for state in [READ_ONLY, "/dev/null", "/proc/self"] {
        let home = Home::new();
        write_private(&home.config().join("norns.toml"), NO_GATEWAY);
        let script = format!("export HOME={state} XDG_STATE_HOME={state}; exec \"$NORNS\"");
        let mut terminal = painted(&home, &script);
        terminal.until_shown("calls are not journalled");
        assert_eq!(ring(&home), Some(0), "{state}");
        terminal.until("the call", |screen| screen.rows()[0].contains("+1 416 555 0142   ringing"));
        write(&mut terminal);
        terminal.until_shown("not safe on disk");
        close(terminal);
    }
}

#[test]
fn on_a_disk_that_is_full_a_note_is_written_on_and_kept_as_soon_as_there_is_room() {
    let home = Home::new();
    write_private(&home.config().join("norns.toml"), NO_GATEWAY);
    // What the kernel says of this file is what it says of a full disk.
    let full = PathBuf::from("/dev/full");
    symlink(&full, home.state().join("norns.log")).unwrap();
    let drafts_folder = home.state().join("drafts");
    std::fs::create_dir(&drafts_folder).unwrap();
    let draft = drafts_folder.join("call-local-c-1.new");
    symlink(&full, &draft).unwrap();
    let mut terminal = painted(&home, "exec \"$NORNS\"");
    assert_eq!(ring(&home), Some(0));
    terminal.until("the call", |screen| screen.rows()[0].contains("+1 416 555 0142   ringing"));
    write(&mut terminal);
    terminal.until_shown("not safe on disk");
    assert!(!drafts(&home.state()).contains(NOTE));
    std::fs::remove_file(&draft).unwrap();
    terminal.type_text("!");
    terminal.until_shown("kept on this machine");
    until("the whole note", || drafts(&home.state()).contains(&format!("{NOTE}!")));
    close(terminal);
}

/// Whether this machine lets this user mount a disk for a process of theirs.
fn mounts() -> bool {
    Command::new("unshare").args(["-m", "true"]).status().is_ok_and(|status| status.success())
}

#[test]
fn a_disk_of_its_own_that_fills_up_takes_no_letter_away() {
    assert!(mounts(), "this test mounts a disk: it wants root and the right to mount");
    let home = Home::new();
    write_private(&home.config().join("norns.toml"), NO_GATEWAY);
    let script = "exec unshare -m sh -c '\
        mount -t tmpfs -o size=64k,mode=700 none \"$XDG_STATE_HOME\"; \
        mkdir -m 700 \"$XDG_STATE_HOME/norns\"; : > \"$XDG_STATE_HOME/norns/tour-ended\"; \
        head -c 1M /dev/zero > \"$XDG_STATE_HOME/fill\"; exec \"$NORNS\"' 2>/dev/null";
    let mut terminal = painted(&home, script);
    assert_eq!(ring(&home), Some(0));
    terminal.until_shown("calls are no longer journalled");
    terminal.until("the call", |screen| screen.rows()[0].contains("+1 416 555 0142   ringing"));
    write(&mut terminal);
    terminal.until_shown("not safe on disk");
    let inside = PathBuf::from(format!("/proc/{}/root", terminal.pid()));
    let state = inside.join(home.root().join("state").strip_prefix("/").unwrap());
    std::fs::remove_file(state.join("fill")).unwrap();
    terminal.type_text("!");
    terminal.until_shown("kept on this machine");
    until("the whole note", || drafts(&state.join("norns")).contains(&format!("{NOTE}!")));
    let later = ["pop", "--ani", "6045550199", "--queue", "SALES", "--call", "c-2"];
    assert_eq!(home.output(&later).status.code(), Some(0));
    terminal.until_shown("calls are journalled again");
    let journal = std::fs::read_to_string(state.join("norns/pops")).unwrap();
    assert!(journal.contains("c-2"), "{journal}");
    close(terminal);
}

#[test]
fn with_every_source_dead_the_call_is_shown_and_every_source_is_named() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let sample = runtime.block_on(Sample::start(20_417, 42, clock.now(), Latency::None)).unwrap();
    // Nobody listens on the first port.
    let dead = |(name, value): &(String, String)| {
        let url = name.ends_with("_URL").then(|| "http://127.0.0.1:1".to_owned());
        (name.clone(), url.unwrap_or_else(|| value.clone()))
    };
    let variables: Vec<(String, String)> = sample.variables().iter().map(dead).collect();
    let centre = Home::new();
    let token = "0123456789".repeat(4);
    let config = configure(&centre, &variables, std::slice::from_ref(&token));
    let time = clock.socket().display().to_string();
    let config = config.display().to_string();
    let mut gateway = Gateway::start(&centre, &[("NORNS_CLOCK", &time)], &["--config", &config]);
    join(&home, &gateway.place(), &token);
    let mut desk = Desk::at(home, clock, SIZE, &[]);
    desk.pop(&["--ani", "4165550142", "--queue", "BILLING", "--call", "c-1"]);
    desk.terminal.until("the call", |screen| screen.rows()[0].contains("+1 416 555 0142"));
    desk.terminal.until_shown("CRM refused: nobody listens there");
    write(&mut desk.terminal);
    let state = desk.home.state();
    until("the note on disk", || drafts(&state).contains(NOTE));
    // The gateway itself goes as well.
    assert_eq!(gateway.stop(), Some(0));
    desk.terminal.press("esc");
    desk.terminal.until("no note", |screen| screen.row_with("NOTE").is_none());
    desk.terminal.press("f");
    desk.terminal.type_text("A-7731-02");
    desk.terminal.press("enter");
    desk.terminal.until_shown("the gateway cannot be reached");
    desk.terminal.press("n");
    desk.terminal.until_shown(NOTE);
    let shown = norns(&desk.home, &desk.clock, &["show", "CRM:C-20417"]);
    assert_eq!(shown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&shown.stderr).contains("the gateway cannot be reached"));
    close(desk.terminal);
}

#[test]
fn whatever_the_environment_says_the_desk_opens_and_rings() {
    for environment in [
        "LANG=xx_YY.WEIRD-8",
        "LC_ALL=zh_CN.GB18030 LANG=C.UTF-8",
        "LC_ALL=../../../etc/passwd",
        "LANG=",
        "TZ=Nowhere/Atlantis",
        "TZ=:/etc/passwd",
        "TZ=../../../etc/passwd",
        "TZ=",
        "NORNS_LOG='((('",
        "COLUMNS=-1 LINES=x COLORTERM=maybe",
        "TERM=xterm-hallucinated",
        "PATH=",
        "EDITOR='/nowhere/ed -x' VISUAL=",
        "NO_COLOR=1 LC_ALL=C",
        "XDG_STATE_HOME=relative XDG_CONFIG_HOME=relative",
        "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR/not/made/yet",
    ] {
        let home = Home::new();
        let script = format!("export {environment}; exec \"$NORNS\"");
        let mut terminal = painted(&home, &script);
        let place = if environment.contains("not/made/yet") { "run/not/made/yet" } else { "run" };
        let socket = home.root().join(place).join("norns/pop.sock");
        until(environment, || socket.exists());
        write(&mut terminal);
        close(terminal);
    }
}

#[test]
fn without_a_home_the_one_of_the_user_s_account_is_taken() {
    let home = Home::new();
    let script = "unset HOME XDG_STATE_HOME XDG_CONFIG_HOME; exec \"$NORNS\" keys";
    let terminal = open(&home, script);
    assert_eq!(terminal.exit_status().exit_code(), 0, "{}", terminal.text());
}

#[test]
fn without_a_place_for_sockets_the_desk_says_that_it_is_deaf() {
    let home = Home::new();
    write_private(&home.config().join("norns.toml"), NO_GATEWAY);
    let script = format!("export XDG_RUNTIME_DIR={READ_ONLY}; exec \"$NORNS\"");
    let mut terminal = painted(&home, &script);
    terminal.until_shown("/sys/kernel/norns cannot be made");
    write(&mut terminal);
    until("the note on disk", || drafts(&home.state()).contains(NOTE));
    close(terminal);
}

#[test]
fn too_few_files_are_said_in_one_line_and_enough_open_the_desk() {
    for files in [6, 8, 16, 63] {
        let terminal = open(&Home::new(), &format!("ulimit -n {files}; exec \"$NORNS\""));
        assert_eq!(terminal.exit_status().exit_code(), 1, "{}", terminal.text());
        let said = terminal.text();
        assert!(said.contains(&format!("only {files} files may be open")), "{said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
        terminal.assert_restored();
    }
    // What the user may raise is raised.
    for limit in ["-n 64", "-Sn 16"] {
        let home = Home::new();
        let mut terminal = painted(&home, &format!("ulimit {limit}; exec \"$NORNS\""));
        until("a bell", || home.run().join("pop.sock").exists());
        assert_eq!(ring(&home), Some(0), "{limit}");
        terminal.until("candidates", |screen| screen.has("2 candidates"));
        write(&mut terminal);
        close(terminal);
    }
}
