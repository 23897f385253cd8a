//! `norns connector do`: a write by hand, against a system of the sample company over HTTP.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::path::Path;
use std::process::Output;

use common::desk::POPPED_AT;
use common::home::Home;
use norns::sample::Sample;
use norns::sample::fault::Fault;
use norns::sample::server::Latency;
use tokio::runtime::Runtime;

/// The CRM, and somebody at a shell.
struct Shell {
    home: Home,
    sample: Sample,
    runtime: Runtime,
    file: String,
}

impl Shell {
    fn open() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let runtime = Runtime::new().unwrap();
        let now = POPPED_AT.parse().unwrap();
        let sample = runtime.block_on(Sample::start(42, 7, now, Latency::None)).unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/crm.toml");
        Self { home: Home::new(), sample, runtime, file: file.display().to_string() }
    }

    /// Does it, and returns the exit code and all that was said.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command =
            self.home.command(&[&["connector", "do", &self.file], arguments].concat());
        command.envs(self.sample.variables().iter().cloned());
        let Output { status, stdout, stderr } = command.output().unwrap();
        let said = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(!said.contains(&self.variable("CRM_TOKEN")), "a credential is told: {said}");
        (status.code().unwrap(), said)
    }

    fn variable(&self, wanted: &str) -> String {
        let mut known = self.sample.variables().iter();
        known.find(|(name, _)| name == wanted).unwrap().1.clone()
    }

    /// How many notes of the CRM have this text.
    fn notes(&self, text: &str) -> usize {
        let place = "/api/people/C-20417/notes?per_page=200";
        let url = format!("{}{place}", self.variable("CRM_URL"));
        let asked = reqwest::Client::new().get(url).bearer_auth(self.variable("CRM_TOKEN"));
        let answer = async { asked.send().await.unwrap().text().await.unwrap() };
        self.runtime.block_on(answer).matches(text).count()
    }
}

const PERSON: [&str; 2] = ["--input", "person=C-20417"];
const TEXT: [&str; 2] = ["--input", "text=charged twice, told by phone"];

fn key_of(said: &str) -> String {
    said.lines().find_map(|line| line.strip_prefix("key ")).unwrap().to_owned()
}

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let shell = Shell::open();
    let (code, said) = shell.run(&[&["note", "--dry-run"], &PERSON[..], &TEXT[..]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("POST /api/people/C-20417/notes"), "{said}");
    assert!(said.contains("charged twice, told by phone"), "{said}");
    assert!(said.ends_with("nothing was sent\n"), "{said}");
    assert_eq!(shell.notes("told by phone"), 0);
}

#[test]
fn what_is_written_is_told_with_its_key_and_the_same_key_writes_nothing_twice() {
    let shell = Shell::open();
    let note = [&["note"], &PERSON[..], &TEXT[..]].concat();
    let (code, said) = shell.run(&note);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("done, as N-900001"), "{said}");
    assert_eq!(shell.notes("told by phone"), 1);
    let key = key_of(&said);
    let (code, said) = shell.run(&[&note[..], &["--key", &key]].concat());
    assert_eq!((code, key_of(&said)), (0, key), "{said}");
    assert!(said.contains("N-900001"), "{said}");
    assert_eq!(shell.notes("told by phone"), 1);
    let (code, said) = shell.run(&note);
    assert_eq!((code, shell.notes("told by phone")), (0, 2), "a new key is a new note: {said}");
}

#[test]
fn a_lost_answer_is_unknown_and_its_key_finds_what_was_written() {
    let shell = Shell::open();
    let note = [&["note"], &PERSON[..], &TEXT[..]].concat();
    shell.sample.fault("CRM", Fault::Truncated);
    let (code, said) = shell.run(&note);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("unknown, check there"), "{said}");
    assert!(said.contains("the same `--key` finds what was written"), "{said}");
    shell.sample.fault("CRM", Fault::Ok);
    let (code, said) = shell.run(&[&note[..], &["--key", &key_of(&said)]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("N-900001"), "{said}");
    assert_eq!(shell.notes("told by phone"), 1);
}

#[test]
fn what_is_refused_fails_and_what_cannot_be_asked_is_wrong_usage() {
    let shell = Shell::open();
    let (person, text) = (&PERSON[..], &TEXT[..]);
    for (arguments, code, expected) in [
        ([&["note"], person].concat(), 1, "Note: it is needed"),
        ([&["note", "--dry-run"], person].concat(), 1, "nothing would be sent"),
        ([&["note", "--input", "person=C-0"], text].concat(), 1, "refused: "),
        ([&["note", "--input", "shoe=9"], person, text].concat(), 1, "it takes no such input"),
        ([&["close"], person, text].concat(), 1, "has no such action; it can do note"),
        ([&["note", "--input", "text"], person].concat(), 64, "NAME=VALUE"),
        ([&["note"], person, person, text].concat(), 64, "an input is given twice"),
        ([&["note", "--key", "short"], person, text].concat(), 64, "32 hexadecimal digits"),
        (vec![], 64, "ACTION"),
    ] {
        let (exit, said) = shell.run(&arguments);
        assert_eq!(exit, code, "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    shell.sample.fault("CRM", Fault::TooMany);
    let (code, said) = shell.run(&[&["note"], person, text].concat());
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("refused: ") && said.contains("nothing was written"), "{said}");
    shell.sample.fault("CRM", Fault::Ok);
    assert_eq!(shell.notes("told by phone"), 0, "nothing of all this was written");
}
