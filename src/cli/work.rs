//! An agent's work as the configuration has it, as the desk knows it.

use jiff::SignedDuration;

use crate::app::pop_rules::{self, Pattern};
use crate::app::readiness::Reasons;
use crate::app::wrap_up::{Mode, Rule, Rules};
use crate::config::desk::{AfterMissed, AgentTable};
use crate::config::directory::{ListedName, ListedTable};
use crate::config::pop::{ActionName, DirectionName, KeyName, PopTable, Trigger};
use crate::config::wrap_up::{ModeName, WrapUpTable};
use crate::domain::customer::KeyKind;
use crate::domain::directory::{Entry, Kind};
use crate::domain::interaction::Direction;
use crate::domain::text::CleanText;

/// Why an agent may take no calls.
pub fn reasons(table: &AgentTable) -> Reasons {
    Reasons {
        known: table.reasons.iter().map(|reason| CleanText::line(reason)).collect(),
        after_missed: table.after_missed == AfterMissed::NotReady,
    }
}

/// What calls do to the desk.
pub fn pops(tables: &[PopTable]) -> pop_rules::Rules {
    pop_rules::Rules { known: tables.iter().map(pop).collect() }
}

fn pop(table: &PopTable) -> pop_rules::Rule {
    let patterns = |texts: &[String]| texts.iter().map(|text| Pattern::new(text)).collect();
    pop_rules::Rule {
        at_answer: table.when == Trigger::Answered,
        numbers: patterns(&table.numbers),
        dialled: patterns(&table.dialled),
        queues: patterns(&table.queues),
        direction: table.direction.map(|direction| match direction {
            DirectionName::In => Direction::In,
            DirectionName::Out => Direction::Out,
            DirectionName::Internal => Direction::Internal,
        }),
        data: table.data.iter().map(|(name, text)| (name.clone(), Pattern::new(text))).collect(),
        action: match table.action {
            ActionName::Search => pop_rules::Action::Search,
            ActionName::Open => pop_rules::Action::Open,
            ActionName::New => pop_rules::Action::OfferNew,
            ActionName::Silent => pop_rules::Action::Silent,
            ActionName::Ignore => pop_rules::Action::Ignore,
        },
        keys: table.keys.iter().map(|(field, name)| (field.0.clone(), kind(*name))).collect(),
    }
}

fn kind(name: KeyName) -> KeyKind {
    match name {
        KeyName::Phone => KeyKind::Phone,
        KeyName::Email => KeyKind::Email,
        KeyName::Account => KeyKind::Account,
        KeyName::Case => KeyKind::Case,
        KeyName::Name => KeyKind::Name,
        KeyName::Id => KeyKind::Id,
    }
}

/// Whom calls can be sent on to.
pub fn listed(tables: &[ListedTable]) -> Vec<Entry> {
    let read = |table: &ListedTable| {
        let kind = match table.kind {
            ListedName::Queue => Kind::Queue,
            ListedName::Agent => Kind::Agent,
        };
        Entry::bare(CleanText::line(&table.name), CleanText::line(&table.number), kind)
    };
    tables.iter().map(read).collect()
}

/// How the work after a call goes.
pub fn wrap_up(tables: &[WrapUpTable]) -> Rules {
    Rules::new(tables.iter().map(rule).collect())
}

fn rule(table: &WrapUpTable) -> Rule {
    Rule {
        queue: table.queue.clone(),
        mode: match table.mode {
            ModeName::Optional => Mode::Optional,
            ModeName::Mandatory => Mode::Mandatory,
            ModeName::TimeBoxed => Mode::TimeBoxed,
            ModeName::OnRequest => Mode::OnRequest,
        },
        limit: table.seconds.map(|seconds| SignedDuration::from_secs(seconds.into())),
        early_exit: table.early_exit,
        timeout_code: table.timeout_code.as_deref().map(CleanText::line),
        codes: table.codes.iter().map(|code| CleanText::line(code)).collect(),
    }
}
