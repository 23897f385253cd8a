//! TEL: call records by number. Milliseconds, bare arrays, pages by a `Link` header.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::company::Company;
use super::history::{self, Record, national};
use super::people::Person;
use super::scenario;
use super::server::{Ask, Reply, System};

/// The system.
pub struct Tel {
    company: Arc<Company>,
    token: String,
}

impl Tel {
    /// Lets in who has this token.
    pub fn new(company: &Arc<Company>, token: String) -> Self {
        Self { company: Arc::clone(company), token }
    }

    fn records(&self, number: &str) -> Vec<Value> {
        let has =
            |person: &&Person| person.phones.iter().any(|(_, typed)| national(typed) == number);
        let mut records: Vec<Record> = self
            .company
            .people
            .iter()
            .filter(has)
            .flat_map(|person| match person {
                person if scenario::is_hers(person) => scenario::calls(&self.company),
                person if scenario::is_either(person) => Vec::new(),
                person => history::calls(&self.company, person),
            })
            .filter(|record| record.number == number)
            .collect();
        records.sort_by_key(|record| std::cmp::Reverse(record.start));
        records.iter().map(row).collect()
    }
}

impl System for Tel {
    fn name(&self) -> &'static str {
        "TEL"
    }

    fn credentials(&self) -> Vec<(String, String)> {
        vec![("TEL_TOKEN".into(), self.token.clone())]
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(40)
    }

    fn answer(&self, ask: &Ask) -> Reply {
        if ask.header("authorization") != Some(&format!("Token {}", self.token)) {
            return self.failure(401);
        }
        if ask.path != ["cdr"] {
            return self.failure(404);
        }
        let number = ask.parameter("number").unwrap_or_default();
        let (page, size) = (ask.number("page", 1).max(1), ask.number("size", 100).clamp(1, 100));
        let rows = self.records(number);
        let more = rows.len() > page * size;
        let rows: Vec<Value> = rows.into_iter().skip((page - 1) * size).take(size).collect();
        let reply = Reply::json(200, &Value::Array(rows));
        if !more {
            return reply;
        }
        let next = format!("</cdr?number={number}&page={}&size={size}>; rel=\"next\"", page + 1);
        reply.with("link", next)
    }

    fn failure(&self, status: u16) -> Reply {
        Reply::json(status, &json!({"detail": format!("error {status}")}))
    }
}

fn row(record: &Record) -> Value {
    let ours = "8005550100";
    let (from, to) = match record.incoming {
        true => (record.number.as_str(), ours),
        false => (ours, record.number.as_str()),
    };
    json!({
        "uid": record.uid,
        "start": record.start.as_millisecond(),
        "dir": if record.incoming { "in" } else { "out" },
        "from": from,
        "to": to,
        "queue": record.queue,
        "wait": record.wait,
        "talk": record.talk,
        "agent": record.agent,
        "disp": record.outcome,
        "code": record.code,
        "ivr": [format!("1 {}", record.queue.to_lowercase())],
    })
}
