//! What happened to a customer, made from the seed when it is asked for, the same every time.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::chance::{percent, pick};
use super::company::Company;
use super::people::{Person, digits};
use super::words::{
    AGENTS, ARTICLES, CAMPAIGNS, FIXES, HOSTILE, NOTES, PROMISES, QUEUES, SEARCHES, TOPICS, WRAP_UP,
};

/// An invoice, amounts in cents.
pub struct Invoice {
    pub number: String,
    pub issued: Date,
    pub due: Date,
    /// Service id, plan, cents.
    pub lines: Vec<(String, String, i64)>,
    pub paid: Option<Date>,
    pub overdue: bool,
}

impl Invoice {
    /// What it comes to.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|(_, _, cents)| cents).sum()
    }
}

/// Invoices, the newest first.
pub fn invoices(company: &Company, person: &Person) -> Vec<Invoice> {
    let mut chance = company.chance("invoices", person);
    let today = company.today();
    let late_payer = percent(&mut chance, 5);
    let months = company.months();
    let started = |month: &&Date| person.since.is_some_and(|since| **month > since);
    months
        .iter()
        .filter(started)
        .enumerate()
        .map(|(back, month)| {
            let due = month.checked_add(30.days()).unwrap_or(*month);
            let unpaid = back == 0 || (late_payer && back < 3);
            let line = |s: &super::people::Service| (s.id.clone(), s.plan.to_owned(), s.price);
            Invoice {
                number: format!("R-{}-{:04}{:02}", person.number, month.year(), month.month()),
                issued: *month,
                due,
                lines: person.services.iter().map(line).collect(),
                paid: (!unpaid)
                    .then(|| month.checked_add((12 + chance.i32(0..14)).days()).unwrap_or(due)),
                overdue: unpaid && due < today,
            }
        })
        .collect()
}

/// A dispute over an amount in cents.
pub struct Dispute {
    pub number: String,
    pub opened: Date,
    pub closed: Option<Date>,
    pub cents: i64,
    pub reason: &'static str,
    pub owner: &'static str,
}

/// Disputes, the newest first.
pub fn disputes(company: &Company, person: &Person) -> Vec<Dispute> {
    let mut chance = company.chance("disputes", person);
    if person.services.is_empty() || !percent(&mut chance, 4) {
        return Vec::new();
    }
    let opened = company.today().checked_sub((5 + chance.i32(0..200)).days());
    let Ok(opened) = opened else { return Vec::new() };
    let open = percent(&mut chance, 50);
    vec![Dispute {
        number: format!("D-{}", person.number),
        opened,
        closed: (!open).then(|| opened.checked_add(9.days()).unwrap_or(opened)),
        cents: person.services[0].price,
        reason: pick(&mut chance, &["charged after return", "price not as agreed", "billed twice"]),
        owner: pick(&mut chance, &AGENTS),
    }]
}

/// A case in the CRM.
pub struct Case {
    pub number: String,
    pub opened: Timestamp,
    pub closed: Option<Timestamp>,
    pub subject: &'static str,
    pub text: &'static str,
    pub channel: &'static str,
    pub owner: &'static str,
    pub department: &'static str,
    /// What was promised, and by when.
    pub promise: Option<(&'static str, Date)>,
}

/// Cases, the newest first.
pub fn cases(company: &Company, person: &Person) -> Vec<Case> {
    let mut chance = company.chance("cases", person);
    let count = if percent(&mut chance, 40) { 1 + chance.usize(..3) } else { 0 };
    let mut cases: Vec<Case> = (0..count)
        .map(|nth| {
            let (subject, text, department) = pick(&mut chance, &TOPICS);
            let opened = ago(company, &mut chance, 900);
            let recent = company.now.duration_since(opened) < SignedDuration::from_hours(24 * 40);
            let open = recent && percent(&mut chance, 70);
            let promised = company.today().checked_add((chance.i32(0..14) - 5).days());
            let promise = promised.ok().filter(|_| open && percent(&mut chance, 60));
            let promise = promise.map(|due| (pick(&mut chance, &PROMISES), due));
            let work = SignedDuration::from_hours(2 + chance.i64(0..150));
            Case {
                number: format!("CS-{}", person.number * 8 + nth as u64 + 40_000),
                opened,
                closed: (!open).then(|| (opened + work).min(company.now)),
                subject,
                text,
                channel: pick(&mut chance, &["phone", "email", "chat", "portal"]),
                owner: pick(&mut chance, &AGENTS),
                department,
                promise,
            }
        })
        .collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.opened));
    cases
}

