//! WO: work orders and their stages. Epoch seconds, cursors, errors as plain text, an API key.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::company::Company;
use super::history::{self, Order};
use super::people::Person;
use super::scenario;
use super::server::{Ask, Reply, System};

/// The system.
pub struct Wo {
    company: Arc<Company>,
    key: String,
}

/// Rows of one page.
const PAGE: usize = 25;

impl Wo {
    /// Lets in who has this key.
    pub fn new(company: &Arc<Company>, key: String) -> Self {
        Self { company: Arc::clone(company), key }
    }

    fn orders(&self, person: &Person) -> Vec<Order> {
        if scenario::is_hers(person) {
            return scenario::orders(&self.company);
        }
        history::orders(&self.company, person)
    }

    fn order(order: &Order) -> Value {
        let stages: Vec<Value> = order
            .stages
            .iter()
            .map(|(at, stage, by)| json!({"at": at.as_second(), "stage": stage, "by": by}))
            .collect();
        let window = order
            .window
            .map(|start| json!({"start": start.as_second(), "end": start.as_second() + 7200}));
        json!({
            "no": order.number,
            "type": order.kind,
            "state": order.state,
            "created": order.created.as_second(),
            "window": window,
            "reason": order.reason,
            "tech": order.tech,
            "text": "",
            "stages": stages,
        })
    }

    fn stages(orders: &[Order]) -> Vec<Value> {
        let mut rows: Vec<(i64, Value)> = Vec::new();
        for order in orders {
            for (nth, (at, stage, by)) in order.stages.iter().enumerate() {
                let id = format!("{}/{nth}", order.number);
                let at = at.as_second();
                rows.push((
                    at,
                    json!({"id": id, "order": order.number, "at": at, "stage": stage, "by": by}),
                ));
            }
        }
        rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

impl System for Wo {
    fn name(&self) -> &'static str {
        "WO"
    }

    fn credentials(&self) -> Vec<(String, String)> {
        vec![("WO_KEY".into(), self.key.clone())]
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(95)
    }

    fn answer(&self, ask: &Ask) -> Reply {
        if ask.header("x-api-key") != Some(&self.key) {
            return self.failure(401);
        }
        let holder = self.company.holder(ask.parameter("account").unwrap_or_default());
        let orders = holder.map(|person| self.orders(person)).unwrap_or_default();
        let rows = match ask.path.first().map(String::as_str) {
            Some("orders") => orders.iter().map(Self::order).collect(),
            Some("stages") => Self::stages(&orders),
            _ => return self.failure(404),
        };
        page(ask, rows)
    }

    fn failure(&self, status: u16) -> Reply {
        Reply::text(status, &format!("work orders: error {status}"))
    }
}

fn page(ask: &Ask, rows: Vec<Value>) -> Reply {
    let start = ask.parameter("cursor").and_then(|c| c.strip_prefix("after-")?.parse().ok());
    let start = start.unwrap_or(0_usize);
    let end = start.saturating_add(PAGE);
    let next = (rows.len() > end).then(|| format!("after-{end}"));
    let data: Vec<Value> = rows.into_iter().skip(start).take(PAGE).collect();
    Reply::json(200, &json!({"data": data, "next": next}))
}
