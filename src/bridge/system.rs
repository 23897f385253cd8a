//! What the link asks of a telephony system's dialect. Pure: bytes in, bytes and words out.

use super::legs::Legs;
use super::told::{Seat, Told};
use crate::domain::telephony::Ability;
use crate::pop::command::Order;

/// One telephony system, through every connection to it.
pub trait System: Send {
    /// A connection has been made; what is said first, if it is not the other side that begins.
    fn connected(&mut self) -> Vec<u8>;

    /// Takes bytes as they come. `now` is the time, in milliseconds since the epoch.
    fn feed(&mut self, bytes: &[u8], now: i64) -> Said;

    /// Asks for a sign of life. Nothing where the one before was not answered.
    fn ping(&mut self) -> Option<Vec<u8>>;

    /// Nothing has been heard for a while: what was waited for will not come.
    fn rest(&mut self) -> Vec<Told>;

    /// What it can be asked for; nothing where the bridge may only listen.
    fn can(&self) -> Vec<Ability> {
        Vec::new()
    }

    /// An agent wants something of it. What is done is told by its events, and by nothing else.
    fn order(&mut self, seat: &Seat, order: Order) -> Said {
        let taken = Err("the bridge may not control calls".to_owned());
        Said {
            replies: vec![Replied { seat: seat.clone(), id: order.id, taken }],
            ..Said::default()
        }
    }

    /// An agent wants to know whom calls can be sent on to; the order's id is answered.
    fn directory(&mut self, seat: &Seat, id: String, now: i64) -> Said;

    /// Whether an agent takes calls, as far as it is known.
    fn agent(&self, seat: &Seat) -> Option<Told>;

    /// What goes on at the agents.
    fn legs(&self) -> &Legs;

    /// What a desk that has just opened is told: rings first, so that they ring.
    fn greeting(&self, seat: &Seat) -> Vec<Told> {
        let mut told = self.legs().ringing(seat);
        told.extend(self.legs().snapshot(seat));
        told.extend(self.agent(seat));
        told
    }

    /// Messages that were not the system's own.
    fn suspect(&self) -> u64 {
        0
    }
}

/// What comes of bytes.
#[derive(Debug, Default)]
pub struct Said {
    /// To be sent back.
    pub send: Vec<u8>,
    pub told: Vec<Told>,
    pub replies: Vec<Replied>,
    /// All that goes on is known anew: whoever listens is given a snapshot, before what was told.
    pub fresh: bool,
    /// To be told to whoever runs the bridge; never with a value from outside.
    pub notes: Vec<&'static str>,
    /// The connection is of no use; the reason, and whether another one would be.
    pub end: Option<End>,
}

/// The answer to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replied {
    pub seat: Seat,
    pub id: String,
    /// It is taken, or why it is not.
    pub taken: Result<(), String>,
}

/// Why a connection is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The other side says goodbye.
    Closed,
    /// It does not take the name or the secret.
    Refused,
    /// It does not speak the dialect.
    Stranger,
}
