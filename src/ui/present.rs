//! The present as lines: who, may I act, why do they call, what is in flight.

use jiff::civil::Date;

use super::header::number;
use super::paper::{Focused, Paper, Titles, row};
use super::past;
use super::said::{self, Above, Said, Section};
use super::text::{Align, pad, width, wrap};
use super::theme::{Glyphs, Role};
use super::words::{short_day, silence_now};
use super::{belongings, candidates, card, charts};
use crate::action::Action;
use crate::app::geometry::{self, Area, Pane};
use crate::app::model::{Focus, Model};
use crate::app::msg::BellState;
use crate::app::present::{Attempt, attempts, calls_from_elsewhere, matters};
use crate::app::session::{Customer, Session};
use crate::app::tour;
use crate::app::verify::NEEDED;
use crate::domain::interaction::Call;
use crate::domain::phone::Number;
use crate::domain::promise::{Matter, MatterKind};
use crate::domain::register::Handover;
use crate::domain::source::State;
use crate::domain::text::CleanText;
use crate::rules::Cause;

/// Columns of the name of what else is known.
const NAME: u16 = 7;

/// Draws the pane.
pub fn draw(paper: &mut Paper<'_>, pane: Pane, model: &Model, focused: Focused) {
    match pane {
        Pane::Summary(area) => summary(paper, area, model),
        Pane::Framed(area) => {
            let id =
                model.session().customer.as_ref().map(|c| c.id.to_string()).unwrap_or_default();
            let (inside, said) = lines(model, area, &paper.theme.glyphs);
            // The candidate under the cursor is always seen.
            let within = if scrolls_candidates(model) { model.tall.within } else { 0 };
            let first = said::first(&said, inside.height, within + model.session().present_first);
            let below = said::below(said.len(), first, inside.height);
            let titles =
                Titles { left: "PRESENT", right: &id, bottom_right: &below, ..Titles::default() };
            paper.frame(area, &titles, focused);
            said::draw(paper, inside, &said, first, focused);
        }
    }
}

/// Whether the list that is moved through is the candidates'.
pub fn scrolls_candidates(model: &Model) -> bool {
    model.overlay.is_none() && model.session().choices() > 0
}

/// What the pane says in this frame, and where inside it.
pub fn lines(model: &Model, area: Area, glyphs: &Glyphs) -> (Area, Vec<Said>) {
    let inside = area.inside().padded().narrowed(said::MEASURE);
    (inside, said::lines(sections(model, inside.width, glyphs), inside.width, glyphs))
}

fn summary(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let session = model.session();
    let who = match (&session.customer, session.choices()) {
        (Some(customer), _) => {
            let name = session.identity.name.as_deref().unwrap_or("name not known yet");
            format!("{name}  {}", customer.id)
        }
        (None, 0) => "nobody chosen".to_owned(),
        (None, 1) => "1 candidate, not chosen".to_owned(),
        (None, n) => format!("{n} candidates, none chosen"),
    };
    paper.line(row(area, 0), &[(" PRESENT  ", Role::PaneTitle), (&who, Role::Strong)]);
    let cause = match session.assessment.causes.first() {
        Some(cause) => format!("likely: {}", headline(cause)),
        None => "likely cause not known".to_owned(),
    };
    paper.line(row(area, 1), &[("          ", Role::Text), (&cause, Role::Text)]);
}

/// What the pane says at this width.
pub fn sections(model: &Model, columns: u16, glyphs: &Glyphs) -> Vec<Section> {
    let session = model.session();
    if let Some(customer) = &session.customer {
        return chosen(model, customer, columns, glyphs);
    }
    let mut call = Vec::new();
    if let Some(found) = &session.call {
        call_facts(&mut call, found, model, glyphs);
    }
    let (heading, said) = match &session.lookup {
        Some(lookup) => ("Candidates", candidates::lines(model, lookup, columns, glyphs)),
        None => ("Nobody", idle(session, model, columns)),
    };
    let mut sections =
        vec![Section::new("Call", Above::Nothing, call), Section::new(heading, Above::Blank, said)];
    if tour::shown(model) {
        sections.push(super::tour::section(model, Focus::Present, columns));
    }
    sections
}

/// What a desk on the sample company says of it.
const MADE_UP: &str = "This is a sample company, and its customers are made up. From another \
                       terminal, norns pop 4165550142 rings.";

