//! `norns sources`: the inventory of what a centre asks, and what is reported wrong in it.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::clock::Clock;
use common::desk::{self, Desk, FIRST_CALL, POPPED_AT};
use common::gateway::{Gateway, join, write_private};
use common::home::Home;
use serde_json::Value;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What is said of a source, for programs.
fn told(desk: &Desk, source: &str) -> Value {
    let output = desk.norns(&["sources", "--json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = said["sources"].as_array().unwrap();
    all.iter().find(|one| one["source"] == source).unwrap().clone()
}

#[test]
fn a_source_that_was_asked_has_its_use_and_its_latency_and_what_was_reported_of_it() {
    let mut desk = Desk::open((120, 40));
    desk.until_sample_runs();
    let before = told(&desk, "BILL");
    assert_eq!((&before["asked"], &before["reports"]), (&0.into(), &0.into()));
    assert_eq!(before["health"], "not asked yet");
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active");
    desk.until("an answer of billing", || told(&desk, "BILL")["answers"].as_u64() > Some(0));
    let after = told(&desk, "BILL");
    assert!(after["asked"].as_u64() >= after["answers"].as_u64(), "{after}");
    assert!(after["p50_ms"].is_u64() && after["p95_ms"].as_u64() >= after["p50_ms"].as_u64());
    assert_eq!(after["health"], "answers");
    assert_eq!(after["title"], "Billing");
    assert!(after["shows"].as_array().unwrap().len() > 1, "{after}");

    let says = "the number is his mother's";
    let made = desk.norns(&["sources", "report", "BILL:A-7731-02", "phone", says]);
    assert_eq!(
        (made.status.code(), text(&made.stdout)),
        (Some(0), "report 1 is on record\n".into())
    );
    assert_eq!(told(&desk, "BILL")["reports"], 1);
    assert_eq!(told(&desk, "CRM")["reports"], 0);
    let listed = text(&desk.norns(&["sources", "reports", "BILL"]).stdout);
    assert!(listed.contains(&format!("BILL:A-7731-02 phone: {says} (")), "{listed}");
    let none = desk.norns(&["sources", "reports", "CRM"]);
    assert_eq!(text(&none.stdout), "nothing was reported\n");
    let nobody = desk.norns(&["sources", "report", "NOSUCH:1", "phone", says]);
    assert_eq!(nobody.status.code(), Some(1));
    let acts = desk.until_audited("BILL:A-7731-02", "reported");
    let reported = acts.iter().find(|act| act.verb.as_str() == "reported").unwrap();
    assert_eq!(reported.record.as_ref().unwrap().as_str(), "report 1");
}

#[test]
fn a_wrong_value_is_reported_from_where_it_is_shown() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active");
    desk.terminal.until_shown("HARRIS ELEANOR (BILL)");
    desk.terminal.press("i");
    desk.terminal.until_shown("WHO SAYS WHAT");
    desk.terminal.press("j");
    desk.terminal.until("the cursor on what billing says", |screen| {
        screen.row_with("HARRIS ELEANOR ").is_some_and(|row| row.contains('▌'))
    });
    desk.terminal.press("w");
    desk.terminal.until_shown("BILL says a wrong name");
    desk.terminal.type_text("it is her maiden name");
    desk.terminal.press("f10");
    desk.terminal.until_shown("report 1 is on record: BILL, name");
    assert_eq!(told(&desk, "BILL")["reports"], 1);
    let listed = text(&desk.norns(&["sources", "reports", "BILL"]).stdout);
    assert!(listed.contains("BILL:A-7731-02 name: it is her maiden name ("), "{listed}");
    let acts = format!("{:?}", desk.until_audited("BILL:A-7731-02", "reported"));
    assert!(!acts.contains("HARRIS") && !acts.contains("maiden"), "{acts}");
    let log = std::fs::read_to_string(desk.home.state().join("norns.log")).unwrap();
    assert!(!log.contains("HARRIS") && !log.contains("maiden"), "{log}");
}

#[test]
fn who_answers_for_a_source_is_told_and_a_review_that_is_due_is_marked() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let token = home.root().join("token");
    write_private(&token, TOKEN);
    let sources = [
        ("bill", "owner = \"Billing\"\nupdated = \"at once\"\nreview = \"2026-11-01\""),
        ("tel", "owner = \"Telephony\"\nreview = \"2026-11-02\"\ntier = \"on-demand\""),
    ];
    let mut written = format!(
        "[listen]\ntcp = \"127.0.0.1:0\"\n[store]\npath = \"{}\"\n\
         [[agents]]\nname = \"ana\"\nrole = \"billing\"\ntoken-file = \"{}\"\n",
        home.root().join("records.db").display(),
        token.display(),
    );
    for (name, said) in sources {
        written += &format!("[[sources]]\nconnector = \"{name}\"\n{said}\n");
    }
    written += "[variables]\n";
    for name in ["BILL", "TEL"] {
        written += &format!(
            "{name}_URL = \"http://127.0.0.1:9\"\n{name}_USER = \"x\"\n{name}_PASSWORD = \"x\"\n\
             {name}_TOKEN = \"x\"\n"
        );
    }
    let config = home.config().join("serve.toml");
    write_private(&config, &written);
    let socket = clock.socket().display().to_string();
    let arguments = ["--config", config.to_str().unwrap()];
    let mut gateway = Gateway::start(&home, &[("NORNS_CLOCK", &socket)], &arguments);
    let place = gateway.place();
    join(&home, &place, TOKEN);
    desk::norns(&home, &clock, &["search", "4165550142"]);
    let output = desk::norns(&home, &clock, &["sources"]);
    let said = text(&output.stdout);
    let rows: Vec<&str> = said.lines().collect();
    assert_eq!(rows.len(), 3, "{said}{}", text(&output.stderr));
    for (row, expected) in [
        (0, "SOURCE  OWNER      UPDATED  REVIEW           ASKED  REPORTS  HEALTH"),
        (1, "BILL    Billing    at once  2026-11-01 PAST  1      0        failing"),
        (2, "TEL     Telephony  -        2026-11-02       "),
    ] {
        assert!(rows[row].starts_with(expected), "{expected}\n{said}");
    }
    assert!(rows[2].ends_with("on demand"), "{said}");
}
