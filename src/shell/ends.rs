//! Telling a desk that was killed from one that closed: each keeps a locked file while it runs.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// A desk that runs. Dropped, it has closed.
pub struct Running {
    path: PathBuf,
    /// The kernel unlocks it when the process is gone, however it went.
    _lock: File,
}

impl Running {
    /// Begins to run, with the number of desks that were killed since they were last asked for.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn begin(folder: &Path) -> io::Result<(Self, usize)> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let killed = fs::read_dir(folder)?.flatten().filter(|entry| take_away(&entry.path()));
        let killed = killed.count();
        let path = folder.join(std::process::id().to_string());
        let lock =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        Ok((Self { path, _lock: lock }, killed))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

/// Removes what a desk left that runs no more; whether there was one.
fn take_away(path: &Path) -> bool {
    let free = File::open(path)
        .is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok());
    free && fs::remove_file(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_runs_is_not_taken_for_killed_and_who_closed_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("running");
        let (first, killed) = Running::begin(&folder).unwrap();
        assert_eq!(killed, 0);
        assert!(!take_away(&first.path));
        drop(first);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::write(folder.join("4711"), "").unwrap();
        assert_eq!(Running::begin(&folder).unwrap().1, 1);
        assert_eq!(Running::begin(&folder).unwrap().1, 0);
    }
}
