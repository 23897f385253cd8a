//! Connectors before the systems that they are for, started here.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/systems.rs"]
mod systems;

use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key, KeyKind};
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;
use serde_json::Value;
use systems::System;

/// A running localstripe.
struct Stripe {
    _system: System,
    base: String,
    http: reqwest::Client,
}

impl Stripe {
    async fn start() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let port = systems::port();
        let mut system = System::start(
            Command::new(systems::program("localstripe"))
                .args(["--port", &port.to_string(), "--from-scratch"])
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let base = format!("http://127.0.0.1:{port}");
        system.until_up(String::new, async || http.get(&base).send().await.ok()).await;
        Self { _system: system, base, http }
    }

    async fn make(&self, what: &str, fields: &[(&str, &str)]) -> Value {
        let url = format!("{}/v1/{what}", self.base);
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let sent = self.http.post(url).bearer_auth("sk_test_12345");
        let sent = sent.header("content-type", "application/x-www-form-urlencoded");
        let response = sent.body(form.finish()).send().await.unwrap();
        let body: Value = response.json().await.unwrap();
        assert!(body["error"].is_null(), "{body}");
        body
    }

    async fn read(&self, customer: &str) -> Value {
        let url = format!("{}/v1/customers/{customer}", self.base);
        let asked = self.http.get(url).bearer_auth("sk_test_12345");
        asked.send().await.unwrap().json().await.unwrap()
    }

    async fn customer(&self, name: &str, email: &str, phone: &str) -> String {
        let fields = [("name", name), ("email", email), ("phone", phone)];
        self.make("customers", &fields).await["id"].as_str().unwrap().to_owned()
    }

    fn source(&self, key: &str) -> ConnectorSource {
        let (_, text) = REAL.iter().find(|(name, _)| *name == "stripe").unwrap();
        let variable = |name: &str| match name {
            "STRIPE_URL" => Some(self.base.clone()),
            "STRIPE_KEY" => Some(key.to_owned()),
            _ => None,
        };
        let connector = Connector::read("stripe.toml", text, &variable).unwrap();
        let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
        ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
    }
}

fn email(text: &str) -> Key {
    Key::Email(CleanText::line(text))
}

fn id(key: &str) -> Key {
    Key::Id(CustomerId::parse(&format!("STRIPE:{key}")).unwrap())
}

#[tokio::test]
async fn stripe_is_asked_for_real_and_hostile_keys_find_nobody() {
    let stripe = Stripe::start().await;
    let source = stripe.source("sk_test_12345");
    let mut planted = Vec::new();
    for nth in 0..120 {
        let address = format!("person{nth}@mail.example");
        let key = stripe.customer(&format!("Person {nth}"), &address, "(416) 555-0142").await;
        planted.push((address, key));
    }
    let (double, _) = &planted[7];
    let second = stripe.customer("Person Seven", double, "416.555.0199").await;
    for (address, key) in &planted {
        let found = source.look_up(&email(&address.to_uppercase())).await.unwrap();
        let mut ids: Vec<&str> = found.records.iter().map(|r| r.id.key.as_str()).collect();
        ids.sort_unstable();
        let mut expected = vec![key.as_str()];
        if address == double {
            expected.push(&second);
            expected.sort_unstable();
        }
        assert_eq!(ids, expected, "{address}");
        assert_eq!(found.rejected, 0);
    }
    let found = source.look_up(&id(&planted[3].1)).await.unwrap();
    assert_eq!(found.records[0].name.as_str(), "Person 3");
    for hostile in [
        "' OR 1=1 --",
        "%",
        "*",
        "a@b.example&limit=100&email=",
        "x\" OR \"\"=\"",
        "../customers",
        "",
        "\u{202e}",
    ] {
        for key in [email(hostile), id(&format!("x{hostile}"))] {
            let found = source.look_up(&key).await;
            assert!(found.map_or(0, |found| found.records.len()) == 0, "{hostile:?}");
        }
    }
    let filters = source.filters().await;
    assert!(filters.are_proven(), "{filters:?}");
    assert!(!source.looks_up(KeyKind::Phone));
    let number = Key::Phone(Number::read("4165550142", Region::NANP).unwrap());
    assert!(!source.can_view(&[number]));
}

#[tokio::test]
async fn what_a_customer_paid_and_owes_is_read_in_every_currency() {
    let stripe = Stripe::start().await;
    let source = stripe.source("sk_test_12345");
    let key = stripe.customer("Ana Petrov", "ana@mail.example", "4165550142").await;
    let other = stripe.customer("Someone Else", "else@mail.example", "4165550143").await;
    let card = [
        ("type", "card"),
        ("card[number]", "4242424242424242"),
        ("card[exp_month]", "12"),
        ("card[exp_year]", "2030"),
        ("card[cvc]", "123"),
    ];
    for (who, amount, currency) in [
        (&key, "7900", "cad"),
        (&key, "1200", "jpy"),
        (&key, "5250", "kwd"),
        (&other, "9999", "cad"),
    ] {
        let method = stripe.make("payment_methods", &card).await["id"].as_str().unwrap().to_owned();
        stripe.make(&format!("payment_methods/{method}/attach"), &[("customer", who)]).await;
        let fields = [
            ("amount", amount),
            ("currency", currency),
            ("customer", who.as_str()),
            ("source", method.as_str()),
            ("description", "Fibre 500"),
        ];
        stripe.make("charges", &fields).await;
    }
    let said = report::viewed(&source.view(&[id(&key)], 500).await);
    let text = said.join("\n");
    for expected in [
        "Fibre 500, succeeded, 79.00 CAD",
        "Fibre 500, succeeded, 1200 JPY",
        "5.250 KWD",
        "profile name: Ana Petrov",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("99.99"), "{text}");
    let unknown = source.view(&[id("cus_nobody")], 500).await;
    assert!(!report::viewed(&unknown).join("\n").contains("payment"));
}

