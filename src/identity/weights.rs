//! The weights: how often each level of agreement occurs among the same person's records, among a
//! household's, and among strangers'. Read from a file that people can read, too.

use std::collections::HashMap;

use serde::Deserialize;

use super::field::{FIELDS, Field};
use crate::strict::{self, Complaint};

/// The weights that norns starts with.
pub const SHIPPED: &str = include_str!("weights.toml");

/// Who two records may be of.
pub const SAME_PERSON: usize = 0;
/// Two people of one household.
pub const HOUSEHOLD: usize = 1;
/// Two people who have nothing in common.
pub const UNRELATED: usize = 2;

/// How often a level occurs in each of the three classes.
pub type Row = [f64; 3];

/// A field's rows, by `Field::levels`, with the reason for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    pub why: String,
    pub rows: Vec<Row>,
}

/// How many records of one person, and of one household, to expect.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    pub population: f64,
    pub same: f64,
    pub household: f64,
}

/// Where the bands begin.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    pub linked: f64,
    pub perhaps: f64,
}

/// All weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Noted with every decision.
    pub version: String,
    pub prior: Prior,
    pub bands: Bands,
    pub fields: [Rows; FIELDS],
    /// First name and surname in their columns, and in each other's.
    pub order: Rows,
    pub common: Common,
}

/// How many people have each common name, as shares; used where there is no file to count in.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    #[serde(default)]
    pub surname: HashMap<String, f64>,
    #[serde(default)]
    pub given: HashMap<String, f64>,
}

/// Names of the levels of `order`.
pub const ORDER: &[&str] = &["kept", "turned"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Option<String>,
    prior: Option<Prior>,
    bands: Option<Bands>,
    given: Option<Table>,
    surname: Option<Table>,
    order: Option<Table>,
    birth: Option<Table>,
    generation: Option<Table>,
    sex: Option<Table>,
    email: Option<Table>,
    phone: Option<Table>,
    street: Option<Table>,
    place: Option<Table>,
    number: Option<Table>,
    line: Option<Table>,
    state: Option<Table>,
    id: Option<Table>,
    account: Option<Table>,
    common: Option<Common>,
}

/// The rows of any field; which of them a field has is checked afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    why: Option<String>,
    same: Option<Row>,
    called: Option<Row>,
    part: Option<Row>,
    near: Option<Row>,
    initial: Option<Row>,
    distant: Option<Row>,
    turned: Option<Row>,
    kept: Option<Row>,
    shared: Option<Row>,
    local: Option<Row>,
    line: Option<Row>,
    close: Option<Row>,
    postcode: Option<Row>,
    city: Option<Row>,
    differs: Option<Row>,
}

impl Table {
    fn rows(&self) -> [(&'static str, Option<Row>); 15] {
        [
            ("same", self.same),
            ("called", self.called),
            ("part", self.part),
            ("near", self.near),
            ("initial", self.initial),
            ("distant", self.distant),
            ("turned", self.turned),
            ("kept", self.kept),
            ("shared", self.shared),
            ("local", self.local),
            ("close", self.close),
            ("line", self.line),
            ("postcode", self.postcode),
            ("city", self.city),
            ("differs", self.differs),
        ]
    }
}

impl File {
    fn table(&self, field: Field) -> Option<&Table> {
        let table = match field {
            Field::Id => &self.id,
            Field::Email => &self.email,
            Field::Phone => &self.phone,
            Field::Account => &self.account,
            Field::Surname => &self.surname,
            Field::Given => &self.given,
            Field::Birth => &self.birth,
            Field::Generation => &self.generation,
            Field::Sex => &self.sex,
            Field::Street => &self.street,
            Field::Number => &self.number,
            Field::Line => &self.line,
            Field::Place => &self.place,
            Field::State => &self.state,
        };
        table.as_ref()
    }
}

impl Weights {
    /// The shipped weights.
    ///
    /// # Panics
    /// Where the shipped file is wrong, which a test rules out.
    pub fn shipped() -> Self {
        Self::read("weights.toml", SHIPPED, None).expect("the shipped weights are read by a test")
    }

    /// Reads a file of the user's over the shipped weights.
    ///
    /// # Errors
    /// The first thing that is wrong in it.
    pub fn over_the_shipped(file: &str, text: &str) -> Result<Self, Complaint> {
        Self::read(file, text, Some(&Self::shipped()))
    }

