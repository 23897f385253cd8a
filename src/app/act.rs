//! What each action does.

use super::effect::{Effect, Reading};
use super::line::Line;
use super::model::{Focus, Model};
use super::overlay::Overlay;
use super::session::{Lookup, Session};
use super::{
    ahead, answers, belongings, calls, contact, control, directory, find, follow_up, forms,
    handover, kin, moves, note, palette, pin, readiness, report, sessions, source_write, tour,
    update, verify, wrap_up,
};
use crate::action::Action;
use crate::domain::customer::Key;
use crate::domain::statement::Says;

/// Does it.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Open => return open(model),
        Action::UndoLink => return kin::undo(model),
        Action::Kin => kin::show(model),
        Action::Belongings => belongings::show(model),
        Action::SaySame => return kin::say(model, Says::Same),
        Action::SayHousehold => return kin::say(model, Says::Household),
        Action::CursorDown => moves::step(model, 1),
        Action::CursorUp => moves::step(model, -1),
        Action::PageDown => moves::step(model, moves::page(model)),
        Action::PageUp => moves::step(model, -moves::page(model)),
        Action::Top => moves::step(model, isize::MIN / 2),
        Action::Bottom => moves::step(model, isize::MAX / 2),
        Action::FocusNext => moves::focus(model, moves::beside(model, 1)),
        Action::FocusPrevious => moves::focus(model, moves::beside(model, 2)),
        Action::FocusPast => moves::focus(model, Focus::Past),
        Action::FocusPresent => moves::focus(model, Focus::Present),
        Action::FocusFuture => moves::focus(model, Focus::Future),
        Action::Zoom => model.zoomed = !model.zoomed,
        Action::Search => search(model),
        Action::FilterChannel => filter(model, |session| {
            let parts = session.customer.as_ref().map_or(&[][..], |customer| &customer.parts);
            session.past.next_channel(parts);
        }),
        Action::FilterRange => filter(model, |session| session.past.next_range()),
        Action::FilterClear => filter(model, |session| {
            session.past.show_all();
        }),
        Action::More => return answers::more(model),
        Action::Provenance => model.overlay = Some(Overlay::Provenance { cursor: 0 }),
        Action::Find => model.overlay = Some(Overlay::Find(Line::default())),
        Action::Segment => segment(model),
        Action::Retry => return answers::retry(model),
        Action::AskMore => return answers::ask_on_demand(model),
        Action::TakePop => return calls::take(model),
        Action::LaterPop => return calls::later(model),
        Action::NextCall => return calls::step(model, 1),
        Action::PreviousCall => return calls::step(model, -1),
        Action::Sessions => sessions::list(model),
        Action::CloseCall => return calls::close(model),
        Action::WriteNote => note::write(model),
        Action::LeaveNote => model.writing = false,
        Action::SendNote => return note::send(model),
        Action::EditNote => return note::edit(model),
        Action::Figures => model.overlay = Some(Overlay::Figures { first: 0 }),
        Action::WriteFollowUp => return follow_up::write(model),
        Action::WriteSource => return source_write::list(model),
        Action::ReportValue => return report::write(model),
        Action::PinNote => return pin::turn(model),
        Action::SettleFollowUp => return follow_up::settle(model),
        Action::NewContact => return contact::write(model),
        Action::NextField => forms::go(model, 1),
        Action::PreviousField => forms::go(model, -1),
        Action::SaveForm => return forms::save(model),
        Action::Verify => model.overlay = Some(Overlay::Verify),
        Action::ToggleReady => return readiness::toggle(model),
        Action::HandOver => return handover::write(model),
        action @ (Action::AnswerCall
        | Action::HoldCall
        | Action::EndCall
        | Action::SendOn
        | Action::Consult
        | Action::PauseRecording) => return control::act(model, action),
        Action::Codes => wrap_up::list(model),
        Action::WantWrapUp => wrap_up::want(model),
        Action::Readiness => readiness::list(model),
        Action::Tour => return tour::toggle(model),
        Action::Palette => {
            model.put_on_top(Overlay::Palette { line: Line::default(), cursor: 0 });
        }
        Action::Help => {
            if matches!(model.overlay, Some(Overlay::Help { .. })) {
                model.take_off();
            } else {
                model.put_on_top(Overlay::Help { first: 0 });
            }
        }
        Action::ReadPane => return read(model, Reading::Pane),
        Action::ReadAll => return read(model, Reading::All),
        Action::ReadAgain => return read(model, Reading::Again),
        Action::ReadTime => return read(model, Reading::Time),
        Action::Close => return close(model),
        Action::Repaint => return vec![Effect::Repaint],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Quit => return vec![Effect::Quit],
    }
    Vec::new()
}

/// Only linear mode has a voice; a screen shows what it has.
fn read(model: &mut Model, what: Reading) -> Vec<Effect> {
    if model.linear {
        return vec![Effect::Read(what)];
    }
    model.notice("norns --linear reads out; here it is on the screen");
    Vec::new()
}

fn filter(model: &mut Model, change: impl FnOnce(&mut Session)) {
    let now = model.now;
    let session = model.session_mut();
    change(session);
    let parts = session.customer.as_ref().map_or(&[][..], |customer| &customer.parts);
    session.past.rebuild(parts, now);
    moves::keep_in_sight(model);
}

