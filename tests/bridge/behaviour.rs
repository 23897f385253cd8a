//! What a running Asterisk was seen to do, one test each: the numbers are those under which it was
//! written down.

use norns::bridge::ami::calls::Calls;

use super::common::telephony::{Channel, Written, brief, capture, names, passed, story, told};

/// A caller, and alice's and bob's phones, which ring for the same call.
fn three() -> (Channel, Channel, Channel) {
    (
        Channel::caller("1.1"),
        Channel::phone("2001", "1.2", "1.1"),
        Channel::phone("2002", "1.3", "1.1"),
    )
}

#[test]
fn behaviour_1_of_two_who_ring_the_one_who_does_not_answer_is_told_that_it_was_answered_elsewhere()
{
    let (caller, alice, bob) = three();
    let mut pbx = Written::default();
    pbx.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.rings(&caller, &bob, "support").after(900);
    // The loser's end comes twice, without a word of a missed ring.
    let lost = [("DialStatus", "CANCEL")];
    pbx.to("DialEnd", &caller, &bob, &lost).to("DialEnd", &caller, &bob, &lost);
    pbx.connects(&caller, &alice, "support").hangs_up(&bob, "26");
    assert_eq!(
        brief(&pbx.story(), &["reason"]),
        [
            "alice offered",
            "bob offered",
            "alice answered",
            "bob withdrawn reason=answered_elsewhere"
        ]
    );
    // The same where the loser's channel has gone before.
    let mut pbx = Written::default();
    pbx.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.rings(&caller, &bob, "support").hangs_up(&bob, "26").connects(&caller, &alice, "support");
    let told = brief(&pbx.story(), &["reason"]);
    assert_eq!(told[2..], ["alice answered", "bob withdrawn reason=answered_elsewhere"]);
}

#[test]
fn behaviour_2_a_refusal_is_known_by_the_cause_of_the_hang_up_and_its_ring_time_is_milliseconds() {
    for (cause, reason) in [("17", "rejected"), ("19", "no_answer")] {
        let (caller, alice, _) = three();
        let mut pbx = Written::default();
        pbx.waits(&caller, "support").rings(&caller, &alice, "support").after(5_000);
        let member = [("Queue", "support"), ("Interface", "PJSIP/2001"), ("RingTime", "5000")];
        pbx.to("DialEnd", &caller, &alice, &[("DialStatus", "NOANSWER")]);
        pbx.to("AgentRingNoAnswer", &caller, &alice, &member).hangs_up(&alice, cause);
        let told = brief(&pbx.story(), &["reason", "ring_ms"]);
        assert_eq!(told[1], format!("alice withdrawn reason={reason} ring_ms=5000"));
    }
    let told = brief(&story(&told(&capture("02-answered-sip-hold.pop"))), &["ring_ms", "wait_ms"]);
    assert_eq!(told[1], "alice answered ring_ms=1000 wait_ms=2000", "these are seconds");
}

#[test]
fn behaviour_3_a_caller_who_leaves_the_queue_is_answered_or_has_given_up() {
    let told = brief(&story(&told(&capture("03-abandoned.pop"))), &["reason"]);
    assert_eq!(told, ["alice offered", "alice withdrawn reason=caller_hung_up"]);
    // A queue that tells of the leaving alone has not lost the caller.
    let (caller, alice, _) = three();
    let mut pbx = Written::default();
    pbx.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.of("QueueCallerLeave", &caller, &[("Queue", "support")]);
    pbx.connects(&caller, &alice, "support");
    assert_eq!(brief(&pbx.story(), &[]), ["alice offered", "alice answered"]);
}

#[test]
fn behaviour_4_a_talk_that_ends_with_cause_26_was_not_answered_elsewhere() {
    let (caller, alice, _) = three();
    let mut pbx = Written::default();
    pbx.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.connects(&caller, &alice, "support").after(3_000).hangs_up(&alice, "26");
    assert_eq!(brief(&pbx.story(), &["reason", "talk_ms"])[2..], ["alice ended talk_ms=3000"]);
}

