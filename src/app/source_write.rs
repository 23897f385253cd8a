//! Writing into the systems of record: what may be written is chosen from a list, filled in in a
//! form, and sent once.

pub mod fields;
pub mod receipt;

use super::begun;
use super::effect::Effect;
use super::form::Form;
use super::forms;
use super::intent::{Intent, Sent};
use super::model::Model;
use super::msg::{Kept, RequestId};
use super::overlay::Overlay;
use super::session::Session;
use crate::domain::ask::AskError;
use crate::domain::customer::{CustomerId, Key};
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::domain::write::{Prefill, SourceAction};

/// What can be written into the sources, as the gateway told it last.
#[derive(Debug, Default)]
pub struct Offered {
    pub actions: Vec<SourceAction>,
    /// It is being asked.
    pub asked: Option<RequestId>,
    /// Why the last question had no answer.
    pub trouble: Option<AskError>,
}

/// Something that is being written into a source.
#[derive(Debug, Clone)]
pub struct Writing {
    pub action: SourceAction,
    pub form: Form,
}

/// What is the case with an action for the customer on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Open,
    Begun,
    OnItsWay,
    /// It was sent, and nobody knows what became of it.
    Unknown,
    /// It wants a record of the customer in its source, and none is known.
    NoRecord,
}

impl Standing {
    /// In a few words; none where there is nothing to say.
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Begun => "begun",
            Self::OnItsWay => "on its way",
            Self::Unknown => "unknown whether written",
            Self::NoRecord => "no record known there",
        }
    }
}

impl Writing {
    fn is_of(&self, action: &SourceAction) -> bool {
        self.action.source == action.source && self.action.name == action.name
    }

    fn standing(&self) -> Standing {
        if self.form.sending.is_some() {
            Standing::OnItsWay
        } else if self.form.intent.as_ref().is_some_and(Intent::was_sent) {
            Standing::Unknown
        } else if self.form.saved().text.is_empty() {
            Standing::Open
        } else {
            Standing::Begun
        }
    }
}

/// Opens the list, and asks what may be written.
pub fn list(model: &mut Model) -> Vec<Effect> {
    if model.session().customer.is_none() {
        model.notice("choose a customer first: what is written is about somebody");
        return Vec::new();
    }
    model.overlay = Some(Overlay::Actions { cursor: 0 });
    let request = model.request();
    let before = model.offered.asked.replace(request);
    let forget = before.map(|request| Effect::Forget { request });
    forget.into_iter().chain([Effect::AskActions { request }]).collect()
}

/// The gateway says what may be written, or nothing: then what it said before is still there.
pub fn told(model: &mut Model, request: RequestId, result: Result<Vec<SourceAction>, AskError>) {
    if model.offered.asked != Some(request) {
        return;
    }
    model.offered.asked = None;
    model.offered.trouble = result.as_ref().err().copied();
    if let Ok(actions) = result {
        model.offered.actions = actions;
    }
    if let Some(Overlay::Actions { cursor }) = &mut model.overlay {
        *cursor = (*cursor).min(model.offered.actions.len().saturating_sub(1));
    }
}

/// What may be written, as the list has it: what can be filled in for this customer comes first.
pub fn choices(model: &Model) -> Vec<(&SourceAction, Standing)> {
    let with = |action| (action, standing(model, action));
    let mut choices: Vec<_> = model.offered.actions.iter().map(with).collect();
    choices.sort_by_key(|(_, standing)| *standing == Standing::NoRecord);
    choices
}

fn standing(model: &Model, action: &SourceAction) -> Standing {
    let session = model.session();
    if let Some(known) = session.writes.iter().find(|writing| writing.is_of(action)) {
        return known.standing();
    }
    let kept = model.found_drafts.iter().filter(|draft| session.began(draft, Kept::Write));
    let intents = kept.filter_map(Intent::of);
    let mut intents = intents.filter(|intent| is_intent_of(intent, action));
    match intents.next().map(|intent| intent.was_sent()) {
        Some(true) => Standing::Unknown,
        Some(false) => Standing::Begun,
        None if lacks_record(session, action) => Standing::NoRecord,
        None => Standing::Open,
    }
}

fn is_intent_of(intent: &Intent, action: &SourceAction) -> bool {
    intent.source == action.source && intent.action == action.name
}

fn lacks_record(session: &Session, action: &SourceAction) -> bool {
    let wants = action.inputs.iter().any(|input| input.prefill == Some(Prefill::Customer));
    wants && record_in(session, &action.source).is_none()
}

/// The customer's record in a source, where one is known.
pub fn record_in<'s>(session: &'s Session, source: &SourceId) -> Option<&'s CustomerId> {
    let customer = session.customer.as_ref()?;
    let keys = customer.keys.iter().filter_map(|key| match key {
        Key::Id(id) => Some(id),
        _ => None,
    });
    let candidates = session.lookup.iter().flat_map(|lookup| &lookup.candidates);
    let same = candidates.filter(|candidate| candidate.records.contains(&customer.id));
    let records = same.flat_map(|candidate| &candidate.records);
    std::iter::once(&customer.id).chain(keys).chain(records).find(|id| id.source == *source)
}

/// Opens the form of what is under the list's cursor, with what was begun of it.
pub fn choose(model: &mut Model, cursor: usize) {
    let chosen = choices(model).get(cursor).map(|(action, _)| (*action).clone());
    let Some(action) = chosen else {
        model.overlay = Some(Overlay::Actions { cursor });
        return;
    };
    let known = model.session().writes.iter().position(|writing| writing.is_of(&action));
    let mut writing = match known {
        Some(at) => model.session_mut().writes.remove(at),
        None => begin(model, action),
    };
    for (name, text) in fields::filled(model, &writing.action) {
        writing.form.fill(&name, &text);
    }
    if writing.form.saved().text.is_empty() {
        writing.form.to_first_empty();
    }
    model.session_mut().writes.push(writing);
    model.overlay = Some(Overlay::Write);
    forms::size(model);
}

fn begin(model: &mut Model, action: SourceAction) -> Writing {
    let is_it = |intent: &Intent| is_intent_of(intent, &action);
    let kept = begun::take_kept_if(model, Kept::Write, |draft| {
        Intent::of(draft).as_ref().is_some_and(is_it)
    });
    let key = new_key(model);
    let session = model.session();
    let slot = format!("{}/write {} {}", session.slot(), action.source, action.name);
    let customer = session.customer.as_ref().map(|customer| customer.id.clone());
    let call = session.call.as_ref().map(|call| call.key.clone());
    let inputs = action.inputs.iter().map(fields::field).collect();
    let mut form = Form::new((Kept::Write, slot), customer, call, inputs);
    form.intent = Some(Intent {
        source: action.source.clone(),
        action: action.name.clone(),
        key,
        sent: Sent::No,
    });
    if let Some(kept) = kept {
        form.resume(kept);
    }
    if form.intent.as_ref().is_some_and(Intent::was_sent) {
        form.trouble = Some(CleanText::line(&receipt::resumed(&action)));
    }
    Writing { action, form }
}

/// A key that no other intent has: of this desk, this moment and this question.
fn new_key(model: &mut Model) -> CleanText {
    let RequestId(count) = model.request();
    let (salt, now) = (model.salt, model.now.as_millisecond());
    CleanText::line(&format!("{salt:016x}-{now}-{count}"))
}
