//! All that goes on at one moment: after a connection was lost, what happened meanwhile is not told
//! any more.

use std::collections::HashMap;

use super::super::message::Message;
use super::member::Places;
use super::{Calls, device};
use crate::bridge::leg::{Leg, State};

impl Calls {
    /// Forgets everything that is not in the answers to `Status` and `QueueStatus`, and learns what
    /// is. `now` is the time of Asterisk, where it is known.
    pub fn picture(&mut self, channels: &[Message], queues: &[Message], now: Option<i64>) {
        let old = self.legs.clear();
        self.calls.clear();
        self.channels.clear();
        self.behind.clear();
        self.gone.clear();
        let mut list: Vec<&Message> = channels.iter().filter(|item| is(item, "Status")).collect();
        // The caller first: a leg is told with what is known of its call.
        list.sort_by_key(|item| (item.last("Uniqueid") != item.last("Linkedid"), number(item)));
        let entries = queues.iter().filter(|item| is(item, "QueueEntry"));
        let waits: HashMap<&str, &Message> =
            entries.filter_map(|entry| Some((entry.last("Uniqueid")?, entry))).collect();
        for item in &list {
            self.picture_of(item, &old, &waits, now);
        }
        // A wrap-up goes on although its channels have gone.
        for leg in old.into_iter().filter(|leg| leg.wrapping) {
            self.legs.begin(leg);
        }
        self.places.clear();
        for member in queues.iter().filter(|item| is(item, "QueueMember")) {
            let devices = [member.last("Location"), member.last("StateInterface")];
            let mut known = devices.into_iter().flatten();
            let Some(seat) = known.find_map(|device| self.names.seats.of(device)) else { continue };
            let device = devices.into_iter().flatten().next().unwrap_or_default();
            let queue = member.last("Queue").unwrap_or_default();
            let reason = member.last("PausedReason").unwrap_or_default().to_owned();
            let pause = (member.last("Paused") == Some("1"), reason);
            self.known_member(&seat, (device, queue), pause);
        }
        self.places.values_mut().for_each(Places::is_told);
        self.legs.told();
    }

    fn picture_of(
        &mut self,
        item: &Message,
        old: &[Leg],
        waits: &HashMap<&str, &Message>,
        now: Option<i64>,
    ) {
        let (Some(id), Some(call)) = (item.last("Uniqueid"), item.last("Linkedid")) else { return };
        let name = item.first("Channel").unwrap_or_default();
        self.call_of(item, None);
        if id == call
            && let Some(known) = self.calls.get_mut(call)
        {
            let said = |text: &&str| !text.is_empty() && !text.starts_with('<');
            known.dialled = item.last("DNID").filter(said).map(str::to_owned);
            if item.last("Application") == Some("Queue") {
                let queue = item.last("Data").and_then(|data| data.split(',').next());
                known.queue = queue.filter(|queue| !queue.is_empty()).map(str::to_owned);
            }
            let waited = waits.get(id).and_then(|entry| super::seconds(entry, "Wait"));
            known.joined_at = now.zip(waited).map(|(now, ms)| now - ms.cast_signed());
        }
        let seat = device(name).and_then(|device| Some((self.names.seats.of(device)?, device)));
        let Some((seat, device)) = seat else { return };
        let before = old.iter().find(|leg| leg.id == id);
        let up = item.last("ChannelState") == Some("6");
        let state = match before.map(|leg| leg.state) {
            Some(State::Held) if up => State::Held,
            Some(State::Over) => return,
            _ if up => State::Talking,
            _ => State::Ringing,
        };
        if self.legs.find(|leg| leg.call == call && leg.seat == seat).is_some() {
            return;
        }
        let direction = match before {
            Some(leg) => leg.direction,
            None if id == call => "out",
            None => "in",
        };
        let since = now.zip(super::seconds(item, "Seconds"));
        let since = since.map(|(now, ms)| now - ms.cast_signed());
        let mut leg = Leg { state, direction, ..Leg::new(&seat, call, id, device, since) };
        if let Some(before) = before {
            leg.queued = before.queued;
            leg.device.clone_from(&before.device);
            leg.rung_at = before.rung_at;
        } else {
            leg.queued = item.last("Application") == Some("AppQueue");
        }
        let answered = before.and_then(|leg| leg.answered_at).or(since);
        leg.answered_at = answered.filter(|_| leg.talks());
        let dials = item.last("Exten").filter(|exten| id == call && !exten.is_empty());
        leg.dials = before.map_or(dials.map(str::to_owned), |leg| leg.dials.clone());
        leg.known = self.facts(call, leg.dials.as_deref());
        self.legs.begin(leg);
    }
}

fn is(item: &Message, name: &str) -> bool {
    item.first("Event") == Some(name)
}

/// The number behind the dot of an id counts channels.
fn number(item: &Message) -> u64 {
    let id = item.last("Uniqueid").unwrap_or_default();
    id.rsplit_once('.').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}
