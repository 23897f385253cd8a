//! What a terminal sends, as keys and pasted text. Pure: told bytes, and told when it was silent
//! for so long that nothing more belongs to what has begun.
//!
//! Ours, because crossterm's reader waits for ever for the end of a paste that has none
//! (crossterm-rs/crossterm#1060) and keeps all of it meanwhile.

use std::time::Duration;

use crate::app::msg::Msg;
use crate::keys::key::{Code, Key};

/// Most of a paste that is kept, in bytes.
pub const LONGEST_PASTE: usize = 256 * 1024;
/// The rest of a sequence or of a character comes within this time.
const SEQUENCE: Duration = Duration::from_millis(500);
/// A paste that is silent for so long has lost its end.
const PASTE: Duration = Duration::from_secs(1);
/// Longest control sequence that is waited for, in bytes; no key is as long.
const LONGEST_SEQUENCE: usize = 64;
/// More bytes at once than a hand types.
const BURST: usize = 32;

const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// From bytes to messages.
#[derive(Debug, Default)]
pub struct Decoder {
    /// What may yet become something.
    begun: Vec<u8>,
    pasting: Option<Paste>,
    /// A paste was given up; its rest may yet come, and is no keys.
    abandoned: bool,
    /// A lone ESC was taken for the key; the rest of its sequence may yet come.
    escaped: bool,
}

#[derive(Debug, Default)]
struct Paste {
    kept: Vec<u8>,
    /// Bytes that came, kept or not.
    whole: u64,
}

/// What the beginning of some bytes is.
enum Found {
    Key(Key, usize),
    /// A paste begins after so many bytes.
    Paste(usize),
    /// The terminal says how light its background is.
    Background(bool, usize),
    /// Nothing of ours.
    Noise(usize),
    /// More must come.
    Partial,
}

impl Decoder {
    /// Takes what came in one piece.
    pub fn feed(&mut self, bytes: &[u8], out: &mut impl Extend<Msg>) {
        let mut bytes = bytes;
        if self.abandoned && self.pasting.is_none() {
            let ends = find(bytes, PASTE_ENDS).is_some();
            if ends || bytes.len() > BURST {
                self.pasting = Some(Paste::default());
            }
        }
        let joined;
        if std::mem::take(&mut self.escaped) && matches!(bytes.first(), Some(b'[' | b'O')) {
            joined = [b"\x1b", bytes].concat();
            if matches!(found(&joined), Found::Key(_, 3..)) {
                bytes = &joined;
            }
        }
        self.begun.extend_from_slice(bytes);
        while !self.begun.is_empty() {
            let taken = if self.pasting.is_some() { self.paste(out) } else { self.key(out) };
            let Some(taken) = taken else { return };
            self.begun.drain(..taken);
        }
    }

    /// How long it may stay silent before [`Decoder::give_up`]; nothing if nothing has begun.
    pub fn patience(&self) -> Option<Duration> {
        match (&self.pasting, &self.begun[..]) {
            (Some(_), _) => Some(PASTE),
            (None, []) => None,
            // Waiting would turn Esc and the key after it into Alt, for whoever types fast.
            (None, [0x1b]) => Some(Duration::ZERO),
            (None, _) => Some(SEQUENCE),
        }
    }

    /// Nothing came for that long: what has begun is what it is.
    pub fn give_up(&mut self, out: &mut impl Extend<Msg>) {
        let begun = std::mem::take(&mut self.begun);
        if let Some(mut paste) = self.pasting.take() {
            paste.take(&begun);
            self.abandoned = true;
            out.extend([paste.told()]);
            return;
        }
        match begun[..] {
            [0x1b] => {
                self.escaped = true;
                out.extend([Msg::Key(Key::plain(Code::Esc))]);
            }
            [0x1b, byte] if byte.is_ascii_graphic() => {
                let key = Key { alt: true, ..Key::plain(Code::Char(char::from(byte))) };
                out.extend([Msg::Key(key)]);
            }
            _ => {}
        }
    }

