//! What people would rather look at than read: contacts, money and channels over twelve months. A
//! source that has not spoken leaves gaps, never zeros.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::visit::visits_of;
use crate::domain::contact::{Channel, Entry};
use crate::domain::money::Money;
use crate::domain::source::{Part, SourceId};
use crate::rules::made_by_customer;

/// So far back.
const MONTHS: i32 = 12;

/// The figures of one customer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// The oldest first; this month is the last.
    pub months: Vec<Month>,
    /// Contacts of these months by channel, the most used first.
    pub channels: Vec<(Channel, u32)>,
    /// Sources that have not spoken: whatever they know is not in here.
    pub missing: Vec<SourceId>,
    /// Amounts in other currencies than the first bill's are left out.
    pub currencies_left_out: bool,
}

/// One month; what is not known is nothing and no zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    pub contacts: Option<u32>,
    pub billed: Option<Money>,
    pub paid: Option<Money>,
    /// What was billed and not paid at its end, since the first bill that is known.
    pub balance: Option<Money>,
}

impl Figures {
    /// Works them out.
    pub fn of(parts: &[Part], now: Timestamp, zone: &TimeZone) -> Self {
        if parts.is_empty() {
            return Self::default();
        }
        let this = now.to_zoned_datetime(zone.clone()).date().first_of_month();
        let firsts: Vec<Date> =
            (0..MONTHS).rev().filter_map(|back| this.checked_sub(back.months()).ok()).collect();
        let missing = parts.iter().filter(|part| !part.state.consulted());
        let missing: Vec<SourceId> = missing.map(|part| part.source.clone()).collect();
        let whole_since = parts
            .iter()
            .filter(|part| part.more)
            .filter_map(|part| part.facts.entries.iter().map(|entry| entry.when).min())
            .map(|when| when.date(zone));
        // A month is whole where every source has spoken and has been read back past it.
        let whole_since = whole_since.max().unwrap_or(Date::MIN);
        let whole = |first: Date| missing.is_empty() && first > whole_since;
        let contacts = contacts(parts, zone, firsts.first().copied());
        let money = Ledger::of(parts, zone);
        let months = firsts
            .into_iter()
            .map(|first| {
                let of_month = |amounts: &BTreeMap<Date, Money>| {
                    amounts.get(&first).copied().or(money.zero.filter(|_| whole(first)))
                };
                let count = contacts.iter().filter(|(month, _)| *month == first).count();
                Month {
                    first,
                    contacts: (count > 0 || whole(first))
                        .then(|| count.try_into().unwrap_or(u32::MAX)),
                    billed: of_month(&money.billed),
                    paid: of_month(&money.paid),
                    balance: money.balance(first).filter(|_| missing.is_empty()),
                }
            })
            .collect();
        let mut counted: BTreeMap<Channel, u32> = BTreeMap::new();
        for (_, channel) in &contacts {
            *counted.entry(*channel).or_default() += 1;
        }
        let mut channels: Vec<(Channel, u32)> = counted.into_iter().collect();
        channels.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Self { months, channels, missing, currencies_left_out: money.left_out }
    }

    /// Whether there is anything to look at.
    pub fn is_empty(&self) -> bool {
        self.channels.is_empty() && !self.has_money()
    }

    /// What was billed in all these months, as far as that is known.
    pub fn billed(&self) -> Option<Money> {
        let billed = self.months.iter().filter_map(|month| month.billed);
        billed.reduce(|sum, amount| sum.plus(amount).unwrap_or(sum))
    }

    /// Whether any amount is known.
    pub fn has_money(&self) -> bool {
        let some = |amount: Option<Money>| amount.is_some_and(|amount| amount.minor != 0);
        self.months.iter().any(|month| some(month.billed) || some(month.paid))
    }
}

/// The month and the channel of each contact that the customer made; a visit to the website is
/// one.
fn contacts(parts: &[Part], zone: &TimeZone, since: Option<Date>) -> Vec<(Date, Channel)> {
    let entries = parts.iter().flat_map(|part| &part.facts.entries);
    // By the clock first: most entries are older, and the calendar is dear.
    let reach =
        since.and_then(|first| first.yesterday().ok()?.to_zoned_datetime(zone.clone()).ok());
    let reach = reach.map(|day| day.timestamp());
    let of_late = entries.filter(|entry| reach.is_none_or(|reach| entry.when.at >= reach));
    let made = of_late.filter(|entry| made_by_customer(entry, parts));
    let visits = parts.iter().flat_map(|part| visits_of(&part.facts.entries));
    let visits = visits.filter_map(|visit| visit.first().copied());
    made.chain(visits)
        .map(|entry| (entry.when.date(zone).first_of_month(), entry.channel))
        .filter(|(month, _)| since.is_none_or(|since| *month >= since))
        .collect()
}

/// Bills and payments by month, in the currency of the first bill.
#[derive(Default)]
struct Ledger {
    zero: Option<Money>,
    billed: BTreeMap<Date, Money>,
    paid: BTreeMap<Date, Money>,
    left_out: bool,
}

impl Ledger {
    fn of(parts: &[Part], zone: &TimeZone) -> Self {
        let mut ledger = Self::default();
        for entry in parts.iter().flat_map(|part| &part.facts.entries) {
            ledger.take(entry, zone);
        }
        ledger
    }

    fn take(&mut self, entry: &Entry, zone: &TimeZone) {
        let side = match entry.channel {
            Channel::Bill => &mut self.billed,
            Channel::Payment if entry.state.as_deref() != Some("returned") => &mut self.paid,
            _ => return,
        };
        let Some(amount) = entry.amount else { return };
        let zero = *self.zero.get_or_insert(amount.with(0));
        let month = entry.when.date(zone).first_of_month();
        let so_far = side.get(&month).copied().unwrap_or(zero);
        match so_far.plus(amount) {
            Some(sum) => drop(side.insert(month, sum)),
            None => self.left_out = true,
        }
    }

    /// What was billed and not paid at the end of this month.
    fn balance(&self, month: Date) -> Option<Money> {
        let sum = |side: &BTreeMap<Date, Money>| -> i64 {
            side.range(..=month).map(|(_, amount)| amount.minor).sum()
        };
        let zero = self.zero.filter(|_| !self.billed.is_empty())?;
        Some(zero.with(sum(&self.billed).checked_sub(sum(&self.paid))?))
    }
}
