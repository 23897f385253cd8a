//! Every word and phrase of a set of records once, with what comparing needs of it at hand: two
//! values are the same when their places are, and most others are told apart by their letters.

use std::collections::HashMap;

use super::nickname::{Families, families, meet};
use super::sound::skeleton;

/// The place of a value in the lexicon; nothing has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Sym(u32);

impl Sym {
    /// No value.
    pub const NONE: Self = Self(0);

    /// Whether there is a value.
    pub fn is_some(self) -> bool {
        self.0 != 0
    }

    /// The place, for tables that run beside the lexicon.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How alike two values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    Differs,
    /// One letter in three differs, at most.
    Distant,
    /// A slip of the keyboard or the ear.
    Near,
    Same,
}

/// Longer values are compared by this many of their letters: a machine word has no more bits.
const LETTERS: usize = 64;

/// What most comparisons are decided by; kept small and side by side for the processor's cache.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    /// Which letters occur.
    letters: u64,
    sound: u32,
    /// The last seven digits of a number.
    tail: u32,
    /// The families of pet names that the value belongs to.
    families: Families,
    len: u8,
    /// Whether the sound is long enough to tell names apart.
    telling: bool,
}

/// The rest.
#[derive(Debug, Clone, Default)]
struct Word {
    text: Box<str>,
    /// Letters as 0 to 35.
    codes: Box<[u8]>,
}

/// The values of a set of records.
#[derive(Debug, Clone)]
pub struct Lexicon {
    places: HashMap<Box<str>, Sym>,
    heads: Vec<Head>,
    words: Vec<Word>,
    sounds: HashMap<Box<str>, u32>,
}

impl Default for Lexicon {
    fn default() -> Self {
        let (heads, words) = (vec![Head::default()], vec![Word::default()]);
        Self { places: HashMap::new(), heads, words, sounds: HashMap::new() }
    }
}

impl Lexicon {
    /// The place of a folded value; of nothing, none.
    pub fn place(&mut self, text: &str) -> Sym {
        if text.is_empty() {
            return Sym::NONE;
        }
        if let Some(sym) = self.places.get(text) {
            return *sym;
        }
        let Ok(place) = u32::try_from(self.words.len()) else { return Sym::NONE };
        let codes: Box<[u8]> = text.bytes().filter_map(code).take(LETTERS).collect();
        let letters = codes.iter().fold(0, |letters, code| letters | 1 << code);
        let sounds = u32::try_from(self.sounds.len()).unwrap_or(u32::MAX);
        let heard = skeleton(text);
        let telling = heard.len() >= 3 && !text.starts_with(|c: char| c.is_ascii_digit());
        let sound = *self.sounds.entry(heard.into()).or_insert(sounds);
        let len = u8::try_from(codes.len()).unwrap_or(u8::MAX);
        let tail = text.get(text.len().saturating_sub(7)..).and_then(|tail| tail.parse().ok());
        let (tail, families) = (tail.unwrap_or(0), families(text));
        self.heads.push(Head { letters, sound, tail, families, len, telling });
        self.words.push(Word { text: text.into(), codes });
        self.places.insert(text.into(), Sym(place));
        Sym(place)
    }

    /// So many values are known, with "nothing".
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether no value is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }

    /// All values.
    pub fn all(&self) -> impl Iterator<Item = Sym> {
        (1u32..).take(self.words.len() - 1).map(Sym)
    }

    /// The place of a folded value that is known.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.places.get(text).copied()
    }

    /// The value.
    pub fn text(&self, sym: Sym) -> &str {
        &self.words[sym.index()].text
    }

    /// So many letters and digits, up to a machine word's bits.
    pub fn letters(&self, sym: Sym) -> usize {
        usize::from(self.heads[sym.index()].len)
    }

    /// The sound, as a number of this lexicon.
    pub fn sound(&self, sym: Sym) -> u32 {
        self.heads[sym.index()].sound
    }

    /// The families of pet names that the value belongs to.
    pub fn families(&self, sym: Sym) -> &Families {
        &self.heads[sym.index()].families
    }

    /// Whether both are names that one person is called by: `bill`, `william`.
    pub fn one_family(&self, a: Sym, b: Sym) -> bool {
        meet(self.families(a), self.families(b))
    }

    /// Whether both are numbers of seven digits and more, and end with the same seven.
    pub fn same_tail(&self, a: Sym, b: Sym) -> bool {
        let (one, other) = (&self.heads[a.index()], &self.heads[b.index()]);
        one.tail == other.tail && one.tail != 0 && one.len > 6 && other.len > 6
    }

    /// Whether both are of one length, but for one sign or for two neighbours that changed places.
    pub fn one_slip(&self, a: Sym, b: Sym) -> bool {
        let (one, other) = (&self.heads[a.index()], &self.heads[b.index()]);
        let unlike = (one.letters ^ other.letters).count_ones();
        one.len == other.len
            && unlike <= 2
            && slipped(&self.words[a.index()].codes, &self.words[b.index()].codes)
    }

    /// Whether one begins with the other.
    pub fn one_begins_the_other(&self, a: Sym, b: Sym) -> bool {
        let (one, other) = (&self.heads[a.index()], &self.heads[b.index()]);
        if one.letters & !other.letters != 0 && other.letters & !one.letters != 0 {
            return false;
        }
        let (a, b) = (self.text(a), self.text(b));
        a.starts_with(b) || b.starts_with(a)
    }

    /// How alike two values are; nothing is like nothing else.
    pub fn likeness(&self, a: Sym, b: Sym) -> Likeness {
        if a == b {
            return if a.is_some() { Likeness::Same } else { Likeness::Differs };
        }
        let (one, other) = (&self.heads[a.index()], &self.heads[b.index()]);
        let (least, most) = (one.len.min(other.len), one.len.max(other.len));
        if least < 2 {
            return Likeness::Differs;
        }
        let far = u32::from(most / 3);
        let sounds = one.sound == other.sound && one.telling;
        // Every letter that only one side has costs an edit.
        let only = |one: &Head, other: &Head| (one.letters & !other.letters).count_ones();
        let unlike = only(one, other).max(only(other, one)).max(u32::from(most - least));
        if unlike > far || sounds {
            return if sounds { Likeness::Near } else { Likeness::Differs };
        }
        let (a, b) = (&self.words[a.index()].codes, &self.words[b.index()].codes);
        let edits = if a.len() <= b.len() { edits(a, b) } else { edits(b, a) };
        let slip = edits <= 1 && least >= 3 || edits <= 2 && most >= 7 || edits <= 3 && most > 11;
        match () {
            () if slip => Likeness::Near,
            () if edits <= far => Likeness::Distant,
            () => Likeness::Differs,
        }
    }
}

