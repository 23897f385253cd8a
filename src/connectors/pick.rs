//! Single values out of a row: texts, times, amounts, conditions. Pure and total.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde_json::Value;

use super::dialect;
use super::expression::from_json;
use super::spec::Units;
use super::spec::pick::{AmountPick, Condition, MoneyUnit, Pick, TimeFormat, TimePick};
use super::spec::source::Ambiguous;
use crate::domain::contact::When;
use crate::domain::money::Money;
use crate::domain::text::CleanText;

/// A scalar as text; objects and lists have none, nor has the empty string.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::String(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl Pick {
    /// The raw text that this picks, before the gate.
    pub fn raw(&self, row: &Value) -> Option<String> {
        let found: Vec<String> = match &self.expr {
            Some(expression) => {
                let scope = minijinja::Value::from_pairs([("row", from_json(row))]);
                let value = expression.0.value(&scope);
                value.as_ref().and_then(dialect::text).into_iter().collect()
            }
            None => self.from.iter().filter_map(|path| scalar(path.find(row)?)).collect(),
        };
        let joined = found.join(&self.join);
        if joined.is_empty() {
            return self.otherwise.clone();
        }
        if self.table.is_empty() {
            return Some(format!("{}{joined}{}", self.prefix, self.suffix));
        }
        self.table.get(&joined).or(self.otherwise.as_ref()).cloned()
    }

    /// One line.
    pub fn line(&self, row: &Value) -> Option<CleanText> {
        self.raw(row).map(|text| CleanText::line(&text))
    }

    /// Several lines.
    pub fn block(&self, row: &Value) -> Option<CleanText> {
        self.raw(row).map(|text| CleanText::block(&text))
    }
}

/// One line of an optional pick.
pub fn line(pick: Option<&Pick>, row: &Value) -> Option<CleanText> {
    pick?.line(row)
}

impl Condition {
    /// Whether the row fulfils it.
    pub fn holds(&self, row: &Value) -> bool {
        let found = self.from.find(row);
        let text = found.and_then(scalar);
        let among = |list: &Vec<String>| text.as_ref().is_some_and(|text| list.contains(text));
        let there = match found {
            Some(Value::Array(list)) => !list.is_empty(),
            Some(Value::Object(map)) => !map.is_empty(),
            _ => text.is_some(),
        };
        self.is.as_ref().is_none_or(among)
            && !self.not.as_ref().is_some_and(among)
            && self.present.is_none_or(|wanted| wanted == there)
            && self.and.as_ref().is_none_or(|other| other.holds(row))
    }
}

/// Whether an optional condition lets the row pass.
pub fn passes(condition: Option<&Condition>, row: &Value) -> bool {
    condition.is_none_or(|condition| condition.holds(row))
}

impl TimePick {
    /// The time, where the value is one in the declared format.
    pub fn read(&self, row: &Value, units: &Units) -> Option<When> {
        let value = self.from.find(row)?;
        let own = self.pattern.as_ref().and_then(|pattern| patterned(value, pattern, units));
        own.or_else(|| self.formats.iter().find_map(|format| format.read(value, units)))
    }

    /// The calendar day of it.
    pub fn date(&self, row: &Value, units: &Units) -> Option<Date> {
        Some(self.read(row, units)?.date(&units.zone))
    }
}

