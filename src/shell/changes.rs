//! Files of settings that change while the desk runs. A thread sleeps until one does.

use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

use crate::app::settings::Settings;
use crate::domain::text::CleanText;
use crate::ui::theme::Theme;

/// What came of reading the settings anew.
pub enum Change {
    Taken(Box<Taken>),
    /// They are wrong: those before still hold.
    Wrong(CleanText),
}

/// Settings that are good.
pub struct Taken {
    pub settings: Settings,
    pub theme: Theme,
    /// For a light background, where the terminal is asked for its own.
    pub on_light: Option<Theme>,
}

/// Calls `changed` whenever something in these folders was written, put there or taken away, until
/// it says that nobody listens any more. A folder that is not there is not watched.
///
/// # Errors
/// Where nothing can be watched.
pub fn watch(
    folders: &[PathBuf],
    mut changed: impl FnMut() -> bool + Send + 'static,
) -> io::Result<()> {
    let fd = inotify::init(CreateFlags::CLOEXEC)?;
    // What is being written is read when it is closed.
    let flags = WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::DELETE;
    let watched = folders.iter().filter(|folder| inotify::add_watch(&fd, *folder, flags).is_ok());
    if watched.count() == 0 {
        return Ok(());
    }
    let watching = move || while next(&fd).is_ok() && changed() {};
    std::thread::Builder::new().name("settings".into()).spawn(watching).map(drop)
}

/// Blocks until something has changed.
fn next(fd: &OwnedFd) -> io::Result<()> {
    rustix::io::read(fd, &mut [0_u8; 4096])?;
    Ok(())
}
