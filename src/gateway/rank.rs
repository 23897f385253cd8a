//! From records to candidates. Pure; nothing is inferred: records belong together only where they
//! declare the same account, or an agent said so. What others may be of the same person is said
//! beside it.

use jiff::civil::Date;

use super::kin::Bonds;
use super::stated;
use crate::domain::customer::{Candidate, ContactKind, ContactPoint, Key, KeyKind, Match, Record};
use crate::domain::phone::{Number, Region};
use crate::domain::source::SourceId;
use crate::domain::statement::Statement;
use crate::domain::text::CleanText;
use crate::identity::weights::Weights;

/// So many numbers or addresses of one candidate are used to ask other sources.
const CONTACT_KEYS: usize = 8;

/// What ranking needs to know besides the records.
pub struct Ground<'a> {
    /// Sources in the order of their authority.
    pub sources: &'a [SourceId],
    /// Where numbers without a country code belong.
    pub home: Region,
    pub today: Date,
    /// What speaks for two records being of one person.
    pub weights: &'a Weights,
    /// What agents said that records are to each other.
    pub statements: &'a [Statement],
}

/// The candidates that these records stand for, best first.
///
/// Of the sources whose records declare one account, the one with most contact data leads, and each
/// of its records is a candidate of its own: two people of one household may share an account.
pub fn rank(heard: &[Record], ground: &Ground<'_>) -> Vec<Candidate> {
    // Whichever source was heard first, the same is said.
    let mut records = heard.to_vec();
    records.sort_by_cached_key(|record| (place(&record.id.source, ground), record.id.clone()));
    let records = &records[..];
    let bonds = Bonds::of(records, ground.weights, ground.home);
    let mut candidates: Vec<Candidate> = records
        .iter()
        .filter(|record| leads(record, records, ground))
        .map(|lead| candidate(lead, records, ground))
        .collect();
    candidates.sort_by(|a, b| {
        let place = |c: &Candidate| place(&c.id.source, ground);
        b.score.cmp(&a.score).then(place(a).cmp(&place(b))).then(a.id.cmp(&b.id))
    });
    candidates.dedup_by(|later, earlier| later.id == earlier.id);
    stated::apply(candidates, ground.statements, records, &bonds)
}

fn leads(record: &Record, records: &[Record], ground: &Ground<'_>) -> bool {
    let standing = |r: &Record| {
        let known = u8::from(!r.contacts.is_empty()) + u8::from(r.since.is_some());
        (known, std::cmp::Reverse(place(&r.id.source, ground)))
    };
    let best = family(record, records).max_by_key(|r| standing(r));
    best.is_none_or(|best| best.id.source == record.id.source)
}

/// All records that declare the record's account, or itself alone.
fn family<'a>(record: &'a Record, records: &'a [Record]) -> impl Iterator<Item = &'a Record> {
    let same = |other: &&Record| match &record.account {
        Some(account) => other.account.as_ref() == Some(account),
        None => other.id == record.id,
    };
    records.iter().filter(same)
}

fn place(source: &SourceId, ground: &Ground<'_>) -> usize {
    ground.sources.iter().position(|s| s == source).unwrap_or(ground.sources.len())
}

fn candidate(lead: &Record, records: &[Record], ground: &Ground<'_>) -> Candidate {
    let mut shared: Vec<&Record> =
        family(lead, records).filter(|r| r.id.source != lead.id.source).collect();
    shared.sort_by_key(|r| (place(&r.id.source, ground), &r.id));
    shared.dedup_by_key(|r| &r.id);
    let of_one_record: Vec<&Record> = [lead].into_iter().chain(shared).collect();
    let since = of_one_record.iter().find_map(|r| r.since);
    let years = since.map_or(0, |since| whole_years(since, ground.today));
    let matched = matches(&of_one_record, records);
    let mut reasons: Vec<CleanText> = matched.iter().map(|m| reason(m)).collect();
    reasons.push(standing(lead));
    match years {
        0 => {}
        1 => reasons.push(CleanText::line("1 year")),
        _ => reasons.push(CleanText::line(&format!("{years} years"))),
    }
    let agreement: u32 = matched.iter().map(|m| weight(m)).sum();
    let account = if lead.account.is_some() { 5 } else { 0 };
    let active = if active(lead) { 10 } else { 0 };
    Candidate {
        id: lead.id.clone(),
        name: lead.name.clone(),
        account: lead.account.clone(),
        since,
        score: agreement + account + active + years.min(20) / 2,
        reasons,
        records: of_one_record.iter().map(|r| r.id.clone()).collect(),
        keys: keys(&of_one_record, ground.home),
        kin: Vec::new(),
    }
}

