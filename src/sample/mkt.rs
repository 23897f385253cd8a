//! MKT: what was sent and what is on offer, by the CRM's ids. After JSON:API, next page by URL.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::company::Company;
use super::history::{self, Touch};
use super::people::Person;
use super::scenario;
use super::server::{Ask, Reply, System};

/// The system.
pub struct Mkt {
    company: Arc<Company>,
    key: String,
}

impl Mkt {
    /// Lets in who has this key.
    pub fn new(company: &Arc<Company>, key: String) -> Self {
        Self { company: Arc::clone(company), key }
    }

    fn touches(&self, person: &Person) -> Vec<Value> {
        let touches = match person {
            person if scenario::is_hers(person) => scenario::touches(&self.company),
            person if scenario::is_either(person) => Vec::new(),
            person => history::touches(&self.company, person),
        };
        touches.iter().map(|touch| self.touch(touch)).collect()
    }

    fn touch(&self, touch: &Touch) -> Value {
        let sent = touch.at.to_zoned_datetime(self.company.zone.clone());
        json!({
            "type": "touch",
            "id": touch.id,
            "attributes": {
                "campaign": touch.campaign,
                "channel": touch.channel,
                "sent-at": sent.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                "status": touch.status,
                "text": format!("{}: made for you", touch.campaign),
            },
        })
    }

    fn offers(person: &Person) -> Vec<Value> {
        let name = match person {
            person if scenario::is_hers(person) => "Fibre upgrade",
            person if person.account.is_none() || person.flag == Some("do_not_contact") => {
                return Vec::new();
            }
            person => {
                ["Fibre upgrade", "Sports weekend", "Travel card"][(person.number % 3) as usize]
            }
        };
        let attributes = json!({"name": name, "until": "2026-12-31"});
        vec![
            json!({"type": "offer", "id": format!("O-{}", person.number), "attributes": attributes}),
        ]
    }
}

impl System for Mkt {
    fn name(&self) -> &'static str {
        "MKT"
    }

    fn credentials(&self) -> Vec<(String, String)> {
        vec![("MKT_KEY".into(), self.key.clone())]
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(77)
    }

    fn answer(&self, ask: &Ask) -> Reply {
        let pair = super::server::base64(format!("{}:", self.key).as_bytes());
        if ask.header("authorization") != Some(&format!("Basic {pair}")) {
            return self.failure(401);
        }
        let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
        let ["subscribers", id, what] = path.as_slice() else { return self.failure(404) };
        let Some(person) = self.company.person(id) else { return self.failure(404) };
        let rows = match *what {
            "touches" => self.touches(person),
            "offers" => Self::offers(person),
            _ => return self.failure(404),
        };
        let (page, size) =
            (ask.number("page[number]", 1).max(1), ask.number("page[size]", 50).clamp(1, 50));
        let total = rows.len();
        let next = (total > page * size).then(|| {
            let query = format!("page%5Bnumber%5D={}&page%5Bsize%5D={size}", page + 1);
            format!("{}/subscribers/{id}/{what}?{query}", ask.origin)
        });
        let data: Vec<Value> = rows.into_iter().skip((page - 1) * size).take(size).collect();
        Reply::json(200, &json!({"data": data, "links": {"next": next}, "meta": {"total": total}}))
    }

    fn failure(&self, status: u16) -> Reply {
        let error = json!({"status": status.to_string(), "title": "request failed"});
        Reply::json(status, &json!({"errors": [error]}))
    }
}
