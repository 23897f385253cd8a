//! The difference of two moments, in announcements: one line each, begun by a word that is always
//! the same.

use super::overlay;
use super::pane;
use super::reading::joined;
use super::seen::{Seen, SeenCall, SeenTop};
use super::voice::Heard;
use crate::app::model::Model;
use crate::app::msg::BellState;
use crate::app::overlay::Overlay;
use crate::domain::interaction::CallState;
use crate::domain::source::State;
use crate::ui::past;

/// Who made the difference: what a hand moved is told, what moved by itself is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Hand,
    World,
}

/// What is to be said of the difference, in the order in which it is said.
pub fn announce(before: &Seen, after: &Seen, model: &Model, by: By) -> Vec<Heard> {
    let mut said = Vec::new();
    let same_slot = before.slot == after.slot && before.place == after.place;
    bell(before, after, &mut said);
    let mut popped = false;
    for call in &after.calls {
        let known = before.calls.iter().find(|known| known.number == call.number);
        let on_screen = model.session().call.as_ref().is_some_and(|c| c.number == call.number);
        if let Some(line) = call_line(known, call, on_screen, model) {
            popped |= on_screen;
            said.push(line);
        }
    }
    if before.readiness != after.readiness {
        said.push(after.readiness.clone());
    }
    told(before, after, model, &mut said);
    if !same_slot && !popped {
        said.push(screen_line(after, model));
    }
    who(before, after, same_slot, &mut said);
    sources(before, after, same_slot, &mut said);
    for alert in after.alerts.iter().filter(|alert| !same_slot || !before.alerts.contains(alert)) {
        said.push(format!("ALERT: {alert}"));
    }
    if let Some(likely) = &after.likely
        && (!same_slot || before.likely != after.likely)
    {
        said.push(format!("LIKELY: {likely}"));
    }
    if same_slot {
        session(before, after, model, &mut said);
    }
    if before.zoomed != after.zoomed {
        let panes = if after.zoomed { "one pane" } else { "all three panes" };
        said.push(format!("ZOOM: {panes}"));
    }
    if let Some(chord) = after.chord.as_ref().filter(|_| before.chord != after.chord) {
        said.push(format!("KEYS: {chord}"));
    }
    let mut heard: Vec<Heard> = said.into_iter().map(Heard::Line).collect();
    moved(before, after, model, by, &mut heard);
    heard
}

fn bell(before: &Seen, after: &Seen, said: &mut Vec<String>) {
    if before.bell != after.bell {
        said.extend(after.bell.as_ref().map(|bell| match bell {
            BellState::Listening => "LISTENING: calls ring here".to_owned(),
            BellState::Elsewhere { .. } => {
                "NO CALLS: they ring at another desk of yours".to_owned()
            }
            BellState::Deaf(why) => format!("NO CALLS: {why}"),
        }));
    }
    if before.phone_link != after.phone_link {
        said.extend(after.phone_link.clone());
    }
    if before.recording != after.recording {
        said.push(
            after.recording.clone().unwrap_or_else(|| "RECORDING: no longer paused".to_owned()),
        );
    }
    if before.pending != after.pending {
        said.extend(after.pending.as_ref().map(|pending| format!("TELEPHONE: {pending}")));
    }
    if before.shed != after.shed {
        said.push(format!("SHED: {} events in all were too many and were left out", after.shed));
    }
}

