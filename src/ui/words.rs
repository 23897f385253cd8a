//! Times, durations, states of sources: as words.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit};

use super::text::width;
use crate::app::model::Model;
use crate::domain::contact::When;
use crate::domain::source::{Part, State};

/// `3:32`, `1:02:03`: a duration with its seconds.
pub fn clock(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// `now`, `3 min ago`, `2 h ago`, `4 d ago`.
pub fn ago(now: Timestamp, at: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs().max(0);
    match seconds {
        0..=59 => "now".to_owned(),
        60..=3_599 => format!("{} min ago", seconds / 60),
        3_600..=86_399 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// The heading of a day: `today`, `yesterday`, `Mon 30 Oct`, with the year where it is another.
pub fn day(date: Date, today: Date) -> String {
    if date == today {
        return "today".to_owned();
    }
    if today.yesterday().is_ok_and(|yesterday| yesterday == date) {
        return "yesterday".to_owned();
    }
    let format = if date.year() == today.year() { "%a %-d %b" } else { "%-d %b %Y" };
    date.strftime(format).to_string()
}

/// `16 Nov`, with the year where it is another.
pub fn short_day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    date.strftime(format).to_string()
}

/// How far a day is: `in 14 d`, `today`, `tomorrow`, `3 d late`.
pub fn distance(date: Date, today: Date) -> String {
    let days = date.since((Unit::Day, today)).map_or(0, |span| span.get_days());
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2.. => format!("in {days} d"),
        _ => format!("{} d late", -days),
    }
}

/// The time of day of a moment, nothing for a whole day.
pub fn time(when: When, zone: &TimeZone) -> String {
    if when.day_only {
        return String::new();
    }
    when.at.to_zoned_datetime(zone.clone()).strftime("%H:%M").to_string()
}

/// Seconds with a tenth: `2.0 s`.
pub fn seconds(milliseconds: u64) -> String {
    format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
}

/// An answer that takes longer than this is late.
const LATE: SignedDuration = SignedDuration::from_secs(1);

/// The same, of a source that may be late: without a clock, so that it stands still.
pub fn silence_now(part: &Part, model: &Model) -> String {
    let late = model.session().asked_at().is_some_and(|at| model.now.duration_since(at) >= LATE);
    match part.state {
        State::Loading if late => format!("{} is late, no answer yet", part.source),
        _ => silence(part),
    }
}

/// What may be missing in a place that has other things to show, in so few words that a frame has
/// room for them; nothing where every source has spoken.
pub fn gaps(model: &Model, columns: u16) -> String {
    let word = |part: &Part| {
        let word = match part.state {
            State::Ok | State::Empty => return None,
            State::Loading if silence_now(part, model) != silence(part) => "late",
            State::Loading => "not yet",
            State::Stale => "old",
            State::TimedOut => "timed out",
            State::Refused => "refused",
            State::NotPermitted => "not permitted",
            State::Failed => "failed",
            State::NotAsked => "not asked",
        };
        Some(format!("{} {word}", part.source))
    };
    let parts = model.session().facts();
    let words: Vec<String> = parts.iter().filter_map(word).collect();
    let all = words.join(", ");
    let unasked = parts.iter().filter(|part| part.state == State::NotAsked).count();
    match words.len() {
        _ if width(&all) <= columns => all,
        count if count == unasked => format!("{count} not asked"),
        count => format!("{count} silent"),
    }
}

/// What an empty place says of the source that should have filled it: the states never look alike.
pub fn silence(part: &Part) -> String {
    let source = &part.source;
    match part.state {
        State::Loading => format!("{source} not answered yet"),
        State::Ok | State::Empty => match &part.why {
            Some(why) => format!("{source} {why}"),
            None => format!("{source} has nothing"),
        },
        State::Stale => format!("{source} did not answer, older facts shown"),
        State::TimedOut => format!("{source} timed out after {}", seconds(part.waited_ms)),
        State::Refused => format!("{source} refused: {}", why(part)),
        State::NotPermitted => format!("{source} not permitted"),
        State::Failed => format!("{source} failed: {}", why(part)),
        State::NotAsked => match &part.why {
            Some(why) => format!("{source} not asked: {why}"),
            None => format!("{source} not asked"),
        },
    }
}

/// What is said of a source whose list is not whole.
pub fn cut_short(part: &Part) -> String {
    format!("{} has more than are listed", part.source)
}

/// What became of the question to a source, as a sentence.
pub fn told(part: &Part, now: Timestamp) -> String {
    let source = &part.source;
    let age = part.fetched_at.map(|at| format!(", {}", ago(now, at))).unwrap_or_default();
    match part.state {
        State::Ok | State::Empty if part.kept => {
            format!("{source} not asked again, kept what it said{age}")
        }
        State::Ok => match &part.why {
            Some(why) => format!("{source} answered in part{age}, {why}"),
            None => format!("{source} answered in {} ms{age}", part.waited_ms),
        },
        State::Stale => format!("{source} did not answer, older facts shown{age}"),
        _ => silence(part),
    }
}

fn why(part: &Part) -> &str {
    part.why.as_deref().unwrap_or("no reason given")
}
