//! Telephone numbers, however they are spelt, as E.164.

use std::fmt;

/// A number in E.164: `+` and 5 to 15 digits (ITU-T E.164).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number(Box<str>);

/// Where numbers without a country code belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Country calling code: `1`, `44`.
    pub code: &'static str,
    /// Dialled before an international number: `011`, `00`.
    pub international: &'static str,
    /// Dialled before a national number: `1`, `0`; may be empty.
    pub trunk: &'static str,
    /// Fewest and most digits of a national number without the trunk prefix.
    pub national: (usize, usize),
}

impl Region {
    /// Canada and the United States (the North American numbering plan).
    pub const NANP: Self = Self { code: "1", international: "011", trunk: "1", national: (10, 10) };
    /// United Kingdom.
    pub const GB: Self = Self { code: "44", international: "00", trunk: "0", national: (9, 10) };
    /// Germany.
    pub const DE: Self = Self { code: "49", international: "00", trunk: "0", national: (6, 12) };
    /// France.
    pub const FR: Self = Self { code: "33", international: "00", trunk: "0", national: (9, 9) };

    /// The region of an ISO 3166 country code, where it is known.
    pub fn of_country(code: &str) -> Option<Self> {
        match code {
            "CA" | "US" => Some(Self::NANP),
            "GB" => Some(Self::GB),
            "DE" => Some(Self::DE),
            "FR" => Some(Self::FR),
            _ => None,
        }
    }
}

impl Number {
    /// Reads a number however it is written: separators (`space . - / ( )`) are dropped, an
    /// extension (`x12`, `ext. 12`, `;ext=12`) is cut off, `(0)` after a country code is ignored.
    /// Anything else that is no digit makes it no number: `anonymous` is not a number.
    pub fn read(written: &str, home: Region) -> Option<Self> {
        let written = written.trim();
        let written = written.strip_prefix("tel:").unwrap_or(written);
        let lower = written.to_ascii_lowercase();
        let end = ["ext", ";", "x", "#"].iter().filter_map(|mark| lower.find(mark)).min();
        let main = written.get(..end.unwrap_or(written.len()))?.replace("(0)", "");
        let mut digits = String::new();
        let mut plus = false;
        for c in main.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '+' if digits.is_empty() && !plus => plus = true,
                ' ' | '\u{a0}' | '.' | '-' | '/' | '(' | ')' | '\u{2010}'..='\u{2013}' => {}
                _ => return None,
            }
        }
        if plus {
            return Self::international(&digits);
        }
        if let Some(rest) = digits.strip_prefix(home.international) {
            return Self::international(rest);
        }
        let (least, most) = home.national;
        let national = |n: &str| (least..=most).contains(&n.len());
        let bare = digits.strip_prefix(home.trunk).filter(|rest| national(rest));
        match bare {
            Some(rest) if !home.trunk.is_empty() => {
                Self::international(&format!("{}{rest}", home.code))
            }
            _ if national(&digits) => Self::international(&format!("{}{digits}", home.code)),
            _ => {
                let rest = digits.strip_prefix(home.code).filter(|rest| national(rest))?;
                Self::international(&format!("{}{rest}", home.code))
            }
        }
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

/// For reading out: `+1 416 555 0142` in the North American plan, otherwise groups of three.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        if digits.len() == 11 && digits.starts_with('1') {
            let text = format!("+1 {} {} {}", &digits[1..4], &digits[4..7], &digits[7..]);
            return f.pad(&text);
        }
        let mut text = format!("+{}", &digits[..2]);
        let mut rest = &digits[2..];
        while !rest.is_empty() {
            let take = if rest.len() <= 4 { rest.len() } else { 3 };
            text.push(' ');
            text.push_str(&rest[..take]);
            rest = &rest[take..];
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
    }
}
