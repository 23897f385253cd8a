//! What the types alone cannot say of actions: that every slot is filled, and every input used.

use std::collections::HashSet;

use super::without::input;
use super::{ActionTable, Find, Idempotency, InputKind, InputTable};
use crate::connectors::act::given;
use crate::connectors::spec::Written;
use crate::connectors::spec::auth::Auth;
use crate::connectors::spec::kind::Kind;
use crate::connectors::spec::paging::Paginator;
use crate::connectors::spec::request::{Endpoint, JsonTemplate, Method, QueryValue};
use crate::connectors::template::Template;

/// Most characters of one value: what travels in one request of the gateway.
const MOST: usize = 10_000;

/// Whether every action can be sent.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(written: &Written) -> Result<(), String> {
    let mut names = HashSet::new();
    for action in &written.actions {
        let name = &action.name;
        if !is_word(name) {
            return Err("actions: a name is small letters, digits and hyphens".into());
        }
        if !names.insert(name) {
            return Err(format!("action `{name}`: there are two of that name"));
        }
        one(written, action).map_err(|why| format!("action `{name}`: {why}"))?;
    }
    Ok(())
}

fn one(written: &Written, action: &ActionTable) -> Result<(), String> {
    if !written.kind.is_http() {
        return Err("files, directories and databases are only read".into());
    }
    if action.title.trim().is_empty() {
        return Err("its title is empty".into());
    }
    let mut names = HashSet::new();
    for input in &action.inputs {
        let name = &input.name;
        if !is_word(name) || name.contains('-') {
            return Err("an input's name is small letters, digits and `_`".into());
        }
        if !names.insert(name) {
            return Err(format!("input `{name}`: there are two of that name"));
        }
        one_input(written, input).map_err(|why| format!("input `{name}`: {why}"))?;
    }
    idempotency(action)?;
    requests(written, action)
}

fn one_input(written: &Written, table: &InputTable) -> Result<(), String> {
    if table.title.trim().is_empty() {
        return Err("its title is empty".into());
    }
    if (table.kind == InputKind::Choice) == table.choices.is_empty() {
        return Err("a `choice` has `choices`, and nothing else has".into());
    }
    if table.unit.is_some() && table.kind != InputKind::Amount {
        return Err("only an `amount` has a `unit`".into());
    }
    let currency = written.client.currency.as_deref();
    if table.kind == InputKind::Amount && currency.is_none() {
        return Err("an `amount` is in the currency of the client, which has none".into());
    }
    if !(1..=MOST).contains(&table.most()) {
        return Err(format!("`most` is between 1 and {MOST}"));
    }
    // The currency may be a variable that nobody has set yet.
    if let Some(usual) = table.usual.as_ref().filter(|_| table.kind != InputKind::Amount) {
        given::read(table, usual, currency).map_err(|why| format!("`usual`: {why}"))?;
    }
    Ok(())
}

fn idempotency(action: &ActionTable) -> Result<(), String> {
    let names = |name: &str| sent(action).any(|text| text.paths().any(|path| path == name));
    let carries = |what: &str| {
        names("key").then_some(()).ok_or_else(|| format!("`{what}` needs a request with `key`"))
    };
    match &action.idempotency {
        Idempotency::ClientId { .. } => carries("client_id")?,
        Idempotency::LookupBefore { .. } => carries("lookup_before")?,
        Idempotency::Version if !names("version") => {
            return Err("`version` needs a request with `version`".into());
        }
        Idempotency::Header { name } if !is_header(name) => {
            return Err("the name of its header is none".into());
        }
        Idempotency::Header { .. }
        | Idempotency::OnceLink { .. }
        | Idempotency::Version
        | Idempotency::None => {}
    }
    let read = action.precondition.as_ref();
    if read.is_some_and(|read| read.version.is_some() && read.version_header.is_some()) {
        return Err("its version is at `version` or in `version_header`".into());
    }
    Ok(())
}

/// The texts of what is sent to write.
fn sent(action: &ActionTable) -> impl Iterator<Item = &Template> {
    let first = action.first.iter().flat_map(|first| first.request.texts());
    action.request.texts().into_iter().chain(first)
}

