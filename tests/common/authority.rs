//! Certificates of a test's own authority, as `openssl` makes them.
#![allow(dead_code, reason = "every test crate uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
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

    /// The same, good from one moment to another only.
    pub fn certify_between(&self, names: &str, from: Timestamp, until: Timestamp) -> Certificate {
        let (own, made) = (self.certificate("authority"), self.certificate("server"));
        let folder = self.folder.path();
        let below = |name: &str| folder.join(name).display().to_string();
        std::fs::write(below("index"), "").unwrap();
        let settings = format!(
            "[ca]\ndefault_ca = own\n[own]\ndatabase = {}\nnew_certs_dir = {}\nrand_serial = yes\n\
             default_md = sha256\npolicy = any\nx509_extensions = server\n[any]\n\
             commonName = supplied\n[server]\nbasicConstraints = CA:FALSE\nsubjectAltName = {names}\n",
            below("index"),
            folder.display(),
        );
        std::fs::write(below("settings"), settings).unwrap();
        let mut ask = Command::new("openssl");
        ask.args(["req", "-new", "-subj", "/CN=server"]).args(CURVE);
        run(ask.arg("-keyout").arg(&made.key).arg("-out").arg(below("request")));
        let moment = |at: Timestamp| at.strftime("%Y%m%d%H%M%SZ").to_string();
        let mut sign = Command::new("openssl");
        sign.args(["ca", "-batch", "-notext", "-config"]).arg(below("settings"));
        sign.arg("-cert").arg(&own.file).arg("-keyfile").arg(&own.key);
        sign.args(["-startdate", &moment(from), "-enddate", &moment(until)]);
        run(sign.arg("-in").arg(below("request")).arg("-out").arg(&made.file));
        made
    }

    /// The same, signed by itself.
    pub fn alone(&self, names: &str) -> Certificate {
        let made = self.certificate("server");
        let names = format!("subjectAltName={names}");
        make(&made, &["-subj", "/CN=server", "-addext", &names]);
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
    run(command.arg("-keyout").arg(&certificate.key).arg("-out").arg(&certificate.file));
}

fn run(command: &mut Command) {
    let output = command.output().expect("openssl is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
