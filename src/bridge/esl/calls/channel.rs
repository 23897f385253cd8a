//! Channels come, ring, talk and go: calls without a queue, outgoing ones, and transfers.

use super::super::event::Event;
use super::{Calls, Channel, clean, reason};
use crate::bridge::leg::{Leg, State};
use crate::bridge::told::Seat;

impl Calls {
    pub(super) fn create(&mut self, event: &Event, at: Option<i64>) {
        let Some(id) = event.id("Unique-ID").map(str::to_owned) else { return };
        if self.channels.contains_key(&id) {
            return;
        }
        let device = device(event);
        let seat = device.as_deref().and_then(|device| self.names.seats.of(device));
        if let Some(call) = event.id("variable_cc_member_session_uuid") {
            // A queue's own ring, which it tells of itself.
            let agent = event.get("variable_cc_agent").and_then(|name| self.names.seats.of(name));
            let call = call.to_owned();
            self.channels.insert(id, Channel { call, seat: agent.or(seat) });
            return;
        }
        let other = event.id("Other-Leg-Unique-ID");
        let outbound = event.get("Call-Direction") == Some("outbound");
        let call = match other {
            Some(other) if outbound => {
                self.channels.get(other).map_or(other, |channel| channel.call.as_str()).to_owned()
            }
            _ if outbound => event.id("Channel-Call-UUID").unwrap_or(&id).to_owned(),
            _ => id.clone(),
        };
        let dialling = other.and_then(|other| self.channels.get(other)?.seat.clone());
        self.channels.insert(id.clone(), Channel { call: call.clone(), seat: seat.clone() });
        let agent = seat.zip(device);
        match (outbound, agent) {
            (true, Some((seat, device))) if dialling.as_ref() != Some(&seat) => {
                let same = |leg: &Leg| leg.call == call && leg.seat == seat && leg.live();
                let waits = self.waiting.iter().any(|waiting| same(&waiting.leg));
                if self.legs.find(same).is_none() && !waits {
                    self.call(&call);
                    let leg = Leg::new(&seat, &call, &id, &device, at);
                    let direction = if dialling.is_some() { "internal" } else { "in" };
                    self.offer(Leg { direction, ..leg }, at);
                }
            }
            (false, Some((seat, device))) => self.dial_out(&seat, &device, &id, event, at),
            (false, None) => self.caller(&id, event),
            (true, _) => {}
        }
    }

    /// Somebody calls from outside.
    fn caller(&mut self, id: &str, event: &Event) {
        let hidden = event.get("Caller-Privacy-Hide-Number") == Some("true");
        let known = self.call(id);
        known.dialled = event.get("Caller-Destination-Number").map(str::to_owned);
        if hidden {
            known.caller.insert("ani_presentation".into(), "restricted".into());
        } else {
            let fields =
                [("Caller-Caller-ID-Number", "ani"), ("Caller-Caller-ID-Name", "ani_name")];
            for (name, field) in fields {
                known.caller.extend(event.get(name).map(|text| (field.to_owned(), clean(text))));
            }
        }
        self.variables(id, event);
    }

    /// An agent dials: to ask somebody while a customer waits, or a call of their own.
    fn dial_out(&mut self, seat: &Seat, device: &str, id: &str, event: &Event, at: Option<i64>) {
        let number = event.get("Caller-Destination-Number").unwrap_or_default().to_owned();
        self.caller(id, event);
        match self.legs.find(|leg| leg.seat == *seat && leg.talks()) {
            Some(waiting) => self.legs.ask(waiting, id, &number, at),
            None => {
                let leg = Leg::new(seat, id, id, device, at);
                self.offer(Leg { dials: Some(number), direction: "out", ..leg }, at);
            }
        }
    }

    pub(super) fn answered(&mut self, event: &Event, at: Option<i64>) {
        let Some(id) = event.id("Unique-ID") else { return };
        let call = self.channels.get(id).map(|channel| channel.call.clone());
        let Some(call) = call else { return };
        self.flush_call(&call);
        // Whoever dials is not answered by themselves, but by the further end.
        let rung = |leg: &Leg| leg.id == id && !leg.queued && leg.dials.is_none();
        let dialling = |leg: &Leg| leg.call == call && leg.dials.is_some() && leg.id != id;
        for nth in [self.legs.find(dialling), self.legs.find(rung)].into_iter().flatten() {
            let Some(leg) = self.legs.get(nth) else { continue };
            let (facts, rang) = (self.facts(leg), leg.rang(at));
            self.legs.answer(nth, facts, (rang, None), at);
        }
    }

