//! The wire, and nothing but: version 1.
//!
//! Names of fields and variants are promises. Readers ignore fields that they do not know and read
//! variants that they do not know as `Unknown`. Times are RFC 3339, days `YYYY-MM-DD`, names of
//! customers `SOURCE:KEY`.

mod answers;
mod belongings;
mod inventory;
mod lines;
mod register;
mod statements;
mod write;

pub use answers::{
    Alert, AlertKind, Bond, Candidate, Changed, Channel, ContactKind, ContactPoint, Due, DueKind,
    Entry, Facts, Field, Heard, Key, KeyKind, Kin, Line, Lookup, Matter, MatterKind, Money, Offer,
    OwnChange, Part, Profile, State, When,
};
pub use belongings::{Belonging, BelongingKind, Relation, RelationKind};
pub use inventory::{Holding, Inventory, NewReport, Report, Reports};
pub use lines::{AnswerLine, LookupLine, ViewLine};
pub use register::{
    Act, Alive, Audit, BreakerState, Call, Contact, FollowUp, FollowUps, Handover, Handovers,
    Health, Hold, Holds, Link, Links, Myself, NO_RECORDS, NewContact, NewFollowUp, NewHandover,
    NewHold, NewLink, NewNote, NewOutcome, NewVerification, Note, Notes, Outcome, Problem, Sources,
    Verification,
};
pub use statements::{NewStatement, Stated, Statement, Statements};
pub use write::{Choice, Input, NewWrite, Receipt, SourceAction, SourceActions, WriteState};
