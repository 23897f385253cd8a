//! A defect in drawing one part of the screen costs that part, and no other.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::paper::Paper;
use super::theme::Role;
use crate::app::geometry::Area;

thread_local! {
    static DRAWING: Cell<bool> = const { Cell::new(false) };
    #[cfg(feature = "test-clock")]
    static BROKEN: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Whether this thread draws a part whose defect is caught.
pub fn is_drawing() -> bool {
    DRAWING.get()
}

/// From now on this part has a defect, for end-to-end tests.
#[cfg(feature = "test-clock")]
pub fn break_part(name: &'static str) {
    BROKEN.set(Some(name));
}

/// Draws a part into its area; where that fails, the area says so.
pub fn part(
    paper: &mut Paper<'_>,
    (name, area): (&'static str, Area),
    draw: impl FnOnce(&mut Paper<'_>),
) {
    DRAWING.set(true);
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        #[cfg(feature = "test-clock")]
        assert_ne!(BROKEN.get(), Some(name), "on demand");
        draw(paper);
    }));
    DRAWING.set(false);
    if drawn.is_err() {
        paper.clear(area);
        paper.hand = None;
        paper.text(area, &format!("{name} cannot be drawn; the rest goes on"), Role::Bad);
    }
}
