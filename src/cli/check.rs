//! `norns check`: reads every file of settings, and says all that is wrong in each.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::centre::{self, Centre};
use super::connector::anything;
use super::print::{json, print};
use super::settings::Settings;
use super::{DONE, DeskFlags, FAILED, refused};
use crate::config::bridge::BridgeConfig;
use crate::connectors::shipped;
use crate::keys::keymap;
use crate::shell::files;
use crate::strict::{Complaint, Document, Found, Reading};
use crate::ui::theme::{self, Depth};

/// Where a centre's gateway has its settings.
pub const CENTRE: &str = "/etc/norns/serve.toml";

/// Where a host's bridge has its settings.
const BRIDGE: &str = "/etc/norns/bridge.toml";

/// What is checked besides one's own files.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Settings of the gateway; without it serve.toml beside norns.toml and in /etc/norns
    #[arg(long, value_name = "FILE")]
    serve: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// What was read, and what is wrong in it.
#[derive(Default)]
struct Checked {
    files: Vec<String>,
    complaints: Vec<Complaint>,
}

/// A complaint, for programs.
#[derive(Serialize)]
struct Problem<'c> {
    file: &'c str,
    line: Option<usize>,
    column: Option<usize>,
    key: Option<&'c str>,
    what: &'c str,
    hint: Option<&'c str>,
}

impl<'c> Problem<'c> {
    fn of(complaint: &'c Complaint) -> Self {
        Self {
            file: &complaint.file,
            line: complaint.place.map(|(line, _)| line),
            column: complaint.place.map(|(_, column)| column),
            key: complaint.key.as_deref(),
            what: &complaint.what,
            hint: complaint.hint.as_deref(),
        }
    }
}

/// Checks, and returns what the shell is told.
pub fn run(flags: &DeskFlags, args: &Args) -> ExitCode {
    let (file, folder) = match Settings::place(flags) {
        Ok((_, file, folder)) => (file, folder),
        Err(complaint) => return refused(&[complaint]),
    };
    let mut checked = Checked::default();
    if flags.config.is_some() || fs::symlink_metadata(&file).is_ok() {
        checked.files.push(file.display().to_string());
    }
    let mut named = None;
    match Settings::read(flags) {
        Ok(settings) => {
            checked.complaints.extend(settings.complaints(flags));
            named = settings.config.gateway.and_then(|table| table.serve);
        }
        Err(complaints) => checked.complaints.extend(complaints),
    }
    let find = |kind: &'static str| {
        let folder = folder.clone();
        move |name: &str| -> Found { files::find(&folder, kind, name) }
    };
    checked.folder(&folder, "keymaps", &|name| keymap::load(name, &find("keymaps")).1);
    checked.folder(&folder, "themes", &|name| theme::load(name, Depth::True, &find("themes")).1);
    checked.folder(&folder, "connectors", &|name| connector(name, &find("connectors")));
    let centres = match &args.serve {
        Some(file) => vec![file.clone()],
        None => {
            let usual = [folder.join("serve.toml"), PathBuf::from(CENTRE)];
            let named = named.filter(|file| !usual.contains(file));
            named.into_iter().chain(usual).collect()
        }
    };
    for file in centres {
        if args.serve.is_some() || is_ours(&file) {
            checked.files.push(file.display().to_string());
            checked.complaints.extend(Centre::read(&file).err().into_iter().flatten());
        }
    }
    for file in [folder.join("bridge.toml"), PathBuf::from(BRIDGE)] {
        if is_ours(&file) {
            checked.files.push(file.display().to_string());
            checked.complaints.extend(bridge(&file).unwrap_or_else(|complaints| complaints));
        }
    }
    checked.name_in_full(&folder);
    if args.json {
        checked.tell_programs()
    } else {
        checked.tell_people(&folder)
    }
    ExitCode::from(if checked.complaints.is_empty() { DONE } else { FAILED })
}

impl Checked {
    /// Checks every file of a kind.
    fn folder(&mut self, folder: &Path, kind: &str, check: &dyn Fn(&str) -> Vec<Complaint>) {
        let entries = fs::read_dir(folder.join(kind)).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(name) = file.strip_suffix(".toml") else { continue };
            let shown = format!("{kind}/{file}");
            if files::is_name(name) {
                self.complaints.extend(check(name));
            } else {
                let what = "nothing can be called so: a name has letters, digits, - and _ only";
                self.complaints.push(Complaint::of(&shown, what).hint("rename the file"));
            }
            self.files.push(shown);
        }
    }

    /// Puts each complaint once and in order, and each file as the shell finds it.
    fn name_in_full(&mut self, folder: &Path) {
        let full = |file: &str| {
            let path = folder.join(file);
            if fs::symlink_metadata(&path).is_ok() {
                path.display().to_string()
            } else {
                file.to_owned()
            }
        };
        for complaint in &mut self.complaints {
            complaint.file = full(&complaint.file);
        }
        self.files = self.files.iter().map(|file| full(file)).collect();
        self.complaints.sort_by(|a, b| (&a.file, a.place, &a.key).cmp(&(&b.file, b.place, &b.key)));
        self.complaints.dedup();
    }

    fn tell_people(&self, folder: &Path) {
        let said: Vec<String> = self.complaints.iter().map(ToString::to_string).collect();
        if said.is_empty() {
            let (files, shipped) = (self.files.len(), shipped::SHIPPED.len());
            let place = folder.display();
            let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
            print(&format!(
                "all is well: {files} of yours in {place}, {shipped} shipped connectors"
            ));
        } else {
            print(&said.join("\n"));
        }
    }

    fn tell_programs(&self) {
        let problems: Vec<Problem<'_>> = self.complaints.iter().map(Problem::of).collect();
        print(&json(&serde_json::json!({ "v": 1, "files": self.files, "problems": problems })));
    }
}

/// Whether a file is there that this user has to do with: what a host keeps from its agents is
/// checked by whoever may read it.
fn is_ours(file: &Path) -> bool {
    match fs::File::open(file) {
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied),
        Ok(_) => true,
    }
}

/// What is wrong in a bridge's settings, and in the secrets that they name.
fn bridge(file: &Path) -> Result<Vec<Complaint>, Vec<Complaint>> {
    let name = file.display().to_string();
    let text = files::read(file, &name).map_err(|complaint| vec![complaint])?;
    let document = Document::parse(&name, &text)?;
    let Reading { value, mut complaints } = document.read::<BridgeConfig>();
    let Some(config) = value else { return Err(complaints) };
    let secrets = [
        (["asterisk", "secret-file"], config.asterisk.map(|table| table.secret_file)),
        (["freeswitch", "password-file"], config.freeswitch.map(|table| table.password_file)),
    ];
    for (path, secret) in secrets {
        let Some(said) = secret.and_then(|secret| files::secret(&secret).err()) else { continue };
        let place = document.find(&path, 0);
        let complaint = Complaint::of(&name, format!("{}: {}", said.file, said.what)).key(&path);
        complaints.push(Complaint { place, hint: said.hint, ..complaint });
    }
    Ok(complaints)
}

/// What is wrong in a connector; its variables may be anything here.
fn connector(name: &str, find: &dyn Fn(&str) -> Found) -> Vec<Complaint> {
    let text = match find(name) {
        Some(Ok(text)) => text,
        Some(Err(complaint)) => return vec![complaint],
        None => return Vec::new(),
    };
    centre::connector(name, &text, &anything).err().unwrap_or_default()
}
