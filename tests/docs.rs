//! What the README promises: its commands, its pictures, its files.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::path::Path;

use common::home::Home;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(name)).unwrap()
}

/// The indented lines of a page: what may be typed.
fn typed(page: &str) -> Vec<String> {
    page.lines().filter_map(|line| line.strip_prefix("    ")).map(str::to_owned).collect()
}

#[test]
fn the_first_command_opens_the_second_tests_and_ci_runs_the_same() {
    let commands: Vec<String> =
        typed(&read("README.md")).into_iter().filter(|line| line.starts_with("cargo")).collect();
    assert_eq!(commands[0], "cargo run --release --locked");
    let test = commands.iter().find(|line| line.starts_with("cargo test")).unwrap();
    assert!(read(".ci/run").lines().any(|line| line == test), "CI runs `{test}`");
}

#[test]
fn every_picture_and_file_that_is_named_is_there() {
    let readme = read("README.md");
    let pictures = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let pictures: Vec<&str> = pictures.collect();
    assert_eq!(pictures.len(), 6);
    for name in pictures.into_iter().chain(["ARCHITECTURE.md", "CHANGELOG.md", ".ci/run"]) {
        assert!(Path::new(ROOT).join(name).exists(), "{name}");
    }
}

#[test]
fn every_command_and_flag_that_is_named_is_known() {
    let home = Home::new();
    for line in typed(&read("README.md")) {
        let words: Vec<&str> = line.split('#').next().unwrap().split_whitespace().collect();
        let after = |name: &str| words.iter().position(|word| *word == name).map(|at| at + 1);
        let start = if words.starts_with(&["norns"]) { Some(1) } else { after("--") };
        let Some(arguments) = start.map(|start| &words[start..]) else { continue };
        let help: Vec<&str> =
            arguments.iter().copied().take_while(|word| !word.starts_with('-')).collect();
        let output = home.output(&[&help[..help.len().min(1)], &["--help"]].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}");
        for flag in arguments.iter().filter(|word| word.starts_with("--")) {
            assert!(text.contains(flag), "{line}: {flag}");
        }
    }
}

#[test]
fn exit_codes_are_as_the_table_says() {
    let home = Home::new();
    let code = |arguments: &[&str]| home.output(arguments).status.code();
    assert_eq!(code(&["--version"]), Some(0));
    assert_eq!(code(&["--no-such-flag"]), Some(64));
    assert_eq!(code(&["pop", "4165550142"]), Some(3));
    assert_eq!(code(&["sample", "status"]), Some(3));
    assert_eq!(code(&["do", "note.write"]), Some(3));
    assert_eq!(code(&["show", "--desk"]), Some(3));
    assert_eq!(code(&["show"]), Some(64));
    assert_eq!(code(&["show", "4165550142"]), Some(4));
    assert_eq!(code(&["search", "nobody@x.example"]), Some(1));
    assert_eq!(code(&["check"]), Some(0));
    assert_eq!(code(&["sample", "fault", "BILL", "explode"]), Some(64));
    assert_eq!(code(&["serve", "--config", "/nowhere/serve.toml"]), Some(1));
}
