//! The tour for newcomers: three short texts where three panes would stand empty.

use super::effect::Effect;
use super::model::Model;

/// Whether it is on the screen: it gives way to the first call and to the first customer.
pub fn shown(model: &Model) -> bool {
    let session = model.session();
    model.tour && session.call.is_none() && session.lookup.is_none() && session.customer.is_none()
}

/// Ends it for good, or brings it back.
pub fn toggle(model: &mut Model) -> Vec<Effect> {
    model.tour = !model.tour;
    if model.tour && !shown(model) {
        model.notice("the tour stands in the panes as soon as they are empty");
    }
    vec![Effect::KeepTour { ended: !model.tour }]
}
