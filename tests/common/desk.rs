//! A desk on the sample company, with a clock that stands still.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use norns::client::Client;
use norns::domain::customer::CustomerId;
use norns::domain::interaction::CallKey;
use norns::domain::register::{Act, Link};
use norns::domain::text::CleanText;

use super::clock::Clock;
use super::home::Home;
use super::terminal::{Terminal, TerminalSpec};

/// The scenario's first call, and when it came.
pub const POPPED_AT: &str = "2026-11-02T10:04:00-05:00";
pub const FIRST_CALL: &[&str] = &[
    "--ani",
    "4165550142",
    "--dnis",
    "18005550100",
    "--queue",
    "BILLING",
    "--call",
    "c-1",
    "--wait-ms",
    "212000",
    "--ivr-path",
    "1 billing > 3 charge question",
];

/// A desk in its terminal.
pub struct Desk {
    pub terminal: Terminal,
    pub clock: Clock,
    pub home: Home,
}

impl Desk {
    /// Opens a desk of a new user at the scenario's first moment.
    pub fn open(size: (u16, u16)) -> Self {
        Self::open_with(size, &[])
    }

    /// The same, with more variables in its environment.
    pub fn open_with(size: (u16, u16), env: &[(&str, &str)]) -> Self {
        Self::of(Home::new(), size, env)
    }

    /// Opens a desk of this user.
    pub fn of(home: Home, size: (u16, u16), env: &[(&str, &str)]) -> Self {
        let clock = Clock::start(home.root(), POPPED_AT);
        Self::at(home, clock, size, env)
    }

    /// Opens a desk of this user, at this clock's time.
    pub fn at(home: Home, clock: Clock, size: (u16, u16), env: &[(&str, &str)]) -> Self {
        let terminal = start(&home, &clock, size, env);
        wait_for(&home.run().join("pop.sock"));
        Self { terminal, clock, home }
    }

    /// Opens a desk of lines for this user, at this clock's time, in a terminal that can do nothing.
    pub fn of_lines(home: Home, clock: Clock, size: (u16, u16)) -> Self {
        let spec = TerminalSpec::norns()
            .with("NORNS_CLOCK", clock.socket().display().to_string())
            .with("TERM", "dumb");
        let args = vec!["--linear".to_owned()];
        let terminal = Terminal::start(TerminalSpec { size, home: home.clone(), args, ..spec });
        terminal.until_said("LISTENING: calls ring here");
        Self { terminal, clock, home }
    }

    /// Opens the desk again, after it has ended.
    pub fn reopen(&mut self, size: (u16, u16)) {
        self.terminal = start(&self.home, &self.clock, size, &[]);
        wait_for(&self.home.run().join("pop.sock"));
    }

    /// Opens another desk of the same user.
    pub fn second(&self, size: (u16, u16)) -> Terminal {
        start(&self.home, &self.clock, size, &[])
    }

    /// Runs `norns` as this user, at this desk's time.
    pub fn norns(&self, arguments: &[&str]) -> Output {
        norns(&self.home, &self.clock, arguments)
    }

    /// Announces a call, and expects the desk to take it.
    #[track_caller]
    pub fn pop(&self, arguments: &[&str]) {
        let output = self.norns(&[&["pop"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
    }

    /// Makes a system of the sample fail, or work again.
    #[track_caller]
    pub fn fault(&self, system: &str, fault: &str) {
        let output = self.norns(&["sample", "fault", system, fault]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
    }

    /// Waits until the sample company can be spoken to.
    pub fn until_sample_runs(&self) {
        let socket = self.home.run().join("sample.sock");
        wait_for(&socket);
    }

    /// What was done to a customer, newest first, as the gateway's audit has it.
    pub fn audit(&self, customer: &str) -> Vec<Act> {
        let customer = CustomerId::parse(customer).expect("a customer's id");
        self.ask(async |client| client.audit(&customer).await.expect("the gateway answers"))
    }

    /// What was done to a customer, once an act of this kind is among it: an act is drawn before
    /// it is on record.
    #[track_caller]
    pub fn until_audited(&self, customer: &str, verb: &str) -> Vec<Act> {
        let mut acts = Vec::new();
        until(&format!("`{verb}` in the audit"), || {
            acts = self.audit(customer);
            acts.iter().any(|act| act.verb.as_str() == verb)
        });
        acts
    }

    /// Waits for what nobody tells.
    #[track_caller]
    pub fn until(&self, what: &str, so: impl FnMut() -> bool) {
        until(what, so);
    }

    /// The links of a call, newest first.
    pub fn links(&self, call: &str) -> Vec<Link> {
        let call = CallKey { source: CleanText::line("local"), call: CleanText::line(call) };
        self.ask(async |client| client.links(&call).await.expect("the gateway answers"))
    }

    fn ask<T>(&self, question: impl AsyncFnOnce(Client) -> T) -> T {
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::unix(self.home.run().join("gateway.sock")).expect("a client");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(question(client))
    }
}

/// Runs `norns` as this user, at the clock's time, without a terminal.
pub fn norns(home: &Home, clock: &Clock, arguments: &[&str]) -> Output {
    let mut command = home.command(arguments);
    command.env("NORNS_CLOCK", clock.socket());
    command.output().expect("norns can be started")
}

/// Opens a desk of this user, and waits for its first frame.
pub fn start(home: &Home, clock: &Clock, size: (u16, u16), env: &[(&str, &str)]) -> Terminal {
    let mut spec = TerminalSpec::norns().with("NORNS_CLOCK", clock.socket().display().to_string());
    for (name, value) in env {
        spec = spec.with(name, *value);
    }
    let terminal = Terminal::start(TerminalSpec { size, home: home.clone(), ..spec });
    terminal.until_shown("PRESENT");
    terminal
}

fn wait_for(socket: &Path) {
    let what = format!("a listener at {}", socket.display());
    until(&what, || UnixStream::connect(socket).is_ok());
}

/// Looks again and again, where nobody tells: a socket that is bound, an act that is recorded.
#[track_caller]
pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    let mut tries = 0;
    while !so() {
        tries += 1;
        assert!(tries < 2_000, "never: {what}");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}
