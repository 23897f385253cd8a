//! The past as rows: when, channel, what, how much, whose.

use std::borrow::Cow;

use super::paper::{Focused, Paper, Titles, row};
use super::said;
use super::text::{cut, width, wrap};
use super::theme::Role;
use super::words::{day, gaps, short_day, silence, silence_now, time};
use crate::action::Action;
use crate::app::geometry::{Area, Pane};
use crate::app::model::{Focus, Model};
use crate::app::past::{Past, Range, Row};
use crate::app::{tour, visit};
use crate::domain::contact::{Entry, doubled};
use crate::domain::source::State;

/// Columns of the time of day, and of the channel.
const TIME: u16 = 6;
const CHANNEL: u16 = 8;
/// Columns that an entry's own words keep beside its state.
const WORD: u16 = 9;
/// Less than this says nothing.
const SYLLABLE: u16 = 4;

/// Draws the pane.
pub fn draw(paper: &mut Paper<'_>, pane: Pane, model: &Model, focused: Focused) {
    let session = model.session();
    match pane {
        Pane::Summary(area) => summary(paper, area, model),
        Pane::Framed(area) => {
            let (filter, count) = (filter(&session.past), count(model));
            let searched = session.past.search.as_ref().map(|line| format!("/{}", line.text()));
            let room = area.width.saturating_sub(width(&count) + 9);
            let missing = gaps(model, room);
            let titles = Titles {
                left: "PAST",
                right: &filter,
                bottom_left: searched.as_deref().unwrap_or(&missing),
                bottom_right: &count,
            };
            paper.frame(area, &titles, focused);
            rows(paper, area.inside(), model, focused);
        }
    }
}

/// What is hidden of it: nothing where everything is shown.
pub fn filter(past: &Past) -> String {
    let channel = past.channel.map(|channel| channel.name());
    match (channel, past.range) {
        (None, Range::All) => String::new(),
        (None, range) => range.name().to_owned(),
        (Some(channel), Range::All) => channel.to_owned(),
        (Some(channel), range) => format!("{channel}, {}", range.name()),
    }
}

/// How many entries are shown, and of how many.
pub fn count(model: &Model) -> String {
    let session = model.session();
    let past = &session.past;
    if past.total == 0 {
        return String::new();
    }
    let more = session.facts().iter().any(|part| part.more);
    let of = if past.shown == past.total { String::new() } else { format!(" of {}", past.total) };
    let entries = if past.total == 1 { "entry" } else { "entries" };
    let more = match more {
        true => format!(", {} asks for more", model.keymap.anywhere(Action::More)),
        false => String::new(),
    };
    format!("{}{of} {entries}{more}", past.shown)
}

fn summary(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let session = model.session();
    let text = match session.past.newest(session.facts()) {
        Some(entry) => {
            let today = model.now.to_zoned_datetime(model.zone.clone()).date();
            let day = day(entry.when.date(&model.zone), today);
            format!("{}, last {day} {}", count(model), what(entry))
        }
        None => nothing(model),
    };
    let used = paper.line(area, &[(" PAST     ", Role::PaneTitle), (&text, Role::Text)]);
    paper.beside(area, used, &gaps(model, area.width / 3), Role::Warn);
}

/// Why there is nothing to show.
pub fn nothing(model: &Model) -> String {
    let session = model.session();
    if session.customer.is_none() {
        return "not asked: nobody is chosen".to_owned();
    }
    if session.past.total > 0 {
        let key = model.keymap.anywhere(Action::FilterClear);
        return format!("nothing passes the filter; {key} shows everything");
    }
    let parts = session.facts();
    if parts.is_empty() || parts.iter().any(|part| part.state == State::Loading) {
        return "asked, nothing here yet".to_owned();
    }
    let silent: Vec<String> =
        parts.iter().filter(|part| !part.state.consulted()).map(silence).collect();
    if silent.is_empty() { "nothing has happened".to_owned() } else { silent.join("; ") }
}

/// The same, and who is late with it.
fn nothing_yet(model: &Model) -> String {
    let session = model.session();
    let loading = session.facts().iter().filter(|part| part.state == State::Loading);
    let late: Vec<String> = loading
        .filter(|part| silence_now(part, model) != silence(part))
        .map(|part| silence_now(part, model))
        .collect();
    if late.is_empty() { nothing(model) } else { late.join("; ") }
}

