//! What was begun and not sent, notes and forms: one private file each, under the state directory.
//!
//! They lie in the clear with mode 0600 in a directory of mode 0700: a key that the desk could
//! read unattended would lie beside them and protect nothing. Of a form only what the agent typed
//! is kept, and what sources or calls filled in is not.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::msg::{Kept, SavedDraft};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::text::CleanText;

/// Largest draft that is read back, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// A folder of drafts.
#[derive(Debug, Clone)]
pub struct Drafts {
    folder: PathBuf,
}

/// A draft as it is written. What older files do not say is left out.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(default)]
    slot: Option<String>,
    #[serde(default)]
    what: What,
    customer: Option<String>,
    #[serde(default)]
    call: Option<(String, String)>,
    text: String,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
enum What {
    #[default]
    Note,
    FollowUp,
    Contact,
    Handover,
    Write,
    Report,
    WrapUp,
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
        let fresh = path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        serde_json::to_writer(&mut file, &write(draft))?;
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

    /// Two slots never share a file, whatever signs are in their names.
    fn path(&self, slot: &str) -> PathBuf {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let safe: String = slot.chars().take(80).map(|c| if plain(c) { c } else { '-' }).collect();
        let name = if safe == slot { safe } else { format!("{safe}-{:016x}", sum(slot)) };
        self.folder.join(format!("{name}.json"))
    }
}

/// FNV-1a: the same at every start, as the standard hasher is not.
fn sum(text: &str) -> u64 {
    let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

fn write(draft: &SavedDraft) -> Written {
    Written {
        slot: Some(draft.slot.clone()),
        what: match draft.what {
            Kept::Note => What::Note,
            Kept::FollowUp => What::FollowUp,
            Kept::Contact => What::Contact,
            Kept::Handover => What::Handover,
            Kept::Write => What::Write,
            Kept::Report => What::Report,
            Kept::WrapUp => What::WrapUp,
        },
        customer: draft.customer.as_ref().map(ToString::to_string),
        call: draft.call.as_ref().map(|call| (call.source.to_string(), call.call.to_string())),
        text: draft.text.clone(),
    }
}

fn read(path: &Path) -> Option<SavedDraft> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?.to_owned();
    let file = File::open(path).ok()?;
    let fits = file.metadata().ok()?.len() <= LARGEST;
    let written: Written = fits.then(|| serde_json::from_reader(file).ok())??;
    let key = |(source, call): (String, String)| CallKey {
        source: CleanText::line(&source),
        call: CleanText::line(&call),
    };
    Some(SavedDraft {
        slot: written.slot.unwrap_or(name),
        what: match written.what {
            What::Note => Kept::Note,
            What::FollowUp => Kept::FollowUp,
            What::Contact => Kept::Contact,
            What::Handover => Kept::Handover,
            What::Write => Kept::Write,
            What::Report => Kept::Report,
            What::WrapUp => Kept::WrapUp,
        },
        customer: written.customer.as_deref().and_then(CustomerId::parse),
        call: written.call.map(key),
        text: written.text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> SavedDraft {
        let call = CallKey { source: CleanText::line("local"), call: CleanText::line("c-1") };
        SavedDraft {
            slot: "call-c-1".into(),
            what: Kept::Note,
            customer: CustomerId::parse("CRM:C-20417"),
            call: Some(call),
            text: text.into(),
        }
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
    fn slots_that_look_alike_do_not_share_a_file() {
        let home = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(home.path().to_owned());
        let slot =
            |slot: &str| SavedDraft { slot: slot.into(), what: Kept::FollowUp, ..draft(slot) };
        for name in ["customer-CRM:A.1", "customer-CRM:A:1", "customer-CRM-A-1"] {
            drafts.keep(&slot(name)).unwrap();
        }
        let mut found = drafts.found();
        found.sort_by(|a, b| a.slot.cmp(&b.slot));
        let names = ["customer-CRM-A-1", "customer-CRM:A.1", "customer-CRM:A:1"];
        assert_eq!(found, names.map(slot));
    }

    #[test]
    fn a_draft_of_an_older_desk_is_read() {
        let home = tempfile::tempdir().unwrap();
        let old = "{\"customer\":\"CRM:C-20417\",\"text\":\"old\"}";
        fs::write(home.path().join("call-c-1.json"), old).unwrap();
        let found = Drafts::new(home.path().to_owned()).found();
        assert_eq!(found, [SavedDraft { call: None, ..draft("old") }]);
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
