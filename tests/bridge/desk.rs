//! Recorded calls on the screen of a running desk.

use super::common::bridge::{Bridge, OWN, configure, impatient};
use super::common::clock::Clock;
use super::common::desk::Desk;
use super::common::gateway::write_private;
use super::common::home::Home;
use super::common::pbx::Pbx;
use super::common::telephony::{Channel, Written};
use super::common::terminal::Screen;

#[test]
fn calls_from_a_real_pbx_are_on_the_screen_from_ring_to_wrap_up() {
    let pbx = Pbx::start();
    let home = Home::new();
    let clock = Clock::start(home.root(), "2026-11-22T06:14:55Z");
    let desk = Desk::at(home, clock, (120, 40), &[]);
    let mut bridge =
        Bridge::start(&desk.home, "asterisk", &configure(&desk.home, pbx.address, OWN));
    bridge.until_said("connected");
    pbx.play("02-answered-sip-hold.pop", 11);
    desk.terminal.until("the wrap-up", |screen| screen.rows()[0].contains("Wrap-up"));
    desk.terminal.until_shown("ACC-0815");
    desk.terminal.until_shown("main › tech");
    desk.terminal.assert_grammar();
    assert!(bridge.stop().ends_with("9 taken"));
}

#[test]
fn a_desk_runs_a_bridge_for_itself_that_ends_with_it_and_says_why_there_is_none() {
    let pbx = Pbx::start();
    let home = Home::new();
    configure(&home, pbx.address, OWN);
    write_private(&home.config().join("norns.toml"), "[bell]\nbridge = \"asterisk\"\n");
    for killed in [false, true] {
        let clock = clock(&home, if killed { "second" } else { "first" });
        let mut desk = Desk::at(home.clone(), clock, (120, 40), &[]);
        pbx.until_listed(1 + usize::from(killed));
        pbx.play("12-direct-dial-no-queue.pop", 4_000);
        desk.terminal.until("the wrap-up", |screen| screen.rows()[0].contains("Wrap-up"));
        match killed {
            true => desk.terminal.signal(rustix::process::Signal::KILL),
            false => desk.terminal.press("q"),
        }
        pbx.until_left(1 + usize::from(killed));
        desk.terminal.exit_status();
    }
    write_private(&home.root().join("ami.secret"), "another");
    let clock = clock(&home, "third");
    let desk = Desk::at(home, clock, (160, 40), &[]);
    desk.terminal.until_shown("no calls from asterisk:");
    desk.terminal.until_shown("the name or the secret is not taken");
}

#[test]
fn a_hostile_caller_pops_and_is_marked() {
    let pbx = Pbx::start();
    let home = Home::new();
    let clock = Clock::start(home.root(), "2026-11-22T06:30:44Z");
    let mut desk = Desk::at(home, clock, (120, 40), &[]);
    let mut bridge =
        Bridge::start(&desk.home, "asterisk", &configure(&desk.home, pbx.address, OWN));
    bridge.until_said("connected");
    pbx.play("22-hardened-dialplan-hostile-names.pop", 4_096);
    let mut shown = 0;
    desk.terminal.until("all six calls", |screen| {
        let header = &screen.rows()[0];
        let places = header.split_whitespace().filter_map(|word| word.strip_suffix("/6"));
        shown = places.filter_map(|place| place.parse().ok()).next().unwrap_or(0);
        shown > 0
    });
    for place in (1..shown).rev() {
        desk.terminal.press("[");
        desk.terminal.until_shown(&format!(" {place}/6"));
    }
    desk.terminal.until("the mark", |screen| {
        screen.rows().iter().any(|row| row.contains("caller-id") && row.contains("malformed"))
    });
    desk.terminal.assert_grammar();
}

#[test]
fn a_phone_link_that_is_lost_is_said_with_its_hour_until_it_is_back() {
    let pbx = Pbx::start();
    let home = Home::new();
    let clock = Clock::start(home.root(), "2026-11-22T06:14:55Z");
    let desk = Desk::at(home, clock, (120, 40), &[("TZ", "UTC")]);
    let config = impatient(configure(&desk.home, pbx.address, OWN));
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    let mut written = Written::default();
    let (caller, alice) = (Channel::caller("1.1"), Channel::phone("2001", "1.2", "1.1"));
    written.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.say(written.connects(&caller, &alice, "support").text.as_bytes(), 4_000);
    let header = |screen: &Screen| screen.rows()[0].clone();
    desk.terminal.until("the talk", |screen| header(screen).contains("Talking"));
    // It takes connections and answers nothing: the link stays lost.
    pbx.mute(true);
    pbx.hang_up();
    let lost = |screen: &Screen| header(screen).contains("PHONE LINK LOST since 06:14");
    desk.terminal.until("the loss", lost);
    desk.terminal.until_shown("no call pops until ast:test is back; all else works");
    desk.terminal.until("the call as it was", |screen| header(screen).contains("Talking"));
    // Everything else works: another way to ring goes on ringing.
    desk.pop(&["--ani", "4165550142", "--call", "c-1"]);
    desk.terminal.until("the other call", |screen| header(screen).contains("1 ringing"));
    // The talk has ended meanwhile: the picture that comes with the link says so.
    pbx.mute(false);
    let back = |screen: &Screen| !header(screen).contains("LOST");
    desk.terminal.until("the link", |screen| back(screen) && header(screen).contains("Wrap-up"));
    drop(bridge);
    desk.terminal.until("that no bridge is there", lost);
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    desk.terminal.until("the link again", back);
    desk.terminal.assert_grammar();
}

#[test]
fn a_desk_that_opens_while_the_pbx_is_away_says_so() {
    let pbx = Pbx::start();
    pbx.mute(true);
    let home = Home::new();
    let config = impatient(configure(&home, pbx.address, OWN));
    let _bridge = Bridge::start(&home, "asterisk", &config);
    let clock = Clock::start(home.root(), "2026-11-22T06:14:55Z");
    let desk = Desk::at(home, clock, (80, 24), &[]);
    desk.terminal.until_shown("PHONE LINK LOST since");
    pbx.mute(false);
    desk.terminal.until("the link", |screen| !screen.rows()[0].contains("LOST"));
}

/// A clock in a folder of its own.
fn clock(home: &Home, name: &str) -> Clock {
    let folder = home.root().join(name);
    std::fs::create_dir(&folder).unwrap();
    Clock::start(&folder, "2026-11-22T06:14:55Z")
}
