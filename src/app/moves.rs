//! Moving: from pane to pane, and among what a pane or what lies on top has.

use super::geometry::Pane;
use super::model::{Focus, Model};
use super::overlay::Overlay;
use super::past::Anchor;
use super::verify::CHECKS;
use super::{
    belongings, contact, directory, forms, future, geometry, kin, palette, provenance, readiness,
    wrap_up,
};

/// The pane so many to the right of the focused one, round the screen.
pub fn beside(model: &Model, by: usize) -> Focus {
    let session = model.session();
    let order = model.layouts.of(session).order;
    let at = order.iter().position(|pane| *pane == session.focus).unwrap_or(0);
    order[(at + by) % order.len()]
}

/// Keys go to this pane now.
pub fn focus(model: &mut Model, focus: Focus) {
    model.session_mut().focus = focus;
    keep_in_sight(model);
}

/// Rows of the focused pane.
pub fn page(model: &Model) -> isize {
    let rows = geometry::of(model).map_or(1, |screen| match model.session().focus {
        Focus::Past => geometry::rows(screen.past),
        Focus::Present => geometry::rows(screen.present),
        Focus::Future => geometry::rows(screen.future),
    });
    isize::try_from(rows.saturating_sub(1).max(1)).unwrap_or(1)
}

/// Moves the cursor of what is on top, else of the focused pane.
pub fn step(model: &mut Model, by: isize) {
    let choices = model.session().choices();
    let last = match &model.overlay {
        Some(Overlay::Palette { line, .. }) => palette::matching(model, line.text()).len(),
        Some(Overlay::Duplicates { .. }) => contact::alikes(model.session()).len(),
        Some(Overlay::Sessions { .. }) => model.sessions.len(),
        Some(Overlay::Provenance { .. }) => provenance::units(model.session()),
        Some(Overlay::Actions { .. }) => model.offered.actions.len(),
        Some(Overlay::Belongings { .. }) => belongings::list(model.session().facts()).len(),
        Some(Overlay::Kin { .. }) => kin::list(model.session()).len(),
        Some(Overlay::Readiness { .. }) => readiness::choices(model).len(),
        Some(Overlay::Dial { line, .. }) => directory::choices(model, line.text()).len(),
        Some(Overlay::Codes { line, .. }) => wrap_up::matching(model, line.text()).len(),
        _ => 0,
    };
    match &mut model.overlay {
        Some(Overlay::Help { first } | Overlay::Detail { first } | Overlay::Figures { first }) => {
            *first = first.saturating_add_signed(by).min(usize::from(u16::MAX));
            return;
        }
        Some(Overlay::Verify) => {
            let last = model.session().verification.cursor + 1 >= CHECKS.len();
            if !model.tall.step(by, last) {
                model.session_mut().verification.step(by);
            }
            return;
        }
        Some(
            Overlay::Palette { cursor, .. }
            | Overlay::Codes { cursor, .. }
            | Overlay::Dial { cursor, .. }
            | Overlay::Duplicates { cursor }
            | Overlay::Sessions { cursor }
            | Overlay::Actions { cursor }
            | Overlay::Provenance { cursor }
            | Overlay::Kin { cursor }
            | Overlay::Belongings { cursor }
            | Overlay::Readiness { cursor },
        ) => {
            if model.tall.step(by, *cursor + 1 >= last) {
                return;
            }
            *cursor = cursor.saturating_add_signed(by).min(last.saturating_sub(1));
            return;
        }
        Some(
            Overlay::FollowUp
            | Overlay::Contact
            | Overlay::Handover
            | Overlay::Write
            | Overlay::Report,
        ) => {
            return forms::go(model, by.signum());
        }
        Some(Overlay::Find(_) | Overlay::Paste { .. }) => return,
        Some(Overlay::Search) => {}
        None if choices > 0 => {
            if candidates_come(model) {
                return;
            }
            let on = model.session().lookup.as_ref().map_or(0, |lookup| lookup.cursor);
            if model.tall.step(by, on + 1 >= choices) {
                return;
            }
            if let Some(lookup) = &mut model.session_mut().lookup {
                lookup.cursor = lookup.cursor.saturating_add_signed(by).min(choices - 1);
            }
            return;
        }
        None => {}
    }
    let searching = model.overlay.is_some();
    let session = model.session_mut();
    match session.focus {
        focus if focus == Focus::Past || searching => {
            let parts = session.customer.as_ref().map_or(&[][..], |customer| &customer.parts);
            session.past.step(by, parts, Anchor::Move);
        }
        Focus::Present => {
            session.present_first = session.present_first.saturating_add_signed(by).min(4_000);
        }
        Focus::Future | Focus::Past => step_due(model, by),
    }
    keep_in_sight(model);
}

/// Candidates that are told in a line only come into sight before the cursor moves among them or
/// chooses one.
pub fn candidates_come(model: &mut Model) -> bool {
    let hidden = geometry::hides_candidates(model);
    if hidden {
        focus(model, Focus::Present);
    }
    hidden
}

/// Moves among what is due; beyond its ends the pane scrolls.
fn step_due(model: &mut Model, by: isize) {
    let (now, zone) = (model.now, model.zone.clone());
    let session = model.session_mut();
    let dues = future::dues(session.facts(), now, &zone);
    let at = future::cursor(&dues, session.due.as_ref());
    let to = at.saturating_add_signed(by).min(dues.len().saturating_sub(1));
    let on = dues.get(to).map(|due| (due.source.clone(), due.id.clone()));
    if to == at || (by < 0 && session.future_first > 0) {
        session.future_first = session.future_first.saturating_add_signed(by).min(4_000);
    } else {
        session.future_first = 0;
        session.due = on;
    }
}

/// Scrolls the timeline so that its cursor is on the screen.
pub fn keep_in_sight(model: &mut Model) {
    // A line that counts it has no rows to scroll: it is seen to when the pane comes back.
    if let Some(screen) = geometry::of(model)
        && matches!(screen.past, Pane::Framed(_))
    {
        let rows = geometry::rows(screen.past);
        model.session_mut().past.scroll(rows);
    }
}
