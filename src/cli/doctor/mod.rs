//! `norns doctor`: what the desk stands on, line by line, and what helps where something is amiss.
//! Says nothing of any customer.

mod disk;
mod gateway;
mod sockets;
mod terminal;

use std::process::ExitCode;

use serde::Serialize;

use super::print::{self, print};
use super::settings::Settings;
use super::{DONE, DeskFlags, FAILED, refused, say};

/// How it is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it belongs to: `terminal`, `sockets`.
    pub area: &'static str,
    pub what: String,
    pub state: State,
    /// A sentence without a full stop.
    pub says: String,
    /// A command, or what to do.
    pub helps: Option<String>,
}

/// Whether it is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    LookAtThis,
}

impl Finding {
    /// Something that is as it should be.
    fn ok(area: &'static str, what: impl Into<String>, says: impl Into<String>) -> Self {
        let (what, says) = (what.into(), says.into());
        Self { area, what, state: State::Ok, says, helps: None }
    }

    /// Something to look at, and what helps.
    fn look(
        area: &'static str,
        what: impl Into<String>,
        says: impl Into<String>,
        helps: impl Into<String>,
    ) -> Self {
        let helps = Some(helps.into());
        Self { state: State::LookAtThis, helps, ..Self::ok(area, what, says) }
    }
}

/// Looks at everything, and returns what the shell is told.
pub fn run(flags: &DeskFlags, args: &Args) -> ExitCode {
    let settings = match Settings::read(flags) {
        Ok(settings) => settings,
        Err(complaints) => return refused(&complaints),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!("the machine gives no room to ask anything ({})", error.kind()));
            return ExitCode::from(FAILED);
        }
    };
    let mut findings = terminal::look(&settings, flags, &runtime);
    findings.extend(settings_of(&settings, flags));
    findings.extend(sockets::look(&settings.paths));
    findings.extend(gateway::look(&settings, &runtime));
    findings.extend(disk::look(&settings));
    let well = findings.iter().all(|finding| finding.state == State::Ok);
    if args.json {
        print(&print::json(&serde_json::json!({ "v": 1, "well": well, "findings": findings })));
    } else {
        print(&for_people(&findings));
    }
    ExitCode::from(if well { DONE } else { FAILED })
}

/// What the files of settings say, in one line: `norns check` has the rest.
fn settings_of(settings: &Settings, flags: &DeskFlags) -> Vec<Finding> {
    let (area, what) = ("settings", settings.file.display().to_string());
    let complaints = settings.complaints(flags);
    vec![match &complaints[..] {
        [] if settings.text.is_empty() => {
            Finding::ok(area, what, "not there or empty; everything is as it comes")
        }
        [] => Finding::ok(area, what, "read, and nothing is wrong in it or in what it names"),
        [first, ..] => Finding::look(area, what, first.to_string(), "norns check"),
    }]
}

fn for_people(findings: &[Finding]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut area = "";
    for finding in findings {
        if finding.area != area {
            area = finding.area;
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(area.to_uppercase());
        }
        let state = match finding.state {
            State::Ok => "ok           ",
            State::LookAtThis => "look at this ",
        };
        let helps = finding.helps.as_ref().map_or(String::new(), |helps| format!("; {helps}"));
        lines.push(format!("  {state} {}: {}{helps}", finding.what, finding.says));
    }
    let amiss = findings.iter().filter(|finding| finding.state != State::Ok).count();
    lines.push(String::new());
    lines.push(match amiss {
        0 => "all is well".to_owned(),
        1 => "1 thing to look at".to_owned(),
        n => format!("{n} things to look at"),
    });
    lines.join("\n")
}
