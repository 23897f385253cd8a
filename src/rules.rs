//! What the facts suggest: the likely cause of the call, what to do first, who may be leaving,
//! and which offers to hold back. A handful of rules; each says what it rests on.
//!
//! Pure. A source that was not consulted is never read as "there is nothing".

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::contact::{Channel, Entry, doubled};
use crate::domain::interaction::CallFacts;
use crate::domain::promise::{DueKind, MatterKind};
use crate::domain::source::{Part, SourceId, State};
use crate::domain::text::CleanText;

/// What the rules make of one customer at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assessment {
    /// Why they may be calling, the likeliest first.
    pub causes: Vec<Cause>,
    /// What to do, the most urgent first; few.
    pub actions: Vec<NextAction>,
    pub churn: Option<Churn>,
    pub offers: Vec<OfferVerdict>,
    /// "3rd contact in 7 days, 2nd on this case", where it is not the first.
    pub repeat: Option<CleanText>,
}

/// A likely cause of the call, with what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    pub what: CleanText,
    /// In per cent; a rule's own weight, not a measured probability.
    pub confidence: u8,
    pub evidence: Vec<(SourceId, CleanText)>,
    /// Sources that would have had a say and have not spoken.
    pub not_consulted: Vec<SourceId>,
}

/// Something to do next.
#[derive(Debug, Clone, PartialEq)]
pub struct NextAction {
    pub what: CleanText,
    pub why: CleanText,
}

/// How likely the customer is to leave, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Churn {
    pub level: CleanText,
    pub drivers: Vec<CleanText>,
}

/// An offer, and why it is not to be made now.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferVerdict {
    pub what: CleanText,
    pub suppressed: Option<CleanText>,
}

/// The source that bills; its silence changes what may be concluded.
const BILLING: &str = "BILL";
/// What an entry calls the case that it is on.
const CASE: &str = "case";
/// Searches and contacts older than this say nothing about this call.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Promises missed longer ago are history.
const STILL_OPEN: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Applies the rules to what the sources have said so far.
pub fn assess(
    parts: &[Part],
    call: Option<&CallFacts>,
    at: Timestamp,
    zone: &TimeZone,
) -> Assessment {
    if parts.is_empty() {
        return Assessment::default();
    }
    let case = Case { parts, call, at, zone };
    let trouble = case.billing_trouble();
    let mut causes: Vec<Cause> = [
        case.duplicate_charge(),
        case.fault_in_flight(),
        case.missed_promise(),
        case.question_about_a_charge(),
        case.dunning(),
        case.campaign(),
    ]
    .into_iter()
    .flatten()
    .collect();
    if causes.iter().any(|cause| cause.confidence >= 70) {
        causes.retain(|cause| cause.confidence >= 40);
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.confidence));
    Assessment {
        actions: case.actions(trouble.as_ref()),
        churn: case.churn(trouble.as_ref()),
        offers: case.offers(trouble.as_ref()),
        repeat: case.repeat(),
        causes,
    }
}

/// The facts that the rules look at.
struct Case<'a> {
    parts: &'a [Part],
    call: Option<&'a CallFacts>,
    at: Timestamp,
    zone: &'a TimeZone,
}

/// Lines billed twice, as far as billing has spoken.
struct Doubled {
    /// `internet`, `tv`: the first word of what was billed.
    product: String,
    periods: usize,
    source: SourceId,
}

