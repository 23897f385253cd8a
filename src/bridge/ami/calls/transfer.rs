//! A call is handed on: without asking, or after asking.

use super::super::message::Message;
use super::Calls;

impl Calls {
    /// It may come before or after the bridge is left. Where it leads to a queue, the queue tells.
    pub(super) fn blind_transfer(&mut self, event: &Message, at: Option<i64>) {
        let Some(nth) = event.last("TransfererUniqueid").and_then(|id| self.leg(id)) else {
            return;
        };
        let done = event.first("Result") == Some("Success");
        let Some(leg) = self.legs.get_mut(&nth).filter(|leg| leg.talks()) else { return };
        let told = leg.tell("transferred", at).text("role", "from").text("kind", "blind");
        self.told.push(told.maybe("to", event.last("Extension")).value("ok", done));
        if done {
            leg.given = true;
            let call = leg.call.clone();
            if let Some(call) = self.calls.get_mut(&call) {
                call.given_by = Some(nth);
            }
        }
    }

    /// Of all events this one alone names both calls: the leg of who was asked leaves the call in
    /// which they were asked, and becomes the customer's.
    pub(super) fn attended_transfer(&mut self, event: &Message, at: Option<i64>) {
        let first = event.last("OrigTransfererUniqueid").and_then(|id| self.leg(id));
        let Some(nth) = first else { return };
        let done = event.first("Result") == Some("Success");
        let Some(leg) = self.legs.get_mut(&nth).filter(|leg| leg.talks()) else { return };
        let customer = leg.call.clone();
        let second = event.last("SecondTransfererLinkedid").unwrap_or_default();
        let asked = Some(second).filter(|call| !call.is_empty() && *call != customer);
        let told = leg.tell("transferred", at).text("role", "from").text("kind", "attended");
        let told = told.maybe("to", leg.asked.as_ref()).maybe("consult_call", asked);
        self.told.push(told.value("ok", done));
        if !done {
            return;
        }
        leg.given = true;
        let (giver, seat) = (leg.device.clone(), leg.seat.clone());
        let target = event.last("TransferTargetUniqueid").and_then(|id| self.leg(id));
        // Asked within the same call, nobody changes calls: whoever talks now has it.
        let within = || {
            let mut legs = self.legs.iter().rev();
            legs.find(|(_, leg)| leg.call == customer && leg.seat != seat && leg.talks())
        };
        let Some(target) = target.or_else(|| within().map(|(nth, _)| *nth)) else { return };
        let facts = self.facts(&customer, None);
        let Some(leg) = self.legs.get_mut(&target).filter(|leg| leg.live()) else { return };
        let before = std::mem::replace(&mut leg.call, customer.clone());
        leg.direction = "in";
        let told = leg.tell("transferred", at).text("role", "to").text("kind", "attended");
        let told = told.text("from", giver).text("direction", "in").all(facts.clone());
        let before = Some(before).filter(|before| *before != customer);
        self.told.push(told.maybe("prev_call", before));
        leg.known = facts;
        let id = leg.id.clone();
        if let Some(channel) = self.channels.get_mut(&id) {
            let old = std::mem::replace(&mut channel.call, customer.clone());
            if let Some(old) = self.calls.get_mut(&old) {
                old.channels.remove(&id);
            }
        }
        if let Some(call) = self.calls.get_mut(&customer) {
            call.channels.insert(id);
        }
    }
}
