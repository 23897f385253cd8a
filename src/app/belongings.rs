//! Whom the customer has to do with, what they have and what they are entitled to: the list, and
//! going from it to somebody who is on it.

use super::act;
use super::effect::Effect;
use super::model::Model;
use super::overlay::Overlay;
use super::session::Session;
use crate::domain::belonging::{Belonging, Relation};
use crate::domain::customer::{CustomerId, Key};
use crate::domain::phone::{Number, Region};
use crate::domain::source::Part;

/// One of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit<'p> {
    Relation(&'p Part, &'p Relation),
    Belonging(&'p Part, &'p Belonging),
    /// A source that may know more and has not said so.
    Silent(&'p Part),
}

/// Everybody, then everything, by kind; what did not answer at the end.
pub fn list(parts: &[Part]) -> Vec<Unit<'_>> {
    let relations = parts
        .iter()
        .flat_map(|part| part.facts.relations.iter().map(move |relation| (part, relation)));
    let mut relations: Vec<_> = relations.collect();
    relations.sort_by_key(|(_, relation)| relation.kind);
    let belongings = parts
        .iter()
        .flat_map(|part| part.facts.belongings.iter().map(move |belonging| (part, belonging)));
    let mut belongings: Vec<_> = belongings.collect();
    belongings.sort_by_key(|(_, belonging)| belonging.kind);
    let silent = parts.iter().filter(|part| !part.is_whole());
    let relations = relations.into_iter().map(|(part, relation)| Unit::Relation(part, relation));
    let belongings = belongings.into_iter().map(|(part, one)| Unit::Belonging(part, one));
    relations.chain(belongings).chain(silent.map(Unit::Silent)).collect()
}

/// Whether there is anything to list, but what did not answer.
pub fn some(parts: &[Part]) -> bool {
    parts.iter().any(|part| !(part.facts.relations.is_empty() && part.facts.belongings.is_empty()))
}

/// Lays the list on top.
pub fn show(model: &mut Model) {
    if model.session().customer.is_none() {
        return model.notice("nobody is chosen: nobody's people and products can be listed");
    }
    model.overlay = Some(Overlay::Belongings { cursor: 0 });
}

/// By what somebody of the list is looked for; nothing where no record and no number is known.
fn key(relation: &Relation, home: Region) -> Option<Key> {
    let record = relation
        .record
        .as_ref()
        .map(|record| Key::Id(CustomerId { source: relation.source.clone(), key: record.clone() }));
    let number = || Some(Key::Phone(Number::read(relation.phone.as_ref()?, home)?));
    record.or_else(number)
}

/// Goes to whom the cursor is on, in a place of their own. Products lead nowhere.
pub fn open(model: &mut Model, cursor: usize) -> Vec<Effect> {
    let session: &Session = model.session();
    let found = match list(session.facts()).get(cursor) {
        Some(Unit::Relation(_, relation)) => {
            key(relation, model.home).ok_or("no record and no number of theirs is known")
        }
        Some(Unit::Belonging(..)) => {
            Err("all that is known of it stands here; people can be opened")
        }
        Some(Unit::Silent(_)) | None => Err("only people can be opened"),
    };
    match found {
        Ok(key) => act::look_for(model, key),
        Err(why) => {
            model.overlay = Some(Overlay::Belongings { cursor });
            model.notice(why);
            Vec::new()
        }
    }
}
