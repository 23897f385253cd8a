//! The systems that connectors are tried on, installed once for all tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The program of that name among them.
///
/// # Panics
/// Where they cannot be installed.
pub fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("live");
        let there = |program: &str| folder.join("bin").join(program).exists();
        if !["localstripe", "roundup-admin"].into_iter().all(there) {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/install");
            let status = Command::new(script).arg(&folder).status().expect("a shell is there");
            assert!(status.success(), "tests/live/install failed");
        }
        folder
    });
    folder.join("bin").join(name)
}
