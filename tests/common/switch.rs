//! A FreeSWITCH over real TCP that speaks the event socket as its documentation says: written
//! traffic in either framing, in pieces of any size, with stalls and broken connections.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::telephone::{Listened, Watched, listen};

/// The password that it takes.
pub const PASSWORD: &str = "s3cret-of-the-switch";

/// Names and values of an event.
pub type Fields = Vec<(String, String)>;

/// A switch that listens until dropped.
pub struct Switch {
    pub address: SocketAddr,
    watched: Arc<Watched<State>>,
}

#[derive(Default)]
struct State {
    stream: Option<TcpStream>,
    json: bool,
    commands: Vec<String>,
    variables: HashMap<(String, String), String>,
    rows: Vec<Value>,
    pictures: usize,
    mute: bool,
    /// Commands that it refuses, and why.
    refused: HashMap<String, String>,
    /// What it answers to whole commands.
    answers: HashMap<String, String>,
}

impl Switch {
    /// Listens on a port of its own.
    pub fn start() -> Self {
        let (address, watched) = listen(serve);
        Self { address, watched }
    }

    /// Every command that came, in order.
    pub fn commands(&self) -> Vec<String> {
        self.watched.state().commands.clone()
    }

    /// Waits until a command of this beginning came so often.
    #[track_caller]
    pub fn until_asked(&self, command: &str, times: usize) {
        let is = |asked: &&String| asked.starts_with(command);
        drop(
            self.watched.until(command, |state| state.commands.iter().filter(is).count() >= times),
        );
    }

    /// A channel has a variable.
    pub fn set(&self, channel: &str, name: &str, value: &str) {
        self.watched.state().variables.insert((channel.into(), name.into()), value.into());
    }

    /// What its next list of channels says.
    pub fn lists(&self, rows: Vec<Value>) {
        self.watched.state().rows = rows;
    }

    /// From now on it answers nothing, or answers again.
    pub fn mute(&self, mute: bool) {
        self.watched.state().mute = mute;
    }

    /// From now on it refuses this command, with this reason.
    pub fn refuse(&self, command: &str, why: &str) {
        self.watched.state().refused.insert(command.to_owned(), why.to_owned());
    }

    /// What it answers to this command.
    pub fn answers(&self, command: &str, text: &str) {
        self.watched.state().answers.insert(command.to_owned(), text.to_owned());
    }

    /// Says these events, in pieces of so many bytes.
    #[track_caller]
    pub fn say(&self, events: &[Fields], pieces: usize) {
        let encoded =
            |state: &State| events.iter().flat_map(|event| encode(event, state.json)).collect();
        self.watched.say(encoded, pieces);
    }

    /// Breaks the connection.
    pub fn hang_up(&self) {
        self.watched.hang_up();
    }
}

impl Listened for State {
    fn stream(&mut self) -> &mut Option<TcpStream> {
        &mut self.stream
    }
}

/// An event as it is written on the socket.
pub fn encode(event: &Fields, json: bool) -> Vec<u8> {
    let (kind, body) = if json {
        let map: Map<String, Value> =
            event.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        ("json", Value::Object(map).to_string())
    } else {
        let mut body = String::new();
        for (name, value) in event {
            let value = if value.is_empty() { "_undef_".to_owned() } else { escape(value) };
            body += &format!("{name}: {value}\n");
        }
        ("plain", body + "\n")
    };
    let length = body.len();
    format!("Content-Length: {length}\nContent-Type: text/event-{kind}\n\n{body}").into_bytes()
}

