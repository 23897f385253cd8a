//! The connector to SuiteCRM before a running one, which is large and is not installed by any test. It needs
//! the address, and the id and secret of an OAuth2 client for client credentials whose user may do
//! everything. It is to run with PHP 8.0 at most, or with `mysqli_report(MYSQLI_REPORT_OFF);` before all
//! else: with a later PHP nobody can be asked for by e-mail address, which the connector's page says. What
//! the tests plant stays until they run again: all contacts, cases, calls, tasks and notes are deleted
//! before.
//!
//! ```text
//! SUITECRM_URL=http://127.0.0.1:8080 SUITECRM_CLIENT_ID=… SUITECRM_CLIENT_SECRET=… \
//!     cargo test --locked --features test-clock --test suitecrm -- --ignored --test-threads 1
//! ```
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/planted.rs"]
mod planted;
#[path = "common/standing.rs"]
mod standing;
#[path = "common/systems.rs"]
mod systems;

use norns::connectors::Source;
use norns::domain::customer::Key;
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;
use planted::{Person, Planted};
use reqwest::Method;
use serde_json::{Value, json};
use standing::{Standing, id, new_key, stopped_in_mid_answer, viewed};

/// The id of nobody, of the form that it takes.
const NOBODY: &str = "c1a7d9e0-5b1f-4a52-9c3e-61f0a2b4c699";

struct Crm {
    standing: Standing,
    token: String,
}

impl Crm {
    async fn given() -> Self {
        let names = ["SUITECRM_URL", "SUITECRM_CLIENT_ID", "SUITECRM_CLIENT_SECRET"];
        let standing = Standing::given("suitecrm", &names, "SUITECRM_COUNTRY");
        let login = json!({
            "grant_type": "client_credentials",
            "client_id": standing.said("SUITECRM_CLIENT_ID"),
            "client_secret": standing.said("SUITECRM_CLIENT_SECRET"),
        });
        let place = format!("{}/Api/access_token", standing.said("SUITECRM_URL"));
        let answer = standing.http.post(place).json(&login).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self { standing, token }
    }

