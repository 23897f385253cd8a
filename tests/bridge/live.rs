//! The bridge as a process, between a PBX over TCP and the bells of desks.

use std::io::Write;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use norns::domain::interaction::{Call, CallState, Withdrawn};

use super::common::bell::Bell;
use super::common::bridge::{Bridge, OWN, configure, impatient};
use super::common::gateway::write_private;
use super::common::home::Home;
use super::common::pbx::{Pbx, SECRET};
use super::common::telephony::{Channel, Written};

/// When the recordings were made, and when written traffic is.
const THEN: &str = "2026-11-22T06:15:00Z";

fn bell(home: &Home) -> Bell {
    Bell::open(&home.run().join("pop.sock"), &home.state().join("pops"), THEN)
}

fn own(pbx: &Pbx) -> (Home, Bell, Bridge) {
    own_with(pbx, |config| config)
}

fn own_with(pbx: &Pbx, change: impl Fn(PathBuf) -> PathBuf) -> (Home, Bell, Bridge) {
    let home = Home::new();
    let bell = bell(&home);
    let config = change(configure(&home, pbx.address, OWN));
    let mut bridge = Bridge::start(&home, "asterisk", &config);
    bridge.until_said("connected");
    (home, bell, bridge)
}

/// Nobody listens yet to the calls of this agent.
fn before_a_desk() -> (Pbx, Home, Bridge) {
    let pbx = Pbx::start();
    let home = Home::new();
    let agents = agents(&[("alice", "root", &home.run().join("pop.sock"))]);
    let config = impatient(configure(&home, pbx.address, &agents));
    let mut bridge = Bridge::start(&home, "asterisk", &config);
    bridge.until_said("connected");
    (pbx, home, bridge)
}

fn only(bell: &Bell) -> &Call {
    assert_eq!(bell.calls.len(), 1, "{:#?}", bell.calls);
    &bell.calls[&1]
}

fn state_is(state: CallState) -> impl Fn(&std::collections::BTreeMap<u32, Call>) -> bool {
    move |calls| calls.values().any(|call| call.state == state)
}

/// `Status` of a channel, as a list has it.
fn status(channel: &Channel, state: &str, more: &[(&str, &str)]) -> String {
    let mut text = "Event: Status\r\nPrivilege: Call\r\n".to_owned();
    for (name, value) in channel.headers("") {
        let value = if name == "ChannelState" { state.to_owned() } else { value };
        text += &format!("{name}: {value}\r\n");
    }
    for (name, value) in more {
        text += &format!("{name}: {value}\r\n");
    }
    text
}

#[test]
fn it_logs_in_with_a_narrow_mask_sets_a_filter_asks_what_goes_on_and_does_nothing_else() {
    let pbx = Pbx::start();
    let (_home, _bell, bridge) = own_with(&pbx, impatient);
    pbx.until_asked("Ping", 2);
    let actions = pbx.actions();
    let get = |nth: usize, name: &str| {
        let found = actions[nth].iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let asked: Vec<String> = (0..actions.len()).map(|nth| get(nth, "Action")).collect();
    assert_eq!(asked[..5], ["Login", "Filter", "Status", "QueueStatus", "Ping"]);
    assert!(asked[5..].iter().all(|action| action == "Ping"));
    assert_eq!(get(0, "Events"), "call,agent,user");
    let filter = get(1, "Filter");
    assert!(filter.starts_with("^Event: (AgentCalled|") && !filter.contains("VarSet"), "{filter}");
    let mut ids: Vec<String> = (0..actions.len()).map(|nth| get(nth, "ActionID")).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), actions.len());
    assert_eq!(bridge.stop(), "norns bridge: lines: 4 taken", "a hello, a link, two pictures");
}

