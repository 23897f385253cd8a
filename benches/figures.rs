//! The figures of the desk beside those of the floor, in the same run and the same terminals:
//!
//!     cargo bench --bench figures -- start|pop|key|type|timeline|rest|memory|gateway|all [COUNT]
//!
//! Each figure prints medians, 95th percentiles, the ratio, and whether the goal is reached. What
//! is measured is the release build at a gateway of its own, whose twenty sources live here.
#![allow(clippy::unwrap_used, reason = "a bench stops where something is wrong")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

#[path = "figures/company.rs"]
mod company;
#[path = "figures/gateway.rs"]
mod gateway;
#[path = "../tests/common/home.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod home;
#[path = "figures/kernel.rs"]
mod kernel;
#[path = "figures/measures.rs"]
mod measures;
#[path = "figures/program.rs"]
mod program;
#[path = "figures/report.rs"]
mod report;
#[path = "figures/terminal.rs"]
mod terminal;

use measures::Bench;

/// Samples of each figure where no count is given.
const SAMPLES: usize = 60;

/// A figure's name, and how it is measured.
type Figure = (&'static str, fn(&Bench));

const FIGURES: [Figure; 8] = [
    ("start", measures::start),
    ("pop", measures::pop),
    ("key", measures::key),
    ("type", measures::typed),
    ("timeline", measures::timeline),
    ("rest", measures::rest),
    ("memory", measures::memory),
    ("gateway", measures::gateway),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let samples = words.iter().find_map(|word| word.parse().ok()).unwrap_or(SAMPLES);
    let all = words.iter().any(|word| word == "all");
    let wanted: Vec<_> =
        FIGURES.iter().filter(|(name, _)| all || words.iter().any(|word| word == name)).collect();
    if wanted.is_empty() {
        let names = FIGURES.map(|(name, _)| name).join("|");
        println!("cargo bench --bench figures -- {names}|all [COUNT]");
        return;
    }
    program::build();
    rustls::crypto::ring::default_provider().install_default().ok();
    let company = company::Company::start();
    let gateway = gateway::Gateway::start(&company);
    let bench = Bench { company, gateway, samples };
    for (_, measure) in wanted {
        measure(&bench);
    }
    println!("\n{} goals not reached", report::failed());
}
