//! One customer or call at the desk, with everything that belongs to it: nothing is lost by
//! looking at another.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ahead::Typed;
use super::draft::Draft;
use super::figures::Figures;
use super::form::Form;
use super::handover::Handovers;
use super::model::Focus;
use super::msg::{Kept, RequestId, SavedDraft};
use super::overlay::Overlay;
use super::past::Past;
use super::pop_rules::Verdict;
use super::present::{self, Identity};
use super::report::Reporting;
use super::source_write::Writing;
use super::verify::Verification;
use super::wrap_up::Work;
use crate::domain::ask::{AskError, LinkId};
use crate::domain::customer::{Candidate, CustomerId, Key};
use crate::domain::interaction::{Call, CallState};
use crate::domain::phone::Region;
use crate::domain::source::{Part, SourceId, State};
use crate::domain::text::CleanText;
use crate::rules::{self, Assessment};

/// Most changes that are remembered of a session.
const NEWS: usize = 4;
/// With so many entries a customer takes some MiB.
const MUCH: usize = 5_000;

/// One customer or call.
#[derive(Debug, Default)]
pub struct Session {
    pub call: Option<Call>,
    pub lookup: Option<Lookup>,
    pub customer: Option<Customer>,
    pub past: Past,
    /// Index of the first line shown.
    pub present_first: usize,
    pub future_first: usize,
    pub focus: Focus,
    pub verification: Verification,
    pub draft: Option<Draft>,
    pub identity: Identity,
    pub assessment: Assessment,
    pub figures: Figures,
    /// The first line of the note that was sent last.
    pub noted: Option<String>,
    pub follow_up: Option<Form>,
    pub contact: Option<Form>,
    /// What goes into sources, the one written last at the end.
    pub writes: Vec<Writing>,
    /// What is wrong with a value.
    pub report: Option<Reporting>,
    /// The look for people who may be the new contact already.
    pub check: Option<Lookup>,
    /// The look-up asked once more, because what records are to each other has changed.
    pub anew: Option<Lookup>,
    /// What is due under the future's cursor, so that the cursor stays on it.
    pub due: Option<(SourceId, CleanText)>,
    /// What was typed ahead, behind the choice that waits for the look-up.
    pub ahead: Option<Vec<Typed>>,
    /// What lay on top when the agent went elsewhere, and whether a note was being written.
    pub aside: Option<Overlay>,
    pub writing: bool,
    pub handover: Handovers,
    /// What the rules make of the call.
    pub verdict: Verdict,
    /// What has been done of the work after the talk.
    pub work: Work,
    /// What changed while the agent looked elsewhere, the latest last.
    pub news: Vec<CleanText>,
}

/// Who may it be?
#[derive(Debug, Clone)]
pub struct Lookup {
    pub request: RequestId,
    pub keys: Vec<Key>,
    pub asked_at: Timestamp,
    pub parts: Vec<Part>,
    pub candidates: Vec<Candidate>,
    pub cursor: usize,
    pub ended: Option<Result<(), AskError>>,
}

impl Lookup {
    /// Everybody of a segment was asked for.
    pub fn is_of_segment(&self) -> bool {
        self.keys.iter().any(|key| matches!(key, Key::Segment(_)))
    }

    /// Whoever has a name or is of a segment was asked for, not who somebody is.
    pub fn is_list(&self) -> bool {
        self.keys.iter().all(|key| matches!(key, Key::Name(_) | Key::Segment(_)))
    }

    /// It is over, and somebody who was asked has not answered.
    pub fn in_vain(&self) -> bool {
        let silent = |part: &Part| part.state.silent();
        self.ended.is_some_and(|ended| ended.is_err() || self.parts.iter().any(silent))
    }
}

/// The customer that the agent chose.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: CustomerId,
    pub keys: Vec<Key>,
    /// The questions for the view that are under way.
    pub requests: Vec<RequestId>,
    pub asked_at: Timestamp,
    pub parts: Vec<Part>,
    /// The question that each source last had an answer to.
    pub answered: Vec<(SourceId, RequestId)>,
    pub rows: u32,
    pub link: Link,
    pub trouble: Option<AskError>,
    /// The question whose answer goes on with what changes.
    pub watch: Option<RequestId>,
    /// The last question put when a source was heard to have changed: what it says to that one may
    /// be from before.
    pub overtaken: Vec<(SourceId, RequestId)>,
}