/// A note in the CRM.
pub struct Note {
    pub id: String,
    pub at: Timestamp,
    pub author: &'static str,
    pub department: &'static str,
    pub text: String,
    pub pinned: bool,
}

/// Notes, the newest first.
pub fn notes(company: &Company, person: &Person) -> Vec<Note> {
    let mut chance = company.chance("notes", person);
    let count = chance.usize(..4);
    let mut notes: Vec<Note> = (0..count)
        .map(|nth| {
            let hostile = percent(&mut chance, 3);
            let text =
                if hostile { pick(&mut chance, &HOSTILE) } else { pick(&mut chance, &NOTES) };
            let long = percent(&mut chance, 1);
            Note {
                id: format!("N-{}-{nth}", person.number),
                at: ago(company, &mut chance, 1000),
                author: pick(&mut chance, &AGENTS),
                department: pick(&mut chance, &["care", "billing", "support", "retention"]),
                text: if long { format!("{text} ").repeat(1_500) } else { text.to_owned() },
                pinned: percent(&mut chance, 12),
            }
        })
        .collect();
    notes.sort_by_key(|note| std::cmp::Reverse(note.at));
    notes
}

/// A written contact.
pub struct Written {
    pub id: String,
    pub at: Timestamp,
    pub channel: &'static str,
    pub incoming: bool,
    pub subject: &'static str,
    pub text: &'static str,
    pub agent: &'static str,
}

/// E-mails, chats, messages, visits and letters, the newest first.
pub fn written(company: &Company, person: &Person) -> Vec<Written> {
    let mut chance = company.chance("written", person);
    let count = 2 + chance.usize(..8);
    let mut written: Vec<Written> = (0..count)
        .map(|nth| {
            let (subject, text, _) = pick(&mut chance, &TOPICS);
            Written {
                id: format!("M-{}-{nth}", person.number),
                at: ago(company, &mut chance, 1090),
                channel: pick(
                    &mut chance,
                    &[
                        "email", "email", "email", "chat", "chat", "sms", "social", "visit",
                        "letter",
                    ],
                ),
                incoming: percent(&mut chance, 70),
                subject,
                text,
                agent: pick(&mut chance, &AGENTS),
            }
        })
        .collect();
    written.sort_by_key(|contact| std::cmp::Reverse(contact.at));
    written
}

/// Something that somebody has to do.
pub struct Task {
    pub id: String,
    pub kind: &'static str,
    pub due: Timestamp,
    pub text: &'static str,
    pub owner: &'static str,
}

/// Callbacks, appointments and tasks that are open.
pub fn tasks(company: &Company, person: &Person) -> Vec<Task> {
    let mut chance = company.chance("tasks", person);
    if !percent(&mut chance, 9) {
        return Vec::new();
    }
    let (kind, text) = pick(
        &mut chance,
        &[
            ("callback", "call about the open question"),
            ("appointment", "visit at the branch"),
            ("task", "check the address with the holder"),
        ],
    );
    let day = company.today().checked_add((chance.i32(0..12) - 2).days());
    let due = day.map_or(company.now, |day| company.moment(day, 9 + chance.i8(0..8), 0));
    vec![Task {
        id: format!("T-{}", person.number),
        kind,
        due,
        text,
        owner: pick(&mut chance, &AGENTS),
    }]
}

/// A call in the telephone system's records.
pub struct Record {
    pub uid: String,
    pub start: Timestamp,
    pub incoming: bool,
    pub number: String,
    pub queue: &'static str,
    pub wait: u32,
    pub talk: u32,
    pub agent: Option<&'static str>,
    pub outcome: &'static str,
    pub code: Option<&'static str>,
}