/// Nothing to show: why, and what can be done.
fn idle(session: &Session, model: &Model, columns: u16) -> Vec<Said> {
    let find = model.keymap.anywhere(Action::Find);
    let text = match (&session.call, &model.bell) {
        (Some(_), _) => format!(
            "The number is no key: nobody can be looked up by it. {find} finds a customer by \
             name, account or case."
        ),
        (None, Some(BellState::Elsewhere { pid })) => {
            let which = pid.map(|pid| format!(" (process {pid})")).unwrap_or_default();
            format!(
                "Calls ring at another desk of yours{which}; close it to have them here. {find} \
                 finds a customer."
            )
        }
        (None, _) => format!(
            "Waiting for a call. {find} finds a customer by number, e-mail, account, case or \
             name. {} shows every key.",
            model.keymap.anywhere(Action::Help)
        ),
    };
    let mut said: Vec<Said> = Said::wrapped(&text, columns, Role::Muted).collect();
    let hears = matches!(model.bell, None | Some(BellState::Listening));
    if model.made_up && session.call.is_none() && hears {
        said.push(Said::new("", Role::Text));
        said.extend(Said::wrapped(MADE_UP, columns, Role::Muted));
    }
    said
}

/// What the telephony side said: there before any source answers.
fn call_facts(said: &mut Vec<Said>, call: &Call, model: &Model, glyphs: &Glyphs) {
    let facts = &call.facts;
    said.push(
        Said::new(number(call, model), Role::Strong)
            .right(format!("call {}", call.number), Role::Muted),
    );
    let mut field = |name: &str, value: String| {
        let text = format!("{name:<10}{value}");
        said.push(Said::new(text, Role::Text).hanging(10).pair("call"));
    };
    if let Some(name) = &facts.ani_name {
        field("name sent", name.to_string());
    }
    if let Some(queue) = &facts.queue {
        field("queue", queue.to_string());
    }
    if let Some(wait) = facts.wait_ms {
        let wait = jiff::SignedDuration::from_millis(i64::try_from(wait).unwrap_or(i64::MAX));
        field("waited", super::words::clock(wait));
    }
    if !facts.ivr_path.is_empty() {
        let steps: Vec<&str> = facts.ivr_path.iter().map(AsRef::as_ref).collect();
        field("chose", steps.join(&format!(" {} ", glyphs.arrow)));
    }
    if let Some(dnis) = &facts.dnis {
        let read =
            Number::read(dnis, model.home).map_or_else(|| dnis.to_string(), |n| n.to_string());
        field("called", read);
    }
    for (name, value) in [
        ("account", &facts.account),
        ("case", &facts.case),
        ("callback", &facts.callback_id),
        ("skill", &facts.skill),
        ("campaign", &facts.campaign),
        ("language", &facts.language),
        ("sent along", &facts.uui),
    ] {
        if let Some(value) = value {
            field(name, value.to_string());
        }
    }
    for (name, value) in &facts.data {
        field(name, value.to_string());
    }
}

