//! Single values out of a row: texts, times, amounts, conditions. Pure and total.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde_json::Value;

use super::spec::{AmountPick, Condition, MoneyUnit, Pick, TimeFormat, TimePick, Units};
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
        let found: Vec<String> =
            self.from.iter().filter_map(|path| scalar(path.find(row)?)).collect();
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
        let text = || value.as_str().map(str::trim);
        match self.format {
            TimeFormat::Rfc3339 => text()?.parse::<Timestamp>().ok().map(When::at),
            TimeFormat::EpochSeconds => Timestamp::from_second(value.as_i64()?).ok().map(When::at),
            TimeFormat::EpochMillis => {
                Timestamp::from_millisecond(value.as_i64()?).ok().map(When::at)
            }
            TimeFormat::IsoDate => When::day(text()?.parse::<Date>().ok()?),
            TimeFormat::CompactDate => When::day(Date::strptime("%Y%m%d", text()?).ok()?),
            TimeFormat::DayMonthYearTime => {
                let naive = DateTime::strptime("%d/%m/%Y %H:%M", text()?).ok()?;
                let zoned = naive.to_zoned_datetime(units.zone.clone()).ok()?;
                Some(When::at(zoned.timestamp()))
            }
        }
    }

    /// The calendar day of it.
    pub fn date(&self, row: &Value, units: &Units) -> Option<Date> {
        Some(self.read(row, units)?.date(&units.zone))
    }
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
            MoneyUnit::Minor => Money::new(value.as_i64()?, currency),
            MoneyUnit::Decimal => Money::decimal(&scalar(value)?, currency),
        }
    }
}

/// The amount of an optional pick.
pub fn amount(pick: Option<&AmountPick>, row: &Value, units: &Units) -> Option<Money> {
    pick?.read(row, units)
}
