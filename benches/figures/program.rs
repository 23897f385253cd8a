//! The two that are compared: the desk and the floor, each in a terminal of its own.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::gateway::{self, Gateway};
use super::home::{Home, NORNS};
use super::terminal::{Sample, Terminal};

/// A desk at a gateway.
pub struct Desk {
    pub terminal: Terminal,
    pub home: Home,
    calls: u32,
}

impl Desk {
    /// Opens a desk at this gateway, or at a sample of its own; what its first frame took.
    pub fn open(gateway: Option<&Gateway>) -> (Self, Sample) {
        let home = Home::new();
        if let Some(gateway) = gateway {
            let text = format!("[gateway]\nsocket = \"{}\"\n", gateway.socket.display());
            gateway::write(&home.config().join("norns.toml"), &text);
        }
        let mut environment = home.environment();
        environment.push(("COLORTERM".into(), "truecolor".into()));
        let (terminal, sample) = Terminal::start(NORNS, &[], &environment);
        (Self { terminal, home, calls: 0 }, sample)
    }

    /// Opens a desk, and on it a customer with so many entries.
    pub fn with_customer(gateway: &Gateway, entries: usize) -> Self {
        let (mut desk, _) = Self::open(Some(gateway));
        desk.find(entries);
        desk
    }

    /// Opens a customer with so many entries, as an agent does, and goes to the timeline.
    pub fn find(&mut self, entries: usize) {
        let terminal = &mut self.terminal;
        terminal.rest(Duration::from_millis(120));
        terminal.press_and_rest(b"f");
        terminal.press_and_rest(format!("a-{entries}-00\r").as_bytes());
        terminal.until("1 candidate");
        terminal.press_and_rest(b"\r");
        let mut loaded = entries.min(500 * super::company::SYSTEMS);
        terminal.until(&format!("{loaded} entries"));
        terminal.press_and_rest(b"gp");
        while loaded < entries {
            loaded += 500 * super::company::SYSTEMS;
            terminal.press_and_rest(b"m");
            terminal.until(&format!("{loaded} entries"));
        }
        // What the gateway itself says of every system has come when none is awaited.
        terminal.rest(Duration::from_millis(700));
    }

    /// Rings, and measures until the call is on the screen.
    pub fn pop(&mut self) -> Sample {
        self.calls += 1;
        let (call, number) = (self.calls, 4_165_550_000_u64 + u64::from(self.calls));
        let line = format!(
            r#"{{"v":1,"event":"offered","call":"c-{call}","ani":"{number}","dnis":"18005550100","queue":"BILLING","wait_ms":212000,"ivr_path":["1 billing","3 charge question"]}}"#
        );
        let mut bell = self.bell();
        self.terminal.ask(|_| writeln!(bell, "{line}").unwrap())
    }

    /// Says something else of the last call.
    pub fn tell(&mut self, event: &str) {
        let line = format!(r#"{{"v":1,"event":"{event}","call":"c-{}"}}"#, self.calls);
        let mut bell = self.bell();
        writeln!(bell, "{line}").unwrap();
        self.terminal.rest(Duration::from_millis(200));
    }

    fn bell(&self) -> UnixStream {
        let bell = UnixStream::connect(self.home.run().join("pop.sock")).unwrap();
        // It says hello first.
        BufReader::new(&bell).read_line(&mut String::new()).unwrap();
        bell
    }
}

/// The floor.
pub struct Floor {
    pub terminal: Terminal,
    home: Home,
    calls: u32,
}

impl Floor {
    /// Opens it with so many rows and events; what its first frame took.
    pub fn open(rows: usize, events: usize) -> (Self, Sample) {
        let program = Path::new(NORNS).with_file_name("examples").join("floor");
        let program = program.display().to_string();
        let home = Home::new();
        let socket = home.root().join("floor.sock").display().to_string();
        let (rows, events) = (rows.to_string(), events.to_string());
        let arguments = ["--rows", &rows, "--events", &events, "--socket", &socket];
        let (terminal, sample) = Terminal::start(&program, &arguments, &home.environment());
        (Self { terminal, home, calls: 0 }, sample)
    }

    /// Rings, and measures until the call is on the screen.
    pub fn pop(&mut self) -> Sample {
        self.calls += 1;
        let mut bell = UnixStream::connect(self.home.root().join("floor.sock")).unwrap();
        let number = 4_165_550_000_u64 + u64::from(self.calls);
        self.terminal.ask(|_| writeln!(bell, "{number}").unwrap())
    }
}

/// Builds both as they are released: what a bench builds for itself has the features of its tests.
pub fn build() {
    for target in [["--example", "floor"], ["--bin", "norns"]] {
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--release", "--locked", "--quiet"]).args(target);
        // What cargo tells this package would have others built anew.
        for (name, _) in std::env::vars().filter(|(name, _)| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        }) {
            command.env_remove(name);
        }
        assert!(command.status().unwrap().success(), "{target:?} cannot be built");
    }
}
