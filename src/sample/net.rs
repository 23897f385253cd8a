//! NET: lines, faults, outages. Two headers to be let in.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, ToSpan};
use serde_json::{Value, json};

use super::chance::percent;
use super::company::Company;
use super::history;
use super::people::Person;
use super::scenario;
use super::server::{Ask, Reply, System};

/// The system.
pub struct Net {
    company: Arc<Company>,
    key: String,
}

const USER: &str = "noc";
/// What stands at the end of lines, and what runs on it.
const ROUTERS: [(&str, &str); 3] =
    [("Router R5", "2.8.1"), ("Router R7", "3.1.4"), ("Router R7 mesh", "3.2.0")];

impl Net {
    /// Lets in who has this key.
    pub fn new(company: &Arc<Company>, key: String) -> Self {
        Self { company: Arc::clone(company), key }
    }

    fn lines(&self, person: &Person) -> Vec<Value> {
        let mut chance = self.company.chance("lines", person);
        let hers = scenario::is_hers(person);
        let lines = person.services.iter().filter(|service| !service.technology.is_empty());
        lines
            .map(|service| {
                let (broken, outage) = (percent(&mut chance, 3) && !hers, percent(&mut chance, 2) && !hers);
                let hour = SignedDuration::from_hours(1);
                let (since, eta) = (self.company.now - hour * 5, self.company.now + hour * 6);
                let fault = broken.then(|| {
                    let id = format!("F-{}", person.number);
                    json!({"id": id, "opened": since.to_string(), "text": "no signal at the wall socket", "eta": eta.to_string()})
                });
                let area = outage.then(|| {
                    let id = format!("OUT-{}", person.number % 7);
                    json!({"id": id, "area": person.city, "since": since.to_string(), "eta": null})
                });
                let status = match (broken, outage) {
                    (_, true) => "DOWN",
                    (true, false) => "DEGRADED",
                    (false, false) => "UP",
                };
                json!({
                    "line": service.id,
                    "tech": service.technology,
                    "status": status,
                    "since": since.to_string(),
                    "fault": fault,
                    "outage": area,
                    "router": self.router(person, &service.id),
                })
            })
            .collect()
    }

    /// The box at the end of a line. A warranty is three years, and some boxes are older.
    fn router(&self, person: &Person, line: &str) -> Value {
        let mut chance = self.company.chance(line, person);
        let (model, firmware) = ROUTERS[chance.usize(..ROUTERS.len())];
        let months = i32::from(chance.u8(4..52));
        let installed = self.company.today().checked_sub(months.months());
        let warranty = installed.as_ref().ok().and_then(|day| day.checked_add(36.months()).ok());
        json!({
            "model": model,
            "serial": format!("{line}-{:05}", chance.u32(..100_000)),
            "installed": installed.ok().map(|day| day.to_string()),
            "warranty": warranty.map(|day| day.to_string()),
            "firmware": firmware,
            "mesh": chance.u8(..4),
        })
    }

    fn history(&self, person: &Person) -> Vec<Value> {
        let events = if scenario::is_hers(person) {
            scenario::line_events(&self.company)
        } else {
            history::line_events(&self.company, person)
        };
        let row = |event: &history::LineEvent| {
            json!({
                "id": event.id,
                "at": event.at.to_string(),
                "line": event.line,
                "kind": event.kind,
                "text": event.text,
            })
        };
        events.iter().map(row).collect()
    }
}

impl System for Net {
    fn name(&self) -> &'static str {
        "NET"
    }

    fn credentials(&self) -> Vec<(String, String)> {
        vec![("NET_USER".into(), USER.into()), ("NET_KEY".into(), self.key.clone())]
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(33)
    }

    fn answer(&self, ask: &Ask) -> Reply {
        if ask.header("x-auth-user") != Some(USER) || ask.header("x-auth-key") != Some(&self.key) {
            return self.failure(401);
        }
        let Some(person) = self.company.holder(ask.parameter("acct").unwrap_or_default()) else {
            return Reply::json(404, &json!({"code": 404, "status": "no such account"}));
        };
        match ask.path.first().map(String::as_str) {
            Some("lines") => Reply::json(200, &json!({"lines": self.lines(person)})),
            Some("history") => {
                let rows = self.history(person);
                let total = rows.len();
                let (from, count) = (ask.number("from", 0), ask.number("count", 100).clamp(1, 100));
                let rows: Vec<Value> = rows.into_iter().skip(from).take(count).collect();
                Reply::json(200, &json!({"events": rows, "total": total}))
            }
            _ => self.failure(404),
        }
    }

    fn failure(&self, status: u16) -> Reply {
        Reply::json(status, &json!({"code": status, "status": "error"}))
    }
}
