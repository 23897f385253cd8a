//! Refresh tokens that a source gave in place of the written one, in a folder beside the records:
//! where one is lost, nobody can log in there again before a person does. Who logs in with one holds a
//! lock meanwhile, whichever process that is.

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::connectors::fetch::credential::{Hold, Renewed, Tokens};
use crate::domain::source::SourceId;
use crate::private;

/// The largest file that is read, in bytes; tokens are far shorter.
const LARGEST: u64 = 64 * 1024;

/// One file for each source: what it took the place of, as a digest, and the token; another one is
/// locked by who logs in.
#[derive(Debug, Clone)]
pub struct TokenFolder(PathBuf);

impl TokenFolder {
    /// The one of these records. It is made when there is something to keep.
    pub fn beside(records: &Path) -> Self {
        Self(records.with_extension("tokens"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn file(&self, source: &SourceId) -> PathBuf {
        self.0.join(source.as_str())
    }
}

impl Tokens for TokenFolder {
    fn hold(&self, source: &SourceId) -> io::Result<Option<Hold>> {
        private::folder(&self.0).map_err(io::Error::other)?;
        let file = self.0.join(source.as_str()).with_extension("held");
        let opened =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file)?;
        match opened.try_lock() {
            Ok(()) => Ok(Some(Box::new(opened))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn last(&self, source: &SourceId) -> Option<Renewed> {
        let file = self.file(source);
        let plain = fs::symlink_metadata(&file).is_ok_and(|m| m.is_file() && m.len() <= LARGEST);
        let text = plain.then(|| fs::read_to_string(&file).ok()).flatten()?;
        let (of, token) = text.split_once('\n')?;
        Some(Renewed { of: of.to_owned(), token: token.trim_end().to_owned() })
    }

    fn keep(&self, source: &SourceId, renewed: &Renewed) -> io::Result<()> {
        private::folder(&self.0).map_err(io::Error::other)?;
        // It is made with mode 0600.
        let mut beside = NamedTempFile::new_in(&self.0)?;
        writeln!(beside, "{}\n{}", renewed.of, renewed.token)?;
        beside.as_file().sync_all()?;
        beside.persist(self.file(source)).map_err(|failed| failed.error)?;
        fs::File::open(&self.0)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn renewed(of: &str, token: &str) -> Renewed {
        Renewed { of: of.to_owned(), token: token.to_owned() }
    }

    #[test]
    fn what_was_kept_last_is_there_for_the_next_process_and_for_nobody_else() {
        let home = tempfile::tempdir().unwrap();
        let records = home.path().join("records.db");
        let (crm, bill) = (SourceId::new("CRM").unwrap(), SourceId::new("BILL").unwrap());
        let tokens = TokenFolder::beside(&records);
        assert!(tokens.last(&crm).is_none());
        assert!(!home.path().join("records.tokens").exists());
        tokens.keep(&crm, &renewed("a", "first")).unwrap();
        tokens.keep(&crm, &renewed("a", "second")).unwrap();
        let next = TokenFolder::beside(&records);
        assert_eq!(next.last(&crm), Some(renewed("a", "second")));
        assert!(next.last(&bill).is_none());
        let mode =
            |path: &str| home.path().join(path).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("records.tokens"), mode("records.tokens/CRM")), (0o700, 0o600));
    }

    #[test]
    fn one_at_a_time_logs_in_to_a_source_and_others_to_others() {
        let home = tempfile::tempdir().unwrap();
        let records = home.path().join("records.db");
        let (crm, bill) = (SourceId::new("CRM").unwrap(), SourceId::new("BILL").unwrap());
        let (here, there) = (TokenFolder::beside(&records), TokenFolder::beside(&records));
        let held = here.hold(&crm).unwrap().unwrap();
        assert!(there.hold(&crm).unwrap().is_none());
        assert!(there.hold(&bill).unwrap().is_some());
        drop(held);
        assert!(there.hold(&crm).unwrap().is_some());
        let file = home.path().join("records.tokens/CRM.held");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_folder_that_is_open_to_others_takes_no_token() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("records.tokens");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let tokens = TokenFolder::beside(&home.path().join("records.db"));
        let crm = SourceId::new("CRM").unwrap();
        assert!(tokens.keep(&crm, &renewed("a", "first")).is_err());
        assert!(tokens.hold(&crm).is_err());
        assert!(tokens.last(&crm).is_none());
    }
}
