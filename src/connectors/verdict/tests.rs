//! Every form in which sources say that they did not answer.

use serde_json::json;

use super::*;
use crate::connectors::carry::Headers;

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Reply { status, headers: Headers(headers), body: Ok(body.as_bytes().to_vec()) }
}

fn rules(text: &str) -> Vec<ErrorRule> {
    #[derive(serde::Deserialize)]
    struct Holder {
        errors: Vec<ErrorRule>,
    }
    toml::from_str::<Holder>(text).unwrap().errors
}

fn said(rules: &[ErrorRule], reply: &Reply) -> String {
    let limits = Limits::default();
    match judge(&Terms { rules, limits: &limits, spoken: Spoken::Json }, reply) {
        Verdict::Rows(body) => body.to_string(),
        Verdict::Empty => "empty".into(),
        Verdict::Refused => "refused".into(),
        Verdict::Passing(trouble) => format!("passing: {}", trouble.why),
        Verdict::Conflict(trouble) => format!("conflict: {}", trouble.why),
        Verdict::Trouble(trouble) => trouble.why.to_string(),
    }
}

#[test]
fn without_rules_an_answer_is_what_its_status_and_body_say() {
    let json = [("content-type", "application/json")];
    let html = [("content-type", "text/html; charset=utf-8")];
    for (reply, expected) in [
        (reply(200, &json, "{\"a\":1}"), "{\"a\":1}"),
        (reply(204, &json, ""), "empty"),
        (reply(200, &json, ""), "answered no JSON"),
        (reply(200, &html, "<html>"), "answered HTML"),
        (reply(200, &json, " \n<!DOCTYPE html><p>"), "answered HTML"),
        (reply(401, &html, "<html>"), "refused"),
        (reply(401, &[("content-type", "text/plain")], "login"), "refused"),
        (reply(403, &json, "{}"), "not permitted"),
        (reply(302, &json, "{}"), "sent us elsewhere"),
        (reply(404, &json, "{}"), "HTTP 404"),
        (reply(500, &json, "{}"), "passing: HTTP 500"),
        (reply(503, &json, "{}"), "passing: HTTP 503"),
        (reply(503, &[("retry-after", "7")], ""), "limited, again in 7 s"),
    ] {
        assert_eq!(said(&[], &reply), expected, "{}", reply.status);
    }
    let cut = |lost| Reply { body: Err(lost), ..reply(200, &json, "") };
    assert_eq!(said(&[], &cut(Lost::Cut)), "answer cut short");
    assert_eq!(said(&[], &cut(Lost::TooLarge)), "answer larger than 4 MiB");
    assert_eq!(said(&[], &Reply { status: 429, ..cut(Lost::Cut) }), "limited");
}

#[test]
fn every_form_of_a_limit_is_read_and_none_is_believed_too_far() {
    let date = ("date", "Wed, 25 Nov 2026 10:00:00 GMT");
    for (headers, expected) in [
        (vec![("Retry-After", "30")], Some(30.0)),
        (vec![("retry-after", "1.5")], Some(1.5)),
        (vec![("retry-after", "36000")], Some(300.0)),
        (vec![("retry-after", "-5")], None),
        (vec![("retry-after", "soon")], None),
        (vec![("retry-after", "Wed, 25 Nov 2026 10:00:20 GMT"), date], Some(20.0)),
        (vec![("retry-after", "Wed, 25 Nov 2026 09:00:20 GMT"), date], None),
        (vec![("retry-after", "Wed, 25 Nov 2026 10:00:20 GMT")], None),
        (vec![], None),
    ] {
        let pause = pause(&reply(429, &headers, ""), &Limits::default());
        assert_eq!(pause.map(|pause| pause.as_secs_f64()), expected, "{headers:?}");
    }
    for (meaning, value, expected) in [
        (ResetMeaning::AfterSeconds, "12", 12.0),
        (ResetMeaning::AfterMillis, "1500", 1.5),
        (ResetMeaning::EpochSeconds, "1795600815", 15.0),
        (ResetMeaning::Date, "2026-11-25T10:00:40Z", 40.0),
    ] {
        let limits =
            Limits { reset_header: Some("x-reset".into()), reset: meaning, ..Limits::default() };
        let pause = pause(&reply(429, &[("X-Reset", value), date], ""), &limits);
        assert_eq!(pause.map(|pause| pause.as_secs_f64()), Some(expected), "{meaning:?}");
    }
}

#[test]
fn rules_see_status_headers_and_body_in_their_order() {
    let rules = rules(
        r#"
        errors = [
            { status = 403, when = { from = "errors.0.code", is = ["FORBIDDEN"] }, as = "empty" },
            { when = { from = "errors.0.extensions.code", is = ["THROTTLED"] }, as = "rate_limited" },
            { when = { from = "errors", present = true }, as = "failed" },
            { header = { name = "X-Status-Reason", is = ["conflict"] }, as = "conflict" },
            { status = "4xx", contains = "Session Expired", as = "auth" },
            { status = 418, as = "ok" },
            { status = "5xx", as = "retry" },
        ]
        "#,
    );
    let json = [("content-type", "application/json")];
    for (reply, expected) in [
        (reply(403, &json, r#"{"errors":[{"code":"FORBIDDEN"}]}"#), "empty"),
        (reply(403, &json, r#"{"x":1}"#), "not permitted"),
        (reply(200, &json, r#"{"errors":[{"extensions":{"code":"THROTTLED"}}]}"#), "limited"),
        (reply(200, &json, r#"{"errors":[{"code":"X"}]}"#), "answered an error"),
        (reply(429, &json, r#"{"errors":[{"code":"X"}]}"#), "limited"),
        (reply(200, &json, r#"{"errors":[],"data":1}"#), r#"{"data":1,"errors":[]}"#),
        (
            reply(400, &[("x-status-reason", "conflict")], "{}"),
            "conflict: changed by somebody else",
        ),
        (reply(400, &[("content-type", "text/html")], "<p>session expired</p>"), "refused"),
        (reply(418, &json, "{\"tea\":1}"), "{\"tea\":1}"),
        (reply(501, &json, "{}"), "passing: answered a passing error"),
    ] {
        assert_eq!(said(&rules, &reply), expected, "{}", reply.status);
    }
}

#[test]
fn no_word_of_the_answer_is_in_the_trouble() {
    let secret = json!({ "error": "Eleanor Whitcombe" }).to_string();
    for status in [200, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503] {
        for kind in ["text/html", "text/plain", "application/json"] {
            let reply = reply(status, &[("content-type", kind)], &secret[1..]);
            assert!(!said(&[], &reply).contains("Eleanor"), "{status} {kind}");
        }
    }
}
