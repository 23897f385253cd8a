//! How wrap-up goes, queue by queue.

use jiff::SignedDuration;

use crate::app::session::Session;
use crate::domain::text::CleanText;

/// How a queue's wrap-up goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The queue that it is for; every queue where it is left out.
    pub queue: Option<String>,
    pub mode: Mode,
    /// How long it may take, where it may not take any time.
    pub limit: Option<SignedDuration>,
    /// Whether it may be done before its time is over.
    pub early_exit: bool,
    /// The code of a call whose time ran out before one was chosen.
    pub timeout_code: Option<CleanText>,
    pub codes: Vec<CleanText>,
}

/// Who decides when the wrap-up is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The agent, with a code or without.
    Optional,
    /// The agent, with a code and not without.
    Mandatory,
    /// The clock; the agent before it, with a code.
    TimeBoxed,
    /// There is none, unless the agent asks for it during the call.
    OnRequest,
}

impl Default for Rule {
    fn default() -> Self {
        let codes = ["resolved", "follow-up made", "transferred", "wrong number", "call dropped"];
        Self {
            queue: None,
            mode: Mode::Optional,
            limit: None,
            early_exit: true,
            timeout_code: None,
            codes: codes.map(CleanText::line).to_vec(),
        }
    }
}

impl Rule {
    /// Whether a call of this queue is not done with without a code.
    pub fn needs_code(&self) -> bool {
        matches!(self.mode, Mode::Mandatory | Mode::TimeBoxed) && !self.codes.is_empty()
    }
}

/// The rules of every queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// The first whose queue fits is in force.
    pub known: Vec<Rule>,
    usual: Rule,
}

impl Rules {
    /// These rules.
    pub fn new(known: Vec<Rule>) -> Self {
        Self { known, usual: Rule::default() }
    }

    /// The rule for this session's call.
    pub fn of(&self, session: &Session) -> &Rule {
        self.of_queue(session.call.as_ref().and_then(|call| call.facts.queue.as_deref()))
    }

    /// The rule for calls of this queue, or of none.
    pub fn of_queue(&self, queue: Option<&str>) -> &Rule {
        let fits = |rule: &&Rule| match &rule.queue {
            None => true,
            Some(wanted) => queue.is_some_and(|queue| queue.eq_ignore_ascii_case(wanted)),
        };
        self.known.iter().find(fits).unwrap_or(&self.usual)
    }
}
