//! What other records are to the customer's: listed with what speaks for it, said by the agent, and
//! taken back. Saying so changes no record.

use super::answers;
use super::effect::Effect;
use super::model::Model;
use super::msg::RequestId;
use super::overlay::Overlay;
use super::session::{Lookup, Session};
use crate::domain::ask::AskError;
use crate::domain::customer::{Bond, Candidate, Kin, Stated};
use crate::domain::statement::{NewStatement, Says, Statement};
use crate::domain::text::CleanText;

/// The customer as the look-up knew them, or the candidate under the cursor where none is chosen.
pub fn whose(session: &Session) -> Option<&Candidate> {
    let lookup = session.lookup.as_ref()?;
    match &session.customer {
        Some(customer) => {
            let id = &customer.id;
            lookup.candidates.iter().find(|one| one.id == *id || one.records.contains(id))
        }
        None => lookup.candidates.get(lookup.cursor),
    }
}

/// Records that may be of the same person or household.
pub fn list(session: &Session) -> &[Kin] {
    whose(session).map_or(&[], |candidate| &candidate.kin)
}

/// Lists them, where there are any.
pub fn show(model: &mut Model) {
    if list(model.session()).is_empty() {
        model.notice("no other record that is known is this person's or household's");
        return;
    }
    model.overlay = Some(Overlay::Kin { cursor: 0 });
}

fn under_cursor(model: &Model) -> Option<&Kin> {
    let Some(Overlay::Kin { cursor }) = model.overlay else { return None };
    list(model.session()).get(cursor)
}

/// Says what the records themselves speak for.
pub fn confirm(model: &mut Model) -> Vec<Effect> {
    let bond = under_cursor(model).map(|kin| kin.bond);
    say(model, if bond == Some(Bond::Household) { Says::Household } else { Says::Same })
}

/// Says what the record under the cursor is to the customer's.
pub fn say(model: &mut Model, says: Says) -> Vec<Effect> {
    let request = model.request();
    let (Some(kin), Some(own)) = (under_cursor(model), whose(model.session())) else {
        model.notice("no other record is under the cursor");
        return Vec::new();
    };
    if let Some(stated) = kin.stated.as_ref().filter(|_| kin.bond == says.bond()) {
        let said = format!("{} has said so already", stated.agent);
        model.notice(&said);
        return Vec::new();
    }
    let new = NewStatement { record: own.id.clone(), other: kin.id.clone(), says };
    model.settling.insert(request);
    vec![Effect::State { request, new }]
}

/// Takes back what was said of the record under the cursor, or else the choice of customer.
pub fn undo(model: &mut Model) -> Vec<Effect> {
    match model.overlay {
        None => return answers::undo(model),
        Some(Overlay::Kin { .. }) => {}
        Some(_) => return Vec::new(),
    }
    let request = model.request();
    let stated = under_cursor(model).and_then(|kin| kin.stated.as_ref()).map(|stated| stated.id);
    let Some(id) = stated else {
        model.notice("nobody has said so; there is nothing to take back");
        return Vec::new();
    };
    model.settling.insert(request);
    vec![Effect::TakeBack { request, id }]
}

/// The gateway has it, or has not. What follows from it is asked for, wherever it matters.
pub fn settled(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<Statement>, AskError>,
) -> Vec<Effect> {
    if !model.settling.remove(&request) {
        return Vec::new();
    }
    let statement = match result {
        Ok(statement) => statement,
        Err(error) => {
            model.notice(&not_taken(error));
            return Vec::new();
        }
    };
    stand(model, &statement);
    model.notice(match (statement.undone_at.is_some(), statement.of.says) {
        (true, _) => "taken back; nothing was changed in any record",
        (false, Says::Same) => "one person, on your word; nothing was changed in any record",
        (false, Says::Household) => "one household, on your word; the records stay apart",
    });
    let about = |candidate: &Candidate| {
        let ends = [&statement.of.record, &statement.of.other];
        candidate.records.iter().any(|record| ends.contains(&record))
    };
    let concerned = |session: &Session| {
        session.lookup.as_ref().is_some_and(|lookup| lookup.candidates.iter().any(about))
    };
    let concerned: Vec<usize> =
        (0..model.sessions.len()).filter(|at| concerned(&model.sessions[*at])).collect();
    concerned.into_iter().filter_map(|at| ask_anew(model, at)).collect()
}

