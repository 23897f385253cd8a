//! How far what is shown can be moved down: a key that has nothing more to show is not counted, so
//! that the next one back is seen at once.

use super::said::{self, Said};
use super::theme::Glyphs;
use super::{future, overlay, present};
use crate::app::geometry::{self, Area, Pane};
use crate::app::model::Model;
use crate::app::msg::Extent;
use crate::app::overlay::Overlay;
use crate::app::tall::Tall;

/// The lines that can be first, where something has been moved further; nothing where all is well.
pub fn reach(model: &Model, glyphs: &Glyphs) -> Option<Extent> {
    let session = model.session();
    let top = model.overlay.as_ref().and_then(Overlay::first).unwrap_or(0);
    let candidates = present::scrolls_candidates(model);
    let moves =
        |over: &Overlay| over.cursor().is_some() || over.is_form() || *over == Overlay::Verify;
    let lists = candidates || model.overlay.as_ref().is_some_and(moves);
    let moved = top > 0 || session.present_first > 0 || session.future_first > 0;
    if !(lists || moved || model.tall != Tall::default()) {
        return None;
    }
    let screen = geometry::of(model)?;
    let of = |pane, lines: fn(&Model, Area, &Glyphs) -> (Area, Vec<Said>)| match pane {
        Pane::Summary(_) => usize::MAX,
        Pane::Framed(area) => {
            let (inside, said) = lines(model, area, glyphs);
            let seen = said::seen(&said, inside.height);
            said.len().saturating_sub(usize::from(inside.height) + seen)
        }
    };
    let last = (
        of(screen.present, present::lines),
        of(screen.future, future::lines),
        overlay::reach(model, glyphs),
    );
    let list = match screen.present {
        Pane::Framed(area) if candidates => {
            let (inside, said) = present::lines(model, area, glyphs);
            said::limits(&said, inside.height)
        }
        _ => overlay::limits(model, glyphs),
    };
    let beyond = list != model.tall.limits
        || session.present_first > last.0
        || session.future_first > last.1
        || top > last.2;
    let lines = |last: usize| last.saturating_add(1);
    beyond.then(|| Extent {
        present: lines(last.0),
        future: lines(last.1),
        top: lines(last.2),
        list,
    })
}
