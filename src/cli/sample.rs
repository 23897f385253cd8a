//! `norns sample`: speaks to the running sample company.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::Subcommand;

use super::exit::NOBODY;
use super::{DONE, FAILED, USAGE, say};
use crate::config::paths::Paths;
use crate::sample::fault::Fault;
use crate::sample::{SYSTEMS, control};

/// What can be said to the sample.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    order: Order,
}

#[derive(Debug, Subcommand)]
enum Order {
    /// Make a system fail, or work again
    Fault {
        /// CRM, BILL, WO, COLL, TEL, WEB, MKT or NET
        system: String,
        /// slow, cut, 429, 500, html, truncated, hang or ok
        fault: String,
    },
    /// Say how each system is doing
    Status,
}

/// Gives the order, and returns what the shell is told.
pub fn run(args: &Args) -> ExitCode {
    let order = match &args.order {
        Order::Status => "status".to_owned(),
        Order::Fault { system, fault } => {
            let Some(system) = control::known(system) else {
                say(&format!("no system is called so; there are {}", SYSTEMS.join(", ")));
                return ExitCode::from(USAGE);
            };
            let Some(fault) = Fault::parse(fault) else {
                let names: Vec<&str> = Fault::ALL.iter().map(|(name, _)| *name).collect();
                say(&format!("no fault is called so; there are {}", names.join(", ")));
                return ExitCode::from(USAGE);
            };
            format!("fault {system} {}", fault.name())
        }
    };
    let paths = match Paths::from_process() {
        Ok(paths) => paths,
        Err(complaint) => {
            say(&complaint.to_string());
            return ExitCode::from(FAILED);
        }
    };
    match control::order(&paths.sample_socket(), &order) {
        Ok(answer) => {
            std::io::stdout().write_all(answer.as_bytes()).ok();
            ExitCode::from(if answer.starts_with("error") { FAILED } else { DONE })
        }
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) =>
        {
            say("no sample company runs; open it with `norns`, or with `norns serve --sample`");
            ExitCode::from(NOBODY)
        }
        Err(error) => {
            say(&format!("the sample company did not answer ({})", error.kind()));
            ExitCode::from(FAILED)
        }
    }
}
