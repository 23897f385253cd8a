//! What an answer says by the rules of the language that carries it: GraphQL and JSON-RPC put their
//! errors into a success of HTTP. Pure.

use std::time::Duration;

use serde_json::Value;

use super::carry::Reply;
use super::json;
use super::path::Path;
use super::request::{Body, Request};
use super::spec::kind::Kind;
use super::spec::limits::Cost;
use super::verdict::{NOT_UNDERSTOOD, Verdict, limited, trouble};
use crate::domain::source::State;

/// By which rules an answer is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Spoken {
    Json,
    Graphql,
    JsonRpc {
        /// Of the call.
        id: Value,
    },
}

impl Spoken {
    /// How the answer to this request is read.
    pub fn of(kind: Kind, request: &Request) -> Self {
        match (kind, &request.body) {
            (Kind::Graphql, _) => Self::Graphql,
            (Kind::JsonRpc, Body::Json(json)) => Self::JsonRpc { id: json["id"].clone() },
            _ => Self::Json,
        }
    }

    /// Why the body is no answer, where it says so or answers another call. `pause` is how long the
    /// source wants to be left alone, where it sheds load.
    pub fn complaint(&self, body: &Value, pause: Option<Duration>) -> Option<Verdict> {
        match self {
            Self::Json => None,
            Self::Graphql => graphql(body, pause),
            Self::JsonRpc { id } => json_rpc(body, id),
        }
    }
}

fn failed(state: State, why: &str) -> Verdict {
    Verdict::Trouble(trouble(state, why))
}

/// It may answer better when it is asked once more, and nobody knows what it has done.
fn passing(why: &str) -> Verdict {
    Verdict::Passing(trouble(State::Failed, why))
}

fn not_understood() -> Verdict {
    failed(State::Failed, NOT_UNDERSTOOD)
}

/// The first error whose code is known says what it is. Without one, an answer without `data` was
/// refused before anything was done, and what failed on the way may pass.
fn graphql(body: &Value, pause: Option<Duration>) -> Option<Verdict> {
    let errors = match body.get("errors") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(errors)) => &errors[..],
        Some(_) => return Some(not_understood()),
    };
    if errors.is_empty() {
        return body.get("data").is_none().then(|| passing("answered no data"));
    }
    let codes = errors.iter().filter_map(|error| error["extensions"]["code"].as_str());
    let known = codes.filter_map(|code| match code {
        "THROTTLED" | "RATE_LIMITED" | "TOO_MANY_REQUESTS" => {
            Some(Verdict::Trouble(limited(pause)))
        }
        "UNAUTHENTICATED" | "UNAUTHORIZED" => Some(Verdict::Refused),
        "FORBIDDEN" | "ACCESS_DENIED" => Some(failed(State::NotPermitted, "not permitted")),
        "GRAPHQL_PARSE_FAILED"
        | "GRAPHQL_VALIDATION_FAILED"
        | "BAD_USER_INPUT"
        | "MAX_COST_EXCEEDED" => Some(not_understood()),
        _ => None,
    });
    let unexplained = || match body.get("data") {
        None => not_understood(),
        Some(_) => passing("answered an error"),
    };
    Some(known.into_iter().next().unwrap_or_else(unexplained))
}

/// Codes are those of JSON-RPC 2.0, section 5.1.
fn json_rpc(body: &Value, id: &Value) -> Option<Verdict> {
    match body.get("error") {
        None | Some(Value::Null) => {}
        Some(error) => {
            return Some(match error["code"].as_i64() {
                Some(-32_700 | -32_602..=-32_600) => not_understood(),
                _ => failed(State::Failed, "answered an error"),
            });
        }
    }
    if body.get("id") != Some(id) {
        return Some(passing("answered another question"));
    }
    body.get("result").is_none().then(|| passing("answered no result"))
}

/// The id of a call: made of what is asked, so that the answer to another question is known as one.
pub fn call_id(method: &str, params: &Value) -> u32 {
    let text = format!("{method} {params}");
    text.bytes()
        .fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
        >> 1
}

/// The answer to another call as one to this call, where calls have ids.
pub fn to(request: &Request, reply: Reply) -> Reply {
    let Body::Json(call) = &request.body else { return reply };
    let body = reply.body.as_ref().ok().and_then(|bytes| json::read(bytes));
    match (call.get("id"), call.get("method"), body) {
        (Some(id), Some(_), Some(mut body)) if body.get("id").is_some() => {
            body["id"] = id.clone();
            Reply { body: Ok(body.to_string().into_bytes()), ..reply }
        }
        _ => reply,
    }
}

