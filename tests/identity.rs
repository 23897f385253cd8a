//! Who is who: the gates in short, and the command line. The long forms are printed by
//! `cargo bench --bench identity`.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;
#[path = "identity/truth.rs"]
mod truth;
#[path = "identity/world.rs"]
mod world;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use common::home::Home;
use norns::domain::phone::Region;
use norns::identity::pair::Band;
use norns::identity::resolve::{RECORDS, Resolution, Resolved};
use norns::identity::said::{Habits, Said};
use norns::identity::weights::Weights;
use norns::identity::why::Waterfall;
use truth::{Judged, by_exact_contact};
use world::{RATES, Rates, Row, world};

fn records(people: u32, seed: u64) -> Vec<(u32, Said)> {
    world(people, &RATES, seed).into_iter().map(|row| (row.person, row.said)).collect()
}

#[test]
fn a_federated_world_is_linked_far_better_than_by_contact_data() {
    let records = records(2_500, 7);
    let baseline = by_exact_contact(&records);
    let judged = Judged::new(records, None, Habits::default());
    let (best, _) = judged.best();
    assert!(baseline.f1() < 0.84, "the world is no easier than real ones: {baseline:?}");
    assert!(best.f1() >= 0.935, "{best:?}");
    assert!(judged.at(Band::Perhaps).f1() >= 0.93, "{:?}", judged.at(Band::Perhaps));
    assert!(judged.with_a_stranger() <= 0.003, "{}", judged.with_a_stranger());
}

/// Other people, and more of what makes two of them look like one. The figures are printed with
/// `--nocapture`.
#[test]
#[allow(clippy::print_stdout, reason = "figures are printed")]
fn the_same_weights_hold_in_worlds_that_they_never_saw() {
    let shared = Rates { landline: 0.36, common_mailbox: 0.12, switchboard: 0.05, ..RATES };
    let alike = Rates { namesake: 0.15, twins: 0.05, recycled: 0.08, ..RATES };
    let careless = Rates { typo: 0.15, nickname: 0.30, moved: 0.30, ..RATES };
    let worlds = [
        ("as usual", RATES, 31),
        ("as usual", RATES, 32),
        ("more that is shared", shared, 33),
        ("more who are alike", alike, 34),
        ("more that is mistyped", careless, 35),
    ];
    for (what, rates, seed) in worlds {
        let rows = world(2_500, &rates, seed).into_iter();
        let records: Vec<(u32, Said)> = rows.map(|row| (row.person, row.said)).collect();
        let baseline = by_exact_contact(&records).f1();
        let judged = Judged::new(records, None, Habits::default());
        let (best, wrong) = (judged.best().0.f1(), judged.with_a_stranger());
        let wrong = wrong * 100.0;
        println!(
            "{what}: best F1 {best:.4}, by contact data {baseline:.4}, strangers {wrong:.3} %"
        );
        assert!(best > baseline + 0.1, "{what}");
        assert!(wrong <= 0.3, "{what}");
    }
}

/// What is printed is added up as a reader would. The figure is printed with `--nocapture`.
#[test]
#[allow(clippy::print_stdout, reason = "figures are printed")]
fn every_waterfall_adds_up_to_its_score() {
    let judged = Judged::new(records(800, 3), None, Habits::default());
    assert!(judged.linked.pairs.iter().any(|pair| pair.through.is_some()));
    let mut furthest = 0.0f64;
    for pair in &judged.linked.pairs {
        let why = Waterfall::of(pair, &judged.people, &judged.linked.scorer, |at| at.to_string());
        assert_eq!(why.total(), pair.total(), "{why}");
        for printed in [why.to_string(), why.without_values()] {
            let (steps, rest) = printed.split_once(" => ").unwrap();
            let bits = |step: &str| step.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
            let sum: f64 = steps.split(" | ").map(bits).sum();
            let total: f64 = rest.split(' ').next().unwrap().parse().unwrap();
            furthest = furthest.max((sum - total).abs());
            assert!((total - f64::from(pair.total()) / 100.0).abs() <= 1e-9, "{printed}");
        }
    }
    let many = judged.linked.pairs.len();
    println!("{many} waterfalls: no printed sum further than {furthest:.1e} bits from its score");
    assert!(furthest <= 1e-9);
}

#[test]
fn the_same_records_give_the_same_answer() {
    let link = || Judged::new(records(300, 5), None, Habits::default()).linked.pairs;
    assert_eq!(link(), link());
}