    /// One key at the beginning, and the bytes that it took; nothing where more must come.
    fn key(&mut self, out: &mut impl Extend<Msg>) -> Option<usize> {
        Some(match found(&self.begun) {
            Found::Key(key, taken) => {
                out.extend([Msg::Key(key)]);
                taken
            }
            Found::Paste(taken) => {
                self.pasting = Some(Paste::default());
                taken
            }
            Found::Background(light, taken) => {
                out.extend([Msg::Background { light }]);
                taken
            }
            Found::Noise(taken) => taken,
            Found::Partial => return None,
        })
    }

    /// More of a paste, and the bytes that it took; nothing where its end may have begun.
    fn paste(&mut self, out: &mut impl Extend<Msg>) -> Option<usize> {
        let paste = self.pasting.get_or_insert_default();
        if let Some(at) = find(&self.begun, PASTE_ENDS) {
            paste.take(&self.begun[..at]);
            out.extend([paste.told()]);
            (self.pasting, self.abandoned) = (None, false);
            return Some(at + PASTE_ENDS.len());
        }
        let held = (1..PASTE_ENDS.len()).rev().find(|n| self.begun.ends_with(&PASTE_ENDS[..*n]));
        let taken = self.begun.len() - held.unwrap_or(0);
        paste.take(&self.begun[..taken]);
        (taken > 0).then_some(taken)
    }
}

