//! `norns keys`: every key, what it does, and which file says so.

use std::io::Write;
use std::process::ExitCode;

use super::desk::Settings;
use super::{DONE, DeskFlags, FAILED, say};

/// Lists the keys of the keymap that the desk would use.
pub fn run(flags: &DeskFlags) -> ExitCode {
    let settings = match Settings::read(flags) {
        Ok(settings) => settings,
        Err(report) => {
            say(&format!("{report:#}"));
            return ExitCode::from(FAILED);
        }
    };
    let (keymap, complaints) = settings.keymap(flags);
    let mut text = String::new();
    for binding in keymap.bindings() {
        let (layer, keys, action) = (binding.layer, &binding.keys, binding.action);
        let (name, what, file) = (action.name(), action.what(), &binding.file);
        text.push_str(&format!("{layer:<8} {keys:<12} {name:<18} {what}  ({file})\n"));
    }
    std::io::stdout().write_all(text.as_bytes()).ok();
    complaints.iter().for_each(|complaint| say(&complaint.to_string()));
    ExitCode::from(if complaints.is_empty() { DONE } else { FAILED })
}
