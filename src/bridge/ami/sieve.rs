//! What can be believed of a stream into which callers write: a caller's number is sent as it came,
//! line ends and all, so that one event can be made to look like several.
//!
//! Asterisk writes an event in one piece, and what stands before the caller's number (the event's
//! name, its privilege, its time, its channel) is its own. An event that lacks what it always has was
//! torn: what follows is its rest, whatever it looks like.

use super::message::Message;

/// Most pieces that a torn event is put together from.
const PIECES: usize = 32;

/// What an event always has, by its name. Events that are not listed are none of ours.
const NEEDED: &[(&str, &[&str])] = &[
    ("AgentCalled", &["Uniqueid", "Linkedid", "DestUniqueid", "Interface"]),
    ("AgentConnect", &["Uniqueid", "Linkedid", "DestUniqueid", "Interface"]),
    ("AgentRingNoAnswer", &["Uniqueid", "Linkedid", "DestUniqueid", "Interface"]),
    ("AgentComplete", &["Uniqueid", "Linkedid", "Interface"]),
    ("QueueCallerJoin", &["Uniqueid", "Linkedid", "Queue"]),
    ("QueueCallerAbandon", &["Uniqueid", "Linkedid", "Queue"]),
    ("Newchannel", &["Uniqueid", "Linkedid"]),
    ("DialBegin", &["DestUniqueid", "DestLinkedid"]),
    ("DialEnd", &["DestUniqueid", "DestLinkedid", "DialStatus"]),
    ("Hold", &["Uniqueid", "Linkedid"]),
    ("Unhold", &["Uniqueid", "Linkedid"]),
    ("HangupRequest", &["Uniqueid", "Linkedid"]),
    ("Hangup", &["Uniqueid", "Linkedid", "Cause"]),
    ("BlindTransfer", &["TransfererUniqueid", "TransfererLinkedid", "Extension"]),
    ("AttendedTransfer", &["OrigTransfererUniqueid", "SecondTransfererUniqueid", "DestType"]),
    ("QueueMemberPause", &["Interface", "Paused"]),
    ("QueueMemberAdded", &["Interface", "Paused"]),
    ("QueueMemberRemoved", &["Interface"]),
    ("MixMonitorMute", &["Uniqueid", "Linkedid", "State"]),
    ("UserEvent", &["Uniqueid", "Linkedid", "UserEvent"]),
    ("Status", &["Uniqueid", "Linkedid", "ActionID"]),
];

/// The events that a bridge wants to hear, for the filter on the server.
pub fn wanted() -> impl Iterator<Item = &'static str> {
    NEEDED.iter().map(|(name, _)| *name).filter(|name| *name != "Status")
}

/// Holds back what cannot be believed.
#[derive(Debug, Default)]
pub struct Sieve {
    /// Events carry the time: then one that does not is forged.
    timed: bool,
    torn: Option<(Message, usize)>,
}

/// What passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passed {
    /// An event that Asterisk wrote. Spoilt where a caller had a hand in it.
    Event(Message),
    /// The answer to an action, or a part of it.
    Answer(Message),
    /// What nobody can have meant but a caller; the call that it names is suspect.
    Forged(Message),
}

impl Sieve {
    /// Takes a message; gives what may be acted upon. Events that a bridge has no use for are left
    /// out. `ours` knows the ids of the actions that wait for an answer.
    pub fn pass(&mut self, mut message: Message, ours: impl Fn(&str) -> bool) -> Option<Passed> {
        message.spoilt |= message.kind() == Some("Event") && message.repeats();
        if let Some((mut torn, pieces)) = self.torn.take() {
            torn.join(message);
            return self.whole(torn, pieces + 1, ours);
        }
        let id = message.last("ActionID").filter(|id| ours(id)).is_some();
        match message.kind() {
            Some("Response") => return Some(Passed::Answer(message)),
            Some("Event") if id => return Some(Passed::Answer(message)),
            Some("Event") if self.genuine(&message) => {}
            _ => return Some(Passed::Forged(message)),
        }
        self.timed |= message.name(2) == Some("Timestamp");
        self.whole(message, 1, ours)
    }

    fn genuine(&self, message: &Message) -> bool {
        let timed = message.name(2) == Some("Timestamp");
        let listed = message.first("Event") == Some("Status");
        message.name(1) == Some("Privilege") && (timed || listed || !self.timed)
    }

