use std::sync::Arc;

use serde_json::{Value, json};

use super::super::{ConnectorSource, Shared};
use crate::connectors::Source;
use crate::connectors::act::Intent;
use crate::connectors::carry::{Headers, Lost, Reply};
use crate::connectors::recording::Script;
use crate::connectors::request::Body;
use crate::connectors::spec::Connector;

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A source with one action of this kind of idempotency.
fn connector(idempotency: &str, more: &str) -> Connector {
    let text = format!(
        r#"
        id = "DESK"
        title = "Desk"
        client = {{ base_url = "https://desk.example", currency = "CAD" }}
        [[actions]]
        name = "open"
        title = "Open a case"
        idempotency = {idempotency}
        id = "id"
        inputs = [
            {{ name = "text", title = "Text", kind = "lines", required = true }},
            {{ name = "refund", title = "Refund", kind = "amount", unit = "minor" }},
            {{ name = "day", title = "Day", kind = "date" }},
            {{ name = "kind", title = "Kind", kind = "choice", usual = "2", choices = {{ 1 = "fault", 2 = "question" }} }},
        ]
        {more}
        [actions.request]
        method = "POST"
        path = "/cases"
        json = {{ text = "{{{{ input.text }}}}", refund = {{ minor = "{{{{ input.refund }}}}" }}, days = ["{{{{ input.day }}}}"], kind = "{{{{ input.kind | number }}}}", ref = "{{{{ key }}}}", seen = "{{{{ version | default('none') }}}}" }}
        "#
    );
    let text = if more.contains("precondition") {
        text
    } else {
        text.replace(", seen = \"{{ version | default('none') }}\"", "")
    };
    let linked = idempotency.contains("once_link");
    let text = if linked { text.replace("path = \"/cases\"", "") } else { text };
    Connector::read("desk.toml", &text, &|_| None).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn answer(status: u16, body: Value) -> Reply {
    let body = Ok(body.to_string().into_bytes());
    Reply { status, headers: Headers::default(), body }
}

fn made() -> Reply {
    answer(201, json!({ "id": "C-7" }))
}

/// An answer of which only the head came.
fn cut() -> Reply {
    Reply { body: Err(Lost::Cut), ..made() }
}

fn found(keys: &[&str]) -> Reply {
    let rows: Vec<Value> =
        keys.iter().map(|key| json!({ "id": "C-7", "ref": format!("desk {key}") })).collect();
    answer(200, json!(rows))
}

const FIND: &str = "find = { endpoint = { path = \"/cases\", query = { ref = \"{{ key }}\" }, data_selector = \".\" }, carries = \"ref\", id = \"id\" }";

fn intent() -> Intent {
    let inputs = [("text", "Charged twice\nin October"), ("refund", "39.99")];
    let inputs = inputs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Intent { action: "open".into(), inputs: inputs.into(), key: KEY.into(), again: false }
}

/// What became of it, and which requests were made.
async fn act(connector: Connector, intent: &Intent, replies: Vec<Reply>) -> (String, Vec<String>) {
    let script = Arc::new(Script::new(replies));
    let now = jiff::Timestamp::UNIX_EPOCH;
    let shared = Shared::new(Arc::new(move || now));
    let source = ConnectorSource::carried_by(script.clone(), connector, &shared);
    let said = source.act(intent).await.sentence();
    let asked = script.asked();
    let asked = asked.iter().map(|request| {
        let headers = request.headers.iter().map(|(name, value)| format!(" {name}={value}"));
        format!("{} {}{}", request.method, request.url.path(), headers.collect::<String>())
    });
    (said, asked.collect())
}

#[tokio::test]
async fn inputs_are_typed_and_what_is_not_given_is_left_out() {
    let script = Arc::new(Script::new([made()]));
    let now = jiff::Timestamp::UNIX_EPOCH;
    let shared = Shared::new(Arc::new(move || now));
    let plain = connector("{ by = \"none\" }", "");
    let source = ConnectorSource::carried_by(script.clone(), plain, &shared);
    assert_eq!(source.act(&intent()).await.sentence(), "done, as C-7");
    let sent = script.asked().remove(0);
    let expected = json!({ "text": "Charged twice\nin October", "refund": { "minor": 3999 }, "days": [], "kind": 2, "ref": KEY });
    assert_eq!(sent.body, Body::Json(expected));
}

#[tokio::test]
async fn a_wrong_input_is_refused_by_its_title_and_nothing_is_sent() {
    let with = |name: &str, value: &str| {
        let mut intent = intent();
        intent.inputs.insert(name.into(), value.into());
        intent
    };
    for (wrong, said) in [
        (with("text", "  "), "Text: it is needed"),
        (with("text", &"x".repeat(2_001)), "Text: expected at most 2000 characters"),
        (with("refund", "39.999"), "Refund: expected an amount such as 39.99"),
        (with("day", "24.12."), "Day: expected a day such as 2026-12-24"),
        (with("kind", "7"), "Kind: expected one of 1, 2"),
        (with("colour", "red"), "it takes no such input"),
        (Intent { action: "close".into(), ..intent() }, "there is no such action"),
    ] {
        let (told, asked) = act(connector("{ by = \"none\" }", ""), &wrong, vec![made()]).await;
        assert_eq!(told, format!("refused: {said}; nothing was written"));
        assert!(asked.is_empty(), "{said}: {asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_no_idempotency_is_never_sent_again() {
    let unknown = "unknown, check there: answer cut short; it may be written or not";
    let (said, asked) =
        act(connector("{ by = \"none\" }", ""), &intent(), vec![cut(), made()]).await;
    assert_eq!((said.as_str(), asked.len()), (unknown, 1));
    for status in [408, 500, 502, 503, 504, 507, 302] {
        let lost = vec![answer(status, json!({})), made()];
        let (said, asked) = act(connector("{ by = \"none\" }", ""), &intent(), lost).await;
        assert!(said.starts_with("unknown") && asked.len() == 1, "{status}: {said} {asked:?}");
    }
    for status in [400, 401, 403, 404, 409, 412, 422, 429] {
        let refused = vec![answer(status, json!({})), made()];
        let (said, asked) = act(connector("{ by = \"none\" }", ""), &intent(), refused).await;
        assert!(said.starts_with("refused") && asked.len() == 1, "{status}: {said} {asked:?}");
    }
    let (said, _) = act(connector("{ by = \"none\" }", ""), &intent(), vec![]).await;
    assert_eq!(said, "refused: nobody listens there; nothing was written");
}

#[tokio::test(start_paused = true)]
async fn a_header_carries_the_same_key_both_times_and_there_is_no_third() {
    let header = || connector("{ by = \"header\", name = \"Idempotency-Key\" }", "");
    let (said, asked) = act(header(), &intent(), vec![cut(), made()]).await;
    assert_eq!(said, "done, as C-7");
    assert_eq!(asked, vec![format!("POST /cases Idempotency-Key={KEY}"); 2]);
    // What the second answer refuses may be written by the first.
    for second in [cut(), answer(429, json!({})), answer(422, json!({})), answer(409, json!({}))] {
        let (said, asked) = act(header(), &intent(), vec![cut(), second, made()]).await;
        assert!(said.starts_with("unknown") && asked.len() == 2, "{said} {asked:?}");
    }
    let again = Intent { again: true, ..intent() };
    let (said, _) = act(header(), &again, vec![answer(409, json!({}))]).await;
    assert!(said.starts_with("unknown"), "the first attempt may have written it: {said}");
}

#[tokio::test(start_paused = true)]
async fn who_looks_before_finds_and_never_sends_twice() {
    let before = || connector(&format!("{{ by = \"lookup_before\", {FIND} }}"), "");
    let other = "f".repeat(32);
    let there = act(before(), &intent(), vec![found(&[&other, KEY])]).await;
    assert_eq!(there.0, "done before, as C-7; nothing was written twice");
    assert_eq!(there.1, ["GET /cases"]);
    // A source that ignores the filter answers what others wrote.
    let (said, asked) = act(before(), &intent(), vec![found(&[&other]), made()]).await;
    assert_eq!((said.as_str(), asked.len()), ("done, as C-7", 2));
    let (said, asked) =
        act(before(), &intent(), vec![found(&[]), cut(), found(&[KEY]), made()]).await;
    assert_eq!((said.as_str(), asked.len()), ("done, as C-7", 3));
    let (said, asked) = act(before(), &intent(), vec![found(&[]), cut(), found(&[]), made()]).await;
    assert!(said.starts_with("unknown") && asked.len() == 3, "{said} {asked:?}");
    let (said, asked) = act(before(), &intent(), vec![answer(403, json!({})), made()]).await;
    assert_eq!((said.as_str(), asked.len()), ("refused: not permitted; nothing was written", 1));
    let again = Intent { again: true, ..intent() };
    let (said, _) = act(before(), &again, vec![answer(403, json!({}))]).await;
    assert!(said.starts_with("unknown"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_the_source_keeps_unique_is_found_where_it_is_taken() {
    let client = || connector(&format!("{{ by = \"client_id\", {FIND} }}"), "");
    let taken = || answer(409, json!({}));
    let (said, asked) = act(client(), &intent(), vec![cut(), taken(), found(&[KEY])]).await;
    assert_eq!((said.as_str(), asked.len()), ("done, as C-7", 3));
    let (said, asked) = act(client(), &intent(), vec![taken(), found(&[KEY])]).await;
    assert_eq!(said, "done before, as C-7; nothing was written twice");
    assert_eq!(asked.len(), 2);
    let (said, _) = act(client(), &intent(), vec![taken(), found(&[])]).await;
    assert_eq!(said, "refused: HTTP 409; nothing was written");
    let (said, _) = act(client(), &intent(), vec![cut(), taken(), found(&[])]).await;
    assert!(said.starts_with("unknown"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_version_is_read_before_and_another_s_change_is_not_overwritten() {
    let more = "precondition = { endpoint = { path = \"/cases/7\", data_selector = \".\" }, version_header = \"ETag\" }";
    let version = || connector("{ by = \"version\" }", more);
    let read = || Reply {
        headers: Headers(vec![("etag".into(), "v4".into())]),
        ..answer(200, json!({ "id": 7 }))
    };
    let (said, asked) = act(version(), &intent(), vec![read(), made()]).await;
    assert_eq!((said.as_str(), asked.len()), ("done, as C-7", 2));
    let (said, _) = act(version(), &intent(), vec![read(), answer(412, json!({}))]).await;
    assert_eq!(
        said,
        "refused: somebody else has changed it meanwhile, look again; nothing was written"
    );
    let (said, asked) =
        act(version(), &intent(), vec![read(), cut(), answer(412, json!({}))]).await;
    assert!(said.starts_with("unknown") && asked.len() == 3, "{said} {asked:?}");
    for (gone, why) in [
        (answer(200, json!([])), "knows no such record"),
        (answer(200, json!({ "id": 7 })), "does not say which version it has"),
        (answer(404, json!({})), "HTTP 404"),
    ] {
        let (said, asked) = act(version(), &intent(), vec![gone, made()]).await;
        assert_eq!(said, format!("refused: {why}; nothing was written"));
        assert_eq!(asked.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_for_one_request_is_asked_for_and_belongs_to_the_source() {
    let once = || {
        connector(
            "{ by = \"once_link\", ask = { method = \"POST\", path = \"/once\" }, link = \"link\" }",
            "first = { id = \"id\", request = { method = \"POST\", path = \"/texts\", json = \"{{ input.text }}\" } }",
        )
    };
    let link = |to: &str| answer(200, json!({ "link": to }));
    let text = || answer(201, json!({ "id": "T-1" }));
    let (said, asked) = act(once(), &intent(), vec![text(), link("/once/k"), made()]).await;
    assert_eq!(said, "done, as C-7");
    assert_eq!(asked, ["POST /texts", "POST /once", "POST /once/k"]);
    let (said, asked) =
        act(once(), &intent(), vec![text(), link("//evil.example/k"), made()]).await;
    assert_eq!(said, "refused: gives out no address of its own; nothing was written");
    assert_eq!(asked.len(), 2);
    let replies = vec![text(), link("/once/k"), cut(), answer(409, json!({}))];
    let (said, asked) = act(once(), &intent(), replies).await;
    assert!(said.starts_with("unknown") && asked.len() == 4, "{said} {asked:?}");
    assert_eq!(asked[2], asked[3], "the same address, not another one");
}

/// A source whose record has one text, which a write adds to.
fn appending() -> Connector {
    let text = r#"
        id = "DESK"
        title = "Desk"
        client = { base_url = "https://desk.example" }
        [[actions]]
        name = "add"
        title = "Add to what is there"
        idempotency = { by = "lookup_before", find = { endpoint = { path = "/log", data_selector = "." }, carries = "text", id = "id", all = true } }
        inputs = [{ name = "text", title = "Text", kind = "lines", required = true }]
        precondition = { endpoint = { path = "/log/7", data_selector = "." } }
        [actions.request]
        method = "PUT"
        path = "/log/7"
        json = { text = "{{ before.text ~ '\n' if before.text | default('') else '' }}{{ input.text }} [{{ key }}]", kind = "{{ before.of.kind }}" }
    "#;
    Connector::read("desk.toml", text, &|_| None).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn adding() -> Intent {
    let inputs = [("text".to_owned(), "and \"more\"".to_owned())];
    Intent { action: "add".into(), inputs: inputs.into(), key: KEY.into(), again: false }
}

fn log(texts: impl IntoIterator<Item = String>) -> Reply {
    let rows = texts.into_iter().zip(1..).map(|(text, id)| json!({ "id": id, "text": text }));
    answer(200, rows.collect())
}

#[tokio::test]
async fn a_write_may_hold_what_was_read_before_it_and_nothing_that_this_could_become() {
    for (before, expected) in [
        (
            json!("said {{ key }} \"so\""),
            format!("said {{{{ key }}}} \"so\"\nand \"more\" [{KEY}]"),
        ),
        (json!(""), format!("and \"more\" [{KEY}]")),
        (Value::Null, format!("and \"more\" [{KEY}]")),
    ] {
        let read = answer(200, json!({ "text": before, "of": { "kind": 3 } }));
        let script = Arc::new(Script::new([log([]), read, answer(200, json!({}))]));
        let shared = Shared::new(Arc::new(|| jiff::Timestamp::UNIX_EPOCH));
        let source = ConnectorSource::carried_by(script.clone(), appending(), &shared);
        assert_eq!(source.act(&adding()).await.sentence(), "done");
        let sent = script.asked().pop().unwrap();
        assert_eq!(sent.body, Body::Json(json!({ "text": expected, "kind": 3 })));
    }
    let (said, asked) = act(appending(), &adding(), vec![log([]), answer(404, json!({}))]).await;
    assert_eq!((said.as_str(), asked.len()), ("refused: HTTP 404; nothing was written", 2));
}

#[tokio::test]
async fn what_is_read_before_is_not_known_where_nothing_is_sent() {
    let shared = Shared::new(Arc::new(|| jiff::Timestamp::UNIX_EPOCH));
    let script = Arc::new(Script::new([]));
    let source = ConnectorSource::carried_by(script.clone(), appending(), &shared);
    let requests = source.rehearse(&adding()).unwrap();
    let text = format!("…\nand \"more\" [{KEY}]");
    assert_eq!(requests[2].body, Body::Json(json!({ "text": text, "kind": "…" })));
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn all_records_are_looked_through_or_nothing_is_written() {
    let filler = |count| (0..count).map(|nth| format!("note {nth}"));
    let with_key = log(filler(400).chain([format!("there [{KEY}]")]));
    let (said, asked) = act(appending(), &adding(), vec![with_key]).await;
    assert_eq!(said, "done before, as 401; nothing was written twice");
    assert_eq!(asked, ["GET /log"]);
    let (said, asked) = act(appending(), &adding(), vec![log(filler(1_001))]).await;
    assert_eq!(said, "refused: has more records than can be looked through; nothing was written");
    assert_eq!(asked, ["GET /log"]);
}
