//! Inputs without end: the traffic in tests/telephony (`ami` recorded, `esl` and `lines` written),
//! spoilt by chance from a seed. Nothing stops a framer, nothing that is told is unclean, and after
//! whatever came the next message is whole.
//!
//! Ten million of each: `cargo test --release --locked --features test-clock --test bridge --
//! --ignored endless`. Fewer by `NORNS_INPUTS`; the seed is `NORNS_SEED`, 1 where it is not said.

#![allow(clippy::print_stdout, reason = "what the endless ones print is what they are for")]

use std::path::Path;

use fastrand::Rng;
use jiff::Timestamp;
use norns::bridge::ami;
use norns::bridge::esl;
use norns::bridge::seats::Seats;
use norns::bridge::told::Told;
use norns::domain::text::CleanText;
use norns::pop::frame;
use norns::pop::protocol::{self, Line};
use norns::pop::table::{Rules, Table};

use super::common::switch::{WrittenEvents, encode};
use super::common::telephony::{CAPTURES, capture, names};

/// What makes trouble where it does not belong.
const TROUBLE: &[&[u8]] = &[
    b"\r\n\r\n",
    b"\r\n",
    b"\n",
    b"\n\n",
    b"\r",
    b": ",
    b":",
    b"\0",
    b"\xff\xfe",
    b"\x1b[31m",
    b"Event: Hangup\r\nPrivilege: call,all\r\n",
    b"ActionID: ",
    b"Response: Goodbye",
    b"ChanVariable: ACCOUNT=666\r\n",
    b"Linkedid: 1.1\r\n",
    b"Content-Length: ",
    b"99999999999",
    b"-1",
    b"%0A%0d",
    b"%zz",
    b"_undef_",
    b"{",
    b"}",
    b"[[[[[[",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x91\xa9\xe2\x80\x8d",
    b",\"v\":1",
    b"1e999",
    b"\"calls\":[{}]",
];

fn spoil(bytes: &mut Vec<u8>, rng: &mut Rng) {
    // Every other one stays as it is, so that there is a call for the next one to spoil.
    for _ in 0..rng.usize(0..7).saturating_sub(3) {
        let at = rng.usize(0..=bytes.len());
        match rng.u8(0..6) {
            0 => drop(bytes.splice(at..at, rng.choice(TROUBLE).unwrap().iter().copied())),
            1 => bytes.truncate(at),
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = rng.u8(..);
                }
            }
            3 => {
                let end = (at + rng.usize(0..64)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + rng.usize(0..64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let into = rng.usize(0..=bytes.len());
                bytes.splice(into..into, piece);
            }
            _ => {
                let noise: Vec<u8> = (0..rng.usize(0..32)).map(|_| rng.u8(..)).collect();
                bytes.splice(at..at, noise);
            }
        }
    }
}

/// In one piece, or in two.
fn pieces<'b>(bytes: &'b [u8], rng: &mut Rng) -> [&'b [u8]; 2] {
    let at = if rng.bool() { bytes.len() } else { rng.usize(0..=bytes.len()) };
    [&bytes[..at], &bytes[at..]]
}

/// Every line that a desk would be told is one that it takes; returns how many there are.
fn clean(told: &[Told]) -> u64 {
    for told in told {
        let line = told.line("ast:test");
        let hidden = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!line.contains(hidden), "{line}");
        let read = protocol::parse(line.as_bytes(), &CleanText::line("x"), Timestamp::UNIX_EPOCH);
        assert!(matches!(read, Ok(Line::Event { .. })), "{read:?}: {line}");
    }
    told.len() as u64
}

fn corpus(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/telephony");
    std::fs::read(folder.join(name)).unwrap()
}

fn ami_inputs() -> Vec<Vec<u8>> {
    let mut inputs: Vec<Vec<u8>> = Vec::new();
    for name in CAPTURES.iter().filter(|name| !name.starts_with("20-")) {
        let bytes = capture(name);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        inputs.extend(text.split_inclusive("\r\n\r\n").map(|event| event.as_bytes().to_vec()));
    }
    inputs
}

