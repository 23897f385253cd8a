//! What a real Asterisk sent, and who sits where in the centre that it was recorded in.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use norns::bridge::ami::calls::{Calls, Names};
use norns::bridge::ami::frame::{Framed, Framer};
use norns::bridge::ami::sieve::{Passed, Sieve};
use norns::bridge::seats::Seats;
use norns::bridge::told::Told;
use norns::domain::interaction::CallState;
use norns::domain::text::CleanText;
use norns::pop::protocol::{self, Line};
use norns::pop::reply::Outcome;
use norns::pop::table::{Rules, Table};
use serde_json::Value;

/// Recordings of one AMI user each, by their names in tests/telephony/ami.
pub const CAPTURES: &[&str] = &[
    "01-answered-local.full",
    "01-answered-local.pop",
    "02-answered-sip-hold.pop",
    "03-abandoned.pop",
    "05-blind-transfer-sip.pop",
    "06-attended-transfer-sip.full",
    "06-attended-transfer-sip.pop",
    "07-wrapup-pause.pop",
    "08-names-utf8-and-odd.pop",
    "10-agent-rejects.pop",
    "12-direct-dial-no-queue.pop",
    "13-click-to-dial-outbound.pop",
    "14-ami-transfers-local-members.pop",
    "15-hangup-before-queue.pop",
    "16-snapshot-after-reconnect.pop",
    "18-originate-raw-bytes-userevent.pop",
    "20-flood-60-calls.pop",
    "21-shutdown-while-connected.pop",
    "22-hardened-dialplan-hostile-names.pop",
    "23-agent-login-pause-logout.pop",
];

/// The bytes of a recording.
pub fn capture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/telephony/ami");
    std::fs::read(folder.join(format!("{name}.txt"))).expect("the recording is there")
}

/// Who sits at which phone.
pub fn names() -> Names {
    let mut seats = Seats::new(None);
    for (agent, phone) in [("alice", "1"), ("bob", "2"), ("carol", "3")] {
        seats.give(agent, &format!("PJSIP/200{phone}"));
        seats.give(agent, &format!("Local/100{phone}@agents/n"));
    }
    Names { seats, wrap_up: vec!["wrapup".into()], ..Names::default() }
}

/// What passes the sieve of these bytes.
pub fn passed(bytes: &[u8]) -> Vec<Passed> {
    let mut sieve = Sieve::default();
    let framed = Framer::default().feed(bytes);
    let messages = framed.into_iter().filter_map(|framed| match framed {
        Framed::Message(message) => Some(message),
        Framed::Greeting(_) => None,
    });
    messages.filter_map(|message| sieve.pass(message, |_| false)).collect()
}

/// What the agents' desks are told of these bytes.
pub fn told(bytes: &[u8]) -> Vec<Told> {
    let mut calls = Calls::new(names());
    let mut told: Vec<Told> = passed(bytes).iter().flat_map(|passed| calls.hear(passed)).collect();
    told.extend(calls.rest());
    told
}

/// What was told, one line per event, in the words of the protocol: the agent, milliseconds since
/// the first event, and the fields.
pub fn story(told: &[Told]) -> String {
    let at = |told: &Told| told.get("ts").and_then(Value::as_i64);
    let start = told.iter().find_map(at).unwrap_or(0);
    let mut story = String::new();
    for told in told {
        let line = told.line("ast:test");
        let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(&line) else {
            panic!("no object")
        };
        for known in ["v", "event", "ts", "source", "id"] {
            fields.remove(known);
        }
        let after = at(told).map_or_else(|| "?".to_owned(), |at| (at - start).to_string());
        story += &format!("{after:>6} {:<6} {}", told.seat, told.event());
        for (name, value) in fields {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            story += &format!(" {name}={value}");
        }
        story.push('\n');
    }
    story
}

/// The events of a story in short: agent, event, and these fields.
pub fn brief(story: &str, fields: &[&str]) -> Vec<String> {
    let field = |line: &str, name: &str| {
        let start = line.find(&format!(" {name}="))? + 1;
        line[start..].split(' ').next().map(str::to_owned)
    };
    let line = |line: &str| {
        let mut words = line.split_whitespace().skip(1).take(2).collect::<Vec<_>>().join(" ");
        for name in fields {
            words += &field(line, name).map(|field| format!(" {field}")).unwrap_or_default();
        }
        words
    };
    story.lines().map(line).collect()
}

