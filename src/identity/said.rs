//! What one record says of a person, in the words of its source.

use super::birth::Order;

/// One record as it was found: nothing in it is read yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// A whole name, where the source does not part it.
    pub name: String,
    pub given: String,
    pub surname: String,
    /// A surname of before: maiden name, name at birth.
    pub former: String,
    /// `Mr`, `Dr`, `Frau`.
    pub title: String,
    /// `Jr`, `III`.
    pub suffix: String,
    pub sex: String,
    pub birth: String,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    /// House number, where it is apart.
    pub number: String,
    /// The lines of an address: street, building, locality.
    pub streets: Vec<String>,
    pub city: String,
    pub postcode: String,
    pub state: String,
    pub country: String,
    /// Numbers that one person has and nobody else.
    pub ids: Vec<String>,
    /// Numbers that a household or a business shares.
    pub accounts: Vec<String>,
}

/// How the values of one source are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Habits {
    /// What comes first in `03/04/1985`.
    pub dates: Order,
}
