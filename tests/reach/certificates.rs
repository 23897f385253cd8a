//! HTTPS sources that cannot prove who they are: each is told in its own words, and is told nothing
//! of whom is asked for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::common::authority::{Authority, Certificate};
use super::common::clock::Clock;
use super::common::desk::{Desk, FIRST_CALL, POPPED_AT};
use super::common::gateway::{Gateway, join, write_private};
use super::common::home::Home;
use super::common::systems;

const NAMES: &str = "DNS:localhost,IP:127.0.0.1";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\
                     connection: close\r\n\r\n{\"accounts\":[]}";

/// A server on a port of its own, for as long as the test runs.
struct Server {
    base: String,
    /// What it read in the clear, or behind its certificate.
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    fn start(answer: impl Fn(TcpStream) -> Vec<u8> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let read = answer(stream);
                hears.lock().unwrap().extend(read);
            }
        });
        Self { base, heard }
    }

    /// Shows this certificate, and answers that there is nobody.
    fn showing(certificate: &Certificate) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let chain = CertificateDer::from_pem_file(&certificate.file).unwrap();
        let key = PrivateKeyDer::from_pem_file(&certificate.key).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = Arc::new(config.with_single_cert(vec![chain], key).unwrap());
        Self::start(move |stream| {
            let connection = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let mut read = vec![0; 4096];
            let length = stream.read(&mut read).unwrap_or(0);
            stream.write_all(EMPTY.as_bytes()).ok();
            stream.flush().ok();
            read.truncate(length);
            read
        })
    }

    fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }
}

/// `openssl` as a server that speaks nothing newer than TLS 1.1.
struct Old(Child);

impl Old {
    fn start(certificate: &Certificate) -> (Self, String) {
        let mut command = Command::new("openssl");
        command.args([
            "s_server",
            "-accept",
            "127.0.0.1:0",
            "-tls1_1",
            "-cipher",
            "ALL:@SECLEVEL=0",
        ]);
        command.arg("-cert").arg(&certificate.file).arg("-key").arg(&certificate.key);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("openssl is installed");
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut places = said.map_while(Result::ok).filter_map(|line| {
            Some(line.strip_prefix("ACCEPT ")?.rsplit_once(':')?.1.trim().to_owned())
        });
        let port = places.next().expect("it says where it listens");
        // What it says later is read by nobody.
        std::thread::spawn(move || places.for_each(drop));
        (Self(child), format!("https://localhost:{port}"))
    }
}

impl Drop for Old {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn from_now(hours: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(hours)
}

/// What comes of asking the sample company's billing there for a number.
fn asked(base: &str, believed: &Authority) -> String {
    let believed = believed.file();
    let env = [
        ("BILL_URL", base),
        ("BILL_USER", "reader"),
        ("BILL_PASSWORD", "s3cret"),
        ("SSL_CERT_FILE", believed.to_str().unwrap()),
    ];
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/connectors/bill.toml");
    systems::norns(&env, &["connector", "try", file, "--phone", "4165550142"]).1
}

#[track_caller]
fn says(server: &Server, believed: &Authority, why: &str) {
    let said = asked(&server.base, believed);
    assert!(said.contains(&format!("no answer: {why}")), "{why}: {said}");
    let heard = server.heard();
    assert!(!heard.contains("GET") && !heard.contains("4165550142"), "{why}: {heard}");
}

#[test]
fn who_proves_who_they_are_is_asked() {
    let authority = Authority::new();
    let server = Server::showing(&authority.certify(NAMES));
    let said = asked(&server.base, &authority);
    assert!(!said.contains("no answer"), "{said}");
    assert!(server.heard().starts_with("GET /ws/accounts"), "{}", server.heard());
}

#[test]
fn a_certificate_out_of_its_time_is_told_with_how_long() {
    let authority = Authority::new();
    let expired = authority.certify_between(NAMES, from_now(-240), from_now(-73));
    says(&Server::showing(&expired), &authority, "its certificate expired 3 days ago");
    let today = authority.certify_between(NAMES, from_now(-240), from_now(-5));
    says(&Server::showing(&today), &authority, "its certificate expired 5 hours ago");
    // Part of the third day has passed when it is shown.
    let early = authority.certify_between(NAMES, from_now(49), from_now(240));
    says(&Server::showing(&early), &authority, "its certificate is not valid for another 2 days");
}

#[test]
fn a_certificate_of_somebody_else_or_by_somebody_else_is_told_so() {
    let (authority, other) = (Authority::new(), Authority::new());
    let elsewhere = Server::showing(&authority.certify("DNS:elsewhere.example"));
    says(&elsewhere, &authority, "its certificate is of another name");
    let unknown = "its certificate is signed by itself or by nobody known here";
    says(&Server::showing(&other.certify(NAMES)), &authority, unknown);
    says(&Server::showing(&other.alone(NAMES)), &authority, unknown);
}

#[test]
fn what_is_no_handshake_of_today_is_told_as_what_it_is() {
    let authority = Authority::new();
    let (_old, base) = Old::start(&authority.certify(NAMES));
    let said = asked(&base, &authority);
    assert!(said.contains("no answer: it speaks only TLS older than 1.2"), "{said}");
    let cut = Server::start(|mut stream| {
        let mut hello = vec![0; 64];
        stream.read_exact(&mut hello).ok();
        hello
    });
    says(&cut, &authority, "it hung up before the connection was encrypted");
    let plain = Server::start(|mut stream| {
        let mut hello = vec![0; 64];
        stream.read_exact(&mut hello).ok();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").ok();
        hello
    });
    says(&plain, &authority, "it does not encrypt");
}

#[test]
fn the_desk_says_why_a_source_is_not_believed_and_offers_no_way_on() {
    let authority = Authority::new();
    let expired = authority.certify_between(NAMES, from_now(-240), from_now(-73));
    let server = Server::showing(&expired);
    let centre = Home::new();
    let token = centre.root().join("token");
    write_private(&token, TOKEN);
    let text = format!(
        "[listen]\ntcp = \"127.0.0.1:0\"\n[store]\npath = \"{}\"\n\
         [[sources]]\nconnector = \"bill\"\n\
         [variables]\nBILL_URL = \"{}\"\nBILL_USER = \"x\"\nBILL_PASSWORD = \"x\"\n\
         [[agents]]\nname = \"ana\"\nrole = \"billing\"\ntoken-file = \"{}\"\n",
        centre.root().join("records.db").display(),
        server.base,
        token.display(),
    );
    let config = centre.config().join("serve.toml");
    write_private(&config, &text);
    let clock = Clock::start(centre.root(), POPPED_AT);
    let (socket, believed) = (clock.socket().display().to_string(), authority.file());
    let env = [("NORNS_CLOCK", &*socket), ("SSL_CERT_FILE", believed.to_str().unwrap())];
    let mut gateway = Gateway::start(&centre, &env, &["--config", config.to_str().unwrap()]);
    let home = Home::new();
    join(&home, &gateway.place(), TOKEN);
    let mut desk = Desk::of(home, (80, 24), &[]);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("its certificate expired 3 days ago");
    let said = desk.terminal.text().to_lowercase();
    assert!(!said.contains("anyway") && !said.contains("accept"), "{said}");
    desk.terminal.press("ctrl-c");
}
