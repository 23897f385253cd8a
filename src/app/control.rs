//! Calls that are controlled from the desk. A wish changes nothing by itself: it is pending until
//! the telephony side's own events say that it has come to pass, or somebody says why not.

use jiff::{SignedDuration, Timestamp};

use super::directory;
use super::effect::Effect;
use super::handover::{self, Ahead};
use super::line::Line;
use super::model::Model;
use super::overlay::Overlay;
use super::phone_link::{self, Link};
use crate::action::Action;
use crate::domain::interaction::{Call, CallKey, CallState};
use crate::domain::telephony::{Ability, Command, Reply, Wish};
use crate::domain::text::CleanText;

/// So long the telephony side is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);

/// A wish that has not come to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub id: u64,
    pub source: CleanText,
    /// The call that it is about, where it is about one.
    pub call: Option<CallKey>,
    pub wish: Wish,
    pub asked_at: Timestamp,
    /// The telephony side has taken it; its event is still awaited.
    pub taken: bool,
}

/// What an action needs of the telephony side; nothing where it needs nothing.
pub fn needs(action: Action) -> Option<Ability> {
    Some(match action {
        Action::AnswerCall => Ability::Answer,
        Action::HoldCall => Ability::Hold,
        Action::EndCall => Ability::HangUp,
        Action::SendOn => Ability::Transfer,
        Action::Consult => Ability::Consult,
        Action::PauseRecording => Ability::Recording,
        _ => return None,
    })
}

/// What a wish is called: `hold`, `transfer to 2002`.
pub fn name(wish: &Wish) -> String {
    match wish {
        Wish::Answer => "answer".to_owned(),
        Wish::Hold => "hold".to_owned(),
        Wish::Retrieve => "end of hold".to_owned(),
        Wish::HangUp => "end of call".to_owned(),
        Wish::Transfer { to } => format!("transfer to {to}"),
        Wish::Consult { to } => format!("consultation of {to}"),
        Wish::PauseRecording => "pause of the recording".to_owned(),
        Wish::ResumeRecording => "recording again".to_owned(),
        Wish::Ready => "Ready".to_owned(),
        Wish::NotReady { reason: None } => "Not Ready".to_owned(),
        Wish::NotReady { reason: Some(reason) } => format!("Not Ready: {reason}"),
        Wish::Directory => "directory".to_owned(),
        Wish::Alive => "sign of life".to_owned(),
    }
}

/// Why something cannot be asked of the telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    NoCall,
    NoBridge,
    Lost,
    ListensOnly,
    NotOffered,
}

impl Bar {
    /// In a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoCall => "no call",
            Self::NoBridge => "no bridge",
            Self::Lost => "phone link lost",
            Self::ListensOnly => "bridge only listens",
            Self::NotOffered => "not offered",
        }
    }

    /// As a sentence, with what helps.
    pub fn say(self) -> &'static str {
        match self {
            Self::NoCall => "no call is on the screen",
            Self::NoBridge => "no bridge to the telephone of this call; use the phone",
            Self::Lost => "the phone link is lost; use the phone",
            Self::ListensOnly => "the bridge only listens (control in bridge.toml); use the phone",
            Self::NotOffered => "this telephone system does not offer it; use the phone",
        }
    }
}

/// Why something cannot be asked of the telephony system of the call on the screen, if it cannot.
pub fn bar(model: &Model, ability: Ability) -> Option<Bar> {
    let Some(call) = &model.session().call else { return Some(Bar::NoCall) };
    match model.links.get(&call.key.source) {
        None => Some(Bar::NoBridge),
        Some(link) if link.since().is_some() => Some(Bar::Lost),
        Some(link) if !link.can.iter().any(|ability| ability.controls()) => Some(Bar::ListensOnly),
        Some(link) if !link.can.contains(&ability) => Some(Bar::NotOffered),
        Some(_) => None,
    }
}

/// Answers, ends, pauses or goes on, as the call is.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(ability) = needs(action) else { return Vec::new() };
    if let Some(bar) = bar(model, ability) {
        model.notice(&format!("not possible: {}", bar.say()));
        return Vec::new();
    }
    let Some(call) = model.session().call.clone() else { return Vec::new() };
    let talks = matches!(call.state, CallState::Talking | CallState::OnHold);
    let rings = call.state == CallState::Offered;
    let wish = match action {
        Action::AnswerCall if rings => Wish::Answer,
        Action::HoldCall if call.state == CallState::Talking => Wish::Hold,
        Action::HoldCall if call.state == CallState::OnHold => Wish::Retrieve,
        Action::EndCall if talks || rings => Wish::HangUp,
        Action::PauseRecording if talks && call.unrecorded.is_some() => Wish::ResumeRecording,
        Action::PauseRecording if talks => Wish::PauseRecording,
        Action::SendOn | Action::Consult if talks => {
            let line = Line::new(&prefilled(model));
            let consult = action == Action::Consult;
            model.overlay = Some(Overlay::Dial { line, consult, cursor: 0 });
            return Vec::new();
        }
        _ => {
            model.notice(&format!("not possible while the call is {}", state(&call)));
            return Vec::new();
        }
    };
    ask(model, &call.key, wish)
}

/// Whom the call goes to is chosen: by name, and by the number that is dialled. What the next agent
/// should know goes ahead, and the call after it.
pub fn send_on(model: &mut Model, name: CleanText, to: CleanText, consult: bool) -> Vec<Effect> {
    let Some(call) = model.session().call.clone() else { return Vec::new() };
    let wish = if consult { Wish::Consult { to } } else { Wish::Transfer { to } };
    if is_asked(model, &call.key) {
        return Vec::new();
    }
    match handover::ahead(model, name, wish.clone()) {
        Ahead::There => ask(model, &call.key, wish),
        Ahead::OnItsWay(effects) => effects,
    }
}

