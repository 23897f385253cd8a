//! The terminal's file, opened once more to write what it takes at once and no more.
//!
//! The file that we were given is the shell's as well, and whoever asks it not to block asks so for
//! the shell. One of our own can be asked.

use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;

/// Where bytes go that must not be waited for.
pub struct Outlet(Option<OwnedFd>);

impl Outlet {
    /// An outlet to the terminal behind standard output. Where its file is not ours to open, as
    /// after `su`, it takes nothing.
    pub fn open() -> Self {
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Self(open("/proc/self/fd/1", flags, Mode::empty()).ok())
    }

    /// How many of these bytes the terminal has taken.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn take(&self, bytes: &[u8]) -> io::Result<usize> {
        let Some(terminal) = &self.0 else { return Ok(0) };
        let mut taken = 0;
        while taken < bytes.len() {
            match rustix::io::write(terminal, &bytes[taken..]) {
                Ok(0) | Err(Errno::AGAIN) => break,
                Ok(written) => taken += written,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(taken)
    }
}
