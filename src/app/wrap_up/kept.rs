//! What of a wrap-up is kept on this machine: codes that are chosen, and what a call came to until
//! the gateway has it.

use crate::app::effect::Effect;
use crate::app::msg::{Kept, SavedDraft};
use crate::app::session::Session;
use crate::domain::register::NewOutcome;
use crate::domain::text::CleanText;

const CODE: &str = "code: ";
const SINCE: &str = "since: ";
const QUEUE: &str = "queue: ";
const TIMED_OUT: &str = "timed out";

/// What is chosen so far, as it is kept on disk.
pub fn begun(session: &Session) -> SavedDraft {
    SavedDraft {
        slot: format!("{}/wrap-up", session.slot()),
        what: Kept::WrapUp,
        customer: super::whose(session),
        call: session.call.as_ref().map(|call| call.key.clone()),
        text: code_lines(&session.work.codes),
    }
}

fn code_lines(codes: &[CleanText]) -> String {
    let lines: Vec<String> = codes.iter().map(|code| format!("{CODE}{code}")).collect();
    lines.join("\n")
}

/// What is done and not yet on record, as it is kept on disk.
pub fn saved(new: &NewOutcome) -> SavedDraft {
    let mut lines = vec![format!("{SINCE}{}", new.since)];
    lines.extend(new.queue.as_ref().map(|queue| format!("{QUEUE}{queue}")));
    lines.extend(new.timed_out.then(|| TIMED_OUT.to_owned()));
    lines.push(code_lines(&new.codes));
    let (call, since) = (&new.call, new.since.as_millisecond());
    SavedDraft {
        slot: format!("call-{}-{}/wrap-up-{since}", call.source, call.call),
        what: Kept::WrapUp,
        customer: new.customer.clone(),
        call: Some(new.call.clone()),
        text: lines.join("\n"),
    }
}

/// What the call came to; nothing where its wrap-up is not done yet.
pub fn read(draft: &SavedDraft) -> Option<NewOutcome> {
    let value = |name: &str| draft.text.lines().find_map(|line| line.strip_prefix(name));
    Some(NewOutcome {
        call: draft.call.clone()?,
        customer: draft.customer.clone(),
        queue: value(QUEUE).map(CleanText::line),
        codes: codes(draft),
        timed_out: draft.text.lines().any(|line| line == TIMED_OUT),
        since: value(SINCE)?.parse().ok()?,
    })
}

/// The codes that are kept.
pub fn codes(draft: &SavedDraft) -> Vec<CleanText> {
    let codes = draft.text.lines().filter_map(|line| line.strip_prefix(CODE));
    codes.map(CleanText::line).collect()
}

/// It need not be kept any more.
pub fn forget(draft: SavedDraft) -> Effect {
    Effect::KeepDraft(SavedDraft { text: String::new(), ..draft })
}