impl Customer {
    /// The choice, of whom nothing was asked yet.
    pub fn new((id, keys): (CustomerId, Vec<Key>), rows: u32, asked_at: Timestamp) -> Self {
        let (requests, parts, answered) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            id,
            keys,
            requests,
            asked_at,
            parts,
            answered,
            rows,
            link: Link::None,
            trouble: None,
            watch: None,
            overtaken: Vec::new(),
        }
    }

    /// Whether this is news: what a source says to an older question, after it has answered a newer
    /// one, is not.
    pub fn hear(&mut self, part: &Part, request: RequestId) -> bool {
        let known = self.answered.iter_mut().find(|(source, _)| *source == part.source);
        match known {
            Some((_, newest)) if request < *newest => return false,
            Some((_, newest)) if part.state.consulted() => *newest = request,
            None if part.state.consulted() => self.answered.push((part.source.clone(), request)),
            _ => {}
        }
        true
    }
}

/// What the gateway's records say of the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// No call to link, or not asked.
    #[default]
    None,
    Asked(RequestId),
    Linked(LinkId),
    Failed(AskError),
}

impl Session {
    /// The parts that are shown: the view's, or the look-up's while nobody is chosen.
    pub fn parts(&self) -> &[Part] {
        match (&self.customer, &self.lookup) {
            (Some(customer), _) => &customer.parts,
            (None, Some(lookup)) => &lookup.parts,
            (None, None) => &[],
        }
    }

    /// What is known of the customer: nothing before the choice.
    pub fn facts(&self) -> &[Part] {
        self.customer.as_ref().map_or(&[], |customer| &customer.parts)
    }

    /// Whether the agent is in the middle of a call here.
    pub fn engaged(&self) -> bool {
        let state = self.call.as_ref().map(|call| call.state);
        let busy =
            matches!(state, Some(CallState::Talking | CallState::OnHold | CallState::WrapUp));
        busy || self.work.owed
    }

    /// Notes something that changed while the agent looks elsewhere.
    pub fn tell(&mut self, what: &str) {
        self.news.retain(|known| known.as_str() != what);
        self.news.push(CleanText::line(what));
        if self.news.len() > NEWS {
            self.news.remove(0);
        }
    }

    /// What was begun here and not sent.
    pub fn begun(&self) -> Vec<SavedDraft> {
        let forms = self.follow_up.iter().chain(&self.contact).chain(&self.handover.form);
        let writes = self.writes.iter().map(|writing| &writing.form);
        let report = self.report.iter().map(|reporting| &reporting.form);
        let forms = forms.chain(writes).chain(report).map(Form::saved);
        let drafts = self.draft.iter().map(Draft::saved).chain(forms);
        drafts.filter(|draft| !draft.text.is_empty()).collect()
    }

    /// The first line of the note that is being written, or of the one sent last.
    pub fn first_words(&self) -> Option<String> {
        let first = |text: String| text.lines().next().unwrap_or_default().trim().to_owned();
        let note = self.draft.as_ref().map(|draft| first(draft.text()));
        note.filter(|line| !line.is_empty()).or_else(|| self.noted.clone())
    }

    /// Whether nothing would be lost by forgetting it.
    pub fn idle(&self) -> bool {
        let over = self
            .call
            .as_ref()
            .is_none_or(|call| matches!(call.state, CallState::Closed | CallState::Missed(_)));
        over && !self.work.owed && self.begun().is_empty()
    }

    /// Whether the agent has neither chosen a customer nor begun anything here.
    pub fn untouched(&self) -> bool {
        self.customer.is_none() && self.begun().is_empty()
    }

    /// Whether so many entries are held here that it shows in the machine's memory.
    pub fn holds_much(&self) -> bool {
        self.parts().iter().map(|part| part.facts.entries.len()).sum::<usize>() > MUCH
    }

    /// Whether some source is still awaited.
    pub fn awaits(&self) -> bool {
        self.parts().iter().any(|part| part.state.pending())
    }

    /// Since when sources are awaited.
    pub fn asked_at(&self) -> Option<Timestamp> {
        let lookup = self.lookup.as_ref().map(|lookup| lookup.asked_at);
        self.customer.as_ref().map(|customer| customer.asked_at).or(lookup)
    }

