//! Connectors as files: a wrong one is refused in one sentence, and whatever a source answers is
//! read or left, never fatal.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use norns::connectors::map;
use norns::connectors::shipped::{REAL, SHIPPED, text};
use norns::connectors::spec::Connector;
use norns::domain::source::Facts;
use norns::domain::text::CleanText;
use proptest::prelude::*;
use serde_json::{Map, Value};

fn variable(name: &str) -> Option<String> {
    if ["_COUNTRY", "_CURRENCY", "_ZONE"].iter().any(|end| name.ends_with(end)) {
        return None;
    }
    Some(match name {
        "CSV_URL" => "file:///srv/drop/customers-*.csv".into(),
        "LDAP_URL" => "ldap://127.0.0.1:9/dc=desk".into(),
        "BILLING_URL" => "postgres://norns:s3cret@127.0.0.1:9/billing".into(),
        name if name.ends_with("_ZONE") => return None,
        name if name.ends_with("_URL") => "http://127.0.0.1:9/".into(),
        _ => "s3cret".into(),
    })
}

fn read(text: &str) -> Result<Connector, String> {
    Connector::read("bill.toml", text, &variable).map_err(|complaint| complaint.to_string())
}

fn bill() -> &'static str {
    SHIPPED.iter().find(|(name, _)| *name == "bill").unwrap().1
}

#[test]
fn every_shipped_connector_is_read() {
    for (name, text) in SHIPPED.into_iter().chain(REAL) {
        Connector::read(name, text, &variable).unwrap();
    }
}

#[test]
fn what_is_wrong_in_a_connector_is_said_with_its_place_and_without_its_values() {
    let wrongs = [
        (
            "[client]",
            "[cleint]",
            "bill.toml:5:2: cleint: there is no such key; did you mean `client`",
        ),
        (
            "by = \"phone\"",
            "by = \"fax\"",
            "expected phone, email, account, case, name, id or segment",
        ),
        ("id = \"BILL\"\n", "id = \"billing system\"\n", "id: expected up to 12 of A-Z"),
        ("country = \"CA\"", "country = \"ZZ\"", "client.country: no numbering plan is known"),
        ("America/Toronto", "America/Torono", "client.time_zone: no such zone"),
        ("${BILL_URL}", "ftp://x", "client.base_url: expected an http or https address"),
        ("${BILL_URL}", "${BILL_URL", "expected `}` after `${`"),
        ("needs = [\"account\"]", "needs = []", "needs at least one kind of key"),
        (
            "needs = [\"account\"]",
            "needs = [\"account\"]\naside = true",
            "`aside`: only for belongings and relations",
        ),
        ("as = \"empty\"", "as = \"vacant\"", "expected"),
        ("path = \"/ws/accounts\"\n", "", "look-up by phone: the key `path` is missing"),
        ("data_selector = \"accounts\"\n", "", "by phone: the key `data_selector` is missing"),
    ];
    for (right, wrong, expected) in wrongs {
        assert!(bill().contains(right), "{right}");
        let said = read(&bill().replacen(right, wrong, 1)).unwrap_err();
        assert!(said.starts_with("bill.toml"), "{said}");
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(!said.contains("s3cret") && !said.contains('\n'), "{said}");
    }
    let unset = Connector::read("bill.toml", bill(), &|_| None).unwrap_err().to_string();
    assert!(unset.contains("is not set"), "{unset}");
}

