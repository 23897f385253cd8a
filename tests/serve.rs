//! `norns serve` as a program of its own, and desks that are told where it is.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::io::{PipeReader, PipeWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use common::clock::Clock;
use common::desk::{self, Desk, FIRST_CALL, POPPED_AT};
use common::gateway::{Gateway, write_private};
use common::home::Home;
use norns::client::Client;
use norns::domain::ask::AskError;
use norns::domain::customer::CustomerId;
use norns::domain::statement::{NewStatement, Says};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A gateway at this clock's time.
fn start(home: &Home, clock: &Clock, arguments: &[&str]) -> Gateway {
    let socket = clock.socket().display().to_string();
    Gateway::start(home, &[("NORNS_CLOCK", socket.as_str())], arguments)
}

/// A configuration with a source that nobody runs, and one agent with a token.
fn configure(home: &Home) -> String {
    let token = home.root().join("token");
    write_private(&token, TOKEN);
    let text = format!(
        r#"
[listen]
tcp = "127.0.0.1:0"

[store]
path = "{records}"

[[sources]]
connector = "bill"

[variables]
BILL_URL = "http://127.0.0.1:9"
BILL_USER = "x"
BILL_PASSWORD = "x"

[[agents]]
name = "ana"
role = "billing"
token-file = "{token}"
"#,
        records = home.root().join("records.db").display(),
        token = token.display(),
    );
    let path = home.config().join("serve.toml");
    write_private(&path, &text);
    path.display().to_string()
}

#[test]
fn a_gateway_whose_complaints_nobody_reads_goes_on_answering() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let config = configure(&home);
    let (_unread, full) = full_pipe();
    let socket = clock.socket().display().to_string();
    let env = [("NORNS_CLOCK", socket.as_str()), ("NORNS_LOG", "trace")];
    let mut gateway = Gateway::saying_to(&home, &env, &["--config", &config], full);
    let base = format!("http://{}/", gateway.place());
    for _ in 0..3 {
        ask(async { Client::tcp(&base, TOKEN).unwrap().sources().await }).unwrap();
    }
}

/// A pipe that takes nothing any more.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (unread, mut full) = std::io::pipe().unwrap();
    rustix::io::ioctl_fionbio(&full, true).unwrap();
    while full.write(b" ").is_ok() {}
    rustix::io::ioctl_fionbio(&full, false).unwrap();
    (unread, full)
}

fn ask<T>(question: impl Future<Output = T>) -> T {
    rustls::crypto::ring::default_provider().install_default().ok();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(question)
}

#[test]
fn agents_are_known_by_their_tokens_and_it_ends_when_told() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let config = configure(&home);
    let mut gateway = start(&home, &clock, &["--config", &config]);
    let base = format!("http://{}/", gateway.place());
    let sources = ask(async { Client::tcp(&base, TOKEN).unwrap().sources().await });
    let names: Vec<String> = sources.unwrap().iter().map(|h| h.source.to_string()).collect();
    assert_eq!(names, ["BILL"]);
    let wrong = "f".repeat(32);
    let refused = ask(async { Client::tcp(&base, &wrong).unwrap().sources().await });
    assert_eq!(refused.unwrap_err(), AskError::NotPermitted);
    assert_eq!(gateway.stop(), Some(0));
}

#[test]
fn who_may_say_what_records_are_to_each_other_stands_in_the_settings() {
    let id = |text: &str| CustomerId::parse(text).unwrap();
    let new = NewStatement { record: id("BILL:1"), other: id("BILL:2"), says: Says::Same };
    for (roles, permitted) in [("\"field\"", false), ("\"field\", \"billing\"", true)] {
        let home = Home::new();
        let clock = Clock::start(home.root(), POPPED_AT);
        let config = configure(&home);
        let text = std::fs::read_to_string(&config).unwrap();
        write_private(Path::new(&config), &format!("{text}\n[identity]\nroles = [{roles}]\n"));
        let mut gateway = start(&home, &clock, &["--config", &config]);
        let base = format!("http://{}/", gateway.place());
        let made = ask(async { Client::tcp(&base, TOKEN).unwrap().state(&new).await });
        match made {
            Ok(made) => {
                assert!(permitted, "{made:?}");
                assert!(made.weighed.evidence.starts_with("not weighed: BILL"), "{made:?}");
            }
            Err(error) => assert_eq!((error, permitted), (AskError::NotPermitted, false)),
        }
        assert_eq!(gateway.stop(), Some(0));
    }
}

