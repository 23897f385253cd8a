//! One TOML file per source, as types. Unknown keys are refused; complaints quote no value.

use std::collections::BTreeMap;
use std::time::Duration;

use indexmap::IndexMap;
use jiff::tz::TimeZone;
use serde::Deserialize;
use url::Url;

use super::path::Path;
use super::template::Template;
use crate::domain::customer::KeyKind;
use crate::domain::phone::Region;
use crate::domain::source::SourceId;
use crate::strict::{self, Complaint};

/// A connector as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Short name on the screen.
    pub id: String,
    /// What the source is, in words.
    pub title: String,
    pub client: ClientTable,
    #[serde(default)]
    pub errors: Vec<ErrorRule>,
    /// How a look-up's row becomes a record; needed where there are look-ups.
    pub record: Option<RecordMap>,
    #[serde(default)]
    pub lookups: Vec<LookupTable>,
    #[serde(default)]
    pub resources: Vec<ResourceTable>,
}

/// `[client]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientTable {
    pub base_url: String,
    #[serde(default)]
    pub auth: Auth,
    /// Longest wait for a whole answer, in milliseconds.
    #[serde(default = "two_seconds")]
    pub deadline_ms: u64,
    /// ISO 3166 country of numbers without a country code.
    #[serde(default = "canada")]
    pub country: String,
    /// IANA zone of times without one.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// ISO 4217 code of amounts without one.
    pub currency: Option<String>,
}

fn two_seconds() -> u64 {
    2_000
}

fn canada() -> String {
    "CA".into()
}

fn utc() -> String {
    "UTC".into()
}

/// How requests are authorised. Values usually come from `${VARIABLES}`.
#[derive(Clone, Deserialize, Default)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    #[default]
    None,
    Bearer {
        token: String,
    },
    Basic {
        username: String,
        #[serde(default)]
        password: String,
    },
    /// Any headers.
    Headers {
        headers: BTreeMap<String, String>,
    },
    Query {
        name: String,
        value: String,
    },
}

/// Names the kind and never the value.
impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Bearer { .. } => "Bearer(…)",
            Self::Basic { .. } => "Basic(…)",
            Self::Headers { .. } => "Headers(…)",
            Self::Query { .. } => "Query(…)",
        })
    }
}

/// What an answer means, where its status does not say so. The first that fits counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorRule {
    pub status: Option<u16>,
    pub when: Option<Condition>,
    #[serde(rename = "as")]
    pub meaning: Meaning,
}

/// The meanings that a rule can give to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// It knows nothing of this customer.
    Empty,
    NotPermitted,
    /// It sheds load.
    RateLimited,
    Failed,
}

/// `[[lookups]]`: who has this key?
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupTable {
    #[serde(deserialize_with = "key_kind")]
    pub by: KeyKind,
    pub endpoint: Endpoint,
}

/// `[[resources]]`: one thing that a view asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceTable {
    pub name: String,
    /// The kind of key it is asked by, in the order of preference. Telephone numbers are asked
    /// one by one, every number once.
    #[serde(deserialize_with = "key_kinds")]
    pub needs: Vec<KeyKind>,
    /// Whose ids it is asked by, where they are another source's.
    pub id_of: Option<String>,
    pub endpoint: Endpoint,
    pub profile: Option<ProfileMap>,
    pub entry: Option<EntryMap>,
    #[serde(default)]
    pub matters: Vec<MatterMap>,
    #[serde(default)]
    pub dues: Vec<DueMap>,
    #[serde(default)]
    pub alerts: Vec<AlertMap>,
    pub offer: Option<OfferMap>,
}

/// Where to ask, and where the rows are in the answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    pub path: String,
    #[serde(default)]
    pub query: IndexMap<String, Template>,
    /// For keys of another kind than the first: their query instead.
    #[serde(default)]
    pub query_by: BTreeMap<String, IndexMap<String, Template>>,
    #[serde(default)]
    pub paginator: Paginator,
    pub data_selector: Path,
}

/// How an answer goes on.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Paginator {
    #[default]
    SinglePage,
    /// `page=1,2,…` until `total_path` rows are there.
    PageNumber { page_param: String, size_param: String, size: u32, total_path: Path },
    /// `offset=0,100,…` until as many rows are there as the total says, by header or path.
    Offset {
        offset_param: String,
        limit_param: String,
        limit: u32,
        total_header: Option<String>,
        total_path: Option<Path>,
    },
    /// A token in the body that the next request carries.
    Cursor { cursor_param: String, cursor_path: Path },
    /// The last row's id in the next request, while `more_path` is true.
    LastId { cursor_param: String, id_path: Path, more_path: Path },
    /// A `Link` header with `rel="next"`; to the same origin only.
    HeaderLink,
    /// The next request's URL in the body; to the same origin only.
    NextUrl { next_path: Path },
}

