//! What each action does.

use super::draft::Draft;
use super::effect::{Effect, Reading};
use super::form::Form;
use super::line::Line;
use super::model::{Focus, Model};
use super::msg::{Kept, SavedDraft};
use super::overlay::Overlay;
use super::past::Anchor;
use super::session::{Lookup, Session};
use super::{
    ahead, answers, calls, contact, find, follow_up, future, geometry, handover, palette, pin,
    readiness, sessions, tour, update, verify, wrap_up,
};
use crate::action::Action;

/// Does it.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Open => return open(model),
        Action::UndoLink => return answers::undo(model),
        Action::CursorDown => step(model, 1),
        Action::CursorUp => step(model, -1),
        Action::PageDown => step(model, page(model)),
        Action::PageUp => step(model, -page(model)),
        Action::Top => step(model, isize::MIN / 2),
        Action::Bottom => step(model, isize::MAX / 2),
        Action::FocusNext => focus(model, beside(model, 1)),
        Action::FocusPrevious => focus(model, beside(model, 2)),
        Action::FocusPast => focus(model, Focus::Past),
        Action::FocusPresent => focus(model, Focus::Present),
        Action::FocusFuture => focus(model, Focus::Future),
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
        Action::Provenance => model.overlay = Some(Overlay::Provenance { first: 0 }),
        Action::Find => model.overlay = Some(Overlay::Find(Line::default())),
        Action::Retry => return answers::retry(model),
        Action::AskMore => return answers::ask_on_demand(model),
        Action::TakePop => return calls::take(model),
        Action::LaterPop => return calls::later(model),
        Action::NextCall => return calls::step(model, 1),
        Action::PreviousCall => return calls::step(model, -1),
        Action::Sessions => sessions::list(model),
        Action::CloseCall => return calls::close(model),
        Action::WriteNote => write_note(model),
        Action::LeaveNote => model.writing = false,
        Action::SendNote => return send_note(model),
        Action::EditNote => return edit_note(model),
        Action::Figures => model.overlay = Some(Overlay::Figures { first: 0 }),
        Action::WriteFollowUp => return follow_up::write(model),
        Action::PinNote => return pin::turn(model),
        Action::SettleFollowUp => return follow_up::settle(model),
        Action::NewContact => return contact::write(model),
        Action::NextField => step_field(model, 1),
        Action::PreviousField => step_field(model, -1),
        Action::SaveForm => return save_form(model),
        Action::Verify => model.overlay = Some(Overlay::Verify),
        Action::ToggleReady => return readiness::toggle(model),
        Action::HandOver => return handover::write(model),
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

/// The pane so many to the right of the focused one, round the screen.
fn beside(model: &Model, by: usize) -> Focus {
    let session = model.session();
    let order = model.layouts.of(session).order;
    let at = order.iter().position(|pane| *pane == session.focus).unwrap_or(0);
    order[(at + by) % order.len()]
}

fn focus(model: &mut Model, focus: Focus) {
    model.session_mut().focus = focus;
    keep_in_sight(model);
}

/// Rows of the focused pane.
fn page(model: &Model) -> isize {
    let rows = geometry::of(model).map_or(1, |screen| match model.session().focus {
        Focus::Past => geometry::rows(screen.past),
        Focus::Present => geometry::rows(screen.present),
        Focus::Future => geometry::rows(screen.future),
    });
    isize::try_from(rows.saturating_sub(1).max(1)).unwrap_or(1)
}

