//! A call is handed on: without asking, or after asking.

use super::super::message::Message;
use super::{Calls, device};
use crate::bridge::leg::Leg;

impl Calls {
    /// It may come before or after the bridge is left. Where it leads to a queue, the queue tells.
    pub(super) fn blind_transfer(&mut self, event: &Message, at: Option<i64>) {
        let giver = event.last("TransfererUniqueid").and_then(|id| self.legs.of(id));
        let Some(nth) = giver else { return };
        let done = event.first("Result") == Some("Success");
        self.legs.give(nth, ("blind", event.last("Extension"), None), done, at);
        if let Some(leg) = self.legs.get(nth).filter(|leg| leg.given)
            && let Some(call) = self.calls.get_mut(&leg.call)
        {
            call.given_by = Some(nth);
        }
    }

    /// Of all events this one alone names both calls: the leg of who was asked leaves the call in
    /// which they were asked, and becomes the customer's.
    pub(super) fn attended_transfer(&mut self, event: &Message, at: Option<i64>) {
        let giver = event.last("OrigTransfererUniqueid").and_then(|id| self.legs.of(id));
        let done = event.first("Result") == Some("Success");
        let leg = giver.and_then(|nth| self.legs.get(nth)).filter(|leg| leg.talks());
        let seat = leg.map(|leg| leg.seat.clone());
        // Whoever gives may be an agent of another bridge, whose desk is none of ours.
        let named = event.last("TransfereeLinkedid").or(event.last("OrigTransfererLinkedid"));
        let customer = leg.map(|leg| leg.call.as_str()).or(named).map(str::to_owned);
        let Some(customer) = customer.filter(|call| !call.is_empty()) else { return };
        let by_name = || device(event.first("OrigTransfererChannel")?).map(str::to_owned);
        let from = leg.map(|leg| leg.device.clone()).or_else(by_name);
        if let Some(giver) = giver.filter(|_| seat.is_some()) {
            let second = event.last("SecondTransfererLinkedid").unwrap_or_default();
            let asked = Some(second).filter(|call| !call.is_empty() && *call != customer);
            self.legs.give(giver, ("attended", None, asked), done, at);
        }
        if !done {
            return;
        }
        let target = event.last("TransferTargetUniqueid").and_then(|id| self.legs.of(id));
        // Asked within the same call, nobody changes calls: whoever talks now has it.
        let has_it =
            |leg: &Leg| leg.call == customer && Some(&leg.seat) != seat.as_ref() && leg.talks();
        let within = || seat.as_ref().and_then(|_| self.legs.find(has_it));
        let Some(target) = target.or_else(within) else { return };
        let facts = self.facts(&customer, None);
        self.legs.take_over(target, &customer, ("attended", from.as_deref()), facts, at);
        if let Some(leg) = self.legs.get(target) {
            self.move_channel(&leg.id.clone(), &customer);
        }
    }

    fn move_channel(&mut self, id: &str, call: &str) {
        let Some(channel) = self.channels.get_mut(id) else { return };
        let before = std::mem::replace(&mut channel.call, call.to_owned());
        if let Some(before) = self.calls.get_mut(&before) {
            before.channels.remove(id);
        }
        if let Some(call) = self.calls.get_mut(call) {
            call.channels.insert(id.to_owned());
        }
    }
}
