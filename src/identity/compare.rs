//! Two records, field by field: at which level each agrees.

use super::birth::{Nearness, nearness};
use super::field::{FIELDS, Field, Level, SAME, SILENT};
use super::lexicon::{Lexicon, Likeness, Sym};
use super::person::{Line, Person, Words};

/// How two records agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    levels: [Level; FIELDS],
    /// The value that both have, where the level is the closest one.
    values: [Sym; FIELDS],
    /// First name and surname have changed places.
    pub turned: bool,
}

impl Agreement {
    const NONE: Self =
        Self { levels: [SILENT; FIELDS], values: [Sym::NONE; FIELDS], turned: false };

    /// The level of a field.
    pub fn level(&self, field: Field) -> Level {
        self.levels[field.index()]
    }

    /// The level's name; nothing where one side is silent.
    pub fn named(&self, field: Field) -> Option<&'static str> {
        field.levels().get(usize::from(self.level(field))).copied()
    }

    /// The common value of a field.
    pub fn value(&self, field: Field) -> Sym {
        self.values[field.index()]
    }

    /// Whether both sides speak, and contradict each other.
    pub fn differs(&self, field: Field) -> bool {
        usize::from(self.level(field)) == field.levels().len() - 1
    }

    /// Whether both names are there, so that their order can be told.
    pub fn ordered(&self) -> bool {
        self.level(Field::Given) != SILENT && self.level(Field::Surname) != SILENT
    }

    fn set(&mut self, field: Field, (level, value): (Level, Sym)) {
        self.levels[field.index()] = level;
        self.values[field.index()] = value;
    }
}

/// Values that so many people have that they tell nobody apart, by their places.
pub trait Shared {
    /// Whether the value is a switchboard, a common mailbox, a number of many.
    fn shared(&self, field: Field, value: Sym) -> bool;
}

/// Compares two records.
pub fn compare(a: &Person, b: &Person, lexicon: &Lexicon, shared: &impl Shared) -> Agreement {
    let mut agreement = Agreement::NONE;
    let found = &mut agreement;
    names(found, a, b, lexicon);
    if let (Some(one), Some(other)) = (a.birth, b.birth) {
        let (level, value) = match nearness(one, other) {
            Nearness::Same => (SAME, a.born),
            Nearness::Turned => (1, Sym::NONE),
            Nearness::Near => (2, Sym::NONE),
            Nearness::Part => (3, Sym::NONE),
            Nearness::Differs => (4, Sym::NONE),
        };
        found.set(Field::Birth, (level, value));
    }
    if a.generation != 0 && b.generation != 0 {
        found.set(Field::Generation, (Level::from(a.generation != b.generation), Sym::NONE));
    }
    if let (Some(one), Some(other)) = (a.sex, b.sex) {
        found.set(Field::Sex, (Level::from(one != other), Sym::NONE));
    }
    found.set(Field::Email, email(a, b, lexicon, shared));
    found.set(Field::Phone, phone(a, b, lexicon, shared));
    found.set(Field::Id, number(&a.ids, &b.ids, lexicon));
    found.set(Field::Account, number(&a.accounts, &b.accounts, lexicon));
    lines(found, a, b, lexicon);
    found.set(Field::Number, house_number(a.number, b.number, lexicon));
    found.set(Field::Place, place(a, b, lexicon));
    // Who agrees on the place agrees on its state.
    if found.level(Field::Place) > 3 && a.state.is_some() && b.state.is_some() {
        found.set(Field::State, (Level::from(a.state != b.state), Sym::NONE));
    }
    agreement
}

/// First name and surname, in the order that fits.
fn names(found: &mut Agreement, a: &Person, b: &Person, lexicon: &Lexicon) {
    let straight =
        (given(&a.given, &b.given, lexicon), surname(&a.surname, &b.surname, a, b, lexicon));
    let mut best = straight;
    if straight.0.0 > 2 && straight.1.0 > 2 {
        let crossed =
            (given(&a.given, &b.surname, lexicon), surname(&a.surname, &b.given, a, b, lexicon));
        let (one, other) = (crossed.0.0, crossed.1.0);
        // Of one name alone, only the very same is more than chance.
        if one <= 2 && other <= 2 || one == SAME || other == SAME {
            // How common a first name is among surnames says nothing.
            best = ((crossed.0.0, Sym::NONE), (crossed.1.0, Sym::NONE));
            found.turned = true;
        }
    }
    found.set(Field::Given, best.0);
    found.set(Field::Surname, best.1);
}

