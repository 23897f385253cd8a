//! A gateway of its own for the desks: `norns serve`, in another process.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use super::company::{Company, SYSTEMS, name};
use super::home::Home;

/// A running `norns serve`; killed when dropped.
pub struct Gateway {
    child: Child,
    pub socket: PathBuf,
    _home: Home,
}

impl Gateway {
    /// Starts it before these systems.
    pub fn start(company: &Company) -> Self {
        let home = Home::new();
        let socket = home.root().join("gateway.sock");
        let mut text = format!(
            "[listen]\nsocket = \"{}\"\n[store]\npath = \"{}\"\n[variables]\n\
             COMPANY = \"http://{}\"\n[[agents]]\nname = \"ana\"\nrole = \"billing\"\nuid = {}\n",
            socket.display(),
            home.root().join("records.db").display(),
            company.address,
            rustix::process::geteuid().as_raw(),
        );
        for system in 0..SYSTEMS {
            let connector = home.config().join(format!("connectors/{}.toml", name(system)));
            write(&connector, &Company::connector(system));
            text.push_str(&format!("[[sources]]\nconnector = \"{}\"\n", name(system)));
        }
        let config = home.config().join("serve.toml");
        write(&config, &text);
        let mut command = home.command(&["serve", "--config", &config.display().to_string()]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("listening"), "the gateway did not start: {said}");
        Self { child, socket, _home: home }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Writes a private file, and its folder.
pub fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
