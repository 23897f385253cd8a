//! Between the wire and the domain. Text passes the gate anew on every way in; what cannot be
//! understood is left out, never guessed.

mod answers;
mod belongings;
mod inventory;
mod kinds;
mod register;
mod statements;
mod work;
mod write;

pub use answers::{
    candidate, candidate_to_wire, changed, key, key_of, key_to_wire, part, part_to_wire,
};
pub use inventory::{holding, holding_to_wire, new_report_to_wire, report, report_to_wire};
pub use kinds::follow_up_kind;
pub use register::{
    act, act_to_wire, call, call_to_wire, health, health_to_wire, hold, hold_to_wire, link,
    link_to_wire, note, note_to_wire,
};
pub use statements::{new_statement_to_wire, says, statement, statement_to_wire};
pub use work::{
    contact, contact_to_wire, follow_up, follow_up_to_wire, handover, handover_to_wire, myself,
    new_contact_to_wire, new_follow_up_to_wire, new_handover_to_wire, new_outcome_to_wire,
    new_verification_to_wire, outcome, outcome_to_wire, verification, verification_to_wire,
};
pub use write::{action, action_to_wire, new_write_to_wire, receipt, receipt_to_wire};

use crate::domain::text::CleanText;

fn line(text: &str) -> CleanText {
    CleanText::line(text)
}

fn lines(texts: &[String]) -> Vec<CleanText> {
    texts.iter().map(|text| line(text)).collect()
}

fn maybe(text: Option<&String>) -> Option<CleanText> {
    text.map(|text| line(text))
}

fn raw(text: &CleanText) -> String {
    text.as_str().to_owned()
}

fn raws(texts: &[CleanText]) -> Vec<String> {
    texts.iter().map(raw).collect()
}

fn maybe_raw(text: Option<&CleanText>) -> Option<String> {
    text.map(raw)
}
