//! From one state of the desk to the next. The only thing that changes it.

use jiff::{SignedDuration, Timestamp};

use super::act::{self, act};
use super::ahead::{self, Typed};
use super::effect::Effect;
use super::model::{CHORD_HINTS, Model};
use super::msg::{BellState, Extent, Msg};
use super::overlay::Overlay;
use super::tall::{Place, Tall};
use super::{
    answers, begun, calls, clock, contact, control, directory, follow_up, forms, handover, kin,
    moves, note, phone_link, pin, readiness, report, settings, source_write, verify, watch,
    wrap_up,
};
use crate::action::Action;
use crate::domain::interaction::{AgentState, CallState};
use crate::keys::key::{Code, Key};
use crate::keys::keymap::Step;

/// Lets it happen. `at` is when it did; the desk owns no clock.
pub fn update(model: &mut Model, at: Timestamp, msg: Msg) -> Vec<Effect> {
    model.now = model.now.max(at);
    let acts = matches!(msg, Msg::Key(_) | Msg::Ordered(_));
    let was = model.readiness.clone();
    let on = Place::of(model);
    let mut effects = happen(model, msg);
    if Place::of(model) != on {
        model.tall = Tall::default();
    }
    effects.extend(handover::settle(model));
    effects.extend(wrap_up::settle(model));
    effects.extend(readiness::settle(model));
    effects.extend(directory::settle(model));
    effects.extend(watch::settle(model));
    let ready = model.readiness != was;
    effects.extend(phone_link::watch(model, acts, ready));
    control::settle(model);
    effects.extend(alarm(model));
    effects
}

fn happen(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => return press(model, key),
        Msg::Paste(text) => return paste(model, &text),
        Msg::LongPaste { text, bytes } => return long_paste(model, text, bytes),
        Msg::Resized { width, height } => {
            model.resize(width, height);
            moves::keep_in_sight(model);
            note::size(model);
            forms::size(model);
        }
        Msg::Ordered(action) => return act(model, action),
        Msg::Measured(extent) => measured(model, extent),
        Msg::Background { .. } => {}
        Msg::Woke => model.alarm = None,
        Msg::CallChanged(call) => return calls::changed(model, *call),
        Msg::AgentTold(told) => return readiness::told(model, &told),
        Msg::PhoneLink(link) => phone_link::changed(model, link),
        Msg::Directory(told) => directory::told(model, told),
        Msg::Replied(reply) => control::replied(model, reply),
        Msg::EventsShed(count) => model.shed = count,
        Msg::ClockOff(ahead) => clock::told(model, ahead),
        Msg::Replaced => model.notice(
            "a new version is installed: restart at the end of wrap-up; until then this one goes on",
        ),
        Msg::SettingsChanged(settings) => settings::changed(model, *settings),
        Msg::Bell(bell) => {
            if let (Some(BellState::Elsewhere { .. }), BellState::Listening) = (&model.bell, &bell)
            {
                model.notice("the other desk has ended; calls ring here now");
            }
            model.bell = Some(bell);
        }
        Msg::LookupPart { request, part } => answers::lookup_part(model, request, *part),
        Msg::LookupRanked { request, candidates } => answers::ranked(model, request, candidates),
        Msg::LookupEnded { request, result } => {
            return answers::lookup_ended(model, request, result);
        }
        Msg::ViewPart { request, part } => {
            answers::view_part(model, request, *part);
            moves::keep_in_sight(model);
        }
        Msg::ViewEnded { request, result } => {
            return answers::view_ended(model, request, result);
        }
        Msg::Changed { request, source, changed } => {
            watch::changed(model, request, &source, changed);
        }
        Msg::WatchEnded { request } => watch::ended(model, request),
        Msg::LinkSettled { request, result } => {
            return answers::link_settled(model, request, result);
        }
        Msg::Stated { request, result } => return kin::settled(model, request, result),
        Msg::NoteSaved { request, result } => return note::saved(model, request, result),
        Msg::NotePinned { request, result } => return pin::turned(model, request, result),
        Msg::FollowUpSaved { request, result } => {
            return follow_up::saved(model, request, result);
        }
        Msg::FollowUpSettled { request, result } => {
            return follow_up::settled(model, request, result);
        }
        Msg::ActionsTold { request, result } => source_write::told(model, request, result),
        Msg::Written { request, result } => {
            return source_write::receipt::written(model, request, result);
        }
        Msg::Reported { request, result } => return report::saved(model, request, result),
        Msg::WrapUpSaved { request, result } => {
            return wrap_up::saved_there(model, request, result);
        }
        Msg::Verified { request, result } => return verify::recorded(model, request, result),
        Msg::HandedOver { request, result } => return handover::saved(model, request, result),
        Msg::HandoverTold { request, result } => return handover::told(model, request, result),
        Msg::ContactMade { request, result } => return contact::made(model, request, result),
        Msg::Introduced(Ok(me)) => follow_up::introduced(model, me),
        // Without a name the gateway takes whoever asks for the owner.
        Msg::Introduced(Err(_)) => {}
        Msg::DraftsFound(drafts) => {
            let (drafts, effects) = wrap_up::found(model, drafts);
            let count = drafts.len();
            model.found_drafts.extend(drafts);
            if count == 0 {
                return effects;
            }
            let were = if count == 1 { "text was" } else { "texts were" };
            model
                .notice(&format!("{count} {were} not sent; they are there when their customer is"));
            begun::offer_begun(model);
            return effects;
        }
        Msg::DraftTrouble(trouble) => model.draft_trouble = trouble,
        Msg::Edited(Ok(text)) => {
            if let Some(form) = forms::form(model) {
                form.replace(&text);
                let kept = form.saved();
                forms::size(model);
                return vec![Effect::KeepDraft(kept)];
            }
            if let Some(draft) = &mut model.session_mut().draft {
                draft.replace(&text);
            }
            note::size(model);
            return note::keep(model);
        }
        Msg::Edited(Err(why)) | Msg::Complaint(why) => model.notice(&why),
    }
    Vec::new()
}