fn search(model: &mut Model) {
    let session = model.session_mut();
    session.focus = Focus::Past;
    session.past.search.get_or_insert_with(Line::default);
    model.overlay = Some(Overlay::Search);
}

/// The search's line changed.
pub fn searched(model: &mut Model) {
    filter(model, |_| {});
}

fn close(model: &mut Model) -> Vec<Effect> {
    match model.overlay {
        Some(Overlay::Search) => filter(model, |session| session.past.search = None),
        // What was looked for is over; the form is there as it was.
        Some(Overlay::Duplicates { .. }) => {
            model.overlay = Some(Overlay::Contact);
            return Vec::new();
        }
        _ => {}
    }
    let verified = model.overlay == Some(Overlay::Verify);
    model.take_off();
    let here = model.current;
    if verified { verify::record(model, here) } else { Vec::new() }
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.overlay.take() {
        Some(Overlay::Verify) => {
            model.session_mut().verification.toggle();
            model.overlay = Some(Overlay::Verify);
        }
        Some(Overlay::Palette { line, cursor }) => {
            let chosen = palette::matching(model, line.text()).get(cursor).copied();
            return chosen.map(|entry| palette::open(model, entry)).unwrap_or_default();
        }
        Some(over @ Overlay::Kin { .. }) => {
            model.overlay = Some(over);
            return kin::confirm(model);
        }
        Some(Overlay::Belongings { cursor }) => return belongings::open(model, cursor),
        Some(Overlay::Sessions { cursor }) => return sessions::open(model, cursor),
        Some(Overlay::Duplicates { cursor }) => return contact::open(model, cursor),
        Some(Overlay::Codes { line, cursor }) => {
            model.overlay = Some(Overlay::Codes { line: line.clone(), cursor });
            return wrap_up::tick(model, line.text(), cursor);
        }
        Some(Overlay::Readiness { cursor }) => return readiness::choose(model, cursor),
        Some(Overlay::Actions { cursor }) => source_write::choose(model, cursor),
        Some(
            form @ (Overlay::FollowUp
            | Overlay::Contact
            | Overlay::Handover
            | Overlay::Write
            | Overlay::Report),
        ) => {
            model.overlay = Some(form);
            return forms::enter(model);
        }
        Some(Overlay::Dial { line, consult, cursor }) => {
            return directory::choose(model, line.text(), cursor, consult);
        }
        Some(Overlay::Find(line)) => return find_customer(model, line.text()),
        Some(Overlay::Paste { text, .. }) => return update::paste(model, &text),
        Some(Overlay::Search) => {}
        Some(
            Overlay::Help { .. }
            | Overlay::Detail { .. }
            | Overlay::Provenance { .. }
            | Overlay::Figures { .. },
        ) => {}
        None => return open_selected(model),
    }
    Vec::new()
}

fn open_selected(model: &mut Model) -> Vec<Effect> {
    if model.session().choices() > 0 && moves::candidates_come(model) {
        return Vec::new();
    }
    let session = model.session();
    if session.customer.is_none() {
        let candidate = session
            .lookup
            .as_ref()
            .and_then(|lookup| lookup.candidates.get(lookup.cursor))
            .cloned();
        return match candidate {
            Some(candidate) => answers::choose(model, &candidate),
            None => {
                if !ahead::begin(model.session_mut()) {
                    model.notice("nobody to choose; find a customer, or make a new contact");
                }
                Vec::new()
            }
        };
    }
    match session.focus {
        Focus::Past if session.past.selected(session.facts()).is_some() => {
            model.overlay = Some(Overlay::Detail { first: 0 });
        }
        Focus::Present => model.overlay = Some(Overlay::Provenance { cursor: 0 }),
        Focus::Past | Focus::Future => {}
    }
    Vec::new()
}

/// Whoever is on the screen is of a segment, which is typed already.
fn segment(model: &mut Model) {
    let own = model.session().identity.segment.as_deref().unwrap_or_default();
    let mut line = Line::default();
    line.take(&format!("{}{own}", find::SEGMENT));
    model.overlay = Some(Overlay::Find(line));
}

/// Looks for a customer by what was typed.
fn find_customer(model: &mut Model, typed: &str) -> Vec<Effect> {
    find::key(typed, model.home).map(|key| look_for(model, key)).unwrap_or_default()
}

/// Looks for whoever has this key: in the session of a call that knows nobody yet, else in a new one.
pub fn look_for(model: &mut Model, key: Key) -> Vec<Effect> {
    let request = model.request();
    let lookup = Lookup {
        request,
        keys: vec![key.clone()],
        asked_at: model.now,
        parts: Vec::new(),
        candidates: Vec::new(),
        cursor: 0,
        ended: None,
    };
    let mut effects = vec![Effect::LookUp { request, keys: vec![key] }];
    // A list is no look for the caller, and nobody on it is linked to the call.
    let apart = lookup.is_of_segment() && model.session().call.is_some();
    if model.session().customer.is_some() || apart {
        model.sessions.push(Session::default());
        let last = model.sessions.len() - 1;
        effects.extend(calls::show(model, last));
    }
    let session = model.session_mut();
    if let Some(before) = session.lookup.replace(lookup) {
        effects.push(Effect::Forget { request: before.request });
    }
    session.focus = Focus::Present;
    effects
}
