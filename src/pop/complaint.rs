//! Why a line of the protocol was not understood or not taken.

/// Why a line was not understood. Never quotes the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub code: Code,
    pub field: Option<&'static str>,
    pub message: String,
    /// The event's own id, where the line had one.
    pub id: Option<String>,
}

/// The codes of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    BadJson,
    BadUtf8,
    TooLong,
    MissingField,
    BadField,
    UnsupportedVersion,
    NotAllowed,
    RateLimited,
}

impl Code {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadJson => "bad_json",
            Self::BadUtf8 => "bad_utf8",
            Self::TooLong => "too_long",
            Self::MissingField => "missing_field",
            Self::BadField => "bad_field",
            Self::UnsupportedVersion => "unsupported_version",
            Self::NotAllowed => "not_allowed",
            Self::RateLimited => "rate_limited",
        }
    }
}

impl Complaint {
    /// A complaint about the whole line.
    pub fn new(code: Code, message: &str) -> Self {
        Self { code, field: None, message: message.to_owned(), id: None }
    }

    /// A complaint about one field.
    pub fn field(code: Code, field: &'static str, message: &str) -> Self {
        Self { field: Some(field), ..Self::new(code, message) }
    }
}

/// A field is needed and is not there.
pub fn missing(field: &'static str) -> Complaint {
    Complaint::field(Code::MissingField, field, "is needed")
}

/// A field says something that cannot be.
pub fn wrong(field: &'static str, message: &str) -> Complaint {
    Complaint::field(Code::BadField, field, message)
}
