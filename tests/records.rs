//! What the gateway has acknowledged is on record, once, however often it is killed.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]
#![allow(clippy::print_stdout, reason = "figures are printed")]
#![allow(clippy::disallowed_methods, reason = "when something is killed is a matter of chance")]

mod common;

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use common::gateway::{Gateway, configure};
use common::home::Home;
use norns::client::Client;
use norns::domain::customer::CustomerId;
use rustix::process::{Signal, kill_process};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Every note on record.
fn notes(home: &Home) -> Vec<String> {
    let script = "import sqlite3,sys; db=sqlite3.connect(sys.argv[1])\n\
        assert db.execute('pragma quick_check').fetchone()==('ok',)\n\
        for t, in db.execute('select body from notes'): print(t)";
    let records = home.root().join("records.db");
    let output = Command::new("python3").args(["-c", script]).arg(records).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn an_acknowledged_note_is_on_record_once_whenever_the_gateway_is_killed() {
    // The figure of a release is three hundred: `NORNS_KILLS=300`.
    let kills: u32 = std::env::var("NORNS_KILLS").map_or(20, |number| number.parse().unwrap());
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let home = Home::new();
    // No source is asked for a note; each is there by its name only.
    let variables: Vec<(String, String)> = norns::connectors::shipped::SHIPPED
        .iter()
        .flat_map(|(_, text)| text.split("${").skip(1))
        .map(|rest| rest.split('}').next().unwrap().to_owned())
        .map(|name| {
            let value = if name.ends_with("_URL") { "http://127.0.0.1:9" } else { "unused" };
            (name, value.to_owned())
        })
        .collect::<std::collections::BTreeMap<_, _>>()
        .into_iter()
        .collect();
    let config = configure(&home, &variables, &[TOKEN.to_owned()]).display().to_string();
    let customer = CustomerId::parse("CRM:C-20417").unwrap();
    let (mut acknowledged, mut sent) = (Vec::new(), 0_u32);
    for kill in 0..kills {
        let mut gateway = Gateway::start(&home, &[], &["--config", &config]);
        let client = Client::tcp(&format!("http://{}/", gateway.place()), TOKEN).unwrap();
        let pid = gateway.pid();
        // Later and later within the first tenth of a second: in every part of a write.
        let life = Duration::from_micros(1_000 + u64::from(kill) * 7_919 % 100_000);
        let killer = thread::spawn(move || {
            let born = Instant::now();
            thread::sleep(life.saturating_sub(born.elapsed()));
            kill_process(pid, Signal::KILL).unwrap();
        });
        loop {
            let text = format!("note {sent}");
            sent += 1;
            match runtime.block_on(client.save_note(&customer, None, &text)) {
                Ok(_) => acknowledged.push(text),
                Err(_) => break,
            }
        }
        killer.join().unwrap();
    }
    let kept = notes(&home);
    println!("{kills} kills: {} of {sent} acknowledged, {} kept", acknowledged.len(), kept.len());
    assert!(acknowledged.len() > kills as usize, "{acknowledged:?}");
    for text in &acknowledged {
        assert_eq!(kept.iter().filter(|note| *note == text).count(), 1, "{text}");
    }
    // What was cut off before its answer came is there or not, and never twice.
    let mut once = kept.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), kept.len());
}
