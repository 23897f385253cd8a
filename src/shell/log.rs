//! The log: one file under the state directory, never the screen. No customer's data goes in.

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
    let filter = EnvFilter::try_from_env("NORNS_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(Mutex::new(file));
    log.try_init().map_err(|_| std::io::Error::other("a log is already kept"))
}
