//! What a burst of sixty calls at once costs the hand that types, against no burst in the same run.
#![allow(clippy::disallowed_methods, reason = "a figure measures time")]
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::thread;
use std::time::{Duration, Instant};

use super::common::bridge::{Bridge, OWN, configure};
use super::common::desk::Desk;
use super::common::pbx::Pbx;
use super::common::telephony::{Channel, Written};
use super::control::desk;

const CALLS: usize = 60;

/// Sixty callers who come at once, ring alice's phone all together, and give up.
fn burst(round: usize) -> Written {
    let mut written = Written::default();
    written.after(round as u64 * 10_000);
    let calls: Vec<(Channel, Channel)> = (0..CALLS)
        .map(|nth| {
            let (caller, phone) =
                (format!("{round}.{}", nth * 2 + 1), format!("{round}.{}", nth * 2 + 2));
            (Channel::caller(&caller), Channel::phone("2001", &phone, &caller))
        })
        .collect();
    for (caller, phone) in &calls {
        written.waits(caller, "support").rings(caller, phone, "support");
    }
    for (caller, phone) in &calls {
        written.hangs_up(phone, "0").hangs_up(caller, "0");
    }
    written
}

/// Types a letter, and how long it takes until it is seen.
fn letter(desk: &mut Desk, typed: &mut String) -> Duration {
    let letter = char::from(b'a' + u8::try_from(typed.len() % 26).unwrap());
    typed.push(letter);
    let began = Instant::now();
    desk.terminal.send(&[letter as u8]);
    let shown = typed[typed.len().saturating_sub(20)..].to_owned();
    desk.terminal.until("what was typed", |screen| screen.has(&shown));
    let took = began.elapsed();
    // A hand rests between two keys; nothing waits for this.
    thread::sleep(Duration::from_millis(10));
    took
}

fn percentile(sorted: &[Duration], of: usize) -> Duration {
    sorted[(sorted.len() * of / 100).min(sorted.len() - 1)]
}

/// `NORNS_BURSTS=40 cargo test --release --features test-clock --test bridge -- sixty_calls --nocapture`
/// prints the figure; without it, that nothing is lost is all that is asked.
#[test]
fn sixty_calls_at_once_lose_no_line_and_the_hand_that_types_is_measured() {
    let bursts = std::env::var("NORNS_BURSTS").map_or(3, |count| count.parse().unwrap());
    let (pbx, mut desk) = (Pbx::start(), desk());
    let mut bridge =
        Bridge::start(&desk.home, "asterisk", &configure(&desk.home, pbx.address, OWN));
    bridge.until_said("connected");
    desk.terminal.press("f");
    desk.terminal.until_shown("FIND A CUSTOMER");
    let mut typed = String::new();
    for _ in 0..20 {
        letter(&mut desk, &mut typed);
    }
    let mut quiet: Vec<Duration> =
        (0..bursts * 10).map(|_| letter(&mut desk, &mut typed)).collect();
    let mut loud = Vec::new();
    for round in 0..bursts {
        let text = burst(round + 1).text;
        thread::scope(|scope| {
            let saying = scope.spawn(|| pbx.say(text.as_bytes(), 64 * 1024));
            // The burst is on its way while these are typed.
            loud.extend((0..10).map(|_| letter(&mut desk, &mut typed)));
            saying.join().unwrap();
        });
    }
    quiet.sort_unstable();
    loud.sort_unstable();
    let ratio = percentile(&loud, 50).as_secs_f64() / percentile(&quiet, 50).as_secs_f64();
    println!(
        "{bursts} bursts of {CALLS} calls: key to paint {:?} (95th {:?}), quiet {:?} (95th {:?}), ratio {ratio:.2}",
        percentile(&loud, 50),
        percentile(&loud, 95),
        percentile(&quiet, 50),
        percentile(&quiet, 95),
    );
    desk.terminal.press("esc");
    let said = bridge.stop();
    let offered_and_withdrawn = bursts * CALLS * 2;
    let taken = said.split_whitespace().find_map(|word| word.parse::<usize>().ok());
    assert!(taken.is_some_and(|taken| taken >= offered_and_withdrawn), "{said}");
    for lost in ["refused", "given up", "without a desk"] {
        assert!(!said.contains(lost), "{said}");
    }
}
