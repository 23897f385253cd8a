//! The list of every call and customer that is open.

use super::calls;
use super::effect::Effect;
use super::model::Model;
use super::overlay::Overlay;

/// Opens the list, with the cursor on what is on the screen.
pub fn list(model: &mut Model) {
    if matches!(model.overlay, Some(Overlay::Sessions { .. })) {
        return model.take_off();
    }
    let cursor = model.current;
    model.put_on_top(Overlay::Sessions { cursor });
}

/// Puts the one under the cursor on the screen.
pub fn open(model: &mut Model, cursor: usize) -> Vec<Effect> {
    calls::go(model, cursor)
}

/// What changed last while the agent looked elsewhere, and in which of the open ones.
pub fn latest_news(model: &Model) -> Option<(usize, &str)> {
    let told = model.sessions.iter().enumerate().rev();
    told.filter_map(|(at, session)| Some((at, session.news.last()?.as_str()))).next()
}
