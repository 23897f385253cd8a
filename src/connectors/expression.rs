//! The one expression language: MiniJinja's expressions. What is undefined is an error and not
//! nothing, steps are counted, and only the filters below exist.

use std::fmt;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::{ArgType, Rest, Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

/// So many steps one expression may take.
const FUEL: u64 = 20_000;

/// The filters, and what each does; the reference page lists them.
pub const FILTERS: [(&str, &str); 15] = [
    ("base64", "the text in Base64, as RFC 4648 writes it"),
    ("default", "the value, or the argument where it is undefined, null or empty"),
    ("digits", "the digits alone"),
    ("first", "the first element of a list"),
    ("join", "the elements of a list as one text, with the argument between them"),
    ("last", "the last element of a list"),
    ("lower", "in small letters"),
    (
        "number",
        "the whole number that a text writes, or each text of a list; another stays as it is",
    ),
    ("only", "of each element of a list, only the field that the argument names"),
    ("pluck", "of each element of a list, the field that the argument names"),
    ("replace", "the text with the first argument replaced by the second"),
    ("split", "the parts of a text between the argument"),
    ("trim", "without white space at both ends"),
    ("upper", "in capital letters"),
    ("uuid", "32 hexadecimal digits as a UUID is written"),
];

static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut language = Environment::empty();
    language.set_undefined_behavior(UndefinedBehavior::Strict);
    language.set_fuel(Some(FUEL));
    language.add_filter("base64", |text: Text| STANDARD.encode(text.0));
    language.add_filter("default", default);
    language.add_filter("digits", |text: Text| -> String {
        text.0.chars().filter(char::is_ascii_digit).collect()
    });
    language.add_filter("first", |list: Value| element(elements(&list)?.next()));
    language.add_filter("join", join);
    language.add_filter("last", |list: Value| element(elements(&list)?.last()));
    language.add_filter("lower", |text: Text| text.0.to_lowercase());
    language.add_filter("number", number);
    language.add_filter("only", only);
    language.add_filter("pluck", pluck);
    language
        .add_filter("replace", |text: Text, old: String, new: String| text.0.replace(&old, &new));
    language.add_filter("split", |text: Text, between: String| -> Vec<String> {
        text.0.split(&between).map(str::to_owned).collect()
    });
    language.add_filter("trim", |text: Text| text.0.trim().to_owned());
    language.add_filter("upper", |text: Text| text.0.to_uppercase());
    language.add_filter("uuid", |text: Text| {
        uuid(&text.0).ok_or_else(|| Error::from(ErrorKind::InvalidOperation))
    });
    language
});

/// A value as the text that it is; what is not there is none, and not the word for it.
struct Text(String);

impl<'a> ArgType<'a> for Text {
    type Output = Self;

    fn from_value(value: Option<&'a Value>) -> Result<Self, Error> {
        let value = value.cloned().and_then(defined).ok_or(ErrorKind::UndefinedError)?;
        Ok(Self(value.to_string()))
    }
}

fn element(found: Option<Value>) -> Result<Value, Error> {
    Ok(found.unwrap_or(Value::UNDEFINED))
}

fn default(value: Value, other: Value) -> Value {
    let absent = value.is_undefined() || value.is_none() || value.as_str() == Some("");
    if absent { other } else { value }
}

fn elements(list: &Value) -> Result<impl Iterator<Item = Value>, Error> {
    list.try_iter()
}

fn join(list: Value, between: Rest<String>) -> Result<String, Error> {
    let between = between.first().map_or("", String::as_str);
    let words: Vec<String> = elements(&list)?.map(|value| value.to_string()).collect();
    Ok(words.join(between))
}

fn pluck(list: Value, name: String) -> Result<Vec<Value>, Error> {
    elements(&list)?
        .map(|value| value.get_attr(&name))
        .map(|found| found.and_then(|value| defined(value).ok_or(ErrorKind::UndefinedError.into())))
        .collect()
}

/// Some sources take an id as a number only.
fn number(value: Value) -> Value {
    if value.kind() == ValueKind::Seq {
        return value.try_iter().map_or(value.clone(), |all| all.map(number).collect());
    }
    let plain = |text: &str| text == "0" || !text.starts_with(['0', '+']) && text != "-0";
    let read = value.as_str().filter(|text| plain(text)).and_then(|text| text.parse::<i64>().ok());
    read.map_or(value, Value::from)
}

/// 32 hexadecimal digits as a UUID is written.
pub fn uuid(digits: &str) -> Option<String> {
    let good = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    good.then(|| parts.map(|part| digits.get(part).unwrap_or_default()).join("-"))
}

fn only(list: Value, name: String) -> Result<Vec<Value>, Error> {
    let plucked = pluck(list, name.clone())?;
    Ok(plucked.into_iter().map(|value| Value::from_pairs([(name.as_str(), value)])).collect())
}

/// A value of JSON as expressions see it.
pub fn from_json(json: &serde_json::Value) -> Value {
    Value::from(Serde(json))
}

/// A compiled expression.
#[derive(Clone)]
pub struct Expression {
    source: Arc<str>,
    compiled: Arc<minijinja::Expression<'static, 'static>>,
}

