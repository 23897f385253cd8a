//! The bridge that a desk runs for itself: a process of its own, so that neither can hold the other
//! up, and one that ends with the desk, however the desk ends.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

use crate::app::msg::Msg;
use crate::config::desk::Telephony;
use crate::config::paths::Paths;
use crate::domain::text::CleanText;

/// Starts it, and says so where it ends while the desk goes on. It makes lost connections again by
/// itself: it ends only where it cannot work at all.
pub async fn run(telephony: Telephony, paths: &Paths, inbox: mpsc::Sender<Msg>) {
    let config = paths.config().join("bridge.toml");
    let why = match bridge(telephony, config).await {
        Ok(why) => why,
        Err(error) => format!("it cannot be run ({})", error.kind()),
    };
    let what = format!("no calls from {}: {why}", telephony.name());
    inbox.send(Msg::Complaint(CleanText::line(&what))).await.ok();
}

/// This program, as it was started: what lies in its place may be a newer one by now.
fn program() -> std::io::Result<PathBuf> {
    let own = PathBuf::from("/proc/self/exe");
    if own.exists() { Ok(own) } else { std::env::current_exe() }
}

/// Runs it to its end; returns the last thing that it said.
async fn bridge(telephony: Telephony, config: PathBuf) -> std::io::Result<String> {
    let mut child = Command::new(program()?)
        .arg0("norns")
        .args(["bridge", telephony.name(), "--for-desk", "--config"])
        .arg(config)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // The terminal's signals are the desk's.
        .process_group(0)
        .spawn()?;
    // Held as long as the desk lives: its end is the bridge's.
    let _stdin = child.stdin.take();
    let mut last = "the bridge has ended".to_owned();
    if let Some(said) = child.stderr.take() {
        let mut lines = BufReader::new(said).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(said) = line.strip_prefix("norns: ") {
                said.clone_into(&mut last);
            }
        }
    }
    child.wait().await?;
    Ok(last)
}
