//! Everything that norns keeps on disk: where, how much, who may read it, and why it is there.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{StatFs, statfs};

use super::Finding;
use crate::cli::settings::Settings;

const AREA: &str = "on disk";
/// Less room than this, in bytes, is too little for a day.
const ROOM: u64 = 64 * 1024 * 1024;
/// File systems of other machines, after statfs(2): NFS, SMB and its two successors.
const REMOTE: [u64; 4] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42];

/// What may lie in the state folder: the path, or the folder that all of it lies in, and why.
const KEPT: [(&str, &str); 9] = [
    ("drafts/", "notes and forms that were begun and not sent, kept on every key"),
    ("running/", "one per open desk, to tell one that was killed"),
    ("sample/", "the records of the sample's gateway: notes, holds, links, audit"),
    ("run/", "sockets, where there is no runtime folder"),
    ("pops", "calls of the last 24 hours, for a desk that was closed"),
    ("pops.lock", "held while the journal of calls is written"),
    ("norns.log", "what the program did, without customers' data"),
    ("tour-ended", "the tour for newcomers has been seen"),
    ("not-ready.json", "since when, and why, no calls are taken"),
];

/// What lies in one place.
struct Pile {
    files: usize,
    bytes: u64,
    /// The first that others may read or write.
    open: Option<PathBuf>,
}

/// Each file or pile of files, and whether there is room for more.
pub fn look(settings: &Settings) -> Vec<Finding> {
    let state = settings.paths.state();
    let mut findings = room(state);
    findings.extend(open(state));
    let mut unknown = Vec::new();
    let mut names: Vec<PathBuf> = entries(state);
    names.sort();
    for path in names {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_folder = path.is_dir();
        let known = if is_folder { format!("{name}/") } else { name };
        match KEPT.iter().find(|(kept, _)| *kept == known) {
            Some((_, why)) => findings.push(pile(&path, why, Privacy::Own)),
            None => unknown.push(path),
        }
    }
    if entries(state).is_empty() {
        findings.push(Finding::ok(AREA, state.display().to_string(), "nothing is kept yet"));
    }
    findings.extend(unknown.iter().map(|path| {
        let name = path.display().to_string();
        let helps = format!("ls -l {name}");
        Finding::look(AREA, name, "norns has no use for this", helps)
    }));
    let own = [
        ("", "your settings"),
        ("keymaps", "keymaps of yours"),
        ("themes", "themes of yours"),
        ("connectors", "connectors of yours"),
    ];
    for (kind, why) in own {
        let place =
            if kind.is_empty() { settings.file.clone() } else { settings.folder.join(kind) };
        if fs::symlink_metadata(&place).is_ok() {
            findings.push(pile(
                &place,
                &format!("{why}; norns reads and never writes them"),
                Privacy::Read,
            ));
        }
    }
    findings
}

/// The folder of everything that is kept is its owner's alone.
fn open(state: &Path) -> Option<Finding> {
    let mode = fs::symlink_metadata(state).ok()?.mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        let name = state.display().to_string();
        let helps = format!("chmod 700 {name}");
        Finding::look(AREA, name, format!("others may come near ({mode:04o})"), helps)
    })
}

/// Who may look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Privacy {
    /// Only its owner.
    Own,
    /// Everybody; only its owner may write.
    Read,
}

fn pile(path: &Path, why: &str, privacy: Privacy) -> Finding {
    let forbidden = match privacy {
        Privacy::Own => 0o077,
        Privacy::Read => 0o002,
    };
    let mut pile = Pile { files: 0, bytes: 0, open: None };
    add(path, forbidden, &mut pile);
    let name = path.display().to_string();
    let mode = fs::symlink_metadata(path).map_or(0, |meta| meta.mode() & 0o777);
    let size = size(pile.bytes);
    let many = match (path.is_dir(), pile.files) {
        (false, _) => size,
        (true, 1) => format!("1 file, {size}"),
        (true, files) => format!("{files} files, {size}"),
    };
    let says = format!("{many}, {mode:04o}: {why}");
    match pile.open {
        None => Finding::ok(AREA, name, says),
        Some(open) => {
            let helps = match privacy {
                Privacy::Own => format!("chmod go= {}", open.display()),
                Privacy::Read => format!("chmod go-w {}", open.display()),
            };
            Finding::look(AREA, name, format!("{says}; others may come near"), helps)
        }
    }
}

fn add(path: &Path, forbidden: u32, pile: &mut Pile) {
    let Ok(meta) = fs::symlink_metadata(path) else { return };
    // A link is as open as what it leads to.
    if !meta.is_symlink() && meta.mode() & forbidden != 0 && pile.open.is_none() {
        pile.open = Some(path.to_owned());
    }
    if meta.is_dir() {
        entries(path).iter().for_each(|path| add(path, forbidden, pile));
    } else {
        pile.files += 1;
        pile.bytes += meta.len();
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Whether there is room, on a disk of this machine.
fn room(state: &Path) -> Vec<Finding> {
    let there = state.ancestors().find(|path| path.exists());
    let Some(stat) = there.and_then(|path| statfs(path).ok()) else { return Vec::new() };
    let name = state.display().to_string();
    let left = free(&stat);
    let room = if left < ROOM {
        let says = format!("{} left: notes may not be kept", size(left));
        Finding::look(AREA, name.clone(), says, format!("df -h {name}"))
    } else {
        Finding::ok(AREA, name.clone(), format!("{} left", size(left)))
    };
    let remote = is_remote(stat.f_type as u64).then(|| {
        let says = "on another machine's disk: records there can be damaged by two writers";
        Finding::look(AREA, name, says, "set XDG_STATE_HOME to a disk of this machine")
    });
    [Some(room), remote].into_iter().flatten().collect()
}

fn free(stat: &StatFs) -> u64 {
    stat.f_bavail.saturating_mul(u64::try_from(stat.f_bsize).unwrap_or(0))
}

fn is_remote(kind: u64) -> bool {
    REMOTE.contains(&(kind & 0xffff_ffff))
}

fn size(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..10_240 => format!("{bytes} bytes"),
        10_240..10_485_760 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / (1024 * 1024)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_of_other_machines_are_told_from_this_one_s() {
        for kind in [0x6969, 0xff53_4d42, 0xfe53_4d42, 0xffff_ffff_fe53_4d42] {
            assert!(is_remote(kind), "{kind:x}");
        }
        // ext4, tmpfs, overlay, btrfs.
        for kind in [0xef53, 0x0102_1994, 0x794c_7630, 0x9123_683e] {
            assert!(!is_remote(kind), "{kind:x}");
        }
    }
}
