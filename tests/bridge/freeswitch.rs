//! FreeSWITCH as its documentation and source have it: none was heard for these tests.

use norns::bridge::esl::calls::{Calls, Names};
use norns::bridge::esl::event::Event;
use norns::bridge::esl::frame::Framer;
use norns::bridge::seats::Seats;
use norns::domain::interaction::{CallState, Withdrawn};
use serde_json::json;

use super::common::bell::Bell;
use super::common::bridge::{Bridge, OWN_SWITCH, configure_switch};
use super::common::home::Home;
use super::common::switch::{Switch, WrittenEvents, encode};
use super::common::telephony::{brief, story};

const CALL: &str = "6c1d1f0a-0000-4000-8000-000000000001";
const ALICE: (&str, &str) = ("CC-Agent", "1001@default");
const BOB: (&str, &str) = ("CC-Agent", "1002@default");

fn names() -> Names {
    let mut seats = Seats::new(None);
    for (agent, n) in [("alice", 1), ("bob", 2)] {
        seats.give(agent, &format!("100{n}@default"));
        seats.give(agent, &format!("100{n}@pbx.example"));
    }
    Names { seats, ..Names::default() }
}

/// What is told of these events, where every question is answered with nothing.
fn told(written: &WrittenEvents, json: bool) -> String {
    let mut calls = Calls::new(names());
    let bytes: Vec<u8> = written.events.iter().flat_map(|event| encode(event, json)).collect();
    let mut told = Vec::new();
    for message in Framer::default().feed(&bytes) {
        told.extend(calls.hear(&Event::of(&message).unwrap()));
        for question in calls.questions() {
            told.extend(calls.answer(&question, None));
        }
    }
    told.extend(calls.rest());
    story(&told)
}

fn both(written: &WrittenEvents) -> String {
    let plain = told(written, false);
    assert_eq!(plain, told(written, true), "in either framing");
    plain
}

fn channel(id: &'static str, name: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![("Unique-ID", id), ("Channel-Name", name)]
}

#[test]
fn a_queue_s_call_is_offered_answered_held_and_ended() {
    let mut fs = WrittenEvents::default();
    let at = super::common::telephony::WRITTEN_AT;
    let (joined, called) = (at.to_string(), (at + 7).to_string());
    let (answered, ended) = ((at + 9).to_string(), (at + 30).to_string());
    let joined = ("CC-Member-Joined-Time", joined.as_str());
    fs.queue("member-queue-start", CALL, &[joined]).after(7_000);
    fs.queue("agent-offering", CALL, &[ALICE]);
    // The queue's own channel to the agent is no second call.
    let own =
        channel("6c1d1f0a-0000-4000-8000-000000000002", "sofia/internal/1001@pbx.example:5060");
    let own = [
        &own[..],
        &[
            ("Call-Direction", "outbound"),
            ("variable_cc_member_session_uuid", CALL),
            ("variable_cc_agent", "1001@default"),
        ],
    ]
    .concat();
    fs.event("CHANNEL_CREATE", &own).after(2_000).event("CHANNEL_ANSWER", &own);
    let times = [joined, ("CC-Agent-Called-Time", &called), ("CC-Agent-Answered-Time", &answered)];
    fs.queue(
        "bridge-agent-start",
        CALL,
        &[&[ALICE, ("variable_ACCOUNT", "4711")], &times[..]].concat(),
    );
    fs.after(1_000).event("CHANNEL_HOLD", &own).event("CHANNEL_UNHOLD", &own).after(20_000);
    let end = [ALICE, ("CC-Agent-Answered-Time", &answered), ("CC-Bridge-Terminated-Time", &ended)];
    fs.queue("bridge-agent-end", CALL, &end);
    fs.queue("member-queue-end", CALL, &[("CC-Cause", "Terminated")]);
    assert_eq!(
        brief(&both(&fs), &["ani", "queue", "wait_ms", "ring_ms", "account", "by", "talk_ms"]),
        [
            "alice offered ani=+14155550123 queue=support wait_ms=7000",
            "alice answered wait_ms=9000 ring_ms=2000 account=4711",
            "alice held by=agent",
            "alice retrieved by=agent",
            "alice ended by=unknown talk_ms=21000"
        ]
    );
    assert!(both(&fs).contains("ani_name=Zoë \"Z\" O'Brien"));
}

