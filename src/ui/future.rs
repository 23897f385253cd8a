//! The future as lines: what to do first, what is due, who may leave, what not to offer.

use super::paper::{Focused, Paper, Titles, row};
use super::text::{cut, width, wrap};
use super::theme::Role;
use super::words::{distance, short_day, silence};
use crate::app::future::dues;
use crate::app::geometry::{Area, Pane};
use crate::app::model::Model;
use crate::app::session::Session;
use crate::domain::promise::{Due, DueKind};
use crate::domain::source::State;

/// A line and its meaning; the second text stands at the right.
type Said = (String, String, Role);

/// Draws the pane.
pub fn draw(paper: &mut Paper<'_>, pane: Pane, model: &Model, focused: Focused) {
    match pane {
        Pane::Summary(area) => summary(paper, area, model),
        Pane::Framed(area) => {
            paper.frame(area, &Titles { left: "FUTURE", ..Titles::default() }, focused);
            let inside = area.inside();
            let inside = Area { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
            let said = lines(model, inside.width);
            let last = said.len().saturating_sub(usize::from(inside.height));
            let first = model.session().future_first.min(last);
            for (nth, said) in said.iter().skip(first).take(usize::from(inside.height)).enumerate()
            {
                line(paper, row(inside, u16::try_from(nth).unwrap_or(u16::MAX)), said);
            }
        }
    }
}

fn line(paper: &mut Paper<'_>, at: Area, (left, right, role): &Said) {
    let columns = width(right);
    if columns > 0 && columns < at.width {
        paper.right(at, right, Role::Muted);
    }
    let room =
        Area { width: at.width.saturating_sub(if columns > 0 { columns + 1 } else { 0 }), ..at };
    paper.text(room, &cut(left, room.width), *role);
}

fn summary(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let session = model.session();
    let first = session.assessment.actions.first().map(|action| action.what.to_string());
    let due = dues(session.facts(), model.now, &model.zone).first().map(|due| {
        let today = model.now.to_zoned_datetime(model.zone.clone()).date();
        format!("{} {}", words(due), distance(due.when.date(&model.zone), today))
    });
    let text = first.or(due).unwrap_or_else(|| nothing(session));
    paper.line(area, &[(" FUTURE   ", Role::PaneTitle), (&text, Role::Text)]);
}

fn nothing(session: &Session) -> String {
    if session.customer.is_none() {
        return "not asked: nobody is chosen".to_owned();
    }
    if session.awaits() || session.facts().is_empty() {
        return "asked, nothing here yet".to_owned();
    }
    let silent: Vec<String> =
        session.facts().iter().filter(|part| !part.state.consulted()).map(silence).collect();
    if silent.is_empty() { "nothing is due".to_owned() } else { silent.join("; ") }
}

fn lines(model: &Model, columns: u16) -> Vec<Said> {
    let session = model.session();
    let mut said: Vec<Said> = Vec::new();
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    for (nth, action) in session.assessment.actions.iter().enumerate() {
        let text = format!("{} {}", nth + 1, action.what);
        say(&mut said, &text, columns, Role::Strong);
        say(&mut said, &format!("  why: {}", action.why), columns, Role::Muted);
    }
    let found = dues(session.facts(), model.now, &model.zone);
    if !found.is_empty() {
        if !said.is_empty() {
            said.push((String::new(), String::new(), Role::Text));
        }
        said.push(("due".to_owned(), String::new(), Role::Muted));
    }
    for due in &found {
        let date = due.when.date(&model.zone);
        let left = format!("{:>6}  {}", short_day(date, today), words(due));
        let amount = due.amount.map(|amount| format!("{amount}  ")).unwrap_or_default();
        let right = format!("{amount}{}", distance(date, today));
        let role = match date {
            date if date < today => Role::DueLate,
            date if date.since((jiff::Unit::Day, today)).is_ok_and(|span| span.get_days() <= 2) => {
                Role::DueSoon
            }
            _ => Role::Text,
        };
        said.push((left, right, role));
    }
    if found.is_empty() {
        if !said.is_empty() {
            said.push((String::new(), String::new(), Role::Text));
        }
        say(&mut said, &nothing(session), columns, Role::Muted);
    }
    if let Some(churn) = &session.assessment.churn {
        said.push((String::new(), String::new(), Role::Text));
        said.push((format!("churn  {}", churn.level), String::new(), Role::Warn));
        let drivers: Vec<&str> = churn.drivers.iter().map(AsRef::as_ref).collect();
        say(&mut said, &format!("  {}", drivers.join(", ")), columns, Role::Text);
    }
    offers(&mut said, session, columns);
    said
}

fn offers(said: &mut Vec<Said>, session: &Session, columns: u16) {
    if session.assessment.offers.is_empty() {
        return;
    }
    said.push((String::new(), String::new(), Role::Text));
    for offer in &session.assessment.offers {
        match &offer.suppressed {
            Some(reason) => {
                said.push((offer.what.to_string(), "suppressed".to_owned(), Role::Muted));
                say(said, &format!("  {reason}"), columns, Role::Muted);
            }
            None => said.push((offer.what.to_string(), "may be offered".to_owned(), Role::Text)),
        }
    }
    let silent = session.facts().iter().any(|part| part.state == State::Loading);
    if silent {
        say(said, "  not every source has answered yet", columns, Role::Muted);
    }
}

fn words(due: &Due) -> String {
    let kind = due.kind.name();
    let owner = due.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
    match due.kind {
        DueKind::WorkOrder | DueKind::Renewal => format!("{}{owner}", due.what),
        _ => format!("{kind}: {}{owner}", due.what),
    }
}

fn say(said: &mut Vec<Said>, text: &str, columns: u16, role: Role) {
    let indent = text.len() - text.trim_start().len();
    for (nth, line) in wrap(text, columns).into_iter().enumerate() {
        let line = if nth == 0 { line.to_owned() } else { format!("{}{line}", " ".repeat(indent)) };
        said.push((line, String::new(), role));
    }
}
