//! The connector to WooCommerce before a running shop, which is large and is not installed by any test.
//! It needs the shop's address, and the key and secret of somebody who may read and write; where the shop
//! is asked without TLS, `$_SERVER['HTTPS'] = 'on';` in a plug-in of its own lets it take those. What the
//! tests plant stays until they run again: customers whose logins begin with `norns-planted`, and all orders of the shop are
//! deleted before, so that it is no shop that anybody needs.
//!
//! ```text
//! WOOCOMMERCE_URL=http://127.0.0.1:8080 WOOCOMMERCE_KEY=ck_… WOOCOMMERCE_SECRET=cs_… \
//!     WOOCOMMERCE_READ_KEY=ck_… WOOCOMMERCE_READ_SECRET=cs_… \
//!     cargo test --locked --features test-clock --test woocommerce -- --ignored --test-threads 1
//! ```
//!
//! The second key is one that may read only. The shop is tried twice: as it keeps orders now (in tables
//! of their own), and as it did before 8.2 (as posts), with `woocommerce_custom_orders_table_enabled`
//! set to `no`.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/planted.rs"]
mod planted;
#[path = "common/standing.rs"]
mod standing;
#[path = "common/systems.rs"]
mod systems;

use std::collections::BTreeSet;

use jiff::SignedDuration;
use norns::connectors::{Source, report};
use norns::domain::customer::Key;
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;
use planted::{Person, Planted};
use reqwest::Method;
use serde_json::{Value, json};
use standing::{Standing, a_moment_ago, id, new_key, stopped_in_mid_answer, viewed};

/// What the logins of those begin with who are planted, and what their addresses end with where another
/// customer has the one that they would have.
const LOGIN: &str = "norns-planted";
const MAIL: &str = "@planted.example";

struct Shop {
    standing: Standing,
    /// What is ordered.
    product: Value,
}

impl Shop {
    async fn given() -> Self {
        let names = [
            "WOOCOMMERCE_URL",
            "WOOCOMMERCE_KEY",
            "WOOCOMMERCE_SECRET",
            "WOOCOMMERCE_READ_KEY",
            "WOOCOMMERCE_READ_SECRET",
        ];
        let standing = Standing::given("woocommerce", &names, "WOOCOMMERCE_COUNTRY");
        let mut shop = Self { standing, product: Value::Null };
        let found = shop.ask(Method::GET, "products?sku=NORNS-R1", Value::Null).await;
        shop.product = match found[0]["id"].clone() {
            Value::Null => {
                let router =
                    json!({ "name": "Router", "sku": "NORNS-R1", "regular_price": "0.10" });
                shop.ask(Method::POST, "products", router).await["id"].take()
            }
            known => known,
        };
        shop
    }

