//! What can lie on top of the panes. One at a time.

use super::line::Line;

/// Something on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    Help {
        first: usize,
    },
    /// The entry under the cursor, whole.
    Detail {
        first: usize,
    },
    /// Who says what of the customer.
    Provenance {
        cursor: usize,
    },
    /// What is wrong with a value is being written.
    Report,
    /// The numbers behind the charts.
    Figures {
        first: usize,
    },
    Verify,
    Find(Line),
    /// Whom the call is sent on to, or who is asked first.
    Dial {
        line: Line,
        consult: bool,
        cursor: usize,
    },
    Palette {
        line: Line,
        cursor: usize,
    },
    /// The text that the past is searched for.
    Search,
    /// The session's follow-up is being written.
    FollowUp,
    /// The session's new contact is being written.
    Contact,
    /// What goes with the session's call to the next agent is being written.
    Handover,
    /// What can be written into the sources.
    Actions {
        cursor: usize,
    },
    /// What goes into a source is being written.
    Write,
    /// Who may be the new contact already.
    Duplicates {
        cursor: usize,
    },
    /// Every call and customer that is open.
    Sessions {
        cursor: usize,
    },
    /// Which records are of the same person or household.
    Kin {
        cursor: usize,
    },
    /// Whom the customer has to do with, what they have and are entitled to.
    Belongings {
        cursor: usize,
    },
    /// The wrap-up codes of the call.
    Codes {
        line: Line,
        cursor: usize,
    },
    /// What the agent can be between calls.
    Readiness {
        cursor: usize,
    },
    /// More was pasted than is taken: whether its beginning is wanted.
    Paste {
        text: String,
        bytes: u64,
    },
}

impl Overlay {
    /// The first line that is seen, where it is moved through line by line.
    pub fn first_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::Help { first } | Self::Detail { first } | Self::Figures { first } => Some(first),
            _ => None,
        }
    }

    /// The same, to look at.
    pub fn first(&self) -> Option<usize> {
        match self {
            Self::Help { first } | Self::Detail { first } | Self::Figures { first } => Some(*first),
            _ => None,
        }
    }

    /// What its cursor is on, where it has one.
    pub fn cursor(&self) -> Option<usize> {
        match self {
            Self::Dial { cursor, .. }
            | Self::Palette { cursor, .. }
            | Self::Codes { cursor, .. }
            | Self::Provenance { cursor }
            | Self::Actions { cursor }
            | Self::Duplicates { cursor }
            | Self::Sessions { cursor }
            | Self::Kin { cursor }
            | Self::Belongings { cursor }
            | Self::Readiness { cursor } => Some(*cursor),
            _ => None,
        }
    }

    /// Whether it waits for one line and then goes.
    pub fn is_asked(&self) -> bool {
        matches!(
            self,
            Self::Find(_) | Self::Dial { .. } | Self::Palette { .. } | Self::Codes { .. }
        )
    }

    /// Whether keys are typed into it.
    pub fn is_line(&self) -> bool {
        matches!(
            self,
            Self::Find(_)
                | Self::Dial { .. }
                | Self::Palette { .. }
                | Self::Codes { .. }
                | Self::Search
        )
    }

    /// Whether it is a form.
    pub fn is_form(&self) -> bool {
        matches!(self, Self::FollowUp | Self::Contact | Self::Handover | Self::Write | Self::Report)
    }

    /// Whether it belongs to the session that it was opened in, and comes back with it.
    pub fn is_of_session(&self) -> bool {
        !matches!(
            self,
            Self::Help { .. }
                | Self::Palette { .. }
                | Self::Sessions { .. }
                | Self::Readiness { .. }
        )
    }
}
