//! The other end: giving the running desk an order.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use super::protocol::{self, Answer, Order};
use crate::private::knock;

/// So long an answer is waited for; the desk gives up sooner.
const PATIENCE: Duration = Duration::from_secs(12);
/// Longest answer that is read, in bytes.
const LONGEST: u64 = 16 * 1024 * 1024;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    Answered(Answer),
    /// No desk of this user runs.
    Nobody,
}

/// Gives the desk behind the socket an order, and waits for its answer.
///
/// # Errors
/// Where a desk listens and does not answer.
pub fn send(socket: &Path, order: &Order) -> io::Result<Sent> {
    let Some(mut stream) = knock(socket, PATIENCE)? else { return Ok(Sent::Nobody) };
    writeln!(stream, "{}", protocol::write(order))?;
    let mut line = String::new();
    BufReader::new(stream.take(LONGEST)).read_line(&mut line)?;
    let answer = serde_json::from_str(&line).map_err(|_| ErrorKind::InvalidData)?;
    Ok(Sent::Answered(answer))
}
