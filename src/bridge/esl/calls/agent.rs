//! Whether agents take calls, by the names under which `mod_callcenter` knows them.

use std::collections::BTreeMap;

use super::super::directory::rows;
use super::super::event::Event;
use super::Calls;
use crate::bridge::told::{Seat, Told};

/// What an agent's names are, and what the agent's desk was told last.
#[derive(Debug, Default)]
pub struct Names {
    known: BTreeMap<String, &'static str>,
    told: Option<(&'static str, String)>,
}

impl Names {
    /// Whoever can be rung under one name still, takes calls; whoever is on a break under one is
    /// not logged out.
    fn state(&self) -> Option<(&'static str, String)> {
        let first = ["ready", "paused", "logged_out"];
        let state = first.into_iter().find(|state| self.known.values().any(|of| of == state))?;
        let (name, _) = self.known.iter().find(|(_, of)| **of == state)?;
        Some((state, name.clone()))
    }
}

impl Calls {
    pub(super) fn status(&mut self, event: &Event, at: Option<i64>) {
        if let (Some(agent), Some(status)) = (event.get("CC-Agent"), event.get("CC-Agent-Status")) {
            self.named(agent, status, at);
        }
    }

    /// What the list of all agents says; it tells what is otherwise than before.
    pub fn agents(&mut self, list: &str, at: Option<i64>) -> Vec<Told> {
        for row in rows(list) {
            if let (Some(name), Some(status)) = (row.get("name"), row.get("status")) {
                self.named(name, status, at);
            }
        }
        self.legs.told()
    }

    /// Whether an agent takes calls, as far as it is known.
    pub fn agent(&self, seat: &Seat) -> Option<Told> {
        let (state, name) = self.agents.get(seat)?.state()?;
        Some(told(seat, state, &name, None))
    }

    fn named(&mut self, agent: &str, status: &str, at: Option<i64>) {
        let Some(seat) = self.names.seats.of(agent) else { return };
        let state = match status {
            "Available" | "Available (On Demand)" => "ready",
            "On Break" => "paused",
            "Logged Out" => "logged_out",
            _ => return,
        };
        let names = self.agents.entry(seat.clone()).or_default();
        names.known.insert(agent.to_owned(), state);
        let now = names.state();
        let same = now.as_ref().map(|now| now.0) == names.told.as_ref().map(|told| told.0);
        if let Some((state, name)) = now.filter(|_| !same) {
            self.legs.tell(told(&seat, state, &name, at));
            names.told = Some((state, name));
        }
    }
}

fn told(seat: &Seat, state: &'static str, name: &str, at: Option<i64>) -> Told {
    let told = Told::new(seat, "agent", at).text("agent", name).text("state", state);
    told.maybe("reason", (state == "paused").then_some("On Break"))
}
