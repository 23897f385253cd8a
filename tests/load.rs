//! What many calls and many desks cost. Figures are printed with `--nocapture`.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]
#![allow(clippy::print_stdout, reason = "figures are printed")]
#![allow(clippy::disallowed_methods, reason = "a load takes the machine's time")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use common::gateway::{Gateway, configure, join, write_private};
use common::home::{Home, NORNS};
use common::peer::Peer;
use common::process::{busy, naps, own_kib, resident_kib};
use common::terminal::{Terminal, TerminalSpec};
use jiff::Timestamp;
use norns::sample::Sample;
use norns::sample::server::Latency;

const SIZE: (u16, u16) = (120, 40);

/// A number from the environment: how much more than usual is asked for.
fn asked_for(variable: &str) -> Option<usize> {
    std::env::var(variable).ok().map(|number| number.parse().unwrap())
}

/// Opens a desk of this user by the machine's clock: one that stands still would hide a timer.
fn open(home: &Home, script: &str) -> Terminal {
    let spec = TerminalSpec::of("/bin/sh", &["-c", script]).with("NORNS", NORNS);
    Terminal::start(TerminalSpec { size: SIZE, home: home.clone(), ..spec })
}

fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "never: {what}");
        thread::park_timeout(Duration::from_millis(10));
    }
}

/// Every draft that this user's desk keeps.
fn drafts(home: &Home) -> String {
    let files = std::fs::read_dir(home.state().join("drafts")).into_iter().flatten().flatten();
    files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default()).collect()
}

/// A desk of this user that hears calls, with a note begun.
fn ready(home: &Home) -> Terminal {
    let mut terminal = open(home, "exec \"$NORNS\"");
    terminal.until_shown("PRESENT");
    until("a bell", || UnixStream::connect(home.run().join("pop.sock")).is_ok());
    terminal.press("n");
    terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
    terminal
}

/// Connections to this place that are open.
fn connections(place: &str) -> usize {
    let port: u16 = place.rsplit(':').next().unwrap().parse().unwrap();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    // After proc(5): the third field is the other end, the fourth 01 where it is established.
    let there = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields[2].ends_with(&format!(":{port:04X}")) && fields[3] == "01"
    };
    table.lines().skip(1).filter(there).count()
}

/// Lines a second.
const RATE: usize = 10_000;
/// Lines written at a time.
const PIECE: usize = RATE / 100;

