//! One peer on the socket: bytes in, replies out. Pure.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::complaint::{Code, Complaint};
use super::frame::{Framed, Framer};
use super::protocol::{self, Line};
use super::reply;
use super::table::Table;
use crate::domain::pop::Pop;
use crate::domain::telephony::Ability;
use crate::domain::text::CleanText;

/// How much one peer may say.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub lines_per_second: u32,
    pub burst: u32,
}

/// What is known of a peer.
#[derive(Debug)]
pub struct Connection {
    framer: Framer,
    /// Who speaks where a line does not say.
    source: CleanText,
    lines: u64,
    pace: Pace,
    tokens: f64,
    filled: Timestamp,
}

/// What an event does to the world around the connection.
pub trait Ear {
    /// Takes in an event, for good. Returns what became of it, with the table as it is now.
    fn take(&mut self, pop: &Pop, line: &[u8], source: &CleanText)
    -> (reply::Outcome, Option<u32>);
    /// The peer can be asked for this.
    fn able(&mut self, can: BTreeSet<Ability>);
    /// The peer says what became of a command, by its id.
    fn settled(&mut self, id: &str, taken: Result<(), CleanText>);
    /// The calls as they are now.
    fn table(&self) -> &Table;
    /// A line was too much.
    fn shed(&mut self);
}

/// What to send back, and whether that is the end.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub replies: Vec<u8>,
    pub close: bool,
}

impl Connection {
    /// A peer that has said nothing yet.
    pub fn new(pace: Pace, now: Timestamp) -> Self {
        Self {
            framer: Framer::default(),
            source: CleanText::line("local"),
            lines: 0,
            pace,
            tokens: f64::from(pace.burst),
            filled: now,
        }
    }

    /// Whether a line has begun and not ended.
    pub fn partial(&self) -> bool {
        self.framer.partial()
    }

    /// Bytes have come.
    pub fn feed(&mut self, bytes: &[u8], now: Timestamp, ear: &mut dyn Ear) -> Said {
        let mut said = Said::default();
        for framed in self.framer.feed(bytes) {
            self.framed(framed, now, ear, &mut said);
        }
        said.close |= self.framer.hopeless();
        said
    }

    /// The peer has said all it had to say.
    pub fn finish(&mut self, now: Timestamp, ear: &mut dyn Ear) -> Said {
        let mut said = Said::default();
        if let Some(framed) = self.framer.finish() {
            self.framed(framed, now, ear, &mut said);
        }
        said
    }

    fn framed(&mut self, framed: Framed, now: Timestamp, ear: &mut dyn Ear, said: &mut Said) {
        self.lines += 1;
        let reply = match framed {
            Framed::TooLong => {
                let complaint = Complaint::new(Code::TooLong, "longer than 65536 bytes");
                reply::err(self.lines, &complaint)
            }
            Framed::Line(line) => self.line(&line, now, ear),
        };
        said.replies.extend_from_slice(reply.as_bytes());
        said.replies.push(b'\n');
    }

    fn line(&mut self, line: &[u8], now: Timestamp, ear: &mut dyn Ear) -> String {
        match protocol::parse(line, &self.source, now) {
            Err(complaint) => {
                self.spend(now);
                reply::err(self.lines, &complaint)
            }
            Ok(Line::Hello { source, can }) => {
                self.source = source.unwrap_or_else(|| self.source.clone());
                ear.able(can);
                reply::welcome(self.lines)
            }
            Ok(Line::Result { id, taken }) => {
                ear.settled(&id, taken);
                reply::welcome(self.lines)
            }
            Ok(Line::Event { pop, cut }) => {
                if !self.spend(now) && !pop.event.never_shed() {
                    ear.shed();
                    let retry_ms = 1_000 / u64::from(self.pace.lines_per_second.max(1));
                    return reply::shed(self.lines, &pop, retry_ms.max(1));
                }
                let (outcome, card) = ear.take(&pop, line, &self.source);
                let call = card.and_then(|card| ear.table().call(card));
                reply::ack(self.lines, &pop, outcome, &cut, call)
            }
        }
    }

