//! One TOML file per source, as types. Unknown keys are refused; complaints quote no value.

pub mod action;
pub mod auth;
pub mod changes;
pub mod csv;
pub mod errors;
pub mod graphql;
pub mod kind;
pub mod ldap;
pub mod limits;
pub mod map;
pub mod paging;
pub mod pick;
pub mod request;
pub mod rpc;
pub mod schema;
pub mod session;
pub mod source;
pub mod sql;
pub mod variables;
pub mod webhook;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use self::action::ActionTable;
use self::auth::Auth;
use self::changes::ChangesTable;
use self::csv::CsvFiles;
use self::errors::ErrorRule;
use self::kind::Kind;
use self::limits::Limits;
use self::map::{
    AlertMap, BelongingMap, DueMap, EntryMap, MatterMap, OfferMap, ProfileMap, RecordMap,
    RelationMap,
};
use self::request::Endpoint;
use self::source::{Ambiguous, ClientTable};
use self::webhook::Webhook;
use super::path::Path;
use super::scope;
use crate::domain::customer::KeyKind;
use crate::domain::phone::Region;
use crate::domain::source::SourceId;
use crate::strict::{self, Complaint};

/// One source system: where it is, who a caller is there, and what it knows of a customer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Short name on the screen.
    pub id: String,
    /// What the source is, in words.
    pub title: String,
    #[serde(default)]
    pub kind: Kind,
    pub client: ClientTable,
    /// How the files are written, where `kind` is `csv`.
    pub csv: Option<CsvFiles>,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub errors: Vec<ErrorRule>,
    /// How a look-up's row becomes a record; needed where there are look-ups.
    pub record: Option<RecordMap>,
    #[serde(default)]
    pub lookups: Vec<LookupTable>,
    #[serde(default)]
    pub resources: Vec<ResourceTable>,
    /// What it can be asked of what has changed in it.
    #[serde(default)]
    pub changes: Vec<ChangesTable>,
    /// What it says by itself of that.
    pub webhook: Option<Webhook>,
    #[serde(default)]
    pub actions: Vec<ActionTable>,
}

impl Written {
    /// The columns of files in which keys are looked for, and the kinds of those keys.
    pub fn csv_keys(&self) -> impl Iterator<Item = (Vec<String>, KeyKind)> {
        let of = |own: &Endpoint, first: Option<&ForEach>, kinds: &[KeyKind]| {
            let first = first.and_then(|first| first.endpoint.csv.as_ref());
            let tables = own.csv.as_ref().into_iter().chain(first);
            let keys =
                tables.flat_map(|table| kinds.iter().map(|kind| (table.columns.clone(), *kind)));
            keys.collect::<Vec<_>>()
        };
        let lookups = self.lookups.iter();
        let lookups = lookups
            .flat_map(move |table| of(&table.endpoint, table.for_each.as_ref(), &[table.by]));
        let resources = self.resources.iter();
        lookups.chain(
            resources
                .flat_map(move |table| of(&table.endpoint, table.for_each.as_ref(), &table.needs)),
        )
    }

    /// Says at every request what its kind leaves unsaid there: where it goes, and how.
    fn complete(&mut self) {
        let kind = self.kind;
        if !kind.has_one_address() {
            return;
        }
        let client = self.client.clone();
        let lookups = self.lookups.iter_mut().map(|t| (&mut t.endpoint, &mut t.for_each));
        let resources = self.resources.iter_mut().map(|t| (&mut t.endpoint, &mut t.for_each));
        let reads = lookups.chain(resources).flat_map(|(own, first)| {
            first.iter_mut().map(|first| &mut first.endpoint).chain([own])
        });
        for endpoint in reads {
            kind.complete(endpoint, &client, true);
        }
        for table in &mut self.changes {
            for endpoint in table.start.iter_mut().chain([&mut table.endpoint]) {
                kind.complete(endpoint, &client, true);
            }
        }
        for (endpoint, reads) in self.actions.iter_mut().flat_map(ActionTable::endpoints) {
            kind.complete(endpoint, &client, reads);
        }
    }

    /// Every question that is asked.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        let lookups = self.lookups.iter().map(|table| (&table.endpoint, &table.for_each));
        let resources = self.resources.iter().map(|table| (&table.endpoint, &table.for_each));
        lookups
            .chain(resources)
            .flat_map(|(own, first)| first.iter().map(|first| &first.endpoint).chain([own]))
    }
}

/// `[[lookups]]`: who has this key?
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupTable {
    #[serde(deserialize_with = "key_kind")]
    #[schemars(with = "KeyName")]
    pub by: KeyKind,
    pub endpoint: Endpoint,
    /// Rows that are asked for first, as of a resource.
    pub for_each: Option<ForEach>,
    /// Where a row says whose it is, as of a resource; `parent` alone is of use here, because a hit
    /// is re-checked by the key itself.
    #[serde(default)]
    pub belongs: BTreeMap<Owner, Path>,
}

