//! The connector to EspoCRM before a running one, which is large and is not installed by any test. It needs
//! the address, the key of an API user whose role may do everything with contacts, cases, calls, tasks and
//! opportunities and see the stream of contacts, and the key of one whose role may not see contacts. Under
//! Administration, Settings, international phone numbers are switched off, so that numbers are kept as they
//! are typed. What the test plants stays until it runs again: all contacts, cases, calls, tasks and
//! opportunities are deleted before.
//!
//! ```text
//! ESPOCRM_URL=http://127.0.0.1:8080 ESPOCRM_KEY=… ESPOCRM_NO_RIGHTS=… \
//!     cargo test --locked --features test-clock --test espocrm -- --ignored --test-threads 1
//! ```
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/planted.rs"]
mod planted;
#[path = "common/standing.rs"]
mod standing;
#[path = "common/systems.rs"]
mod systems;

use jiff::SignedDuration;
use norns::connectors::{Source, report};
use norns::domain::customer::Key;
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;
use planted::{Person, Planted};
use reqwest::Method;
use serde_json::{Value, json};
use standing::{Standing, a_moment_ago, id, new_key, stopped_in_mid_answer, viewed};

struct Crm(Standing);

impl Crm {
    fn given() -> Self {
        let names = ["ESPOCRM_URL", "ESPOCRM_KEY", "ESPOCRM_NO_RIGHTS"];
        Self(Standing::given("espocrm", &names, "ESPOCRM_COUNTRY"))
    }

