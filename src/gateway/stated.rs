//! What agents said of records that a question turned up: candidates of one person become one, and
//! each says by whose word. Pure; nothing is changed in any record.

use std::collections::HashSet;

use super::kin::Bonds;
use crate::domain::customer::{Candidate, CustomerId, Key, Kin, Record, Stated};
use crate::domain::statement::{Says, Statement};
use crate::domain::text::CleanText;

/// Makes one candidate of those that were said to be one person, the best first, and puts what was
/// said before what is only likely.
pub fn apply(
    candidates: Vec<Candidate>,
    statements: &[Statement],
    records: &[Record],
    bonds: &Bonds,
) -> Vec<Candidate> {
    let mut one_person: Vec<Candidate> = Vec::new();
    // An account that two people have makes them nobody's same, whatever is said of it.
    let shared = shared(&candidates);
    for candidate in candidates {
        let own = candidate.records.iter().filter(|record| !shared.contains(*record));
        let mut same = reached(own.cloned().collect(), statements);
        same.retain(|record| !shared.contains(record));
        let known = one_person
            .iter_mut()
            .find(|known| known.records.iter().any(|record| same.contains(record)));
        match known {
            Some(known) => take_in(known, candidate),
            None => one_person.push(candidate),
        }
    }
    for candidate in &mut one_person {
        tell(candidate, statements, records, bonds);
    }
    one_person
}

/// Records that stand in more than one candidate.
fn shared(candidates: &[Candidate]) -> HashSet<CustomerId> {
    let mut seen = HashSet::new();
    let all = candidates.iter().flat_map(|candidate| &candidate.records);
    all.filter(|record| !seen.insert(*record)).cloned().collect()
}

/// These records, and those that they were said to be the same as, from one to the next.
fn reached(records: Vec<CustomerId>, statements: &[Statement]) -> Vec<CustomerId> {
    let mut reached = records;
    let mut at = 0;
    while let Some(record) = reached.get(at).cloned() {
        let same = statements.iter().filter(|statement| statement.of.says == Says::Same);
        for other in same.filter_map(|statement| statement.beside(&record)) {
            if !reached.contains(other) {
                reached.push(other.clone());
            }
        }
        at += 1;
    }
    reached
}

fn take_in(known: &mut Candidate, other: Candidate) {
    for record in other.records {
        if !known.records.contains(&record) {
            known.records.push(record);
        }
    }
    for key in other.keys {
        if !known.keys.contains(&key) {
            known.keys.push(key);
        }
    }
    known.account = known.account.take().or(other.account);
    known.since = known.since.or(other.since);
}

fn tell(candidate: &mut Candidate, statements: &[Statement], found: &[Record], bonds: &Bonds) {
    let own = reached(candidate.records.clone(), statements);
    let mut told: HashSet<CustomerId> = HashSet::from([candidate.id.clone()]);
    let mut kin = Vec::new();
    for statement in statements.iter().filter(|one| own.iter().any(|id| one.beside(id).is_some())) {
        let (one, other) = (&statement.of.record, &statement.of.other);
        // The end that was not told yet; of two that were, the one that is not the candidate's own.
        let far = match (told.contains(one), told.contains(other)) {
            (false, true) => one,
            (true, true) if *other == candidate.id => one,
            _ => other,
        };
        told.insert(far.clone());
        kin.push(said(statement, far, found, bonds));
    }
    let mut likely = bonds.beyond(&own);
    likely.retain(|likely| kin.iter().all(|said| said.id != likely.id));
    kin.extend(likely);
    for record in own {
        let key = Key::Id(record.clone());
        if !candidate.keys.contains(&key) {
            candidate.keys.push(key);
        }
        if !candidate.records.contains(&record) {
            candidate.records.push(record);
        }
    }
    candidate.kin = kin;
}

/// What was said, with what speaks for it now where both records are at hand, else what did then.
fn said(statement: &Statement, far: &CustomerId, found: &[Record], bonds: &Bonds) -> Kin {
    let of = &statement.of;
    let stated =
        Some(Stated { id: statement.id, agent: statement.agent.clone(), at: statement.at });
    let bond = of.says.bond();
    if let Some(kin) = bonds.between(&of.record, &of.other, far) {
        return Kin { bond, stated, ..kin };
    }
    let name = found.iter().find(|record| record.id == *far).map(|record| record.name.clone());
    Kin {
        id: far.clone(),
        name: name.unwrap_or_else(|| CleanText::line("")),
        bond,
        millionths: statement.weighed.millionths,
        why: statement.weighed.evidence.clone(),
        stated,
    }
}