/// What happened to a call, if something did.
fn call_line(
    known: Option<&SeenCall>,
    call: &SeenCall,
    on_screen: bool,
    model: &Model,
) -> Option<String> {
    let rang = known.is_none_or(|known| known.rings != call.rings);
    let changed = known.is_none_or(|known| known.state != call.state);
    let waits = match on_screen {
        true => String::new(),
        false => {
            let take = crate::action::Action::TakePop;
            let key = model.keymap.keys_for(model.layers(), take);
            key.map_or_else(|| "it waits".to_owned(), |key| format!("it waits, {key} takes it"))
        }
    };
    let words = &call.words;
    Some(match call.state {
        CallState::Offered if rang || changed => {
            format!("RINGING: {}", joined([words.clone(), waits]))
        }
        CallState::Talking if changed => format!("TALKING: {words}"),
        CallState::OnHold if changed => format!("ON HOLD: {words}"),
        CallState::WrapUp if changed => format!("WRAP-UP: {words}"),
        CallState::Missed(_) if changed => format!("MISSED: {words}"),
        CallState::Closed if changed => format!("CLOSED: {words}"),
        _ if known.is_some_and(|known| known.facts != call.facts) => format!("CALL: {words}"),
        _ => return None,
    })
}

/// What the desk itself has to say.
fn told(before: &Seen, after: &Seen, model: &Model, said: &mut Vec<String>) {
    let new = usize::try_from(after.noticed.saturating_sub(before.noticed)).unwrap_or(usize::MAX);
    let notices = model.notices.len();
    let fresh = model.notices.iter().skip(notices.saturating_sub(new));
    said.extend(fresh.map(|notice| format!("NOTICE: {notice}")));
    if before.trouble != after.trouble {
        said.push(match &after.trouble {
            Some(trouble) => format!("TROUBLE: {trouble}"),
            None => "NOTICE: notes are safe on disk again".to_owned(),
        });
    }
}

fn screen_line(after: &Seen, model: &Model) -> String {
    let number = model.session().call.as_ref().map(|call| call.number);
    let call = after.calls.iter().find(|call| Some(call.number) == number);
    let call = call.map(|call| call.words.clone()).unwrap_or_default();
    let chosen = after.chosen.as_ref().map(ToString::to_string).unwrap_or_default();
    let what = joined([call, chosen]);
    let what = if what.is_empty() { "nobody yet".to_owned() } else { what };
    match model.sessions.len() {
        1 => format!("SCREEN: {what}"),
        of => format!("SCREEN: {what}, {} of {of}", after.place + 1),
    }
}

/// Who it may be, and who it is.
fn who(before: &Seen, after: &Seen, same_slot: bool, said: &mut Vec<String>) {
    if let Some(looking) = &after.looking
        && (!same_slot || before.looking != after.looking)
    {
        said.push(format!("LOOKING: for {looking}"));
    }
    if let Some((count, ended, first)) = &after.found {
        let known = before.found.as_ref().filter(|_| same_slot);
        let more = known.map_or(*count > 0, |known| (known.0, &known.2) != (*count, first));
        let over = *ended && known.is_none_or(|known| !known.1);
        match count {
            0 if over => said.push("NOBODY: found".to_owned()),
            0 => {}
            1 if more => said.push(format!("CANDIDATES: 1, not chosen: {first}")),
            _ if more => said.push(format!("CANDIDATES: {count}, none chosen; first {first}")),
            _ => {}
        }
    }
    if let Some(chosen) = &after.chosen
        && before.chosen.is_none()
        && same_slot
    {
        said.push(format!("CHOSEN: {chosen}"));
    }
}

fn sources(before: &Seen, after: &Seen, same_slot: bool, said: &mut Vec<String>) {
    for source in &after.sources {
        let known = before.sources.iter().find(|known| known.source == source.source);
        let known = known.filter(|_| same_slot);
        let answered = matches!(source.state, State::Ok | State::Empty | State::Loading);
        if !answered && known.is_none_or(|known| known.state != source.state) {
            said.push(format!("SOURCE: {}", source.words));
        }
        if source.late && known.is_none_or(|known| !known.late) {
            said.push(format!("SOURCE: {} is late", source.source));
        }
    }
    let ended = after.settled() && (!same_slot || !before.settled());
    if ended && after.chosen.is_some() && same_slot {
        let of = after.sources.len();
        let answered = after.sources.iter().filter(|source| source.state.consulted()).count();
        said.push(match answered {
            all if all == of => format!("SOURCES: all {of} answered"),
            some => format!("SOURCES: {some} of {of} answered"),
        });
    }
}

