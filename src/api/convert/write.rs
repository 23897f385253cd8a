//! What can be written into the sources, and what became of it, both ways.

use super::register::call_to_wire;
use super::{line, maybe, maybe_raw, raw};
use crate::api::v1;
use crate::domain::customer::CustomerId;
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::domain::write::{Input, InputKind, NewWrite, Prefill, Receipt, Settled, SourceAction};

/// What can be written; nothing where its source has no name.
pub fn action(wire: &v1::SourceAction) -> Option<SourceAction> {
    Some(SourceAction {
        source: SourceId::new(&wire.source)?,
        name: line(&wire.name),
        title: line(&wire.title),
        inputs: wire.inputs.iter().map(input).collect(),
        again: wire.again,
    })
}

/// An input of a kind that is not known is a text.
fn input(wire: &v1::Input) -> Input {
    let kind = InputKind::ALL.into_iter().find(|kind| kind.name() == wire.kind);
    let prefill = |name: &String| Prefill::ALL.into_iter().find(|one| one.name() == *name);
    Input {
        name: line(&wire.name),
        title: line(&wire.title),
        kind: kind.unwrap_or_default(),
        required: wire.required,
        most: wire.most,
        choices: wire.choices.iter().map(|one| (line(&one.value), line(&one.title))).collect(),
        usual: maybe(wire.usual.as_ref()),
        prefill: wire.prefill.as_ref().and_then(prefill),
    }
}

/// What can be written, as it travels.
pub fn action_to_wire(action: &SourceAction) -> v1::SourceAction {
    v1::SourceAction {
        source: action.source.to_string(),
        name: raw(&action.name),
        title: raw(&action.title),
        inputs: action.inputs.iter().map(input_to_wire).collect(),
        again: action.again,
    }
}

fn input_to_wire(input: &Input) -> v1::Input {
    let choice = |(value, title): &(CleanText, CleanText)| v1::Choice {
        value: raw(value),
        title: raw(title),
    };
    v1::Input {
        name: raw(&input.name),
        title: raw(&input.title),
        kind: input.kind.name().to_owned(),
        required: input.required,
        most: input.most,
        choices: input.choices.iter().map(choice).collect(),
        usual: maybe_raw(input.usual.as_ref()),
        prefill: input.prefill.map(|prefill| prefill.name().to_owned()),
    }
}

/// What is to be written, as it travels.
pub fn new_write_to_wire(new: &NewWrite) -> v1::NewWrite {
    v1::NewWrite {
        call: new.call.as_ref().map(call_to_wire),
        source: new.source.to_string(),
        action: raw(&new.name),
        key: raw(&new.key),
        inputs: new.inputs.iter().map(|(name, value)| (raw(name), raw(value))).collect(),
    }
}

/// What became of a write; nothing where its customer, its source or its time cannot be read.
pub fn receipt(wire: &v1::Receipt) -> Option<Receipt> {
    let why = maybe(wire.why.as_ref()).unwrap_or_default();
    Some(Receipt {
        id: wire.id,
        customer: CustomerId::parse(&wire.customer)?,
        source: SourceId::new(&wire.source)?,
        name: line(&wire.action),
        settled: match wire.state {
            v1::WriteState::Done => {
                Settled::Done { record: maybe(wire.record.as_ref()), before: wire.before }
            }
            v1::WriteState::Refused => Settled::Refused(why),
            v1::WriteState::Unknown => Settled::Unknown(why),
        },
        agent: line(&wire.agent),
        at: wire.at.parse().ok()?,
    })
}

/// What became of a write, as it travels.
pub fn receipt_to_wire(receipt: &Receipt) -> v1::Receipt {
    let (state, record, before, why) = match &receipt.settled {
        Settled::Done { record, before } => (v1::WriteState::Done, record.as_ref(), *before, None),
        Settled::Refused(why) => (v1::WriteState::Refused, None, false, Some(why)),
        Settled::Unknown(why) => (v1::WriteState::Unknown, None, false, Some(why)),
    };
    v1::Receipt {
        id: receipt.id,
        customer: receipt.customer.to_string(),
        source: receipt.source.to_string(),
        action: raw(&receipt.name),
        state,
        record: maybe_raw(record),
        before,
        why: maybe_raw(why),
        agent: raw(&receipt.agent),
        at: receipt.at.to_string(),
    }
}
