//! What an agent means to write into a source, once. Its key is made with it, and stays with it
//! until it is known what became of it: sent again, it is the same.

use jiff::Timestamp;

use super::msg::SavedDraft;
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;

/// What is meant to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub source: SourceId,
    /// The name of the action.
    pub action: CleanText,
    pub key: CleanText,
    pub sent: Sent,
}

/// Inputs by their names.
pub type Inputs = Vec<(CleanText, CleanText)>;

/// Whether it was sent with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was not, or surely nothing was written.
    No,
    /// It was, and nobody knows whether it was written.
    Unknown {
        /// What was sent; nothing where another start of the desk sent it.
        inputs: Option<Inputs>,
        /// Until when the same key may be sent again; for ever where the gateway has not said.
        until: Option<Timestamp>,
        /// It was sent once: where that did not reach the gateway, nothing was written.
        once: bool,
    },
}

/// What a draft says of an intent that was sent.
const SENT: &str = "sent";

impl Intent {
    /// Whether something may be written already.
    pub fn was_sent(&self) -> bool {
        self.sent != Sent::No
    }

    /// Whether these are the inputs that were sent, and may be sent again with the same key.
    pub fn is_again(&self, now: Timestamp, inputs: &Inputs) -> bool {
        match &self.sent {
            Sent::No => true,
            Sent::Unknown { inputs: sent, until, .. } => {
                sent.as_ref().is_none_or(|sent| sent == inputs)
                    && until.is_none_or(|until| now < until)
            }
        }
    }

    /// The first line of its draft.
    pub fn line(&self) -> String {
        let Self { source, action, key, .. } = self;
        let sent = if self.was_sent() { SENT } else { "new" };
        format!("{source} {action} {key} {sent}")
    }

    /// The intent that a draft was kept of.
    pub fn of(draft: &SavedDraft) -> Option<Self> {
        let mut words = draft.text.lines().next()?.split(' ');
        let (source, action, key) = (words.next()?, words.next()?, words.next()?);
        let sent = match words.next()? {
            SENT => Sent::Unknown { inputs: None, until: None, once: false },
            _ => Sent::No,
        };
        let (action, key) = (CleanText::line(action), CleanText::line(key));
        Some(Self { source: SourceId::new(source)?, action, key, sent })
    }
}
