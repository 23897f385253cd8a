//! What a value cannot do, whatever it is, in any of the languages.

use minijinja::Value;
use proptest::prelude::*;

use super::*;
use crate::domain::customer::Key;
use crate::domain::phone::{Number, Region};
use crate::domain::text::CleanText;

fn germany() -> Region {
    Region::of_country("DE").unwrap()
}

fn template(text: &str, dialect: Dialect) -> Template {
    Template::read(text, dialect).unwrap()
}

fn about(value: &str) -> Scope {
    Scope::empty().with("name", Value::from(value))
}

fn call() -> Scope {
    let number = Number::read("+49 30 5557 0142", germany()).unwrap();
    Scope::of(&Key::Phone(number), germany())
}

/// Values that mean something in one of the languages, between any others.
fn hostile() -> impl Strategy<Value = String> {
    let marks = "'\"\\%_*()[]{}<>&|!^~?:;/=+-#`,.@ ANDORNOTLIKE\0\n\t\u{1b}é\u{202e}";
    let marks: Vec<char> = marks.chars().collect();
    prop_oneof![
        prop::collection::vec(proptest::sample::select(marks), 0..24)
            .prop_map(|chars| chars.into_iter().collect()),
        any::<String>(),
        proptest::sample::select(vec![
            "x' OR id > 0 OR Subject LIKE '",
            "x',id:-null,name:'y",
            "*)(uid=*",
            "o'brien@x.example",
            "\\' OR Name LIKE '%",
            "x\" OR type:user \"",
            "{{ 7 * 7 }}",
            "' --",
            "}} IN ALL FIELDS",
            "'/><filter/>",
        ])
        .prop_map(str::to_owned),
    ]
}

/// Reads a quoted value back as the language's own reader does: what is in it, and what follows.
fn unquoted(text: &str, close: char, backslash: bool, doubled: bool) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if c == '\\' && backslash {
            value.push(rest.next()?.1);
        } else if c == close {
            if doubled && rest.peek().is_some_and(|(_, next)| *next == close) {
                value.push(close);
                rest.next();
                continue;
            }
            return Some((value, &text[at + c.len_utf8()..]));
        } else {
            value.push(c);
        }
    }
    None
}

fn stays_quoted(
    dialect: Dialect,
    quote: (char, char),
    backslash: bool,
    doubled: bool,
    value: &str,
) {
    let (open, close) = quote;
    let written = format!("a {open}{{{{ name }}}}{close} b");
    // Salesforce's search writes its quote where a value's mark would begin.
    let written = written.replace("{{{", "{ {{").replace("}}}", "}} }");
    let before = written.split("{{").next().unwrap().to_owned();
    let after = written.split("}}").nth(1).unwrap().to_owned();
    let Some(filled) = template(&written, dialect).fill(&about(value)) else {
        assert!(value.chars().any(char::is_control), "{value:?} was refused");
        return;
    };
    let rest = filled.strip_prefix(&before).unwrap();
    let (read, rest) = unquoted(rest, close, backslash, doubled).unwrap();
    assert_eq!(read.trim_end(), value.trim_end(), "{filled}");
    assert_eq!(format!("{close}{rest}").trim_start(), after.trim_start(), "{filled}");
}

proptest! {
    #[test]
    fn a_value_stays_between_its_quotes(value in hostile()) {
        stays_quoted(Dialect::Soql, ('\'', '\''), true, false, &value);
        stays_quoted(Dialect::Ticketsql, ('\'', '\''), true, false, &value);
        stays_quoted(Dialect::Nql, ('\'', '\''), true, false, &value);
        stays_quoted(Dialect::Odata, ('\'', '\''), false, true, &value);
        stays_quoted(Dialect::Lucene, ('"', '"'), true, false, &value);
        stays_quoted(Dialect::Sosl, ('{', '}'), true, false, &value);
    }

    #[test]
    fn a_word_of_a_search_stays_one_word(value in hostile()) {
        let Some(filled) = template("name:{{ name }} x", Dialect::Lucene).fill(&about(&value)) else {
            return Ok(());
        };
        let word = filled.strip_prefix("name:").unwrap().strip_suffix(" x").unwrap();
        let (read, rest) = unquoted(&format!("{word}\0"), '\0', true, false).map(|(a, b)| (a, b.to_owned())).unwrap();
        prop_assert_eq!(read, value);
        prop_assert_eq!(rest, "");
        let mut escaped = false;
        for c in word.chars() {
            prop_assert!(escaped || !"+-=&|!(){}[]^\"~*?:/ <>".contains(c), "{}", word);
            escaped = c == '\\' && !escaped;
        }
        prop_assert!(!["AND", "OR", "NOT", "TO"].contains(&word.to_uppercase().as_str()));
    }

    #[test]
    fn a_value_in_a_directory_s_filter_is_no_filter(value in hostile()) {
        if let Some(filled) = template("(mail={{ name }})", Dialect::Ldap).fill(&about(&value)) {
            let inner = &filled["(mail=".len()..filled.len() - 1];
            prop_assert!(!inner.contains(['(', ')', '*', '\0']), "{}", filled);
        }
    }

    #[test]
    fn a_value_in_fetchxml_stays_in_its_attribute(value in hostile()) {
        let text = "<condition operator='like' value='%{{ name }}%'/>";
        if let Some(filled) = template(text, Dialect::Fetchxml).fill(&about(&value)) {
            let inner = filled.strip_prefix("<condition operator='like' value='%").unwrap();
            let inner = inner.strip_suffix("%'/>").unwrap();
            prop_assert!(!inner.contains(['\'', '"', '<', '>']), "{}", filled);
            let bare = inner.replace("[%]", "").replace("[_]", "").replace("[[]", "");
            prop_assert!(!bare.contains(['%', '_', '[']), "{}", filled);
        }
    }

    #[test]
    fn a_value_is_no_pattern_where_patterns_are_understood(value in hostile()) {
        for dialect in [Dialect::Soql, Dialect::Like, Dialect::Ticketsql] {
            let like = dialect == Dialect::Like;
            let text = if like { "%{{ name }}%" } else { "x LIKE '%{{ name }}%'" };
            let Some(filled) = template(text, dialect).fill(&about(&value)) else { continue };
            // The reader of the query takes one backslash away before LIKE sees it.
            let pattern = match dialect {
                Dialect::Ticketsql => {
                    let inner = filled.strip_prefix("x LIKE '").unwrap();
                    unquoted(inner, '\'', true, false).unwrap().0
                }
                _ => filled,
            };
            let mut rest = pattern.chars();
            let mut wild = 0;
            while let Some(c) = rest.next() {
                match c {
                    '\\' => drop(rest.next()),
                    '%' | '_' => wild += 1,
                    _ => {}
                }
            }
            prop_assert_eq!(wild, 2, "{}", pattern);
        }
    }

    #[test]
    fn no_control_character_reaches_a_source(value in any::<String>(), mark in "[\\x00-\\x1f\\x7f]") {
        let value = value + &mark;
        for dialect in [Dialect::Text, Dialect::Like, Dialect::Ldap, Dialect::Lucene] {
            prop_assert_eq!(template("{{ name }}", dialect).fill(&about(&value)), None);
        }
    }
}

