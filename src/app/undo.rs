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

    /// Takes the last step back, one change after another; whether there was any.
    pub fn back(&mut self, change: impl FnMut() -> bool) -> bool {
        self.close();
        turn(&mut self.done, &mut self.undone, change)
    }

    /// Does the step again that was taken back last; whether there was any.
    pub fn again(&mut self, change: impl FnMut() -> bool) -> bool {
        self.close();
        turn(&mut self.undone, &mut self.done, change)
    }
}

/// A text area remembers only so many changes: the step is as long as what it still had.
fn turn(from: &mut Vec<usize>, to: &mut Vec<usize>, mut change: impl FnMut() -> bool) -> bool {
    let changes = from.pop().unwrap_or(0);
    let turned = (0..changes).take_while(|_| change()).count();
    to.extend((turned > 0).then_some(turned));
    turned > 0
}