#[tokio::test]
async fn a_wrong_key_is_not_permitted_and_not_nobody() {
    let stripe = Stripe::start().await;
    let trouble = stripe.source("").look_up(&email("ana@mail.example")).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "not permitted");
}

/// Runs norns with what the connector calls `${NAME}`.
fn norns(stripe: &Stripe, arguments: &[&str]) -> (Option<i32>, String) {
    systems::norns(&[("STRIPE_URL", &stripe.base), ("STRIPE_KEY", "sk_test_12345")], arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tried_is_shown_and_what_was_recorded_holds_nobody_and_replays() {
    let stripe = Stripe::start().await;
    let key = stripe.customer("Ana Petrov", "ana.petrov@mail.example", "(416) 555-0142").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stripe.toml");
    let (_, text) = REAL.iter().find(|(name, _)| *name == "stripe").unwrap();
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();

    let (code, said) =
        norns(&stripe, &["connector", "try", file, "--email", "ana.petrov@mail.example"]);
    assert_eq!(code, Some(0), "{said}");
    for expected in [
        "GET /v1/customers?email=ana.petrov@mail.example&limit=100",
        "HTTP 200, application/json",
        &format!("record STRIPE:{key}: Ana Petrov, active"),
        "(agrees on e-mail)",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!said.contains("sk_test"), "{said}");
    let (code, said) =
        norns(&stripe, &["connector", "try", file, "--email", "nobody@mail.example"]);
    assert_eq!((code, said.lines().last()), (Some(0), Some("nothing")), "{said}");
    let (code, said) = norns(&stripe, &["connector", "try", file, "--canary"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = norns(&stripe, &["connector", "try", file, "--phone", "4165550142"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("has no look-up by phone"), "{said}");

    for (name, flag, value) in
        [("by-email", "--email", "ana.petrov@mail.example"), ("view", "--view", key.as_str())]
    {
        let (code, said) =
            norns(&stripe, &["connector", "record", file, flag, value, "--as", name]);
        assert_eq!(code, Some(0), "{said}");
        let kept =
            std::fs::read_to_string(folder.path().join(format!("stripe/{name}.json"))).unwrap();
        for gone in ["555-0142", "sk_test"] {
            assert!(!kept.contains(gone), "{gone}\n{kept}");
        }
        // What stands for them is made up anew each time, and may be called Dana.
        for word in kept.split(|c: char| !c.is_alphanumeric()) {
            let hers = ["ana", "petrov"].contains(&word.to_lowercase().as_str());
            assert!(!hers, "{word}\n{kept}");
        }
    }
    let (code, said) = norns(&stripe, &["connector", "test", file]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 recordings as they were"), "{said}");
    let changed =
        text.replace("status = { from = \"delinquent\"", "status = { from = \"livemode\"");
    std::fs::write(
        file,
        changed.replace("{ true = \"owes\", false = \"active\" }", "{ false = \"test\" }"),
    )
    .unwrap();
    let (code, said) = norns(&stripe, &["connector", "test", file]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("- ") && said.contains("+ "), "{said}");
}

/// A note that is written is in the system afterwards, and nowhere else; the same key leaves it so.
#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_written_for_real_and_the_same_key_changes_nothing_more() {
    let stripe = Stripe::start().await;
    let ana = stripe.customer("Ana Petrov", "ana@mail.example", "4165550142").await;
    let bo = stripe.customer("Bo O'Brien", "bo@mail.example", "4165550143").await;
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/stripe.toml");
    let file = file.to_str().unwrap();
    let customer = format!("customer={ana}");
    let key = "0123456789abcdef0123456789abcdef";
    let text = "text=Called back & \"all's well\" [name]=x 100%";
    let write =
        ["connector", "do", file, "note", "--input", &customer, "--input", text, "--key", key];
    for _ in 0..2 {
        let (code, said) = norns(&stripe, &write);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("done, as {ana}")), "{said}");
        assert!(!said.contains("sk_test"), "{said}");
        let read = stripe.read(&ana).await;
        let only = serde_json::json!({ "note": text.strip_prefix("text=").unwrap() });
        assert_eq!((&read["metadata"], &read["name"]), (&only, &"Ana Petrov".into()));
    }
    assert!(stripe.read(&bo).await["metadata"].as_object().is_none_or(|all| all.is_empty()));
    let nobody = ["connector", "do", file, "note", "--input", "customer=cus_0", "--input", text];
    let (code, said) = norns(&stripe, &nobody);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("refused: "), "{said}");
}
