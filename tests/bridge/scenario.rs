//! Steps 3 and 7 of the acceptance scenario and its variant V5, with a note in place of the dispute:
//! one PBX, two agents on two hosts, each with a bridge and a desk, and the gateway between them.

use norns::client::Client;
use norns::domain::customer::CustomerId;
use norns::domain::interaction::CallKey;
use norns::domain::register::Act;
use norns::domain::text::CleanText;
use norns::sample::Sample;
use norns::sample::server::Latency;
use rustix::process::Signal;

use super::common::bridge::{Bridge, configure as bridge_toml};
use super::common::clock::Clock;
use super::common::desk::{POPPED_AT, start, until};
use super::common::gateway::{Gateway, configure, join, write_private};
use super::common::home::Home;
use super::common::pbx::Pbx;
use super::common::telephony::{Channel, Written};
use super::common::terminal::{Screen, Terminal};
use super::control::{controlling, has};

const SIZE: (u16, u16) = (120, 40);
const WRAP_UP: &str = "\n[[wrap-up]]\nqueue = \"BILLING\"\nmode = \"mandatory\"\n\
    codes = [\"BILL-DISPUTE\", \"BILL-EXPLAINED\"]\n";
const NOTE: &str = "double-billed, 316.00";

/// A company's gateway, and what a host needs of it.
struct Centre {
    runtime: tokio::runtime::Runtime,
    clock: Clock,
    place: String,
    tokens: [String; 2],
    _gateway: Gateway,
    _sample: Sample,
    _home: Home,
}

impl Centre {
    fn open() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let home = Home::new();
        let clock = Clock::start(home.root(), POPPED_AT);
        let sample = Sample::start(20_417, 42, clock.now(), Latency::None);
        let sample = runtime.block_on(sample).unwrap();
        let tokens = ["0", "1"].map(|nth| nth.repeat(32));
        let config = configure(&home, sample.variables(), &tokens).display().to_string();
        let env = [("NORNS_CLOCK", clock.socket().to_str().unwrap())];
        let mut gateway = Gateway::start(&home, &env, &["--config", &config]);
        let place = gateway.place();
        Self { runtime, clock, place, tokens, _gateway: gateway, _sample: sample, _home: home }
    }

    /// What was done to Eleanor, as the audit has it.
    fn audit(&self) -> Vec<Act> {
        let client = Client::tcp(&format!("http://{}/", self.place), &self.tokens[0]).unwrap();
        let eleanor = CustomerId::parse("CRM:C-20417").unwrap();
        self.runtime.block_on(client.audit(&eleanor)).unwrap()
    }

    /// How often this was done to her.
    fn done(&self, verb: &str) -> usize {
        self.audit().iter().filter(|act| act.verb.as_str() == verb).count()
    }

    /// Whether what was handed over is known under this call's key too.
    fn knows(&self, call: &str) -> bool {
        let client = Client::tcp(&format!("http://{}/", self.place), &self.tokens[1]).unwrap();
        let key = CallKey { source: CleanText::line("ast:test"), call: CleanText::line(call) };
        self.runtime.block_on(client.handover(&key)).unwrap().is_some()
    }
}

/// One agent's host: the PBX as its bridge sees it, and the desk.
struct Host {
    pbx: Pbx,
    terminal: Terminal,
    home: Home,
    _bridge: Bridge,
}

