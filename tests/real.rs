//! The connectors to real systems, by the recordings beside them: every look-up, every resource
//! and every rule for errors is in one.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use norns::connectors::act::Intent;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::recording::{Ask, Doing, Pair, Recording, Replay, offline, read_all};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::spec::errors::ErrorRule;
use norns::connectors::spec::kind::Kind;
use norns::connectors::spoken::Spoken;
use norns::connectors::verdict::{Terms, judge};
use norns::connectors::{Source, reference, report};

fn variable(name: &str) -> Option<String> {
    match name {
        name if name.ends_with("_URL") => Some("https://source.example".into()),
        "ZAMMAD_COUNTRY" => Some("DE".into()),
        name if ["_COUNTRY", "_CURRENCY", "_ZONE"].iter().any(|end| name.ends_with(end)) => None,
        _ => Some("s3cret".into()),
    }
}

fn connector(name: &str) -> Connector {
    let (_, text) = REAL.iter().find(|(known, _)| *known == name).unwrap();
    Connector::read(&format!("{name}.toml"), text, &variable).unwrap()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors").join(name)
}

fn recordings(name: &str) -> Vec<(PathBuf, Recording)> {
    read_all(&folder(name)).unwrap()
}

fn shared() -> Shared {
    Shared::new(Arc::new(|| "2026-11-02T15:04:00Z".parse::<Timestamp>().unwrap()))
}

async fn replay(connector: Connector, recording: &Recording) -> (Vec<String>, Vec<String>) {
    let replay = Arc::new(Replay::new(recording.pairs.clone()));
    let key = recording.ask.key(&connector);
    let source = ConnectorSource::carried_by(replay.clone(), offline(connector), &shared());
    let said = match (&recording.ask, key) {
        (Ask::Do(Doing { action, inputs, key, again }), _) => {
            let (action, inputs, key) = (action.clone(), inputs.clone(), key.clone());
            let intent = Intent { action, inputs, key, again: *again };
            report::settled(&source.act(&intent).await)
        }
        (Ask::Changes(since), _) => report::changed(&source.changed_since(*since).await),
        (Ask::View(_), Some(key)) => report::viewed(&source.view(&[key], 500).await),
        (_, key) => report::found(&source.look_up(&key.unwrap()).await),
    };
    (said, replay.differences())
}

/// Whether an answer is judged otherwise by these rules than by those.
fn tells(connector: &Connector, pair: &Pair, rules: &[ErrorRule], without: &[ErrorRule]) -> bool {
    let written = &connector.written;
    let spoken = match (written.kind, &pair.sent) {
        (Kind::Graphql, _) => Spoken::Graphql,
        (Kind::JsonRpc, Some(sent)) => Spoken::JsonRpc { id: sent["id"].clone() },
        _ => Spoken::Json,
    };
    let by = |rules| {
        judge(&Terms { rules, limits: &written.limits, spoken: spoken.clone() }, &pair.reply())
    };
    by(rules) != by(without)
}

#[tokio::test(start_paused = true)]
async fn every_recording_is_asked_and_read_as_it_was() {
    for (name, _) in REAL {
        let recordings = recordings(name);
        assert!(recordings.len() >= 5, "{name} has {} recordings", recordings.len());
        for (path, recording) in recordings {
            let (said, differences) = replay(connector(name), &recording).await;
            assert_eq!(differences, Vec::<String>::new(), "{}", path.display());
            assert_eq!(said, recording.said, "{}", path.display());
        }
    }
}

#[test]
fn every_look_up_every_resource_and_every_rule_is_in_a_recording() {
    for (name, _) in REAL {
        let connector = connector(name);
        let recordings = recordings(name);
        let asked: BTreeSet<&str> = recordings.iter().map(|(_, r)| r.ask.name()).collect();
        for look_up in &connector.written.lookups {
            assert!(
                asked.contains(look_up.by.name()),
                "{name}: no look-up by {}",
                look_up.by.name()
            );
        }
        assert!(asked.contains("view"), "{name}: no view");
        let rules = &connector.written.errors;
        for nth in 0..rules.len() {
            let without: Vec<_> = rules
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != nth)
                .map(|(_, r)| r.clone())
                .collect();
            let mut pairs = recordings.iter().flat_map(|(_, recording)| &recording.pairs);
            let told = pairs.any(|pair| tells(&connector, pair, rules, &without));
            assert!(told, "{name}: no recording tells error rule {} from its absence", nth + 1);
        }
    }
}