#[test]
fn every_reason_for_which_a_ring_ends_has_its_name() {
    for (cause, reason) in [
        ("NO_ANSWER", "no_answer"),
        ("CALL_REJECTED", "rejected"),
        ("USER_BUSY", "rejected"),
        ("ORIGINATOR_CANCEL", "caller_hung_up"),
        ("LOSE_RACE", "answered_elsewhere"),
        ("USER_NOT_REGISTERED", "error"),
    ] {
        let mut fs = WrittenEvents::default();
        fs.queue("agent-offering", CALL, &[ALICE]).after(5_000);
        fs.queue("bridge-agent-fail", CALL, &[ALICE, ("CC-Hangup-Cause", cause)]);
        let told = brief(&both(&fs), &["reason", "ring_ms"]);
        assert_eq!(told[1], format!("alice withdrawn reason={reason} ring_ms=5000"));
    }
    let mut fs = WrittenEvents::default();
    fs.queue("agent-offering", CALL, &[ALICE]);
    fs.queue("member-queue-end", CALL, &[("CC-Cause", "Cancel"), ("CC-Cancel-Reason", "TIMEOUT")]);
    assert_eq!(brief(&both(&fs), &["reason"])[1], "alice withdrawn reason=redirected");
}

#[test]
fn of_two_who_ring_one_answers_and_the_other_is_told() {
    let mut fs = WrittenEvents::default();
    fs.queue("agent-offering", CALL, &[ALICE]).queue("agent-offering", CALL, &[BOB]);
    fs.queue("bridge-agent-start", CALL, &[BOB]);
    fs.queue("bridge-agent-fail", CALL, &[ALICE, ("CC-Hangup-Cause", "ORIGINATOR_CANCEL")]);
    assert_eq!(
        brief(&both(&fs), &["reason"]),
        [
            "alice offered",
            "bob offered",
            "bob answered",
            "alice withdrawn reason=answered_elsewhere"
        ]
    );
}

const TRUNK: &str = "6c1d1f0a-0000-4000-8000-0000000000a1";
const PHONE: &str = "6c1d1f0a-0000-4000-8000-0000000000a2";
const ASKING: &str = "6c1d1f0a-0000-4000-8000-0000000000b1";
const ASKED: &str = "6c1d1f0a-0000-4000-8000-0000000000b2";

/// A caller from outside who reaches alice's phone without a queue.
fn direct(fs: &mut WrittenEvents) {
    let trunk = [("Unique-ID", TRUNK), ("Channel-Name", "sofia/external/+4930@carrier.example")];
    let caller = [
        ("Call-Direction", "inbound"),
        ("Caller-Caller-ID-Number", "+4930123456"),
        ("Caller-Caller-ID-Name", "Erika"),
        ("Caller-Destination-Number", "8009"),
        ("variable_ACCOUNT", "ACC-0815"),
    ];
    fs.event("CHANNEL_CREATE", &[&trunk[..], &caller].concat());
    let phone = [("Unique-ID", PHONE), ("Channel-Name", "sofia/internal/1001@pbx.example:5060")];
    let rung = [("Call-Direction", "outbound"), ("Other-Leg-Unique-ID", TRUNK)];
    fs.event("CHANNEL_CREATE", &[&phone[..], &rung].concat()).after(3_000);
}

#[test]
fn a_direct_call_is_offered_with_who_calls_and_its_end_says_who_ended_it() {
    let mut fs = WrittenEvents::default();
    direct(&mut fs);
    let mut missed = fs.clone();
    let phone = ("Unique-ID", PHONE);
    fs.event("CHANNEL_ANSWER", &[phone]).after(4_000);
    fs.event("CHANNEL_HANGUP_COMPLETE", &[phone, ("variable_sip_hangup_disposition", "recv_bye")]);
    assert_eq!(
        brief(&both(&fs), &["call", "ani", "dnis", "account", "ring_ms", "by", "talk_ms"]),
        [
            format!("alice offered call={TRUNK} ani=+4930123456 dnis=8009 account=ACC-0815"),
            format!("alice answered call={TRUNK} ring_ms=3000"),
            format!("alice ended call={TRUNK} by=agent talk_ms=4000")
        ]
    );
    missed.event("CHANNEL_HANGUP_COMPLETE", &[phone, ("Hangup-Cause", "ORIGINATOR_CANCEL")]);
    assert_eq!(brief(&both(&missed), &["reason"])[1], "alice withdrawn reason=caller_hung_up");
}

