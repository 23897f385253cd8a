//! `norns identity`: which records of exported files are one person's.

mod fields;
mod fit;
mod link;
mod progress;
mod read;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::{DONE, FAILED, say};
use crate::domain::phone::Region;
use crate::identity::weights::Weights;

/// What can be asked about exported records.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say which records are one person's, how sure that is, and why
    ///
    /// With one file, duplicates within it; with two, which record of the one is which of the
    /// other. Pairs are written as left,right,probability,band,why, where left and right are the
    /// values of each file's first column.
    Link(link::Args),
    /// Learn the weights from your own records, without anybody judging them
    ///
    /// Writes a file of weights for `norns identity link --weights` and says what changed.
    Fit(fit::Args),
}

/// The files, and how they are to be read.
#[derive(Debug, clap::Args)]
pub struct Input {
    /// CSV file with a line of headings
    #[arg(value_name = "A.csv")]
    left: PathBuf,
    /// Second file, to be linked with the first
    #[arg(value_name = "B.csv")]
    right: Option<PathBuf>,
    /// What each column says, where its heading does not tell
    #[arg(long, value_name = "FILE")]
    fields: Option<PathBuf>,
    /// Weights instead of the shipped ones
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Country of telephone numbers that do not say theirs, and of dates such as 03/04/1985
    #[arg(long, value_name = "CODE", default_value = "US")]
    country: String,
}

impl Input {
    fn region(&self) -> Result<Region, String> {
        Region::of_country(&self.country).ok_or_else(|| {
            "`--country`: no numbering plan is known for this country; write its two letters, such as CA or GB"
                .to_owned()
        })
    }

    fn weights(&self) -> Result<Weights, String> {
        let Some(path) = &self.weights else { return Ok(Weights::shipped()) };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(&name, &error))?;
        Weights::over_the_shipped(&name, &text).map_err(|complaint| complaint.to_string())
    }
}

/// Does what was asked, and returns what the shell is told.
pub fn run(args: &Args) -> ExitCode {
    let done = match &args.what {
        What::Link(args) => link::run(args),
        What::Fit(args) => fit::run(args),
    };
    match done {
        Ok(()) => ExitCode::from(DONE),
        Err(what) => {
            say(&what);
            ExitCode::from(FAILED)
        }
    }
}

/// Why a file cannot be read or written.
fn unreadable(name: &str, error: &std::io::Error) -> String {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file",
        std::io::ErrorKind::PermissionDenied => "you may not read or write it",
        std::io::ErrorKind::IsADirectory => "this is a folder",
        std::io::ErrorKind::InvalidData => "this is no UTF-8 text",
        std::io::ErrorKind::StorageFull => "the disk is full",
        _ => "it cannot be read or written",
    };
    format!("{name}: {why}")
}
