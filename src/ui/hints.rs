//! The last line: what to press here, or what has just been said.

use super::paper::{Paper, Piece};
use super::text::width;
use super::theme::Role;
use crate::action::Action;
use crate::app::ahead;
use crate::app::geometry::{self, Area};
use crate::app::model::{Focus, Model};
use crate::app::msg::BellState;
use crate::app::overlay::Overlay;
use crate::app::wrap_up;

/// Draws the line: a notice first, then how a chord may go on, then the keys that matter here.
pub fn draw(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let area = Area { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if let Some(trouble) = &model.draft_trouble {
        paper.text(area, trouble, Role::Bad);
        return;
    }
    if let Some((label, hints)) = model.chord_hints() {
        let hints: Vec<(String, String)> =
            hints.into_iter().map(|(key, what)| (key.to_string(), what)).collect();
        let used = paper.text(area, &format!("{label}: "), Role::Muted);
        let rest = Area { x: area.x + used, width: area.width.saturating_sub(used), ..area };
        return list(paper, rest, &hints);
    }
    if let Some(words) = ahead::words(model.session()) {
        paper.text(area, &words, Role::Warn);
        return;
    }
    if let Some(notice) = model.notices.back() {
        paper.text(area, notice, Role::Warn);
        return;
    }
    list(paper, area, &keys(model));
    if let Some(BellState::Deaf(why)) = &model.bell {
        paper.right(area, &format!("no calls: {why}"), Role::Bad);
    }
}

/// The keys that matter here, with what they do.
pub fn keys(model: &Model) -> Vec<(String, String)> {
    let key = |(action, what): &(Action, &str)| {
        Some((model.keymap.keys_for(model.layers(), *action)?, (*what).to_owned()))
    };
    actions(model).iter().filter_map(key).collect()
}

/// Keys with their words, as many as fit whole.
fn list(paper: &mut Paper<'_>, area: Area, hints: &[(String, String)]) {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut used = 0;
    for (key, what) in hints {
        let columns = width(key) + 1 + width(what) + 3;
        if used + columns > area.width + 3 {
            break;
        }
        if used > 0 {
            pieces.push(("   ", Role::Text));
        }
        used += columns;
        pieces.extend([
            (key.as_str(), Role::HintKey),
            (" ", Role::Text),
            (what.as_str(), Role::HintWhat),
        ]);
    }
    paper.line(area, &pieces);
}

/// The keys that matter here, the most useful first, in few words.
fn actions(model: &Model) -> Vec<(Action, &'static str)> {
    use Action as A;
    match &model.overlay {
        Some(Overlay::Verify) => {
            return vec![(A::CursorDown, "next"), (A::Open, "tick"), (A::Close, "done")];
        }
        Some(Overlay::Dial { .. }) => return vec![(A::Open, "dial"), (A::Close, "leave")],
        Some(Overlay::Find(_)) => return vec![(A::Open, "find"), (A::Close, "leave")],
        Some(Overlay::Palette { .. }) => {
            return vec![(A::Open, "do it"), (A::CursorDown, "next"), (A::Close, "leave")];
        }
        Some(Overlay::FollowUp | Overlay::Contact | Overlay::Handover) => {
            return vec![
                (A::SaveForm, "save"),
                (A::NextField, "next field"),
                (A::EditNote, "own editor"),
                (A::Close, "leave, keep draft"),
            ];
        }
        Some(Overlay::Duplicates { .. }) => {
            return vec![
                (A::Open, "open this one instead"),
                (A::SaveForm, "make a new record all the same"),
                (A::Close, "back to the form"),
            ];
        }
        Some(Overlay::Sessions { .. }) => {
            return vec![(A::Open, "go there"), (A::CursorDown, "next"), (A::Close, "stay")];
        }
        Some(Overlay::Codes { .. }) => {
            return vec![(A::Open, "choose, or not"), (A::CursorDown, "next"), (A::Close, "done")];
        }
        Some(Overlay::Readiness { .. }) => {
            return vec![(A::Open, "be this"), (A::CursorDown, "next"), (A::Close, "leave")];
        }
        Some(Overlay::Search) => {
            return vec![(A::Open, "keep"), (A::CursorDown, "next"), (A::Close, "stop searching")];
        }
        Some(Overlay::Paste { .. }) => {
            return vec![(A::Open, "keep the beginning"), (A::Close, "leave it out")];
        }
        Some(
            Overlay::Help { .. }
            | Overlay::Detail { .. }
            | Overlay::Provenance { .. }
            | Overlay::Figures { .. },
        ) => {
            return vec![(A::CursorDown, "next"), (A::PageDown, "page"), (A::Close, "close")];
        }
        None => {}
    }
    if model.writing {
        return vec![
            (A::SendNote, "send"),
            (A::LeaveNote, "leave, keep draft"),
            (A::EditNote, "own editor"),
        ];
    }
    let session = model.session();
    let mut actions = Vec::new();
    if wrap_up::under_way(session) {
        if !model.wrap_up.of(session).codes.is_empty() {
            actions.push((A::Codes, "codes"));
        }
        actions.push((A::CloseCall, "done"));
    }
    if !model.waiting.is_empty() {
        actions.extend([(A::TakePop, "take call"), (A::LaterPop, "later")]);
    }
    if session.customer.is_none() {
        if geometry::hides_candidates(model) {
            actions.push((A::Open, "candidates"));
        } else if session.choices() > 0 {
            actions.extend([(A::CursorDown, "next"), (A::Open, "choose")]);
        }
        actions.push((A::Find, "find customer"));
        let nobody = session.lookup.as_ref().is_some_and(|lookup| lookup.ended.is_some());
        if nobody && session.choices() == 0 {
            actions.push((A::NewContact, "new contact"));
        }
    } else {
        match session.focus {
            Focus::Past => actions.extend([
                (A::Open, "open"),
                (A::Search, "search"),
                (A::FilterChannel, "channel"),
                (A::FilterRange, "range"),
            ]),
            Focus::Present => actions.extend([
                (A::Verify, "verify"),
                (A::Open, "who says so"),
                (A::Figures, "numbers"),
            ]),
            Focus::Future => actions.push((A::SettleFollowUp, "done")),
        }
        actions.extend([(A::WriteNote, "note"), (A::WriteFollowUp, "follow-up")]);
        if !session.on_demand().is_empty() {
            actions.push((A::AskMore, "ask more"));
        }
        if !session.silent().is_empty() {
            actions.push((A::Retry, "ask again"));
        }
    }
    actions.extend([
        (A::FocusNext, "pane"),
        (A::Zoom, "zoom"),
        (A::Palette, "everything"),
        (A::Help, "help"),
        (A::Quit, "quit"),
    ]);
    actions
}
