//! The first line: the agent's state and time, the call, and who else waits. Under it the line
//! that outranks everything.

use jiff::SignedDuration;

use super::control;
use super::paper::{Paper, Piece};
use super::phone_link;
use super::text::{cut, width};
use super::theme::Role;
use super::words::{ago, clock};
use crate::action::Action;
use crate::app::clock as desk_clock;
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::app::present::alerts;
use crate::app::readiness::Readiness;
use crate::app::session::Session;
use crate::app::{find, kin, sessions, wrap_up};
use crate::domain::interaction::{AgentState, Call, CallState, Direction, Origin, Presentation};
use crate::domain::text::CleanText;

/// Columns that the name of a queue keeps.
const QUEUE: u16 = 12;
/// Said of a call that any web page may have caused.
const BY_ADDRESS: &str = "by a link or a command";

/// Draws the first line.
pub fn draw(paper: &mut Paper<'_>, area: Area, model: &Model) {
    // Whatever else there is to say, that a recording is paused is said.
    let mark = control::recording(model);
    let whole = Area { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let used = mark.map_or(0, |mark| paper.text(whole, &mark, Role::Alert) + 3);
    let area = Area { x: area.x + used, width: area.width.saturating_sub(used), ..area };
    let right = waiting(model);
    let room = area.width.saturating_sub(width(&right) + 2);
    paper.right(Area { width: area.width.saturating_sub(1), ..area }, &right, Role::Pop);
    let left = Area { x: area.x + 1, width: room.saturating_sub(1), ..area };
    let (state, since) = model.agent();
    let timer = since.map(|since| format!(" {}", clock(model.now.duration_since(since))));
    let sign = paper.theme.glyphs.state;
    let role = match state {
        AgentState::Ready => Role::Good,
        AgentState::NotReady => Role::Warn,
        AgentState::Talking | AgentState::OnHold | AgentState::WrapUp => Role::Strong,
    };
    let agent = format!("{sign} {}{}", state.name(), timer.unwrap_or_default());
    let more = agent_words(model);
    let used = paper.text(left, &format!("{agent}{more}"), role) + 3;
    let left = Area { x: left.x + used, width: left.width.saturating_sub(used), ..left };
    let lost = phone_link::short(model).map(|said| (said, Role::Bad));
    let asked = control::pending(model).map(|said| (said, Role::Pop));
    let mut left = left;
    for (said, role) in lost.into_iter().chain(asked) {
        let used = paper.text(left, &said, role) + 3;
        left = Area { x: left.x + used, width: left.width.saturating_sub(used), ..left };
    }
    match &model.session().call {
        Some(call) => {
            let mut words = call_words(call, model, paper.theme.glyphs.arrow);
            if let Some(codes) = codes(model.session(), model) {
                // After the talk they matter more than the number; before, less.
                let place = if call.state == CallState::WrapUp { 1 } else { 2 };
                words.insert(words.len().min(place), codes);
            }
            shorten_queue(&mut words, call, left.width);
            let words = fitting(words, left.width);
            let pieces: Vec<Piece<'_>> =
                words.iter().map(|(text, role)| (text.as_str(), *role)).collect();
            paper.line(left, &pieces);
        }
        None => {
            paper.text(left, "no call", Role::Muted);
        }
    }
}

/// What is said behind the agent's state and its time: why, for how long at most, and what comes
/// after the call.
pub fn agent_words(model: &Model) -> String {
    let mut words = String::new();
    match (model.agent().0, &model.readiness) {
        (AgentState::NotReady, Readiness::NotReady { reason, since }) => {
            let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let since = since.to_zoned_datetime(model.zone.clone()).strftime("%H:%M");
            words.push_str(&format!("{reason} since {since}"));
        }
        (AgentState::WrapUp, _) => words.push_str(&wrap_up_words(model)),
        _ => {}
    }
    if let Some(after) = &model.after_call {
        words.push_str(&format!(", then {}", after.name()));
    }
    words
}

/// How long the wrap-up that the state is about may take, and what holds it up.
fn wrap_up_words(model: &Model) -> String {
    let worked_on = model.sessions.iter().find(|session| wrap_up::under_way(session));
    let timed = worked_on.and_then(|session| {
        Some((session.call.as_ref()?, wrap_up::limit(&model.wrap_up, session)?))
    });
    let Some((call, limit)) = timed else { return String::new() };
    let over = model.now.duration_since(wrap_up::since(call)) - limit;
    let held = if over.is_negative() { "" } else { ", send or drop what is begun" };
    format!(" of {}{held}", clock(limit))
}

/// The wrap-up codes of the call, or that one is missing.
fn codes(session: &Session, model: &Model) -> Option<(String, Role)> {
    if wrap_up::lacks_code(&model.wrap_up, session) {
        let key = model.keymap.keys_for(model.layers(), Action::Codes);
        let key = key.map(|key| format!(" ({key})")).unwrap_or_default();
        return Some((format!("no wrap-up code yet{key}"), Role::Warn));
    }
    let codes: Vec<&str> = session.work.codes.iter().map(CleanText::as_str).collect();
    (!codes.is_empty()).then(|| (codes.join(", "), Role::Good))
}

/// What the call is doing.
pub fn state_words(call: &Call) -> &'static str {
    match call.state {
        CallState::Offered if call.rings > 1 => "rings again",
        CallState::Offered => "ringing",
        CallState::Talking => "talking",
        CallState::OnHold => "on hold",
        CallState::WrapUp => "wrap-up",
        CallState::Missed(why) => why.name(),
        CallState::Closed => "closed",
    }
}

