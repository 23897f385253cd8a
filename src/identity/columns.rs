//! Which column of a file says what: by its name, in the languages in which such files come.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::birth::Order;
use super::fold::words;
use super::said::Said;
use super::street;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Name,
    Given,
    Middle,
    Surname,
    Former,
    Title,
    Suffix,
    Sex,
    Birth,
    BirthYear,
    BirthMonth,
    BirthDay,
    Email,
    Phone,
    Number,
    Street,
    Line,
    Address,
    City,
    Postcode,
    Place,
    State,
    Country,
    Id,
    Account,
    Ignore,
}

/// Every column by its name in a file of fields.
const NAMED: [(&str, Column); 26] = [
    ("name", Column::Name),
    ("given", Column::Given),
    ("middle", Column::Middle),
    ("surname", Column::Surname),
    ("former", Column::Former),
    ("title", Column::Title),
    ("suffix", Column::Suffix),
    ("sex", Column::Sex),
    ("birth", Column::Birth),
    ("birth-year", Column::BirthYear),
    ("birth-month", Column::BirthMonth),
    ("birth-day", Column::BirthDay),
    ("email", Column::Email),
    ("phone", Column::Phone),
    ("number", Column::Number),
    ("street", Column::Street),
    ("line", Column::Line),
    ("address", Column::Address),
    ("city", Column::City),
    ("postcode", Column::Postcode),
    ("place", Column::Place),
    ("state", Column::State),
    ("country", Column::Country),
    ("id", Column::Id),
    ("account", Column::Account),
    ("ignore", Column::Ignore),
];

/// The headings by which columns are recognised.
static HEADINGS: LazyLock<HashMap<&str, Column>> = LazyLock::new(|| {
    let lines = include_str!("headings.txt").lines().filter(|line| !line.starts_with('#'));
    let of_line = |line: &'static str| {
        let (name, headings) = line.split_once(": ")?;
        let column = Column::named(name)?;
        Some(headings.split(' ').map(move |heading| (heading, column)))
    };
    lines.filter_map(of_line).flatten().collect()
});

/// What a name may begin with without changing what it says, one or several of them.
const BEFORE: [&str; 25] = [
    "customer",
    "cust",
    "contact",
    "client",
    "person",
    "billing",
    "bill",
    "shipping",
    "ship",
    "to",
    "primary",
    "home",
    "work",
    "user",
    "member",
    "delivery",
    "mailing",
    "main",
    "buyer",
    "payer",
    "guest",
    "owner",
    "patient",
    "recipient",
    "account",
];

/// With these a birth is a place, which is neither a day nor where somebody lives.
const WHERE_BORN: [&str; 8] =
    ["place", "city", "town", "country", "state", "region", "county", "province"];

impl Column {
    /// The column that a file of fields calls so.
    pub fn named(name: &str) -> Option<Self> {
        NAMED.iter().find(|(known, _)| *known == name).map(|(_, column)| *column)
    }