/// Every action of the shipped connectors is seen to write and to be refused, and its rules tell.
#[test]
fn every_action_is_in_a_recording_that_it_does_and_in_one_that_it_does_not() {
    for (name, _) in REAL {
        let connector = connector(name);
        let recordings = recordings(name);
        for action in &connector.written.actions {
            let of = |(_, recording): &&(PathBuf, Recording)| recording.ask.name() == action.name;
            let said: Vec<&str> =
                recordings.iter().filter(of).map(|(_, r)| r.said[0].as_str()).collect();
            assert!(said.iter().any(|said| said.starts_with("done")), "{name}: {}", action.name);
            assert!(said.iter().any(|said| !said.starts_with("done")), "{name}: {}", action.name);
            let rules = [&action.errors[..], &connector.written.errors].concat();
            for nth in 0..action.errors.len() {
                let mut without = rules.clone();
                without.remove(nth);
                let mut pairs = recordings.iter().filter(of).flat_map(|(_, r)| &r.pairs);
                let told = pairs.any(|pair| tells(&connector, pair, &rules, &without));
                let action = &action.name;
                assert!(told, "{name}: no recording of {action} tells its rule {}", nth + 1);
            }
        }
    }
}

/// What the recordings of a connector say, all together.
fn said(name: &str) -> String {
    recordings(name)
        .into_iter()
        .flat_map(|(_, recording)| recording.said)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_map_of_every_resource_has_been_seen_to_say_something() {
    for (name, _) in REAL {
        let said = said(name);
        for resource in &connector(name).written.resources {
            if resource.profile.is_some() {
                assert!(said.contains("profile name: "), "{name}");
            }
        }
        assert!(said.contains("(agrees on "), "{name}: no hit");
    }
}

#[test]
fn what_the_recordings_say_is_what_a_person_would_read_in_them() {
    for (name, expected) in [
        ("zammad", "record ZAMMAD:5: Hanna Vogt, active, since 2019-05-14 (agrees on phone)"),
        ("zammad", "2 rows did not agree with the key and were left out"),
        ("zammad", "case 20017: 20017 Rechnung doppelt, open"),
        ("zammad", "profile special care: VIP"),
        ("stripe", "payment ch_2: Cable, disputed, 1200 JPY"),
        ("stripe", "payment ch_3: payment, refunded, 5.250 KWD"),
        ("stripe", "no answer: answered what belongs to others"),
        ("stripe", "no answer: limited, again in 12 s"),
        ("stripe", "due 2025-12-01T00:00:00Z payment: invoice F4A1-0007, open, 79.00 CAD"),
        ("hubspot", "offer deal/81: Fibre for the shop, contractsent, 1490.50 CAD"),
        ("hubspot", "2025-07-01T12:00:00Z case ticket/72: Slow line, closed"),
        ("salesforce", "record SALESFORCE:003Aa00000LenaXIAZ: Lena O'Brien, account A-7731-02"),
        ("salesforce", "due 2026-11-04 task: Call back about the bill, Not Started"),
        ("salesforce", "no answer: limited"),
        ("zendesk", "record ZENDESK:36953: Zoe Lindqvist, account A-7731-02, active"),
        ("roundup", "record ROUNDUP:4: Leo Petrov (agrees on phone)"),
        ("roundup", "1 rows did not agree with the key and were left out"),
        ("roundup", "case 1: 1 Router restarts every evening, chatting"),
        ("csv-drop", "record CSV:7732: O'Brien, Leo, account A-7732-01, active"),
        ("csv-drop", "alert alert: the nightly file is old: of 2026-10-20T02:10:00Z"),
        ("ldap-directory", "record LDAP:leo: Leo (Desk) O'Brien (agrees on phone)"),
        ("ldap-directory", "profile since: 2019-05-14"),
        ("ldap-directory", "no answer: answered what belongs to others"),
        ("zendesk", "2025-03-04T10:00:00Z case ticket/2207: Slow line, closed"),
        (
            "freshdesk",
            "record FRESHDESK:35000001377: Otto Brandis, since 2022-04-06 (agrees on phone)",
        ),
        ("freshdesk", "case 640: 640 Waiting for a part, status 7"),
        ("chatwoot", "due 2026-11-06T15:00:00Z task: a snoozed conversation comes back: 74"),
        ("chatwoot", "there is more than was asked for"),
        (
            "espocrm",
            "record ESPOCRM:6b0cab8044365b382: Maya Lindgren, since 2022-04-06 (agrees on home)",
        ),
        ("espocrm", "due 2026-11-03T15:00:00Z callback: Call back about the router, Planned"),
        ("suitecrm", "case 881: 881 Router keeps restarting, Open_Assigned"),
        ("suitecrm", "due 2026-11-05T15:00:00Z task: Send the new router, In Progress"),
        ("suitecrm", "done before, as 01234567-89ab-cdef-0123-456789abcdef; nothing was written"),
        ("suitecrm", "refused: knows no such record; nothing was written"),
        ("suitecrm", "profile parent: Lindgren's Tiles & Sons"),
        ("erpnext", "invoice/ACC-SINV-2026-00008: invoice ACC-SINV-2026-00008, Unpaid, 119.97 USD"),
        ("erpnext", "due 2027-01-31 payment: invoice ACC-SINV-2026-00008, Unpaid, 59.98 GBP"),
        ("erpnext", "case ISS-2026-00361: ISS-2026-00361 Router <keeps> restarting, Open"),
        ("erpnext", "no answer: answered HTML"),
        ("woocommerce", "order order/685: order 685, completed, 1200 JPY"),
        ("woocommerce", "no answer: answered an error"),
        ("shopify", "order #1042: order #1042, unfulfilled, since 2026-10-22T19:28:02Z, 9.35 CAD"),
        ("shopify", "no answer: limited"),
        ("odoo", "order order/V00003: order V00003, ordered, by Fosobageperop, 0.30 RAB"),
        ("odoo", "due 2026-12-28 task: quotation ends: V00004"),
        ("odoo", "refused: knows no such record; nothing was written"),
        ("odoo-rpc", "record ODOO:13: Rokisuge Popiv, Muna Rokisuge, account H-7731-02, active"),
        ("odoo-rpc", "no answer: not permitted"),
        ("odoo-rpc", "done before, as 29; nothing was written twice"),
        ("shopify", "refused: limited, again in 2 s; nothing was written"),
        ("hubspot", "unknown, check there"),
        ("dynamics", "done before, as 01234567-89ab-cdef-0123-456789abcdef"),
        ("woocommerce", "refused: the record is another customer's; nothing was written"),
        ("dynamics", "due 2026-11-05T10:00:00Z appointment: Visit of the technician, Scheduled"),
        ("dynamics", "case CAS-00881-B7F2: CAS-00881-B7F2 Router keeps restarting, In Progress"),
        ("mautic", "record MAUTIC:52: Milo Lindgren, since 2022-04-06 (agrees on mobile)"),
        ("mautic", "alert do not contact: not by email"),
        ("rt", "case ticket/5: Moved house, resolved, Second line"),
        ("tryton", "debt 578: invoice 578, to pay, since 2026-11-17, 39.99 CAD"),
        ("sql-billing", "record BILLING:A-8120: Bo Petrov, account A-8120, suspended"),
        ("sql-billing", "1 rows did not agree with the key and were left out"),
        ("sql-billing", "2026-10-01 bill F-2026-10: invoice October 2026, overdue, 145.70 CAD"),
        ("sql-billing", "2026-09-12T08:00:00Z payment P-5100: paid by direct debit, returned"),
        ("sql-billing", "alert dispute: billed twice for the same line"),
        ("sql-billing", "no answer: answered what belongs to others"),
    ] {
        let said = said(name);
        assert!(said.contains(expected), "{name}: {expected}\n{said}");
    }
}

/// Somebody else's row in an answer is never shown, and a wrong spelling in a file never looks
/// like an answer.
#[tokio::test(start_paused = true)]
async fn a_change_in_a_connector_is_noticed() {
    let (_, text) = REAL.iter().find(|(name, _)| *name == "zammad").unwrap();
    for (right, wrong) in [
        ("belongs = { id = \"customer_id\" }", "belongs = { id = \"owner_id\" }"),
        ("customer_id:{{ id }}", "customer:{{ id }}"),
        ("what = \"title\"", "what = \"subject\""),
    ] {
        assert!(text.contains(right), "{right}");
        let changed =
            Connector::read("zammad.toml", &text.replace(right, wrong), &variable).unwrap();
        let recordings = recordings("zammad");
        let (_, view) = recordings.iter().find(|(path, _)| path.ends_with("view.json")).unwrap();
        let (said, differences) = replay(changed, view).await;
        assert!(said != view.said || !differences.is_empty(), "{wrong}");
    }
}

#[test]
fn the_reference_page_and_the_schema_are_what_the_types_say() {
    let read = |name: &str| {
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
    };
    assert!(
        read("connectors/LANGUAGE.md").trim_end() == reference::page().trim_end(),
        "norns connector reference > connectors/LANGUAGE.md"
    );
    assert!(
        read("connectors/connector.schema.json").trim_end() == reference::schema().trim_end(),
        "norns connector schema > connectors/connector.schema.json"
    );
}
