//! Speaking to the running sample: one line per order over a private socket.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::task::AbortHandle;

use super::SYSTEMS;
use super::fault::{Fault, Faults};

/// Longest order, in bytes.
const LONGEST: u64 = 256;

/// The socket on which the sample takes orders; gone when dropped.
pub struct Control {
    path: PathBuf,
    listening: AbortHandle,
}

impl Control {
    /// Takes orders at `path`, which lies in a private folder; an old socket there is replaced.
    ///
    /// # Errors
    /// Where the socket cannot be made.
    pub fn listen(path: &Path, faults: Arc<Faults>) -> io::Result<Self> {
        std::fs::remove_file(path).ok();
        let listener = UnixListener::bind(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let faults = Arc::clone(&faults);
                tokio::spawn(async move {
                    let (reading, mut writing) = stream.into_split();
                    let mut order = String::new();
                    let mut reading = tokio::io::BufReader::new(reading.take(LONGEST));
                    if reading.read_line(&mut order).await.is_ok() {
                        let answer = obey(order.trim(), &faults);
                        writing.write_all(answer.as_bytes()).await.ok();
                    }
                });
            }
        });
        Ok(Self { path: path.to_owned(), listening: listening.abort_handle() })
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.listening.abort();
        std::fs::remove_file(&self.path).ok();
    }
}

fn obey(order: &str, faults: &Faults) -> String {
    let words: Vec<&str> = order.split_whitespace().collect();
    match words.as_slice() {
        ["status"] => {
            let line = |system: &&str| format!("{system} {}\n", faults.of(system).name());
            SYSTEMS.iter().map(line).collect()
        }
        ["fault", system, fault] => match (known(system), Fault::parse(fault)) {
            (Some(system), Some(fault)) => {
                faults.set(system, fault);
                "ok\n".into()
            }
            (None, _) => {
                format!("error no system is called so; there are {}\n", SYSTEMS.join(", "))
            }
            (_, None) => "error no such fault\n".into(),
        },
        _ => "error no such order\n".into(),
    }
}

/// The system of that name, in any case.
pub fn known(name: &str) -> Option<&'static str> {
    SYSTEMS.into_iter().find(|system| system.eq_ignore_ascii_case(name))
}

/// Gives the running sample an order and returns its answer.
///
/// # Errors
/// `NotFound` or `ConnectionRefused` where none runs.
pub fn order(path: &Path, order: &str) -> io::Result<String> {
    let mut stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    writeln!(stream, "{order}")?;
    let mut answer = String::new();
    for line in BufReader::new(stream).lines() {
        answer.push_str(&line?);
        answer.push('\n');
    }
    Ok(answer)
}
