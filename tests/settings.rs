//! The reference of the settings is whole and true, and `norns config show` says what holds.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::collections::BTreeSet;

use common::gateway::write_private;
use common::home::Home;
use norns::config::desk::{AgentTable, BellTable, DeskConfig, DeskTable, GatewayTable};
use norns::config::directory;
use norns::config::layout::LayoutTable;
use norns::config::pop::PopTable;
use norns::config::serve::{self, ListenTable, ServeConfig, SourceTable, StoreTable};
use norns::config::told::{Key, Told};
use norns::config::wrap_up::WrapUpTable;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn reference(file: &str) -> String {
    let output = Home::new().output(&["config", "reference", file]);
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

/// The reference with everything that is only shown.
fn spelt_out(text: &str) -> String {
    let shown = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') && !rest.is_empty() => rest.to_owned(),
        _ => line.to_owned(),
    };
    text.lines().map(|line| shown(line) + "\n").collect()
}

/// The keys that a type reads, as it says itself where it is given one that it does not know.
fn read_by<T: DeserializeOwned>() -> BTreeSet<String> {
    let said = toml::from_str::<T>("no-such-key = 1").err().unwrap();
    let (_, known) = said.message().split_once(", expected ").unwrap();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[track_caller]
fn whole<T: DeserializeOwned + Told>() -> Vec<Key> {
    let keys = T::keys();
    let told: BTreeSet<String> = keys.iter().map(|key| key.name.clone()).collect();
    assert_eq!(told, read_by::<T>());
    for key in &keys {
        assert!(key.about.len() > 10, "`{}` is explained", key.name);
    }
    keys
}

#[test]
fn no_key_is_missing_in_the_reference() {
    let desk = whole::<DeskConfig>();
    whole::<DeskTable>();
    whole::<GatewayTable>();
    whole::<BellTable>();
    whole::<AgentTable>();
    whole::<LayoutTable>();
    whole::<WrapUpTable>();
    whole::<PopTable>();
    whole::<directory::Written>();
    let serve = whole::<ServeConfig>();
    whole::<ListenTable>();
    whole::<StoreTable>();
    whole::<SourceTable>();
    whole::<serve::AgentTable>();
    for (file, keys) in [("norns", desk), ("serve", serve)] {
        let text = reference(file);
        let mut wanted: Vec<Key> = keys;
        while let Some(key) = wanted.pop() {
            let starts = [
                format!("{} = ", key.name),
                format!("[{}]", key.name),
                format!("[[{}]]", key.name),
            ];
            let there = text.lines().any(|line| {
                starts.iter().any(|start| line.trim_start_matches('#').starts_with(start))
            });
            assert!(there, "{file}: {}", key.name);
            wanted.extend(key.keys);
        }
    }
}

#[test]
fn the_reference_changes_nothing_as_it_stands_and_every_example_is_read() {
    let desk = reference("norns");
    assert_eq!(toml::from_str::<DeskConfig>(&desk).unwrap(), DeskConfig::default());
    let all: DeskConfig = toml::from_str(&spelt_out(&desk)).unwrap();
    assert!(all.gateway.is_some() && all.layout.len() == 1 && all.wrap_up.len() == 1);
    toml::from_str::<ServeConfig>(&reference("serve")).unwrap();
    let all: ServeConfig = toml::from_str(&spelt_out(&reference("serve"))).unwrap();
    assert_eq!((all.variables.len(), all.sources.len(), all.agents.len()), (3, 1, 1));
    assert!(desk.lines().all(|line| line.chars().count() <= 100), "{desk}");
}

#[test]
fn what_the_reference_calls_a_default_is_one() {
    // Every example of a key with a default is that default, but for lists that are empty.
    let text = spelt_out(&reference("norns"));
    let all: DeskConfig = toml::from_str(&text).unwrap();
    assert_eq!(all.desk.theme, DeskTable::default().theme);
    assert_eq!(all.agent, AgentTable::default());
    let bell =
        BellTable { identities: Vec::new(), allow_uids: Vec::new(), bridge: None, ..all.bell };
    assert_eq!(bell, BellTable::default());
    assert!(text.contains("\"default\" where it is left out"), "{text}");
}

fn show(home: &Home, arguments: &[&str]) -> Value {
    let output = home.output(&[arguments, &["config", "show", "--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn held<'v>(value: &'v Value, key: &str) -> (&'v Value, &'v Value) {
    let values = value["values"].as_array().unwrap();
    let held = values.iter().find(|held| held["key"] == key).unwrap_or_else(|| panic!("{key}"));
    (&held["value"], &held["from"])
}

#[test]
fn what_holds_is_told_with_the_line_the_flag_or_the_default_that_set_it() {
    let home = Home::new();
    let text = "[desk]\ntheme = \"day\"\nkeymap = \"vim\"\n[gateway]\n\
                url = \"https://ana:s3cret@gateway.example/\"\ntoken-file = \"/x/token\"\n\
                [[layout]]\nqueue = \"A\"\n[[layout]]\nqueue = \"B\"\nfocus = \"past\"\n";
    write_private(&home.config().join("norns.toml"), text);
    let value = show(&home, &["--theme", "contrast", "--linear"]);
    assert_eq!(held(&value, "desk.theme").0, "\"contrast\"");
    assert_eq!(held(&value, "desk.theme").1["flag"], "--theme");
    assert_eq!(held(&value, "desk.linear").1["flag"], "--linear");
    assert_eq!(held(&value, "desk.keymap").1["line"], 3);
    assert_eq!(held(&value, "desk.country").1["by"], "default");
    assert_eq!(held(&value, "desk.time-zone").0, &Value::Null);
    assert_eq!(held(&value, "layout[1].focus").1["line"], 11);
    assert_eq!(held(&value, "layout[0].focus").1["by"], "default");
    assert_eq!(held(&value, "gateway.url").0, "\"https://…@gateway.example/\"");
    assert!(!value.to_string().contains("s3cret"), "{value}");
    let text = String::from_utf8(home.output(&["config", "show"]).stdout).unwrap();
    let keymap = text.lines().find(|line| line.starts_with("desk.keymap = \"vim\"")).unwrap();
    assert!(keymap.ends_with("norns.toml:3"), "{keymap}");
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn a_gateway_s_secrets_are_only_said_to_be_set() {
    let home = Home::new();
    let text = "[[sources]]\nconnector = \"bill\"\n[variables]\nBILL_PASSWORD = \"s3cret\"\n\
                BILL_USER = { env = \"USER\" }\n";
    let file = home.root().join("serve.toml");
    write_private(&file, text);
    let file = file.display().to_string();
    let value = show(&home, &[]);
    assert!(value["values"].as_array().unwrap().len() > 10);
    let output = home.output(&["config", "show", "serve", "--serve", &file, "--json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(held(&value, "variables.BILL_PASSWORD").0, "set");
    assert_eq!(held(&value, "variables.BILL_PASSWORD").1["line"], 4);
    assert_eq!(held(&value, "variables.BILL_USER").0, "{ env = \"USER\" }");
    assert_eq!(held(&value, "sources[0].tier").1["by"], "default");
    assert!(!value.to_string().contains("s3cret"), "{value}");
}
