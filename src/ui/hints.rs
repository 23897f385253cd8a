//! The last line: what to press here, or what has just been said.

use super::paper::{Paper, Piece};
use super::text::width;
use super::theme::Role;
use crate::action::Action;
use crate::app::ahead;
use crate::app::belongings;
use crate::app::geometry::{self, Area};
use crate::app::kin;
use crate::app::model::{Focus, Model};
use crate::app::msg::BellState;
use crate::app::overlay::Overlay;
use crate::app::session::Lookup;
use crate::app::wrap_up;
use crate::keys::key::Key;

/// Draws the line: a notice first, then how a chord may go on, then the keys that matter here.
pub fn draw(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let area = Area { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if let Some(trouble) = &model.draft_trouble {
        paper.text(area, trouble, Role::Bad);
        return;
    }
    if let Some((label, hints)) = model.chord_hints() {
        return chord(paper, area, &label, hints);
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

/// How a chord may go on, whole: over the lines above too, where one is not enough.
fn chord(paper: &mut Paper<'_>, area: Area, label: &str, hints: Vec<(Key, String)>) {
    let hints: Vec<(String, String)> =
        hints.into_iter().map(|(key, what)| (key.to_string(), what)).collect();
    let label = format!("{label}: ");
    let indent = width(&label);
    let room = area.width.saturating_sub(indent);
    let mut lines: Vec<&[(String, String)]> = Vec::new();
    let mut rest = &hints[..];
    while !rest.is_empty() {
        let (line, later) = rest.split_at(fitting(rest, room).max(1));
        lines.push(line);
        rest = later;
    }
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.y + 1);
    let first = area.y + 1 - height;
    // A column of the margin on each side goes with it, so that nothing of what was there is left.
    paper.clear(Area { x: area.x - 1, y: first, width: area.width + 2, height });
    paper.text(Area { y: first, ..area }, &label, Role::Muted);
    for (line, y) in lines.into_iter().zip(first..) {
        list(paper, Area { x: area.x + indent, y, width: room, height: 1 }, line);
    }
}

/// Between one key with its words and the next.
const GAP: &str = "   ";

/// How many of these stand in so many columns.
fn fitting(hints: &[(String, String)], columns: u16) -> usize {
    let mut used = 0;
    let whole = hints.iter().take_while(|(key, what)| {
        let gap = if used > 0 { width(GAP) } else { 0 };
        used += gap + width(key) + 1 + width(what);
        used <= columns
    });
    whole.count()
}

/// Keys with their words, as many as fit whole.
fn list(paper: &mut Paper<'_>, area: Area, hints: &[(String, String)]) {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for (key, what) in &hints[..fitting(hints, area.width)] {
        if !pieces.is_empty() {
            pieces.push((GAP, Role::Text));
        }
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
        Some(Overlay::Dial { .. }) => {
            return vec![(A::Open, "dial"), (A::CursorDown, "next"), (A::Close, "leave")];
        }
        Some(Overlay::Find(_)) => return vec![(A::Open, "find"), (A::Close, "leave")],
        Some(Overlay::Palette { .. }) => {
            return vec![(A::Open, "do it"), (A::CursorDown, "next"), (A::Close, "leave")];
        }
        Some(over @ (Overlay::FollowUp | Overlay::Contact | Overlay::Handover)) => {
            let done = if *over == Overlay::Handover { "hand over" } else { "save" };
            return vec![
                (A::SaveForm, done),
                (A::NextField, "next field"),
                (A::EditNote, "own editor"),
                (A::Close, "leave, keep draft"),
            ];
        }
        Some(Overlay::Provenance { .. }) => {
            return vec![
                (A::CursorDown, "next"),
                (A::ReportValue, "report as wrong"),
                (A::Close, "close"),
            ];
        }
        Some(Overlay::Write | Overlay::Report) => {
            return vec![
                (A::SaveForm, "send"),
                (A::NextField, "next field"),
                (A::EditNote, "own editor"),
                (A::Close, "leave, keep draft"),
            ];
        }
        Some(Overlay::Actions { .. }) => {
            return vec![(A::Open, "fill it in"), (A::CursorDown, "next"), (A::Close, "leave")];
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
        Some(Overlay::Kin { .. }) => {
            return vec![
                (A::SaySame, "one person"),
                (A::SayHousehold, "one household"),
                (A::UndoLink, "take back"),
                (A::CursorDown, "next"),
                (A::Close, "done"),
            ];
        }
        Some(Overlay::Belongings { .. }) => {
            return vec![(A::Open, "open a person"), (A::CursorDown, "next"), (A::Close, "close")];
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
        Some(Overlay::Help { .. } | Overlay::Detail { .. } | Overlay::Figures { .. }) => {
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
    if session.customer.is_none() {
        if geometry::hides_candidates(model) {
            actions.push((A::Open, "candidates"));
        } else if session.choices() > 0 {
            actions.extend([(A::CursorDown, "next"), (A::Open, "choose")]);
        }
        if session.lookup.as_ref().is_some_and(Lookup::in_vain) {
            actions.push((A::Retry, "ask again"));
        }
        actions.push((A::Find, "find customer"));
        let nobody = session.lookup.as_ref().is_some_and(|lookup| lookup.ended.is_some());
        if nobody && session.choices() == 0 {
            actions.push((A::NewContact, "new contact"));
        }
    } else {
        match session.focus {
            Focus::Past => {
                if session.past.filtered() {
                    actions.push((A::FilterClear, "show all"));
                }
                actions.extend([
                    (A::Open, "open"),
                    (A::Search, "search"),
                    (A::FilterChannel, "channel"),
                    (A::FilterRange, "range"),
                ]);
            }
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
        if !session.not_of_now().is_empty() {
            actions.push((A::Retry, "ask again"));
        }
    }
    actions.push((A::FocusNext, "pane"));
    if session.customer.is_some() {
        if session.focus == Focus::Present && belongings::some(session.facts()) {
            actions.push((A::Belongings, "what they have"));
        }
        if session.focus == Focus::Present && !kin::list(session).is_empty() {
            actions.push((A::Kin, "same person?"));
        }
        actions.push((A::WriteSource, "write"));
    }
    // Help says all the others.
    actions.extend([
        (A::Help, "help"),
        (A::Palette, "everything"),
        (A::Zoom, "zoom"),
        (A::Quit, "quit"),
    ]);
    actions
}
