//! Questions to files that another system drops: the newest complete one answers, out of memory, and
//! is read anew when there is a newer one.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::credential::Now;
use crate::connectors::carry::{Carried, Carry, Headers, Lost, Reply};
use crate::connectors::drop::{By, Table};
use crate::connectors::request::{Body, CsvQuestion, Request};
use crate::connectors::spec::Connector;
use crate::connectors::spec::csv::{CsvFiles, Place};
use crate::domain::phone::Region;
use crate::domain::source::SourceId;

/// Asks the files of one place.
struct Dropped {
    source: SourceId,
    place: Place,
    written: CsvFiles,
    keys: Vec<By>,
    home: Region,
    now: Now,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    read: Option<(Stamp, Arc<Table>)>,
    /// Those that cannot be read; not tried again until they change.
    refused: Vec<Stamp>,
}

/// A file as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    at: Timestamp,
    size: u64,
}

/// The carrier to these files.
///
/// # Errors
/// Why there can be none.
pub fn carrier(connector: &Connector, now: Now) -> Result<Arc<dyn Carry>, &'static str> {
    let written = &connector.written;
    let place = Place::read(&written.client.base_url)?;
    let mut keys: Vec<By> = Vec::new();
    for (columns, kind) in written.csv_keys() {
        if !keys.contains(&(columns.clone(), kind)) {
            keys.push((columns, kind));
        }
    }
    let (home, files) = (connector.units.home, written.csv.clone().unwrap_or_default());
    let source = connector.id.clone();
    let files = Dropped { source, place, written: files, keys, home, now, held: Mutex::default() };
    Ok(Arc::new(Asker(Arc::new(files))))
}

impl Dropped {
    /// The newest complete file; the one that was read before where there is no other.
    fn newest(&self) -> Result<(Stamp, Arc<Table>), Lost> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut stamps = self.stamps().unwrap_or_default();
        stamps.sort_by(|a, b| (b.at, &b.path).cmp(&(a.at, &a.path)));
        held.refused.retain(|stamp| stamps.contains(stamp));
        // What was taken away is not told any more; what is being replaced is, until it is whole.
        let there = |read: &Stamp| stamps.iter().any(|stamp| stamp.path == read.path);
        if held.read.as_ref().is_some_and(|(read, _)| !there(read)) {
            held.read = None;
        }
        for stamp in stamps {
            if let Some((read, table)) = held.read.as_ref().filter(|(read, _)| *read == stamp) {
                return Ok((read.clone(), table.clone()));
            }
            // What was read is newer than all that follows.
            if held.read.as_ref().is_some_and(|(read, _)| read.at > stamp.at) {
                break;
            }
            if held.refused.contains(&stamp) || !self.settled(&stamp) {
                continue;
            }
            match self.read(&stamp) {
                Some(table) => {
                    let read = (stamp, Arc::new(table));
                    held.read = Some(read.clone());
                    return Ok(read);
                }
                None => {
                    let source = self.source.as_str();
                    tracing::warn!(
                        source,
                        "a dropped file is not taken: it is too large, not whole, or of other columns"
                    );
                    held.refused.push(stamp);
                }
            }
        }
        held.read.clone().ok_or(Lost::NoFile)
    }

    fn stamps(&self) -> std::io::Result<Vec<Stamp>> {
        let mut stamps = Vec::new();
        for entry in std::fs::read_dir(&self.place.folder)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| self.place.has(name)) {
                continue;
            }
            // Of a link, what it leads to; it may be gone by now.
            let Ok(known) = std::fs::metadata(entry.path()) else { continue };
            let at = known.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
            if let (true, Some(at)) = (known.is_file(), at) {
                stamps.push(Stamp { path: entry.path(), at, size: known.len() });
            }
        }
        Ok(stamps)
    }

    fn settled(&self, stamp: &Stamp) -> bool {
        let since = (self.now)().duration_since(stamp.at).unsigned_abs();
        since >= Duration::from_millis(self.written.settle_ms)
    }

    /// Nothing where it is too large, has no end, has changed meanwhile or cannot be read.
    fn read(&self, stamp: &Stamp) -> Option<Table> {
        if stamp.size > self.written.largest_mb.saturating_mul(1024 * 1024) {
            return None;
        }
        let mut file = File::open(&stamp.path).ok()?;
        file.seek(SeekFrom::End(-1)).ok()?;
        let mut last = [0];
        file.read_exact(&mut last).ok()?;
        if last != *b"\n" {
            return None;
        }
        file.rewind().ok()?;
        let mut bytes = Vec::new();
        file.take(stamp.size + 1).read_to_end(&mut bytes).ok()?;
        let same = u64::try_from(bytes.len()) == Ok(stamp.size)
            && self.stamps().is_ok_and(|now| now.contains(stamp));
        let table = Table::read(&bytes, &self.written, &self.keys, self.home).filter(|_| same)?;
        self.keys.iter().all(|by| table.has(by)).then_some(table)
    }

    fn ask(&self, question: &CsvQuestion, most: usize) -> Result<Reply, Lost> {
        let (stamp, table) = self.newest()?;
        let at = stamp.at.round(jiff::Unit::Second).unwrap_or(stamp.at).to_string();
        let age = (self.now)().duration_since(stamp.at);
        let old = age.as_secs()
            > i64::try_from(self.written.fresh_h.saturating_mul(3_600)).unwrap_or(i64::MAX);
        let file = json!({ "at": at, "old": old, "left_out": table.left_out });
        let mut rows = table.find(&(question.columns.clone(), question.kind), &question.key, most);
        for row in &mut rows {
            row.insert("@file".into(), file.clone());
        }
        let body = Value::from_iter(rows).to_string().into_bytes();
        let headers = [
            ("content-type".to_owned(), "application/json".to_owned()),
            ("as-of".to_owned(), at),
            ("rows-left-out".to_owned(), table.left_out.to_string()),
        ];
        Ok(Reply { status: 200, headers: Headers(headers.into()), body: Ok(body) })
    }
}

/// The files, as they are asked off the tasks that wait.
struct Asker(Arc<Dropped>);

impl Carry for Asker {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        let (files, most) = (self.0.clone(), request.most);
        let question = match &request.body {
            Body::Csv(question) => Some(question.clone()),
            _ => None,
        };
        Box::pin(async move {
            let question = question.ok_or(Lost::NotUnderstood)?;
            let asked = tokio::task::spawn_blocking(move || files.ask(&question, most));
            asked.await.unwrap_or(Err(Lost::Erred))
        })
    }
}
