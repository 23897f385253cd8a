//! What is wrong in files of settings: `norns check` tells it with its place, and the program that
//! would use them tells the same. Each file of `tests/broken` has one kind of fault; its first
//! lines say where it goes and what is done to it, and `.expected` beside it has what is said.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use common::desk::Desk;
use common::home::Home;
use norns::connectors::shipped::REAL;

/// Stands in every secret of the corpus, and in what is written where none belongs.
const SECRET: &str = "S3CRET";
/// A good token.
const TOKEN: &str = "S3CRET-0123456789abcdef0123456789abcdef";

/// A fault of the corpus, at its place in a new home.
struct Fault {
    name: String,
    home: Home,
    /// Where the file lies, from the folder of settings.
    at: String,
    expected: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

fn corpus() -> Vec<Fault> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().to_str()?.strip_suffix(".toml").map(str::to_owned)
        })
        .collect();
    names.sort();
    names.into_iter().map(|name| Fault::plant(&name)).collect()
}

impl Fault {
    fn plant(name: &str) -> Self {
        let home = Home::new();
        let root = home.root().display().to_string();
        let bytes = fs::read(folder().join(format!("{name}.toml"))).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let orders = text.lines().map_while(|line| line.strip_prefix("# "));
        let orders: Vec<(&str, &str)> = orders.filter_map(|line| line.split_once(": ")).collect();
        let at = orders.iter().find(|(order, _)| *order == "at").unwrap().1.to_owned();
        let path = home.config().join(&at);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => text.replace("@/", &format!("{root}/")).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        fs::write(&path, &bytes).unwrap();
        for (order, what) in orders {
            match (order, what) {
                ("make", "huge") => {
                    fs::write(&path, [bytes.clone(), vec![b'#'; 300 * 1024]].concat()).unwrap();
                }
                ("make", "folder") => {
                    fs::remove_file(&path).unwrap();
                    fs::create_dir(&path).unwrap();
                }
                ("make", "loop") => {
                    fs::remove_file(&path).unwrap();
                    symlink(&path, &path).unwrap();
                }
                ("make", "writable") => {
                    fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
                }
                ("secret", what) => secret(&home, what),
                ("at", _) => {}
                other => panic!("{name}: {other:?} is no order"),
            }
        }
        let expected = fs::read_to_string(folder().join(format!("{name}.expected")));
        Self { name: name.to_owned(), home, at, expected: expected.unwrap_or_default() }
    }

    /// What a command says, with this home's folders called `@`.
    fn said(&self, bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).replace(&self.home.root().display().to_string(), "@")
    }

    /// The sentences that are expected, with the files as the desk calls them.
    fn sentences(&self) -> Vec<String> {
        let short = |line: &str| line.replace(&format!("@/config/norns/{}", self.at), &self.at);
        self.expected.lines().map(short).collect()
    }
}