fn rows(paper: &mut Paper<'_>, area: Area, model: &Model, focused: Focused) {
    let session = model.session();
    let past = &session.past;
    if tour::shown(model) {
        let inside = area.padded().narrowed(said::MEASURE);
        let section = super::tour::section(model, Focus::Past, inside.width);
        let lines = said::lines(vec![section], inside.width, &paper.theme.glyphs);
        return said::draw(paper, inside, &lines, 0, focused);
    }
    if past.rows.is_empty() {
        let text = nothing_yet(model);
        for (nth, line) in wrap(&text, area.width.saturating_sub(2)).iter().enumerate() {
            let at = row(area, u16::try_from(nth).unwrap_or(u16::MAX));
            paper.text(Area { x: at.x + 1, ..at }, line, Role::Muted);
        }
        return;
    }
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    let shown = past.rows.iter().enumerate().skip(past.first).take(usize::from(area.height));
    for (nth, (index, kind)) in shown.enumerate() {
        let at = row(area, u16::try_from(nth).unwrap_or(u16::MAX));
        match kind {
            Row::Pinned => {
                paper.text(Area { x: at.x + 1, ..at }, "pinned", Role::Muted);
            }
            Row::Day(date) => {
                paper.text(Area { x: at.x + 1, ..at }, &day(*date, today), Role::Muted);
            }
            Row::Entry(_) => {
                let Some(entry) = Past::entry(session.facts(), *kind) else { continue };
                let selected = index == past.cursor;
                line(paper, at, entry, model, selected.then_some(focused));
            }
        }
    }
}

/// One entry. The amount is never cut, what was said gives way.
fn line(paper: &mut Paper<'_>, at: Area, entry: &Entry, model: &Model, selected: Option<Focused>) {
    let glyphs = paper.theme.glyphs;
    let mark = match selected {
        Some(_) => glyphs.cursor,
        None if entry.pinned => glyphs.pinned,
        None => " ",
    };
    if selected == Some(Focused::Yes) {
        let look = paper.theme.look(Role::Selected);
        paper.wash(at, look);
    }
    let look = |paper: &Paper<'_>, role| match selected {
        Some(Focused::Yes) => paper.theme.selected(role),
        _ => paper.theme.look(role),
    };
    let accent = look(paper, Role::Accent);
    paper.styled(at, mark, accent);
    let muted = look(paper, Role::Muted);
    let clock = Area { x: at.x + 1, width: TIME.min(at.width.saturating_sub(1)), ..at };
    let channel = Area { x: clock.x + TIME, width: CHANNEL, ..at };
    let inside = at.width.saturating_sub(1 + TIME);
    let channel = Area { width: channel.width.min(inside), ..channel };
    if entry.pinned {
        // No heading of a day is above it: the day goes before its time and its channel.
        let today = model.now.to_zoned_datetime(model.zone.clone()).date();
        let day = short_day(entry.when.date(&model.zone), today);
        paper.styled(Area { width: clock.width + channel.width, ..clock }, &day, muted);
    } else {
        paper.styled(clock, &time(entry.when, &model.zone), muted);
        paper.styled(channel, entry.channel.name(), muted);
    }
    let source = entry.source.as_str();
    let tag = width(source) + 1;
    let left = Area { x: channel.x + channel.width, width: inside.saturating_sub(CHANNEL), ..at };
    if left.width <= tag {
        return;
    }
    let source_at = Area { x: left.x + left.width - width(source), width: width(source), ..left };
    paper.styled(source_at, source, look(paper, Role::SourceTag));
    let room = Area { width: left.width - tag, ..left };
    let tail = tail(entry, glyphs.doubled, room.width);
    let tail_width = width(&tail);
    let role = if doubled(&entry.lines).is_empty() { Role::Text } else { Role::Doubled };
    if tail_width > 0 && tail_width <= room.width {
        let tail_at = Area { x: room.x + room.width - tail_width, width: tail_width, ..room };
        paper.styled(tail_at, &tail, look(paper, role));
    }
    let taken = if tail_width > 0 { tail_width + 1 } else { 0 };
    let text = Area { width: room.width.saturating_sub(taken), ..room };
    let role = if entry.internal { Role::Muted } else { Role::Text };
    let words = what(entry);
    if text.width >= SYLLABLE {
        paper.styled(text, &fitted(&words, text.width), look(paper, role));
    }
}

/// The words, or what tells them apart where not all fit: a number at their end goes before what
/// it is the number of.
fn fitted(words: &str, columns: u16) -> Cow<'_, str> {
    let last = words.rsplit(' ').next().unwrap_or_default();
    let number = last.starts_with(|c: char| c.is_ascii_digit());
    let end = format!("… {last}");
    if number && width(words) > columns && width(&end) <= columns {
        return Cow::Owned(end);
    }
    cut(words, columns)
}

/// What is said of an entry in one line.
pub fn what(entry: &Entry) -> String {
    match (&entry.searched, &entry.tried, &entry.read) {
        (Some(searched), ..) => format!("searched \"{searched}\""),
        (None, Some(tried), _) => match &entry.state {
            Some(outcome) => format!("tried: {tried}, {outcome}"),
            None => format!("tried: {tried}"),
        },
        (None, None, Some(read)) => format!("read \"{read}\""),
        (None, None, None) => entry.what.to_string(),
    }
}

