//! Birth dates, however they are written, and how near two of them are.

use jiff::civil::Date;

/// What comes first where a date is written in figures only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    DayFirst,
    MonthFirst,
}

impl Order {
    /// What these dates show of their order, where they show anything: no month is above twelve.
    pub fn of<'a>(dates: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let (mut day_first, mut month_first) = (0u32, 0u32);
        for date in dates {
            let Some([first, second, third]) = numbers(date) else { continue };
            if first.len() > 2 || third.len() < 2 {
                continue;
            }
            day_first += u32::from(value(first) > 12);
            month_first += u32::from(value(second) > 12);
        }
        match day_first.cmp(&month_first) {
            std::cmp::Ordering::Greater => Some(Self::DayFirst),
            std::cmp::Ordering::Less => Some(Self::MonthFirst),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// How near two dates of birth are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    Differs,
    /// Two of day, month and year agree.
    Part,
    /// One figure is mistyped, or two neighbours have changed places.
    Near,
    /// Day and month have changed places.
    Turned,
    Same,
}

const MONTHS: [&[&str]; 12] = [
    &["jan", "januar", "january", "janvier", "enero", "gennaio"],
    &["feb", "februar", "february", "fevrier", "febrero", "febbraio"],
    &["mar", "marz", "march", "mars", "marzo", "mrz"],
    &["apr", "april", "avril", "abril", "aprile"],
    &["may", "mai", "mayo", "maggio"],
    &["jun", "juni", "june", "juin", "junio", "giugno"],
    &["jul", "juli", "july", "juillet", "julio", "luglio"],
    &["aug", "august", "aout", "agosto"],
    &["sep", "sept", "september", "septembre", "septiembre", "settembre"],
    &["oct", "okt", "october", "oktober", "octobre", "octubre", "ottobre"],
    &["nov", "november", "novembre", "noviembre"],
    &["dec", "dez", "december", "dezember", "decembre", "diciembre", "dicembre"],
];

/// Two-digit years above this one are of the century before.
const PIVOT: u32 = 26;

/// Reads a date; what is no day of the calendar, or stands for "unknown", is no date.
pub fn read(written: &str, order: Order) -> Option<Date> {
    let written = written.trim();
    let (year, month, day) = match numbers(written) {
        Some([year, month, day]) if year.len() == 4 => (value(year), value(month), value(day)),
        Some([first, second, year]) => {
            let (first, second) = (value(first), value(second));
            let month_first = (order == Order::MonthFirst || second > 12)
                && first <= 12
                && !written.contains('.');
            let (day, month) = if month_first { (second, first) } else { (first, second) };
            (of_century(year), month, day)
        }
        None => worded(written).or_else(|| compact(written))?,
    };
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().filter(|date| (1880..=2100).contains(&date.year()) && !stands_for_nothing(*date))
}

/// What systems write that must write something.
fn stands_for_nothing(date: Date) -> bool {
    let first = date.month() == 1 && date.day() == 1;
    first && [1900, 1901, 1970, 2000].contains(&date.year())
}

/// The first three runs of digits, where nothing else but signs and a time of day is there.
fn numbers(written: &str) -> Option<[&str; 3]> {
    let day = written.split(['T', ' ']).next().unwrap_or(written);
    let mut parts = day.split(['-', '/', '.']);
    let parts = [parts.next()?, parts.next()?, parts.next()?];
    let digits = |part: &&str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts.iter().all(digits).then_some(parts)
}

fn value(digits: &str) -> u32 {
    digits.parse().unwrap_or(0)
}

fn of_century(year: &str) -> u32 {
    match (year.len(), value(year)) {
        (2, short) if short > PIVOT => 1900 + short,
        (2, short) => 2000 + short,
        (_, year) => year,
    }
}

/// `19850312`.
fn compact(written: &str) -> Option<(u32, u32, u32)> {
    let digits = written.len() == 8 && written.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| (value(&written[..4]), value(&written[4..6]), value(&written[6..])))
}

