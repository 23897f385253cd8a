//! The gateway: whether it answers, of what version it is, what its clock says, and how its
//! sources have been doing.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;

use super::Finding;
use crate::cli::ask::say_away;
use crate::cli::centre;
use crate::cli::settings::{Settings, configured};
use crate::client::{About, Client};
use crate::config::desk::GatewayTable;
use crate::domain::ask::AskError;
use crate::domain::customer::KeyKind;
use crate::domain::register::{BreakerState, Health};
use crate::domain::source::State;
use crate::domain::span::span;
use crate::shell::now::Clock;

const GATEWAY: &str = "gateway";
/// A difference that makes hours and ages wrong, in seconds.
const APART: i64 = 30;
/// So long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the gateway that the desk would ask; none is started for this.
pub fn look(settings: &Settings, runtime: &Runtime) -> Vec<Finding> {
    let socket = settings.paths.gateway_socket();
    let (place, client) = match &settings.config.gateway {
        Some(GatewayTable { serve: Some(file), .. })
            if centre::socket(file).is_ok_and(|socket| UnixStream::connect(socket).is_err()) =>
        {
            let says = "none runs; the desk runs it while it is open";
            return vec![Finding::ok(GATEWAY, file.display().to_string(), says)];
        }
        Some(table) => {
            let place = match (table.socket.as_ref().or(table.serve.as_ref()), &table.url) {
                (Some(place), _) => place.display().to_string(),
                (None, Some(url)) => crate::config::told::without_user(url),
                (None, None) => String::new(),
            };
            match configured(table) {
                Ok(client) => (place, client),
                Err(report) => {
                    let helps = "norns check";
                    return vec![Finding::look(GATEWAY, place, format!("{report:#}"), helps)];
                }
            }
        }
        None if UnixStream::connect(&socket).is_err() => {
            let says = "none is configured and none runs; the desk starts one on a sample company";
            return vec![Finding::ok(GATEWAY, "gateway", says)];
        }
        None => match Client::unix(&socket) {
            Ok(client) => (socket.display().to_string(), client),
            Err(error) => {
                let says = say_away(error).to_string();
                return vec![Finding::look(GATEWAY, "gateway", says, "norns check")];
            }
        },
    };
    let client = client.with_patience(PATIENCE);
    runtime.block_on(ask(&client, place, settings))
}

async fn ask(client: &Client, place: String, settings: &Settings) -> Vec<Finding> {
    let about = match client.about().await {
        Ok(about) => about,
        Err(error) => {
            let says = say_away(error).to_string();
            let helps = match settings.config.gateway.as_ref().and_then(|table| table.url.as_ref())
            {
                Some(url) => {
                    format!("curl -sS {}v1/health", crate::config::told::without_user(url))
                }
                None => "is `norns serve` running on this host?".to_owned(),
            };
            return vec![Finding::look(GATEWAY, place, says, helps)];
        }
    };
    let mut findings = vec![Finding::ok(GATEWAY, place, "it answers"), version(&about)];
    findings.extend(difference(&about));
    findings.push(match client.myself().await {
        Ok(me) => Finding::ok(GATEWAY, "you", format!("{}, {}", me.name, me.role)),
        Err(AskError::NotPermitted) => {
            let says = "the gateway does not know you";
            Finding::look(GATEWAY, "you", says, "ask for your token, or for your uid in [[agents]]")
        }
        Err(error) => Finding::look(GATEWAY, "you", say_away(error).to_string(), "try again"),
    });
    match client.sources().await {
        Ok(sources) => {
            findings.extend(clocks(&sources));
            findings.extend(
                sources.iter().flat_map(|health| [Some(source(health)), filters(health)]).flatten(),
            );
        }
        Err(error) => {
            let says = say_away(error).to_string();
            findings.push(Finding::look("sources", "all", says, "look at the lines above"));
        }
    }
    findings
}

fn version(about: &About) -> Finding {
    let ours = env!("CARGO_PKG_VERSION");
    let theirs = about.version.as_str();
    if theirs == ours {
        return Finding::ok(GATEWAY, "version", format!("{theirs}, as this one"));
    }
    let says = format!("{theirs}, and this is {ours}; what one of them does not know is left out");
    Finding::look(GATEWAY, "version", says, "install the same on both sides")
}