    async fn ask(&self, method: Method, place: &str, body: Value) -> Value {
        let standing = &self.standing;
        let url = format!("{}/wp-json/wc/v3/{place}", standing.said("WOOCOMMERCE_URL"));
        let mut asked = standing.http.request(method, url).basic_auth(
            standing.said("WOOCOMMERCE_KEY"),
            Some(standing.said("WOOCOMMERCE_SECRET")),
        );
        if !body.is_null() {
            asked = asked.json(&body);
        }
        let answer = asked.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{place}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Takes away what an earlier run planted.
    async fn clear(&self) {
        loop {
            let place = format!("customers?role=all&per_page=100&search={LOGIN}");
            let old = self.ask(Method::GET, &place, Value::Null).await;
            let old: Vec<&Value> = old.as_array().unwrap().iter().map(|row| &row["id"]).collect();
            if old.is_empty() {
                break;
            }
            self.ask(Method::POST, "customers/batch", json!({ "delete": old })).await;
        }
        loop {
            let old = self.ask(Method::GET, "orders?per_page=100&status=any", Value::Null).await;
            let old: Vec<&Value> = old.as_array().unwrap().iter().map(|row| &row["id"]).collect();
            if old.is_empty() {
                break;
            }
            for id in old {
                self.ask(Method::DELETE, &format!("orders/{id}?force=true"), Value::Null).await;
            }
        }
    }

    /// Plants somebody who has ordered; the customer's id. An account's address is nobody else's, so that
    /// who shares one has it in the bills.
    async fn plant(&self, person: &Person, nth: usize, taken: &mut BTreeSet<String>) -> String {
        let own = person.email.clone().filter(|email| taken.insert(email.to_lowercase()));
        let mut billing = json!({
            "first_name": person.name,
            "phone": person.phone.clone().unwrap_or_default(),
        });
        if let Some(email) = &person.email {
            billing["email"] = json!(email);
        }
        let shipping = json!({ "first_name": person.name, "phone": person.mobile.clone().unwrap_or_default() });
        let customer = json!({
            "email": own.unwrap_or_else(|| format!("n{nth}{MAIL}")),
            "username": format!("{LOGIN}-{nth}"),
            "first_name": person.name,
            "billing": billing,
            "shipping": shipping,
        });
        let customer = self.ask(Method::POST, "customers", customer).await;
        let order = json!({
            "customer_id": customer["id"],
            "billing": billing,
            "shipping": shipping,
            "line_items": [{ "product_id": self.product, "quantity": 1 }],
        });
        self.ask(Method::POST, "orders", order).await;
        customer["id"].to_string()
    }

    async fn notes(&self, order: &str) -> Vec<String> {
        let notes = self.ask(Method::GET, &format!("orders/{order}/notes"), Value::Null).await;
        notes.as_array().unwrap().iter().map(|row| row["note"].as_str().unwrap().into()).collect()
    }

    /// Ana, and the numbers of her orders, the newest first.
    async fn ana(&self, orders: usize) -> (String, Vec<String>) {
        let billing = json!({ "first_name": "Ana", "last_name": "Petrov", "phone": "020 7946 0142", "email": "ana@bills.example", "address_1": "14 Juniper Lane", "city": "Leeds", "country": "GB" });
        let ana = json!({ "email": format!("ana{MAIL}"), "username": format!("{LOGIN}-ana"), "first_name": "Ana", "last_name": "Petrov", "billing": billing });
        let ana = self.ask(Method::POST, "customers", ana).await["id"].to_string();
        let mut numbers = Vec::new();
        for nth in 0..orders {
            let order = json!({ "customer_id": ana.parse::<u64>().unwrap(), "billing": billing, "currency": if nth == 1 { "JPY" } else { "GBP" }, "status": if nth == 0 { "processing" } else { "completed" }, "customer_note": "Ring <b>twice</b> & wait", "line_items": [{ "product_id": self.product, "quantity": 3 }] });
            let made = self.ask(Method::POST, "orders", order).await;
            numbers.insert(0, made["number"].as_str().unwrap().to_owned());
        }
        (ana, numbers)
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs WooCommerce: see the head of this file"]
async fn every_customer_who_has_ordered_is_found() {
    let shop = Shop::given().await;
    shop.clear().await;
    let world = Planted::grow(29, 120);
    let (mut ids, mut taken) = (Vec::new(), BTreeSet::new());
    for (nth, person) in world.people.iter().enumerate() {
        ids.push(shop.plant(person, nth, &mut taken).await);
    }
    let tally = shop.standing.proves(&world, &ids).await;
    assert!(tally.rejected > 0, "{tally:?}: the re-check had nothing to do");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs WooCommerce: see the head of this file"]
async fn a_customer_is_shown_whole_and_what_is_wrong_is_said() {
    let shop = Shop::given().await;
    shop.clear().await;
    let (ana, numbers) = shop.ana(60).await;
    let source = shop.standing.source();
    let said = viewed(&source, &ana).await;
    for expected in [
        "profile name: Ana Petrov",
        "14 Juniper Lane, Leeds, GB",
        &format!("case: {}", numbers[59]),
        "0.30 GBP",
        "Ring <b>twice</b> & wait",
        "3 × Router: 0.30",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert_eq!(said.matches(" order order/").count(), 60, "{said}");
    let phone = Key::Phone(Number::read("+442079460142", Region::GB).unwrap());
    for key in [
        phone,
        Key::Email(CleanText::line("ana@bills.example")),
        Key::Email(CleanText::line("ANA@planted.example")),
        Key::Name(CleanText::line("Ana Petrov")),
        Key::Case(CleanText::line(&numbers[3])),
    ] {
        let found = source.look_up(&key).await.unwrap().records;
        assert_eq!(found.len(), 1, "{key:?}");
        assert_eq!(found[0].id.key.as_str(), ana, "{key:?}");
    }
    assert_eq!(viewed(&source, "99999999").await, "nothing");
    for nobody in ["no number", "7 or so", "1,2"] {
        let found = source.look_up(&id(&source, nobody)).await.unwrap();
        assert!(found.records.is_empty(), "{nobody}");
    }
    for name in ["WOOCOMMERCE_SECRET", "WOOCOMMERCE_KEY"] {
        let source = shop.standing.source_with(&[(name, "wrong")], str::to_owned);
        let trouble = source.look_up(&id(&source, &ana)).await.unwrap_err();
        assert_eq!(trouble.why.as_str(), "not permitted", "{name}");
    }
    let half = stopped_in_mid_answer(shop.standing.said("WOOCOMMERCE_URL"));
    let source = shop.standing.source_with(&[("WOOCOMMERCE_URL", &half)], str::to_owned);
    let trouble = source.look_up(&id(&source, &ana)).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "answered no JSON");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs WooCommerce: see the head of this file"]
async fn what_changes_is_told_and_a_note_is_written_once() {
    let shop = Shop::given().await;
    shop.clear().await;
    let (ana, numbers) = shop.ana(2).await;
    let source = shop.standing.source();
    let since = a_moment_ago();
    let done = json!({ "status": "completed" });
    shop.ask(Method::PUT, &format!("orders/{}", numbers[1]), done).await;
    let told = report::changed(&source.changed_since(since).await);
    let last = told.last().unwrap();
    assert!(
        last.starts_with("orders: changed ") && last.ends_with(&format!("id {ana}")),
        "{told:?}"
    );
    let later = source.changed_since(since + SignedDuration::from_hours(1)).await;
    assert_eq!(report::changed(&later), ["nothing"]);

    let order = &numbers[0];
    let before = shop.notes(order).await.len();
    let key = new_key();
    let input = format!("case={order}");
    let text = "text=Called back: <b>all's well</b> & 100%\n{{ key }} \\ end";
    for _ in 0..2 {
        let (code, said) = shop.standing.has_done("note", &[&input, text], Some(&key));
        let notes = shop.notes(order).await;
        assert_eq!((code, notes.len()), (Some(0), before + 1), "{said}");
        assert!(notes.iter().any(|note| note.contains("all's well")), "{notes:?}");
    }
    let (code, said) = shop.standing.has_done("note", &["case=99999999", text], None);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("refused: knows no such record; nothing was written"), "{said}");
}
