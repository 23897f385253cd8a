//! The files of a centre with one source.

use std::path::{Path, PathBuf};

use super::files::Planned;
use crate::cli::embedded::login;
use crate::config::paths::Paths;

/// What a centre is told of itself.
pub struct Plan<'p> {
    pub paths: &'p Paths,
    /// Where its files are to lie.
    pub folder: &'p Path,
    pub country: &'p str,
    pub zone: &'p str,
    /// The connector's name, and its text.
    pub connector: (&'p str, &'p str),
    pub variables: &'p [Answered],
}

/// A variable of the connector with its value.
pub struct Answered {
    pub name: String,
    pub value: String,
    /// It is kept in a file of its own.
    pub secret: bool,
}

/// Where its gateway keeps its own records.
pub fn records(paths: &Paths) -> PathBuf {
    paths.state().join("records.db")
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

impl Plan<'_> {
    /// Everything that is to be written; what names another file comes after it.
    pub fn files(&self) -> Vec<Planned> {
        let (name, text) = self.connector;
        let connector = self.folder.join("connectors").join(format!("{name}.toml"));
        let mut files = vec![Planned { path: connector, text: text.to_owned() }];
        let secrets = self.variables.iter().filter(|variable| variable.secret);
        files.extend(secrets.map(|variable| {
            let path = self.secret(&variable.name);
            Planned { path, text: format!("{}\n", variable.value) }
        }));
        let serve = self.folder.join("serve.toml");
        files.push(Planned { text: self.serve(), path: serve.clone() });
        files.push(Planned { text: self.desk(&serve), path: self.folder.join("norns.toml") });
        files
    }

    fn secret(&self, name: &str) -> std::path::PathBuf {
        self.folder.join("secrets").join(name)
    }

    fn serve(&self) -> String {
        let variable = |variable: &Answered| match variable.secret {
            true => {
                format!("{} = {{ file = {} }}\n", variable.name, path(&self.secret(&variable.name)))
            }
            false => format!("{} = {}\n", variable.name, quoted(&variable.value)),
        };
        let variables: String = self.variables.iter().map(variable).collect();
        format!(
            "# The gateway: which sources it asks, and who may ask it. `norns config reference serve`\n\
             # explains every key.\n\
             country = {}\ntime-zone = {}\n\n\
             [listen]\nsocket = {}\n\n\
             [store]\npath = {}\n\n\
             [[sources]]\nconnector = {}\n\n\
             [variables]\n{variables}\n\
             [[agents]]\nname = {}\nrole = \"supervisor\"\nuid = {}\n",
            quoted(self.country),
            quoted(self.zone),
            path(&self.paths.state().join("serve.sock")),
            path(&records(self.paths)),
            quoted(self.connector.0),
            quoted(&login()),
            rustix::process::geteuid().as_raw(),
        )
    }

    fn desk(&self, serve: &Path) -> String {
        format!(
            "# The desk. `norns config reference` explains every key.\n\
             [desk]\ncountry = {}\ntime-zone = {}\n\n[gateway]\nserve = {}\n",
            quoted(self.country),
            quoted(self.zone),
            path(serve),
        )
    }
}
