//! The list of every call and customer that is open: who, in what state, since when, and what
//! changed there while the agent looked elsewhere.

use super::header::state_words;
use super::said::Said;
use super::theme::{Glyphs, Role};
use super::words::clock;
use crate::app::model::Model;
use crate::app::palette::title;
use crate::app::session::Session;
use crate::domain::interaction::CallState;

/// Lines for each: the second says what changed, or what was begun.
pub const EACH: usize = 2;

/// The list as lines.
pub fn lines(model: &Model, cursor: usize, glyphs: &Glyphs) -> Vec<Said> {
    let mut lines = Vec::new();
    for (at, session) in model.sessions.iter().enumerate() {
        let on = at == cursor;
        let mark = if on { glyphs.cursor } else { " " };
        let here = if at == model.current { "  (here)" } else { "" };
        let who = format!("{mark}{} {}{here}", at + 1, title(session, model));
        let mut first = Said::new(who, Role::Strong).right(state(session, model), Role::Muted);
        first.cursor = on;
        let news: Vec<&str> = session.news.iter().map(AsRef::as_ref).collect();
        let begun = session.begun().len();
        let (text, role) = match (news.is_empty(), begun) {
            (false, _) => (news.join(", "), Role::Warn),
            (true, 0) => ("nothing new".to_owned(), Role::Muted),
            (true, 1) => ("1 text begun".to_owned(), Role::Muted),
            (true, count) => (format!("{count} texts begun"), Role::Muted),
        };
        let mut second = Said::new(format!("{mark}  {text}"), role);
        second.cursor = on;
        lines.extend([first, second]);
    }
    lines
}

/// What the call is doing, and for how long.
fn state(session: &Session, model: &Model) -> String {
    let Some(call) = &session.call else { return "no call".to_owned() };
    let since = match call.state {
        CallState::Offered => Some(call.offered_at),
        CallState::Talking => call.answered_at,
        CallState::OnHold => call.held_at,
        CallState::WrapUp => call.wrap_up.map(|wrap| wrap.since).or(call.ended_at),
        CallState::Missed(_) | CallState::Closed => None,
    };
    let timer = since.map(|since| format!(" {}", clock(model.now.duration_since(since))));
    format!("{}{}", state_words(call), timer.unwrap_or_default())
}
