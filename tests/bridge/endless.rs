//! Inputs without end: recorded and written traffic, spoilt by chance from a seed. Nothing stops a
//! framer, nothing that is told is unclean, and after whatever came the next message is whole.
//!
//! Ten million of each: `NORNS_INPUTS=10000000 cargo test --locked --features test-clock --test
//! bridge -- --ignored endless`. The seed is `NORNS_SEED`, 1 where it is not said.

use fastrand::Rng;
use jiff::Timestamp;
use norns::bridge::ami;
use norns::bridge::esl;
use norns::bridge::seats::Seats;
use norns::bridge::told::Told;
use norns::domain::text::CleanText;
use norns::pop::frame;
use norns::pop::protocol::{self, Line};

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
    for _ in 0..rng.usize(0..4) {
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

fn clean(told: &[Told]) {
    for told in told {
        let line = told.line("ast:test");
        let hidden = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!line.contains(hidden), "{line}");
        let read = protocol::parse(line.as_bytes(), &CleanText::line("x"), Timestamp::UNIX_EPOCH);
        assert!(matches!(read, Ok(Line::Event { .. })), "{read:?}: {line}");
    }
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

fn ami(count: u64, seed: u64) {
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
                    clean(&calls.hear(&passed));
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
}

fn esl_inputs() -> Vec<Vec<u8>> {
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
    let both = [false, true];
    both.iter().flat_map(|json| fs.events.iter().map(|event| encode(event, *json))).collect()
}

fn esl(count: u64, seed: u64) {
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
                clean(&calls.hear(&event));
                for question in calls.questions() {
                    assert!(!question.channel.contains(char::is_whitespace));
                    clean(&calls.answer(&question, rng.bool().then_some("4711")));
                }
            }
        }
        // A body that was announced too long swallows what follows, as it must; it ends here.
        if n % 64 == 63 {
            framer = esl::frame::Framer::default();
            clean(&calls.rest());
        }
    }
}

fn lines(count: u64, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let mut inputs: Vec<Vec<u8>> = vec![
        br#"{"v":1,"type":"hello","client":"x/1","source":"ast:pbx1"}"#.to_vec(),
        br#"{"v":1,"event":"snapshot","calls":[{"call":"c","state":"held"},{"call":"d"}]}"#
            .to_vec(),
        br#"{"v":1,"event":"agent","state":"paused","reason":"lunch"}"#.to_vec(),
        br#"{"v":1,"event":"wrapup","call":"c","phase":"start","limit_ms":30000}"#.to_vec(),
    ];
    for name in ["06-attended-transfer-sip.pop", "10-agent-rejects.pop", "07-wrapup-pause.pop"] {
        let told = super::common::telephony::told(&capture(name));
        inputs.extend(told.iter().map(|told| told.line("ast:test").into_bytes()));
    }
    let source = CleanText::line("local");
    let mut framer = frame::Framer::default();
    for n in 0..count {
        let mut bytes = rng.choice(&inputs).unwrap().clone();
        spoil(&mut bytes, &mut rng);
        bytes.push(b'\n');
        for piece in pieces(&bytes, &mut rng) {
            for framed in framer.feed(piece) {
                let frame::Framed::Line(line) = framed else { continue };
                if let Err(complaint) = protocol::parse(&line, &source, Timestamp::UNIX_EPOCH) {
                    assert!(!complaint.message.contains("1795328"), "{}", complaint.message);
                }
            }
        }
        if n % 1_024 == 0 {
            assert!(!framer.partial(), "a line has ended");
        }
    }
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |n| n.parse().unwrap())
}

#[test]
fn thousands_of_spoilt_inputs_stop_neither_framer_nor_bell() {
    ami(10_000, 7);
    esl(10_000, 7);
    lines(10_000, 7);
}

#[test]
#[ignore = "takes minutes; see the head of the file"]
fn endless_manager_interface() {
    ami(number("NORNS_INPUTS", 10_000_000), number("NORNS_SEED", 1));
}

#[test]
#[ignore = "takes minutes; see the head of the file"]
fn endless_event_socket() {
    esl(number("NORNS_INPUTS", 10_000_000), number("NORNS_SEED", 1));
}

#[test]
#[ignore = "takes minutes; see the head of the file"]
fn endless_pop_lines() {
    lines(number("NORNS_INPUTS", 10_000_000), number("NORNS_SEED", 1));
}
