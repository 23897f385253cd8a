//! The systems that connectors are tried on, installed once for all tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Where they are.
///
/// # Panics
/// Where they cannot be installed.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("live");
        let there = |name: &str| folder.join(name).exists();
        if !["bin/localstripe", "bin/roundup-admin", "company.sqlite"].into_iter().all(there) {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/install");
            let status = Command::new(script).arg(&folder).status().expect("a shell is there");
            assert!(status.success(), "tests/live/install failed");
        }
        folder
    })
}

/// The program of that name among them.
pub fn program(name: &str) -> PathBuf {
    folder().join("bin").join(name)
}
