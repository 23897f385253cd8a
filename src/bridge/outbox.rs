//! Lines on their way to one desk: nothing is forgotten before it was answered. Pure.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

/// Most lines on their way; more give way, the oldest first, and a snapshot makes up for them.
const MOST: usize = 4_096;

/// Lines in their order.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: VecDeque<String>,
    sent: VecDeque<String>,
    lost: u64,
}

/// What a desk's answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Not an answer to a line.
    Nothing,
    Taken,
    /// It will not take the line, now or later.
    Refused,
    /// It cannot take the line now.
    Later(Duration),
}

impl Outbox {
    /// Adds a line without its end.
    pub fn push(&mut self, line: String) {
        self.waiting.push_back(line);
        if self.waiting.len() + self.sent.len() > MOST {
            self.lost += u64::from(self.waiting.pop_front().is_some());
        }
    }

    /// The next line to be sent.
    pub fn next(&mut self) -> Option<&str> {
        let line = self.waiting.pop_front()?;
        self.sent.push_back(line);
        self.sent.back().map(String::as_str)
    }

    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.sent.is_empty()
    }

    /// Lines that gave way since this was asked last.
    pub fn lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }

    /// The connection is gone: what was not answered is sent again. The desk knows what it has
    /// heard before.
    pub fn broken(&mut self) {
        while let Some(line) = self.sent.pop_back() {
            self.waiting.push_front(line);
        }
    }

    /// Nobody listens: what was on its way, to be kept elsewhere.
    pub fn give_up(&mut self) -> Vec<String> {
        self.broken();
        self.waiting.drain(..).collect()
    }

    /// Takes a line that the desk has said. It answers every line, in their order.
    pub fn hear(&mut self, line: &[u8]) -> Answer {
        let Ok(answer) = serde_json::from_slice::<Value>(line) else { return Answer::Nothing };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
        if !matches!(text("type"), "ack" | "err") {
            return Answer::Nothing;
        }
        let Some(told) = self.sent.pop_front() else { return Answer::Nothing };
        match (text("type"), text("code")) {
            ("ack", _) => Answer::Taken,
            (_, "rate_limited") => {
                self.waiting.push_back(told);
                let retry = answer.get("retry_ms").and_then(Value::as_u64).unwrap_or(100);
                Answer::Later(Duration::from_millis(retry.clamp(1, 5_000)))
            }
            _ => Answer::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(outbox: &mut Outbox) -> Vec<String> {
        std::iter::from_fn(|| outbox.next().map(str::to_owned)).collect()
    }

    #[test]
    fn what_was_not_answered_is_sent_again_in_its_order() {
        let mut outbox = Outbox::default();
        ["a", "b", "c"].into_iter().for_each(|line| outbox.push(line.into()));
        assert_eq!(outbox.next(), Some("a"));
        assert_eq!(outbox.next(), Some("b"));
        assert_eq!(outbox.hear(br#"{"type":"hello"}"#), Answer::Nothing);
        assert_eq!(outbox.hear(br#"{"type":"ack","result":"created"}"#), Answer::Taken);
        outbox.broken();
        assert_eq!(sent(&mut outbox), ["b", "c"]);
    }

    #[test]
    fn a_line_that_was_shed_is_sent_again_and_one_that_was_refused_is_not() {
        let mut outbox = Outbox::default();
        ["a", "b"].into_iter().for_each(|line| outbox.push(line.into()));
        sent(&mut outbox);
        let later = outbox.hear(br#"{"type":"err","code":"rate_limited","retry_ms":40}"#);
        assert_eq!(later, Answer::Later(Duration::from_millis(40)));
        assert_eq!(outbox.hear(br#"{"type":"err","code":"bad_field"}"#), Answer::Refused);
        assert_eq!(sent(&mut outbox), ["a"]);
    }

    #[test]
    fn a_desk_that_answers_nothing_costs_little() {
        let mut outbox = Outbox::default();
        for n in 0..10_000 {
            outbox.push(n.to_string());
        }
        assert_eq!(outbox.lost(), 10_000 - MOST as u64);
        assert_eq!(outbox.next(), Some("5904"));
        assert_eq!(outbox.lost(), 0);
    }
}