impl<'a> Case<'a> {
    fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        self.parts.iter().flat_map(|part| &part.facts.entries)
    }

    fn recent(&self, entry: &Entry) -> bool {
        let age = self.at.duration_since(entry.when.at);
        !age.is_negative() && age <= RECENT
    }

    /// Billing's id where it has not spoken.
    fn billing_silent(&self) -> Option<SourceId> {
        let billing = self.parts.iter().find(|part| part.source.as_str() == BILLING)?;
        (!billing.state.consulted()).then(|| billing.source.clone())
    }

    /// It was asked in vain: asked again, it may answer.
    fn billing_may_answer(&self) -> bool {
        let billing = self.parts.iter().find(|part| part.source.as_str() == BILLING);
        billing.is_some_and(|part| !part.state.consulted() && part.state != State::NotAsked)
    }

    fn billing_trouble(&self) -> Option<Doubled> {
        let mut periods = BTreeSet::new();
        let mut found = None;
        for entry in self.entries().filter(|entry| entry.channel == Channel::Bill) {
            let Some(&line) = doubled(&entry.lines).first() else { continue };
            periods.insert(entry.lines[line].period.clone().unwrap_or_else(|| entry.id.clone()));
            found.get_or_insert((&entry.lines[line].what, &entry.source));
        }
        let (what, source) = found?;
        let product = what.split_whitespace().next().unwrap_or("service").to_lowercase();
        Some(Doubled { product, periods: periods.len(), source: source.clone() })
    }

    /// The newest recent search about money.
    fn search_about_money(&self) -> Option<(SourceId, CleanText, Timestamp)> {
        const WORDS: [&str; 8] =
            ["charge", "bill", "invoice", "refund", "twice", "double", "payment", "overcharg"];
        let about_money = |text: &str| WORDS.iter().any(|word| text.to_lowercase().contains(word));
        self.entries()
            .filter(|entry| self.recent(entry))
            .filter_map(|entry| Some((entry, entry.searched.as_ref()?)))
            .filter(|(_, searched)| about_money(searched))
            .max_by_key(|(entry, _)| entry.when.at)
            .map(|(entry, searched)| {
                let day = self.day(entry.when.at);
                let text = format!("searched \"{searched}\" {day}");
                (entry.source.clone(), CleanText::line(&text), entry.when.at)
            })
    }

    fn ivr_about_money(&self) -> Option<CleanText> {
        let path = &self.call?.ivr_path;
        let about = |step: &CleanText| {
            let step = step.to_lowercase();
            ["bill", "charge", "payment", "invoice"].iter().any(|word| step.contains(word))
        };
        let steps: Vec<&str> = path.iter().map(CleanText::as_str).collect();
        path.iter().any(about).then(|| CleanText::line(&format!("chose {}", steps.join(" > "))))
    }

    fn duplicate_charge(&self) -> Option<Cause> {
        let found = self.billing_trouble()?;
        let bills = match found.periods {
            1 => "same plan, same period, twice".to_owned(),
            n => format!("same plan, same period, twice, in {n} periods"),
        };
        let mut evidence = vec![(found.source, CleanText::line(&bills))];
        let mut confidence = 70;
        if let Some((source, text, _)) = self.search_about_money() {
            evidence.push((source, text));
            confidence += 15;
        }
        if let Some(chose) = self.ivr_about_money() {
            evidence.push((ivr(), chose));
            confidence += 8;
        }
        let what = CleanText::line(&format!("duplicate {} charge", found.product));
        Some(Cause { what, confidence, evidence, not_consulted: Vec::new() })
    }

    fn question_about_a_charge(&self) -> Option<Cause> {
        if self.billing_trouble().is_some() {
            return None;
        }
        let mut evidence = Vec::new();
        let mut confidence = 20;
        if let Some((source, text, _)) = self.search_about_money() {
            evidence.push((source, text));
            confidence += 30;
        }
        if let Some(chose) = self.ivr_about_money() {
            evidence.push((ivr(), chose));
            confidence += 15;
        }
        let not_consulted: Vec<SourceId> = self.billing_silent().into_iter().collect();
        let what = CleanText::line("question about a charge");
        (!evidence.is_empty()).then_some(Cause { what, confidence, evidence, not_consulted })
    }

    fn fault_in_flight(&self) -> Option<Cause> {
        let matter = self
            .parts
            .iter()
            .flat_map(|part| &part.facts.matters)
            .find(|matter| matches!(matter.kind, MatterKind::Outage | MatterKind::Fault))?;
        let what = CleanText::line(&format!("{} in flight", matter.kind.name()));
        let evidence = vec![(matter.source.clone(), matter.what.clone())];
        Some(Cause { what, confidence: 75, evidence, not_consulted: Vec::new() })
    }

    fn missed_promise(&self) -> Option<Cause> {
        let due = self
            .parts
            .iter()
            .flat_map(|part| &part.facts.dues)
            .filter(|due| matches!(due.kind, DueKind::Promise | DueKind::Callback))
            .filter(|due| due.state.as_deref() != Some("done"))
            .filter(|due| due.when.date(self.zone) < self.today())
            .filter(|due| self.at.duration_since(due.when.at) <= STILL_OPEN)
            .max_by_key(|due| due.when)?;
        let day = due.when.date(self.zone).strftime("%-d %b").to_string();
        let what = CleanText::line(&format!("chasing the {} of {day}", due.kind.name()));
        let evidence = vec![(due.source.clone(), due.what.clone())];
        Some(Cause { what, confidence: 65, evidence, not_consulted: Vec::new() })
    }

    fn dunning(&self) -> Option<Cause> {
        let debt = self
            .parts
            .iter()
            .flat_map(|part| &part.facts.matters)
            .find(|matter| matter.kind == MatterKind::Debt)?;
        let evidence = vec![(debt.source.clone(), debt.what.clone())];
        let what = CleanText::line("overdue payment");
        Some(Cause { what, confidence: 45, evidence, not_consulted: Vec::new() })
    }

    fn campaign(&self) -> Option<Cause> {
        let touch = self
            .entries()
            .filter(|entry| self.recent(entry) && self.is_campaign(entry))
            .max_by_key(|entry| entry.when)?;
        let evidence =
            vec![(touch.source.clone(), CleanText::line(&format!("sent \"{}\"", touch.what)))];
        let what = CleanText::line("asks about a campaign");
        Some(Cause { what, confidence: 25, evidence, not_consulted: Vec::new() })
    }

    fn is_campaign(&self, entry: &Entry) -> bool {
        is_campaign(entry, self.parts)
    }

    fn actions(&self, trouble: Option<&Doubled>) -> Vec<NextAction> {
        let mut actions = Vec::new();
        let mut add = |what: &str, why: String| {
            actions.push(NextAction { what: CleanText::line(what), why: CleanText::line(&why) });
        };
        if let Some(doubled) = trouble.filter(|_| !self.disputed()) {
            let why = format!("double charge ×{}", doubled.periods);
            add("Open billing dispute + account hold", why);
        }
        if let Some(cause) = self.missed_promise() {
            let why = cause.what.as_str().trim_start_matches("chasing the ").to_owned();
            add("Answer what was promised", format!("{why}, missed"));
        }
        if let Some(cause) = self.fault_in_flight() {
            let why = cause.evidence.first().map(|(source, _)| format!("{source} reports it"));
            add("Tell the state of the fault", why.unwrap_or_default());
        }
        if trouble.is_none() && self.billing_may_answer() && self.ivr_about_money().is_some() {
            add("Ask billing again", "billing not consulted".to_owned());
        }
        actions
    }

    fn disputed(&self) -> bool {
        self.parts
            .iter()
            .flat_map(|part| &part.facts.matters)
            .any(|matter| matter.kind == MatterKind::Dispute)
    }

    fn tenure_years(&self) -> Option<i16> {
        let profiles = self.parts.iter().flat_map(|part| part.facts.profiles());
        let since = profiles.filter_map(|profile| profile.since).min()?;
        let years = self.today().since((jiff::Unit::Year, since)).ok()?.get_years();
        (years > 0).then_some(years)
    }

    fn today(&self) -> jiff::civil::Date {
        self.at.to_zoned_datetime(self.zone.clone()).date()
    }

    fn churn(&self, trouble: Option<&Doubled>) -> Option<Churn> {
        let mut drivers = Vec::new();
        if trouble.is_some() || self.disputed() {
            drivers.push("billing error".to_owned());
        }
        if self.missed_promise().is_some() {
            drivers.push("promise missed".to_owned());
        }
        if self.fault_in_flight().is_some() {
            drivers.push("service fault".to_owned());
        }
        if self.contacts_in_a_week() >= 2 {
            drivers.push("repeated contact".to_owned());
        }
        if drivers.is_empty() {
            return None;
        }
        let level = if drivers.len() >= 3 { "high" } else { "elevated" };
        if let Some(years) = self.tenure_years() {
            drivers.push(format!("{years} y at stake"));
        }
        let drivers = drivers.iter().map(|driver| CleanText::line(driver)).collect();
        Some(Churn { level: CleanText::line(level), drivers })
    }

    fn offers(&self, trouble: Option<&Doubled>) -> Vec<OfferVerdict> {
        let reason = if trouble.is_some() || self.disputed() {
            Some("open billing problem")
        } else if self.missed_promise().is_some() {
            Some("promise missed")
        } else if self.fault_in_flight().is_some() {
            Some("fault in flight")
        } else if self.billing_silent().is_some() {
            Some("billing not consulted")
        } else {
            None
        };
        self.parts
            .iter()
            .flat_map(|part| &part.facts.offers)
            .map(|offer| OfferVerdict {
                what: offer.what.clone(),
                suppressed: reason.map(CleanText::line),
            })
            .collect()
    }

    /// Contacts that the customer made in the last seven days, this one not counted.
    fn contacts_in_a_week(&self) -> usize {
        let made = |entry: &&Entry| made_by_customer(entry, self.parts);
        self.entries().filter(|entry| self.recent(entry)).filter(made).count()
    }

    /// Contacts on the case that the call came with, this one not counted. That the case was opened
    /// is one.
    fn contacts_on_case(&self, case: &str) -> usize {
        let is_it = |text: &CleanText| text.as_str().eq_ignore_ascii_case(case);
        let on_it = |entry: &&Entry| {
            is_it(&entry.id)
                || entry.fields.iter().any(|(name, value)| name.as_str() == CASE && is_it(value))
        };
        let made = |entry: &&Entry| {
            made_by_customer(entry, self.parts)
                || (entry.channel == Channel::Case && !entry.internal)
        };
        self.entries().filter(on_it).filter(made).count()
    }

    fn repeat(&self) -> Option<CleanText> {
        let this = usize::from(self.call.is_some());
        let said = |earlier: usize, of: &str| {
            let count = earlier + this;
            (earlier > 0 && count > 1).then(|| format!("{} {of}", ordinal(count)))
        };
        let case = self.call.and_then(|call| call.case.as_ref());
        let on_case = case.and_then(|case| said(self.contacts_on_case(case), "on this case"));
        let in_a_week = said(self.contacts_in_a_week(), "contact in 7 days");
        let words: Vec<String> = in_a_week.into_iter().chain(on_case).collect();
        (!words.is_empty()).then(|| CleanText::line(&words.join(", ")))
    }

    /// `today`, `yesterday`, or the date.
    fn day(&self, moment: Timestamp) -> String {
        let day = moment.to_zoned_datetime(self.zone.clone()).date();
        let today = self.today();
        if day == today {
            "today".to_owned()
        } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
            "yesterday".to_owned()
        } else {
            format!("on {}", day.strftime("%-d %b"))
        }
    }
}

