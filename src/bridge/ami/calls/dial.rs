//! Channels come, ring, are put on hold and go: calls without a queue, outgoing ones, and asking
//! somebody else in between.

use super::super::message::Message;
use super::{Calls, device};
use crate::bridge::leg::{Leg, State};
use crate::bridge::told::Seat;

/// Causes of a hang-up that mean a refusal, by Q.850: busy, rejected.
const REFUSED: [&str; 2] = ["17", "21"];

impl Calls {
    pub(super) fn new_channel(&mut self, event: &Message) {
        let Some(id) = event.last("Uniqueid").filter(|id| !self.channels.contains_key(*id)) else {
            return;
        };
        let exten = event.last("Exten").filter(|exten| !exten.is_empty() && *exten != "s");
        let call = event.last("Linkedid").unwrap_or_default().to_owned();
        let name = event.first("Channel").unwrap_or_default();
        // A local channel leads somewhere in the dialplan; nobody has dialled that.
        let exten = exten.filter(|_| !name.starts_with("Local/"));
        let (id, exten) = (id.to_owned(), exten.map(str::to_owned));
        self.enter(&id, &call, name);
        self.call_of(event, super::at(event));
        // Later events of the channel show where the dialplan has got to.
        if let Some(known) = self.calls.get_mut(&call).filter(|_| id == call) {
            known.dialled = exten;
        }
    }

    pub(super) fn dial_begin(&mut self, event: &Message, at: Option<i64>) {
        let (Some(dest), Some(call)) = (event.last("DestUniqueid"), event.last("DestLinkedid"))
        else {
            return;
        };
        let dest_name = event.last("DestChannel").unwrap_or_default();
        self.enter(dest, call, dest_name);
        // Without a channel that dials, the telephone system itself rings the agent to call out.
        let (Some(from), Some(from_name)) = (event.last("Uniqueid"), event.first("Channel")) else {
            return;
        };
        let (dest, call, from) = (dest.to_owned(), call.to_owned(), from.to_owned());
        self.call_of(event, at);
        if self.legs.of(&dest).is_some() {
            return;
        }
        let rung =
            device(dest_name).and_then(|device| Some((self.names.seats.of(device)?, device)));
        let dialling = device(from_name);
        let dialling = dialling.and_then(|device| Some((self.names.seats.of(device)?, device)));
        if let Some((seat, device)) = &dialling {
            let number = event.last("Exten").filter(|exten| !exten.is_empty() && *exten != "s");
            let number = number.or(event.last("DialString")).unwrap_or_default();
            let direction = if rung.is_some() { "internal" } else { "out" };
            self.dial_out(seat, device, (&from, &call), number, (&dest, direction), at);
        }
        if let Some((seat, device)) = rung
            && dialling.as_ref().is_none_or(|(other, _)| *other != seat)
        {
            let direction = if dialling.is_some() { "internal" } else { "in" };
            self.ring(&seat, device, (&dest, &call), &from, direction, event, at);
        }
    }