/// To whom the call is being handed over, where that is a number or somebody in the directory.
fn prefilled(model: &Model) -> String {
    let session = model.session();
    let form = session.handover.form.as_ref().map(|form| form.text("to").to_owned());
    let next = session.handover.next.as_ref().map(ToString::to_string);
    let known = |to: &String| directory::is_number(to) || directory::called(model, to).is_some();
    form.or(next).filter(known).unwrap_or_default()
}

fn state(call: &Call) -> &'static str {
    match call.state {
        CallState::Offered => "ringing",
        CallState::Talking => "under way",
        CallState::OnHold => "on hold",
        CallState::WrapUp | CallState::Missed(_) | CallState::Closed => "over",
    }
}

/// Whether something is asked for already that the call has yet to come to; then that is said.
fn is_asked(model: &mut Model, call: &CallKey) -> bool {
    let known = model.pending.iter().find(|known| known.call.as_ref() == Some(call));
    let known = known.map(|known| name(&known.wish));
    if let Some(known) = &known {
        model.notice(&format!("{known} is asked for already; the telephone has yet to do it"));
    }
    known.is_some()
}

/// Asks for this, where nothing else is asked for already.
pub fn ask(model: &mut Model, call: &CallKey, wish: Wish) -> Vec<Effect> {
    if is_asked(model, call) {
        return Vec::new();
    }
    vec![send(model, call.source.clone(), Some(call.clone()), wish)]
}

fn send(model: &mut Model, source: CleanText, call: Option<CallKey>, wish: Wish) -> Effect {
    let id = model.request().0;
    let key = call.as_ref().map(|call| call.call.clone());
    let command = Command { id, source: source.clone(), call: key, wish: wish.clone() };
    let asked_at = model.now;
    model.pending.push(Pending { id, source, call, wish, asked_at, taken: false });
    Effect::Command(command)
}

/// Tells every telephony system that is to know whether the agent takes calls; nothing where none
/// is.
pub fn be(model: &mut Model, wish: &Wish) -> Option<Vec<Effect>> {
    let able = |(_, link): &(&CleanText, &Link)| link.can(Ability::Agent);
    let sources: Vec<CleanText> =
        model.links.iter().filter(able).map(|(source, _)| source.clone()).collect();
    if sources.is_empty() {
        return None;
    }
    model.pending.retain(|known| known.wish.ability() != Ability::Agent);
    Some(sources.into_iter().map(|source| send(model, source, None, wish.clone())).collect())
}

/// The telephony side takes a command, or does not.
pub fn replied(model: &mut Model, Reply { id, taken }: Reply) {
    if directory::replied(model, id, &taken) || phone_link::replied(model, id, &taken) {
        return;
    }
    let Some(at) = model.pending.iter().position(|known| known.id == id) else { return };
    match taken {
        Ok(()) => model.pending[at].taken = true,
        Err(why) => {
            let known = model.pending.remove(at);
            model.notice(&format!("not done, {}: {why}", name(&known.wish)));
        }
    }
}

/// A call has changed: what was wished for may have come to pass, or can no more.
pub fn followed(model: &mut Model, call: &Call) {
    let over = matches!(call.state, CallState::WrapUp | CallState::Missed(_) | CallState::Closed);
    let came = |wish: &Wish| match wish {
        Wish::Answer => call.state != CallState::Offered,
        Wish::Hold => call.state == CallState::OnHold,
        Wish::Retrieve => call.state == CallState::Talking,
        Wish::Transfer { .. } => call.transfer.left,
        Wish::Consult { .. } => call.transfer.consult.is_some() || call.transfer.left,
        Wish::PauseRecording => call.unrecorded.is_some(),
        Wish::ResumeRecording => call.unrecorded.is_none(),
        Wish::HangUp | Wish::Ready | Wish::NotReady { .. } | Wish::Directory | Wish::Alive => false,
    };
    let of_call = |known: &Pending| {
        let key = known.call.as_ref();
        key == Some(&call.key) || key.is_some_and(|key| call.transfer.before.contains(key))
    };
    model.pending.retain(|known| !(of_call(known) && (over || came(&known.wish))));
}

/// The telephony side has said what the agent is.
pub fn told(model: &mut Model) {
    model.pending.retain(|known| known.wish.ability() != Ability::Agent);
}

/// The way to a telephony system is lost: nobody knows what became of what was asked there.
pub fn lost(model: &mut Model, source: &CleanText) {
    give_up(model, |known| known.source == *source);
}

/// What has been waited for long enough is waited for no more.
pub fn settle(model: &mut Model) {
    let now = model.now;
    give_up(model, |known| now.duration_since(known.asked_at) >= PATIENCE);
}

fn give_up(model: &mut Model, over: impl Fn(&Pending) -> bool) {
    for known in model.pending.extract_if(.., |known| over(known)).collect::<Vec<_>>() {
        let said =
            if known.taken { "was taken, and nothing came of it" } else { "is not answered" };
        model.notice(&format!(
            "{} {said}; look at the phone before you try again",
            name(&known.wish)
        ));
    }
}

/// The next moment at which something has been waited for long enough.
pub fn next(model: &Model) -> Option<Timestamp> {
    model.pending.iter().filter_map(|known| known.asked_at.checked_add(PATIENCE).ok()).min()
}