fn slipped(a: &[u8], b: &[u8]) -> bool {
    let mut unlike = (0..a.len().min(b.len())).filter(|i| a[*i] != b[*i]);
    match (unlike.next(), unlike.next(), unlike.next()) {
        (Some(_), None, _) => true,
        (Some(i), Some(j), None) => j == i + 1 && a[i] == b[j] && a[j] == b[i],
        _ => false,
    }
}

fn code(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'z' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// Letters inserted, left out, changed or exchanged with their neighbour on the way from one word
/// to the other: all columns of a row in one machine word, after Hyyrö (2003).
fn edits(short: &[u8], long: &[u8]) -> u32 {
    let mut at = [0u64; 36];
    for (i, code) in short.iter().enumerate() {
        at[usize::from(*code)] |= 1 << i;
    }
    let last = 1u64 << (short.len() - 1);
    let mut edits = u32::try_from(short.len()).unwrap_or(u32::MAX);
    let (mut more, mut less) = (u64::MAX, 0u64);
    let (mut diagonal, mut before) = (0u64, 0u64);
    for code in long {
        let here = at[usize::from(*code)];
        let exchanged = ((!diagonal & here) << 1) & before;
        diagonal = (((here & more).wrapping_add(more)) ^ more) | here | less | exchanged;
        let mut up = less | !(diagonal | more);
        let mut down = more & diagonal;
        edits += u32::from(up & last != 0);
        edits -= u32::from(down & last != 0);
        up = (up << 1) | 1;
        down <<= 1;
        more = down | !(diagonal | up);
        less = up & diagonal;
        before = here;
    }
    edits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes(text: &str) -> Vec<u8> {
        text.bytes().filter_map(code).collect()
    }

    /// The same distance by the table that textbooks draw.
    fn by_table(a: &[u8], b: &[u8]) -> u32 {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j as u32,
                    (_, 0) => i as u32,
                    _ => {
                        let change = table[i - 1][j - 1] + u32::from(a[i - 1] != b[j - 1]);
                        let plain = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        let crossed =
                            i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                        if crossed { plain.min(table[i - 2][j - 2] + 1) } else { plain }
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn edits_are_those_of_the_table(a in "[abc]{1,12}", b in "[abc]{1,12}") {
            let (a, b) = (codes(&a), codes(&b));
            let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
            prop_assert_eq!(edits(short, long), by_table(&a, &b));
        }

        #[test]
        fn likeness_is_the_same_both_ways(a in "[a-e1]{1,9}", b in "[a-e1]{1,9}") {
            let mut lexicon = Lexicon::default();
            let (a, b) = (lexicon.place(&a), lexicon.place(&b));
            prop_assert_eq!(lexicon.likeness(a, b), lexicon.likeness(b, a));
        }
    }

    #[test]
    fn a_slip_is_near_and_another_name_is_not() {
        let mut lexicon = Lexicon::default();
        let mut likeness = |a: &str, b: &str| {
            let (a, b) = (lexicon.place(a), lexicon.place(b));
            lexicon.likeness(a, b)
        };
        assert_eq!(likeness("campbell", "campbell"), Likeness::Same);
        assert_eq!(likeness("campbell", "cambpell"), Likeness::Near);
        assert_eq!(likeness("catherine", "kathryn"), Likeness::Near);
        assert_eq!(likeness("whitcombe", "whitkambre"), Likeness::Distant);
        assert_eq!(likeness("martin", "morrison"), Likeness::Differs);
        assert_eq!(likeness("", ""), Likeness::Differs);
        assert_eq!(likeness("a", "b"), Likeness::Differs);
    }
}
