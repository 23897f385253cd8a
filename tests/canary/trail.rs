//! Where a canary could have left something: files, tables, what everybody on this host can see of
//! a process.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use rustix::process::Pid;

/// What was written, by its place.
#[derive(Default)]
pub struct Trail(BTreeMap<String, Vec<u8>>);

impl Trail {
    /// Something that was written.
    pub fn add(&mut self, place: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(place.into(), bytes.into());
    }

    /// Every file below a folder, and its name, but not what these paths end with.
    pub fn files(&mut self, folder: &Path, but: &[&str]) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if but.iter().any(|name| path.ends_with(name)) {
                continue;
            }
            if path.is_dir() {
                self.files(&path, but);
            } else {
                // A socket has a name, and no text.
                self.add(path.display().to_string(), std::fs::read(&path).unwrap_or_default());
            }
        }
    }

    /// What everybody on this host can see of a process.
    pub fn process(&mut self, pid: Pid) {
        for name in ["cmdline", "environ", "comm"] {
            let path = format!("/proc/{pid}/{name}");
            let bytes = std::fs::read(&path).unwrap();
            self.add(path, bytes);
        }
    }

    /// The tables of a database, but not these; returns those, as text.
    pub fn tables(&mut self, records: &Path, but: &[&str]) -> BTreeMap<String, String> {
        let (own, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
            tables(records).into_iter().partition(|(name, _)| but.contains(&&**name));
        for (name, rows) in others {
            self.add(format!("table {name}"), rows);
        }
        own
    }

    /// Whether something was written to such a place.
    pub fn leads_to(&self, end: &str) -> bool {
        self.0.keys().any(|place| place.ends_with(end))
    }

    /// Complains of every place, by its name too, that holds one of these.
    #[track_caller]
    pub fn assert_free_of(&self, canaries: &[&str]) {
        let mut found = Vec::new();
        for (place, bytes) in &self.0 {
            for canary in canaries {
                let written = bytes.windows(canary.len());
                let hit = written.into_iter().position(|piece| piece == canary.as_bytes());
                if let Some(at) = hit.or_else(|| place.contains(canary).then_some(0)) {
                    let around = &bytes[at.saturating_sub(100)..bytes.len().min(at + 100)];
                    found.push(format!("{canary} is in {place}: {}", around.escape_ascii()));
                }
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

fn tables(records: &Path) -> BTreeMap<String, String> {
    let script = "import sqlite3,sys; db=sqlite3.connect(sys.argv[1])\n\
        names=[n for n, in db.execute(\"select name from sqlite_master where type='table'\")]\n\
        for n in names: print(n, repr(db.execute('select * from \"%s\"' % n).fetchall()))";
    let output = Command::new("python3").args(["-c", script]).arg(records).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let table = |line: &str| line.split_once(' ').map(|(name, rows)| (name.into(), rows.into()));
    text.lines().filter_map(table).collect()
}
