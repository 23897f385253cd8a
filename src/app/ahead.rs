//! Keys typed ahead: what is pressed while a look-up is under way waits for its end, in order, as
//! on green screens. It is never applied to somebody who only arrived under the finger.

use super::answers;
use super::effect::Effect;
use super::model::Model;
use super::session::Session;
use super::update;
use crate::keys::key::{Code, Key};
use crate::keys::keymap::Step;
use crate::keys::layer::Layer;

/// What was typed behind the choice that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    Key(Key),
    Paste(String),
}

/// Most that waits; what is typed beyond it is dropped with a word.
const MOST: usize = 200;

/// Nobody can be chosen yet: the choice waits, where a look-up is under way.
pub fn begin(session: &mut Session) -> bool {
    let under_way = session.lookup.as_ref().is_some_and(|lookup| lookup.ended.is_none());
    if under_way {
        session.ahead.get_or_insert_default();
    }
    under_way
}

/// Whether keys go behind what waits: they do in the panes, and neither into what lies on top nor
/// into the middle of a chord that acts everywhere.
pub fn waits(model: &Model) -> bool {
    let in_panes = model.overlay.is_none() && !model.writing && model.chord.is_empty();
    model.session().ahead.is_some() && in_panes
}

/// Puts a key behind what waits; gives it back where it acts everywhere and at once.
pub fn hold(model: &mut Model, key: Key) -> Option<Key> {
    if key == Key::plain(Code::Esc) {
        drop_all(model);
        return None;
    }
    if model.keymap.step(&[Layer::Global], &[key]) != Step::Nothing {
        return Some(key);
    }
    put(model, Typed::Key(key));
    None
}

/// Puts something behind what waits.
pub fn put(model: &mut Model, typed: Typed) {
    let Some(waiting) = &mut model.session_mut().ahead else { return };
    if waiting.len() < MOST {
        waiting.push(typed);
    } else {
        model.notice("no more keys can wait; this one was dropped");
    }
}

fn drop_all(model: &mut Model) {
    let dropped = model.session_mut().ahead.take();
    let count = dropped.map_or(0, |waiting| waiting.len() + 1);
    model.notice(&format!("{} dropped", keys(count)));
}

/// What the agent is told while something waits.
pub fn words(session: &Session) -> Option<String> {
    let count = session.ahead.as_ref()?.len() + 1;
    let (wait, them) = if count == 1 { ("waits", "it") } else { ("wait", "them") };
    Some(format!("{} {wait} for the look-up, esc drops {them}", keys(count)))
}

fn keys(count: usize) -> String {
    if count == 1 { "1 key".to_owned() } else { format!("{count} keys") }
}

/// The look-up of the session on the screen is over: what waits is applied where one candidate
/// came, and dropped with a word where there is a choice to make, or nobody to choose.
pub fn apply(model: &mut Model) -> Vec<Effect> {
    let session = model.session_mut();
    let Some(lookup) = session.lookup.as_ref() else { return Vec::new() };
    let Some(ended) = lookup.ended else { return Vec::new() };
    let candidates = lookup.candidates.clone();
    let Some(waiting) = session.ahead.take() else { return Vec::new() };
    let dropped = keys(waiting.len() + 1);
    let candidate = match (&candidates[..], ended) {
        ([only], Ok(())) => only,
        ([], _) => {
            model.notice(&format!("nobody was found: {dropped} dropped"));
            return Vec::new();
        }
        (_, Err(_)) => {
            model.notice(&format!("the look-up was cut short: {dropped} dropped, choose yourself"));
            return Vec::new();
        }
        (several, Ok(())) => {
            let count = several.len();
            model.notice(&format!("{count} candidates came: {dropped} dropped, choose one"));
            return Vec::new();
        }
    };
    let mut effects = answers::choose(model, candidate);
    for typed in waiting {
        effects.extend(match typed {
            Typed::Key(key) => update::press(model, key),
            Typed::Paste(text) => update::paste(model, &text),
        });
    }
    effects
}
