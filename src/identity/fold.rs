//! Text as it is compared: small Latin letters and digits, whatever alphabet it was written in.

use deunicode::deunicode;

/// The words of a text, transliterated and in small letters: `"Zoë Färber-O'Neil"` is
/// `["zoe", "farber", "oneil"]`, and so is `"ЗОЯ …"` in its way.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in latin(text).chars() {
        match c {
            'a'..='z' | '0'..='9' => word.push(c),
            'A'..='Z' => word.push(c.to_ascii_lowercase()),
            // O'Neil and ONeil, St. and St are written by the same hand.
            '\'' | '`' | '"' => {}
            _ if word.is_empty() => {}
            _ => words.push(std::mem::take(&mut word)),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// As `words`, and the spellings of one sound that clerks and keyboards change are one: `mueller`
/// is `muller`, `kjaer` is `kjar`.
pub fn name_words(text: &str) -> Vec<String> {
    let mut words = words(text);
    for word in &mut words {
        if ["ae", "oe", "ue", "aa"].iter().any(|pair| word.contains(pair)) {
            *word =
                word.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a");
        }
    }
    words
}

fn latin(text: &str) -> std::borrow::Cow<'_, str> {
    if text.is_ascii() { text.into() } else { deunicode(text).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphabets_accents_and_case_make_no_difference() {
        for (a, b) in [
            ("Zoë FÄRBER", "zoe farber"),
            ("Zoe\u{308}", "ZOE"),
            ("Müller", "mueller"),
            ("Weiß", "WEISS"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("Kjær", "KJAER"),
            ("O’Neil", "ONEIL"),
            ("Иван Петров", "Ivan Petrov"),
            ("Jean-Luc", "jean luc"),
        ] {
            assert_eq!(name_words(a), name_words(b), "{a} {b}");
        }
        assert_eq!(words("  "), [] as [&str; 0]);
        assert_eq!(words("14/2b High St."), ["14", "2b", "high", "st"]);
    }
}
