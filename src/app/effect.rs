//! What the desk may ask of the world. Data, performed elsewhere.

use jiff::Timestamp;

use super::msg::{RequestId, SavedDraft};
use super::readiness::Readiness;
use crate::domain::ask::LinkId;
use crate::domain::customer::{CustomerId, Key};
use crate::domain::interaction::CallKey;
use crate::domain::inventory::NewReport;
use crate::domain::register::{NewContact, NewFollowUp, NewHandover, NewOutcome, NewVerification};
use crate::domain::source::SourceId;
use crate::domain::statement::NewStatement;
use crate::domain::telephony::Command;
use crate::domain::write::NewWrite;

/// A request to the world; those with a `RequestId` are answered by a `Msg` that carries it.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Who has these keys? Answered part by part.
    LookUp {
        request: RequestId,
        keys: Vec<Key>,
    },
    /// What is known of this customer? Answered part by part.
    View(ViewRequest),
    /// The answer is no longer wanted.
    Forget {
        request: RequestId,
    },
    /// The agent says that this call is that customer's.
    Link {
        request: RequestId,
        call: Option<CallKey>,
        customer: CustomerId,
    },
    /// The agent takes a link back.
    Unlink {
        request: RequestId,
        link: LinkId,
    },
    /// The agent says what two records are to each other.
    State {
        request: RequestId,
        new: NewStatement,
    },
    /// The agent takes that back.
    TakeBack {
        request: RequestId,
        id: i64,
    },
    /// Put a note into the gateway's own records.
    SaveNote {
        request: RequestId,
        customer: CustomerId,
        call: Option<CallKey>,
        text: String,
    },
    /// Put a follow-up into the gateway's own records.
    FollowUp {
        request: RequestId,
        new: NewFollowUp,
    },
    /// What may we write into the sources?
    AskActions {
        request: RequestId,
    },
    /// Write into a source.
    Write {
        request: RequestId,
        new: NewWrite,
    },
    /// Report that a value of a source is wrong.
    Report {
        request: RequestId,
        new: NewReport,
    },
    /// Pin a note to the top of the past, or take it down.
    PinNote {
        request: RequestId,
        id: i64,
        pinned: bool,
    },
    /// Mark a follow-up as done, or as open again.
    SettleFollowUp {
        request: RequestId,
        id: i64,
        done: bool,
    },
    /// Make a contact in the gateway's own records.
    AddContact {
        request: RequestId,
        new: NewContact,
    },
    /// Put what a call came to into the gateway's own records.
    WrapUp {
        request: RequestId,
        new: NewOutcome,
    },
    /// Put what a caller proved into the gateway's own records.
    Verify {
        request: RequestId,
        new: NewVerification,
    },
    /// Hand a call over to the next agent.
    HandOver {
        request: RequestId,
        new: NewHandover,
    },
    /// The call that was handed over is known under this key too. Not answered.
    HandOverAs {
        id: i64,
        call: CallKey,
    },
    /// What came with the call that has one of these keys?
    AskHandover {
        request: RequestId,
        calls: Vec<CallKey>,
    },
    /// Whom does the gateway take us for?
    WhoAmI,
    /// Keep a draft on this machine, or forget it when its text is empty.
    KeepDraft(SavedDraft),
    /// Remember on this machine whether the agent takes calls.
    KeepReadiness(Readiness),
    /// Remember that the tour has been ended, or that it is wanted again.
    KeepTour {
        ended: bool,
    },
    /// Send `Msg::Woke` at this moment; replaces the wake-up asked for before.
    Wake {
        at: Timestamp,
    },
    /// No wake-up is wanted any more.
    Sleep,
    /// The agent has done with this call.
    CloseCall {
        call: CallKey,
    },
    /// Ask this of the telephony side.
    Command(Command),
    /// Open this text in the external editor.
    Edit(String),
    /// Read something out, where the desk is text.
    Read(Reading),
    /// Much that was held for a while is not any more: give the room back to the machine.
    GiveBack,
    /// Paint everything anew.
    Repaint,
    /// Give the terminal back and stop until continued.
    Suspend,
    Quit,
}

impl Effect {
    /// Whether it only asks what is known: what the agent sees meanwhile comes first.
    pub fn asks(&self) -> bool {
        matches!(
            self,
            Self::LookUp { .. }
                | Self::View(_)
                | Self::Forget { .. }
                | Self::AskHandover { .. }
                | Self::AskActions { .. }
                | Self::WhoAmI
        )
    }
}

/// What can be read out on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The pane with the focus, or what lies on top of it.
    Pane,
    All,
    /// The last announcement.
    Again,
    /// The time of day, and how long the call takes.
    Time,
}

/// A question for everything known of one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewRequest {
    pub request: RequestId,
    pub customer: CustomerId,
    /// What is already known of the customer, so that no source waits for another.
    pub keys: Vec<Key>,
    /// Only these sources; all where empty.
    pub sources: Vec<SourceId>,
    /// So many entries per source.
    pub rows: u32,
    /// The sources themselves are to be asked, whatever they said before.
    pub fresh: bool,
    /// What changes afterwards is wanted, too.
    pub watch: bool,
}
