//! The directory for transfers, from what a PBX tells to the screen, and from there to the call.

use super::common::bridge::{Bridge, OWN, OWN_SWITCH, configure, configure_switch};
use super::common::pbx::Pbx;
use super::common::switch::{Switch, WrittenEvents};
use super::control::{controlling, desk, has, takes_a_call, two, until_header};

const LISTED: &str = "[[directory]]\nname = \"Billing\"\nnumber = \"8001\"\nqueue = \"billing\"\n\
    [[directory]]\nname = \"Bob Okafor\"\nnumber = \"2002\"\ndevice = \"PJSIP/2002\"\n\
    [[directory]]\nname = \"Carol Ng\"\nnumber = \"2003\"\ndevice = \"PJSIP/2003\"\n\
    [[directory]]\nname = \"Legal\"\nnumber = \"9000\"\n";

fn member(device: &str, status: &str, paused: &str) -> String {
    format!(
        "Event: QueueMember\r\nQueue: billing\r\nName: x\r\nLocation: {device}\r\n\
         StateInterface: {device}\r\nInCall: 0\r\nStatus: {status}\r\nPaused: {paused}\r\n\
         PausedReason: \r\nWrapuptime: 0\r\nLastCall: 0\r\n"
    )
}

fn summary(free: u32, waiting: u32) -> String {
    format!(
        "Event: QueueSummary\r\nQueue: billing\r\nLoggedIn: 5\r\nAvailable: {free}\r\n\
         Callers: {waiting}\r\nHoldTime: 130\r\nTalkTime: 200\r\nLongestHoldTime: 40\r\n"
    )
}

#[test]
fn a_call_goes_to_whom_the_pbx_says_is_there() {
    let (pbx, mut desk) = (Pbx::start(), desk());
    let config = controlling(configure(&desk.home, pbx.address, &format!("{OWN}{LISTED}")), "");
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    takes_a_call(&pbx, &desk);
    let (_, alice) = two();
    let here = [member("PJSIP/2002", "1", "0"), member("PJSIP/2003", "2", "0")];
    pbx.lists(&[], &here);
    pbx.summaries(&[summary(0, 3)]);
    desk.terminal.press("e t");
    desk.terminal.until("who is there", |screen| {
        let row = |name: &str| screen.rows().into_iter().find(|row| row.contains(name));
        let is = |name: &str, words: &str| row(name).is_some_and(|row| row.contains(words));
        is("Billing", "0 of 5 free, wait about 2:10, 3 waiting")
            && is("Bob Okafor", "ready")
            && is("Carol Ng", "on a call")
            && is("Legal", "who is there is unknown")
    });
    // It changes while it is looked at.
    pbx.lists(&[], &[member("PJSIP/2002", "1", "1"), member("PJSIP/2003", "1", "0")]);
    pbx.summaries(&[summary(2, 0)]);
    desk.clock.advance(5);
    desk.terminal.until("what has changed", |screen| {
        screen.has("2 of 5 free, no wait") && screen.has("not ready")
    });
    desk.terminal.type_text("carol");
    desk.terminal.until("her alone", |screen| screen.has("Carol Ng") && !screen.has("Legal"));
    desk.terminal.press("enter");
    pbx.until_asked("BlindTransfer", 1);
    let asked = pbx.asked("BlindTransfer");
    assert!(has(&asked, "Channel", &alice.name) && has(&asked, "Exten", "2003"), "{asked:?}");
    until_header(&desk, "transfer to 2003: taken, not done yet");
}

#[test]
fn a_pbx_that_does_not_tell_leaves_nobody_looking_free() {
    let (pbx, mut desk) = (Pbx::start(), desk());
    let config = controlling(configure(&desk.home, pbx.address, &format!("{OWN}{LISTED}")), "");
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    takes_a_call(&pbx, &desk);
    pbx.refuse("QueueSummary", Some("Permission denied"));
    desk.terminal.press("e t");
    desk.terminal.until_shown("who is there is not told: Permission denied");
    desk.terminal.until("nobody free", |screen| {
        let row = screen.row_with("Billing");
        row.is_some_and(|row| row.contains("who is there is unknown")) && !screen.has(" free")
    });
}

#[test]
fn a_switch_s_lists_are_the_directory_too() {
    let (switch, mut desk) = (Switch::start(), desk());
    let listed = "[[directory]]\nname = \"Billing\"\nnumber = \"8001\"\nqueue = \"billing@default\"\n\
                  [[directory]]\nname = \"Bob\"\nnumber = \"1002\"\ndevice = \"1002@default\"\n";
    let agents = "name|status|state\n1002@default|Available|In a queue call\n\
                  1003@default|Available|Waiting\n+OK\n";
    switch.answers("callcenter_config agent list", agents);
    switch.answers("callcenter_config queue list agents billing@default", agents);
    switch.answers("callcenter_config queue list members billing@default", "+OK\n");
    let config =
        configure_switch(&desk.home, switch.address, "plain", &format!("{OWN_SWITCH}{listed}"));
    let mut bridge = Bridge::start(&desk.home, "freeswitch", &controlling(config, ""));
    bridge.until_said("connected");
    let call = "6c1d1f0a-0000-4000-8000-000000000001";
    let alice = ("CC-Agent", "1001@default");
    let mut written = WrittenEvents::default();
    written.queue("member-queue-start", call, &[]).queue("agent-offering", call, &[alice]);
    written.queue("bridge-agent-start", call, &[alice]);
    switch.say(&written.events, 4_000);
    until_header(&desk, "Talking");
    desk.terminal.press("e t");
    desk.terminal.until("who is there", |screen| {
        screen.has("1 of 2 free, no wait") && screen.has("on a call")
    });
}
