//! An agent's work as the configuration has it, as the desk knows it.

use jiff::SignedDuration;

use crate::app::readiness::Reasons;
use crate::app::wrap_up::{Mode, Rule, Rules};
use crate::config::desk::{AfterMissed, AgentTable};
use crate::config::wrap_up::{ModeName, WrapUpTable};
use crate::domain::text::CleanText;

/// Why an agent may take no calls.
pub fn reasons(table: &AgentTable) -> Reasons {
    Reasons {
        known: table.reasons.iter().map(|reason| CleanText::line(reason)).collect(),
        after_missed: table.after_missed == AfterMissed::NotReady,
    }
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