/// `[[resources]]`: one thing that a view asks for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceTable {
    pub name: String,
    /// The kind of key it is asked by, in the order of preference. Telephone numbers are asked
    /// one by one, every number once.
    #[serde(deserialize_with = "key_kinds")]
    #[schemars(with = "Vec<KeyName>")]
    pub needs: Vec<KeyKind>,
    /// Whose ids it is asked by, where they are another source's.
    pub id_of: Option<String>,
    pub endpoint: Endpoint,
    /// Rows that are asked for first; `endpoint` is then asked for them.
    pub for_each: Option<ForEach>,
    /// Where a row says whose it is, by the kind of key that it was asked by: rows of others are
    /// left out, and an answer of nothing but those is a failure. A path into a list leads to each
    /// of its elements, one of which must agree. `parent` is the id of a row of `for_each`.
    #[serde(default)]
    pub belongs: BTreeMap<Owner, Path>,
    /// So many seconds an answer is given again without asking, with its age, unless the agent asks
    /// anew, norns writes into the source, or the source says that it has changed. Asked every time
    /// where it is left out. In memory only; what failed or was cut short is not kept.
    pub ttl_s: Option<u64>,
    /// Where the source does not let it be read, or has no such thing, the rest is shown all the same,
    /// and it is said that this is missing. For belongings and relations alone: of what could keep
    /// somebody from acting, silence is no answer.
    #[serde(default)]
    pub aside: bool,
    pub profile: Option<ProfileMap>,
    pub entry: Option<EntryMap>,
    #[serde(default)]
    pub matters: Vec<MatterMap>,
    #[serde(default)]
    pub dues: Vec<DueMap>,
    #[serde(default)]
    pub alerts: Vec<AlertMap>,
    pub offer: Option<OfferMap>,
    #[serde(default)]
    pub belongings: Vec<BelongingMap>,
    #[serde(default)]
    pub relations: Vec<RelationMap>,
}

impl ResourceTable {
    /// How old an answer may be that is given again.
    pub fn ttl(&self) -> Option<Duration> {
        self.ttl_s.map(Duration::from_secs)
    }
}

/// `[resources.for_each]`: rows, for each of which the resource's endpoint is asked with the row
/// as `parent`, or for all at once with the rows as `parents`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForEach {
    pub endpoint: Endpoint,
    /// Where these rows say whose they are: others are left out.
    #[serde(default)]
    pub belongs: BTreeMap<Owner, Path>,
    /// Where these rows have the id by which the endpoint's rows belong to them.
    #[serde(default = "own_id")]
    pub id: Path,
    /// Ask once, for all.
    #[serde(default)]
    pub batch: bool,
    /// At most so many of them; the first.
    #[serde(default = "fifty")]
    pub at_most: usize,
    /// So many at a time.
    #[serde(default = "four")]
    pub concurrent: usize,
}

fn own_id() -> Path {
    Path::name("id")
}

fn fifty() -> usize {
    50
}

fn four() -> usize {
    4
}

/// By what a row is recognised as one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    Phone,
    Email,
    Account,
    Case,
    Name,
    Id,
    Segment,
    Parent,
}

impl Owner {
    /// Whether it is this kind of key.
    pub fn is(self, kind: KeyKind) -> bool {
        let own = match self {
            Self::Phone => KeyKind::Phone,
            Self::Email => KeyKind::Email,
            Self::Account => KeyKind::Account,
            Self::Case => KeyKind::Case,
            Self::Name => KeyKind::Name,
            Self::Id => KeyKind::Id,
            Self::Segment => KeyKind::Segment,
            Self::Parent => return false,
        };
        own == kind
    }
}

/// The kinds of key; the domain itself knows no files.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum KeyName {
    Phone,
    Email,
    Account,
    Case,
    Name,
    Id,
    Segment,
}

fn key_kind<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<KeyKind, D::Error> {
    let name = String::deserialize(reader)?;
    let known = KeyKind::ALL.into_iter().find(|kind| kind.name() == name);
    known.ok_or_else(|| {
        serde::de::Error::custom("expected phone, email, account, case, name, id or segment")
    })
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
    /// The name by which requests are authorised, where that is HTTP's own way.
    pub user: Option<String>,
    pub written: Written,
}

/// What a source leaves unsaid in its values.
#[derive(Debug, Clone)]
pub struct Units {
    pub home: Region,
    pub zone: TimeZone,
    pub ambiguous: Ambiguous,
    pub currency: Option<String>,
    pub nothing: Vec<String>,
}

