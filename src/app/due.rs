//! A time in the future, in the words of whoever promises it: `tue 14:00`, `tomorrow 9`,
//! `in 2 weeks`, `16 nov`, `16.11. 14:30`, `end of month`.
//!
//! Pure: the zone and the present are arguments. What is read is echoed while it is typed, so that
//! nobody has to guess what was understood.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, Unit};

/// Why a text is no time; a sentence for the agent.
pub type Refused = &'static str;

const HELP: Refused = "a time such as tue 14:00, tomorrow 9, in 2 weeks, 16 nov";
const PAST: Refused = "that is past: write a time that is still to come";
const FAR: Refused = "that is more than five years away";
const NO_DAY: Refused = "there is no such day or hour";
const TWO_WAYS: Refused = "that can be read in two ways: write the month as a word, 3 nov";
const TWICE: Refused = "that names two days or two hours";

/// Things without an hour are due at the end of work.
const END_OF_WORK: Time = Time::constant(17, 0, 0, 0);
/// The farthest that is taken.
const FARTHEST_DAYS: i64 = 5 * 366;

/// Reads a text: always a time after `now`, or why not.
///
/// # Errors
/// A sentence that says what is wrong, or what can be written.
pub fn read(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Refused> {
    let today = now.to_zoned_datetime(zone.clone()).datetime();
    let mut reader = Reader { today: today.date(), day: None, time: None, ahead: None };
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split([' ', ',', '\t', '\u{a0}'])
        .filter(|word| !matches!(*word, "" | "at" | "on" | "by" | "the" | "of" | "and" | "um"))
        .collect();
    let mut rest = &words[..];
    while !rest.is_empty() {
        rest = reader.word(rest)?;
    }
    let at = reader.at(today, now, zone)?;
    if at <= now {
        return Err(PAST);
    }
    let far = now.duration_since(at).abs() > SignedDuration::from_hours(24 * FARTHEST_DAYS);
    if far { Err(FAR) } else { Ok(at) }
}

/// What was understood: `Mon 16 Nov 2026 17:00, in 14 days`.
pub fn echo(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned_datetime(zone.clone()), now.to_zoned_datetime(zone.clone()));
    let days = at.date().since((Unit::Day, now.date())).map_or(0, |span| span.get_days());
    let distance = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    format!("{}, {distance}", at.strftime("%a %-d %b %Y %H:%M"))
}

/// A day, and what it may give way to where it is past.
#[derive(Debug, Clone, Copy)]
struct Day {
    date: Date,
    again: Again,
}

#[derive(Debug, Clone, Copy)]
enum Again {
    Never,
    Weekly,
    Yearly,
}

struct Reader {
    today: Date,
    day: Option<Day>,
    time: Option<Time>,
    /// Hours and minutes from now.
    ahead: Option<SignedDuration>,
}

