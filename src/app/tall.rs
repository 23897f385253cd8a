//! Lists and forms of which one element may take more lines than there is room for, and what stands
//! below the last one: both are scrolled to before the cursor goes on.

use std::mem::{Discriminant, discriminant};

use super::forms;
use super::model::Model;
use super::overlay::Overlay;

/// How far the element under the cursor has been scrolled, and how far it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tall {
    /// So many lines further down than its cursor asks for.
    pub within: usize,
    pub limits: Limits,
}

/// How many lines further down a list can be moved than its cursor asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Until all of the element under the cursor was seen.
    pub element: usize,
    /// Until the list's last line was seen.
    pub list: usize,
}

impl Tall {
    /// The list is so long in the room that it has.
    pub fn measured(&mut self, limits: Limits) {
        self.limits = limits;
        self.within = self.within.min(limits.element.max(limits.list));
    }

    /// Scrolls instead of moving the cursor, where there is something to scroll to. To an end, the
    /// cursor itself goes.
    pub fn step(&mut self, by: isize, on_the_last: bool) -> bool {
        const FAR: isize = isize::MAX / 4;
        let end = if on_the_last { self.limits.list } else { self.limits.element };
        if by.unsigned_abs() >= FAR.unsigned_abs() {
            self.within = if by > 0 && on_the_last { end } else { 0 };
            return by > 0 && on_the_last;
        }
        let within = self.within.saturating_add_signed(by).min(end.max(self.within));
        let moved = within != self.within;
        self.within = within;
        moved
    }
}

/// What the cursor is on: elsewhere, nothing has been scrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    session: usize,
    overlay: Option<Discriminant<Overlay>>,
    cursor: Option<usize>,
}

impl Place {
    /// Where the cursor is now.
    pub fn of(model: &Model) -> Self {
        let cursor = match &model.overlay {
            Some(Overlay::Verify) => Some(model.session().verification.cursor),
            Some(overlay) if overlay.is_form() => forms::open(model).map(|form| form.at),
            Some(overlay) => overlay.cursor(),
            None => model.session().lookup.as_ref().map(|lookup| lookup.cursor),
        };
        Self { session: model.current, overlay: model.overlay.as_ref().map(discriminant), cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taller_than_its_room_is_gone_through_before_the_cursor_goes_on() {
        let mut tall = Tall::default();
        assert!(!tall.step(1, false), "all is seen");
        tall.measured(Limits { element: 3, list: 9 });
        assert!(tall.step(1, false));
        assert!(tall.step(5, false));
        assert_eq!(tall.within, 3);
        assert!(!tall.step(1, false), "the cursor goes on");
        assert!(tall.step(5, true), "below the last there is more");
        assert_eq!(tall.within, 8);
        assert!(tall.step(-6, true));
        assert_eq!(tall.within, 2);
        assert!(!tall.step(isize::MIN / 2, true), "to the top, the cursor goes");
        assert!(tall.step(isize::MAX / 2, true));
        assert_eq!(tall.within, 9);
        tall.measured(Limits { element: 1, list: 0 });
        assert_eq!(tall.within, 1, "there is more room now");
    }
}
