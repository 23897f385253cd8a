//! Recorded calls on the screen of a running desk.

use super::common::bridge::{Bridge, OWN, configure};
use super::common::clock::Clock;
use super::common::desk::Desk;
use super::common::home::Home;
use super::common::pbx::Pbx;

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
    assert!(bridge.stop().ends_with("8 taken"));
}

#[test]
fn a_hostile_caller_pops_and_is_marked() {
    let pbx = Pbx::start();
    let home = Home::new();
    let clock = Clock::start(home.root(), "2026-11-22T06:30:44Z");
    let desk = Desk::at(home, clock, (120, 40), &[]);
    let mut bridge =
        Bridge::start(&desk.home, "asterisk", &configure(&desk.home, pbx.address, OWN));
    bridge.until_said("connected");
    pbx.play("22-hardened-dialplan-hostile-names.pop", 4_096);
    desk.terminal.until("the mark", |screen| {
        screen.rows().iter().any(|row| row.contains("caller-id") && row.contains("malformed"))
    });
    desk.terminal.assert_grammar();
}
