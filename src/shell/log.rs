//! The log: for the desk one file under the state directory, never the screen; for the gateway its
//! standard error. No customer's data goes in. Whoever logs never waits for whoever reads: lines
//! that nobody takes are dropped and counted.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait to be taken, at most.
const WAITING: usize = 1_000;

/// A log that is written until this is dropped: then what waits is written, for a second at most.
#[must_use]
pub struct Kept {
    _guard: WorkerGuard,
}

/// Sends what the program logs to `file`, as JSON lines; level from `NORNS_LOG`, else `info`.
///
/// # Errors
/// Where the file cannot be opened. The program goes on without a log.
pub fn to_file(file: &Path) -> std::io::Result<Kept> {
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(file)?;
    keep(file)
}

/// Sends what the program logs to its standard error, as JSON lines; level from `NORNS_LOG`, else
/// `info`.
///
/// # Errors
/// Where a log is kept already.
pub fn to_standard_error() -> std::io::Result<Kept> {
    keep(std::io::stderr())
}

fn keep(to: impl Write + Send + 'static) -> std::io::Result<Kept> {
    let (lines, guard) = Counted::over(to, WAITING);
    let log = tracing_subscriber::fmt().json().with_env_filter(level());
    let kept = log.with_writer(lines).try_init();
    kept.map_err(|_| std::io::Error::other("a log is already kept"))?;
    Ok(Kept { _guard: guard })
}

fn level() -> EnvFilter {
    EnvFilter::try_from_env("NORNS_LOG").unwrap_or_else(|_| EnvFilter::new("info"))
}

/// A writer that says how many lines were dropped before the line that comes next.
struct Counted {
    lines: NonBlocking,
    told: Arc<AtomicUsize>,
}

impl Counted {
    fn over(to: impl Write + Send + 'static, waiting: usize) -> (Self, WorkerGuard) {
        let builder = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(waiting);
        let (lines, guard) = builder.thread_name("log").finish(to);
        (Self { lines, told: Arc::default() }, guard)
    }
}

impl<'a> MakeWriter<'a> for Counted {
    type Writer = NonBlocking;

    fn make_writer(&'a self) -> NonBlocking {
        let mut writer = self.lines.clone();
        let dropped = self.lines.error_counter().dropped_lines();
        if self.told.swap(dropped, Ordering::Relaxed) != dropped {
            let line = format!(
                "{{\"level\":\"WARN\",\"fields\":{{\"message\":\"lines of the log were dropped\",\
                 \"in_all\":{dropped}}},\"target\":\"norns::shell::log\"}}\n"
            );
            writer.write_all(line.as_bytes()).ok();
        }
        writer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Takes a line and stands still until it is let go.
    struct Stuck {
        taken: Sender<String>,
        let_go: Receiver<()>,
    }

    impl Write for Stuck {
        fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
            self.taken.send(String::from_utf8_lossy(line).into_owned()).ok();
            self.let_go.recv().ok();
            Ok(line.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whoever_logs_does_not_wait_for_a_reader_and_what_was_lost_is_told() {
        let ((go, let_go), (taken, lines)) = (channel(), channel());
        let (log, _guard) = Counted::over(Stuck { taken, let_go }, 2);
        let write = |line: &str| log.make_writer().write_all(line.as_bytes()).unwrap();
        write("line 0");
        assert_eq!(lines.recv().unwrap(), "line 0");
        for nth in 1..50 {
            write(&format!("line {nth}"));
        }
        assert!(log.lines.error_counter().dropped_lines() >= 47);
        drop(go);
        assert_eq!([lines.recv().unwrap(), lines.recv().unwrap()], ["line 1", "line 2"]);
        write("line 50");
        assert!(lines.recv().unwrap().contains("lines of the log were dropped"));
        assert_eq!(lines.recv().unwrap(), "line 50");
    }
}