/// An action without idempotency, with a slot that nobody fills, or with an input that goes
/// nowhere, is refused when the file is read.
#[test]
fn an_action_that_cannot_be_sent_safely_is_refused() {
    let (_, roundup) = REAL.into_iter().find(|(name, _)| *name == "roundup").unwrap();
    let versioned = "idempotency = { by = \"version\" }";
    for (right, wrong, expected) in [
        (versioned, "", "`idempotency` is missing"),
        (versioned, "idempotency = { by = \"luck\" }", "expected"),
        (versioned, "idempotency = { by = \"header\" }", "`name` is missing"),
        ("If-Match = \"{{ version }}\"", "X-No = \"none\"", "`version` needs a request with"),
        ("version = \"@etag\"", "agrees = { case = \"id\" }", "it wants `version`, which nothing"),
        ("{{ input.title }}", "{{ input.titel }}", "it wants `input.titel`, and there is no such"),
        ("{{ input.title }}", "{{ input }}", "it names `input`, and not which one"),
        ("{{ input.title }}", "{{ made }}", "input `title`: nothing is done with it"),
        ("{{ input.title }}", "{{ account }}", "it wants `account`, which nothing gives it"),
        ("{{ input.title }}", "{{ input.title | safe }}", "expected one of the filters"),
        ("{{ input.title }}", "{% if 1 %}x{% endif %}", "no statements"),
        ("/rest/data/issue/{{ input.case }}\"", "/x/{{ input.text }}\"", "which only JSON takes"),
        ("method = \"PATCH\"", "method = \"GET\"", "what writes is sent by POST, PUT"),
        ("kind = \"choice\", ", "", "a `choice` has `choices`, and nothing else has"),
        ("usual = \"bug\"", "usual = \"mug\"", "`usual`: expected one of critical, urgent"),
        ("name = \"issue\"\n", "name = \"New Issue\"\n", "small letters, digits and hyphens"),
        ("name = \"note\"\n", "name = \"issue\"\n", "there are two of that name"),
        (
            "kind = \"id\", required = true, prefill = \"entry\"",
            "kind = \"id\"",
            "cannot do without",
        ),
        (
            "json = {} }, link",
            "json = {}, paginator = { type = \"header_link\" } }, link",
            "paginator",
        ),
    ] {
        assert!(roundup.contains(right), "{right}");
        let text = roundup.replacen(right, wrong, 1);
        let said = Connector::read("x.toml", &text, &variable).unwrap_err().to_string();
        assert!(said.contains(expected), "{right} -> {wrong}\n{expected}\n{said}");
        assert!(!said.contains("s3cret") && !said.contains('\n'), "{said}");
    }
    let (_, sql) = REAL.into_iter().find(|(name, _)| *name == "sql-billing").unwrap();
    let action = &roundup[roundup.find("[[actions]]").unwrap()..];
    let said = read(&format!("{sql}\n{action}")).unwrap_err();
    assert!(said.contains("files, directories and databases are only read"), "{said}");
}

/// What is asked whether records are there asks for their ids, and for nothing else.
#[test]
fn a_comparison_that_could_say_nothing_is_refused() {
    let (_, tryton) = REAL.into_iter().find(|(name, _)| *name == "tryton").unwrap();
    let compares = "gone = \"compare\"\nat_most = 100";
    let ids = "{{ ids | number }}";
    for (right, wrong, expected) in [
        (compares, "gone = \"compared\"\nat_most = 100", "a condition, or \"compare\""),
        (compares, "gone = \"compare\"\nat_most = 0", "expected 1 to 200"),
        (compares, "gone = \"compare\"", "its request wants `ids`"),
        (compares, "at_most = 100", "`at_most` goes with"),
        (compares, &format!("{compares}\nat = [{{ from = \"x\", as = \"parts\" }}]"), "or `at`"),
        (ids, "{{ id }}", "its request wants `id`"),
        (ids, "1", "it needs `ids`"),
        (ids, "{{ since.iso }}", "its request wants `since`"),
    ] {
        assert!(tryton.contains(right), "{right}");
        let text = tryton.replacen(right, wrong, 1);
        let said = Connector::read("x.toml", &text, &variable).unwrap_err().to_string();
        assert!(said.contains(expected), "{right} -> {wrong}\n{expected}\n{said}");
    }
}

