//! What was typed, as values of a request. A complaint names the input and never its value.

use std::collections::BTreeMap;

use jiff::civil::Date;
use minijinja::Value;

use super::super::spec::action::{ActionTable, InputKind, InputTable};
use super::super::spec::pick::MoneyUnit;
use crate::domain::money::Money;
use crate::domain::text::CleanText;

/// The values of an action's inputs, and the names of those that have none.
///
/// # Errors
/// The first that is wrong, by its title, and what was expected.
pub fn values<'a>(
    action: &'a ActionTable,
    given: &BTreeMap<String, String>,
    currency: Option<&str>,
) -> Result<(Value, Vec<&'a str>), String> {
    let strange = given.keys().find(|name| !action.inputs.iter().any(|input| input.name == **name));
    if strange.is_some() {
        return Err("it takes no such input".into());
    }
    let (mut values, mut absent) = (Vec::new(), Vec::new());
    for table in &action.inputs {
        let typed = given.get(&table.name).map(|text| text.trim()).filter(|text| !text.is_empty());
        match typed.or(table.usual.as_deref()) {
            Some(text) => {
                let value = read(table, text, currency)
                    .map_err(|what| format!("{}: {what}", table.title))?;
                values.push((table.name.as_str(), value));
            }
            None if table.required => return Err(format!("{}: it is needed", table.title)),
            None => absent.push(table.name.as_str()),
        }
    }
    Ok((Value::from_pairs(values), absent))
}

/// One value.
///
/// # Errors
/// What was expected instead.
pub fn read(table: &InputTable, text: &str, currency: Option<&str>) -> Result<Value, String> {
    let most = table.most();
    if text.chars().count() > most {
        return Err(format!("expected at most {most} characters"));
    }
    match table.kind {
        InputKind::Text => Ok(Value::from(CleanText::line(text).as_str())),
        InputKind::Lines => Ok(Value::from(CleanText::block(text).as_str())),
        InputKind::Choice if table.choices.contains_key(text) => Ok(Value::from(text)),
        InputKind::Choice => Err(format!("expected one of {}", offered(table))),
        InputKind::Date => {
            let day: Date = text.parse().map_err(|_| "expected a day such as 2026-12-24")?;
            Ok(Value::from(day.to_string()))
        }
        InputKind::Number => {
            text.parse::<i64>().map(Value::from).map_err(|_| "expected a whole number".into())
        }
        InputKind::Id => {
            let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control());
            plain.then(|| Value::from(text)).ok_or_else(|| "expected one word".into())
        }
        InputKind::Amount => {
            let amount = currency.and_then(|currency| Money::decimal(text, currency));
            let amount = amount.ok_or("expected an amount such as 39.99")?;
            match table.unit.unwrap_or(MoneyUnit::Decimal) {
                MoneyUnit::Minor => Ok(Value::from(amount.minor)),
                MoneyUnit::Decimal => Ok(Value::from(amount.to_string())),
                MoneyUnit::Float => {
                    let number: Result<f64, _> = amount.to_string().parse();
                    number.map(Value::from).map_err(|_| "expected an amount such as 39.99".into())
                }
            }
        }
    }
}

fn offered(table: &InputTable) -> String {
    table.choices.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}
