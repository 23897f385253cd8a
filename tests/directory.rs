//! The connector to directories before a real OpenLDAP, filled here with people whose truth is
//! known. It is an instance of its own: the system's is not touched.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/authority.rs"]
mod authority;
#[path = "common/planted.rs"]
mod planted;
#[path = "common/systems.rs"]
mod systems;

use std::fmt::Write;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use authority::{Authority, Certificate};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key};
use norns::domain::phone::Number;
use norns::domain::text::CleanText;
use planted::{Planted, prove_hostile};
use systems::System;
use tokio::net::TcpStream;

const BASE: &str = "dc=desk,dc=example";
const READER: &str = "cn=norns,dc=desk,dc=example";
const PASSWORD: &str = "s3cret";

/// An entry below the base: its name there, and its attributes.
type Entry = (String, Vec<(&'static str, String)>);

/// A running directory.
struct Directory {
    home: tempfile::TempDir,
    port: u16,
    /// Where it speaks TLS from the first byte on.
    secure: u16,
    system: Option<System>,
}

/// Debian keeps it where only the system's own path leads.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    let found = folders.map(|folder| folder.join(name)).find(|file| file.exists());
    found.unwrap_or_else(|| panic!("{name} is not installed: apt-get install slapd"))
}

impl Directory {
    /// With these entries; `more` is said in its configuration.
    async fn start(entries: &[Entry], more: &str) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), entries, more).await
    }

    /// The same, speaking TLS with this certificate.
    async fn certified(entries: &[Entry], certificate: &Certificate) -> Self {
        let home = tempfile::tempdir().unwrap();
        let [file, key] = certificate.put(home.path());
        let more = format!(
            "TLSCertificateFile {}\nTLSCertificateKeyFile {}",
            file.display(),
            key.display()
        );
        Self::in_folder(home, entries, &more).await
    }

    async fn in_folder(home: tempfile::TempDir, entries: &[Entry], more: &str) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let place = home.path().display();
        std::fs::create_dir(home.path().join("db")).unwrap();
        let settings = format!(
            "include /etc/ldap/schema/core.schema\n\
             include /etc/ldap/schema/cosine.schema\n\
             include /etc/ldap/schema/inetorgperson.schema\n\
             modulepath /usr/lib/ldap\nmoduleload back_mdb\n{more}\n\
             database mdb\nsuffix \"{BASE}\"\ndirectory {place}/db\nmaxsize 33554432\n\
             access to attrs=userPassword by anonymous auth by * none\n\
             access to * by dn.exact=\"{READER}\" read by * none\n"
        );
        std::fs::write(home.path().join("slapd.conf"), settings).unwrap();
        let mut ldif = format!(
            "dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Desk\ndc: desk\n\n\
             dn: {READER}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\n\
             cn: norns\nuserPassword: {PASSWORD}\n\n"
        );
        for (name, attributes) in entries {
            writeln!(ldif, "dn: {name},{BASE}").unwrap();
            for (attribute, value) in attributes {
                writeln!(ldif, "{attribute}:: {}", BASE64_STANDARD.encode(value)).unwrap();
            }
            ldif.push('\n');
        }
        let file = home.path().join("people.ldif");
        std::fs::write(&file, ldif).unwrap();
        let loaded = Command::new(program("slapadd"))
            .arg("-f")
            .arg(home.path().join("slapd.conf"))
            .arg("-l")
            .arg(&file)
            .output()
            .unwrap();
        assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
        let mut directory =
            Self { home, port: systems::port(), secure: systems::port(), system: None };
        directory.go().await;
        directory
    }

    async fn go(&mut self) {
        let mut doors = format!("ldap://127.0.0.1:{}", self.port);
        if self.home.path().join("server.pem").exists() {
            write!(doors, " ldaps://127.0.0.1:{}", self.secure).unwrap();
        }
        let mut system = System::start(
            Command::new(program("slapd"))
                .arg("-f")
                .arg(self.home.path().join("slapd.conf"))
                .args(["-h", &doors, "-d", "0"])
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        let place = ("127.0.0.1", self.port);
        system.until_up(String::new, async || TcpStream::connect(place).await.ok()).await;
        self.system = Some(system);
    }

    fn stop(&mut self) {
        self.system = None;
    }

    fn address(&self) -> String {
        format!("ldap://127.0.0.1:{}/{BASE}", self.port)
    }

    fn source(&self) -> ConnectorSource {
        source(&self.address(), PASSWORD)
    }
}

