//! Lines out of bytes. 0x0A cannot occur inside UTF-8, so a bad line costs only itself.

/// Longest line in bytes, without its end.
pub const LONGEST: usize = 65_536;
/// So many lines in a row that are too long end the connection.
const PATIENCE: u32 = 3;

/// Takes bytes as they come, gives lines.
#[derive(Debug, Default)]
pub struct Framer {
    partial: Vec<u8>,
    /// The rest of a line that is too long is thrown away.
    skipping: bool,
    too_long: u32,
}

/// What was between two line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Framed {
    Line(Vec<u8>),
    TooLong,
}

impl Framer {
    /// The lines that these bytes complete. Empty lines are left out.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Framed> {
        let mut framed = Vec::new();
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.take(&rest[..end]);
            framed.extend(self.complete());
            rest = &rest[end + 1..];
        }
        self.take(rest);
        framed
    }

    /// The last line, where the peer ended without a line end.
    pub fn finish(&mut self) -> Option<Framed> {
        self.complete()
    }

    /// Whether a line has begun and not ended.
    pub fn partial(&self) -> bool {
        self.skipping || !self.partial.is_empty()
    }

    /// Whether so many lines in a row were too long that nobody sensible is speaking.
    pub fn hopeless(&self) -> bool {
        self.too_long >= PATIENCE
    }

    fn take(&mut self, bytes: &[u8]) {
        if self.skipping {
            return;
        }
        // One more for the carriage return that may end the line.
        if self.partial.len() + bytes.len() > LONGEST + 1 {
            self.skipping = true;
            self.partial = Vec::new();
        } else {
            self.partial.extend_from_slice(bytes);
        }
    }

    fn complete(&mut self) -> Option<Framed> {
        let mut line = std::mem::take(&mut self.partial);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if std::mem::take(&mut self.skipping) || line.len() > LONGEST {
            self.too_long += 1;
            return Some(Framed::TooLong);
        }
        if line.is_empty() {
            return None;
        }
        self.too_long = 0;
        Some(Framed::Line(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<Framed> {
        let mut framer = Framer::default();
        let mut lines: Vec<Framed> = pieces.iter().flat_map(|piece| framer.feed(piece)).collect();
        lines.extend(framer.finish());
        lines
    }

    #[test]
    fn lines_are_the_same_however_the_bytes_come() {
        let text = b"{\"a\":1}\r\n\n\xff\xfe bad\n{\"b\":\"\xc3\xa9\"}";
        let whole = lines(&[text]);
        assert_eq!(whole.len(), 3);
        for at in 0..=text.len() {
            assert_eq!(lines(&[&text[..at], &text[at..]]), whole, "split at {at}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_costs_itself_and_little_memory() {
        let mut framer = Framer::default();
        for _ in 0..1000 {
            assert_eq!(framer.feed(&[b'x'; 8192]), []);
            assert!(framer.partial.capacity() <= 4 * LONGEST);
        }
        let after = framer.feed(b"\n{}\n");
        assert_eq!(after, [Framed::TooLong, Framed::Line(b"{}".to_vec())]);
        assert!(!framer.hopeless());
    }

    #[test]
    fn the_longest_line_is_taken_and_one_more_byte_is_not() {
        let longest = vec![b'x'; LONGEST];
        assert_eq!(lines(&[&longest, b"\r\n"]), [Framed::Line(longest.clone())]);
        assert_eq!(lines(&[&longest, b"y\n"]), [Framed::TooLong]);
    }
}
