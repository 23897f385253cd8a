//! A file as records: what each column says, and what each row is called.

use super::Input;
use super::fields::Fields;
use super::progress::{Progress, thousands};
use super::read::Csv;
use crate::domain::phone::Region;
use crate::domain::text::CleanText;
use crate::identity::birth::Order;
use crate::identity::columns::{self, Column};
use crate::identity::people::People;
use crate::identity::said::{Habits, Said};

/// So many values are looked at where a heading does not tell.
const LOOKED_AT: usize = 200;

/// The records of one or two files, prepared.
pub struct Records {
    pub people: People,
    /// The value of the first column of each.
    pub names: Vec<String>,
    /// How many are of the first file, where there are two.
    pub first: Option<u32>,
    /// The files as a reader is told of them, with what was understood.
    pub files: Vec<String>,
    pub remarks: Vec<String>,
}

impl Records {
    /// Reads the files.
    pub fn read(input: &Input) -> Result<Self, String> {
        let home = input.region()?;
        let fields = input.fields.as_deref().map(Fields::read).transpose()?.unwrap_or_default();
        let expected = fields.dates.unwrap_or(if input.country == "US" {
            Order::MonthFirst
        } else {
            Order::DayFirst
        });
        let mut records = Self {
            people: People::default(),
            names: Vec::new(),
            first: None,
            files: Vec::new(),
            remarks: Vec::new(),
        };
        let mut progress = Progress::new();
        for (second, path) in [(false, Some(&input.left)), (true, input.right.as_ref())] {
            let Some(path) = path else { continue };
            let csv = Csv::read(path, &mut progress)?;
            records.add(csv, second, &fields, (home, expected))?;
            if !second && input.right.is_some() {
                records.first = u32::try_from(records.names.len()).ok();
            }
        }
        if u32::try_from(records.names.len()).is_err() {
            return Err("so many rows are too many; link the files in parts".to_owned());
        }
        records.people.count();
        Ok(records)
    }

    fn add(
        &mut self,
        csv: Csv,
        second: bool,
        fields: &Fields,
        (home, expected): (Region, Order),
    ) -> Result<(), String> {
        if let Some(missing) = fields.missing(second, &csv.headings).first() {
            return Err(format!(
                "{}:1: there is no column `{}`",
                csv.name,
                CleanText::line(missing)
            ));
        }
        let columns = columns_of(&csv, second, fields);
        if columns.iter().flatten().all(|column| *column == Column::Ignore) {
            return Err(format!(
                "{}:1: no column is recognised; name them in a file for --fields",
                csv.name
            ));
        }
        self.files.push(understood(&csv, &columns));
        self.remarks.extend(csv.remarks);
        let said: Vec<Said> = csv.rows.iter().map(|row| said(row, &columns)).collect();
        let habits = Habits { dates: columns::dates(&said, expected) };
        for said in &said {
            self.people.add(said, habits, home);
        }
        self.names.extend(csv.rows.iter().map(|row| row[0].to_owned()));
        Ok(())
    }
}

fn said(row: &csv::StringRecord, columns: &[Option<Column>]) -> Said {
    let known = columns.iter().zip(row).filter_map(|(column, value)| Some(((*column)?, value)));
    columns::said(known)
}

fn columns_of(csv: &Csv, second: bool, fields: &Fields) -> Vec<Option<Column>> {
    let of = |(at, heading): (usize, &String)| {
        let named = fields.of(second, heading);
        let recognised = || {
            let column = Column::of_heading(heading);
            // What a row is called is not compared.
            column.filter(|column| at > 0 || !matches!(column, Column::Id | Column::Account))
        };
        let sniffed =
            || Column::of_values(csv.rows.iter().take(LOOKED_AT).filter_map(|row| row.get(at)));
        named.or_else(recognised).or_else(sniffed)
    };
    csv.headings.iter().enumerate().map(of).collect()
}

/// `crm.csv: 4,210 rows; given_name is given, … ; not used: notes`.
fn understood(csv: &Csv, columns: &[Option<Column>]) -> String {
    let (mut used, mut unused) = (Vec::new(), Vec::new());
    for (at, (heading, column)) in csv.headings.iter().zip(columns).enumerate() {
        let heading = CleanText::line(heading);
        match column {
            Some(Column::Ignore) | None if at == 0 => {}
            Some(Column::Ignore) | None => unused.push(heading.to_string()),
            Some(column) if heading.as_str() == column.name() => used.push(heading.to_string()),
            Some(column) => used.push(format!("{heading} ({})", column.name())),
        }
    }
    let rows = thousands(csv.rows.len());
    let mut text = format!("{}: {rows} rows; compared: {}", csv.name, used.join(", "));
    if !unused.is_empty() {
        text.push_str(&format!("; not used: {}", unused.join(", ")));
    }
    text
}