impl Paste {
    fn take(&mut self, bytes: &[u8]) {
        self.whole += bytes.len() as u64;
        let room = LONGEST_PASTE - self.kept.len();
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn told(&mut self) -> Msg {
        let kept = std::mem::take(&mut self.kept);
        let text = String::from_utf8_lossy(&kept).into_owned();
        if self.whole > kept.len() as u64 {
            Msg::LongPaste { text, bytes: self.whole }
        } else {
            Msg::Paste(text)
        }
    }
}

/// What these bytes begin with. There is at least one.
fn found(bytes: &[u8]) -> Found {
    let plain = |code| Found::Key(Key::plain(code), 1);
    let ctrl = |c: u8| Found::Key(Key { ctrl: true, ..Key::plain(Code::Char(char::from(c))) }, 1);
    match *bytes {
        [] | [0x1b] => Found::Partial,
        [0x1b, b'[', ..] => sequence(bytes),
        [0x1b, b'O'] => Found::Partial,
        [0x1b, b'O', last, ..] => match letter(last) {
            Some(code) => Found::Key(Key::plain(code), 3),
            None => Found::Noise(3),
        },
        [0x1b, b']' | b'P' | b'X' | b'^' | b'_', ref rest @ ..] => string(rest),
        [0x1b, 0x1b, ..] => plain(Code::Esc),
        [0x1b, ref rest @ ..] => match found(rest) {
            Found::Key(key, taken) => Found::Key(Key { alt: true, ..key }, taken + 1),
            Found::Noise(taken) | Found::Paste(taken) | Found::Background(_, taken) => {
                Found::Noise(taken + 1)
            }
            Found::Partial => Found::Partial,
        },
        [b'\r', ..] => plain(Code::Enter),
        [b'\t', ..] => plain(Code::Tab),
        [0x7f, ..] => plain(Code::Backspace),
        [0, ..] => ctrl(b' '),
        // As crossterm names them, so that keymaps written for either mean the same.
        [byte @ 0x01..=0x1a, ..] => ctrl(byte - 1 + b'a'),
        [byte @ 0x1c..=0x1f, ..] => ctrl(byte - 0x1c + b'4'),
        _ => character(bytes),
    }
}

fn character(bytes: &[u8]) -> Found {
    let piece = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(piece) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&piece[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => return error.error_len().map_or(Found::Partial, Found::Noise),
    };
    match valid.chars().next() {
        // C1 controls are no letters.
        Some(c) if c.is_control() => Found::Noise(c.len_utf8()),
        Some(c) => Found::Key(Key::plain(Code::Char(c)), c.len_utf8()),
        None => Found::Noise(1),
    }
}

/// An answer or a string of the terminal's, which ends with BEL or ST: not typed by a hand.
fn string(rest: &[u8]) -> Found {
    let room = rest.len().min(LONGEST_SEQUENCE);
    let end = rest[..room].iter().position(|byte| matches!(byte, 0x07 | 0x1b));
    match end {
        Some(at) if rest[at] == 0x07 => answer(&rest[..at], at + 3),
        Some(at) => match rest.get(at + 1) {
            Some(b'\\') => answer(&rest[..at], at + 4),
            Some(_) => Found::Noise(at + 2),
            None => Found::Partial,
        },
        None if room == LONGEST_SEQUENCE => Found::Noise(room + 2),
        None => Found::Partial,
    }
}

/// `11;rgb:RRRR/GGGG/BBBB` is what a terminal says of its background; everything else is nothing
/// of ours.
fn answer(text: &[u8], taken: usize) -> Found {
    let light = || {
        let colour = std::str::from_utf8(text).ok()?.strip_prefix("11;rgb:")?;
        let mut sum = 0.0;
        let mut parts = colour.split('/');
        // Rec. 709: how much each colour adds to what the eye takes for light.
        for weight in [0.2126, 0.7152, 0.0722] {
            let digits = parts.next().filter(|digits| (1..=4).contains(&digits.len()))?;
            let most = f64::from((1_u32 << (4 * digits.len())) - 1);
            sum += weight * f64::from(u32::from_str_radix(digits, 16).ok()?) / most;
        }
        parts.next().is_none().then_some(sum > 0.5)
    };
    light().map_or(Found::Noise(taken), |light| Found::Background(light, taken))
}

/// A control sequence: ESC, `[`, parameters, intermediates, one last byte.
fn sequence(bytes: &[u8]) -> Found {
    let rest = &bytes[2..];
    match *rest {
        // The Linux console's F1 to F5.
        [b'['] => return Found::Partial,
        [b'[', last @ b'A'..=b'E', ..] => {
            return Found::Key(Key::plain(Code::F(last - b'A' + 1)), 4);
        }
        // A mouse report of the old kind, left on by whoever was here before.
        [b'M', _, _, _, ..] => return Found::Noise(6),
        [b'M', ..] => return Found::Partial,
        _ => {}
    }
    let within = rest.iter().take(LONGEST_SEQUENCE);
    let body = within.take_while(|byte| (0x20..0x40).contains(*byte)).count();
    let Some(&last) = rest.get(body) else { return Found::Partial };
    if !(0x40..0x7f).contains(&last) {
        return Found::Noise(2 + body);
    }
    let taken = 3 + body;
    let mut numbers = rest[..body].split(|byte| *byte == b';').map(number);
    let (first, second) = (numbers.next().flatten(), numbers.next().flatten());
    let code = match (last, first) {
        (b'~', Some(200)) => return Found::Paste(taken),
        (b'~', Some(n)) => numbered(n),
        (b'Z', _) => Some(Code::Tab),
        (b'u', Some(n)) => char::from_u32(n).map(unicode),
        _ => letter(last),
    };
    // As xterm counts: 1 and a bit for each modifier. A larger number is a report's.
    let held = second.unwrap_or(1).saturating_sub(1);
    let Some(code) = code.filter(|_| held < 16) else { return Found::Noise(taken) };
    let shift = held & 1 > 0 && !matches!(code, Code::Char(_));
    let (shift, alt, ctrl) = (shift || last == b'Z', held & 2 > 0, held & 4 > 0);
    Found::Key(Key { code, ctrl, alt, shift }, taken)
}

/// A decimal number; `1:2` is its first part.
fn number(digits: &[u8]) -> Option<u32> {
    let first = digits.split(|byte| *byte == b':').next()?;
    std::str::from_utf8(first).ok()?.parse().ok()
}

/// The key of a sequence that ends with this letter.
fn letter(last: u8) -> Option<Code> {
    Some(match last {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P'..=b'S' => Code::F(last - b'P' + 1),
        _ => return None,
    })
}

/// The key of a sequence that ends with `~` and begins with this number.
fn numbered(n: u32) -> Option<Code> {
    let n = u8::try_from(n).ok()?;
    Some(match n {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::F(n - 10),
        17..=21 => Code::F(n - 11),
        23..=24 => Code::F(n - 12),
        _ => return None,
    })
}

/// The key that a terminal names by its character.
fn unicode(c: char) -> Code {
    match c {
        '\r' => Code::Enter,
        '\t' => Code::Tab,
        '\u{1b}' => Code::Esc,
        '\u{7f}' => Code::Backspace,
        c => Code::Char(c),
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == wanted[0]) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests;