fn chosen(model: &Model, customer: &Customer, columns: u16, glyphs: &Glyphs) -> Vec<Section> {
    let session = model.session();
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    let mut who = Vec::new();
    card::identity(&mut who, &session.identity, customer, (today, glyphs));
    verification(&mut who, model, columns, glyphs);
    if !session.verification.verified() && verified_before(model).is_none() {
        who.extend(verified_last(model, today));
    }
    let elsewhere = |call: &Call| calls_from_elsewhere(session.facts(), &call.facts, model.home);
    if session.call.as_ref().is_some_and(elsewhere) {
        let text = "calls from a number that is not on record; the number stays unlinked";
        who.extend(Said::wrapped(text, columns, Role::Warn));
    }
    let mut handed_over = Vec::new();
    if let Some(came) = &session.handover.came {
        came_with(&mut handed_over, came, model, columns);
    }
    let mut why = Vec::new();
    causes(&mut why, session, columns);
    let repeat = session.assessment.repeat.iter();
    let repeat = repeat.map(|text| Said::new(&**text, Role::Warn)).collect();
    let mut differences = Vec::new();
    for disagreement in &session.identity.disagreements {
        let says: Vec<String> =
            disagreement.says.iter().map(|(source, value)| format!("{value} ({source})")).collect();
        let text = format!("{} differs: {}", disagreement.field, says.join(", "));
        differences.extend(Said::wrapped(&text, columns, Role::Warn));
    }
    let field = |(name, value): &(CleanText, CleanText)| {
        // A longer name is whole, and its value stands further right.
        let name = pad(name, NAME.max(width(name)), Align::Left);
        Said::new(format!("{name} {value}"), Role::Text).hanging(NAME + 1).pair("also")
    };
    let also = session.identity.fields.iter().map(field).collect();
    let silent =
        session.facts().iter().filter(|part| !matches!(part.state, State::Ok | State::Empty));
    let mut missing: Vec<Said> = silent
        .map(|part| {
            let role = if part.state == State::Loading { Role::Muted } else { Role::Warn };
            Said::new(silence_now(part, model), role)
        })
        .collect();
    if let Some(trouble) = customer.trouble {
        missing.extend(Said::wrapped(trouble.say(), columns, Role::Bad));
    }
    let mut call = Vec::new();
    if let Some(found) = &session.call {
        call_facts(&mut call, found, model, glyphs);
    }
    // Right under the charts, where they stand here.
    let own_room = geometry::of(model).is_some_and(|screen| screen.figures.is_some());
    let charts = match own_room {
        true => Section::new("Twelve months", Above::Nothing, Vec::new()),
        false => charts::brief(model, columns, glyphs),
    };
    let above_matters = if charts.said.is_empty() { Above::Rule } else { Above::Nothing };
    vec![
        Section::new("Identity", Above::Nothing, who),
        Section::new("Handed over", Above::Rule, handed_over),
        Section::new("Likely cause", Above::Rule, why),
        Section::new("Already tried", Above::Nothing, tried(model, today)),
        Section::new("Contacts", Above::Nothing, repeat),
        charts,
        Section::new("In flight", above_matters, in_flight(session, today)),
        Section::new("Differences", Above::Nothing, differences),
        Section::new("Not answered", Above::Nothing, missing),
        Section::new("Also known", Above::Nothing, also),
        belongings::brief(model),
        Section::new("Call", Above::Rule, call),
    ]
}

/// What the agent before says: nobody asks or types it again.
fn came_with(said: &mut Vec<Said>, came: &Handover, model: &Model, columns: u16) {
    let at = came.at.to_zoned_datetime(model.zone.clone()).strftime("%H:%M");
    let to = format!("to {}", came.of.to);
    let from = format!("Handed over by {} ({}) {at}", came.agent, came.role);
    said.push(Said::new(from, Role::Strong).right(to, Role::Muted));
    for (name, text) in [("reason", &came.of.reason), ("tells", &came.of.tell)] {
        if !text.is_empty() {
            said.extend(Said::wrapped(&format!("  {name:<7} {text}"), columns, Role::Text));
        }
    }
}

/// What the customer did about it before calling.
fn tried(model: &Model, today: Date) -> Vec<Said> {
    let session = model.session();
    let attempts = attempts(session.past.attempts(session.facts()), model.now);
    let line = |attempt: &Attempt<'_>| {
        let entry = attempt.entry;
        let day = short_day(entry.when.date(&model.zone), today);
        let times = match attempt.times {
            1 => String::new(),
            2 => ", twice".to_owned(),
            n => format!(", {n} times"),
        };
        let text = format!("  {}{times}", past::what(entry));
        Said::new(text, Role::Text).right(format!("{} {day}", entry.source), Role::Muted)
    };
    attempts.iter().map(line).collect()
}

/// Beside the name where there is room, else under what is known of it.
fn verification(said: &mut Vec<Said>, model: &Model, columns: u16, glyphs: &Glyphs) {
    let verification = &model.session().verification;
    let (passed, of) = (verification.count(), crate::app::verify::CHECKS.len());
    let count = format!("{passed} of {of}, {NEEDED} needed");
    let (left, right, role) = match verified_before(model) {
        _ if verification.verified() => (format!("{} verified", glyphs.good), count, Role::Good),
        Some(before) => (format!("{} {before}", glyphs.good), String::new(), Role::Good),
        None => (format!("{} not verified", glyphs.open), count, Role::Warn),
    };
    let both = if right.is_empty() { left.clone() } else { format!("{left}   {right}") };
    match said.first_mut().filter(|name| name.right.is_empty()) {
        Some(name)
            if width(&name.left).saturating_add(width(&both)).saturating_add(3) <= columns =>
        {
            (name.right, name.right_role) = (both, role);
        }
        _ => said.push(Said::new(left, role).right(right, Role::Muted)),
    }
}