/// Returns how much the desks were told: of spoilt traffic too, most is understood.
fn ami(count: u64, seed: u64) -> u64 {
    let mut told = 0;
    let (mut rng, inputs) = (Rng::with_seed(seed), ami_inputs());
    let mut framer = ami::frame::Framer::default();
    let mut sieve = ami::sieve::Sieve::default();
    let mut calls = ami::calls::Calls::new(names());
    let mut at = 0;
    for n in 0..count {
        if n % 4_096 == 0 {
            (framer, sieve) = Default::default();
            calls = ami::calls::Calls::new(names());
            at = rng.usize(0..inputs.len());
        }
        let mut bytes = inputs[(at + n as usize) % inputs.len()].clone();
        spoil(&mut bytes, &mut rng);
        for piece in pieces(&bytes, &mut rng) {
            for framed in framer.feed(piece) {
                let ami::frame::Framed::Message(message) = framed else { continue };
                if let Some(passed) = sieve.pass(message, |id| id == "a1") {
                    told += clean(&calls.hear(&passed));
                }
            }
        }
        if n % 512 == 511 {
            clean(&calls.rest());
            // Whatever came: two empty lines on, a message is a message.
            framer.feed(b"\r\n\r\n");
            let next = framer.feed(b"Event: X\r\nA: b\r\n\r\n");
            let ami::frame::Framed::Message(next) = &next[0] else { panic!("no message") };
            assert_eq!((next.len(), next.last("A"), next.spoilt), (2, Some("b"), false));
        }
    }
    told
}

/// What a FreeSWITCH would send, in both framings: what the corpus was written by.
fn esl_written() -> [Vec<u8>; 2] {
    let mut fs = WrittenEvents::default();
    let call = |n: usize| format!("6c1d1f0a-0000-4000-8000-{n:012}");
    for n in 0..40 {
        let agent = ["1001@default", "1002@default"][n % 2];
        let agent = ("CC-Agent", agent);
        fs.queue("member-queue-start", &call(n), &[]).queue("agent-offering", &call(n), &[agent]);
        fs.queue("bridge-agent-start", &call(n), &[agent, ("variable_ACCOUNT", "4711")]);
        let phone = call(1_000 + n);
        let own = [("Unique-ID", phone.as_str()), ("Channel-Presence-ID", "1001@pbx.example")];
        let other = call(n);
        let rung = [("Call-Direction", "outbound"), ("Other-Leg-Unique-ID", other.as_str())];
        fs.event("CHANNEL_CREATE", &[&own[..], &rung].concat());
        for name in ["CHANNEL_ANSWER", "CHANNEL_BRIDGE", "CHANNEL_HOLD", "CHANNEL_UNHOLD"] {
            fs.event(name, &[&own[..], &[("Other-Leg-Unique-ID", &call((n + 1) % 40))]].concat());
        }
        fs.event("CHANNEL_HANGUP_COMPLETE", &own).queue("bridge-agent-end", &call(n), &[agent]);
        fs.queue("member-queue-end", &call(n), &[("CC-Cause", "Cancel")]);
    }
    [false, true].map(|json| fs.events.iter().flat_map(|event| encode(event, json)).collect())
}

/// Messages, each from its first header to the next one's.
fn esl_inputs() -> Vec<Vec<u8>> {
    const FIRST: &[u8] = b"Content-";
    let mut inputs = Vec::new();
    for name in ["calls.plain", "calls.json", "others"] {
        let bytes = corpus(&format!("esl/{name}.txt"));
        let starts: Vec<usize> = (0..bytes.len())
            .filter(|at| bytes[*at..].starts_with(FIRST))
            .filter(|at| *at == 0 || bytes[..*at].ends_with(b"\n\n") || bytes[at - 1] == b'}')
            .chain([bytes.len()])
            .collect();
        inputs.extend(starts.windows(2).map(|piece| bytes[piece[0]..piece[1]].to_vec()));
    }
    inputs
}

fn esl(count: u64, seed: u64) -> u64 {
    let mut told = 0;
    let (mut rng, inputs) = (Rng::with_seed(seed), esl_inputs());
    let fresh = || {
        let mut seats = Seats::default();
        seats.give("alice", "1001@default");
        seats.give("alice", "1001@pbx.example");
        seats.give("bob", "1002@default");
        esl::calls::Calls::new(esl::calls::Names { seats, ..Default::default() })
    };
    let (mut framer, mut calls, mut at) = (esl::frame::Framer::default(), fresh(), 0);
    for n in 0..count {
        if n % 4_096 == 0 {
            (framer, calls) = (esl::frame::Framer::default(), fresh());
            at = rng.usize(0..inputs.len());
        }
        let mut bytes = inputs[(at + n as usize) % inputs.len()].clone();
        spoil(&mut bytes, &mut rng);
        for piece in pieces(&bytes, &mut rng) {
            for message in framer.feed(piece) {
                let Some(event) = esl::event::Event::of(&message) else { continue };
                told += clean(&calls.hear(&event));
                for question in calls.questions() {
                    assert!(!question.channel.contains(char::is_whitespace));
                    clean(&calls.answer(&question, rng.bool().then_some("4711")));
                }
            }
        }
        // A body that was announced too long swallows what follows, as it must; it ends here.
        if n % 8 == 7 {
            framer = esl::frame::Framer::default();
            clean(&calls.rest());
        }
    }
    told
}

