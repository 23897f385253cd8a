//! The connector to ERPNext before a running Frappe, the framework below it, which is large and is not
//! installed by any test. It needs the address, and the key and secret of a user who may do everything
//! with contacts; where ERPNext itself is installed, its part of a customer is not looked at. What the
//! test plants stays until it runs again: contacts of the company `NORNS-PLANTED`.
//!
//! ```text
//! ERPNEXT_URL=http://127.0.0.1:8000 ERPNEXT_KEY=… ERPNEXT_SECRET=… \
//!     cargo test --locked --features test-clock --test frappe -- --ignored
//! ```
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/planted.rs"]
mod planted;
#[path = "common/systems.rs"]
mod systems;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key};
use planted::{HOSTILE_KEYS, Person, Planted, prove_hostile};
use serde_json::{Value, json};

const COMPANY: &str = "NORNS-PLANTED";

/// A running site.
struct Site {
    url: String,
    key: String,
    secret: String,
    http: reqwest::Client,
}

impl Site {
    fn given() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let said = |name: &str| {
            std::env::var(name)
                .unwrap_or_else(|_| panic!("{name} is not set: see the head of tests/frappe.rs"))
        };
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let (url, key, secret) = (said("ERPNEXT_URL"), said("ERPNEXT_KEY"), said("ERPNEXT_SECRET"));
        Self { url, key, secret, http }
    }

    /// What it answers; `place` is written as parts of an address.
    async fn ask(&self, method: reqwest::Method, place: &[&str], body: Option<Value>) -> Value {
        let mut url: url::Url = format!("{}/api/resource", self.url).parse().unwrap();
        url.path_segments_mut().unwrap().extend(place);
        if method == reqwest::Method::GET {
            let filters = body.unwrap_or_default().to_string();
            url.query_pairs_mut()
                .extend_pairs([("filters", &*filters), ("limit_page_length", "0")]);
            return self.sent(self.http.get(url)).await;
        }
        let asked = self.http.request(method, url);
        self.sent(match body {
            Some(body) => asked.json(&body),
            None => asked,
        })
        .await
    }

    async fn sent(&self, asked: reqwest::RequestBuilder) -> Value {
        let token = format!("token {}:{}", self.key, self.secret);
        let answer = asked.header("authorization", token).send().await.unwrap();
        let good = answer.status().is_success();
        let body = answer.text().await.unwrap();
        assert!(good, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Plants somebody; what the contact is called.
    async fn plant(&self, person: &Person, nth: usize) -> String {
        let number = |text: &Option<String>, mobile: bool| {
            let text = accepted(text.as_ref()?);
            let (mobile, phone) = (i32::from(mobile), i32::from(!mobile));
            Some(
                json!({ "phone": text, "is_primary_mobile_no": mobile, "is_primary_phone": phone }),
            )
        };
        let numbers = [number(&person.phone, false), number(&person.mobile, true)];
        let numbers: Vec<Value> = numbers.into_iter().flatten().collect();
        let addresses =
            person.email.iter().map(|text| json!({ "email_id": text, "is_primary": 1 }));
        // What would be markup in a page is refused as a name; and a contact's name is its id, which is
        // cleaned as all text is, so that one with a mark of direction is not asked for again. What is
        // asked for as a key that nobody has is nobody's name here.
        let odd = |c: char| matches!(c, '<' | '>' | '\u{202a}'..='\u{202e}') || c.is_control();
        let markup = person.name.chars().any(odd) || HOSTILE_KEYS.contains(&person.name.as_str());
        let name = if markup { format!("Plain {nth}") } else { person.name.clone() };
        let contact = json!({
            "first_name": name,
            "company_name": COMPANY,
            "phone_nos": numbers,
            "email_ids": addresses.collect::<Vec<_>>(),
        });
        let made = self.ask(reqwest::Method::POST, &["Contact"], Some(contact)).await;
        made["data"]["name"].as_str().unwrap().to_owned()
    }

    async fn comments(&self, contact: &str) -> Vec<String> {
        let of = json!([["reference_name", "=", contact], ["comment_type", "=", "Comment"]]);
        let rows = self.ask(reqwest::Method::GET, &["Comment"], Some(of)).await;
        rows["data"].as_array().unwrap().iter().map(|row| row["name"].to_string()).collect()
    }

    fn source(&self, secret: &str) -> ConnectorSource {
        let (_, text) = REAL.iter().find(|(name, _)| *name == "erpnext").unwrap();
        let variable = |name: &str| match name {
            "ERPNEXT_URL" => Some(self.url.clone()),
            "ERPNEXT_KEY" => Some(self.key.clone()),
            "ERPNEXT_SECRET" => Some(secret.to_owned()),
            "ERPNEXT_COUNTRY" => Some(planted::COUNTRY.to_owned()),
            _ => None,
        };
        let mut connector = Connector::read("erpnext.toml", text, &variable).unwrap();
        // What it says is tried here, and not how fast a loaded machine is.
        connector.deadline = Duration::from_secs(60);
        let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
        ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
    }

    fn norns(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let of = [("ERPNEXT_URL", &*self.url), ("ERPNEXT_KEY", &*self.key)];
        systems::norns(&[&of[..], &[("ERPNEXT_SECRET", &self.secret)]].concat(), arguments)
    }
}

/// A number as Frappe takes it: it refuses letters and `/`, and more than twenty signs.
fn accepted(text: &str) -> String {
    let number = text.split(['x', 'e']).next().unwrap().replace('/', " ");
    number.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn id(key: &str) -> Key {
    Key::Id(CustomerId::parse(&format!("ERPNEXT:{key}")).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Frappe: see the head of this file"]
async fn frappe_is_asked_and_written_to_for_real() {
    let site = Site::given();
    let old = json!([["company_name", "=", COMPANY]]);
    let old = site.ask(reqwest::Method::GET, &["Contact"], Some(old)).await;
    for row in old["data"].as_array().unwrap() {
        let place = ["Contact", row["name"].as_str().unwrap()];
        site.ask(reqwest::Method::DELETE, &place, None).await;
    }
    let world = Planted::grow(23, 120);
    let mut ids = Vec::new();
    for (nth, person) in world.people.iter().enumerate() {
        ids.push(site.plant(person, nth).await);
    }
    let source = site.source(&site.secret);
    let tally = world.prove(&source, &ids).await;
    assert!(tally.rejected > 0, "{tally:?}: the re-check had nothing to do");
    let filters = source.filters().await;
    assert!(filters.are_proven(), "{filters:?}");
    let questions = world.questions();
    let good = questions.iter().find(|question| !question.who.is_empty()).unwrap();
    prove_hostile(&source, &good.key()).await;

    let (first, name) = (&ids[20], &world.people[20].name);
    let said = report::viewed(&source.view(&[id(first)], 500).await).join("\n");
    assert!(said.contains(&format!("profile name: {name}")), "{name}\n{said}");
    assert!(said.contains(&format!("profile parent: {COMPANY}")), "{said}");
    assert!(source.look_up(&id("nobody at all")).await.unwrap().records.is_empty());
    let refused = site.source("wrong").look_up(&id(first)).await.unwrap_err();
    assert_eq!(refused.why.as_str(), "not permitted");

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/erpnext.toml");
    let key = format!("{:032x}", fastrand::u128(..));
    let write = |contact: &str, key: &[&str]| {
        let (contact, text) =
            (format!("contact={contact}"), "text=Called <b>back</b> & all\nis well");
        let start = ["connector", "do", file.to_str().unwrap(), "comment", "--input", &contact];
        site.norns(&[&start[..], &["--input", text], key].concat())
    };
    for _ in 0..2 {
        let (code, said) = write(first, &["--key", &key]);
        assert_eq!((code, site.comments(first).await.len()), (Some(0), 1), "{said}");
    }
    let (code, said) = write("nobody at all", &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("refused: "), "{said}");
}