    async fn ask(&self, method: Method, place: &str, body: Value) -> Value {
        let url = format!("{}/Api/V8/module{place}", self.standing.said("SUITECRM_URL"));
        let mut asked = self.standing.http.request(method, url).bearer_auth(&self.token);
        if !body.is_null() {
            asked = asked.json(&json!({ "data": body }));
        }
        let answer = asked.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{place}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn make(&self, what: &str, values: Value) -> String {
        let body = json!({ "type": what, "attributes": values });
        let made = self.ask(Method::POST, "", body).await;
        made["data"]["id"].as_str().unwrap().to_owned()
    }

    /// Takes away what an earlier run planted.
    async fn clear(&self) {
        for what in ["Notes", "Tasks", "Calls", "Cases", "Contacts"] {
            loop {
                let place = format!("/{what}?page[size]=100&fields[{what}]=id");
                let old = self.ask(Method::GET, &place, Value::Null).await;
                let old = old["data"].as_array().unwrap();
                if old.is_empty() {
                    break;
                }
                for row in old {
                    let place = format!("/{what}/{}", row["id"].as_str().unwrap());
                    self.ask(Method::DELETE, &place, Value::Null).await;
                }
            }
        }
    }

    /// Plants somebody; the number stands in one field or another.
    async fn plant(&self, person: &Person, nth: usize) -> String {
        let place = ["phone_work", "phone_home", "phone_other"][nth % 3];
        let mut contact = json!({ "last_name": person.name });
        contact[place] = json!(person.phone.clone().unwrap_or_default());
        contact["phone_mobile"] = json!(person.mobile.clone().unwrap_or_default());
        contact["email1"] = json!(person.email.clone().unwrap_or_default());
        self.make("Contacts", contact).await
    }

    async fn relate(&self, contact: &str, link: &str, what: &str, id: &str) {
        let place = format!("/Contacts/{contact}/relationships/{link}");
        self.ask(Method::POST, &place, json!({ "type": what, "id": id })).await;
    }

    /// Ana, with an open case, as many closed ones, a call, a planned one and a task.
    async fn ana(&self, cases: usize) -> String {
        let ana = json!({ "first_name": "Ana", "last_name": "O'Petrov", "phone_work": "020 7946 01 42", "email1": "Ana.O'Petrov@caller.example", "primary_address_street": "14 Juniper & Son's Lane", "primary_address_city": "Leeds", "do_not_call": 1 });
        let ana = self.make("Contacts", ana).await;
        for nth in 0..cases {
            let case = json!({ "name": format!("Slow line {nth}"), "state": "Closed", "status": "Closed_Closed" });
            let case = self.make("Cases", case).await;
            self.relate(&ana, "cases", "Cases", &case).await;
        }
        let case = json!({ "name": "Router <b>restarts</b> & \"stops\"", "state": "Open", "status": "Open_Assigned", "priority": "P1", "description": "Every evening,\nit's <b>slow</b>" });
        let case = self.make("Cases", case).await;
        self.relate(&ana, "cases", "Cases", &case).await;
        for (name, status, at) in [
            ("Asked for a date", "Held", "2026-10-31 23:30:00"),
            ("Call back", "Planned", "2026-12-03 09:00:00"),
        ] {
            let call = json!({ "name": name, "status": status, "direction": "Inbound", "date_start": at, "duration_hours": 0, "duration_minutes": 15 });
            let call = self.make("Calls", call).await;
            self.relate(&ana, "calls", "Calls", &call).await;
        }
        let task = json!({ "name": "Send the contract", "status": "Not Started", "date_due": "2026-12-04 17:00:00", "contact_id": ana });
        self.make("Tasks", task).await;
        ana
    }

    async fn notes(&self, contact: &str) -> Vec<String> {
        let place = format!("/Contacts/{contact}/relationships/notes");
        let rows = self.ask(Method::GET, &place, Value::Null).await;
        let rows = rows["data"].as_array().unwrap();
        rows.iter().map(|row| row["attributes"]["description"].as_str().unwrap().into()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs SuiteCRM: see the head of this file"]
async fn every_contact_is_found() {
    let crm = Crm::given().await;
    crm.clear().await;
    let world = Planted::grow(37, 120).without_addresses_of(&['%']);
    let mut ids = Vec::new();
    for (nth, person) in world.people.iter().enumerate() {
        ids.push(crm.plant(person, nth).await);
    }
    let gone = crm.plant(&world.people[40], 0).await;
    crm.ask(Method::DELETE, &format!("/Contacts/{gone}"), Value::Null).await;
    let tally = crm.standing.proves(&world, &ids).await;
    assert!(tally.rejected > 0, "{tally:?}: the re-check had nothing to do");
    let source = crm.standing.source();
    assert!(source.look_up(&id(&source, &gone)).await.unwrap().records.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs SuiteCRM: see the head of this file"]
async fn a_contact_is_shown_whole_and_what_is_wrong_is_said() {
    let crm = Crm::given().await;
    crm.clear().await;
    let ana = crm.ana(110).await;
    let source = crm.standing.source();
    let said = viewed(&source, &ana).await;
    for expected in [
        "profile name: Ana O'Petrov",
        "14 Juniper & Son's Lane, Leeds",
        "e-mail: Ana.O'Petrov@caller.example",
        "alert do not contact: is not to be called",
        "Router <b>restarts</b> & \"stops\", Open_Assigned",
        "it's <b>slow</b>",
        "2026-10-31T23:30:00Z call call/",
        "Asked for a date, Held",
        "due 2026-12-03T09:00:00Z callback: Call back, Planned",
        "due 2026-12-04T17:00:00Z task: Send the contract, Not Started",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert_eq!(said.matches(" case case/").count(), 111, "{said}");
    let case = said.split("case: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    for key in [
        Key::Phone(Number::read("+442079460142", Region::GB).unwrap()),
        Key::Email(CleanText::line("ana.o'petrov@caller.example")),
        Key::Name(CleanText::line("ana o'petrov")),
        Key::Name(CleanText::line("Ana")),
        Key::Case(CleanText::line(&case)),
    ] {
        let found = source.look_up(&key).await.unwrap().records;
        assert_eq!(found.len(), 1, "{key:?}");
        assert_eq!(found[0].id.key.as_str(), ana, "{key:?}");
    }
    assert_eq!(viewed(&source, NOBODY).await, "nothing");
    let trouble = source.look_up(&id(&source, "seven")).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "did not understand the question");
    let variables = [("SUITECRM_CLIENT_SECRET", "wrong")];
    let wrong = crm.standing.source_with(&variables, str::to_owned);
    let refused = wrong.look_up(&id(&wrong, &ana)).await.unwrap_err();
    assert_eq!(refused.why.as_str(), "the login was refused");
    let half = stopped_in_mid_answer(crm.standing.said("SUITECRM_URL"));
    let base = [("SUITECRM_URL", &*half)];
    let source = crm.standing.source_with(&base, str::to_owned);
    let trouble = source.look_up(&id(&source, &ana)).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "the login answered no token");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs SuiteCRM: see the head of this file"]
async fn a_note_is_written_once() {
    let crm = Crm::given().await;
    crm.clear().await;
    let ana = crm.ana(0).await;
    let (key, contact) = (new_key(), format!("contact={ana}"));
    let text = "text=Called back: <b>all's well</b> & 100%\n{{ key }} \\ end";
    for _ in 0..2 {
        let (code, said) = crm.standing.has_done("note", &[&contact, text], Some(&key));
        let notes = crm.notes(&ana).await;
        assert_eq!((code, notes.len()), (Some(0), 1), "{said}\n{notes:?}");
        assert!(notes[0].contains("well") && notes[0].contains("{{ key }} \\ end"), "{notes:?}");
    }
    let contact = format!("contact={NOBODY}");
    let (code, said) = crm.standing.has_done("note", &[&contact, text], None);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nothing was written"), "{said}");
}