/// `1st`, `22nd`, `113th`.
fn ordinal(count: usize) -> String {
    let end = match (count % 10, count % 100) {
        (1, n) if n != 11 => "st",
        (2, n) if n != 12 => "nd",
        (3, n) if n != 13 => "rd",
        _ => "th",
    };
    format!("{count}{end}")
}

/// Whether the customer made this contact: not the house, not its marketing, and no mere record.
pub fn made_by_customer(entry: &Entry, parts: &[Part]) -> bool {
    let channel = matches!(
        entry.channel,
        Channel::Call | Channel::Email | Channel::Chat | Channel::Social | Channel::Visit
    );
    let outgoing = entry
        .fields
        .iter()
        .any(|(name, value)| name.as_str() == "direction" && value.as_str() == "out");
    channel && !outgoing && !entry.internal && !is_campaign(entry, parts)
}

/// Marketing sent it: the source that sent it is one that makes offers.
fn is_campaign(entry: &Entry, parts: &[Part]) -> bool {
    let offers = |part: &Part| part.source == entry.source && !part.facts.offers.is_empty();
    entry.channel == Channel::Campaign || parts.iter().any(offers)
}

/// What the caller chose in the telephony system's menu.
fn ivr() -> SourceId {
    SourceId::new("IVR").expect("a short upper-case name is a source id")
}