    /// Whether one more line is within the pace.
    fn spend(&mut self, now: Timestamp) -> bool {
        let passed = now.duration_since(self.filled).as_secs_f64().max(0.0);
        self.filled = now;
        let filled = self.tokens + passed * f64::from(self.pace.lines_per_second);
        self.tokens = filled.min(f64::from(self.pace.burst));
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::pop::table::Rules;

    struct Lone(Table, u64);

    impl Ear for Lone {
        fn take(&mut self, pop: &Pop, line: &[u8], _: &CleanText) -> (reply::Outcome, Option<u32>) {
            let applied = self.0.apply(pop, line, now());
            (applied.outcome, applied.card)
        }

        fn able(&mut self, _: BTreeSet<Ability>) {}

        fn settled(&mut self, _: &str, _: Result<(), CleanText>) {}

        fn table(&self) -> &Table {
            &self.0
        }

        fn shed(&mut self) {
            self.1 += 1;
        }
    }

    fn now() -> Timestamp {
        "2026-11-02T15:04:00Z".parse().unwrap()
    }

    fn ear() -> Lone {
        Lone(Table::new(Rules { identities: Vec::new(), live: 32 }), 0)
    }

    fn replies(said: &Said) -> Vec<Value> {
        let text = std::str::from_utf8(&said.replies).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_line_has_its_reply_in_order_and_a_bad_one_costs_only_itself() {
        let mut peer = Connection::new(Pace { lines_per_second: 1000, burst: 4000 }, now());
        let mut ear = ear();
        let text = b"{\"v\":1,\"type\":\"hello\",\"source\":\"ast:pbx1\"}\n\
            {\"v\":1,\"event\":\"offered\",\"call\":\"c-1\",\"id\":\"e-1\"}\n\
            \xff\xfe\n{\n\n{\"v\":1,\"event\":\"answered\",\"call\":\"c-1\"}";
        let mut all = replies(&peer.feed(text, now(), &mut ear));
        all.extend(replies(&peer.finish(now(), &mut ear)));
        let brief: Vec<String> = all
            .iter()
            .map(|r| format!("{} {} {}", r["n"], r["type"], r.get("code").unwrap_or(&r["result"])))
            .collect();
        assert_eq!(
            brief,
            [
                r#"1 "ack" "ignored""#,
                r#"2 "ack" "created""#,
                r#"3 "err" "bad_utf8""#,
                r#"4 "err" "bad_json""#,
                r#"5 "ack" "updated""#
            ]
        );
        assert_eq!((all[1]["id"].as_str(), all[1]["ref"].as_str()), (Some("e-1"), Some("C-1")));
        assert_eq!(ear.0.call(1).unwrap().key.source.as_str(), "ast:pbx1");
    }

    #[test]
    fn too_much_is_shed_and_counted_but_never_the_end_of_a_call() {
        let mut peer = Connection::new(Pace { lines_per_second: 10, burst: 5 }, now());
        let mut ear = ear();
        let line = |name: &str, n: i32| {
            format!("{{\"v\":1,\"event\":\"{name}\",\"call\":\"c-{n}\"}}\n").into_bytes()
        };
        for n in 0..20 {
            peer.feed(&line("offered", n), now(), &mut ear);
        }
        assert_eq!((ear.0.calls().count(), ear.1), (5, 15));
        let said = peer.feed(&line("offered", 99), now(), &mut ear);
        assert_eq!(replies(&said)[0]["retry_ms"], 100);
        assert_eq!(replies(&peer.feed(&line("ended", 0), now(), &mut ear))[0]["type"], "ack");
        let later = now() + jiff::SignedDuration::from_millis(100);
        assert_eq!(replies(&peer.feed(&line("offered", 6), later, &mut ear))[0]["type"], "ack");
    }

    #[test]
    fn three_endless_lines_end_the_connection() {
        let mut peer = Connection::new(Pace { lines_per_second: 10, burst: 5 }, now());
        let endless = [vec![b'x'; 70_000], b"\n".to_vec()].concat();
        let mut ear = ear();
        assert!(!peer.feed(&endless, now(), &mut ear).close);
        assert!(!peer.feed(&endless, now(), &mut ear).close);
        assert!(peer.feed(&endless, now(), &mut ear).close);
    }
}
