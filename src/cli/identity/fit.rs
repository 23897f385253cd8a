//! `norns identity fit`: weights from the installation's own records.

use std::path::PathBuf;

use super::progress::{Progress, thousands};
use super::table::Records;
use super::{Input, say, unreadable};
use crate::identity::link::link;
use crate::identity::pair::Band;
use crate::identity::write::{changes, file};

/// Weights from fewer pairs that are surely of one person say little.
const ENOUGH: usize = 100;

/// What to learn from, and where to write it.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Write the weights there
    #[arg(long, value_name = "FILE", default_value = "weights.toml")]
    out: PathBuf,
}

/// Learns.
pub fn run(args: &Args) -> Result<(), String> {
    let before = args.input.weights()?;
    let records = Records::read(&args.input)?;
    for line in records.remarks.iter().chain(&records.files) {
        say(line);
    }
    let mut progress = Progress::new();
    let told = |done: u64| progress.tell("pairs compared", done);
    let linked = link(&records.people, records.first, &before, told);
    progress.done();
    let name = args.out.display().to_string();
    let text = file(&linked, &records.people);
    std::fs::write(&args.out, text).map_err(|error| unreadable(&name, &error))?;
    for line in changes(&before, &linked.weights) {
        say(&line);
    }
    let sure = linked.pairs.iter().filter(|pair| pair.band == Band::Linked).count();
    if sure < ENOUGH {
        say(&format!(
            "{name}: only {sure} pairs of these records are surely of one person; weights from so \
             few say little, learn from more records before you use them"
        ));
    }
    let rows = thousands(records.names.len());
    say(&format!("{name}: weights from {rows} records; use them with --weights {name}"));
    Ok(())
}
