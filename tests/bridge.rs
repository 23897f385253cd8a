//! What a real Asterisk sent, byte for byte, and what the bridge makes of it.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "bridge/behaviour.rs"]
mod behaviour;
mod common;
#[path = "bridge/control.rs"]
mod control;
#[path = "bridge/desk.rs"]
mod desk;
#[path = "bridge/directory.rs"]
mod directory;
#[path = "bridge/encrypted.rs"]
mod encrypted;
#[path = "bridge/endless.rs"]
mod endless;
#[path = "bridge/flood.rs"]
mod flood;
#[path = "bridge/freeswitch.rs"]
mod freeswitch;
#[path = "bridge/hostile.rs"]
mod hostile;
#[path = "bridge/live.rs"]
mod live;
#[path = "bridge/paused.rs"]
mod paused;
#[path = "bridge/recipes.rs"]
mod recipes;
#[path = "bridge/running.rs"]
mod running;
#[path = "bridge/scenario.rs"]
mod scenario;
#[path = "bridge/stopped.rs"]
mod stopped;
#[path = "bridge/watched.rs"]
mod watched;

use common::telephony::{CAPTURES, capture, cards, cards_at, names, passed, story, told};
use norns::bridge::ami::calls::Calls;
use norns::bridge::ami::frame::{Framed, Framer};
use norns::bridge::ami::sieve::{Passed, Sieve};
use norns::bridge::told::Told;
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

/// Compares what comes of every recording with the file that was read and found right; what is
/// otherwise lies beside it.
#[track_caller]
fn all_as_written(folder: &str, of: impl Fn(&str) -> String) {
    let mut wrong = Vec::new();
    for name in CAPTURES {
        let path = format!("{}/tests/telephony/{folder}/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        let now = of(name);
        if now != known {
            std::fs::write(format!("{path}.new"), &now).unwrap();
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "otherwise than in tests/telephony/{folder}: {wrong:?}");
}

#[test]
fn every_capture_tells_its_story() {
    all_as_written("told", |name| story(&told(&capture(name))));
}

#[test]
fn every_capture_leaves_each_desk_the_right_cards() {
    all_as_written("cards", |name| cards(&told(&capture(name))));
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

#[test]
fn the_units_that_ship_start_what_there_is() {
    let home = common::home::Home::new();
    for unit in [
        "src/bridge/systemd/norns-bridge@.service",
        "src/bridge/systemd/user/norns-bridge@.service",
    ] {
        let path = format!("{}/{unit}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let start = text.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
        let start = start.replace("%i", "asterisk").replace("%E", "/etc");
        let mut words = start.split_whitespace();
        assert_eq!(words.next(), Some("/usr/bin/norns"));
        let words: Vec<&str> = words.collect();
        let output = home.output(&words);
        // It gets as far as its configuration, which is not there.
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("bridge.toml: there is no such file"), "{said}");
    }
}

/// Every order of these.
fn orders<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    if things.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for at in 0..things.len() {
        let mut rest = things.to_vec();
        let first = rest.remove(at);
        for mut order in orders(&rest) {
            order.insert(0, first.clone());
            all.push(order);
        }
    }
    all
}

#[test]
fn every_order_of_arrival_of_a_recorded_call_ends_in_the_same_card() {
    let (mut tried, mut renamed) = (0, 0);
    for name in CAPTURES.iter().filter(|name| !name.starts_with("08-") && !name.contains("full")) {
        let told = told(&capture(name));
        for agent in ["alice", "bob", "carol"] {
            let own = told.iter().filter(|told| told.seat.as_str() == agent);
            let own: Vec<Told> = own.filter(|told| told.get("call").is_some()).cloned().collect();
            let first = own.first().and_then(|told| told.get("call").cloned());
            // A transfer may give the call another key.
            let later = own.iter().filter(|told| told.get("prev_call") == first.as_ref());
            let later = later.filter_map(|told| told.get("call").cloned()).next();
            let keys = [first, later];
            let own: Vec<Told> =
                own.into_iter().filter(|told| keys.contains(&told.get("call").cloned())).collect();
            if own.is_empty() || own.len() > 7 {
                continue;
            }
            renamed += usize::from(keys[1].is_some());
            let last = &own[own.len() - 1];
            let straight = cards_at(&own, last);
            for order in orders(&own) {
                assert_eq!(cards_at(&order, last), straight, "{name}: {order:#?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 5_000, "{tried}");
    assert!(renamed > 0, "no call changed its key");
}