    /// An agent dials: to ask somebody while a customer waits, or a call of their own.
    fn dial_out(
        &mut self,
        seat: &Seat,
        device: &str,
        (from, call): (&str, &str),
        number: &str,
        (dest, direction): (&str, &'static str),
        at: Option<i64>,
    ) {
        let own = self.legs.of(from);
        let waits = |leg: &Leg| leg.seat == *seat && leg.talks() && leg.id != from;
        match (own, self.legs.find(waits)) {
            (None, Some(waiting)) => self.legs.ask(waiting, call, number, at),
            (None, None) => {
                let mut leg = Leg::new(seat, call, from, device, at);
                leg.dials = Some(number.to_owned());
                leg.direction = direction;
                let nth = self.offer(leg, at);
                self.behind.insert(dest.to_owned(), nth);
            }
            (Some(own), _) => {
                self.behind.insert(dest.to_owned(), own);
            }
        }
    }

    /// An agent's device rings.
    #[expect(clippy::too_many_arguments, reason = "a ring has so many sides")]
    fn ring(
        &mut self,
        seat: &Seat,
        device: &str,
        (dest, call): (&str, &str),
        from: &str,
        direction: &'static str,
        event: &Message,
        at: Option<i64>,
    ) {
        let mine = self.legs.find(|leg| leg.call == call && leg.live() && leg.seat == *seat);
        if let Some(mine) = mine {
            // A queue's member is a local channel that dials the phone itself.
            self.behind.insert(dest.to_owned(), mine);
            return;
        }
        let asks = |leg: &Leg| leg.call == call && leg.state == State::Held && from != call;
        if let Some(asking) = self.legs.find(asks) {
            self.legs.ask(asking, call, event.last("Exten").unwrap_or_default(), at);
        }
        let leg = Leg { direction, ..Leg::new(seat, call, dest, device, at) };
        self.offer(leg, at);
    }

    pub(super) fn dial_end(&mut self, event: &Message, at: Option<i64>) {
        let (Some(dest), Some(status)) = (event.last("DestUniqueid"), event.last("DialStatus"))
        else {
            return;
        };
        let why = match status {
            "ANSWER" => None,
            "CANCEL" => Some(None),
            "NOANSWER" => Some(Some("no_answer")),
            "BUSY" => Some(Some("rejected")),
            _ => Some(Some("error")),
        };
        if let Some(nth) = self.behind.get(dest).copied() {
            self.far_end(nth, why, at);
        }
        if let Some(nth) = self.legs.of(dest) {
            let Some(leg) = self.legs.get(nth) else { return };
            let (queued, rang, call) = (leg.queued, leg.rang(at), leg.call.clone());
            match (why, leg.state) {
                (None, _) if !queued => self.answer(nth, at, rang, None),
                (Some(None), State::Ringing) => {
                    let elsewhere = self.legs.find(|leg| leg.call == call && leg.talks());
                    let why = elsewhere.map(|_| "answered_elsewhere").filter(|_| !queued);
                    self.legs.hush(nth, why, rang, at);
                }
                (Some(Some(why)), State::Ringing) if !queued => self.legs.quiet(nth, why, rang, at),
                _ => {}
            }
        }
    }

    /// Whom an agent has dialled answers, or does not.
    fn far_end(&mut self, nth: u64, why: Option<Option<&'static str>>, at: Option<i64>) {
        let Some(leg) = self.legs.get(nth).filter(|leg| leg.dials.is_some()) else { return };
        let (rang, call) = (leg.rang(at), leg.call.clone());
        match (why, self.calls.get_mut(&call)) {
            (None, _) => self.answer(nth, at, rang, None),
            (Some(why), Some(call)) => call.refused = why,
            (Some(_), None) => {}
        }
    }

    /// The end of a hold comes before every transfer too, whether or not anybody waited.
    pub(super) fn hold(&mut self, event: &Message, held: bool, at: Option<i64>) {
        let Some(id) = event.last("Uniqueid") else { return };
        match self.legs.of(id).or_else(|| self.behind.get(id).copied()) {
            Some(nth) => self.legs.hold(nth, held, "agent", at),
            None => {
                for nth in self.legs.live(id) {
                    self.legs.hold(nth, held, "customer", at);
                }
            }
        }
    }

    /// Who hung up is who asked for it first.
    pub(super) fn hangup_request(&mut self, event: &Message) {
        let (Some(id), Some(call)) = (event.last("Uniqueid"), event.last("Linkedid")) else {
            return;
        };
        if let Some(call) = self.calls.get_mut(call) {
            call.hung_up.get_or_insert_with(|| id.to_owned());
        }
    }

    pub(super) fn hangup(&mut self, event: &Message, at: Option<i64>) {
        let (Some(id), Some(cause)) = (event.last("Uniqueid"), event.last("Cause")) else { return };
        let call = self.channels.get(id).map(|channel| channel.call.clone());
        if let Some(nth) = self.legs.of(id) {
            let refused = REFUSED.contains(&cause);
            self.leg_hangs_up(nth, refused, at);
        }
        if let Some(call) = call.filter(|call| call == id) {
            self.legs.withdraw(&call, "caller_hung_up", at);
        }
        self.leave(id);
    }

    /// After a normal end the cause is 26, "answered elsewhere": it tells nothing of who missed what.
    fn leg_hangs_up(&mut self, nth: u64, refused: bool, at: Option<i64>) {
        let Some(leg) = self.legs.get(nth) else { return };
        let (rang, call) = (leg.rang(at), leg.call.clone());
        match leg.state {
            State::Talking | State::Held => {
                let by = self.who_hung_up(nth);
                self.end(nth, by, None, at);
            }
            State::Ringing if leg.dials.is_some() => {
                let why = self.calls.get(&call).and_then(|call| call.refused);
                self.legs.quiet(nth, why.unwrap_or("unknown"), rang, at);
            }
            State::Ringing => self.legs.hush(nth, refused.then_some("rejected"), rang, at),
            State::Quiet { why: Some(why), ring_ms, .. } => {
                let why = if refused { "rejected" } else { why };
                self.legs.quiet(nth, why, ring_ms, at);
            }
            State::Quiet { .. } | State::Over => {}
        }
    }

    fn who_hung_up(&self, nth: u64) -> &'static str {
        let Some(leg) = self.legs.get(nth) else { return "unknown" };
        let asked = self.calls.get(&leg.call).and_then(|call| call.hung_up.as_deref());
        let Some(asked) = asked else { return "unknown" };
        let half = |id: &str| self.channels.get(id).and_then(|channel| half(&channel.name));
        if asked == leg.id || self.behind.get(asked) == Some(&nth) {
            "agent"
        } else if asked == leg.call {
            "customer"
        } else if half(asked).is_some() && half(asked) == half(&leg.id) {
            "agent"
        } else {
            "unknown"
        }
    }
}

/// What the two halves of a local channel have in common.
fn half(channel: &str) -> Option<&str> {
    channel.rsplit_once(';').map(|(name, _)| name)
}
