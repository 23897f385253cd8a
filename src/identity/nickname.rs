//! Which given names are names of one person.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::name_words;

/// A name is in so many families at most: Chris is Christian, Christine and Christopher.
pub type Families = [u16; 3];

static FAMILIES: LazyLock<HashMap<String, Families>> = LazyLock::new(|| {
    let mut families: HashMap<String, Families> = HashMap::new();
    let lines = include_str!("nicknames.txt").lines().filter(|line| !line.starts_with('#'));
    for (number, line) in (1u16..).zip(lines) {
        for name in name_words(line) {
            let of_name = families.entry(name).or_default();
            if let Some(free) = of_name.iter_mut().find(|at| **at == 0 || **at == number) {
                *free = number;
            }
        }
    }
    families
});

/// The numbers of the families that a folded name belongs to, then 0.
pub fn families(name: &str) -> Families {
    FAMILIES.get(name).copied().unwrap_or_default()
}

/// Whether one family has both.
pub fn meet(a: &Families, b: &Families) -> bool {
    a.iter().any(|family| *family != 0 && b.contains(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pet_names_and_their_sisters_abroad_are_one_family() {
        let one = |a, b| meet(&families(a), &families(b));
        for (a, b) in [("bill", "william"), ("peggy", "margaret"), ("jan", "janet")] {
            assert!(one(a, b), "{a} {b}");
        }
        for (a, b) in [("aleksandr", "sasha"), ("katarzyna", "kate"), ("jan", "john")] {
            assert!(one(a, b), "{a} {b}");
        }
        assert!(!one("anna", "john"));
        assert!(!one("whitcombe", "whitcombe"), "no family of ours");
    }
}
