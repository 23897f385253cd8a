//! `serve.toml` changed while the gateway runs: taken at SIGHUP as a whole, or not at all.

use norns::domain::ask::AskError;
use norns::domain::customer::Key;
use norns::domain::phone::{Number, Region};
use norns::domain::source::State;
use rustix::process::{Signal, kill_process};

use super::common::desk::{POPPED_AT, until};
use super::room::{Centre, settings, write};

const NOWHERE: &str = "http://127.0.0.1:9";

fn hang_up(centre: &Centre) {
    kill_process(centre.gateway.pid(), Signal::HUP).unwrap();
}

/// Tells it to read its settings anew, and waits until it has said what came of that.
fn anew(centre: &Centre, said: &str) {
    let before = centre.said().matches(said).count();
    hang_up(centre);
    until("what came of the settings", || centre.said().matches(said).count() > before);
}

/// Whether it asks billing for a number.
fn asks_billing(centre: &Centre) -> bool {
    let number = Number::read("4165550142", Region::NANP).unwrap();
    let mut asked = Vec::new();
    let client = centre.client();
    let each = |line| {
        if let norns::client::LookupLine::Part(part) = line {
            asked.push((part.source.to_string(), part.state));
        }
    };
    centre.ask(client.look_up(&[Key::Phone(number)], each)).unwrap();
    asked.contains(&("BILL".to_owned(), State::Refused))
}

#[test]
fn a_role_that_is_changed_holds_for_the_next_request_on_the_same_connection() {
    let centre = Centre::open(NOWHERE, POPPED_AT);
    let client = centre.client();
    let role = || centre.ask(client.myself()).unwrap().role.to_string();
    assert_eq!(role(), "billing");
    assert!(asks_billing(&centre));
    write(&centre.home, &settings(&centre.home, NOWHERE, "sales"));
    assert_eq!(role(), "billing", "what is on disk is not read unasked");
    anew(&centre, "the settings were taken anew");
    assert_eq!(role(), "sales");
    assert!(!asks_billing(&centre), "a source that the role may not see is not asked");
}

#[test]
fn wrong_settings_are_said_and_those_before_hold_until_good_ones_come() {
    let centre = Centre::open(NOWHERE, POPPED_AT);
    let client = centre.client();
    let good = settings(&centre.home, NOWHERE, "sales");
    let half = &good[..good.len() / 2];
    let unknown = good.replace("[[agents]]", "[[agent]]");
    for wrong in [half, &unknown, ""] {
        write(&centre.home, wrong);
        anew(&centre, "the settings are wrong; those before still hold");
        assert_eq!(centre.ask(client.myself()).unwrap().role.as_str(), "billing", "{wrong}");
    }
    assert!(centre.said().contains("agent: there is no such key"), "{}", centre.said());
    write(&centre.home, &good);
    anew(&centre, "the settings were taken anew");
    assert_eq!(centre.ask(client.myself()).unwrap().role.as_str(), "sales");
}

#[test]
fn an_agent_who_is_gone_is_not_let_in_and_a_note_of_before_is_there() {
    let centre = Centre::open(NOWHERE, POPPED_AT);
    let client = centre.client();
    let customer = norns::domain::customer::CustomerId::parse("CRM:C-20417").unwrap();
    centre.ask(client.save_note(&customer, None, "of before")).unwrap();
    let text = settings(&centre.home, NOWHERE, "billing");
    write(&centre.home, &text.replace("/token\"", "/other\""));
    super::common::gateway::write_private(&centre.home.root().join("other"), &"f".repeat(32));
    anew(&centre, "the settings were taken anew");
    assert_eq!(centre.ask(client.myself()).unwrap_err(), AskError::NotPermitted);
    write(&centre.home, &text);
    anew(&centre, "the settings were taken anew");
    let notes = centre.ask(client.notes(&customer)).unwrap();
    assert_eq!(notes.len(), 1);
}

#[test]
fn what_cannot_change_while_it_runs_is_said() {
    let centre = Centre::open(NOWHERE, POPPED_AT);
    let text = settings(&centre.home, NOWHERE, "sales");
    write(&centre.home, &text.replace("records.db", "others.db"));
    anew(&centre, "but for [listen] and [store]");
    assert_eq!(centre.ask(centre.client().myself()).unwrap().role.as_str(), "sales");
    assert!(!centre.home.root().join("others.db").exists());
}
