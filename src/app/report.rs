//! Telling the gateway that a value of a source is wrong: which field of whose record, and why. The
//! value itself goes nowhere.

use super::effect::Effect;
use super::form::{Field, Form};
use super::model::Model;
use super::msg::{Kept, RequestId, SavedDraft};
use super::overlay::Overlay;
use super::provenance::statements;
use super::session::Session;
use super::{begun, source_write};
use crate::action::Action;
use crate::domain::ask::AskError;
use crate::domain::customer::CustomerId;
use crate::domain::inventory::{NewReport, Report};
use crate::domain::register::OWN;
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::keys::layer::Layer;

/// A report that is being written.
#[derive(Debug, Clone)]
pub struct Reporting {
    /// Whose record it is, and thereby which source's.
    pub of: CustomerId,
    pub field: String,
    pub form: Form,
}

/// The form's only field.
const SAYS: &str = "why";

/// Opens the form for the value under the cursor, or shows the values first.
pub fn write(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Provenance { cursor }) = model.overlay else {
        let layers = [Layer::Overlay, Layer::Global];
        let keys = model.keymap.keys_for(&layers, Action::ReportValue).unwrap_or_default();
        model.notice(&format!("go to the value that is wrong; {keys} reports it"));
        model.overlay = Some(Overlay::Provenance { cursor: 0 });
        return Vec::new();
    };
    let session = model.session();
    let said = statements(session.facts());
    let Some(statement) = said.get(cursor) else {
        model.notice("there is no value under the cursor that could be reported");
        return Vec::new();
    };
    let (field, source) = (statement.field.to_string(), statement.source.clone());
    if source.as_str() == OWN {
        model.notice("this is of the centre's own records, which are corrected here");
        return Vec::new();
    }
    let of = match statement.record {
        Some(key) => Some(CustomerId { source, key: key.clone() }),
        None => record(session, source),
    };
    let Some(of) = of else { return Vec::new() };
    let slot = format!("{}/report {of} {field}", session.slot());
    let customer = session.customer.as_ref().map(|customer| customer.id.clone());
    let call = session.call.as_ref().map(|call| call.key.clone());
    let kept = begun::take_kept_if(model, Kept::Report, |draft| draft.slot == slot);
    let known = model.session_mut().report.take().filter(|known| known.form.slot == slot);
    let mut reporting = known.unwrap_or_else(|| {
        let fields = vec![Field::line(SAYS, "")];
        let form = Form::new((Kept::Report, slot), customer, call, fields);
        Reporting { of, field, form }
    });
    if let Some(kept) = kept {
        reporting.form.resume(kept);
    }
    model.session_mut().report = Some(reporting);
    model.overlay = Some(Overlay::Report);
    Vec::new()
}

/// The customer's record in the source: by its id where that is known, else by the account.
fn record(session: &Session, source: SourceId) -> Option<CustomerId> {
    if let Some(known) = source_write::record_in(session, &source) {
        return Some(known.clone());
    }
    let customer = session.customer.as_ref()?;
    let key = session.identity.account.clone().unwrap_or_else(|| customer.id.key.clone());
    Some(CustomerId { source, key })
}

/// Sends the report, where it says why.
pub fn save(model: &mut Model) -> Vec<Effect> {
    let request = model.request();
    let Some(Reporting { of, field, form }) = &mut model.session_mut().report else {
        return Vec::new();
    };
    if form.sending.is_some() {
        return Vec::new();
    }
    if form.text(SAYS).is_empty() {
        form.refuse(SAYS, "say in a few words what is wrong with it");
        return Vec::new();
    }
    let new = NewReport {
        customer: of.clone(),
        field: CleanText::line(field),
        says: CleanText::line(form.text(SAYS)),
    };
    form.sending = Some(request);
    form.trouble = None;
    let saved = form.saved();
    model.sending.insert(request, saved);
    vec![Effect::Report { request, new }]
}

/// The report is on record, or is not, and the form is there as it was.
pub fn saved(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<Report>, AskError>,
) -> Vec<Effect> {
    let Some(draft) = model.sending.remove(&request) else { return Vec::new() };
    let is_it = |session: &Session| {
        session.report.as_ref().is_some_and(|report| report.form.sending == Some(request))
    };
    let at = model.sessions.iter().position(is_it);
    match result {
        Ok(made) => {
            if let Some(at) = at {
                model.sessions[at].report = None;
                model.uncover(at, &Overlay::Report);
                model.tell(at, "a value is reported as wrong");
            }
            let (of, id) = (&made.of, Report::name(made.id));
            model.notice(&format!("{id} is on record: {}, {}", of.customer.source, of.field));
            model.found_drafts.retain(|known| known.slot != draft.slot);
            vec![Effect::KeepDraft(SavedDraft { text: String::new(), ..draft })]
        }
        Err(error) => {
            let why = match error {
                AskError::Slow | AskError::Cut | AskError::Nonsense => {
                    let say = error.say();
                    format!("it may be on record or not; sent again it is there once: {say}")
                }
                _ => format!("not reported, nothing is lost: {}", error.say()),
            };
            if let Some(report) = at.and_then(|at| model.sessions[at].report.as_mut()) {
                report.form.sending = None;
                report.form.trouble = Some(CleanText::line(&why));
            }
            model.notice(&why);
            Vec::new()
        }
    }
}
