//! Certificates of a test's own authority, as `openssl` makes them.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Who says who is who. Whoever is told its file believes it.
pub struct Authority {
    folder: TempDir,
}

/// Who a server says it is.
pub struct Certificate {
    pub file: PathBuf,
    pub key: PathBuf,
}

const CURVE: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

impl Authority {
    /// Another one each time.
    pub fn new() -> Self {
        let authority = Self { folder: tempfile::tempdir().unwrap() };
        let own = authority.certificate("authority");
        make(&own, &["-subj", "/CN=authority", "-addext", "basicConstraints=critical,CA:TRUE"]);
        authority
    }

    /// What is to be believed, as PEM.
    pub fn file(&self) -> PathBuf {
        self.certificate("authority").file
    }

    /// For a server of these names, as in `IP:127.0.0.1`.
    pub fn certify(&self, names: &str) -> Certificate {
        let (own, made) = (self.certificate("authority"), self.certificate("server"));
        let names = format!("subjectAltName={names}");
        let (file, key) = (own.file.to_str().unwrap(), own.key.to_str().unwrap());
        let signed = ["-subj", "/CN=server", "-CA", file, "-CAkey", key, "-addext", &names];
        make(&made, &[&signed[..], &["-addext", "basicConstraints=CA:FALSE"]].concat());
        made
    }

    fn certificate(&self, name: &str) -> Certificate {
        let below = |end: &str| self.folder.path().join(format!("{name}{end}"));
        Certificate { file: below(".pem"), key: below(".key") }
    }
}

impl Certificate {
    /// Puts it where a server finds it, and returns the places of the certificate and of its key.
    pub fn put(&self, folder: &Path) -> [PathBuf; 2] {
        [(&self.file, "server.pem"), (&self.key, "server.key")].map(|(from, name)| {
            let to = folder.join(name);
            std::fs::copy(from, &to).unwrap();
            to
        })
    }
}

fn make(certificate: &Certificate, arguments: &[&str]) {
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-days", "2"]).args(CURVE).args(arguments);
    command.arg("-keyout").arg(&certificate.key).arg("-out").arg(&certificate.file);
    let output = command.output().expect("openssl is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