#[test]
fn a_question_of_another_kind_of_source_is_refused() {
    let read = |name: &str, right: &str, wrong: &str| {
        let (_, text) = REAL.iter().find(|(known, _)| *known == name).unwrap();
        assert!(text.contains(right), "{right}");
        let text = text.replacen(right, wrong, 1);
        Connector::read("x.toml", &text, &variable).unwrap_err().to_string()
    };
    for (name, right, wrong, expected) in [
        ("csv-drop", "kind = \"csv\"", "kind = \"ldap\"", "expected ldaps://HOST/BASE"),
        ("csv-drop", "[record]", "[csv]\ndelimiter = \"ü\"\n[record]", "one ASCII"),
        ("csv-drop", "csv = {", "ldap = {", "endpoint.ldap: the key `filter`"),
        (
            "csv-drop",
            "[client]",
            "[client]\nauth = { type = \"bearer\", token = \"x\" }",
            "a file takes",
        ),
        ("zammad", "[client]", "[csv]\n[client]", "[csv] is of another kind"),
        (
            "zammad",
            "path = \"/api/v1/users/search\"",
            "csv = { columns = [\"a\"] }",
            "`path` is missing",
        ),
        (
            "ldap-directory",
            "[lookups.endpoint.ldap]",
            "[lookups.endpoint]\npath = \"/x\"\n[lookups.endpoint.ldap]",
            "`path` is of another kind",
        ),
        ("ldap-directory", "(mail={{ email }}))", "(mail={{ email }})", "each of which is closed"),
        ("shopify", "path = \"/admin", "# path = \"/admin", "client.path: this kind needs it"),
        ("shopify", "kind = \"graphql\"\n", "", "client.path: it is of another kind"),
        ("shopify", "graphql.json\"", "{id}.json\"", "client.path: expected a path without values"),
        ("shopify", "query($id: ID!)", "mutation($id: ID!)", "a question changes nothing"),
        ("shopify", "mutation($input", "query($input", "what writes is a mutation"),
        ("shopify", "first: 50, after", "first: {{ id }}, after", "they go into `variables`"),
        ("shopify", "variables = { q =", "variables = { p =", "the document declares no `$p`"),
        ("shopify", "variables.after", "variables.behind", "the document declares no `$behind`"),
        (
            "shopify",
            "[lookups.endpoint]\n",
            "[lookups.endpoint]\njson = {}\n",
            "`json` is of another kind",
        ),
        ("tryton", "party.search_read\"", "{{ name }}\"", "expected the name of a method"),
        ("tryton", "%[{{ key }}]", "%", "it asks for `key`, for the `newest` alone, or for `all`"),
        (
            "zammad",
            "data_selector",
            "rpc = { method = \"x\" }\ndata_selector",
            "`rpc` is of another kind",
        ),
    ] {
        let said = read(name, right, wrong);
        assert!(said.contains(expected), "{name}: {expected}: {said}");
    }
}

#[test]
fn a_user_s_own_connector_lies_over_the_shipped_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bill.toml"), "id = \"MINE\"").unwrap();
    assert_eq!(text("bill", Some(folder.path())).as_deref(), Some("id = \"MINE\""));
    assert_eq!(text("crm", Some(folder.path())).as_deref(), Some(SHIPPED[0].1));
    assert_eq!(text("../bill", Some(folder.path())), None);
}

/// Every name that a shipped connector looks for, so that arbitrary answers hit them.
fn names() -> Vec<String> {
    let texts: String = SHIPPED.iter().chain(&REAL).map(|(_, text)| *text).collect();
    let quoted = texts.split('"').skip(1).step_by(2);
    let mut names: Vec<String> = quoted
        .flat_map(|path| path.split('.'))
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>()
            .prop_map(|n| serde_json::Number::from_f64(n).map_or(Value::Null, Value::Number)),
        "\\PC{0,20}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{4}-?[0-9]{2}-?[0-9]{2}(T[0-9:]{8}Z?)?".prop_map(Value::from),
        "-?[0-9]{1,18}(\\.[0-9]{0,3})?".prop_map(Value::from),
    ];
    let name = proptest::sample::select(names());
    leaf.prop_recursive(4, 80, 8, move |inner| {
        let map = prop::collection::vec((name.clone(), inner.clone()), 0..12);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            map.prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Whether everything in it has passed the gate.
fn clean(facts: &Facts) -> bool {
    let line = |text: &CleanText| CleanText::line(text) == *text;
    let entries = facts.entries.iter();
    let mut bodies = entries.map(|entry| CleanText::block(&entry.body) == entry.body);
    bodies.all(|clean| clean)
        && facts.entries.iter().all(|entry| line(&entry.what))
        && facts.profiles().filter_map(|profile| profile.name.as_ref()).all(line)
}

proptest! {
    #[test]
    fn whatever_a_source_answers_is_read_or_left(rows in prop::collection::vec(anything(), 0..4)) {
        for (name, text) in SHIPPED.into_iter().chain(REAL) {
            let connector = Connector::read(name, text, &variable).unwrap();
            let mut facts = Facts::default();
            for table in &connector.written.resources {
                map::resource(&connector, table, &rows, &mut facts);
                facts.others.extend(map::who(&connector, table, &rows));
            }
            prop_assert!(clean(&facts));
            if let Some(table) = &connector.written.record {
                for row in &rows {
                    map::record(&connector, table, row);
                }
            }
        }
    }
}
