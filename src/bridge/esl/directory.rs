//! What `mod_callcenter` tells of queues and of who is in them, for whoever wants to send a call on.

use std::collections::{HashMap, VecDeque};

use crate::bridge::directory::{Count, Listed, known, told};
use crate::bridge::told::{Seat, Told};
use crate::domain::directory::{Kind, Presence};

/// One list that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// Every agent.
    Agents,
    /// The agents of a queue.
    AgentsOf(String),
    /// Those who wait in a queue.
    Waiting(String),
}

impl List {
    /// The command that asks for it.
    pub fn command(&self) -> String {
        match self {
            Self::Agents => "callcenter_config agent list".to_owned(),
            Self::AgentsOf(queue) => format!("callcenter_config queue list agents {queue}"),
            Self::Waiting(queue) => format!("callcenter_config queue list members {queue}"),
        }
    }
}

/// A question that is under way.
#[derive(Debug, Default)]
pub struct Inquiry {
    /// Seats, each with the id of its order.
    pub asked_by: Vec<(Seat, String)>,
    left: VecDeque<List>,
    agents: HashMap<String, Presence>,
    counts: HashMap<String, Count>,
}

impl Inquiry {
    /// What has to be asked for those whom a site lists.
    pub fn of(listed: &[Listed], seat: &Seat, id: String) -> Self {
        let queues = listed.iter().filter(|one| one.kind == Kind::Queue);
        let queues = queues.filter_map(|one| one.of.clone());
        let lists = queues.flat_map(|queue| [List::AgentsOf(queue.clone()), List::Waiting(queue)]);
        Self {
            asked_by: vec![(seat.clone(), id)],
            left: std::iter::once(List::Agents).chain(lists).collect(),
            ..Self::default()
        }
    }

    /// The next list.
    pub fn next(&mut self) -> Option<List> {
        self.left.pop_front()
    }

    /// Takes a list. One that was refused says nothing of its queue.
    pub fn hear(&mut self, list: &List, text: &str, now: i64) {
        if text.starts_with("-ERR") {
            if let List::Waiting(queue) | List::AgentsOf(queue) = list {
                self.counts.remove(queue);
                self.left.retain(|next| *next != List::Waiting(queue.clone()));
            }
            return;
        }
        let rows = rows(text);
        match list {
            List::Agents => {
                let named = |row: &Row<'_>| Some((row.get("name")?.to_string(), presence(row)));
                self.agents = rows.iter().filter_map(named).collect();
            }
            List::AgentsOf(queue) => {
                let is = |so: Presence| move |row: &&Row<'_>| presence(row) == so;
                let free = rows.iter().filter(is(Presence::Ready)).count() as u64;
                let there = |row: &&Row<'_>| row.get("status").is_some_and(|s| *s != "Logged Out");
                let agents = rows.iter().filter(there).count() as u64;
                self.counts.insert(queue.clone(), Count { free, agents, ..Count::default() });
            }
            List::Waiting(queue) => {
                let waits =
                    |row: &&Row<'_>| matches!(row.get("state"), Some(&("Waiting" | "Trying")));
                let since = |row: &Row<'_>| row.get("joined_epoch")?.parse::<i64>().ok();
                let waiting: Vec<Option<i64>> = rows.iter().filter(waits).map(since).collect();
                let first = waiting.iter().flatten().min();
                let longest = first.and_then(|at| u64::try_from(now - at.checked_mul(1_000)?).ok());
                if let Some(count) = self.counts.get_mut(queue) {
                    count.waiting = waiting.len() as u64;
                    count.longest_ms = longest;
                }
            }
        }
    }

    /// What whoever asked is told, at this time.
    pub fn told(&self, listed: &[Listed], now: i64) -> Vec<Told> {
        let known = known(
            listed,
            |queue| self.counts.get(queue).copied(),
            |name| self.agents.get(name).copied(),
        );
        self.asked_by.iter().map(|(seat, _)| told(seat, &known, now)).collect()
    }
}

/// A row by the names of its columns.
type Row<'t> = HashMap<&'t str, &'t str>;

/// The rows of a list: names in the first line, `+OK` in the last.
pub fn rows(text: &str) -> Vec<Row<'_>> {
    let mut lines = text.lines().filter(|line| line.contains('|'));
    let Some(names) = lines.next() else { return Vec::new() };
    let names: Vec<&str> = names.split('|').collect();
    lines.map(|line| names.iter().copied().zip(line.split('|')).collect()).collect()
}

/// What an agent does.
fn presence(row: &Row<'_>) -> Presence {
    match (row.get("status").copied(), row.get("state").copied()) {
        (Some("Logged Out" | "On Break"), _) => Presence::NotReady,
        (Some(_), Some("In a queue call" | "Receiving")) => Presence::Talking,
        (Some("Available" | "Available (On Demand)"), Some("Waiting")) => Presence::Ready,
        (Some(_), Some("Idle")) => Presence::NotReady,
        _ => Presence::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENTS: &str = "name|instance_id|uuid|type|contact|status|state|max_no_answer\n\
        1001@default|single_box||callback|user/1001|Available|Waiting|0\n\
        1002@default|single_box||callback|user/1002|Available|In a queue call|0\n\
        1003@default|single_box||callback|user/1003|On Break|Waiting|0\n\
        1004@default|single_box||callback|user/1004|Logged Out|Waiting|0\n+OK\n";

    fn listed(name: &str, kind: Kind, of: &str) -> Listed {
        Listed { name: name.into(), number: "1".into(), kind, of: Some(of.into()) }
    }

    #[test]
    fn agents_and_queues_are_what_the_lists_say_and_a_refused_list_says_nothing() {
        let all = [
            listed("a", Kind::Agent, "1001@default"),
            listed("b", Kind::Agent, "1002@default"),
            listed("c", Kind::Agent, "1003@default"),
            listed("d", Kind::Agent, "9999@default"),
            listed("q", Kind::Queue, "support@default"),
            listed("r", Kind::Queue, "refused@default"),
        ];
        let mut inquiry = Inquiry::of(&all, &Seat::new("alice"), "1".into());
        let waiting = "queue|session_uuid|joined_epoch|state\nsupport@default|x|990|Waiting\n\
                       support@default|y|995|Answered\n+OK\n";
        let mut asked = Vec::new();
        while let Some(list) = inquiry.next() {
            let answer = match &list {
                List::AgentsOf(queue) | List::Waiting(queue) if queue.starts_with("refused") => {
                    "-ERR Invalid Queue not found!\n"
                }
                List::Agents | List::AgentsOf(_) => AGENTS,
                List::Waiting(_) => waiting,
            };
            inquiry.hear(&list, answer, 1_000_000);
            asked.push(list.command());
        }
        assert_eq!(asked.len(), 4, "what is not there is not asked twice: {asked:?}");
        let line = inquiry.told(&all, 1_000_000)[0].line("fs:test");
        let entries: serde_json::Value = serde_json::from_str(&line).unwrap();
        let entry = |nth: usize, name: &str| entries["entries"][nth][name].clone();
        let presences = [0, 1, 2, 3].map(|nth| entry(nth, "presence"));
        assert_eq!(presences, ["ready", "talking", "not_ready", "unknown"]);
        let queue = ["free", "agents", "waiting", "wait_ms"].map(|name| entry(4, name));
        assert_eq!(queue, [1, 3, 1, 10_000]);
        assert!(entry(5, "free").is_null() && entry(5, "waiting").is_null());
    }
}