/// Writes a secret: its file, mode, and whether it is too short or empty.
fn secret(home: &Home, what: &str) {
    let words: Vec<&str> = what.split(' ').collect();
    let path = home.root().join(words[0]);
    let text = match words.get(2) {
        Some(&"short") => SECRET,
        Some(_) => "\n",
        None => TOKEN,
    };
    fs::write(&path, text).unwrap();
    let mode = u32::from_str_radix(words[1], 8).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn each_fault_is_told_with_its_place_and_what_helps_and_no_secret() {
    let corpus = corpus();
    assert!(corpus.len() >= 30);
    for fault in corpus {
        let output = fault.home.output(&["check"]);
        let (said, complaint) = (fault.said(&output.stdout), fault.said(&output.stderr));
        if std::env::var_os("NORNS_BLESS").is_some() {
            fs::write(folder().join(format!("{}.expected", fault.name)), &said).unwrap();
            continue;
        }
        assert_eq!(said, fault.expected, "{}: {complaint}", fault.name);
        assert_eq!(output.status.code(), Some(1), "{}", fault.name);
        assert_eq!(complaint, "", "{}", fault.name);
        assert!(!said.contains(SECRET), "{}: {said}", fault.name);
        for line in said.lines() {
            let helps = line.contains("; ") || line.contains(": expected ");
            assert!(helps || fault.at.starts_with("connectors/"), "{}: {line}", fault.name);
        }
        let json = fault.home.output(&["check", "--json"]);
        assert_eq!(json.status.code(), Some(1));
        let told: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(told["problems"].as_array().unwrap().len(), said.lines().count());
        let text = fault.said(&json.stdout);
        assert!(!text.contains(SECRET), "{}: {text}", fault.name);
    }
}

#[test]
fn the_program_says_the_same_at_its_start() {
    for fault in corpus() {
        match fault.at.split('/').next().unwrap() {
            "norns.toml" => desk_refuses(&fault),
            "serve.toml" => gateway_refuses(&fault, "serve.toml"),
            "connectors" => {
                let text = format!(
                    "[listen]\ntcp = \"127.0.0.1:0\"\n[store]\npath = \"{0}/r.db\"\n[[sources]]\n\
                     connector = \"mine\"\n[variables]\nMINE_URL = \"http://127.0.0.1:9\"\n\
                     [[agents]]\nname = \"ana\"\nrole = \"billing\"\nuid = 4711\n",
                    fault.home.root().display()
                );
                fs::write(fault.home.root().join("config/norns/serve.toml"), text).unwrap();
                gateway_refuses(&fault, "serve.toml");
            }
            _ => {}
        }
    }
}

/// A desk whose own file is wrong does not open; what it names may be wrong, and it opens all the
/// same: see below.
fn desk_refuses(fault: &Fault) {
    let output = fault.home.output(&[]);
    let said = fault.said(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{}: {said}", fault.name);
    assert!(!said.contains("panicked") && !said.contains(SECRET), "{}: {said}", fault.name);
    if OPENS.contains(&fault.name.as_str()) {
        assert_eq!(said, "norns: the desk needs a terminal for its input and its output\n");
        return;
    }
    let expected: String = fault.expected.lines().map(|line| format!("norns: {line}\n")).collect();
    assert_eq!(said, expected, "{}", fault.name);
}

fn gateway_refuses(fault: &Fault, file: &str) {
    let path = fault.home.config().join(file).display().to_string();
    let output = fault.home.output(&["serve", "--config", &path]);
    let said = fault.said(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{}: {said}", fault.name);
    assert!(!said.contains("panicked") && !said.contains(SECRET), "{}: {said}", fault.name);
    let expected: String =
        fault.sentences().iter().map(|line| format!("norns: {line}\n")).collect();
    let short = said.replace(&format!("@/config/norns/{}", fault.at), &fault.at);
    assert_eq!(short, expected, "{}", fault.name);
}

/// Faults of `norns.toml` that cost only what it names.
const OPENS: [&str; 6] = [
    "desk-unknown-theme",
    "desk-unknown-keymap",
    "desk-token-missing",
    "desk-token-readable",
    "desk-no-gateway",
    "desk-two-gateways",
];

#[test]
fn a_desk_with_a_fault_in_a_keymap_or_theme_opens_and_says_it() {
    for fault in corpus() {
        let named = fault.at.starts_with("keymaps/") || fault.at.starts_with("themes/");
        let opens = OPENS.contains(&fault.name.as_str());
        if !(named || opens) || fault.at.contains(' ') {
            continue;
        }
        if named {
            let kind = if fault.at.starts_with("keymaps/") { "keymap" } else { "theme" };
            let text = format!("[desk]\n{kind} = \"mine\"\n");
            fs::write(fault.home.config().join("norns.toml"), text).unwrap();
        }
        let first = fault.sentences()[0].replace('@', &fault.home.root().display().to_string());
        let mut desk = Desk::of(fault.home.clone(), (240, 50), &[]);
        desk.terminal.until(&first, |screen| {
            let rows = screen.rows();
            rows.iter().any(|row| row.contains(&first))
        });
        assert!(!desk.terminal.text().contains(SECRET), "{}", fault.name);
        desk.terminal.press("f1");
        desk.terminal.until_shown("EVERY KEY");
        desk.terminal.press("ctrl-c");
        desk.terminal.exit_status();
    }
}

#[test]
fn a_file_that_is_not_there_and_a_value_that_nobody_set_are_told_with_what_helps() {
    let home = Home::new();
    let refused = |arguments: &[&str]| {
        let output = home.output(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    for arguments in [
        &["connector", "check", "nowhere.toml"][..],
        &["connector", "try", "nowhere.toml", "--id", "1"],
        &["bridge", "asterisk", "--config", "nowhere.toml"],
    ] {
        let said = refused(arguments);
        assert!(said.contains("nowhere.toml: there is no such file; is the path right?"), "{said}");
    }
    // A folder lies where the journal would be.
    fs::create_dir_all(home.state().join("pops")).unwrap();
    let said = refused(&["pop", "4165550142"]);
    assert!(said.contains("the call cannot be kept in") && said.contains("norns doctor"), "{said}");
    let file = home.root().join("zammad.toml");
    let (_, text) = REAL.iter().find(|(name, _)| *name == "zammad").unwrap();
    std::fs::write(&file, text).unwrap();
    let said = refused(&["connector", "try", &file.display().to_string(), "--id", "1"]);
    assert!(said.contains("`ZAMMAD_URL` is not set; export it, or name"), "{said}");
}
