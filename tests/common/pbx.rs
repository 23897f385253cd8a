//! An Asterisk over real TCP, which says what a test tells it to: recorded traffic or written, in
//! pieces of any size, with stalls and broken connections.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use super::telephone::{Listened, Watched, listen};
use super::telephony::capture;

/// The name and the secret that it takes.
pub const USER: &str = "norns";
pub const SECRET: &str = "s3cret-of-the-pbx";

/// What was asked of it: headers in their order.
pub type Action = Vec<(String, String)>;

/// A PBX that listens until dropped.
pub struct Pbx {
    pub address: SocketAddr,
    watched: Arc<Watched<State>>,
}

#[derive(Default)]
struct State {
    /// The newest connection, once it has logged in.
    stream: Option<TcpStream>,
    actions: Vec<Action>,
    /// Lists that were given, over all connections.
    listed: usize,
    /// Connections that the other side has ended.
    left: usize,
    /// Items of the lists, without ActionID.
    channels: Vec<String>,
    queues: Vec<String>,
    summaries: Vec<String>,
    /// It answers nothing any more.
    mute: bool,
    /// The account may do no more than listen.
    narrow: bool,
    /// Actions that it refuses, and why.
    refused: HashMap<String, String>,
    /// The interfaces that are members of its queues.
    members: Vec<String>,
}

impl Pbx {
    /// Listens on a port of its own.
    pub fn start() -> Self {
        let (address, watched) = listen(serve);
        Self { address, watched }
    }

    /// Waits until so many pictures were asked for, since the start.
    #[track_caller]
    pub fn until_listed(&self, times: usize) {
        drop(self.watched.until(&format!("{times} pictures"), |state| state.listed >= times));
    }

    /// Waits until so many who had logged in have left, since the start.
    #[track_caller]
    pub fn until_left(&self, times: usize) {
        drop(self.watched.until(&format!("{times} who left"), |state| state.left >= times));
    }

    /// Everything that was asked of it.
    pub fn actions(&self) -> Vec<Action> {
        self.watched.state().actions.clone()
    }

    /// Waits until this action was asked so often.
    #[track_caller]
    pub fn until_asked(&self, action: &str, times: usize) {
        let is = |asked: &&Action| asked.iter().any(|(k, v)| k == "Action" && v == action);
        drop(self.watched.until(action, |state| state.actions.iter().filter(is).count() >= times));
    }

    /// What its next lists say.
    pub fn lists(&self, channels: &[String], queues: &[String]) {
        let mut state = self.watched.state();
        state.channels = channels.to_vec();
        state.queues = queues.to_vec();
    }

    /// What its next summaries of queues say.
    pub fn summaries(&self, summaries: &[String]) {
        self.watched.state().summaries = summaries.to_vec();
    }

    /// From now on it answers nothing, or answers again.
    pub fn mute(&self, mute: bool) {
        self.watched.state().mute = mute;
    }

    /// The account may set no filter.
    pub fn narrow(&self) {
        self.watched.state().narrow = true;
    }

    /// From now on it refuses this action, with this message; with none it takes it again.
    pub fn refuse(&self, action: &str, why: Option<&str>) {
        let mut state = self.watched.state();
        state.refused.remove(action);
        state.refused.extend(why.map(|why| (action.to_owned(), why.to_owned())));
    }

    /// From now on it refuses this action for this device.
    pub fn refuse_of(&self, action: &str, device: &str, why: &str) {
        self.watched.state().refused.insert(format!("{action} {device}"), why.to_owned());
    }

    /// A device is a member of a queue.
    pub fn member(&self, interface: &str) {
        self.watched.state().members.push(interface.to_owned());
    }

    /// The headers of the newest action of this name, without its id.
    #[track_caller]
    pub fn asked(&self, action: &str) -> Action {
        let is = |asked: &&Action| asked.iter().any(|(k, v)| k == "Action" && v == action);
        let newest = self.actions().iter().rfind(is).cloned().expect("it was asked");
        newest.into_iter().filter(|(name, _)| !name.starts_with("Action")).collect()
    }