/// As FreeSWITCH encodes values.
fn escape(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_graphic() && !b"\r\n #%&+:;<=>?@[\\]^`{|}\"".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

fn serve(watched: &Watched<State>, stream: TcpStream) {
    let mut writing = stream.try_clone().expect("it lives");
    writing.write_all(b"Content-Type: auth/request\n\n").ok();
    for line in BufReader::new(stream.try_clone().expect("it lives")).lines() {
        let Ok(line) = line else { return };
        if line.is_empty() {
            continue;
        }
        watched.change(|state| {
            state.commands.push(line.clone());
            if !state.mute {
                let answer = answer(state, &line, &stream);
                writing.write_all(answer.as_bytes()).ok();
            }
        });
    }
}

fn answer(state: &mut State, command: &str, stream: &TcpStream) -> String {
    let reply = |text: &str| format!("Content-Type: command/reply\nReply-Text: {text}\n\n");
    let response = |body: &str| {
        format!("Content-Type: api/response\nContent-Length: {}\n\n{body}", body.len())
    };
    let known = command.strip_prefix("api ").and_then(|command| state.answers.get(command));
    if let Some(text) = known {
        return response(text);
    }
    let words: Vec<&str> = command.split(' ').collect();
    match words[..] {
        ["auth", PASSWORD] => reply("+OK accepted"),
        ["auth", ..] => reply("-ERR invalid"),
        ["event", framing, ..] => {
            state.json = framing == "json";
            state.stream = stream.try_clone().ok();
            reply("+OK event listener enabled")
        }
        ["api", "show", "channels", "as", "json"] => {
            state.pictures += 1;
            let rows = state.rows.clone();
            response(&serde_json::json!({"row_count": rows.len(), "rows": rows}).to_string())
        }
        ["api", "uuid_getvar", channel, name] => {
            let value = state.variables.get(&(channel.to_owned(), name.to_owned()));
            response(value.map_or("_undef_", String::as_str))
        }
        ["api", name, ..] if state.refused.contains_key(name) => {
            response(&format!("-ERR {}\n", state.refused[name]))
        }
        ["api", "uuid_kill" | "uuid_hold", id]
        | ["api", "uuid_hold", "off", id]
        | ["api", "uuid_phone_event", id, "talk"]
        | ["api", "uuid_transfer", id, "-bleg", _, "XML", _]
        | ["api", "uuid_broadcast", id, _, "aleg"]
        | ["api", "uuid_record", id, "mask" | "unmask", _] => {
            let known = id.len() == 36 && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
            response(if known { "+OK Success\n" } else { "-ERR No such channel!\n" })
        }
        ["api", "callcenter_config", "agent", "set", "status", name, ..] => {
            let known = name.ends_with("@default");
            response(if known { "+OK\n" } else { "-ERR Invalid Agent not found!\n" })
        }
        ["api", "uptime"] => response("17"),
        _ => reply("-ERR command not found"),
    }
}

/// Events of a switch that a test writes by hand.
#[derive(Clone)]
pub struct WrittenEvents {
    pub events: Vec<Fields>,
    micros: u64,
}

impl Default for WrittenEvents {
    fn default() -> Self {
        Self { events: Vec::new(), micros: super::telephony::WRITTEN_AT * 1_000_000 }
    }
}

impl WrittenEvents {
    /// Lets time pass.
    pub fn after(&mut self, ms: u64) -> &mut Self {
        self.micros += ms * 1_000;
        self
    }

    /// An event of this name.
    pub fn event(&mut self, name: &str, fields: &[(&str, &str)]) -> &mut Self {
        self.micros += 10;
        let at = self.micros.to_string();
        let all = [("Event-Name", name), ("Event-Date-Timestamp", &at)];
        let all = all.iter().chain(fields);
        self.events.push(all.map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
        self
    }

    /// What a queue tells.
    pub fn queue(&mut self, action: &str, call: &str, fields: &[(&str, &str)]) -> &mut Self {
        let own = [
            ("Event-Subclass", "callcenter::info"),
            ("CC-Queue", "support@default"),
            ("CC-Action", action),
            ("CC-Member-Session-UUID", call),
            ("CC-Member-CID-Number", "+14155550123"),
            ("CC-Member-CID-Name", "Zoë \"Z\" O'Brien"),
        ];
        self.event("CUSTOM", &[&own[..], fields].concat())
    }
}
