//! A defect in the desk ends it with the terminal restored; a defect in a task is told and survived.

use std::io::Write;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::thread;

use tokio::sync::mpsc;

use super::screen;
use crate::app::msg::Msg;
use crate::domain::text::CleanText;
use crate::ui::guard;

/// Installs the hook. Call on the thread that runs the loop, before the screen is entered.
///
/// The report names the place and never the payload: a payload may hold a customer's data.
pub fn install(inbox: mpsc::WeakSender<Msg>, drafts: PathBuf) {
    let owner = thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        let place = place(info);
        tracing::error!(%place, "panic");
        // The part of the screen that it costs says so.
        if guard::is_drawing() {
            return;
        }
        if thread::current().id() == owner || thread::current().name() == Some("screen") {
            screen::restore();
            let drafts = drafts.display();
            let report = format!(
                "norns stopped: a defect at {place}\nNotes are kept in {drafts}; start norns again\n"
            );
            std::io::stderr().write_all(report.as_bytes()).ok();
            return;
        }
        if let Some(inbox) = inbox.upgrade() {
            let told = format!("a part of norns failed ({place}); the rest goes on");
            inbox.try_send(Msg::Complaint(CleanText::line(&told))).ok();
        }
    }));
}

fn place(info: &PanicHookInfo<'_>) -> String {
    info.location()
        .map_or_else(|| "an unknown place".into(), |at| format!("{}:{}", at.file(), at.line()))
}
