//! An order that takes several steps, one after another: which is next, and what became of it.

use std::collections::VecDeque;

use super::system::Replied;
use super::told::Seat;

/// An order under way, of steps that a telephony system takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps<S> {
    pub seat: Seat,
    pub id: String,
    pub rest: VecDeque<S>,
    /// All are done, whatever becomes of one; else the first that is taken is the last.
    pub all: bool,
    /// One was taken.
    pub taken: bool,
    /// Why one was not, of those that should have been.
    pub refused: Option<String>,
}

impl<S> Steps<S> {
    /// None was tried yet.
    pub fn new((seat, id): (Seat, String), rest: VecDeque<S>, all: bool) -> Self {
        Self { seat, id, rest, all, taken: false, refused: None }
    }

    /// Whether there is one more to try.
    pub fn goes_on(&self) -> bool {
        !self.rest.is_empty() && (self.all || !self.taken)
    }

    /// What became of it all; `nobody` is why, where no step was for anybody.
    pub fn ended(self, nobody: &str) -> Replied {
        let taken = match (self.taken, self.refused) {
            (true, None) => Ok(()),
            (true, Some(_)) if !self.all => Ok(()),
            (_, Some(why)) => Err(why),
            (false, None) => Err(nobody.to_owned()),
        };
        Replied { seat: self.seat, id: self.id, taken }
    }
}
