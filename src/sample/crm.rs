//! CRM: people, cases, notes, written contacts, tasks. Snake case, pages, a bearer token; ignores
//! parameters that it does not know, as real servers do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::company::Company;
use super::history;
use super::people::{Person, digits};
use super::scenario;
use super::server::{Ask, Reply, System};

/// Ways that a customer agrees to be written to by, or not.
const CHANNELS: [&str; 2] = ["sms", "mail"];

/// The system.
pub struct Crm {
    company: Arc<Company>,
    token: String,
    written: Mutex<Vec<Written>>,
    answered: Mutex<Vec<Answered>>,
}

/// What somebody changed of what a customer agreed to, since the start.
struct Answered {
    person: String,
    /// Of whoever changed it: the same key is the same change.
    key: String,
    channel: String,
    consent: Value,
}

/// A note that somebody wrote since the start.
struct Written {
    person: String,
    /// Of whoever wrote it: the same key is the same note.
    key: String,
    note: Value,
}

impl Crm {
    /// Lets in who has this token.
    pub fn new(company: &Arc<Company>, token: String) -> Self {
        Self {
            company: Arc::clone(company),
            token,
            written: Mutex::default(),
            answered: Mutex::default(),
        }
    }

    /// Keeps a note, once for each key.
    fn write(&self, person: &Person, ask: &Ask, made_of: &Value) -> Reply {
        let Some(text) = made_of["text"].as_str().filter(|text| !text.trim().is_empty()) else {
            return Reply::json(422, &json!({"error": "invalid", "message": "a note has a text"}));
        };
        let key = ask.header("idempotency-key").unwrap_or_default();
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let known = written.iter().find(|known| !key.is_empty() && known.key == key);
        if let Some(known) = known {
            return Reply::json(201, &known.note);
        }
        let note = json!({
            "id": format!("N-{}", 900_001 + written.len()),
            "at": self.company.now.to_string(),
            "author": "desk",
            "department": "care",
            "text": text,
            "pinned": false,
        });
        let (person, key) = (person.id.clone(), key.to_owned());
        written.push(Written { person, key, note: note.clone() });
        Reply::json(201, &note)
    }

    /// Keeps what a customer agrees to, once for each key.
    fn agree(&self, person: &Person, ask: &Ask, made_of: &Value) -> Reply {
        let one_of = |name: &str, known: &[&str]| {
            made_of[name].as_str().filter(|said| known.contains(said)).map(str::to_owned)
        };
        let (channel, answer) =
            (one_of("channel", &CHANNELS), one_of("answer", &["agreed", "refused"]));
        let (Some(channel), Some(answer)) = (channel, answer) else {
            let message = "a consent has a channel and an answer";
            return Reply::json(422, &json!({"error": "invalid", "message": message}));
        };
        let key = ask.header("idempotency-key").unwrap_or_default();
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let nth = answered.iter().position(|known| !key.is_empty() && known.key == key);
        let nth = nth.unwrap_or_else(|| {
            let since = self.company.now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
            let consent = json!({"answer": answer, "since": since.to_string()});
            let (person, key) = (person.id.clone(), key.to_owned());
            answered.push(Answered { person, key, channel, consent });
            answered.len() - 1
        });
        Reply::json(201, &json!({"id": format!("A-{}", 700_001 + nth)}))
    }

    /// What was agreed to on each channel, and since when.
    fn consents(&self, person: &Person) -> Value {
        let answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let on = |channel: &str| {
            let mut changed = answered.iter().rev().filter(|known| known.person == person.id);
            let newest = changed.find(|known| known.channel == channel);
            newest.map(|known| known.consent.clone()).or_else(|| {
                let agreed = (channel == "sms") == (person.number % 3 != 1);
                let answer = if agreed { "agreed" } else { "refused" };
                person.since.map(|day| json!({"answer": answer, "since": day.to_string()}))
            })
        };
        CHANNELS.into_iter().map(|channel| (channel.to_owned(), json!(on(channel)))).collect()
    }

