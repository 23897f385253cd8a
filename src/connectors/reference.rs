//! The schema of connectors and the page that explains them: both from the types, so that neither
//! can say what is not so.

use std::collections::BTreeMap;
use std::fmt::Write;

use schemars::schema_for;
use serde_json::Value;

use super::dialect::Dialect;
use super::expression::FILTERS;
use super::scope::KNOWN;
use super::spec::Written;
use super::sql::BINDS;

const HEAD: &str = "\
# What a connector can say

Generated from the types that read connectors; `norns connector reference` prints it, and
`norns connector schema` the JSON Schema for editors. A connector is one TOML file. What is not
here is refused, with file, line, column and what was expected. `${NAME}` in `[client]`, and in the
secret of `[webhook]`, is filled from the gateway's `[variables]`, `${NAME:-USUAL}` where it may be left out.
";

const AFTER_LOGIN: &str = "
## Values after a login

| name | what it is |
|---|---|
| `login` | the login's answer: `login.result[0]` |
| `sent` | what was sent to log in, its JSON or its form: `sent.params[0]` |
| `header` | a header of the answer, its name in small letters: `header['x-csrf-token']` |
| `cookies` | its cookies, as they are sent back |

They stand in the `headers`, `query` and `body` of a `session`, and nowhere else. What is made of them
is put into every request, and made anew where a request is refused: by its status, or by a rule in
`[[errors]]` whose meaning is `auth`.
";

const SQL: &str = "\
| `:parent_FIELD` | `parent.FIELD`, a field of the row of `for_each` |

Every value is a text. Patterns escape `%` and `_` by `!`, so `escape '!'` stands after them;
`:like_digits` has nothing to escape. The text is one statement that begins with `select` or `with`
and is asked in a transaction that only reads. What databases would read differently is refused: a
backslash between quotes, and `?`, `$`, `@`, `#` outside of them.

A column is read as JSON: numbers and truth values as such, decimals as exact texts (SQLite has
none: a binary number), moments with a zone as `2026-10-01T14:05:00Z`, those without as
`2026-10-01T14:05:00` in the source's time zone (`as = \"iso_local\"`), days as `2026-10-01`, JSON and
PostgreSQL's arrays as what they hold, bytes that are no text and MySQL's times of day as nothing.
";

/// The JSON Schema, as text.
pub fn schema() -> String {
    serde_json::to_string_pretty(&value()).unwrap_or_default()
}

fn value() -> Value {
    schema_for!(Written).to_value()
}

/// The page, as Markdown.
pub fn page() -> String {
    let schema = value();
    let mut page = String::from(HEAD);
    section(&mut page, "The file", &schema);
    let definitions = schema["$defs"].as_object();
    let sorted: BTreeMap<&String, &Value> = definitions.into_iter().flatten().collect();
    for (name, definition) in sorted {
        section(&mut page, name, definition);
    }
    page.push_str("\n## Values in requests\n\n| name | parts |\n|---|---|\n");
    for variable in KNOWN {
        let parts = match variable.parts {
            Some(parts) => parts
                .iter()
                .map(|part| format!("`{}.{part}`", variable.name))
                .collect::<Vec<_>>()
                .join(" "),
            None => "the fields of the row, or what the action is given".to_owned(),
        };
        writeln!(page, "| `{}` | {parts} |", variable.name).ok();
    }
    page.push_str(AFTER_LOGIN);
    page.push_str("\n## Values in SQL\n\n| name | what it is |\n|---|---|\n");
    for (name, value, what) in BINDS {
        writeln!(page, "| `:{name}` | `{value}`, {what} |").ok();
    }
    page.push_str(SQL);
    page.push_str("\n## Filters\n\n| filter | what it makes |\n|---|---|\n");
    for (name, what) in FILTERS {
        writeln!(page, "| `{name}` | {what} |").ok();
    }
    page.push_str("\n## Languages\n\n");
    let languages = schema_for!(Dialect).to_value();
    for one in variants(&languages) {
        writeln!(page, "- `{}`: {}", name_of(one), text(one)).ok();
    }
    page
}

/// One type: its keys in a table, or its words in a list.
fn section(page: &mut String, title: &str, schema: &Value) {
    write!(page, "\n## {title}\n\n").ok();
    if !text(schema).is_empty() {
        writeln!(page, "{}\n", text(schema)).ok();
    }
    keys(page, schema);
    for variant in variants(schema) {
        if variant["properties"].is_object() {
            let what = Some(text(variant)).filter(|what| !what.is_empty());
            let what = what.map(|what| format!(": {what}")).unwrap_or_default();
            writeln!(page, "- `{}`{what}", name_of(variant)).ok();
            let properties = variant["properties"].as_object().into_iter().flatten();
            for (name, property) in properties.filter(|(_, property)| property["const"].is_null()) {
                let needed = if required(variant, name) { ", needed" } else { "" };
                writeln!(page, "  - `{name}` ({}{needed}) {}", kind(property), text(property)).ok();
            }
        } else if let Some(words) = variant["enum"].as_array() {
            for word in words {
                writeln!(page, "- `{}`", word.as_str().unwrap_or_default()).ok();
            }
        } else {
            writeln!(page, "- {} {}", kind(variant), text(variant)).ok();
        }
    }
    for word in schema["enum"].as_array().into_iter().flatten() {
        writeln!(page, "- `{}`", word.as_str().unwrap_or_default()).ok();
    }
}

fn keys(page: &mut String, schema: &Value) {
    let Some(properties) = schema["properties"].as_object() else { return };
    page.push_str("| key | what | |\n|---|---|---|\n");
    for (name, property) in properties {
        let needed = if required(schema, name) { "needed" } else { "" };
        writeln!(page, "| `{name}` | {} | {} {needed} |", text(property), kind(property)).ok();
    }
}

fn variants(schema: &Value) -> impl Iterator<Item = &Value> {
    let list = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    list.into_iter().flatten()
}

fn required(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|list| list.iter().any(|known| known == name))
}

/// What a variant is called: its only word, or the word in its tag.
fn name_of(variant: &Value) -> &str {
    let own = variant["const"].as_str();
    let mut properties = variant["properties"].as_object().into_iter().flatten();
    own.or_else(|| properties.find_map(|(_, property)| property["const"].as_str())).unwrap_or("…")
}

/// A description in one line.
fn text(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// What a value is: a word, or the name of its section.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(word) = schema["const"].as_str() {
        return format!("`{word}`");
    }
    if let Some(list) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let kinds = list.iter().filter(|one| one["type"] != "null").map(kind);
        return kinds.collect::<Vec<_>>().join(" or ");
    }
    let word = |name: &str| match name {
        "array" => format!("list of {}", kind(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("table of {}", kind(&schema["additionalProperties"]))
        }
        "object" => "table".to_owned(),
        "string" => "text".to_owned(),
        "boolean" => "true or false".to_owned(),
        other => other.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => word(name),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            names.map(word).collect::<Vec<_>>().join(" or ")
        }
        _ => String::new(),
    }
}
