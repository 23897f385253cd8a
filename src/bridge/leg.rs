//! One agent's part in a call.

use serde_json::{Map, Value};

use super::told::{Seat, Told};

/// An agent's channel, and what has become of it.
#[derive(Debug, Clone)]
pub struct Leg {
    pub seat: Seat,
    /// The call that it belongs to; a transfer may change it.
    pub call: String,
    /// The channel's id: another ring of the same call is another leg.
    pub id: String,
    /// As the queue or the channel calls the agent's device.
    pub device: String,
    pub state: State,
    pub direction: &'static str,
    /// Whom the agent dials, where the agent has called.
    pub dials: Option<String>,
    /// Whom the agent has asked last, while the caller waited.
    pub asked: Option<String>,
    /// A queue rang it: what became of it is told by the queue.
    pub queued: bool,
    pub rung_at: Option<i64>,
    pub answered_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// The agent has handed the call on.
    pub given: bool,
    /// After-call work has been said to have begun.
    pub wrapping: bool,
    /// What the desk was told of the caller.
    pub known: Map<String, Value>,
}

/// Where it is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Ringing,
    /// It rings no more, and why is not known yet, or not for sure.
    Quiet {
        since: Option<i64>,
        why: Option<&'static str>,
        ring_ms: Option<u64>,
    },
    Talking,
    Held,
    Over,
}

impl Leg {
    /// A leg that rings.
    pub fn new(seat: &Seat, call: &str, id: &str, device: &str, at: Option<i64>) -> Self {
        Self {
            seat: seat.clone(),
            call: call.to_owned(),
            id: id.to_owned(),
            device: device.to_owned(),
            state: State::Ringing,
            direction: "in",
            dials: None,
            asked: None,
            queued: false,
            rung_at: at,
            answered_at: None,
            ended_at: None,
            given: false,
            wrapping: false,
            known: Map::new(),
        }
    }

    /// Whether it rings or talks.
    pub fn live(&self) -> bool {
        self.state != State::Over
    }

    /// Whether there is somebody to talk to.
    pub fn talks(&self) -> bool {
        matches!(self.state, State::Talking | State::Held)
    }

    /// An event of this leg.
    pub fn tell(&self, event: &str, at: Option<i64>) -> Told {
        Told::new(&self.seat, event, at)
            .text("call", &self.call)
            .text("leg", &self.id)
            .text("agent", &self.device)
    }

    /// How long it rang, where both times are known.
    pub fn rang(&self, until: Option<i64>) -> Option<u64> {
        u64::try_from(until? - self.rung_at?).ok()
    }

    /// How long the talk was, where both times are known.
    pub fn talked(&self, until: Option<i64>) -> Option<u64> {
        u64::try_from(until? - self.answered_at?).ok()
    }
}
