//! The connectors to Odoo before a running one, which is large and is not installed by any test. Each
//! test says which variables it needs: the address, the database, and the user's name and API key of
//! somebody who may do everything there. The apps Contacts, Sales, Invoicing and (from 19 on) CRM are
//! installed; what the tests plant stays, but for the contacts with the reference `NORNS-PLANTED`.
//!
//! ```text
//! ODOO_URL=http://127.0.0.1:8069 ODOO_DATABASE=desk ODOO_USER=admin ODOO_KEY=… \
//!     cargo test --locked --features test-clock --test odoo -- --ignored json_2
//! ```
//!
//! `json_2` is of Odoo 19 and later, `json_rpc` of an Odoo up to 18.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/planted.rs"]
mod planted;
#[path = "common/standing.rs"]
mod standing;
#[path = "common/systems.rs"]
mod systems;

use norns::connectors::{Source, report};
use norns::domain::customer::Key;
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;
use planted::Planted;
use serde_json::{Value, json};
use standing::{Standing, id, new_key, viewed};

const PLANTED: &str = "NORNS-PLANTED";
const CALLER: &str = "NORNS-CALLER";
const GONE: &str = "NORNS-GONE";

/// A running Odoo, and which connector asks it.
struct Odoo {
    connector: &'static str,
    standing: Standing,
    uid: i64,
}

impl Odoo {
    async fn of(connector: &'static str) -> Self {
        let names = ["ODOO_URL", "ODOO_DATABASE", "ODOO_USER", "ODOO_KEY"];
        let standing = Standing::given(connector, &names, "ODOO_COUNTRY");
        let mut odoo = Self { connector, standing, uid: 0 };
        if !odoo.json_2() {
            let login = json!([odoo.said("DATABASE"), odoo.said("USER"), odoo.said("KEY")]);
            odoo.uid = odoo.rpc("common", "login", login).await.as_i64().unwrap();
        }
        odoo
    }

    fn said(&self, what: &str) -> &str {
        self.standing.said(&format!("ODOO_{what}"))
    }

    /// Whether it has the interface that came with 19.
    fn json_2(&self) -> bool {
        self.connector == "odoo"
    }

