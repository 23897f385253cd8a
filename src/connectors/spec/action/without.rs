//! A request without what nothing was given for.

use crate::connectors::spec::request::{Endpoint, JsonTemplate, QueryValue};
use crate::connectors::template::Template;

impl Endpoint {
    /// The same without the parameters, fields, keys and elements whose values name one of these
    /// inputs.
    #[must_use]
    pub fn without(&self, absent: &[&str]) -> Self {
        let mut kept = self.clone();
        if absent.is_empty() {
            return kept;
        }
        let named = |text: &Template| {
            text.paths().any(|path| input(&path).is_some_and(|name| absent.contains(&name)))
        };
        let lacks = |value: &QueryValue| value.texts().into_iter().any(named);
        kept.query.retain(|_, value| !lacks(value));
        if let Some(form) = &mut kept.form {
            form.retain(|_, value| !lacks(value));
        }
        if let Some(json) = &mut kept.json {
            prune(json, &named);
        }
        kept.variables.retain(|_, value| keep(value, &named));
        if let Some(call) = &mut kept.rpc {
            prune(&mut call.params, &named);
        }
        kept
    }
}

/// The input that a path names: of `input.text` that is `text`.
pub fn input(path: &str) -> Option<&str> {
    path.strip_prefix("input.").map(|rest| rest.split('.').next().unwrap_or(rest))
}

fn keep(value: &mut JsonTemplate, named: &dyn Fn(&Template) -> bool) -> bool {
    if let JsonTemplate::Text(text) = value
        && named(text)
    {
        return false;
    }
    prune(value, named);
    true
}

fn prune(json: &mut JsonTemplate, named: &dyn Fn(&Template) -> bool) {
    match json {
        JsonTemplate::Map(map) => map.retain(|_, value| keep(value, named)),
        JsonTemplate::List(list) => list.retain_mut(|value| keep(value, named)),
        JsonTemplate::Fixed(_) | JsonTemplate::Text(_) => {}
    }
}
