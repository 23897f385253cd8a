//! Files that another system drops: whole ones are found in by any spelling, torn ones wait, and
//! whatever is in them stays text.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/planted.rs"]
mod planted;

use std::fs::{File, rename, write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use encoding_rs::WINDOWS_1252;
use jiff::{SignedDuration, Timestamp};
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key};
use norns::domain::text::CleanText;
use planted::{Planted, prove_hostile};

const HEAD: &str = "customer,account,name,phone,mobile,email,status,segment,since,note\n";

/// A folder in which files are dropped, and the time there.
struct Folder {
    home: tempfile::TempDir,
    now: Arc<Mutex<Timestamp>>,
}

impl Folder {
    fn new() -> Self {
        let now = Arc::new(Mutex::new("2026-11-02T15:04:00Z".parse().unwrap()));
        Self { home: tempfile::tempdir().unwrap(), now }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Drops a file that was written so many seconds ago.
    fn drop(&self, name: &str, bytes: impl AsRef<[u8]>, ago_s: i64) {
        let part = self.at("part");
        write(&part, bytes).unwrap();
        self.age(&part, ago_s);
        rename(part, self.at(name)).unwrap();
    }

    fn age(&self, file: &Path, ago_s: i64) {
        let at = *self.now.lock().unwrap() - SignedDuration::from_secs(ago_s);
        let seconds = Duration::from_secs(at.as_second().try_into().unwrap());
        let file = File::options().write(true).open(file).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + seconds).unwrap();
    }

    fn pass(&self, seconds: i64) {
        *self.now.lock().unwrap() += SignedDuration::from_secs(seconds);
    }

    fn source(&self) -> ConnectorSource {
        self.source_with("")
    }

    /// `more` is said of the files.
    fn source_with(&self, more: &str) -> ConnectorSource {
        let (_, text) = REAL.iter().find(|(name, _)| *name == "csv-drop").unwrap();
        let address = format!("file://{}/customers-*.csv", self.home.path().display());
        let variable = |name: &str| match name {
            "CSV_URL" => Some(address.clone()),
            "CSV_COUNTRY" => Some(planted::COUNTRY.into()),
            _ => None,
        };
        let mut connector =
            Connector::read("csv-drop.toml", &format!("{text}\n{more}"), &variable).unwrap();
        // A machine under load is not what is tried here.
        connector.deadline = Duration::from_secs(60);
        let now = self.now.clone();
        let now = Arc::new(move || *now.lock().unwrap());
        ConnectorSource::new(connector, &Shared::new(now)).unwrap()
    }
}

fn id(key: &str) -> Key {
    Key::Id(CustomerId::parse(&format!("CSV:{key}")).unwrap())
}

fn row(customer: &str, name: &str, note: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    format!("{customer},,{},,,,,,,{}\n", quoted(name), quoted(note))
}

/// The name that the file gives to a customer; nothing where there is no answer.
async fn name(source: &ConnectorSource, customer: &str) -> Option<String> {
    let found = source.look_up(&id(customer)).await.ok()?;
    found.records.first().map(|record| record.name.to_string())
}

fn planted_as(world: &Planted, delimiter: &str) -> (String, Vec<String>) {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut file = HEAD.replace(',', delimiter);
    for (nth, person) in world.people.iter().enumerate() {
        let phone = person.phone.as_deref().unwrap_or_default();
        let mobile = person.mobile.as_deref().unwrap_or_default();
        let email = person.email.as_deref().unwrap_or_default();
        let number = nth.to_string();
        let values = [&*number, "", &person.name, phone, mobile, email, "", "", "", ""];
        file += &(values.map(quoted).join(delimiter) + "\r\n");
    }
    (file, (0..world.people.len()).map(|nth| nth.to_string()).collect())
}

#[tokio::test]
async fn nobody_is_missed_and_no_stranger_shown_in_any_encoding_and_with_any_delimiter() {
    let world = Planted::grow(13, 400);
    let good = world.questions().into_iter().find(|question| !question.who.is_empty()).unwrap();
    for delimiter in [",", ";", "\t", "|"] {
        let folder = Folder::new();
        let (text, ids) = planted_as(&world, delimiter);
        folder.drop("customers-1.csv", format!("\u{feff}{text}"), 60);
        let source = folder.source();
        world.prove(&source, &ids).await;
        prove_hostile(&source, &good.key()).await;
        let filters = source.filters().await;
        assert!(filters.are_proven(), "{filters:?}");
    }
    let folder = Folder::new();
    let (text, ids) = planted_as(&world, ";");
    let western = WINDOWS_1252.encode(&text).0.into_owned();
    assert!(std::str::from_utf8(&western).is_err());
    folder.drop("customers-1.csv", western, 60);
    let source = folder.source();
    world.prove(&source, &ids).await;
    let jürgen = world.people.iter().position(|person| person.name.starts_with("Jürgen")).unwrap();
    let said = name(&source, &jürgen.to_string()).await;
    assert_eq!(said.as_ref(), Some(&world.people[jürgen].name));
    // Where UTF-8 is declared, a file that is none is not taken.
    let strict = folder.source_with("[csv]\nencoding = \"utf-8\"");
    assert_eq!(name(&strict, "1").await, None);
}