/// When this customer's caller was verified last, by whom.
fn verified_last(model: &Model, today: Date) -> Option<Said> {
    let session = model.session();
    let last = session.past.proofs(session.facts()).max_by_key(|entry| entry.when)?;
    let day = short_day(last.when.date(&model.zone), today);
    let by = last.author.as_deref().unwrap_or("somebody");
    Some(Said::new(format!("verified last {day} by {by}"), Role::Muted))
}

/// By whom the caller was verified before the call came here.
fn verified_before(model: &Model) -> Option<String> {
    let came = model.session().handover.came.as_ref().filter(|came| came.of.enough)?;
    let at = came.at.to_zoned_datetime(model.zone.clone()).strftime("%H:%M");
    Some(format!("verified by {} ({}) {at}", came.agent, came.role))
}

/// `duplicate internet charge 0.93`, and what was not asked.
pub fn headline(cause: &Cause) -> String {
    let missing: Vec<String> = cause
        .not_consulted
        .iter()
        .map(|source| match source.as_str() {
            "BILL" => "billing not consulted".to_owned(),
            other => format!("{other} not consulted"),
        })
        .collect();
    if missing.is_empty() {
        cause.what.to_string()
    } else {
        format!("{} ({})", cause.what, missing.join(", "))
    }
}

fn causes(said: &mut Vec<Said>, session: &Session, columns: u16) {
    let Some(first) = session.assessment.causes.first() else {
        said.push(Said::new("Likely cause: not known", Role::Muted));
        return;
    };
    let confidence = format!("0.{:02}", first.confidence.min(99));
    let text = format!("Likely: {}", headline(first));
    let mut rows = wrap(&text, columns.saturating_sub(5)).into_iter();
    let top = rows.next().unwrap_or_default();
    said.push(Said::new(top, Role::Strong).right(confidence, Role::Muted));
    said.extend(rows.map(|line| Said::new(format!("  {line}"), Role::Strong)));
    for (source, text) in &first.evidence {
        let text = format!("  {source:<5}{text}");
        for (nth, line) in wrap(&text, columns).into_iter().enumerate() {
            let line = if nth == 0 { line.to_owned() } else { format!("       {line}") };
            said.push(Said::new(line, Role::Text));
        }
    }
    for other in session.assessment.causes.iter().skip(1).take(2) {
        let confidence = format!("0.{:02}", other.confidence.min(99));
        said.push(
            Said::new(format!("or: {}", headline(other)), Role::Muted)
                .right(confidence, Role::Muted),
        );
    }
}

fn in_flight(session: &Session, today: Date) -> Vec<Said> {
    let all = matters(session.facts());
    if all.is_empty() {
        let waiting = session.awaits() || session.facts().is_empty();
        let silent = session.facts().iter().any(|part| !part.state.consulted());
        let text = match (waiting, silent) {
            (true, _) => "in flight: not answered yet",
            (false, true) => "in flight: not every source answered",
            (false, false) => "nothing in flight",
        };
        return vec![Said::new(text, Role::Muted)];
    }
    all.into_iter().map(|matter| in_flight_line(matter, today)).collect()
}

fn in_flight_line(matter: &Matter, today: Date) -> Said {
    let role = match matter.kind {
        MatterKind::Dispute | MatterKind::Outage | MatterKind::Fault | MatterKind::Debt => {
            Role::Warn
        }
        MatterKind::Line if matter.state.as_deref() != Some("in service") => Role::Warn,
        MatterKind::Case | MatterKind::Order | MatterKind::Line | MatterKind::Service => Role::Text,
    };
    let mut right: Vec<String> = Vec::new();
    right.extend(matter.state.as_ref().map(ToString::to_string));
    right.extend(matter.amount.map(|amount| amount.to_string()));
    right.push(matter.source.to_string());
    let expected = matter.expected.map(|at| {
        format!(" by {}", short_day(at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date(), today))
    });
    let text = format!("{:<8}{}{}", matter.kind.name(), matter.what, expected.unwrap_or_default());
    Said::new(text, role).right(right.join("  "), Role::Muted).hanging(8)
}