/// The cards that each agent's desk has in the end: a line per call, with its times in
/// milliseconds since the desk's first event.
pub fn cards(told: &[Told]) -> String {
    cards_by(told, None)
}

/// The same, where all of them come at the moment of this one, whatever their order.
pub fn cards_at(told: &[Told], moment: &Told) -> String {
    cards_by(told, moment.get("ts").and_then(Value::as_i64))
}

fn cards_by(told: &[Told], moment: Option<i64>) -> String {
    let mut desks: BTreeMap<String, (Table, Timestamp)> = BTreeMap::new();
    for told in told {
        let line = told.line("ast:test");
        let at = told.get("ts").and_then(Value::as_i64).unwrap_or_default();
        let received = Timestamp::from_millisecond(moment.unwrap_or(at)).expect("a time");
        let desk = desks.entry(told.seat.to_string());
        let (table, _) = desk
            .or_insert_with(|| (Table::new(Rules { identities: Vec::new(), live: 32 }), received));
        match protocol::parse(line.as_bytes(), &CleanText::line("local"), received) {
            Ok(Line::Event { pop, cut }) if cut.is_empty() => {
                let applied = table.apply(&pop, line.as_bytes(), received);
                assert_ne!(applied.outcome, Outcome::Duplicate, "{line}");
            }
            other => panic!("{other:?}: {line}"),
        }
    }
    let mut text = String::new();
    for (agent, (table, start)) in &desks {
        for number in 1.. {
            let Some(call) = table.call(number) else { break };
            if call.state == CallState::Closed && !table.calls().any(|open| open.number == number) {
                continue;
            }
            let facts = &call.facts;
            text += &format!("{agent} C-{number} {} {:?}", call.key.call, call.state);
            text += &format!(" {:?} rings={}", call.direction, call.rings);
            let times = [
                ("offered", Some(call.offered_at)),
                ("answered", call.answered_at),
                ("ended", call.ended_at),
                ("wrap-up", call.wrap_up.map(|wrap_up| wrap_up.since)),
            ];
            for (name, at) in times.into_iter().filter_map(|(name, at)| Some((name, at?))) {
                text += &format!(" {name}={}", at.duration_since(*start).as_millis());
            }
            let texts = [
                ("ani", &facts.ani),
                ("name", &facts.ani_name),
                ("dnis", &facts.dnis),
                ("queue", &facts.queue),
                ("account", &facts.account),
            ];
            for (name, value) in texts.into_iter().filter_map(|(n, v)| Some((n, v.as_ref()?))) {
                text += &format!(" {name}={value}");
            }
            facts.data.iter().for_each(|(name, value)| text += &format!(" {name}={value}"));
            text.push('\n');
        }
    }
    text
}

/// An Asterisk that a test writes by hand: events as it sends them.
#[derive(Clone, Default)]
pub struct Written {
    pub text: String,
    micros: u64,
}

/// When a written Asterisk begins.
pub const WRITTEN_AT: u64 = 1_795_328_000;

impl Written {
    /// Lets time pass.
    pub fn after(&mut self, ms: u64) -> &mut Self {
        self.micros += ms * 1_000;
        self
    }

    /// An event with these headers, in their order.
    pub fn event(&mut self, name: &str, headers: &[(&str, &str)]) -> &mut Self {
        self.micros += 10;
        let (seconds, micros) = (self.micros / 1_000_000, self.micros % 1_000_000);
        self.text += &format!("Event: {name}\r\nPrivilege: call,all\r\n");
        self.text += &format!("Timestamp: {}.{micros:06}\r\n", WRITTEN_AT + seconds);
        headers.iter().for_each(|(name, value)| self.text += &format!("{name}: {value}\r\n"));
        self.text += "\r\n";
        self
    }

    /// An event of a channel, with headers of its own behind.
    pub fn of(&mut self, name: &str, channel: &Channel, headers: &[(&str, &str)]) -> &mut Self {
        let all = [channel.headers("").as_slice(), &own(headers)].concat();
        self.event(name, &borrowed(&all))
    }