#[test]
fn behaviour_5_the_end_of_a_hold_that_nobody_began_is_nothing() {
    let (caller, alice, _) = three();
    let mut pbx = Written::default();
    pbx.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.connects(&caller, &alice, "support").of("Unhold", &alice, &[]);
    assert_eq!(brief(&pbx.story(), &[]), ["alice offered", "alice answered"]);
    pbx.of("Hold", &alice, &[]).of("Hold", &alice, &[]).of("Unhold", &alice, &[]);
    assert_eq!(
        brief(&pbx.story(), &["by"])[2..],
        ["alice held by=agent", "alice retrieved by=agent"]
    );
}

#[test]
fn behaviour_6_a_blind_transfer_ends_the_giver_s_part_and_rings_who_is_in_no_queue() {
    let told = story(&told(&capture("05-blind-transfer-sip.pop")));
    assert_eq!(
        brief(&told, &["to", "by", "ani", "call"])[2..5],
        [
            "alice transferred to=2002 call=1795328150.13",
            "alice ended by=transfer call=1795328150.13",
            "bob offered ani=+4930123456 call=1795328150.13",
        ]
    );
}

#[test]
fn behaviour_6_a_blind_transfer_into_a_queue_is_told_as_one_and_keeps_the_call() {
    let (caller, alice, bob) = three();
    let mut pbx = Written::default();
    pbx.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.connects(&caller, &alice, "support").after(500);
    let transfer: Vec<(String, String)> =
        [alice.headers("Transferer"), caller.headers("Transferee")].concat();
    let mut headers = vec![("Result", "Success")];
    headers.extend(transfer.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    headers.push(("Extension", "8002"));
    pbx.event("BlindTransfer", &headers);
    let member = [("Queue", "support"), ("Interface", "PJSIP/2001"), ("Reason", "transfer")];
    pbx.to("AgentComplete", &caller, &alice, &[&member[..], &[("TalkTime", "1")]].concat());
    pbx.hangs_up(&alice, "26").of("QueueCallerJoin", &caller, &[("Queue", "second")]);
    pbx.rings(&caller, &bob, "second");
    assert_eq!(
        brief(&pbx.story(), &["kind", "to", "by", "call", "leg", "queue", "account"])[2..],
        [
            "alice transferred kind=blind to=8002 call=1.1 leg=1.2",
            "alice ended by=transfer call=1.1 leg=1.2",
            "alice transferred kind=queue to=second call=1.1 leg=1.2",
            "bob offered call=1.1 leg=1.3 queue=second account=4711",
        ]
    );
}

#[test]
fn behaviour_7_a_completion_after_the_hang_up_and_without_a_leg_ends_nothing_twice() {
    let told = brief(&story(&told(&capture("01-answered-local.pop"))), &["by"]);
    assert_eq!(told, ["alice offered", "alice answered", "alice ended by=agent"]);
}

#[test]
fn behaviour_8_a_stream_that_breaks_off_leaves_the_talk_until_a_picture_says_otherwise() {
    let mut bytes = capture("02-answered-sip-hold.pop");
    let hold = bytes.windows(11).position(|w| w == b"Event: Hold").unwrap();
    bytes.truncate(hold + 100);
    let mut calls = Calls::new(names());
    let mut told: Vec<_> = passed(&bytes).iter().flat_map(|it| calls.hear(it)).collect();
    told.extend(calls.rest());
    assert_eq!(brief(&story(&told), &[]), ["alice offered", "alice answered"]);
    let alice = names().seats.of("PJSIP/2001").unwrap();
    assert!(calls.legs().busy(&alice));
    calls.picture(&[], &[], None);
    assert!(!calls.legs().busy(&alice));
    let picture = calls.legs().snapshot(&alice).expect("few calls");
    assert_eq!(picture.get("calls").unwrap().as_array().unwrap().len(), 0);
}

#[test]
fn behaviour_10_after_call_work_is_a_pause_with_its_reason_and_no_other() {
    let told = brief(&story(&told(&capture("07-wrapup-pause.pop"))), &["phase", "state"]);
    assert_eq!(
        told[2..],
        [
            "alice ended",
            "alice wrapup phase=start",
            "alice agent state=paused",
            "alice wrapup phase=end",
            "alice agent state=ready"
        ]
    );
    let (caller, alice, _) = three();
    let mut pbx = Written::default();
    pbx.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.connects(&caller, &alice, "support").hangs_up(&alice, "16").hangs_up(&caller, "16");
    let pause = |reason| {
        let both = [("Queue", "a"), ("Interface", "PJSIP/2001"), ("MemberName", "x")];
        [&both[..], &[("Paused", "1"), ("PausedReason", reason)]].concat()
    };
    pbx.event("QueueMemberPause", &pause("lunch"));
    // The same pause, as her second queue tells it.
    pbx.event("QueueMemberPause", &pause("lunch"));
    let told = brief(&pbx.story(), &["state", "reason"]);
    assert_eq!(told[3..], ["alice agent state=paused reason=lunch"]);
    // After-call work of a talk long ago is none.
    pbx.after(300_000).event("QueueMemberPause", &pause("WrapUp"));
    let told = brief(&pbx.story(), &["state", "reason"]);
    assert_eq!(told[4..], ["alice agent state=paused reason=WrapUp"]);
}

#[test]
fn behaviour_12_of_sixty_calls_at_once_those_that_ring_are_told_and_no_other() {
    let told = brief(&story(&told(&capture("20-flood-60-calls.pop"))), &["ani"]);
    assert_eq!(told[..2], ["alice offered ani=+199900001", "bob offered ani=+199900000"]);
    assert_eq!(told.len(), 6);
}

#[test]
fn a_direct_call_that_the_caller_gives_up_rings_no_more() {
    let (caller, alice, _) = three();
    let mut pbx = Written::default();
    pbx.of("Newchannel", &caller, &[]).of("Newchannel", &alice, &[]);
    pbx.to("DialBegin", &caller, &alice, &[("DialString", "2001")]).after(2_000);
    pbx.to("DialEnd", &caller, &alice, &[("DialStatus", "CANCEL")]);
    pbx.hangs_up(&alice, "26").hangs_up(&caller, "0");
    assert_eq!(
        brief(&pbx.story(), &["direction", "reason"]),
        ["alice offered direction=in", "alice withdrawn reason=caller_hung_up"]
    );
}

#[test]
fn a_group_that_is_dialled_leaves_no_ghost_at_who_did_not_answer() {
    let (caller, alice, bob) = three();
    let mut pbx = Written::default();
    pbx.of("Newchannel", &caller, &[]);
    for phone in [&alice, &bob] {
        pbx.of("Newchannel", phone, &[]).to("DialBegin", &caller, phone, &[]);
    }
    pbx.to("DialEnd", &caller, &bob, &[("DialStatus", "ANSWER")]);
    pbx.to("DialEnd", &caller, &alice, &[("DialStatus", "CANCEL")]).hangs_up(&alice, "26");
    assert_eq!(
        brief(&pbx.story(), &["reason"])[2..],
        ["bob answered", "alice withdrawn reason=answered_elsewhere"]
    );
}

#[test]
fn a_call_that_an_agent_makes_is_about_whom_they_call() {
    let alice = Channel { exten: "+4930555".into(), ..Channel::phone("2001", "5.1", "5.1") };
    let trunk = Channel::new("PJSIP/trunk-7", "5.2", "5.1");
    let mut pbx = Written::default();
    pbx.of("Newchannel", &alice, &[]).of("Newchannel", &trunk, &[]);
    pbx.to("DialBegin", &alice, &trunk, &[("DialString", "trunk/+4930555")]).after(4_000);
    let mut busy = pbx.clone();
    pbx.to("DialEnd", &alice, &trunk, &[("DialStatus", "ANSWER")]).after(1_000);
    pbx.of("HangupRequest", &alice, &[]).hangs_up(&trunk, "16").hangs_up(&alice, "16");
    assert_eq!(
        brief(&pbx.story(), &["direction", "ani", "ring_ms", "by"]),
        [
            "alice offered direction=out ani=+4930555",
            "alice answered ring_ms=4000",
            "alice ended by=agent"
        ]
    );
    busy.to("DialEnd", &alice, &trunk, &[("DialStatus", "BUSY")]).hangs_up(&alice, "17");
    let told = brief(&busy.story(), &["reason", "ring_ms"]);
    assert_eq!(told[1], "alice withdrawn reason=rejected ring_ms=4000");
}

#[test]
fn a_phone_behind_a_local_member_is_the_same_leg_and_its_hold_is_the_agent_s() {
    let (caller, _, _) = three();
    let mut front = Channel::new("Local/1001@agents-0000000a;1", "1.2", "1.1");
    let back = Channel::new("Local/1001@agents-0000000a;2", "1.3", "1.1");
    let phone = Channel::phone("2001", "1.4", "1.1");
    let mut pbx = Written::default();
    pbx.waits(&caller, "support").of("Newchannel", &front, &[]).of("Newchannel", &back, &[]);
    let member = [("Queue", "support"), ("Interface", "Local/1001@agents/n")];
    pbx.to("AgentCalled", &caller, &front, &member).to("DialBegin", &caller, &front, &[]);
    pbx.of("Newchannel", &phone, &[]).to("DialBegin", &back, &phone, &[]);
    pbx.to("DialEnd", &back, &phone, &[("DialStatus", "ANSWER")]);
    front.exten = "x".into();
    pbx.to("AgentConnect", &caller, &front, &member);
    pbx.of("Hold", &phone, &[]).of("Unhold", &phone, &[]);
    // The phone's own half asks to hang up.
    pbx.of("HangupRequest", &back, &[]).hangs_up(&phone, "16").hangs_up(&front, "16");
    assert_eq!(
        brief(&pbx.story(), &["leg", "by"]),
        [
            "alice offered leg=1.2",
            "alice answered leg=1.2",
            "alice held leg=1.2 by=agent",
            "alice retrieved leg=1.2 by=agent",
            "alice ended leg=1.2 by=agent"
        ]
    );
}

#[test]
fn a_consult_and_the_transfer_after_it_make_the_other_agent_s_card_the_customer_s() {
    let told = story(&told(&capture("06-attended-transfer-sip.pop")));
    let told = brief(&told, &["call", "consult_call", "prev_call", "to", "ani", "account"]);
    assert_eq!(told[3], "alice consult call=1795328164.16 consult_call=1795328168.18 to=2002");
    assert_eq!(told[4], "bob offered call=1795328168.18 ani=2001");
    let bob = "bob transferred call=1795328164.16 prev_call=1795328168.18 ani=+4930123456 account=ACC-0815";
    assert_eq!(told[8], bob);
}

#[test]
fn who_turns_to_a_filtered_stream_is_told_the_same_of_queue_calls() {
    // Of these no channel is ever seen to come.
    for name in ["02-answered-sip-hold.pop", "07-wrapup-pause.pop", "10-agent-rejects.pop"] {
        let text = String::from_utf8(capture(name)).unwrap();
        let filtered: String = text
            .split_inclusive("\r\n\r\n")
            .filter(|event| !event.contains("Event: Newchannel") && !event.contains("Event: Dial"))
            .collect();
        let without =
            |bytes: &[u8]| brief(&story(&told(bytes)), &["reason", "by", "ani", "account"]);
        assert_eq!(without(filtered.as_bytes()), without(text.as_bytes()), "{name}");
    }
}
