//! What was told of calls, on disk for a day: so that a call that came while the desk was closed
//! is known when it opens.
//!
//! Lines lie in the clear, for their owner only, and are forgotten after 24 hours. A line is handed
//! to the kernel before it is acknowledged: it survives the program's death, not the machine's.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::private;

/// So long a line is kept.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);
/// Most lines that are kept.
const LINES: usize = 10_000;
/// Bytes written before what is too old is dropped.
const TIDY: u64 = 16 * 1024 * 1024;
/// Most bytes that are read back.
const LARGEST: u64 = 64 * 1024 * 1024;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub at: Timestamp,
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// A line of the protocol was taken, from this source where the line does not say.
    Line { source: String, text: String },
    /// The agent has done with the call.
    Closed { source: String, call: String },
}

/// The journal of one user.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    written: u64,
}

impl Journal {
    /// Opens the journal to add to it.
    ///
    /// # Errors
    /// Where its folder is not this user's alone, or the file cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            private::folder(folder).map_err(io::Error::other)?;
        }
        Ok(Self { path: path.to_owned(), file: append(path)?, written: 0 })
    }

    /// Every line that can be read and is not too old, the oldest first. Drops the rest.
    ///
    /// # Errors
    /// Where the file cannot be read or written anew; what is there stays.
    pub fn recall(&mut self, now: Timestamp) -> io::Result<Vec<Entry>> {
        let _alone = lock(&self.path)?;
        self.tidy(now)?;
        let mut entries = Vec::new();
        for line in lines(&self.path)? {
            entries.extend(serde_json::from_slice(&line?).ok());
        }
        Ok(entries)
    }

    /// Writes the file anew without what is too old or too much. Line by line: a flood of calls
    /// must not make the desk grow.
    fn tidy(&mut self, now: Timestamp) -> io::Result<()> {
        let fresh = self.path.with_extension("new");
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        let mut file = BufWriter::new(file);
        let too_many = lines(&self.path)?.count().saturating_sub(LINES);
        for text in lines(&self.path)?.skip(too_many) {
            let Ok(entry) = serde_json::from_slice::<Entry>(&text?) else { continue };
            if now.duration_since(entry.at) <= MEMORY {
                file.write_all(&line(&entry)?)?;
            }
        }
        file.flush()?;
        fs::rename(&fresh, &self.path)?;
        self.file = append(&self.path)?;
        self.written = 0;
        Ok(())
    }

    /// Adds a line.
    ///
    /// # Errors
    /// Where the disk takes it not, or not whole.
    pub fn add(&mut self, at: Timestamp, what: What) -> io::Result<()> {
        let line = line(&Entry { at, what })?;
        let _alone = lock(&self.path)?;
        self.file.write_all(&line)?;
        self.written += line.len() as u64;
        if self.written > TIDY {
            // Where that fails, not each line tries it anew.
            self.written = 0;
            self.tidy(at)?;
        }
        Ok(())
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// Held while the journal is written or replaced: `norns pop` may write to it as well.
fn lock(path: &Path) -> io::Result<File> {
    let path = path.with_extension("lock");
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    flock(&file, FlockOperation::LockExclusive)?;
    Ok(file)
}

/// A line begins with a line end, so that one that was torn before it costs only itself.
fn line(entry: &Entry) -> io::Result<Vec<u8>> {
    let mut line = vec![b'\n'];
    serde_json::to_writer(&mut line, entry)?;
    line.push(b'\n');
    Ok(line)
}

/// The lines of the file that are not empty.
fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Vec<u8>>>> {
    let file = match File::open(path) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let lines = file.map(|file| BufReader::new(file.take(LARGEST)).split(b'\n'));
    let empty = |line: &io::Result<Vec<u8>>| line.as_ref().is_ok_and(Vec::is_empty);
    Ok(lines.into_iter().flatten().filter(move |line| !empty(line)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn at(hour: i8) -> Timestamp {
        jiff::civil::date(2026, 11, 2).at(hour, 0, 0, 0).in_tz("UTC").unwrap().timestamp()
    }

    fn text(text: &str) -> What {
        What::Line { source: "local".into(), text: text.into() }
    }

    fn recalled(path: &Path, now: Timestamp) -> Vec<What> {
        let entries = Journal::open(path).unwrap().recall(now).unwrap();
        entries.into_iter().map(|entry| entry.what).collect()
    }

    #[test]
    fn lines_come_back_in_order_for_a_day_and_no_longer() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("norns/pops");
        let mut journal = Journal::open(&path).unwrap();
        let closed = What::Closed { source: "local".into(), call: "c-1".into() };
        journal.add(at(1), text("one")).unwrap();
        journal.add(at(9), text("two\nlines")).unwrap();
        journal.add(at(10), closed.clone()).unwrap();
        assert_eq!(recalled(&path, at(11)), [text("one"), text("two\nlines"), closed.clone()]);
        let tomorrow = at(8) + SignedDuration::from_hours(24);
        assert_eq!(recalled(&path, tomorrow), [text("two\nlines"), closed]);
        assert!(!fs::read_to_string(&path).unwrap().contains("one"), "forgotten on disk");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_torn_line_and_rubbish_cost_only_themselves() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("norns/pops");
        let mut journal = Journal::open(&path).unwrap();
        journal.add(at(1), text("one")).unwrap();
        append(&path)
            .unwrap()
            .write_all(b"\xff\xfe\n{\"at\":\"2026-11-02T02:00:00Z\",\"li")
            .unwrap();
        journal.add(at(3), text("three")).unwrap();
        assert_eq!(recalled(&path, at(4)), [text("one"), text("three")]);
    }

    #[test]
    fn what_another_process_adds_after_tidying_is_not_lost() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("norns/pops");
        let mut desk = Journal::open(&path).unwrap();
        desk.recall(at(1)).unwrap();
        Journal::open(&path).unwrap().add(at(2), text("rung")).unwrap();
        desk.add(at(3), text("heard")).unwrap();
        assert_eq!(recalled(&path, at(4)), [text("rung"), text("heard")]);
    }
}
