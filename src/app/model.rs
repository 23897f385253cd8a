//! What is the case at the desk.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::control::Pending;
use super::directory::Directories;
use super::layout::Layouts;
use super::msg::{BellState, RequestId, SavedDraft};
use super::overlay::Overlay;
use super::phone_link::Link;
use super::readiness::{Choice, Readiness, Reasons};
use super::session::Session;
use super::source_write::Offered;
use super::tall::Tall;
use super::{pop_rules, wrap_up};
use crate::domain::customer::Candidate;
use crate::domain::interaction::{AgentState, Call, CallState};
use crate::domain::phone::Region;
use crate::domain::register::Myself;
use crate::domain::text::CleanText;
use crate::keys::key::Key;
use crate::keys::keymap::{Keymap, Step};
use crate::keys::layer::Layer;

/// What a desk starts with.
pub struct Start {
    pub size: (u16, u16),
    pub now: Timestamp,
    pub zone: TimeZone,
    pub home: Region,
    pub keymap: Keymap,
    /// What is wrong in the agent's files.
    pub complaints: Vec<CleanText>,
}

/// The desk.
pub struct Model {
    pub now: Timestamp,
    pub zone: TimeZone,
    pub home: Region,
    pub keymap: Keymap,
    pub layouts: Layouts,
    /// The tour stands in the panes while nothing else does.
    pub tour: bool,
    /// The desk runs on the sample company: its customers are made up.
    pub made_up: bool,
    /// Every call and customer that is open, in the order of arrival; never empty.
    pub sessions: Vec<Session>,
    /// Index of the one on the screen.
    pub current: usize,
    /// Numbers of calls that wait to be taken, the oldest first.
    pub waiting: VecDeque<u32>,
    pub zoomed: bool,
    pub overlay: Option<Overlay>,
    /// A note is being written in the current session.
    pub writing: bool,
    /// Keys of a chord that is not complete.
    pub chord: Vec<Key>,
    /// From when on its continuations are shown.
    pub chord_hints_at: Option<Timestamp>,
    /// Ready or not, between calls.
    pub readiness: Readiness,
    /// What the agent chose to be after this call.
    pub after_call: Option<Choice>,
    pub reasons: Reasons,
    pub wrap_up: wrap_up::Rules,
    pub pop_rules: pop_rules::Rules,
    /// What calls came to, on its way to the gateway.
    pub wrapping: BTreeMap<RequestId, SavedDraft>,
    /// What calls came to, as far as the gateway did not take it.
    pub unsent: Vec<SavedDraft>,
    pub bell: Option<BellState>,
    /// Every telephony system that a bridge has told of.
    pub links: BTreeMap<CleanText, Link>,
    /// What is asked of the telephony side and has not come to pass.
    pub pending: Vec<Pending>,
    /// Whom calls can be sent on to.
    pub directories: Directories,
    /// So far the gateway's clock is ahead of this computer's, where that is far.
    pub clock_off: Option<SignedDuration>,
    pub shed: u64,
    /// What the agent should know; the newest is shown.
    pub notices: VecDeque<CleanText>,
    /// How many notices there have been.
    pub noticed: u64,
    /// The desk is ordered text, not a screen.
    pub linear: bool,
    /// Drafts found at start that no session has taken yet.
    pub found_drafts: Vec<SavedDraft>,
    /// Calls that ended while no desk was open, until drafts are found.
    pub ended_before: Vec<Call>,
    pub draft_trouble: Option<CleanText>,
    /// Requests to take a link back that are under way.
    pub unlinked: BTreeSet<RequestId>,
    /// Notes and forms on their way to the gateway.
    pub sending: BTreeMap<RequestId, SavedDraft>,
    /// Questions whose customer is watched.
    pub watching: BTreeSet<RequestId>,
    /// Verifications on their way to the gateway.
    pub verifying: BTreeSet<RequestId>,
    /// Requests to settle a follow-up that are under way.
    pub settling: BTreeSet<RequestId>,
    /// What can be written into the sources.
    pub offered: Offered,
    /// A number of this desk's own, so that no two desks make the same key.
    pub salt: u64,
    /// Whom the gateway takes the agent for, once that was asked.
    pub myself: Option<Myself>,
    /// Customers that were chosen at this desk, the latest first; in memory only.
    pub recent: VecDeque<Candidate>,
    /// How far the list on top, or that of the candidates, is scrolled beyond its cursor.
    pub tall: Tall,
    /// The wake-up that was asked for.
    pub alarm: Option<Timestamp>,
    size: (u16, u16),
    requests: u64,
}

/// The pane that keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    Past,
    #[default]
    Present,
    Future,
}

/// Most notices that are kept.
const NOTICES: usize = 20;
/// How long a chord waits before its continuations are shown.
pub const CHORD_HINTS: jiff::SignedDuration = jiff::SignedDuration::from_millis(250);

