//! Why no encrypted connection came about: what the other side proved, or did not.

use std::time::Duration;

use crate::domain::span::span;

/// What is wrong with who the other side says it is, or with how it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// Its certificate was good until so long ago.
    Expired(Duration),
    /// Its certificate will be good in so long.
    NotYetValid(Duration),
    /// Its certificate is another's.
    OtherName,
    /// Nobody who is believed here has signed its certificate.
    UnknownIssuer,
    /// Whoever signed its certificate has taken it back.
    TakenBack,
    /// It speaks nothing newer than TLS 1.1.
    OldVersion,
    /// There is no cipher that both sides have.
    NoCipher,
    /// It closed the connection before that was encrypted.
    Cut,
    /// What it speaks is not encrypted.
    Plain,
    /// Its certificate is no good otherwise.
    NotAccepted,
}

impl Distrust {
    /// What the agent is told.
    pub fn say(self) -> String {
        match self {
            Self::Expired(ago) => format!("its certificate expired {} ago", span(ago)),
            Self::NotYetValid(left) => {
                format!("its certificate is not valid for another {}", span(left))
            }
            Self::OtherName => "its certificate is of another name".to_owned(),
            Self::UnknownIssuer => {
                "its certificate is signed by itself or by nobody known here".to_owned()
            }
            Self::TakenBack => "its certificate was taken back by who signed it".to_owned(),
            Self::OldVersion => "it speaks only TLS older than 1.2".to_owned(),
            Self::NoCipher => "it has no cipher that is safe".to_owned(),
            Self::Cut => "it hung up before the connection was encrypted".to_owned(),
            Self::Plain => "it does not encrypt".to_owned(),
            Self::NotAccepted => "its certificate is not accepted".to_owned(),
        }
    }
}
