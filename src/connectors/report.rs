//! What a source's answers were read as, in lines: for whoever writes a connector, and for the
//! recordings beside it.

use super::changes::{Change, News};
use super::{Found, Trouble, Viewed};
use crate::domain::belonging::{Belonging, Relation};
use crate::domain::contact::{Entry, Line, When};
use crate::domain::customer::{ContactPoint, Key, Record};
use crate::domain::money::Money;
use crate::domain::write::Settled;

/// What a look-up found.
pub fn found(answer: &Result<Found, Trouble>) -> Vec<String> {
    let found = match answer {
        Ok(found) => found,
        Err(trouble) => return vec![no_answer(trouble)],
    };
    let mut lines: Vec<String> = found.records.iter().flat_map(record).collect();
    lines.extend(counted(found.rejected, "did not agree with the key and were left out"));
    lines.extend(counted(found.skipped, "could not be read"));
    if found.more {
        lines.push("there is more than was asked for".into());
    }
    if lines.is_empty() {
        lines.push("nothing".into());
    }
    lines
}

/// What has changed, by what was asked for that.
pub fn changed(answer: &Result<Vec<(String, News)>, Trouble>) -> Vec<String> {
    let all = match answer {
        Ok(all) => all,
        Err(trouble) => return vec![no_answer(trouble)],
    };
    let mut lines = Vec::new();
    for (name, News { changes, unsure }) in all {
        for Change { keys, at, gone } in changes {
            let at = at.map_or("at no time known".to_owned(), |at| at.to_string());
            let what = if *gone { "deleted" } else { "changed" };
            let keys: Vec<String> = keys.iter().map(key).collect();
            lines.push(format!("{name}: {what} {at}, {}", keys.join(", ")));
        }
        lines.extend(unsure.then(|| format!("{name}: and more")));
    }
    if lines.is_empty() {
        lines.push("nothing".into());
    }
    lines
}

fn key(key: &Key) -> String {
    let kind = key.kind().name();
    match key {
        Key::Phone(number) => format!("{kind} {}", number.e164()),
        Key::Id(id) => format!("{kind} {}", id.key),
        Key::Email(text)
        | Key::Account(text)
        | Key::Case(text)
        | Key::Name(text)
        | Key::Segment(text) => {
            format!("{kind} {text}")
        }
    }
}

/// What is known of a customer.
pub fn viewed(answer: &Result<Viewed, Trouble>) -> Vec<String> {
    let viewed = match answer {
        Ok(viewed) => viewed,
        Err(trouble) => return vec![no_answer(trouble)],
    };
    let facts = &viewed.facts;
    let mut lines = Vec::new();
    for profile in facts.profiles() {
        let record = profile.record.as_ref().filter(|_| !facts.others.is_empty());
        lines.extend(record.map(|record| format!("profile of {record}")));
        let parts = [
            ("name", &profile.name),
            ("account", &profile.account),
            ("status", &profile.status),
            ("segment", &profile.segment),
            ("language", &profile.language),
            ("household", &profile.household),
            ("parent", &profile.parent),
            ("special care", &profile.special_care),
        ];
        let known = parts.iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        lines.extend(known.map(|(name, text)| format!("profile {name}: {text}")));
        let fields = profile.fields.iter();
        lines.extend(fields.map(|(name, text)| format!("profile {name}: {text}")));
        lines.extend(profile.since.map(|since| format!("profile since: {since}")));
        lines.extend(profile.contacts.iter().map(contact));
    }
    lines.extend(facts.entries.iter().flat_map(entry));
    lines.extend(facts.matters.iter().map(|matter| {
        let times = [("since", matter.since), ("expected", matter.expected.map(When::at))];
        let mut line = format!("{} {}: {}", matter.kind.name(), matter.id, matter.what);
        line += &optional(", ", matter.state.as_deref());
        for (name, time) in times {
            line += &time.map(|time| format!(", {name} {}", when(time))).unwrap_or_default();
        }
        line += &optional(", by ", matter.owner.as_deref());
        line + &money(matter.amount)
    }));
    lines.extend(facts.dues.iter().map(|due| {
        let line = format!("due {} {}: {}", when(due.when), due.kind.name(), due.what);
        line + &optional(", ", due.state.as_deref()) + &money(due.amount)
    }));
    lines.extend(
        facts.alerts.iter().map(|alert| format!("alert {}: {}", alert.kind.name(), alert.text)),
    );
    lines.extend(facts.belongings.iter().flat_map(belonging));
    lines.extend(facts.relations.iter().map(relation));
    lines.extend(facts.offers.iter().map(|offer| format!("offer {}: {}", offer.id, offer.what)));
    lines.extend(counted(viewed.skipped, "could not be read, or were another customer's"));
    lines.extend(viewed.said_missing().map(|missing| missing.to_string()));
    if viewed.more {
        lines.push("there is more than was asked for".into());
    }
    if lines.is_empty() {
        lines.push("nothing".into());
    }
    lines
}