impl Expression {
    /// Compiles it. It may name the variables that `known` lists, and of those with parts only
    /// the listed parts.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn compile(source: &str, known: &[Variable]) -> Result<Self, String> {
        check_filters(source)?;
        let compiled = LANGUAGE
            .compile_expression_owned(source.trim().to_owned())
            .map_err(|_| "expected an expression between `{{` and `}}`".to_owned())?;
        for path in compiled.undeclared_variables(true) {
            check_name(&path, known)?;
        }
        Ok(Self { source: source.trim().into(), compiled: Arc::new(compiled) })
    }

    /// Its value; nothing where it is undefined or null, fails, or takes too many steps.
    pub fn value(&self, scope: &Value) -> Option<Value> {
        self.compiled.eval(scope.clone()).ok().and_then(defined)
    }

    /// The variables that it names.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.compiled.undeclared_variables(false).into_iter()
    }

    /// The same with the parts that it names of them: `input.text`.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        self.compiled.undeclared_variables(true).into_iter()
    }
}

fn defined(value: Value) -> Option<Value> {
    (!value.is_undefined() && !value.is_none()).then_some(value)
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Expression {}

/// A variable that expressions may name.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    pub name: &'static str,
    /// Whether it is a value itself, and not only its parts are.
    pub whole: bool,
    /// Its parts, `phone.e164`; any where this is nothing.
    pub parts: Option<&'static [&'static str]>,
}

fn check_name(path: &str, known: &[Variable]) -> Result<(), String> {
    let (name, part) = path.split_once('.').unwrap_or((path, ""));
    let Some(variable) = known.iter().find(|variable| variable.name == name) else {
        let names: Vec<&str> = known.iter().map(|variable| variable.name).collect();
        return Err(format!("expected one of the names {}", names.join(", ")));
    };
    let whole = part.is_empty() && variable.whole;
    match variable.parts {
        Some(parts) if !whole && !parts.contains(&part) => {
            Err(format!("expected one of the parts {name}.{}", parts.join(&format!(", {name}."))))
        }
        _ => Ok(()),
    }
}

/// Filters are otherwise looked for when the expression is first worked out, and perhaps never.
fn check_filters(source: &str) -> Result<(), String> {
    let mut quote = None;
    let mut rest = source.char_indices();
    while let Some((at, c)) = rest.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(rest.next()),
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '|') => {
                let name: String = source[at + 1..]
                    .trim_start()
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                if !FILTERS.iter().any(|(known, _)| *known == name) {
                    let names: Vec<&str> = FILTERS.iter().map(|(name, _)| *name).collect();
                    return Err(format!("expected one of the filters {}", names.join(", ")));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &[Variable] = &[Variable { name: "row", whole: true, parts: None }];

    fn value(source: &str) -> Option<String> {
        let row = serde_json::json!({
            "a": "Ana", "list": [{ "id": 7 }, { "id": 9 }], "none": null, "few": []
        });
        let scope = Value::from_pairs([("row", from_json(&row))]);
        Expression::compile(source, ROW).unwrap().value(&scope).map(|value| value.to_string())
    }

    #[test]
    fn filters_shape_values() {
        assert_eq!(value("row.a | upper").as_deref(), Some("ANA"));
        let key = "'0123456789abcdef0123456789abcdef' | uuid";
        assert_eq!(value(key).as_deref(), Some("01234567-89ab-cdef-0123-456789abcdef"));
        assert_eq!(value("row.a | uuid"), None);
        assert_eq!(value("row.list | pluck('id') | join(',')").as_deref(), Some("7,9"));
        assert_eq!(value("row.list | only('id')").as_deref(), Some("[{'id': 7}, {'id': 9}]"));
        assert_eq!(value("'a:7:é' | base64").as_deref(), Some("YTo3OsOp"));
        assert_eq!(value("row.missing | base64"), None);
        assert_eq!(value("row.missing | default('x')").as_deref(), Some("x"));
        assert_eq!(value("row.none | default('x')").as_deref(), Some("x"));
        assert_eq!(value("'+49 (0)30' | digits").as_deref(), Some("49030"));
        assert_eq!(value("'42' | number + 1").as_deref(), Some("43"));
        assert_eq!(value("'0qx7zj' | number").as_deref(), Some("0qx7zj"));
        assert_eq!(value("'007' | number").as_deref(), Some("007"));
        assert_eq!(value("(row.a ~ ' ' ~ row.list[0].id)").as_deref(), Some("Ana 7"));
    }

    #[test]
    fn what_is_not_there_is_no_value_and_never_an_empty_text() {
        assert_eq!(value("row.missing"), None);
        assert_eq!(value("row.missing.deeper"), None);
        assert_eq!(value("row.none"), None);
        for filter in ["trim", "upper", "lower", "digits", "split(',')", "replace('o', '0')"] {
            assert_eq!(value(&format!("row.none | {filter}")), None, "{filter}");
            for end in ["first", "last"] {
                assert_eq!(value(&format!("row.few | {end} | {filter}")), None, "{end} {filter}");
            }
        }
        assert_eq!(value("row.few | last | default('x') | trim").as_deref(), Some("x"));
        assert_eq!(value("row.none | default('') | trim").as_deref(), Some(""));
    }

    #[test]
    fn raw_output_unknown_names_and_unknown_filters_are_refused() {
        for (source, expected) in [
            ("row.a | safe", "filters"),
            ("row.a|raw", "filters"),
            ("env", "names row"),
            ("row.a if", "an expression"),
        ] {
            let refused = Expression::compile(source, ROW).unwrap_err();
            assert!(refused.contains(expected), "{source}: {refused}");
        }
        assert!(Expression::compile("row.a ~ '|safe'", ROW).is_ok());
    }

    #[test]
    fn an_expression_that_never_ends_is_ended() {
        let doubled = "(".repeat(40) + "row.a" + &" ~ row.a)".repeat(40);
        assert!(Expression::compile(&doubled, ROW).unwrap().value(&Value::UNDEFINED).is_none());
    }
}
