//! `norns config`: what settings there are, which ones hold, and where each was made.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::check::CENTRE;
use super::print::{self, print};
use super::settings::Settings;
use super::{DONE, DeskFlags, FAILED, refused};
use crate::config::desk::DeskConfig;
use crate::config::reference;
use crate::config::serve::ServeConfig;
use crate::config::told::Told;
use crate::shell::files;
use crate::strict::{Complaint, Document};

/// What is wanted of the settings.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    order: Order,
}

#[derive(Debug, Subcommand)]
enum Order {
    /// Every key of a file: what it is for, what may be written, what holds where it is left out
    Reference {
        /// Of norns.toml or of serve.toml
        #[arg(value_enum, default_value_t = Which::Norns)]
        file: Which,
    },
    /// The values that hold, and where each was set; secrets are only said to be set
    Show {
        /// Of norns.toml or of serve.toml
        #[arg(value_enum, default_value_t = Which::Norns)]
        file: Which,
        /// The serve.toml that is meant
        #[arg(long, value_name = "FILE", default_value = CENTRE)]
        serve: PathBuf,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Norns,
    Serve,
}

/// A value that holds.
struct Held {
    key: String,
    /// As TOML; nothing where nothing is set.
    value: Option<String>,
    from: From,
}

/// Where a value was set.
enum From {
    Default,
    Flag(&'static str),
    Line(String, usize),
}

/// Tells, and returns what the shell is told.
pub fn run(flags: &DeskFlags, args: &Args) -> ExitCode {
    let held = match &args.order {
        Order::Reference { file } => {
            print(reference_of(*file).trim_end());
            return ExitCode::from(DONE);
        }
        Order::Show { file: Which::Norns, .. } => of_desk(flags),
        Order::Show { file: Which::Serve, serve, .. } => of_gateway(serve),
    };
    let (file, held) = match held {
        Ok(held) => held,
        Err(complaints) => return refused(&complaints),
    };
    let Order::Show { json, .. } = &args.order else { return ExitCode::from(FAILED) };
    if *json {
        print(&print::json(&for_programs(&file, &held)));
    } else {
        print(&for_people(&held));
    }
    ExitCode::from(DONE)
}

fn reference_of(file: Which) -> String {
    match file {
        Which::Norns => reference::of::<DeskConfig>(
            "norns.toml: the settings of a desk, in ~/.config/norns. Every key may be left out; \
             what stands here behind # alone is an example.",
        ),
        Which::Serve => reference::of::<ServeConfig>(
            "serve.toml: the settings of a gateway, in /etc/norns. What stands here behind # alone \
             may be left out.",
        ),
    }
}

/// The file, and the values that hold.
type Holding = Result<(String, Vec<Held>), Vec<Complaint>>;

fn of_desk(flags: &DeskFlags) -> Holding {
    let mut settings = Settings::read(flags)?;
    let name = settings.file.display().to_string();
    let desk = &mut settings.config.desk;
    let mut flagged = Vec::new();
    if let Some(theme) = &flags.theme {
        desk.theme.clone_from(theme);
        flagged.push(("desk.theme", "--theme"));
    }
    if let Some(keymap) = &flags.keymap {
        desk.keymap.clone_from(keymap);
        flagged.push(("desk.keymap", "--keymap"));
    }
    if let Some(color) = flags.color {
        desk.color = color;
        flagged.push(("desk.color", "--color"));
    }
    if flags.linear {
        desk.linear = true;
        flagged.push(("desk.linear", "--linear"));
    }
    let mut held = held(&settings.config, &name, &settings.text);
    for (key, flag) in flagged {
        if let Some(held) = held.iter_mut().find(|held| held.key == key) {
            held.from = From::Flag(flag);
        }
    }
    Ok((name, held))
}

fn of_gateway(file: &Path) -> Holding {
    let name = file.display().to_string();
    let text = files::read(file, &name).map_err(|complaint| vec![complaint])?;
    let reading = Document::parse(&name, &text)?.read::<ServeConfig>();
    match reading.value {
        Some(config) if reading.complaints.is_empty() => {
            let held = held(&config, &name, &text);
            Ok((name, held))
        }
        _ => Err(reading.complaints),
    }
}

/// Every value, and the line that set it.
fn held(config: &impl Told, name: &str, text: &str) -> Vec<Held> {
    let mut lines = Vec::new();
    config.spell("", &mut lines);
    let document = Document::parse(name, text).ok();
    let held = |(key, value): (String, Option<String>)| {
        let place = document.as_ref().and_then(|document| find(document, &key));
        let from = match place {
            Some((line, _)) => From::Line(name.to_owned(), line),
            None => From::Default,
        };
        Held { key, value, from }
    };
    lines.into_iter().map(held).collect()
}

/// The place of a value by its key, such as `layout[1].focus`.
fn find(document: &Document<'_>, key: &str) -> Option<(usize, usize)> {
    let mut nth = 0;
    let names = key.split('.').map(|name| match name.split_once('[') {
        Some((name, rest)) => {
            nth = rest.trim_end_matches(']').parse().unwrap_or(0);
            name
        }
        None => name,
    });
    let names: Vec<&str> = names.collect();
    document.find(&names, nth)
}

fn for_people(held: &[Held]) -> String {
    let wide = held.iter().map(|held| held.key.len() + held.value.as_ref().map_or(0, String::len));
    let wide = wide.max().unwrap_or(0).min(60) + 3;
    let line = |held: &Held| {
        let set = match &held.value {
            Some(value) => format!("{} = {value}", held.key),
            None => format!("{} is not set", held.key),
        };
        let from = match &held.from {
            From::Default => "default".to_owned(),
            From::Flag(flag) => (*flag).to_owned(),
            From::Line(file, line) => format!("{file}:{line}"),
        };
        format!("{set:<wide$}  # {from}")
    };
    held.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn for_programs(file: &str, held: &[Held]) -> Value {
    let value = |held: &Held| {
        let from = match &held.from {
            From::Default => json!({ "by": "default" }),
            From::Flag(flag) => json!({ "by": "flag", "flag": flag }),
            From::Line(file, line) => json!({ "by": "file", "file": file, "line": line }),
        };
        json!({ "key": held.key, "value": held.value, "from": from })
    };
    json!({ "v": 1, "file": file, "values": held.iter().map(value).collect::<Vec<_>>() })
}
