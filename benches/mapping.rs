//! How fast connectors read what sources answer, beside reading it as JSON in the same run:
//!
//!     cargo bench --bench mapping
//!
//! The rows are those of the recordings beside the connectors, over and over.
#![allow(clippy::unwrap_used, reason = "a bench stops where something is wrong")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use norns::connectors::map;
use norns::connectors::recording::read_all;
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::domain::source::Facts;
use serde_json::Value;

/// So long each of the two runs.
const LONG: Duration = Duration::from_secs(3);

/// A connector, and what its recordings have for it.
struct Answered {
    connector: Connector,
    /// The bodies of answers, as they are sent.
    bodies: Vec<Vec<u8>>,
    /// Rows that are records.
    found: Vec<Value>,
    /// Rows of a view, by the resource's place in the connector.
    viewed: Vec<(usize, Vec<Value>)>,
}

impl Answered {
    fn of(name: &str, text: &str) -> Self {
        let connector = Connector::read(&format!("{name}.toml"), text, &variable).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors").join(name);
        let recordings = read_all(&folder).unwrap();
        let pairs = recordings.into_iter().flat_map(|(_, recording)| recording.pairs);
        let answers: Vec<Value> =
            pairs.filter(|pair| pair.status == 200).map(|pair| pair.body).collect();
        let bodies = answers.iter().map(|body| serde_json::to_vec(body).unwrap()).collect();
        let (mut found, mut viewed) = (Vec::new(), Vec::new());
        for body in &answers {
            for table in &connector.written.lookups {
                let rows = table.endpoint.rows_at().rows(body).into_iter();
                let read = |row: &&Value| {
                    let map = connector.written.record.as_ref();
                    map.is_some_and(|map| map::record(&connector, map, row).is_some())
                };
                found.extend(rows.filter(read).cloned());
            }
            for (nth, table) in connector.written.resources.iter().enumerate() {
                let rows: Vec<Value> =
                    table.endpoint.rows_at().rows(body).into_iter().cloned().collect();
                let skipped = map::resource(&connector, table, &rows, &mut Facts::default());
                if !rows.is_empty() && skipped == 0 {
                    viewed.push((nth, rows));
                }
            }
        }
        Self { connector, bodies, found, viewed }
    }

    /// Reads every row once; how many that were.
    fn map(&self) -> usize {
        let written = &self.connector.written;
        if let Some(map) = &written.record {
            for row in &self.found {
                black_box(map::record(&self.connector, map, black_box(row)));
            }
        }
        let mut rows = self.found.len();
        for (nth, of_view) in &self.viewed {
            let mut facts = Facts::default();
            let table = &written.resources[*nth];
            facts.profile = map::who(&self.connector, table, black_box(of_view));
            map::resource(&self.connector, table, black_box(of_view), &mut facts);
            black_box(facts);
            rows += of_view.len();
        }
        rows
    }
}

fn variable(name: &str) -> Option<String> {
    match name {
        name if name.ends_with("_URL") => Some("https://source.example".into()),
        name if ["_COUNTRY", "_CURRENCY", "_ZONE"].iter().any(|end| name.ends_with(end)) => None,
        _ => Some("s3cret".into()),
    }
}

fn main() {
    let connectors: Vec<Answered> =
        REAL.iter().map(|(name, text)| Answered::of(name, text)).collect();
    let (mut rows, begun) = (0, Instant::now());
    while begun.elapsed() < LONG {
        rows += connectors.iter().map(Answered::map).sum::<usize>();
    }
    let mapped = rows as f64 / begun.elapsed().as_secs_f64();
    let bodies: Vec<&Vec<u8>> = connectors.iter().flat_map(|one| &one.bodies).collect();
    let (mut bytes, begun) = (0, Instant::now());
    while begun.elapsed() < LONG {
        for body in &bodies {
            black_box(serde_json::from_slice::<Value>(black_box(body)).unwrap());
            bytes += body.len();
        }
    }
    let parsed = bytes as f64 / begun.elapsed().as_secs_f64();
    let each: usize = connectors.iter().map(Answered::map).sum();
    let size: usize = bodies.iter().map(|body| body.len()).sum();
    println!("{} connectors, {each} rows in {} answers of {size} bytes", REAL.len(), bodies.len());
    println!("mapped      {mapped:>12.0} records/s");
    println!("read as JSON {:>11.1} MB/s", parsed / 1e6);
    let (mapping, reading) = (each as f64 / mapped, size as f64 / parsed);
    println!("mapping / reading as JSON, of the same answers: {:.2}", mapping / reading);
}
