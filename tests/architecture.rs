//! Who may know whom. The table in `architecture/rules.rs` is the one in ARCHITECTURE.md.

#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/source.rs"]
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rules::{EVERYTHING, RULES, complaints, module};
use source::{code, words};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every source, by its path from the root of the project.
fn sources() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(Path::new(ROOT).join(&folder)).expect("the folder is there") {
            let entry = entry.expect("the folder can be read");
            let path = folder.join(entry.file_name());
            if entry.file_type().expect("the entry has a type").is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(entry.path()).expect("sources are UTF-8");
                found.insert(path.display().to_string(), source);
            }
        }
    }
    found
}

#[test]
fn nobody_names_whom_they_may_not_know() {
    let found: Vec<_> =
        sources().iter().flat_map(|(path, source)| complaints(path, source)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_planted_violation_is_reported_with_its_place() {
    let planted = [
        (
            "src/keys/mod.rs",
            "//! Keys.\n\nuse tokio::sync::mpsc;",
            "src/keys/mod.rs:3 keys names tokio",
        ),
        ("src/domain/a.rs", "use serde::Serialize;", "src/domain/a.rs:1 domain names serde"),
        ("src/domain/a.rs", "use std::{fmt, fs};", "src/domain/a.rs:1 domain names std::fs"),
        (
            "src/domain/a.rs",
            "fn f() { crate::app::update() }",
            "src/domain/a.rs:1 domain names app",
        ),
        ("src/domain/mod.rs", "use super::rules::x;", "src/domain/mod.rs:1 domain names rules"),
        ("src/rules.rs", "use super::{app::model, domain};", "src/rules.rs:1 rules names app"),
        ("src/app/a.rs", "use ratatui::buffer::Buffer;", "src/app/a.rs:1 app names ratatui"),
        ("src/app/a.rs", "use std::env;", "src/app/a.rs:1 app names std::env"),
        ("src/ui/a.rs", "fn f() { crossterm::queue!(x) }", "src/ui/a.rs:1 ui names crossterm"),
        ("src/ui/a.rs", "use crate::{app::model,\n shell::run};", "src/ui/a.rs:2 ui names shell"),
        ("src/api/v1.rs", "use ::reqwest::Url;", "src/api/v1.rs:1 api names reqwest"),
        ("src/client.rs", "use ratatui::Frame;", "src/client.rs:1 client names ratatui"),
        ("src/pop/protocol.rs", "use tokio::net::A;", "src/pop/protocol.rs:1 pop names tokio"),
        (
            "src/connectors/map.rs",
            "use reqwest::A;",
            "src/connectors/map.rs:1 connectors names reqwest",
        ),
        ("src/gateway/a.rs", "use crate::sample::x;", "src/gateway/a.rs:1 gateway names sample"),
        ("src/gateway/a.rs", "use crate::ui::x;", "src/gateway/a.rs:1 gateway names ui"),
        (
            "src/sample/a.rs",
            "use crate::connectors::x;",
            "src/sample/a.rs:1 sample names connectors",
        ),
        ("src/config/a.rs", "use tokio::fs;", "src/config/a.rs:1 config names tokio"),
        ("src/shell/a.rs", "use crate::gateway::x;", "src/shell/a.rs:1 shell names gateway"),
        ("src/shell/a.rs", "use axum::Router;", "src/shell/a.rs:1 shell names axum"),
        ("src/shell/a.rs", "use tui_textarea::X;", "src/shell/a.rs:1 shell names tui_textarea"),
        (
            "src/app/a.rs",
            "let t = jiff::Timestamp::now();",
            "src/app/a.rs:1 app names Timestamp::now",
        ),
        (
            "src/shell/a.rs",
            "let t = Timestamp::now();",
            "src/shell/a.rs:1 shell names Timestamp::now",
        ),
        (
            "src/pop/calls.rs",
            "let t = Instant::now();",
            "src/pop/calls.rs:1 pop names Instant::now",
        ),
        ("src/cli/a.rs", "let n = rand::thread_rng();", "src/cli/a.rs:1 cli names thread_rng"),
        ("src/ui/a.rs", "let s = Span::raw(name);", "src/ui/a.rs:1 ui names Span::raw"),
        ("src/ui/a.rs", "cell.set_symbol(name);", "src/ui/a.rs:1 ui names set_symbol"),
        ("src/ui/a.rs", "buf\n    .set_string(x);", "src/ui/a.rs:2 ui names set_string"),
        ("src/ui/a.rs", "p.wrap(Wrap { trim })", "src/ui/a.rs:1 ui names wrap"),
        ("src/ui/a.rs", "Paragraph::new(x)", "src/ui/a.rs:1 ui names Paragraph"),
        ("src/misc/a.rs", "", "src/misc/a.rs:1 misc is in no rule"),
    ];
    for (path, source, expected) in planted {
        assert_eq!(complaints(path, source), [expected], "{source}");
    }
}

#[test]
fn what_is_allowed_is_not_reported() {
    let allowed = [
        ("src/app/editing.rs", "use ratatui::buffer::Buffer;\nuse tui_textarea::TextArea;"),
        ("src/pop/peers.rs", "use tokio::net::UnixListener;\nlet t = Instant::now();"),
        ("src/connectors/fetch/mod.rs", "use reqwest::Client;\nuse tokio::time::timeout;"),
        ("src/shell/now.rs", "let t = Timestamp::now();"),
        ("src/ui/text.rs", "buf[(x, y)].set_symbol(symbol);"),
        ("src/ui/past.rs", "use crate::app::past::Past;\nlet rows = text::wrap(&entry, width);"),
        ("src/app/a.rs", "use super::model::Model;\nlet tokio = 3; f(tokio); // serde::x"),
        ("src/app/a.rs", "#[cfg(test)]\nmod tests {\n    use crate::shell::x;\n}"),
        ("src/app/a.rs", "let text = \"crate::shell::run\";"),
        ("src/gateway/store/row.rs", "use super::super::rank::Rank;\nuse sqlx::Row;"),
        ("src/cli/a.rs", "use crate::gateway::serve;\nuse crate::sample::company;"),
        ("src/lib.rs", "pub mod app;"),
    ];
    for (path, source) in allowed {
        assert_eq!(complaints(path, source), Vec::<String>::new(), "{source}");
    }
}

/// The compiler trusts one file, which a reader can judge at a glance.
#[test]
fn one_file_alone_vouches_for_itself() {
    let vouching: Vec<String> = sources()
        .into_iter()
        .filter(|(_, source)| words(&code(source)).iter().any(|word| word.text == "unsafe"))
        .map(|(path, source)| format!("{path} {}", source.matches("unsafe {").count()))
        .collect();
    assert_eq!(vouching, ["src/shell/heap.rs 1"]);
    let planted = "fn f() { unsafe { g() } }";
    assert!(words(planted).iter().any(|word| word.text == "unsafe"));
}

/// The rows of the code map: module, and what it may name.
fn code_map() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md"));
    let rows = page.expect("ARCHITECTURE.md is there");
    let rows = rows.lines().map(|line| line.trim().trim_matches('|').split('|').collect());
    rows.filter_map(|cells: Vec<&str>| {
        let [module, _, names] = cells[..] else { return None };
        let all = (names.trim() == EVERYTHING[0]).then_some(EVERYTHING[0]);
        let names = quoted(names).chain(all).map(str::to_owned).collect();
        Some((quoted(module).next()?.to_owned(), names))
    })
    .collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The modules at the top of the tree, but for the two that only hold the others.
fn tree() -> BTreeSet<String> {
    let all = sources();
    let modules = all.keys().map(|path| module(path).to_owned());
    modules.filter(|name| name != "lib" && name != "main").collect()
}

#[test]
fn the_page_names_every_part_and_draws_the_same_table() {
    let map = code_map();
    for rule in RULES.iter().filter(|rule| tree().contains(rule.module)) {
        let ours: BTreeSet<_> = rule.ours.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(map.get(rule.module), Some(&ours), "what {} may name", rule.module);
    }
}

#[test]
fn the_page_names_no_part_that_does_not_exist() {
    let named: BTreeSet<_> = code_map().into_keys().collect();
    let missing: Vec<_> = named.difference(&tree()).cloned().collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names {missing:?}");
}
