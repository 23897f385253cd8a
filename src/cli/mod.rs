//! What can be typed after `norns`.

pub mod ask;
pub mod bridge;
pub mod centre;
mod changes;
pub mod check;
pub mod config;
pub mod connector;
pub mod desk;
pub mod doctor;
pub mod embedded;
pub mod exit;
pub mod identity;
pub mod init;
pub mod keys;
pub mod layouts;
pub mod man;
pub mod order;
pub mod own_bridge;
pub mod pop;
pub mod print;
pub mod sample;
pub mod serve;
pub mod settings;
pub mod show;
pub mod shown;
pub mod sources;
mod work;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::config::desk::ColorChoice;
use crate::strict::Complaint;

pub use self::exit::{DONE, FAILED, USAGE};

/// The customer's past, present and future in one terminal.
///
/// Without a command, norns opens the desk. Without a configuration, the desk runs on a sample
/// company of its own. Ring it from another terminal: norns pop 4165550142
#[derive(Debug, Parser)]
#[command(name = "norns", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub desk: DeskFlags,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags of the desk.
#[derive(Debug, Clone, clap::Args)]
pub struct DeskFlags {
    /// Configuration file instead of ~/.config/norns/norns.toml
    #[arg(long, value_name = "FILE", env = "NORNS_CONFIG")]
    pub config: Option<PathBuf>,
    /// Theme instead of the configured one
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// Keymap instead of the configured one
    #[arg(long, value_name = "NAME")]
    pub keymap: Option<String>,
    /// Ordered text instead of a screen: for screen readers and for any terminal
    #[arg(long)]
    pub linear: bool,
    /// Colours instead of what the terminal says of itself
    #[arg(long, value_enum)]
    pub color: Option<ColorChoice>,
}

/// What norns can do besides opening the desk.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask what there is, write the settings and one connector, try it, and open the desk on it
    Init(init::Args),
    /// Announce a call to the desk of this user
    Pop(Box<pop::Args>),
    /// Show a customer: past, present and future, as text or JSON
    Show(show::Args),
    /// Look for customers
    Search(show::SearchArgs),
    /// Do something on your running desk, by the name of the action
    Do(order::Args),
    /// Run the gateway that asks the source systems
    Serve(serve::Args),
    /// Bring calls from a telephony system to desks
    Bridge(bridge::Args),
    /// Check, try and test connectors
    #[command(subcommand)]
    Connector(Box<connector::Command>),
    /// List what each source holds, whose it is, how it does, and what is reported wrong in it
    Sources(sources::Args),
    /// Speak to the running sample company
    Sample(sample::Args),
    /// Find out which exported records are one person's, and why
    Identity(Box<identity::Args>),
    /// List every key, what it does, which line of which file says so, and what it overrides
    Keys(keys::Args),
    /// Read every file of settings, and say all that is wrong in each
    Check(check::Args),
    /// Say what the desk stands on, and what helps where something is amiss
    Doctor(doctor::Args),
    /// Settings: every key there is, and the values that hold
    Config(config::Args),
    /// Print a script that completes commands and flags
    Completions { shell: clap_complete::Shell },
    /// Print the manual page of norns, or of one of its commands
    Man(man::Args),
}

/// Tells the person at the shell something.
fn say(what: &str) {
    writeln!(std::io::stderr(), "norns: {what}").ok();
}

/// Keeps what is in memory out of every file: what customers said is there, and tokens.
///
/// A limit of one byte is smaller than any core, and the one value at which the kernel does not
/// start a collector of cores either (core(5)).
fn leave_no_core() {
    let byte = Rlimit { current: Some(1), maximum: Some(1) };
    setrlimit(Resource::Core, byte).ok();
}

/// Tells the person at the shell everything that is wrong in their files.
fn refused(complaints: &[Complaint]) -> ExitCode {
    complaints.iter().for_each(|complaint| say(&complaint.to_string()));
    ExitCode::from(FAILED)
}

/// Does what was typed.
pub fn run() -> ExitCode {
    leave_no_core();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked_for = !error.use_stderr();
            error.print().ok();
            return ExitCode::from(if asked_for { DONE } else { USAGE });
        }
    };
    rustls::crypto::ring::default_provider().install_default().ok();
    match cli.command {
        None => desk::run(&cli.desk),
        Some(Command::Init(args)) => init::run(&cli.desk, &args),
        Some(Command::Pop(args)) => pop::run(*args),
        Some(Command::Show(args)) => show::run(&cli.desk, &args),
        Some(Command::Search(args)) => show::search(&cli.desk, &args),
        Some(Command::Do(args)) => order::run(&args),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Bridge(args)) => bridge::run(&args),
        Some(Command::Connector(command)) => connector::run(&command),
        Some(Command::Sources(args)) => sources::run(&cli.desk, &args),
        Some(Command::Sample(args)) => sample::run(&args),
        Some(Command::Identity(args)) => identity::run(&args),
        Some(Command::Keys(args)) => keys::run(&cli.desk, &args),
        Some(Command::Check(args)) => check::run(&cli.desk, &args),
        Some(Command::Doctor(args)) => doctor::run(&cli.desk, &args),
        Some(Command::Config(args)) => config::run(&cli.desk, &args),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Cli::command(), "norns", &mut std::io::stdout());
            ExitCode::from(DONE)
        }
        Some(Command::Man(args)) => man::run(&args),
    }
}
