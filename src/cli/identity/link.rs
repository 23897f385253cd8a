//! `norns identity link`: pairs with their reasons, groups, and a summary.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::progress::{Progress, thousands};
use super::table::Records;
use super::{Input, say, unreadable};
use crate::domain::text::CleanText;
use crate::identity::link::{Linked, link};
use crate::identity::pair::{Band, Pair};
use crate::identity::score::probability;
use crate::identity::why::Waterfall;

/// What to link, and where to write it.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Write the pairs there instead of to the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write which group each record is in: group,record
    #[arg(long, value_name = "FILE")]
    groups: Option<PathBuf>,
}

/// Links.
pub fn run(args: &Args) -> Result<(), String> {
    let weights = args.input.weights()?;
    let mut records = Records::read(&args.input)?;
    for line in records.remarks.iter().chain(&records.files) {
        say(line);
    }
    let mut progress = Progress::new();
    let told = |done: u64| progress.tell("pairs compared", done);
    let linked = link(&records.people, records.first, &weights, told);
    progress.done();
    match &args.out {
        Some(path) => write_file(path, |out| pairs(out, &records, &linked))?,
        None => {
            if std::io::stdout().is_terminal() {
                records.names =
                    records.names.iter().map(|name| CleanText::line(name).to_string()).collect();
            }
            // A pipe that is closed early is no error.
            drop(pairs(std::io::stdout().lock(), &records, &linked));
        }
    }
    if let Some(path) = &args.groups {
        write_file(path, |out| groups(out, &records, &linked))?;
    }
    for line in summary(&records, &linked) {
        say(&line);
    }
    Ok(())
}

fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), String> {
    let name = path.display().to_string();
    let file = File::create(path).map_err(|error| unreadable(&name, &error))?;
    let mut out = BufWriter::new(file);
    write(&mut out).and_then(|()| out.flush()).map_err(|error| unreadable(&name, &error))
}

fn pairs(out: impl Write, records: &Records, linked: &Linked) -> std::io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(["left", "right", "probability", "band", "why"])?;
    let name = |at: u32| records.names[at as usize].clone();
    for pair in &linked.pairs {
        let why = Waterfall::of(pair, &records.people, &linked.scorer, name).to_string();
        let probability = probability_of(pair);
        let (left, right) = (name(pair.left), name(pair.right));
        out.write_record([&left, &right, &probability, pair.band.words(), &why])?;
    }
    out.flush()
}

/// With so many digits that no sure pair is printed as certain.
fn probability_of(pair: &Pair) -> String {
    format!("{:.9}", probability(pair.total()).min(0.999_999_999))
}

fn groups(out: impl Write, records: &Records, linked: &Linked) -> std::io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(["group", "record"])?;
    for (number, members) in linked.groups.several().iter().enumerate() {
        for member in *members {
            let number = (number + 1).to_string();
            out.write_record([&number, &records.names[*member as usize]])?;
        }
    }
    out.flush()
}

/// What a centre wants to know first: how many records are one person.
fn summary(records: &Records, linked: &Linked) -> Vec<String> {
    let of_band = |band: Band| linked.pairs.iter().filter(|pair| pair.band == band).count();
    let several = linked.groups.several();
    let members: usize = several.iter().map(|group| group.len()).sum();
    let (all, surplus) = (records.names.len(), members - several.len());
    let mut lines = vec![format!(
        "{} pairs compared: {} linked, {} perhaps the same",
        thousands(linked.compared),
        thousands(of_band(Band::Linked)),
        thousands(of_band(Band::Perhaps)),
    )];
    let largest = several.first().map_or(0, |group| group.len());
    let of = match largest {
        0 => {
            lines.push(format!("none of {} records is linked with another", thousands(all)));
            return lines;
        }
        2 => "2".to_owned(),
        largest => format!("2 to {largest}"),
    };
    lines.push(format!(
        "{} records are {} people as far as they are linked: {} groups of {of} records hold {} of them",
        thousands(all),
        thousands(all - surplus),
        thousands(several.len()),
        thousands(members),
    ));
    lines
}
