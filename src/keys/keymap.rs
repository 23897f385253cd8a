//! A keymap: layers of prefix trees, read from TOML, user's over shipped.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::key::{Code, Key};
use super::layer::Layer;
use crate::action::Action;
use crate::strict::{Complaint, nearest};

/// What the keys pressed so far come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Act(Action),
    /// The beginning of something: its label, and what may follow.
    Pending {
        label: String,
        hints: Vec<(Key, String)>,
    },
    Nothing,
}

/// Keys to actions, by layer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    layers: BTreeMap<Layer, Node>,
}

/// One way to do something, and the file that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub layer: &'static str,
    /// As they are written in keymaps.
    pub keys: String,
    pub action: Action,
    pub file: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Node {
    label: String,
    next: BTreeMap<Key, Branch>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Branch {
    Leaf { action: Action, file: Arc<str> },
    Prefix(Node),
}

/// The shipped keymaps by name.
pub const SHIPPED: [(&str, &str); 3] = [
    ("default", include_str!("../../keymaps/default.toml")),
    ("vim", include_str!("../../keymaps/vim.toml")),
    ("arrows", include_str!("../../keymaps/arrows.toml")),
];

/// The keymap of that name, the user's (by `find`) over the shipped one. What is wrong in the
/// user's file costs only itself.
pub fn load(name: &str, find: &dyn Fn(&str) -> Option<String>) -> (Keymap, Vec<Complaint>) {
    let mut keymap = Keymap::default();
    let mut complaints = Vec::new();
    let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
    let user = find(name);
    if shipped.is_none() && user.is_none() {
        let mut what = format!("no keymap is called `{name}`");
        if let Some(near) = nearest(name, SHIPPED.iter().map(|(name, _)| *name)) {
            what.push_str(&format!(", did you mean `{near}`"));
        }
        complaints.push(Complaint::of("keymap", what));
    }
    let (base, text) = shipped.unwrap_or(&SHIPPED[0]);
    complaints.extend(keymap.overlay(&format!("shipped {base}.toml"), text));
    if let Some(text) = user {
        complaints.extend(keymap.overlay(&format!("keymaps/{name}.toml"), &text));
    }
    (keymap, complaints)
}

impl Keymap {
    /// Lays a file over what is there, key by key.
    pub fn overlay(&mut self, file: &str, text: &str) -> Vec<Complaint> {
        let table: toml::Table = match toml::from_str(text) {
            Ok(table) => table,
            Err(error) => return vec![crate::strict::complain(file, text, &error)],
        };
        let mut complaints = Vec::new();
        let from: Arc<str> = file.into();
        for (name, value) in table {
            let layer = Layer::ALL.iter().find(|(known, _)| *known == name);
            match (layer, value) {
                (Some((_, layer)), toml::Value::Table(table)) => {
                    let node = self.layers.entry(*layer).or_default();
                    node.overlay(&name, table, &from, &mut |what| {
                        complaints.push(Complaint::of(file, what))
                    });
                }
                _ => complaints.push(Complaint::of(file, unknown_layer(&name))),
            }
        }
        complaints
    }

    /// What `pressed` comes to in these layers, the innermost first.
    pub fn step(&self, layers: &[Layer], pressed: &[Key]) -> Step {
        let mut label = String::new();
        let mut hints: Vec<(Key, String)> = Vec::new();
        for layer in layers {
            let Some(node) = self.layers.get(layer) else { continue };
            match node.walk(pressed) {
                Some(Branch::Leaf { action, .. }) if hints.is_empty() => {
                    return Step::Act(*action);
                }
                Some(Branch::Prefix(prefix)) => {
                    if label.is_empty() {
                        label.clone_from(&prefix.label);
                    }
                    for (key, branch) in &prefix.next {
                        if !hints.iter().any(|(known, _)| known == key) {
                            hints.push((*key, branch.words()));
                        }
                    }
                }
                _ => {}
            }
        }
        if hints.is_empty() { Step::Nothing } else { Step::Pending { label, hints } }
    }

    /// Every binding, layer by layer.
    pub fn bindings(&self) -> Vec<Binding> {
        let mut found = Vec::new();
        for (layer, node) in &self.layers {
            let name =
                Layer::ALL.iter().find(|(_, known)| known == layer).map_or("", |(name, _)| name);
            node.bindings(name, "", &mut found);
        }
        found
    }

    /// The keys that lead to this action in these layers, as they are written; the easiest first.
    pub fn keys_for(&self, layers: &[Layer], action: Action) -> Option<String> {
        layers
            .iter()
            .filter_map(|layer| self.layers.get(layer)?.find(action))
            .filter(|keys| {
                // An inner layer may have taken the key for something else.
                self.step(layers, keys) == Step::Act(action)
            })
            .min_by_key(|keys| effort(keys))
            .map(|keys| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    /// The keys that lead to this action wherever it has some.
    pub fn anywhere(&self, action: Action) -> String {
        use Layer::{Form, Future, Global, Line, Note, Overlay, Pane, Past, Present};
        let layers: [&[Layer]; 7] = [
            &[Past, Pane, Global],
            &[Present, Pane, Global],
            &[Future, Pane, Global],
            &[Note],
            &[Form],
            &[Line],
            &[Overlay],
        ];
        layers.iter().find_map(|layers| self.keys_for(layers, action)).unwrap_or_default()
    }
}

impl Node {
    fn bindings(&self, layer: &'static str, before: &str, found: &mut Vec<Binding>) {
        for (key, branch) in &self.next {
            let keys = format!("{before}{key}");
            match branch {
                Branch::Leaf { action, file } => {
                    found.push(Binding { layer, keys, action: *action, file: file.to_string() });
                }
                Branch::Prefix(node) => node.bindings(layer, &format!("{keys} "), found),
            }
        }
    }

    fn overlay(
        &mut self,
        place: &str,
        table: toml::Table,
        file: &Arc<str>,
        complain: &mut dyn FnMut(String),
    ) {
        for (name, value) in table {
            if name == "label" {
                value.as_str().unwrap_or_default().clone_into(&mut self.label);
                continue;
            }
            let key: Key = match name.parse() {
                Ok(key) => key,
                Err(why) => {
                    complain(format!("[{place}] `{name}`: {why}"));
                    continue;
                }
            };
            match value {
                toml::Value::Boolean(false) => {
                    self.next.remove(&key);
                }
                toml::Value::String(action) => match action.parse() {
                    Ok(action) => {
                        self.next.insert(key, Branch::Leaf { action, file: Arc::clone(file) });
                    }
                    Err(()) => complain(format!("[{place}] `{name}`: {}", unknown_action(&action))),
                },
                toml::Value::Table(table) => {
                    let branch =
                        self.next.entry(key).or_insert_with(|| Branch::Prefix(Self::default()));
                    if let Branch::Leaf { .. } = branch {
                        *branch = Branch::Prefix(Self::default());
                    }
                    if let Branch::Prefix(node) = branch {
                        node.overlay(&format!("{place}.{name}"), table, file, complain);
                    }
                }
                _ => complain(format!("[{place}] `{name}`: expected an action, a table or false")),
            }
        }
    }

    fn walk(&self, pressed: &[Key]) -> Option<&Branch> {
        let (first, rest) = pressed.split_first()?;
        match self.next.get(first)? {
            Branch::Prefix(node) if !rest.is_empty() => node.walk(rest),
            branch if rest.is_empty() => Some(branch),
            _ => None,
        }
    }

    fn find(&self, action: Action) -> Option<Vec<Key>> {
        let mut found: Option<Vec<Key>> = None;
        for (key, branch) in &self.next {
            let keys = match branch {
                Branch::Leaf { action: known, .. } if *known == action => Some(vec![*key]),
                Branch::Leaf { .. } => None,
                Branch::Prefix(node) => node.find(action).map(|mut rest| {
                    rest.insert(0, *key);
                    rest
                }),
            };
            let better =
                |keys: &Vec<Key>| found.as_ref().is_none_or(|known| effort(keys) < effort(known));
            if keys.as_ref().is_some_and(better) {
                found = keys;
            }
        }
        found
    }
}

/// How hard keys are to find: few are easier than many, and of those enter and escape than the
/// others, which mean different things in different places.
fn effort(keys: &[Key]) -> (usize, bool, bool) {
    let held = keys.iter().any(|key| key.ctrl || key.alt || key.shift);
    let well_known = keys.iter().all(|key| matches!(key.code, Code::Enter | Code::Esc));
    (keys.len(), held, !well_known)
}

impl Branch {
    fn words(&self) -> String {
        match self {
            Self::Leaf { action, .. } => action.what().to_owned(),
            Self::Prefix(node) => format!("{} …", node.label),
        }
    }
}

fn unknown_layer(name: &str) -> String {
    let near = nearest(name, Layer::ALL.iter().map(|(name, _)| *name));
    let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`"));
    format!("no layer is called `{name}`{hint}")
}

fn unknown_action(name: &str) -> String {
    let name: String = name.chars().take(40).filter(|c| !c.is_control()).collect();
    let near = nearest(&name, Action::ALL.iter().map(|action| action.name()));
    let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`"));
    format!("no action is called `{name}`{hint}")
}
