//! Ringing a desk's bell by hand.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use serde_json::Value;

use super::desk::Desk;
use super::home::Home;

/// A telephony system with a socket in its hand.
pub struct Peer {
    pub stream: UnixStream,
    pub replies: BufReader<UnixStream>,
}

impl Peer {
    /// Rings this desk.
    pub fn connect(desk: &Desk) -> Self {
        Self::of(&desk.home)
    }

    /// Rings the desk of this user.
    pub fn of(home: &Home) -> Self {
        let stream =
            UnixStream::connect(home.run().join("pop.sock")).expect("a desk at the other end");
        let replies = BufReader::new(stream.try_clone().expect("a desk at the other end"));
        let mut peer = Self { stream, replies };
        assert_eq!(peer.reply()["type"], "hello");
        peer
    }

    /// Says this, and waits for nothing.
    pub fn say(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("a desk at the other end");
    }

    /// The next answer.
    pub fn reply(&mut self) -> Value {
        let mut line = String::new();
        self.replies.read_line(&mut line).expect("an answer");
        serde_json::from_str(&line).expect("answers are JSON")
    }

    /// One line, and what it is answered in brief.
    pub fn ask(&mut self, line: &str) -> String {
        self.say(format!("{line}\n").as_bytes());
        brief(&self.reply())
    }
}

/// An answer in one word.
pub fn brief(reply: &Value) -> String {
    let word = |name: &str| reply[name].as_str().unwrap_or_default().to_owned();
    if reply["type"] == "ack" { word("result") } else { word("code") }
}
