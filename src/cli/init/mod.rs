//! `norns init`: from a few questions to a desk on a real system.

mod centre;
mod files;
mod own;
mod system;
mod talk;
mod trial;

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::process::ExitCode;

use color_eyre::eyre::{Result, bail};
use jiff::tz::TimeZone;

use self::centre::Plan;
use self::files::{Place, Planned};
use self::talk::Talk;
use super::settings::Settings;
use super::{DONE, DeskFlags, FAILED, desk, refused, say};
use crate::domain::phone::Region;
use crate::gateway::TokenFolder;

/// What is answered before it is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// An answer: system, country, time-zone, try, replace, or what the connector calls NAME; a
    /// secret as NAME=@FILE
    #[arg(long = "answer", value_name = "KEY=VALUE", value_parser = answer)]
    answers: Vec<(String, String)>,
    /// Take the usual answer where there is one; nothing is replaced by it
    #[arg(long)]
    yes: bool,
    /// Do not open the desk at the end
    #[arg(long)]
    no_open: bool,
}

fn answer(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    let known = ["system", "country", "time-zone", "try", "replace", "name", "title"];
    let variable = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if !known.contains(&key) && !key.chars().all(variable) {
        return Err(format!("expected one of {}, or a name such as CRM_URL", known.join(", ")));
    }
    Ok((key.to_owned(), value.to_owned()))
}

/// Asks, tries, writes, and opens the desk.
pub fn run(flags: &DeskFlags, args: &Args) -> ExitCode {
    match set_up(flags, args) {
        Ok(true) => desk::run(flags),
        Ok(false) => ExitCode::from(DONE),
        Err(report) => match report.downcast_ref() {
            Some(complaint) => refused(std::slice::from_ref(complaint)),
            None => {
                say(&format!("{report:#}"));
                ExitCode::from(FAILED)
            }
        },
    }
}

/// Whether the desk is to be opened.
fn set_up(flags: &DeskFlags, args: &Args) -> Result<bool> {
    let (paths, file, folder) = Settings::place(flags)?;
    let given: BTreeMap<String, String> = args.answers.iter().cloned().collect();
    let mut talk = Talk::new(given, args.yes);
    talk.say(
        "A few questions, then a desk on a system of yours. Nothing is written before the last \
         one; ctrl-c leaves everything as it is.\n\nWhich system is asked first?",
    );
    let Some(system) = system::choose(&mut talk, &folder)? else {
        return own::begin(&mut talk, &folder);
    };
    talk.say(&format!("\n{}. What it needs, and what it cannot do:\n", system.title()));
    system.page().for_each(|line| talk.say(&format!("  {line}")));
    talk.say("");
    let country = country(&mut talk)?;
    let zone = zone(&mut talk)?;
    let tokens = TokenFolder::beside(&centre::records(&paths));
    let variables = loop {
        let variables = system::variables(&mut talk, &system, &country)?;
        unasked(&talk)?;
        if trial::of(&mut talk, system.connector(&variables)?, &tokens)? {
            break variables;
        }
    };
    let plan = Plan {
        paths: &paths,
        folder: &folder,
        country: &country,
        zone: &zone,
        connector: (&system.name, &system.text),
        variables: &variables,
    };
    let mut planned = plan.files();
    // The desk's settings are those that were named.
    if let Some(desk) = planned.last_mut() {
        desk.path = file;
    }
    let whole = keep(&mut talk, planned)?;
    crate::private::folder(paths.state()).map_err(|why| color_eyre::eyre::eyre!(why))?;
    if !whole {
        talk.say("\nWhat was left out is yours to add; norns check says what is still wrong.");
        return Ok(false);
    }
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if args.no_open || !terminal {
        talk.say("\nThe desk on it: norns");
        return Ok(false);
    }
    talk.say("\nThe desk opens; ? lists its keys.");
    Ok(true)
}

/// Writes what may be written; whether that is all.
fn keep(talk: &mut Talk, planned: Vec<Planned>) -> Result<bool> {
    let mut wanted = Vec::new();
    let mut whole = true;
    for file in planned {
        let name = file.path.display();
        match file.place() {
            Place::Same => {}
            Place::Free => wanted.push(file),
            Place::Taken if talk.agreed("replace", &format!("{name} is there. Replace it?"))? => {
                wanted.push(file);
            }
            Place::Taken => {
                whole = false;
                let secret = file.path.parent().is_some_and(|folder| folder.ends_with("secrets"));
                talk.say(&format!("{name} stays as it is."));
                if !secret {
                    talk.say(&format!("What would be in it:\n\n{}", file.text));
                }
            }
        }
    }
    files::write(&wanted)?;
    talk.say("\nWritten, for you alone to read:");
    wanted.iter().for_each(|file| talk.say(&format!("  {}", file.path.display())));
    Ok(whole)
}

/// An answer that no question wants is a mistake.
fn unasked(talk: &Talk) -> Result<()> {
    let unasked: Vec<&str> = talk.left().filter(|key| !["try", "replace"].contains(key)).collect();
    if unasked.is_empty() {
        return Ok(());
    }
    bail!("--answer: nothing asks for {}; nothing is written", unasked.join(", "))
}

fn country(talk: &mut Talk) -> Result<String> {
    let usual = ["LC_ALL", "LC_TELEPHONE", "LANG"].iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        let country = value.split('_').nth(1)?.get(..2)?.to_owned();
        Region::of_country(&country).map(|_| country)
    });
    let question = "Country of numbers without a country code, two letters";
    let usual = usual.as_deref().unwrap_or("CA");
    let wrong =
        "no numbering plan is known for this country; write its two letters, such as CA or GB";
    let known = |said: &str| Region::of_country(&said.to_uppercase()).is_some();
    Ok(talk.ask_until(known, ("country", question, usual), wrong)?.to_uppercase())
}

fn zone(talk: &mut Talk) -> Result<String> {
    let system = TimeZone::system();
    let usual = system.iana_name().unwrap_or("UTC");
    let wrong = "no time zone is called so; write it as America/Toronto or Europe/London";
    let known = |said: &str| TimeZone::get(said).is_ok();
    talk.ask_until(known, ("time-zone", "Time zone in which you read hours", usual), wrong)
}
