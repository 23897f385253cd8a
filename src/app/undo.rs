//! What is taken back at once: a word with the space behind it, a run of characters rubbed out, or
//! one act of any other kind.

/// What was done to a text last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A character was typed.
    Typed(char),
    /// A character was rubbed out.
    Rubbed,
    /// Anything else.
    Other,
}

/// The steps in which a text is taken back: how many of the text area's changes each is made of.
#[derive(Debug, Clone, Default)]
pub struct Undo {
    done: Vec<usize>,
    undone: Vec<usize>,
    /// What the last step may still be added to.
    open: Option<Act>,
}

impl Undo {
    /// Takes an act that changed the text so many times.
    pub fn did(&mut self, act: Act, changes: usize) {
        if changes == 0 {
            return;
        }
        self.undone.clear();
        let goes_on = match (self.open, act) {
            (Some(Act::Typed(before)), Act::Typed(c)) => {
                c.is_whitespace() || !before.is_whitespace()
            }
            (Some(Act::Rubbed), Act::Rubbed) => true,
            _ => false,
        };
        match self.done.last_mut().filter(|_| goes_on) {
            Some(step) => *step += changes,
            None => self.done.push(changes),
        }
        self.open = Some(act);
    }

    /// The hand went elsewhere: what comes next is a step of its own.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// How many changes are to be taken back.
    pub fn back(&mut self) -> usize {
        Self::turn(&mut self.open, &mut self.done, &mut self.undone)
    }

    /// How many changes are to be made again.
    pub fn again(&mut self) -> usize {
        Self::turn(&mut self.open, &mut self.undone, &mut self.done)
    }

    fn turn(open: &mut Option<Act>, from: &mut Vec<usize>, to: &mut Vec<usize>) -> usize {
        *open = None;
        let step = from.pop();
        to.extend(step);
        step.unwrap_or(0)
    }
}
