//! COLL: dunning. Pascal case, local times without a zone, amounts as text, and 200 for everything.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::company::Company;
use super::history;
use super::people::Person;
use super::scenario;
use super::server::{Ask, Reply, System};

/// The system.
pub struct Coll {
    company: Arc<Company>,
    key: String,
}

impl Coll {
    /// Lets in who has this key.
    pub fn new(company: &Arc<Company>, key: String) -> Self {
        Self { company: Arc::clone(company), key }
    }

    fn dunning(&self, person: &Person) -> Option<(u8, Timestamp, i64)> {
        if scenario::is_either(person) {
            return None;
        }
        history::dunning(&self.company, person)
    }

    fn case(&self, person: &Person) -> Value {
        let found = self.dunning(person);
        let (stage, since, cents) = match found {
            Some((stage, since, cents)) => (stage, Some(self.local(since)), cents),
            None => (0, None, 0),
        };
        let status = match stage {
            0 => "CLEAN",
            1 | 2 => "DUNNING",
            _ => "AGENCY",
        };
        let day = self.company.today().tomorrow().unwrap_or_else(|_| self.company.today());
        let promise = (stage == 2).then(|| {
            let due = self.local(self.company.moment(day, 12, 0));
            json!({"Due": due, "Amount": money(cents / 2)})
        });
        json!({
            "AccountNumber": person.account,
            "Status": status,
            "Stage": stage,
            "Overdue": money(cents),
            "Currency": "CAD",
            "Owner": found.map(|_| "Sami Haddad"),
            "Since": since,
            "PromiseToPay": promise,
        })
    }

    fn actions(&self, person: &Person) -> Vec<Value> {
        let Some((stage, since, _)) = self.dunning(person) else { return Vec::new() };
        let steps = [
            ("SMS", "reminder of the open invoice"),
            ("CALL", "called about the open invoice"),
            ("LETTER", "final notice"),
        ];
        let rows = steps.iter().take(usize::from(stage)).enumerate().map(|(nth, (kind, text))| {
            let days = i64::try_from(nth).unwrap_or(0) * 9;
            let at = (since + jiff::SignedDuration::from_hours(24 * days)).min(self.company.now);
            let id = person.number * 10 + nth as u64;
            json!({"Id": id, "Date": self.local(at), "Kind": kind, "Text": text, "Agent": "Sami Haddad"})
        });
        rows.rev().collect()
    }

    fn local(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.company.zone.clone()).strftime("%d/%m/%Y %H:%M").to_string()
    }

    fn refuse(code: &str, text: &str) -> Reply {
        Reply::json(200, &json!({"Success": false, "ErrorCode": code, "ErrorText": text}))
    }
}

impl System for Coll {
    fn name(&self) -> &'static str {
        "COLL"
    }

    fn credentials(&self) -> Vec<(String, String)> {
        vec![("COLL_KEY".into(), self.key.clone())]
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(140)
    }

    fn answer(&self, ask: &Ask) -> Reply {
        if ask.parameter("apikey") != Some(&self.key) {
            return Self::refuse("KEY", "the key is missing or wrong");
        }
        let Some(person) = self.company.holder(ask.parameter("AccountNumber").unwrap_or_default())
        else {
            return Self::refuse("NOACC", "no such account");
        };
        let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["dunning", "case"] => {
                Reply::json(200, &json!({"Success": true, "Result": self.case(person)}))
            }
            ["dunning", "actions"] => {
                let rows = self.actions(person);
                let count = rows.len();
                let (skip, take) = (ask.number("Skip", 0), ask.number("Take", 50).clamp(1, 50));
                let rows: Vec<Value> = rows.into_iter().skip(skip).take(take).collect();
                Reply::json(200, &json!({"Success": true, "Result": rows, "Count": count}))
            }
            _ => Self::refuse("PATH", "no such call"),
        }
    }

    fn failure(&self, status: u16) -> Reply {
        let body = json!({"Success": false, "ErrorCode": "SYS", "ErrorText": "system error"});
        Reply::json(status, &body)
    }
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