fn line_inputs() -> Vec<Vec<u8>> {
    let lines = |name: &str| {
        let bytes = corpus(&format!("lines/{name}.txt"));
        bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let mut inputs = [lines("good"), lines("bad")].concat();
    for name in ["06-attended-transfer-sip.pop", "10-agent-rejects.pop", "07-wrapup-pause.pop"] {
        let told = super::common::telephony::told(&capture(name));
        inputs.extend(told.iter().map(|told| told.line("ast:test").into_bytes()));
    }
    inputs
}

/// Returns how many lines were events, and came to the table of calls.
fn lines(count: u64, seed: u64) -> u64 {
    let mut heard = 0;
    let (mut rng, inputs) = (Rng::with_seed(seed), line_inputs());
    let source = CleanText::line("local");
    let (mut framer, mut table) = (frame::Framer::default(), Table::default());
    for n in 0..count {
        if n % 512 == 0 {
            table = Table::new(Rules { identities: Vec::new(), live: 32 });
        }
        let mut bytes = rng.choice(&inputs).unwrap().clone();
        spoil(&mut bytes, &mut rng);
        bytes.push(b'\n');
        for piece in pieces(&bytes, &mut rng) {
            for framed in framer.feed(piece) {
                let frame::Framed::Line(line) = framed else { continue };
                let now = Timestamp::from_millisecond(1_795_328_000_000 + n as i64).unwrap();
                match protocol::parse(&line, &source, now) {
                    Ok(Line::Event { pop, .. }) => {
                        heard += 1;
                        let applied = table.apply(&pop, &line, now);
                        let known = |card: u32| table.call(card).is_some();
                        assert!(applied.card.into_iter().chain(applied.changed).all(known));
                    }
                    Ok(Line::Hello { .. } | Line::Result { .. }) => {}
                    Err(complaint) => {
                        assert!(!complaint.message.contains("1795328"), "{}", complaint.message);
                    }
                }
            }
        }
        if n % 1_024 == 0 {
            assert!(!framer.partial(), "a line has ended");
        }
    }
    heard
}

/// Feeds as many as are wanted, and says how many there were.
fn report(what: &str, feed: fn(u64, u64) -> u64) {
    let (count, seed) = (number("NORNS_INPUTS", 10_000_000), number("NORNS_SEED", 1));
    let understood = feed(count, seed);
    println!("{what}: {count} inputs from seed {seed}, {understood} events understood");
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |n| n.parse().unwrap())
}

#[test]
fn thousands_of_spoilt_inputs_stop_neither_framer_nor_bell() {
    // What was spoilt beyond being understood would prove nothing.
    let told = [ami(10_000, 7), esl(10_000, 7), lines(10_000, 7)];
    assert!(told.iter().zip([200, 1_000, 1_000]).all(|(told, least)| *told > least), "{told:?}");
}

#[test]
fn the_corpora_are_what_they_are_said_to_be() {
    let mut wrong = Vec::new();
    for (name, written) in ["calls.plain", "calls.json"].iter().zip(esl_written()) {
        let path = format!("{}/tests/telephony/esl/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let known = std::fs::read(&path).unwrap_or_default();
        if known != written {
            std::fs::write(format!("{path}.new"), &written).unwrap();
        }
        if known != written {
            wrong.push(*name);
        }
    }
    assert!(wrong.is_empty(), "otherwise than it is written now: {wrong:?}");
    let parses = |line: &[u8]| {
        protocol::parse(line, &CleanText::line("local"), Timestamp::UNIX_EPOCH).is_ok()
    };
    for (name, good) in [("good", true), ("bad", false)] {
        let bytes = corpus(&format!("lines/{name}.txt"));
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            assert_eq!(parses(line), good, "{}", String::from_utf8_lossy(line));
        }
    }
}

#[test]
#[ignore = "takes minutes; see the head of the file"]
fn endless_manager_interface() {
    report("ami", ami);
}

#[test]
#[ignore = "takes minutes; see the head of the file"]
fn endless_event_socket() {
    report("esl", esl);
}

#[test]
#[ignore = "takes minutes; see the head of the file"]
fn endless_pop_lines() {
    report("lines", lines);
}