/// Calls from or to the person's first number, the newest first.
pub fn calls(company: &Company, person: &Person) -> Vec<Record> {
    let mut chance = company.chance("calls", person);
    let Some(number) = person.phones.first().map(|(_, typed)| national(typed)) else {
        return Vec::new();
    };
    let count = 2 + chance.usize(..9);
    let mut calls: Vec<Record> = (0..count)
        .map(|nth| {
            let start = ago(company, &mut chance, 1090);
            let outcome =
                pick(&mut chance, &["ANSWERED", "ANSWERED", "ANSWERED", "ABANDONED", "NOANSWER"]);
            let answered = outcome == "ANSWERED";
            Record {
                uid: format!("{}.{}", start.as_second(), person.number * 16 + nth as u64),
                start,
                incoming: percent(&mut chance, 80),
                number: number.clone(),
                queue: pick(&mut chance, &QUEUES),
                wait: chance.u32(..400),
                talk: if answered { 40 + chance.u32(..900) } else { 0 },
                agent: answered.then(|| pick(&mut chance, &AGENTS)),
                outcome,
                code: answered.then(|| pick(&mut chance, &WRAP_UP)),
            }
        })
        .collect();
    calls.sort_by_key(|call| std::cmp::Reverse(call.start));
    calls
}

/// A telephone number as the telephone system has it: ten digits.
pub fn national(typed: &str) -> String {
    let digits = digits(typed);
    digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits).to_owned()
}

/// Something done on the website.
pub struct Click {
    pub at: Timestamp,
    pub kind: &'static str,
    pub path: String,
    pub query: Option<&'static str>,
    pub title: Option<&'static str>,
    /// A guided remedy, and how it went.
    pub fix: Option<(&'static str, &'static str)>,
    pub seconds: u32,
}

/// Clicks, the newest first.
pub fn clicks(company: &Company, person: &Person) -> Vec<Click> {
    let mut chance = company.chance("clicks", person);
    let visits = 4 + chance.usize(..9);
    let mut clicks = Vec::new();
    for _ in 0..visits {
        let mut at = ago(company, &mut chance, 1090);
        for _ in 0..(1 + chance.usize(..5)) {
            at = (at + SignedDuration::from_secs(15 + chance.i64(0..200))).min(company.now);
            let kind = pick(&mut chance, &["page", "page", "article", "search", "login", "fix"]);
            let article = pick(&mut chance, &ARTICLES);
            clicks.push(Click {
                at,
                kind,
                path: format!("/help/{}", article.to_lowercase().replace([' ', '?'], "-")),
                query: (kind == "search").then(|| pick(&mut chance, &SEARCHES)),
                title: (kind == "article").then_some(article),
                fix: (kind == "fix").then(|| pick(&mut chance, &FIXES)),
                seconds: 5 + chance.u32(..240),
            });
        }
    }
    clicks.sort_by_key(|click| std::cmp::Reverse(click.at));
    clicks
}

/// Something that marketing sent.
pub struct Touch {
    pub id: String,
    pub campaign: &'static str,
    pub channel: &'static str,
    pub at: Timestamp,
    pub status: &'static str,
}

/// Touches, the newest first.
pub fn touches(company: &Company, person: &Person) -> Vec<Touch> {
    let mut chance = company.chance("touches", person);
    let count = 3 + chance.usize(..10);
    let mut touches: Vec<Touch> = (0..count)
        .map(|nth| Touch {
            id: format!("MT-{}-{nth}", person.number),
            campaign: pick(&mut chance, &CAMPAIGNS),
            channel: pick(&mut chance, &["letter", "email", "email", "sms", "call", "visit"]),
            at: ago(company, &mut chance, 1090),
            status: pick(&mut chance, &["delivered", "opened", "bounced"]),
        })
        .collect();
    touches.sort_by_key(|touch| std::cmp::Reverse(touch.at));
    touches
}

