//! The files that are written: each whole or not at all, and none over another unasked.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use color_eyre::eyre::{Result, eyre};
use tempfile::NamedTempFile;
use tokio::signal::unix::{SignalKind, signal};

use crate::private;

/// A file to be.
pub struct Planned {
    pub path: PathBuf,
    pub text: String,
}

/// What lies where a file is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Free,
    /// The same is there.
    Same,
    /// Something else is there.
    Taken,
}

impl Planned {
    /// What lies there.
    pub fn place(&self) -> Place {
        match fs::symlink_metadata(&self.path) {
            Err(_) => Place::Free,
            Ok(_) if fs::read(&self.path).is_ok_and(|text| text == self.text.as_bytes()) => {
                Place::Same
            }
            Ok(_) => Place::Taken,
        }
    }
}

/// Writes all of them for their owner only. Each is written beside its place first, so that nothing
/// is in place before everything can be.
///
/// # Errors
/// Which one cannot be written, and why.
pub fn write(files: &[Planned]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let _entered = runtime.enter();
    // An interruption from now on leaves none half written, nor its beginnings beside it.
    let ends = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let _held = ends.map(signal);
    let mut written = Vec::new();
    for file in files {
        let name = file.path.display();
        let cannot = |error: std::io::Error| eyre!("{name} cannot be written ({})", error.kind());
        let folder = file.path.parent().unwrap_or(Path::new("/"));
        if !folder.exists() {
            private::folder(folder).map_err(|why| eyre!(why))?;
        }
        // It is made with mode 0600.
        let mut beside = NamedTempFile::new_in(folder).map_err(cannot)?;
        beside.write_all(file.text.as_bytes()).map_err(cannot)?;
        beside.as_file().set_permissions(fs::Permissions::from_mode(0o600)).map_err(cannot)?;
        beside.as_file().sync_all().map_err(cannot)?;
        written.push((beside, &file.path));
    }
    for (beside, path) in written {
        let name = path.display();
        beside.persist(path).map_err(|failed| {
            eyre!("{name} cannot be written ({}); those before it are", failed.error.kind())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_one_cannot_be_written_none_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let planned = |name: &str| Planned { path: folder.path().join(name), text: "x".into() };
        let failed = write(&[planned("new/a"), planned("b"), planned("file/c")]).unwrap_err();
        assert!(failed.to_string().contains("file/c"), "{failed}");
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 2, "the file that was there, and an empty folder: {left:?}");
        assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 0);
        write(&[planned("new/a"), planned("b")]).unwrap();
        for name in ["new/a", "b"] {
            assert_eq!(planned(name).place(), Place::Same);
            let meta = fs::metadata(folder.path().join(name)).unwrap();
            assert_eq!(meta.permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(planned("c").place(), Place::Free);
        assert_eq!(Planned { text: "y".into(), ..planned("b") }.place(), Place::Taken);
    }
}
