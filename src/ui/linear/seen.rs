//! What can be announced, at one moment; two of them differ by what happened.

use super::overlay;
use super::pane;
use super::reading::joined;
use crate::app::draft::Draft;
use crate::app::find;
use crate::app::model::{Focus, Model};
use crate::app::msg::BellState;
use crate::app::readiness::{Choice, Readiness};
use crate::app::verify::Verification;
use crate::domain::interaction::{CallFacts, CallState};
use crate::domain::source::{SourceId, State};
use crate::domain::text::CleanText;
use crate::ui::words::silence;
use crate::ui::{control, header, past, present, theme::Glyphs};

/// From this many milliseconds on a source that has not answered is called late.
const LATE: i64 = 1_000;

/// A call, as far as it is announced.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenCall {
    pub number: u32,
    pub state: CallState,
    pub rings: u32,
    pub facts: CallFacts,
    pub words: String,
}

/// A source, as far as it is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenSource {
    pub source: SourceId,
    pub state: State,
    pub late: bool,
    pub words: String,
}

/// What lies on top.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenTop {
    pub title: String,
    /// What is typed so far: into its line, or into the note's line under the hand.
    pub typed: Option<String>,
    /// In a note: line and character under the hand.
    pub hand: Option<(usize, usize)>,
    /// What the gateway has told of what it lists.
    pub told: Option<String>,
}

/// What is the case, as far as it is announced.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub noticed: u64,
    pub bell: Option<BellState>,
    /// That the telephony side cannot be heard.
    pub phone_link: Option<String>,
    /// That a recording is paused.
    pub recording: Option<String>,
    /// What is asked of the telephone.
    pub pending: Option<String>,
    pub shed: u64,
    pub trouble: Option<CleanText>,
    pub calls: Vec<SeenCall>,
    /// Ready or not, and why.
    pub readiness: String,
    pub zoomed: bool,
    /// Which customer or call is on the screen, and in which place.
    pub slot: String,
    pub place: usize,
    pub chosen: Option<String>,
    pub looking: Option<String>,
    pub found: Option<(usize, bool, String)>,
    pub sources: Vec<SeenSource>,
    pub alerts: Vec<String>,
    pub likely: Option<String>,
    pub verification: Verification,
    pub filter: String,
    pub focus: Focus,
    /// The line under the cursor of what keys go to.
    pub row: Option<String>,
    pub top: Option<SeenTop>,
    pub chord: Option<String>,
}

impl Seen {
    /// What is the case at this desk.
    pub fn of(model: &Model) -> Self {
        let session = model.session();
        let lookup = session.lookup.as_ref().filter(|_| session.customer.is_none());
        let asked = lookup.map(|lookup| {
            let keys: Vec<String> = lookup.keys.iter().map(find::describe).collect();
            keys.join(", ")
        });
        let found = lookup.map(|lookup| {
            let first = lookup.candidates.first().map(pane::candidate_line).unwrap_or_default();
            (lookup.candidates.len(), lookup.ended.is_some(), first)
        });
        Self {
            noticed: model.noticed,
            bell: model.bell.clone(),
            phone_link: pane::phone_link(model),
            recording: control::recording(model),
            pending: control::pending(model),
            shed: model.shed,
            trouble: model.draft_trouble.clone(),
            calls: calls(model),
            readiness: readiness(model),
            zoomed: model.zoomed,
            slot: session.slot(),
            place: model.current,
            chosen: chosen(model),
            looking: asked,
            found,
            sources: sources(model),
            alerts: pane::alert_lines(model),
            likely: session.assessment.causes.first().map(present::headline),
            verification: session.verification,
            filter: filter(model),
            focus: session.focus,
            row: row(model),
            top: top(model),
            chord: chord(model),
        }
    }
}

impl Seen {
    /// Whether every source that was asked has answered or was given up.
    pub fn settled(&self) -> bool {
        !self.sources.is_empty() && self.sources.iter().all(|source| !source.state.pending())
    }

    /// While sources are awaited, what follows from their answers is not announced yet: it would
    /// be with each of them.
    pub fn hold_back(&mut self, before: &Self) {
        if !self.settled() {
            self.likely = before.likely.clone().filter(|_| before.slot == self.slot);
        }
    }
}

fn calls(model: &Model) -> Vec<SeenCall> {
    let calls = model.sessions.iter().filter_map(|session| session.call.as_ref());
    calls
        .map(|call| SeenCall {
            number: call.number,
            state: call.state,
            rings: call.rings,
            facts: call.facts.clone(),
            words: joined(
                header::call_words(call, model, Glyphs::SPOKEN.arrow)
                    .into_iter()
                    .map(|(text, _)| text)
                    .filter(|text| text != "ringing"),
            ),
        })
        .collect()
}

fn readiness(model: &Model) -> String {
    let choice = match &model.readiness {
        Readiness::Ready => Choice::Ready,
        Readiness::NotReady { reason, .. } => Choice::NotReady(reason.clone()),
    };
    choice.name().to_uppercase()
}

fn chosen(model: &Model) -> Option<String> {
    let session = model.session();
    let customer = session.customer.as_ref()?;
    let name = session.identity.name.as_ref().map(ToString::to_string);
    Some(joined([name.unwrap_or_default(), customer.id.to_string()]))
}

fn sources(model: &Model) -> Vec<SeenSource> {
    let session = model.session();
    let waited = session.asked_at().map(|at| model.now.duration_since(at).as_millis());
    let late = waited.is_some_and(|waited| waited >= i128::from(LATE));
    let seen = session.parts().iter().map(|part| SeenSource {
        source: part.source.clone(),
        state: part.state,
        late: late && part.state.pending(),
        words: silence(part),
    });
    seen.collect()
}

fn filter(model: &Model) -> String {
    let past = &model.session().past;
    let search = past.search.as_ref().filter(|line| !line.text().is_empty());
    let search = search.map(|line| format!("search \"{}\"", line.text()));
    joined([past::filter(past), search.unwrap_or_default()])
}

fn row(model: &Model) -> Option<String> {
    if model.overlay.is_some() {
        return overlay::row(model);
    }
    let session = model.session();
    match session.focus {
        Focus::Past => pane::entry_row(model),
        Focus::Present if session.choices() > 0 => {
            let lookup = session.lookup.as_ref()?;
            let candidate = lookup.candidates.get(lookup.cursor)?;
            let (nth, of) = (lookup.cursor + 1, lookup.candidates.len());
            Some(format!("{nth} of {of}, {}", pane::candidate_line(candidate)))
        }
        Focus::Present => nth(pane::present(model).rows(), session.present_first),
        Focus::Future => nth(pane::future(model).rows(), session.future_first),
    }
}

fn nth<'r>(mut rows: impl Iterator<Item = &'r str>, nth: usize) -> Option<String> {
    rows.nth(nth).map(str::to_owned)
}

fn top(model: &Model) -> Option<SeenTop> {
    let reading = overlay::top(model)?;
    let draft = model.session().draft.as_ref().filter(|_| model.overlay.is_none());
    let draft = draft.map(Draft::editing);
    Some(SeenTop {
        title: reading.title,
        typed: draft
            .map(|text| text.lines().get(text.row()).cloned().unwrap_or_default())
            .or_else(|| overlay::typed(model)),
        hand: draft.map(|text| (text.row(), text.column())),
        told: overlay::told(model),
    })
}

fn chord(model: &Model) -> Option<String> {
    let (label, hints) = model.chord_hints()?;
    let hints: Vec<String> = hints.iter().map(|(key, what)| format!("{key} {what}")).collect();
    Some(format!("{label}: {}", hints.join(", ")))
}
