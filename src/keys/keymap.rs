//! A keymap: layers of prefix trees, user's over shipped.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::key::{Code, Key};
use super::layer::Layer;
use crate::action::Action;
use crate::strict::{Complaint, Found};

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
    pub(super) layers: BTreeMap<Layer, Node>,
    /// What a later file took away and put nothing in its place.
    pub(super) unbound: Vec<Unbound>,
}

/// One way to do something, and where that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub layer: &'static str,
    /// As they are written in keymaps.
    pub keys: String,
    pub action: Action,
    pub from: Origin,
    /// What an earlier file had said of the same keys.
    pub over: Option<Over>,
}

/// Keys that a later file took something away from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbound {
    pub layer: &'static str,
    pub keys: String,
    pub from: Origin,
    /// What they did before, if anything.
    pub over: Option<Over>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub file: Arc<str>,
    pub line: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Over {
    /// The action's name, or what the prefix is called.
    pub what: String,
    /// Where it was said; a prefix is said in many places.
    pub from: Option<Origin>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Node {
    pub label: String,
    pub next: BTreeMap<Key, Branch>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Branch {
    Leaf(Leaf),
    Prefix(Node),
}

/// The last key of a binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    pub action: Action,
    pub from: Origin,
    pub over: Option<Box<Over>>,
}

/// The shipped keymaps by name.
pub const SHIPPED: [(&str, &str); 3] = [
    ("default", include_str!("../../keymaps/default.toml")),
    ("vim", include_str!("../../keymaps/vim.toml")),
    ("arrows", include_str!("../../keymaps/arrows.toml")),
];

/// The keymap of that name, the user's (by `find`) over the shipped one. What is wrong in the
/// user's file costs only itself.
pub fn load(name: &str, find: &dyn Fn(&str) -> Found) -> (Keymap, Vec<Complaint>) {
    let mut keymap = Keymap::default();
    let mut complaints = Vec::new();
    let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
    let user = find(name);
    if shipped.is_none() && user.is_none() {
        let known = SHIPPED.iter().map(|(name, _)| *name);
        complaints.push(Complaint::of("keymap", "no keymap is called so").near(name, known));
    }
    let (base, text) = shipped.unwrap_or(&SHIPPED[0]);
    complaints.extend(keymap.overlay(&format!("shipped {base}.toml"), text));
    match user {
        Some(Ok(text)) => {
            complaints.extend(keymap.overlay(&format!("keymaps/{name}.toml"), &text));
        }
        Some(Err(complaint)) => complaints.push(complaint),
        None => {}
    }
    (keymap, complaints)
}

impl Keymap {
    /// What `pressed` comes to in these layers, the innermost first.
    pub fn step(&self, layers: &[Layer], pressed: &[Key]) -> Step {
        let mut label = String::new();
        let mut hints: Vec<(Key, String)> = Vec::new();
        for layer in layers {
            let Some(node) = self.layers.get(layer) else { continue };
            match node.walk(pressed) {
                Some(Branch::Leaf(leaf)) if hints.is_empty() => return Step::Act(leaf.action),
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
            node.bindings(layer.name(), "", &mut found);
        }
        found
    }

    /// What a user's file has taken away from the shipped one.
    pub fn unbound(&self) -> &[Unbound] {
        &self.unbound
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
                Branch::Leaf(Leaf { action, from, over }) => found.push(Binding {
                    layer,
                    keys,
                    action: *action,
                    from: from.clone(),
                    over: over.as_deref().cloned(),
                }),
                Branch::Prefix(node) => node.bindings(layer, &format!("{keys} "), found),
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
                Branch::Leaf(leaf) if leaf.action == action => Some(vec![*key]),
                Branch::Leaf(_) => None,
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
            Self::Leaf(leaf) => leaf.action.short().to_owned(),
            Self::Prefix(node) => format!("{} …", node.label),
        }
    }

    /// What it is to a file that puts something in its place.
    pub fn over(self) -> Over {
        match self {
            Self::Leaf(leaf) => Over { what: leaf.action.name().to_owned(), from: Some(leaf.from) },
            Self::Prefix(node) => Over { what: format!("{} …", node.label), from: None },
        }
    }
}
