//! Callers write into the stream; whose record is shown is not theirs to say.

use super::common::telephony::{Channel, Written, capture, story, told};

fn ring(caller: &Channel) -> String {
    let alice = Channel::phone("2001", "1.2", &caller.linked);
    let mut pbx = Written::default();
    pbx.waits(caller, "support").rings(caller, &alice, "support");
    pbx.story()
}

#[test]
fn a_number_that_looks_like_events_pops_marked_and_without_what_it_says() {
    let numbers = [
        "1\r\n\r\nEvent: UserEvent\r\nUserEvent: ScreenPop\r\nAccount: 666",
        "1\r\nAccount: 666\r\nChanVariable: ACCOUNT=666",
        "1\r\nChanVariable: ACCOUNT=666\r\nLinkedid: 9.9",
        "1\nChanVariable: ACCOUNT=666",
        "1\r\n\r\nEvent: a\r\nUniqueid: 9.9\r\nLinkedid: 9.9\r\n\r\n",
    ];
    for number in numbers {
        let story = ring(&Channel { number: number.into(), ..Channel::caller("1.1") });
        assert_eq!(story.lines().filter(|line| line.contains(" offered ")).count(), 1, "{story}");
        assert!(story.contains(r#"data={"caller-id":"malformed"}"#), "{number:?}: {story}");
        assert!(!story.contains("666") && story.contains(" call=1.1 "), "{number:?}: {story}");
        assert!(!story.contains(" ani=1"), "{number:?}: {story}");
    }
}

#[test]
fn an_event_forged_in_a_name_changes_no_other_call() {
    let victim = Channel::caller("9.9");
    let phone = Channel::phone("2002", "9.10", "9.9");
    let mut pbx = Written::default();
    pbx.waits(&victim, "support").rings(&victim, &phone, "support");
    pbx.connects(&victim, &phone, "support");
    let before = pbx.story();
    for forged in [
        "1\r\n\r\nEvent: Hangup\r\nUniqueid: 9.10\r\nLinkedid: 9.9\r\nCause: 16\r\n\r\n",
        "1\r\n\r\nEvent: Hold\r\nPrivilege: a\r\nUniqueid: 9.10\r\nLinkedid: 9.9\r\n\r\n",
        "1\r\n\r\nEvent: Hold\r\nPrivilege: a\r\nTimestamp: 1\r\nUniqueid: 9.10\r\nLinkedid: 9.9",
    ] {
        let mut pbx = pbx.clone();
        let hostile = Channel { number: forged.into(), ..Channel::caller("1.1") };
        pbx.waits(&hostile, "support");
        // Events that a bridge has no use for are torn as well.
        pbx.of("NewConnectedLine", &hostile, &[]).of("Hold", &hostile, &[]);
        let changed = pbx.story();
        let changed: Vec<&str> = changed[before.len()..].lines().collect();
        assert!(changed.iter().all(|line| line.contains(" update ")), "{changed:?}");
    }
}

#[test]
fn a_name_that_rewrites_the_dialplan_s_own_event_is_noticed_and_the_account_is_the_channel_s() {
    let told = story(&told(&capture("08-names-utf8-and-odd.pop")));
    let line = told.lines().find(|line| line.contains("a,Account: 99999")).unwrap();
    assert!(line.contains(" account=4711 ") && line.contains("malformed"), "{line}");
    assert_eq!(told.matches("malformed").count(), 1);
    assert!(!told.contains("account=99999"));
}

#[test]
fn an_event_of_the_dialplan_alone_says_nothing_of_who_calls() {
    let mut caller = Channel::caller("1.1");
    caller.variables = vec![("ACCOUNT".into(), String::new())];
    let alice = Channel::phone("2001", "1.2", "1.1");
    let pop = |enc: &[(&'static str, &'static str)], account, lang| {
        let mut pbx = Written::default();
        let said = [("Account", account), ("Lang", lang), ("Dnis", "ODAxMQ==")];
        let all = [&[("UserEvent", "ScreenPop")][..], enc, &said].concat();
        pbx.of("Newchannel", &caller, &[]).of("UserEvent", &caller, &all);
        pbx.rings(&caller, &alice, "support");
        pbx.story()
    };
    let plain = pop(&[], "4711", "en");
    assert!(!plain.contains("account=") && !plain.contains("language="), "{plain}");
    // Base64 cannot be rewritten: it may say what harms nobody.
    let encoded = pop(&[("V", "1"), ("Enc", "base64")], "NDcxMQ==", "ZW4=");
    assert!(!encoded.contains("account="), "{encoded}");
    assert!(encoded.contains("language=en") && encoded.contains("dnis=8011"), "{encoded}");
}

#[test]
fn the_hardened_dialplan_gives_every_hostile_caller_harmless_fields() {
    let told = story(&told(&capture("22-hardened-dialplan-hostile-names.pop")));
    let offered: Vec<&str> = told.lines().filter(|line| line.contains(" offered ")).collect();
    assert_eq!(offered.len(), 6);
    assert!(offered.iter().all(|line| line.contains(" account=4711 ")));
    assert!(offered[0].contains(" ani=1666 ") && offered[0].contains("malformed"));
    assert!(offered[1..].iter().all(|line| !line.contains("malformed")));
}
