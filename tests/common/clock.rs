//! A clock that stands still until a test moves it, for binaries built with `test-clock`.
//!
//! The program connects to the socket that `NORNS_CLOCK` names, and is told the time in RFC 3339,
//! one line at once and one for each move.

use std::io::Write;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use jiff::{SignedDuration, Timestamp};

/// The server's end. The programs that it serves keep their last time when it is dropped.
pub struct Clock {
    socket: PathBuf,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    now: Timestamp,
    /// Programs that want to hear of moves.
    listening: Vec<UnixStream>,
    closing: bool,
}

impl Clock {
    /// Serves this time on a socket in this directory.
    pub fn start(directory: &Path, now: &str) -> Self {
        let socket = directory.join("clock.sock");
        let listener = UnixListener::bind(&socket).expect("the directory is new and private");
        let state = Shared { now: parse(now), listening: Vec::new(), closing: false };
        let shared = Arc::new(Mutex::new(state));
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for mut program in listener.incoming().map_while(Result::ok) {
                let mut shared = lock(&served);
                if shared.closing {
                    return;
                }
                // Told and listed under one lock, so that no move is missed.
                if tell(&mut program, shared.now) {
                    shared.listening.push(program);
                }
            }
        });
        Self { socket, shared }
    }

    /// What `NORNS_CLOCK` has to be.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The time that is told.
    pub fn now(&self) -> Timestamp {
        lock(&self.shared).now
    }

    /// Moves the clock to this time (RFC 3339).
    pub fn set(&self, now: &str) {
        self.tell(parse(now));
    }

    /// Moves the clock on by so many seconds.
    pub fn advance(&self, seconds: i64) {
        self.tell(self.now() + SignedDuration::from_secs(seconds));
    }

    fn tell(&self, now: Timestamp) {
        let mut shared = lock(&self.shared);
        shared.now = now;
        shared.listening.retain_mut(|program| tell(program, now));
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        lock(&self.shared).closing = true;
        // Wakes the thread that waits for programs.
        UnixStream::connect(&self.socket).ok();
    }
}

/// Says whether the program is still there.
fn tell(program: &mut UnixStream, now: Timestamp) -> bool {
    program.write_all(format!("{now}\n").as_bytes()).is_ok()
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn parse(time: &str) -> Timestamp {
    time.parse().expect("a time in RFC 3339")
}