    fn search(&self, ask: &Ask) -> Reply {
        let wanted = |person: &&Person| {
            ask.query.iter().all(|(name, value)| match name.as_str() {
                "phone" => {
                    let asked = digits(value);
                    person.phones.iter().any(|(_, typed)| digits(typed).contains(&asked))
                }
                "email" => person.email.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(value)),
                "account" => person.account.as_ref() == Some(value),
                "case" => self.cases(person).iter().any(|case| case["id"] == value.as_str()),
                "segment" => segments(person).iter().any(|own| own.eq_ignore_ascii_case(value)),
                "name" => words_begin(&full_name(person), value),
                _ => true,
            })
        };
        let people = self.company.people.iter().filter(wanted);
        page(ask, people.map(|person| self.person(person)).collect())
    }

    fn person(&self, person: &Person) -> Value {
        let phones: Vec<Value> = person
            .phones
            .iter()
            .enumerate()
            .map(|(nth, (kind, number))| {
                let own = nth == 0 && person.number % 7 == 5;
                let changed = own.then(|| json!({"on": "portal", "day": "2026-09-14"}));
                json!({"kind": kind, "number": number, "changed": changed})
            })
            .collect();
        let emails: Vec<Value> = person
            .email
            .iter()
            .map(|address| {
                let confirmed = person.number.is_multiple_of(3).then_some("2026-05-01");
                json!({"address": address, "confirmed": confirmed})
            })
            .collect();
        let flags: Vec<Value> = person
            .flag
            .iter()
            .map(|kind| {
                let text = match *kind {
                    "fraud" => "card details tried with three names",
                    "legal" => "lawyer's letter, answer through legal only",
                    "vulnerable" => "recently bereaved, no collections calls",
                    "do_not_contact" => "no marketing, by any channel",
                    _ => "senior care, keep the same agent where possible",
                };
                json!({"kind": kind, "text": text, "since": "2026-02-11", "owner": "Lena Fox"})
            })
            .collect();
        let address = (!person.street.is_empty()).then(
            || json!({"street": person.street, "city": person.city, "postcode": person.postcode}),
        );
        let household = person.household.as_ref().map(|home| {
            let others = self.company.household(person);
            let others: Vec<Value> = others
                .map(|other| json!({"id": other.id, "name": full_name(other).trim()}))
                .collect();
            json!({"id": home.id, "name": home.name, "size": home.size, "others": others})
        });
        let branches = self.company.branches(person);
        let branches: Vec<Value> =
            branches.map(|branch| json!({"id": branch.id, "name": branch.company})).collect();
        let parent = person.parent.as_ref().map(|(id, name)| json!({"id": id, "name": name}));
        json!({
            "id": person.id,
            "name": {"first": person.first, "last": person.last},
            "company": person.company,
            "phones": phones,
            "emails": emails,
            "address": address,
            "account": person.account,
            "status": person.status,
            "segment": person.segment,
            "segments": segments(person),
            "since": person.since.map(|day| day.to_string()),
            "language": person.language,
            "household": household,
            "parent": parent,
            "consents": self.consents(person),
            "branches": branches,
            "loyalty": person.account.as_ref().map(|_| loyalty(person)),
            "registered": person.email.as_ref().and(person.since).map(|since| since.to_string()),
            "privileges": privileges(person),
            "key_contacts": key_contacts(person),
            "flags": flags,
        })
    }

    fn cases(&self, person: &Person) -> Vec<Value> {
        if scenario::is_either(person) {
            return Vec::new();
        }
        let row = |case: &history::Case| {
            let promise = case
                .promise
                .map(|(text, due)| json!({"text": text, "due": due.to_string(), "by": case.owner}));
            let status = match (&case.closed, &promise) {
                (Some(_), _) => "closed",
                (None, Some(_)) => "pending",
                (None, None) => "open",
            };
            json!({
                "id": case.number,
                "subject": case.subject,
                "opened": case.opened.to_string(),
                "closed": case.closed.map(|at| at.to_string()),
                "status": status,
                "channel": case.channel,
                "owner": case.owner,
                "department": case.department,
                "text": case.text,
                "promise": promise,
            })
        };
        history::cases(&self.company, person).iter().map(row).collect()
    }

    fn notes(&self, person: &Person) -> Vec<Value> {
        let notes = if scenario::is_either(person) {
            scenario::notes(&self.company, person)
        } else {
            history::notes(&self.company, person)
        };
        let row = |note: &history::Note| {
            json!({
                "id": note.id,
                "at": note.at.to_string(),
                "author": note.author,
                "department": note.department,
                "text": note.text,
                "pinned": note.pinned,
            })
        };
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let own = written.iter().rev().filter(|known| known.person == person.id);
        own.map(|known| known.note.clone()).chain(notes.iter().map(row)).collect()
    }

    fn contacts(&self, person: &Person) -> Vec<Value> {
        let written = match person {
            person if scenario::is_hers(person) => scenario::written(&self.company),
            person if scenario::is_either(person) => Vec::new(),
            person => history::written(&self.company, person),
        };
        let row = |contact: &history::Written| {
            json!({
                "id": contact.id,
                "at": contact.at.to_string(),
                "channel": contact.channel,
                "direction": if contact.incoming { "in" } else { "out" },
                "subject": contact.subject,
                "text": contact.text,
                "agent": contact.agent,
            })
        };
        written.iter().map(row).collect()
    }

    fn tasks(&self, person: &Person) -> Vec<Value> {
        if scenario::is_either(person) {
            return Vec::new();
        }
        let row = |task: &history::Task| {
            json!({
                "id": task.id,
                "kind": task.kind,
                "due": task.due.to_string(),
                "text": task.text,
                "owner": task.owner,
                "status": "open",
            })
        };
        history::tasks(&self.company, person).iter().map(row).collect()
    }
}

