//! What the program may say to a terminal, and nothing else: move the cursor, colour, a few
//! modes, erase, scroll, and text that cannot be taken for anything but text.

use std::fmt;

use super::unicode::{Kind, SECOND_SOURCE, SecondSource};
use norns::domain::text::UNICODE;

/// Modes that may be set and reset: alternate screen, cursor, bracketed paste, synchronized
/// update, line wrap, focus reports.
const MODES: [&str; 6] = ["1049", "25", "2004", "2026", "7", "1004"];

/// Something that is not in the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The byte where it begins.
    pub at: usize,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.what)
    }
}

/// Everything in these bytes that a program must not write to a terminal.
pub fn violations(bytes: &[u8]) -> Vec<Violation> {
    let mut reader = Reader::new(bytes);
    while reader.at < bytes.len() {
        reader.step();
    }
    reader.found
}

/// The text that may follow a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A control sequence, or nothing.
    Sequence,
    /// A letter or mark of a script that has joiners.
    Joining,
    Text,
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    before: Before,
    marks: u32,
    found: Vec<Violation>,
    unicode: &'static SecondSource,
}

impl<'b> Reader<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        let unicode = &*SECOND_SOURCE;
        Self { bytes, at: 0, before: Before::Sequence, marks: 0, found: Vec::new(), unicode }
    }

    fn complain(&mut self, what: impl Into<String>) {
        self.found.push(Violation { at: self.at, what: what.into() });
    }

    fn step(&mut self) {
        match self.bytes[self.at..] {
            [0x1b, b'[', ..] => {
                let length = self.sequence();
                self.at += length;
                self.before = Before::Sequence;
            }
            [b' '..=b'~', ..] => {
                self.at += 1;
                (self.before, self.marks) = (Before::Text, 0);
            }
            [byte @ (..0x20 | 0x7f), ..] => {
                self.complain(format!("control character {byte:#04x}"));
                self.at += 1;
            }
            _ => self.scalar(),
        }
    }

    /// Judges one control sequence and returns its length.
    fn sequence(&mut self) -> usize {
        let rest = &self.bytes[self.at + 2..];
        let body = rest.iter().take_while(|byte| (0x20..0x40).contains(*byte)).count();
        let Some(&last) = rest.get(body) else {
            self.complain("a control sequence without an end");
            return 2 + body;
        };
        let parameters = String::from_utf8_lossy(&rest[..body]);
        let numbers = |most: usize| {
            let digits = |part: &str| part.len() <= 5 && part.bytes().all(|b| b.is_ascii_digit());
            parameters.split(';').count() <= most && parameters.split(';').all(digits)
        };
        let allowed = match last {
            b'H' | b'r' => numbers(2),
            b'm' => numbers(20),
            b'h' | b'l' => parameters.strip_prefix('?').is_some_and(|mode| MODES.contains(&mode)),
            b'J' | b'K' => matches!(&*parameters, "" | "0" | "1" | "2" | "3"),
            b'L' | b'M' | b'S' | b'T' => numbers(1),
            b'q' => matches!(&*parameters, "0 " | "1 " | "2 " | "3 " | "4 " | "5 " | "6 "),
            _ => false,
        };
        if !allowed {
            self.complain(format!("CSI {parameters} {}", char::from(last).escape_default()));
        }
        3 + body
    }

    /// Judges one scalar that is not ASCII.
    fn scalar(&mut self) {
        let Some(c) = first_scalar(&self.bytes[self.at..]) else {
            self.complain("a byte that is not UTF-8");
            self.at += 1;
            return;
        };
        let joiner = matches!(c, '\u{200c}' | '\u{200d}') && self.before == Before::Joining;
        let kind = self.unicode.kind(c);
        match kind {
            Kind::Hidden | Kind::Selector | Kind::Never if !joiner => {
                self.complain(format!("{kind:?} U+{:04X}", u32::from(c)));
            }
            // A Python older than the product's table does not know its newest characters.
            Kind::Unassigned if self.unicode.version >= UNICODE => {
                self.complain(format!("unassigned U+{:04X}", u32::from(c)));
            }
            Kind::Mark if self.before == Before::Sequence => {
                self.complain(format!("mark U+{:04X} without a base", u32::from(c)));
            }
            Kind::Mark if self.marks == 3 => self.complain("more than three marks on one base"),
            _ => {}
        }
        self.marks = if kind == Kind::Mark { self.marks + 1 } else { 0 };
        self.before = match kind {
            Kind::Letter | Kind::Mark | Kind::Spacing if c >= '\u{590}' => Before::Joining,
            _ => Before::Text,
        };
        self.at += c.len_utf8();
    }
}

/// The scalar at the beginning, if it is well-formed.
fn first_scalar(bytes: &[u8]) -> Option<char> {
    let piece = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(piece) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&piece[..error.valid_up_to()]).ok()?,
    };
    valid.chars().next()
}