/// A value: from paths, joined; through a table; with a default.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "PickWritten")]
pub struct Pick {
    pub from: Vec<Path>,
    pub join: String,
    pub prefix: String,
    pub suffix: String,
    pub table: BTreeMap<String, String>,
    pub otherwise: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum PickWritten {
    Short(Path),
    Long(PickTable),
}

#[derive(Deserialize)]
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
}

#[derive(Deserialize)]
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
        };
        match written {
            PickWritten::Short(path) => bare(vec![path]),
            PickWritten::Long(table) => Self {
                join: table.join,
                prefix: table.prefix,
                suffix: table.suffix,
                table: table.table,
                otherwise: table.otherwise.or(table.value),
                ..bare(match table.from {
                    OneOrMany::One(path) => vec![path],
                    OneOrMany::Many(paths) => paths,
                })
            },
        }
    }
}

/// A condition on a row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub from: Path,
    /// One of these, as text.
    pub is: Option<Vec<String>>,
    /// None of these, as text.
    pub not: Option<Vec<String>>,
    /// There, and not empty; or not.
    pub present: Option<bool>,
}

/// A time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimePick {
    pub from: Path,
    #[serde(rename = "as")]
    pub format: TimeFormat,
}

/// How a source writes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    Rfc3339,
    EpochSeconds,
    EpochMillis,
    /// `2026-10-01`, a whole day.
    IsoDate,
    /// `20261001`, a whole day.
    CompactDate,
    /// `01/10/2026 14:05` in the source's time zone; of two times in a repeated hour, the earlier.
    DayMonthYearTime,
}

/// An amount.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmountPick {
    pub from: Path,
    pub unit: MoneyUnit,
    /// Where the currency stands; the source's own where this is left out or leads nowhere.
    pub currency: Option<Path>,
}

/// How a source writes amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyUnit {
    /// An integer in the currency's minor unit.
    Minor,
    /// A decimal number as text.
    Decimal,
}

/// `[record]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordMap {
    pub id: Pick,
    pub name: Pick,
    pub account: Option<Pick>,
    pub status: Option<Pick>,
    pub since: Option<TimePick>,
    #[serde(default)]
    pub contacts: Vec<ContactMap>,
    /// Where a look-up by case is answered with the customer: nothing in the record to re-check.
    #[serde(default)]
    pub case_is_exact: bool,
}

/// `contacts = [{ each = "phones", kind = "kind", value = "number" }]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactMap {
    pub each: Path,
    pub kind: Pick,
    pub value: Pick,
    pub confirmed: Option<TimePick>,
}

/// `[resources.profile]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileMap {
    pub name: Option<Pick>,
    pub account: Option<Pick>,
    pub status: Option<Pick>,
    pub segment: Option<Pick>,
    pub since: Option<TimePick>,
    #[serde(default)]
    pub contacts: Vec<ContactMap>,
    pub language: Option<Pick>,
    pub household: Option<Pick>,
    pub household_size: Option<Path>,
    pub parent: Option<Pick>,
    pub special_care: Option<SpecialCare>,
}

/// The first element of a list that fits, as text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialCare {
    pub each: Path,
    pub when: Condition,
    pub text: Pick,
}

/// `[resources.entry]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryMap {
    pub when: Option<Condition>,
    pub id: Pick,
    pub at: TimePick,
    pub channel: Pick,
    pub what: Pick,
    pub body: Option<Pick>,
    pub amount: Option<AmountPick>,
    pub state: Option<Pick>,
    pub author: Option<Pick>,
    pub department: Option<Pick>,
    #[serde(default)]
    pub fields: IndexMap<String, Pick>,
    pub lines: Option<LineMap>,
    pub searched: Option<Pick>,
    pub read: Option<Pick>,
    pub tried: Option<Pick>,
    pub pinned: Option<Condition>,
    #[serde(default)]
    pub internal: bool,
}

/// `[resources.entry.lines]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineMap {
    pub each: Path,
    pub what: Pick,
    pub service: Option<Pick>,
    pub period: Option<Pick>,
    pub amount: Option<AmountPick>,
}

/// `[[resources.matters]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatterMap {
    pub when: Option<Condition>,
    /// Each element of this list is one; the row itself where it is left out.
    pub each: Option<Path>,
    pub id: Pick,
    pub kind: Pick,
    pub what: Pick,
    pub state: Option<Pick>,
    pub since: Option<TimePick>,
    pub expected: Option<TimePick>,
    pub owner: Option<Pick>,
    pub amount: Option<AmountPick>,
}

