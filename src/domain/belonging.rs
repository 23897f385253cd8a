//! Whom a customer has to do with, what they have, and what they are entitled to.

use jiff::civil::Date;

use super::source::SourceId;
use super::text::CleanText;

/// Something that a customer has or is entitled to.
#[derive(Debug, Clone, PartialEq)]
pub struct Belonging {
    pub id: CleanText,
    pub source: SourceId,
    pub kind: BelongingKind,
    /// The product's name, the tier, what the privilege is.
    pub what: CleanText,
    pub serial: Option<CleanText>,
    pub since: Option<Date>,
    /// The last day of a product's warranty, or of anything else.
    pub until: Option<Date>,
    /// In the source's words: `in use`, `returned`.
    pub state: Option<CleanText>,
    /// What else the source says of it, each by its name: firmware, points.
    pub fields: Vec<(CleanText, CleanText)>,
}

/// The kinds of thing that a customer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BelongingKind {
    /// A thing with a serial number, under warranty or not.
    Product,
    /// What the products stand among: the wiring, the network at home, the operating system.
    Environment,
    Loyalty,
    /// Where they are registered themselves.
    Registration,
    Privilege,
}

impl BelongingKind {
    /// Every kind, in the order of the screen.
    pub const ALL: [Self; 5] =
        [Self::Product, Self::Environment, Self::Loyalty, Self::Registration, Self::Privilege];

    /// The name in connectors, on the wire and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Environment => "environment",
            Self::Loyalty => "loyalty",
            Self::Registration => "registration",
            Self::Privilege => "privilege",
        }
    }
}

/// From how many days before its end on something ends soon.
const SOON: i32 = 60;

/// Whether something still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// No end is told.
    Open,
    Runs(Date),
    EndsSoon(Date),
    Ended(Date),
}

impl Belonging {
    /// Whether it still holds on that day; its last day is one on which it does.
    pub fn term(&self, today: Date) -> Term {
        let Some(until) = self.until else { return Term::Open };
        match until.since((jiff::Unit::Day, today)).map_or(0, |span| span.get_days()) {
            ..0 => Term::Ended(until),
            0..=SOON => Term::EndsSoon(until),
            _ => Term::Runs(until),
        }
    }
}

/// Somebody whom a customer has to do with: a relation, and no link.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    pub source: SourceId,
    pub kind: RelationKind,
    pub name: CleanText,
    /// What they are there: `accounts`, `managing director`.
    pub role: Option<CleanText>,
    /// Their record in the same source, where they have one.
    pub record: Option<CleanText>,
    /// As the source has it.
    pub phone: Option<CleanText>,
}

/// What somebody is to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelationKind {
    /// Whom to speak to at a business.
    KeyContact,
    /// The business that this one belongs to.
    Parent,
    /// A business that belongs to this one.
    Branch,
    Household,
}

impl RelationKind {
    /// Every kind, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::KeyContact, Self::Parent, Self::Branch, Self::Household];

    /// The name in connectors and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyContact => "key contact",
            Self::Parent => "belongs to",
            Self::Branch => "branch",
            Self::Household => "household",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warranty_holds_on_its_last_day_and_ends_soon_two_months_before() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let until = |text: &str| Belonging {
            id: CleanText::line("1"),
            source: SourceId::new("NET").unwrap(),
            kind: BelongingKind::Product,
            what: CleanText::line("router"),
            serial: None,
            since: None,
            until: Some(day(text)),
            state: None,
            fields: Vec::new(),
        };
        let today = day("2026-11-02");
        let term = |text: &str| until(text).term(today);
        assert_eq!(term("2026-11-01"), Term::Ended(day("2026-11-01")));
        assert_eq!(term("2026-11-02"), Term::EndsSoon(today));
        assert_eq!(term("2027-01-01"), Term::EndsSoon(day("2027-01-01")));
        assert_eq!(term("2027-01-02"), Term::Runs(day("2027-01-02")));
        assert_eq!(Belonging { until: None, ..until("2026-11-01") }.term(today), Term::Open);
    }
}
