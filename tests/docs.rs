//! What the README promises: its commands, its pictures, its files.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory;
use common::home::Home;
use norns::cli::Cli;
use norns::cli::exit::MEANINGS;
use norns::config::paths::Paths;

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
fn the_table_of_exit_codes_is_the_program_s_own() {
    let rows = read("README.md");
    let rows = rows.lines().skip_while(|line| !line.starts_with("| exit |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let cells = |row: &str| -> Vec<String> {
        row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let told: Vec<Vec<String>> = rows.map(cells).collect();
    let known: Vec<Vec<String>> = MEANINGS
        .iter()
        .map(|(code, all, pop)| vec![code.to_string(), (*all).to_owned(), (*pop).to_owned()])
        .collect();
    assert_eq!(told, known);
}

#[test]
fn every_command_has_its_manual_page_with_its_flags_and_exit_codes() {
    let home = Home::new();
    let mut root = Cli::command();
    root.build();
    let mut pages = vec![(Vec::new(), &root)];
    let mut seen = 0;
    while let Some((path, command)) = pages.pop() {
        let arguments: Vec<&str> = ["man"].into_iter().chain(path.iter().copied()).collect();
        let output = home.output(&arguments);
        assert_eq!(output.status.code(), Some(0), "{path:?}");
        let page = String::from_utf8(output.stdout).unwrap().replace("\\-", "-");
        let name = [&["norns"][..], &path].concat().join("-");
        assert!(page.contains(&format!(".TH {name} 1")), "{page}");
        for flag in command.get_opts().filter_map(clap::Arg::get_long) {
            assert!(page.contains(&format!("--{flag}")), "{path:?}: --{flag}");
        }
        let codes = page.split(".SH \"EXIT STATUS\"").nth(1).expect("exit codes");
        assert!(codes.contains("wrong usage"), "{codes}");
        assert_eq!(codes.contains("rejected"), path == ["pop"], "{codes}");
        seen += 1;
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            pages.push(([&path[..], &[inner.get_name()]].concat(), inner));
        }
    }
    assert!(seen > 15, "{seen}");
    // What the page of the program says of places is where they are.
    let page = String::from_utf8(home.output(&["man"]).stdout).unwrap().replace("\\-", "-");
    let home_of = |name: &str| (name == "HOME").then(|| OsString::from("/h"));
    let paths = Paths::from_env(&home_of, 0, &|_| true).unwrap();
    for place in [paths.config().join("norns.toml"), paths.state().to_owned()] {
        let place = format!("~{}", place.to_str().unwrap().strip_prefix("/h").unwrap());
        assert!(page.contains(&place), "{place}");
    }
    for socket in [paths.pop_socket(), paths.desk_socket()] {
        let socket = socket.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(page.contains(&format!("$XDG_RUNTIME_DIR/norns/{socket}")), "{socket}");
    }
    let wrong = home.output(&["man", "shwo"]);
    assert_eq!(wrong.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("did you mean `show`"));
}

#[test]
fn every_shell_has_completions_that_know_every_command() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = home.output(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let script = String::from_utf8(output.stdout).unwrap();
        for command in Cli::command().get_subcommands() {
            assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
        }
    }
    // The one shell that is on every machine reads its script.
    let script = home.root().join("norns.bash");
    std::fs::write(&script, home.output(&["completions", "bash"]).stdout).unwrap();
    let asked = "source \"$1\"; COMP_WORDS=(norns do); COMP_CWORD=1; _norns norns do norns; \
                 echo \"${COMPREPLY[@]}\"";
    let bash = Command::new("bash").args(["-c", asked, "bash"]).arg(&script).output().unwrap();
    let said = String::from_utf8(bash.stdout).unwrap();
    assert!(said.split_whitespace().any(|word| word == "doctor"), "{said}");
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
    assert_eq!(code(&["check", "--serve", "/nowhere/serve.toml"]), Some(1));
    assert_eq!(code(&["keys"]), Some(0));
    assert_eq!(code(&["--keymap", "nothing", "keys"]), Some(1));
    assert_eq!(code(&["config", "show"]), Some(0));
    assert_eq!(code(&["config", "show", "serve", "--serve", "/nowhere/serve.toml"]), Some(1));
    assert_eq!(code(&["pop", "--call", "c-1", "--ts", "nonsense"]), Some(2));
    assert_eq!(code(&["sample", "fault", "BILL", "explode"]), Some(64));
    assert_eq!(code(&["serve", "--config", "/nowhere/serve.toml"]), Some(1));
}