impl Model {
    /// A desk at which nothing has happened yet.
    pub fn new(start: Start) -> Self {
        let mut notices = VecDeque::new();
        if let Some(first) = start.complaints.first() {
            let more = match start.complaints.len() {
                1 => String::new(),
                n => format!(" (and {} more: norns check)", n - 1),
            };
            notices.push_back(CleanText::line(&format!("{first}{more}")));
        }
        Self {
            now: start.now,
            zone: start.zone,
            home: start.home,
            keymap: start.keymap,
            layouts: Layouts::default(),
            tour: false,
            made_up: false,
            sessions: vec![Session::default()],
            current: 0,
            waiting: VecDeque::new(),
            zoomed: false,
            overlay: None,
            writing: false,
            chord: Vec::new(),
            chord_hints_at: None,
            readiness: Readiness::Ready,
            after_call: None,
            reasons: Reasons::default(),
            wrap_up: wrap_up::Rules::default(),
            pop_rules: pop_rules::Rules::default(),
            wrapping: BTreeMap::new(),
            unsent: Vec::new(),
            bell: None,
            links: BTreeMap::new(),
            pending: Vec::new(),
            directories: Directories::default(),
            clock_off: None,
            shed: 0,
            noticed: notices.len() as u64,
            notices,
            linear: false,
            found_drafts: Vec::new(),
            ended_before: Vec::new(),
            draft_trouble: None,
            unlinked: BTreeSet::new(),
            sending: BTreeMap::new(),
            watching: BTreeSet::new(),
            verifying: BTreeSet::new(),
            settling: BTreeSet::new(),
            offered: Offered::default(),
            salt: 0,
            myself: None,
            recent: VecDeque::new(),
            tall: Tall::default(),
            alarm: None,
            size: start.size,
            requests: 0,
        }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// The terminal has this size now.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
    }

    /// The session on the screen.
    pub fn session(&self) -> &Session {
        &self.sessions[self.current]
    }

    /// The session on the screen, to change it.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.sessions[self.current]
    }

    /// A name for a new question.
    pub fn request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    /// The name of the question that was put last.
    pub fn last_request(&self) -> RequestId {
        RequestId(self.requests)
    }

    /// Tells the agent something.
    pub fn notice(&mut self, what: &str) {
        self.notices.push_back(CleanText::line(what));
        self.noticed += 1;
        while self.notices.len() > NOTICES {
            self.notices.pop_front();
        }
    }

    /// Puts something on top, with what belongs to the session kept for when it is gone.
    pub fn put_on_top(&mut self, overlay: Overlay) {
        if let Some(below) = self.overlay.take().filter(Overlay::is_of_session) {
            self.session_mut().aside = Some(below);
        }
        self.overlay = Some(overlay);
    }

    /// Takes what is on top away: what it covered is there again.
    pub fn take_off(&mut self) {
        let top = self.overlay.take();
        if !top.is_some_and(|top| top.is_of_session()) {
            self.overlay = self.session_mut().aside.take();
        }
    }

    /// Takes this overlay away from a session, wherever it is.
    pub fn uncover(&mut self, at: usize, overlay: &Overlay) {
        if at == self.current && self.overlay.as_ref() == Some(overlay) {
            self.overlay = None;
        }
        let session = &mut self.sessions[at];
        session.aside = session.aside.take().filter(|aside| aside != overlay);
    }

    /// Notes for a session that is not on the screen what has changed there.
    pub fn tell(&mut self, at: usize, what: &str) {
        if at != self.current {
            self.sessions[at].tell(what);
        }
    }

    /// Whether a pop may not take the screen: a hand is writing, or a call is being worked on.
    pub fn busy(&self) -> bool {
        let waits = self.session().ahead.is_some();
        self.writing || self.overlay.is_some() || waits || self.session().engaged()
    }

    /// Whether what is pasted now has a place to go to.
    pub fn takes_text(&self) -> bool {
        match &self.overlay {
            Some(overlay) => overlay.is_line(),
            None => self.writing,
        }
    }

    /// Whether the agent is in the middle of any call, or of the work after it.
    pub fn engaged(&self) -> bool {
        self.sessions.iter().any(Session::engaged)
    }

    /// The layers of keys in force, the innermost first.
    pub fn layers(&self) -> &'static [Layer] {
        if let Some(overlay) = &self.overlay {
            return if overlay.is_form() {
                &[Layer::Form, Layer::Global]
            } else if overlay.is_line() {
                &[Layer::Line, Layer::Global]
            } else {
                &[Layer::Overlay, Layer::Global]
            };
        }
        if self.writing {
            return &[Layer::Note, Layer::Global];
        }
        match self.session().focus {
            Focus::Past => &[Layer::Past, Layer::Pane, Layer::Global],
            Focus::Present => &[Layer::Present, Layer::Pane, Layer::Global],
            Focus::Future => &[Layer::Future, Layer::Pane, Layer::Global],
        }
    }

    /// What the keys of the chord may go on with, once they are to be shown.
    pub fn chord_hints(&self) -> Option<(String, Vec<(Key, String)>)> {
        let due = self.chord_hints_at.is_some_and(|at| self.now >= at);
        match self.keymap.step(self.layers(), &self.chord) {
            Step::Pending { label, hints } if due => Some((label, hints)),
            _ => None,
        }
    }

    /// What the agent is doing, and since when, as far as that is known.
    pub fn agent(&self) -> (AgentState, Option<Timestamp>) {
        let rank = |state: AgentState| match state {
            AgentState::Talking => 0,
            AgentState::OnHold => 1,
            AgentState::WrapUp => 2,
            AgentState::Ready | AgentState::NotReady => 3,
        };
        let states = self.sessions.iter().filter_map(|session| {
            let call = session.call.as_ref()?;
            match call.state {
                CallState::Talking => Some((AgentState::Talking, call.answered_at)),
                CallState::OnHold => Some((AgentState::OnHold, call.held_at)),
                _ if wrap_up::under_way(session) => {
                    Some((AgentState::WrapUp, Some(wrap_up::since(call))))
                }
                _ => None,
            }
        });
        let idle = match self.readiness {
            Readiness::Ready => AgentState::Ready,
            Readiness::NotReady { .. } => AgentState::NotReady,
        };
        states.min_by_key(|(state, _)| rank(*state)).unwrap_or((idle, None))
    }
}
