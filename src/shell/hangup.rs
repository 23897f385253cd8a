//! Noticing that the terminal is gone, also where SIGHUP is ignored.
//!
//! crossterm's reader spins on a dead terminal (crossterm-rs/crossterm#793), so somebody else has
//! to look, without reading.

use std::io;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::sync::oneshot;

/// A receiver that is answered once the terminal behind standard input is gone.
///
/// # Errors
/// Where no thread can be started.
pub fn watch() -> io::Result<oneshot::Receiver<()>> {
    let (tell, gone) = oneshot::channel();
    std::thread::Builder::new().name("hangup".into()).stack_size(64 * 1024).spawn(move || {
        wait();
        tell.send(()).ok();
    })?;
    Ok(gone)
}

/// Sleeps until the terminal reports hang-up or error: asked for no events, `poll` reports
/// nothing else.
fn wait() {
    let stdin = io::stdin();
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    loop {
        let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
        match poll(&mut fds, None) {
            Ok(_) if fds[0].revents().intersects(gone) => return,
            Ok(_) | Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => return,
        }
    }
}
