//! What each source answered, in words, where the screen has room for more than the strip.

use super::paper::{Focused, Paper, Titles};
use super::said::{self, Above, Said, Section};
use super::theme::Role;
use super::words::{ago, silence, silence_now};
use crate::action::Action;
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::domain::source::{Part, State};

/// Draws the panel.
pub fn draw(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let inside = area.inside().padded().narrowed(said::MEASURE);
    let columns = inside.width;
    let lines = said::lines(sections(model, columns), columns, &paper.theme.glyphs);
    let below = said::below(lines.len(), 0, inside.height);
    let titles = Titles { left: "SOURCES", bottom_right: &below, ..Titles::default() };
    paper.frame(area, &titles, Focused::No);
    said::draw(paper, inside, &lines, 0, Focused::No);
}

/// What the panel says at this width.
pub fn sections(model: &Model, columns: u16) -> Vec<Section> {
    let parts = model.session().parts();
    if parts.is_empty() {
        let asked: Vec<Said> =
            Said::wrapped("asked, nothing here yet", columns, Role::Muted).collect();
        return vec![Section::new("Sources", Above::Nothing, asked)];
    }
    let said = parts.iter().map(|part| line(part, model)).collect();
    vec![Section::new("Sources", Above::Nothing, said)]
}

fn line(part: &Part, model: &Model) -> Said {
    let name = format!("{:<6}", part.source.as_str());
    let age = part.fetched_at.map(|at| ago(model.now, at)).unwrap_or_default();
    let (text, role) = match part.state {
        State::Ok => (format!("{name}{}", said_what(part)), Role::Text),
        State::Empty => (format!("{name}knows nothing of this customer"), Role::Muted),
        State::NotAsked => (silence(part), Role::Muted),
        State::Loading => (silence_now(part, model), Role::Text),
        State::Stale => (silence(part), Role::SourceStale),
        State::NotPermitted => (silence(part), Role::SourceStale),
        State::TimedOut | State::Refused | State::Failed => (silence(part), Role::SourceBad),
    };
    let (text, role) = match part.changed {
        Some(changed) => {
            let (key, news) =
                (model.keymap.anywhere(Action::Retry), changed.say(&part.source, &model.zone));
            (format!("{text}; {news}, {key} shows it"), Role::SourceStale)
        }
        None => (text, role),
    };
    let took = match part.state {
        State::Ok | State::Empty if part.kept => format!("kept  {age}"),
        State::Ok | State::Empty => format!("{} ms  {age}", part.waited_ms),
        _ => age,
    };
    Said::new(text, role).right(took, Role::Muted).hanging(6)
}

fn said_what(part: &Part) -> String {
    let facts = &part.facts;
    let counted = [
        (facts.entries.len(), "entry", "entries"),
        (facts.matters.len(), "in flight", "in flight"),
        (facts.dues.len(), "due", "due"),
        (facts.alerts.len(), "alert", "alerts"),
        (facts.offers.len(), "offer", "offers"),
        (facts.belongings.len(), "belonging", "belongings"),
        (facts.relations.len(), "relation", "relations"),
        (part.skipped as usize, "row unreadable", "rows unreadable"),
    ];
    let words = counted.into_iter().filter(|(count, ..)| *count > 0);
    let words = words.map(|(count, one, many)| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    });
    let mut words: Vec<String> = words.collect();
    match facts.profiles().count() {
        0 => {}
        1 => words.insert(0, "who it is".to_owned()),
        records => words.insert(0, format!("who it is in {records} records")),
    }
    if part.more {
        words.push("and more".to_owned());
    }
    if words.is_empty() {
        words.push("answered, and has nothing to show".to_owned());
    }
    words.extend(part.why.as_ref().map(ToString::to_string));
    words.join(", ")
}