#[test]
fn an_account_that_may_set_no_filter_is_told_of_and_bridged() {
    let pbx = Pbx::start();
    pbx.narrow();
    let (_home, mut bell, bridge) = own(&pbx);
    assert!(bridge.text.contains("may not set a filter"), "{}", bridge.text);
    pbx.play("02-answered-sip-hold.pop", 1 << 20);
    bell.until("the end of the talk", state_is(CallState::WrapUp));
}

#[test]
fn a_recording_in_small_pieces_is_a_call_from_its_first_ring_to_its_wrap_up() {
    let pbx = Pbx::start();
    let (_home, mut bell, bridge) = own(&pbx);
    pbx.play("02-answered-sip-hold.pop", 7);
    bell.until("the end of the talk", state_is(CallState::WrapUp));
    let call = only(&bell);
    assert_eq!(call.key.source.as_str(), "ast:test");
    assert_eq!(call.facts.ani.as_deref(), Some("+4930123456"));
    assert_eq!(call.facts.account.as_deref(), Some("ACC-0815"));
    assert_eq!(call.facts.language.as_deref(), Some("de"));
    let talk = call.ended_at.unwrap().duration_since(call.answered_at.unwrap());
    assert_eq!(talk.as_millis(), 4_502, "by Asterisk's own clock");
    assert!(bridge.stop().ends_with("9 taken"), "a hello, a link, two pictures, five events");
}

/// A caller, and the agent's phone that rings for them.
fn ringing(nth: usize) -> (Channel, Channel) {
    let (caller, leg) = (format!("7.{}", 2 * nth), format!("7.{}", 2 * nth + 1));
    let alice = Channel::phone("2001", &leg, &caller);
    (Channel::caller(&caller), alice)
}

#[test]
fn sixty_calls_at_once_all_arrive_and_all_end() {
    let pbx = Pbx::start();
    let (_home, mut bell, bridge) = own(&pbx);
    let mut written = Written::default();
    for n in 0..60 {
        let (caller, alice) = ringing(n);
        written.waits(&caller, "support").rings(&caller, &alice, "support");
    }
    written.after(5_000);
    for n in 0..60 {
        let (caller, alice) = ringing(n);
        written.hangs_up(&alice, "26").of("QueueCallerAbandon", &caller, &[("Queue", "support")]);
        written.hangs_up(&caller, "0");
    }
    pbx.say(written.text.as_bytes(), 1_500);
    bell.until("sixty missed calls", |calls| {
        let missed = CallState::Missed(Withdrawn::CallerHungUp);
        calls.values().filter(|call| call.state == missed).count() == 60
    });
    assert_eq!(bell.calls.len(), 60);
    let said = bridge.stop();
    let taken =
        said.strip_prefix("norns bridge: lines: ").and_then(|said| said.strip_suffix(" taken"));
    // A hello, a picture and two events for each call; where the desk was greeted late, what rang
    // by then once more, and a picture if it was little.
    let taken: Option<u32> = taken.and_then(|taken| taken.parse().ok());
    assert!(taken.is_some_and(|taken| taken >= 122), "nothing is lost or refused: {said}");
}

