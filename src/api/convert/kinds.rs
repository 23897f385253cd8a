//! The closed lists of words: a table for each, both ways.

use crate::api::v1;
use crate::domain::register::FOLLOW_UPS;
use crate::domain::{contact, customer, promise, register, source};

/// Nothing for a word of a newer version.
pub(super) fn state(wire: v1::State) -> Option<source::State> {
    Some(match wire {
        v1::State::Loading => source::State::Loading,
        v1::State::Ok => source::State::Ok,
        v1::State::Stale => source::State::Stale,
        v1::State::TimedOut => source::State::TimedOut,
        v1::State::Refused => source::State::Refused,
        v1::State::NotPermitted => source::State::NotPermitted,
        v1::State::Empty => source::State::Empty,
        v1::State::Failed => source::State::Failed,
        v1::State::NotAsked => source::State::NotAsked,
        v1::State::Unknown => return None,
    })
}

pub(super) fn state_to_wire(kind: source::State) -> v1::State {
    match kind {
        source::State::Loading => v1::State::Loading,
        source::State::Ok => v1::State::Ok,
        source::State::Stale => v1::State::Stale,
        source::State::TimedOut => v1::State::TimedOut,
        source::State::Refused => v1::State::Refused,
        source::State::NotPermitted => v1::State::NotPermitted,
        source::State::Empty => v1::State::Empty,
        source::State::Failed => v1::State::Failed,
        source::State::NotAsked => v1::State::NotAsked,
    }
}

/// Nothing for a word of a newer version.
pub(super) fn key_kind(wire: v1::KeyKind) -> Option<customer::KeyKind> {
    Some(match wire {
        v1::KeyKind::Phone => customer::KeyKind::Phone,
        v1::KeyKind::Email => customer::KeyKind::Email,
        v1::KeyKind::Account => customer::KeyKind::Account,
        v1::KeyKind::Case => customer::KeyKind::Case,
        v1::KeyKind::Name => customer::KeyKind::Name,
        v1::KeyKind::Segment => customer::KeyKind::Segment,
        v1::KeyKind::Id => customer::KeyKind::Id,
        v1::KeyKind::Unknown => return None,
    })
}

pub(super) fn key_kind_to_wire(kind: customer::KeyKind) -> v1::KeyKind {
    match kind {
        customer::KeyKind::Phone => v1::KeyKind::Phone,
        customer::KeyKind::Email => v1::KeyKind::Email,
        customer::KeyKind::Account => v1::KeyKind::Account,
        customer::KeyKind::Case => v1::KeyKind::Case,
        customer::KeyKind::Name => v1::KeyKind::Name,
        customer::KeyKind::Segment => v1::KeyKind::Segment,
        customer::KeyKind::Id => v1::KeyKind::Id,
    }
}

/// Nothing for a word of a newer version.
pub(super) fn contact_kind(wire: v1::ContactKind) -> Option<customer::ContactKind> {
    Some(match wire {
        v1::ContactKind::Mobile => customer::ContactKind::Mobile,
        v1::ContactKind::Home => customer::ContactKind::Home,
        v1::ContactKind::Work => customer::ContactKind::Work,
        v1::ContactKind::Phone => customer::ContactKind::Phone,
        v1::ContactKind::Email => customer::ContactKind::Email,
        v1::ContactKind::Postal => customer::ContactKind::Postal,
        v1::ContactKind::Unknown => return None,
    })
}

pub(super) fn contact_kind_to_wire(kind: customer::ContactKind) -> v1::ContactKind {
    match kind {
        customer::ContactKind::Mobile => v1::ContactKind::Mobile,
        customer::ContactKind::Home => v1::ContactKind::Home,
        customer::ContactKind::Work => v1::ContactKind::Work,
        customer::ContactKind::Phone => v1::ContactKind::Phone,
        customer::ContactKind::Email => v1::ContactKind::Email,
        customer::ContactKind::Postal => v1::ContactKind::Postal,
    }
}