impl Connector {
    /// Reads a connector's text; `${NAME}` and `${NAME:-USUAL}` in the client's table are filled
    /// from `given`.
    ///
    /// # Errors
    /// One complaint about the first thing that is wrong.
    pub fn read(
        file: &str,
        text: &str,
        given: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Complaint> {
        let mut written: Written = strict::read(file, text)?;
        let complain = |what: String| Complaint::of(file, what);
        variables::fill(&mut written.client, given).map_err(complain)?;
        if let Some(hook) = &mut written.webhook {
            variables::fill_text(&mut hook.secret, given).map_err(complain)?;
        }
        let id = SourceId::new(&written.id)
            .ok_or_else(|| complain("id: expected up to 12 of A-Z, 0-9 and -".into()))?;
        written.kind.check_client(&written.client).map_err(|what| complain(what.into()))?;
        let base = written
            .kind
            .address(&written.client.base_url)
            .map_err(|what| complain(format!("client.base_url: {what}")))?;
        let home = Region::of_country(&written.client.country)
            .ok_or_else(|| complain("client.country: no numbering plan is known".into()))?;
        let zone = TimeZone::get(&written.client.time_zone)
            .map_err(|_| complain("client.time_zone: no such zone".into()))?;
        if let Auth::Oauth2(oauth) = &written.client.auth
            && let Some(missing) = oauth.missing()
        {
            return Err(complain(format!("client.auth: this grant needs `{missing}`")));
        }
        written.kind.check_client(&written.client).map_err(|what| complain(what.into()))?;
        check(&written).map_err(complain)?;
        written.complete();
        let deadline = Duration::from_millis(written.client.deadline_ms);
        let client = &written.client;
        let units = Units {
            home,
            zone,
            ambiguous: client.ambiguous,
            currency: client.currency.clone(),
            nothing: client.nothing.clone(),
        };
        let user = match &client.auth {
            Auth::Basic { username, .. } => Some(username.clone()),
            _ => None,
        };
        Ok(Self { id, base, deadline, units, user, written })
    }
}

/// How many seconds an answer may be given again: a call takes no longer than the most.
const TTL: std::ops::RangeInclusive<u64> = 1..=3600;

/// What the types alone cannot say.
fn check(written: &Written) -> Result<(), String> {
    if !written.lookups.is_empty() && written.record.is_none() {
        return Err("look-ups need a [record] table".into());
    }
    if let Some(files) = &written.csv {
        files.check(written.kind)?;
    }
    for look_up in &written.lookups {
        let first = look_up.for_each.as_ref();
        check_request(written.kind, (&look_up.endpoint, first), &[look_up.by])
            .map_err(|why| format!("look-up by {}: {why}", look_up.by.name()))?;
    }
    for resource in &written.resources {
        check_resource(written.kind, resource)
            .map_err(|why| format!("resource `{}`: {why}", resource.name))?;
    }
    action::check(written)?;
    for table in &written.changes {
        changes::check(written.kind, table)
            .map_err(|why| format!("changes `{}`: {why}", table.name))?;
    }
    if let Some(hook) = &written.webhook {
        webhook::check(hook).map_err(|why| format!("webhook: {why}"))?;
    }
    Ok(())
}

fn check_resource(kind: Kind, resource: &ResourceTable) -> Result<(), String> {
    if resource.needs.is_empty() {
        return Err("needs at least one kind of key".into());
    }
    if resource.ttl_s.is_some_and(|ttl| !TTL.contains(&ttl)) {
        return Err("`ttl_s`: expected 1 to 3600 seconds".into());
    }
    let weighs = resource.profile.is_some()
        || resource.entry.is_some()
        || resource.offer.is_some()
        || !(resource.matters.is_empty() && resource.dues.is_empty() && resource.alerts.is_empty());
    if resource.aside && weighs {
        return Err("`aside`: only for belongings and relations".into());
    }
    if resource.belongs.contains_key(&Owner::Parent) && resource.for_each.is_none() {
        return Err("belongs to a parent, and has no `for_each`".into());
    }
    check_request(kind, (&resource.endpoint, resource.for_each.as_ref()), &resource.needs)
}

fn check_request(
    kind: Kind,
    (endpoint, first): (&Endpoint, Option<&ForEach>),
    needs: &[KeyKind],
) -> Result<(), String> {
    kind.check(endpoint)?;
    let Some(first) = first else { return check_names(endpoint, needs, &[]) };
    kind.check(&first.endpoint)?;
    check_names(&first.endpoint, needs, &[])?;
    check_names(endpoint, needs, &[if first.batch { "parents" } else { "parent" }])
}

/// Whether a request names only what there will be.
fn check_names(endpoint: &Endpoint, needs: &[KeyKind], also: &[&str]) -> Result<(), String> {
    let wrong = endpoint.names().into_iter().find(|name| {
        let asked = scope::kind(name).is_some_and(|kind| needs.contains(&kind));
        !asked && !also.contains(&name.as_str())
    });
    match wrong {
        Some(name) => Err(format!("its request wants `{name}`, which it is not asked with")),
        None => Ok(()),
    }
}
