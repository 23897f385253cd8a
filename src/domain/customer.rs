//! Who.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::phone::Number;
use super::source::SourceId;
use super::text::CleanText;

/// A record that stands for a customer, named by the source that keeps it: `CRM:C-20417`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerId {
    pub source: SourceId,
    pub key: CleanText,
}

impl CustomerId {
    /// Reads `SOURCE:KEY`. The key is 1 to 64 bytes without control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let (source, key) = text.split_once(':')?;
        let fits = (1..=64).contains(&key.len()) && !key.chars().any(char::is_control);
        Some(Self { source: SourceId::new(source)?, key: CleanText::line(key) }).filter(|_| fits)
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.key)
    }
}

/// Something by which a customer may be found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Phone(Number),
    Email(CleanText),
    Account(CleanText),
    Case(CleanText),
    Name(CleanText),
    Id(CustomerId),
    /// Everybody of a segment, by its name.
    Segment(CleanText),
}

impl Key {
    /// Which kind of key it is.
    pub fn kind(&self) -> KeyKind {
        match self {
            Self::Phone(_) => KeyKind::Phone,
            Self::Email(_) => KeyKind::Email,
            Self::Account(_) => KeyKind::Account,
            Self::Case(_) => KeyKind::Case,
            Self::Name(_) => KeyKind::Name,
            Self::Id(_) => KeyKind::Id,
            Self::Segment(_) => KeyKind::Segment,
        }
    }

    /// Whether both name the same, however it is written: addresses are, in any case.
    pub fn means_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Email(one), Self::Email(other)) => one.to_lowercase() == other.to_lowercase(),
            (one, other) => one == other,
        }
    }
}

/// The kinds of key, by the names that connectors and the wire use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    Phone,
    Email,
    Account,
    Case,
    Name,
    Id,
    /// Of many customers, and of nobody in particular.
    Segment,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Phone, Self::Email, Self::Account, Self::Case, Self::Name, Self::Id, Self::Segment];

    /// The names of several: `phone, email`.
    pub fn list(kinds: &[Self]) -> String {
        kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
    }

    /// The name in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Account => "account",
            Self::Case => "case",
            Self::Name => "name",
            Self::Id => "id",
            Self::Segment => "segment",
        }
    }
}

/// A record in one source that answered a look-up and passed the re-check.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: CustomerId,
    pub name: CleanText,
    pub account: Option<CleanText>,
    /// The account's or customer's state in that source's words: `active`, `closed`.
    pub status: Option<CleanText>,
    pub since: Option<Date>,
    pub contacts: Vec<ContactPoint>,
    /// The segments that it is in, in that source's words.
    pub segments: Vec<CleanText>,
    /// The keys of the question that this record's own values agree with.
    pub matched: Vec<Match>,
}

/// A key of the question, and the record's field that agrees with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub kind: KeyKind,
    /// The field as the agent knows it: `mobile`, `home`, `account`, `e-mail`.
    pub field: CleanText,
    /// Agreement up to normalisation (`exact = true`) or in part (a name that contains the words).
    pub exact: bool,
}

/// A customer the caller may be. Never linked by itself: the agent chooses.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub id: CustomerId,
    pub name: CleanText,
    pub account: Option<CleanText>,
    pub since: Option<Date>,
    /// Ranks candidates among each other, higher first; no probability.
    pub score: u32,
    /// Why it is here, strongest first: `mobile`, `active account`, `20 years`.
    pub reasons: Vec<CleanText>,
    /// Every record that shares this candidate's declared account, with its own included.
    pub records: Vec<CustomerId>,
    /// What is known of it, for asking the other sources.
    pub keys: Vec<Key>,
    /// Records of other candidates that may be of the same person, the likeliest first. Said and
    /// never acted upon: only the agent knows.
    pub kin: Vec<Kin>,
}

/// A record of another candidate, and what speaks for both being of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kin {
    pub id: CustomerId,
    pub name: CleanText,
    pub bond: Bond,
    /// How likely both are of one person, in millionths; 0 where nobody could weigh it.
    pub millionths: u32,
    /// What added how much, from what is known of anybody to the sum.
    pub why: CleanText,
    /// By whose word it is so; nothing where only the records speak for it.
    pub stated: Option<Stated>,
}

