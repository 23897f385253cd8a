//! Follow-ups, contacts, outcomes, handovers, verifications and who asks, both
//! ways.

use jiff::Timestamp;

use super::kinds::{due_kind, due_kind_to_wire};
use super::register::{call, call_to_wire};
use super::{line, lines, maybe, maybe_raw, raw, raws};
use crate::api::v1;
use crate::domain::customer::CustomerId;
use crate::domain::phone::{Number, Region};
use crate::domain::register::{
    Contact, FollowUp, Handover, Myself, NewContact, NewFollowUp, NewHandover, NewOutcome,
    NewVerification, Outcome, Verification,
};

/// A follow-up that is to be recorded, as it travels.
pub fn new_follow_up_to_wire(new: &NewFollowUp) -> v1::NewFollowUp {
    v1::NewFollowUp {
        call: new.call.as_ref().map(call_to_wire),
        kind: due_kind_to_wire(new.kind),
        what: raw(&new.what),
        owner: maybe_raw(new.owner.as_ref()),
        due: new.due.to_string(),
    }
}

/// A follow-up; nothing where its customer, its kind or its times cannot be read.
pub fn follow_up(wire: &v1::FollowUp) -> Option<FollowUp> {
    Some(FollowUp {
        id: wire.id,
        customer: CustomerId::parse(&wire.customer)?,
        call: wire.call.as_ref().map(call),
        kind: due_kind(wire.kind)?,
        what: line(&wire.what),
        owner: line(&wire.owner),
        due: wire.due.parse().ok()?,
        agent: line(&wire.agent),
        at: wire.at.parse().ok()?,
        done_by: maybe(wire.done_by.as_ref()),
        done_at: wire.done_at.as_ref().and_then(|at| at.parse().ok()),
    })
}

/// A follow-up as it travels.
pub fn follow_up_to_wire(follow_up: &FollowUp) -> v1::FollowUp {
    v1::FollowUp {
        id: follow_up.id,
        customer: follow_up.customer.to_string(),
        call: follow_up.call.as_ref().map(call_to_wire),
        kind: due_kind_to_wire(follow_up.kind),
        what: raw(&follow_up.what),
        owner: raw(&follow_up.owner),
        due: follow_up.due.to_string(),
        agent: raw(&follow_up.agent),
        at: follow_up.at.to_string(),
        done_by: maybe_raw(follow_up.done_by.as_ref()),
        done_at: follow_up.done_at.as_ref().map(Timestamp::to_string),
    }
}

/// A contact that is to be made, as it travels.
pub fn new_contact_to_wire(new: &NewContact) -> v1::NewContact {
    v1::NewContact {
        name: raw(&new.name),
        phone: new.phone.as_ref().map(|number| number.e164().to_owned()),
        email: maybe_raw(new.email.as_ref()),
        language: maybe_raw(new.language.as_ref()),
        account: maybe_raw(new.account.as_ref()),
        call: new.call.as_ref().map(call_to_wire),
    }
}

/// A contact; nothing where its time cannot be read.
pub fn contact(wire: &v1::Contact) -> Option<Contact> {
    // Every number on the wire bears its country code, whatever the home.
    let phone = wire.phone.as_ref().and_then(|phone| Number::read(phone, Region::NANP));
    Some(Contact {
        id: wire.id,
        who: NewContact {
            name: line(&wire.name),
            phone,
            email: maybe(wire.email.as_ref()),
            language: maybe(wire.language.as_ref()),
            account: maybe(wire.account.as_ref()),
            call: wire.call.as_ref().map(call),
        },
        agent: line(&wire.agent),
        at: wire.at.parse().ok()?,
    })
}

/// A contact as it travels.
pub fn contact_to_wire(contact: &Contact) -> v1::Contact {
    let wire = new_contact_to_wire(&contact.who);
    v1::Contact {
        id: contact.id,
        customer: contact.customer().map(|id| id.to_string()).unwrap_or_default(),
        name: wire.name,
        phone: wire.phone,
        email: wire.email,
        language: wire.language,
        account: wire.account,
        call: wire.call,
        agent: raw(&contact.agent),
        at: contact.at.to_string(),
    }
}

/// An outcome that is to be recorded, as it travels.
pub fn new_outcome_to_wire(new: &NewOutcome) -> v1::NewOutcome {
    v1::NewOutcome {
        call: call_to_wire(&new.call),
        customer: new.customer.as_ref().map(ToString::to_string),
        queue: maybe_raw(new.queue.as_ref()),
        codes: raws(&new.codes),
        timed_out: new.timed_out,
        since: new.since.to_string(),
    }
}

