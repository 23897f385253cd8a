//! The file that says what each column is, where its heading does not tell.

use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;

use super::unreadable;
use crate::identity::birth::Order;
use crate::identity::columns::Column;
use crate::strict::{self, nearest};

/// What a file of fields may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dates: Option<Dates>,
    /// Of both files.
    #[serde(default)]
    columns: IndexMap<String, String>,
    /// Of the first file only.
    #[serde(default)]
    left: IndexMap<String, String>,
    /// Of the second file only.
    #[serde(default)]
    right: IndexMap<String, String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Dates {
    DayFirst,
    MonthFirst,
}

/// What each column of each file is.
#[derive(Debug, Default)]
pub struct Fields {
    pub dates: Option<Order>,
    columns: [IndexMap<String, Column>; 2],
}

impl Fields {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(&name, &error))?;
        let file: File = strict::read(&name, &text).map_err(|complaint| complaint.to_string())?;
        let mut columns = [IndexMap::new(), IndexMap::new()];
        for (at, own) in [(0, &file.left), (1, &file.right)] {
            for (heading, said) in file.columns.iter().chain(own) {
                let column = Column::named(said).ok_or_else(|| unknown(&name, heading, said))?;
                columns[at].insert(heading.trim().to_lowercase(), column);
            }
        }
        let dates = file.dates.map(|dates| match dates {
            Dates::DayFirst => Order::DayFirst,
            Dates::MonthFirst => Order::MonthFirst,
        });
        Ok(Self { dates, columns })
    }

    /// What the file says of a heading of the first or the second file.
    pub fn of(&self, second: bool, heading: &str) -> Option<Column> {
        self.columns[usize::from(second)].get(&heading.trim().to_lowercase()).copied()
    }

    /// The headings of the first or the second file that are not among these.
    pub fn missing(&self, second: bool, headings: &[String]) -> Vec<&str> {
        let there = |heading: &str| headings.iter().any(|at| at.trim().to_lowercase() == heading);
        let named = self.columns[usize::from(second)].keys().map(String::as_str);
        named.filter(|heading| !there(heading)).collect()
    }
}

fn unknown(file: &str, heading: &str, said: &str) -> String {
    let known: Vec<&str> = Column::names().collect();
    match nearest(said, known.iter().copied()) {
        Some(near) => {
            format!("{file}: `{heading}`: no such kind of column; did you mean `{near}`?")
        }
        None => {
            format!("{file}: `{heading}`: no such kind of column; there are {}", known.join(", "))
        }
    }
}