/// What is said of the call, the most telling first.
pub fn call_words(call: &Call, model: &Model, arrow: &str) -> Vec<(String, Role)> {
    let facts = &call.facts;
    let mut words: Vec<(String, Role)> = Vec::new();
    let state = match call.state {
        CallState::Talking | CallState::OnHold | CallState::WrapUp => "",
        _ => state_words(call),
    };
    let state = match (call.state, call.origin) {
        (CallState::Missed(_), _) | (_, Origin::Journal) => {
            format!("{state} {}", ago(model.now, call.offered_at)).trim().to_owned()
        }
        _ => state.to_owned(),
    };
    if let Some(queue) = &facts.queue {
        words.push((queue.to_string(), Role::Strong));
    }
    words.push((number(call, model), Role::Strong));
    if call.came_by_address() {
        words.push((BY_ADDRESS.to_owned(), Role::Warn));
    }
    if !state.is_empty() {
        words.push((state, Role::Pop));
    }
    if let Some(wait) = facts.wait_ms {
        let wait = SignedDuration::from_millis(i64::try_from(wait).unwrap_or(i64::MAX));
        words.push((format!("waited {}", clock(wait)), Role::Text));
    }
    if !facts.ivr_path.is_empty() {
        let steps: Vec<&str> = facts.ivr_path.iter().map(AsRef::as_ref).collect();
        words.push((steps.join(&format!(" {arrow} ")), Role::Muted));
    }
    words
}

/// A queue with a long name gives way to the number and to what the call is doing.
fn shorten_queue(words: &mut [(String, Role)], call: &Call, room: u16) {
    let after = match call.state {
        CallState::Talking | CallState::OnHold | CallState::WrapUp => 1,
        _ if call.came_by_address() => 3,
        _ => 2,
    };
    let Some(queue) = words.first_mut().filter(|_| call.facts.queue.is_some()) else { return };
    queue.0 = String::new();
    let needed: u16 = words.iter().skip(1).take(after).map(|(text, _)| width(text) + 3).sum();
    let Some((first, name)) = words.first_mut().zip(call.facts.queue.as_ref()) else { return };
    first.0 = cut(name, room.saturating_sub(needed).max(QUEUE)).into_owned();
}

/// The words that fit, with spaces between them. The last ones give way, whole: a cut number would
/// be read out wrong.
fn fitting(words: Vec<(String, Role)>, room: u16) -> Vec<(String, Role)> {
    let mut kept: Vec<(String, Role)> = Vec::new();
    let mut used = 0;
    for (text, role) in words {
        let columns = width(&text) + if kept.is_empty() { 0 } else { 3 };
        if used + columns > room {
            break;
        }
        used += columns;
        if !kept.is_empty() {
            kept.push(("   ".to_owned(), Role::Text));
        }
        kept.push((text, role));
    }
    kept
}

/// The number as it may be read out.
pub fn number(call: &Call, model: &Model) -> String {
    let facts = &call.facts;
    let direction = match call.direction {
        Direction::In => "",
        Direction::Out => "to ",
        Direction::Internal => "internal ",
    };
    let withheld = facts.ani.is_none() || facts.presentation != Presentation::Allowed;
    let direction = if withheld { "" } else { direction };
    format!("{direction}{}", facts.number(model.home))
}