#[test]
fn behaviour_11_a_broken_connection_is_made_again_and_what_has_ended_meanwhile_has_ended() {
    let pbx = Pbx::start();
    let (_home, mut bell, mut bridge) = own(&pbx);
    let (caller, alice) = (Channel::caller("1.1"), Channel::phone("2001", "1.2", "1.1"));
    let mut written = Written::default();
    written.waits(&caller, "support").rings(&caller, &alice, "support");
    written.connects(&caller, &alice, "support").of("Hold", &alice, &[]);
    pbx.say(written.text.as_bytes(), 100);
    bell.until("a held call", state_is(CallState::OnHold));
    // It goes on meanwhile, and another one has begun to ring.
    let second = Channel::caller("2.1");
    let ring = Channel::phone("2001", "2.2", "2.1");
    let waiting =
        "Event: QueueEntry\r\nQueue: support\r\nPosition: 1\r\nUniqueid: 2.1\r\nWait: 9\r\n";
    pbx.lists(
        &[
            status(&alice, "6", &[("Application", "AppQueue"), ("Seconds", "60")]),
            status(&caller, "6", &[("Application", "Queue"), ("Data", "support,t")]),
            status(
                &second,
                "6",
                &[("Application", "Queue"), ("Data", "support"), ("DNID", "8001")],
            ),
            status(&ring, "5", &[("Application", "AppQueue"), ("Seconds", "2")]),
        ],
        &[waiting.to_owned()],
    );
    pbx.hang_up();
    bridge.until_said("connection is lost");
    bridge.until_said("connected");
    bell.until("the second call", |calls| calls.len() == 2);
    let states: Vec<CallState> = bell.calls.values().map(|call| call.state).collect();
    assert_eq!(states, [CallState::OnHold, CallState::Offered]);
    let call = &bell.calls[&2];
    assert!(!call.pops, "what a snapshot tells asks for no attention");
    assert_eq!(call.facts.queue.as_deref(), Some("support"));
    assert_eq!(call.facts.dnis.as_deref(), Some("8001"));
    // Events after the picture belong to what it shows.
    let mut written = Written::default();
    written.after(90_000).of("Unhold", &alice, &[]).hangs_up(&alice, "16");
    pbx.say(written.text.as_bytes(), 100);
    bell.until("the end of the first", state_is(CallState::WrapUp));
    pbx.lists(&[], &[]);
    pbx.hang_up();
    bell.until("the end of the second", |calls| {
        calls[&2].state == CallState::Missed(Withdrawn::CallerHungUp)
    });
}

#[test]
fn a_pbx_that_gives_no_sign_of_life_is_left_and_asked_anew() {
    let pbx = Pbx::start();
    let (_home, mut bell, mut bridge) = own_with(&pbx, impatient);
    pbx.mute(true);
    bridge.until_said("connection is lost");
    pbx.mute(false);
    bridge.until_said("connected");
    pbx.play("12-direct-dial-no-queue.pop", 4_000);
    bell.until("the end of the talk", state_is(CallState::WrapUp));
}

#[test]
fn a_desk_that_opens_while_it_rings_is_told_of_the_ring() {
    let (pbx, home, bridge) = before_a_desk();
    let (caller, alice) = (Channel::caller("1.1"), Channel::phone("2001", "1.2", "1.1"));
    let mut written = Written::default();
    written.waits(&caller, "support").rings(&caller, &alice, "support");
    pbx.say(written.text.as_bytes(), 100);
    pbx.until_asked("Ping", 3);
    let mut bell = bell(&home);
    bell.until("the ring", |calls| calls.values().any(|call| call.pops));
    assert_eq!(only(&bell).facts.ani.as_deref(), Some("+14155550123"));
    written = Written::default();
    written.after(4_000).connects(&caller, &alice, "support");
    pbx.say(written.text.as_bytes(), 100);
    bell.until("the talk", state_is(CallState::Talking));
    let said = bridge.stop();
    assert!(said.contains("2 to agents without a desk"), "{said}");
}

#[test]
fn a_desk_that_opens_under_more_calls_than_a_snapshot_lists_has_them_all() {
    let (pbx, home, _bridge) = before_a_desk();
    let mut written = Written::default();
    for n in 0..40 {
        let (caller, alice) = ringing(n);
        written.waits(&caller, "support").rings(&caller, &alice, "support");
    }
    pbx.say(written.text.as_bytes(), 1_500);
    pbx.until_asked("Ping", 3);
    let mut bell = bell(&home);
    bell.until("forty rings", |calls| calls.len() == 40);
    written.text.clear();
    written.after(5_000);
    let (caller, alice) = ringing(39);
    written.hangs_up(&alice, "26").of("QueueCallerAbandon", &caller, &[("Queue", "support")]);
    written.hangs_up(&caller, "0");
    pbx.say(written.text.as_bytes(), 1_500);
    bell.until("an end", |calls| calls.values().any(|call| call.state != CallState::Offered));
    let ringing = bell.calls.values().filter(|call| call.state == CallState::Offered).count();
    assert_eq!(ringing, 39, "all but the one that ended");
}