#[test]
fn a_consult_and_an_attended_transfer_hand_the_customer_over() {
    let mut fs = WrittenEvents::default();
    direct(&mut fs);
    fs.event("CHANNEL_ANSWER", &[("Unique-ID", PHONE)])
        .event("CHANNEL_HOLD", &[("Unique-ID", PHONE)]);
    let asking = [("Unique-ID", ASKING), ("Channel-Presence-ID", "1001@pbx.example")];
    let dials = [
        ("Call-Direction", "inbound"),
        ("Caller-Destination-Number", "1002"),
        ("Caller-Caller-ID-Number", "1001"),
    ];
    fs.event("CHANNEL_CREATE", &[&asking[..], &dials].concat());
    let asked = [("Unique-ID", ASKED), ("Channel-Presence-ID", "1002@pbx.example")];
    let rung = [("Call-Direction", "outbound"), ("Other-Leg-Unique-ID", ASKING)];
    fs.event("CHANNEL_CREATE", &[&asked[..], &rung].concat());
    fs.event("CHANNEL_ANSWER", &[("Unique-ID", ASKED)]).after(1_000);
    fs.event("CHANNEL_BRIDGE", &[("Bridge-A-Unique-ID", TRUNK), ("Bridge-B-Unique-ID", ASKED)]);
    let gone = ("variable_endpoint_disposition", "ATTENDED_TRANSFER");
    fs.event("CHANNEL_HANGUP_COMPLETE", &[("Unique-ID", PHONE), gone]);
    fs.event("CHANNEL_HANGUP_COMPLETE", &[("Unique-ID", ASKING), gone]);
    fs.event(
        "CHANNEL_HANGUP_COMPLETE",
        &[("Unique-ID", ASKED), ("variable_sip_hangup_disposition", "send_bye")],
    );
    assert_eq!(
        brief(&both(&fs), &["call", "prev_call", "consult_call", "to", "ani", "by"])[2..],
        [
            format!("alice held call={TRUNK} by=agent"),
            format!("alice consult call={TRUNK} consult_call={ASKING} to=1002"),
            format!("bob offered call={ASKING} ani=1001"),
            format!("bob answered call={ASKING}"),
            format!("bob transferred call={TRUNK} prev_call={ASKING} ani=+4930123456"),
            format!("alice transferred call={TRUNK} to=1002"),
            format!("alice ended call={TRUNK} by=transfer"),
            format!("bob ended call={TRUNK} by=customer")
        ]
    );
}

#[test]
fn a_call_that_an_agent_makes_and_an_agent_s_own_state_are_told() {
    let mut fs = WrittenEvents::default();
    let own = [("Unique-ID", PHONE), ("Channel-Presence-ID", "1001@pbx.example")];
    fs.event(
        "CHANNEL_CREATE",
        &[&own[..], &[("Call-Direction", "inbound"), ("Caller-Destination-Number", "+4930555")]]
            .concat(),
    );
    let far = [("Unique-ID", TRUNK), ("Channel-Name", "sofia/external/+4930555@carrier.example")];
    fs.event(
        "CHANNEL_CREATE",
        &[&far[..], &[("Call-Direction", "outbound"), ("Other-Leg-Unique-ID", PHONE)]].concat(),
    );
    fs.event("CHANNEL_ANSWER", &far).event("CHANNEL_HANGUP_COMPLETE", &[("Unique-ID", PHONE)]);
    for status in ["On Break", "Available", "Logged Out"] {
        fs.queue("agent-status-change", "", &[ALICE, ("CC-Agent-Status", status)]);
    }
    assert_eq!(
        brief(&both(&fs), &["direction", "ani", "state"]),
        [
            "alice offered direction=out ani=+4930555",
            "alice answered",
            "alice ended",
            "alice agent state=paused",
            "alice agent state=ready",
            "alice agent state=logged_out"
        ]
    );
}

