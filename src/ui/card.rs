//! The identity card: who it is, and how they can be reached.

use jiff::civil::Date;

use super::said::Said;
use super::theme::{Glyphs, Role};
use super::words::short_day;
use crate::app::present::Identity;
use crate::app::session::{Customer, Link};

/// Who the customer is, and how they can be reached.
pub fn identity(
    said: &mut Vec<Said>,
    identity: &Identity,
    customer: &Customer,
    (today, glyphs): (Date, &Glyphs),
) {
    let name = identity.name.as_deref().unwrap_or("name not known yet");
    let link = match customer.link {
        Link::Failed(_) => "choice not recorded",
        Link::None | Link::Asked(_) | Link::Linked(_) => "",
    };
    said.push(Said::new(name, Role::Strong).right(link, Role::Bad));
    let mut words: Vec<String> = Vec::new();
    words.extend(identity.account.as_ref().map(ToString::to_string));
    words.extend(identity.status.as_ref().map(ToString::to_string));
    words.extend(identity.since.and_then(|since| tenure(since, today)));
    words.extend(identity.segment.as_ref().map(ToString::to_string));
    if !words.is_empty() {
        said.push(Said::new(words.join("   "), Role::Text).pair("about"));
    }
    let mut words: Vec<String> = Vec::new();
    words.extend(identity.household.as_ref().map(|(name, size)| match size {
        Some(size) => format!("household {name}, {size}"),
        None => format!("household {name}"),
    }));
    words.extend(identity.parent.as_ref().map(|parent| format!("belongs to {parent}")));
    words.extend(identity.language.as_ref().map(|language| format!("speaks {language}")));
    if !words.is_empty() {
        said.push(Said::new(words.join("   "), Role::Muted).pair("about"));
    }
    if let Some(care) = &identity.special_care {
        said.push(Said::new(format!("{} special care: {care}", glyphs.alert), Role::Warn));
    }
    for point in &identity.contacts {
        let own = point.own_change.as_ref().map(|change| {
            let day = change.day.map(|day| format!(" {}", short_day(day, today)));
            format!("set on {}{}", change.place, day.unwrap_or_default())
        });
        let confirmed =
            point.confirmed.map(|day| format!("{} {}", glyphs.confirmed, short_day(day, today)));
        let marks: Vec<String> = own.into_iter().chain(confirmed).collect();
        let text = format!("{:<8}{}", point.kind.name(), point.value);
        let line = Said::new(text, Role::Text).right(marks.join("  "), Role::Good);
        said.push(line.hanging(8).pair("contacts"));
    }
}

fn tenure(since: Date, today: Date) -> Option<String> {
    let years = today.since((jiff::Unit::Year, since)).ok()?.get_years();
    Some(match years {
        ..=0 => format!("since {}", since.strftime("%b %Y")),
        1 => "1 year".to_owned(),
        years => format!("{years} years"),
    })
}