    async fn rpc(&self, service: &str, method: &str, args: Value) -> Value {
        let params = json!({ "service": service, "method": method, "args": args });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "call", "params": params });
        let sent =
            self.standing.http.post(format!("{}/jsonrpc", self.said("URL"))).json(&body).send();
        let mut answer: Value = sent.await.unwrap().json().await.unwrap();
        assert!(
            answer["error"].is_null(),
            "{service} {method}: {}",
            answer["error"]["data"]["message"]
        );
        answer["result"].take()
    }

    /// Calls a method; `first` is what it is called on, by the name that it has there.
    async fn call(&self, model: &str, method: &str, first: (&str, Value), more: Value) -> Value {
        if !self.json_2() {
            let who = (self.said("DATABASE"), self.uid, self.said("KEY"));
            let args = json!([who.0, who.1, who.2, model, method, [first.1], more]);
            return self.rpc("object", "execute_kw", args).await;
        }
        let mut body = more;
        body[first.0] = first.1;
        let place = format!("{}/json/2/{model}/{method}", self.said("URL"));
        let sent = self.standing.http.post(place).bearer_auth(self.said("KEY"));
        let sent = sent.header("x-odoo-database", self.said("DATABASE"));
        let answer = sent.json(&body).send().await.unwrap();
        let good = answer.status().is_success();
        let answer: Value = answer.json().await.unwrap();
        assert!(good, "{model} {method}: {}", answer["message"]);
        answer
    }

    async fn search(&self, model: &str, domain: Value, fields: Value) -> Vec<Value> {
        let rows = self.call(model, "search_read", ("domain", domain), json!({ "fields": fields }));
        rows.await.as_array().unwrap().clone()
    }

    async fn make(&self, model: &str, rows: Vec<Value>) -> Vec<i64> {
        let made = self.call(model, "create", ("vals_list", Value::from(rows)), json!({})).await;
        made.as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect()
    }

    /// Does it to one record.
    async fn run(&self, model: &str, method: &str, id: i64, more: Value) {
        self.call(model, method, ("ids", json!([id])), more).await;
    }

    /// The contact of that reference, made as `values` say where there is none yet.
    async fn contact(&self, reference: &str, values: Value) -> (i64, bool) {
        let of = json!([["ref", "=", reference], ["active", "in", [true, false]]]);
        match &self.search("res.partner", of, json!(["id"])).await[..] {
            [] => (self.make("res.partner", vec![values]).await[0], true),
            rows => (rows[0]["id"].as_i64().unwrap(), false),
        }
    }

    /// Every planted contact is found by its numbers and addresses, in every spelling, and nobody else.
    async fn finds_all_and_no_stranger(&self) {
        let of = json!([["ref", "=", PLANTED], ["active", "in", [true, false]]]);
        for old in self.search("res.partner", of, json!(["id"])).await {
            self.run("res.partner", "unlink", old["id"].as_i64().unwrap(), json!({})).await;
        }
        let mut world = Planted::grow(19, 150);
        if self.json_2() {
            world = world.with_one_number_each();
        }
        let rows = world.people.iter().map(|person| {
            let mut row = json!({ "name": person.name, "ref": PLANTED, "email": person.email });
            if self.json_2() {
                row["phone"] = json!(person.phone.as_ref().or(person.mobile.as_ref()));
            } else {
                row["phone"] = json!(person.phone);
                row["mobile"] = json!(person.mobile);
            }
            row
        });
        let ids = self.make("res.partner", rows.collect()).await;
        let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
        let tally = self.standing.proves(&world, &ids).await;
        assert!(tally.rejected > 0, "{tally:?}: the re-check had nothing to do");
    }

    /// A caller with an order, a quotation, an invoice, an activity and an opportunity.
    async fn caller(&self) -> i64 {
        let caller = json!({ "name": "Ana Petrov", "ref": CALLER, "phone": "020 7946 0142", "email": "\"Ana\" <Ana.Petrov@caller.example>", "street": "14 Juniper Lane", "city": "Leeds" });
        let (ana, new) = self.contact(CALLER, caller).await;
        if !new {
            return ana;
        }
        let product = json!({ "name": "Router", "list_price": 0.1 });
        let product = self.make("product.product", vec![product]).await[0];
        let taxes = if self.json_2() { "tax_ids" } else { "tax_id" };
        let line = |count: i64| json!([[0, 0, { "product_id": product, "product_uom_qty": count, "price_unit": 0.1, taxes: [] }]]);
        let orders = vec![
            json!({ "partner_id": ana, "order_line": line(3) }),
            json!({ "partner_id": ana, "order_line": line(1), "validity_date": "2026-12-28" }),
        ];
        let orders = self.make("sale.order", orders).await;
        self.run("sale.order", "action_confirm", orders[0], json!({})).await;
        let moment = json!({ "vals": { "date_order": "2026-11-02 23:30:00" } });
        self.run("sale.order", "write", orders[0], moment).await;
        let line = json!([[0, 0, { "name": "Router", "quantity": 2, "price_unit": 39.99, "tax_ids": [] }]]);
        let invoice = json!({ "move_type": "out_invoice", "partner_id": ana, "invoice_date": "2026-11-02", "invoice_date_due": "2026-12-02", "invoice_line_ids": line });
        let invoice = self.make("account.move", vec![invoice]).await[0];
        self.run("account.move", "action_post", invoice, json!({})).await;
        let model =
            self.search("ir.model", json!([["model", "=", "res.partner"]]), json!(["id"])).await;
        let activity = json!({ "res_model_id": model[0]["id"], "res_id": ana, "summary": "Call back", "date_deadline": "2026-12-03" });
        self.make("mail.activity", vec![activity]).await;
        if self.json_2() {
            let lead = json!({ "name": "Wants fibre", "partner_id": ana, "type": "opportunity", "expected_revenue": 120.5, "date_deadline": "2026-12-18" });
            self.make("crm.lead", vec![lead]).await;
        }
        ana
    }

    async fn shows_a_caller_whole(&self, ana: i64) {
        let source = self.standing.source();
        let by_mail = Key::Email(CleanText::line("ana.petrov@caller.example"));
        let found = source.look_up(&by_mail).await.unwrap().records;
        assert_eq!(found.len(), 1, "{found:?}");
        let said = viewed(&source, &ana.to_string()).await;
        let mut expected = vec![
            "profile name: Ana Petrov",
            "profile status: active",
            "14 Juniper Lane, Leeds",
            "2026-11-02T23:30:00Z order",
            ", ordered, ",
            ", quotation, ",
            ", 0.30 ",
            "due 2026-12-28 task: quotation ends: ",
            "2026-11-02 bill invoice/",
            "due 2026-12-02 payment: ",
            "79.98 ",
            "due 2026-12-03 task: ",
            "Call back",
        ];
        if self.json_2() {
            expected.extend([
                "opportunity: Wants fibre",
                "120.50 ",
                "due 2026-12-18 task: close: ",
            ]);
        }
        for expected in expected {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
        assert!(!said.contains("false") && !said.contains("False"), "{said}");
        let order = said.split("case: ").nth(1).unwrap().lines().next().unwrap().to_owned();
        let by_case = source.look_up(&Key::Case(CleanText::line(&order))).await.unwrap().records;
        assert_eq!(by_case[0].id.key.as_str(), ana.to_string());

        let gone =
            json!({ "name": "Bo O'Brien", "ref": GONE, "phone": "020 7946 0177", "active": false });
        self.contact(GONE, gone).await;
        let number = Key::Phone(Number::read("+442079460177", Region::GB).unwrap());
        let archived = report::found(&source.look_up(&number).await).join("\n");
        assert!(archived.contains("Bo O'Brien") && archived.contains("archived"), "{archived}");

        let without =
            self.standing.source_with(&[], |text| text.replace("account.move", "no.such.app"));
        let said = viewed(&without, &ana.to_string()).await;
        assert!(said.contains("profile name: Ana Petrov") && !said.contains("invoice/"), "{said}");
    }

    async fn says_what_is_wrong(&self, ana: i64) {
        let source = self.standing.source();
        let trouble = source.look_up(&id(&source, "seven")).await.unwrap_err();
        assert_eq!(trouble.why.as_str(), "did not understand the question");
        assert_eq!(viewed(&source, "99999999").await, "nothing");
        let ana = id(&source, &ana.to_string());
        let wrong = self.standing.source_with(&[("ODOO_KEY", "wrong")], str::to_owned);
        let refused = wrong.look_up(&ana).await;
        let why = if self.json_2() { "not permitted" } else { "the login was refused" };
        assert_eq!(refused.unwrap_err().why.as_str(), why);
        let strange =
            self.standing.source_with(&[], |text| text.replace("\"ref\"", "\"no_such_field\""));
        let trouble = strange.look_up(&ana).await.unwrap_err();
        assert_eq!(trouble.why.as_str(), "did not understand the question");
    }

    async fn notes(&self, contact: i64) -> Vec<String> {
        let of = json!([
            ["model", "=", "res.partner"],
            ["res_id", "=", contact],
            ["message_type", "=", "comment"]
        ]);
        let rows = self.search("mail.message", of, json!(["body"])).await;
        rows.iter().map(|row| row["body"].as_str().unwrap().to_owned()).collect()
    }

    async fn writes_a_note_once(&self, ana: i64) {
        let key = new_key();
        let write = |contact: i64, key: Option<&str>| {
            let contact = format!("contact={contact}");
            let text = "text=Called back: <b>all's well</b> & 100%\n{{ key }} \\ end";
            self.standing.has_done("note", &[&contact, text], key)
        };
        let before = self.notes(ana).await.len();
        let (code, said) = write(ana, Some(&key));
        assert_eq!(code, Some(0), "{said}");
        let notes = self.notes(ana).await;
        let expected = format!(
            "<p>Called back: &lt;b&gt;all's well&lt;/b&gt; &amp; 100%<br>{{{{ key }}}} \\ end<br><br>[{key}]</p>"
        );
        assert_eq!((notes.len(), &notes[0]), (before + 1, &expected));
        let (code, said) = write(ana, Some(&key));
        assert_eq!((code, self.notes(ana).await.len()), (Some(0), before + 1), "{said}");
        assert!(said.contains("nothing was written twice"), "{said}");
        let (code, said) = write(99_999_999, None);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("refused: knows no such record; nothing was written"), "{said}");
    }

    async fn proves_itself(&self) {
        self.finds_all_and_no_stranger().await;
        let ana = self.caller().await;
        self.shows_a_caller_whole(ana).await;
        self.says_what_is_wrong(ana).await;
        self.writes_a_note_once(ana).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Odoo 19 or later: see the head of this file"]
async fn odoo_is_asked_and_written_to_for_real_by_json_2() {
    Odoo::of("odoo").await.proves_itself().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Odoo 17 or 18: see the head of this file"]
async fn odoo_is_asked_and_written_to_for_real_by_json_rpc() {
    Odoo::of("odoo-rpc").await.proves_itself().await;
}
