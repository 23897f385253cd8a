//! Telephone numbers of every country, as libphonenumber writes and dials them.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/systems.rs"]
mod systems;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use norns::domain::phone::{Number, Region};

/// What a script says, run where libphonenumber is.
fn said(script: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/numbers").join(script);
    let mut python = Command::new(systems::program("python"));
    python.arg(script).env("PYTHONPATH", systems::folder().join("numbers"));
    let output = python.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_plans_are_those_of_libphonenumber() {
    let known = include_str!("../src/domain/phone/plans.txt");
    let known: Vec<&str> = known.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(known, said("plans.py").lines().collect::<Vec<_>>());
}

#[test]
fn every_country_s_numbers_are_read_however_they_are_written() {
    let (mut read, mut wrong) = (0, BTreeSet::new());
    for line in said("examples.py").lines() {
        let [country, e164, spelt] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let number = Number::read(spelt, Region::of_country(country).expect(country));
        if number.as_ref().is_some_and(|number| number.e164() == e164) {
            read += 1;
        } else {
            let got = number.map_or_else(String::new, |number| number.e164().to_owned());
            wrong.insert(format!("{country} {e164} {spelt}: {got}"));
        }
    }
    // On three islands some numbers are as short as what is dialled within a house.
    let known = [
        "KI +68631234 31234: ",
        "TK +6903101 3101: ",
        "TK +6907290 7290: ",
        "WS +68522123 22123: ",
    ];
    let known: BTreeSet<String> = known.into_iter().map(str::to_owned).collect();
    assert_eq!(wrong, known);
    assert!(read > 3_700, "{read}");
}
