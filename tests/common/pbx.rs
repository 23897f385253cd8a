//! An Asterisk over real TCP, which says what a test tells it to: recorded traffic or written, in
//! pieces of any size, with stalls and broken connections.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::telephony::capture;

/// The name and the secret that it takes.
pub const USER: &str = "norns";
pub const SECRET: &str = "s3cret-of-the-pbx";

/// What was asked of it: headers in their order.
pub type Action = Vec<(String, String)>;

/// A PBX that listens until dropped.
pub struct Pbx {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
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
    /// It answers nothing any more.
    mute: bool,
    /// The account may do no more than listen.
    narrow: bool,
}

impl Pbx {
    /// Listens on a port of its own.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("it is bound");
        let state = Mutex::new(State::default());
        let shared = Arc::new(Shared { state, changed: Condvar::new() });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&served);
                thread::spawn(move || serve(&shared, stream));
            }
        });
        Self { address, shared }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is so.
    #[track_caller]
    fn until(&self, what: &str, so: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let long = Duration::from_secs(60);
        let waited = self.shared.changed.wait_timeout_while(self.state(), long, |state| !so(state));
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "never: {what}");
        state
    }

    /// Waits until so many pictures were asked for, since the start.
    #[track_caller]
    pub fn until_listed(&self, times: usize) {
        drop(self.until(&format!("{times} pictures"), |state| state.listed >= times));
    }

    /// Waits until so many who had logged in have left, since the start.
    #[track_caller]
    pub fn until_left(&self, times: usize) {
        drop(self.until(&format!("{times} who left"), |state| state.left >= times));
    }

    /// Everything that was asked of it.
    pub fn actions(&self) -> Vec<Action> {
        self.state().actions.clone()
    }

    /// Waits until this action was asked so often.
    #[track_caller]
    pub fn until_asked(&self, action: &str, times: usize) {
        let is = |asked: &&Action| asked.iter().any(|(k, v)| k == "Action" && v == action);
        drop(self.until(action, |state| state.actions.iter().filter(is).count() >= times));
    }

    /// What its next lists say.
    pub fn lists(&self, channels: &[String], queues: &[String]) {
        let mut state = self.state();
        state.channels = channels.to_vec();
        state.queues = queues.to_vec();
    }

    /// From now on it answers nothing, or answers again.
    pub fn mute(&self, mute: bool) {
        self.state().mute = mute;
    }

    /// The account may set no filter.
    pub fn narrow(&self) {
        self.state().narrow = true;
    }

    /// Says this, in pieces of so many bytes.
    #[track_caller]
    pub fn say(&self, bytes: &[u8], pieces: usize) {
        let state = self.until("somebody who listens", |state| state.stream.is_some());
        let mut stream =
            state.stream.as_ref().expect("there is one").try_clone().expect("it lives");
        drop(state);
        for piece in bytes.chunks(pieces) {
            stream.write_all(piece).expect("a bridge at the other end");
        }
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
        if let Some(stream) = self.state().stream.take() {
            stream.shutdown(Shutdown::Both).ok();
        }
    }
}

fn serve(shared: &Shared, stream: TcpStream) {
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
        let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.actions.push(asked.clone());
        if !state.mute {
            let answer = answer(&mut state, &asked, &stream);
            writing.write_all(answer.as_bytes()).ok();
        }
        shared.changed.notify_all();
    }
    shared.state.lock().unwrap_or_else(PoisonError::into_inner).left += 1;
    shared.changed.notify_all();
}

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
        "Ping" => response("Success", "").replace("Message: ", "Ping: Pong"),
        _ => response("Error", "Invalid/unknown command"),
    }
}
