//! Who may know whom, and what nobody but one place may do.

use super::source::{Mention, code, mentions, words};

/// What a module may and may not name.
pub struct Rule {
    pub module: &'static str,
    /// Modules of ours; everything where it is `EVERYTHING`.
    pub ours: &'static [&'static str],
    /// Crates, and parts of `std`, that it does without.
    without: &'static [&'static [&'static str]],
}

pub const EVERYTHING: &[&str] = &["everything"];

const TERMINAL: &[&str] = &["crossterm"];
const CELLS: &[&str] = &["ratatui", "ratatui_core", "ratatui_widgets", "tui_textarea"];
const NOTE: &[&str] = &["tui_textarea"];
const SERVER: &[&str] = &["axum", "hyper", "hyper_util", "http_body_util", "tower"];
const LISTENING: &[&str] = &["axum", "hyper", "hyper_util"];
const WAITING: &[&str] = &["tokio", "futures_util"];
const TLS: &[&str] = &["rustls"];
const ASKING: &[&str] = &["reqwest", "rustls", "ldap3"];
const STORE: &[&str] = &["sqlx"];
const FILES: &[&str] = &["toml"];
const WIRE: &[&str] = &["serde", "serde_json"];
const MACHINE: &[&str] = &[
    "rustix",
    "directories",
    "std::fs",
    "std::env",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
];

/// The table of ARCHITECTURE.md, with what it says in prose.
pub const RULES: &[Rule] = &[
    Rule {
        module: "domain",
        ours: &[],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, FILES, WIRE, MACHINE],
    },
    Rule {
        module: "action",
        ours: &[],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, FILES, WIRE, MACHINE],
    },
    Rule {
        module: "keys",
        ours: &["action", "strict"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, MACHINE],
    },
    Rule {
        module: "rules",
        ours: &["domain"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, FILES, WIRE, MACHINE],
    },
    Rule {
        module: "identity",
        ours: &["domain", "strict"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, FILES, MACHINE],
    },
    Rule {
        module: "app",
        ours: &["domain", "action", "keys", "rules"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, FILES, WIRE, MACHINE],
    },
    Rule {
        module: "ui",
        ours: &["domain", "action", "keys", "app", "rules", "strict"],
        without: &[TERMINAL, NOTE, SERVER, WAITING, ASKING, STORE, MACHINE],
    },
    Rule {
        module: "api",
        ours: &["domain"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, FILES, MACHINE],
    },
    Rule {
        module: "client",
        ours: &["api", "domain"],
        without: &[TERMINAL, CELLS, STORE, FILES, &["axum"]],
    },
    Rule {
        module: "orders",
        ours: &["action", "private"],
        without: &[TERMINAL, CELLS, SERVER, ASKING, STORE, FILES],
    },
    Rule {
        module: "pop",
        ours: &["domain", "private"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE],
    },
    Rule {
        module: "bridge",
        ours: &["domain", "pop", "private"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, FILES],
    },
    Rule {
        module: "connectors",
        ours: &["domain", "strict"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE],
    },
    Rule {
        module: "gateway",
        ours: &["connectors", "api", "domain", "identity", "private"],
        without: &[TERMINAL, CELLS],
    },
    Rule { module: "sample", ours: &["domain"], without: &[TERMINAL, CELLS, ASKING, STORE] },
    Rule {
        module: "strict",
        ours: &[],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, MACHINE],
    },
    Rule {
        module: "private",
        ours: &[],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE, FILES, WIRE],
    },
    Rule {
        module: "config",
        ours: &["strict"],
        without: &[TERMINAL, CELLS, SERVER, WAITING, ASKING, STORE],
    },
    Rule {
        module: "shell",
        ours: &["app", "ui", "keys", "client", "config", "domain", "strict"],
        without: &[NOTE, LISTENING, ASKING, STORE],
    },
    Rule { module: "cli", ours: EVERYTHING, without: &[CELLS] },
    Rule { module: "main", ours: EVERYTHING, without: &[CELLS] },
];

/// Files, and folders with all in them, that may name what their module may not, and why.
const EXCEPTIONS: &[(&str, &[&str])] = &[
    // A text area learns its size when drawn; nobody else sees the type.
    ("src/app/editing.rs", CELLS),
    // The two ends of the doorbell's socket.
    ("src/pop/listener.rs", WAITING),
    ("src/pop/peers.rs", WAITING),
    ("src/pop/send.rs", WAITING),
    // The two ends of a bridge: the telephony system, and the desks.
    ("src/bridge/link.rs", WAITING),
    ("src/bridge/stream.rs", WAITING),
    ("src/bridge/stream.rs", TLS),
    ("src/bridge/desk.rs", WAITING),
    // Where sources are asked.
    ("src/connectors/fetch/", WAITING),
    ("src/connectors/fetch/", ASKING),
    // Where databases are asked.
    ("src/connectors/fetch/sql/", STORE),
];

