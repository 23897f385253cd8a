//! What the user's files and flags say of the desk.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::embedded::Own;
use super::{DeskFlags, centre};
use crate::client::Client;
use crate::config::desk::{ColorChoice, DeskConfig, GatewayTable};
use crate::config::paths::Paths;
use crate::domain::phone::Region;
use crate::keys::keymap::{self, Keymap};
use crate::shell::files;
use crate::strict::{Complaint, Document, Found, Reading};
use crate::ui::theme::{self, Depth, Theme};

/// The theme that is day's or night's, as the terminal says.
const AUTO: &str = "auto";

/// What the user's files and flags say.
pub struct Settings {
    pub paths: Paths,
    pub config: DeskConfig,
    /// The configuration, whether or not it is there.
    pub file: PathBuf,
    /// Its text; empty where it is not there.
    pub text: String,
    /// The folder that the configuration lies in, and keymaps, themes and connectors beside it.
    pub folder: PathBuf,
    /// In which times are shown.
    pub zone: TimeZone,
    /// The country that numbers without a country code belong to.
    pub home: Region,
}

impl Settings {
    /// This user's paths, the configuration, and the folder that it lies in.
    ///
    /// # Errors
    /// What is wrong with the environment.
    pub fn place(flags: &DeskFlags) -> Result<(Paths, PathBuf, PathBuf), Complaint> {
        let paths = Paths::from_process()?;
        let file = flags.config.clone().unwrap_or_else(|| paths.config().join("norns.toml"));
        let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
        Ok((paths, file, folder))
    }

    /// Reads the configuration. A file that was named must be there.
    ///
    /// # Errors
    /// Everything that is wrong with the environment or the file.
    pub fn read(flags: &DeskFlags) -> Result<Self, Vec<Complaint>> {
        let (paths, file, folder) = Self::place(flags).map_err(|complaint| vec![complaint])?;
        let name = file.display().to_string();
        let there = flags.config.is_some() || std::fs::symlink_metadata(&file).is_ok();
        let text = if there {
            files::read(&file, &name).map_err(|complaint| vec![complaint])?
        } else {
            String::new()
        };
        let document = Document::parse(&name, &text)?;
        let Reading { value, mut complaints } = document.read::<DeskConfig>();
        let config = value.unwrap_or_default();
        let about = |path: &[&str], what: &str| Complaint {
            place: document.find(path, 0),
            ..Complaint::of(&name, what).key(path)
        };
        let zone = match &config.desk.time_zone {
            None => TimeZone::system(),
            Some(zone) => TimeZone::get(zone).unwrap_or_else(|_| {
                let what = "no time zone is called so";
                let hint = "write it as America/Toronto or Europe/London";
                complaints.push(about(&["desk", "time-zone"], what).hint(hint));
                TimeZone::UTC
            }),
        };
        let home = Region::of_country(&config.desk.country).unwrap_or_else(|| {
            let what = "no numbering plan is known for this country";
            let hint = "write its two letters, such as CA or GB";
            complaints.push(about(&["desk", "country"], what).hint(hint));
            Region::NANP
        });
        if !complaints.is_empty() {
            complaints.sort_by_key(|complaint| complaint.place);
            return Err(complaints);
        }
        Ok(Self { paths, config, file, text, folder, zone, home })
    }

    /// The text of a file of the user's.
    pub fn find(&self, kind: &str, name: &str) -> Found {
        files::find(&self.folder, kind, name)
    }

    /// The keymap, and what is wrong in it.
    pub fn keymap(&self, flags: &DeskFlags) -> (Keymap, Vec<Complaint>) {
        let name = flags.keymap.as_deref().unwrap_or(&self.config.desk.keymap);
        let (keymap, complaints) = keymap::load(name, &|name| self.find("keymaps", name));
        (keymap, self.chosen("keymap", flags.keymap.is_some(), complaints))
    }

    /// Complaints about a choice itself, placed where it was made.
    fn chosen(&self, key: &str, by_flag: bool, complaints: Vec<Complaint>) -> Vec<Complaint> {
        let place = |complaint: Complaint| match (complaint.file == key, by_flag) {
            (false, _) => complaint,
            (true, true) => Complaint { file: format!("--{key}"), ..complaint },
            (true, false) => {
                let hint = complaint.hint;
                Complaint { hint, ..self.about(&["desk", key], complaint.what) }
            }
        };
        complaints.into_iter().map(place).collect()
    }

