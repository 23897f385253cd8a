//! Who may be the same person: by number, by e-mail, and by names that are nearly the same. A pure
//! function of what was typed and what was found; it only warns, it never joins.

use crate::domain::customer::{Candidate, Key};

/// From this likeness on, two names are worth a look: one letter in eight may differ.
const ALIKE: f64 = 0.88;

/// Why the candidate may be whom these keys are of, the strongest reason first; nothing where it
/// is somebody else.
pub fn reasons(keys: &[Key], candidate: &Candidate) -> Vec<String> {
    let mut reasons = Vec::new();
    let same = |wanted: &Key| candidate.keys.iter().any(|known| same(wanted, known));
    for key in keys {
        match key {
            Key::Phone(_) if same(key) => reasons.push("same number".to_owned()),
            Key::Email(_) if same(key) => reasons.push("same e-mail".to_owned()),
            Key::Account(_) if same(key) => reasons.push("same account".to_owned()),
            _ => {}
        }
    }
    for key in keys {
        let Key::Name(name) = key else { continue };
        let likeness = likeness(name, &candidate.name);
        if likeness >= 0.999 {
            reasons.push("same name".to_owned());
        } else if likeness >= ALIKE {
            reasons.push(format!("name alike {likeness:.2}"));
        }
    }
    reasons
}

fn same(wanted: &Key, known: &Key) -> bool {
    match (wanted, known) {
        (Key::Email(a), Key::Email(b)) | (Key::Account(a), Key::Account(b)) => {
            a.trim().eq_ignore_ascii_case(b.trim())
        }
        (a, b) => a == b,
    }
}

/// How alike two names are, from 0 to 1, whatever the order of their words, their case, their
/// accents and their punctuation.
pub fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (normal(a), normal(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    strsim::jaro_winkler(&a, &b)
}

/// The words of a name in the order of the alphabet, in small letters without accents.
fn normal(name: &str) -> String {
    let lower: String = name.chars().flat_map(char::to_lowercase).map(plain).collect();
    let mut words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

/// A letter without its accent.
fn plain(c: char) -> char {
    match c {
        'à'..='å' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ę' | 'ě' => 'e',
        'ì'..='ï' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ś' | 'š' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ł' => 'l',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::customer::CustomerId;
    use crate::domain::phone::{Number, Region};
    use crate::domain::text::CleanText;

    fn phone(text: &str) -> Key {
        Key::Phone(Number::read(text, Region::NANP).unwrap())
    }

    fn candidate(name: &str, keys: &[Key]) -> Candidate {
        Candidate {
            id: CustomerId::parse("CRM:C-1").unwrap(),
            name: CleanText::line(name),
            account: None,
            since: None,
            score: 0,
            reasons: Vec::new(),
            records: Vec::new(),
            keys: keys.to_vec(),
            kin: Vec::new(),
        }
    }

    fn name(text: &str) -> Key {
        Key::Name(CleanText::line(text))
    }

    #[test]
    fn names_are_alike_whatever_their_order_case_and_accents() {
        for (a, b) in [
            ("Eleanor Whitcombe", "WHITCOMBE, ELEANOR"),
            ("Zoë Färber", "Zoe Farber"),
            ("Jean-Luc Moreau", "jean luc moreau"),
        ] {
            assert!(likeness(a, b) > 0.999, "{a} {b}");
        }
        for (a, b) in [("Eleanor Whitcombe", "Elenor Witcombe"), ("Jon Smith", "John Smith")] {
            assert!((ALIKE..0.999).contains(&likeness(a, b)), "{a} {b} {}", likeness(a, b));
        }
        for (a, b) in [("Eleanor Whitcombe", "Amir Haddad"), ("Ann", ""), ("", "")] {
            assert!(likeness(a, b) < ALIKE, "{a} {b}");
        }
    }

    #[test]
    fn the_same_number_or_address_is_always_a_reason() {
        let mail = |text| Key::Email(CleanText::line(text));
        let known = candidate("Somebody Else", &[phone("6045550199"), mail("zoe@mail.example")]);
        let typed = [name("Zoë Färber"), phone("+1 604 555 0199"), mail("Zoe@Mail.Example")];
        assert_eq!(reasons(&typed, &known), ["same number", "same e-mail"]);
        assert_eq!(reasons(&[name("Zoë Färber")], &known), [] as [&str; 0]);
        assert_eq!(reasons(&[name("Somebody Elsa")], &known), ["name alike 0.93"]);
    }

    proptest! {
        #[test]
        fn likeness_is_the_same_both_ways_and_between_nothing_and_all(
            a in any::<String>(), b in any::<String>(),
        ) {
            let one = likeness(&a, &b);
            prop_assert!((0.0..=1.0).contains(&one));
            prop_assert!((one - likeness(&b, &a)).abs() < 1e-9);
        }
    }
}