/// Whose word a bond is, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The statement's, to take it back by.
    pub id: i64,
    pub agent: CleanText,
    pub at: Timestamp,
}

impl Candidate {
    /// The record of another candidate that is likeliest of the same person, where one may be.
    pub fn twin(&self) -> Option<&Kin> {
        self.kin.iter().find(|kin| kin.bond != Bond::Household && kin.stated.is_none())
    }
}

impl Kin {
    /// `perhaps the same as E Whitcombe (CRM:C-88120), 97.3 %`. Of a household, nothing is likely.
    pub fn say(&self) -> String {
        let who = match self.name.is_empty() {
            true => format!("{} {}", self.bond.words(), self.id),
            false => format!("{} {} ({})", self.bond.words(), self.name, self.id),
        };
        match (self.bond, self.millionths / 1_000) {
            (Bond::Household, _) | (_, 0) => who,
            (_, 1_000 | 999) => format!("{who}, over 99.9 %"),
            (_, thousandths) => format!("{who}, {}.{} %", thousandths / 10, thousandths % 10),
        }
    }
}

/// What two records are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bond {
    /// Surely of one person.
    Same,
    /// Perhaps of one person.
    Perhaps,
    /// Of two people of one household, rather.
    Household,
}

impl Bond {
    /// What a person reads before the other record's name.
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "the same person as",
            Self::Perhaps => "perhaps the same as",
            Self::Household => "of one household with",
        }
    }
}

/// How a customer can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPoint {
    pub kind: ContactKind,
    /// As the source has it.
    pub value: CleanText,
    /// When the customer confirmed it.
    pub confirmed: Option<Date>,
    /// Where and when the customer changed it without an agent.
    pub own_change: Option<OwnChange>,
}

/// A customer changed something without an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnChange {
    /// In the source's words: `portal`.
    pub place: CleanText,
    pub day: Option<Date>,
}

/// The kinds of contact point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactKind {
    Mobile,
    Home,
    Work,
    Phone,
    Email,
    Postal,
}

impl ContactKind {
    /// What the agent reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Home => "home",
            Self::Work => "work",
            Self::Phone => "phone",
            Self::Email => "e-mail",
            Self::Postal => "address",
        }
    }

    /// Whether the value is a telephone number.
    pub fn is_phone(self) -> bool {
        matches!(self, Self::Mobile | Self::Home | Self::Work | Self::Phone)
    }
}

/// What a source says of the person or business itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// The record of the source that says it, where one was asked about: its key there.
    pub record: Option<CleanText>,
    pub name: Option<CleanText>,
    pub account: Option<CleanText>,
    pub status: Option<CleanText>,
    /// Tier or segment in the source's words: `gold`, `business`.
    pub segment: Option<CleanText>,
    /// Customer since.
    pub since: Option<Date>,
    pub contacts: Vec<ContactPoint>,
    pub language: Option<CleanText>,
    pub household: Option<CleanText>,
    pub household_size: Option<u32>,
    /// The business this one belongs to.
    pub parent: Option<CleanText>,
    /// To be handled with special care, in the source's words.
    pub special_care: Option<CleanText>,
    /// What else the source says, each by its name: which channels the customer agreed to.
    pub fields: Vec<(CleanText, CleanText)>,
}

/// Something that outranks everything else on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    pub source: SourceId,
    pub kind: AlertKind,
    pub text: CleanText,
    pub owner: Option<CleanText>,
    pub since: Option<Date>,
    pub until: Option<Date>,
}

/// The kinds of alert, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertKind {
    AccountHold,
    Fraud,
    Legal,
    Dispute,
    Vulnerable,
    DoNotContact,
    Dunning,
    Other,
}

impl AlertKind {
    /// Every kind, the gravest first.
    pub const ALL: [Self; 8] = [
        Self::AccountHold,
        Self::Fraud,
        Self::Legal,
        Self::Dispute,
        Self::Vulnerable,
        Self::DoNotContact,
        Self::Dunning,
        Self::Other,
    ];

    /// What the agent reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccountHold => "account hold",
            Self::Fraud => "fraud",
            Self::Legal => "legal",
            Self::Dispute => "dispute",
            Self::Vulnerable => "vulnerable",
            Self::DoNotContact => "do not contact",
            Self::Dunning => "dunning",
            Self::Other => "alert",
        }
    }
}
