//! What a desk asks of a bridge, and what the bridge says to it: two kinds of lines on the
//! connection that the bridge has made. Pure.

use serde_json::{Map, Value, json};

use crate::domain::telephony::Wish;
use crate::domain::text::CleanText;

/// A command as a bridge reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The desk's name for it, to be said again with the answer.
    pub id: String,
    pub call: Option<CleanText>,
    pub wish: Wish,
}

/// The line of a command, without its end.
pub fn line(id: &str, call: Option<&CleanText>, wish: &Wish) -> String {
    let (name, more) = match wish {
        Wish::Answer => ("answer", None),
        Wish::Hold => ("hold", None),
        Wish::Retrieve => ("retrieve", None),
        Wish::HangUp => ("hangup", None),
        Wish::Transfer { to } => ("transfer", Some(("to", to))),
        Wish::Consult { to } => ("consult", Some(("to", to))),
        Wish::PauseRecording => ("record_pause", None),
        Wish::ResumeRecording => ("record_resume", None),
        Wish::Ready => ("ready", None),
        Wish::Directory => ("directory", None),
        Wish::Alive => ("alive", None),
        Wish::NotReady { reason } => ("pause", reason.as_ref().map(|reason| ("reason", reason))),
    };
    let mut line = Map::new();
    let known = [("v", json!(1)), ("type", json!("cmd")), ("id", json!(id)), ("cmd", json!(name))];
    line.extend(known.map(|(name, value)| (name.to_owned(), value)));
    line.extend(call.map(|call| ("call".to_owned(), call.as_str().into())));
    line.extend(more.map(|(name, text)| (name.to_owned(), text.as_str().into())));
    Value::Object(line).to_string()
}

/// Reads a command; nothing where the line is none, or one that is not known.
pub fn read(line: &[u8]) -> Option<Order> {
    let line: Value = serde_json::from_slice(line).ok()?;
    let text = |name: &str| {
        let text = line.get(name).and_then(Value::as_str).map(CleanText::line);
        text.filter(|text| !text.is_empty() && text.chars().count() <= 128)
    };
    if text("type")?.as_str() != "cmd" {
        return None;
    }
    let wish = match text("cmd")?.as_str() {
        "answer" => Wish::Answer,
        "hold" => Wish::Hold,
        "retrieve" => Wish::Retrieve,
        "hangup" => Wish::HangUp,
        "transfer" => Wish::Transfer { to: text("to")? },
        "consult" => Wish::Consult { to: text("to")? },
        "record_pause" => Wish::PauseRecording,
        "record_resume" => Wish::ResumeRecording,
        "ready" => Wish::Ready,
        "directory" => Wish::Directory,
        "alive" => Wish::Alive,
        "pause" => Wish::NotReady { reason: text("reason") },
        _ => return None,
    };
    Some(Order { id: text("id")?.to_string(), call: text("call"), wish })
}

/// The line of an answer, without its end.
pub fn result(id: &str, taken: &Result<(), String>) -> String {
    let mut line = json!({"v": 1, "type": "result", "id": id, "ok": taken.is_ok()});
    if let Err(why) = taken {
        line["message"] = CleanText::line(why).as_str().into();
    }
    line.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_read_as_it_was_written() {
        let to = CleanText::line("2002");
        let wishes = [
            Wish::Answer,
            Wish::Hold,
            Wish::Retrieve,
            Wish::HangUp,
            Wish::Transfer { to: to.clone() },
            Wish::Consult { to },
            Wish::PauseRecording,
            Wish::ResumeRecording,
            Wish::Ready,
            Wish::NotReady { reason: None },
            Wish::Directory,
            Wish::Alive,
            Wish::NotReady { reason: Some(CleanText::line("lunch")) },
        ];
        let call = Some(CleanText::line("1.1"));
        for wish in wishes {
            let order = Order { id: "7-1".into(), call: call.clone(), wish: wish.clone() };
            assert_eq!(read(line("7-1", call.as_ref(), &wish).as_bytes()), Some(order));
        }
    }

    #[test]
    fn what_is_no_command_is_none() {
        for line in [
            "{",
            "{}",
            r#"{"v":1,"type":"ack","n":3}"#,
            r#"{"type":"cmd","id":"1","cmd":"originate"}"#,
            r#"{"type":"cmd","cmd":"hold"}"#,
            r#"{"type":"cmd","id":"1","cmd":"transfer"}"#,
        ] {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
    }
}
