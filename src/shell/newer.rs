//! Whether another program has taken the place of this one on disk since it was started.

use std::fs::{Metadata, metadata};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// The program that runs, and where it lay.
#[derive(Debug, Default)]
pub struct Program {
    place: Option<PathBuf>,
    own: Option<(u64, u64)>,
    told: bool,
}

impl Program {
    /// The one that runs.
    pub fn running() -> Self {
        Self {
            place: std::env::current_exe().ok(),
            own: metadata("/proc/self/exe").ok().as_ref().map(file),
            told: false,
        }
    }

    /// Whether there is another one in its place; told once.
    pub fn is_replaced(&mut self) -> bool {
        if self.told {
            return false;
        }
        let there = self.place.as_ref().and_then(|place| metadata(place).ok());
        // One that is not there is being replaced.
        self.told = self.own.is_some() && there.is_some_and(|there| self.own != Some(file(&there)));
        self.told
    }
}

fn file(of: &Metadata) -> (u64, u64) {
    (of.dev(), of.ino())
}