    /// A complaint about a key of the configuration.
    fn about(&self, path: &[&str], what: String) -> Complaint {
        let name = self.file.display().to_string();
        let place = Document::parse(&name, &self.text).ok().and_then(|text| text.find(path, 0));
        Complaint { place, ..Complaint::of(&name, what).key(path) }
    }

    /// The theme, and what is wrong in it.
    pub fn theme(&self, flags: &DeskFlags, depth: Depth) -> (Theme, Vec<Complaint>) {
        let name = self.theme_name(flags);
        let name = if name == AUTO { "night" } else { name };
        let (theme, complaints) = theme::load(name, depth, &|name| self.find("themes", name));
        (theme, self.chosen("theme", flags.theme.is_some(), complaints))
    }

    fn theme_name<'a>(&'a self, flags: &'a DeskFlags) -> &'a str {
        flags.theme.as_deref().unwrap_or(&self.config.desk.theme)
    }

    /// The theme for a light background, where the terminal is to be asked what it has.
    pub fn on_light(&self, flags: &DeskFlags, depth: Depth) -> Option<Theme> {
        let asks = self.theme_name(flags) == AUTO;
        asks.then(|| theme::load("day", depth, &|name| self.find("themes", name)).0)
    }

    /// How many colours there are.
    pub fn depth(&self, flags: &DeskFlags) -> Depth {
        let choice: ColorChoice = flags.color.unwrap_or(self.config.desk.color);
        files::depth(choice, &|name| std::env::var(name).ok())
    }

    /// What is wrong in what the desk would use besides its configuration.
    pub fn complaints(&self, flags: &DeskFlags) -> Vec<Complaint> {
        let mut complaints = self.keymap(flags).1;
        complaints.extend(self.theme(flags, Depth::True).1);
        complaints.extend(self.gateway());
        complaints
    }

    /// Why the gateway that is named cannot be asked. The desk opens all the same.
    pub fn gateway(&self) -> Option<Complaint> {
        let table = self.config.gateway.as_ref()?;
        if let Some((what, hint)) = ambiguous(table) {
            return Some(self.about(&["gateway"], what.to_owned()).hint(hint));
        }
        let said = files::secret(table.token_file.as_ref()?).err()?;
        let what = format!("{}: {}", said.file, said.what);
        Some(Complaint { hint: said.hint, ..self.about(&["gateway", "token-file"], what) })
    }
}

/// The gateway that a desk runs itself.
pub fn own(table: Option<&GatewayTable>) -> Option<Own> {
    match table {
        None => Some(Own::Sample),
        Some(table) => table.serve.clone().map(Own::Centre),
    }
}

/// Why a table does not name one gateway, and what would.
fn ambiguous(table: &GatewayTable) -> Option<(&'static str, &'static str)> {
    let two = "this names two gateways";
    match (&table.serve, &table.socket, &table.url, &table.token_file) {
        (Some(_), None, None, None) | (None, Some(_), None, _) | (None, None, Some(_), Some(_)) => {
            None
        }
        (Some(_), ..) => Some((two, "keep serve, or what else is there")),
        (None, None, Some(_), None) => {
            Some(("no agent is known at a url without a token", "add token-file"))
        }
        (None, Some(_), Some(_), _) => Some((two, "keep socket or url")),
        (None, None, None, _) => {
            Some(("this names no gateway", "add socket, or url and token-file"))
        }
    }
}

/// The gateway that the configuration names.
///
/// # Errors
/// Where its token, or the settings that a desk runs it by, cannot be read.
pub fn configured(table: &GatewayTable) -> color_eyre::Result<Client> {
    if let Some((why, _)) = ambiguous(table) {
        color_eyre::eyre::bail!("[gateway]: {why}");
    }
    match table {
        GatewayTable { serve: Some(file), .. } => Ok(Client::unix(&centre::socket(file)?)?),
        GatewayTable { socket: Some(socket), .. } => Ok(Client::unix(socket)?),
        GatewayTable { url: Some(url), token_file: Some(file), .. } => {
            Ok(Client::tcp(url, files::secret(file)?.trim())?)
        }
        _ => color_eyre::eyre::bail!("[gateway]: this names no gateway"),
    }
}
