//! The terminal, the locale, the clock and what the program is made of.

use std::io::IsTerminal;

use jiff::tz::TimeZone;
use tokio::runtime::Runtime;

use super::Finding;
use crate::app::geometry::SMALLEST;
use crate::cli::DeskFlags;
use crate::cli::settings::Settings;
use crate::gateway::{Store, check_version};
use crate::shell::{asked, files, screen};
use crate::ui::theme::Depth;

const TERMINAL: &str = "terminal";
/// A width at which all three panes stand side by side.
const ROOMY: (u16, u16) = (80, 24);

/// Everything that is known without a question, and one question.
pub fn look(settings: &Settings, flags: &DeskFlags, runtime: &Runtime) -> Vec<Finding> {
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let is_there = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let mut findings = Vec::new();
    if is_there {
        findings.extend(screen::size().ok().map(size));
        findings.push(synchronized());
    } else {
        let says = "the input or the output of this command is none; run it without a pipe";
        findings.push(Finding::ok(TERMINAL, "terminal", says));
    }
    findings.push(match env("TERM") {
        None => Finding::look(TERMINAL, "TERM", "it is not set", "export TERM=xterm-256color"),
        Some(term) if term == "dumb" || term == "unknown" => Finding::look(
            TERMINAL,
            "TERM",
            "this terminal cannot move its cursor",
            "norns --linear",
        ),
        Some(term) => Finding::ok(TERMINAL, "TERM", plain(&term)),
    });
    findings.push(Finding::ok(TERMINAL, "colours", colours(settings, flags, &env)));
    findings.push(Finding::ok(TERMINAL, "keys", keys(&env)));
    findings.extend(typing());
    findings.push(locale(&env));
    findings.extend(clock(settings));
    findings.extend(versions(runtime));
    findings
}

fn size((columns, rows): (u16, u16)) -> Finding {
    let says = format!("{columns} columns, {rows} rows");
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        let (columns, rows) = SMALLEST;
        let helps = format!("make it {columns}x{rows} or more, or use norns --linear");
        return Finding::look(TERMINAL, "size", format!("{says}; too small for the desk"), helps);
    }
    let says = match columns >= ROOMY.0 && rows >= ROOMY.1 {
        true => says,
        false => format!("{says}; one pane at a time"),
    };
    Finding::ok(TERMINAL, "size", says)
}

/// Whether a frame appears as a whole. The one question that is asked: nothing else tells.
fn synchronized() -> Finding {
    let what = "synchronized output";
    match asked::synchronized() {
        Some(true) => Finding::ok(TERMINAL, what, "known: a frame appears as a whole"),
        Some(false) => {
            Finding::ok(TERMINAL, what, "not known: long frames may be seen half drawn, no harm")
        }
        None => Finding::ok(TERMINAL, what, "the terminal does not say; no harm"),
    }
}

fn colours(settings: &Settings, flags: &DeskFlags, env: &dyn Fn(&str) -> Option<String>) -> String {
    let many = match settings.depth(flags) {
        Depth::Mono => "none",
        Depth::Ansi16 => "16",
        Depth::Ansi256 => "256",
        Depth::True => "all",
    };
    let by = if flags.color.is_some() {
        "as --color says"
    } else if env("NO_COLOR").is_some() {
        "as NO_COLOR says"
    } else if env("COLORTERM").is_some() {
        "as COLORTERM says"
    } else {
        "as TERM says; over SSH more are had with color = \"true\" under [desk]"
    };
    format!("{many}, {by}")
}

/// What is around the terminal that changes keys.
fn keys(env: &dyn Fn(&str) -> Option<String>) -> String {
    let around = [("TMUX", "tmux"), ("STY", "screen"), ("SSH_CONNECTION", "SSH")];
    let around: Vec<&str> =
        around.iter().filter(|(name, _)| env(name).is_some()).map(|(_, what)| *what).collect();
    let program = env("TERM_PROGRAM").map(|name| plain(&name));
    let within = match (program, &around[..]) {
        (None, []) => String::new(),
        (Some(program), []) => format!("; inside {program}"),
        (None, around) => format!("; inside {}", around.join(" and ")),
        (Some(program), around) => format!("; inside {program}, {}", around.join(" and ")),
    };
    format!("every terminal's own: no protocol is switched on or needed{within}")
}

/// Whether other programs of this user may type into the terminal (tty_ioctl(4), TIOCSTI).
fn typing() -> Option<Finding> {
    let set = std::fs::read_to_string("/proc/sys/dev/tty/legacy_tiocsti").ok()?;
    (set.trim() == "1").then(|| {
        let says = "programs of yours can type into this terminal";
        Finding::look(TERMINAL, "typing", says, "sysctl -w dev.tty.legacy_tiocsti=0")
    })
}

fn locale(env: &dyn Fn(&str) -> Option<String>) -> Finding {
    let by = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find(|name| env(name).is_some());
    match (files::utf8(&|name| env(name)), by) {
        (true, Some(by)) => Finding::ok("locale", by, "UTF-8"),
        (true, None) => Finding::ok("locale", "LANG", "not set; UTF-8 is taken for granted"),
        (false, by) => {
            let says = "not UTF-8: signs and frames are drawn in ASCII, names lose their letters";
            Finding::look("locale", by.unwrap_or("LANG"), says, "export LANG=C.UTF-8")
        }
    }
}

fn clock(settings: &Settings) -> Vec<Finding> {
    let area = "clock";
    let now = match crate::shell::now::Clock::from_env() {
        Ok(clock) => clock.now(),
        Err(error) => {
            let says = format!("cannot be asked ({})", error.kind());
            return vec![Finding::look(area, "time", says, "unset NORNS_CLOCK")];
        }
    };
    let here = now.to_zoned_datetime(settings.zone.clone());
    let time = Finding::ok(area, "time", here.strftime("%Y-%m-%d %H:%M:%S %z").to_string());
    let zone = match settings.zone.iana_name() {
        Some(name) => Finding::ok(area, "time zone", name),
        None if settings.zone == TimeZone::UTC => Finding::ok(area, "time zone", "UTC"),
        None => {
            let says = "the machine's has no name: hours may be wrong after a change of clocks";
            Finding::look(area, "time zone", says, "set time-zone under [desk]")
        }
    };
    vec![time, zone]
}

fn versions(runtime: &Runtime) -> Vec<Finding> {
    let area = "versions";
    let sqlite = runtime.block_on(Store::version()).and_then(|version| {
        check_version(&version)?;
        Ok(version)
    });
    vec![
        Finding::ok(area, "norns", env!("CARGO_PKG_VERSION")),
        match sqlite {
            Ok(version) => Finding::ok(area, "SQLite", version),
            Err(error) => Finding::look(area, "SQLite", error.to_string(), "build norns anew"),
        },
        Finding::ok(area, "API", "v1"),
    ]
}

/// A value of the environment, as it may be printed.
fn plain(text: &str) -> String {
    crate::domain::text::CleanText::line(text).to_string()
}