/// Nothing for a word of a newer version.
pub(super) fn channel(wire: v1::Channel) -> Option<contact::Channel> {
    Some(match wire {
        v1::Channel::Call => contact::Channel::Call,
        v1::Channel::Email => contact::Channel::Email,
        v1::Channel::Chat => contact::Channel::Chat,
        v1::Channel::Sms => contact::Channel::Sms,
        v1::Channel::Social => contact::Channel::Social,
        v1::Channel::Web => contact::Channel::Web,
        v1::Channel::Letter => contact::Channel::Letter,
        v1::Channel::Visit => contact::Channel::Visit,
        v1::Channel::Bill => contact::Channel::Bill,
        v1::Channel::Payment => contact::Channel::Payment,
        v1::Channel::Order => contact::Channel::Order,
        v1::Channel::Case => contact::Channel::Case,
        v1::Channel::Note => contact::Channel::Note,
        v1::Channel::Fault => contact::Channel::Fault,
        v1::Channel::Campaign => contact::Channel::Campaign,
        v1::Channel::Internal => contact::Channel::Internal,
        v1::Channel::Other => contact::Channel::Other,
        v1::Channel::Unknown => return None,
    })
}

pub(super) fn channel_to_wire(kind: contact::Channel) -> v1::Channel {
    match kind {
        contact::Channel::Call => v1::Channel::Call,
        contact::Channel::Email => v1::Channel::Email,
        contact::Channel::Chat => v1::Channel::Chat,
        contact::Channel::Sms => v1::Channel::Sms,
        contact::Channel::Social => v1::Channel::Social,
        contact::Channel::Web => v1::Channel::Web,
        contact::Channel::Letter => v1::Channel::Letter,
        contact::Channel::Visit => v1::Channel::Visit,
        contact::Channel::Bill => v1::Channel::Bill,
        contact::Channel::Payment => v1::Channel::Payment,
        contact::Channel::Order => v1::Channel::Order,
        contact::Channel::Case => v1::Channel::Case,
        contact::Channel::Note => v1::Channel::Note,
        contact::Channel::Fault => v1::Channel::Fault,
        contact::Channel::Campaign => v1::Channel::Campaign,
        contact::Channel::Internal => v1::Channel::Internal,
        contact::Channel::Other => v1::Channel::Other,
    }
}

/// The kind of a follow-up; nothing for what an agent cannot undertake.
pub fn follow_up_kind(wire: v1::DueKind) -> Option<promise::DueKind> {
    due_kind(wire).filter(|kind| FOLLOW_UPS.contains(kind))
}

/// Nothing for a word of a newer version.
pub(super) fn due_kind(wire: v1::DueKind) -> Option<promise::DueKind> {
    Some(match wire {
        v1::DueKind::Promise => promise::DueKind::Promise,
        v1::DueKind::Callback => promise::DueKind::Callback,
        v1::DueKind::Appointment => promise::DueKind::Appointment,
        v1::DueKind::WorkOrder => promise::DueKind::WorkOrder,
        v1::DueKind::Renewal => promise::DueKind::Renewal,
        v1::DueKind::Payment => promise::DueKind::Payment,
        v1::DueKind::Task => promise::DueKind::Task,
        v1::DueKind::Unknown => return None,
    })
}

pub(super) fn due_kind_to_wire(kind: promise::DueKind) -> v1::DueKind {
    match kind {
        promise::DueKind::Promise => v1::DueKind::Promise,
        promise::DueKind::Callback => v1::DueKind::Callback,
        promise::DueKind::Appointment => v1::DueKind::Appointment,
        promise::DueKind::WorkOrder => v1::DueKind::WorkOrder,
        promise::DueKind::Renewal => v1::DueKind::Renewal,
        promise::DueKind::Payment => v1::DueKind::Payment,
        promise::DueKind::Task => v1::DueKind::Task,
    }
}

/// Nothing for a word of a newer version.
pub(super) fn bond(wire: v1::Bond) -> Option<customer::Bond> {
    Some(match wire {
        v1::Bond::Same => customer::Bond::Same,
        v1::Bond::Perhaps => customer::Bond::Perhaps,
        v1::Bond::Household => customer::Bond::Household,
        v1::Bond::Unknown => return None,
    })
}

