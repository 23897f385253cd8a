//! The sample company over real HTTP, through the shipped connectors.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use norns::connectors::act::Intent;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::SHIPPED;
use norns::connectors::spec::Connector;
use norns::connectors::{Found, Source, Viewed};
use norns::domain::contact::{Channel, doubled};
use norns::domain::customer::{CustomerId, Key, KeyKind};
use norns::domain::phone::{Number, Region};
use norns::domain::promise::{DueKind, MatterKind};
use norns::domain::source::{Facts, State};
use norns::domain::text::CleanText;
use norns::sample::company::Company;
use norns::sample::fault::Fault;
use norns::sample::people::Person;
use norns::sample::server::Latency;
use norns::sample::{SYSTEMS, Sample, history, scenario};

fn now() -> Timestamp {
    "2026-11-02T10:04:00-05:00".parse().unwrap()
}

fn shared() -> Shared {
    Shared::new(Arc::new(now))
}

async fn sample() -> Sample {
    rustls::crypto::ring::default_provider().install_default().ok();
    Sample::start(7, 42, now(), Latency::None).await.unwrap()
}

fn sources(sample: &Sample) -> Vec<Arc<dyn Source>> {
    sources_within(sample, 2_000)
}

/// The sources, each of which may take so many milliseconds for an answer.
fn sources_within(sample: &Sample, deadline: u32) -> Vec<Arc<dyn Source>> {
    let variables = sample.variables().to_vec();
    let find = move |name: &str| {
        variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let source = |(name, text): &(&str, &str)| -> Arc<dyn Source> {
        assert!(!text.contains("deadline_ms"), "{name} has the deadline that all have");
        let text = text.replace("[client]", &format!("[client]\ndeadline_ms = {deadline}"));
        let connector = Connector::read(&format!("{name}.toml"), &text, &find).unwrap();
        Arc::new(ConnectorSource::new(connector, &shared()).unwrap())
    };
    SHIPPED.iter().map(source).collect()
}

fn source(sources: &[Arc<dyn Source>], name: &str) -> Arc<dyn Source> {
    Arc::clone(sources.iter().find(|source| source.id().as_str() == name).unwrap())
}

fn phone(written: &str) -> Key {
    Key::Phone(Number::read(written, Region::NANP).unwrap())
}

fn her_keys() -> Vec<Key> {
    let text = CleanText::line;
    vec![
        Key::Id(CustomerId::parse("CRM:C-20417").unwrap()),
        Key::Account(text("A-7731-02")),
        phone("+14165550142"),
        phone("(416) 555/0177"),
        Key::Email(text("eleanor.whitcombe@mail.example")),
    ]
}

async fn view(name: &str) -> Viewed {
    let sample = sample().await;
    source(&sources(&sample), name).view(&her_keys(), 500).await.unwrap()
}

#[tokio::test]
async fn her_number_finds_both_records_however_it_is_spelt() {
    let sample = sample().await;
    let crm = source(&sources(&sample), "CRM");
    for spelt in ["4165550142", "416-555-0142", "+1 (416) 555/0142"] {
        let Found { records, .. } = crm.look_up(&phone(spelt)).await.unwrap();
        let ids: BTreeSet<String> = records.iter().map(|record| record.id.to_string()).collect();
        assert_eq!(ids, BTreeSet::from(["CRM:C-20417".into(), "CRM:C-88120".into()]), "{spelt}");
    }
    let home = crm.look_up(&phone("416-555-0177")).await.unwrap();
    assert_eq!(home.records.len(), 1);
    assert_eq!(home.records[0].matched[0].field.as_str(), "home");
}

#[tokio::test]
async fn she_is_billed_twice_in_four_periods_and_the_last_is_open() {
    let bills: Vec<_> = view("BILL").await.facts.entries;
    let twice: Vec<_> = bills.iter().filter(|bill| !doubled(&bill.lines).is_empty()).collect();
    let periods: Vec<&str> =
        twice.iter().filter_map(|bill| bill.lines[0].period.as_deref()).collect();
    assert_eq!(periods, ["2026-10", "2026-09", "2026-08", "2026-07"]);
    let october = twice[0];
    assert_eq!(october.amount.unwrap().to_string(), "196.00");
    assert_eq!(october.state.as_deref(), Some("open"));
    let amounts: Vec<String> =
        october.lines.iter().map(|line| line.amount.unwrap().to_string()).collect();
    assert_eq!(amounts, ["79.00", "79.00", "38.00"]);
    assert!(twice[1..].iter().all(|bill| bill.state.as_deref() == Some("paid")));
}

#[tokio::test]
async fn every_system_tells_its_part_of_her_story() {
    let web = view("WEB").await.facts;
    assert_eq!(web.entries[0].searched.as_deref(), Some("charged twice internet"));
    assert_eq!(web.entries.len(), 3);
    let mkt = view("MKT").await.facts;
    assert_eq!(mkt.offers[0].what.as_str(), "Fibre upgrade");
    let mailer = mkt.entries.iter().find(|entry| entry.channel == Channel::Letter).unwrap();
    assert_eq!(mailer.when.at, "2026-10-12T09:00:00-04:00".parse::<Timestamp>().unwrap());
    let crm = view("CRM").await.facts;
    let profile = crm.profile.unwrap();
    assert_eq!(profile.name.as_deref(), Some("Eleanor Whitcombe"));
    assert_eq!(profile.since.unwrap().to_string(), "2006-03-14");
    assert_eq!((profile.household_size, crm.alerts.len()), (Some(3), 0));
    let bill = view("BILL").await.facts;
    let renewal = bill.dues.iter().find(|due| due.kind == DueKind::Renewal).unwrap();
    assert_eq!(renewal.when.date(&jiff::tz::TimeZone::UTC).to_string(), "2026-12-01");
    let net = view("NET").await.facts;
    assert_eq!(net.matters[0].kind, MatterKind::Line);
    assert_eq!(net.matters[0].state.as_deref(), Some("in service"));
    let wo = view("WO").await.facts;
    assert!(wo.matters.is_empty() && wo.entries.iter().any(|entry| entry.internal));
    let coll = view("COLL").await.facts;
    assert!(coll.alerts.is_empty() && coll.matters.is_empty());
    let tel = view("TEL").await.facts;
    assert_eq!(tel.entries.len(), 2);
}

#[tokio::test]
async fn two_records_of_one_system_are_both_there_each_by_its_name_and_nothing_twice() {
    let sample = sample().await;
    let sources = sources(&sample);
    let crm = source(&sources, "CRM");
    let id = |key: &str| Key::Id(CustomerId::parse(&format!("CRM:{key}")).unwrap());
    let (hers, other) = (id("C-20417"), id("C-88120"));
    let her = crm.view(std::slice::from_ref(&hers), 500).await.unwrap().facts;
    let his = crm.view(std::slice::from_ref(&other), 500).await.unwrap().facts;
    assert!(her.others.is_empty() && his.others.is_empty());
    let both = crm.view(&[hers.clone(), other.clone(), hers], 500).await.unwrap().facts;
    let records: Vec<_> = both.profiles().map(|one| one.record.as_deref().unwrap()).collect();
    assert_eq!(records, ["C-20417", "C-88120"]);
    assert_eq!((&both.profile, both.others.first()), (&her.profile, his.profile.as_ref()));
    let ids = |all: &[&Facts]| {
        let entries = all.iter().flat_map(|facts| &facts.entries);
        let mut ids: Vec<String> = entries.map(|entry| entry.id.to_string()).collect();
        ids.sort();
        ids
    };
    assert!(!her.entries.is_empty() && !his.entries.is_empty(), "{her:?} {his:?}");
    assert_eq!(ids(&[&both]), ids(&[&her, &his]));
    assert_eq!(both.matters, [her.matters, his.matters].concat());
    // Two accounts of one customer are two records as well.
    let bill = source(&sources, "BILL");
    let account = |text: &str| Key::Account(CleanText::line(text));
    let spoken = bill.view(&[account("A-7731-02"), account("A-7731-02")], 500).await.unwrap().facts;
    assert_eq!(spoken.profiles().count(), 1, "an account that is asked about twice is one");
}

/// With no configuration there is a system that can be written into, and what is written is there.
#[tokio::test]
async fn a_note_that_is_written_into_the_crm_is_in_it_once() {
    let sample = sample().await;
    let crm = source(&sources(&sample), "CRM");
    let write = async |key: &str, text: &str| {
        let inputs = [("person", "C-20417"), ("text", text)];
        let inputs = inputs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let action = "note".to_owned();
        let intent = Intent { action, inputs: inputs.into(), key: key.to_owned(), again: false };
        crm.act(&intent).await.sentence()
    };
    let first = "0123456789abcdef0123456789abcdef";
    assert_eq!(write(first, "Promised an answer\nby Friday").await, "done, as N-900001");
    assert_eq!(write(first, "Promised an answer\nby Friday").await, "done, as N-900001");
    sample.fault("CRM", Fault::Truncated);
    let cut = write("fedcba9876543210fedcba9876543210", "And another").await;
    assert!(cut.starts_with("unknown"), "{cut}");
    sample.fault("CRM", Fault::Ok);
    let viewed = crm.view(&her_keys(), 500).await.unwrap();
    let own = viewed.facts.entries.iter().filter(|entry| entry.id.starts_with("N-9000"));
    let said: Vec<&str> = own.map(|entry| entry.body.as_str()).collect();
    assert_eq!(said, ["And another", "Promised an answer\nby Friday"]);
    sample.fault("CRM", Fault::TooMany);
    let refused = write("00112233445566778899aabbccddeeff", "Never there").await;
    assert_eq!(refused, "refused: limited, again in 30 s; nothing was written");
}

#[tokio::test]
async fn every_fault_of_every_system_is_told_as_what_it_is() {
    let sample = sample().await;
    // Longer than a machine that is busy delays an answer that is slow by itself.
    let sources = sources_within(&sample, 60_000);
    for system in SYSTEMS {
        let asked = source(&sources, system);
        for (name, fault) in Fault::ALL {
            sample.fault(system, fault);
            if fault == Fault::Hang {
                continue;
            }
            let answer = asked.view(&her_keys(), 500).await;
            let told = answer.map_err(|trouble| (trouble.state, trouble.why.to_string()));
            let expected = match fault {
                Fault::Ok | Fault::Slow => None,
                Fault::Cut => Some((State::Refused, "connection closed")),
                Fault::TooMany => Some((State::Refused, "limited, again in 30 s")),
                Fault::Broken => Some((State::Failed, "HTTP 500")),
                Fault::Html => Some((State::Failed, "answered HTML")),
                Fault::Truncated => Some((State::Failed, "answer cut short")),
                Fault::Hang => unreachable!("left out above"),
            };
            let expected = expected.map(|(state, why)| (state, why.to_owned()));
            assert_eq!(told.err(), expected, "{system} {name}");
        }
    }
}

#[tokio::test]
async fn systems_that_hang_are_given_up_at_their_deadline_all_at_once() {
    let sample = sample().await;
    let sources = sources(&sample);
    SYSTEMS.iter().for_each(|system| sample.fault(system, Fault::Hang));
    let keys = her_keys();
    let asked = sources.iter().map(|source| source.view(&keys, 500));
    let answers = futures_util::future::join_all(asked).await;
    for answer in answers {
        let trouble = answer.unwrap_err();
        assert_eq!((trouble.state, &*trouble.why), (State::TimedOut, "no answer in 2.0 s"));
    }
}

#[tokio::test]
async fn wrong_credentials_are_not_permitted_and_not_empty() {
    let sample = sample().await;
    let variables = sample.variables().to_vec();
    let find = move |name: &str| {
        let value = variables.iter().find(|(known, _)| known == name).map(|(_, v)| v.clone());
        if name.ends_with("URL") { value } else { Some("wrong".into()) }
    };
    for (name, text) in SHIPPED {
        let connector = Connector::read(name, text, &find).unwrap();
        let asked = ConnectorSource::new(connector, &shared()).unwrap();
        let trouble = asked.view(&her_keys(), 500).await.unwrap_err();
        assert_eq!(trouble.state, State::NotPermitted, "{name}");
    }
}

#[tokio::test]
async fn a_filter_that_the_server_ignores_shows_nobody_else() {
    let sample = sample().await;
    let variables = sample.variables().to_vec();
    let find = move |name: &str| {
        variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let misspelt = SHIPPED[0].1.replace("query = { phone = ", "query = { fone = ");
    let crm =
        ConnectorSource::new(Connector::read("crm.toml", &misspelt, &find).unwrap(), &shared())
            .unwrap();
    let found = crm.look_up(&phone("4165550177")).await.unwrap();
    assert!(found.rejected > 100, "the server ignored the filter: {}", found.rejected);
    assert!(found.records.iter().all(|record| record.matched[0].kind == KeyKind::Phone));
}

#[test]
fn the_company_is_large_and_the_same_for_the_same_seed() {
    let company = Company::new(7, now());
    let people = &company.people;
    assert!(people.len() >= 2_000, "{}", people.len());
    let count = |person: &Person| {
        history::invoices(&company, person).len() * 2
            + history::clicks(&company, person).len()
            + history::calls(&company, person).len()
            + history::written(&company, person).len()
            + history::touches(&company, person).len()
            + history::notes(&company, person).len()
            + history::cases(&company, person).len()
            + history::line_events(&company, person).len()
            + history::orders(&company, person).iter().map(|o| o.stages.len()).sum::<usize>()
    };
    let events: usize =
        people.iter().filter(|person| !scenario::is_either(person)).map(count).sum();
    assert!(events >= 150_000, "{events}");
    let names = |company: &Company| -> Vec<String> {
        company.people.iter().map(|p| format!("{} {} {:?}", p.id, p.last, p.phones)).collect()
    };
    assert_eq!(names(&company), names(&Company::new(7, now())));
    assert_ne!(names(&company), names(&Company::new(8, now())));
    let hers = people.iter().filter(|p| p.phones.iter().any(|(_, n)| n.contains("555")));
    let hers: Vec<&str> = hers.filter(|p| !scenario::is_either(p)).map(|p| p.id.as_str()).collect();
    assert!(hers.iter().all(|id| !id.is_empty()) && company.holder("A-7731-02").is_some());
}
