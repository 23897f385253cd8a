//! WEB: the clickstream, by e-mail or account. The last id as cursor.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::company::Company;
use super::history::{self, Click};
use super::people::Person;
use super::scenario;
use super::server::{Ask, Reply, System};

/// The system.
pub struct Web {
    company: Arc<Company>,
    token: String,
}

impl Web {
    /// Lets in who has this token.
    pub fn new(company: &Arc<Company>, token: String) -> Self {
        Self { company: Arc::clone(company), token }
    }

    fn visitor(&self, ask: &Ask) -> Option<&Person> {
        if let Some(account) = ask.parameter("account") {
            return self.company.holder(account);
        }
        let email = ask.parameter("email")?;
        let is = |person: &&Person| {
            person.email.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(email))
        };
        self.company.people.iter().find(is)
    }

    fn events(&self, person: &Person) -> Vec<(u64, Value)> {
        let clicks = if scenario::is_hers(person) {
            scenario::clicks(&self.company)
        } else {
            history::clicks(&self.company, person)
        };
        let count = clicks.len() as u64;
        let number = |nth: usize| person.number * 1_000 + count - nth as u64;
        clicks
            .iter()
            .enumerate()
            .map(|(nth, click)| (number(nth), row(number(nth), click)))
            .collect()
    }
}

impl System for Web {
    fn name(&self) -> &'static str {
        "WEB"
    }

    fn credentials(&self) -> Vec<(String, String)> {
        vec![("WEB_TOKEN".into(), self.token.clone())]
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(61)
    }

    fn answer(&self, ask: &Ask) -> Reply {
        if ask.header("authorization") != Some(&format!("Bearer {}", self.token)) {
            return self.failure(401);
        }
        if ask.path != ["v2", "events"] {
            return self.failure(404);
        }
        let events = self.visitor(ask).map(|person| self.events(person)).unwrap_or_default();
        let limit = ask.number("limit", 100).clamp(1, 200);
        let after: Option<u64> = ask.parameter("after").and_then(|id| id.parse().ok());
        let older: Vec<Value> = events
            .into_iter()
            .filter(|(id, _)| after.is_none_or(|after| *id < after))
            .map(|(_, row)| row)
            .collect();
        let more = older.len() > limit;
        let rows: Vec<Value> = older.into_iter().take(limit).collect();
        Reply::json(200, &json!({"events": rows, "has_more": more}))
    }

    fn failure(&self, status: u16) -> Reply {
        let error = json!({"type": "error", "message": format!("status {status}")});
        Reply::json(status, &json!({"errors": [error]}))
    }
}

fn row(id: u64, click: &Click) -> Value {
    json!({
        "id": id,
        "ts": click.at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
        "type": click.kind,
        "path": click.path,
        "query": click.query,
        "title": click.title,
        "fix": click.fix.map(|(name, outcome)| json!({"name": name, "outcome": outcome})),
        "seconds": click.seconds,
    })
}