pub(super) fn bond_to_wire(bond: customer::Bond) -> v1::Bond {
    match bond {
        customer::Bond::Same => v1::Bond::Same,
        customer::Bond::Perhaps => v1::Bond::Perhaps,
        customer::Bond::Household => v1::Bond::Household,
    }
}

/// Nothing for a word of a newer version.
pub(super) fn matter_kind(wire: v1::MatterKind) -> Option<promise::MatterKind> {
    Some(match wire {
        v1::MatterKind::Dispute => promise::MatterKind::Dispute,
        v1::MatterKind::Outage => promise::MatterKind::Outage,
        v1::MatterKind::Fault => promise::MatterKind::Fault,
        v1::MatterKind::Case => promise::MatterKind::Case,
        v1::MatterKind::Order => promise::MatterKind::Order,
        v1::MatterKind::Debt => promise::MatterKind::Debt,
        v1::MatterKind::Line => promise::MatterKind::Line,
        v1::MatterKind::Service => promise::MatterKind::Service,
        v1::MatterKind::Unknown => return None,
    })
}

pub(super) fn matter_kind_to_wire(kind: promise::MatterKind) -> v1::MatterKind {
    match kind {
        promise::MatterKind::Dispute => v1::MatterKind::Dispute,
        promise::MatterKind::Outage => v1::MatterKind::Outage,
        promise::MatterKind::Fault => v1::MatterKind::Fault,
        promise::MatterKind::Case => v1::MatterKind::Case,
        promise::MatterKind::Order => v1::MatterKind::Order,
        promise::MatterKind::Debt => v1::MatterKind::Debt,
        promise::MatterKind::Line => v1::MatterKind::Line,
        promise::MatterKind::Service => v1::MatterKind::Service,
    }
}

/// Nothing for a word of a newer version.
pub(super) fn alert_kind(wire: v1::AlertKind) -> Option<customer::AlertKind> {
    Some(match wire {
        v1::AlertKind::AccountHold => customer::AlertKind::AccountHold,
        v1::AlertKind::Fraud => customer::AlertKind::Fraud,
        v1::AlertKind::Legal => customer::AlertKind::Legal,
        v1::AlertKind::Dispute => customer::AlertKind::Dispute,
        v1::AlertKind::Vulnerable => customer::AlertKind::Vulnerable,
        v1::AlertKind::DoNotContact => customer::AlertKind::DoNotContact,
        v1::AlertKind::Dunning => customer::AlertKind::Dunning,
        v1::AlertKind::Other => customer::AlertKind::Other,
        v1::AlertKind::Unknown => return None,
    })
}

pub(super) fn alert_kind_to_wire(kind: customer::AlertKind) -> v1::AlertKind {
    match kind {
        customer::AlertKind::AccountHold => v1::AlertKind::AccountHold,
        customer::AlertKind::Fraud => v1::AlertKind::Fraud,
        customer::AlertKind::Legal => v1::AlertKind::Legal,
        customer::AlertKind::Dispute => v1::AlertKind::Dispute,
        customer::AlertKind::Vulnerable => v1::AlertKind::Vulnerable,
        customer::AlertKind::DoNotContact => v1::AlertKind::DoNotContact,
        customer::AlertKind::Dunning => v1::AlertKind::Dunning,
        customer::AlertKind::Other => v1::AlertKind::Other,
    }
}

/// Nothing for a word of a newer version.
pub(super) fn breaker(wire: v1::BreakerState) -> Option<register::BreakerState> {
    Some(match wire {
        v1::BreakerState::Closed => register::BreakerState::Closed,
        v1::BreakerState::Open => register::BreakerState::Open,
        v1::BreakerState::HalfOpen => register::BreakerState::HalfOpen,
        v1::BreakerState::Unknown => return None,
    })
}

pub(super) fn breaker_to_wire(kind: register::BreakerState) -> v1::BreakerState {
    match kind {
        register::BreakerState::Closed => v1::BreakerState::Closed,
        register::BreakerState::Open => v1::BreakerState::Open,
        register::BreakerState::HalfOpen => v1::BreakerState::HalfOpen,
    }
}