    /// The name in a file of fields.
    pub fn name(self) -> &'static str {
        NAMED.iter().find(|(_, column)| *column == self).map_or("ignore", |(name, _)| name)
    }

    /// All names in a file of fields.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }

    /// The column of that heading, where it is recognised.
    pub fn of_heading(heading: &str) -> Option<Self> {
        let words = words(&parted(heading));
        let known = |words: &[String]| {
            let whole = words.concat();
            let bare = whole.trim_end_matches(|c: char| c.is_ascii_digit());
            let exact = |name: &str| HEADINGS.get(name).copied();
            exact(&whole).or_else(|| exact(bare))
        };
        words.first()?;
        let before = words.iter().take_while(|word| BEFORE.contains(&word.as_str())).count();
        // A number that is somebody's is not that of a house.
        let shorter = (1..=before).filter_map(|from| known(&words[from..]));
        let mut shorter = shorter.filter(|column| *column != Self::Number);
        known(&words).or_else(|| shorter.next()).or_else(|| Self::by_part(&words))
    }

    /// By a word that leaves no doubt wherever it stands.
    fn by_part(words: &[String]) -> Option<Self> {
        let has = |parts: &[&str]| words.iter().any(|word| parts.contains(&word.as_str()));
        let consent =
            has(&["consent", "opt", "optin", "verified", "confirmed", "type", "at", "date"]);
        let phone = has(&["phone", "telephone", "mobile", "tel", "telefon", "cell"]);
        let code = has(&["postcode", "zip", "plz", "zipcode"]);
        let city = has(&["city", "town", "ort"]);
        match () {
            () if has(&["birth"]) && has(&["name", "surname"]) => Some(Self::Former),
            () if has(&["birth"]) && has(&WHERE_BORN) => None,
            () if has(&["birth", "dob", "birthdate"]) => Some(Self::Birth),
            () if consent => None,
            () if phone && has(&["country", "area", "code", "ext", "extension"]) => None,
            () if code && city => Some(Self::Place),
            () if has(&["email", "mail"]) => Some(Self::Email),
            () if phone => Some(Self::Phone),
            () if code => Some(Self::Postcode),
            () if has(&["street", "strasse"]) => Some(Self::Street),
            () if city => Some(Self::City),
            () if has(&["surname", "lastname"]) => Some(Self::Surname),
            () if has(&["firstname"]) => Some(Self::Given),
            () => None,
        }
    }

    /// What unnamed values look like, where they leave no doubt.
    pub fn of_values<'a>(values: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut filled, mut mail) = (0u32, 0u32);
        for value in values.filter(|value| !value.trim().is_empty()) {
            filled += 1;
            mail += u32::from(super::email::read(value).is_some());
        }
        (filled > 2 && mail * 10 >= filled * 8).then_some(Self::Email)
    }
}

/// Puts a row together.
pub fn said<'a>(row: impl Iterator<Item = (Column, &'a str)>) -> Said {
    let mut said = Said::default();
    let mut birth = [""; 3];
    let mut middle = "";
    for (column, value) in row.map(|(column, value)| (column, value.trim())) {
        if value.is_empty() {
            continue;
        }
        let text = |at: &mut String| {
            if !at.is_empty() {
                at.push(' ');
            }
            at.push_str(value);
        };
        match column {
            Column::Name => text(&mut said.name),
            Column::Given => text(&mut said.given),
            Column::Middle => middle = value,
            Column::Surname => text(&mut said.surname),
            Column::Former => text(&mut said.former),
            Column::Title => text(&mut said.title),
            Column::Suffix => text(&mut said.suffix),
            Column::Sex => text(&mut said.sex),
            Column::Birth => value.clone_into(&mut said.birth),
            Column::BirthYear => birth[0] = value,
            Column::BirthMonth => birth[1] = value,
            Column::BirthDay => birth[2] = value,
            Column::Email => said.emails.extend(several(value)),
            Column::Phone => said.phones.extend(several(value)),
            Column::Number => text(&mut said.number),
            Column::Street => said.streets.insert(0, value.to_owned()),
            Column::Line => said.streets.push(value.to_owned()),
            Column::Address => whole_address(&mut said, value),
            Column::City => text(&mut said.city),
            Column::Postcode => text(&mut said.postcode),
            Column::Place => whole_place(&mut said, value),
            Column::State => text(&mut said.state),
            Column::Country => text(&mut said.country),
            Column::Id => said.ids.push(value.to_owned()),
            Column::Account => said.accounts.push(value.to_owned()),
            Column::Ignore => {}
        }
    }
    if !middle.is_empty() && !said.given.is_empty() {
        said.given = format!("{} {middle}", said.given);
    }
    if birth.iter().all(|part| !part.is_empty()) {
        said.birth = birth.join("-");
    }
    said
}

/// Words that only a capital letter parts: `contactFirstName`.
fn parted(heading: &str) -> String {
    let mut parted = String::with_capacity(heading.len() + 4);
    let mut before = ' ';
    for c in heading.chars() {
        if before.is_lowercase() && c.is_uppercase() {
            parted.push(' ');
        }
        parted.push(c);
        before = c;
    }
    parted
}

