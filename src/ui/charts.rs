//! Charts as lines: sparklines, bars, and the table of the numbers behind them.

use super::paper::{Focused, Paper, Titles};
use super::said::{self, Above, Said, Section};
use super::text::{Align, pad, width};
use super::theme::{Glyphs, Role};
use super::words::{silence, silence_now};
use crate::action::Action;
use crate::app::figures::{Figures, Month};
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::domain::money::Money;
use crate::domain::source::State;

/// Stands for a month of which too little is known.
const UNKNOWN: &str = "?";
/// Stands for less than nothing.
const BELOW: &str = "-";
/// Columns of the names at the left, and of a month in the table.
const NAME: u16 = 10;
const MONTH: u16 = 8;
/// Widest bar.
const BAR: u16 = 32;
/// Widest month of a sparkline.
const STEP: u16 = 4;

/// The charts on their own.
pub fn draw(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let key = model.keymap.keys_for(model.layers(), Action::Figures);
    let numbers = key.map(|key| format!("{key} all numbers")).unwrap_or_default();
    let inside = area.inside().padded().narrowed(said::MEASURE);
    let columns = inside.width;
    let mut sections = sections(model, columns, &paper.theme.glyphs);
    sections.extend(numbers_of(model, columns));
    let lines = said::lines(sections, columns, &paper.theme.glyphs);
    let below = said::below(lines.len(), 0, inside.height);
    let titles = Titles {
        left: "FIGURES",
        bottom_left: &below,
        bottom_right: &numbers,
        ..Titles::default()
    };
    paper.frame(area, &titles, Focused::No);
    said::draw(paper, inside, &lines, 0, Focused::No);
}

/// The charts in few lines, for a place that has other things to say too.
pub fn brief(model: &Model, columns: u16, glyphs: &Glyphs) -> Section {
    let figures = &model.session().figures;
    let mut said = sparks(figures, 1, glyphs);
    if !said.is_empty() && !figures.channels.is_empty() {
        let mix: Vec<String> = figures
            .channels
            .iter()
            .map(|(channel, count)| format!("{} {count}", channel.name()))
            .collect();
        let mix = format!("{:<1$}{2}", "channels", usize::from(NAME), mix.join("  "));
        said.extend(Said::wrapped(&mix, columns, Role::Text).map(|line| line.pair("charts")));
    }
    if !said.is_empty() {
        said.extend(gaps(figures).map(|text| Said::new(text, Role::Warn)));
    }
    Section::new("Twelve months", Above::Rule, said)
}

/// The charts at this width.
pub fn sections(model: &Model, columns: u16, glyphs: &Glyphs) -> Vec<Section> {
    let session = model.session();
    let figures = &session.figures;
    let step = (columns.saturating_sub(NAME + 16) / 12).clamp(1, STEP);
    let mut twelve = sparks(figures, step, glyphs);
    if twelve.is_empty() {
        let why = match (session.facts().is_empty() || session.awaits(), gaps(figures)) {
            (true, _) => "asked, nothing here yet".to_owned(),
            (false, Some(gaps)) => gaps,
            (false, None) => "no contacts and no bills in twelve months".to_owned(),
        };
        twelve.extend(Said::wrapped(&why, columns, Role::Muted));
    } else if step > 1 && !glyphs.heights.is_empty() {
        twelve.push(axis(figures, step));
    }
    let most = figures.channels.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let room = columns.saturating_sub(NAME + 6).min(BAR);
    let bar = |count: u32| {
        let cells = u32::from(room) * count / most.max(1);
        glyphs.bar.repeat(cells.max(1) as usize)
    };
    let mix = figures.channels.iter().map(|(channel, count)| {
        let name = pad(channel.name(), NAME, Align::Left);
        Said::new(format!("{name}{} {count}", bar(*count)), Role::Text)
    });
    let silent = session.facts().iter().filter_map(|part| match part.state {
        State::Ok | State::Empty => None,
        State::Stale => Some(Said::new(silence(part), Role::Warn)),
        _ => Some(Said::new(format!("without {}", silence_now(part, model)), Role::Warn)),
    });
    vec![
        Section::new("Twelve months", Above::Nothing, twelve),
        Section::new("Channels", Above::Blank, mix.collect()),
        Section::new("Not in the figures", Above::Blank, silent.collect()),
    ]
}