/// `12 Mar 1985`, `March 12th, 1985`, `12. März 1985`.
fn worded(written: &str) -> Option<(u32, u32, u32)> {
    let (mut year, mut month, mut day) = (None, None, None);
    for word in super::fold::name_words(written) {
        let plain = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let named = MONTHS.iter().position(|names| names.contains(&word.as_str()));
        match (named, plain.len()) {
            (Some(at), _) => month = u32::try_from(at + 1).ok(),
            (None, 4) => year = Some(value(plain)),
            (None, 1 | 2) if day.is_none() => day = Some(value(plain)),
            (None, 2) if year.is_none() => year = Some(of_century(plain)),
            _ => {}
        }
    }
    Some((year?, month?, day?))
}

/// How near two dates are.
pub fn nearness(a: Date, b: Date) -> Nearness {
    if a == b {
        return Nearness::Same;
    }
    let year = a.year() == b.year();
    let (month, day) = (a.month() == b.month(), a.day() == b.day());
    if year && a.month() == b.day() && a.day() == b.month() {
        return Nearness::Turned;
    }
    let (left, right) = (figures(a), figures(b));
    let unlike = |(one, other): &(&u8, &u8)| one != other;
    let differing = left.iter().zip(&right).filter(unlike).count();
    let exchanged = differing == 2
        && left
            .windows(2)
            .zip(right.windows(2))
            .any(|(l, r)| l != r && l[0] == r[1] && l[1] == r[0]);
    match () {
        () if differing == 1 || exchanged => Nearness::Near,
        () if u8::from(year) + u8::from(month) + u8::from(day) >= 2 => Nearness::Part,
        () => Nearness::Differs,
    }
}

fn figures(date: Date) -> [u8; 8] {
    let (year, month, day) =
        (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs());
    let figure = |of: u16, place: u16| u8::try_from(of / place % 10).unwrap_or(0);
    let (month, day) = (u16::from(month), u16::from(day));
    [
        figure(year, 1000),
        figure(year, 100),
        figure(year, 10),
        figure(year, 1),
        figure(month, 10),
        figure(month, 1),
        figure(day, 10),
        figure(day, 1),
    ]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_date_is_read_however_it_is_written() {
        for written in [
            "1985-03-12",
            "19850312",
            "12/03/1985",
            "12.3.85",
            "1985-03-12T00:00:00Z",
            "1985-03-12 00:00:00",
            "12 Mar 1985",
            "March 12th, 1985",
            "12. März 1985",
        ] {
            assert_eq!(read(written, Order::DayFirst), Some(date(1985, 3, 12)), "{written}");
        }
        assert_eq!(read("03/12/1985", Order::MonthFirst), Some(date(1985, 3, 12)));
        assert_eq!(read("03/22/1985", Order::DayFirst), Some(date(1985, 3, 22)));
        for nothing in ["", "unknown", "1900-01-01", "0000-00-00", "1985", "1985-02-30", "9.9"] {
            assert_eq!(read(nothing, Order::DayFirst), None, "{nothing}");
        }
    }

    #[test]
    fn the_dates_of_a_file_show_what_comes_first() {
        assert_eq!(Order::of(["03/04/1985", "03/22/1985"]), Some(Order::MonthFirst));
        assert_eq!(Order::of(["03/04/1985", "22/03/1985"]), Some(Order::DayFirst));
        assert_eq!(Order::of(["03/04/1985", "1985-03-22"]), None);
    }

    #[test]
    fn slips_are_told_from_other_dates() {
        let near =
            |a: (i16, i8, i8), b: (i16, i8, i8)| nearness(date(a.0, a.1, a.2), date(b.0, b.1, b.2));
        assert_eq!(near((1985, 3, 12), (1985, 12, 3)), Nearness::Turned);
        assert_eq!(near((1985, 3, 12), (1985, 3, 21)), Nearness::Near);
        assert_eq!(near((1985, 3, 12), (1958, 3, 12)), Nearness::Near);
        assert_eq!(near((1985, 3, 12), (1985, 3, 17)), Nearness::Near);
        assert_eq!(near((1985, 3, 12), (1999, 3, 12)), Nearness::Part);
        assert_eq!(near((1985, 3, 12), (1961, 7, 12)), Nearness::Differs);
    }
}
