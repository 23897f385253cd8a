//! The other end of the socket: telling a desk of a call.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::private::knock;

/// So long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the desk said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It knows of the call: `created`, `updated`, `duplicate`, `stale`, `ignored`.
    Taken(String),
    /// It refused the line, with these words.
    Refused(String),
    /// No desk listens.
    Nobody,
}

/// Gives the desk behind the socket one line, and waits for its answer.
///
/// # Errors
/// Where a desk listens and does not answer in time, or the connection breaks.
pub fn send(socket: &Path, line: &str) -> io::Result<Sent> {
    let Some(mut stream) = knock(socket, PATIENCE)? else { return Ok(Sent::Nobody) };
    stream.write_all(line.replace(['\n', '\r'], " ").as_bytes())?;
    stream.write_all(b"\n")?;
    for answer in BufReader::new(stream).lines() {
        let Ok(answer) = serde_json::from_str::<Value>(&answer?) else { continue };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
        match text("type") {
            "ack" => return Ok(Sent::Taken(text("result").to_owned())),
            "err" => {
                let field = text("field");
                let place = if field.is_empty() { String::new() } else { format!("{field}: ") };
                return Ok(Sent::Refused(format!("{place}{} ({})", text("message"), text("code"))));
            }
            _ => {}
        }
    }
    Err(io::Error::new(ErrorKind::UnexpectedEof, "the desk hung up without an answer"))
}
