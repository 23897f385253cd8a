//! A bridge that is there and does nothing: stopped by a signal, its connection open.

use rustix::process::Signal;

use super::common::bridge::{Bridge, OWN, configure};
use super::common::pbx::Pbx;
use super::common::terminal::Screen;
use super::control::{desk, rejects_a_call, takes_a_call, until_header};

fn lost(screen: &Screen<'_>) -> bool {
    screen.rows()[0].contains("PHONE LINK LOST since")
}

#[test]
fn a_stopped_bridge_is_noticed_when_the_agent_acts_and_forgotten_when_it_goes_on() {
    let (pbx, mut desk) = (Pbx::start(), desk());
    let config = configure(&desk.home, pbx.address, OWN);
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    let mut written = rejects_a_call(&pbx, &desk);
    bridge.signal(Signal::STOP);
    let mut rounds = 0;
    while !desk.terminal.look(lost) {
        // A key asks after half a minute; three seconds later nobody has answered.
        desk.clock.advance(31);
        desk.terminal.press("?");
        desk.terminal.until_shown("EVERY KEY");
        desk.terminal.press("esc");
        desk.terminal.until("it closed", |screen| !screen.has("EVERY KEY"));
        rounds += 1;
        assert!(rounds < 20, "never noticed");
    }
    desk.terminal.until_shown("no call pops until ast:test is back; all else works");
    bridge.signal(Signal::CONT);
    desk.terminal.until("the link", |screen| !lost(screen));
    // It does all that it did before.
    let paused = [("Queue", "support"), ("Interface", "PJSIP/2001"), ("Paused", "1")];
    pbx.say(written.event("QueueMemberPause", &paused).text.as_bytes(), 4_000);
    until_header(&desk, "Not Ready");
}

#[test]
fn a_stopped_bridge_is_noticed_during_a_call_without_any_key() {
    let (pbx, desk) = (Pbx::start(), desk());
    let config = configure(&desk.home, pbx.address, OWN);
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    takes_a_call(&pbx, &desk);
    bridge.signal(Signal::STOP);
    let mut seconds = 0;
    while !desk.terminal.look(lost) {
        let before = desk.terminal.look(|screen| screen.rows()[0].clone());
        desk.clock.advance(1);
        desk.terminal.until("the next second", |screen| screen.rows()[0] != before);
        seconds += 1;
        assert!(seconds <= 20, "fifteen seconds, and three of waiting");
    }
    until_header(&desk, "Talking");
}
