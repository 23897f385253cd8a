//! What happened: the past.

use jiff::Timestamp;

use super::money::Money;
use super::source::SourceId;
use super::text::CleanText;

/// A moment, or a whole day where the source knows no more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// For a whole day: its midnight in UTC, to be read back in UTC.
    pub at: Timestamp,
    pub day_only: bool,
}

impl When {
    /// A moment.
    pub fn at(at: Timestamp) -> Self {
        Self { at, day_only: false }
    }

    /// A whole day.
    pub fn day(date: jiff::civil::Date) -> Option<Self> {
        let at = date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        Some(Self { at, day_only: true })
    }

    /// The calendar day, in `zone` for a moment and as written for a whole day.
    pub fn date(self, zone: &jiff::tz::TimeZone) -> jiff::civil::Date {
        let zone = if self.day_only { jiff::tz::TimeZone::UTC } else { zone.clone() };
        self.at.to_zoned_datetime(zone).date()
    }
}

/// One thing that happened, on whatever channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Unique within the source.
    pub id: CleanText,
    pub source: SourceId,
    pub when: When,
    pub channel: Channel,
    /// One line: what it was.
    pub what: CleanText,
    /// The longer text, several lines.
    pub body: CleanText,
    pub amount: Option<Money>,
    /// In the source's words: `open`, `paid`, `answered`.
    pub state: Option<CleanText>,
    /// Who did or wrote it.
    pub author: Option<CleanText>,
    pub department: Option<CleanText>,
    /// Labelled values for the detail view.
    pub fields: Vec<(CleanText, CleanText)>,
    /// Lines of a bill or an order.
    pub lines: Vec<Line>,
    /// The search string, where the customer searched.
    pub searched: Option<CleanText>,
    /// The title of the article, where the customer read one.
    pub read: Option<CleanText>,
    /// The remedy, where the customer tried one; how that went is the state.
    pub tried: Option<CleanText>,
    /// Stays at the top of the timeline.
    pub pinned: bool,
    /// An action of the house (hold, reassignment, work-order stage), shown inline.
    pub internal: bool,
}

impl Entry {
    /// Something that happened, of which no more is known than where it is recorded, when and on
    /// which channel it was, and in a line what.
    pub fn bare(
        (source, id): (SourceId, CleanText),
        (when, channel): (When, Channel),
        what: CleanText,
    ) -> Self {
        Self {
            id,
            source,
            when,
            channel,
            what,
            body: CleanText::default(),
            amount: None,
            state: None,
            author: None,
            department: None,
            fields: Vec::new(),
            lines: Vec::new(),
            searched: None,
            read: None,
            tried: None,
            pinned: false,
            internal: false,
        }
    }
}

/// One line of a bill or an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub what: CleanText,
    /// What is charged: a service id.
    pub service: Option<CleanText>,
    /// The period charged for, as the source writes it.
    pub period: Option<CleanText>,
    pub amount: Option<Money>,
}

/// The route by which something happened; also what the timeline is filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    Call,
    Email,
    Chat,
    Sms,
    Social,
    Web,
    Letter,
    Visit,
    Bill,
    Payment,
    Order,
    Case,
    Note,
    Fault,
    Campaign,
    Internal,
    Other,
}

impl Channel {
    /// Every channel, in the order in which filters offer them.
    pub const ALL: [Self; 17] = [
        Self::Call,
        Self::Email,
        Self::Chat,
        Self::Sms,
        Self::Social,
        Self::Web,
        Self::Letter,
        Self::Visit,
        Self::Bill,
        Self::Payment,
        Self::Order,
        Self::Case,
        Self::Note,
        Self::Fault,
        Self::Campaign,
        Self::Internal,
        Self::Other,
    ];

    /// The name in connectors, on the wire and on the screen; at most seven columns.
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Chat => "chat",
            Self::Sms => "sms",
            Self::Social => "social",
            Self::Web => "web",
            Self::Letter => "letter",
            Self::Visit => "visit",
            Self::Bill => "bill",
            Self::Payment => "payment",
            Self::Order => "order",
            Self::Case => "case",
            Self::Note => "note",
            Self::Fault => "fault",
            Self::Campaign => "offer",
            Self::Internal => "action",
            Self::Other => "other",
        }
    }

    /// The channel of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// Indices of lines that bill the same thing twice: same text, same period, same amount, but
/// another service id. The first of each group is the rightful one and is not in the answer.
pub fn doubled(lines: &[Line]) -> Vec<usize> {
    let twice = |earlier: &Line, later: &Line| {
        later.amount.is_some()
            && earlier.amount == later.amount
            && earlier.what == later.what
            && earlier.period == later.period
            && earlier.service.is_some()
            && later.service.is_some()
            && earlier.service != later.service
    };
    (1..lines.len())
        .filter(|&i| lines[..i].iter().any(|earlier| twice(earlier, &lines[i])))
        .collect()
}