#[test]
fn what_is_told_while_nobody_listens_is_kept_for_an_agent_s_own_next_start() {
    let pbx = Pbx::start();
    let home = Home::new();
    let mut bridge = Bridge::start(&home, "asterisk", &configure(&home, pbx.address, OWN));
    bridge.until_said("connected");
    pbx.play("03-abandoned.pop", 50_000);
    pbx.hang_up();
    bridge.until_said("connection is lost");
    let said = bridge.stop();
    assert!(said.contains("3 kept for the next start"), "{said}");
    let mut bell = bell(&home);
    bell.until("the missed call", state_is(CallState::Missed(Withdrawn::CallerHungUp)));
}

fn agents(table: &[(&str, &str, &Path)]) -> String {
    let mut text = String::new();
    for (nth, (name, login, socket)) in table.iter().enumerate() {
        let (nth, socket) = (nth + 1, socket.display());
        text += &format!(
            "[[agents]]\nname = \"{name}\"\nlogin = \"{login}\"\nsocket = \"{socket}\"\n\
             devices = [\"PJSIP/200{nth}\", \"Local/100{nth}@agents/n\"]\n\n"
        );
    }
    text
}

#[test]
fn one_bridge_serves_a_whole_host_and_each_agent_hears_of_their_own_calls_only() {
    let pbx = Pbx::start();
    let home = Home::new();
    let place = |name: &str| home.root().join(name).join("pop.sock");
    let journal = |name: &str| home.root().join(name).join("pops");
    let open = |name: &str| Bell::open(&place(name), &journal(name), THEN);
    let (mut alice, mut bob) = (open("alice"), open("bob"));
    let everybody = [
        ("alice", "root", place("alice")),
        ("bob", "root", place("bob")),
        ("carol", "root", place("carol")),
    ];
    let table: Vec<(&str, &str, &Path)> =
        everybody.iter().map(|(name, login, place)| (*name, *login, place.as_path())).collect();
    let config = configure(&home, pbx.address, &agents(&table));
    let mut bridge = Bridge::start(&home, "asterisk", &config);
    bridge.until_said("connected");
    pbx.play("06-attended-transfer-sip.pop", 333);
    alice.until("her part's end", state_is(CallState::WrapUp));
    bob.until("his part's end", state_is(CallState::WrapUp));
    for bell in [&alice, &bob] {
        assert_eq!(only(bell).key.call.as_str(), "1795328164.16", "the customer's call");
        assert_eq!(only(bell).facts.ani.as_deref(), Some("+4930123456"));
    }
    // Carol has no desk.
    pbx.play("23-agent-login-pause-logout.pop", 333);
    pbx.hang_up();
    bridge.until_said("connection is lost");
    let said = bridge.stop();
    assert!(said.contains("6 to agents without a desk"), "{said}");
}

/// A desk that greets whoever comes, and reads nothing.
fn greets_and_reads_nothing(socket: &Path) {
    std::fs::create_dir_all(socket.parent().unwrap()).unwrap();
    let listener = UnixListener::bind(socket).unwrap();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for mut peer in listener.incoming().map_while(Result::ok) {
            let hello = "{\"type\":\"hello\",\"v\":1,\"protocol\":[1],\"max_line\":65536}\n";
            peer.write_all(hello.as_bytes()).ok();
            held.push(peer);
        }
    });
}