#[tokio::test]
async fn the_newest_complete_file_answers_and_a_torn_one_waits() {
    let folder = Folder::new();
    let source = folder.source();
    let none = source.look_up(&id("7")).await.unwrap_err();
    assert_eq!(none.why.as_str(), "no complete file is there");
    folder.drop("customers-1.csv", HEAD.to_owned() + &row("7", "First", ""), 600);
    assert_eq!(name(&source, "7").await.as_deref(), Some("First"));
    // Half written: it has no end yet.
    let second = HEAD.to_owned() + &row("7", "Second", "");
    folder.drop("customers-2.csv", &second[..second.len() - 1], 60);
    assert_eq!(name(&source, "7").await.as_deref(), Some("First"));
    // It has one, and was changed a moment ago.
    folder.drop("customers-2.csv", &second, 0);
    assert_eq!(name(&source, "7").await.as_deref(), Some("First"));
    folder.pass(5);
    assert_eq!(name(&source, "7").await.as_deref(), Some("Second"));
    // Replaced in place, and torn: what was read before answers until it is whole.
    write(folder.at("customers-2.csv"), &second[..20]).unwrap();
    folder.age(&folder.at("customers-2.csv"), 3);
    assert_eq!(name(&source, "7").await.as_deref(), Some("Second"));
    folder.drop("customers-2.csv", HEAD.to_owned() + &row("7", "Third", ""), 2);
    assert_eq!(name(&source, "7").await.as_deref(), Some("Third"));
    // Taken away: the one before it is the newest again.
    std::fs::remove_file(folder.at("customers-2.csv")).unwrap();
    assert_eq!(name(&source, "7").await.as_deref(), Some("First"));
    // A file of other columns, and one of another name, are none of these.
    folder.drop("customers-3.csv", "a,b\n1,2\n", 3);
    folder.drop("customers-4.csv.part", HEAD.to_owned() + &row("7", "Part", ""), 3);
    assert_eq!(name(&source, "7").await.as_deref(), Some("First"));
}

#[tokio::test]
async fn how_old_a_file_is_and_how_many_rows_do_not_fit_is_told() {
    let folder = Folder::new();
    let text = HEAD.to_owned() + &row("7", "Ana", "") + "8,too,few\n" + &row("9", "Leo", "");
    folder.drop("customers-1.csv", text + "10,,,,,,,,,,one too many\n", 3_600);
    let source = folder.source();
    let said = report::viewed(&source.view(&[id("7")], 500).await).join("\n");
    assert!(said.contains("2026-11-02T14:04:00Z note file/7: as the nightly file says"), "{said}");
    assert!(said.contains("rows of the file that do not fit: 2"), "{said}");
    assert!(!said.contains("alert"), "{said}");
    assert_eq!(name(&source, "9").await.as_deref(), Some("Leo"));
    assert_eq!(name(&source, "8").await, None);
    folder.pass(48 * 3_600);
    let said = report::viewed(&source.view(&[id("7")], 500).await).join("\n");
    assert!(
        said.contains("alert alert: the nightly file is old: of 2026-11-02T14:04:00Z"),
        "{said}"
    );
}

#[tokio::test]
async fn the_example_is_read_as_it_is() {
    let folder = Folder::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/csv-drop/example.csv");
    folder.drop("customers-1.csv", std::fs::read(example).unwrap(), 60);
    let source = folder.source();
    assert_eq!(name(&source, "7732").await.as_deref(), Some("O'Brien, Leo"));
    let account = source.look_up(&Key::Account(CleanText::line("A-7731-02"))).await.unwrap();
    assert_eq!(account.records[0].name.as_str(), "Ana Petrov");
    let said = report::viewed(&source.view(&[id("7731")], 500).await).join("\n");
    assert!(said.contains("  Asked for paper bills / until spring"), "{said}");
    assert!(said.contains("rows of the file that do not fit: 0"), "{said}");
}

#[tokio::test]
async fn whatever_is_in_a_file_stays_text() {
    let folder = Folder::new();
    let formula = "=HYPERLINK(\"http://evil.example\",\"x\")";
    let text = HEAD.to_owned()
        + &row("1", formula, "first line\nsecond, \"quoted\" line")
        + &row("2", "A\u{1b}[31mRed\u{7}\u{202e}", "\u{0}\u{1b}]52;c;eA==\u{7}")
        + &row("3", "@SUM(A1)", "-1+1");
    folder.drop("customers-1.csv", text, 60);
    let source = folder.source();
    assert_eq!(name(&source, "1").await.as_deref(), Some(formula));
    assert_eq!(name(&source, "3").await.as_deref(), Some("@SUM(A1)"));
    let said = report::viewed(&source.view(&[id("1")], 500).await).join("\n");
    assert!(said.contains("first line / second, \"quoted\" line"), "{said}");
    let red = name(&source, "2").await.unwrap();
    assert_eq!(red, CleanText::line("A\u{1b}[31mRed\u{7}\u{202e}").to_string());
    let said = report::viewed(&source.view(&[id("2")], 500).await).join("");
    assert!(!said.chars().any(char::is_control), "{said:?}");
}

#[tokio::test]
async fn a_huge_file_is_read_to_its_limit_and_no_further() {
    let folder = Folder::new();
    folder.drop("customers-1.csv", HEAD.to_owned() + &row("7", "Small", ""), 600);
    let mut huge = HEAD.to_owned();
    for nth in 0..40_000 {
        huge += &row(&nth.to_string(), "Huge", "xxxxxxxxxxxxxxxxxxxxxxxx");
    }
    assert!(huge.len() > 1024 * 1024);
    folder.drop("customers-2.csv", &huge, 60);
    let limited = folder.source_with("[csv]\nlargest_mb = 1");
    assert_eq!(name(&limited, "7").await.as_deref(), Some("Small"));
    let source = folder.source();
    assert_eq!(name(&source, "39999").await.as_deref(), Some("Huge"));
    assert_eq!(name(&source, "40000").await, None);
}
