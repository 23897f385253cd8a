//! The ways in which a system can be made to fail, and which of them each system has now.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How a system fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    #[default]
    Ok,
    /// Answers 1.2 s later than it would.
    Slow,
    /// Closes the connection without an answer.
    Cut,
    TooMany,
    Broken,
    /// Answers 200 with a page for people.
    Html,
    /// Announces a whole answer and sends half.
    Truncated,
    /// Takes the question and never answers.
    Hang,
}

impl Fault {
    /// Every fault by its name.
    pub const ALL: [(&'static str, Self); 8] = [
        ("slow", Self::Slow),
        ("cut", Self::Cut),
        ("429", Self::TooMany),
        ("500", Self::Broken),
        ("html", Self::Html),
        ("truncated", Self::Truncated),
        ("hang", Self::Hang),
        ("ok", Self::Ok),
    ];

    /// The fault of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, fault)| *fault)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, fault)| *fault == self).map_or("ok", |(name, _)| name)
    }
}

/// The faults in force, by system.
#[derive(Debug, Default)]
pub struct Faults(Mutex<HashMap<String, Fault>>);

impl Faults {
    /// The fault that a system has now.
    pub fn of(&self, system: &str) -> Fault {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.get(system).copied().unwrap_or_default()
    }

    /// Gives a system this fault.
    pub fn set(&self, system: &str, fault: Fault) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.insert(system.to_owned(), fault);
    }
}