/// The clock is asked here only.
const NOW: &str = "src/shell/now.rs";
/// tokio's own time, for deadlines and frames, is asked here too.
const TIMING: &[&str] =
    &["src/gateway/", "src/connectors/fetch/", "src/pop/peers.rs", "src/sample/", "src/shell/"];
/// Text reaches cells here only.
const WRITING: &str = "src/ui/text.rs";

/// Everything in one source that breaks a rule: `src/keys/mod.rs:8 keys names tokio`.
///
/// `path` is as seen from the root of the project.
pub fn complaints(path: &str, source: &str) -> Vec<String> {
    let module = module(path);
    if module == "lib" {
        return Vec::new();
    }
    let Some(rule) = RULES.iter().find(|rule| rule.module == module) else {
        return vec![format!("{path}:1 {module} is in no rule")];
    };
    let code = code(source);
    let mut found = Vec::new();
    for mention in mentions(&code) {
        let mut say = |what: &str| found.push((mention.line, format!("{module} names {what}")));
        if let Some(other) = ours(path, &mention)
            && other != module
            && rule.ours != EVERYTHING
            && !rule.ours.contains(&other)
        {
            say(other);
        }
        if let Some(name) = foreign(rule, path, &mention) {
            say(name);
        }
        if let Some(clock) = clock(path, &mention) {
            say(&clock);
        }
        if let [.., owner, raw] = &mention.path[..]
            && path != WRITING
            && ["Span", "Line", "Text"].contains(&owner.as_str())
            && raw == "raw"
        {
            say(&format!("{owner}::raw"));
        }
    }
    for word in words(&code).into_iter().filter(|_| path != WRITING) {
        let writes = match word.text {
            "Paragraph" => true,
            "set_symbol" | "set_char" | "set_string" | "set_stringn" | "set_line" | "set_span"
            | "wrap" => word.after_dot && word.called,
            _ => false,
        };
        if writes {
            found.push((word.line, format!("{module} names {}", word.text)));
        }
    }
    found.sort();
    found.dedup();
    found.into_iter().map(|(line, what)| format!("{path}:{line} {what}")).collect()
}

/// The module at the top of the tree that a file belongs to.
pub fn module(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    below.split(['/', '.']).next().unwrap_or(below)
}

/// Which module of ours a path leads to, if it leads to one.
fn ours<'m>(path: &str, mention: &'m Mention) -> Option<&'m str> {
    let first = mention.path.first()?;
    let top = match first.as_str() {
        "crate" | "norns" => mention.path.get(1)?,
        "super" => {
            let up = mention.path.iter().take_while(|name| *name == "super").count();
            mention.path.get(up).filter(|_| up >= depth(path))?
        }
        _ => return None,
    };
    RULES.iter().any(|rule| rule.module == top.as_str()).then_some(top.as_str())
}

/// How many modules a file is below the root of the crate.
fn depth(path: &str) -> usize {
    let below = path.strip_prefix("src/").unwrap_or(path);
    let files = below.split('/').count();
    if below.ends_with("/mod.rs") { files - 1 } else { files }
}

/// What of the things that its module does without a path names.
fn foreign<'r>(rule: &'r Rule, path: &str, mention: &Mention) -> Option<&'r str> {
    let written = mention.path.join("::");
    let names = |name: &str| {
        written == name || written.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"))
    };
    let except = |name: &str| {
        EXCEPTIONS.iter().any(|(place, allowed)| path.starts_with(place) && allowed.contains(&name))
    };
    // A name alone is a variable or a field; only a path or a `use` names a crate.
    let alone = mention.path.len() == 1;
    let mut without = rule.without.iter().copied().flatten().copied();
    without.find(|&name| !alone && names(name) && !except(name))
}

/// A question for the time or for chance where none may be asked.
fn clock(path: &str, mention: &Mention) -> Option<String> {
    if path == NOW {
        return None;
    }
    let last = mention.path.last()?;
    if last == "thread_rng" || mention.path.first().is_some_and(|name| name == "rand") {
        return Some(last.clone());
    }
    let [.., owner, last] = &mention.path[..] else { return None };
    let timing = TIMING.iter().any(|place| path.starts_with(place));
    let asked = last == "now"
        && match owner.as_str() {
            "Timestamp" | "SystemTime" | "Zoned" | "ZonedDateTime" => true,
            "Instant" => !timing,
            _ => false,
        };
    asked.then(|| format!("{owner}::now"))
}
