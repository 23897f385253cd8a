//! The future as lines: what to do first, what is due, who may leave, what not to offer.

use jiff::civil::Date;

use super::paper::{Focused, Paper, Titles, row};
use super::said::{self, Above, Said, Section};
use super::text::{Align, pad, width};
use super::theme::{Glyphs, Role};
use super::words::{distance, gaps, short_day, silence};
use crate::app::future::{cursor, done, dues};
use crate::app::geometry::{Area, Pane};
use crate::app::model::{Focus, Model};
use crate::app::session::Session;
use crate::app::tour;
use crate::domain::promise::{Due, DueKind};
use crate::domain::source::State;

/// Columns of a day without its year.
const DAY: u16 = 6;

/// Draws the pane.
pub fn draw(paper: &mut Paper<'_>, pane: Pane, model: &Model, focused: Focused) {
    match pane {
        Pane::Summary(area) => summary(paper, area, model),
        Pane::Framed(area) => {
            let (inside, said) = lines(model, area, &paper.theme.glyphs);
            // The cursor is always seen; what stands below it is scrolled to.
            let seen = said::seen(&said, inside.height);
            let first = seen + model.session().future_first;
            let below = said::below(said.len(), first, inside.height);
            let missing = gaps(model, area.width.saturating_sub(width(&below) + 9));
            let titles = Titles {
                left: "FUTURE",
                bottom_left: &missing,
                bottom_right: &below,
                ..Titles::default()
            };
            paper.frame(area, &titles, focused);
            said::draw(paper, inside, &said, first, focused);
            let mut shown = said.iter().skip(first).take(usize::from(inside.height));
            let at = shown.position(|line| line.cursor).filter(|_| focused == Focused::Yes);
            if let Some(at) = at.and_then(|at| u16::try_from(at).ok()) {
                // Beside the line, as in the past: without colour a look alone does not tell.
                let mark = Area { x: area.x + 1, width: 1, ..row(inside, at) };
                paper.text(mark, paper.theme.glyphs.cursor, Role::Accent);
            }
        }
    }
}

/// What the pane says in this frame, and where inside it.
pub fn lines(model: &Model, area: Area, glyphs: &Glyphs) -> (Area, Vec<Said>) {
    let inside = area.inside().padded().narrowed(said::MEASURE);
    (inside, said::lines(sections(model, inside.width), inside.width, glyphs))
}

fn summary(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let session = model.session();
    let first = session.assessment.actions.first().map(|action| action.what.to_string());
    let due = dues(session.facts(), model.now, &model.zone).first().map(|due| {
        let today = model.now.to_zoned_datetime(model.zone.clone()).date();
        format!("{} {}", words(due), distance(due.when.date(&model.zone), today))
    });
    let text = first.or(due).unwrap_or_else(|| nothing(session));
    let used = paper.line(area, &[(" FUTURE   ", Role::PaneTitle), (&text, Role::Text)]);
    paper.beside(area, used, &gaps(model, area.width / 3), Role::Warn);
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

/// What the pane says at this width.
pub fn sections(model: &Model, columns: u16) -> Vec<Section> {
    if tour::shown(model) {
        return vec![super::tour::section(model, Focus::Future, columns)];
    }
    let session = model.session();
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    let mut first = Vec::new();
    for (nth, action) in session.assessment.actions.iter().enumerate() {
        first.push(Said::new(format!("{} {}", nth + 1, action.what), Role::Strong));
        first.extend(Said::wrapped(&format!("  why: {}", action.why), columns, Role::Muted));
    }
    let mut churn = Vec::new();
    if let Some(risk) = &session.assessment.churn {
        churn.push(Said::new(format!("churn  {}", risk.level), Role::Warn));
        let drivers: Vec<&str> = risk.drivers.iter().map(AsRef::as_ref).collect();
        churn.extend(Said::wrapped(&format!("  {}", drivers.join(", ")), columns, Role::Text));
    }
    let found = dues(session.facts(), model.now, &model.zone);
    let due = match found.is_empty() {
        false => {
            let on = cursor(&found, session.due.as_ref());
            let day = |due: &&Due| width(&short_day(due.when.date(&model.zone), today));
            // As wide as the widest: a date of another year says the year.
            let days = found.iter().map(day).max().unwrap_or(0).max(DAY);
            let line = |(nth, due): (usize, &&Due)| {
                let mut said = due_line(due, model, today, days);
                said.cursor = nth == on;
                said
            };
            let lines = found.iter().enumerate().map(line).collect();
            Section::new("Due", Above::Title("due"), lines)
        }
        true => {
            let why = Said::wrapped(&nothing(session), columns, Role::Muted).collect();
            Section::new("Due", Above::Blank, why)
        }
    };
    vec![
        Section::new("Next action", Above::Nothing, first),
        due,
        Section::new("Churn", Above::Blank, churn),
        Section::new("Offers", Above::Blank, offers(session, columns)),
    ]
}

fn due_line(due: &Due, model: &Model, today: Date, days: u16) -> Said {
    let day = pad(&short_day(due.when.date(&model.zone), today), days, Align::Right);
    let what = format!("{day}  {}", words(due));
    let date = due.when.date(&model.zone);
    let amount = due.amount.map(|amount| format!("{amount}  ")).unwrap_or_default();
    if done(due) {
        return Said::new(what, Role::Muted).right("done", Role::Good).hanging(days + 2);
    }
    let role = match date {
        date if date < today => Role::DueLate,
        date if date.since((jiff::Unit::Day, today)).is_ok_and(|span| span.get_days() <= 2) => {
            Role::DueSoon
        }
        _ => Role::Text,
    };
    Said::new(what, role)
        .right(format!("{amount}{}", distance(date, today)), Role::Muted)
        .hanging(days + 2)
}

fn offers(session: &Session, columns: u16) -> Vec<Said> {
    let mut said = Vec::new();
    for offer in &session.assessment.offers {
        match &offer.suppressed {
            Some(reason) => {
                let what = Said::new(&*offer.what, Role::Muted);
                said.push(what.right("suppressed", Role::Muted));
                said.extend(Said::wrapped(&format!("  {reason}"), columns, Role::Muted));
            }
            None => {
                let what = Said::new(&*offer.what, Role::Text);
                said.push(what.right("may be offered", Role::Muted));
            }
        }
    }
    let silent = session.facts().iter().any(|part| part.state == State::Loading);
    if silent && !said.is_empty() {
        let text = "  not every source has answered yet";
        said.extend(Said::wrapped(text, columns, Role::Muted));
    }
    said
}

fn words(due: &Due) -> String {
    let kind = due.kind.name();
    let owner = due.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
    match due.kind {
        DueKind::WorkOrder | DueKind::Renewal => format!("{}{owner}", due.what),
        _ => format!("{kind}: {}{owner}", due.what),
    }
}
