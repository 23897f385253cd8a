//! Answers that come line by line. What a line is stands in its `type`.
//!
//! A line is read twice, first for its type alone: read at once, a long part would lie in memory
//! as a tree of all its values before it is a part.

use serde::{Deserialize, Serialize};

use super::{Candidate, Changed, Part};

/// One line of the answer to a look-up.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LookupLine {
    /// What became of the question to one source.
    Part(Box<Part>),
    /// All candidates so far, best first.
    Candidates {
        candidates: Vec<Candidate>,
    },
    /// Nothing more will come.
    End,
    Unknown,
}

/// One line of the answer to a view.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ViewLine {
    /// One source's part; replaces that source's part before.
    Part(Box<Part>),
    /// Nothing more will come; but what changes, to who watches.
    End,
    /// A source says that it has changed what it knows of the customer.
    Changed(Changed),
    Unknown,
}

/// A line that can be read.
pub trait AnswerLine: Sized {
    /// Reads a line. Fails where it is no JSON object with a type, or not what its type says.
    fn read(line: &[u8]) -> serde_json::Result<Self>;
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Part,
    Candidates,
    End,
    Changed,
    #[serde(other)]
    Unknown,
}

fn kind(line: &[u8]) -> serde_json::Result<Kind> {
    #[derive(Deserialize)]
    struct Typed {
        r#type: Kind,
    }
    serde_json::from_slice(line).map(|Typed { r#type }| r#type)
}

impl AnswerLine for LookupLine {
    fn read(line: &[u8]) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Ranked {
            candidates: Vec<Candidate>,
        }
        Ok(match kind(line)? {
            Kind::Part => Self::Part(serde_json::from_slice(line)?),
            Kind::Candidates => {
                let Ranked { candidates } = serde_json::from_slice(line)?;
                Self::Candidates { candidates }
            }
            Kind::End => Self::End,
            Kind::Changed | Kind::Unknown => Self::Unknown,
        })
    }
}

impl AnswerLine for ViewLine {
    fn read(line: &[u8]) -> serde_json::Result<Self> {
        Ok(match kind(line)? {
            Kind::Part => Self::Part(serde_json::from_slice(line)?),
            Kind::End => Self::End,
            Kind::Changed => Self::Changed(serde_json::from_slice(line)?),
            Kind::Candidates | Kind::Unknown => Self::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part() -> Box<Part> {
        serde_json::from_str(r#"{"source":"CRM","state":"ok"}"#).unwrap()
    }

    fn there_and_back<L: AnswerLine + Serialize>(line: &L) -> L {
        L::read(&serde_json::to_vec(line).unwrap()).unwrap()
    }

    #[test]
    fn what_was_written_is_read() {
        let candidates = LookupLine::Candidates { candidates: Vec::new() };
        for line in [LookupLine::Part(part()), candidates, LookupLine::End] {
            assert_eq!(there_and_back(&line), line);
        }
        let changed = Changed { source: "CRM".into(), at: None, gone: true };
        for line in [ViewLine::Part(part()), ViewLine::End, ViewLine::Changed(changed)] {
            assert_eq!(there_and_back(&line), line);
        }
    }

    #[test]
    fn a_type_that_nobody_knows_is_unknown_and_none_at_all_is_an_error() {
        let later = br#"{"source":1,"type":"weather"}"#;
        assert_eq!(LookupLine::read(later).unwrap(), LookupLine::Unknown);
        assert_eq!(ViewLine::read(later).unwrap(), ViewLine::Unknown);
        let candidates = br#"{"type":"candidates","candidates":[]}"#;
        assert_eq!(ViewLine::read(candidates).unwrap(), ViewLine::Unknown);
        for broken in [&b"{}"[..], b"[]", b"1", br#"{"type":"part"}"#, br#"{"type":"end"} x"#] {
            assert!(ViewLine::read(broken).is_err());
            assert!(LookupLine::read(broken).is_err());
        }
    }
}