/// `[[resources.dues]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueMap {
    pub when: Option<Condition>,
    pub id: Pick,
    pub at: TimePick,
    pub kind: Pick,
    pub what: Pick,
    pub owner: Option<Pick>,
    pub state: Option<Pick>,
    pub amount: Option<AmountPick>,
}

/// `[[resources.alerts]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertMap {
    pub when: Option<Condition>,
    pub each: Option<Path>,
    pub kind: Pick,
    pub text: Pick,
    pub owner: Option<Pick>,
    pub since: Option<TimePick>,
}

/// `[resources.offer]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferMap {
    pub id: Pick,
    pub what: Pick,
}

fn key_kind<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<KeyKind, D::Error> {
    let name = String::deserialize(reader)?;
    let known = KeyKind::ALL.into_iter().find(|kind| kind.name() == name);
    known
        .ok_or_else(|| serde::de::Error::custom("expected phone, email, account, case, name or id"))
}

fn key_kinds<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<Vec<KeyKind>, D::Error> {
    #[derive(Deserialize)]
    struct One(#[serde(deserialize_with = "key_kind")] KeyKind);
    Ok(Vec::<One>::deserialize(reader)?.into_iter().map(|one| one.0).collect())
}

/// A connector that can be asked: what was written, with its variables filled in and its words
/// understood.
#[derive(Debug, Clone)]
pub struct Connector {
    pub id: SourceId,
    pub base: Url,
    pub deadline: Duration,
    pub units: Units,
    pub written: Written,
}

/// What a source leaves unsaid in its values.
#[derive(Debug, Clone)]
pub struct Units {
    pub home: Region,
    pub zone: TimeZone,
    pub currency: Option<String>,
}

impl Connector {
    /// Reads a connector's text; `${NAME}` in the client's table is filled from `variables`.
    ///
    /// # Errors
    /// One complaint about the first thing that is wrong.
    pub fn read(
        file: &str,
        text: &str,
        variables: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Complaint> {
        let mut written: Written = strict::read(file, text)?;
        let complain = |what: String| Complaint::of(file, what);
        fill_client(&mut written.client, variables).map_err(complain)?;
        let id = SourceId::new(&written.id)
            .ok_or_else(|| complain("id: expected up to 12 of A-Z, 0-9 and -".into()))?;
        let base = Url::parse(&written.client.base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| complain("client.base_url: expected an http or https address".into()))?;
        let home = Region::of_country(&written.client.country)
            .ok_or_else(|| complain("client.country: no numbering plan is known".into()))?;
        let zone = TimeZone::get(&written.client.time_zone)
            .map_err(|_| complain("client.time_zone: no such zone".into()))?;
        if !written.lookups.is_empty() && written.record.is_none() {
            return Err(complain("look-ups need a [record] table".into()));
        }
        for resource in &written.resources {
            check_resource(resource).map_err(complain)?;
        }
        let deadline = Duration::from_millis(written.client.deadline_ms);
        let units = Units { home, zone, currency: written.client.currency.clone() };
        Ok(Self { id, base, deadline, units, written })
    }
}

fn check_resource(resource: &ResourceTable) -> Result<(), String> {
    let name = &resource.name;
    if resource.needs.is_empty() {
        return Err(format!("resource `{name}`: needs at least one kind of key"));
    }
    let path = Template::try_from(resource.endpoint.path.clone())
        .map_err(|why| format!("resource `{name}`: path: {why}"))?;
    match path.kinds().find(|kind| !resource.needs.contains(kind)) {
        Some(kind) => Err(format!(
            "resource `{name}`: its path wants a key it does not need ({})",
            kind.name()
        )),
        None => Ok(()),
    }
}

fn fill_client(
    client: &mut ClientTable,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Result<(), String> {
    fill(&mut client.base_url, variables)?;
    match &mut client.auth {
        Auth::None => Ok(()),
        Auth::Bearer { token } => fill(token, variables),
        Auth::Basic { username, password } => {
            fill(username, variables)?;
            fill(password, variables)
        }
        Auth::Headers { headers } => {
            headers.values_mut().try_for_each(|value| fill(value, variables))
        }
        Auth::Query { value, .. } => fill(value, variables),
    }
}

fn fill(text: &mut String, variables: &dyn Fn(&str) -> Option<String>) -> Result<(), String> {
    let mut filled = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("${") {
        let after = &rest[start + 2..];
        let end = after.find('}').ok_or("expected `}` after `${`")?;
        let name = &after[..end];
        let value = variables(name).ok_or_else(|| format!("variable `{name}` is not set"))?;
        filled.push_str(&rest[..start]);
        filled.push_str(&value);
        rest = &after[end + 1..];
    }
    filled.push_str(rest);
    *text = filled;
    Ok(())
}
