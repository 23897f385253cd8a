//! `norns keys`: every key, what it does, where that is said, and what it overrides.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::print::{self, print};
use super::settings::Settings;
use super::{DONE, DeskFlags, FAILED, refused, say};
use crate::keys::keymap::{Keymap, Over};

/// How the keys are listed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// Lists the keys of the keymap that the desk would use.
pub fn run(flags: &DeskFlags, args: &Args) -> ExitCode {
    let settings = match Settings::read(flags) {
        Ok(settings) => settings,
        Err(complaints) => return refused(&complaints),
    };
    let (keymap, complaints) = settings.keymap(flags);
    if args.json {
        print(&print::json(&for_programs(&keymap)));
    } else {
        print(&for_people(&keymap));
    }
    complaints.iter().for_each(|complaint| say(&complaint.to_string()));
    ExitCode::from(if complaints.is_empty() { DONE } else { FAILED })
}

fn for_people(keymap: &Keymap) -> String {
    let bindings = keymap.bindings();
    let unbound = keymap.unbound().iter().map(|unbound| &unbound.keys);
    let all = bindings.iter().map(|binding| &binding.keys).chain(unbound);
    let room = all.map(|keys| keys.chars().count()).max().unwrap_or(0);
    let bound = bindings.into_iter().map(|binding| {
        let (layer, keys, action) = (binding.layer, &binding.keys, binding.action);
        let (name, what, from) = (action.name(), action.what(), &binding.from);
        let over = overridden(binding.over.as_ref());
        format!("{layer:<8} {keys:<room$} {name:<18} {what}  ({from}{over})")
    });
    let unbound = keymap.unbound().iter().map(|unbound| {
        let (layer, keys, from) = (unbound.layer, &unbound.keys, &unbound.from);
        let over = overridden(unbound.over.as_ref());
        format!("{layer:<8} {keys:<room$} {:<18} nothing any more  ({from}{over})", "-")
    });
    bound.chain(unbound).collect::<Vec<_>>().join("\n")
}

fn overridden(over: Option<&Over>) -> String {
    match over {
        Some(Over { what, from: Some(from) }) => format!(", overrides {what} of {from}"),
        Some(Over { what, from: None }) => format!(", overrides {what}"),
        None => String::new(),
    }
}

fn for_programs(keymap: &Keymap) -> Value {
    let over = |over: Option<&Over>| {
        over.map(|over| {
            let from = over.from.as_ref();
            let (file, line) = (from.map(|from| &*from.file), from.map(|from| from.line));
            json!({ "what": over.what, "file": file, "line": line })
        })
    };
    let bound = keymap.bindings().into_iter().map(|binding| {
        json!({
            "layer": binding.layer,
            "keys": binding.keys,
            "action": binding.action.name(),
            "what": binding.action.what(),
            "file": &*binding.from.file,
            "line": binding.from.line,
            "overrides": over(binding.over.as_ref()),
        })
    });
    let unbound = keymap.unbound().iter().map(|unbound| {
        json!({
            "layer": unbound.layer,
            "keys": unbound.keys,
            "action": null,
            "file": &*unbound.from.file,
            "line": unbound.from.line,
            "overrides": over(unbound.over.as_ref()),
        })
    });
    json!({ "v": 1, "keys": bound.chain(unbound).collect::<Vec<_>>() })
}