    /// Says this, in pieces of so many bytes.
    #[track_caller]
    pub fn say(&self, bytes: &[u8], pieces: usize) {
        self.watched.say(|_| bytes.to_vec(), pieces);
    }

    /// Says what was recorded after the login.
    #[track_caller]
    pub fn play(&self, name: &str, pieces: usize) {
        let bytes = capture(name);
        let login = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a login") + 4;
        let end = bytes.windows(20).position(|some| some == b"Response: Goodbye\r\nA");
        self.say(&bytes[login..end.unwrap_or(bytes.len())], pieces);
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

fn serve(watched: &Watched<State>, stream: TcpStream) {
    let mut writing = stream.try_clone().expect("it lives");
    writing.write_all(b"Asterisk Call Manager/11.0.0\r\n").ok();
    let mut action = Action::new();
    for line in BufReader::new(stream.try_clone().expect("it lives")).lines() {
        let Ok(line) = line else { break };
        if let Some((name, value)) = line.split_once(": ") {
            action.push((name.to_owned(), value.to_owned()));
            continue;
        }
        let asked = std::mem::take(&mut action);
        watched.change(|state| {
            state.actions.push(asked.clone());
            if !state.mute {
                let answer = answer(state, &asked, &stream);
                writing.write_all(answer.as_bytes()).ok();
            }
        });
    }
    watched.change(|state| state.left += 1);
}

/// Actions that change something, and the headers that each needs.
const CHANGING: [(&str, &[&str]); 5] = [
    ("Hangup", &["Channel"]),
    ("BlindTransfer", &["Channel", "Exten"]),
    ("Atxfer", &["Channel", "Exten"]),
    ("MixMonitorMute", &["Channel", "Direction", "State"]),
    ("QueuePause", &["Interface", "Paused"]),
];

fn answer(state: &mut State, asked: &Action, stream: &TcpStream) -> String {
    let get = |name: &str| {
        let found = asked.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let id = get("ActionID");
    let response = |word: &str, message: &str| {
        format!("Response: {word}\r\nActionID: {id}\r\nMessage: {message}\r\n\r\n")
    };
    let list = |items: &[String], name: &str| {
        let mut text = response("Success", "will follow");
        for item in items {
            text += &format!("{item}ActionID: {id}\r\n\r\n");
        }
        let n = items.len();
        let end = format!("Event: {name}Complete\r\nActionID: {id}\r\nEventList: Complete\r\n");
        text + &end + &format!("ListItems: {n}\r\n\r\n")
    };
    match get("Action") {
        "Login" if (get("Username"), get("Secret")) == (USER, SECRET) => {
            state.stream = stream.try_clone().ok();
            response("Success", "Authentication accepted")
        }
        "Login" => response("Error", "Authentication failed"),
        "Filter" if state.narrow => response("Error", "Permission denied"),
        "Filter" => response("Success", "Success"),
        "Status" => list(&state.channels, "Status"),
        "QueueStatus" => {
            state.listed += 1;
            list(&state.queues, "QueueStatus")
        }
        name if state.refused.contains_key(&format!("{name} {}", get("Interface"))) => {
            response("Error", &state.refused[&format!("{name} {}", get("Interface"))])
        }
        "QueueSummary" if state.refused.contains_key("QueueSummary") => {
            response("Error", &state.refused["QueueSummary"])
        }
        "QueueSummary" => list(&state.summaries, "QueueSummary"),
        "Ping" => response("Success", "").replace("Message: ", "Ping: Pong"),
        name => match CHANGING.iter().find(|(known, _)| *known == name) {
            None => response("Error", "Invalid/unknown command"),
            Some(_) if state.refused.contains_key(name) => response("Error", &state.refused[name]),
            Some((_, needed)) if needed.iter().any(|header| get(header).is_empty()) => {
                response("Error", "a header is missing")
            }
            Some(_)
                if name == "QueuePause" && !state.members.iter().any(|m| m == get("Interface")) =>
            {
                response("Error", "Interface not found")
            }
            Some(_) => response("Success", "it is done"),
        },
    }
}
