//! What a connector calls `${NAME}` and `${NAME:-USUAL}`: values that the centre gives it.

use super::source::ClientTable;

/// A value that is to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub name: String,
    /// What is taken where none is given.
    pub usual: Option<String>,
}

/// A text is made of these.
enum Piece<'t> {
    Plain(&'t str),
    Variable { name: &'t str, usual: Option<&'t str> },
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let after = &rest[start + 2..];
        let end = after.find('}').ok_or("expected `}` after `${`")?;
        let (name, usual) = match after[..end].split_once(":-") {
            Some((name, usual)) => (name, Some(usual)),
            None => (&after[..end], None),
        };
        pieces.extend([Piece::Plain(&rest[..start]), Piece::Variable { name, usual }]);
        rest = &after[end + 1..];
    }
    pieces.push(Piece::Plain(rest));
    Ok(pieces)
}

/// Every text of a client's table in which variables may stand.
fn texts(client: &mut ClientTable) -> Vec<&mut String> {
    let ClientTable { base_url, auth, country, time_zone, currency, .. } = client;
    let mut texts = vec![base_url];
    texts.extend(auth.texts());
    texts.extend([country, time_zone]);
    texts.extend(currency);
    texts
}

/// What a client's table wants, each once, the address first.
///
/// # Errors
/// Where a variable does not end.
pub fn wanted(client: &ClientTable) -> Result<Vec<Wanted>, String> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for text in texts(&mut client.clone()) {
        for piece in pieces(text)? {
            let Piece::Variable { name, usual } = piece else { continue };
            if !wanted.iter().any(|known| known.name == name) {
                wanted.push(Wanted { name: name.to_owned(), usual: usual.map(str::to_owned) });
            }
        }
    }
    Ok(wanted)
}

/// Fills a client's table in.
///
/// # Errors
/// Which variable is not set.
pub(super) fn fill(
    client: &mut ClientTable,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Result<(), String> {
    texts(client).into_iter().try_for_each(|text| fill_text(text, variables))
}

/// Fills one text in.
///
/// # Errors
/// Which variable is not set.
pub(super) fn fill_text(
    text: &mut String,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Result<(), String> {
    let mut filled = String::new();
    for piece in pieces(text)? {
        match piece {
            Piece::Plain(plain) => filled.push_str(plain),
            Piece::Variable { name, usual } => {
                let value = variables(name).or_else(|| usual.map(str::to_owned));
                let value = value.ok_or_else(|| format!("variable `{name}` is not set"))?;
                filled.push_str(&value);
            }
        }
    }
    *text = filled;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::shipped::REAL;
    use crate::connectors::spec::Written;

    #[test]
    fn what_a_connector_wants_is_known_before_it_is_given() {
        let (_, text) = REAL.iter().find(|(name, _)| *name == "salesforce").unwrap();
        let written: Written = crate::strict::read("salesforce.toml", text).unwrap();
        let wanted = wanted(&written.client).unwrap();
        let told: Vec<(&str, Option<&str>)> =
            wanted.iter().map(|one| (&*one.name, one.usual.as_deref())).collect();
        assert_eq!(
            told,
            [
                ("SALESFORCE_URL", None),
                ("SALESFORCE_CLIENT_ID", None),
                ("SALESFORCE_CLIENT_SECRET", None),
                ("SALESFORCE_COUNTRY", Some("CA")),
                ("SALESFORCE_CURRENCY", Some("USD")),
            ]
            .map(|(name, usual)| (name, usual))
        );
    }
}
