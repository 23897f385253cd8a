//! Whether the agent takes calls, why not, and what the agent will be after this call.

use jiff::Timestamp;

use super::control;
use super::effect::Effect;
use super::model::Model;
use super::overlay::Overlay;
use crate::domain::interaction::{Call, CallState, Told, Withdrawn};
use crate::domain::telephony::Wish;
use crate::domain::text::CleanText;

/// Whether the agent takes calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Readiness {
    #[default]
    Ready,
    NotReady {
        reason: Option<CleanText>,
        since: Timestamp,
    },
}

/// What an agent can choose to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Ready,
    NotReady(Option<CleanText>),
}

impl Choice {
    /// What it is called.
    pub fn name(&self) -> String {
        match self {
            Self::Ready => "Ready".to_owned(),
            Self::NotReady(None) => "Not Ready".to_owned(),
            Self::NotReady(Some(reason)) => format!("Not Ready: {reason}"),
        }
    }
}

/// What the configuration says of an agent who takes no calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    /// Reasons to choose from.
    pub known: Vec<CleanText>,
    /// Whoever lets a queue's call ring out is Not Ready after it.
    pub after_missed: bool,
}

impl Default for Reasons {
    fn default() -> Self {
        let known = ["break", "lunch", "meeting", "training"];
        Self { known: known.map(CleanText::line).to_vec(), after_missed: true }
    }
}

/// Everything that can be chosen, in the order in which it is listed.
pub fn choices(model: &Model) -> Vec<Choice> {
    let reasons = model.reasons.known.iter().cloned().map(Some);
    let not_ready = std::iter::once(None).chain(reasons).map(Choice::NotReady);
    std::iter::once(Choice::Ready).chain(not_ready).collect()
}

/// Opens the list of what can be chosen.
pub fn list(model: &mut Model) {
    if matches!(model.overlay, Some(Overlay::Readiness { .. })) {
        return model.take_off();
    }
    let now = match (&model.after_call, &model.readiness) {
        (Some(choice), _) => choice.clone(),
        (None, Readiness::Ready) => Choice::Ready,
        (None, Readiness::NotReady { reason, .. }) => Choice::NotReady(reason.clone()),
    };
    let cursor = choices(model).iter().position(|choice| *choice == now).unwrap_or(0);
    model.put_on_top(Overlay::Readiness { cursor });
}

/// Chooses what the cursor is on.
pub fn choose(model: &mut Model, cursor: usize) -> Vec<Effect> {
    model.take_off();
    let chosen = choices(model).into_iter().nth(cursor);
    chosen.map(|choice| want(model, choice)).unwrap_or_default()
}

/// Ready, or not, in one key.
pub fn toggle(model: &mut Model) -> Vec<Effect> {
    let ready = match (&model.after_call, &model.readiness) {
        (Some(choice), _) => *choice == Choice::Ready,
        (None, readiness) => *readiness == Readiness::Ready,
    };
    want(model, if ready { Choice::NotReady(None) } else { Choice::Ready })
}

/// At once between calls; after the call, and the work after it, where there is one.
fn want(model: &mut Model, choice: Choice) -> Vec<Effect> {
    if model.engaged() {
        model.notice(&format!("{} after this call", choice.name()));
        model.after_call = Some(choice);
        return Vec::new();
    }
    model.after_call = None;
    ask(model, choice)
}

fn be(model: &mut Model, choice: Choice) -> Vec<Effect> {
    let wanted = match choice {
        Choice::Ready => Readiness::Ready,
        Choice::NotReady(reason) => match &model.readiness {
            Readiness::NotReady { reason: known, .. } if *known == reason => return Vec::new(),
            _ => Readiness::NotReady { reason, since: model.now },
        },
    };
    if model.readiness == wanted {
        return Vec::new();
    }
    model.readiness = wanted.clone();
    vec![Effect::KeepReadiness(wanted)]
}

/// Where the telephony side can be told, it decides: the agent is what it says. Elsewhere the desk
/// does.
fn ask(model: &mut Model, choice: Choice) -> Vec<Effect> {
    let wish = match &choice {
        Choice::Ready => Wish::Ready,
        Choice::NotReady(reason) => Wish::NotReady { reason: reason.clone() },
    };
    match control::be(model, &wish) {
        Some(effects) => effects,
        None => be(model, choice),
    }
}

/// What was chosen for after the call comes to pass when nothing is worked on any more.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    if model.after_call.is_none() || model.engaged() {
        return Vec::new();
    }
    let chosen = model.after_call.take();
    chosen.map(|choice| ask(model, choice)).unwrap_or_default()
}

/// A call stopped ringing. A queue's call that rang out is seen by whoever comes back to the desk,
/// and no further one is missed meanwhile.
pub fn missed(model: &mut Model, before: Option<CallState>, call: &Call) -> Vec<Effect> {
    let rang_out = CallState::Missed(Withdrawn::NoAnswer);
    let just_now = call.state == rang_out && before.is_some_and(|before| before != rang_out);
    if !just_now || call.facts.queue.is_none() || !model.reasons.after_missed {
        return Vec::new();
    }
    let layers = model.layers();
    let key = model.keymap.keys_for(layers, crate::action::Action::ToggleReady);
    let back = key.map(|key| format!("; {key} makes you Ready")).unwrap_or_default();
    model.notice(&format!("a call rang out: you are Not Ready{back}"));
    want(model, Choice::NotReady(Some(CleanText::line("missed call"))))
}

/// The telephony side says what the agent is: it decides who gets calls, so it is believed.
pub fn told(model: &mut Model, told: &Told) -> Vec<Effect> {
    let choice = match told {
        Told::Ready => Choice::Ready,
        Told::NotReady(reason) => Choice::NotReady(reason.clone()),
        Told::LoggedOut => Choice::NotReady(Some(CleanText::line("logged out"))),
    };
    control::told(model);
    let effects = be(model, choice.clone());
    if !effects.is_empty() {
        model.after_call = None;
        model.notice(&format!("the telephone says: {}", choice.name()));
    }
    effects
}
