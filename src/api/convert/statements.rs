//! What agents say that two records are to each other, both ways.

use jiff::Timestamp;

use super::kinds::bond_to_wire;
use super::{line, maybe, maybe_raw, raw};
use crate::api::v1;
use crate::domain::customer::{CustomerId, Stated};
use crate::domain::statement::{NewStatement, Says, Statement, Weighed};

/// What a person can say; the rest is left to the engine.
pub fn says(wire: v1::Bond) -> Option<Says> {
    match wire {
        v1::Bond::Same => Some(Says::Same),
        v1::Bond::Household => Some(Says::Household),
        v1::Bond::Perhaps | v1::Bond::Unknown => None,
    }
}

/// A statement that is to be recorded, as it travels.
pub fn new_statement_to_wire(new: &NewStatement) -> v1::NewStatement {
    v1::NewStatement {
        record: new.record.to_string(),
        other: new.other.to_string(),
        says: bond_to_wire(new.says.bond()),
    }
}

/// A statement; nothing where its records, its word or its time cannot be read.
pub fn statement(wire: &v1::Statement) -> Option<Statement> {
    Some(Statement {
        id: wire.id,
        of: NewStatement {
            record: CustomerId::parse(&wire.record)?,
            other: CustomerId::parse(&wire.other)?,
            says: says(wire.says)?,
        },
        weighed: Weighed {
            millionths: wire.millionths.min(1_000_000),
            evidence: line(&wire.evidence),
        },
        weights: line(&wire.weights),
        agent: line(&wire.agent),
        role: line(&wire.role),
        at: wire.at.parse().ok()?,
        undone_by: maybe(wire.undone_by.as_ref()),
        undone_at: wire.undone_at.as_ref().and_then(|at| at.parse().ok()),
    })
}

/// A statement as it travels.
pub fn statement_to_wire(statement: &Statement) -> v1::Statement {
    let of = new_statement_to_wire(&statement.of);
    v1::Statement {
        id: statement.id,
        record: of.record,
        other: of.other,
        says: of.says,
        millionths: statement.weighed.millionths,
        evidence: raw(&statement.weighed.evidence),
        weights: raw(&statement.weights),
        agent: raw(&statement.agent),
        role: raw(&statement.role),
        at: statement.at.to_string(),
        undone_by: maybe_raw(statement.undone_by.as_ref()),
        undone_at: statement.undone_at.as_ref().map(Timestamp::to_string),
    }
}

/// Whose word a bond is; nothing where its time cannot be read.
pub fn stated(wire: &v1::Stated) -> Option<Stated> {
    Some(Stated { id: wire.id, agent: line(&wire.agent), at: wire.at.parse().ok()? })
}

/// The same as it travels.
pub fn stated_to_wire(stated: &Stated) -> v1::Stated {
    v1::Stated { id: stated.id, agent: raw(&stated.agent), at: stated.at.to_string() }
}