impl Host {
    fn open(centre: &Centre, nth: usize, device: &str) -> Self {
        let (pbx, home) = (Pbx::start(), Home::new());
        join(&home, &centre.place, &centre.tokens[nth]);
        let settings = home.config().join("norns.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        write_private(&settings, &(text + WRAP_UP));
        let agents = format!(
            "[own]\ndevices = [\"{device}\"]\n\n\
             [[directory]]\nname = \"Dispute desk\"\nnumber = \"2002\"\ndevice = \"PJSIP/2002\"\n"
        );
        let config = controlling(bridge_toml(&home, pbx.address, &agents), "");
        let bob = "Event: QueueMember\r\nQueue: disputes\r\nLocation: PJSIP/2002\r\n\
                   Status: 1\r\nPaused: 0\r\nInCall: 0\r\n";
        pbx.lists(&[], &[bob.to_owned()]);
        let mut bridge = Bridge::start(&home, "asterisk", &config);
        bridge.until_said("connected");
        let terminal = start(&home, &centre.clock, SIZE, &[]);
        terminal.until_shown("Ready");
        Self { pbx, terminal, home, _bridge: bridge }
    }
}

fn header(screen: &Screen<'_>) -> String {
    screen.rows()[0].clone()
}

#[track_caller]
fn until_header(terminal: &Terminal, what: &str) {
    terminal.until(what, |screen| header(screen).contains(what));
}

/// Both hosts hear the same PBX.
fn say(written: &mut Written, hosts: [&Host; 2]) {
    for host in hosts {
        host.pbx.say(written.text.as_bytes(), 4_000);
    }
    written.text.clear();
}

/// Eleanor, and the phones of both agents.
fn eleanor() -> (Channel, Channel) {
    let caller = Channel::caller("1.1");
    let caller = Channel {
        number: "+14165550142".into(),
        exten: "18005550100".into(),
        variables: vec![("ACCOUNT".into(), String::new())],
        ..caller
    };
    (caller, Channel::phone("2001", "1.2", "1.1"))
}

/// Eleanor on the line with the first agent: chosen, verified, a note begun.
fn on_the_line(alice: &mut Host, bob: &Host, written: &mut Written) {
    let (caller, phone) = eleanor();
    written.waits(&caller, "BILLING").rings(&caller, &phone, "BILLING");
    say(written, [alice, bob]);
    alice.terminal.until_shown("2 candidates");
    alice.terminal.press("enter");
    alice.terminal.until_shown("Likely: duplicate internet charge");
    written.after(2_000).connects(&caller, &phone, "BILLING");
    say(written, [alice, bob]);
    until_header(&alice.terminal, "Talking");
    alice.terminal.press("v enter j enter q n");
    alice.terminal.type_text(NOTE);
    alice.terminal.until_shown(NOTE);
}

#[track_caller]
fn has_the_whole_context(bob: &Host) {
    bob.terminal.until_shown("Handed over by agent-0");
    bob.terminal.until("the whole context", |screen| {
        let known = ["CRM:C-20417", "Eleanor Whitcombe", NOTE, "verified by agent-0"];
        known.iter().all(|text| screen.has(text)) && screen.has("duplicate internet charge")
    });
}

#[test]
fn step_3_and_v5_a_killed_desk_has_the_call_and_the_note_and_the_call_goes_on_with_all_of_it_once()
{
    let centre = Centre::open();
    let (mut alice, bob) =
        (Host::open(&centre, 0, "PJSIP/2001"), Host::open(&centre, 1, "PJSIP/2002"));
    let mut written = Written::default();
    on_the_line(&mut alice, &bob, &mut written);
    centre.clock.advance(65);
    until_header(&alice.terminal, "Talking 1:0");
    // The connection drops: nothing was sent.
    let drafts = alice.home.state().join("drafts");
    until("the note on disk", || {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().filter_map(Result::ok);
        let mut texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        texts.any(|text| text.contains(NOTE))
    });
    alice.terminal.signal(Signal::KILL);
    alice.terminal.ended();
    assert_eq!(centre.done("noted"), 0);
    alice.terminal = start(&alice.home, &centre.clock, SIZE, &[]);
    until_header(&alice.terminal, "Talking 1:0");
    alice.terminal.until_shown("2 candidates");
    alice.terminal.press("enter");
    alice.terminal.until_shown("Likely: duplicate internet charge");
    alice.terminal.press("n");
    alice.terminal.until_shown(NOTE);
    alice.terminal.press("f10 v enter j enter q");
    until("the note on record", || centre.done("noted") == 1);
    // The bridge has found the desk that was started again: the call goes on there.
    let (_, phone) = eleanor();
    for (event, state) in [("Hold", "On hold"), ("Unhold", "Talking")] {
        written.after(1_000).of(event, &phone, &[]);
        say(&mut written, [&alice, &bob]);
        until_header(&alice.terminal, state);
    }
    // One step: whom, and the context goes ahead of the call.
    alice.terminal.press("e t");
    alice
        .terminal
        .until("who is there", |screen| screen.has("Dispute desk") && screen.has("ready"));
    alice.terminal.type_text("disp");
    alice.terminal.press("enter");
    alice.pbx.until_asked("BlindTransfer", 1);
    assert!(has(&alice.pbx.asked("BlindTransfer"), "Exten", "2002"));
    assert_eq!(centre.done("handed over"), 1, "it goes ahead: {:?}", centre.audit());
    let (caller, phone) = eleanor();
    let bob_s = Channel::phone("2002", "1.3", "1.1");
    let transfer = [
        ("Result", "Success"),
        ("TransfererUniqueid", phone.id.as_str()),
        ("TransfererLinkedid", phone.linked.as_str()),
        ("Extension", "2002"),
    ];
    written.after(60_000).event("BlindTransfer", &transfer).hangs_up(&phone, "16");
    written.of("Newchannel", &bob_s, &[]).to(
        "DialBegin",
        &caller,
        &bob_s,
        &[("DialString", "2002")],
    );
    say(&mut written, [&alice, &bob]);
    has_the_whole_context(&bob);
    written.after(1_000).to("DialEnd", &caller, &bob_s, &[("DialStatus", "ANSWER")]);
    say(&mut written, [&alice, &bob]);
    until_header(&bob.terminal, "Talking");
    // The first agent's wrap-up: Ready is refused without a code.
    until_header(&alice.terminal, "Wrap-up");
    alice.terminal.press("x");
    alice.terminal.until_shown("choose a wrap-up code first");
    alice.terminal.type_text("dispute");
    alice.terminal.press("enter esc");
    alice.terminal.until("the code, and no list", |screen| {
        header(screen).contains("BILL-DISPUTE") && !screen.has("WRAP-UP CODES")
    });
    alice.terminal.press("x");
    until_header(&alice.terminal, "Ready");
    until("the outcome on record", || centre.done("wrapped up") == 1);
    let once = ["noted", "handed over", "wrapped up"].map(|verb| centre.done(verb));
    assert_eq!(once, [1, 1, 1], "{:?}", centre.audit());
}

#[test]
fn step_7_a_warm_transfer_between_two_hosts_carries_everything_from_the_first_ring_on() {
    let centre = Centre::open();
    let (mut alice, bob) =
        (Host::open(&centre, 0, "PJSIP/2001"), Host::open(&centre, 1, "PJSIP/2002"));
    let mut written = Written::default();
    on_the_line(&mut alice, &bob, &mut written);
    alice.terminal.press("esc");
    alice.terminal.until("the note aside", |screen| !screen.has("f10 send"));
    alice.terminal.press("e c");
    alice
        .terminal
        .until("who is there", |screen| screen.has("Dispute desk") && screen.has("ready"));
    alice.terminal.press("enter");
    alice.pbx.until_asked("Atxfer", 1);
    let (_, phone) = eleanor();
    // Another call on the telephone, and the same one to the desks.
    let asks = Channel::phone("2001", "2.1", "2.1");
    let bob_s = Channel::phone("2002", "2.2", "2.1");
    written.after(5_000).of("Hold", &phone, &[]).of("Newchannel", &asks, &[]);
    written.of("Newchannel", &bob_s, &[]).to("DialBegin", &asks, &bob_s, &[("DialString", "2002")]);
    say(&mut written, [&alice, &bob]);
    until_header(&bob.terminal, "ringing");
    // Whoever is rung while the word is on its way asks once more, a second later.
    until("the consultation at the gateway", || centre.knows("2.1"));
    let mut tries = 0;
    until("the context", || {
        centre.clock.advance(i64::from(tries % 25 == 0));
        tries += 1;
        bob.terminal.look(|screen| screen.has("Handed over by agent-0"))
    });
    has_the_whole_context(&bob);
    written.after(1_000).to("DialEnd", &asks, &bob_s, &[("DialStatus", "ANSWER")]);
    say(&mut written, [&alice, &bob]);
    until_header(&bob.terminal, "Talking");
    let (transferer, second, caller) = (&phone, &asks, eleanor().0);
    let done = [
        ("Result", "Success"),
        ("OrigTransfererChannel", transferer.name.as_str()),
        ("OrigTransfererUniqueid", transferer.id.as_str()),
        ("OrigTransfererLinkedid", transferer.linked.as_str()),
        ("SecondTransfererUniqueid", second.id.as_str()),
        ("SecondTransfererLinkedid", second.linked.as_str()),
        ("TransfereeUniqueid", caller.id.as_str()),
        ("TransfereeLinkedid", caller.linked.as_str()),
        ("TransferTargetUniqueid", bob_s.id.as_str()),
        ("TransferTargetLinkedid", bob_s.linked.as_str()),
        ("DestType", "Bridge"),
    ];
    written.after(2_000).event("AttendedTransfer", &done).hangs_up(&phone, "16");
    say(&mut written, [&alice, &bob]);
    bob.terminal.until("the caller, and one card", |screen| {
        let header = header(screen);
        header.contains("Talking") && header.contains("+1 416 555 0142") && !header.contains("1/2")
    });
    has_the_whole_context(&bob);
    until_header(&alice.terminal, "Wrap-up");
}