/// What was said or taken back stands on every card at once: the sources may be long in answering.
/// Until they have, nothing stronger is claimed of what was taken back than that it may be so.
fn stand(model: &mut Model, statement: &Statement) {
    let lookups = model.sessions.iter_mut().filter_map(|session| session.lookup.as_mut());
    for candidate in lookups.flat_map(|lookup| &mut lookup.candidates) {
        let Candidate { records, kin, .. } = candidate;
        let is_other = |kin: &&mut Kin| {
            records.iter().any(|record| statement.beside(record).is_some_and(|id| *id == kin.id))
        };
        for kin in kin.iter_mut().filter(is_other) {
            let by = |stated: &Stated| stated.id == statement.id;
            if statement.undone_at.is_none() {
                let (id, agent, at) = (statement.id, statement.agent.clone(), statement.at);
                kin.bond = statement.of.says.bond();
                kin.stated = Some(Stated { id, agent, at });
            } else if kin.stated.as_ref().is_some_and(by) {
                kin.bond = Bond::Perhaps;
                kin.stated = None;
            }
        }
    }
}

/// What the agent is told of what the gateway did not take.
fn not_taken(error: AskError) -> String {
    let say = error.say();
    match error {
        AskError::NotPermitted => "your role may not say what records are to each other; nothing \
            was changed, all stays here to be read"
            .to_owned(),
        AskError::Slow | AskError::Cut | AskError::Nonsense => {
            format!("it may be on record or not; said again it is there once: {say}")
        }
        _ => format!("what was said is not on record: {say}"),
    }
}

/// Asks who has the keys of the look-up once more; what is on the screen stays until that is known.
fn ask_anew(model: &mut Model, at: usize) -> Option<Effect> {
    let (request, asked_at) = (model.request(), model.now);
    let session = &mut model.sessions[at];
    let keys = session.lookup.as_ref()?.keys.clone();
    session.anew = Some(Lookup {
        request,
        keys: keys.clone(),
        asked_at,
        parts: Vec::new(),
        candidates: Vec::new(),
        cursor: 0,
        ended: None,
    });
    Some(Effect::LookUp { request, keys })
}

/// The candidates are known anew: they take the place of those before, and a customer who is more
/// records or fewer is asked about by them.
pub fn known_anew(model: &mut Model, at: usize) -> Vec<Effect> {
    let session = &mut model.sessions[at];
    let (Some(anew), Some(lookup)) = (session.anew.take(), session.lookup.as_mut()) else {
        return Vec::new();
    };
    if anew.ended != Some(Ok(())) {
        model.notice("the sources cannot be asked again now; the list is as it was before");
        return Vec::new();
    }
    let on = lookup.candidates.get(lookup.cursor).map(|candidate| candidate.id.clone());
    lookup.candidates = anew.candidates;
    let stays =
        |candidate: &Candidate| on.as_ref().is_some_and(|id| candidate.records.contains(id));
    lookup.cursor = lookup.candidates.iter().position(stays).unwrap_or(0);
    let gone = list(&model.sessions[at]).is_empty();
    if gone && at == model.current && matches!(model.overlay, Some(Overlay::Kin { .. })) {
        model.overlay = None;
    }
    let session = &model.sessions[at];
    let Some(keys) = whose(session).map(|candidate| answers::keys_of(session, candidate)) else {
        return Vec::new();
    };
    answers::ask_by(model, at, keys)
}

/// What a person reads of a bond: what it is, and by whose word.
pub fn words(kin: &Kin, day: impl Fn(jiff::Timestamp) -> String) -> (String, Option<CleanText>) {
    let stated = kin.stated.as_ref();
    let by = stated.map(|stated| format!("{} said so {}", stated.agent, day(stated.at)));
    (kin.say(), by.map(|by| CleanText::line(&by)))
}
