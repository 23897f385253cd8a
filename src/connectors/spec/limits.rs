//! How often a source may be asked. All who use one credential share one budget.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::connectors::path::Path;

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// So many requests in `per_s` seconds; no limit of ours where it is left out.
    pub requests: Option<u32>,
    pub per_s: u32,
    /// So many requests at a time.
    pub concurrent: u32,
    /// The header that says how many requests are left.
    pub remaining_header: Option<String>,
    /// The header that says when there will be more.
    pub reset_header: Option<String>,
    pub reset: ResetMeaning,
    /// Where the body says what questions cost and how much is left.
    pub cost: Option<Cost>,
}

/// `[limits.cost]`: points that questions cost, and that come back by and by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Where the points stand that are left.
    pub left: Path,
    /// Where it stands how many come back in a second.
    pub restored: Path,
    /// Where it stands what this question cost; one point where it is left out.
    pub asked: Option<Path>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: None,
            per_s: 1,
            concurrent: 8,
            remaining_header: None,
            reset_header: None,
            reset: ResetMeaning::AfterSeconds,
            cost: None,
        }
    }
}

/// What a header that says when means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResetMeaning {
    /// So many seconds from now.
    AfterSeconds,
    /// So many milliseconds from now.
    AfterMillis,
    /// At that second since 1970, by the source's own `Date`.
    EpochSeconds,
    /// At that time, as HTTP or ISO 8601 writes it.
    Date,
}