    /// Names the draft of this session, the same at every start.
    pub fn slot(&self) -> String {
        match (&self.call, &self.customer) {
            (Some(call), _) => format!("call-{}-{}", call.key.source, call.key.call),
            (None, Some(customer)) => format!("customer-{}", customer.id),
            (None, None) => "desk".to_owned(),
        }
    }

    /// Whether a draft of this kind was begun for this call or customer.
    pub fn began(&self, draft: &SavedDraft, what: Kept) -> bool {
        let call = self.call.as_ref().map(|call| &call.key);
        let customer = self.customer.as_ref().map(|customer| &customer.id);
        draft.what == what
            && (draft.slot == self.slot()
                || (call.is_some() && draft.call.as_ref() == call)
                || (customer.is_some() && draft.customer.as_ref() == customer))
    }

    /// Takes a part of the view: a failure leaves earlier facts on the screen, marked as old.
    pub fn settle(&mut self, part: Part, zone: &TimeZone) {
        let Some(customer) = &mut self.customer else { return };
        let known = customer.parts.iter().position(|known| known.source == part.source);
        let (at, said) = match known {
            Some(at) => (at, settle(&mut customer.parts[at], part)),
            None => {
                customer.parts.push(part);
                (customer.parts.len() - 1, Said::Anew)
            }
        };
        if said == Said::Anew {
            self.past.take_in(&customer.parts, at, zone);
        }
    }

    /// Works out again what follows from the facts.
    pub fn reassess(&mut self, now: Timestamp, zone: &TimeZone, home: Region) {
        let parts = self.customer.as_ref().map_or(&[][..], |customer| &customer.parts);
        self.past.rebuild(parts, now);
        self.identity = present::identity(parts, home);
        if let Some(chosen) = self.chosen().cloned() {
            self.identity.name.get_or_insert(chosen.name);
            self.identity.account = self.identity.account.take().or(chosen.account);
            self.identity.since = self.identity.since.or(chosen.since);
        }
        let call = self.call.as_ref().map(|call| &call.facts);
        self.assessment = rules::assess(parts, call, now, zone);
        self.figures = Figures::of(parts, now, zone);
    }

    /// What the look-up knew of the customer, until the sources say more.
    fn chosen(&self) -> Option<&Candidate> {
        let customer = self.customer.as_ref()?;
        let candidates = &self.lookup.as_ref()?.candidates;
        candidates.iter().find(|candidate| candidate.id == customer.id)
    }

    /// How many candidates can be chosen from now.
    pub fn choices(&self) -> usize {
        match (&self.customer, &self.lookup) {
            (None, Some(lookup)) => lookup.candidates.len(),
            _ => 0,
        }
    }

    /// Sources that are asked when the agent wants it, and have not been: not those that could not
    /// be asked.
    pub fn on_demand(&self) -> Vec<SourceId> {
        let unasked = |part: &&Part| part.state == State::NotAsked && part.why.is_none();
        self.facts().iter().filter(unasked).map(|part| part.source.clone()).collect()
    }

    /// Sources that were asked and did not answer.
    pub fn silent(&self) -> Vec<SourceId> {
        self.facts()
            .iter()
            .filter(|part| part.state.silent())
            .map(|part| part.source.clone())
            .collect()
    }

    /// Sources that did not answer, those whose answer was said before, and those that have changed.
    pub fn not_of_now(&self) -> Vec<SourceId> {
        let mut sources = self.silent();
        let kept = |part: &&Part| part.kept && part.state.consulted();
        for part in self.facts().iter().filter(|part| kept(part) || part.changed.is_some()) {
            if !sources.contains(&part.source) {
                sources.push(part.source.clone());
            }
        }
        sources
    }
}

/// Whether nothing was ever done here.
pub fn is_blank(session: &Session) -> bool {
    session.call.is_none()
        && session.customer.is_none()
        && session.lookup.is_none()
        && session.begun().is_empty()
}

/// Whether a part's facts are others than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Anew,
    Before,
}

fn settle(known: &mut Part, part: Part) -> Said {
    let kept = !known.facts.is_empty() && part.facts.is_empty();
    match part.state {
        State::Loading if kept => known.state = State::Loading,
        State::NotAsked if kept => {}
        State::TimedOut | State::Refused | State::Failed if kept => {
            known.state = State::Stale;
            known.why = part.why;
            known.waited_ms = part.waited_ms;
        }
        _ => {
            *known = part;
            return Said::Anew;
        }
    }
    Said::Before
}
