//! `norns bridge` as a program of its own, and the files that it is told by.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::PoisonError;

use rustix::process::{Pid, Signal, kill_process};

use super::gateway::write_private;
use super::home::{Home, STARTING};
use super::pbx::{SECRET, USER};

/// A running bridge, killed when dropped.
pub struct Bridge {
    child: Child,
    said: BufReader<ChildStdout>,
    /// Everything that it has said so far.
    pub text: String,
}

impl Bridge {
    /// Starts it as this user.
    pub fn start(home: &Home, system: &str, config: &Path) -> Self {
        Self::start_with(home, system, config, &[])
    }

    /// The same, with more variables in its environment.
    pub fn start_with(home: &Home, system: &str, config: &Path, env: &[(&str, &str)]) -> Self {
        let config = config.display().to_string();
        let mut command = home.command(&["bridge", system, "--config", &config]);
        command.envs(env.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut child = command.spawn().expect("norns can be started");
        drop(starting);
        let said = BufReader::new(child.stdout.take().expect("it is a pipe"));
        Self { child, said, text: String::new() }
    }

    /// Reads what it says until this is said, once more than before.
    #[track_caller]
    pub fn until_said(&mut self, what: &str) {
        loop {
            let mut line = String::new();
            let read = self.said.read_line(&mut line).expect("it is text");
            self.text += &line;
            if line.contains(what) {
                return;
            }
            if read == 0 {
                let mut error = String::new();
                let pipe = self.child.stderr.as_mut().expect("it is a pipe");
                pipe.read_to_string(&mut error).ok();
                panic!("never said: {what}\n{}{error}", self.text);
            }
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("it has an id");
        kill_process(pid, signal).expect("it runs");
    }

    /// Waits for its end; returns its exit code and what it said on its standard error.
    pub fn end(mut self) -> (Option<i32>, String) {
        let mut error = String::new();
        self.said.read_to_string(&mut self.text).expect("it is text");
        let pipe = self.child.stderr.as_mut().expect("it is a pipe");
        pipe.read_to_string(&mut error).expect("it is text");
        (self.child.wait().expect("a child can be waited for").code(), error)
    }

    /// Tells it to end, and returns what it says of its lines.
    pub fn stop(mut self) -> String {
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("it has an id");
        kill_process(pid, Signal::TERM).expect("it runs");
        self.said.read_to_string(&mut self.text).expect("it is text");
        assert_eq!(self.child.wait().expect("a child can be waited for").code(), Some(0));
        self.text.lines().last().unwrap_or_default().to_owned()
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A `bridge.toml` for the PBX at this address, with these tables of agents.
pub fn configure(home: &Home, pbx: SocketAddr, agents: &str) -> PathBuf {
    let secret = home.root().join("ami.secret");
    write_private(&secret, &format!("{SECRET}\n"));
    let secret = secret.display();
    let text = format!(
        "[asterisk]\naddress = \"{pbx}\"\nuser = \"{USER}\"\nsecret-file = \"{secret}\"\n\
         source = \"ast:test\"\nping-seconds = 5\n\n{agents}"
    );
    let path = home.config().join("bridge.toml");
    write_private(&path, &text);
    path
}

/// The same settings with less patience: of silence it is known within two seconds. Otherwise a
/// slow machine is not taken for a silent system.
pub fn impatient(config: PathBuf) -> PathBuf {
    let text = std::fs::read_to_string(&config).expect("it was written");
    assert!(text.contains("ping-seconds = 5\n"), "{text}");
    write_private(&config, &text.replace("ping-seconds = 5\n", "ping-seconds = 1\n"));
    config
}

/// The table of one agent of one's own, with these devices.
pub const OWN: &str = "[own]\ndevices = [\"PJSIP/2001\", \"Local/1001@agents\"]\n";

/// The same for a FreeSWITCH.
pub fn configure_switch(home: &Home, switch: SocketAddr, framing: &str, agents: &str) -> PathBuf {
    let password = home.root().join("esl.password");
    write_private(&password, super::switch::PASSWORD);
    let password = password.display();
    let text = format!(
        "[freeswitch]\naddress = \"{switch}\"\npassword-file = \"{password}\"\n\
         framing = \"{framing}\"\nping-seconds = 5\n\n{agents}"
    );
    let path = home.config().join("bridge.toml");
    write_private(&path, &text);
    path
}

/// The table of one agent of one's own, by names of FreeSWITCH.
pub const OWN_SWITCH: &str = "[own]\ndevices = [\"1001@default\", \"1001@pbx.example\"]\n";
