//! `norns man`: the manual page of the program, and of each of its commands.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::exit::MEANINGS;
use super::{Cli, DONE, FAILED, USAGE, say};
use crate::strict::nearest;

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
    let title = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let man = Man::new(command).title(title).manual("norns");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    man.render_subcommands_section(&mut page)?;
    let mut codes = Roff::new();
    codes.control("SH", ["EXIT STATUS"]);
    for (code, all, pop) in MEANINGS {
        let meaning = if is_pop { pop } else { all };
        if !meaning.is_empty() {
            codes.control("TP", []).text([bold(code.to_string())]).text([roman(meaning)]);
        }
    }
    codes.to_writer(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}
