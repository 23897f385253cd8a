//! Notes that were begun and not sent: one private file each, under the state directory.
//!
//! They lie in the clear with mode 0600 in a directory of mode 0700: a key that the desk could
//! read unattended would lie beside them and protect nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::msg::SavedDraft;
use crate::domain::customer::CustomerId;

/// Largest draft that is read back, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// A folder of drafts.
#[derive(Debug, Clone)]
pub struct Drafts {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Written {
    customer: Option<String>,
    text: String,
}

impl Drafts {
    /// Drafts in `folder`, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps the draft, replacing what was kept in its slot; forgets it where its text is empty.
    /// The new file takes the old one's place whole or not at all.
    ///
    /// # Errors
    /// Where the folder or the file cannot be written.
    pub fn keep(&self, draft: &SavedDraft) -> io::Result<()> {
        let path = self.path(&draft.slot);
        if draft.text.is_empty() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let customer = draft.customer.as_ref().map(ToString::to_string);
        let written = Written { customer, text: draft.text.clone() };
        let fresh = path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        serde_json::to_writer(&mut file, &written)?;
        file.flush()?;
        fs::rename(&fresh, &path)
    }

    /// Every draft that can be read, the newest first.
    pub fn found(&self) -> Vec<SavedDraft> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut found: Vec<_> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| {
                let path = entry.path();
                let changed = entry.metadata().and_then(|meta| meta.modified()).ok()?;
                read(&path).map(|draft| (changed, draft))
            })
            .collect();
        found.sort_by_key(|(changed, _)| std::cmp::Reverse(*changed));
        found.into_iter().map(|(_, draft)| draft).collect()
    }

    fn path(&self, slot: &str) -> PathBuf {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        self.folder.join(format!("{}.json", slot.chars().map(safe).collect::<String>()))
    }
}

fn read(path: &Path) -> Option<SavedDraft> {
    let slot = path.file_name()?.to_str()?.strip_suffix(".json")?.to_owned();
    let file = File::open(path).ok()?;
    let fits = file.metadata().ok()?.len() <= LARGEST;
    let written: Written = fits.then(|| serde_json::from_reader(file).ok())??;
    let customer = written.customer.as_deref().and_then(CustomerId::parse);
    Some(SavedDraft { slot, customer, text: written.text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> SavedDraft {
        let customer = CustomerId::parse("CRM:C-20417");
        SavedDraft { slot: "call-c-1".into(), customer, text: text.into() }
    }

    #[test]
    fn a_draft_is_found_again_as_it_was_left() {
        let home = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(home.path().join("drafts"));
        assert_eq!(drafts.found(), []);
        drafts.keep(&draft("two lines\nsince July")).unwrap();
        drafts.keep(&draft("three lines")).unwrap();
        assert_eq!(drafts.found(), [draft("three lines")]);
        drafts.keep(&draft("")).unwrap();
        assert_eq!(drafts.found(), []);
    }

    #[test]
    fn a_torn_draft_does_not_hide_the_others() {
        let home = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(home.path().to_owned());
        drafts.keep(&draft("kept")).unwrap();
        fs::write(home.path().join("torn.json"), "{\"text\":\"half").unwrap();
        assert_eq!(drafts.found(), [draft("kept")]);
    }

    #[test]
    fn drafts_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(home.path().join("drafts"));
        drafts.keep(&draft("x")).unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&home.path().join("drafts")), 0o700);
        assert_eq!(mode(&home.path().join("drafts/call-c-1.json")), 0o600);
    }
}
