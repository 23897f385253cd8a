//! Calls that are controlled from the desk: keys in, actions at the PBX, and on the screen only what
//! the PBX has said.

use std::path::PathBuf;

use super::common::bridge::{Bridge, OWN, OWN_SWITCH, configure, configure_switch};
use super::common::clock::Clock;
use super::common::desk::Desk;
use super::common::gateway::write_private;
use super::common::home::Home;
use super::common::pbx::Pbx;
use super::common::switch::{Switch, WrittenEvents};
use super::common::telephony::{Channel, Written};
use super::common::terminal::Screen;

/// The same settings, with leave to control, and more lines beside it.
pub fn controlling(config: PathBuf, more: &str) -> PathBuf {
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(text.contains("ping-seconds = 5\n"), "{text}");
    let control = format!("ping-seconds = 5\ncontrol = true\n{more}");
    write_private(&config, &text.replace("ping-seconds = 5\n", &control));
    config
}

pub fn desk() -> Desk {
    let home = Home::new();
    let clock = Clock::start(home.root(), "2026-11-22T06:14:55Z");
    Desk::at(home, clock, (160, 40), &[("TZ", "UTC")])
}

fn header(screen: &Screen<'_>) -> String {
    screen.rows()[0].clone()
}

#[track_caller]
pub fn until_header(desk: &Desk, what: &str) {
    desk.terminal.until(what, |screen| header(screen).contains(what));
}

/// A caller, and alice's phone.
pub fn two() -> (Channel, Channel) {
    (Channel::caller("1.1"), Channel::phone("2001", "1.2", "1.1"))
}

/// The agent takes a call; for what the PBX says of it next.
#[track_caller]
pub fn takes_a_call(pbx: &Pbx, desk: &Desk) -> Written {
    let (caller, alice) = two();
    let mut written = Written::default();
    written.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.say(written.connects(&caller, &alice, "support").text.as_bytes(), 4_000);
    until_header(desk, "Talking");
    written.text.clear();
    written
}

/// The agent rejects a call: the desk hears of its link with the first that comes by it.
#[track_caller]
pub fn rejects_a_call(pbx: &Pbx, desk: &Desk) -> Written {
    let (caller, alice) = two();
    let mut written = Written::default();
    written.waits(&caller, "support").rings(&caller, &alice, "support");
    written.hangs_up(&alice, "17").hangs_up(&caller, "0");
    pbx.say(written.text.as_bytes(), 4_000);
    desk.terminal.until_shown("rejected");
    written.text.clear();
    written
}

/// A desk whose agent talks, and everything behind it.
pub fn talking(control: bool) -> (Pbx, Desk, Bridge, Written) {
    let (pbx, desk) = (Pbx::start(), desk());
    let config = configure(&desk.home, pbx.address, OWN);
    let config = if control { controlling(config, "") } else { config };
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    let written = takes_a_call(&pbx, &desk);
    (pbx, desk, bridge, written)
}

pub fn has(action: &[(String, String)], name: &str, value: &str) -> bool {
    action.iter().any(|(known, said)| known == name && said == value)
}

#[test]
fn a_recording_is_paused_when_the_pbx_says_so_and_the_mark_stays_until_it_goes_on() {
    let (pbx, mut desk, _bridge, mut written) = talking(true);
    let (caller, _) = two();
    desk.terminal.press("e r");
    until_header(&desk, "pause of the recording: taken, not done yet");
    let asked = pbx.asked("MixMonitorMute");
    assert!(has(&asked, "Channel", &caller.name) && has(&asked, "State", "1"), "{asked:?}");
    desk.terminal.until("no mark yet", |screen| !screen.has("RECORDING PAUSED"));
    written.of("MixMonitorMute", &caller, &[("Direction", "both"), ("State", "1")]);
    pbx.say(written.text.as_bytes(), 4_000);
    until_header(&desk, "RECORDING PAUSED since");
    desk.terminal.until("nothing pending", |screen| !screen.has("not done yet"));
    for size in [(40, 10), (80, 24), (200, 60)] {
        desk.terminal.resize(size.0, size.1);
        desk.terminal.until("the mark", |screen| {
            screen.rows().len() == usize::from(size.1)
                && header(screen).contains("RECORDING PAUSED")
        });
    }
    desk.terminal.press("e r");
    pbx.until_asked("MixMonitorMute", 2);
    assert!(has(&pbx.asked("MixMonitorMute"), "State", "0"));
    written.text.clear();
    written.of("MixMonitorMute", &caller, &[("Direction", "both"), ("State", "0")]);
    pbx.say(written.text.as_bytes(), 4_000);
    desk.terminal.until("no mark", |screen| !screen.has("RECORDING PAUSED"));
}

