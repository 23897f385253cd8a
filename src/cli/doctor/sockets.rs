//! The sockets of this user: where, who may knock, and whether somebody listens.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::Finding;
use crate::config::paths::Paths;

const AREA: &str = "sockets";

/// Each socket.
pub fn look(paths: &Paths) -> Vec<Finding> {
    let mut findings = vec![folder(paths.runtime())];
    let sockets = [
        (paths.pop_socket(), "calls are announced here", "no desk is open"),
        (paths.desk_socket(), "orders to the desk", "no desk is open"),
        (paths.gateway_socket(), "the gateway of your desk", "none runs in a desk of yours"),
        (paths.sample_socket(), "orders to the sample company", "it does not run"),
    ];
    findings.extend(sockets.iter().map(|(path, what, without)| socket(path, what, without)));
    findings
}

fn folder(path: &Path) -> Finding {
    let name = path.display().to_string();
    match fs::symlink_metadata(path) {
        Err(_) => Finding::ok(AREA, name, "not there yet; the desk makes it, for you alone"),
        Ok(meta) if !meta.is_dir() => {
            let helps = format!("rm {name}");
            Finding::look(AREA, name, "a link, or no folder; the desk refuses it", helps)
        }
        Ok(meta) if meta.uid() != rustix::process::geteuid().as_raw() => {
            let says = format!("belongs to user {}, not to you; the desk refuses it", meta.uid());
            Finding::look(AREA, name.clone(), says, format!("ls -ld {name}"))
        }
        Ok(meta) if meta.mode() & 0o077 != 0 => {
            let helps = format!("chmod 700 {name}");
            Finding::look(AREA, name, "open to others; the desk refuses it", helps)
        }
        Ok(_) => Finding::ok(AREA, name, "yours alone (0700)"),
    }
}

fn socket(path: &Path, what: &str, without: &str) -> Finding {
    let name = path.display().to_string();
    if path.as_os_str().len() > crate::private::LONGEST_PATH {
        let helps = "set XDG_RUNTIME_DIR to a shorter path";
        return Finding::look(AREA, name, format!("{what}; the path is too long"), helps);
    }
    let Ok(meta) = fs::symlink_metadata(path) else {
        return Finding::ok(AREA, name, format!("{what}; {without}"));
    };
    if !meta.file_type().is_socket() {
        let helps = format!("mv {name} {name}.old");
        return Finding::look(AREA, name, format!("{what}; a file is in the way"), helps);
    }
    let mode = meta.mode() & 0o777;
    match UnixStream::connect(path) {
        Ok(_) if mode & 0o077 != 0 => {
            let says = format!("{what}; alive, and others may knock ({mode:04o})");
            Finding::look(AREA, name.clone(), says, format!("chmod 600 {name}"))
        }
        Ok(_) => Finding::ok(AREA, name, format!("{what}; alive ({mode:04o})")),
        Err(_) => {
            let says = format!("{what}; nobody listens any more");
            Finding::look(AREA, name, says, "open the desk, which replaces it: norns")
        }
    }
}
