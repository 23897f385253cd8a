//! The page for newcomers, followed to the letter before the system that it tells of.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[allow(dead_code, reason = "it can do more than is asked of it here")]
#[path = "wrong/server.rs"]
mod server;

use std::path::Path;
use std::process::Command;

use server::{Does, Server, answer, json};

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/WRITE-ONE.md"))
        .unwrap()
}

/// The page's own example of what the system answers to this path.
fn told(page: &str, path: &str) -> Option<String> {
    let mut lines = page.lines();
    lines.find(|line| line.strip_prefix("    GET ") == Some(path))?;
    lines.next().map(|line| line.trim().to_owned())
}

/// The words of a command, with those between quotes as one.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(nth, part)| match nth % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_newcomers_ends_with_a_working_look_up() {
    let page = page();
    let text = page.clone();
    let server = Server::start(move |head, _| {
        let path = head.split_whitespace().nth(1).unwrap_or_default();
        if !head.to_lowercase().contains("x-key: k3y") {
            return Does::Sends(answer("401 Unauthorized", "", "{}"));
        }
        let nobody = || "{\"total\": 0, \"customers\": []}".to_owned();
        Does::Sends(json(&told(&text, path).unwrap_or_else(nobody)))
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let toml = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    std::fs::write(folder.path().join("lockers.toml"), toml).unwrap();

    let commands: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("    norns ")).collect();
    assert_eq!(commands.len(), 7);
    let mut said = String::new();
    for command in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_norns"))
            .args(words(command))
            .current_dir(folder.path())
            .env("LOCKERS_URL", format!("http://127.0.0.1:{}", server.port))
            .env("LOCKERS_KEY", "k3y")
            .output()
            .unwrap();
        let told =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "norns {command}\n{told}");
        said += &told;
    }
    let promised = page.lines().find(|line| line.starts_with("    record LOCKERS")).unwrap();
    for expected in [
        promised.trim(),
        "2026-10-01T14:05:00Z order 7: Two boxes, waiting, 4.50 CAD",
        "no recording asks phone, view",
        "values that cannot exist find nothing",
        "lockers.toml: 2 recordings as they were",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    for name in ["by-phone", "view"] {
        let kept =
            std::fs::read_to_string(folder.path().join(format!("lockers/{name}.json"))).unwrap();
        assert!(!kept.contains("Ana") && !kept.contains("555-0142"), "{kept}");
    }
}