/// The numbers behind the charts, the newest month first.
pub fn numbers_of(model: &Model, columns: u16) -> Vec<Section> {
    let figures = &model.session().figures;
    if figures.is_empty() {
        return Vec::new();
    }
    let amount = |amount: Option<Money>| match amount {
        Some(amount) => amount.to_string(),
        None => UNKNOWN.to_owned(),
    };
    let cells = |month: &Month| {
        let contacts = month.contacts.map_or(UNKNOWN.to_owned(), |count| count.to_string());
        [contacts, amount(month.billed), amount(month.paid), amount(month.balance)]
    };
    let names = ["contacts", "billed", "paid", "balance"].map(str::to_owned);
    let rows: Vec<[String; 4]> = figures.months.iter().map(cells).collect();
    let widest = |nth: usize| {
        let cells = rows.iter().chain([&names]).map(|row| width(&row[nth]));
        cells.max().unwrap_or(0) + 2
    };
    let widths: Vec<u16> = (0..4).map(widest).collect();
    let tabular = MONTH + widths.iter().sum::<u16>() <= columns;
    let mut said = Vec::new();
    let line = |month: &str, row: &[String; 4]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| pad(cell, *width, Align::Right));
        format!("{}{}", pad(month, MONTH, Align::Left), cells.collect::<String>())
    };
    if tabular {
        said.push(Said::new(line("month", &names), Role::Muted));
    }
    for (month, row) in figures.months.iter().zip(&rows).rev() {
        let name = month.first.strftime("%b %Y").to_string();
        if tabular {
            said.push(Said::new(line(&name, row), Role::Text));
            continue;
        }
        said.push(Said::new(name, Role::Strong).right(format!("{} contacts", row[0]), Role::Text));
        for nth in 1..4 {
            said.push(
                Said::new(format!("  {}", names[nth]), Role::Muted).right(&row[nth], Role::Text),
            );
        }
    }
    let mut left_out = Vec::new();
    if let Some(gaps) = gaps(figures) {
        left_out.extend(Said::wrapped(&gaps, columns, Role::Warn));
    }
    if figures.currencies_left_out {
        let text = "amounts in other currencies are left out";
        left_out.extend(Said::wrapped(text, columns, Role::Warn));
    }
    vec![
        Section::new("Numbers", Above::Blank, said),
        Section::new("Left out", Above::Blank, left_out),
    ]
}

/// One line for each figure that there is something of.
fn sparks(figures: &Figures, step: u16, glyphs: &Glyphs) -> Vec<Said> {
    let mut said = Vec::new();
    let mut add = |name: &str, values: Vec<Option<i64>>, sum: String| {
        let name = pad(name, NAME, Align::Left);
        let text = format!("{name}{}", spark(&values, step, glyphs));
        said.push(Said::new(text, Role::Text).right(sum, Role::Muted).pair("charts"));
    };
    if !figures.channels.is_empty() {
        let counts = figures.months.iter().map(|month| month.contacts.map(i64::from)).collect();
        let sum: u32 = figures.months.iter().filter_map(|month| month.contacts).sum();
        add("contacts", counts, format!("{sum} in 12 mo"));
    }
    if figures.has_money() {
        let minor = |of: fn(&Month) -> Option<Money>| {
            figures.months.iter().map(|month| of(month).map(|amount| amount.minor)).collect()
        };
        let sum = figures.billed().map_or(String::new(), |sum| sum.to_string());
        add("spend", minor(|month| month.billed), sum);
        let now = figures.months.last().and_then(|month| month.balance);
        let now = now.map_or("not known".to_owned(), |now| format!("{now} now"));
        add("balance", minor(|month| month.balance), now);
    }
    said
}

/// A value for each month: its height among the others, and nothing where there are no heights: the numbers
/// are in the table.
fn spark(values: &[Option<i64>], step: u16, glyphs: &Glyphs) -> String {
    let most = values.iter().flatten().copied().max().unwrap_or(0).max(1);
    let highest = i64::try_from(glyphs.heights.len()).unwrap_or(0) - 1;
    let height = |value: i64| match value {
        ..0 => BELOW,
        0 => glyphs.heights.first().copied().unwrap_or(UNKNOWN),
        _ => {
            // What is there is never as low as what is not.
            let at = 1 + i128::from(value) * i128::from(highest - 1) / i128::from(most);
            let at = usize::try_from(at.min(i128::from(highest))).unwrap_or(0);
            glyphs.heights.get(at).copied().unwrap_or(UNKNOWN)
        }
    };
    if glyphs.heights.is_empty() {
        return String::new();
    }
    let cell = |value: &Option<i64>| {
        let sign = value.map_or(UNKNOWN, height);
        match step {
            1 => sign.to_owned(),
            _ => format!("{} ", sign.repeat(usize::from(step) - 1)),
        }
    };
    values.iter().map(cell).collect::<String>().trim_end().to_owned()
}

/// The months' initials under a sparkline.
fn axis(figures: &Figures, step: u16) -> Said {
    let initial = |month: &Month| {
        let name = month.first.strftime("%b").to_string();
        pad(&name[..usize::from(step - 1).min(name.len())], step, Align::Left)
    };
    let initials: String = figures.months.iter().map(initial).collect();
    Said::new(format!("{}{}", " ".repeat(usize::from(NAME)), initials.trim_end()), Role::Muted)
}

/// What a gap means, where there may be some.
fn gaps(figures: &Figures) -> Option<String> {
    let missing: Vec<&str> = figures.missing.iter().map(|source| source.as_str()).collect();
    (!missing.is_empty()).then(|| format!("{UNKNOWN} not known without {}", missing.join(", ")))
}
