//! One key press, as keymap files write it: `g`, `G`, `ctrl-c`, `shift-tab`, `f1`, `enter`.

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
    /// Only for keys that print nothing: `G` is not `shift-g`.
    pub shift: bool,
}

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    Char(char),
    F(u8),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

const NAMED: [(&str, Code); 15] = [
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
    ("space", Code::Char(' ')),
];

/// Keys that terminals send as others.
const SAME: [(char, &str); 3] = [
    ('i', "terminals send tab for this key: write that instead"),
    ('m', "terminals send enter for this key: write that instead"),
    ('[', "terminals send esc for this key: write that instead"),
];

impl Key {
    /// A key that is pressed alone.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// The character that it types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::F(n) => write!(f, "f{n}"),
            Code::Char(c) if c != ' ' => write!(f, "{c}"),
            code => {
                let named = NAMED.iter().find(|(_, known)| *known == code);
                f.write_str(named.map_or("", |(name, _)| name))
            }
        }
    }
}

impl std::str::FromStr for Key {
    type Err = &'static str;

    /// Reads a key as keymap files write it; the error is a sentence.
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let mut key = Self::plain(Code::Esc);
        let mut rest = text;
        loop {
            let (held, after) = if let Some(after) = rest.strip_prefix("ctrl-") {
                (&mut key.ctrl, after)
            } else if let Some(after) = rest.strip_prefix("alt-") {
                (&mut key.alt, after)
            } else if let Some(after) = rest.strip_prefix("shift-") {
                (&mut key.shift, after)
            } else {
                break;
            };
            if after.is_empty() || std::mem::replace(held, true) {
                return Err("a modifier without a key, or twice");
            }
            rest = after;
        }
        let named = NAMED.iter().find(|(name, _)| *name == rest);
        let function = rest.strip_prefix('f').and_then(|n| n.parse().ok());
        key.code = match (named, function) {
            (Some((_, code)), _) => *code,
            (None, Some(n @ 1..=24)) => Code::F(n),
            _ => {
                let mut chars = rest.chars();
                let (Some(c), None) = (chars.next(), chars.next()) else {
                    return Err("no key is called so");
                };
                if key.shift {
                    return Err("a terminal sends the shifted character: write that one instead");
                }
                Code::Char(c)
            }
        };
        if let (Code::Char(c), true) = (key.code, key.ctrl)
            && let Some((_, instead)) = SAME.iter().find(|(known, _)| *known == c)
        {
            return Err(instead);
        }
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_they_are_read() {
        for text in [
            "g",
            "G",
            "ctrl-c",
            "shift-tab",
            "f1",
            "enter",
            "space",
            "alt-x",
            "?",
            "ctrl-alt-up",
            "-",
        ] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_no_terminal_sends_is_refused_with_a_reason() {
        assert!("shift-1".parse::<Key>().unwrap_err().contains("shifted character"));
        assert!("ctrl-i".parse::<Key>().unwrap_err().contains("send tab"));
        for bad in ["", "ctrl-", "gg", "f99", "ctrl-ctrl-c", "hyper-x"] {
            assert!(bad.parse::<Key>().is_err(), "{bad}");
        }
    }
}
