//! What is asked of the telephone and has not come to pass, and that a recording is paused: in
//! words, and never hidden.

use crate::app::control;
use crate::app::model::Model;
use crate::domain::interaction::Call;

/// That the recording of a call is paused, since when, and whether that is still known.
pub fn recording(model: &Model) -> Option<String> {
    let calls = model.sessions.iter().filter_map(|session| session.call.as_ref());
    let paused = |call: &Call| Some((call.unrecorded?, call.key.source.clone()));
    let (since, source) = calls.filter_map(paused).min()?;
    let lost = model.links.get(&source).and_then(|link| link.last_lost);
    let unsure = if lost.is_some_and(|lost| lost >= since) { ", not sure any more" } else { "" };
    let since = since.to_zoned_datetime(model.zone.clone()).strftime("%H:%M");
    Some(format!("RECORDING PAUSED since {since}{unsure}"))
}

/// What is asked of the telephone.
pub fn pending(model: &Model) -> Option<String> {
    let known = model.pending.last()?;
    let said = if known.taken { "taken, not done yet" } else { "asked, not answered yet" };
    let more = match model.pending.len() {
        1 => String::new(),
        n => format!(" (+{})", n - 1),
    };
    Some(format!("{}: {said}{more}", control::name(&known.wish)))
}