#[test]
fn a_number_is_looked_for_with_anything_between_its_digits_as_each_language_writes_it() {
    for (dialect, text, expected) in [
        (Dialect::Soql, "Phone LIKE '{{ phone.like7 }}'", "Phone LIKE '%5%5%7%0%1%4%2%'"),
        (Dialect::Ticketsql, "x LIKE '{{ phone.like7 }}'", "x LIKE '%5%5%7%0%1%4%2%'"),
        (Dialect::Ldap, "(phone={{ phone.like7 }})", "(phone=*5*5*7*0*1*4*2*)"),
        (Dialect::Lucene, "phone:{{ phone.like7 }}", "phone:*5*5*7*0*1*4*2*"),
        (Dialect::Text, "{phone.like7}", "%5%5%7%0%1%4%2%"),
    ] {
        assert_eq!(template(text, dialect).fill(&call()).as_deref(), Some(expected));
    }
    // Compared as a whole, a pattern would find nothing; it is refused.
    assert_eq!(template("Phone = '{{ phone.like7 }}'", Dialect::Soql).fill(&call()), None);
}

#[test]
fn a_list_is_a_list_of_quoted_values() {
    let ids = Value::from(vec!["003A", "x') OR Name LIKE ('%"]);
    let scope = Scope::empty().with("parents", ids);
    let filled = template("WhoId IN {{ parents }}", Dialect::Soql).fill(&scope).unwrap();
    assert_eq!(filled, "WhoId IN ('003A','x\\') OR Name LIKE (\\'%')");
}

#[test]
fn without_quotes_only_numbers_stand_where_quotes_are_the_rule() {
    for dialect in [Dialect::Soql, Dialect::Ticketsql, Dialect::Nql, Dialect::Odata] {
        let bare = template("Id = {{ name }}", dialect);
        assert_eq!(bare.fill(&about("42")).as_deref(), Some("Id = 42"));
        assert_eq!(bare.fill(&about("1 OR 1=1")), None);
    }
    let guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    assert!(template("contactid eq {{ name }}", Dialect::Odata).fill(&about(guid)).is_some());
}

#[test]
fn the_short_form_is_the_same_language() {
    assert_eq!(
        template("{phone.e164}", Dialect::Text),
        template("{{ phone.e164 }}", Dialect::Text)
    );
    assert_eq!(
        template("x-{phone.national}", Dialect::Text).fill(&call()).as_deref(),
        Some("x-3055570142")
    );
}

#[test]
fn what_is_wrong_in_a_template_is_said_with_what_was_expected() {
    for (text, dialect, expected) in [
        ("{phone}", Dialect::Text, "phone.national"),
        ("{{ phone.lst7 }}", Dialect::Text, "phone.last7"),
        ("{fone}", Dialect::Text, "names id, account"),
        ("{{ name", Dialect::Text, "`}}` after `{{`"),
        ("{{ name | safe }}", Dialect::Text, "filters"),
        ("{% if name %}x{% endif %}", Dialect::Text, "no statements"),
        ("Name = 'x", Dialect::Soql, "every quote to be closed"),
        ("FIND {{ name }}", Dialect::Sosl, "between quotes"),
    ] {
        let refused = Template::read(text, dialect).unwrap_err();
        assert!(refused.starts_with("expected") && refused.contains(expected), "{text}: {refused}");
    }
}

#[test]
fn a_key_of_another_kind_fills_nothing() {
    assert_eq!(template("{email}", Dialect::Text).fill(&call()), None);
    let mail = Scope::of(&Key::Email(CleanText::line("Ana+Shop@X.example")), germany());
    let filled = |text| template(text, Dialect::Text).fill(&mail).unwrap();
    assert_eq!(filled("{email}"), "ana+shop@x.example");
    assert_eq!(filled("{email.canon}"), "ana@x.example");
    assert_eq!(filled("{{ email.local }}|{{ email.domain }}"), "ana+shop|x.example");
    assert_eq!(filled("{email.written}"), "Ana+Shop@X.example");
}