/// What stands at the right: state and amount, without the state where no room would be left for
/// what was said. That lines are doubled goes before everything.
pub fn tail(entry: &Entry, sign: &str, columns: u16) -> String {
    let amount = entry.amount.map(|amount| amount.to_string());
    let amount = amount.as_deref();
    if !doubled(&entry.lines).is_empty() {
        let long = [Some(format!("{sign} doubled")), amount.map(str::to_owned)];
        let long: Vec<String> = long.into_iter().flatten().collect();
        let long = long.join("  ");
        return if width(&long) <= columns { long } else { sign.to_owned() };
    }
    let state = entry.state.as_deref().filter(|_| amount.is_some());
    let whole: Vec<&str> = state.into_iter().chain(amount).collect();
    let whole = whole.join("  ");
    if width(&whole) + WORD <= columns { whole } else { amount.unwrap_or_default().to_owned() }
}

/// Draws everything known of the entry under the cursor.
pub fn detail(paper: &mut Paper<'_>, area: Area, model: &Model, first: usize) {
    let lines = detail_of(model, area.width, paper.theme.glyphs.doubled);
    let last = lines.len().saturating_sub(usize::from(area.height));
    for (nth, (text, role)) in
        lines.iter().skip(first.min(last)).take(usize::from(area.height)).enumerate()
    {
        paper.text(row(area, u16::try_from(nth).unwrap_or(u16::MAX)), text, *role);
    }
}

/// Everything known of the entry under the cursor, at this width.
pub fn detail_of(model: &Model, columns: u16, sign: &str) -> Vec<(String, Role)> {
    let session = model.session();
    match session.past.selected(session.facts()) {
        Some(entry) => detail_lines(entry, model, columns, sign),
        None => vec![("no entry".to_owned(), Role::Muted)],
    }
}

/// Everything known of an entry, at this width.
pub fn detail_lines(entry: &Entry, model: &Model, columns: u16, sign: &str) -> Vec<(String, Role)> {
    let mut lines: Vec<(String, Role)> = Vec::new();
    let say = |lines: &mut Vec<(String, Role)>, text: &str, role: Role| {
        lines.extend(wrap(text, columns).into_iter().map(|line| (line.to_owned(), role)));
    };
    say(&mut lines, &what(entry), Role::Strong);
    let date = entry.when.date(&model.zone).strftime("%a %-d %b %Y");
    let about = format!(
        "{date} {}  {}  {}",
        time(entry.when, &model.zone),
        entry.channel.name(),
        entry.source
    );
    say(&mut lines, &about, Role::Muted);
    let by = [&entry.author, &entry.department].into_iter().flatten();
    let by: Vec<&str> = by.map(AsRef::as_ref).collect();
    if !by.is_empty() {
        say(&mut lines, &format!("by {}", by.join(", ")), Role::Text);
    }
    if let Some(state) = &entry.state {
        say(&mut lines, &format!("state {state}"), Role::Text);
    }
    if let Some(amount) = entry.amount {
        say(&mut lines, &format!("amount {amount} {}", amount.currency()), Role::Text);
    }
    if !entry.lines.is_empty() {
        say(&mut lines, " ", Role::Text);
        let twice = doubled(&entry.lines);
        for (nth, line) in entry.lines.iter().enumerate() {
            let again = twice.contains(&nth);
            let mark = if again { sign } else { " " };
            let amount = line.amount.map(|amount| amount.to_string()).unwrap_or_default();
            let service = line.service.as_deref().unwrap_or_default();
            let period = line.period.as_deref().unwrap_or_default();
            let amount = format!("{mark} {amount:>9}  ");
            let hang = width(&amount);
            let role = if again { Role::Doubled } else { Role::Text };
            let words = format!("{}  {service}  {period}", line.what);
            for (nth, row) in wrap(&words, columns.saturating_sub(hang)).iter().enumerate() {
                let before = if nth == 0 { amount.clone() } else { " ".repeat(usize::from(hang)) };
                lines.push((format!("{before}{row}"), role));
            }
        }
    }
    for (name, value) in &entry.fields {
        say(&mut lines, &format!("{name}: {value}"), Role::Text);
    }
    let visit = visit::of(entry, model.session().facts());
    if visit.len() > 1 {
        say(&mut lines, " ", Role::Text);
        say(&mut lines, &format!("this visit, {} steps", visit.len()), Role::Muted);
        for step in visit {
            say(
                &mut lines,
                &format!("{:<7}{}", time(step.when, &model.zone), what(step)),
                Role::Text,
            );
        }
    }
    if !entry.body.is_empty() && *entry.body != *entry.what {
        say(&mut lines, " ", Role::Text);
        say(&mut lines, &entry.body, Role::Text);
    }
    lines
}
