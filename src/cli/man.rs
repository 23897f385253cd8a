//! `norns man`: the manual page of the program, and of each of its commands.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::exit::MEANINGS;
use super::{Cli, DONE, FAILED, USAGE, say};
use crate::strict::nearest;

/// Where the program's files lie: what README and `norns doctor` say at greater length.
const FILES: [(&str, &str); 6] = [
    ("~/.config/norns/norns.toml", "settings of the desk; each has its default"),
    (
        "~/.config/norns/themes, keymaps, connectors, rules",
        "folders of files of one's own, over those that come with the program",
    ),
    ("/etc/norns/serve.toml", "settings of the gateway"),
    ("~/.local/state/norns", "drafts, the journal of calls, the log; for its owner alone"),
    ("$XDG_RUNTIME_DIR/norns/pop.sock", "where a telephony system announces calls, a line each"),
    ("$XDG_RUNTIME_DIR/norns/desk.sock", "where norns do speaks to the running desk"),
];

/// What the program asks of its environment.
const ENVIRONMENT: [(&str, &str); 7] = [
    ("NORNS_CONFIG", "the settings of the desk in another file, as --config says it"),
    ("NORNS_LOG", "what is logged: error, warn, info (as without it), debug, trace"),
    ("NO_COLOR", "no colours, where it is not empty"),
    ("COLORTERM, TERM", "how many colours the terminal has"),
    (
        "XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR",
        "other folders than ~/.config, ~/.local/state and /run/user/UID",
    ),
    ("USER, LOGNAME", "under which name the desk without settings records what is done"),
    ("VISUAL, EDITOR", "the editor of long notes"),
];

/// Whose page is printed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A command, as it is typed after norns: config reference
    command: Vec<String>,
}

/// Prints a page.
pub fn run(args: &Args) -> ExitCode {
    let mut root = Cli::command();
    root.build();
    let mut command = &root;
    for name in &args.command {
        let Some(next) = command.find_subcommand(name) else {
            let known = command.get_subcommands().map(clap::Command::get_name);
            let near = nearest(name, known);
            let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`"));
            say(&format!("no command is called so{hint}"));
            return ExitCode::from(USAGE);
        };
        command = next;
    }
    let printed = page(command.clone()).and_then(|page| io::stdout().write_all(&page));
    ExitCode::from(if printed.is_ok() { DONE } else { FAILED })
}

/// A command's page, with what the shell is told at its end.
fn page(command: clap::Command) -> io::Result<Vec<u8>> {
    let is_pop = command.get_name() == "pop";
    let is_whole = command.get_name() == "norns";
    let title = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let man = Man::new(command).title(title).manual("norns");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    man.render_subcommands_section(&mut page)?;
    let meant = MEANINGS.map(|(code, all, pop)| (code.to_string(), if is_pop { pop } else { all }));
    let meant = meant.iter().filter(|(_, meaning)| !meaning.is_empty());
    section("EXIT STATUS", meant.map(|(code, meaning)| (&**code, *meaning)), &mut page)?;
    if is_whole {
        section("ENVIRONMENT", ENVIRONMENT.into_iter(), &mut page)?;
        section("FILES", FILES.into_iter(), &mut page)?;
    }
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// A section of names, and of what is to be known about each.
fn section<'text>(
    title: &str,
    lines: impl Iterator<Item = (&'text str, &'text str)>,
    page: &mut Vec<u8>,
) -> io::Result<()> {
    let mut section = Roff::new();
    section.control("SH", [title]);
    for (name, said) in lines {
        section.control("TP", []).text([bold(name)]).text([roman(said)]);
    }
    section.to_writer(page)
}
