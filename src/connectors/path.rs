//! Where a value lies in an answer: names joined by single dots, `holder.name`, `phones.0.number`.

use serde::Deserialize;
use serde_json::Value;

use super::spec::schema::written_as_text;

/// A path; the empty one, written `.`, is the value itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Path(Vec<Box<str>>);

written_as_text!(
    Path,
    "Path",
    "Names joined by single dots, `holder.name`, `phones.0.number`; `.` is the value itself."
);

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "." {
            return Ok(Self(Vec::new()));
        }
        let names: Vec<Box<str>> = text.split('.').map(Into::into).collect();
        let good = names.iter().all(|name| !name.is_empty());
        good.then_some(Self(names)).ok_or_else(|| "expected names joined by single dots".to_owned())
    }
}

/// The path of the value itself.
pub static ITSELF: Path = Path(Vec::new());

impl Path {
    /// The field of that name.
    pub fn name(name: &str) -> Self {
        Self(vec![name.into()])
    }

    /// The value at this path; `null` counts as absent.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0
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
        for name in &self.0 {
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
        let place = self.0.iter().try_fold(value, |value, name| match value {
            Value::Object(map) => map.get_mut(&**name),
            Value::Array(list) => list.get_mut(name.parse::<usize>().ok()?),
            _ => None,
        });
        match place.map(Value::take) {
            Some(Value::Array(list)) => list,
            None | Some(Value::Null) => Vec::new(),
            Some(one) => vec![one],
        }
    }

    /// The rows at this path: the elements of a list, or the one value that is there.
    pub fn rows<'v>(&self, value: &'v Value) -> &'v [Value] {
        match self.find(value) {
            Some(Value::Array(list)) => list,
            Some(one) => std::slice::from_ref(one),
            None => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_into_every_element_of_a_list() {
        let row = serde_json::json!({
            "nosy": [{ "id": "3" }, { "id": null }, { "name": "Ana" }, { "id": ["4", "5"] }, 6],
            "mail": ["a@x.example", "b@x.example"],
        });
        let every = |path: &str| {
            let path = Path::try_from(path.to_owned()).unwrap();
            path.every(&row).into_iter().cloned().collect::<Vec<_>>()
        };
        assert_eq!(every("nosy.id"), ["3", "4", "5"]);
        assert_eq!(every("nosy.0.id"), ["3"]);
        assert_eq!(every("mail"), ["a@x.example", "b@x.example"]);
        assert_eq!(every("nosy.id.0"), ["4"]);
        assert!(every("phone").is_empty() && every("mail.id").is_empty());
    }
}
