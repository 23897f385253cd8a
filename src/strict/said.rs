//! What the parser and serde say, in words for people and without their words about values.

use super::{instead, nearest};

/// What is said of a name that is there already.
pub const TWICE: &str = "this key is there twice";

/// A sentence, what helps, and the key that is missing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub what: String,
    pub hint: Option<String>,
    pub missing: Option<String>,
}

impl Said {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The word that was probably meant; else all that there are, where they are few.
    fn near(self, word: &str, known: &[&str]) -> Self {
        match instead(word, known) {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

/// What the parser of TOML says. Its words are its own: none is out of the file.
pub fn of_syntax(message: &str) -> Said {
    let what = message.split(", expected").next().unwrap_or_default();
    let quote = "write it in double quotes";
    let (what, hint) = match what {
        "string values must be quoted" => ("text must stand in quotes", quote),
        "duplicate key" => (TWICE, "keep one of them"),
        "key with no value" => ("a key without a value", "write key = value"),
        "missing value" | "missing value for key" => ("a key without a value", "write key = value"),
        "invalid basic string" => ("this text does not end on its line", "close it with `\"`"),
        "invalid literal string" => ("this text does not end on its line", "close it with `'`"),
        "unclosed table" => ("this table's name does not end", "close it with `]`"),
        "unclosed array table" => ("this table's name does not end", "close it with `]]`"),
        "unclosed array" => ("this list does not end", "close it with `]`"),
        "unclosed inline table" => ("this table does not end", "close it with `}`"),
        "invalid float" | "invalid integer" | "invalid boolean" | "invalid value" => {
            ("this value cannot be read", "text stands in double quotes")
        }
        "invalid unquoted key" => ("this is no name of a key", "write the key in double quotes"),
        other => return Said::new(other),
    };
    Said::new(what).hint(hint)
}

/// What serde says of a value. Its messages quote values after `invalid type:`, `invalid value:`
/// and as unknown variants; what was expected is ours, and enough.
pub fn of_value(message: &str) -> Said {
    let first = message.lines().next().unwrap_or_default();
    let names = quoted(first);
    if let Some(key) = first.strip_prefix("missing field ") {
        let key = key.trim_matches('`').to_owned();
        return Said {
            missing: Some(key.clone()),
            ..Said::new(format!("the key `{key}` is missing")).hint("add it")
        };
    }
    if let (true, [key, known @ ..]) = (first.starts_with("unknown field"), &names[..]) {
        return Said::new("there is no such key").near(key, known);
    }
    let expected = first.rsplit_once("expected ").map(|(_, what)| what);
    if first.starts_with("unknown variant") {
        let known = expected.map(quoted).unwrap_or_default();
        let said = Said::new(format!("expected {}", listed(&known)));
        let word = names.first().filter(|_| names.len() > known.len());
        let near = word.and_then(|word| nearest(word, known.iter().copied()));
        return match near {
            Some(near) => said.hint(format!("did you mean `{near}`")),
            None => said,
        };
    }
    let Some(expected) = expected else {
        return Said::new(match first {
            _ if first.starts_with("data did not match any variant") => {
                "none of the forms that this may have"
            }
            _ if first.starts_with("duplicate") => TWICE,
            _ if first.contains("socket address") => {
                return Said::new("expected an address and port").hint("such as 127.0.0.1:8417");
            }
            _ => "this cannot be read",
        });
    };
    // A sentence of ours may bring its own hint.
    if let Some((what, near)) = expected.split_once(", did you mean ") {
        return Said::new(format!("expected {what}")).hint(format!("did you mean {near}"));
    }
    let (words, is_text) = in_words(expected);
    let said = Said::new(format!("expected {words}"));
    let was_text = first.starts_with("invalid type: string");
    match (first.starts_with("invalid type"), was_text, is_text) {
        (true, true, Some(false)) => said.hint("write it without quotes"),
        (true, false, Some(true)) => said.hint("write it in double quotes"),
        _ => said,
    }
}

/// What Rust calls a kind of value, as people do; and whether it is text, where that is sure.
fn in_words(expected: &str) -> (String, Option<bool>) {
    let number = |most: &str| (format!("a whole number from 0 to {most}"), Some(false));
    match expected {
        "u8" => number("255"),
        "u16" => number("65535"),
        "u32" => number("4294967295"),
        "u64" | "usize" => ("a whole number from 0 up".to_owned(), Some(false)),
        "i8" | "i16" | "i32" | "i64" => ("a whole number".to_owned(), Some(false)),
        "f32" | "f64" => ("a number".to_owned(), Some(false)),
        "a boolean" => ("true or false".to_owned(), Some(false)),
        "a string" | "path string" => ("text".to_owned(), Some(true)),
        "a sequence" => ("a list in [ ]".to_owned(), None),
        "a map" => ("a table".to_owned(), None),
        _ if expected.starts_with("struct ") || expected.contains("tagged enum") => {
            ("a table".to_owned(), None)
        }
        _ => (expected.to_owned(), None),
    }
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn listed(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match &words[..] {
        [] => "something else".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(message: &str) -> String {
        let said = of_value(message);
        said.hint.map_or(said.what.clone(), |hint| format!("{}; {hint}", said.what))
    }

    #[test]
    fn no_word_of_a_value_is_left_in_what_serde_says() {
        let messages = [
            "invalid type: string \"s3cret\", expected u16",
            "invalid value: integer `s3cret`, expected a boolean",
            "unknown variant `s3cret`, expected one of `auto`, `none`, `16`",
            "unknown variant `s3cret, expected `, expected `a` or `b`",
            "invalid type: string \"expected s3cret\", expected a sequence",
            "s3cret is no such thing",
            "invalid socket address syntax s3cret",
            "data did not match any variant of untagged enum s3cret",
        ];
        for message in messages {
            assert!(!value(message).contains("s3cret"), "{}", value(message));
        }
    }

    #[test]
    fn kinds_of_values_are_told_in_words() {
        assert_eq!(
            value("invalid type: integer `7`, expected a string"),
            "expected text; write it in double quotes"
        );
        assert_eq!(
            value("invalid type: string \"x\", expected struct DeskTable"),
            "expected a table"
        );
        assert_eq!(
            value("unknown variant `atuo`, expected one of `auto`, `none`, `16`"),
            "expected `auto`, `none` or `16`; did you mean `auto`"
        );
    }
}
