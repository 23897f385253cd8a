//! Weights as a file that people can read, and what changed in words.

use std::fmt::Write;

use super::field::Field;
use super::lexicon::Sym;
use super::link::Linked;
use super::people::People;
use super::weights::{ORDER, Rows, SAME_PERSON, UNRELATED, Weights};

/// A name that so many have at least is worth a line.
const COMMON: f64 = 0.0005;

/// So many names are written at most.
const NAMES: usize = 300;

/// A weight that changed by less than so many bits is not worth telling.
const TOLD: f64 = 0.5;

/// A file of weights learnt from these people.
pub fn file(linked: &Linked, people: &People) -> String {
    let weights = &linked.weights;
    let records = people.list.len();
    let members: usize = linked.groups.several().iter().map(|group| group.len()).sum();
    let surplus = members - linked.groups.several().len();
    let mut text = format!(
        "# Learnt from {records} records without a judgement; the rest is as shipped.\n\
         # Each row: same person | same household | unrelated.\n\n\
         version = \"{}+{records}\"\n\n[prior]\n\
         population = {}\nsame = {:.4}\nhousehold = {:.4}\n\n[bands]\n\
         linked = {}\nperhaps = {}\n",
        weights.version.split('+').next().unwrap_or_default(),
        (records - surplus).max(1),
        linked.extent.partners_of(linked.shares.same),
        linked.extent.partners_of(linked.shares.household),
        weights.bands.linked,
        weights.bands.perhaps,
    );
    for field in Field::ALL {
        table(&mut text, field.name(), field.levels(), &weights.fields[field.index()]);
    }
    table(&mut text, "order", ORDER, &weights.order);
    for field in [Field::Surname, Field::Given] {
        names(&mut text, field, people);
    }
    text
}

fn table(text: &mut String, name: &str, levels: &[&str], rows: &Rows) {
    let why = rows.why.replace(['"', '\\'], "'");
    writeln!(text, "\n[{name}]\nwhy = \"{why}\"").ok();
    // What is rounded sums to 1 all the same.
    for (level, [same, household, unrelated]) in levels.iter().zip(&rows.rows) {
        writeln!(text, "{level:<8} = [{same:.6}, {household:.6}, {unrelated:.9}]").ok();
    }
}

fn names(text: &mut String, field: Field, people: &People) {
    let share = |place: usize| {
        let (count, all) = people.occurs_at(field, place);
        f64::from(count) / f64::from(all.max(1))
    };
    let mut common: Vec<(f64, &str)> = people
        .lexicon
        .all()
        .map(|sym: Sym| (share(sym.index()), people.lexicon.text(sym)))
        .filter(|(share, name)| *share >= COMMON && name.len() > 1)
        .collect();
    common.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    common.truncate(NAMES);
    writeln!(text, "\n[common.{}]", field.name()).ok();
    for (share, name) in common {
        writeln!(text, "{name} = {share:.6}").ok();
    }
}

/// What is told of the way from one set of weights to another.
pub fn changes(before: &Weights, after: &Weights) -> Vec<String> {
    let mut changes = Vec::new();
    for field in Field::ALL {
        let (old, new) = (&before.fields[field.index()].rows, &after.fields[field.index()].rows);
        for ((level, old), new) in field.levels().iter().zip(old).zip(new) {
            let bits = |row: &[f64; 3]| (row[SAME_PERSON] / row[UNRELATED]).log2();
            if (bits(old) - bits(new)).abs() >= TOLD {
                let name = field.words();
                changes.push(format!(
                    "{name}, {level}: {:+.1} bits, before {:+.1}",
                    bits(new),
                    bits(old)
                ));
            }
        }
    }
    if changes.is_empty() {
        changes.push("no weight changed by half a bit".to_owned());
    }
    changes
}
