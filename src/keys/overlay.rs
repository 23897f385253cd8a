//! Laying a keymap file over what is there, key by key.

use std::sync::Arc;

use toml::Spanned;

use super::key::Key;
use super::keymap::{Branch, Keymap, Leaf, Node, Origin, Unbound};
use super::layer::Layer;
use crate::action::Action;
use crate::strict::{Complaint, Document, Table, Value};

/// How keys are written.
const KEYS: &str = "write keys as g, G, ctrl-x, f5, tab or enter";

/// A file that is being read.
struct Reader<'t> {
    document: &'t Document<'t>,
    file: Arc<str>,
    layer: &'static str,
    complaints: Vec<Complaint>,
    unbound: Vec<Unbound>,
}

impl Keymap {
    /// Lays a file over what is there. What is wrong in it costs only itself.
    pub fn overlay(&mut self, file: &str, text: &str) -> Vec<Complaint> {
        let document = match Document::parse(file, text) {
            Ok(document) => document,
            Err(complaints) => return complaints,
        };
        let mut reader = Reader {
            document: &document,
            file: file.into(),
            layer: "",
            complaints: Vec::new(),
            unbound: Vec::new(),
        };
        for (name, value) in document.root() {
            let layer = Layer::ALL.iter().find(|(known, _)| known == name.get_ref());
            match (layer, value.get_ref()) {
                (Some((name, layer)), Value::Table(table)) => {
                    reader.layer = name;
                    reader.lay(self.layers.entry(*layer).or_default(), table, "");
                }
                (Some(_), _) => reader.complain(value, "expected a table"),
                (None, _) => {
                    let layers = Layer::ALL.iter().map(|(name, _)| *name);
                    let what = "no layer is called so";
                    let complaint = document.complaint(&name.span(), what);
                    reader.complaints.push(complaint.near(name.get_ref(), layers));
                }
            }
        }
        self.unbound.append(&mut reader.unbound);
        reader.complaints
    }
}

impl Reader<'_> {
    /// Lays a table over a node.
    fn lay(&mut self, node: &mut Node, table: &Table<'_>, before: &str) {
        let mut seen: Vec<(Key, usize)> = Vec::new();
        for (name, value) in table {
            if name.get_ref() == "label" {
                match value.get_ref() {
                    Value::String(label) => label.as_ref().clone_into(&mut node.label),
                    _ => self.complain(value, "expected text"),
                }
                continue;
            }
            let key: Key = match name.get_ref().parse() {
                Ok(key) => key,
                Err(why) => {
                    let (what, hint) = why.split_once(": ").unwrap_or((why, KEYS));
                    let complaint = self.document.complaint(&name.span(), what);
                    self.complaints.push(complaint.hint(hint));
                    continue;
                }
            };
            let (line, _) = self.document.place(&name.span());
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == key) {
                let what = format!("this key is bound twice, first on line {first}");
                let complaint = self.document.complaint(&name.span(), what);
                self.complaints.push(complaint.hint("keep one of them"));
                continue;
            }
            seen.push((key, line));
            let keys = format!("{before}{key}");
            self.bind(node, key, (&keys, value), line);
        }
    }

    fn bind(
        &mut self,
        node: &mut Node,
        key: Key,
        (keys, value): (&str, &Spanned<Value<'_>>),
        line: usize,
    ) {
        let from = Origin { file: Arc::clone(&self.file), line };
        match value.get_ref() {
            Value::Boolean(false) => {
                let over = node.next.remove(&key).map(Branch::over);
                self.unbound.push(Unbound { layer: self.layer, keys: keys.to_owned(), from, over });
            }
            Value::String(action) => match action.parse() {
                Ok(action) => {
                    let over = node.next.remove(&key).map(|known| Box::new(known.over()));
                    node.next.insert(key, Branch::Leaf(Leaf { action, from, over }));
                }
                Err(()) => {
                    let names = Action::ALL.iter().map(|action| action.name());
                    let complaint =
                        self.document.complaint(&value.span(), "no action is called so");
                    let complaint = complaint.near(action, names);
                    self.complaints.push(if complaint.hint.is_none() {
                        complaint.hint("`norns do --list` has them all")
                    } else {
                        complaint
                    });
                }
            },
            Value::Table(table) => {
                if let Some(leaf @ Branch::Leaf(_)) = node.next.get(&key) {
                    let (keys, over) = (keys.to_owned(), Some(leaf.clone().over()));
                    self.unbound.push(Unbound { layer: self.layer, keys, from, over });
                    node.next.remove(&key);
                }
                let branch =
                    node.next.entry(key).or_insert_with(|| Branch::Prefix(Node::default()));
                if let Branch::Prefix(node) = branch {
                    self.lay(node, table, &format!("{keys} "));
                }
            }
            _ => self.complain(value, "expected an action in quotes, a table or false"),
        }
    }

    fn complain<T>(&mut self, about: &Spanned<T>, what: impl Into<String>) {
        self.complaints.push(self.document.complaint(&about.span(), what));
    }
}