fn belonging(belonging: &Belonging) -> Vec<String> {
    let mut line = format!("{} {}: {}", belonging.kind.name(), belonging.id, belonging.what);
    line += &optional(", serial ", belonging.serial.as_deref());
    line += &optional(", ", belonging.state.as_deref());
    for (name, day) in [("since", belonging.since), ("until", belonging.until)] {
        line += &day.map(|day| format!(", {name} {day}")).unwrap_or_default();
    }
    let fields = belonging.fields.iter().map(|(name, value)| format!("  {name}: {value}"));
    std::iter::once(line).chain(fields).collect()
}

fn relation(relation: &Relation) -> String {
    let line = format!("{}: {}", relation.kind.name(), relation.name);
    line + &optional(", ", relation.role.as_deref())
        + &optional(", record ", relation.record.as_deref())
        + &optional(", ", relation.phone.as_deref())
}

/// What became of a write.
pub fn settled(settled: &Settled) -> Vec<String> {
    vec![settled.sentence()]
}

fn record(record: &Record) -> Vec<String> {
    let why: Vec<&str> = record.matched.iter().map(|found| found.field.as_str()).collect();
    let mut line = format!("record {}: {}", record.id, record.name);
    line += &optional(", account ", record.account.as_deref());
    line += &optional(", ", record.status.as_deref());
    line += &record.since.map(|since| format!(", since {since}")).unwrap_or_default();
    line += &format!(" (agrees on {})", why.join(", "));
    let mut lines = vec![line];
    lines.extend(record.contacts.iter().map(contact));
    lines
}

fn contact(point: &ContactPoint) -> String {
    format!("  {}: {}", point.kind.name(), point.value)
}

fn entry(entry: &Entry) -> Vec<String> {
    let mut line =
        format!("{} {} {}: {}", when(entry.when), entry.channel.name(), entry.id, entry.what);
    line += &optional(", ", entry.state.as_deref());
    line += &optional(", by ", entry.author.as_deref());
    line += &optional(", ", entry.department.as_deref());
    line += &money(entry.amount);
    let mut lines = vec![line];
    if !entry.body.is_empty() && entry.body != entry.what {
        let text = entry.body.replace('\n', " / ");
        lines.push(format!("  {text}"));
    }
    lines.extend(entry.fields.iter().map(|(name, value)| format!("  {name}: {value}")));
    lines.extend(entry.lines.iter().map(billed));
    lines
}

fn billed(line: &Line) -> String {
    let text = format!("  line: {}", line.what);
    text + &optional(", ", line.service.as_deref()) + &money(line.amount)
}

fn when(when: When) -> String {
    if when.day_only { when.at.to_string()[..10].to_owned() } else { when.at.to_string() }
}

fn money(amount: Option<Money>) -> String {
    amount.map(|amount| format!(", {amount} {}", amount.currency())).unwrap_or_default()
}

fn optional(before: &str, text: Option<&str>) -> String {
    text.map(|text| format!("{before}{text}")).unwrap_or_default()
}

fn counted(count: u32, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} rows {what}"))
}

fn no_answer(trouble: &Trouble) -> String {
    format!("no answer: {}", trouble.why)
}
