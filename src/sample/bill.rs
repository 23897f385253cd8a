//! BILL: accounts, invoices, payments, disputes. Camel case, cents, dates without separators,
//! offsets with the total in a header, basic authentication.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::company::Company;
use super::history::{self, Invoice, national};
use super::people::Person;
use super::scenario;
use super::server::{Ask, Reply, System};

/// The system.
pub struct Bill {
    company: Arc<Company>,
    password: String,
}

const USER: &str = "norns";

impl Bill {
    /// Lets in who has this password.
    pub fn new(company: &Arc<Company>, password: String) -> Self {
        Self { company: Arc::clone(company), password }
    }

    fn invoices(&self, person: &Person) -> Vec<Invoice> {
        if scenario::is_hers(person) {
            return scenario::invoices();
        }
        history::invoices(&self.company, person)
    }

    fn account(&self, person: &Person) -> Value {
        let open: i64 =
            self.invoices(person).iter().filter(|i| i.paid.is_none()).map(Invoice::total).sum();
        let products: Vec<Value> = person
            .services
            .iter()
            .map(|s| {
                let since = person.since.map(compact);
                json!({"serviceId": s.id, "plan": s.plan, "price": s.price, "since": since})
            })
            .collect();
        let holder = person.billed_as.clone().unwrap_or_else(|| match &person.company {
            Some(company) => company.to_uppercase(),
            None => format!("{} {}", person.last, person.first).to_uppercase(),
        });
        let phone =
            person.phones.first().map_or(String::new(), |(_, n)| format!("+1{}", national(n)));
        let status = if person.status == "closed" { "CLOSED" } else { "ACTIVE" };
        json!({
            "accountNo": person.account,
            "holder": holder,
            "contactPhone": phone,
            "status": status,
            "opened": person.since.map(compact),
            "currency": "CAD",
            "balance": open,
            "products": products,
            "contract": self.renewal(person).map(|day| json!({"renewal": compact(day), "text": "24 months"})),
        })
    }

    fn renewal(&self, person: &Person) -> Option<Date> {
        if scenario::is_hers(person) {
            return Some(scenario::RENEWAL);
        }
        let today = self.company.today();
        let since = person.since.filter(|_| person.number.is_multiple_of(4))?;
        let due = Date::new(today.year(), since.month(), since.day()).ok()?;
        (due >= today).then_some(due)
    }

    fn invoice(invoice: &Invoice) -> Value {
        let period = invoice.issued.strftime("%Y-%m").to_string();
        let status = match (invoice.paid, invoice.overdue) {
            (Some(_), _) => "PAID",
            (None, true) => "OVERDUE",
            (None, false) => "OPEN",
        };
        let lines: Vec<Value> = invoice
            .lines
            .iter()
            .map(|(service, plan, cents)| {
                json!({"serviceId": service, "plan": plan, "amount": cents, "period": period})
            })
            .collect();
        let total = invoice.total();
        json!({
            "invoiceNo": invoice.number,
            "issued": compact(invoice.issued),
            "due": compact(invoice.due),
            "period": period,
            "total": total,
            "open": if invoice.paid.is_some() { 0 } else { total },
            "status": status,
            "currency": "CAD",
            "lines": lines,
        })
    }

    fn payments(&self, person: &Person) -> Vec<Value> {
        let method = ["card", "debit", "transfer"][(person.number % 3) as usize];
        self.invoices(person)
            .iter()
            .filter_map(|invoice| {
                Some(json!({
                    "paymentNo": format!("P-{}", invoice.number),
                    "date": compact(invoice.paid?),
                    "amount": invoice.total(),
                    "currency": "CAD",
                    "method": method,
                    "status": "BOOKED",
                }))
            })
            .collect()
    }

    fn disputes(&self, person: &Person) -> Vec<Value> {
        if scenario::is_either(person) {
            return Vec::new();
        }
        let row = |dispute: &history::Dispute| {
            json!({
                "disputeNo": dispute.number,
                "opened": compact(dispute.opened),
                "closed": dispute.closed.map_or(String::new(), compact),
                "amount": dispute.cents,
                "currency": "CAD",
                "status": if dispute.closed.is_some() { "UPHELD" } else { "OPEN" },
                "reason": dispute.reason,
                "owner": dispute.owner,
            })
        };
        history::disputes(&self.company, person).iter().map(row).collect()
    }

    fn lets_in(&self, ask: &Ask) -> bool {
        let pair = format!("{USER}:{}", self.password);
        let given = ask.header("authorization").and_then(|value| value.strip_prefix("Basic "));
        given == Some(&super::server::base64(pair.as_bytes()))
    }
}

impl System for Bill {
    fn name(&self) -> &'static str {
        "BILL"
    }

    fn credentials(&self) -> Vec<(String, String)> {
        vec![("BILL_USER".into(), USER.into()), ("BILL_PASSWORD".into(), self.password.clone())]
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(312)
    }

    fn answer(&self, ask: &Ask) -> Reply {
        if !self.lets_in(ask) {
            return self.failure(401);
        }
        let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
        let ["ws", "accounts", rest @ ..] = path.as_slice() else { return self.failure(404) };
        let Some((number, rest)) = rest.split_first() else {
            let asked = ask.parameter("msisdn").unwrap_or_default();
            let has = |person: &&Person| {
                person.account.is_some()
                    && person
                        .phones
                        .first()
                        .is_some_and(|(_, n)| format!("+1{}", national(n)) == asked)
            };
            let found = self.company.people.iter().filter(has);
            let accounts: Vec<Value> = found.map(|person| self.account(person)).collect();
            return Reply::json(200, &json!({"accounts": accounts}));
        };
        let Some(person) = self.company.holder(number) else { return self.failure(404) };
        match rest {
            [] => Reply::json(200, &self.account(person)),
            ["invoices"] => {
                page(ask, "invoices", self.invoices(person).iter().map(Self::invoice).collect())
            }
            ["payments"] => page(ask, "payments", self.payments(person)),
            ["disputes"] => page(ask, "disputes", self.disputes(person)),
            _ => self.failure(404),
        }
    }

    fn failure(&self, status: u16) -> Reply {
        let text = match status {
            401 => "authentication required",
            404 => "unknown account",
            429 => "quota exceeded",
            _ => "backend failure",
        };
        Reply::json(status, &json!({"fault": {"code": format!("BILL-{status}"), "text": text}}))
    }
}

fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

fn page(ask: &Ask, name: &str, rows: Vec<Value>) -> Reply {
    let (offset, limit) = (ask.number("offset", 0), ask.number("limit", 100).clamp(1, 500));
    let total = rows.len();
    let rows: Vec<Value> = rows.into_iter().skip(offset).take(limit).collect();
    Reply::json(200, &json!({name: rows})).with("x-total-count", total.to_string())
}
