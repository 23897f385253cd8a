//! Writing into a source, from the keys of a desk to the source and back: done, refused, unknown,
//! and with a gateway that goes away in between.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::path::PathBuf;

use common::clock::Clock;
use common::desk::{self, Desk, FIRST_CALL, POPPED_AT};
use common::gateway::{Gateway, write_private};
use common::home::Home;
use common::terminal::Screen;
use norns::client::Client;
use norns::domain::customer::CustomerId;
use norns::sample::Sample;
use norns::sample::fault::Fault;
use norns::sample::server::Latency;
use tokio::runtime::Runtime;

const SIZE: (u16, u16) = (120, 40);

fn with_customer(desk: &mut Desk) {
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("Eleanor Whitcombe");
    desk.terminal.press("enter");
    desk.terminal.until_shown("not verified");
}

/// Fills the form for a note in the CRM in, and sends it.
fn send_note(desk: &mut Desk, text: &str) {
    desk.terminal.press("S");
    desk.terminal.until_shown("Write a note in the CRM");
    desk.terminal.press("enter");
    desk.terminal.until("the customer's id, filled in", |screen| {
        screen.row_with("Id of the customer").is_some_and(|row| row.contains("C-20417"))
    });
    desk.terminal.type_text(text);
    desk.terminal.until_shown(text);
    desk.terminal.press("f10");
}

#[test]
fn a_note_goes_into_the_crm_once_whatever_becomes_of_its_answers() {
    let mut desk = Desk::open(SIZE);
    with_customer(&mut desk);
    desk.terminal.until_shown("Likely: duplicate internet charge");
    // The CRM keeps the note, and its answers are lost: the one to the second sending too.
    desk.fault("CRM", "truncated");
    send_note(&mut desk, "charged twice, told by phone");
    desk.terminal.until_shown("unknown, check there: ");
    desk.terminal.until_shown("f10 asks again and writes nothing twice");
    desk.until_audited("CRM:C-20417", "may have written");
    desk.fault("CRM", "ok");
    desk.terminal.press("f10");
    desk.terminal.until_shown("CRM, note: done, as N-900001");
    desk.until_audited("CRM:C-20417", "wrote");
    desk.terminal.press("g p z");
    desk.terminal.until("the receipt and the note among what happened", |screen| {
        screen.has("CRM, note: done, as N-900001") && screen.has("charged twice, told by phone")
    });
    let shown = desk.norns(&["show", "CRM:C-20417", "--past"]);
    let text = String::from_utf8(shown.stdout).unwrap();
    assert_eq!(text.matches("charged twice, told by phone").count(), 1, "{text}");
    // What the CRM does not take is refused in its words, and nothing was written.
    desk.terminal.press("z");
    desk.fault("CRM", "429");
    send_note(&mut desk, "a second note");
    desk.terminal.until_shown("refused: ");
    desk.terminal.until_shown("nothing was written");
    desk.until_audited("CRM:C-20417", "was refused to write");
}

#[test]
fn what_a_customer_agreed_to_is_on_the_card_and_changed_in_its_source_by_keys() {
    let mut desk = Desk::open(SIZE);
    with_customer(&mut desk);
    let consent = |answer: &'static str| {
        move |screen: &Screen<'_>| screen.row_with("by SMS").is_some_and(|row| row.contains(answer))
    };
    desk.terminal.until("agreed to", consent("agreed, 2006-03"));
    desk.terminal.press("S");
    desk.terminal.until_shown("Change what the customer agreed to");
    desk.terminal.press("j enter");
    desk.terminal.until_shown("[choose]  SMS   mailings");
    desk.terminal.press("s enter");
    desk.terminal.until_shown("[SMS]");
    desk.terminal.press("r f10");
    desk.terminal.until_shown("CRM, consent: done, as A-700001");
    desk.until_audited("CRM:C-20417", "wrote");
    desk.terminal.until("refused now", consent("refused, 2026-11-02"));
    desk.terminal.press("i");
    desk.terminal.until_shown("WHO SAYS WHAT");
    desk.terminal.until("with its source", |screen| {
        screen.row_with("by SMS").is_some_and(|row| row.contains("refused") && row.contains("CRM"))
    });
}

/// The sample's CRM alone, behind a gateway of its own process on a socket.
struct House {
    home: Home,
    config: PathBuf,
    sample: Sample,
    runtime: Runtime,
}