#[test]
fn a_call_is_transferred_and_ended_by_the_pbx_and_a_refusal_is_said() {
    let (pbx, mut desk, _bridge, mut written) = talking(true);
    let (_, alice) = two();
    pbx.refuse("BlindTransfer", Some("Transfer invalid"));
    desk.terminal.press("e t");
    desk.terminal.until_shown("TRANSFER THE CALL");
    desk.terminal.type_text("2002");
    desk.terminal.press("enter");
    desk.terminal.until_shown("not done, transfer to 2002: Transfer invalid");
    let asked = pbx.asked("BlindTransfer");
    assert!(has(&asked, "Channel", &alice.name) && has(&asked, "Exten", "2002"), "{asked:?}");
    until_header(&desk, "Talking");
    // A number that would be more than one header is none.
    desk.terminal.press("e c");
    desk.terminal.until_shown("ASK SOMEBODY FIRST");
    desk.terminal.type_text("20 02");
    desk.terminal.press("enter");
    desk.terminal.until_shown("that is no number that can be dialled");
    desk.terminal.press("e c");
    desk.terminal.type_text("2003");
    desk.terminal.press("enter");
    pbx.until_asked("Atxfer", 1);
    until_header(&desk, "consultation of 2003: taken, not done yet");
    assert!(has(&pbx.asked("Atxfer"), "Exten", "2003"));
    // One wish at a time: what the first comes to is not known.
    desk.terminal.press("e x");
    desk.terminal.until_shown("consultation of 2003 is asked for already");
    desk.clock.advance(11);
    desk.terminal.until_shown("was taken, and nothing came of it; look at the phone");
    desk.terminal.press("e x");
    until_header(&desk, "end of call: taken, not done yet");
    until_header(&desk, "Talking");
    assert!(has(&pbx.asked("Hangup"), "Channel", &alice.name));
    written.after(3_000).hangs_up(&alice, "16");
    pbx.say(written.text.as_bytes(), 4_000);
    until_header(&desk, "Wrap-up");
    desk.terminal.until("nothing pending", |screen| !screen.has("not done yet"));
}

#[test]
fn the_agent_is_what_the_pbx_says_and_not_what_was_asked_for() {
    let (pbx, mut desk) = (Pbx::start(), desk());
    let config = controlling(configure(&desk.home, pbx.address, OWN), "");
    let mut bridge = Bridge::start(&desk.home, "asterisk", &config);
    bridge.until_said("connected");
    // The desk knows what it may ask for once its link is told; a call's state shows that it was.
    let mut written = rejects_a_call(&pbx, &desk);
    desk.terminal.press("a");
    desk.terminal.until_shown("not done, Not Ready: Interface not found");
    until_header(&desk, "Ready");
    pbx.member("PJSIP/2001");
    desk.terminal.press("a");
    until_header(&desk, "Ready   Not Ready: taken, not done yet");
    let asked = pbx.asked("QueuePause");
    assert!(has(&asked, "Interface", "PJSIP/2001") && has(&asked, "Paused", "true"), "{asked:?}");
    let pause = [("Queue", "support"), ("Interface", "PJSIP/2001"), ("Paused", "1")];
    pbx.say(written.event("QueueMemberPause", &pause).text.as_bytes(), 4_000);
    until_header(&desk, "Not Ready since");
    desk.terminal.until("nothing pending", |screen| !screen.has("not done yet"));
}

#[test]
fn a_bridge_that_only_listens_is_asked_for_nothing_and_the_desk_says_why() {
    let (pbx, mut desk, bridge, _) = talking(false);
    desk.terminal.press("e x");
    desk.terminal.until_shown("not possible: the bridge only listens");
    desk.terminal.press("e h");
    desk.terminal.until_shown("not possible: the bridge only listens");
    desk.terminal.press(":");
    desk.terminal.type_text("call.end");
    desk.terminal.until("the reason beside its name", |screen| {
        let row = screen.rows().into_iter().find(|row| row.contains("end the call at the phone"));
        row.is_some_and(|row| row.contains("bridge only listens"))
    });
    drop(bridge);
    let asked = pbx.actions();
    let changing = ["Hangup", "BlindTransfer", "Atxfer", "MixMonitorMute", "QueuePause"];
    assert!(!asked.iter().flatten().any(|(_, value)| changing.contains(&value.as_str())));
}

const CALL: &str = "6c1d1f0a-0000-4000-8000-000000000001";
const OWN_LEG: &str = "6c1d1f0a-0000-4000-8000-000000000002";
const ALICE: (&str, &str) = ("CC-Agent", "1001@default");

