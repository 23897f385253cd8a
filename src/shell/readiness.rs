//! Whether the agent takes calls, kept through restarts: a file in the user's private state, there
//! only while the agent takes none.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::readiness::Readiness;
use crate::domain::text::CleanText;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 4 * 1024;

/// Where it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    file: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Written {
    reason: Option<String>,
    since: Timestamp,
}

impl Kept {
    /// That of the user whose state lies in this folder, which need not exist yet.
    pub fn of(state: &Path) -> Self {
        Self { file: state.join("not-ready.json") }
    }

    /// What was kept; ready where nothing was, or where it cannot be read.
    pub fn found(&self) -> Readiness {
        let fits = fs::metadata(&self.file).is_ok_and(|meta| meta.len() <= LARGEST);
        let text = fits.then(|| fs::read(&self.file).ok()).flatten();
        let written = text.and_then(|text| serde_json::from_slice::<Written>(&text).ok());
        written.map_or(Readiness::Ready, |written| Readiness::NotReady {
            reason: written.reason.as_deref().map(CleanText::line),
            since: written.since,
        })
    }

    /// Keeps it, whole or not at all.
    ///
    /// # Errors
    /// Where the folder or the file cannot be written.
    pub fn keep(&self, readiness: &Readiness) -> io::Result<()> {
        let Readiness::NotReady { reason, since } = readiness else {
            return match fs::remove_file(&self.file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        };
        if let Some(folder) = self.file.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let written = Written { reason: reason.as_ref().map(ToString::to_string), since: *since };
        let fresh = self.file.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        serde_json::to_writer(&mut file, &written)?;
        file.flush()?;
        fs::rename(&fresh, &self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_as_it_was_left_and_ready_leaves_nothing_behind() {
        let home = tempfile::tempdir().unwrap();
        let kept = Kept::of(&home.path().join("norns"));
        assert_eq!(kept.found(), Readiness::Ready);
        let lunch = Readiness::NotReady {
            reason: Some(CleanText::line("lunch")),
            since: "2026-11-02T12:30:00Z".parse().unwrap(),
        };
        kept.keep(&lunch).unwrap();
        assert_eq!(kept.found(), lunch);
        kept.keep(&Readiness::Ready).unwrap();
        assert_eq!(kept.found(), Readiness::Ready);
        assert_eq!(fs::read_dir(home.path().join("norns")).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_read_makes_nobody_unreachable() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("not-ready.json"), "{\"since\":").unwrap();
        assert_eq!(Kept::of(home.path()).found(), Readiness::Ready);
    }
}
