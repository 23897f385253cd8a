//! Defects on demand, for end-to-end tests of what becomes of the desk: a pasted text asks for one.

use tokio::runtime::Handle;

use crate::app::msg::Msg;
use crate::ui::guard;

/// Does what a pasted text asks for, where the environment allows it.
#[expect(clippy::panic, reason = "it was asked for")]
pub fn on_demand(msg: &Msg, background: &Handle) {
    let Msg::Paste(text) = msg else { return };
    if std::env::var_os("NORNS_DEFECTS").is_none() {
        return;
    }
    match text.as_str() {
        "defect: loop" => panic!("Eleanor Whitcombe"),
        "defect: task" => drop(background.spawn(async { panic!("Eleanor Whitcombe") })),
        "defect: past" => guard::break_part("PAST"),
        "defect: present" => guard::break_part("PRESENT"),
        "defect: future" => guard::break_part("FUTURE"),
        "defect: header" => guard::break_part("HEADER"),
        "defect: note" => guard::break_part("NOTE"),
        "defect: sources" => guard::break_part("SOURCES"),
        "defect: overlay" => guard::break_part("OVERLAY"),
        _ => {}
    }
}
