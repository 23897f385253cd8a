//! How telephone numbers are dialled in each country.

/// Where numbers without a country code belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Country calling code: `1`, `44`.
    pub code: &'static str,
    /// Dialled before a number within the country, in the order of the search, with commas: `1`, `0`.
    trunks: &'static str,
    /// How many digits a number may have without that: the bit of each count is set,
    lengths: u16,
    /// and how many more counts there are where it was dialled.
    behind_trunk: u16,
    /// Dialled before a number abroad, with commas: `011`, `00`.
    international: &'static str,
    /// How numbers are written within the country that have other digits abroad.
    inland: &'static str,
}

const PLANS: &str = include_str!("plans.txt");

/// Country calling codes of two digits; 1 and 7 have one, all others three (ITU-T E.164).
const OF_TWO_DIGITS: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
    "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
    "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

impl Region {
    /// Canada and the United States (the North American numbering plan).
    pub const NANP: Self = Self {
        code: "1",
        trunks: "1",
        lengths: 1 << 10,
        behind_trunk: 0,
        international: "011",
        inland: "",
    };

    /// United Kingdom.
    pub const GB: Self = Self {
        code: "44",
        trunks: "180020,0",
        lengths: 1 << 9 | 1 << 10,
        behind_trunk: 1 << 7,
        international: "00",
        inland: "",
    };

    /// The region of an ISO 3166 country code, where it has numbers of its own.
    pub fn of_country(code: &str) -> Option<Self> {
        let (_, plan) = plans().find(|(country, _)| *country == code)?;
        Self::read(plan)
    }

    fn read(plan: &'static str) -> Option<Self> {
        let mut columns = plan.split(' ');
        let code = columns.next()?;
        let trunks = columns.next()?.trim_matches('-');
        let lengths = columns.next()?;
        let (plain, behind) = lengths.split_once('+').unwrap_or((lengths, ""));
        let (lengths, behind_trunk) = (bits(plain), bits(behind));
        let international = columns.next()?;
        let inland = columns.next().unwrap_or("");
        Some(Self { code, trunks, lengths, behind_trunk, international, inland })
    }

    /// Whether these may be a number within the country, and all of it.
    pub fn is_number(self, digits: &str) -> bool {
        // Nothing begins with a zero where a zero is dialled before it.
        let dialled = digits.starts_with('0') && self.trunks.split(',').any(|trunk| trunk == "0");
        !dialled && has(self.lengths, digits.len())
    }

    /// What follows where this is dialled for a number abroad.
    pub fn abroad(self, digits: &str) -> Option<&str> {
        self.international.split(',').find_map(|prefix| digits.strip_prefix(prefix))
    }

    /// What follows where this is dialled for a number within the country, and is one.
    pub fn within(self, digits: &str) -> Option<&str> {
        let prefixes = self.trunks.split(',').filter(|prefix| !prefix.is_empty());
        let mut rests = prefixes.filter_map(|prefix| digits.strip_prefix(prefix));
        rests.find(|rest| has(self.lengths | self.behind_trunk, rest.len()))
    }

    /// The digits abroad of a number that is written without its area where there is but one.
    pub fn local(self, digits: &str) -> Option<String> {
        let (area, rule) = self.inland.split_once('/')?;
        let (length, first) = rule.split_once('/')?;
        let fits = length.parse() == Ok(digits.len()) && digits.starts_with(|c| first.contains(c));
        fits.then(|| format!("{area}{digits}"))
    }

    /// The digits abroad of a mobile number that is written with a mark behind its area, as
    /// Argentina's is: `11 15 5555 0142` is `9 11 5555 0142`.
    pub fn mobile(self, digits: &str) -> Option<String> {
        let (marks, areas) = self.inland.split_once('/')?;
        let (mark, abroad) = marks.split_once('>')?;
        let digits = digits.strip_prefix(self.trunks).unwrap_or(digits);
        if has(self.lengths, digits.len()) {
            return None;
        }
        let known = areas.split(',').find_map(|area| digits.strip_prefix(area).map(|_| area.len()));
        let (area, rest) = digits.split_at_checked(known.unwrap_or(4))?;
        let number = format!("{abroad}{area}{}", rest.strip_prefix(mark)?);
        has(self.lengths, number.len()).then_some(number)
    }
}

fn bits(lengths: &str) -> u16 {
    let lengths = lengths.split(',').filter_map(|length| length.parse::<u16>().ok());
    lengths.fold(0, |all, length| all | 1 << length)
}

fn has(lengths: u16, digits: usize) -> bool {
    digits < 16 && lengths & 1 << digits != 0
}

fn plans() -> impl Iterator<Item = (&'static str, &'static str)> {
    PLANS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

/// Country calling codes after which numbers begin with a zero, abroad too: Italy's, San Marino's,
/// the Ivory Coast's and the Congo's.
const WITH_ZERO: [&str; 4] = ["+39", "+378", "+225", "+242"];

/// Whether a number written so, with its country code, keeps a zero that it begins with.
pub fn has_zero(written: &str) -> bool {
    WITH_ZERO.iter().any(|code| written.starts_with(code))
}

/// The country calling code that these digits begin with, and what follows.
pub fn calling_code(digits: &str) -> (&str, &str) {
    let length = match digits {
        _ if digits.starts_with(['1', '7']) => 1,
        _ if OF_TWO_DIGITS.iter().any(|code| digits.starts_with(code)) => 2,
        _ => 3,
    };
    digits.split_at_checked(length).unwrap_or((digits, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_plan_and_its_code_is_known_by_its_first_digits() {
        assert!(plans().count() > 240);
        for (country, _) in plans() {
            let region = Region::of_country(country).expect(country);
            assert_ne!(region.lengths, 0, "{country}");
            let number = format!("{}55501", region.code);
            assert_eq!(calling_code(&number).0, region.code, "{country}");
        }
        assert_eq!(Region::of_country("CA"), Some(Region::NANP));
        assert_eq!(Region::of_country("US"), Some(Region::NANP));
        assert_eq!(Region::of_country("GB"), Some(Region::GB));
        assert_eq!(Region::of_country("#"), None);
        assert_eq!(Region::of_country("ca"), None);
    }
}
