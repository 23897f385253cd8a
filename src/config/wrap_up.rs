//! `[[wrap-up]]`: how the work after a call goes in a queue.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::told::{checked, named, table};

/// One queue's wrap-up. The first whose `queue` fits is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct WrapUpTable {
    /// The queue that it is for; every queue where left out.
    pub queue: Option<String>,
    pub mode: ModeName,
    /// Seconds that it may take; a time-boxed wrap-up needs it.
    pub seconds: Option<u32>,
    /// Whether a time-boxed wrap-up may be done before its time is over.
    pub early_exit: bool,
    /// The code of a call whose time ran out before one was chosen.
    pub timeout_code: Option<String>,
    /// What can be chosen, in the order in which it is listed.
    pub codes: Vec<String>,
}

/// Who decides when the wrap-up is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum ModeName {
    /// The agent, with a code or without.
    #[default]
    Optional,
    /// The agent, with a code and not without.
    Mandatory,
    /// The clock; the agent before it, with a code.
    TimeBoxed,
    /// There is none, unless the agent asks for it during the call.
    OnRequest,
}

table! {
    /// As it is written; what does not go together is refused when it is read.
    pub struct Written {
        /// The queue that it is for; every queue where left out.
        queue: Option<String>, "\"BILLING\"";
        /// Who decides when the wrap-up is over: the agent, with a code or without (`optional`);
        /// the agent, with a code (`mandatory`); the clock, or the agent before it, with a code
        /// (`time-boxed`); nobody, unless the agent asks for it during the call (`on-request`).
        #[serde(default)]
        mode: ModeName, "\"time-boxed\"" optional;
        /// Seconds that it may take; a time-boxed wrap-up needs it.
        seconds: Option<u32>, "90";
        /// Whether a time-boxed wrap-up may be done before its time is over; it may where this is
        /// left out.
        #[serde(default = "yes")]
        early_exit: bool, "true" optional;
        /// The code of a call whose time ran out before one was chosen.
        timeout_code: Option<String>, "\"no code\"";
        /// What can be chosen, in the order in which it is listed.
        #[serde(default)]
        codes: Vec<String>, "[\"resolved\", \"call back\"]" optional;
    }
}

named! { ModeName }

checked! { WrapUpTable as Written }

impl From<WrapUpTable> for Written {
    fn from(table: WrapUpTable) -> Self {
        let WrapUpTable { queue, mode, seconds, early_exit, timeout_code, codes } = table;
        Self { queue, mode, seconds, early_exit, timeout_code, codes }
    }
}

fn yes() -> bool {
    true
}

/// So many codes at most, and so long each in bytes: what the gateway takes.
const CODES: (usize, usize) = (200, 128);

impl<'de> Deserialize<'de> for WrapUpTable {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Written { queue, mode, seconds, early_exit, timeout_code, codes } =
            Written::deserialize(from)?;
        let fits = |code: &String| !code.trim().is_empty() && code.len() <= CODES.1;
        if codes.len() > CODES.0 || !codes.iter().chain(&timeout_code).all(fits) {
            return Err(D::Error::custom("expected at most 200 codes of 1 to 128 bytes"));
        }
        if mode == ModeName::TimeBoxed && seconds.is_none() {
            return Err(D::Error::custom("expected `seconds`, which a time-boxed wrap-up needs"));
        }
        if mode == ModeName::Mandatory && (codes.is_empty() || seconds.is_some()) {
            let what = "expected `codes` and no `seconds` where the wrap-up is mandatory";
            return Err(D::Error::custom(what));
        }
        Ok(Self { queue, mode, seconds, early_exit, timeout_code, codes })
    }
}