/// A folder with files of a world: what `norns identity` is given.
struct Files {
    home: Home,
}

impl Files {
    fn new() -> Self {
        Self { home: Home::new() }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.root().join(name)
    }

    fn exported(&self, name: &str, rows: &[&Row]) {
        let mut out = csv::Writer::from_path(self.path(name)).unwrap();
        out.write_record([
            "record",
            "Full Name",
            "first_name",
            "last_name",
            "dob",
            "e-mail",
            "Phone",
            "street",
            "unit",
            "city",
            "zip",
            "notes",
        ])
        .unwrap();
        for (at, row) in rows.iter().enumerate() {
            let said = &row.said;
            let one = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
            out.write_record([
                format!("{}-{at}-{}", row.source, row.person),
                said.name.clone(),
                said.given.clone(),
                said.surname.clone(),
                said.birth.clone(),
                one(&said.emails, 0),
                one(&said.phones, 0),
                one(&said.streets, 0),
                one(&said.streets, 1),
                said.city.clone(),
                said.postcode.clone(),
                "called twice".to_owned(),
            ])
            .unwrap();
        }
        out.flush().unwrap();
    }

    /// Exit code, what was written, and what was said.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.home.output(&[&["identity"], arguments].concat());
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

fn person(record: &str) -> &str {
    record.rsplit('-').next().unwrap()
}

fn pairs(path: &Path) -> Vec<[String; 5]> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headings = reader.headers().unwrap();
    assert_eq!(headings, vec!["left", "right", "probability", "band", "why"]);
    let row = |row: csv::StringRecord| std::array::from_fn(|at| row[at].to_owned());
    reader.records().map(|read| row(read.unwrap())).collect()
}

#[test]
fn a_file_is_searched_for_duplicates_and_every_pair_says_why() {
    let files = Files::new();
    let world = world(600, &RATES, 11);
    files.exported("all.csv", &world.iter().collect::<Vec<_>>());
    let (code, out, said) =
        files.run(&["link", "all.csv", "--out", "pairs.csv", "--groups", "groups.csv"]);
    assert_eq!((code, out.as_str()), (0, ""), "{said}");
    assert!(said.contains("compared: Full Name (name), first_name (given)"), "{said}");
    assert!(said.contains("not used: notes"), "{said}");
    let pairs = pairs(&files.path("pairs.csv"));
    let right = pairs.iter().filter(|[left, right, ..]| person(left) == person(right)).count();
    assert!(right * 100 >= pairs.len() * 92, "{right} of {}", pairs.len());
    for [_, _, probability, band, why] in &pairs {
        let probability: f64 = probability.parse().unwrap();
        assert!(band == "linked" && probability >= 0.999 || band == "perhaps the same", "{why}");
        assert!(probability >= 0.5);
        let (steps, rest) = why.split_once(" => ").unwrap();
        let bits = |text: &str| text.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
        let sum: f64 = steps.split(" | ").map(bits).sum();
        let total: f64 = rest.split(' ').next().unwrap().parse().unwrap();
        assert!((sum - total).abs() < 1e-9, "{why}");
        let printed = (probability / (1.0 - probability)).log2();
        assert!((printed - total).abs() < 0.01 || probability > 0.9999, "{printed} {why}");
    }
    let groups = std::fs::read_to_string(files.path("groups.csv")).unwrap();
    let mut of_group: HashMap<&str, HashSet<&str>> = HashMap::new();
    for line in groups.lines().skip(1) {
        let (group, record) = line.split_once(',').unwrap();
        of_group.entry(group).or_default().insert(person(record));
    }
    let mixed = of_group.values().filter(|people| people.len() > 1).count();
    assert!(of_group.len() > 100 && mixed <= 1, "{mixed} of {}", of_group.len());
    assert!(said.contains("people as far as they are linked"), "{said}");
}

#[test]
fn two_files_are_linked_with_each_other_only() {
    let files = Files::new();
    let world = world(400, &RATES, 12);
    let of = |source: &str| world.iter().filter(|row| row.source == source).collect::<Vec<_>>();
    files.exported("crm.csv", &of("crm"));
    files.exported("web.csv", &of("web"));
    let (code, out, said) = files.run(&["link", "crm.csv", "web.csv"]);
    assert_eq!(code, 0, "{said}");
    files.write("pairs.csv", &out);
    let pairs = pairs(&files.path("pairs.csv"));
    assert!(pairs.len() > 50, "{said}");
    for [left, right, ..] in &pairs {
        assert!(left.starts_with("crm-") && right.starts_with("web-"), "{left} {right}");
    }
}