fn own(switch: &Switch, framing: &str) -> (Home, Bell, Bridge) {
    let home = Home::new();
    let socket = home.run().join("pop.sock");
    let bell = Bell::open(&socket, &home.state().join("pops"), "2026-11-22T06:15:00Z");
    let config = configure_switch(&home, switch.address, framing, OWN_SWITCH);
    let mut bridge = Bridge::start(&home, "freeswitch", &config);
    bridge.until_said("connected");
    (home, bell, bridge)
}

#[test]
fn it_asks_for_a_call_s_variables_before_it_rings_in_either_framing() {
    for framing in ["plain", "json"] {
        let switch = Switch::start();
        switch.set(CALL, "ACCOUNT", "4711");
        switch.set(CALL, "IVR_PATH", "main>billing");
        let (_home, mut bell, bridge) = own(&switch, framing);
        let mut fs = WrittenEvents::default();
        fs.queue("member-queue-start", CALL, &[]).queue("agent-offering", CALL, &[ALICE]);
        switch.say(&fs.events, 5);
        bell.until("the ring", |calls| calls.len() == 1);
        let call = &bell.calls[&1];
        assert_eq!(call.facts.account.as_deref(), Some("4711"));
        assert_eq!((call.facts.ivr_path.len(), call.pops), (2, true));
        let asked = switch.commands();
        assert!(asked[1].starts_with(&format!("event {framing} CHANNEL_CREATE")), "{asked:?}");
        assert!(asked[1].ends_with("CUSTOM callcenter::info"));
        assert!(asked.contains(&format!("api uuid_getvar {CALL} ACCOUNT")));
        drop(bridge);
    }
}

#[test]
fn sixty_calls_at_once_all_ring_and_a_switch_that_is_silent_is_asked_anew() {
    let switch = Switch::start();
    let (_home, mut bell, mut bridge) = own(&switch, "plain");
    let call = |n: usize| format!("6c1d1f0a-0000-4000-8000-{n:012}");
    let mut fs = WrittenEvents::default();
    for n in 0..60 {
        fs.queue("member-queue-start", &call(n), &[]).queue("agent-offering", &call(n), &[ALICE]);
    }
    switch.say(&fs.events, 1_400);
    bell.until("sixty rings", |calls| {
        calls.values().filter(|call| call.state == CallState::Offered).count() == 60
    });
    // Of all calls one goes on.
    let row = json!({"uuid": "6c1d1f0a-0000-4000-8000-00000000ffff", "direction": "outbound",
        "presence_id": "1001@pbx.example", "callstate": "ACTIVE", "call_uuid": call(7),
        "created_epoch": "1795328000"});
    let caller = json!({"uuid": call(7), "direction": "inbound", "cid_num": "+14155550123",
        "name": "sofia/external/x@carrier.example", "dest": "8001", "call_uuid": call(7)});
    switch.lists(vec![row, caller]);
    switch.mute(true);
    bridge.until_said("connection is lost");
    switch.mute(false);
    bridge.until_said("connected");
    bell.until("one talk", |calls| {
        let gone = CallState::Missed(Withdrawn::CallerHungUp);
        calls.values().filter(|call| call.state == gone).count() == 59
            && calls.values().any(|call| call.state == CallState::Talking)
    });
}

#[test]
fn a_password_that_is_not_taken_ends_the_bridge() {
    let switch = Switch::start();
    let home = Home::new();
    let config = configure_switch(&home, switch.address, "plain", OWN_SWITCH);
    super::common::gateway::write_private(&home.root().join("esl.password"), "ClueCon");
    let (code, error) = Bridge::start(&home, "freeswitch", &config).end();
    assert_eq!(code, Some(1));
    assert!(error.contains("is not taken") && !error.contains("ClueCon"), "{error}");
}