impl House {
    fn open() -> (Self, Clock) {
        rustls::crypto::ring::default_provider().install_default().ok();
        let runtime = Runtime::new().unwrap();
        let now = POPPED_AT.parse().unwrap();
        let sample = runtime.block_on(Sample::start(42, 7, now, Latency::None)).unwrap();
        let home = Home::new();
        let clock = Clock::start(home.root(), POPPED_AT);
        let socket = home.root().join("gateway.sock").display().to_string();
        let records = home.root().join("records.db").display().to_string();
        let uid = rustix::process::getuid().as_raw();
        let mut text = format!(
            "[listen]\nsocket = \"{socket}\"\n[store]\npath = \"{records}\"\n\
             [[sources]]\nconnector = \"crm\"\n\
             [[agents]]\nname = \"ana\"\nrole = \"billing\"\nuid = {uid}\n[variables]\n"
        );
        for (name, value) in sample.variables().iter().filter(|(name, _)| name.starts_with("CRM")) {
            text += &format!("{name} = \"{value}\"\n");
        }
        let config = home.config().join("serve.toml");
        write_private(&config, &text);
        let joined = format!("[gateway]\nsocket = \"{socket}\"\n");
        write_private(&home.config().join("norns.toml"), &joined);
        (Self { home, config, sample, runtime }, clock)
    }

    fn gateway(&self, clock: &Clock) -> Gateway {
        let clock = clock.socket().display().to_string();
        let config = self.config.display().to_string();
        let env = [("NORNS_CLOCK", clock.as_str())];
        let mut gateway = Gateway::start(&self.home, &env, &["--config", &config]);
        gateway.place();
        gateway
    }

    fn verbs(&self) -> Vec<String> {
        let client = Client::unix(self.home.root().join("gateway.sock")).unwrap();
        let customer = CustomerId::parse("CRM:C-20417").unwrap();
        let acts = self.runtime.block_on(client.audit(&customer)).unwrap();
        acts.iter().map(|act| act.verb.to_string()).collect()
    }

    /// How many notes of the CRM have this text.
    fn notes(&self, text: &str) -> usize {
        let variable = |wanted: &str| {
            let mut known = self.sample.variables().iter();
            known.find(|(name, _)| name == wanted).unwrap().1.clone()
        };
        let url = format!("{}/api/people/C-20417/notes?per_page=200", variable("CRM_URL"));
        let asked = reqwest::Client::new().get(url).bearer_auth(variable("CRM_TOKEN"));
        let answer = async { asked.send().await.unwrap().text().await.unwrap() };
        self.runtime.block_on(answer).matches(text).count()
    }
}

#[test]
fn a_gateway_that_goes_away_before_it_answers_is_asked_again_and_nothing_is_written_twice() {
    let (house, clock) = House::open();
    let gateway = house.gateway(&clock);
    let mut desk = Desk::at(house.home.clone(), clock, SIZE, &[]);
    with_customer(&mut desk);
    house.sample.fault("CRM", Fault::Hang);
    send_note(&mut desk, "charged twice, told by phone");
    desk.terminal.until_shown("on its way to the source");
    desk::until("the write on record", || {
        house.verbs().iter().any(|verb| verb == "began to write")
    });
    drop(gateway);
    desk.terminal.until_shown("unknown: the gateway went away before it answered");
    desk.terminal.press("f10");
    desk.terminal.until_shown("not sent again: the gateway cannot be reached");
    house.sample.fault("CRM", Fault::Ok);
    assert_eq!(house.notes("told by phone"), 0, "a system that hangs has kept nothing");
    let _gateway = house.gateway(&desk.clock);
    desk.terminal.press("f10");
    desk.terminal.until_shown("CRM, note: done, as N-900001");
    assert_eq!(house.notes("told by phone"), 1);
    // A desk that is killed with a note on its way leaves the key to the next one.
    house.sample.fault("CRM", Fault::Truncated);
    send_note(&mut desk, "a second call about it");
    desk.terminal.until_shown("unknown, check there: ");
    desk.terminal.signal(rustix::process::Signal::KILL);
    desk.terminal.ended();
    house.sample.fault("CRM", Fault::Ok);
    assert_eq!(house.notes("a second call"), 1);
    desk.reopen(SIZE);
    desk.terminal.until_shown("begun for this one and not sent: a write into a source (S)");
    desk.terminal.until_shown("Eleanor Whitcombe");
    desk.terminal.press("enter");
    desk.terminal.until_shown("not verified");
    desk.terminal.press("S");
    desk.terminal.until_shown("unknown whether written");
    desk.terminal.press("enter");
    desk.terminal.until_shown("a second call about it");
    desk.terminal.press("f10");
    desk.terminal.until_shown("CRM, note: done, as N-900002");
    assert_eq!(house.notes("a second call"), 1);
}
