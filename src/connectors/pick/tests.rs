//! Every way in which sources write times, amounts and texts.

use jiff::tz::TimeZone;
use serde_json::json;

use super::*;
use crate::domain::phone::Region;

fn units(ambiguous: Ambiguous) -> Units {
    Units {
        home: Region::GB,
        zone: TimeZone::get("Europe/London").unwrap(),
        ambiguous,
        currency: Some("GBP".into()),
        nothing: Vec::new(),
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    #[derive(serde::Deserialize)]
    struct Holder<T> {
        p: T,
    }
    toml::from_str::<Holder<T>>(&format!("p = {text}")).map(|holder| holder.p).unwrap()
}

fn time(pick: &str, value: Value, ambiguous: Ambiguous) -> Option<String> {
    let pick: TimePick = read(&format!("{{ from = \"t\", {pick} }}"));
    let when = pick.read(&json!({ "t": value }), &units(ambiguous))?;
    let text = when.at.to_string();
    Some(if when.day_only { text[..10].to_owned() } else { text })
}

#[test]
fn every_format_of_a_time_is_read_and_nothing_else_as_one() {
    for (pick, value, expected) in [
        ("as = \"rfc3339\"", json!("2026-10-01T14:05:00Z"), Some("2026-10-01T14:05:00Z")),
        ("as = \"rfc3339\"", json!("2026-10-01T14:05:00.000+0000"), Some("2026-10-01T14:05:00Z")),
        ("as = \"rfc3339\"", json!("2026-10-01T14:05:00+02:00"), Some("2026-10-01T12:05:00Z")),
        ("as = \"rfc3339\"", json!("2026-10-01T14:05:00"), None),
        ("as = \"epoch_seconds\"", json!(1_759_327_500), Some("2025-10-01T14:05:00Z")),
        ("as = \"epoch_millis\"", json!("1759327500000"), Some("2025-10-01T14:05:00Z")),
        ("as = \"iso_date\"", json!("2026-10-01"), Some("2026-10-01")),
        ("as = \"compact_date\"", json!("20261001"), Some("2026-10-01")),
        ("as = \"compact_date\"", json!(20_261_001), Some("2026-10-01")),
        ("as = \"compact_date\"", json!("00000000"), None),
        ("as = \"day_month_year_time\"", json!("01/10/2026 14:05"), Some("2026-10-01T13:05:00Z")),
        ("as = \"iso_local\"", json!("2026-10-01 14:05:00"), Some("2026-10-01T13:05:00Z")),
        ("as = \"iso_local\"", json!("2026-10-01T14:05:00"), Some("2026-10-01T13:05:00Z")),
        ("as = \"iso_local\"", json!("2026-10-01"), None),
        ("as = \"dotted\"", json!("2026-11-22.06:43:22"), Some("2026-11-22T06:43:22Z")),
        ("as = \"generalized\"", json!("20261122064322Z"), Some("2026-11-22T06:43:22Z")),
        ("as = \"generalized\"", json!("20261122064322.0Z"), Some("2026-11-22T06:43:22Z")),
        (
            "as = \"parts\"",
            json!({ "year": 2026, "month": 11, "day": 22, "hour": 6, "minute": 28, "second": 7, "microsecond": 633_230 }),
            Some("2026-11-22T06:28:07Z"),
        ),
        ("as = \"parts\"", json!({ "year": 2026, "month": 10, "day": 1 }), Some("2026-10-01")),
        ("as = \"parts\"", json!({ "year": 2026, "month": 13, "day": 1 }), None),
        ("as = \"parts\"", json!({ "year": 2026, "month": 1, "day": 1, "hour": "6" }), None),
        ("as = \"parts\"", json!("2026-10-01"), None),
        (
            "as = [\"rfc3339\", \"epoch_millis\"]",
            json!("1759327500000"),
            Some("2025-10-01T14:05:00Z"),
        ),
        ("pattern = \"%d.%m.%Y %H:%M\"", json!("01.10.2026 14:05"), Some("2026-10-01T13:05:00Z")),
        ("pattern = \"%d.%m.%Y\"", json!("01.10.2026"), Some("2026-10-01")),
        (
            "pattern = \"%d.%m.%Y %H:%M %z\"",
            json!("01.10.2026 14:05 +0200"),
            Some("2026-10-01T12:05:00Z"),
        ),
        ("as = \"rfc3339\"", json!(null), None),
        ("as = \"rfc3339\"", json!({ "x": 1 }), None),
    ] {
        assert_eq!(
            time(pick, value.clone(), Ambiguous::Earlier).as_deref(),
            expected,
            "{pick} {value}"
        );
    }
}

#[test]
fn a_time_in_the_hour_that_is_there_twice_is_read_by_the_source_s_policy() {
    let pick = "as = \"iso_local\"";
    let twice = || json!("2026-10-25T01:30:00");
    assert_eq!(time(pick, twice(), Ambiguous::Earlier).as_deref(), Some("2026-10-25T00:30:00Z"));
    assert_eq!(time(pick, twice(), Ambiguous::Later).as_deref(), Some("2026-10-25T01:30:00Z"));
    assert_eq!(time(pick, twice(), Ambiguous::Unknown), None);
    let once = || json!("2026-10-25T03:30:00");
    let skipped = || json!("2026-03-29T01:30:00");
    for policy in [Ambiguous::Earlier, Ambiguous::Later, Ambiguous::Unknown] {
        assert_eq!(time(pick, once(), policy).as_deref(), Some("2026-10-25T03:30:00Z"));
        assert_eq!(time(pick, skipped(), policy).as_deref(), Some("2026-03-29T01:30:00Z"));
    }
}

#[test]
fn amounts_are_read_by_the_decimals_of_their_currency() {
    let amount = |unit: &str, value: Value, currency: &str| {
        let pick: AmountPick =
            read(&format!("{{ from = \"a\", unit = \"{unit}\", currency = \"c\" }}"));
        let row = json!({ "a": value, "c": currency });
        let money = pick.read(&row, &units(Ambiguous::Earlier))?;
        Some(format!("{money} {}", money.currency()))
    };
    for (unit, value, currency, expected) in [
        ("minor", json!(3999), "gbp", Some("39.99 GBP")),
        ("minor", json!("3999"), "gbp", Some("39.99 GBP")),
        ("minor", json!(3999), "jpy", Some("3999 JPY")),
        ("minor", json!(3999), "kwd", Some("3.999 KWD")),
        ("minor", json!(39.99), "gbp", None),
        ("decimal", json!("39.99"), "GBP", Some("39.99 GBP")),
        ("decimal", json!(39.99), "GBP", Some("39.99 GBP")),
        ("decimal", json!("39.999"), "GBP", None),
        ("decimal", json!("39.9900"), "GBP", Some("39.99 GBP")),
        ("float", json!(13.33 * 3.0), "GBP", Some("39.99 GBP")),
        ("float", json!(0.1 + 0.2), "GBP", Some("0.30 GBP")),
        ("float", json!(-1234.5), "KWD", Some("-1234.500 KWD")),
        ("float", json!("12.5"), "JPY", Some("12 JPY")),
        ("float", json!(1e300), "GBP", None),
        ("float", json!("x"), "GBP", None),
        ("minor", json!(3999), "", None),
        ("minor", json!(3999), "pounds", None),
    ] {
        assert_eq!(
            amount(unit, value.clone(), currency).as_deref(),
            expected,
            "{unit} {value} {currency}"
        );
    }
}

#[test]
fn a_text_is_picked_joined_translated_or_worked_out() {
    let row = json!({ "a": "Ana", "b": "Petrov", "s": "OPEN", "n": 7, "t": true, "list": [1, 2] });
    let text = |pick: &str| read::<Pick>(pick).raw(&row);
    for (pick, expected) in [
        ("\"a\"", Some("Ana")),
        ("{ from = [\"a\", \"b\"] }", Some("Ana Petrov")),
        ("{ from = [\"missing\", \"b\"], prefix = \"Dr \" }", Some("Dr Petrov")),
        ("{ from = \"missing\", prefix = \"Dr \" }", None),
        ("{ from = \"s\", table = { OPEN = \"open\" } }", Some("open")),
        ("{ from = \"a\", table = { OPEN = \"open\" }, otherwise = \"unknown\" }", Some("unknown")),
        ("{ value = \"constant\" }", Some("constant")),
        ("{ expr = \"row.a ~ ' ' ~ row.b | upper\" }", Some("Ana PETROV")),
        ("{ expr = \"row.n + 1\" }", Some("8")),
        ("{ expr = \"'yes' if row.t else 'no'\" }", Some("yes")),
        ("{ expr = \"row.missing\", otherwise = \"none\" }", Some("none")),
        ("{ expr = \"row.list\" }", None),
        ("{ expr = \"row.list | join('+')\", prefix = \"=\" }", Some("=1+2")),
    ] {
        assert_eq!(text(pick).as_deref(), expected, "{pick}");
    }
}
