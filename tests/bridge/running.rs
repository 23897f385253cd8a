//! Every recording, over TCP through the bridge into a running desk: its list of calls is what the
//! file in tests/telephony/cards says, which was read and found right.

use super::common::bridge::{Bridge, OWN, configure};
use super::common::clock::Clock;
use super::common::desk::Desk;
use super::common::home::Home;
use super::common::pbx::Pbx;
use super::common::telephony::{CAPTURES, Channel, Written};

/// A card of alice's: the state that the list names, and the last digits of who calls.
struct Expected {
    state: &'static str,
    digits: String,
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn expected(name: &str) -> Vec<Expected> {
    let path = format!("{}/tests/telephony/cards/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let cards = std::fs::read_to_string(path).unwrap();
    let card = |card: &str| {
        let state = match card.split(' ').nth(3).unwrap() {
            "WrapUp" => "wrap-up",
            "Closed" => "closed",
            "Missed(CallerHungUp)" => "caller hung up",
            "Missed(Rejected)" => "rejected",
            other => panic!("{other}"),
        };
        let ani = card.split_once(" ani=").map_or("", |(_, rest)| rest);
        let digits = digits(ani.split(' ').next().unwrap());
        let tail = digits.len().saturating_sub(7);
        Expected { state, digits: digits[tail..].to_owned() }
    };
    cards.lines().filter(|line| line.starts_with("alice ")).map(card).collect()
}

#[test]
fn every_capture_leaves_a_running_desk_the_calls_that_were_read_and_found_right() {
    let pbx = Pbx::start();
    for name in CAPTURES {
        let home = Home::new();
        let clock = Clock::start(home.root(), "2026-11-22T06:20:00Z");
        let mut desk = Desk::at(home, clock, (160, 100), &[]);
        let mut bridge =
            Bridge::start(&desk.home, "asterisk", &configure(&desk.home, pbx.address, OWN));
        bridge.until_said("connected");
        pbx.play(name, 4_096);
        // What comes behind it shows that all of it was heard.
        let last = Channel { number: "+12025550999".into(), ..Channel::caller("9.1") };
        let phone = Channel::phone("2001", "9.2", "9.1");
        let mut written = Written::default();
        written.after(900_000).waits(&last, "support").rings(&last, &phone, "support");
        pbx.say(written.text.as_bytes(), 4_096);
        let cards = expected(name);
        let all = format!("/{}", cards.len() + 1);
        desk.terminal.until(name, |screen| match cards.len() {
            0 => screen.has("+1 202 555 0999"),
            _ => screen.rows()[0].split_whitespace().any(|word| word.ends_with(&all)),
        });
        desk.terminal.press("f3");
        desk.terminal.press(&"k ".repeat(cards.len()));
        let ringing = Expected { state: "ringing", digits: "2025550999".into() };
        for (nth, card) in cards.iter().chain([&ringing]).enumerate() {
            let number = format!("▌{} ", nth + 1);
            desk.terminal.until(&format!("{name}: card {}", nth + 1), |screen| {
                let row = screen.rows().iter().find(|row| row.contains(&number)).cloned();
                row.is_some_and(|row| {
                    row.contains(card.state) && digits(&row).contains(&card.digits)
                })
            });
            desk.terminal.press("j");
        }
        assert!(bridge.stop().contains("taken"), "{name}");
        desk.terminal.assert_grammar();
    }
}