#[test]
fn a_wrong_configuration_is_refused_with_its_place_and_without_its_values() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let config = configure(&home);
    let text = std::fs::read_to_string(&config).unwrap();
    let wrongs = [
        (text.replace("tcp = \"127", "tpc = \"127"), "listen.tpc: there is no such key"),
        (
            text.replace("[[agents]]", "[[agent]]"),
            "agent: there is no such key; did you mean `agents`",
        ),
        (
            text.replace("\"bill\"", "\"cool\""),
            "sources.connector: no connector is called so; did you mean `coll`",
        ),
        (text.replace("BILL_URL = ", "BILL_ULR = "), "`BILL_URL` is not set"),
        (text.replace("token\"\n", "nowhere\"\n"), "nowhere: there is no such file"),
        (
            text.replace("records.db", "nofolder/records.db"),
            "nofolder/records.db: the records cannot be opened (entity not found); make the folder",
        ),
    ];
    for (text, expected) in wrongs {
        write_private(Path::new(&config), &text);
        let output = desk::norns(&home, &clock, &["serve", "--config", &config]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(!said.contains("127.0.0.1:9") && !said.contains(TOKEN), "{said}");
    }
    std::fs::set_permissions(home.root().join("token"), std::fs::Permissions::from_mode(0o644))
        .unwrap();
    write_private(Path::new(&config), &text);
    let output = desk::norns(&home, &clock, &["serve", "--config", &config]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("chmod 600"));
}

#[test]
fn a_desk_joins_the_sample_s_gateway_and_takes_its_place_when_it_ends() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let mut gateway = start(&home, &clock, &["--sample"]);
    assert!(gateway.place().ends_with("gateway.sock"));
    let mut desk = Desk::at(home, clock, (120, 40), &[]);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    assert_eq!(gateway.stop(), Some(0));
    let socket = desk.home.run().join("gateway.sock");
    desk.until("a gateway again", || UnixStream::connect(&socket).is_ok());
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active");
    desk.terminal.press("q");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
}

#[test]
fn a_source_on_demand_is_not_asked_at_the_pop_and_the_strip_says_so() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let config = configure(&home);
    let text = std::fs::read_to_string(&config).unwrap();
    let on_demand = "connector = \"bill\"\ntier = \"on-demand\"";
    write_private(Path::new(&config), &text.replace("connector = \"bill\"", on_demand));
    let mut gateway = start(&home, &clock, &["--config", &config]);
    let place = gateway.place();
    let token = home.root().join("token").display().to_string();
    let norns = format!("[gateway]\nurl = \"http://{place}/\"\ntoken-file = \"{token}\"\n");
    write_private(&home.config().join("norns.toml"), &norns);
    let desk = Desk::at(home, clock, (120, 40), &[]);
    desk.pop(&["--account", "A-7731-02", "--call", "c-1"]);
    desk.terminal.until_shown("BILL not asked");
}

#[test]
fn a_desk_with_a_gateway_of_its_centre_asks_it_by_token() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let config = configure(&home);
    let mut gateway = start(&home, &clock, &["--config", &config]);
    let place = gateway.place();
    let token = home.root().join("token").display().to_string();
    let norns = format!("[gateway]\nurl = \"http://{place}/\"\ntoken-file = \"{token}\"\n");
    write_private(&home.config().join("norns.toml"), &norns);
    let mut desk = Desk::at(home, clock, (120, 40), &[]);
    desk.pop(&["--account", "A-7731-02", "--call", "c-1"]);
    desk.terminal.until_shown("BILL refused");
    assert_eq!(gateway.stop(), Some(0));
    desk.terminal.press("f");
    desk.terminal.type_text("A-7731-02");
    desk.terminal.press("enter");
    desk.terminal.until("what happened, and what still works", |screen| {
        screen.has("the gateway cannot be reached")
            && screen.has("still pop, notes are kept")
            && screen.has("No source has answered about")
    });
}
