//! Telephone numbers, however they are spelt, as E.164.

mod plan;

use std::fmt;

use lean_string::LeanString;

pub use plan::Region;

/// A number in E.164: `+` and 5 to 15 digits (ITU-T E.164).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number(LeanString);

impl Number {
    /// Reads a number however it is written: separators (`space . - / ( )`) are dropped, an
    /// extension (`x12`, `ext. 12`, `;ext=12`) is cut off, `(0)` after a country code is ignored
    /// where numbers do not begin with it.
    /// Anything else that is no digit makes it no number: `anonymous` is not a number.
    pub fn read(written: &str, home: Region) -> Option<Self> {
        let written = written.trim();
        let written = written.strip_prefix("tel:").unwrap_or(written);
        let lower = written.to_ascii_lowercase();
        let end = ["ext", ";", "x", "#"].iter().filter_map(|mark| lower.find(mark)).min();
        let main = written.get(..end.unwrap_or(written.len()))?;
        let main = if plan::has_zero(main) { main.to_owned() } else { main.replace("(0)", "") };
        let mut digits = String::new();
        let mut plus = false;
        for c in main.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '+' if digits.is_empty() && !plus => plus = true,
                ' ' | '\u{a0}' | '~' | '.' | '-' | '/' | '(' | ')' | '\u{2010}'..='\u{2013}' => {}
                _ => return None,
            }
        }
        if let Some(abroad) = if plus { Some(&*digits) } else { home.abroad(&digits) } {
            let inland = abroad.strip_prefix(home.code).and_then(|rest| home.mobile(rest));
            return match inland {
                Some(number) => Self::international(&format!("{}{number}", home.code)),
                None => Self::international(abroad),
            };
        }
        if let Some(inland) = home.local(&digits).or_else(|| home.mobile(&digits)) {
            return Self::international(&format!("{}{inland}", home.code));
        }
        let whole = home.is_number(&digits).then_some(&*digits);
        let national = home
            .within(&digits)
            .or(whole)
            .or_else(|| digits.strip_prefix(home.code).filter(|rest| home.is_number(rest)))?;
        Self::international(&format!("{}{national}", home.code))
    }

    fn international(digits: &str) -> Option<Self> {
        let good = (5..=15).contains(&digits.len()) && !digits.starts_with('0');
        good.then(|| Self(format!("+{digits}").into()))
    }

    /// `+14165550142`.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The digits alone: `14165550142`.
    pub fn digits(&self) -> &str {
        &self.0[1..]
    }

    /// The number as dialled within `home`, or its digits where it lies abroad: `4165550142`.
    pub fn national(&self, home: Region) -> &str {
        self.digits().strip_prefix(home.code).unwrap_or(self.digits())
    }

    /// The last `n` digits, or all where there are fewer.
    pub fn last(&self, n: usize) -> &str {
        let digits = self.digits();
        &digits[digits.len().saturating_sub(n)..]
    }
}

/// For reading out: `+1 416 555 0142` in the North American plan, otherwise groups of three after
/// the country's code.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, mut rest) = plan::calling_code(self.digits());
        let mut text = format!("+{code}");
        while !rest.is_empty() {
            let take = if rest.len() <= 4 { rest.len() } else { 3 };
            let (group, more) = rest.split_at(take);
            text.push(' ');
            text.push_str(group);
            rest = more;
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str) -> Option<String> {
        Number::read(written, Region::NANP).map(|n| n.e164().to_owned())
    }

    #[test]
    fn every_spelling_of_a_number_is_one_number() {
        for spelt in [
            "4165550177",
            "416-555-0177",
            "(416) 555/0177",
            "416.555.0177",
            "+1 416 555 0177",
            "1 416 555 0177",
            "011 1 416 555 0177",
            "tel:+14165550177",
            "416-555-0177 ext. 12",
            "4165550177x12",
        ] {
            assert_eq!(read(spelt).as_deref(), Some("+14165550177"), "{spelt}");
        }
    }

    #[test]
    fn each_country_dials_in_its_own_way() {
        for (country, spelt, number) in [
            ("NL", "020 555 0142", "+31205550142"),
            ("IT", "06 555 01420", "+390655501420"),
            ("DE", "+39 (0)6 555 01420", "+390655501420"),
            ("DE", "+44 (0)20 7946 0142", "+442079460142"),
            ("RU", "8 (495) 555-01-42", "+74955550142"),
            ("RU", "8~10 44 20 7946 0142", "+442079460142"),
            ("HU", "06 1 555 0142", "+3615550142"),
            ("AU", "0011 44 20 7946 0142", "+442079460142"),
            ("ES", "955 501 420", "+34955501420"),
            ("JP", "03-5555-0142", "+81355550142"),
            ("SG", "6555 0142", "+6565550142"),
            ("MX", "55 5555 0142", "+525555550142"),
            ("DE", "030 55570142", "+493055570142"),
            ("DE", "0049 30 55570142", "+493055570142"),
            ("FK", "55501", "+50055501"),
            ("AR", "011 15 5555-0142", "+5491155550142"),
            ("AR", "(0221) 15-555-0142", "+5492215550142"),
            ("AR", "02346 15 55-0142", "+5492346550142"),
            ("AR", "+54 11 15 5555 0142", "+5491155550142"),
            ("AR", "+54 9 11 5555 0142", "+5491155550142"),
            ("AR", "+54 9 341 155 5501", "+5493411555501"),
            ("AR", "011 5555-0142", "+541155550142"),
            ("BR", "(011) 5555-0142", "+551155550142"),
            ("BR", "0 15 11 95555-0142", "+5511955550142"),
            ("BB", "430-0142", "+12464300142"),
            ("BB", "(416) 555-0142", "+14165550142"),
            ("JE", "550142", "+441534550142"),
            ("SM", "855014", "+3780549855014"),
        ] {
            let read = Number::read(spelt, Region::of_country(country).unwrap());
            assert_eq!(
                read.map(|n| n.to_string().replace(' ', "")).as_deref(),
                Some(number),
                "{spelt}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_not_made_one() {
        for bad in ["", "anonymous", "911", "unknown", "\u{202e}4165550142", "416555014", "+", "s"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_number_is_read_out_in_groups() {
        let number = Number::read("4165550142", Region::NANP).unwrap();
        assert_eq!(number.to_string(), "+1 416 555 0142");
        let abroad = Number::read("+49 (0)30 123456", Region::NANP).unwrap();
        assert_eq!(abroad.to_string(), "+49 301 234 56");
        let ireland = Number::read("+353 1 555 0142", Region::NANP).unwrap();
        assert_eq!(ireland.to_string(), "+353 155 501 42");
    }
}