#[test]
fn a_freeswitch_answers_holds_masks_transfers_and_ends_and_its_events_say_what_is() {
    let (switch, mut desk) = (Switch::start(), desk());
    let more = "consult = \"user/{number}@pbx.example\"\n";
    let config = configure_switch(&desk.home, switch.address, "json", OWN_SWITCH);
    let config = controlling(config, more);
    let mut bridge = Bridge::start(&desk.home, "freeswitch", &config);
    bridge.until_said("connected");
    let own = [
        ("Unique-ID", OWN_LEG),
        ("Channel-Name", "sofia/internal/1001@pbx.example:5060"),
        ("Call-Direction", "outbound"),
        ("variable_cc_member_session_uuid", CALL),
        ("variable_cc_agent", "1001@default"),
    ];
    let mut fs = WrittenEvents::default();
    fs.queue("member-queue-start", CALL, &[]).queue("agent-offering", CALL, &[ALICE]);
    fs.event("CHANNEL_CREATE", &own);
    switch.say(&fs.events, 4_000);
    until_header(&desk, "ringing");
    let says = |fs: &mut WrittenEvents, what: &dyn Fn(&mut WrittenEvents) -> usize| {
        fs.events.clear();
        what(fs);
        switch.say(&fs.events, 4_000);
    };
    desk.terminal.press("e a");
    until_header(&desk, "answer: taken, not done yet");
    until_header(&desk, "ringing");
    switch.until_asked(&format!("api uuid_phone_event {OWN_LEG} talk"), 1);
    says(&mut fs, &|fs| fs.queue("bridge-agent-start", CALL, &[ALICE]).events.len());
    until_header(&desk, "Talking");
    desk.terminal.press("e h");
    until_header(&desk, "hold: taken, not done yet");
    until_header(&desk, "Talking");
    switch.until_asked(&format!("api uuid_hold {OWN_LEG}"), 1);
    says(&mut fs, &|fs| fs.event("CHANNEL_HOLD", &own).events.len());
    until_header(&desk, "On hold");
    desk.terminal.press("e h");
    switch.until_asked(&format!("api uuid_hold off {OWN_LEG}"), 1);
    says(&mut fs, &|fs| fs.event("CHANNEL_UNHOLD", &own).events.len());
    until_header(&desk, "Talking");
    // No file is known: nothing is masked, and the agent is told.
    desk.terminal.press("e r");
    desk.terminal.until_shown("the switch tells no file that the call is recorded into");
    switch.set(CALL, "cc_record_filename", "/var/rec/1.wav");
    desk.terminal.press("e r");
    switch.until_asked(&format!("api uuid_record {CALL} mask /var/rec/1.wav"), 1);
    until_header(&desk, "RECORDING PAUSED since");
    desk.terminal.press("e r");
    switch.until_asked(&format!("api uuid_record {CALL} unmask /var/rec/1.wav"), 1);
    desk.terminal.until("no mark", |screen| !screen.has("RECORDING PAUSED"));
    switch.refuse("uuid_transfer", "No such channel!");
    desk.terminal.press("e t");
    desk.terminal.until_shown("TRANSFER THE CALL");
    desk.terminal.type_text("2002");
    desk.terminal.press("enter");
    desk.terminal.until_shown("not done, transfer to 2002: No such channel!");
    switch.until_asked(&format!("api uuid_transfer {OWN_LEG} -bleg 2002 XML default"), 1);
    desk.terminal.press("e c");
    desk.terminal.until_shown("ASK SOMEBODY FIRST");
    desk.terminal.type_text("2003");
    desk.terminal.press("enter");
    let asking = "att_xfer::user/2003@pbx.example aleg";
    switch.until_asked(&format!("api uuid_broadcast {OWN_LEG} {asking}"), 1);
    until_header(&desk, "consultation of 2003: taken");
    desk.clock.advance(11);
    desk.terminal.until_shown("nothing came of it");
    desk.terminal.press("e x");
    until_header(&desk, "end of call: taken, not done yet");
    switch.until_asked(&format!("api uuid_kill {OWN_LEG}"), 1);
    says(&mut fs, &|fs| fs.event("CHANNEL_HANGUP_COMPLETE", &own).events.len());
    until_header(&desk, "Wrap-up");
    desk.terminal.press("x");
    desk.terminal.press("a");
    until_header(&desk, "Not Ready: taken, not done yet");
    switch.until_asked("api callcenter_config agent set status 1001@default 'On Break'", 1);
    let status = [ALICE, ("CC-Agent-Status", "On Break")];
    says(&mut fs, &|fs| fs.queue("agent-status-change", CALL, &status).events.len());
    until_header(&desk, "Not Ready: On Break since");
}
