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
