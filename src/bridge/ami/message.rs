//! A message as it came: headers in their order, repeated ones too.

/// Headers in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    headers: Vec<(String, String)>,
    /// Something in it is not as Asterisk writes it: nothing that a caller may have written in it
    /// is believed.
    pub spoilt: bool,
}

impl Message {
    /// Adds a line.
    pub fn push(&mut self, line: &[u8]) {
        let lone = line.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
        let text = String::from_utf8_lossy(line);
        let (name, value) = text.split_once(':').unwrap_or((&text, ""));
        self.spoilt |= lone || !text.contains(':');
        self.headers.push((name.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned()));
    }

    /// Adds what another message says, as the rest of this one.
    pub fn join(&mut self, rest: Self) {
        self.headers.extend(rest.headers);
        self.spoilt = true;
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// The name of a header by its place.
    pub fn name(&self, nth: usize) -> Option<&str> {
        self.headers.get(nth).map(|(name, _)| name.as_str())
    }

    /// What it is: the name of its first header, and of no other.
    pub fn kind(&self) -> Option<&str> {
        self.name(0)
    }

    /// The first value of this name: what stands before anything that a caller wrote.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// The last value of this name: what stands behind everything that a caller wrote.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.values(name).last()
    }

    /// Whether a header is there.
    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// Every value of this name.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a header is there twice that never is, or a channel variable with two values.
    pub fn repeats(&self) -> bool {
        let list = |name: &str| name.ends_with("ChanVariable") || name.starts_with("ChanVariable(");
        self.headers.iter().enumerate().any(|(at, (name, value))| {
            let before = self.headers[..at].iter().filter(|(known, _)| known == name);
            let mut before = before.map(|(_, value)| value);
            if !list(name) {
                return before.next().is_some();
            }
            let variable = value.split('=').next();
            before.any(|known| known != value && known.split('=').next() == variable)
        })
    }
}

/// What Asterisk has escaped as C does, unescaped. It escapes names and channel variables, and
/// neither numbers nor what a dialplan puts into a `UserEvent`.
pub fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('a') => plain.push('\u{7}'),
            Some('b') => plain.push('\u{8}'),
            Some('f') => plain.push('\u{c}'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('v') => plain.push('\u{b}'),
            Some(c @ ('\\' | '\'' | '"' | '?')) => plain.push(c),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(lines: &[&str]) -> Message {
        let mut message = Message::default();
        lines.iter().for_each(|line| message.push(line.as_bytes()));
        message
    }

    #[test]
    fn names_are_unescaped_as_they_were_escaped() {
        assert_eq!(unescape(r#"O\'Brien \\\"Bob\\\""#), r#"O'Brien \"Bob\""#);
        assert_eq!(unescape(r"Tab\there, back\\\\slash\"), "Tab\there, back\\\\slash\\");
        assert_eq!(unescape(r"\z"), r"\z");
    }

    #[test]
    fn a_header_that_is_there_twice_is_noticed_and_a_list_is_not() {
        let list = ["ChanVariable: A=1", "ChanVariable: B=2", "DestChanVariable: A=1"];
        assert!(!message(&list).repeats());
        assert!(!message(&[&list[..], &["ChanVariable: A=1"]].concat()).repeats());
        assert!(message(&[&list[..], &["ChanVariable: A=3"]].concat()).repeats());
        assert!(message(&["Event: X", "Account: 1", "Account: 1"]).repeats());
    }

    #[test]
    fn bytes_that_are_no_text_cost_themselves_only() {
        let mut message = Message::default();
        message.push(b"CallerIDName: Andr\xe9");
        assert_eq!(message.last("CallerIDName"), Some("Andr\u{fffd}"));
    }
}
