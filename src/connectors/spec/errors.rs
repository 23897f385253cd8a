//! What an answer means, where its status does not say so.

use schemars::JsonSchema;
use serde::Deserialize;

use super::pick::Condition;

/// One rule; the first that fits counts. All that it names must fit.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorRule {
    /// A status, or a hundred of them: `404`, `"4xx"`. Where it is left out, any but 401, 429 and
    /// 500 to 504, which speak for themselves.
    pub status: Option<StatusPattern>,
    /// A header that is there, with one of the values where these are named.
    pub header: Option<HeaderCondition>,
    /// A condition on the JSON body.
    pub when: Option<Condition>,
    /// A text that the body contains, in any case; also where it is no JSON.
    pub contains: Option<String>,
    #[serde(rename = "as")]
    pub meaning: Meaning,
}

/// A header that is there.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderCondition {
    pub name: String,
    pub is: Option<Vec<String>>,
}

/// A status, or a hundred of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "StatusWritten")]
pub enum StatusPattern {
    One(u16),
    Hundred(u16),
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum StatusWritten {
    One(u16),
    Hundred(String),
}

impl TryFrom<StatusWritten> for StatusPattern {
    type Error = String;

    fn try_from(written: StatusWritten) -> Result<Self, String> {
        match written {
            StatusWritten::One(status) => Ok(Self::One(status)),
            StatusWritten::Hundred(text) => match text.as_str() {
                "2xx" => Ok(Self::Hundred(2)),
                "3xx" => Ok(Self::Hundred(3)),
                "4xx" => Ok(Self::Hundred(4)),
                "5xx" => Ok(Self::Hundred(5)),
                _ => Err("expected a status, or one of \"2xx\", \"3xx\", \"4xx\", \"5xx\"".into()),
            },
        }
    }
}

impl StatusPattern {
    /// Whether it is this one.
    pub fn fits(self, status: u16) -> bool {
        match self {
            Self::One(one) => one == status,
            Self::Hundred(hundred) => hundred == status / 100,
        }
    }
}

/// The meanings that a rule can give to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// All is well, whatever the status says.
    Ok,
    /// It knows nothing of this customer.
    Empty,
    /// The credential is not taken (any more): it is made anew, and asked once more.
    Auth,
    NotPermitted,
    /// It sheds load.
    RateLimited,
    /// A passing failure: asked once more.
    Retry,
    /// Somebody else has changed it.
    Conflict,
    /// The question was not understood.
    BadRequest,
    Failed,
}