/// One match of each kind of key, the lead's first, the weightiest first. The same record may have
/// been found by several keys, and then stands in `records` several times.
fn matches<'a>(of_one: &[&'a Record], records: &'a [Record]) -> Vec<&'a Match> {
    let mut matches: Vec<&Match> = Vec::new();
    let found = of_one.iter().flat_map(|one| records.iter().filter(|r| r.id == one.id));
    for one in found.flat_map(|r| &r.matched) {
        match matches.iter_mut().find(|known| known.kind == one.kind) {
            Some(known) if one.exact && !known.exact => *known = one,
            Some(_) => {}
            None => matches.push(one),
        }
    }
    matches.sort_by_key(|m| std::cmp::Reverse(weight(m)));
    matches
}

/// By how many people a value of this kind is commonly shared, the fewer the heavier.
fn weight(one: &Match) -> u32 {
    let full = match one.kind {
        KeyKind::Id => 100,
        KeyKind::Case => 60,
        KeyKind::Account => 50,
        KeyKind::Phone | KeyKind::Email => 40,
        KeyKind::Name => 20,
        KeyKind::Segment => 10,
    };
    if one.exact { full } else { full / 2 }
}

fn reason(one: &Match) -> CleanText {
    if one.exact { one.field.clone() } else { CleanText::line(&format!("part of {}", one.field)) }
}

fn active(record: &Record) -> bool {
    record.account.is_some()
        && record.status.as_ref().is_some_and(|status| status.eq_ignore_ascii_case("active"))
}

fn standing(record: &Record) -> CleanText {
    match (&record.account, &record.status) {
        (None, _) => CleanText::line("no account"),
        (Some(_), None) => CleanText::line("account"),
        (Some(_), Some(status)) => CleanText::line(&format!("{} account", status.to_lowercase())),
    }
}

fn whole_years(since: Date, today: Date) -> u32 {
    let before_the_day = (today.month(), today.day()) < (since.month(), since.day());
    let years = i32::from(today.year()) - i32::from(since.year()) - i32::from(before_the_day);
    u32::try_from(years).unwrap_or(0)
}

/// What is known of the customer with these records, for asking other sources.
fn keys(records: &[&Record], home: Region) -> Vec<Key> {
    let mut keys: Vec<Key> = records.iter().map(|r| Key::Id(r.id.clone())).collect();
    keys.extend(records.iter().find_map(|r| r.account.clone()).map(Key::Account));
    let contacts = records.iter().flat_map(|r| &r.contacts);
    let mut contact_keys: Vec<Key> = Vec::new();
    for key in contacts.filter_map(|point| contact_key(point, home)) {
        if !contact_keys.contains(&key) && contact_keys.len() < CONTACT_KEYS {
            contact_keys.push(key);
        }
    }
    keys.extend(contact_keys);
    keys
}

