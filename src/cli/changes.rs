//! The desk's settings as it is told them at its start, and anew when their files change.

use std::fs::{Metadata, read_dir, symlink_metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::DeskFlags;
use super::layouts::layouts;
use super::settings::Settings;
use super::work;
use crate::app;
use crate::config::desk::DeskConfig;
use crate::domain::text::CleanText;
use crate::shell::changes::{Change, Taken};
use crate::shell::files;
use crate::strict::Complaint;
use crate::ui::theme::{Glyphs, Theme};

/// What the desk looks like: its theme, that for a light background where the terminal is to be
/// asked, and what is wrong in them.
pub fn looks(settings: &Settings, flags: &DeskFlags) -> (Theme, Option<Theme>, Vec<Complaint>) {
    let depth = settings.depth(flags);
    let (mut theme, complaints) = settings.theme(flags, depth);
    if !files::utf8(&|name| std::env::var(name).ok()) {
        theme.glyphs = Glyphs::ASCII;
    }
    let glyphs = theme.glyphs;
    let on_light = settings.on_light(flags, depth).map(|light| light.with(glyphs));
    (theme, on_light, complaints)
}

/// What the desk is told, and what is wrong in it.
pub fn told(settings: &Settings, flags: &DeskFlags) -> (app::settings::Settings, Vec<Complaint>) {
    let (keymap, complaints) = settings.keymap(flags);
    let config = &settings.config;
    let told = app::settings::Settings {
        keymap,
        layouts: layouts(config),
        reasons: work::reasons(&config.agent),
        wrap_up: work::wrap_up(&config.wrap_up),
        pop_rules: work::pops(&config.pop),
        listed: work::listed(&config.directory),
        more: false,
    };
    (told, complaints)
}

/// Tells what becomes of the settings while the desk runs.
pub fn watch(settings: &Settings, flags: &DeskFlags) -> mpsc::Receiver<Change> {
    let (tell, changes) = mpsc::channel(1);
    let folders = ["", "keymaps", "themes"].map(|name| settings.folder.join(name));
    let mut reader = Reader {
        flags: flags.clone(),
        begun: settings.config.clone(),
        there: !settings.text.is_empty(),
        seen: seen(&settings.file, &folders),
        file: settings.file.clone(),
        folders: folders.clone(),
    };
    let changed = move || {
        let change = reader.read();
        change.is_none_or(|change| tell.blocking_send(change).is_ok())
    };
    // Where nothing can be watched, the settings hold from the next start on.
    crate::shell::changes::watch(&folders, changed).ok();
    changes
}

/// Reads the settings anew where they are not those that it has seen.
struct Reader {
    flags: DeskFlags,
    /// What the desk began with.
    begun: DeskConfig,
    /// There was a configuration.
    there: bool,
    seen: Vec<Seen>,
    file: PathBuf,
    folders: [PathBuf; 3],
}

impl Reader {
    fn read(&mut self) -> Option<Change> {
        let seen = seen(&self.file, &self.folders);
        if std::mem::replace(&mut self.seen, seen.clone()) == seen {
            return None;
        }
        let gone = self.there && symlink_metadata(&self.file).is_err();
        let settings = match Settings::read(&self.flags) {
            Ok(_) if gone => {
                let name = self.file.display().to_string();
                return Some(wrong(vec![Complaint::of(&name, "it is not there any more")]));
            }
            Ok(settings) => settings,
            Err(complaints) => return Some(wrong(complaints)),
        };
        let (theme, on_light, mut complaints) = looks(&settings, &self.flags);
        let (told, more) = told(&settings, &self.flags);
        complaints.extend(more);
        if !complaints.is_empty() {
            return Some(wrong(complaints));
        }
        self.there = !settings.text.is_empty();
        let more = at_start(&settings.config) != at_start(&self.begun);
        let settings = app::settings::Settings { more, ..told };
        Some(Change::Taken(Box::new(Taken { settings, theme, on_light })))
    }
}

/// What of a configuration a desk is told only at its start.
fn at_start(config: &DeskConfig) -> DeskConfig {
    let DeskConfig { desk, gateway, bell, .. } = config.clone();
    let mut desk = desk;
    let told = DeskConfig::default().desk;
    (desk.theme, desk.keymap, desk.role) = (told.theme, told.keymap, told.role);
    DeskConfig { desk, gateway, bell, ..DeskConfig::default() }
}

fn wrong(complaints: Vec<Complaint>) -> Change {
    let count = complaints.len();
    let more =
        if count > 1 { format!(" (and {} more: norns check)", count - 1) } else { String::new() };
    let first = complaints.into_iter().next().map(|first| {
        let name = Path::new(&first.file).file_name().map(|name| name.display().to_string());
        Complaint { file: name.unwrap_or_default(), ..first }.to_string()
    });
    let what = format!("the settings before still hold: {}{more}", first.unwrap_or_default());
    Change::Wrong(CleanText::line(&what))
}

/// A file as it was seen: which it is, how long it is, and when it was written.
type Seen = (PathBuf, Option<[u64; 4]>);

fn seen(file: &Path, folders: &[PathBuf]) -> Vec<Seen> {
    let beside = folders.iter().skip(1).filter_map(|folder| read_dir(folder).ok());
    let named = beside.flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<PathBuf> =
        named.filter(|path| path.extension() == Some("toml".as_ref())).collect();
    all.push(file.to_owned());
    all.sort_unstable();
    let look = |path: PathBuf| {
        let marks = std::fs::metadata(&path).ok().as_ref().map(marks);
        (path, marks)
    };
    all.into_iter().map(look).collect()
}

fn marks(of: &Metadata) -> [u64; 4] {
    [of.ino(), of.len(), of.mtime().cast_unsigned(), of.mtime_nsec().cast_unsigned()]
}
