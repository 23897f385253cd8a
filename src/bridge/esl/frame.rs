//! Messages out of bytes: headers, an empty line, and as many bytes of body as the headers say.

/// Most bytes of headers; a message with more is left out.
const HEADERS: usize = 64 * 1024;
/// Most bytes of a body that are kept; the rest is passed over.
const BODY: usize = 4 * 1024 * 1024;

/// Takes bytes as they come, gives messages.
#[derive(Debug, Default)]
pub struct Framer {
    head: Vec<u8>,
    /// The headers are more than is kept.
    bloated: bool,
    body: Option<Body>,
}

#[derive(Debug)]
struct Body {
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
    left: u64,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The body was longer than is kept.
    pub cut: bool,
}

impl Message {
    /// A header's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Framer {
    /// The messages that these bytes complete. Empty ones are left out.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            if let Some(body) = &mut self.body {
                let n = usize::try_from(body.left).unwrap_or(usize::MAX).min(rest.len());
                let room = BODY.saturating_sub(body.bytes.len());
                body.bytes.extend_from_slice(&rest[..n.min(room)]);
                body.left -= n as u64;
                rest = &rest[n..];
                messages.extend(self.whole());
                continue;
            }
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
            let (line, further) = rest.split_at(end);
            rest = further;
            if self.head.len() + line.len() > HEADERS {
                self.bloated = true;
                // What is kept must still show where the headers end.
                self.head.clear();
            }
            self.head.extend_from_slice(&line[..line.len().min(HEADERS)]);
            if blank(&self.head) {
                let headers = headers(&std::mem::take(&mut self.head));
                let bloated = std::mem::take(&mut self.bloated);
                if headers.is_empty() || bloated {
                    continue;
                }
                let length =
                    headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Content-Length"));
                let left = length.and_then(|(_, n)| n.parse().ok()).unwrap_or(0);
                self.body = Some(Body { headers, bytes: Vec::new(), left });
                messages.extend(self.whole());
            }
        }
        messages
    }

    /// The message at hand, once its body is there.
    fn whole(&mut self) -> Option<Message> {
        let Body { headers, bytes, .. } = self.body.take_if(|body| body.left == 0)?;
        let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Content-Length"));
        let length = length.and_then(|(_, n)| n.parse().ok()).unwrap_or(0_u64);
        Some(Message { headers, cut: length > bytes.len() as u64, body: bytes })
    }
}

/// Whether the last line of these is empty.
fn blank(head: &[u8]) -> bool {
    head == b"\n" || head == b"\r\n" || head.ends_with(b"\n\n") || head.ends_with(b"\n\r\n")
}

/// The headers of a block of lines.
pub fn headers(block: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(block);
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let plain = lines.map(|(name, value)| (name.to_owned(), value.trim_start().to_owned()));
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(pieces: &[&[u8]]) -> Vec<Message> {
        let mut framer = Framer::default();
        pieces.iter().flat_map(|piece| framer.feed(piece)).collect()
    }

    #[test]
    fn messages_are_the_same_however_the_bytes_come() {
        let text = b"Content-Type: auth/request\n\nContent-Length: 8\r\nContent-Type: x\r\n\r\na\n\nb: c\n\
                     \n\nContent-Type: command/reply\nReply-Text: +OK accepted\n\n";
        let whole = messages(&[text]);
        assert_eq!(whole.len(), 3);
        assert_eq!((whole[1].body.as_slice(), whole[1].cut), (&b"a\n\nb: c\n"[..], false));
        assert_eq!(whole[2].get("reply-text"), Some("+OK accepted"));
        for at in 0..=text.len() {
            assert_eq!(messages(&[&text[..at], &text[at..]]), whole, "split at {at}");
        }
    }

    #[test]
    fn what_is_too_long_costs_itself_and_little_memory() {
        let mut framer = Framer::default();
        framer.feed(b"A: b\n");
        for _ in 0..1_000 {
            assert_eq!(framer.feed(&[b'x'; 8_192]), []);
            assert!(framer.head.capacity() <= 4 * HEADERS);
        }
        framer.feed(b"\n\n");
        let mut after = framer.feed(format!("Content-Length: {}\n\n", 2 * BODY).as_bytes());
        after.extend(framer.feed(&vec![b'y'; 2 * BODY]));
        assert_eq!(after.len(), 1);
        assert!(after[0].cut && after[0].body.len() == BODY);
        assert_eq!(framer.feed(b"C: d\n\n").len(), 1);
        let huge = framer.feed(b"Content-Length: 99999999999999999999999\n\n");
        assert_eq!(huge[0].body.len(), 0);
    }
}
