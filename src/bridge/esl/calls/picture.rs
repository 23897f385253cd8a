//! All that goes on at one moment, from `show channels as json`.

use std::collections::HashMap;

use serde_json::Value;

use super::channel::address;
use super::{Calls, Channel, clean};
use crate::bridge::leg::{Leg, State};

impl Calls {
    /// Forgets everything that is not in the list, and learns what is. A list that cannot be read
    /// says nothing.
    pub fn picture(&mut self, list: &str, now: i64) {
        let Ok(list) = serde_json::from_str::<Value>(list) else { return };
        let none = Vec::new();
        let rows = list.get("rows").and_then(Value::as_array).unwrap_or(&none);
        let text = |row: &Value, name: &str| {
            let text = row.get(name).and_then(Value::as_str).unwrap_or_default();
            Some(text.to_owned()).filter(|text| !text.is_empty())
        };
        let rows: Vec<(String, &Value)> =
            rows.iter().filter_map(|row| Some((text(row, "uuid")?, row))).collect();
        let old = self.legs.clear();
        let before = std::mem::take(&mut self.channels);
        self.calls.clear();
        self.waiting.clear();
        self.questions.clear();
        let there: HashMap<&str, &Value> =
            rows.iter().map(|(id, row)| (id.as_str(), *row)).collect();
        for (id, channel) in before {
            if there.contains_key(id.as_str()) {
                self.channels.insert(id, channel);
            }
        }
        for (id, row) in &rows {
            let device = text(row, "presence_id").or_else(|| address(&text(row, "name")?));
            let seat = device.as_deref().and_then(|device| self.names.seats.of(device));
            let call = text(row, "call_uuid").unwrap_or_else(|| id.clone());
            let inbound = text(row, "direction").as_deref() == Some("inbound");
            if inbound && seat.is_none() {
                let (number, name) = (text(row, "cid_num"), text(row, "cid_name"));
                let dialled = text(row, "dest");
                let known = self.call(id);
                known.dialled = dialled;
                for (field, value) in [("ani", number), ("ani_name", name)] {
                    known.caller.extend(value.map(|value| (field.to_owned(), clean(&value))));
                }
            }
            self.channels.entry(id.clone()).or_insert(Channel { call, seat });
        }
        // What was known before and still has its channel goes on; what was asked is asked anew.
        for leg in old {
            let on = leg.wrapping
                || self.channels.iter().any(|(id, channel)| {
                    *id == leg.id
                        || (channel.call == leg.call && channel.seat.as_ref() == Some(&leg.seat))
                });
            if on && (leg.live() || leg.wrapping) {
                self.call(&leg.call);
                self.legs.begin(leg);
            }
        }
        for (id, row) in &rows {
            let Some(channel) = self.channels.get(id) else { continue };
            let Some(seat) = channel.seat.clone() else { continue };
            let call = channel.call.clone();
            let outbound = text(row, "direction").as_deref() == Some("outbound");
            let known = self.legs.find(|leg| leg.call == call && leg.seat == seat);
            let state = match text(row, "callstate").as_deref() {
                Some("ACTIVE") => State::Talking,
                Some("HELD") => State::Held,
                Some("RINGING" | "EARLY" | "DOWN") => State::Ringing,
                _ => continue,
            };
            if let Some(leg) = known.and_then(|nth| self.legs.get_mut(nth)) {
                // It may have been answered meanwhile.
                if !leg.talks() && state != State::Ringing {
                    leg.state = state;
                    leg.answered_at = Some(now);
                }
                continue;
            }
            if !outbound {
                continue;
            }
            let since = text(row, "created_epoch").and_then(|at| at.parse::<i64>().ok());
            let since = since.map_or(now, |at| at.saturating_mul(1_000));
            let device = text(row, "presence_id").unwrap_or_default();
            self.call(&call);
            let leg = Leg { state, ..Leg::new(&seat, &call, id, &device, Some(since)) };
            let answered_at = leg.rung_at.filter(|_| leg.talks());
            let known = self.facts(&leg);
            self.legs.begin(Leg { answered_at, known, ..leg });
        }
        self.legs.told();
    }
}
