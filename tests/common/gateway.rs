//! `norns serve` as a program of its own, and the files that it is told by.

use std::fs::{File, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

use norns::connectors::shipped::SHIPPED;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};

use super::home::Home;

/// A running `norns serve`, killed when dropped.
pub struct Gateway {
    child: Child,
    said: BufReader<ChildStdout>,
    /// What it complains of, in a file.
    complaints: PathBuf,
}

fn log(home: &Home) -> PathBuf {
    home.root().join("gateway.log")
}

impl Gateway {
    /// Starts it as this user, with these variables besides.
    pub fn start(home: &Home, env: &[(&str, &str)], arguments: &[&str]) -> Self {
        let file = File::create(log(home)).expect("the folder is ours");
        Self::saying_to(home, env, arguments, file)
    }

    /// The same, with another standard error.
    pub fn saying_to(
        home: &Home,
        env: &[(&str, &str)],
        arguments: &[&str],
        stderr: impl Into<Stdio>,
    ) -> Self {
        let mut command = home.command(&[&["serve"], arguments].concat());
        command.envs(env.iter().copied());
        command.stdout(Stdio::piped()).stderr(stderr);
        let mut child = command.spawn().expect("norns can be started");
        let said = BufReader::new(child.stdout.take().expect("it is a pipe"));
        Self { child, said, complaints: log(home) }
    }

    /// Where it listens. One that does not even say that within a minute hangs.
    pub fn place(&mut self) -> String {
        let within = Timespec { tv_sec: 60, tv_nsec: 0 };
        let mut fds = [PollFd::new(self.said.get_ref(), PollFlags::IN)];
        let heard = poll(&mut fds, Some(&within)).expect("a pipe can be waited for");
        assert!(heard > 0, "norns serve says nothing");
        let mut line = String::new();
        self.said.read_line(&mut line).expect("it says something, or ends");
        let place = line.trim().strip_prefix("norns serve: listening on ");
        let Some(place) = place else { panic!("{line}{}", self.complaint()) };
        place.to_owned()
    }

    /// The process.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed()).expect("what was started has an id")
    }

    /// All that it says on its standard error until it ends.
    pub fn complaint(&mut self) -> String {
        self.child.wait().expect("a child can be waited for");
        std::fs::read_to_string(&self.complaints).expect("it is text")
    }

    /// Tells it to end, and returns its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.end();
        self.child.wait().expect("a child can be waited for").code()
    }

    /// Tells it to end.
    pub fn end(&self) {
        kill_process(self.pid(), Signal::TERM).expect("it runs");
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Writes a file that nobody else can read.
pub fn write_private(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("it can be made");
    std::fs::write(path, text).expect("it can be written");
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).expect("it is ours");
}

/// A desk's `norns.toml` that asks the gateway at this place with this token.
pub fn join(home: &Home, place: &str, token: &str) {
    let file = home.root().join("token");
    write_private(&file, token);
    let text =
        format!("[gateway]\nurl = \"http://{place}/\"\ntoken-file = \"{}\"\n", file.display());
    write_private(&home.config().join("norns.toml"), &text);
}

/// A `serve.toml` with every shipped connector, what they call `${NAME}`, and an agent a token.
pub fn configure(home: &Home, variables: &[(String, String)], tokens: &[String]) -> PathBuf {
    let records = home.root().join("records.db");
    let mut text = format!(
        "[listen]\ntcp = \"127.0.0.1:0\"\n\n[store]\npath = \"{}\"\n\n[variables]\n",
        records.display()
    );
    for (name, value) in variables {
        text += &format!("{name} = \"{value}\"\n");
    }
    for (name, _) in SHIPPED {
        text += &format!("\n[[sources]]\nconnector = \"{name}\"\n");
    }
    for (nth, token) in tokens.iter().enumerate() {
        let file = home.root().join(format!("token-{nth}"));
        write_private(&file, token);
        text += &format!(
            "\n[[agents]]\nname = \"agent-{nth}\"\nrole = \"billing\"\ntoken-file = \"{}\"\n",
            file.display()
        );
    }
    let path = home.config().join("serve.toml");
    write_private(&path, &text);
    path
}