impl TimeFormat {
    /// The time, where the value is one in this format.
    pub fn read(self, value: &Value, units: &Units) -> Option<When> {
        let text = || value.as_str().map(str::trim);
        let number = || value.as_i64().or_else(|| text()?.parse().ok());
        match self {
            Self::Rfc3339 => instant(text()?).map(When::at),
            Self::EpochSeconds => Timestamp::from_second(number()?).ok().map(When::at),
            Self::EpochMillis => Timestamp::from_millisecond(number()?).ok().map(When::at),
            Self::IsoDate => When::day(text()?.parse::<Date>().ok()?),
            Self::CompactDate => When::day(Date::strptime("%Y%m%d", scalar(value)?.trim()).ok()?),
            Self::DayMonthYearTime => {
                local(DateTime::strptime("%d/%m/%Y %H:%M", text()?).ok()?, units)
            }
            // jiff reads a date alone as its midnight; a day is no moment.
            Self::IsoLocal => local(text().filter(|text| text.len() > 10)?.parse().ok()?, units),
            Self::Dotted => in_utc(DateTime::strptime("%Y-%m-%d.%H:%M:%S", text()?).ok()?),
            Self::Generalized => {
                let text = text()?.strip_suffix('Z')?;
                let whole = text.split('.').next()?;
                in_utc(DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?)
            }
            Self::Parts => parts(value),
        }
    }
}

/// A moment with its offset, also one without a colon in it.
fn instant(text: &str) -> Option<Timestamp> {
    let compact = || Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok();
    text.parse().ok().or_else(compact)
}

/// A time in the source's own format: a moment where the format says the zone, else one in the
/// source's zone, else a whole day.
fn patterned(value: &Value, pattern: &str, units: &Units) -> Option<When> {
    let text = scalar(value)?;
    let text = text.trim();
    if let Ok(moment) = Timestamp::strptime(pattern, text) {
        return Some(When::at(moment));
    }
    match DateTime::strptime(pattern, text) {
        Ok(naive) if pattern.contains("%H") || pattern.contains("%I") => local(naive, units),
        _ => When::day(Date::strptime(pattern, text).ok()?),
    }
}

/// A time in parts, each a number of its own.
fn parts(value: &Value) -> Option<When> {
    let part = |name: &str| value.get(name)?.as_i64();
    let small = |name: &str| i8::try_from(part(name)?).ok();
    let date =
        Date::new(i16::try_from(part("year")?).ok()?, small("month")?, small("day")?).ok()?;
    if value.get("hour").is_none() {
        return When::day(date);
    }
    let time = Time::new(small("hour")?, small("minute")?, small("second")?, 0).ok()?;
    in_utc(date.to_datetime(time))
}

fn in_utc(naive: DateTime) -> Option<When> {
    naive.to_zoned_datetime(TimeZone::UTC).ok().map(|zoned| When::at(zoned.timestamp()))
}

/// A time of the source's wall, by its policy for hours that are there twice.
fn local(naive: DateTime, units: &Units) -> Option<When> {
    let read = units.zone.to_ambiguous_timestamp(naive);
    let twice = matches!(read.offset(), AmbiguousOffset::Fold { .. });
    let moment = match units.ambiguous {
        Ambiguous::Unknown if twice => return None,
        Ambiguous::Later if twice => read.later(),
        _ => read.compatible(),
    };
    moment.ok().map(When::at)
}

/// The day of an optional time.
pub fn date(pick: Option<&TimePick>, row: &Value, units: &Units) -> Option<Date> {
    pick?.date(row, units)
}

impl AmountPick {
    /// The amount, where value and currency are ones.
    pub fn read(&self, row: &Value, units: &Units) -> Option<Money> {
        let value = self.from.find(row)?;
        let own = self.currency.as_ref().and_then(|path| path.find(row)?.as_str());
        let currency = own.or(units.currency.as_deref())?;
        match self.unit {
            MoneyUnit::Minor => {
                let minor = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
                Money::new(minor, currency)
            }
            MoneyUnit::Decimal => Money::decimal(&scalar(value)?, currency),
            MoneyUnit::Float => {
                let exponent = Money::new(0, currency)?.exponent() as usize;
                let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
                Money::decimal(&format!("{number:.exponent$}"), currency)
            }
        }
    }
}

/// The amount of an optional pick.
pub fn amount(pick: Option<&AmountPick>, row: &Value, units: &Units) -> Option<Money> {
    pick?.read(row, units)
}

#[cfg(test)]
mod tests;