impl Reader {
    /// Takes the first word, with as many as belong to it; the others are left.
    fn word<'w>(&mut self, words: &'w [&'w str]) -> Result<&'w [&'w str], Refused> {
        let (first, rest) = words.split_first().ok_or(HELP)?;
        match *first {
            "in" => return self.distance(rest),
            "today" => self.on(self.today, Again::Never)?,
            "tomorrow" | "tmr" => self.on(add_days(self.today, 1)?, Again::Never)?,
            "next" => return self.next(rest),
            "end" => return self.end(rest),
            "eod" => self.end_of("day")?,
            "morning" => self.hour(9, 0)?,
            "noon" => self.hour(12, 0)?,
            "afternoon" => self.hour(14, 0)?,
            "evening" => self.hour(18, 0)?,
            word => {
                if let Some(weekday) = weekday(word) {
                    self.on(following(self.today, weekday)?, Again::Weekly)?;
                } else if let Some(month) = month(word) {
                    let (day, rest) = rest.split_first().ok_or(HELP)?;
                    return self.day_of(ordinal(day).ok_or(HELP)?, month, rest);
                } else if let Some(day) = ordinal(word)
                    && let Some((month, rest)) =
                        rest.split_first().and_then(|(word, rest)| Some((self::month(word)?, rest)))
                {
                    return self.day_of(day, month, rest);
                } else if word.contains('/') {
                    return Err(TWO_WAYS);
                } else if word.matches('-').count() == 2 {
                    self.on(word.parse().map_err(|_| NO_DAY)?, Again::Never)?;
                } else if word.contains('.') {
                    self.dotted(word)?;
                } else {
                    return self.clock(word, rest);
                }
            }
        }
        Ok(rest)
    }

    fn on(&mut self, date: Date, again: Again) -> Result<(), Refused> {
        match self.day.replace(Day { date, again }) {
            // `tue 16 nov` says one day in two ways, where it is a Tuesday.
            Some(Day { date: known, .. }) if known.weekday() != date.weekday() => Err(TWICE),
            Some(Day { again: Again::Never | Again::Yearly, .. }) => Err(TWICE),
            _ => Ok(()),
        }
    }

    fn hour(&mut self, hour: i8, minute: i8) -> Result<(), Refused> {
        let time = Time::new(hour, minute, 0, 0).map_err(|_| NO_DAY)?;
        if self.time.replace(time).is_some() { Err(TWICE) } else { Ok(()) }
    }

    /// `in 2 weeks`, `in 3h`, `in an hour`.
    fn distance<'w>(&mut self, words: &'w [&'w str]) -> Result<&'w [&'w str], Refused> {
        let (first, rest) = words.split_first().ok_or(HELP)?;
        let digits = first.len() - first.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (count, unit) = first.split_at(digits);
        let count: i64 = match (count, unit) {
            ("", "a" | "an" | "one") => 1,
            ("", _) => return Err(HELP),
            (count, _) => count.parse().map_err(|_| FAR)?,
        };
        if count > 1_000_000 {
            return Err(FAR);
        }
        let attached = digits > 0 && !unit.is_empty();
        let (unit, rest) = if attached {
            (unit, rest)
        } else {
            rest.split_first().map(|(u, r)| (*u, r)).ok_or(HELP)?
        };
        let ahead = |seconds: i64| Some(SignedDuration::from_secs(count * seconds));
        let span = match unit {
            "m" | "min" | "mins" | "minute" | "minutes" => {
                self.ahead = Some(self.ahead.unwrap_or_default() + ahead(60).ok_or(FAR)?);
                return Ok(rest);
            }
            "h" | "hour" | "hours" => {
                self.ahead = Some(self.ahead.unwrap_or_default() + ahead(3_600).ok_or(FAR)?);
                return Ok(rest);
            }
            "d" | "day" | "days" => Span::new().try_days(count),
            "w" | "week" | "weeks" => Span::new().try_weeks(count),
            "month" | "months" => Span::new().try_months(count),
            "y" | "year" | "years" => Span::new().try_years(count),
            _ => return Err(HELP),
        };
        let date = span.ok().and_then(|span| self.today.checked_add(span).ok()).ok_or(FAR)?;
        self.on(date, Again::Never)?;
        Ok(rest)
    }

    /// `next week`, `next month`, `next tue`: that of the week after this one.
    fn next<'w>(&mut self, words: &'w [&'w str]) -> Result<&'w [&'w str], Refused> {
        let (first, rest) = words.split_first().ok_or(HELP)?;
        let date = match *first {
            "week" => add_days(self.today, 7)?,
            "month" => self.today.checked_add(Span::new().months(1)).map_err(|_| FAR)?,
            word => {
                let weekday = weekday(word).ok_or(HELP)?;
                let monday = -i64::from(self.today.weekday().to_monday_zero_offset());
                add_days(self.today, monday + 7 + i64::from(weekday.to_monday_zero_offset()))?
            }
        };
        self.on(date, Again::Never)?;
        Ok(rest)
    }

    fn end<'w>(&mut self, words: &'w [&'w str]) -> Result<&'w [&'w str], Refused> {
        let (first, rest) = words.split_first().ok_or(HELP)?;
        self.end_of(first)?;
        Ok(rest)
    }

    fn end_of(&mut self, what: &str) -> Result<(), Refused> {
        let date = match what {
            "day" => self.today,
            "week" => following(self.today, Weekday::Friday)?,
            "month" => self.today.last_of_month(),
            "year" => self.today.last_of_year(),
            _ => return Err(HELP),
        };
        self.on(date, Again::Never)
    }

    /// `16 nov`, and the year where one follows.
    fn day_of<'w>(
        &mut self,
        day: i8,
        month: i8,
        rest: &'w [&'w str],
    ) -> Result<&'w [&'w str], Refused> {
        let year = rest.first().filter(|word| word.len() == 4).and_then(|word| word.parse().ok());
        let (year, again, rest) = match year {
            Some(year) => (year, Again::Never, &rest[1..]),
            None => (self.today.year(), Again::Yearly, rest),
        };
        self.on(Date::new(year, month, day).map_err(|_| NO_DAY)?, again)?;
        Ok(rest)
    }

    /// `16.11.`, `16.11`, `16.11.2026`.
    fn dotted(&mut self, word: &str) -> Result<(), Refused> {
        let parts: Vec<&str> = word.trim_end_matches('.').split('.').collect();
        let (day, month, year) = match parts[..] {
            [day, month] => (day, month, None),
            [day, month, year] => (day, month, Some(year)),
            _ => return Err(HELP),
        };
        let number = |text: &str| text.parse::<i8>().map_err(|_| HELP);
        let (year, again) = match year {
            Some(year) if year.len() == 4 => (year.parse().map_err(|_| HELP)?, Again::Never),
            Some(_) => return Err(HELP),
            None => (self.today.year(), Again::Yearly),
        };
        self.on(Date::new(year, number(month)?, number(day)?).map_err(|_| NO_DAY)?, again)
    }

    /// `14:00`, `9`, `2pm`, `2 pm`, `9h`.
    fn clock<'w>(&mut self, word: &str, rest: &'w [&'w str]) -> Result<&'w [&'w str], Refused> {
        let (word, half, rest) = match rest.split_first() {
            Some((half @ (&"am" | &"pm"), rest)) => (word, Some(*half), rest),
            _ => match word.strip_suffix("am").map(|word| (word, "am")) {
                Some((word, half)) => (word, Some(half), rest),
                None => match word.strip_suffix("pm") {
                    Some(word) => (word, Some("pm"), rest),
                    None => (word.strip_suffix('h').unwrap_or(word), None, rest),
                },
            },
        };
        let (hour, minute) = word.split_once(':').unwrap_or((word, "0"));
        let number = |text: &str| {
            let plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<i8>().ok().filter(|_| plain)
        };
        let (hour, minute) = number(hour).zip(number(minute)).ok_or(HELP)?;
        let hour = match (half, hour) {
            (None, 0..=23) => hour,
            (Some("am"), 12) => 0,
            (Some("am"), 1..=11) => hour,
            (Some("pm"), 12) => 12,
            (Some("pm"), 1..=11) => hour + 12,
            _ => return Err(NO_DAY),
        };
        self.hour(hour, minute)?;
        Ok(rest)
    }

    fn at(
        &self,
        now_there: DateTime,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Timestamp, Refused> {
        let there = |date: Date, time: Time| {
            let zoned = DateTime::from_parts(date, time).to_zoned_datetime(zone.clone());
            zoned.map(|zoned| zoned.timestamp()).map_err(|_| FAR)
        };
        match (self.ahead, self.day, self.time) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Err(TWICE),
            (Some(ahead), None, None) if ahead.is_zero() => Err(PAST),
            (Some(ahead), None, None) => {
                // Up to the whole minute, so that it is not past before it is sent.
                let second = now.as_second().checked_add(ahead.as_secs()).ok_or(FAR)?;
                let minute = second.div_euclid(60) + i64::from(second.rem_euclid(60) > 0);
                Timestamp::from_second(minute.saturating_mul(60)).map_err(|_| FAR)
            }
            (None, None, None) => Err(HELP),
            (None, None, Some(time)) => {
                let today = there(now_there.date(), time)?;
                if today > now { Ok(today) } else { there(add_days(now_there.date(), 1)?, time) }
            }
            (None, Some(day), time) => {
                let time = time.unwrap_or(END_OF_WORK);
                let first = there(day.date, time)?;
                if first > now {
                    return Ok(first);
                }
                match day.again {
                    Again::Never => Err(PAST),
                    Again::Weekly => there(add_days(day.date, 7)?, time),
                    Again::Yearly => {
                        let (year, month) = (day.date.year() + 1, day.date.month());
                        let date = Date::new(year, month, day.date.day()).map_err(|_| NO_DAY)?;
                        there(date, time)
                    }
                }
            }
        }
    }
}

fn add_days(date: Date, days: i64) -> Result<Date, Refused> {
    date.checked_add(SignedDuration::from_hours(24 * days)).map_err(|_| FAR)
}

/// The first such day from this one on.
fn following(date: Date, weekday: Weekday) -> Result<Date, Refused> {
    add_days(date, i64::from(date.weekday().until(weekday)))
}

fn weekday(word: &str) -> Option<Weekday> {
    let all = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let word = word.trim_end_matches('.');
    all.into_iter().find(|(name, _)| begins(name, word)).map(|(_, weekday)| weekday)
}

fn month(word: &str) -> Option<i8> {
    let all = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.');
    let at = all.iter().position(|name| begins(name, word))?;
    i8::try_from(at + 1).ok()
}

/// Whether a word is a name's beginning, of three letters or more.
fn begins(name: &str, word: &str) -> bool {
    word.len() >= 3 && name.starts_with(word)
}

/// `16`, `16th`, `16.`: a day of the month.
fn ordinal(word: &str) -> Option<i8> {
    let bare = word.trim_end_matches('.');
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|s| bare.strip_suffix(s)).unwrap_or(bare);
    bare.parse().ok().filter(|day| (1..=31).contains(day))
}

#[cfg(test)]
mod tests;
