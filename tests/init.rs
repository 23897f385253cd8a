//! `norns init` before a running Roundup: from a few questions to a desk that pops a customer of it.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use common::clock::Clock;
use common::desk::{self, POPPED_AT, norns, until};
use common::door;
use common::gateway::write_private;
use common::home::Home;
use common::terminal::{Terminal, TerminalSpec};
use common::tracker::{PASSWORD, Tracker};
use norns::connectors::shipped::REAL;
use serde_json::json;

/// A tracker that knows Ana.
async fn tracker() -> Tracker {
    let tracker = Tracker::start();
    let ana = json!({
        "username": "ana", "realname": "Ana Petrov", "phone": "0113 496 0142",
        "address": "ana.petrov@mail.example",
    });
    let ana = tracker.make("user", ana).await;
    let issue =
        json!({ "title": "Slow line", "nosy": [ana], "status": "chatting", "priority": "urgent" });
    tracker.make("issue", issue).await;
    tracker
}

fn shipped() -> &'static str {
    REAL.iter().find(|(name, _)| *name == "roundup").unwrap().1
}

/// A connector that a busy machine is no failure for lies there already.
fn patient(home: &Home) {
    let folder = home.config().join("connectors");
    fs::create_dir_all(&folder).unwrap();
    let text = shipped().replacen("[client]", "[client]\ndeadline_ms = 60000", 1);
    fs::write(folder.join("roundup.toml"), text).unwrap();
}

/// `norns init` in a terminal, and how much of what it says is answered.
struct Questions {
    terminal: Terminal,
    answered: usize,
}

impl Questions {
    fn begin(home: &Home, clock: &Clock, arguments: &[&str]) -> Self {
        let args = ["init"].iter().chain(arguments).map(|&arg| arg.to_owned()).collect();
        let spec = TerminalSpec::norns().with("NORNS_CLOCK", clock.socket().display().to_string());
        let spec = TerminalSpec { args, size: (120, 40), home: home.clone(), ..spec };
        Self { terminal: Terminal::start(spec), answered: 0 }
    }

    /// Waits for a question, and answers it.
    #[track_caller]
    fn answer(&mut self, question: &str, answer: &str) {
        self.terminal.until_said_behind(self.answered, question);
        self.answered = self.terminal.bytes().len();
        self.terminal.type_text(answer);
        self.terminal.press("enter");
    }

    /// Answers all that is asked of a tracker but the password.
    #[track_caller]
    fn tell_of(&mut self, tracker: &Tracker) {
        self.answer("for another system [*]:", "roundup");
        self.answer("two letters [CA]:", "GB");
        self.answer("you read hours [America/Toronto]:", "Europe/London");
        self.answer("Its address (ROUNDUP_URL):", &tracker.base);
        self.answer("The user who asks (ROUNDUP_USER):", "admin");
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path().is_dir() {
            true => all.extend(files(&entry.path())),
            false => all.push(entry.path()),
        }
    }
    all.sort();
    all
}

fn names(home: &Home) -> Vec<String> {
    let name = |path: &PathBuf| path.strip_prefix(home.config()).unwrap().display().to_string();
    files(&home.config()).iter().map(name).collect()
}

