//! The gateway's records on a disk that others use too, and on one that does not keep what it takes.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use norns::domain::ask::AskError;
use norns::domain::customer::CustomerId;

use super::common::desk::POPPED_AT;
use super::common::home::Home;
use super::room::Centre;

const NOWHERE: &str = "http://127.0.0.1:9";

fn eleanor() -> CustomerId {
    CustomerId::parse("CRM:C-20417").unwrap()
}

/// Another process that writes into the records, and is not done yet.
struct Writer {
    process: Child,
    go: Option<ChildStdin>,
}

impl Writer {
    fn begin(records: &Path) -> Self {
        let script = "import sqlite3,sys\n\
            db=sqlite3.connect(sys.argv[1],isolation_level=None)\n\
            db.execute('begin immediate')\n\
            print('writing',flush=True)\n\
            sys.stdin.read()\n\
            db.execute('commit')\n";
        let mut command = Command::new("python3");
        command.args(["-c", script]).arg(records);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let go = process.stdin.take();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "writing");
        Self { process, go }
    }

    fn end(mut self) {
        drop(self.go.take());
        assert!(self.process.wait().unwrap().success());
    }
}

#[test]
fn a_write_waits_for_another_s_and_is_told_where_that_takes_too_long() {
    let centre = Centre::open(NOWHERE, POPPED_AT);
    let client = centre.client();
    centre.ask(client.save_note(&eleanor(), None, "first")).unwrap();
    let records = centre.home.root().join("records.db");
    let writer = Writer::begin(&records);
    let eleanor = eleanor();
    let waited = centre.ask(async {
        let note = client.save_note(&eleanor, None, "waits");
        tokio::pin!(note);
        // What needs no record is answered meanwhile.
        for _ in 0..20 {
            tokio::select! {
                biased;
                early = &mut note => panic!("{early:?} while another writes"),
                other = client.sources() => drop(other.unwrap()),
            }
        }
        writer.end();
        note.await
    });
    assert_eq!(waited.unwrap().text.as_str(), "waits");
    let writer = Writer::begin(&records);
    let late = centre.ask(client.save_note(&eleanor, None, "too long"));
    assert_eq!(late.unwrap_err(), AskError::NoRecords);
    writer.end();
    let notes = centre.ask(client.notes(&eleanor)).unwrap();
    assert_eq!(notes.len(), 2, "what was refused is not there");
}

#[test]
fn two_gateways_on_the_same_records_lose_and_double_nothing() {
    let first = Centre::open(NOWHERE, POPPED_AT);
    let second = Centre::open_in(first.home.clone(), NOWHERE, POPPED_AT, &[]);
    let (one, other) = (first.client(), second.client());
    let write = async |client: &norns::client::Client, from: &str| {
        for n in 0..40 {
            client.save_note(&eleanor(), None, &format!("{from} {n}")).await.unwrap();
        }
    };
    first.ask(async { tokio::join!(write(&one, "one"), write(&other, "other")) });
    let texts = |notes: Vec<norns::domain::register::Note>| {
        let mut texts: Vec<String> = notes.into_iter().map(|note| note.text.to_string()).collect();
        texts.sort();
        texts
    };
    let seen = texts(first.ask(one.notes(&eleanor())).unwrap());
    assert_eq!(seen, texts(first.ask(other.notes(&eleanor())).unwrap()));
    let mut expected: Vec<String> =
        (0..40).flat_map(|n| [format!("one {n}"), format!("other {n}")]).collect();
    expected.sort();
    assert_eq!(seen, expected);
    let acts = first.ask(one.audit(&eleanor())).unwrap();
    assert_eq!(acts.iter().filter(|act| act.verb.as_str() == "noted").count(), 80);
}

/// What the C library is to do at a sync: write it down, and fail where a file says so.
const SYNCS: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static int seen(int fd, const char *which) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) length = 0;
    path[length] = 0;
    int log = open(getenv("SYNCS"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (log >= 0) { dprintf(log, "%s\n", path); close(log); }
    if (access(getenv("SYNCS_FAIL"), F_OK) == 0) { errno = EIO; return -1; }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, which);
    return real(fd);
}
int fsync(int fd) { return seen(fd, "fsync"); }
int fdatasync(int fd) { return seen(fd, "fdatasync"); }
"#;

/// A library that is put before the C library's.
fn syncs(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("syncs.c"), folder.join("syncs.so"));
    std::fs::File::create(&source).unwrap().write_all(SYNCS.as_bytes()).unwrap();
    let mut command = Command::new("cc");
    command.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl");
    assert!(command.status().expect("a C compiler is there").success());
    library
}

#[test]
fn a_note_is_on_the_disk_before_it_is_said_to_be_and_one_that_cannot_be_is_told() {
    let home = Home::new();
    let library = syncs(home.root()).display().to_string();
    let (log, fail) = (home.root().join("syncs"), home.root().join("fail"));
    let env = [
        ("LD_PRELOAD", &*library),
        ("SYNCS", log.to_str().unwrap()),
        ("SYNCS_FAIL", fail.to_str().unwrap()),
    ];
    let centre = Centre::open_in(home, NOWHERE, POPPED_AT, &env);
    let client = centre.client();
    let synced = || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        text.lines().filter(|line| line.ends_with("records.db-wal")).count()
    };
    for n in 0..5 {
        let before = synced();
        centre.ask(client.save_note(&eleanor(), None, &format!("note {n}"))).unwrap();
        assert!(synced() > before, "note {n} was said to be saved before it was on the disk");
    }
    // A disk that takes it and cannot keep it.
    std::fs::write(&fail, "").unwrap();
    let lost = centre.ask(client.save_note(&eleanor(), None, "not kept"));
    assert_eq!(lost.unwrap_err(), AskError::NoRecords);
    std::fs::remove_file(&fail).unwrap();
    for n in 0..8 {
        let after = centre.ask(client.save_note(&eleanor(), None, &format!("after {n}")));
        assert!(after.is_ok(), "{after:?}: {}", centre.said());
    }
    let notes = centre.ask(client.notes(&eleanor())).unwrap();
    let said: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
    assert!(!said.contains(&"not kept"), "{said:?}");
}
