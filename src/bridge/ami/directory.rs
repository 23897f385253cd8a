//! What Asterisk tells of queues and of who is in them, for whoever wants to send a call on.

use std::collections::HashMap;

use super::message::Message;
use crate::bridge::directory::{Count, Listed, known, told};
use crate::bridge::told::{Seat, Told};
use crate::domain::directory::Presence;

/// A question that is under way: who asked, and what was answered so far.
#[derive(Debug, Default)]
pub struct Inquiry {
    /// Seats, each with the id of its order.
    pub asked_by: Vec<(Seat, String)>,
    /// Lists that are not complete.
    pub lists: usize,
    items: Vec<Message>,
}

impl Inquiry {
    /// A question of this seat's order, to be answered by so many lists.
    pub fn new(by: (Seat, String), lists: usize) -> Self {
        Self { asked_by: vec![by], lists, items: Vec::new() }
    }

    /// Takes a part of an answer.
    pub fn hear(&mut self, item: Message) {
        self.items.push(item);
    }

    /// What whoever asked is told, at this time.
    pub fn told(&self, listed: &[Listed], now: i64) -> Vec<Told> {
        let (queues, agents) = (self.queues(), self.agents(now));
        let known =
            known(listed, |queue| queues.get(queue).copied(), |device| agents.get(device).copied());
        self.asked_by.iter().map(|(seat, _)| told(seat, &known, now)).collect()
    }

    fn queues(&self) -> HashMap<&str, Count> {
        let summaries =
            self.items.iter().filter(|item| item.first("Event") == Some("QueueSummary"));
        let count = |item: &Message| {
            let n = |name: &str| item.last(name)?.parse::<u64>().ok();
            let ms = |name: &str| n(name)?.checked_mul(1_000);
            Some(Count {
                free: n("Available")?,
                agents: n("LoggedIn")?,
                waiting: n("Callers")?,
                usual_ms: ms("HoldTime"),
                longest_ms: ms("LongestHoldTime"),
            })
        };
        summaries.filter_map(|item| Some((item.last("Queue")?, count(item)?))).collect()
    }

    /// Devices that are members of queues. Whoever is paused in one of them is not ready.
    fn agents(&self, now: i64) -> HashMap<&str, Presence> {
        let mut agents: HashMap<&str, Presence> = HashMap::new();
        for item in self.items.iter().filter(|item| item.first("Event") == Some("QueueMember")) {
            let devices = [item.last("StateInterface"), item.last("Location")];
            for device in devices.into_iter().flatten() {
                let said = presence(item, now);
                let known = agents.entry(device).or_insert(said);
                *known = worse(*known, said);
            }
        }
        agents
    }
}

/// What a member of a queue does. States are those of Asterisk's devices.
fn presence(member: &Message, now: i64) -> Presence {
    let n = |name: &str| member.last(name).and_then(|n| n.parse::<i64>().ok()).unwrap_or(0);
    let wraps_up =
        n("Wrapuptime") > 0 && n("LastCall") > 0 && now / 1_000 - n("LastCall") < n("Wrapuptime");
    match member.last("Status") {
        // In use, busy, ringing, ringing beside a call, on hold.
        Some("2" | "3" | "6" | "7" | "8") => Presence::Talking,
        Some("1") if member.last("InCall") == Some("1") => Presence::Talking,
        Some("1") if member.last("Paused") == Some("1") || wraps_up => Presence::NotReady,
        Some("1") => Presence::Ready,
        // Not registered: nobody is there.
        Some("5") => Presence::NotReady,
        _ => Presence::Unknown,
    }
}

/// Of what two queues say of a member, what promises less.
fn worse(one: Presence, other: Presence) -> Presence {
    let rank = |presence| match presence {
        Presence::Talking => 0,
        Presence::NotReady => 1,
        Presence::Unknown => 2,
        Presence::Ready => 3,
    };
    if rank(one) <= rank(other) { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(lines: &[&str]) -> Message {
        let mut message = Message::default();
        lines.iter().for_each(|line| message.push(line.as_bytes()));
        message
    }

    fn member(status: &str, paused: &str, more: &[&str]) -> Presence {
        let (status, paused) = (format!("Status: {status}"), format!("Paused: {paused}"));
        let lines = [&["Event: QueueMember", &*status, &*paused][..], more].concat();
        presence(&item(&lines), 1_000_000)
    }

    #[test]
    fn only_an_idle_device_that_is_not_paused_is_ready() {
        assert_eq!(member("1", "0", &[]), Presence::Ready);
        assert_eq!(member("1", "1", &[]), Presence::NotReady);
        assert_eq!(member("1", "0", &["InCall: 1"]), Presence::Talking);
        for busy in ["2", "3", "6", "7", "8"] {
            assert_eq!(member(busy, "0", &[]), Presence::Talking);
        }
        assert_eq!(member("5", "0", &[]), Presence::NotReady);
        for nothing in ["0", "4", "9", ""] {
            assert_eq!(member(nothing, "0", &[]), Presence::Unknown, "{nothing}");
        }
        let after = |at: &str| member("1", "0", &["Wrapuptime: 30", &format!("LastCall: {at}")]);
        assert_eq!((after("990"), after("970")), (Presence::NotReady, Presence::Ready));
    }

    #[test]
    fn whoever_is_paused_in_one_of_two_queues_is_not_ready() {
        let of = |queue: &str, paused: &str| {
            let (queue, paused) = (format!("Queue: {queue}"), format!("Paused: {paused}"));
            item(&["Event: QueueMember", &queue, "Location: PJSIP/2002", "Status: 1", &paused])
        };
        let mut inquiry = Inquiry::default();
        inquiry.hear(of("a", "0"));
        assert_eq!(inquiry.agents(0)["PJSIP/2002"], Presence::Ready);
        inquiry.hear(of("b", "1"));
        assert_eq!(inquiry.agents(0)["PJSIP/2002"], Presence::NotReady);
    }
}
