//! The doorbell, rung by real processes and raw sockets: what a telephony system may get wrong
//! costs only itself.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use common::clock::Clock;
use common::desk::{Desk, FIRST_CALL, POPPED_AT, norns};
use common::home::Home;
use common::peer::{Peer, brief};

const SIZE: (u16, u16) = (120, 40);

fn offered(call: &str) -> String {
    format!(r#"{{"v":1,"event":"offered","call":"{call}","ani":"4165550142"}}"#)
}

#[test]
fn a_bad_line_costs_only_itself() {
    let mut desk = Desk::open(SIZE);
    let mut peer = Peer::connect(&desk);
    let huge = [vec![b'x'; 200_000], b"\n".to_vec()].concat();
    let deep = format!("{{\"v\":1,\"data\":{}1{}}}\n", "[".repeat(9_000), "]".repeat(9_000));
    let lines: [(&[u8], &str); 8] = [
        (b"{\"v\":1,\"event\":\"offered\",\"call\":\"c-1\",\"ani\":\"4165550142\"}\n", "created"),
        (b"\xff\xfe\x00\n", "bad_utf8"),
        (&huge, "too_long"),
        (deep.as_bytes(), "bad_json"),
        (b"not json\r\n", "bad_json"),
        (b"{\"v\":9,\"event\":\"offered\",\"call\":\"x\"}\n", "unsupported_version"),
        (b"\n\n{\"v\":1,\"event\":\"offered\"}\n", "missing_field"),
        (b"{\"v\":1,\"event\":\"answered\",\"call\":\"c-1\"}\n", "updated"),
    ];
    for (nth, (line, expected)) in lines.iter().enumerate() {
        peer.say(line);
        let reply = peer.reply();
        assert_eq!(
            (brief(&reply).as_str(), reply["n"].as_u64()),
            (*expected, Some(nth as u64 + 1))
        );
    }
    // Split at every byte, and ended without a line end.
    for byte in offered("c-2").into_bytes() {
        peer.say(&[byte]);
    }
    peer.stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(brief(&peer.reply()), "created");
    desk.terminal.until("the talk, and the other call", |screen| {
        let header = &screen.rows()[0];
        header.contains("Talking") && header.contains("+1 416 555 0142")
    });
    desk.terminal.press("]");
    desk.terminal.until_shown("call 2");
    desk.terminal.assert_grammar();
}

#[test]
fn ten_thousand_lines_at_once_are_answered_each_and_the_desk_goes_on() {
    const LINES: usize = 10_000;
    let mut desk = Desk::open(SIZE);
    let mut peer = Peer::connect(&desk);
    let mut flood = String::new();
    for n in 0..LINES {
        let event = if n % 2 == 0 { "offered" } else { "ended" };
        let call = n / 2;
        flood.push_str(&format!(r#"{{"v":1,"event":"{event}","call":"f-{call}","id":"{n}"}}"#));
        flood.push('\n');
    }
    // Everything is written before the first answer is read.
    peer.say(flood.as_bytes());
    peer.stream.shutdown(Shutdown::Write).unwrap();
    let mut text = String::new();
    peer.replies.read_to_string(&mut text).unwrap();
    let replies: Vec<String> =
        text.lines().map(|line| brief(&serde_json::from_str(line).unwrap())).collect();
    assert_eq!(replies.len(), LINES);
    let shed = replies.iter().filter(|reply| *reply == "rate_limited").count();
    assert_eq!(shed, (LINES - 4_000) / 2, "ends are never shed, and the clock stands still");
    desk.terminal.until("what was shed", |screen| {
        screen.rows().iter().any(|row| row.contains(&shed.to_string()))
    });
    desk.pop(&["--ani", "4165550142", "--call", "after"]);
    desk.terminal.press("?");
    desk.terminal.until_shown("EVERY KEY");
}

#[test]
fn a_peer_that_vanishes_or_never_reads_harms_nobody() {
    let desk = Desk::open(SIZE);
    for n in 0..40 {
        let mut gone = Peer::connect(&desk);
        gone.say(offered(&format!("gone-{n}")).as_bytes());
        drop(gone);
    }
    let mut deaf = UnixStream::connect(desk.home.run().join("pop.sock")).unwrap();
    for n in 0..3_000 {
        writeln!(deaf, r#"{{"v":1,"event":"update","call":"deaf","id":"{n}"}}"#).unwrap();
    }
    let mut peer = Peer::connect(&desk);
    assert_eq!(peer.ask(&offered("c-1")), "created");
}

#[test]
fn of_hundreds_of_idle_peers_sixteen_stay_and_whoever_speaks_for_a_link_is_one_of_them() {
    const PEERS: usize = 300;
    let desk = Desk::open(SIZE);
    let mut bridge = Peer::connect(&desk);
    bridge.say(b"{\"v\":1,\"type\":\"hello\",\"client\":\"x/1\",\"source\":\"ast:pbx1\"}\n");
    bridge.reply();
    bridge.say(b"{\"v\":1,\"event\":\"link\",\"state\":\"up\"}\n");
    bridge.reply();
    let mut idle: Vec<Peer> = (0..PEERS).map(|_| Peer::connect(&desk)).collect();
    // All but the newest fifteen were let go: their next word is the end.
    for peer in &mut idle[..PEERS - 15] {
        assert_eq!(peer.replies.read(&mut [0; 1]).unwrap(), 0);
    }
    let pid = desk.terminal.pid().as_raw_nonzero();
    let sockets = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().filter(|file| {
        let to = file.as_ref().ok().and_then(|file| std::fs::read_link(file.path()).ok());
        to.is_some_and(|to| to.to_string_lossy().starts_with("socket:"))
    });
    assert!(sockets.count() < 80, "they cost the desk nothing");
    assert_eq!(idle.last_mut().unwrap().ask(&offered("c-1")), "created");
    assert_eq!(bridge.ask(r#"{"v":1,"event":"answered","call":"c-2"}"#), "created");
    desk.terminal.until("no word of a lost link", |screen| {
        screen.rows()[0].contains("Talking") && !screen.rows()[0].contains("LOST")
    });
}

#[test]
fn events_for_somebody_else_and_unknown_ones_are_acknowledged_and_ignored() {
    let desk = Desk::open(SIZE);
    let mut peer = Peer::connect(&desk);
    assert_eq!(peer.ask(r#"{"v":1,"type":"hello","client":"x/1","source":"ast:pbx1"}"#), "ignored");
    assert_eq!(peer.ask(r#"{"v":1,"event":"applause","call":"c-1"}"#), "ignored");
    assert_eq!(peer.ask(r#"{"v":1,"event":"ping"}"#), "ignored");
    assert_eq!(peer.ask(&offered("c-1")), "created");
    assert_eq!(peer.ask(&offered("c-1")), "duplicate");
}

#[test]
fn the_command_speaks_every_form_and_its_exit_code_says_what_became_of_it() {
    let desk = Desk::open(SIZE);
    let code = |arguments: &[&str]| desk.norns(arguments).status.code();
    assert_eq!(code(&["pop", "4165550142"]), Some(0));
    assert_eq!(code(&["pop", "tel:+1-416-555-0177"]), Some(0));
    assert_eq!(code(&["pop", "norns://pop?ani=+14165550142&name=Zo%C3%AB&queue=BILLING"]), Some(0));
    assert_eq!(code(&["pop", "--arg-rest", "--", "--config=/x"]), Some(0));
    assert_eq!(code(&["pop", "--call", "c-9", "--event", "answered"]), Some(0));
    assert_eq!(code(&["pop", "--call", "c-9", "--verified", "certainly"]), Some(2));
    assert_eq!(code(&["pop"]), Some(64));
    assert_eq!(code(&["pop", "--no-such-flag"]), Some(64));
    assert_eq!(code(&["pop", "ftp://x"]), Some(64));
    let stdin = |text: &str| {
        let mut command = desk.home.command(&["pop", "--stdin"]);
        command.env("NORNS_CLOCK", desk.clock.socket()).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait().unwrap().code()
    };
    assert_eq!(stdin(&format!("{}\n", offered("c-10"))), Some(0));
    assert_eq!(stdin("{"), Some(2));
}

#[test]
fn what_an_address_says_is_on_the_desk_marked_and_without_what_it_must_not_say() {
    let mut desk = Desk::open(SIZE);
    let address = "norns://pop?v=1&event=offered&call=abc&ani=+14165550142&name=Zo%C3%AB&\
                   queue=BILLING&lang=de&d.topic=bill&verified=pin&case=$case$&unknown=1";
    desk.pop(&[address]);
    desk.terminal.until("the call with its mark", |screen| {
        let header = &screen.rows()[0];
        ["BILLING", "+1 416 555 0142", "by a link or a command", "ringing"]
            .iter()
            .all(|word| header.contains(word))
    });
    desk.terminal.until_shown("Zoë");
    desk.terminal.until("what came with it", |screen| {
        screen.rows().iter().any(|row| row.contains("topic") && row.contains("bill"))
    });
    desk.terminal.until_shown("2 candidates");
    for word in ["$case$", "pin"] {
        assert!(!desk.terminal.look(|screen| screen.has(word)), "{word}");
    }
    desk.pop(&["norns://pop?event=ended&call=abc"]);
    desk.terminal.until("its end", |screen| !screen.rows()[0].contains("ringing"));
    // Any page can do this, so that only two take the screen in ten seconds.
    for nth in 0..3 {
        desk.pop(&[&format!("norns://pop?event=offered&call=more-{nth}&ani=+14165550142")]);
    }
    desk.terminal.press("f3");
    desk.terminal.until("all of them in the list", |screen| {
        screen.rows().iter().filter(|row| row.contains("ringing")).count() >= 3
    });
    desk.terminal.assert_grammar();
}

#[test]
fn a_caller_s_name_cannot_paint_the_screen() {
    let desk = Desk::open(SIZE);
    let name = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}eleanor\u{200b}";
    desk.pop(&["--ani", "4165550142", "--call", "c-1", "--ani-name", name, "--queue", "\u{9b}31m"]);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.until_shown("eleanor");
    desk.terminal.assert_grammar();
}

#[test]
fn a_second_desk_says_who_has_the_bell_and_shares_the_gateway() {
    let mut desk = Desk::open(SIZE);
    desk.pop(&["--ani", "4165550142", "--call", "c-1"]);
    desk.terminal.until_shown("2 candidates");
    let second = desk.second(SIZE);
    let pid = desk.terminal.pid().as_raw_nonzero().to_string();
    second.until("who has the bell", |screen| {
        screen.rows().iter().any(|row| row.contains("process") && row.contains(&pid))
    });
    desk.terminal.press("q");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
}

#[test]
fn a_removed_socket_is_bound_again() {
    let desk = Desk::open(SIZE);
    let socket = desk.home.run().join("pop.sock");
    for _ in 0..3 {
        std::fs::remove_file(&socket).unwrap();
        desk.until("a socket in its place", || UnixStream::connect(&socket).is_ok());
    }
    desk.pop(&["--ani", "4165550142", "--call", "c-1"]);
    desk.terminal.until_shown("2 candidates");
}

#[test]
fn what_is_in_the_way_of_the_socket_is_named_and_left() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    std::fs::create_dir(home.run()).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(home.run(), std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(home.run().join("pop.sock"), "precious").unwrap();
    let mut terminal = common::desk::start(&home, &clock, (160, 40), &[]);
    terminal.until_shown("no calls:");
    terminal.until_shown("is in the way and no socket");
    terminal.press("q");
    terminal.exit_status();
    assert_eq!(std::fs::read_to_string(home.run().join("pop.sock")).unwrap(), "precious");
    assert_eq!(norns(&home, &clock, &["pop", "4165550142"]).status.code(), Some(3));
}

#[test]
fn when_the_desk_that_has_the_bell_ends_the_other_takes_bell_and_gateway_over() {
    for killed in [false, true] {
        let mut desk = Desk::open(SIZE);
        let second = desk.second(SIZE);
        let pid = desk.terminal.pid().as_raw_nonzero().to_string();
        second.until("who has the bell", |screen| {
            screen.rows().iter().any(|row| row.contains("process") && row.contains(&pid))
        });
        if killed {
            desk.terminal.signal(rustix::process::Signal::KILL);
        } else {
            desk.terminal.press("q");
        }
        desk.terminal.exit_status();
        second.until_shown("calls ring here now");
        desk.pop(&["--ani", "4165550142", "--call", "c-1"]);
        second.until_shown("2 candidates");
    }
}

#[test]
fn what_a_killed_desk_left_never_keeps_the_next_from_listening() {
    let mut desk = Desk::open(SIZE);
    // A thousand by `NORNS_RESTARTS=1000`.
    let restarts = std::env::var("NORNS_RESTARTS").map_or(20, |n| n.parse().unwrap());
    for nth in 0..restarts {
        desk.terminal.signal(rustix::process::Signal::KILL);
        desk.terminal.exit_status();
        assert!(desk.home.run().join("pop.sock").exists(), "a stale socket");
        desk.reopen(SIZE);
        desk.pop(&["--ani", "4165550142", "--call", &format!("c-{nth}")]);
    }
}

#[test]
fn every_wrong_thing_in_the_socket_s_place_is_named_and_left_as_it_was() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    type Put = fn(&std::path::Path);
    let cases: [(Put, &str); 4] = [
        (|at| std::fs::create_dir(at).unwrap(), "is in the way and no socket"),
        (|at| symlink("elsewhere", at).unwrap(), "is in the way and no socket"),
        (|at| std::fs::write(at, "precious").unwrap(), "is in the way and no socket"),
        (
            |at| {
                let open = std::fs::Permissions::from_mode(0o755);
                std::fs::set_permissions(at.parent().unwrap(), open).unwrap();
            },
            "is open to others",
        ),
    ];
    for (put, said) in cases {
        let home = Home::new();
        let clock = Clock::start(home.root(), POPPED_AT);
        std::fs::create_dir(home.run()).unwrap();
        std::fs::set_permissions(home.run(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let socket = home.run().join("pop.sock");
        put(&socket);
        let kind =
            |path: &std::path::Path| std::fs::symlink_metadata(path).map(|m| m.file_type()).ok();
        let before = kind(&socket);
        let mut terminal = common::desk::start(&home, &clock, (200, 40), &[]);
        terminal.until_shown(said);
        terminal.press("q");
        terminal.exit_status();
        assert_eq!(kind(&socket), before);
    }
}

#[test]
fn a_runtime_folder_of_somebody_else_or_with_too_long_a_name_is_refused_by_name() {
    let long = Home::new();
    let clock = Clock::start(long.root(), POPPED_AT);
    let deep = long.root().join("x".repeat(80));
    std::fs::create_dir(&deep).unwrap();
    let runtime = deep.display().to_string();
    let terminal =
        common::desk::start(&long, &clock, (250, 40), &[("XDG_RUNTIME_DIR", runtime.as_str())]);
    terminal.until_shown("is too long for a socket: 107 bytes at most");
    // Only root can give a folder away.
    let others = Home::new();
    let clock = Clock::start(others.root(), POPPED_AT);
    let folder = others.root().join("theirs");
    std::fs::create_dir_all(folder.join("norns")).unwrap();
    std::os::unix::fs::chown(folder.join("norns"), Some(12_345), None)
        .expect("root runs this test");
    let runtime = folder.display().to_string();
    let terminal =
        common::desk::start(&others, &clock, (200, 40), &[("XDG_RUNTIME_DIR", runtime.as_str())]);
    terminal.until_shown("belongs to user 12345, not to 0");
}

#[test]
fn a_process_of_another_user_is_turned_away_and_the_log_says_so() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let desk = Desk::open(SIZE);
    // The doors before the bell are opened, so that the bell itself has to refuse.
    for (path, mode) in
        [("", 0o711), ("run", 0o711), ("run/norns", 0o711), ("run/norns/pop.sock", 0o666)]
    {
        let path = desk.home.root().join(path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let knock = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); \
                 s.settimeout(20); print(s.recv(999).decode())";
    let mut other = std::process::Command::new("python3");
    other.args(["-c", knock]).arg(desk.home.run().join("pop.sock"));
    // Root alone can be somebody else.
    other.uid(12_345).gid(12_345);
    let said = String::from_utf8(other.output().unwrap().stdout).unwrap();
    assert!(said.contains("not_allowed"), "{said}");
    let log = desk.home.state().join("norns.log");
    desk.until("the refusal in the log", || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        text.contains("12345") && text.contains("knocked")
    });
}

#[test]
fn a_call_by_an_address_that_waits_says_what_it_is_before_it_is_taken() {
    for size in [(120, 40), (80, 24)] {
        let mut desk = Desk::open(size);
        desk.pop(FIRST_CALL);
        desk.terminal.until_shown("2 candidates");
        desk.terminal.press("n");
        desk.terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
        desk.pop(&["norns://pop?event=offered&call=beside&ani=+16135550177&queue=SALES"]);
        desk.terminal.until("its mark and its key", |screen| {
            screen.row_with("RINGING").is_some_and(|line| {
                ["+1 613 555 0177", "by a link or a command", "takes it"]
                    .iter()
                    .all(|words| line.contains(words))
            })
        });
        let plain = ["--ani", "4165550143", "--call", "plain", "--queue", "SALES"];
        desk.norns(&["pop", "norns://pop?event=ended&call=beside"]);
        desk.pop(&plain);
        desk.terminal.until("a call that came as calls do", |screen| {
            let line = screen.row_with("RINGING").unwrap_or_default();
            line.contains("+1 416 555 0143") && !line.contains("by a link")
        });
    }
}
