//! How a single value is found in a row, and how the source writes it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::schema::written_as_text;
use crate::connectors::expression::{Expression, Variable};
use crate::connectors::path::Path;

/// A value: from paths, joined; through a table; with a default.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(from = "PickWritten")]
pub struct Pick {
    pub from: Vec<Path>,
    pub join: String,
    pub prefix: String,
    pub suffix: String,
    pub table: BTreeMap<String, String>,
    pub otherwise: Option<String>,
    /// Worked out from the row, instead of paths.
    pub expr: Option<RowExpression>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum PickWritten {
    Short(Path),
    Long(PickTable),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PickTable {
    #[serde(default)]
    from: OneOrMany,
    #[serde(default = "space")]
    join: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    suffix: String,
    #[serde(default)]
    table: BTreeMap<String, String>,
    otherwise: Option<String>,
    /// A constant: what there is when nothing is asked for.
    value: Option<String>,
    /// Worked out from `row`, instead of paths: `row.first ~ ' ' ~ row.last`.
    expr: Option<RowExpression>,
}

/// An expression that names the row as `row`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RowExpression(pub Expression);

written_as_text!(
    RowExpression,
    "RowExpression",
    "An expression that names the row as `row`: `row.first ~ ' ' ~ row.last`."
);

impl TryFrom<String> for RowExpression {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        const ROW: &[Variable] = &[Variable { name: "row", whole: true, parts: None }];
        Expression::compile(&text, ROW).map(Self)
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMany {
    One(Path),
    Many(Vec<Path>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

fn space() -> String {
    " ".into()
}

impl From<PickWritten> for Pick {
    fn from(written: PickWritten) -> Self {
        let bare = |from| Self {
            from,
            join: space(),
            prefix: String::new(),
            suffix: String::new(),
            table: BTreeMap::new(),
            otherwise: None,
            expr: None,
        };
        match written {
            PickWritten::Short(path) => bare(vec![path]),
            PickWritten::Long(table) => Self {
                join: table.join,
                prefix: table.prefix,
                suffix: table.suffix,
                table: table.table,
                otherwise: table.otherwise.or(table.value),
                expr: table.expr,
                ..bare(match table.from {
                    OneOrMany::One(path) => vec![path],
                    OneOrMany::Many(paths) => paths,
                })
            },
        }
    }
}

/// A condition on a row.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub from: Path,
    /// One of these, as text.
    pub is: Option<Vec<String>>,
    /// None of these, as text.
    pub not: Option<Vec<String>>,
    /// There, and not empty; or not.
    pub present: Option<bool>,
    /// And this holds too.
    pub and: Option<Box<Condition>>,
}

/// A time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "TimeWritten")]
pub struct TimePick {
    pub from: Path,
    pub formats: Vec<TimeFormat>,
    pub pattern: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TimeWritten {
    from: Path,
    /// A format, or several: the first that fits counts.
    #[serde(default, rename = "as")]
    formats: OneOrManyFormats,
    /// A format of the source's own, in `strptime`'s letters: `%d.%m.%Y %H:%M`.
    pattern: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrManyFormats {
    One(TimeFormat),
    Many(Vec<TimeFormat>),
}

impl Default for OneOrManyFormats {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl TryFrom<TimeWritten> for TimePick {
    type Error = String;

    fn try_from(written: TimeWritten) -> Result<Self, String> {
        let formats = match written.formats {
            OneOrManyFormats::One(format) => vec![format],
            OneOrManyFormats::Many(formats) => formats,
        };
        if formats.is_empty() && written.pattern.is_none() {
            return Err("expected `as` or `pattern`".into());
        }
        Ok(Self { from: written.from, formats, pattern: written.pattern })
    }
}

/// How a source writes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// `2026-10-01T14:05:00Z`, with any fraction and offset, `+0000` too.
    Rfc3339,
    /// A number, or a text that is one.
    EpochSeconds,
    /// A number, or a text that is one.
    EpochMillis,
    /// `2026-10-01`, a whole day.
    IsoDate,
    /// `20261001`, a whole day.
    CompactDate,
    /// `01/10/2026 14:05` in the source's time zone.
    DayMonthYearTime,
    /// `2026-10-01T14:05:00` or with a space, in the source's time zone.
    IsoLocal,
    /// `2026-10-01.14:05:00`, in UTC.
    Dotted,
    /// `20261001140500Z`, as directories write it.
    Generalized,
    /// A table of `year`, `month` and `day`, a whole day; with `hour`, `minute` and `second` a
    /// moment in UTC.
    Parts,
}

/// An amount.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountPick {
    pub from: Path,
    pub unit: MoneyUnit,
    /// Where the currency stands; the source's own where this is left out or leads nowhere.
    pub currency: Option<Path>,
}

/// How a source writes amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoneyUnit {
    /// An integer in the currency's minor unit.
    Minor,
    /// A decimal number, exactly; more decimals than the currency has make it unreadable.
    Decimal,
    /// A number that the source works out in binary: rounded to the currency's decimals.
    Float,
}
