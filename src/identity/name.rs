//! The parts of a person's name.

use super::fold::name_words;

/// A name, read: folded words, in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    pub given: Vec<String>,
    pub surname: Vec<String>,
    pub former: Vec<String>,
    /// 1 for senior, 2 for junior, 3 for the third; 0 where nothing is said.
    pub generation: u8,
    pub sex: Option<Sex>,
}

/// What a title or a field says of the sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
}

impl Sex {
    /// Reads a field: `f`, `weiblich`, `Mr`.
    pub fn read(written: &str) -> Option<Self> {
        match name_words(written).first()?.as_str() {
            "f" | "w" | "female" | "woman" | "weiblich" | "femme" | "feminin" => Some(Self::Female),
            "m" | "male" | "man" | "mannlich" | "homme" | "masculin" => Some(Self::Male),
            word => title(word).flatten(),
        }
    }
}

/// Whether a word is a title, and what it says of the sex.
fn title(word: &str) -> Option<Option<Sex>> {
    match word {
        "mr" | "mister" | "herr" | "sir" | "senor" | "monsieur" | "sig" => Some(Some(Sex::Male)),
        "mrs" | "ms" | "miss" | "frau" | "madam" | "mme" | "mlle" | "madame" | "senora" | "sra" => {
            Some(Some(Sex::Female))
        }
        "dr" | "prof" | "professor" | "rev" | "ing" | "dipl" | "med" | "hon" => Some(None),
        _ => None,
    }
}

fn generation(word: &str) -> Option<u8> {
    match word {
        "sr" | "sen" | "senior" => Some(1),
        "jr" | "jun" | "junior" | "ii" | "2nd" => Some(2),
        "iii" | "3rd" => Some(3),
        "iv" | "4th" => Some(4),
        _ => None,
    }
}

/// Belongs to the word after it: van der Berg, de la Cruz, al Masri.
fn leads(word: &str) -> bool {
    matches!(
        word,
        "van"
            | "von"
            | "der"
            | "den"
            | "de"
            | "del"
            | "della"
            | "di"
            | "da"
            | "do"
            | "dos"
            | "du"
            | "la"
            | "le"
            | "el"
            | "al"
            | "bin"
            | "ibn"
            | "ter"
            | "ten"
            | "zu"
            | "st"
            | "mac"
            | "mc"
    )
}

/// Said before a surname of earlier.
fn announces_former(word: &str) -> bool {
    matches!(word, "nee" | "geb" | "geborene" | "born" | "formerly" | "ne")
}

impl Name {
    /// Reads a name whose parts are apart; a whole name is parted where they are missing.
    pub fn read(given: &str, surname: &str, whole: &str, former: &str) -> Self {
        let mut name = Self { former: name_words(former), ..Self::default() };
        let (given, surname) = (name.stripped(given), name.stripped(surname));
        if given.is_empty() && surname.is_empty() {
            name.part(whole);
        } else if surname.is_empty() && given.len() > 1 && whole.trim().is_empty() {
            name.arrange(given);
        } else {
            (name.given, name.surname) = (given, surname);
        }
        name
    }

    /// `Whitcombe, Eleanor` or `Eleanor Whitcombe`.
    fn part(&mut self, whole: &str) {
        match whole.split_once(',') {
            Some((surname, given)) => {
                let before = self.stripped(surname);
                let after = self.stripped(given);
                if after.is_empty() {
                    self.arrange(before);
                } else {
                    (self.given, self.surname) = (after, before);
                }
            }
            None => {
                let words = self.stripped(whole);
                self.arrange(words);
            }
        }
    }

    /// The last word is the surname, with the particles before it.
    fn arrange(&mut self, mut words: Vec<String>) {
        let Some(last) = words.len().checked_sub(1) else { return };
        let particles = words[..last].iter().rev().take_while(|word| leads(word)).count();
        let surname = words.split_off(last - particles.min(last.saturating_sub(1)));
        (self.given, self.surname) = (words, surname);
    }

    /// The words without titles and generations, which are noted; a surname of earlier is kept apart.
    fn stripped(&mut self, text: &str) -> Vec<String> {
        let mut kept = Vec::new();
        let mut formerly = false;
        let words = name_words(text);
        let single = words.len() == 1;
        for (at, word) in words.into_iter().enumerate() {
            if announces_former(&word) && at > 0 {
                formerly = true;
            } else if formerly {
                self.former.push(word);
            } else if let Some(generation) = generation(&word).filter(|_| at > 0) {
                self.generation = generation;
            } else if let Some(sex) = title(&word).filter(|_| at == 0 && !single) {
                self.sex = self.sex.or(sex);
            } else if title(&word).is_none() || !kept.is_empty() || single {
                kept.push(word);
            }
        }
        kept
    }

    /// Takes the name from an address such as `eleanor.whitcombe@mail.example`, where none is said.
    pub fn guess(&mut self, emails: &[String]) {
        let mut guessed = emails.iter().filter_map(|written| {
            let address = super::email::read(written)?;
            let letters = |part: &str| part.trim_matches(|c: char| c.is_ascii_digit()).to_owned();
            let parts = address.local.split(['.', '_', '-']).map(letters);
            let parts: Vec<String> = parts.filter(|part| part.len() > 1).collect();
            let word = |part: &String| part.bytes().all(|byte| byte.is_ascii_lowercase());
            let name = parts.len() == 2 && parts.iter().all(word) && parts[1] != "family";
            (name && !address.shared).then_some(parts)
        });
        if let Some([given, surname]) = guessed.next().as_deref() {
            let known = |name: &str| super::nickname::families(name)[0] != 0;
            let turned = known(surname) && !known(given);
            let (given, surname) = if turned { (surname, given) } else { (given, surname) };
            (self.given, self.surname) = (name_words(given), name_words(surname));
        }
    }

    /// Notes what a title or suffix of its own field says.
    pub fn note(&mut self, title_field: &str, suffix: &str, sex: &str) {
        let from_title = name_words(title_field).iter().find_map(|word| title(word).flatten());
        self.sex = Sex::read(sex).or(from_title).or(self.sex);
        if let Some(generation) = name_words(suffix).iter().find_map(|word| generation(word)) {
            self.generation = generation;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> (String, String) {
        let name = Name::read("", "", text, "");
        (name.given.join(" "), name.surname.join(" "))
    }

    #[test]
    fn a_whole_name_is_parted() {
        for (text, given, surname) in [
            ("Eleanor Whitcombe", "eleanor", "whitcombe"),
            ("WHITCOMBE, Eleanor", "eleanor", "whitcombe"),
            ("Mrs. Eleanor M. Whitcombe", "eleanor m", "whitcombe"),
            ("Dr Jan van der Berg", "jan", "van der berg"),
            ("Whitcombe", "", "whitcombe"),
            ("", "", ""),
        ] {
            assert_eq!(whole(text), (given.into(), surname.into()), "{text}");
        }
    }

    #[test]
    fn generations_titles_and_earlier_names_are_noted() {
        let name = Name::read("Mr Robert", "Hale Jr.", "", "");
        assert_eq!((name.generation, name.sex), (2, Some(Sex::Male)));
        assert_eq!(name.surname, ["hale"]);
        let name = Name::read("", "", "Anna Berg geb. Müller", "");
        assert_eq!((name.surname.join(""), name.former.join("")), ("berg".into(), "muller".into()));
    }
}