fn step(model: &mut Model, by: isize) {
    let choices = model.session().choices();
    let last = match &model.overlay {
        Some(Overlay::Palette { line, .. }) => palette::matching(model, line.text()).len(),
        Some(Overlay::Duplicates { .. }) => contact::alikes(model.session()).len(),
        Some(Overlay::Sessions { .. }) => model.sessions.len(),
        Some(Overlay::Readiness { .. }) => readiness::choices(model).len(),
        Some(Overlay::Codes { line, .. }) => wrap_up::matching(model, line.text()).len(),
        _ => 0,
    };
    match &mut model.overlay {
        Some(
            Overlay::Help { first }
            | Overlay::Detail { first }
            | Overlay::Provenance { first }
            | Overlay::Figures { first },
        ) => {
            *first = first.saturating_add_signed(by).min(usize::from(u16::MAX));
            return;
        }
        Some(Overlay::Verify) => return model.session_mut().verification.step(by),
        Some(
            Overlay::Palette { cursor, .. }
            | Overlay::Codes { cursor, .. }
            | Overlay::Duplicates { cursor }
            | Overlay::Sessions { cursor }
            | Overlay::Readiness { cursor },
        ) => {
            *cursor = cursor.saturating_add_signed(by).min(last.saturating_sub(1));
            return;
        }
        Some(Overlay::FollowUp | Overlay::Contact | Overlay::Handover) => {
            return step_field(model, by.signum());
        }
        Some(Overlay::Find(_) | Overlay::Paste { .. }) => return,
        Some(Overlay::Search) => {}
        None if choices > 0 => {
            if candidates_come(model) {
                return;
            }
            if let Some(lookup) = &mut model.session_mut().lookup {
                lookup.cursor = lookup.cursor.saturating_add_signed(by).min(choices - 1);
            }
            return;
        }
        None => {}
    }
    let searching = model.overlay.is_some();
    let session = model.session_mut();
    match session.focus {
        focus if focus == Focus::Past || searching => {
            let parts = session.customer.as_ref().map_or(&[][..], |customer| &customer.parts);
            session.past.step(by, parts, Anchor::Move);
        }
        Focus::Present => {
            session.present_first = session.present_first.saturating_add_signed(by).min(4_000);
        }
        Focus::Future | Focus::Past => step_due(model, by),
    }
    keep_in_sight(model);
}

/// Candidates that are told in a line only come into sight before the cursor moves among them or
/// chooses one.
fn candidates_come(model: &mut Model) -> bool {
    let hidden = geometry::hides_candidates(model);
    if hidden {
        focus(model, Focus::Present);
    }
    hidden
}

/// Moves among what is due; beyond its ends the pane scrolls.
fn step_due(model: &mut Model, by: isize) {
    let (now, zone) = (model.now, model.zone.clone());
    let session = model.session_mut();
    let dues = future::dues(session.facts(), now, &zone);
    let at = future::cursor(&dues, session.due.as_ref());
    let to = at.saturating_add_signed(by).min(dues.len().saturating_sub(1));
    let on = dues.get(to).map(|due| (due.source.clone(), due.id.clone()));
    if to == at || (by < 0 && session.future_first > 0) {
        session.future_first = session.future_first.saturating_add_signed(by).min(4_000);
    } else {
        session.future_first = 0;
        session.due = on;
    }
}

fn step_field(model: &mut Model, by: isize) {
    if let Some(form) = form(model) {
        form.step(by);
    }
}

/// The form that keys go to.
pub fn form(model: &mut Model) -> Option<&mut Form> {
    match model.overlay {
        Some(Overlay::FollowUp) => model.session_mut().follow_up.as_mut(),
        Some(Overlay::Contact) => model.session_mut().contact.as_mut(),
        Some(Overlay::Handover) => model.session_mut().handover.form.as_mut(),
        _ => None,
    }
}

fn save_form(model: &mut Model) -> Vec<Effect> {
    match model.overlay {
        Some(Overlay::FollowUp) => follow_up::save(model),
        Some(Overlay::Contact) => contact::check(model),
        Some(Overlay::Handover) => handover::save(model),
        Some(Overlay::Duplicates { .. }) => {
            let at = model.current;
            contact::make(model, at)
        }
        _ => Vec::new(),
    }
}

/// In a form, enter goes on to the next field, and saves behind the last.
fn enter_field(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form(model) else { return Vec::new() };
    if form.at + 1 < form.fields.len() {
        form.step(1);
        return Vec::new();
    }
    save_form(model)
}

/// Says what was begun for the call or customer on the screen and is still there.
pub fn offer_begun(model: &mut Model) {
    let session = model.session();
    let kinds = [
        (Kept::Handover, "handover", Action::HandOver),
        (Kept::Note, "note", Action::WriteNote),
        (Kept::FollowUp, "follow-up", Action::WriteFollowUp),
        (Kept::Contact, "contact", Action::NewContact),
    ];
    let layers = model.layers();
    let begun: Vec<String> = kinds
        .into_iter()
        .filter(|(what, _, _)| model.found_drafts.iter().any(|d| session.began(d, *what)))
        .map(|(_, name, action)| {
            let keys = model.keymap.keys_for(layers, action).unwrap_or_default();
            format!("a {name} ({keys})")
        })
        .collect();
    if !begun.is_empty() {
        model.notice(&format!("begun for this one and not sent: {}", begun.join(", ")));
    }
}

