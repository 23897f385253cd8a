//! Where a value lies in an answer: names joined by single dots, `holder.name`, `phones.0.number`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::spec::schema::written_as_text;

/// A path; the empty one, written `.`, is the value itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Path {
    names: Vec<Box<str>>,
    /// Whether the values of a table count as rows, and not the table itself.
    values: bool,
}

written_as_text!(
    Path,
    "Path",
    "Names joined by single dots, `holder.name`, `phones.0.number`; `.` is the value itself. A dot within a name is written `\\.`. Where rows are looked for, `contacts.*` is each value of a table."
);

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "." {
            return Ok(Self { names: Vec::new(), values: false });
        }
        let mut names = names(&text);
        let values = names.len() > 1 && names.last().is_some_and(|name| name == "*");
        if values {
            names.pop();
        }
        let good = names.iter().all(|name| !name.is_empty());
        let names = names.into_iter().map(Into::into).collect();
        good.then_some(Self { names, values })
            .ok_or_else(|| "expected names joined by single dots".to_owned())
    }
}

/// The path of the value itself.
pub static ITSELF: Path = Path { names: Vec::new(), values: false };

/// The names between the dots that are not escaped.
fn names(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, names.last_mut()) {
            ('.', _) => names.push(String::new()),
            ('\\', Some(name)) if rest.peek() == Some(&'.') => name.extend(rest.next()),
            (c, Some(name)) => name.push(c),
            (_, None) => {}
        }
    }
    names
}

impl Path {
    /// The field of that name.
    pub fn name(name: &str) -> Self {
        Self { names: vec![name.into()], values: false }
    }

    /// The way that a parameter's name says: `variables.after`.
    pub fn inside(name: &str) -> Self {
        Self { names: name.split('.').map(Into::into).collect(), values: false }
    }

    /// Puts a value there. Tables that are missing on the way are made; an element that a list
    /// does not have is not.
    pub fn put(&self, value: &mut Value, new: Value) {
        let place = self.names.iter().try_fold(value, |value, name| {
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            match value {
                Value::Object(map) => Some(map.entry(&**name).or_insert(Value::Null)),
                Value::Array(list) => list.get_mut(name.parse::<usize>().ok()?),
                _ => None,
            }
        });
        if let Some(place) = place {
            *place = new;
        }
    }

    /// The value at this path; `null` counts as absent.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.names
            .iter()
            .try_fold(value, |value, name| match value {
                Value::Object(map) => map.get(&**name),
                Value::Array(list) => list.get(name.parse::<usize>().ok()?),
                _ => None,
            })
            .filter(|value| !value.is_null())
    }

    /// The values at this path, where names lead into every element of a list that they meet:
    /// `nosy.id` is the ids of all in it.
    pub fn every<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![value];
        for name in &self.names {
            found = found
                .into_iter()
                .flat_map(|value| match (value, name.parse::<usize>()) {
                    (Value::Object(map), _) => map.get(&**name).into_iter().collect(),
                    (Value::Array(list), Ok(place)) => list.get(place).into_iter().collect(),
                    (Value::Array(list), Err(_)) => {
                        list.iter().filter_map(|value| value.get(&**name)).collect()
                    }
                    _ => Vec::new(),
                })
                .collect();
        }
        let elements = |value: &'v Value| match value {
            Value::Array(list) => list.iter().collect(),
            one => vec![one],
        };
        found.into_iter().flat_map(elements).filter(|value| !value.is_null()).collect()
    }

    /// Takes the rows at this path out of the value.
    pub fn take_rows(&self, value: &mut Value) -> Vec<Value> {
        let place = self.names.iter().try_fold(value, |value, name| match value {
            Value::Object(map) => map.get_mut(&**name),
            Value::Array(list) => list.get_mut(name.parse::<usize>().ok()?),
            _ => None,
        });
        match place.map(Value::take) {
            Some(Value::Array(list)) => list,
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Object(map)) if self.values => {
                map.into_iter().map(|(_, row)| row).collect()
            }
            Some(one) => vec![one],
        }
    }

    /// The rows at this path: the elements of a list, or the one value that is there.
    pub fn rows<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match self.find(value) {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(Value::Object(map)) if self.values => map.values().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> Path {
        Path::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_dot_within_a_name_is_escaped() {
        let row = json!({ "@odata.nextLink": "x", "@odata": { "nextLink": "y" } });
        assert_eq!(path("@odata\\.nextLink").find(&row), Some(&json!("x")));
        assert_eq!(path("@odata.nextLink").find(&row), Some(&json!("y")));
        for wrong in ["", "a..b", ".a", "a.", "*.a."] {
            assert!(Path::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_values_of_a_table_are_rows_where_the_path_says_so() {
        let mut body =
            json!({ "contacts": { "47": { "id": 47 }, "48": { "id": 48 } }, "none": [] });
        assert_eq!(path("contacts").rows(&body).len(), 1);
        assert_eq!(path("contacts.*").rows(&body), [&json!({ "id": 47 }), &json!({ "id": 48 })]);
        assert_eq!(path("none.*").rows(&body), Vec::<&Value>::new());
        assert_eq!(path("missing.*").rows(&body), Vec::<&Value>::new());
        assert_eq!(
            path("contacts.*").take_rows(&mut body),
            [json!({ "id": 47 }), json!({ "id": 48 })]
        );
    }

    #[test]
    fn names_lead_into_every_element_of_a_list() {
        let row = json!({
            "nosy": [{ "id": "3" }, { "id": null }, { "name": "Ana" }, { "id": ["4", "5"] }, 6],
            "mail": ["a@x.example", "b@x.example"],
        });
        let every = |path: &str| {
            let path = self::path(path);
            path.every(&row).into_iter().cloned().collect::<Vec<_>>()
        };
        assert_eq!(every("nosy.id"), ["3", "4", "5"]);
        assert_eq!(every("nosy.0.id"), ["3"]);
        assert_eq!(every("mail"), ["a@x.example", "b@x.example"]);
        assert_eq!(every("nosy.id.0"), ["4"]);
        assert!(every("phone").is_empty() && every("mail.id").is_empty());
    }
}