    fn whole(
        &mut self,
        message: Message,
        pieces: usize,
        ours: impl Fn(&str) -> bool,
    ) -> Option<Passed> {
        let name = message.first("Event").unwrap_or_default();
        let (_, needed) = NEEDED.iter().find(|(known, _)| *known == name)?;
        let said = |name: &&str| match message.last(name) {
            Some(value) => !name.ends_with("id") || id(value),
            None => false,
        };
        if needed.iter().all(said) {
            let listed = name == "Status" && message.last("ActionID").is_some_and(ours);
            return Some(if listed { Passed::Answer(message) } else { Passed::Event(message) });
        }
        if pieces < PIECES {
            self.torn = Some((message, pieces));
        }
        None
    }
}

/// Whether a text can be the id of a channel.
fn id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::super::frame::{Framed, Framer};
    use super::*;

    const AHEAD: &str = "Event: Newchannel\r\nPrivilege: call,all\r\nTimestamp: 1.5\r\n\
                         Channel: PJSIP/trunk-1\r\nCallerIDNum: ";
    const BEHIND: &str = "\r\nCallerIDName: x\r\nUniqueid: 1.10\r\nLinkedid: 1.10\r\n\r\n";

    fn passed(sieve: &mut Sieve, text: &str) -> Vec<Passed> {
        let mut framer = Framer::default();
        let framed = framer.feed(text.as_bytes());
        let messages = framed.into_iter().filter_map(|framed| match framed {
            Framed::Message(message) => Some(message),
            Framed::Greeting(_) => None,
        });
        messages.filter_map(|message| sieve.pass(message, |id| id == "ours")).collect()
    }

    #[test]
    fn an_event_that_a_caller_has_torn_is_one_event_with_its_own_ids() {
        let numbers = [
            "1\r\n\r\nEvent: UserEvent\r\nUserEvent: ScreenPop\r\nAccount: 666",
            "1\r\n\r\nEvent: Hangup\r\nPrivilege: a\r\nTimestamp: 1\r\nUniqueid: 9.9",
            "1\r\n\r\n\r\n\r\nResponse: Goodbye\r\n\r\nx",
        ];
        for number in numbers {
            let mut sieve = Sieve::default();
            let all = passed(&mut sieve, &format!("{AHEAD}{number}{BEHIND}{AHEAD}2{BEHIND}"));
            let [Passed::Event(torn), Passed::Event(next)] = &all[..] else { panic!("{all:?}") };
            assert_eq!((torn.first("Event"), torn.spoilt), (Some("Newchannel"), true));
            assert_eq!(torn.last("Uniqueid"), Some("1.10"));
            assert!(!next.spoilt);
        }
    }

    #[test]
    fn an_event_without_privilege_or_without_the_time_that_all_have_is_forged() {
        let mut sieve = Sieve::default();
        let forged = "Event: Hangup\r\nUniqueid: 1\r\nLinkedid: 1\r\nCause: 16\r\n\r\n";
        assert!(matches!(passed(&mut sieve, forged)[..], [Passed::Forged(_)]));
        let untimed = "Event: Hold\r\nPrivilege: call,all\r\nUniqueid: 1\r\nLinkedid: 1\r\n\r\n";
        assert!(matches!(passed(&mut sieve, untimed)[..], [Passed::Event(_)]));
        passed(&mut sieve, &format!("{AHEAD}2{BEHIND}"));
        assert!(matches!(passed(&mut sieve, untimed)[..], [Passed::Forged(_)]));
    }

    #[test]
    fn an_answer_is_known_by_an_action_of_ours_and_an_event_is_no_answer() {
        let mut sieve = Sieve::default();
        let item = |id: &str| format!("Event: QueueEntry\r\nActionID: {id}\r\nWait: 3\r\n\r\n");
        assert!(matches!(passed(&mut sieve, &item("ours"))[..], [Passed::Answer(_)]));
        assert!(matches!(passed(&mut sieve, &item("theirs"))[..], [Passed::Forged(_)]));
        // An event with a header `Response`: only the first header says what a message is.
        let event = "Event: OriginateResponse\r\nPrivilege: call,all\r\nResponse: Success\r\n\r\n";
        assert_eq!(passed(&mut sieve, event), []);
    }
}