const WRITTEN: [&str; 4] =
    ["connectors/roundup.toml", "norns.toml", "secrets/ROUNDUP_PASSWORD", "serve.toml"];

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_answers_a_few_questions_and_the_desk_pops_a_customer_of_theirs() {
    let tracker = tracker().await;
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    patient(&home);
    let mut asked = Questions::begin(&home, &clock, &[]);
    asked.answer("for another system [*]:", "nobody's");
    asked.answer("none is called so; * lists them all", "");
    asked.answer("22 Billing database sql-billing", "o");
    asked.answer("Odoo (JSON-RPC) odoo-rpc", "ROUND");
    asked.terminal.until_said("What is in its messages would be one request for each");
    asked.answer("two letters [CA]:", "ZZ");
    asked.answer("no numbering plan is known", "gb");
    asked.answer("you read hours [America/Toronto]:", "Europe/Londn");
    asked.answer("no time zone is called so", "Europe/London");
    asked.answer("Its address (ROUNDUP_URL):", "nowhere at all");
    asked.answer("expected an http or https address", &tracker.base);
    asked.answer("The user who asks (ROUNDUP_USER):", "admin");
    asked.answer("The password (ROUNDUP_PASSWORD), which is not shown:", "wr0ng");
    asked.answer("number or the e-mail of somebody who is in Roundup", "0113 496 0142");
    asked.answer("no answer: not permitted", "yes");
    asked.answer("Its address (ROUNDUP_URL):", &tracker.base);
    asked.answer("The user who asks (ROUNDUP_USER):", "admin");
    asked.answer("The password (ROUNDUP_PASSWORD), which is not shown:", PASSWORD);
    asked.answer("number or the e-mail of somebody who is in Roundup", "0113 496 0199");
    asked.terminal.until_said("nobody was found");
    assert_eq!(names(&home).len(), 1, "nothing is written before the last question");
    asked.answer("nobody was found", "0113 496 0142");
    asked.terminal.until_said("GET /rest/data/user?phone=01&phone=42");
    asked.terminal.until_said("Ana Petrov (agrees on phone)");
    let mut desk = asked.terminal;
    desk.until_shown("PRESENT");
    let said = desk.said();
    assert!(!said.contains(PASSWORD) && !said.contains("wr0ng"), "{said}");
    assert_eq!(names(&home), WRITTEN);
    for file in files(&home.config().join("secrets")) {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&file).unwrap().trim(), PASSWORD);
    }
    let serve = fs::read_to_string(home.config().join("serve.toml")).unwrap();
    assert!(!serve.contains(PASSWORD), "{serve}");

    let bell = home.run().join("pop.sock");
    until("a bell", || UnixStream::connect(&bell).is_ok());
    let popped = norns(&home, &clock, &["pop", "--ani", "01134960142", "--call", "c-1"]);
    assert_eq!(popped.status.code(), Some(0), "{popped:?}");
    desk.until_shown("Ana Petrov");
    desk.press("enter");
    desk.until_shown("Slow line");
    let checked = norns(&home, &clock, &["check"]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    desk.press("q");
    desk.until_said("norns");
    assert_eq!(desk.exit_status().exit_code(), 0);
    desk.assert_restored();

    // The next day, the desk is opened as always.
    let again = desk::start(&home, &clock, (120, 40), &[]);
    until("a bell", || UnixStream::connect(&bell).is_ok());
    let popped = norns(&home, &clock, &["pop", "--ani", "01134960142", "--call", "c-2"]);
    assert_eq!(popped.status.code(), Some(0), "{popped:?}");
    again.until_shown("Ana Petrov");
    let shown = norns(&home, &clock, &["show", "0113 496 0142", "--present"]);
    let said = String::from_utf8(shown.stdout).unwrap();
    assert!(said.contains("Ana Petrov"), "the desk's own gateway is asked: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interruption_leaves_nothing_and_the_terminal_as_it_was() {
    let tracker = Tracker::start();
    for nth in 0..3 {
        let home = Home::new();
        let clock = Clock::start(home.root(), POPPED_AT);
        let mut asked = Questions::begin(&home, &clock, &[]);
        asked.tell_of(&tracker);
        asked.terminal.until_said("which is not shown:");
        asked.terminal.type_text("s3c");
        match nth {
            0 => asked.terminal.send(&[3]),
            1 => {
                asked.terminal.type_text("ret\r");
                asked.terminal.until_said("or Enter for nobody:");
                asked.terminal.send(&[3]);
            }
            _ => asked.terminal.hang_up(),
        }
        let status = asked.terminal.ended();
        assert!(!status.success(), "{status:?}");
        assert!(names(&home).is_empty(), "{:?}", names(&home));
        if nth < 2 {
            asked.terminal.assert_restored();
            assert!(!asked.terminal.said().contains("s3c"));
        }
    }
}

/// `norns init` without a terminal: its exit code, and all that it says.
fn piped(home: &Home, arguments: &[&str], answers: &str) -> (Option<i32>, String) {
    let mut command = home.command(&[&["init"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_may_come_from_a_pipe_or_from_flags_and_nothing_is_replaced_unasked() {
    let tracker = tracker().await;
    let home = Home::new();
    let address = format!("ROUNDUP_URL={}", tracker.base);
    let lines = format!("roundup\nGB\nEurope/London\n{}\nadmin\n{PASSWORD}\n", tracker.base);
    let (code, said) = piped(&home, &[], &lines);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("the answers end before the last question; nothing is written"),
        "{said}"
    );
    assert!(names(&home).is_empty());
    let (code, said) = piped(&home, &[], &format!("{lines}\n"));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("The desk on it: norns\n"), "{said}");
    assert_eq!(names(&home), WRITTEN);
    assert_eq!(fs::read_to_string(home.config().join(WRITTEN[0])).unwrap(), shipped());

    let secret = home.root().join("secret");
    write_private(&secret, PASSWORD);
    let password = format!("ROUNDUP_PASSWORD=@{}", secret.display());
    let flags: Vec<&str> =
        ["system=roundup", "country=DE", &address, "ROUNDUP_USER=admin", &password]
            .into_iter()
            .flat_map(|answer| ["--answer", answer])
            .chain(["--yes"])
            .collect();
    let before: Vec<Vec<u8>> = files(&home.config()).iter().map(|p| fs::read(p).unwrap()).collect();
    let (code, said) = piped(&home, &flags, "");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("serve.toml stays as it is."), "{said}");
    assert!(said.contains("ROUNDUP_COUNTRY = \"DE\"") && !said.contains(PASSWORD), "{said}");
    let after: Vec<Vec<u8>> = files(&home.config()).iter().map(|p| fs::read(p).unwrap()).collect();
    assert_eq!(before, after);
    let (code, said) = piped(&home, &[&flags[..], &["--answer", "replace=yes"]].concat(), "");
    assert_eq!(code, Some(0), "{said}");
    let serve = fs::read_to_string(home.config().join("serve.toml")).unwrap();
    assert!(serve.contains("ROUNDUP_COUNTRY = \"DE\""), "{serve}");

    let spoken = format!("ROUNDUP_PASSWORD={PASSWORD}");
    for (more, expected) in [
        (["--answer", &*spoken], "everybody on this machine can read a command line"),
        (["--answer", "ROUNDUP_PORT=1"], "nothing asks for ROUNDUP_PORT"),
        (["--answer", "try=0113 496 0199"], "nobody was found"),
        (["--answer", "system=o"], "several connectors are called like this"),
        (["--answer", "country=ZZ"], "no numbering plan is known"),
    ] {
        let home = Home::new();
        let (code, said) = piped(&home, &[&flags[..], &more].concat(), "");
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(expected) && !said.contains(PASSWORD), "{expected}: {said}");
        assert!(names(&home).is_empty(), "{expected}: {:?}", names(&home));
    }
}

/// A connector to a source that gives a new refresh token at each login.
const ROTATING: &str = r#"# A CRM.
id = "CRM"
title = "CRM"
[client]
base_url = "${CRM_URL}"
auth = { type = "oauth2", grant = "refresh_token", token_url = "${CRM_URL}/token", client_id = "me", refresh_token = "${CRM_TOKEN}" }
[record]
id = "id"
name = "name"
contacts = [{ each = "mail", kind = { value = "e-mail" }, value = "." }]
[[lookups]]
by = "email"
endpoint = { path = "/people", query = { mail = "{{ email }}" }, data_selector = "." }
"#;

/// A home with that connector beside its settings to be.
fn rotating() -> Home {
    let home = Home::new();
    let connectors = home.config().join("connectors");
    fs::create_dir_all(&connectors).unwrap();
    fs::write(connectors.join("crm.toml"), ROTATING).unwrap();
    home
}

/// What comes of it where all is answered beforehand.
fn set_up(home: &Home, url: &str) -> (Option<i32>, String) {
    let token = home.root().join("token");
    write_private(&token, "r0");
    let (address, token) = (format!("CRM_URL={url}"), format!("CRM_TOKEN=@{}", token.display()));
    let answers = ["system=crm", "country=GB", &address, &token, "try=ana@mail.example"];
    let flags: Vec<&str> =
        answers.into_iter().flat_map(|answer| ["--answer", answer]).chain(["--yes"]).collect();
    piped(home, &flags, "")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_the_trial_brings_is_the_one_that_the_gateway_logs_in_with() {
    let (door, url) = door::open().await;
    let home = rotating();
    let (code, said) = set_up(&home, &url);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(door.lock().unwrap().logins, 1);
    let records = home.state().join("records.db");
    let kept = records.with_extension("tokens").join("CRM");
    assert!(said.contains("That one is kept at once") && !said.contains("r1"), "{said}");
    assert!(fs::read_to_string(&kept).unwrap().ends_with("\nr1\n"));
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    // The gateway of these settings, and whoever tries by them, go on from there.
    let settings = home.config().join("serve.toml").display().to_string();
    let file = home.config().join("connectors/crm.toml").display().to_string();
    let tried = home.output(&[
        "connector",
        "try",
        &file,
        "--email",
        "ana@mail.example",
        "--config",
        &settings,
    ]);
    assert_eq!(tried.status.code(), Some(0), "{tried:?}");
    let door = door.lock().unwrap();
    assert_eq!((door.logins, door.ended), (2, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_tried_where_a_new_refresh_token_could_not_be_kept() {
    let (door, url) = door::open().await;
    let home = rotating();
    let folder = home.state().join("records.tokens");
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let (code, said) = set_up(&home, &url);
    assert_eq!((code, door.lock().unwrap().logins), (Some(1), 0), "{said}");
    assert!(said.contains("nothing was asked, so that none is lost"), "{said}");
    assert_eq!(names(&home), ["connectors/crm.toml"]);
}

#[test]
fn what_has_no_usual_answer_is_not_asked_for_ever_where_nobody_is_there() {
    let home = Home::new();
    let mut command = home.command(&["init", "--yes"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut said = String::new();
    let all = 100_000;
    child.stdout.take().unwrap().take(all).read_to_string(&mut said).unwrap();
    // It may be saying the same for ever.
    child.kill().ok();
    let output = child.wait_with_output().unwrap();
    assert!(said.len() < 10_000, "{}", said.len());
    let trouble = String::from_utf8(output.stderr).unwrap();
    assert!(trouble.contains("--answer system=NAME; nothing is written"), "{trouble}");
    assert!(names(&home).is_empty());
}

#[test]
fn a_system_without_a_connector_gets_one_to_begin_with() {
    let home = Home::new();
    let flags = ["--yes", "--answer", "system=own", "--answer", "name=helpdesk"];
    let (code, said) = piped(&home, &flags, "");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("norns connector try"), "{said}");
    assert_eq!(names(&home), ["connectors/helpdesk.toml"]);
    let file = home.config().join("connectors/helpdesk.toml").display().to_string();
    let checked = home.output(&["connector", "check", &file]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains("HELPDESK, helpdesk"), "{said}");
}
