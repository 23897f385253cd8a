//! The terminal's input while it is ours. Nobody reads between two calls: what is typed while
//! another program has the terminal is that program's.

use std::collections::VecDeque;
use std::io::{self, Stdin};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, sleep_until};

use super::input::Decoder;
use crate::app::msg::Msg;

/// Bytes read at a time.
const CHUNK: usize = 4096;

/// Keys and pastes, as they are typed.
pub struct Keyboard {
    terminal: AsyncFd<Stdin>,
    decoder: Decoder,
    told: VecDeque<Msg>,
    /// When what has begun is taken for what it is.
    patience: Option<Instant>,
}

impl Keyboard {
    /// Listens to standard input.
    ///
    /// # Errors
    /// Where it cannot be waited for.
    pub fn new() -> io::Result<Self> {
        #[expect(
            deprecated,
            reason = "sound for standard input, which stays open; ours is no unsafe"
        )]
        let terminal = AsyncFd::with_interest(io::stdin(), Interest::READABLE)?;
        Ok(Self { terminal, decoder: Decoder::default(), told: VecDeque::new(), patience: None })
    }

    /// What is typed next. Cancelled, it loses nothing.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub async fn next(&mut self) -> io::Result<Msg> {
        loop {
            if let Some(msg) = self.told.pop_front() {
                return Ok(msg);
            }
            tokio::select! {
                biased;
                ready = self.terminal.readable() => {
                    let mut ready = ready?;
                    if !waits(self.terminal.get_ref())? {
                        ready.clear_ready();
                        continue;
                    }
                    self.read()?;
                }
                () = sleep_until(self.patience.unwrap_or_else(Instant::now)),
                    if self.patience.is_some() =>
                {
                    self.decoder.give_up(&mut self.told);
                    self.patience = None;
                }
            }
        }
    }

    /// What has been typed already.
    pub fn ready(&mut self) -> Option<Msg> {
        while self.told.is_empty() && waits(self.terminal.get_ref()).is_ok_and(|waits| waits) {
            self.read().ok()?;
        }
        self.told.pop_front()
    }

    fn read(&mut self) -> io::Result<()> {
        let mut chunk = [0; CHUNK];
        let read = match rustix::io::read(self.terminal.get_ref(), &mut chunk) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => read,
            Err(Errno::INTR | Errno::AGAIN) => return Ok(()),
            Err(errno) => return Err(errno.into()),
        };
        self.decoder.feed(&chunk[..read], &mut self.told);
        let mut patience = self.decoder.patience();
        if patience.is_some_and(|patience| patience.is_zero()) && read < CHUNK {
            self.decoder.give_up(&mut self.told);
            patience = None;
        }
        self.patience = patience.map(|patience| Instant::now() + patience);
        Ok(())
    }
}

/// Whether there is something to read. Asked before every read: the terminal blocks whoever reads
/// in vain, and must, for the file is also the shell's.
fn waits(terminal: &Stdin) -> io::Result<bool> {
    let mut fds = [PollFd::new(terminal, PollFlags::IN)];
    match poll(&mut fds, Some(&Timespec::default())) {
        Ok(_) => Ok(!fds[0].revents().is_empty()),
        Err(Errno::INTR) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}
