//! What telephony systems have in common in tests: a port, connections, and a state that a test
//! can wait for.

use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The state of a system that has at most one connection which listens.
pub trait Listened {
    /// The newest connection that listens.
    fn stream(&mut self) -> &mut Option<TcpStream>;
}

/// A state, and those who wait for it.
#[derive(Default)]
pub struct Watched<S> {
    state: Mutex<S>,
    changed: Condvar,
}

/// Listens on a port of its own, with a thread for each connection.
pub fn listen<S: Default + Send + 'static>(
    serve: fn(&Watched<S>, TcpStream),
) -> (SocketAddr, Arc<Watched<S>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    let watched = Arc::new(Watched::default());
    let served = Arc::clone(&watched);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let served = Arc::clone(&served);
            thread::spawn(move || serve(&served, stream));
        }
    });
    (address, watched)
}

impl<S> Watched<S> {
    /// The state, as it is.
    pub fn state(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and wakes those who wait for it.
    pub fn change(&self, change: impl FnOnce(&mut S)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    /// Waits until it is so.
    #[track_caller]
    pub fn until(&self, what: &str, so: impl Fn(&S) -> bool) -> MutexGuard<'_, S> {
        let long = Duration::from_secs(60);
        let waited = self.changed.wait_timeout_while(self.state(), long, |state| !so(state));
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "never: {what}");
        state
    }
}

impl<S: Listened> Watched<S> {
    /// Says what is made of the state to whoever listens, in pieces of so many bytes. No answer comes
    /// between the pieces.
    #[track_caller]
    pub fn say(&self, bytes: impl FnOnce(&S) -> Vec<u8>, pieces: usize) {
        let long = Duration::from_secs(60);
        let waited = self.changed.wait_timeout_while(self.state(), long, |s| s.stream().is_none());
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let stream = state.stream().as_ref().expect("somebody listens");
        let mut stream = stream.try_clone().expect("it lives");
        let bytes = bytes(&state);
        for piece in bytes.chunks(pieces) {
            stream.write_all(piece).expect("a bridge at the other end");
        }
    }

    /// Breaks the connection.
    pub fn hang_up(&self) {
        if let Some(stream) = self.state().stream().take() {
            stream.shutdown(Shutdown::Both).ok();
        }
    }
}