#[test]
fn columns_that_nobody_recognises_are_named_in_a_file() {
    let files = Files::new();
    let row = |n: u32, name: &str| format!("{n};{name};{name};1971-0{}-11;x\n", n % 9 + 1);
    let rows: String =
        ["Ash", "Bel", "Cor", "Dun"].iter().zip(1..).map(|(name, n)| row(n, name)).collect();
    files.write("a.csv", &format!("key;f1;f2;f3;f4\n{rows}"));
    let (code, _, said) = files.run(&["link", "a.csv"]);
    assert_eq!(code, 1);
    assert!(said.contains("a.csv:1: no column is recognised"), "{said}");
    files.write("fields.toml", "[columns]\nf1 = \"given\"\nf2 = \"surname\"\nf3 = \"brith\"\n");
    let (code, _, said) = files.run(&["link", "a.csv", "--fields", "fields.toml"]);
    assert_eq!(code, 1);
    assert!(said.contains("`f3`: no such kind of column; did you mean `birth`?"), "{said}");
    files.write("fields.toml", "[columns]\nf1 = \"given\"\nf2 = \"surname\"\nf3 = \"birth\"\n");
    let (code, _, said) = files.run(&["link", "a.csv", "--fields", "fields.toml"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("compared: f1 (given), f2 (surname), f3 (birth)"), "{said}");
    files.write("fields.toml", "[columns]\nf9 = \"given\"\n");
    let (_, _, said) = files.run(&["link", "a.csv", "--fields", "fields.toml"]);
    assert!(said.contains("a.csv:1: there is no column `f9`"), "{said}");
}

/// As spreadsheets, shops and other people's programs write them.
#[test]
fn exports_with_odd_headings_are_understood_and_linked() {
    let files = Files::new();
    let (mut crm, mut shop) = (
        "sep=;\r\nKd-Nr;Vor- und Nachname;Geb. am;Tel. privat;E-Mail-Adr.;Straße + Hausnr.;\
         PLZ/Ort;letzter Kauf\r\n"
            .to_owned(),
        "order_no,contactFirstName,Bill-to Last,Phone,Phone,Ship Addr 1,City/Zip,\
         DOB (mm/dd/yyyy),mail opt-in\n"
            .to_owned(),
    );
    let names = ["Eleanor Whitcombe", "Amir Haddad", "Jürgen Müller", "Zoe O'Neill", "Ines Okafor"];
    for n in 0..40 {
        let (given, surname) = names[n % 5].split_once(' ').unwrap();
        let (day, month, year) = (13 + n % 15, 1 + n % 12, 1940 + n);
        let place = format!("M{}A 1B{}", n % 10, n / 10);
        crm += &format!(
            "K{n};{given} {surname};{day:02}.{month:02}.{year};(416) 555-10{n:02};\
             {n}@mail.example;{n} High Street;{place} North York;01.02.2024\r\n"
        );
        shop += &format!(
            "O{n},{given},{},,+1416555 10{n:02},{n} High St.,North York {place},\
             {month}/{day}/{year},yes\n",
            surname.to_uppercase()
        );
    }
    files.write("crm.csv", &crm);
    files.write("shop.csv", &shop);
    let (code, out, said) = files.run(&["link", "crm.csv", "shop.csv", "--country", "CA"]);
    assert_eq!(code, 0, "{said}");
    for understood in [
        "compared: Vor- und Nachname (name), Geb. am (birth), Tel. privat (phone), \
         E-Mail-Adr. (email), Straße + Hausnr. (street), PLZ/Ort (place); not used: letzter Kauf",
        "compared: contactFirstName (given), Bill-to Last (surname), Phone (phone), \
         Phone 2 (phone), Ship Addr 1 (street), City/Zip (place), DOB (mm/dd/yyyy) (birth); \
         not used: mail opt-in",
        "shop.csv:1: column 5 has the heading of an earlier one; it is called `Phone 2` here",
    ] {
        assert!(said.contains(understood), "{understood}\n{said}");
    }
    files.write("pairs.csv", &out);
    let pairs = pairs(&files.path("pairs.csv"));
    let right = pairs.iter().filter(|[left, right, _, band, _]| {
        band == "linked" && left.trim_start_matches('K') == right.trim_start_matches('O')
    });
    assert_eq!(right.count(), 40, "{out}");
    assert!(
        said.contains("80 records are 40 people as far as they are linked: 40 groups of 2 rec")
    );
    assert!(out.contains("place +"), "the place is read from one column: {out}");
    let (code, _, said) = files.run(&["fit", "crm.csv", "shop.csv", "--out", "few.toml"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("only 40 pairs of these records are surely of one person"), "{said}");
}

#[test]
fn what_cannot_be_linked_is_said_in_a_sentence() {
    let files = Files::new();
    files.write("cut.csv", "id,name\n1,a,b\n2,b,c\n");
    for (arguments, expected) in [
        (["link", "none.csv"].as_slice(), "norns: none.csv: there is no such file"),
        (&["link", "cut.csv"], "norns: cut.csv:2: 3 columns where the heading has 2"),
        (&["link", "cut.csv", "--country", "XX"], "norns: `--country`"),
        (&["link", "."], "norns: .: "),
    ] {
        let (code, out, said) = files.run(arguments);
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}");
        assert!(said.starts_with(expected), "{said}");
    }
    assert_eq!(files.run(&["link"]).0, 64);
}

#[test]
fn two_records_of_a_small_file_that_share_a_common_name_only_are_not_linked() {
    let files = Files::new();
    let names = ["Mary,Smith", "Ines,Okafor", "Mary,Smith", "Jon,Berg", "Zoe,Quill", "Al,Roe"];
    let rows = names.iter().zip(1..).map(|(name, n)| format!("{n},{name}\n"));
    files.write("few.csv", &format!("id,first,last\n{}", rows.collect::<String>()));
    let (code, out, said) = files.run(&["link", "few.csv"]);
    assert_eq!(code, 0, "{said}");
    assert!(!out.contains(",linked,"), "{out}");
    assert!(said.contains("none of 6 records is linked with another"), "{said}");
}

#[test]
fn what_every_row_has_makes_nobody_the_same() {
    let files = Files::new();
    let given = ["Ann", "Bob", "Cid", "Dee", "Eve", "Fay", "Gus", "Hal", "Ida", "Joe"];
    let row = |n: usize| {
        let name = format!("{}{}", given[n % 10], given[n / 10]);
        let surname = ["Berg", "Quill", "Okafor", "Roe", "Smith", "Tanaka", "Ulm"][n % 7];
        format!("{n},{name},{surname},none@firm.example,0000000,Leeds,LS1\n")
    };
    let rows: String = (0..100).map(row).collect();
    files.write("same.csv", &format!("id,first,last,email,phone,city,zip\n{rows}"));
    let (code, out, said) = files.run(&["link", "same.csv"]);
    assert_eq!((code, out.lines().count()), (0, 1), "{said}{out}");
}

#[test]
fn weights_are_learnt_written_and_used() {
    let files = Files::new();
    let world = world(500, &RATES, 13);
    files.exported("all.csv", &world.iter().collect::<Vec<_>>());
    let (code, _, said) = files.run(&["fit", "all.csv", "--out", "ours.toml"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(" bits, before "), "{said}");
    let text = std::fs::read_to_string(files.path("ours.toml")).unwrap();
    let weights = Weights::over_the_shipped("ours.toml", &text).unwrap();
    assert!(weights.version.starts_with("1+"), "{}", weights.version);
    assert!(weights.common.surname.contains_key("smith"), "{text}");
    let arguments = ["link", "all.csv", "--weights", "ours.toml", "--out", "pairs.csv"];
    let (code, _, said) = files.run(&arguments);
    assert_eq!(code, 0, "{said}");
    let pairs = pairs(&files.path("pairs.csv"));
    let right = pairs.iter().filter(|[left, right, ..]| person(left) == person(right)).count();
    assert!(right > 500 && right * 100 >= pairs.len() * 90, "{right} of {}", pairs.len());
}

fn resolved(records: &[Said]) -> Resolved {
    let weights = Weights::shipped();
    let mut resolution = Resolution::new(&weights, Region::NANP);
    for said in records {
        resolution.add(said, Habits::default());
    }
    resolution.resolve()
}

fn said(given: &str, surname: &str, email: &str, phone: &str) -> Said {
    let list = |text: &str| {
        if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }
    };
    Said {
        given: given.to_owned(),
        surname: surname.to_owned(),
        emails: list(email),
        phones: list(phone),
        ..Said::default()
    }
}

fn band_of(a: &Said, b: &Said) -> Band {
    resolved(&[a.clone(), b.clone()]).pairs.first().map_or(Band::Hidden, |pair| pair.band)
}

#[test]
fn one_person_is_linked_and_a_shared_key_alone_links_nobody() {
    let eleanor = said("Eleanor", "Whitcombe", "e.whit@mail.example", "416 555 0142");
    let shop = said("Eleanor", "WHITCOMBE", "E.Whit@mail.example", "+1 (416) 555-0142");
    assert_eq!(band_of(&eleanor, &shop), Band::Linked);
    let pet = said("Ellie", "Whitcombe", "e.whit+shop@mail.example", "416.555.0142");
    assert!(band_of(&eleanor, &pet) >= Band::Perhaps);
    let cyrillic = said("Элеонора", "Уиткомб", "e.whit@mail.example", "416 555 0142");
    assert!(band_of(&eleanor, &cyrillic) >= Band::Perhaps);
    // The landline of a household, and a number that was given to a stranger.
    let spouse = said("Amir", "Whitcombe", "", "416 555 0142");
    assert_eq!(band_of(&eleanor, &spouse), Band::Hidden);
    let stranger = said("Jorge", "Reyes", "jr@post.example", "416 555 0142");
    assert_eq!(band_of(&eleanor, &stranger), Band::Hidden);
    // A mailbox that a company reads together.
    let (one, other) =
        (said("Ann", "Low", "info@firm.example", ""), said("Bo", "Hart", "info@firm.example", ""));
    assert_eq!(band_of(&one, &other), Band::Hidden);
}

#[test]
fn father_and_son_are_not_linked() {
    let home = |suffix: &str, birth: &str| Said {
        suffix: suffix.to_owned(),
        birth: birth.to_owned(),
        streets: vec!["12 High Street".to_owned()],
        postcode: "10001".to_owned(),
        ..said("Robert", "Hale", "hale@mail.example", "212 555 0100")
    };
    assert!(band_of(&home("Sr", ""), &home("Jr", "")) < Band::Linked);
    assert!(band_of(&home("", "1950-02-03"), &home("", "1981-11-19")) < Band::Linked);
    assert_eq!(band_of(&home("", "1950-02-03"), &home("", "1950-02-03")), Band::Linked);
}

#[test]
fn a_contradiction_is_left_to_a_person_to_judge() {
    let known = |birth: &str| Said {
        birth: birth.to_owned(),
        ids: vec!["AB-123-456".to_owned()],
        ..said("Eleanor", "Whitcombe", "e.whit@mail.example", "416 555 0142")
    };
    assert_eq!(band_of(&known("1950-02-03"), &known("")), Band::Linked);
    assert_eq!(band_of(&known("1950-02-03"), &known("1981-11-19")), Band::Perhaps);
}

#[test]
fn names_in_the_wrong_columns_are_the_same_names() {
    let right =
        Said { birth: "1950-02-03".to_owned(), ..said("Eleanor", "Whitcombe", "", "416 555 0142") };
    let turned =
        Said { given: right.surname.clone(), surname: right.given.clone(), ..right.clone() };
    assert_eq!(band_of(&right, &turned), Band::Linked);
}

#[test]
fn a_household_is_a_relation_and_no_link() {
    let home = |given: &str| Said {
        streets: vec!["12 High Street".to_owned()],
        postcode: "10001".to_owned(),
        ..said(given, "Hale", "", "212 555 0100")
    };
    let resolved = resolved(&[home("Robert"), home("Miriam")]);
    assert!(resolved.pairs.is_empty() && resolved.groups.several().is_empty());
    assert_eq!(resolved.households, [(0, 1)]);
}

#[test]
fn nobody_is_the_same_for_saying_nothing() {
    assert_eq!(band_of(&Said::default(), &Said::default()), Band::Hidden);
    let name = said("Mary", "Smith", "", "");
    assert_eq!(band_of(&name, &name), Band::Hidden);
}

#[test]
fn what_one_call_turns_up_is_bounded() {
    let weights = Weights::shipped();
    let mut resolution = Resolution::new(&weights, Region::NANP);
    for n in 0..RECORDS + 40 {
        let one = said("Ann", "Low", &format!("a{n}@mail.example"), "212 555 0100");
        let place = resolution.add(&one, Habits::default());
        assert_eq!(place.is_some(), n < RECORDS);
    }
    assert_eq!(resolution.left_out, 40);
    let wanted = resolution.wanted();
    assert!(wanted.len() > RECORDS / 2 && resolution.wanted().is_empty(), "each key once");
}
