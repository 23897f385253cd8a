//! From bytes to lines, however the bytes are cut. Pure.

use crate::domain::ask::AskError;

/// The longest line of an answer, in bytes.
const LINE: usize = 32 * 1024 * 1024;

/// Bytes that have come and are no whole line yet.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// So many bytes are known to hold no line end.
    searched: usize,
}

impl Frames {
    /// More bytes have come.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole line that is not blank, without its end. `Nonsense` where a line grows
    /// beyond 32 MiB. 0x0A cannot occur inside a character of UTF-8.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, AskError> {
        loop {
            let end = self.bytes[self.searched..].iter().position(|b| *b == b'\n');
            let Some(end) = end.map(|end| end + self.searched) else {
                self.searched = self.bytes.len();
                let fits = self.bytes.len() <= LINE;
                return if fits { Ok(None) } else { Err(AskError::Nonsense) };
            };
            let rest = self.bytes.split_off(end + 1);
            let mut line = std::mem::replace(&mut self.bytes, rest);
            self.searched = 0;
            line.pop();
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(frames: &mut Frames) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| frames.next().unwrap()).collect()
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_they_are_cut(
            lines in proptest::collection::vec("[a-z{}\" ]{0,40}x", 0..20),
            cut in 1..50_usize,
        ) {
            let bytes: Vec<u8> = lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect();
            let mut frames = Frames::default();
            let mut read = Vec::new();
            for piece in bytes.chunks(cut) {
                frames.feed(piece);
                read.extend(all(&mut frames));
            }
            let read: Vec<String> = read.into_iter().map(|line| String::from_utf8(line).unwrap()).collect();
            prop_assert_eq!(read, lines);
        }
    }

    #[test]
    fn blank_lines_are_nothing_and_an_unfinished_line_waits() {
        let mut frames = Frames::default();
        frames.feed(b"\n \r\n{}\r\n{\"a\"");
        assert_eq!(all(&mut frames), [b"{}\r"]);
        frames.feed(b":1}\n");
        assert_eq!(all(&mut frames), [b"{\"a\":1}"]);
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        let mut frames = Frames::default();
        frames.feed(&vec![b'x'; LINE + 1]);
        assert_eq!(frames.next(), Err(AskError::Nonsense));
    }
}