/// Scrolls the timeline so that its cursor is on the screen.
pub fn keep_in_sight(model: &mut Model) {
    if let Some(screen) = geometry::of(model) {
        let rows = geometry::rows(screen.past);
        model.session_mut().past.scroll(rows);
    }
}

fn filter(model: &mut Model, change: impl FnOnce(&mut Session)) {
    let now = model.now;
    let session = model.session_mut();
    change(session);
    let parts = session.customer.as_ref().map_or(&[][..], |customer| &customer.parts);
    session.past.rebuild(parts, now);
    keep_in_sight(model);
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
        Some(Overlay::Sessions { cursor }) => return sessions::open(model, cursor),
        Some(Overlay::Duplicates { cursor }) => return contact::open(model, cursor),
        Some(Overlay::Codes { line, cursor }) => {
            model.overlay = Some(Overlay::Codes { line: line.clone(), cursor });
            return wrap_up::tick(model, line.text(), cursor);
        }
        Some(Overlay::Readiness { cursor }) => return readiness::choose(model, cursor),
        Some(form @ (Overlay::FollowUp | Overlay::Contact | Overlay::Handover)) => {
            model.overlay = Some(form);
            return enter_field(model);
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
    if model.session().choices() > 0 && candidates_come(model) {
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
        Focus::Present => model.overlay = Some(Overlay::Provenance { first: 0 }),
        Focus::Past | Focus::Future => {}
    }
    Vec::new()
}

/// Looks for a customer: in the session of a call that knows nobody yet, else in a new one.
fn find_customer(model: &mut Model, typed: &str) -> Vec<Effect> {
    let Some(key) = find::key(typed, model.home) else { return Vec::new() };
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
    if model.session().customer.is_some() {
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

fn write_note(model: &mut Model) {
    let slot = model.session().slot();
    let customer = model.session().customer.as_ref().map(|customer| customer.id.clone());
    if model.session().draft.is_none() {
        let saved = take_kept(model, Kept::Note).unwrap_or_else(|| SavedDraft {
            slot,
            what: Kept::Note,
            customer: customer.clone(),
            call: model.session().call.as_ref().map(|call| call.key.clone()),
            text: String::new(),
        });
        model.session_mut().draft = Some(Draft::new(saved));
    }
    if let Some(draft) = &mut model.session_mut().draft {
        // A note begun before the choice belongs to the customer chosen for this call since.
        draft.customer = draft.customer.take().or(customer);
    }
    model.writing = true;
    size_note(model);
    keep_in_sight(model);
}

/// The draft that was begun for the session's call or customer, out of those that were found.
pub fn take_kept(model: &mut Model, what: Kept) -> Option<SavedDraft> {
    let at = model.found_drafts.iter().position(|draft| model.session().began(draft, what))?;
    Some(model.found_drafts.remove(at))
}

/// Tells the note the size that it will be drawn at.
pub fn size_note(model: &mut Model) {
    if let Some(area) = geometry::of(model).and_then(|screen| screen.note) {
        let inside = area.inside();
        if let Some(draft) = &mut model.session_mut().draft {
            draft.size(inside.width, inside.height);
        }
    }
}

/// Puts the note on the customer's record.
pub fn send_note(model: &mut Model) -> Vec<Effect> {
    let request = model.request();
    let session = model.session();
    let Some(draft) = session.draft.as_ref().filter(|draft| !draft.text().trim().is_empty()) else {
        model.notice("the note is empty");
        return Vec::new();
    };
    let Some(customer) = draft.customer.clone().or(session.customer.as_ref().map(|c| c.id.clone()))
    else {
        model.notice("choose a customer first; the note is kept");
        return Vec::new();
    };
    let (call, text, saved) = (draft.call.clone(), draft.text(), draft.saved());
    let noted = text.lines().next().map(|line| line.trim().to_owned());
    model.session_mut().noted = noted.filter(|line| !line.is_empty());
    model.writing = false;
    model.sending.insert(request, saved);
    vec![Effect::SaveNote { request, customer, call, text }]
}

/// The note, or the field of a form that keys go to, goes into the agent's own editor.
fn edit_note(model: &mut Model) -> Vec<Effect> {
    let field = form(model).and_then(|form| form.fields.get(form.at));
    let field = field.map(|field| field.text().to_owned());
    let text = field.or_else(|| model.session().draft.as_ref().map(Draft::text));
    text.map(Effect::Edit).into_iter().collect()
}