    fn read(file: &str, text: &str, below: Option<&Self>) -> Result<Self, Complaint> {
        let said: File = strict::read(file, text)?;
        let missing = |what: &str| Complaint::of(file, format!("`{what}` is missing"));
        let whole =
            |name: &str, table: Option<&Table>, levels: &[&str], under: Option<&Rows>| match (
                table, under,
            ) {
                (Some(table), _) => rows(file, name, table, levels),
                (None, Some(under)) => Ok(under.clone()),
                (None, None) => Err(missing(name)),
            };
        let mut fields = Vec::with_capacity(FIELDS);
        for field in Field::ALL {
            let under = below.map(|below| &below.fields[field.index()]);
            fields.push(whole(field.name(), said.table(field), field.levels(), under)?);
        }
        let order = whole("order", said.order.as_ref(), ORDER, below.map(|below| &below.order))?;
        let prior = said.prior.or(below.map(|below| below.prior));
        let prior = prior.ok_or_else(|| missing("prior"))?;
        let bands = said.bands.or(below.map(|below| below.bands));
        let bands = bands.ok_or_else(|| missing("bands"))?;
        if [prior.population, prior.same, prior.household]
            .iter()
            .any(|n| !(n.is_finite() && *n > 0.0))
        {
            return Err(Complaint::of(file, "`prior`: every number is above 0"));
        }
        if !(0.0 < bands.perhaps && bands.perhaps < bands.linked && bands.linked < 1.0) {
            return Err(Complaint::of(file, "`bands`: 0 < perhaps < linked < 1"));
        }
        let version = said.version.or(below.map(|below| below.version.clone()));
        let version = version.ok_or_else(|| missing("version"))?;
        let common = said.common.or(below.map(|below| below.common.clone())).unwrap_or_default();
        if !common.surname.values().chain(common.given.values()).all(|n| *n > 0.0 && *n < 1.0) {
            return Err(Complaint::of(file, "`common`: every share is above 0 and below 1"));
        }
        let fields = fields.try_into().map_err(|_| missing("a field"))?;
        Ok(Self { version, prior, bands, fields, order, common })
    }
}

fn rows(file: &str, name: &str, table: &Table, levels: &[&str]) -> Result<Rows, Complaint> {
    let complain = |what: String| Complaint::of(file, format!("`{name}`: {what}"));
    for (level, row) in table.rows() {
        match (levels.contains(&level), row) {
            (true, None) => return Err(complain(format!("`{level}` is missing"))),
            (false, Some(_)) => {
                let known = levels.join(", ");
                return Err(complain(format!("has no level `{level}`; its levels are {known}")));
            }
            _ => {}
        }
    }
    let row = |level: &&str| table.rows().iter().find(|(name, _)| name == level)?.1;
    let rows: Vec<Row> = levels.iter().filter_map(row).collect();
    for class in 0..3 {
        let column = rows.iter().map(|row| row[class]);
        let sum: f64 = column.clone().sum();
        if !column.clone().all(|share| share > 0.0) || (sum - 1.0).abs() > 0.005 {
            let nth = ["first", "second", "third"][class];
            return Err(complain(format!(
                "the {nth} numbers are above 0 and sum to 1, not {sum:.4}"
            )));
        }
    }
    Ok(Rows { why: table.why.clone().unwrap_or_default(), rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_are_whole_and_give_a_reason_for_each_field() {
        let weights = Weights::shipped();
        for field in Field::ALL {
            let rows = &weights.fields[field.index()];
            assert_eq!(rows.rows.len(), field.levels().len(), "{field:?}");
            assert!(rows.why.len() > 20, "{field:?}");
        }
    }

    #[test]
    fn the_closest_level_speaks_for_the_same_person_and_the_last_against() {
        for (field, rows) in Field::ALL.iter().zip(Weights::shipped().fields) {
            let (first, last) = (rows.rows[0], rows.rows[rows.rows.len() - 1]);
            assert!(first[SAME_PERSON] > first[UNRELATED], "{field:?}");
            assert!(last[SAME_PERSON] < last[UNRELATED], "{field:?}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_of_weights_is_said() {
        let said = |text: &str| Weights::over_the_shipped("w.toml", text).unwrap_err().to_string();
        assert!(said("[sex]\nsame = [0.9, 0.4, 0.5]").contains("`differs` is missing"));
        let sum = said("[sex]\nsame = [0.9, 0.4, 0.5]\ndiffers = [0.3, 0.6, 0.5]");
        assert!(sum.contains("`sex`: the first numbers"), "{sum}");
        let unknown =
            "[sex]\nsame = [0.9, 0.4, 0.5]\ndiffers = [0.1, 0.6, 0.5]\ncity = [1.0, 1.0, 1.0]";
        assert!(said(unknown).contains("has no level `city`"));
        let near = said("[sexx]\n");
        assert!(near.contains("no such key") && near.contains("did you mean `sex`"), "{near}");
        assert!(said("[bands]\nlinked = 0.5\nperhaps = 0.9").contains("perhaps < linked"));
        assert!(said("[prior]\npopulation = 0.0\nsame = 1.0\nhousehold = 1.0").contains("above 0"));
    }

    #[test]
    fn a_file_of_the_users_changes_only_what_it_names() {
        let text = "version = \"ours\"\n[sex]\nsame = [0.9, 0.4, 0.5]\ndiffers = [0.1, 0.6, 0.5]";
        let weights = Weights::over_the_shipped("w.toml", text).unwrap();
        assert_eq!(weights.version, "ours");
        assert_eq!(weights.fields[Field::Sex.index()].rows[0], [0.9, 0.4, 0.5]);
        assert_eq!(
            weights.fields[Field::Given.index()],
            Weights::shipped().fields[Field::Given.index()]
        );
    }
}