fn given(a: &Words, b: &Words, lexicon: &Lexicon) -> (Level, Sym) {
    let (one, other) = (a.first(), b.first());
    if !one.is_some() || !other.is_some() {
        return (SILENT, Sym::NONE);
    }
    let initial = lexicon.letters(one) < 2 || lexicon.letters(other) < 2;
    if one == other && !initial {
        return (SAME, one);
    }
    if a.whole == b.whole && !initial {
        return (SAME, a.whole);
    }
    if initial {
        let agrees = lexicon.one_begins_the_other(one, other);
        return (if agrees { 3 } else { 5 }, Sym::NONE);
    }
    let middle = a.words.contains(&other) && lexicon.letters(other) > 1
        || b.words.contains(&one) && lexicon.letters(one) > 1;
    let least = lexicon.letters(one).min(lexicon.letters(other));
    let short = || least >= 3 && lexicon.one_begins_the_other(one, other);
    if middle || lexicon.one_family(one, other) || short() {
        return (1, Sym::NONE);
    }
    let mut likeness = lexicon.likeness(one, other);
    if (a.whole, b.whole) != (one, other) {
        likeness = likeness.max(lexicon.likeness(a.whole, b.whole));
    }
    (by_likeness(likeness), Sym::NONE)
}

fn surname(a: &Words, b: &Words, of_a: &Person, of_b: &Person, lexicon: &Lexicon) -> (Level, Sym) {
    if a.is_empty() || b.is_empty() {
        return (SILENT, Sym::NONE);
    }
    if a.whole == b.whole {
        let initial = lexicon.letters(a.whole) < 2;
        return if initial { (3, Sym::NONE) } else { (SAME, a.whole) };
    }
    let formerly =
        |former: &Words, now: &Words| former.whole.is_some() && former.whole == now.whole;
    let one_of = |word: &Sym| lexicon.letters(*word) > 3 && b.words.contains(word);
    if formerly(&of_a.former, b) || formerly(&of_b.former, a) || a.words.iter().any(one_of) {
        return (1, Sym::NONE);
    }
    if lexicon.letters(a.whole) < 2 || lexicon.letters(b.whole) < 2 {
        let agrees = lexicon.one_begins_the_other(a.whole, b.whole);
        return (if agrees { 3 } else { 5 }, Sym::NONE);
    }
    (by_likeness(lexicon.likeness(a.whole, b.whole)), Sym::NONE)
}

/// The level of names that are not the same, by how alike they are.
fn by_likeness(likeness: Likeness) -> Level {
    match likeness {
        Likeness::Same => SAME,
        Likeness::Near => 2,
        Likeness::Distant => 4,
        Likeness::Differs => 5,
    }
}

/// The best that any two of the values come to.
fn best<A: Copy, B: Copy>(
    a: impl Iterator<Item = A>,
    b: impl Iterator<Item = B> + Clone,
    level: impl Fn(A, B) -> (Level, Sym),
) -> (Level, Sym) {
    let mut best = (SILENT, Sym::NONE);
    for one in a {
        for other in b.clone() {
            let found = level(one, other);
            if found.0 < best.0 {
                best = found;
            }
        }
    }
    best
}

fn email(a: &Person, b: &Person, lexicon: &Lexicon, shared: &impl Shared) -> (Level, Sym) {
    let known = |person: &'_ Person| {
        person.mailboxes.into_iter().filter(|mailbox| mailbox.address.is_some())
    };
    best(known(a), known(b), |one, other| {
        let address = one.address;
        match () {
            () if address == other.address => {
                let shared = one.shared || shared.shared(Field::Email, address);
                if shared { (1, Sym::NONE) } else { (SAME, address) }
            }
            () if one.shared || other.shared => (4, Sym::NONE),
            () if lexicon.letters(one.local) < 5 || lexicon.letters(other.local) < 5 => {
                (4, Sym::NONE)
            }
            // Whoever has the name has such an address somewhere.
            () if one.named && other.named => (SILENT, Sym::NONE),
            () if one.named || other.named => (4, Sym::NONE),
            () if one.local == other.local => (2, Sym::NONE),
            () if lexicon.likeness(address, other.address) >= Likeness::Near => (3, Sym::NONE),
            () => (4, Sym::NONE),
        }
    })
}

