//! Why: which field added how much, in words. What is printed adds up to the score.

use std::fmt;

use super::compare::Agreement;
use super::field::{Field, SAME, SILENT};
use super::pair::Pair;
use super::people::People;
use super::person::Person;
use super::score::{Bits, Scorer, probability};

/// One step of a waterfall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub what: String,
    /// The same without a word of what the records say.
    pub kind: String,
    pub bits: Bits,
}

impl Step {
    /// A step whose words quote nobody.
    fn new(what: &str, bits: Bits) -> Self {
        Self { what: what.to_owned(), kind: what.to_owned(), bits }
    }
}

/// The steps from what was known before to the score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waterfall {
    pub steps: Vec<Step>,
    /// What no sum says: why a sure pair is not linked, what else it may be.
    pub remark: Option<String>,
}

impl Waterfall {
    /// The waterfall of a pair; `name` is how a reader knows a record.
    pub fn of(pair: &Pair, people: &People, scorer: &Scorer, name: impl Fn(u32) -> String) -> Self {
        let (a, b) = (&people.list[pair.left as usize], &people.list[pair.right as usize]);
        let agreement = super::compare::compare(a, b, &people.lexicon, people);
        let mut steps = vec![Step::new("prior", scorer.prior())];
        for field in Field::ALL {
            if agreement.level(field) != SILENT {
                let what = words(field, &agreement, a, b, people);
                let kind = kind(field, &agreement);
                steps.push(Step { what, kind, bits: scorer.added(field, &agreement) });
            }
        }
        if agreement.ordered() {
            let what =
                if agreement.turned { "names in each other's place" } else { "order of names" };
            steps.push(Step::new(what, scorer.order(&agreement)));
        }
        if pair.score.alternative != 0 {
            steps.push(Step::new("a household would explain it too", pair.score.alternative));
        }
        if let Some((middle, total)) = pair.through {
            let what = format!("both the same as {}", name(middle));
            steps.push(Step::new(&what, total - pair.score.total()));
        }
        let contradiction = super::cluster::contradiction(&agreement);
        let remark = match (contradiction, pair.score.is_household()) {
            (Some(why), _) => Some(format!("not linked by itself: {why}")),
            (None, true) if pair.through.is_none() => {
                Some("rather another person of one household".to_owned())
            }
            _ => None,
        };
        Self { steps, remark }
    }

    /// The same where nothing that a record says may stand: `prior -14.20 | surname +15.30 | …`.
    pub fn without_values(&self) -> String {
        let bare = |step: &Step| Step::new(&step.kind, step.bits);
        let steps = self.steps.iter().map(bare).collect();
        Self { steps, remark: self.remark.clone() }.to_string()
    }

    /// The sum of all steps.
    pub fn total(&self) -> Bits {
        self.steps.iter().map(|step| step.bits).sum()
    }
}

/// `prior -14.20 | phone +17.01 | … => +12.30 bits, p 0.999802`.
impl fmt::Display for Waterfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            let between = if at == 0 { "" } else { " | " };
            write!(f, "{between}{} {}", step.what, Signed(step.bits))?;
        }
        let total = self.total();
        write!(f, " => {} bits, p {:.6}", Signed(total), probability(total))?;
        match &self.remark {
            Some(remark) => write!(f, "; {remark}"),
            None => Ok(()),
        }
    }
}

/// Hundredths of a bit, as bits.
struct Signed(Bits);

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let bits = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", bits / 100, bits % 100)
    }
}

/// The field, and whether it agrees.
fn kind(field: Field, agreement: &Agreement) -> String {
    let name = field.words();
    match agreement.named(field).unwrap_or_default() {
        "same" => name.to_owned(),
        "differs" => format!("{name} differs"),
        _ => format!("{name} nearly"),
    }
}

/// The field and how it agrees: `surname (1 in 41,000)`, `first name jan~john`.
fn words(field: Field, agreement: &Agreement, a: &Person, b: &Person, people: &People) -> String {
    let name = field.words();
    let level = agreement.named(field).unwrap_or_default();
    let compared = match field {
        Field::Given if agreement.turned => Some((a.given.whole, b.surname.whole)),
        Field::Surname if agreement.turned => Some((a.surname.whole, b.given.whole)),
        Field::Given => Some((a.given.whole, b.given.whole)),
        Field::Surname => Some((a.surname.whole, b.surname.whole)),
        _ => None,
    };
    if let (Some((one, other)), true) = (compared, agreement.level(field) != SAME) {
        let between = if level == "differs" { '/' } else { '~' };
        return format!(
            "{name} {}{between}{}",
            people.lexicon.text(one),
            people.lexicon.text(other)
        );
    }
    match (field, level) {
        (Field::Given | Field::Surname, "same") => {
            let (count, all) = people.occurs_at(field, agreement.value(field).index());
            if count == 0 || all < 100 {
                name.to_owned()
            } else {
                format!("{name} (1 in {})", thousands(all / count))
            }
        }
        (Field::Email, "shared") => "e-mail of many".to_owned(),
        (Field::Phone, "shared") => "phone of many".to_owned(),
        (Field::Email, "local") => "e-mail of the same name elsewhere".to_owned(),
        (Field::Birth, "turned") => "day and month of birth exchanged".to_owned(),
        (Field::Birth, "part") => "birth date in part".to_owned(),
        (Field::Street, "line") => "address in another line".to_owned(),
        (Field::Place, "postcode") => "postal code".to_owned(),
        (Field::Place, "city") => "town".to_owned(),
        (Field::Place, "close") => "place nearly".to_owned(),
        _ => kind(field, agreement),
    }
}

/// `41,000`.
fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
