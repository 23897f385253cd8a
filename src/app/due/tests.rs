use proptest::prelude::*;

use super::*;

fn toronto() -> TimeZone {
    TimeZone::get("America/Toronto").unwrap()
}

/// Monday, 2 November 2026, 10:04 in Toronto.
fn now() -> Timestamp {
    "2026-11-02T10:04:00-05:00".parse().unwrap()
}

fn said(text: &str) -> String {
    match read(text, now(), &toronto()) {
        Ok(at) => at.to_zoned_datetime(toronto()).strftime("%a %F %H:%M").to_string(),
        Err(why) => why.to_owned(),
    }
}

#[test]
fn times_are_read_as_people_say_them() {
    for (text, expected) in [
        ("tue 14:00", "Tue 2026-11-03 14:00"),
        ("Tuesday at 2pm", "Tue 2026-11-03 14:00"),
        ("tomorrow 9", "Tue 2026-11-03 09:00"),
        ("in 2 weeks", "Mon 2026-11-16 17:00"),
        ("16 nov", "Mon 2026-11-16 17:00"),
        ("nov 16th", "Mon 2026-11-16 17:00"),
        ("16.11. 14:30", "Mon 2026-11-16 14:30"),
        ("16.11", "Mon 2026-11-16 17:00"),
        ("14:30 16.11.2027", "Tue 2027-11-16 14:30"),
        ("2027-01-04 9am", "Mon 2027-01-04 09:00"),
        ("in 3 days 10:00", "Thu 2026-11-05 10:00"),
        ("end of month", "Mon 2026-11-30 17:00"),
        ("end of the week", "Fri 2026-11-06 17:00"),
        ("eod", "Mon 2026-11-02 17:00"),
        ("in 2h", "Mon 2026-11-02 12:04"),
        ("in 1 hour and in 30 min", "Mon 2026-11-02 11:34"),
        ("in an hour", "Mon 2026-11-02 11:04"),
        ("next week", "Mon 2026-11-09 17:00"),
        ("next wed noon", "Wed 2026-11-11 12:00"),
        ("in 1 month", "Wed 2026-12-02 17:00"),
        ("9", "Tue 2026-11-03 09:00"),
        ("16:30", "Mon 2026-11-02 16:30"),
        ("mon 9:00", "Mon 2026-11-09 09:00"),
        ("mon 16 nov", "Mon 2026-11-16 17:00"),
        ("monday", "Mon 2026-11-02 17:00"),
        ("1 nov", "Mon 2027-11-01 17:00"),
        ("today 4 pm", "Mon 2026-11-02 16:00"),
        ("12am tomorrow", "Tue 2026-11-03 00:00"),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_time_to_come_is_refused_with_the_reason() {
    for (text, why) in [
        ("", HELP),
        ("soon", HELP),
        ("in", HELP),
        ("next", HELP),
        ("nov", HELP),
        ("today 9", PAST),
        ("2025-01-01", PAST),
        ("in 0 min", PAST),
        ("31 nov", NO_DAY),
        ("tue 25", NO_DAY),
        ("tue 14:99", NO_DAY),
        ("3/11", TWO_WAYS),
        ("in 99999999999999999999 weeks", FAR),
        ("in 900000 weeks", FAR),
        ("in 6 years", FAR),
        ("tue wed", TWICE),
        ("14:00 15:00", TWICE),
        ("in 2h tomorrow", TWICE),
        ("tue 16 nov", TWICE),
    ] {
        assert_eq!(read(text, now(), &toronto()), Err(why), "{text}");
    }
}

#[test]
fn an_hour_that_a_change_of_clocks_leaves_out_is_the_hour_after() {
    let before: Timestamp = "2027-03-13T12:00:00-05:00".parse().unwrap();
    let at = read("tomorrow 2:30", before, &toronto()).unwrap();
    assert_eq!(at, "2027-03-14T03:30:00-04:00".parse().unwrap());
}

#[test]
fn the_echo_names_the_day_and_how_far_it_is() {
    let at = read("16 nov", now(), &toronto()).unwrap();
    assert_eq!(echo(at, now(), &toronto()), "Mon 16 Nov 2026 17:00, in 14 days");
}

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(vec![
            "in",
            "next",
            "end",
            "of",
            "week",
            "month",
            "day",
            "tue",
            "tomorrow",
            "today",
            "16",
            "2",
            "nov",
            "feb",
            "29",
            "14:30",
            "9",
            "pm",
            "am",
            "16.11.",
            "2028",
            "2w",
            "an",
            "hour",
            "noon",
            "31.12.2026",
            "2027-02-28",
            "3/4",
            "friday",
        ])
        .prop_map(str::to_owned),
        1 => "[0-9a-z.:/-]{0,8}",
        1 => any::<String>(),
    ];
    prop::collection::vec(word, 0..4).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn whatever_is_typed_is_a_time_to_come_or_a_reason(
        text in words(),
        second in 0i64..4_000_000_000,
        zone in prop::sample::select(vec!["America/Toronto", "Asia/Kathmandu", "UTC"]),
    ) {
        let zone = TimeZone::get(zone).unwrap();
        let now = Timestamp::from_second(second).unwrap();
        match read(&text, now, &zone) {
            Ok(at) => prop_assert!(at > now, "{at}"),
            Err(why) => prop_assert!(!why.is_empty() && !why.ends_with('.')),
        }
    }

    #[test]
    fn what_is_echoed_is_read_as_the_same_time(
        text in words(),
        second in 0i64..4_000_000_000,
    ) {
        let zone = TimeZone::UTC;
        let now = Timestamp::from_second(second).unwrap();
        if let Ok(at) = read(&text, now, &zone) {
            let echo = echo(at, now, &zone);
            let (moment, _) = echo.split_once(',').unwrap();
            prop_assert_eq!(read(moment, now, &zone), Ok(at), "{}", moment);
        }
    }
}