fn source(address: &str, password: &str) -> ConnectorSource {
    let (_, text) = REAL.iter().find(|(name, _)| *name == "ldap-directory").unwrap();
    let variable = |name: &str| match name {
        "LDAP_URL" => Some(address.to_owned()),
        "LDAP_BIND_DN" => Some(READER.into()),
        "LDAP_PASSWORD" => Some(password.to_owned()),
        "LDAP_COUNTRY" => Some(planted::COUNTRY.into()),
        _ => None,
    };
    let mut connector = Connector::read("ldap-directory.toml", text, &variable).unwrap();
    // A machine under load is not what is tried here.
    connector.deadline = Duration::from_secs(60);
    let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
    ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
}

fn person(uid: &str, name: &str, more: &[(&'static str, &str)]) -> Entry {
    let mut attributes = vec![
        ("objectClass", "inetOrgPerson".to_owned()),
        ("uid", uid.to_owned()),
        ("cn", name.to_owned()),
        ("sn", "x".to_owned()),
    ];
    attributes.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    (format!("uid={uid}"), attributes)
}

fn planted(world: &Planted) -> (Vec<Entry>, Vec<String>) {
    let uid = |nth: usize| format!("p{nth:03}");
    let entry = |(nth, one): (usize, &planted::Person)| {
        let given =
            [("telephoneNumber", &one.phone), ("mobile", &one.mobile), ("mail", &one.email)];
        let given: Vec<_> =
            given.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
        person(&uid(nth), &one.name, &given)
    };
    let ids = (0..world.people.len()).map(uid).collect();
    (world.people.iter().enumerate().map(entry).collect(), ids)
}

fn email(text: &str) -> Key {
    Key::Email(CleanText::line(text))
}

fn id(key: &str) -> Key {
    Key::Id(CustomerId::parse(&format!("LDAP:{key}")).unwrap())
}

#[tokio::test]
async fn nobody_is_missed_and_no_stranger_shown_by_any_number_or_address() {
    let world = Planted::grow(11, 240);
    let (entries, ids) = planted(&world);
    let directory = Directory::start(&entries, "").await;
    let source = directory.source();
    let tally = world.prove(&source, &ids).await;
    assert!(tally.rejected > 0, "{tally:?}: the re-check had nothing to do");
    let filters = source.filters().await;
    assert!(filters.are_proven(), "{filters:?}");
    let good = world.questions().into_iter().find(|question| !question.who.is_empty()).unwrap();
    prove_hostile(&source, &good.key()).await;
}

#[tokio::test]
async fn every_value_of_an_attribute_counts_and_a_person_is_shown_whole() {
    let numbers = [
        ("telephoneNumber", "0161 496 0123"),
        ("telephoneNumber", "(0161) 496/0124"),
        ("homePhone", "0113 496 0001"),
        ("mail", "Ana@Mail.example"),
        ("mail", "ana+desk@work.example"),
        ("o", "Birch House"),
        ("employeeNumber", "A-7731-02"),
        ("employeeType", "gold"),
    ];
    let entries =
        [person("ana", "Ana Petrov", &numbers), person("leo", "Leo Petrov", &[("mobile", "1")])];
    let directory = Directory::start(&entries, "").await;
    let source = directory.source();
    for written in ["+441614960123", "0161 496 0124", "0113 4960001"] {
        let key = Key::Phone(Number::read(written, planted::HOME).unwrap());
        assert_eq!(source.look_up(&key).await.unwrap().records.len(), 1, "{written}");
    }
    for written in ["ana@mail.example", "ANA+DESK@work.example"] {
        assert_eq!(source.look_up(&email(written)).await.unwrap().records.len(), 1, "{written}");
    }
    let account = Key::Account(CleanText::line("A-7731-02"));
    assert_eq!(source.look_up(&account).await.unwrap().records[0].name.as_str(), "Ana Petrov");
    let named = source.look_up(&Key::Name(CleanText::line("petrov"))).await.unwrap();
    assert_eq!(named.records.len(), 2);
    let said = report::viewed(&source.view(&[id("ana")], 500).await).join("\n");
    for expected in [
        "profile name: Ana Petrov",
        "profile account: A-7731-02",
        "profile segment: gold",
        "profile parent: Birch House",
        "profile since: 2",
        "  phone: (0161) 496/0124",
        "  e-mail: ana+desk@work.example",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!said.contains("Leo"), "{said}");
    for hostile in ["*", "ana)(uid=*", "leo\\2a", "ANA*"] {
        let said = report::viewed(&source.view(&[id(hostile)], 500).await);
        assert!(!said.iter().any(|line| line.contains("Petrov")), "{hostile}: {said:?}");
    }
}

#[tokio::test]
async fn who_may_not_ask_is_told_so_and_nothing_is_said_in_the_clear_where_that_is_not_wanted() {
    let mut directory =
        Directory::start(&[person("ana", "Ana", &[("mail", "a@x.example")])], "").await;
    let key = email("a@x.example");
    let why = async |address: String, password: &str| {
        let answer = source(&address, password).look_up(&key).await;
        answer.map_or_else(|trouble| trouble.why.to_string(), |found| format!("{found:?}"))
    };
    assert_eq!(why(directory.address(), "wrong").await, "not permitted");
    // A name without a password would be let in as nobody.
    assert_eq!(why(directory.address(), "").await, "not permitted");
    let elsewhere = directory.address().replace("dc=desk", "dc=nowhere");
    assert_eq!(why(elsewhere, PASSWORD).await, "did not understand the question");
    // It has no certificate, so that nothing may be said to it where StartTLS is wanted.
    let encrypted = why(format!("{}?tls=start", directory.address()), PASSWORD).await;
    assert!(!encrypted.contains("Found") && !encrypted.is_empty(), "{encrypted}");
    let wrapped = why(directory.address().replace("ldap:", "ldaps:"), PASSWORD).await;
    assert!(!wrapped.contains("Found") && !wrapped.is_empty(), "{wrapped}");

    let source = directory.source();
    assert_eq!(source.look_up(&key).await.unwrap().records.len(), 1);
    directory.stop();
    assert_eq!(source.look_up(&key).await.unwrap_err().why.as_str(), "nobody listens there");
    directory.go().await;
    assert_eq!(source.look_up(&key).await.unwrap().records.len(), 1, "it is asked anew");
}

#[tokio::test]
async fn an_answer_that_the_directory_cuts_is_none_and_referrals_are_not_followed() {
    let away = TcpListener::bind("127.0.0.1:0").unwrap();
    away.set_nonblocking(true).unwrap();
    let address = format!("ldap://{}/ou=away,{BASE}", away.local_addr().unwrap());
    let referral = vec![
        ("objectClass", "referral".to_owned()),
        ("objectClass", "extensibleObject".to_owned()),
        ("ou", "away".to_owned()),
        ("ref", address),
    ];
    let mut entries: Vec<Entry> = (0..7)
        .map(|nth| person(&format!("p{nth}"), &format!("Ana {nth}"), &[("mail", "a@x.example")]))
        .collect();
    entries.push(person("leo", "Leo", &[("mail", "leo@x.example")]));
    entries.push(("ou=away".to_owned(), referral));
    let directory = Directory::start(&entries, "sizelimit 5").await;
    let source = directory.source();
    assert_eq!(source.look_up(&email("leo@x.example")).await.unwrap().records.len(), 1);
    let cut = source.look_up(&email("a@x.example")).await.unwrap_err();
    assert_eq!(cut.why.as_str(), "answer cut short");
    assert!(away.accept().is_err(), "a referral was followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_proves_who_it_is_from_the_first_byte_or_from_starttls_on() {
    let (believed, other) = (Authority::new(), Authority::new());
    let ana = [person("ana", "Ana Petrov", &[("mail", "ana@x.example")])];
    let itself = Directory::certified(&ana, &believed.certify("IP:127.0.0.1")).await;
    let somebody = Directory::certified(&ana, &believed.certify("DNS:elsewhere.example")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ldap-directory.toml");
    let (_, text) = REAL.iter().find(|(name, _)| *name == "ldap-directory").unwrap();
    std::fs::write(&file, text.replacen("[client]", "[client]\ndeadline_ms = 20000", 1)).unwrap();
    let asked = |address: &str, authority: &Authority| {
        let authority = authority.file();
        let env = [
            ("LDAP_URL", address),
            ("LDAP_BIND_DN", READER),
            ("LDAP_PASSWORD", PASSWORD),
            ("SSL_CERT_FILE", authority.to_str().unwrap()),
        ];
        let file = file.to_str().unwrap();
        systems::norns(&env, &["connector", "try", file, "--email", "ana@x.example"]).1
    };
    let ways = |directory: &Directory| {
        let wrapped = format!("ldaps://127.0.0.1:{}/{BASE}", directory.secure);
        [wrapped, format!("{}?tls=start", directory.address())]
    };
    for address in ways(&itself) {
        let said = asked(&address, &believed);
        assert!(said.contains("Ana Petrov"), "{address}: {said}");
        let said = asked(&address, &other);
        let why = "no answer: its certificate is signed by itself or by nobody known here";
        assert!(said.contains(why), "{address}: {said}");
        assert!(!said.contains("Ana"), "{said}");
    }
    for address in ways(&somebody) {
        let said = asked(&address, &believed);
        assert!(
            said.contains("no answer: its certificate is of another name"),
            "{address}: {said}"
        );
        assert!(!said.contains("Ana"), "{said}");
    }
}
