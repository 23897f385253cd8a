//! How an agent wants the panes: their order, their widths, and which has the keys at a pop, for
//! one role or one kind of work.

use super::model::Focus;
use super::session::Session;

/// The panes as they stand for some work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The agent's role that it is for; every role where it is left out.
    pub role: Option<String>,
    /// The queue of the call that it is for; every queue, and no call, where it is left out.
    pub queue: Option<String>,
    /// From left to right.
    pub order: [Focus; 3],
    /// Hundredths of the screen, in that order; as the screen's size suggests where left out.
    pub widths: Option<[u16; 3]>,
    /// The pane that has the keys when a call comes.
    pub focus: Focus,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            role: None,
            queue: None,
            order: [Focus::Past, Focus::Present, Focus::Future],
            widths: None,
            focus: Focus::Present,
        }
    }
}

/// The layouts that may be in force, and whose they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layouts {
    pub role: Option<String>,
    /// The first that fits is in force.
    pub known: Vec<Layout>,
    usual: Layout,
}

impl Layouts {
    /// These layouts, for an agent of this role.
    pub fn new(role: Option<String>, known: Vec<Layout>) -> Self {
        Self { role, known, usual: Layout::default() }
    }

    /// The layout for this session: another call may want another one.
    pub fn of(&self, session: &Session) -> &Layout {
        let queue = session.call.as_ref().and_then(|call| call.facts.queue.as_deref());
        let wants = |wanted: &Option<String>, is: Option<&str>| {
            wanted
                .as_deref()
                .is_none_or(|wanted| is.is_some_and(|is| is.eq_ignore_ascii_case(wanted)))
        };
        let fits = |layout: &&Layout| {
            wants(&layout.role, self.role.as_deref()) && wants(&layout.queue, queue)
        };
        self.known.iter().find(fits).unwrap_or(&self.usual)
    }
}
