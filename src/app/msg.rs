//! Everything that can happen to the desk. Closed on purpose.

use jiff::SignedDuration;

use super::settings::Settings;
use super::tall::Limits;
use crate::action::Action;
use crate::domain::ask::{AskError, LinkId};
use crate::domain::customer::{Candidate, CustomerId};
use crate::domain::directory::Directory;
use crate::domain::interaction::{Call, CallKey, Told};
use crate::domain::inventory::Report;
use crate::domain::register::{Contact, FollowUp, Handover, Myself, Note, Outcome, Verification};
use crate::domain::source::{Changed, Part, SourceId};
use crate::domain::statement::Statement;
use crate::domain::telephony::{PhoneLink, Reply};
use crate::domain::text::CleanText;
use crate::domain::write::{Receipt, SourceAction};
use crate::keys::key::Key;

/// Names a question, so that its answer can be told from the answer to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RequestId(pub u64);

/// Something that has happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Key(Key),
    Paste(String),
    /// More was pasted than is taken: its beginning, and how many bytes there were.
    LongPaste {
        text: String,
        bytes: u64,
    },
    Resized {
        width: u16,
        height: u16,
    },
    /// Somebody at the shell asks for this, as if its key were pressed.
    Ordered(Action),
    /// How far the panes and what lies on top can be moved through.
    Measured(Extent),
    /// The terminal says whether its background is light. The rim takes it, not the desk.
    Background {
        light: bool,
    },
    /// A moment that was asked for by `Effect::Wake` has come.
    Woke,
    /// The bell: a call appeared or changed.
    CallChanged(Box<Call>),
    /// The telephony side says what the agent is.
    AgentTold(Told),
    /// A telephony system can be heard, or not any more.
    PhoneLink(PhoneLink),
    /// A telephony system tells whom calls can be sent on to.
    Directory(Directory),
    /// A telephony system takes a command, or does not.
    Replied(Reply),
    /// So many events were shed by the listener since the desk started.
    EventsShed(u64),
    /// The gateway's clock is so far ahead of this computer's; nothing where they agree.
    ClockOff(Option<SignedDuration>),
    /// Another program lies where this one was started from.
    Replaced,
    /// The agent's settings were changed while the desk runs.
    SettingsChanged(Box<Settings>),
    /// What became of listening for calls.
    Bell(BellState),
    /// One source answered a look-up, or was given up.
    LookupPart {
        request: RequestId,
        part: Box<Part>,
    },
    /// The candidates so far, best first; replaces the list before.
    LookupRanked {
        request: RequestId,
        candidates: Vec<Candidate>,
    },
    LookupEnded {
        request: RequestId,
        result: Result<(), AskError>,
    },
    /// One source's part of a view.
    ViewPart {
        request: RequestId,
        part: Box<Part>,
    },
    ViewEnded {
        request: RequestId,
        result: Result<(), AskError>,
    },
    /// A source has changed what it knows of who was asked about.
    Changed {
        request: RequestId,
        source: SourceId,
        changed: Changed,
    },
    /// Nobody says any more what changes.
    WatchEnded {
        request: RequestId,
    },
    /// The gateway recorded a link, or took it back; it carries the link's id.
    LinkSettled {
        request: RequestId,
        result: Result<LinkId, AskError>,
    },
    /// What an agent says of two records is on record, or was taken back.
    Stated {
        request: RequestId,
        result: Result<Box<Statement>, AskError>,
    },
    /// A note reached the gateway's own records.
    NoteSaved {
        request: RequestId,
        result: Result<(), AskError>,
    },
    /// A note was pinned, or taken down.
    NotePinned {
        request: RequestId,
        result: Result<Box<Note>, AskError>,
    },
    /// A follow-up reached the gateway's own records.
    FollowUpSaved {
        request: RequestId,
        result: Result<Box<FollowUp>, AskError>,
    },
    /// A follow-up was marked as done, or as open again.
    FollowUpSettled {
        request: RequestId,
        result: Result<Box<FollowUp>, AskError>,
    },
    /// What the gateway says that we may write into the sources.
    ActionsTold {
        request: RequestId,
        result: Result<Vec<SourceAction>, AskError>,
    },
    /// What became of a write into a source.
    Written {
        request: RequestId,
        result: Result<Box<Receipt>, AskError>,
    },
    /// A report of a wrong value reached the gateway's own records.
    Reported {
        request: RequestId,
        result: Result<Box<Report>, AskError>,
    },
    /// What a call came to reached the gateway's own records.
    WrapUpSaved {
        request: RequestId,
        result: Result<Box<Outcome>, AskError>,
    },
    /// What a caller proved reached the gateway's own records.
    Verified {
        request: RequestId,
        result: Result<Box<Verification>, AskError>,
    },
    /// A handover reached the gateway's own records.
    HandedOver {
        request: RequestId,
        result: Result<Box<Handover>, AskError>,
    },
    /// What came with a call, if something did.
    HandoverTold {
        request: RequestId,
        result: Result<Option<Box<Handover>>, AskError>,
    },
    /// A contact was made.
    ContactMade {
        request: RequestId,
        result: Result<Box<Contact>, AskError>,
    },
    /// Whom the gateway takes the agent for.
    Introduced(Result<Myself, AskError>),
    /// Drafts found on disk at start, newest first.
    DraftsFound(Vec<SavedDraft>),
    /// A draft could not be kept on disk; nothing when it can be again.
    DraftTrouble(Option<CleanText>),
    /// The external editor came back with this text, or with a reason why not.
    Edited(Result<String, CleanText>),
    /// Something went wrong that the agent should know of; the desk goes on.
    Complaint(CleanText),
}

/// Lines that can be the first one seen, of what is moved through line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    pub present: usize,
    pub future: usize,
    pub top: usize,
    /// Of a list with a cursor.
    pub list: Limits,
}

/// Something that was begun and not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// Names the draft among the agent's drafts; stable across starts.
    pub slot: String,
    pub what: Kept,
    /// Whom, and on which call, it was begun for.
    pub customer: Option<CustomerId>,
    pub call: Option<CallKey>,
    /// Of a form: a line for each field that the agent typed into.
    pub text: String,
}

/// What a draft is a draft of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kept {
    #[default]
    Note,
    FollowUp,
    Contact,
    Handover,
    /// What goes into a source: its first line says which intent it is of.
    Write,
    /// Why a value is wrong.
    Report,
    /// Codes, and where they are done, what the call came to.
    WrapUp,
}

/// What became of listening for calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BellState {
    /// Listening.
    Listening,
    /// Another desk of this agent has the bell; its process id.
    Elsewhere { pid: Option<u32> },
    /// Not listening, and why.
    Deaf(CleanText),
}
