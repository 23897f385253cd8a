//! Whether the tour for newcomers has been ended: a file that is there or not, in the user's
//! private state.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The mark that the tour has been ended.
#[derive(Debug, Clone)]
pub struct Tour {
    mark: PathBuf,
}

impl Tour {
    /// The tour of the user whose state lies in this folder, which need not exist yet.
    pub fn of(state: &Path) -> Self {
        Self { mark: state.join("tour-ended") }
    }

    /// Whether it has been ended.
    pub fn ended(&self) -> bool {
        self.mark.exists()
    }

    /// Remembers that it has been ended, or that it is wanted again.
    ///
    /// # Errors
    /// Where the folder or the file cannot be written.
    pub fn keep(&self, ended: bool) -> io::Result<()> {
        if !ended {
            return match fs::remove_file(&self.mark) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        if let Some(folder) = self.mark.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&self.mark)?;
        Ok(())
    }
}
