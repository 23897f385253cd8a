//! `norns sources`: what each source holds, whose it is, how it does, and what is wrong in it.

use std::process::ExitCode;

use color_eyre::eyre::{Result, eyre};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::ask::{Asking, say_away};
use super::print::{self, print};
use super::settings::Settings;
use super::{DONE, DeskFlags, FAILED, refused, say};
use crate::domain::customer::{CustomerId, KeyKind};
use crate::domain::inventory::{Holding, NewReport, Report};
use crate::domain::register::{BreakerState, Health};
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::ui::text::{Align, pad, width};

/// What is asked of the inventory.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// Answer as JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What agents report.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Report a wrong value of a source to whoever answers for it
    Report {
        /// The record, as in BILL:A-7731-02
        customer: String,
        /// What is wrong: phone, name, an entry's id
        field: String,
        /// How it is, in a sentence
        says: String,
    },
    /// List what was reported of a source
    Reports {
        /// Its name, as in BILL
        source: String,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Tells it, and returns what the shell is told.
pub fn run(flags: &DeskFlags, args: &Args) -> ExitCode {
    let settings = match Settings::read(flags) {
        Ok(settings) => settings,
        Err(complaints) => return refused(&complaints),
    };
    match tell(settings, args) {
        Ok(()) => ExitCode::from(DONE),
        Err(report) => {
            say(&format!("{report:#}"));
            ExitCode::from(FAILED)
        }
    }
}

fn tell(settings: Settings, args: &Args) -> Result<()> {
    let asking = Asking::begin(settings)?;
    let (runtime, client) = (&asking.runtime, &asking.client);
    match &args.command {
        None => {
            let holdings = runtime.block_on(client.inventory()).map_err(say_away)?;
            let today = asking.clock.now().to_zoned_datetime(asking.zone.clone()).date();
            if args.json {
                let sources: Vec<Value> =
                    holdings.iter().map(|holding| for_programs(holding, today)).collect();
                print(&print::json(&json!({ "v": 1, "sources": sources })));
            } else {
                print(&table(&holdings, today));
            }
        }
        Some(Command::Report { customer, field, says }) => {
            let customer = CustomerId::parse(customer)
                .ok_or_else(|| eyre!("a record is written SOURCE:KEY, as in BILL:A-7731-02"))?;
            let (field, says) = (CleanText::line(field), CleanText::line(says));
            let new = NewReport { customer, field, says };
            let made = runtime.block_on(client.report(&new)).map_err(say_away)?;
            print(&format!("{} is on record", Report::name(made.id)));
        }
        Some(Command::Reports { source, json }) => {
            let source =
                SourceId::new(source).ok_or_else(|| eyre!("a source has a name such as BILL"))?;
            let reports = runtime.block_on(client.reports(&source)).map_err(say_away)?;
            if *json {
                let reports: Vec<Value> = reports.iter().map(report_for_programs).collect();
                print(&print::json(&json!({ "v": 1, "reports": reports })));
            } else {
                reports.iter().for_each(|report| print(&sentence(report)));
                if reports.is_empty() {
                    print("nothing was reported");
                }
            }
        }
    }
    Ok(())
}

const HEADINGS: [&str; 9] =
    ["source", "owner", "updated", "review", "asked", "reports", "health", "p50/p95", "holds"];

/// A row for each source; the last column, what it holds, may be long.
fn table(holdings: &[Holding], today: Date) -> String {
    let mut rows = vec![HEADINGS.map(str::to_uppercase).to_vec()];
    rows.extend(holdings.iter().map(|holding| row(holding, today)));
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max();
    let widths: Vec<u16> = (0..HEADINGS.len()).filter_map(widest).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(text, width)| pad(text, *width, Align::Left));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn row(holding: &Holding, today: Date) -> Vec<String> {
    let said = |text: &Option<CleanText>| text.as_ref().map_or("-".to_owned(), ToString::to_string);
    let keeping = &holding.keeping;
    let review = match keeping.review {
        None => "-".to_owned(),
        Some(day) if day < today => format!("{day} PAST"),
        Some(day) => day.to_string(),
    };
    let health = &holding.health;
    let took = match (health.p50_ms, health.p95_ms) {
        (Some(half), Some(most)) => format!("{half}/{most} ms"),
        _ => "-".to_owned(),
    };
    vec![
        health.source.to_string(),
        said(&keeping.owner),
        said(&keeping.updated),
        review,
        holding.asked.to_string(),
        holding.reports.to_string(),
        state(health),
        took,
        holds(holding),
    ]
}

/// How it does, in a few words.
fn state(health: &Health) -> String {
    let filters = match (&health.unfiltered[..], &health.unproven[..]) {
        ([], []) => "",
        ([], _) => ", filters not proven",
        _ => ", does not filter",
    };
    let does = match (health.breaker, health.failures) {
        (BreakerState::Open, _) => "left alone",
        (BreakerState::HalfOpen, _) => "tried again",
        (BreakerState::Closed, 1..) => "failing",
        (BreakerState::Closed, 0) if health.answers == 0 => "not asked yet",
        (BreakerState::Closed, 0) => "answers",
    };
    format!("{does}{filters}")
}

fn holds(holding: &Holding) -> String {
    let shows: Vec<&str> = holding.shows.iter().map(CleanText::as_str).collect();
    let by = match holding.looks_up.is_empty() {
        true => "of who was found elsewhere".to_owned(),
        false => format!("by {}", KeyKind::list(&holding.looks_up)),
    };
    let demand = if holding.on_demand { ", on demand" } else { "" };
    format!("{}: {} {by}{demand}{}", holding.title, shows.join(", "), freshness(holding))
}

/// How old what it says may be, and whether it says what changes; nothing where it is asked every time.
fn freshness(holding: &Holding) -> String {
    let again = holding.keeps_for.map(|age| format!(", given again for up to {} s", age.as_secs()));
    let told = if holding.tells_changes { ", tells what changes" } else { "" };
    format!("{}{told}", again.unwrap_or_default())
}

fn for_programs(holding: &Holding, today: Date) -> Value {
    let (keeping, health) = (&holding.keeping, &holding.health);
    let kinds = |kinds: &[KeyKind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>();
    json!({
        "source": health.source.as_str(),
        "title": holding.title.as_str(),
        "owner": keeping.owner.as_ref().map(CleanText::as_str),
        "updated": keeping.updated.as_ref().map(CleanText::as_str),
        "review": keeping.review.map(|day| day.to_string()),
        "review_past": keeping.review.is_some_and(|day| day < today),
        "looks_up": kinds(&holding.looks_up),
        "shows": holding.shows.iter().map(CleanText::as_str).collect::<Vec<_>>(),
        "on_demand": holding.on_demand,
        "kept_s": holding.keeps_for.map(|age| age.as_secs()),
        "tells_changes": holding.tells_changes,
        "asked": holding.asked,
        "reports": holding.reports,
        "health": state(health),
        "failures": health.failures,
        "answers": health.answers,
        "p50_ms": health.p50_ms,
        "p95_ms": health.p95_ms,
        "unfiltered": kinds(&health.unfiltered),
        "unproven": kinds(&health.unproven),
    })
}

fn report_for_programs(report: &Report) -> Value {
    json!({
        "id": report.id,
        "customer": report.of.customer.to_string(),
        "field": report.of.field.as_str(),
        "says": report.of.says.as_str(),
        "agent": report.agent.as_str(),
        "role": report.role.as_str(),
        "at": report.at.to_string(),
    })
}

fn sentence(report: &Report) -> String {
    let NewReport { customer, field, says } = &report.of;
    let (at, agent, role) = (report.at, &report.agent, &report.role);
    format!("{at} {customer} {field}: {says} ({agent}, {role})")
}
