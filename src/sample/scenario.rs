//! The customer of the acceptance scenario, exactly: billed twice since July 2026.
//!
//! Her dates are fixed, whatever the clock says.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::company::Company;
use super::history::{Click, Invoice, LineEvent, Note, Order, Record, Touch, Written};
use super::people::{Household, Person, Service};

/// Her record.
pub const ID: &str = "C-20417";
/// Her second record, made by an earlier call from a number that nobody knew.
pub const SECOND_ID: &str = "C-88120";
const ACCOUNT: &str = "A-7731-02";

/// Both records, numbered after everybody else's.
pub fn people(count: u64) -> Vec<Person> {
    let services = vec![
        Service { id: "INT-1".into(), plan: "Internet 500", price: 7900, technology: "cable" },
        Service { id: "TV-1".into(), plan: "TV basic", price: 3800, technology: "" },
    ];
    let household = Household { id: "H-1907".into(), name: "Whitcombe".into(), size: 3 };
    vec![
        Person {
            number: count,
            id: ID.into(),
            first: "Eleanor".into(),
            last: "Whitcombe".into(),
            phones: vec![("mobile", "+1 416 555 0142".into()), ("home", "(416) 555/0177".into())],
            email: Some("eleanor.whitcombe@mail.example".into()),
            street: "18 Bathurst Lane".into(),
            city: "Toronto",
            postcode: "M5V 2K4".into(),
            account: Some(ACCOUNT.into()),
            status: "active",
            segment: "gold",
            since: Some(date(2006, 3, 14)),
            language: "en",
            household: Some(household),
            billed_as: Some("HARRIS ELEANOR".into()),
            services,
            ..Person::default()
        },
        Person {
            number: count + 1,
            id: SECOND_ID.into(),
            first: "E".into(),
            last: "Whitcombe".into(),
            phones: vec![("mobile", "416 555 0142".into())],
            status: "prospect",
            segment: "standard",
            language: "en",
            city: "Toronto",
            ..Person::default()
        },
    ]
}

/// Whether this is she, under her first record.
pub fn is_hers(person: &Person) -> bool {
    person.id == ID
}

/// Whether this is one of her two records.
pub fn is_either(person: &Person) -> bool {
    person.id == ID || person.id == SECOND_ID
}

/// October 2026 back to November 2023; the internet line twice from July 2026 on.
pub fn invoices() -> Vec<Invoice> {
    let mut invoices = Vec::new();
    let (mut year, mut month) = (2026, 10);
    for _ in 0..36 {
        let issued = date(year, month, 1);
        let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let mut lines = vec![("INT-1".to_owned(), "Internet 500".to_owned(), 7900)];
        if year == 2026 && month >= 7 {
            lines.push(("INT-1B".to_owned(), "Internet 500".to_owned(), 7900));
        }
        lines.push(("TV-1".to_owned(), "TV basic".to_owned(), 3800));
        let open = (year, month) == (2026, 10);
        invoices.push(Invoice {
            number: format!("R-7731-{year}{month:02}"),
            issued,
            due: date(next_year, next_month, 1),
            lines,
            paid: (!open).then(|| date(year, month, 18)),
            overdue: false,
        });
        (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
    }
    invoices
}

/// The contract's end.
pub const RENEWAL: Date = date(2026, 12, 1);

/// The search and the article, read twice, of the first of November.
pub fn clicks(company: &Company) -> Vec<Click> {
    let day = date(2026, 11, 1);
    let article = |minute| Click {
        at: company.moment(day, 9, minute),
        kind: "article",
        path: "/help/understanding-your-bill".into(),
        query: None,
        title: Some("Understanding your bill"),
        fix: None,
        seconds: 95,
    };
    let search = Click {
        at: company.moment(day, 9, 58),
        kind: "search",
        path: "/help/search".into(),
        query: Some("charged twice internet"),
        title: None,
        fix: None,
        seconds: 44,
    };
    vec![search, article(57), article(55)]
}

/// The mailer and the bill's reminder.
pub fn touches(company: &Company) -> Vec<Touch> {
    let touch = |id: &str, campaign, channel, at: Timestamp| Touch {
        id: id.into(),
        campaign,
        channel,
        at,
        status: "delivered",
    };
    vec![
        touch("MT-E-2", "Bill reminder", "sms", company.moment(date(2026, 10, 30), 18, 20)),
        touch("MT-E-1", "Fibre upgrade", "letter", company.moment(date(2026, 10, 12), 9, 0)),
    ]
}

/// Old calls, none in the last weeks.
pub fn calls(company: &Company) -> Vec<Record> {
    let call = |day: Date, queue, wait, talk, agent, code| {
        let start = company.moment(day, 11, 20);
        Record {
            uid: format!("{}.20417", start.as_second()),
            start,
            incoming: true,
            number: "4165550142".into(),
            queue,
            wait,
            talk,
            agent: Some(agent),
            outcome: "ANSWERED",
            code: Some(code),
        }
    };
    vec![
        call(date(2025, 9, 16), "SUPPORT", 48, 512, "Kim Tran", "TECH-RESET"),
        call(date(2024, 1, 4), "SALES", 20, 731, "Paul Roy", "INFO"),
    ]
}

/// The install of long ago.
pub fn orders(company: &Company) -> Vec<Order> {
    let at = |day, hour| company.moment(date(2024, 1, day), hour, 0);
    vec![Order {
        number: "WO-8812".into(),
        kind: "install",
        state: "DONE",
        created: at(5, 10),
        window: None,
        reason: "Internet 500",
        tech: "Tom Okafor",
        stages: vec![
            (at(5, 10), "created", "Paul Roy"),
            (at(8, 9), "scheduled", "Lena Fox"),
            (at(12, 15), "done", "Tom Okafor"),
        ],
    }]
}

/// One message, years ago.
pub fn written(company: &Company) -> Vec<Written> {
    vec![Written {
        id: "M-20417-1".into(),
        at: company.moment(date(2025, 9, 16), 19, 2),
        channel: "email",
        incoming: true,
        subject: "Thank you",
        text: "It works again since this morning. Thank you for being patient with me.",
        agent: "Kim Tran",
    }]
}

/// A note on each of her records.
pub fn notes(company: &Company, person: &Person) -> Vec<Note> {
    let (text, day, department) = if is_hers(person) {
        ("Prefers the mobile; the home phone is often unplugged.", date(2025, 9, 16), "support")
    } else {
        (
            "Caller hung up before giving an account; record made from the number.",
            date(2025, 6, 3),
            "care",
        )
    };
    vec![Note {
        id: format!("N-{}", person.id),
        at: company.moment(day, 11, 32),
        author: "Kim Tran",
        department,
        text: text.into(),
        pinned: is_hers(person),
    }]
}

/// Her line came back once.
pub fn line_events(company: &Company) -> Vec<LineEvent> {
    let event = |id: &str, hour, kind, text| LineEvent {
        id: id.into(),
        at: company.moment(date(2025, 9, 16), hour, 5),
        line: "INT-1".into(),
        kind,
        text,
    };
    vec![event("NE-E-2", 12, "up", "in service again"), event("NE-E-1", 7, "down", "signal lost")]
}