/// Calls and customers beside the one on the screen.
pub fn waiting(model: &Model) -> String {
    let others = model.sessions.len() - 1;
    let news = model.sessions.iter().filter(|session| !session.news.is_empty()).count();
    let mut words = Vec::new();
    if others > 0 {
        words.push(format!("{}/{}", model.current + 1, others + 1));
    }
    if let Some((at, what)) = sessions::latest_news(model) {
        let more = if news > 1 { format!(" +{}", news - 1) } else { String::new() };
        words.push(format!("{}: {what}{more}", at + 1));
    }
    if !model.waiting.is_empty() {
        words.push(format!("{} ringing", model.waiting.len()));
    }
    if model.shed > 0 {
        words.push(format!("{} events shed", model.shed));
    }
    words.join("  ")
}

/// Draws the line under the header: a waiting call first, then what outranks everything.
pub fn alert(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let session = model.session();
    let sign = paper.theme.glyphs.alert;
    let area = Area { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if let Some(call) = waiting_call(model) {
        let key = |action| model.keymap.keys_for(model.layers(), action);
        let later = key(Action::LaterPop).map(|key| format!("   {key} later")).unwrap_or_default();
        let keys = match key(Action::TakePop) {
            Some(key) => format!("   {key} takes it{later}"),
            None => format!("   it waits{later}"),
        };
        let rings = format!("{sign} RINGING  {}", number(call, model));
        let mark = if call.came_by_address() { format!("  {BY_ADDRESS}") } else { String::new() };
        // The queue gives way to the key.
        let used = width(&rings) + width(&mark) + width(&keys) + 2;
        let room = area.width.saturating_sub(used);
        let queue = cut(call.facts.queue.as_deref().unwrap_or("no queue"), room);
        let queue = if queue.len() > 3 { format!("  {queue}") } else { String::new() };
        paper.line(
            area,
            &[(&rings, Role::Pop), (&mark, Role::Warn), (&queue, Role::Pop), (&keys, Role::Muted)],
        );
        return;
    }
    let found = alerts(session.facts());
    if let Some(first) = found.first() {
        let name = first.kind.name().to_uppercase();
        let more =
            if found.len() > 1 { format!("  (+{})", found.len() - 1) } else { String::new() };
        let owner = first.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
        let text = format!("{sign} {name}  {}{owner}  {}{more}", first.text, first.source);
        paper.text(area, &text, Role::Alert);
        return;
    }
    if let Some(long) = phone_link::long(model) {
        paper.text(area, &format!("{sign} {long}"), Role::Bad);
        return;
    }
    if let Some(said) = desk_clock::said(model) {
        paper.text(area, &format!("{sign} {said}"), Role::Warn);
        return;
    }
    records(paper, area, session, model);
}

fn waiting_call(model: &Model) -> Option<&Call> {
    let number = model.waiting.front()?;
    let calls = model.sessions.iter().filter_map(|session| session.call.as_ref());
    calls.into_iter().find(|call| call.number == *number)
}

/// Several records had the number: which was chosen, and how to take that back. Of a list that was asked
/// for the others are no records of this customer, and the way back to it is all.
fn records(paper: &mut Paper<'_>, area: Area, session: &Session, model: &Model) {
    let (Some(customer), Some(lookup)) = (&session.customer, &session.lookup) else { return };
    let others = lookup.candidates.iter().filter(|candidate| candidate.id != customer.id);
    let others: Vec<&str> = others.map(|candidate| candidate.id.key.as_str()).collect();
    if others.is_empty() {
        return;
    }
    let sign = paper.theme.glyphs.alert;
    let undo = model.keymap.keys_for(model.layers(), Action::UndoLink);
    if lookup.is_list() {
        let asked: Vec<String> = lookup.keys.iter().map(find::describe).collect();
        let back = undo.map(|key| format!("   back: {key}")).unwrap_or_default();
        let text = format!("{} found by {}{back}", others.len() + 1, asked.join(", "));
        paper.text(area, &text, Role::Muted);
        return;
    }
    let undo = undo.map(|key| format!("   undo: {key}")).unwrap_or_default();
    let alike = model.keymap.keys_for(model.layers(), Action::Kin);
    let alike = alike.filter(|_| !kin::list(session).is_empty());
    let alike = alike.map(|key| format!("   why: {key}")).unwrap_or_default();
    let text = format!(
        "{sign} {} RECORDS  {} chosen, {} apart{undo}{alike}",
        others.len() + 1,
        customer.id.key,
        others.join(", "),
    );
    paper.text(area, &text, Role::Warn);
}