fn phone(a: &Person, b: &Person, lexicon: &Lexicon, shared: &impl Shared) -> (Level, Sym) {
    best(a.phones.iter().copied(), b.phones.iter().copied(), |one, other| {
        if one == other {
            let shared = shared.shared(Field::Phone, one);
            return if shared { (1, Sym::NONE) } else { (SAME, one) };
        }
        let near = lexicon.same_tail(one, other) || lexicon.one_slip(one, other);
        (if near { 2 } else { 3 }, Sym::NONE)
    })
}

fn number(a: &[Sym], b: &[Sym], lexicon: &Lexicon) -> (Level, Sym) {
    best(a.iter().copied(), b.iter().copied(), |one, other| {
        if one == other {
            return (SAME, one);
        }
        let near = lexicon.one_slip(one, other);
        (if near { 1 } else { 2 }, Sym::NONE)
    })
}

/// The street, and the line below it; either may stand in the other's place.
fn lines(found: &mut Agreement, a: &Person, b: &Person, lexicon: &Lexicon) {
    let [street, line] = a.lines;
    let [other_street, other_line] = b.lines;
    let like = |one: Line, other: Line| one_line(one, other, lexicon);
    let first = like(street, other_street);
    let second = like(line, other_line);
    let crossed = like(street, other_line).min(like(line, other_street));
    let level = match first {
        0 | 1 => first,
        _ if crossed <= 1 => 2,
        SILENT => SILENT,
        _ => 3,
    };
    let value = |level: Level, line: Line| if level == SAME { line.street } else { Sym::NONE };
    found.set(Field::Street, (level, value(level, street)));
    // Lines that changed places are heard once.
    let second = if level == 2 { SILENT } else { second };
    found.set(Field::Line, (second, value(second, line)));
}

/// The same 0, nearly the same 1, another 2.
fn one_line(a: Line, b: Line, lexicon: &Lexicon) -> Level {
    if !a.street.is_some() || !b.street.is_some() {
        return SILENT;
    }
    if a.short == b.short {
        return SAME;
    }
    let short = lexicon.likeness(a.short, b.short);
    match lexicon.likeness(a.street, b.street).max(short) {
        Likeness::Same => SAME,
        Likeness::Near => 1,
        _ => 2,
    }
}

fn house_number(a: Sym, b: Sym, lexicon: &Lexicon) -> (Level, Sym) {
    match () {
        () if !a.is_some() || !b.is_some() => (SILENT, Sym::NONE),
        () if a == b => (SAME, a),
        // 12a and 12, 115 and 15.
        () if lexicon.one_begins_the_other(a, b) || lexicon.one_slip(a, b) => (1, Sym::NONE),
        () => (2, Sym::NONE),
    }
}

fn place(a: &Person, b: &Person, lexicon: &Lexicon) -> (Level, Sym) {
    let both = |one: Sym, other: Sym| one.is_some() && other.is_some();
    let (codes, cities) = (both(a.postcode, b.postcode), both(a.city, b.city));
    if !codes && !cities {
        return (SILENT, Sym::NONE);
    }
    let code = codes && a.postcode == b.postcode;
    let city = cities && a.city == b.city;
    let near_city = cities && lexicon.likeness(a.city, b.city) >= Likeness::Near;
    let near_code = codes && lexicon.one_slip(a.postcode, b.postcode);
    match () {
        () if code && (city || !cities) => (SAME, a.postcode),
        () if code && near_city || city && near_code => (1, Sym::NONE),
        () if code => (2, Sym::NONE),
        () if city => (3, Sym::NONE),
        () if near_city || near_code => (4, Sym::NONE),
        () => (5, Sym::NONE),
    }
}
