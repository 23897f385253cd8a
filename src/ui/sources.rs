//! The source strip: what became of the question to each source, in states that never look alike.

use super::paper::{Paper, Piece};
use super::text::width;
use super::theme::{Glyphs, Role};
use super::words::{ago, seconds};
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::domain::source::{Part, State};

/// Draws the strip.
pub fn draw(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let area = Area { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let parts = model.session().parts();
    if parts.is_empty() {
        let session = model.session();
        let lookup = session.lookup.as_ref();
        let cut_off = match &session.customer {
            Some(customer) => customer.trouble.is_some(),
            None => lookup.is_some_and(|lookup| lookup.ended.is_some_and(|ended| ended.is_err())),
        };
        let (text, role) = match lookup.is_some() || session.customer.is_some() {
            true if cut_off => ("no source could be asked", Role::SourceBad),
            true => ("sources asked", Role::Muted),
            false => ("no source asked", Role::Muted),
        };
        paper.text(area, text, role);
        return;
    }
    let waited = model.session().asked_at().map_or(0, |at| {
        let half_seconds = model.now.duration_since(at).as_millis().max(0) / 500;
        u64::try_from(half_seconds * 500).unwrap_or(u64::MAX)
    });
    let long: Vec<Cell> =
        parts.iter().map(|part| cell(part, model, waited, &paper.theme.glyphs)).collect();
    let glyphs = &paper.theme.glyphs;
    let cells = if needed(&long) <= area.width {
        long
    } else {
        let shortened: Vec<Cell> = parts.iter().map(|part| short(part, glyphs)).collect();
        // What has changed is told whole as long as that is possible.
        let changed = |part: &Part| part.changed.is_some();
        let news: Vec<Cell> = parts
            .iter()
            .zip(long.into_iter().zip(&shortened))
            .map(|(part, (long, short))| if changed(part) { long } else { short.clone() })
            .collect();
        match [news, shortened].into_iter().find(|cells| needed(cells) <= area.width) {
            Some(cells) => cells,
            None => fewer(parts, area.width, glyphs),
        }
    };
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for (text, role) in &cells {
        if !pieces.is_empty() {
            pieces.push(("  ", Role::Text));
        }
        pieces.push((text, *role));
    }
    paper.line(area, &pieces);
}

/// A source, and what its state means.
type Cell = (String, Role);

/// Columns that these take beside each other.
fn needed(cells: &[Cell]) -> u16 {
    cells.iter().map(|(text, _)| width(text) + 2).sum::<u16>().saturating_sub(2)
}

/// Where there is no room for all: those without an answer of now, and how many others there are.
fn fewer(parts: &[Part], columns: u16, glyphs: &Glyphs) -> Vec<Cell> {
    let answered = |part: &&Part| part.is_whole() && part.changed.is_none();
    let well = parts.iter().filter(answered).count();
    let mut cells: Vec<Cell> = (well > 0)
        .then(|| (format!("{well} answered{}", glyphs.good), Role::SourceOk))
        .into_iter()
        .collect();
    let mut left: Vec<Cell> =
        parts.iter().filter(|part| !answered(part)).map(|part| short(part, glyphs)).collect();
    let more = |left: &[Cell]| (format!("+{} silent", left.len()), Role::SourceBad);
    while !left.is_empty() {
        let rest = &left[1..];
        let tail = if rest.is_empty() { Vec::new() } else { vec![more(rest)] };
        if needed(&[&cells[..], &left[..1], &tail].concat()) > columns {
            cells.push(more(&left));
            break;
        }
        cells.push(left.remove(0));
    }
    cells
}

fn cell(part: &Part, model: &Model, waited: u64, glyphs: &Glyphs) -> Cell {
    let source = &part.source;
    let bad = glyphs.bad;
    if let Some(changed) = part.changed.filter(|_| !part.state.pending()) {
        return (changed.say(source, &model.zone), Role::SourceStale);
    }
    match part.state {
        State::Loading => {
            (format!("{source} {} {}", glyphs.late, seconds(waited)), Role::SourceLate)
        }
        State::Ok | State::Empty if part.kept => {
            let age = part.fetched_at.map(|at| ago(model.now, at)).unwrap_or_default();
            (format!("{source} kept, {age}"), Role::SourceOk)
        }
        State::Ok if part.why.is_some() => (format!("{source} in part"), Role::SourceStale),
        State::Ok => (format!("{source} {}", part.waited_ms), Role::SourceOk),
        State::Empty => (format!("{source} nothing"), Role::SourceOk),
        State::Stale => {
            let age = part.fetched_at.map(|at| ago(model.now, at)).unwrap_or_default();
            (format!("{source} old, {age}"), Role::SourceStale)
        }
        State::TimedOut => {
            (format!("{source} {bad} timed out {}", seconds(part.waited_ms)), Role::SourceBad)
        }
        State::Refused => (format!("{source} {bad} {}", why(part, "refused")), Role::SourceBad),
        State::NotPermitted => (format!("{source} {bad} not permitted"), Role::SourceStale),
        State::Failed => (format!("{source} {bad} {}", why(part, "failed")), Role::SourceBad),
        State::NotAsked => (format!("{source} not asked"), Role::SourceOk),
    }
}

/// One word or sign per source, where there is no room for more.
fn short(part: &Part, glyphs: &Glyphs) -> Cell {
    let source = &part.source;
    let bad = glyphs.bad;
    if part.changed.is_some() && !part.state.pending() {
        return (format!("{source} new"), Role::SourceStale);
    }
    match part.state {
        State::Loading => (format!("{source}{}", glyphs.late), Role::SourceLate),
        State::Ok if part.why.is_some() => (format!("{source} part"), Role::SourceStale),
        State::Ok => (format!("{source}{}", glyphs.good), Role::SourceOk),
        State::Empty => (format!("{source} 0"), Role::SourceOk),
        State::Stale => (format!("{source} old"), Role::SourceStale),
        State::TimedOut => (format!("{source}{bad}time"), Role::SourceBad),
        State::Refused => (format!("{source}{bad}refd"), Role::SourceBad),
        State::NotPermitted => (format!("{source}{bad}perm"), Role::SourceStale),
        State::Failed => (format!("{source}{bad}fail"), Role::SourceBad),
        State::NotAsked => (format!("{source} -"), Role::SourceOk),
    }
}

fn why<'p>(part: &'p Part, otherwise: &'p str) -> &'p str {
    part.why.as_deref().unwrap_or(otherwise)
}
