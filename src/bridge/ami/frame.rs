//! Messages out of bytes. A line ends with CR LF and nothing else, a message with an empty line: a
//! lone CR or LF is part of a value, because a caller may have put it there.

use super::message::Message;

/// Longest line in bytes; what is longer is cut.
const LINE: usize = 16 * 1024;
/// Most bytes and lines of one message; what is more is left out.
const BYTES: usize = 256 * 1024;
const LINES: usize = 2_048;

/// Takes bytes as they come, gives messages.
#[derive(Debug, Default)]
pub struct Framer {
    line: Vec<u8>,
    /// The byte before the next one, whether it was kept or not.
    last: u8,
    message: Message,
    bytes: usize,
    /// Something of the message at hand was cut or left out.
    cut: bool,
    greeted: bool,
}

/// What was between two empty lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Framed {
    /// The first line of a connection, which stands alone.
    Greeting(String),
    Message(Message),
}

impl Framer {
    /// The messages that these bytes complete. Empty ones are left out.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Framed> {
        let mut framed = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let before = match piece {
                [.., before, b'\n'] => *before,
                _ => self.last,
            };
            self.keep(piece);
            self.last = piece.last().copied().unwrap_or(self.last);
            if self.last == b'\n' && before == b'\r' {
                framed.extend(self.line());
            }
        }
        framed
    }

    /// Whether a message has begun and not ended.
    pub fn partial(&self) -> bool {
        !self.line.is_empty() || !self.message.is_empty()
    }

    fn keep(&mut self, piece: &[u8]) {
        // Two more for the end of the line.
        let room = (LINE + 2).saturating_sub(self.line.len());
        self.cut |= piece.len() > room;
        self.line.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    fn line(&mut self) -> Option<Framed> {
        let mut line = std::mem::take(&mut self.line);
        if line.ends_with(b"\r\n") {
            line.truncate(line.len() - 2);
        }
        line.truncate(LINE);
        if line.is_empty() {
            self.bytes = 0;
            let cut = std::mem::take(&mut self.cut);
            let mut message = std::mem::take(&mut self.message);
            message.spoilt |= cut;
            return (!message.is_empty()).then_some(Framed::Message(message));
        }
        let greeting = !std::mem::replace(&mut self.greeted, true) && !line.contains(&b':');
        if greeting {
            return Some(Framed::Greeting(String::from_utf8_lossy(&line).into_owned()));
        }
        self.bytes += line.len();
        if self.bytes > BYTES || self.message.len() >= LINES {
            self.cut = true;
        } else {
            self.message.push(&line);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(pieces: &[&[u8]]) -> Vec<Framed> {
        let mut framer = Framer::default();
        pieces.iter().flat_map(|piece| framer.feed(piece)).collect()
    }

    fn one(bytes: &[u8]) -> Message {
        match messages(&[bytes]).pop() {
            Some(Framed::Message(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_greeting_stands_alone_and_messages_end_with_an_empty_line() {
        let text = b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: a\r\n\r\n\r\nEvent: X\r\nA: \r\nB:\r\n\r\n";
        let [Framed::Greeting(greeting), Framed::Message(response), Framed::Message(event)] =
            &messages(&[text])[..]
        else {
            panic!("not three")
        };
        assert_eq!(greeting, "Asterisk Call Manager/11.0.0");
        assert_eq!((response.kind(), response.last("ActionID")), (Some("Response"), Some("a")));
        assert_eq!((event.last("A"), event.last("B"), event.spoilt), (Some(""), Some(""), false));
    }

    #[test]
    fn a_lone_line_end_is_part_of_a_value_and_spoils_it() {
        for value in ["a\nb", "a\rb", "a\n\nEvent: Y", "a\r\r\nB: c"] {
            let message = one(format!("Event: X\r\nA: {value}\r\n\r\n").as_bytes());
            assert!(message.spoilt, "{value:?}");
            assert_eq!(message.first("Event"), Some("X"));
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_the_rest_of_the_message_is_there() {
        let long = format!("Event: X\r\nA: {}\r\nUniqueid: 1\r\n\r\n", "x".repeat(3 * LINE));
        let message = one(long.as_bytes());
        assert!(message.spoilt);
        assert_eq!(message.last("Uniqueid"), Some("1"));
        let many = "B: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(100_000);
        let mut framer = Framer::default();
        framer.feed(b"Event: X\r\n");
        framer.feed(many.as_bytes());
        let Framed::Message(message) = &framer.feed(b"\r\n")[0] else { panic!("no message") };
        assert!(message.spoilt && message.len() <= LINES);
        assert!(!framer.partial());
    }
}
