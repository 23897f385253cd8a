//! `norns show` and `norns search`: a customer in the shell, as text or JSON.

use std::process::ExitCode;

use color_eyre::eyre::Result;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::ask::{Asking, Found, heard, say_away};
use super::exit::SEVERAL;
use super::print::{self, print};
use super::settings::Settings;
use super::{DONE, DeskFlags, FAILED, order, refused, say, shown};
use crate::app::answers::PAGE;
use crate::app::model::{Model, Start};
use crate::app::session::Customer;
use crate::client::ViewAsk;
use crate::domain::customer::Candidate;
use crate::domain::source::Part;
use crate::keys::keymap::Keymap;
use crate::orders::protocol::Order;
use crate::ui::linear::reading::joined;
use crate::ui::linear::{Reading, overlay, pane};
use crate::ui::words;

/// Whom to show, and what of them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CRM:C-20417, a bare id, a phone number or an e-mail address
    #[arg(required_unless_present = "desk")]
    customer: Option<String>,
    /// What happened
    #[arg(long)]
    past: bool,
    /// Who it is, why they call, what is in flight
    #[arg(long)]
    present: bool,
    /// What to do, what is due
    #[arg(long)]
    future: bool,
    /// What is on your running desk now, instead of a customer
    #[arg(long, conflicts_with_all = ["customer", "past", "present", "future"])]
    desk: bool,
    /// Answer as JSON, with source, time and state on every value
    #[arg(long)]
    json: bool,
}

/// What to look for.
#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    /// A number, e-mail address, account, case or name
    #[arg(allow_hyphen_values = true)]
    text: String,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// Which panes are wanted; all where none is named.
#[derive(Debug, Clone, Copy)]
pub struct Panes {
    pub past: bool,
    pub present: bool,
    pub future: bool,
}

/// Shows a customer, and returns what the shell is told.
pub fn run(flags: &DeskFlags, args: &Args) -> ExitCode {
    let Some(typed) = args.customer.as_deref().filter(|_| !args.desk) else {
        return desk(args.json);
    };
    match Settings::read(flags) {
        Ok(settings) => ended(show(settings, typed, args)),
        Err(complaints) => refused(&complaints),
    }
}

/// Looks for customers, and returns what the shell is told.
pub fn search(flags: &DeskFlags, args: &SearchArgs) -> ExitCode {
    match Settings::read(flags) {
        Ok(settings) => ended(find(settings, args)),
        Err(complaints) => refused(&complaints),
    }
}

fn ended(result: Result<u8>) -> ExitCode {
    ExitCode::from(result.unwrap_or_else(|report| {
        say(&format!("{report:#}"));
        FAILED
    }))
}

fn show(settings: Settings, typed: &str, args: &Args) -> Result<u8> {
    let asking = Asking::begin(settings)?;
    let found = asking.look_up(typed)?;
    let customer = match &found.candidates[..] {
        [] => return Ok(nobody(&found)),
        [one] => one,
        several => {
            say(&format!("{} customers have this; name one by its id", several.len()));
            list(&found, asking.clock.now(), args.json);
            return Ok(SEVERAL);
        }
    };
    let ask = ViewAsk {
        customer: customer.id.clone(),
        keys: customer.keys.clone(),
        sources: Vec::new(),
        rows: PAGE,
        fresh: false,
    };
    let mut parts: Vec<Part> = Vec::new();
    let each = |part: Part| heard(&mut parts, part);
    let asked_at = asking.clock.now();
    asking.runtime.block_on(asking.client.view(&ask, each)).map_err(say_away)?;
    let model = model(&asking, customer, parts)?;
    let all = !(args.past || args.present || args.future);
    let panes =
        Panes { past: all || args.past, present: all || args.present, future: all || args.future };
    if args.json {
        print(&print::json(&shown::customer(&model, asked_at, panes)));
    } else {
        print::readings(&readings(&model, panes));
    }
    Ok(DONE)
}

fn find(settings: Settings, args: &SearchArgs) -> Result<u8> {
    let asking = Asking::begin(settings)?;
    let found = asking.look_up(&args.text)?;
    if found.candidates.is_empty() && !args.json {
        return Ok(nobody(&found));
    }
    list(&found, asking.clock.now(), args.json);
    Ok(if found.candidates.is_empty() { FAILED } else { DONE })
}

/// Nobody was found; sources that did not answer may know better.
fn nobody(found: &Found) -> u8 {
    say("nobody is found by this");
    let silent = found.parts.iter().filter(|part| !part.state.consulted());
    silent.for_each(|part| say(&words::silence(part)));
    FAILED
}

fn list(found: &Found, now: Timestamp, json: bool) {
    if json {
        return print(&print::json(&shown::found(&found.candidates, &found.parts)));
    }
    // Whose records a candidate is made of, and what became of the question to them.
    let line = |candidate: &Candidate| {
        let whose = |part: &&Part| candidate.records.iter().any(|id| id.source == part.source);
        let told = found.parts.iter().filter(whose).map(|part| words::told(part, now));
        joined([pane::candidate_line(candidate)].into_iter().chain(told))
    };
    let lines: Vec<String> = found.candidates.iter().map(line).collect();
    print(&lines.join("\n"));
    let more = found.parts.iter().filter(|part| part.more);
    more.for_each(|part| say(&words::cut_short(part)));
    for part in found.parts.iter().filter(|part| !part.state.consulted()) {
        say(&words::silence(part));
    }
}

/// A desk with this customer on it: what it would show is what is printed.
fn model(asking: &Asking, candidate: &Candidate, parts: Vec<Part>) -> Result<Model> {
    let now = asking.clock.now();
    let mut model = Model::new(Start {
        size: crate::app::geometry::SMALLEST,
        now,
        zone: asking.zone.clone(),
        home: asking.home,
        keymap: Keymap::default(),
        complaints: Vec::new(),
    });
    model.linear = true;
    let session = model.session_mut();
    let who = (candidate.id.clone(), candidate.keys.clone());
    session.customer = Some(Customer::new(who, PAGE, now));
    for part in parts {
        session.settle(part, &asking.zone);
    }
    session.reassess(now, &asking.zone, asking.home);
    Ok(model)
}

fn readings(model: &Model, panes: Panes) -> Vec<Reading> {
    let mut readings = Vec::new();
    readings.extend(panes.past.then(|| pane::past(model, usize::MAX)));
    readings.extend(panes.present.then(|| pane::present(model)));
    readings.extend(panes.future.then(|| pane::future(model)));
    if panes.present {
        readings.push(overlay::who_says_what(model));
    }
    readings.push(pane::sources(model));
    readings
}

/// What is on the running desk.
fn desk(as_json: bool) -> ExitCode {
    let answer = match order::give(&Order::Tell) {
        Ok(answer) => answer,
        Err(code) => return code,
    };
    if as_json {
        let desk: Vec<Value> = answer
            .desk
            .iter()
            .map(|told| json!({ "title": told.title, "sections": told.sections }))
            .collect();
        print(&print::json(&json!({ "v": 1, "desk": desk })));
        return ExitCode::from(DONE);
    }
    let part = |section: &crate::orders::protocol::Section| crate::ui::linear::reading::Part {
        heading: section.heading.clone(),
        lines: section.lines.clone(),
    };
    let readings: Vec<Reading> = answer
        .desk
        .iter()
        .map(|told| Reading {
            title: told.title.clone(),
            counted: None,
            parts: told.sections.iter().map(part).collect(),
        })
        .collect();
    print::readings(&readings);
    ExitCode::from(DONE)
}