    /// An event of a channel that concerns another one.
    pub fn to(
        &mut self,
        name: &str,
        from: &Channel,
        dest: &Channel,
        headers: &[(&str, &str)],
    ) -> &mut Self {
        let all = [from.headers(""), dest.headers("Dest"), own(headers)].concat();
        self.event(name, &borrowed(&all))
    }

    /// A caller who comes to a queue.
    pub fn waits(&mut self, caller: &Channel, queue: &str) -> &mut Self {
        self.of("Newchannel", caller, &[]).of("QueueCallerJoin", caller, &[("Queue", queue)])
    }

    /// A queue rings an agent.
    pub fn rings(&mut self, caller: &Channel, agent: &Channel, queue: &str) -> &mut Self {
        let device = agent.device();
        let member = [("Queue", queue), ("Interface", device.as_str()), ("MemberName", "x")];
        self.of("Newchannel", agent, &[]).to("AgentCalled", caller, agent, &member).to(
            "DialBegin",
            caller,
            agent,
            &[("DialString", &device)],
        )
    }

    /// The agent answers the queue.
    pub fn connects(&mut self, caller: &Channel, agent: &Channel, queue: &str) -> &mut Self {
        let device = agent.device();
        let member = [("Queue", queue), ("Interface", device.as_str())];
        let times = [("RingTime", "1"), ("HoldTime", "2")];
        self.to("DialEnd", caller, agent, &[("DialStatus", "ANSWER")]).to(
            "AgentConnect",
            caller,
            agent,
            &[member, times].concat(),
        )
    }

    /// A channel goes.
    pub fn hangs_up(&mut self, channel: &Channel, cause: &str) -> &mut Self {
        self.of("Hangup", channel, &[("Cause", cause)])
    }

    /// The story that the desks are told.
    pub fn story(&self) -> String {
        story(&told(self.text.as_bytes()))
    }
}

/// A channel, as events describe it.
#[derive(Debug, Clone)]
pub struct Channel {
    pub name: String,
    pub id: String,
    pub linked: String,
    pub number: String,
    pub caller: String,
    pub exten: String,
    pub variables: Vec<(String, String)>,
}

impl Channel {
    /// A channel of a call.
    pub fn new(name: &str, id: &str, linked: &str) -> Self {
        Self {
            name: name.to_owned(),
            id: id.to_owned(),
            linked: linked.to_owned(),
            number: "<unknown>".to_owned(),
            caller: "<unknown>".to_owned(),
            exten: "s".to_owned(),
            variables: vec![("ACCOUNT".into(), String::new())],
        }
    }

    /// A caller from outside: the first channel of a call.
    pub fn caller(id: &str) -> Self {
        let trunk = format!("PJSIP/trunk-{id}");
        let caller = Self::new(&trunk, id, id);
        let variables = vec![("ACCOUNT".into(), "4711".into())];
        Self { number: "+14155550123".into(), exten: "8001".into(), variables, ..caller }
    }

    /// A channel of an agent's phone.
    pub fn phone(extension: &str, id: &str, linked: &str) -> Self {
        let phone = Self::new(&format!("PJSIP/{extension}-{}", id.replace('.', "")), id, linked);
        Self { number: extension.into(), ..phone }
    }

    fn device(&self) -> String {
        self.name.rsplit_once('-').expect("a name with a number").0.to_owned()
    }

    /// Its headers, in Asterisk's order.
    pub fn headers(&self, prefix: &str) -> Vec<(String, String)> {
        let all = [
            ("Channel", self.name.as_str()),
            ("ChannelState", "6"),
            ("ChannelStateDesc", "Up"),
            ("CallerIDNum", &self.number),
            ("CallerIDName", &self.caller),
            ("ConnectedLineNum", "<unknown>"),
            ("ConnectedLineName", "<unknown>"),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", "ivr"),
            ("Exten", &self.exten),
            ("Priority", "1"),
            ("Uniqueid", &self.id),
            ("Linkedid", &self.linked),
        ];
        let named = |(name, value): (&str, &str)| (format!("{prefix}{name}"), value.to_owned());
        let variable = |(name, value): &(String, String)| {
            (format!("{prefix}ChanVariable"), format!("{name}={value}"))
        };
        all.map(named).into_iter().chain(self.variables.iter().map(variable)).collect()
    }
}

fn own(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn borrowed(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
