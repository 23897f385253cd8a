//! A bridge that somebody watches, as a service manager does.

use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use rustix::process::Signal;

use super::common::bridge::{Bridge, OWN, configure, impatient};
use super::common::home::Home;
use super::common::pbx::Pbx;
use super::control::{desk, rejects_a_call};

/// A service manager that wants a sign of life every so many microseconds.
const WATCHDOG_USEC: &str = "400000";

struct Manager {
    socket: UnixDatagram,
    path: String,
}

impl Manager {
    fn of(home: &Home) -> Self {
        let path = home.root().join("notify.sock");
        let socket = UnixDatagram::bind(&path).unwrap();
        Self { socket, path: path.display().to_string() }
    }

    fn start(&self, home: &Home, config: &std::path::Path) -> Bridge {
        let env = [("NOTIFY_SOCKET", self.path.as_str()), ("WATCHDOG_USEC", WATCHDOG_USEC)];
        Bridge::start_with(home, "asterisk", config, &env)
    }

    /// The next thing that it is told; nothing where none comes for so long.
    fn told(&self, patience: Duration) -> Option<String> {
        let mut told = [0; 256];
        self.socket.set_read_timeout(Some(patience)).unwrap();
        match self.socket.recv(&mut told) {
            Ok(length) => Some(String::from_utf8(told[..length].to_vec()).unwrap()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!("{error}"),
        }
    }

    #[track_caller]
    fn until_told(&self, what: &str) {
        loop {
            let told = self.told(Duration::from_secs(60)).expect("it tells something");
            if told.lines().any(|line| line == what) {
                return;
            }
        }
    }
}

#[test]
fn whoever_watches_a_bridge_is_told_that_it_lives_whether_the_pbx_does_or_not() {
    let (pbx, home) = (Pbx::start(), Home::new());
    let manager = Manager::of(&home);
    let mut bridge = manager.start(&home, &impatient(configure(&home, pbx.address, OWN)));
    manager.until_told("READY=1");
    bridge.until_said("connected");
    pbx.mute(true);
    bridge.until_said("connection is lost");
    for _ in 0..10 {
        manager.until_told("WATCHDOG=1");
    }
    assert!(bridge.stop().contains("taken"));
}

#[test]
fn an_idle_agent_learns_of_a_hung_bridge_without_a_key_once_it_is_ended() {
    let (pbx, desk) = (Pbx::start(), desk());
    let manager = Manager::of(&desk.home);
    let mut bridge = manager.start(&desk.home, &configure(&desk.home, pbx.address, OWN));
    bridge.until_said("connected");
    rejects_a_call(&pbx, &desk);
    bridge.signal(Signal::STOP);
    // What was said before it hung is read, then nothing comes.
    while manager.told(Duration::from_secs(2)).is_some() {}
    assert!(!desk.terminal.look(|screen| screen.rows()[0].contains("LOST")), "nobody knows yet");
    bridge.signal(Signal::KILL);
    desk.terminal.until("the loss", |screen| screen.rows()[0].contains("PHONE LINK LOST since"));
}
