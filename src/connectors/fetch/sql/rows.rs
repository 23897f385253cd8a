//! Rows as they come from a database, as the JSON that all answers are: no more than are of use,
//! and no more than a desk can show.

use futures_util::{Stream, TryStreamExt};
use serde_json::{Map, Value};

use crate::connectors::carry::Lost;
use crate::connectors::fetch::live::LARGEST;
use crate::connectors::json;

/// The rows so far.
pub struct Rows {
    rows: Vec<Value>,
    most: usize,
    bytes: usize,
}

impl Rows {
    /// So many at most.
    pub fn new(most: usize) -> Self {
        Self { rows: Vec::new(), most, bytes: 0 }
    }

    /// How many there may be.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Takes what is answered, each row as `read` says, until there is enough.
    ///
    /// # Errors
    /// Where the answer breaks off, or a row cannot be read.
    pub async fn take<R>(
        &mut self,
        mut answered: impl Stream<Item = sqlx::Result<R>> + Unpin,
        read: impl Fn(&R) -> sqlx::Result<Map<String, Value>>,
    ) -> sqlx::Result<()> {
        while let Some(row) = answered.try_next().await? {
            if !self.add(read(&row)?) {
                break;
            }
        }
        Ok(())
    }

    /// Takes a row, and says whether there may be another.
    fn add(&mut self, row: Map<String, Value>) -> bool {
        let size = |(name, value): (&String, &Value)| name.len() + bytes(value);
        self.bytes += row.iter().map(size).sum::<usize>();
        if self.bytes <= LARGEST {
            self.rows.push(Value::Object(row));
        }
        self.bytes <= LARGEST && self.rows.len() < self.most
    }

    /// All of them, unless they are too much.
    pub fn json(self) -> Result<Vec<u8>, Lost> {
        match self.bytes <= LARGEST {
            true => Ok(Value::Array(self.rows).to_string().into_bytes()),
            false => Err(Lost::TooLarge),
        }
    }
}

/// About so many bytes a value takes.
fn bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(list) => list.iter().map(bytes).sum(),
        Value::Object(map) => map.iter().map(|(name, value)| name.len() + bytes(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}

/// A number as a database writes it; nothing where it is none that JSON has.
pub fn number(text: &str) -> Value {
    serde_json::from_str(text).map_or(Value::Null, Value::Number)
}

/// JSON in a column.
pub fn nested(text: &str) -> Value {
    json::read(text.as_bytes()).unwrap_or_default()
}

/// A time without a zone: `2026-10-01T14:05:00`.
pub fn naive(text: &str) -> Value {
    text.replacen(' ', "T", 1).into()
}

/// A moment that was written in UTC: `2026-10-01T14:05:00Z`.
pub fn moment(text: &str) -> Value {
    let text = text.strip_suffix("+00").unwrap_or(text);
    format!("{}Z", text.replacen(' ', "T", 1)).into()
}