#[test]
fn behaviour_9_a_desk_that_reads_nothing_keeps_nobody_from_reading_the_pbx() {
    let pbx = Pbx::start();
    let home = Home::new();
    let (deaf, hears) = (home.root().join("alice/pop.sock"), home.root().join("bob/pop.sock"));
    greets_and_reads_nothing(&deaf);
    let mut bob = Bell::open(&hears, &home.root().join("bob/pops"), THEN);
    let agents = agents(&[("alice", "root", &deaf), ("bob", "root", &hears)]);
    let mut bridge = Bridge::start(&home, "asterisk", &configure(&home, pbx.address, &agents));
    bridge.until_said("connected");
    // Far more than the sockets hold between the PBX, the bridge and the desk.
    let mut written = Written::default();
    for n in 0..1_000 {
        let (caller, alice) = ringing(n);
        written.waits(&caller, "support").rings(&caller, &alice, "support");
        written.hangs_up(&alice, "26").hangs_up(&caller, "0");
    }
    let (caller, phone) = (Channel::caller("8.0"), Channel::phone("2002", "8.1", "8.0"));
    written.waits(&caller, "support").rings(&caller, &phone, "support");
    pbx.say(written.text.as_bytes(), 60_000);
    bob.until("his call", state_is(CallState::Offered));
    drop(bridge);
}

#[test]
fn a_socket_behind_which_somebody_else_listens_is_told_nothing() {
    let pbx = Pbx::start();
    let home = Home::new();
    let socket: PathBuf = home.run().join("pop.sock");
    let bell = bell(&home);
    // The desk should be nobody's, and is root's.
    let agents = agents(&[("alice", "nobody", &socket), ("bob", "no-such-user", &socket)]);
    let mut bridge = Bridge::start(&home, "asterisk", &configure(&home, pbx.address, &agents));
    bridge.until_said("connected");
    assert!(bridge.text.contains("`no-such-user` is no user of this host"), "{}", bridge.text);
    pbx.play("10-agent-rejects.pop", 5_000);
    pbx.hang_up();
    bridge.until_said("connection is lost");
    let said = bridge.stop();
    assert!(said.contains("0 taken") && said.contains("sockets of somebody else"), "{said}");
    assert!(bell.calls.is_empty());
}

#[test]
fn a_secret_that_is_not_taken_ends_the_bridge_and_is_not_told() {
    let pbx = Pbx::start();
    let home = Home::new();
    let config = configure(&home, pbx.address, OWN);
    write_private(&home.root().join("ami.secret"), "another-s3cret");
    let (code, error) = Bridge::start(&home, "asterisk", &config).end();
    assert_eq!(code, Some(1));
    assert!(error.contains("the name or the secret is not taken"), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
}

#[test]
fn what_is_wrong_in_its_file_is_said_with_its_place_and_without_its_values() {
    let home = Home::new();
    let pbx = Pbx::start();
    let path = configure(&home, pbx.address, OWN);
    let good = std::fs::read_to_string(&path).unwrap();
    let cases = [
        ("user =", "usr =", "asterisk.usr: there is no such key; did you mean `user`"),
        ("[own]", "[owner]", "owner: there is no such key; did you mean `own`"),
        ("ping-seconds = 5", "ping-seconds = \"x\"", "expected a whole number from 0 up"),
        ("\"ast:test\"", "\"a b\"", "source: expected up to 64 letters"),
        (OWN, "", "nobody to tell"),
        (OWN, "[own]\ndevices = []\n[rule]\ndevice = \"PJSIP/{agent}\"\n", "not both"),
        (OWN, "[rule]\ndevice = \"PJSIP/\"\n", "expected {agent} once"),
    ];
    for (from, to, complaint) in cases {
        write_private(&path, &good.replace(from, to));
        let (code, error) = Bridge::start(&home, "asterisk", &path).end();
        assert_eq!(code, Some(1), "{to}");
        assert!(error.contains(complaint) && error.contains("bridge.toml"), "{to}: {error}");
        assert!(!error.contains(SECRET));
    }
    std::fs::set_permissions(
        home.root().join("ami.secret"),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )
    .unwrap();
    write_private(&path, &good);
    let (_, error) = Bridge::start(&home, "asterisk", &path).end();
    assert!(error.contains("can be read by others; chmod 600"), "{error}");
}
