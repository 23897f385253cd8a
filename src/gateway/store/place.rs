//! Where records can lie: SQLite's journal is shared memory, which file systems of other machines do
//! not share.

use std::path::Path;

use super::StoreError;

/// Says on what kind of file system a path lies, by the kernel's number.
pub type Kind = fn(&Path) -> std::io::Result<i64>;

/// File systems of other machines, by the kernel's numbers (linux/magic.h).
const ELSEWHERE: [(i64, &str); 8] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x564c, "NCP"),
    (0x5346_414f, "AFS"),
    (0x7375_7245, "Coda"),
    (0x00c3_6400, "Ceph"),
];

/// As the kernel says.
pub fn kind(path: &Path) -> std::io::Result<i64> {
    Ok(rustix::fs::statfs(path)?.f_type)
}

/// Refuses a place on a file system of another machine.
///
/// # Errors
/// The name of that kind of file system.
pub fn check(path: &Path, kind: Kind) -> Result<(), StoreError> {
    // The file need not be there yet.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let found = kind(folder.unwrap_or(Path::new("."))).ok();
    let known = ELSEWHERE.iter().find(|(number, _)| Some(*number) == found);
    known.map_or(Ok(()), |(_, name)| Err(StoreError::Elsewhere(name)))
}
