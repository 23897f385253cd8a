//! `norns check`: reads every file of the user's, and says what is wrong in each.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use super::desk::Settings;
use super::{DONE, DeskFlags, FAILED, say};
use crate::connectors::shipped::SHIPPED;
use crate::connectors::spec::Connector;
use crate::keys::keymap;
use crate::strict::Complaint;
use crate::ui::theme::{self, Depth};

/// Checks, and returns what the shell is told.
pub fn run(flags: &DeskFlags) -> ExitCode {
    let settings = match Settings::read(flags) {
        Ok(settings) => settings,
        Err(report) => {
            say(&format!("{report:#}"));
            return ExitCode::from(FAILED);
        }
    };
    let mut checked = 0;
    let mut complaints = Vec::new();
    let shipped = SHIPPED.iter().map(|(name, _)| *name);
    for name in names(&settings.folder, "keymaps") {
        checked += 1;
        complaints.extend(keymap::load(&name, &|name| settings.find("keymaps", name)).1);
    }
    for name in names(&settings.folder, "themes") {
        checked += 1;
        let find = |name: &str| settings.find("themes", name);
        complaints.extend(theme::load(&name, Depth::True, &find).1);
    }
    for name in names(&settings.folder, "connectors") {
        checked += 1;
        complaints.extend(connector(&settings, &name));
    }
    complaints.extend(settings.complaints(flags));
    let mut said: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    said.sort();
    said.dedup();
    for line in &said {
        writeln!(std::io::stdout(), "{line}").ok();
    }
    let place = settings.folder.display();
    if said.is_empty() {
        let shipped = shipped.count();
        writeln!(
            std::io::stdout(),
            "all is well: norns.toml, {checked} files of yours in {place}, {shipped} shipped connectors"
        )
        .ok();
    }
    ExitCode::from(if said.is_empty() { DONE } else { FAILED })
}

/// What is wrong in a connector; its variables may be anything here.
fn connector(settings: &Settings, name: &str) -> Option<Complaint> {
    let text = settings.find("connectors", name)?;
    Connector::read(&format!("connectors/{name}.toml"), &text, &super::connector::anything).err()
}

/// The names of a kind of file in the user's folder.
fn names(folder: &Path, kind: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join(kind)).into_iter().flatten().flatten();
    let name = |file: std::fs::DirEntry| {
        let name = file.file_name().to_str()?.strip_suffix(".toml")?.to_owned();
        Some(name)
    };
    let mut names: Vec<String> = entries.filter_map(name).collect();
    names.sort();
    names
}
