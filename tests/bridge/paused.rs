//! What the queues make of an agent: known when the desk opens, and true of every device.

use super::common::bridge::{Bridge, OWN, configure};
use super::common::clock::Clock;
use super::common::desk::Desk;
use super::common::home::Home;
use super::common::pbx::Pbx;
use super::common::telephony::{Channel, Written};
use super::control::{controlling, desk, has, rejects_a_call, until_header};

fn member(device: &str, paused: &str, reason: &str) -> String {
    format!(
        "Event: QueueMember\r\nQueue: support\r\nLocation: {device}\r\nStatus: 1\r\n\
         Paused: {paused}\r\nPausedReason: {reason}\r\n"
    )
}

#[test]
fn a_desk_that_opens_says_that_the_queues_have_the_agent_paused() {
    let pbx = Pbx::start();
    pbx.lists(&[], &[member("PJSIP/2001", "1", "lunch"), member("PJSIP/2009", "0", "")]);
    let home = Home::new();
    let config = configure(&home, pbx.address, OWN);
    let mut bridge = Bridge::start(&home, "asterisk", &config);
    bridge.until_said("connected");
    let clock = Clock::start(home.root(), "2026-11-22T06:14:55Z");
    let desk = Desk::at(home, clock, (120, 40), &[("TZ", "UTC")]);
    until_header(&desk, "Not Ready: lunch");
    // What has changed while the connection was away is known with the next one.
    pbx.lists(&[], &[member("PJSIP/2001", "0", "")]);
    pbx.hang_up();
    until_header(&desk, "● Ready");
    pbx.lists(&[], &[member("PJSIP/2001", "1", "lunch")]);
    pbx.hang_up();
    until_header(&desk, "Not Ready: lunch");
}

#[test]
fn an_agent_with_two_devices_is_paused_by_both_and_not_ready_while_one_can_be_rung() {
    let (pbx, mut desk) = (Pbx::start(), desk());
    pbx.member("PJSIP/2001");
    pbx.member("Local/1001@agents");
    pbx.lists(&[], &[member("PJSIP/2001", "0", ""), member("Local/1001@agents", "0", "")]);
    let config = controlling(configure(&desk.home, pbx.address, OWN), "");
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    let mut written = rejects_a_call(&pbx, &desk);
    desk.terminal.press("a");
    pbx.until_asked("QueuePause", 2);
    until_header(&desk, "Not Ready: taken, not done yet");
    let paused = |device: &str| {
        let asked = pbx.actions();
        asked
            .iter()
            .any(|action| has(action, "Action", "QueuePause") && has(action, "Interface", device))
    };
    assert!(paused("PJSIP/2001") && paused("Local/1001@agents"));
    let mut say = |device: &str| {
        written.text.clear();
        let pause = [("Queue", "support"), ("Interface", device), ("Paused", "1")];
        pbx.say(written.event("QueueMemberPause", &pause).text.as_bytes(), 4_000);
    };
    say("PJSIP/2001");
    // An event behind it: the first one was heard, and changed nothing.
    let mut other = Written::default();
    let (caller, alice) = (Channel::caller("9.1"), Channel::phone("2001", "9.2", "9.1"));
    other.after(60_000).waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.say(other.text.as_bytes(), 4_000);
    desk.terminal.until("the ring, and still Ready", |screen| {
        screen.rows()[0].contains("● Ready") && screen.rows()[0].contains("ring")
    });
    say("Local/1001@agents");
    until_header(&desk, "Not Ready since");
}

#[test]
fn a_device_that_refuses_is_said_although_another_was_paused() {
    let (pbx, mut desk) = (Pbx::start(), desk());
    pbx.member("PJSIP/2001");
    pbx.member("Local/1001@agents");
    let config = controlling(configure(&desk.home, pbx.address, OWN), "");
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    rejects_a_call(&pbx, &desk);
    pbx.refuse_of("QueuePause", "Local/1001@agents", "Permission denied");
    desk.terminal.press("a");
    desk.terminal.until_shown("not done, Not Ready: Permission denied");
    pbx.until_asked("QueuePause", 2);
}
