//! Addresses: the line of the street, its house number, and the place.

use super::fold::name_words;

/// A line of an address, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The words without spaces.
    pub street: String,
    /// The words without spaces, abbreviated as one does.
    pub short: String,
    /// House number, with its letter.
    pub number: String,
}

/// What is written in several ways; the short way is compared.
const SHORT: [(&str, &str); 58] = [
    ("street", "st"),
    ("strt", "st"),
    ("road", "rd"),
    ("avenue", "av"),
    ("ave", "av"),
    ("boulevard", "bd"),
    ("blvd", "bd"),
    ("crescent", "cr"),
    ("cres", "cr"),
    ("circuit", "cct"),
    ("court", "ct"),
    ("place", "pl"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("close", "cl"),
    ("square", "sq"),
    ("terrace", "tce"),
    ("ter", "tce"),
    ("parade", "pde"),
    ("highway", "hwy"),
    ("parkway", "pkwy"),
    ("gardens", "gdns"),
    ("grove", "gr"),
    ("mount", "mt"),
    ("saint", "st"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("apartment", ""),
    ("apt", ""),
    ("flat", ""),
    ("unit", ""),
    ("suite", ""),
    ("no", ""),
    ("nr", ""),
    ("number", ""),
    ("strasse", "str"),
    ("platz", "pl"),
    ("allee", "al"),
    ("weg", "wg"),
    ("rue", "r"),
    ("chemin", "ch"),
    ("impasse", "imp"),
    ("calle", "c"),
    ("avenida", "av"),
    ("plaza", "pl"),
    ("via", "v"),
    ("piazza", "pza"),
    ("ulica", "ul"),
    ("straat", "st"),
    ("laan", "ln"),
    ("village", "vlge"),
    ("station", "stn"),
    ("estate", "est"),
    ("building", "bldg"),
    ("house", "hse"),
    ("heights", "hts"),
];

/// Reads a line: what has a digit is the house number, the rest is the street.
pub fn read(text: &str) -> Line {
    let mut line = Line::default();
    for word in name_words(text) {
        if word.as_bytes()[0].is_ascii_digit() {
            line.number.push_str(&word);
            continue;
        }
        line.street.push_str(&word);
        line.short.push_str(&shortened(&word));
    }
    line
}

/// A city or a state, without spaces.
pub fn place(text: &str) -> String {
    name_words(text).iter().map(|word| shortened(word)).collect()
}

fn shortened(word: &str) -> String {
    let word = match SHORT.iter().find(|(long, _)| *long == word) {
        Some((_, short)) => return (*short).to_owned(),
        None => word,
    };
    let joined = ["strasse", "str"].iter().find_map(|ending| word.strip_suffix(ending));
    match joined {
        Some(stem) if stem.len() >= 3 => format!("{stem}str"),
        _ => word.to_owned(),
    }
}

/// A postal code, without spaces; the four digits behind an American one are cut off.
pub fn postcode(text: &str) -> String {
    let mut code = name_words(text).concat();
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    if digits && code.len() == 9 {
        code.truncate(5);
    }
    code
}

/// Parts an address that is one text: `12 High Street, Leeds LS1 4AB`.
pub fn whole(text: &str) -> (String, &str) {
    let (street, place) = text.split_once([',', '\n', ';']).unwrap_or((text, ""));
    (street.to_owned(), place)
}

/// The town and the postal code of one text: `LS1 4AB Leeds`.
pub fn of_place(text: &str) -> (String, String) {
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let (mut code, mut city) = (Vec::new(), Vec::new());
    for word in text.split([' ', ',', '/', '\n']).filter(|word| !word.is_empty()) {
        if has_digit(word) { code.push(word) } else { city.push(word) }
    }
    (city.join(" "), code.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_and_order_make_no_difference() {
        for (a, b) in [
            ("14 Finniss Crescent", "finniss cres. 14"),
            ("Hauptstraße 5a", "Hauptstr. 5A"),
            ("Rue de la Paix 3", "3, rue de la paix"),
            ("No. 7 Mount Road", "7 Mt Rd"),
        ] {
            let (a, b) = (read(a), read(b));
            assert_eq!((a.short, a.number), (b.short, b.number), "{}", a.street);
        }
        assert_eq!(place("North Beach"), place("n. beach"));
        assert_eq!(postcode("M5V 2T6"), postcode("m5v2t6"));
        assert_eq!(postcode("02139-4301"), "02139");
    }

    #[test]
    fn an_address_in_one_text_is_parted() {
        let (street, place) = whole("12 High Street, Leeds LS1 4AB");
        let (city, code) = of_place(place);
        assert_eq!((street.as_str(), city.as_str()), ("12 High Street", "Leeds"));
        assert_eq!(code, "LS14AB");
    }
}
