//! The log: for the desk one file under the state directory, never the screen; for the gateway its
//! standard error. No customer's data goes in.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

/// Sends what the program logs to `file`, as JSON lines; level from `NORNS_LOG`, else `info`.
///
/// # Errors
/// Where the file cannot be opened. The program goes on without a log.
pub fn to_file(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(file)?;
    let log = tracing_subscriber::fmt().json().with_env_filter(level());
    let kept = log.with_writer(Mutex::new(file)).try_init();
    kept.map_err(|_| std::io::Error::other("a log is already kept"))
}

/// Sends what the program logs to its standard error, as JSON lines; level from `NORNS_LOG`, else
/// `info`.
pub fn to_standard_error() {
    let log = tracing_subscriber::fmt().json().with_env_filter(level());
    log.with_writer(std::io::stderr).try_init().ok();
}

fn level() -> EnvFilter {
    EnvFilter::try_from_env("NORNS_LOG").unwrap_or_else(|_| EnvFilter::new("info"))
}