/// A work order.
pub struct Order {
    pub number: String,
    pub kind: &'static str,
    pub state: &'static str,
    pub created: Timestamp,
    pub window: Option<Timestamp>,
    pub reason: &'static str,
    pub tech: &'static str,
    /// When, what, by whom; the oldest first.
    pub stages: Vec<(Timestamp, &'static str, &'static str)>,
}

/// Work orders, the newest first.
pub fn orders(company: &Company, person: &Person) -> Vec<Order> {
    let mut chance = company.chance("orders", person);
    let count = 1 + chance.usize(..2);
    let mut orders: Vec<Order> = (0..count)
        .map(|nth| {
            let running = nth == 0 && percent(&mut chance, 6);
            let span = if running { 12 } else { 1000 };
            let created = ago(company, &mut chance, span);
            let by = pick(&mut chance, &AGENTS);
            let step = |hours| (created + SignedDuration::from_hours(hours)).min(company.now);
            let mut stages = vec![(created, "created", by), (step(5), "assigned", by)];
            if percent(&mut chance, 20) {
                stages.push((step(20), "reassigned", pick(&mut chance, &AGENTS)));
            }
            stages.push((step(30), "scheduled", by));
            let window = company.today().checked_add((1 + chance.i32(0..9)).days());
            let window = window.ok().map(|day| company.moment(day, 8 + chance.i8(0..9), 0));
            if !running {
                stages.push((step(90), "done", by));
            }
            Order {
                number: format!("WO-{}", person.number * 4 + nth as u64 + 10_000),
                kind: pick(&mut chance, &["install", "repair", "upgrade"]),
                state: if running { "SCHEDULED" } else { "DONE" },
                created,
                window: window.filter(|_| running),
                reason: pick(&mut chance, &["", "", "no signal", "new line"]),
                tech: pick(&mut chance, &AGENTS),
                stages,
            }
        })
        .collect();
    orders.sort_by_key(|order| std::cmp::Reverse(order.created));
    orders
}

/// Something that a line went through.
pub struct LineEvent {
    pub id: String,
    pub at: Timestamp,
    pub line: String,
    pub kind: &'static str,
    pub text: &'static str,
}

/// Line events, the newest first.
pub fn line_events(company: &Company, person: &Person) -> Vec<LineEvent> {
    let mut chance = company.chance("line events", person);
    let lines: Vec<_> = person.services.iter().filter(|s| !s.technology.is_empty()).collect();
    let Some(line) = lines.first() else { return Vec::new() };
    let mut events = Vec::new();
    for nth in 0..chance.usize(1..6) {
        let at = ago(company, &mut chance, 1000);
        let up = (at + SignedDuration::from_mins(20 + chance.i64(0..600))).min(company.now);
        let text = pick(&mut chance, &["signal lost", "packet loss", "power cut in the street"]);
        let id = |kind| format!("NE-{}-{nth}-{kind}", person.number);
        events.push(LineEvent { id: id("down"), at, line: line.id.clone(), kind: "down", text });
        events.push(LineEvent {
            id: id("up"),
            at: up,
            line: line.id.clone(),
            kind: "up",
            text: "in service again",
        });
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events
}

/// Where dunning stands: stage 1 to 3, since when, overdue cents.
pub fn dunning(company: &Company, person: &Person) -> Option<(u8, Timestamp, i64)> {
    let overdue: Vec<Invoice> =
        invoices(company, person).into_iter().filter(|invoice| invoice.overdue).collect();
    let oldest = overdue.last()?;
    let cents = overdue.iter().map(Invoice::total).sum();
    let since = oldest.due.checked_add(10.days()).ok()?;
    let since = company.moment(since, 6, 30);
    (since <= company.now).then_some((overdue.len().min(3) as u8, since, cents))
}

/// A moment in the last `days` days, within business hours most of the time.
fn ago(company: &Company, chance: &mut fastrand::Rng, days: i32) -> Timestamp {
    let day = company.today().checked_sub(chance.i32(0..days).days());
    let moment =
        day.map_or(company.now, |day| company.moment(day, 8 + chance.i8(0..11), chance.i8(0..60)));
    moment.min(company.now)
}