/// An outcome; nothing where its customer or its times cannot be read.
pub fn outcome(wire: &v1::Outcome) -> Option<Outcome> {
    let customer = match &wire.customer {
        Some(id) => Some(CustomerId::parse(id)?),
        None => None,
    };
    Some(Outcome {
        id: wire.id,
        of: NewOutcome {
            call: call(&wire.call),
            customer,
            queue: maybe(wire.queue.as_ref()),
            codes: lines(&wire.codes),
            timed_out: wire.timed_out,
            since: wire.since.parse().ok()?,
        },
        agent: line(&wire.agent),
        role: line(&wire.role),
        at: wire.at.parse().ok()?,
    })
}

/// An outcome as it travels.
pub fn outcome_to_wire(outcome: &Outcome) -> v1::Outcome {
    let wire = new_outcome_to_wire(&outcome.of);
    v1::Outcome {
        id: outcome.id,
        call: wire.call,
        customer: wire.customer,
        queue: wire.queue,
        codes: wire.codes,
        timed_out: wire.timed_out,
        since: wire.since,
        agent: raw(&outcome.agent),
        role: raw(&outcome.role),
        at: outcome.at.to_string(),
    }
}

/// A handover that is to be recorded, as it travels.
pub fn new_handover_to_wire(new: &NewHandover) -> v1::NewHandover {
    v1::NewHandover {
        calls: new.calls.iter().map(call_to_wire).collect(),
        customer: new.customer.as_ref().map(ToString::to_string),
        to: raw(&new.to),
        reason: raw(&new.reason),
        tell: raw(&new.tell),
        verified: raws(&new.verified),
        enough: new.enough,
    }
}

/// A handover; nothing where its customer or its time cannot be read.
pub fn handover(wire: &v1::Handover) -> Option<Handover> {
    let customer = match &wire.customer {
        Some(id) => Some(CustomerId::parse(id)?),
        None => None,
    };
    Some(Handover {
        id: wire.id,
        of: NewHandover {
            calls: wire.calls.iter().map(call).collect(),
            customer,
            to: line(&wire.to),
            reason: line(&wire.reason),
            tell: line(&wire.tell),
            verified: lines(&wire.verified),
            enough: wire.enough,
        },
        agent: line(&wire.agent),
        role: line(&wire.role),
        at: wire.at.parse().ok()?,
    })
}

/// A handover as it travels.
pub fn handover_to_wire(handover: &Handover) -> v1::Handover {
    let wire = new_handover_to_wire(&handover.of);
    v1::Handover {
        id: handover.id,
        calls: wire.calls,
        customer: wire.customer,
        to: wire.to,
        reason: wire.reason,
        tell: wire.tell,
        verified: wire.verified,
        enough: wire.enough,
        agent: raw(&handover.agent),
        role: raw(&handover.role),
        at: handover.at.to_string(),
    }
}

/// A verification that is to be recorded, as it travels.
pub fn new_verification_to_wire(new: &NewVerification) -> v1::NewVerification {
    v1::NewVerification {
        customer: new.customer.to_string(),
        call: new.call.as_ref().map(call_to_wire),
        passed: raws(&new.passed),
        enough: new.enough,
    }
}

/// A verification; nothing where its customer or its time cannot be read.
pub fn verification(wire: &v1::Verification) -> Option<Verification> {
    Some(Verification {
        id: wire.id,
        of: NewVerification {
            customer: CustomerId::parse(&wire.customer)?,
            call: wire.call.as_ref().map(call),
            passed: lines(&wire.passed),
            enough: wire.enough,
        },
        agent: line(&wire.agent),
        role: line(&wire.role),
        at: wire.at.parse().ok()?,
    })
}

/// A verification as it travels.
pub fn verification_to_wire(verification: &Verification) -> v1::Verification {
    let wire = new_verification_to_wire(&verification.of);
    v1::Verification {
        id: verification.id,
        customer: wire.customer,
        call: wire.call,
        passed: wire.passed,
        enough: wire.enough,
        agent: raw(&verification.agent),
        role: raw(&verification.role),
        at: verification.at.to_string(),
    }
}

/// Who the gateway takes the asker for.
pub fn myself(wire: &v1::Myself) -> Myself {
    Myself { name: line(&wire.name), role: line(&wire.role) }
}