pub(super) fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    let key = match ahead::waits(model) {
        true => match ahead::hold(model, key) {
            Some(key) => key,
            None => return Vec::new(),
        },
        false => key,
    };
    if !model.chord.is_empty() && key == Key::plain(Code::Esc) {
        clear_chord(model);
        return Vec::new();
    }
    let in_chord = !model.chord.is_empty();
    model.chord.push(key);
    match model.keymap.step(model.layers(), &model.chord) {
        Step::Act(action) => {
            clear_chord(model);
            // A notice has been seen by whoever goes on working.
            model.notices.clear();
            act(model, action)
        }
        Step::Pending { .. } => {
            if model.chord_hints_at.is_none() {
                model.chord_hints_at = model.now.checked_add(CHORD_HINTS).ok();
            }
            Vec::new()
        }
        Step::Nothing => {
            clear_chord(model);
            if in_chord { Vec::new() } else { type_into(model, key) }
        }
    }
}

/// No cursor goes beyond the last line.
fn measured(model: &mut Model, extent: Extent) {
    let last = |lines: usize| lines.saturating_sub(1);
    model.tall.measured(extent.list);
    if let Some(first) = model.overlay.as_mut().and_then(Overlay::first_mut) {
        *first = (*first).min(last(extent.top));
    }
    let session = model.session_mut();
    session.present_first = session.present_first.min(last(extent.present));
    session.future_first = session.future_first.min(last(extent.future));
}

fn clear_chord(model: &mut Model) {
    model.chord.clear();
    model.chord_hints_at = None;
}