/// How long to wait until a question of the same cost can be asked again, as the body says; nothing
/// where there is enough left.
pub fn short_of(cost: &Cost, body: &Value) -> Option<Duration> {
    let number = |path: &Path| path.find(body).and_then(Value::as_f64);
    let left = number(&cost.left)?;
    let wanted = cost.asked.as_ref().and_then(number).unwrap_or(1.0);
    let per_s = number(&cost.restored)?;
    let seconds = (wanted - left) / per_s;
    (seconds.is_finite() && seconds > 0.0).then(|| Duration::from_secs_f64(seconds.min(1e6)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(verdict: Option<Verdict>) -> String {
        match verdict {
            None => "rows".into(),
            Some(Verdict::Refused) => "refused".into(),
            Some(Verdict::Passing(trouble)) => format!("passing: {}", trouble.why),
            Some(Verdict::Trouble(trouble)) => trouble.why.to_string(),
            Some(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn an_error_of_graphql_within_a_success_is_one() {
        let coded = |code: &str| json!({ "data": null, "errors": [{ "message": "no", "extensions": { "code": code } }] });
        for (body, expected) in [
            (json!({ "data": { "a": 1 } }), "rows"),
            (json!({ "data": null, "errors": [] }), "rows"),
            (json!({}), "passing: answered no data"),
            (
                json!({ "errors": [{ "message": "Parse error" }] }),
                "did not understand the question",
            ),
            (json!({ "errors": "no" }), "did not understand the question"),
            (
                json!({ "data": { "a": null }, "errors": [{ "path": ["a"] }] }),
                "passing: answered an error",
            ),
            (coded("THROTTLED"), "limited, again in 3 s"),
            (coded("UNAUTHENTICATED"), "refused"),
            (coded("ACCESS_DENIED"), "not permitted"),
            (coded("BAD_USER_INPUT"), "did not understand the question"),
            (coded("SOMETHING_ELSE"), "passing: answered an error"),
        ] {
            let verdict = Spoken::Graphql.complaint(&body, Some(Duration::from_secs(3)));
            assert_eq!(said(verdict), expected, "{body}");
        }
    }

    #[test]
    fn an_error_of_json_rpc_and_an_answer_to_another_call_are_no_answer() {
        let spoken = Spoken::JsonRpc { id: json!(7) };
        for (body, expected) in [
            (json!({ "jsonrpc": "2.0", "id": 7, "result": [] }), "rows"),
            (json!({ "id": 7, "result": null, "error": null }), "rows"),
            (json!({ "id": 8, "result": [] }), "passing: answered another question"),
            (json!({ "result": [] }), "passing: answered another question"),
            (json!({ "id": 7 }), "passing: answered no result"),
            (json!({ "id": null, "error": { "code": -32700 } }), "did not understand the question"),
            (json!({ "id": 7, "error": { "code": -32601 } }), "did not understand the question"),
            (json!({ "id": 7, "error": { "code": 200 } }), "answered an error"),
            (json!({ "id": 7, "error": ["UserError", ["no", ""]] }), "answered an error"),
        ] {
            assert_eq!(said(spoken.complaint(&body, None)), expected, "{body}");
        }
        let (one, other) = (call_id("a", &json!([1])), call_id("a", &json!([2])));
        assert_eq!((one == other, one == call_id("a", &json!([1]))), (false, true));
    }

    #[test]
    fn a_question_that_costs_more_than_is_left_waits_until_it_is_restored() {
        let cost: Cost =
            toml::from_str("left = \"c.left\"\nrestored = \"c.per_s\"\nasked = \"c.asked\"")
                .unwrap();
        let body =
            |left: i32, asked: i32| json!({ "c": { "left": left, "per_s": 50, "asked": asked } });
        assert_eq!(short_of(&cost, &body(100, 250)), Some(Duration::from_secs(3)));
        assert_eq!(short_of(&cost, &body(900, 250)), None);
        assert_eq!(short_of(&cost, &json!({ "c": { "left": 0, "per_s": 0 } })), None);
        assert_eq!(short_of(&cost, &json!({})), None);
    }
}