impl System for Crm {
    fn name(&self) -> &'static str {
        "CRM"
    }

    fn credentials(&self) -> Vec<(String, String)> {
        vec![("CRM_TOKEN".into(), self.token.clone())]
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(84)
    }

    fn answer(&self, ask: &Ask) -> Reply {
        if ask.header("authorization") != Some(&format!("Bearer {}", self.token)) {
            return self.failure(401);
        }
        let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
        let ["api", "people", rest @ ..] = path.as_slice() else { return self.failure(404) };
        let Some((id, rest)) = rest.split_first() else { return self.search(ask) };
        let Some(person) = self.company.person(id) else { return self.failure(404) };
        if let Some(made_of) = &ask.made_of {
            return match rest {
                ["notes"] => self.write(person, ask, made_of),
                ["consents"] => self.agree(person, ask, made_of),
                _ => self.failure(404),
            };
        }
        match rest {
            [] => Reply::json(200, &self.person(person)),
            ["cases"] => page(ask, self.cases(person)),
            ["notes"] => page(ask, self.notes(person)),
            ["contacts"] => page(ask, self.contacts(person)),
            ["tasks"] => page(ask, self.tasks(person)),
            _ => self.failure(404),
        }
    }

    fn failure(&self, status: u16) -> Reply {
        let (error, message) = match status {
            401 => ("unauthorized", "a token is needed"),
            404 => ("not_found", "there is no such thing"),
            429 => ("too_many_requests", "slow down"),
            _ => ("internal", "something broke"),
        };
        Reply::json(status, &json!({"error": error, "message": message}))
    }
}

/// By spending, by region, and by what they buy.
fn segments(person: &Person) -> Vec<&'static str> {
    let lines = person.services.iter().map(|service| service.technology);
    let mut segments: Vec<&str> = [person.segment, person.city].into_iter().chain(lines).collect();
    segments.retain(|segment| !segment.is_empty());
    segments.dedup();
    segments
}

/// Points, and the tier that they make.
fn loyalty(person: &Person) -> Value {
    let points = 40 * (person.number % 60);
    let tier = match points {
        ..600 => "blue",
        600..1_600 => "silver",
        _ => "gold",
    };
    let since = person.since.map(|day| day.to_string());
    json!({"tier": tier, "points": points, "since": since, "until": "2027-03-31"})
}

fn privileges(person: &Person) -> Vec<Value> {
    let privilege = |nth: u8, text: &str, until: Option<&str>| json!({"id": format!("{}/{nth}", person.id), "text": text, "until": until});
    match person.segment {
        "gold" => vec![
            privilege(1, "technician within a working day", None),
            privilege(2, "router exchanged once a year", Some("2026-12-31")),
        ],
        "business" => vec![privilege(1, "service level 99.9 %, answer within 4 h", None)],
        _ => Vec::new(),
    }
}

/// Who is who at a business.
fn key_contacts(person: &Person) -> Vec<Value> {
    let Some(first) = person.company.as_ref().and(person.phones.first()) else {
        return Vec::new();
    };
    let contact = |name: &str, role: &str, phone: Option<&str>| json!({"name": name, "role": role, "phone": phone});
    vec![
        contact("Ida Brandt", "accounts", Some(&first.1)),
        contact("Yusuf Amin", "IT, on site", None),
    ]
}

fn full_name(person: &Person) -> String {
    let company = person.company.as_deref().unwrap_or_default();
    format!("{} {} {company}", person.first, person.last)
}

fn words_begin(name: &str, asked: &str) -> bool {
    let name = name.to_lowercase();
    let asked = asked.to_lowercase();
    let mut words = asked.split_whitespace().peekable();
    words.peek().is_some()
        && words.all(|word| name.split_whitespace().any(|own| own.starts_with(word)))
}

fn page(ask: &Ask, rows: Vec<Value>) -> Reply {
    let (page, size) = (ask.number("page", 1).max(1), ask.number("per_page", 50).clamp(1, 200));
    let total = rows.len();
    let items: Vec<Value> = rows.into_iter().skip((page - 1) * size).take(size).collect();
    Reply::json(200, &json!({"items": items, "page": page, "per_page": size, "total": total}))
}