/// What the agent set for the customer on the screen.
fn session(before: &Seen, after: &Seen, model: &Model, said: &mut Vec<String>) {
    let (was, is) = (before.verification.verified(), after.verification.verified());
    if was != is {
        said.push(if is { "VERIFIED" } else { "NOT VERIFIED" }.to_owned());
    }
    let searching = matches!(model.overlay, Some(Overlay::Search));
    if before.filter != after.filter && !searching {
        let filter = if after.filter.is_empty() { "none" } else { &after.filter };
        let count = past::count(model);
        said.push(format!("FILTER: {}", joined([filter.to_owned(), count])));
    }
}

/// Where the hand is now.
fn moved(before: &Seen, after: &Seen, model: &Model, by: By, heard: &mut Vec<Heard>) {
    let lines = |lines: Vec<String>| lines.into_iter().map(Heard::Line);
    match (&before.top, &after.top) {
        (None, Some(now)) => opened(now, model, heard),
        (Some(was), Some(now)) if was.title != now.title || was.told != now.told => {
            opened(now, model, heard);
        }
        (Some(was), Some(now)) => {
            let told = !heard.is_empty();
            typed(was, now, heard);
            if by == By::Hand && before.row != after.row && was.typed == now.typed {
                heard.extend(after.row.clone().map(Heard::Line));
            } else if told && was.typed == now.typed {
                // What was said came between the words: they are there again to be gone on with.
                heard.extend(now.typed.clone().map(Heard::Prompt));
            }
        }
        (Some(_), None) => heard.push(Heard::Line(pane::focused(model).heading())),
        (None, None) if before.slot != after.slot || before.place != after.place => {
            if by == By::Hand {
                heard.push(Heard::Line(pane::focused(model).heading()));
            }
        }
        (None, None) if before.focus != after.focus => {
            heard.extend(lines(pane::focused(model).lines()));
        }
        (None, None) if by == By::Hand && before.row != after.row && heard.is_empty() => {
            heard.extend(after.row.clone().map(Heard::Line));
        }
        (None, None) => {}
    }
}

/// The title and the lines of what is on top now. Everything by name is long: it is read on demand.
fn opened(now: &SeenTop, model: &Model, heard: &mut Vec<Heard>) {
    let reading = overlay::current(model);
    if matches!(model.overlay, Some(Overlay::Palette { .. })) {
        heard.push(Heard::Line(reading.heading()));
    } else {
        heard.extend(reading.lines().into_iter().map(Heard::Line));
    }
    heard.push(Heard::Line(overlay::keys(model)));
    heard.extend(now.typed.clone().map(Heard::Prompt));
}

/// What was typed goes on where the line stands; what was changed otherwise is said anew.
fn typed(was: &SeenTop, now: &SeenTop, heard: &mut Vec<Heard>) {
    let (Some(before), Some(after)) = (&was.typed, &now.typed) else { return };
    let line = |top: &SeenTop| top.hand.map(|(line, _)| line);
    let next = line(was).map(|line| line + 1) == line(now);
    if line(was) == line(now) {
        match after.strip_prefix(before.as_str()) {
            Some("") => {
                if was.hand != now.hand {
                    let under = now.hand.and_then(|(_, at)| after.chars().nth(at));
                    let under = under.map_or("end of line".to_owned(), |c| c.to_string());
                    heard.push(Heard::Line(format!("on {under}")));
                }
            }
            Some(more) if heard.is_empty() => heard.push(Heard::Typed(more.to_owned())),
            _ => heard.push(Heard::Prompt(after.clone())),
        }
    } else if next && now.hand.is_some_and(|(_, at)| at == 0) && after.is_empty() {
        heard.push(Heard::Typed("\n".to_owned()));
    } else {
        heard.push(Heard::Prompt(after.clone()));
    }
}
