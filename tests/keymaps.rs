//! Every shipped keymap is whole: each action has keys, and none of them is in the way.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::home::Home;
use norns::action::Action;
use norns::app::editing;
use norns::keys::keymap::{self, Binding, SHIPPED};
use norns::keys::layer::Layer;

/// The stacks of layers that a desk can be in, the innermost first.
const STACKS: [&[Layer]; 7] = [
    &[Layer::Past, Layer::Pane, Layer::Global],
    &[Layer::Present, Layer::Pane, Layer::Global],
    &[Layer::Future, Layer::Pane, Layer::Global],
    &[Layer::Note, Layer::Global],
    &[Layer::Line, Layer::Global],
    &[Layer::Form, Layer::Global],
    &[Layer::Overlay, Layer::Global],
];

#[test]
fn every_action_has_keys_in_every_keymap() {
    for (name, _) in SHIPPED {
        let (keymap, complaints) = keymap::load(name, &|_| None);
        assert_eq!(complaints, [], "{name}");
        for action in Action::ALL {
            let reached = STACKS.iter().any(|stack| keymap.keys_for(stack, *action).is_some());
            assert!(reached, "{name}: no key for {}", action.name());
            let told = keymap.anywhere(*action);
            assert!(!told.is_empty(), "{name}: nobody is told the key for {}", action.name());
        }
    }
}

#[test]
fn the_keymap_without_letters_has_none() {
    let (keymap, _) = keymap::load("arrows", &|_| None);
    for binding in keymap.bindings() {
        for key in binding.keys.split(' ').filter(|key| !key.starts_with("ctrl-")) {
            let letter = key.chars().count() == 1;
            assert!(!letter, "{} needs {}", binding.action.name(), binding.keys);
        }
    }
}

/// Layers in force while a text is edited.
const TYPING: [&str; 4] = ["note", "line", "form", "global"];
/// What a single line has no use for, and a list below it has.
const OF_A_LIST: [&str; 5] = ["enter", "up", "down", "ctrl-n", "ctrl-p"];
/// Flow control, and what terminals send for other keys: backspace, tab, enter, escape.
const OF_THE_TERMINAL: [&str; 7] =
    ["ctrl-s", "ctrl-q", "ctrl-h", "ctrl-i", "ctrl-j", "ctrl-m", "ctrl-["];
/// Signs that are behind AltGr, or dead, on one national layout or another.
const BEHIND_ALTGR: [&str; 10] = ["[", "]", "{", "}", "\\", "|", "@", "~", "`", "^"];

#[test]
fn no_binding_takes_what_is_typed_or_edits_text() {
    for (name, _) in SHIPPED {
        let (keymap, _) = keymap::load(name, &|_| None);
        for binding in keymap.bindings().iter().filter(|b| TYPING.contains(&b.layer)) {
            let first = binding.keys.split(' ').next().unwrap();
            let of_a_list = ["line", "form"].contains(&binding.layer) && OF_A_LIST.contains(&first);
            let taken = editing::takes(first.parse().unwrap()) && !of_a_list;
            assert!(!taken, "{name}: {} in {}", binding.keys, binding.layer);
        }
    }
}

#[test]
fn no_binding_is_a_habit_of_terminals_or_hangs_on_one_national_layout() {
    for (name, _) in SHIPPED {
        let (keymap, _) = keymap::load(name, &|_| None);
        let bindings = keymap.bindings();
        let has = |binding: &Binding, keys: &[&str]| {
            binding.keys.split(' ').any(|key| keys.contains(&key))
        };
        for binding in &bindings {
            assert!(!has(binding, &OF_THE_TERMINAL), "{name}: {}", binding.keys);
            let another = bindings.iter().any(|other| {
                other.layer == binding.layer
                    && other.action == binding.action
                    && !has(other, &BEHIND_ALTGR)
            });
            assert!(another, "{name}: only {} for {}", binding.keys, binding.action.name());
            let with_alt = binding.keys.split(' ').any(|key| key.starts_with("alt-"));
            let typing = TYPING.contains(&binding.layer);
            assert!(!(with_alt && typing), "{name}: escape and a letter is {}", binding.keys);
        }
    }
}

#[test]
fn norns_keys_tells_which_line_each_key_comes_from_and_what_it_overrides() {
    let home = Home::new();
    std::fs::create_dir_all(home.config().join("keymaps")).unwrap();
    let mine = "[pane]\n\"X\" = \"call.close\"\n\"n\" = \"contact.new\"\n\"v\" = false\n\"z\" = \"pane.zoom\"\n";
    std::fs::write(home.config().join("keymaps/default.toml"), mine).unwrap();
    let (_, shipped) = SHIPPED[0];
    let of_shipped = |wanted: &str| {
        let mut lines = shipped.lines().enumerate().skip_while(|(_, line)| *line != "[pane]");
        lines.find(|(_, line)| line.starts_with(wanted)).unwrap().0 + 1
    };
    let output = home.output(&["keys"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
    assert!(line("pane     X ").ends_with("(keymaps/default.toml:2)"), "{text}");
    let note = format!("overrides note.write of shipped default.toml:{})", of_shipped("\"n\""));
    assert!(line("pane     n ").contains("contact.new"), "{text}");
    assert!(line("pane     n ").ends_with(&note), "{}: {note}", line("pane     n "));
    assert!(line("pane     v ").contains("nothing any more"), "{text}");
    assert!(line("pane     q ").ends_with(&format!("default.toml:{})", of_shipped("\"q\""))));
    let json = home.output(&["keys", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let keys = value["keys"].as_array().unwrap();
    let key = |layer: &str, keys_: &str| {
        keys.iter().find(|key| key["layer"] == layer && key["keys"] == keys_).unwrap()
    };
    assert_eq!(key("pane", "n")["overrides"]["what"], "note.write");
    assert_eq!(key("pane", "n")["overrides"]["line"], of_shipped("\"n\""));
    assert_eq!(key("pane", "v")["action"], serde_json::Value::Null);
    assert_eq!(key("pane", "v")["overrides"]["what"], "caller.verify");
    assert!(keys.iter().all(|key| key["line"].as_u64().unwrap() > 0));
}

#[test]
fn norns_check_reads_every_file_and_never_tells_a_value() {
    let home = Home::new();
    assert_eq!(home.output(&["check"]).status.code(), Some(0));
    for kind in ["keymaps", "themes", "connectors"] {
        std::fs::create_dir_all(home.config().join(kind)).unwrap();
    }
    let write = |name: &str, text: &str| std::fs::write(home.config().join(name), text).unwrap();
    write("norns.toml", "[desk]\ntime-zone = \"America/Torono\"\n");
    write("keymaps/mine.toml", "[pane]\n\"w\" = \"note.wirte\"\n");
    write("themes/mine.toml", "inherits = \"nihgt\"\n");
    write("connectors/mine.toml", "id = \"MINE\"\n[client]\nbase_url = 7\ntoken = \"s3cret\"\n");
    let output = home.output(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "no time zone is called",
        "did you mean `note.write`",
        "no theme is called so; did you mean `night`",
        "connectors/mine.toml:3",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains("s3cret"), "{text}");
}
