//! Twenty source systems on loopback, in this process: what they know of a customer is given by
//! the account's name, and they can be told to hang.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How many systems there are.
pub const SYSTEMS: usize = 20;
/// Rows on one page of an answer.
const PAGE: usize = 500;

/// The systems, for as long as the process lives.
#[derive(Clone)]
pub struct Company {
    pub address: SocketAddr,
    hang: Arc<AtomicBool>,
    /// So long the slowest system takes for an answer, in milliseconds.
    slowest: Arc<AtomicU64>,
    /// When the slowest system was last asked, and when it answered.
    turned: Arc<Mutex<Option<(Instant, Instant)>>>,
    /// What was answered before, whole, so that answering again takes no time from what is measured.
    answered: Arc<Mutex<HashMap<String, Arc<str>>>>,
}

impl Company {
    /// Starts them.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let company = Self {
            address,
            hang: Arc::default(),
            slowest: Arc::default(),
            turned: Arc::default(),
            answered: Arc::default(),
        };
        let served = company.clone();
        thread::spawn(move || {
            for peer in listener.incoming().flatten() {
                let served = served.clone();
                thread::spawn(move || served.talk(peer));
            }
        });
        company
    }

    /// Answers nothing any more, or again.
    pub fn hang(&self, so: bool) {
        self.hang.store(so, Ordering::SeqCst);
    }

    /// The last system takes so long from now on.
    pub fn slow_down(&self, milliseconds: u64) {
        self.slowest.store(milliseconds, Ordering::SeqCst);
    }

    /// When the slowest system was last asked, and when it answered.
    pub fn turned(&self) -> Option<(Instant, Instant)> {
        *self.turned.lock().unwrap()
    }

    /// The connector of a system.
    pub fn connector(system: usize) -> String {
        let id = name(system);
        let look_up = r#"
[record]
id = "id"
name = "name"
account = "account"
contacts = [{ each = "phones", kind = { value = "phone" }, value = "number" }]
"#;
        let keys = ["phone", "account", "id"].map(|by| {
            let query = match by {
                "phone" => "{ phone = \"{phone.last7}\" }",
                other => &format!("{{ {other} = \"{{{other}}}\" }}"),
            };
            format!(
                "[[lookups]]\nby = \"{by}\"\n\
                 endpoint = {{ path = \"/people\", query = {query}, data_selector = \"items\" }}\n"
            )
        });
        let look_ups = match system {
            0 => format!("{look_up}{}", keys.concat()),
            _ => String::new(),
        };
        format!(
            r#"id = "{id}"
title = "System {system}"
[client]
base_url = "${{COMPANY}}/{id}"
deadline_ms = 60000
{look_ups}
[[resources]]
name = "entries"
needs = ["account"]
[resources.endpoint]
path = "/entries"
query = {{ account = "{{account}}" }}
data_selector = "items"
[resources.endpoint.paginator]
type = "page_number"
page_param = "page"
size_param = "size"
size = {PAGE}
total_path = "total"

[resources.entry]
id = "id"
at = {{ from = "at", as = "rfc3339" }}
channel = {{ value = "call" }}
what = "what"
state = "state"
"#
        )
    }

    fn talk(&self, peer: TcpStream) {
        let mut lines = BufReader::new(peer.try_clone().unwrap());
        let mut peer = peer;
        peer.set_nodelay(true).ok();
        loop {
            let mut head = String::new();
            let mut wanted = String::new();
            loop {
                head.clear();
                match lines.read_line(&mut head) {
                    Ok(0) | Err(_) => return,
                    Ok(_) if head.trim().is_empty() => break,
                    Ok(_) if wanted.is_empty() => wanted = head.clone(),
                    Ok(_) => {}
                }
            }
            while self.hang.load(Ordering::SeqCst) {
                thread::park_timeout(Duration::from_millis(100));
            }
            let path = wanted.split(' ').nth(1).unwrap_or_default();
            let answer = self.answer(path);
            if path.starts_with(&format!("/{}/", name(SYSTEMS - 1))) {
                let asked = Instant::now();
                thread::sleep(Duration::from_millis(self.slowest.load(Ordering::SeqCst)));
                *self.turned.lock().unwrap() = Some((asked, Instant::now()));
            }
            if peer.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }

    fn answer(&self, path: &str) -> Arc<str> {
        if let Some(known) = self.answered.lock().unwrap().get(path) {
            return known.clone();
        }
        let body = answer(path);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let whole: Arc<str> = (head + &body).into();
        self.answered.lock().unwrap().insert(path.to_owned(), whole.clone());
        whole
    }
}

/// The system's name on the screen.
pub fn name(system: usize) -> String {
    format!("S{system:02}")
}

/// `/S03/entries?account=A-1000-00&page=2&size=500`, `/S00/people?phone=5550142`.
fn answer(path: &str) -> String {
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let of = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(known, _)| *known == name).map(|(_, value)| value).next()
    };
    if place.ends_with("/people") {
        let account = of("account").or(of("id")).unwrap_or("A-0-00");
        let known = of("account").or(of("id")).is_some();
        let phone = of("phone").unwrap_or("5550100");
        let person = format!(
            r#"{{"id":"{account}","name":"Customer {account}","account":"{account}","phones":[{{"number":"416{phone}"}}]}}"#
        );
        return format!(r#"{{"items":[{}]}}"#, if known { person } else { String::new() });
    }
    let system: usize = place.get(2..4).and_then(|digits| digits.parse().ok()).unwrap_or(0);
    let account = of("account").unwrap_or_default();
    let number = |name: &str| of(name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    let total = account.split('-').nth(1).and_then(|all| all.parse::<usize>().ok()).unwrap_or(0);
    let total = total / SYSTEMS;
    let from = (number("page") - 1) * number("size");
    let items: Vec<String> = (from..total.min(from + number("size")))
        .map(|n| {
            // Interleaved with those of the other systems, twelve a day.
            let hours = (n * SYSTEMS + system) * 2;
            let at = jiff::Timestamp::from_second(1_793_631_840 - hours as i64 * 3_600).unwrap();
            let what = ["called about a charge", "paid by card", "opened a case", "wrote"][n % 4];
            format!(
                r#"{{"id":"{system}-{n}","at":"{at}","what":"{what}, reference {n:06}","state":"open"}}"#
            )
        })
        .collect();
    format!(r#"{{"total":{total},"items":[{}]}}"#, items.join(","))
}
