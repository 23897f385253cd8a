//! The terminal's file, and who else may write to it: nobody while it is ours, as `mesg n`.

use std::io;
use std::sync::{Mutex, PoisonError};

use rustix::fs::{Mode, fchmod, fstat};
use rustix::termios::{LocalModes, tcgetattr, tcgetpgrp};

/// The mode that it had, while it is ours.
static BEFORE: Mutex<Option<Mode>> = Mutex::new(None);
/// What lets others write to it.
const OTHERS: Mode = Mode::WGRP.union(Mode::WOTH);

/// Shuts other users' messages out. Where the file is not ours to change, they come.
pub fn shut() {
    let Ok(stat) = fstat(io::stdout()) else { return };
    let mode = Mode::from_raw_mode(stat.st_mode);
    if mode.intersects(OTHERS) && fchmod(io::stdout(), mode - OTHERS).is_ok() {
        BEFORE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(mode);
    }
}

/// Lets them in again, where they were let in before. Idempotent.
pub fn open() {
    if let Some(mode) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        fchmod(io::stdout(), mode).ok();
    }
}

/// Whether this process may use the terminal: it is the shell's job in the foreground, or there
/// is no telling.
pub fn is_foreground() -> bool {
    tcgetpgrp(io::stdin()).map_or(true, |group| group == rustix::process::getpgrp())
}

/// Whether it hands on single keys, as it does while it is ours.
pub fn is_raw() -> bool {
    tcgetattr(io::stdin()).is_ok_and(|modes| !modes.local_modes.contains(LocalModes::ICANON))
}
