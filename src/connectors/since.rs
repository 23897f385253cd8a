//! A moment of a source's own time, as requests write it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::Value;
use minijinja::value::{Object, ObjectRepr};

/// Its forms.
pub const PARTS: &[&str] = &[
    "iso",
    "utc",
    "local",
    "dotted",
    "generalized",
    "seconds",
    "millis",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
];

/// A moment; it has forms and is no text itself. No form has fractions of a second.
#[derive(Debug)]
struct Since {
    at: Timestamp,
    zone: TimeZone,
}

/// The moment, for an expression.
pub fn value(at: Timestamp, zone: &TimeZone) -> Value {
    Value::from_object(Since { at, zone: zone.clone() })
}

impl Object for Since {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let utc = TimeZone::UTC.to_datetime(self.at);
        let written = |format: &str| Value::from(utc.strftime(format).to_string());
        Some(match key.as_str()? {
            "iso" => written("%Y-%m-%dT%H:%M:%SZ"),
            "utc" => written("%Y-%m-%d %H:%M:%S"),
            "local" => Value::from(earliest(self.at, &self.zone)),
            "dotted" => written("%Y-%m-%d.%H:%M:%S"),
            "generalized" => written("%Y%m%d%H%M%SZ"),
            "seconds" => Value::from(self.at.as_second().to_string()),
            "millis" => Value::from((self.at.as_second() * 1_000).to_string()),
            "year" => Value::from(utc.year()),
            "month" => Value::from(utc.month()),
            "day" => Value::from(utc.day()),
            "hour" => Value::from(utc.hour()),
            "minute" => Value::from(utc.minute()),
            "second" => Value::from(utc.second()),
            _ => return None,
        })
    }
}

/// On the source's wall: `2026-10-01 14:05:00`. What comes after a moment may stand earlier there,
/// where an hour comes twice; then that hour's beginning is meant, so that nothing is missed.
fn earliest(at: Timestamp, zone: &TimeZone) -> String {
    let wall = zone.to_datetime(at);
    let next = zone.following(at).next().map(|change| zone.to_datetime(change.timestamp()));
    let put_back = next.filter(|after| *after < wall);
    put_back.unwrap_or(wall).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(at: &str, zone: &str, part: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        value(at.parse().unwrap(), &zone).get_attr(part).unwrap().to_string()
    }

    #[test]
    fn a_moment_has_a_form_for_each_source() {
        let told: Vec<String> = PARTS
            .iter()
            .map(|part| form("2026-10-01T14:05:09.8Z", "Europe/London", part))
            .collect();
        assert_eq!(
            told,
            [
                "2026-10-01T14:05:09Z",
                "2026-10-01 14:05:09",
                "2026-10-01 15:05:09",
                "2026-10-01.14:05:09",
                "20261001140509Z",
                "1790863509",
                "1790863509000",
                "2026",
                "10",
                "1",
                "14",
                "5",
                "9",
            ]
        );
    }

    #[test]
    fn before_an_hour_that_comes_twice_the_earliest_wall_time_is_asked_for() {
        // At 2:00 on 25 October the clocks of London are put back to 1:00.
        let local = |at| form(at, "Europe/London", "local");
        assert_eq!(local("2026-10-25T00:30:00Z"), "2026-10-25 01:00:00");
        assert_eq!(local("2026-10-25T00:59:59Z"), "2026-10-25 01:00:00");
        assert_eq!(local("2026-10-24T23:59:59Z"), "2026-10-25 00:59:59");
        assert_eq!(local("2026-10-25T01:30:00Z"), "2026-10-25 01:30:00");
        assert_eq!(local("2026-03-29T00:59:59Z"), "2026-03-29 00:59:59");
    }
}