/// Several values in one field: `a@x.example; b@y.example`.
fn several(value: &str) -> impl Iterator<Item = String> {
    value.split([';', ',', '|']).map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned)
}

fn whole_address(said: &mut Said, value: &str) {
    let (street, place) = street::whole(value);
    said.streets.insert(0, street);
    whole_place(said, place);
}

/// A postal code and a town in one field, in either order; what has a field of its own stays.
fn whole_place(said: &mut Said, value: &str) {
    let (city, postcode) = street::of_place(value);
    if said.city.is_empty() {
        said.city = city;
    }
    if said.postcode.is_empty() {
        said.postcode = postcode;
    }
}

/// What comes first in the dates of these records, or what is `expected` where they do not show it.
pub fn dates(records: &[Said], expected: Order) -> Order {
    Order::of(records.iter().map(|said| said.birth.as_str())).unwrap_or(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_recognised_in_many_words() {
        for (heading, column) in [
            ("given_name", Column::Given),
            ("First Name", Column::Given),
            ("Vorname", Column::Given),
            ("Prénom", Column::Given),
            ("LastName", Column::Surname),
            ("contact_last_name", Column::Surname),
            ("E-Mail", Column::Email),
            ("email_address", Column::Email),
            ("billing_email", Column::Email),
            ("Mobile Phone", Column::Phone),
            ("phone1", Column::Phone),
            ("Straße", Column::Street),
            ("address_1", Column::Street),
            ("address_2", Column::Line),
            ("PLZ", Column::Postcode),
            ("suburb", Column::City),
            ("date_of_birth", Column::Birth),
            ("soc_sec_id", Column::Id),
            ("Kundennummer", Column::Account),
            ("contactFirstName", Column::Given),
            ("Bill-to Last", Column::Surname),
            ("Buyer Email Addr", Column::Email),
            ("Ship Addr 1", Column::Street),
            ("Vor- und Nachname", Column::Name),
            ("Geb. am", Column::Birth),
            ("DOB (mm/dd/yyyy)", Column::Birth),
            ("Tel. privat", Column::Phone),
            ("Contact Number", Column::Phone),
            ("Member No.", Column::Account),
            ("Straße + Hausnr.", Column::Street),
            ("PLZ/Ort", Column::Place),
            ("City, State, Zip", Column::Place),
            ("house number", Column::Number),
            ("birth day of holder", Column::Birth),
            ("Birth Surname", Column::Former),
        ] {
            assert_eq!(Column::of_heading(heading), Some(column), "{heading}");
        }
        for heading in [
            "rec_id",
            "created_at",
            "notes",
            "cluster",
            "email_opt_in",
            "truth",
            "phone country code",
            "delivery number",
            "last order",
            "ship to",
            "birth_place",
            "City of birth",
            "",
        ] {
            assert_eq!(Column::of_heading(heading), None, "{heading}");
        }
    }

    #[test]
    fn every_column_has_a_name_of_its_own() {
        let names: std::collections::HashSet<_> = Column::names().collect();
        assert_eq!(names.len(), NAMED.len());
        for (name, column) in NAMED {
            assert_eq!(Column::named(name), Some(column));
            assert_eq!(column.name(), name);
        }
    }

    #[test]
    fn a_row_is_put_together() {
        let said = said(
            [
                (Column::Given, "Eleanor"),
                (Column::Middle, "M"),
                (Column::Email, "a@x.example; b@y.example"),
                (Column::Line, "Flat 2"),
                (Column::Street, "12 High St"),
                (Column::Place, "M2A 1B7 North York"),
                (Column::BirthYear, "1985"),
                (Column::BirthMonth, "3"),
                (Column::BirthDay, "12"),
            ]
            .into_iter(),
        );
        assert_eq!(said.given, "Eleanor M");
        assert_eq!(said.emails, ["a@x.example", "b@y.example"]);
        assert_eq!(said.streets, ["12 High St", "Flat 2"]);
        assert_eq!((said.postcode.as_str(), said.city.as_str()), ("M2A1B7", "North York"));
        assert_eq!(said.birth, "1985-3-12");
    }
}