    /// Two channels talk. An agent's who talks to another call's caller has been given that call.
    pub(super) fn bridged(&mut self, event: &Event, at: Option<i64>) {
        let a = event.id("Bridge-A-Unique-ID").or(event.id("Unique-ID"));
        let b = event.id("Bridge-B-Unique-ID").or(event.id("Other-Leg-Unique-ID"));
        let (Some(a), Some(b)) = (a, b) else { return };
        for (own, other) in [(a, b), (b, a)] {
            let Some(peer) = self.channels.get(other) else { continue };
            let (call, stranger) = (peer.call.clone(), peer.seat.is_none());
            let Some(nth) = self.leg_of(own) else { continue };
            let moves = |leg: &&Leg| leg.talks() && leg.call != call && leg.dials.is_none();
            if !stranger || self.legs.get(nth).filter(moves).is_none() {
                continue;
            }
            self.call(&call);
            let giver = self.legs.find(|leg| leg.call == call);
            let giver = giver.and_then(|nth| Some(self.legs.get(nth)?.device.clone()));
            let Some(leg) = self.legs.get(nth) else { continue };
            let facts = self.facts(&Leg { call: call.clone(), ..leg.clone() });
            self.legs.take_over(nth, &call, ("attended", giver.as_deref()), facts, at);
            if let Some(channel) = self.channels.get_mut(own) {
                channel.call = call;
            }
        }
    }

    pub(super) fn hold(&mut self, event: &Event, held: bool, at: Option<i64>) {
        let Some(id) = event.id("Unique-ID") else { return };
        match self.leg_of(id) {
            Some(nth) => self.legs.hold(nth, held, "agent", at),
            None => {
                for nth in self.legs.live(id) {
                    self.legs.hold(nth, held, "customer", at);
                }
            }
        }
    }

    pub(super) fn hangup(&mut self, event: &Event, at: Option<i64>) {
        let Some(id) = event.id("Unique-ID") else { return };
        let Some(call) = self.channels.get(id).map(|channel| channel.call.clone()) else { return };
        self.flush_call(&call);
        if let Some(nth) = self.leg_of(id) {
            self.leg_hangs_up(nth, event, at);
        }
        if call == id {
            self.legs.withdraw(&call, "caller_hung_up", at);
        }
        self.channels.remove(id);
    }

    fn leg_hangs_up(&mut self, nth: u64, event: &Event, at: Option<i64>) {
        let kind = match event.get("variable_endpoint_disposition") {
            Some("BLIND_TRANSFER") => Some("blind"),
            Some("ATTENDED_TRANSFER") => Some("attended"),
            _ => None,
        };
        if let Some(kind) = kind {
            let to = event.get("variable_sip_refer_to").and_then(user);
            self.legs.give(nth, (kind, to, None), true, at);
        }
        let Some(leg) = self.legs.get(nth) else { return };
        let (rang, call) = (leg.rang(at), leg.call.clone());
        match leg.state {
            State::Talking | State::Held => {
                let by = match event.get("variable_sip_hangup_disposition") {
                    Some("recv_bye") => "agent",
                    Some("send_bye") => "customer",
                    _ => "unknown",
                };
                self.legs.end(nth, by, None, at);
            }
            // What becomes of a queue's ring, the queue tells.
            State::Ringing if leg.queued => self.legs.hush(nth, None, rang, at),
            State::Ringing => {
                let elsewhere = self.legs.find(|leg| leg.call == call && leg.talks()).is_some();
                let why = match reason(event.get("Hangup-Cause").unwrap_or_default()) {
                    "caller_hung_up" if elsewhere => "answered_elsewhere",
                    why => why,
                };
                self.legs.quiet(nth, why, rang, at);
            }
            State::Quiet { .. } | State::Over => {}
        }
    }
}

/// The device of a channel: who it is present as, or its address without the port.
pub(super) fn device(event: &Event) -> Option<String> {
    let named = event.get("Channel-Presence-ID").map(str::to_owned);
    named.or_else(|| address(event.get("Channel-Name")?))
}

/// `1001@pbx.example` of `sofia/internal/1001@pbx.example:5060`.
pub(super) fn address(name: &str) -> Option<String> {
    let address = name.rsplit('/').next()?;
    let address = address.strip_prefix("sip:").unwrap_or(address);
    let (user, host) = address.split_once('@')?;
    let host = host.split([':', ';']).next()?;
    Some(format!("{user}@{host}"))
}

/// `2002` of `<sip:2002@pbx.example>`.
fn user(address: &str) -> Option<&str> {
    let address = address.trim_start_matches('<');
    let address = address.strip_prefix("sip:").or_else(|| address.strip_prefix("sips:"))?;
    address.split(['@', ';', '>']).next().filter(|user| !user.is_empty())
}