fn requests(written: &Written, action: &ActionTable) -> Result<(), String> {
    let once = matches!(action.idempotency, Idempotency::OnceLink { .. });
    let mut used = HashSet::new();
    let kind = written.kind;
    let always: &[&str] = match written.client.auth {
        Auth::Basic { .. } => &["origin", "user"],
        _ => &["origin"],
    };
    let mut names = |what: &str, endpoint: &Endpoint, also: &[&str]| {
        let reads = matches!(what, "precondition" | "find");
        slots(action, (endpoint, reads), &[always, also].concat(), &mut used)
            .map_err(|why| format!("{what}: {why}"))
    };
    if let Some(read) = &action.precondition {
        kind.check(&read.endpoint).map_err(|why| format!("precondition: {why}"))?;
        names("precondition", &read.endpoint, &[])?;
        if let Some(name) = read.agrees.keys().find(|name| !known(action, name)) {
            return Err(format!("precondition: there is no input `{name}`"));
        }
    }
    match &action.idempotency {
        Idempotency::ClientId { find } | Idempotency::LookupBefore { find } => {
            let Find { endpoint, newest, all, .. } = find;
            kind.check(endpoint).map_err(|why| format!("find: {why}"))?;
            names("find", endpoint, &["key"])?;
            let texts = endpoint.texts();
            let asks = texts.into_iter().any(|text| text.paths().any(|path| path == "key"));
            if [asks, *newest, *all].into_iter().filter(|one| *one).count() != 1 {
                return Err("find: it asks for `key`, for the `newest` alone, or for `all`".into());
            }
        }
        Idempotency::OnceLink { ask, .. } => {
            if kind != Kind::HttpJson {
                return Err("`once_link` is of the kind `http-json`".into());
            }
            writes(kind, ask, false).map_err(|why| format!("ask: {why}"))?;
            names("ask", ask, &[])?;
        }
        Idempotency::Header { .. } | Idempotency::Version | Idempotency::None => {}
    }
    let mut also = vec!["key"];
    let versioned =
        |read: &super::Precondition| read.version.is_some() || read.version_header.is_some();
    also.extend(action.precondition.as_ref().filter(|read| versioned(read)).map(|_| "version"));
    also.extend(action.precondition.as_ref().map(|_| "before"));
    if let Some(first) = &action.first {
        writes(kind, &first.request, false).map_err(|why| format!("first: {why}"))?;
        names("first", &first.request, &also)?;
        also.push("made");
    }
    writes(kind, &action.request, once).map_err(|why| format!("request: {why}"))?;
    names("request", &action.request, &also)?;
    let read = action.precondition.iter().flat_map(|read| read.agrees.keys());
    used.extend(read.cloned());
    match action.inputs.iter().find(|input| !used.contains(&input.name)) {
        Some(unused) => Err(format!("input `{}`: nothing is done with it", unused.name)),
        None => Ok(()),
    }
}

/// Whether it writes, and says nothing that has no meaning for what writes.
fn writes(kind: Kind, endpoint: &Endpoint, linked: bool) -> Result<(), String> {
    if kind != Kind::HttpJson {
        return kind.check_write(endpoint);
    }
    if matches!(endpoint.method, Method::Get | Method::Search) {
        return Err("what writes is sent by POST, PUT, PATCH or DELETE".into());
    }
    match (endpoint.path.is_some(), linked) {
        (false, false) => return Err("the key `path` is missing".into()),
        (true, true) => return Err("its path is the link that is asked for".into()),
        _ => {}
    }
    let foreign = [
        ("query_by", !endpoint.query_by.is_empty()),
        ("csv", endpoint.csv.is_some()),
        ("ldap", endpoint.ldap.is_some()),
        ("sql", endpoint.sql.is_some()),
        ("graphql", endpoint.graphql.is_some()),
        ("rpc", endpoint.rpc.is_some()),
        ("paginator", !matches!(endpoint.paginator, Paginator::SinglePage)),
        ("data_selector", endpoint.data_selector.is_some()),
    ];
    match foreign.into_iter().find(|(_, there)| *there) {
        Some((name, _)) => Err(format!("the key `{name}` has no meaning for what writes")),
        None => Ok(()),
    }
}

/// Where a value stands in a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the address or a header, which are there or not as a whole.
    Whole,
    /// In a parameter or a field.
    Pair,
    Json,
}

/// The texts of a request, by their place.
fn placed(endpoint: &Endpoint) -> Vec<(Place, &Template)> {
    let path = endpoint.path.iter().flat_map(|path| &path.each);
    let whole = path.chain(endpoint.headers.values()).map(|text| (Place::Whole, text));
    let pairs = endpoint.query.values().chain(endpoint.form.iter().flat_map(|form| form.values()));
    let pairs = pairs.flat_map(QueryValue::texts).map(|text| (Place::Pair, text));
    let call = endpoint.rpc.iter().map(|call| &call.params);
    let json = endpoint.json.iter().chain(endpoint.variables.values()).chain(call);
    let json = json.flat_map(JsonTemplate::texts).map(|text| (Place::Json, text));
    whole.chain(pairs).chain(json).collect()
}

/// Whether a request names only what there will be; notes the inputs that it uses.
fn slots(
    action: &ActionTable,
    // What is read is not pruned.
    (endpoint, reads): (&Endpoint, bool),
    also: &[&str],
    used: &mut HashSet<String>,
) -> Result<(), String> {
    for (place, path) in placed(endpoint)
        .into_iter()
        .flat_map(|(place, text)| text.paths().map(move |path| (place, path)))
    {
        let Some(name) = input(&path) else {
            let root = path.split('.').next().unwrap_or(&path);
            match root {
                "input" => return Err("it names `input`, and not which one".into()),
                root if also.contains(&root) => continue,
                root => return Err(format!("it wants `{root}`, which nothing gives it")),
            }
        };
        let Some(table) = action.inputs.iter().find(|input| input.name == name) else {
            return Err(format!("it wants `input.{name}`, and there is no such input"));
        };
        if table.kind == InputKind::Lines && place != Place::Json {
            return Err(format!("`input.{name}` has several lines, which only JSON takes"));
        }
        if table.may_lack() && (reads || place == Place::Whole) {
            return Err(format!("it cannot do without `input.{name}`, which is not required"));
        }
        used.insert(name.to_owned());
    }
    Ok(())
}

fn known(action: &ActionTable, name: &str) -> bool {
    action.inputs.iter().any(|input| input.name == name)
}

fn is_word(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    (1..=40).contains(&name.len()) && name.bytes().all(plain)
}

fn is_header(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