/// The nth line of a flood; one of 25 is malformed, each in another way.
fn line(nth: usize) -> Vec<u8> {
    let call = nth / 2;
    let mut line = match nth % 25 {
        0 => match nth / 25 % 4 {
            0 => b"{\"v\":1,\"event\":\"offered\",".to_vec(),
            1 => b"{\"v\":1,\"event\":\"offered\",\"call\":\"\xff\xfe\"}".to_vec(),
            2 => b"{\"v\":1,\"event\":\"offered\"}".to_vec(),
            _ => b"INVITE sip:4165550142@desk".to_vec(),
        },
        _ if nth.is_multiple_of(2) => {
            let ani = 4_160_000_000 + call % 10_000_000;
            format!(r#"{{"v":1,"event":"offered","call":"f-{call}","ani":"{ani}","queue":"BILLING","id":"{nth}"}}"#)
                .into_bytes()
        }
        _ => format!(r#"{{"v":1,"event":"ended","call":"f-{call}","id":"{nth}"}}"#).into_bytes(),
    };
    line.push(b'\n');
    line
}

/// What a flood was answered.
#[derive(Debug, Default, PartialEq, Eq)]
struct Answers {
    taken: usize,
    malformed: usize,
    shed: usize,
}

/// Counts answers until the desk has no more.
fn counting(replies: BufReader<UnixStream>) -> thread::JoinHandle<Answers> {
    thread::spawn(move || {
        let mut answers = Answers::default();
        for reply in replies.lines().map(Result::unwrap) {
            let counted = match &reply {
                reply if reply.contains(r#""type":"ack""#) => &mut answers.taken,
                reply if reply.contains("rate_limited") => &mut answers.shed,
                _ => &mut answers.malformed,
            };
            *counted += 1;
        }
        answers
    })
}

/// Writes so many seconds of a flood at its rate, and returns how many lines that were.
fn flood(stream: &mut UnixStream, from: usize, seconds: usize) -> usize {
    let begun = Instant::now();
    for piece in 0..seconds * RATE / PIECE {
        let due = Duration::from_secs(1) * u32::try_from(piece * PIECE).unwrap()
            / u32::try_from(RATE).unwrap();
        thread::sleep(due.saturating_sub(begun.elapsed()));
        let nth = from + piece * PIECE;
        let lines: Vec<u8> = (nth..nth + PIECE).flat_map(line).collect();
        stream.write_all(&lines).unwrap();
    }
    seconds * RATE
}

#[test]
fn ten_thousand_lines_a_second_lose_none_below_the_shed_point_and_hold_up_no_hand() {
    // The figure of a release is sixty: `NORNS_FLOOD_SECONDS=60`.
    let long = asked_for("NORNS_FLOOD_SECONDS");
    let seconds = long.unwrap_or(5);
    let home = Home::new();
    // Nobody is there to be asked about the callers: the desk alone is what is loaded.
    write_private(
        &home.config().join("norns.toml"),
        "[gateway]\nsocket = \"/nowhere/gateway.sock\"\n\
         [bell]\nlines-per-second = 20000\nburst = 20000\n",
    );
    let mut terminal = ready(&home);
    let Peer { mut stream, replies } = Peer::of(&home);
    let answers = counting(replies);
    let mut sent = flood(&mut stream, 0, 2);
    let (warm, idle) = (resident_kib(terminal.pid()), busy(terminal.pid()));
    let flooding = thread::spawn(move || {
        let sent = flood(&mut stream, sent, seconds);
        stream.shutdown(Shutdown::Write).unwrap();
        sent
    });
    let (mut waits, mut text) = (Vec::new(), String::new());
    while !flooding.is_finished() {
        // Never twice the same end, so that what is seen is what was typed.
        let letter = char::from(b'a' + u8::try_from(text.len() % 26).unwrap());
        text.push(letter);
        let typed = Instant::now();
        terminal.send(&[letter as u8]);
        let shown = &text[text.len().saturating_sub(20)..];
        terminal.until("what was typed", |screen| screen.has(shown));
        waits.push(typed.elapsed());
        thread::sleep(Duration::from_millis(50));
    }
    sent += flooding.join().unwrap();
    let answers = answers.join().unwrap();
    let spent = busy(terminal.pid()).saturating_sub(idle);
    let grown = resident_kib(terminal.pid()).saturating_sub(warm);
    waits.sort_unstable();
    let p99 = waits[waits.len() * 99 / 100];
    println!(
        "{seconds} s of {RATE} lines/s: {answers:?}, +{grown} KiB, key to paint p50 {:?} p99 {p99:?}, \
         {:.0} % of a core",
        waits[waits.len() / 2],
        100.0 * spent.as_secs_f64() / seconds as f64,
    );
    let malformed = sent / 25;
    assert_eq!(answers, Answers { taken: sent - malformed, malformed, shed: 0 });
    assert!(grown <= 2 * 1024, "{grown} KiB");
    until("every letter on disk", || drafts(&home).contains(&text));

    terminal.assert_grammar();
    if long.is_some() {
        assert!(p99 <= Duration::from_millis(50), "{p99:?}");
    }
}

#[test]
fn what_is_above_the_shed_point_is_counted_and_shown_while_typing_goes_on() {
    let home = Home::new();
    let gateway = "[gateway]\nsocket = \"/nowhere/gateway.sock\"\n";
    let pace = "[bell]\nlines-per-second = 1000\nburst = 4000\n";
    write_private(&home.config().join("norns.toml"), &[gateway, pace].concat());
    let mut terminal = ready(&home);
    let Peer { mut stream, replies } = Peer::of(&home);
    let answers = counting(replies);
    let sent = flood(&mut stream, 0, 2);
    stream.shutdown(Shutdown::Write).unwrap();
    terminal.type_text("charged twice");
    let answers = answers.join().unwrap();
    println!("{sent} lines of which 1000/s and a burst of 4000 are allowed: {answers:?}");
    terminal.until_shown(&format!("{} events shed", answers.shed));
    terminal.until_shown("charged twice");
    // What ends a call is never shed.
    let ends = (0..sent).filter(|nth| nth % 2 == 1 && nth % 25 != 0).count();
    assert!(answers.taken > ends && answers.shed > 1_000, "{answers:?}");
    assert_eq!((answers.malformed, answers.taken + answers.shed), (sent / 25, sent - sent / 25));
    terminal.assert_grammar();
}

#[test]
fn desks_of_many_agents_share_a_gateway_and_cost_little_at_rest_and_nothing_when_they_are_cut_off()
{
    const REST: Duration = Duration::from_secs(3);
    // The figure of a release is two hundred: `NORNS_DESKS=200`.
    let desks = asked_for("NORNS_DESKS").unwrap_or(10);
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sample = Sample::start(20_417, 42, Timestamp::now(), Latency::Real);
    let sample = runtime.block_on(sample).unwrap();
    let centre = Home::new();
    let tokens: Vec<String> = (0..desks).map(|nth| format!("{nth:032}")).collect();
    let config = configure(&centre, sample.variables(), &tokens).display().to_string();
    let mut gateway = Gateway::start(&centre, &[], &["--config", &config]);
    let place = gateway.place();

    let mut seats: Vec<(Home, Terminal)> = tokens
        .iter()
        .map(|token| {
            let home = Home::new();
            join(&home, &place, token);
            let terminal = open(&home, "trap '' HUP; exec \"$NORNS\"");
            (home, terminal)
        })
        .collect();
    // Nobody asks before everybody sits: two hundred programs that start leave no time to answer.
    seats.iter().for_each(|(_, terminal)| terminal.until_shown("Ready"));
    for (nth, (_, terminal)) in seats.iter_mut().enumerate() {
        terminal.press("f");
        terminal.type_text("A-7731-02");
        terminal.press("enter");
        terminal.until_shown("Eleanor Whitcombe");
        terminal.press("enter");
        terminal.until("every answer", |screen| {
            let strip = screen.rows().into_iter().rev().nth(1).unwrap();
            strip.contains("CRM") && !strip.contains('…')
        });
        terminal.press("n");
        terminal.until("a note", |screen| screen.row_with("NOTE").is_some());
        terminal.type_text(&format!("charged twice, {nth}"));
        terminal.until_shown(&format!("charged twice, {nth}"));
    }
    for (_, terminal) in &seats {
        while !terminal.is_silent_for(Duration::from_millis(300)) {}
    }
    // The gateway closes connections on which nobody has asked for a while.
    until("every connection closed", || connections(&place) == 0);
    let woken = |seats: &[(Home, Terminal)]| -> Vec<u64> {
        seats.iter().map(|(_, terminal)| naps(terminal.pid())).collect()
    };
    // A thread that waited for more to do ends some seconds later; the last desk was asked last.
    until("every desk at rest", || {
        let before = woken(&seats);
        thread::sleep(Duration::from_secs(1));
        woken(&seats) == before
    });
    let before = woken(&seats);
    thread::sleep(REST);
    let after = woken(&seats);
    let memory: Vec<u64> = seats.iter().map(|(_, terminal)| resident_kib(terminal.pid())).collect();
    let woke: u64 = after.iter().zip(&before).map(|(after, before)| after - before).sum();
    let most = memory.iter().max().unwrap();
    let own = seats.iter().map(|(_, terminal)| own_kib(terminal.pid())).max().unwrap();
    println!(
        "{desks} desks: at most {most} KiB each, {own} KiB of them its own; gateway {} KiB; \
         {woke} wake-ups in {REST:?}",
        resident_kib(gateway.pid()),
    );
    assert!(own <= 6 * 1024, "{own} KiB");
    // The rest is the program's own text, which the desks share, and which is as large as it is
    // optimised.
    assert!(*most <= 20 * 1024 || cfg!(debug_assertions), "{memory:?}");
    assert_eq!(woke, 0, "{before:?} {after:?}");

    // Every terminal is closed under a desk that ignores the hang-up.
    let cut = Instant::now();
    for (_, terminal) in &mut seats {
        terminal.hang_up();
    }
    for (nth, (home, terminal)) in seats.iter().enumerate() {
        terminal.ended();
        assert!(drafts(home).contains(&format!("charged twice, {nth}")), "{nth}");
    }
    let worst = cut.elapsed();
    println!("{desks} desks cut off: none runs after {worst:?}, every note is kept");
    assert!(worst < Duration::from_secs(5), "{worst:?}");
    assert_eq!(gateway.stop(), Some(0));
}