    async fn ask(&self, method: Method, place: &str, body: Value) -> Value {
        let url = format!("{}/api/v1/{place}", self.0.said("ESPOCRM_URL"));
        let asked =
            self.0.http.request(method, url).header("x-api-key", self.0.said("ESPOCRM_KEY"));
        // It refuses who looks like somebody else where it is not told to.
        let mut asked = asked.header("x-skip-duplicate-check", "true");
        if !body.is_null() {
            asked = asked.json(&body);
        }
        let answer = asked.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{place}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn make(&self, what: &str, values: Value) -> String {
        let made = self.ask(Method::POST, what, values).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// Takes away what an earlier run planted.
    async fn clear(&self) {
        for what in ["Opportunity", "Task", "Call", "Case", "Contact"] {
            loop {
                let place = format!("{what}?maxSize=200&select=id");
                let old = self.ask(Method::GET, &place, Value::Null).await;
                let old = old["list"].as_array().unwrap();
                if old.is_empty() {
                    break;
                }
                for row in old {
                    let place = format!("{what}/{}", row["id"].as_str().unwrap());
                    self.ask(Method::DELETE, &place, Value::Null).await;
                }
            }
        }
    }

    async fn plant(&self, person: &Person, nth: usize) -> String {
        // What could be markup or a formula is refused as a name.
        let odd = person.name.contains(['<', '>', '=']);
        let name = if odd { format!("Plain {nth}") } else { person.name.clone() };
        let number = |text: &Option<String>, kind: &str, primary: bool| {
            // It refuses what has a slash.
            let text = text.as_ref()?.replace('/', " ");
            Some(json!({ "phoneNumber": text, "type": kind, "primary": primary }))
        };
        let numbers = [
            number(&person.phone, "Home", person.mobile.is_none()),
            number(&person.mobile, "Mobile", true),
        ];
        let numbers: Vec<Value> = numbers.into_iter().flatten().collect();
        let mut addresses = vec![json!({ "emailAddress": "first@place.example", "primary": true })];
        addresses.extend(person.email.iter().map(|text| json!({ "emailAddress": text })));
        self.make(
            "Contact",
            json!({
                "lastName": name,
                "phoneNumberData": numbers,
                "emailAddressData": addresses,
            }),
        )
        .await
    }

    async fn posts(&self, contact: &str) -> Vec<String> {
        let place = format!("Contact/{contact}/stream?maxSize=100&filter=posts");
        let rows = self.ask(Method::GET, &place, Value::Null).await;
        let rows = rows["list"].as_array().unwrap();
        rows.iter().map(|row| row["post"].as_str().unwrap().to_owned()).collect()
    }

    /// Ana, with a case, a call, a planned one, a task and an opportunity, and as many cases besides.
    async fn ana(&self, cases: usize) -> String {
        let ana = json!({ "firstName": "Ana", "lastName": "O'Petrov", "phoneNumber": "020 7946 01 42", "emailAddress": "Ana.Petrov@caller.example", "addressStreet": "14 Juniper Lane", "addressCity": "Leeds", "doNotCall": true });
        let ana = self.make("Contact", ana).await;
        let user = self.ask(Method::GET, "App/user", Value::Null).await;
        let user = &user["user"]["id"];
        for nth in 0..cases {
            // It is one of the contacts of a case, and not always the first.
            let first = if nth == 7 { Value::Null } else { json!(ana) };
            let case = json!({ "name": format!("Slow line {nth}"), "status": "Closed", "contactId": first, "contactsIds": [ana] });
            self.make("Case", case).await;
        }
        self.make("Case", json!({ "name": "Router restarts", "status": "Assigned", "priority": "High", "assignedUserId": user, "description": "Every <b>evening</b> & night", "contactId": ana, "contactsIds": [ana] })).await;
        self.make("Call", json!({ "name": "Asked for a date", "status": "Held", "direction": "Inbound", "assignedUserId": user, "dateStart": "2026-10-31 23:30:00", "dateEnd": "2026-10-31 23:40:00", "contactsIds": [ana] })).await;
        self.make("Call", json!({ "name": "Call back", "status": "Planned", "assignedUserId": user, "dateStart": "2026-12-03 09:00:00", "dateEnd": "2026-12-03 09:10:00", "contactsIds": [ana] })).await;
        self.make("Task", json!({ "name": "Send the contract", "status": "Not Started", "assignedUserId": user, "dateEnd": "2026-12-04 17:00:00", "parentType": "Contact", "parentId": ana, "contactId": ana })).await;
        self.make("Opportunity", json!({ "name": "Fibre", "amount": 120.1, "amountCurrency": "EUR", "stage": "Proposal", "assignedUserId": user, "closeDate": "2026-12-18", "contactsIds": [ana] })).await;
        ana
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs EspoCRM: see the head of this file"]
async fn every_contact_is_found() {
    let crm = Crm::given();
    crm.clear().await;
    let world = Planted::grow(31, 120);
    let mut ids = Vec::new();
    for (nth, person) in world.people.iter().enumerate() {
        ids.push(crm.plant(person, nth).await);
    }
    let gone = Person { name: "Gone".into(), ..world.people[40].clone() };
    let gone = crm.plant(&gone, 0).await;
    crm.ask(Method::DELETE, &format!("Contact/{gone}"), Value::Null).await;
    let tally = crm.0.proves(&world, &ids).await;
    assert!(tally.rejected > 0, "{tally:?}: the re-check had nothing to do");
    assert!(crm.0.source().look_up(&id(&crm.0.source(), &gone)).await.unwrap().records.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs EspoCRM: see the head of this file"]
async fn a_contact_is_shown_whole_and_what_is_wrong_is_said() {
    let crm = Crm::given();
    crm.clear().await;
    let ana = crm.ana(120).await;
    let source = crm.0.source();
    let said = viewed(&source, &ana).await;
    for expected in [
        "profile name: Ana O'Petrov",
        "14 Juniper Lane, Leeds",
        "alert do not contact: is not to be called",
        "Router restarts, Assigned",
        "Every <b>evening</b> & night",
        "2026-10-31T23:30:00Z call call/",
        "Asked for a date, Held",
        "due 2026-12-03T09:00:00Z callback: Call back, Planned",
        "due 2026-12-04T17:00:00Z task: Send the contract, Not Started",
        "Fibre, Proposal, by desk, 120.10 EUR",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert_eq!(said.matches(" case case/").count(), 121, "{said}");
    let case = said.split("case: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    for key in [
        Key::Phone(Number::read("+442079460142", Region::GB).unwrap()),
        Key::Email(CleanText::line("ana.petrov@caller.example")),
        Key::Name(CleanText::line("Ana O'Petrov")),
        Key::Case(CleanText::line(&case)),
    ] {
        let found = source.look_up(&key).await.unwrap().records;
        assert_eq!(found.len(), 1, "{key:?}");
        assert_eq!(found[0].id.key.as_str(), ana, "{key:?}");
    }
    assert_eq!(viewed(&source, "nobody").await, "nothing");
    let no_rights = crm.0.said("ESPOCRM_NO_RIGHTS");
    for (key, why) in [("wrong", "not permitted"), (no_rights, "not permitted")] {
        let source = crm.0.source_with(&[("ESPOCRM_KEY", key)], str::to_owned);
        assert_eq!(source.look_up(&id(&source, &ana)).await.unwrap_err().why.as_str(), why);
    }
    let half = stopped_in_mid_answer(crm.0.said("ESPOCRM_URL"));
    let source = crm.0.source_with(&[("ESPOCRM_URL", &half)], str::to_owned);
    let trouble = source.look_up(&id(&source, &ana)).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "answered no JSON");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs EspoCRM: see the head of this file"]
async fn what_changes_is_told_and_a_note_is_written_once() {
    let crm = Crm::given();
    crm.clear().await;
    let ana = crm.ana(0).await;
    let source = crm.0.source();
    let since = a_moment_ago();
    crm.ask(Method::PUT, &format!("Contact/{ana}"), json!({ "title": "Dr" })).await;
    let case = json!({ "name": "New", "contactId": ana, "contactsIds": [ana] });
    crm.make("Case", case).await;
    let told = report::changed(&source.changed_since(since).await);
    for what in ["contacts", "cases"] {
        let line = told.iter().rfind(|line| line.starts_with(&format!("{what}: changed ")));
        assert!(line.is_some_and(|line| line.ends_with(&ana)), "{told:?}");
    }
    let later = source.changed_since(since + SignedDuration::from_hours(1)).await;
    assert_eq!(report::changed(&later), ["nothing"]);
    let (key, contact) = (new_key(), format!("contact={ana}"));
    let text = "text=Called back: <b>all's well</b> & 100%\n{{ key }} \\ end";
    for _ in 0..2 {
        let (code, said) = crm.0.has_done("note", &[&contact, text], Some(&key));
        let posts = crm.posts(&ana).await;
        assert_eq!((code, posts.len()), (Some(0), 1), "{said}\n{posts:?}");
        let expected =
            format!("Called back: <b>all's well</b> & 100%\n{{{{ key }}}} \\ end\n\n[{key}]");
        assert_eq!(posts, [expected]);
    }
    let (code, said) = crm.0.has_done("note", &["contact=nobody", text], None);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nothing was written"), "{said}");
}
