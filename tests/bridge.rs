//! What a real Asterisk sent, byte for byte, and what the bridge makes of it.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "bridge/behaviour.rs"]
mod behaviour;
mod common;
#[path = "bridge/hostile.rs"]
mod hostile;

use common::telephony::{CAPTURES, capture, names, passed, story, told};
use norns::bridge::ami::calls::Calls;
use norns::bridge::ami::frame::{Framed, Framer};
use norns::bridge::ami::sieve::{Passed, Sieve};
use proptest::prelude::*;

fn framed(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Vec<Framed> {
    let mut framer = Framer::default();
    pieces.into_iter().flat_map(|piece| framer.feed(piece.as_ref())).collect()
}

#[test]
fn every_capture_byte_by_byte_is_the_same_as_in_one_read() {
    for name in CAPTURES {
        let bytes = capture(name);
        let whole = framed([&bytes]);
        assert!(whole.len() > 5, "{name}");
        assert!(framed(bytes.chunks(1)) == whole, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn however_a_stream_is_cut_its_messages_are_the_same(
        cuts in proptest::collection::vec(1..4_000_usize, 1..40),
        at in 0..CAPTURES.len(),
    ) {
        let bytes = capture(CAPTURES[at]);
        let bytes = &bytes[..bytes.len().min(60_000)];
        let mut rest = bytes;
        let mut pieces = Vec::new();
        for cut in cuts {
            let (piece, further) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = further;
        }
        pieces.push(rest);
        prop_assert_eq!(framed(pieces), framed([bytes]));
    }

    #[test]
    fn nothing_that_a_caller_writes_stops_the_bridge(
        garbage in proptest::collection::vec(any::<u8>(), 0..400),
        at in 0..CAPTURES.len(),
        into in 0..40_000_usize,
    ) {
        let mut bytes = capture(CAPTURES[at]);
        bytes.truncate(60_000);
        let into = into.min(bytes.len());
        bytes.splice(into..into, garbage);
        let mut calls = Calls::new(names());
        for passed in passed(&bytes) {
            calls.hear(&passed);
        }
        calls.rest();
    }
}

#[test]
fn every_capture_tells_its_story() {
    let mut wrong = Vec::new();
    for name in CAPTURES {
        let told = told(&capture(name));
        let path = format!("{}/tests/telephony/told/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        let story = story(&told);
        if story != known {
            std::fs::write(format!("{path}.new"), &story).unwrap();
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "told otherwise than in tests/telephony/told: {wrong:?}");
}

#[test]
fn whoever_sees_every_class_is_told_the_same() {
    for name in ["01-answered-local", "06-attended-transfer-sip"] {
        let story = |kind: &str| story(&told(&capture(&format!("{name}.{kind}"))));
        assert_eq!(story("full"), story("pop"), "{name}");
    }
}

#[test]
fn what_passes_the_sieve_is_whole_and_forgeries_are_few() {
    for name in CAPTURES {
        let mut sieve = Sieve::default();
        let messages = framed([capture(name)]).into_iter().filter_map(|framed| match framed {
            Framed::Message(message) => sieve.pass(message, |_| false),
            Framed::Greeting(_) => None,
        });
        let forged = messages.filter(|passed| matches!(passed, Passed::Forged(_))).count();
        assert_eq!(forged, 0, "{name}");
    }
}