/// The key that a contact point is, where it can be asked by.
pub fn contact_key(point: &ContactPoint, home: Region) -> Option<Key> {
    match point.kind {
        ContactKind::Email => Some(Key::Email(point.value.clone())),
        kind if kind.is_phone() => Number::read(&point.value, home).map(Key::Phone),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::CustomerId;
    use crate::domain::statement::{NewStatement, Says, Weighed};

    fn record(id: &str, account: Option<&str>, matched: &[(KeyKind, &str)]) -> Record {
        let matched = matched.iter().map(|(kind, field)| Match {
            kind: *kind,
            field: CleanText::line(field),
            exact: true,
        });
        Record {
            id: CustomerId::parse(id).unwrap(),
            name: CleanText::line("Whitcombe"),
            account: account.map(CleanText::line),
            status: account.map(|_| CleanText::line("active")),
            since: None,
            contacts: Vec::new(),
            segments: Vec::new(),
            matched: matched.collect(),
        }
    }

    fn contact(kind: ContactKind, value: &str) -> ContactPoint {
        ContactPoint { kind, value: CleanText::line(value), confirmed: None, own_change: None }
    }

    fn eleanor() -> Record {
        Record {
            name: CleanText::line("Eleanor Whitcombe"),
            since: Some(jiff::civil::date(2006, 3, 14)),
            contacts: vec![
                contact(ContactKind::Mobile, "+1 416 555 0142"),
                contact(ContactKind::Home, "(416) 555/0177"),
                contact(ContactKind::Email, "eleanor@mail.example"),
                contact(ContactKind::Postal, "18 Bathurst Lane"),
            ],
            ..record("CRM:C-20417", Some("A-7731-02"), &[(KeyKind::Phone, "mobile")])
        }
    }

    fn ranked_with(records: &[Record], statements: &[Statement]) -> Vec<Candidate> {
        let sources = ["CRM", "BILL", "TEL"].map(|s| SourceId::new(s).unwrap());
        let today = jiff::civil::date(2026, 11, 2);
        let weights = &Weights::shipped();
        let (home, statements) = (Region::NANP, statements);
        rank(records, &Ground { sources: &sources, home, today, weights, statements })
    }

    fn ranked(records: &[Record]) -> Vec<Candidate> {
        ranked_with(records, &[])
    }

    fn reasons(candidate: &Candidate) -> Vec<&str> {
        candidate.reasons.iter().map(CleanText::as_str).collect()
    }

    fn bill() -> Record {
        record("BILL:A-7731-02", Some("A-7731-02"), &[(KeyKind::Phone, "phone")])
    }

    #[test]
    fn the_customer_of_twenty_years_comes_before_the_one_without_an_account() {
        let other = Record {
            status: Some(CleanText::line("prospect")),
            contacts: vec![contact(ContactKind::Mobile, "416 555 0142")],
            ..record("CRM:C-88120", None, &[(KeyKind::Phone, "mobile")])
        };
        let candidates = ranked(&[other, bill(), eleanor()]);
        assert_eq!(candidates.len(), 2);
        assert_eq!(candidates[0].id.to_string(), "CRM:C-20417");
        assert_eq!(reasons(&candidates[0]), ["mobile", "active account", "20 years"]);
        assert_eq!(reasons(&candidates[1]), ["mobile", "no account"]);
        assert!(candidates[0].score > candidates[1].score);
    }

    #[test]
    fn records_of_different_sources_with_one_account_are_one_candidate_with_all_their_keys() {
        let candidate = &ranked(&[bill(), eleanor()])[0];
        let records: Vec<String> = candidate.records.iter().map(ToString::to_string).collect();
        assert_eq!(records, ["CRM:C-20417", "BILL:A-7731-02"]);
        let phone = |n: &str| Key::Phone(Number::read(n, Region::NANP).unwrap());
        for key in [
            Key::Account(CleanText::line("A-7731-02")),
            Key::Id(CustomerId::parse("BILL:A-7731-02").unwrap()),
            Key::Email(CleanText::line("eleanor@mail.example")),
            phone("4165550142"),
            phone("4165550177"),
        ] {
            assert!(candidate.keys.contains(&key), "{key:?}");
        }
        assert_eq!(candidate.keys.len(), 6);
    }

    #[test]
    fn the_same_is_said_in_whatever_order_the_sources_are_heard() {
        let one = Record { matched: Vec::new(), ..bill() };
        let other = Record {
            name: CleanText::line("E Whitcombe"),
            contacts: vec![contact(ContactKind::Mobile, "416 555 0142")],
            ..record("TEL:7", None, &[])
        };
        let heard = [eleanor(), one, other];
        let said = ranked(&heard);
        assert!(said.iter().any(|candidate| !candidate.kin.is_empty()));
        for order in [[1, 0, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
            assert_eq!(ranked(&order.map(|nth| heard[nth].clone())), said, "{order:?}");
        }
    }

    #[test]
    fn two_people_of_one_household_stay_two() {
        let spouse = Record { id: CustomerId::parse("CRM:C-1").unwrap(), ..eleanor() };
        let candidates = ranked(&[eleanor(), bill(), spouse]);
        let ids: Vec<String> = candidates.iter().map(|c| c.id.to_string()).collect();
        assert_eq!(ids, ["CRM:C-1", "CRM:C-20417"]);
        assert_eq!(candidates[0].records.len(), 2);
    }

    fn same(id: i64, record: &str, other: &str) -> Statement {
        let of = |id: &str| CustomerId::parse(id).unwrap();
        Statement {
            id,
            of: NewStatement { record: of(record), other: of(other), says: Says::Same },
            weighed: Weighed { millionths: 900_000, evidence: CleanText::line("phone +6.0") },
            weights: CleanText::line("shipped"),
            agent: CleanText::line("ana"),
            role: CleanText::line("billing"),
            at: jiff::Timestamp::UNIX_EPOCH,
            undone_by: None,
            undone_at: None,
        }
    }

    #[test]
    fn what_is_said_of_one_of_a_household_joins_nobody_else_by_their_common_account() {
        let spouse = Record { id: CustomerId::parse("CRM:C-1").unwrap(), ..eleanor() };
        let call = record("TEL:T-9", None, &[(KeyKind::Phone, "mobile")]);
        let records = [eleanor(), bill(), spouse, call];
        let ids = |statements: &[Statement]| {
            let candidates = ranked_with(&records, statements);
            candidates.iter().map(|one| one.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&[same(1, "TEL:T-9", "CRM:C-20417")]), ["CRM:C-1", "CRM:C-20417"]);
        let of_the_account = ids(&[same(1, "TEL:T-9", "BILL:A-7731-02")]);
        assert_eq!(of_the_account, ["CRM:C-1", "CRM:C-20417", "TEL:T-9"]);
        let of_both = [same(1, "TEL:T-9", "CRM:C-20417"), same(2, "TEL:T-9", "CRM:C-1")];
        assert_eq!(ids(&of_both), ["CRM:C-1"], "who is said to be both makes them one");
    }

    #[test]
    fn the_same_name_and_number_without_an_account_make_nobody_the_same() {
        let one = record("CRM:C-1", None, &[(KeyKind::Phone, "mobile")]);
        let two = record("BILL:A-1", None, &[(KeyKind::Phone, "mobile")]);
        assert_eq!(ranked(&[one, two]).len(), 2);
    }

    #[test]
    fn a_record_found_by_two_keys_is_one_candidate_with_both_reasons() {
        let by_mail = Record {
            matched: record("CRM:C-9", None, &[(KeyKind::Email, "e-mail")]).matched,
            ..eleanor()
        };
        let candidates = ranked(&[eleanor(), by_mail]);
        assert_eq!(candidates.len(), 1);
        assert_eq!(reasons(&candidates[0]), ["mobile", "e-mail", "active account", "20 years"]);
    }

    #[test]
    fn the_order_in_which_sources_answer_changes_nothing() {
        let records = [bill(), eleanor(), record("CRM:C-2", None, &[(KeyKind::Name, "name")])];
        let [a, b, c] = records.clone();
        assert_eq!(ranked(&records), ranked(&[c, b, a]));
    }

    #[test]
    fn a_year_is_whole_on_its_day() {
        let today = jiff::civil::date(2026, 3, 14);
        assert_eq!(whole_years(jiff::civil::date(2006, 3, 14), today), 20);
        assert_eq!(whole_years(jiff::civil::date(2006, 3, 15), today), 19);
        assert_eq!(whole_years(jiff::civil::date(2030, 1, 1), today), 0);
    }
}