fn difference(about: &About) -> Option<Finding> {
    let now: Timestamp = Clock::from_env().ok()?.now();
    let apart = about.at?.duration_since(now);
    Some(match apart.as_secs().abs() {
        0..=2 => Finding::ok(GATEWAY, "its clock", "the same as here"),
        by @ 3..=APART => Finding::ok(GATEWAY, "its clock", format!("{by} s from the one here")),
        _ => {
            let by = said(apart);
            let wrong = if apart.is_positive() { "slow" } else { "fast" };
            let says =
                format!("this computer's clock is {by} {wrong}: ages and due times are wrong");
            Finding::look(GATEWAY, "its clock", says, "timedatectl status, on both hosts")
        }
    })
}

/// What the clocks of the sources say of the gateway's: where several agree, it is the one that is
/// wrong; where one stands alone, it is.
fn clocks(sources: &[Health]) -> Vec<Finding> {
    let off = |health: &Health| {
        let ahead = SignedDuration::from_secs(health.clock_ahead_s?);
        (ahead.as_secs().abs() > APART).then_some((health.source.as_str().to_owned(), ahead))
    };
    let known = sources.iter().filter(|health| health.clock_ahead_s.is_some()).count();
    let off: Vec<(String, SignedDuration)> = sources.iter().filter_map(off).collect();
    let alike = |one: SignedDuration, other: SignedDuration| (one - other).as_secs().abs() <= APART;
    let together = off.iter().filter(|(_, ahead)| alike(*ahead, off[0].1)).count();
    let helps = "timedatectl status, there";
    if together >= 2 && together * 2 > known {
        let ahead = off[0].1;
        let wrong = if ahead.is_positive() { "slow" } else { "fast" };
        let by = said(ahead);
        let says = format!("{by} {wrong}, as {together} of {known} sources say");
        return vec![Finding::look(GATEWAY, "clock of its host", says, helps)];
    }
    let look = |(source, ahead): (String, SignedDuration)| {
        let wrong = if ahead.is_positive() { "fast" } else { "slow" };
        let says = format!("its clock is {} {wrong}: its times are wrong", said(ahead));
        Finding::look("sources", format!("{source}, clock"), says, helps)
    };
    off.into_iter().map(look).collect()
}

fn said(apart: SignedDuration) -> String {
    match apart.as_secs().abs() {
        seconds @ 0..60 => format!("{seconds} s"),
        _ => span(apart.unsigned_abs()),
    }
}

/// How a source has been doing, without a word of what it said.
fn source(health: &Health) -> Finding {
    let name = health.source.as_str();
    let took = match (health.p50_ms, health.p95_ms) {
        (Some(p50), Some(p95)) => format!(
            "; half of {} answers within {p50} ms, 95 of 100 within {p95} ms",
            health.answers
        ),
        _ => String::new(),
    };
    let says = match health.last {
        None => "not asked yet".to_owned(),
        Some(state) => format!("last: {}{took}", word(state)),
    };
    let helps = "look at the system, or at its connector";
    match (health.breaker, health.last) {
        (BreakerState::Open, _) => {
            let says = format!("left alone after {} failures in a row; {says}", health.failures);
            Finding::look("sources", name, says, helps)
        }
        (_, None | Some(State::Ok | State::Empty | State::Loading | State::NotAsked)) => {
            Finding::ok("sources", name, says)
        }
        _ => Finding::look("sources", name, says, helps),
    }
}

/// Whether it looks at what it is asked for; nothing where it was seen to, or not tried yet.
fn filters(health: &Health) -> Option<Finding> {
    let says = match (&health.unfiltered[..], &health.unproven[..]) {
        ([], []) => return None,
        ([], unproven) => format!("not proven that it filters by {}", KeyKind::list(unproven)),
        (broken, _) => {
            format!(
                "does not filter by {}: values that cannot exist find somebody",
                KeyKind::list(broken)
            )
        }
    };
    let what = format!("{}, filters", health.source);
    Some(Finding::look("sources", what, says, "norns connector try FILE --canary"))
}

fn word(state: State) -> &'static str {
    match state {
        State::Loading => "asked",
        State::Ok => "answered",
        State::Stale => "an earlier answer",
        State::TimedOut => "no answer in time",
        State::Refused => "nobody listens there, or too much was asked",
        State::NotPermitted => "not permitted",
        State::Empty => "answered that it knows nothing",
        State::Failed => "no answer that could be read",
        State::NotAsked => "not asked",
    }
}