/// A key that means no action is typed, where something is being typed.
fn type_into(model: &mut Model, key: Key) -> Vec<Effect> {
    // Whoever types sees where.
    model.tall.within = 0;
    if let Some(form) = forms::form(model) {
        let changed = form.press(key);
        let kept = changed.then(|| Effect::KeepDraft(form.saved()));
        forms::size(model);
        return kept.into_iter().collect();
    }
    match &mut model.overlay {
        Some(Overlay::Find(line)) => {
            line.press(key);
        }
        Some(
            Overlay::Palette { line, cursor }
            | Overlay::Codes { line, cursor }
            | Overlay::Dial { line, cursor, .. },
        ) => {
            let typed = line.press(key);
            *cursor = if typed { 0 } else { *cursor };
        }
        Some(Overlay::Search) => {
            let line = model.session_mut().past.search.get_or_insert_default();
            if line.press(key) {
                act::searched(model);
            }
        }
        Some(_) => {}
        None if model.writing => {
            let changed = model.session_mut().draft.as_mut().is_some_and(|draft| draft.press(key));
            note::size(model);
            return if changed { note::keep(model) } else { Vec::new() };
        }
        None => {}
    }
    Vec::new()
}

/// What is pasted is text, never keys.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    clear_chord(model);
    if ahead::waits(model) {
        ahead::put(model, Typed::Paste(text.to_owned()));
        return Vec::new();
    }
    if let Some(form) = forms::form(model) {
        form.paste(text);
        let kept = form.saved();
        forms::size(model);
        return vec![Effect::KeepDraft(kept)];
    }
    match &mut model.overlay {
        Some(
            Overlay::Find(line)
            | Overlay::Dial { line, .. }
            | Overlay::Palette { line, .. }
            | Overlay::Codes { line, .. },
        ) => {
            line.take(text);
        }
        Some(Overlay::Search) => {
            model.session_mut().past.search.get_or_insert_default().take(text);
            act::searched(model);
        }
        Some(_) => {}
        None if model.writing => {
            if let Some(draft) = &mut model.session_mut().draft {
                draft.paste(text);
            }
            note::size(model);
            return note::keep(model);
        }
        None => {
            let key = model.keymap.anywhere(Action::WriteNote);
            model.notice(&format!("nothing is being written; {key} writes a note"));
        }
    }
    Vec::new()
}

/// Much is put into a note only where that is wanted.
fn long_paste(model: &mut Model, text: String, bytes: u64) -> Vec<Effect> {
    if model.overlay.is_some() || !model.writing {
        return paste(model, &text);
    }
    clear_chord(model);
    model.overlay = Some(Overlay::Paste { text, bytes });
    Vec::new()
}

/// The next moment at which the screen would change by itself; asked for once.
fn alarm(model: &mut Model) -> Option<Effect> {
    let next = [
        next_second(model),
        next_tenths(model),
        hints_due(model),
        wrap_up::next(model),
        handover::next(model),
        control::next(model),
        directory::next(model),
        phone_link::next(model),
    ];
    let next = next.into_iter().flatten().min();
    if next == model.alarm {
        return None;
    }
    model.alarm = next;
    Some(next.map_or(Effect::Sleep, |at| Effect::Wake { at }))
}

fn hints_due(model: &Model) -> Option<Timestamp> {
    model.chord_hints_at.filter(|at| *at > model.now)
}

/// While a call is timed, its next whole second.
fn next_second(model: &Model) -> Option<Timestamp> {
    if model.linear {
        // Timers are told on demand.
        return None;
    }
    let (state, since) = model.agent();
    let timed = matches!(state, AgentState::Talking | AgentState::OnHold | AgentState::WrapUp);
    let ringing = model
        .session()
        .call
        .as_ref()
        .and_then(|call| (call.state == CallState::Offered).then_some(call.offered_at));
    after(model.now, since.filter(|_| timed).or(ringing)?, SignedDuration::from_secs(1))
}

/// While sources are awaited, half a second on.
fn next_tenths(model: &Model) -> Option<Timestamp> {
    let session = model.session();
    let asked_at = session.asked_at().filter(|_| session.awaits())?;
    after(model.now, asked_at, SignedDuration::from_millis(500))
}

/// The next moment after `now` that is a whole number of steps from `since`.
fn after(now: Timestamp, since: Timestamp, step: SignedDuration) -> Option<Timestamp> {
    let (gone, step) = (now.duration_since(since).as_millis(), step.as_millis());
    let steps = gone.div_euclid(step) + 1;
    let ahead = i64::try_from(steps * step).ok()?;
    since.checked_add(SignedDuration::from_millis(ahead)).ok()
}
