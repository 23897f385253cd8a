//! The panes beside each other: the wider and taller the screen, the more stands beside them, so
//! that text keeps its measure and no room is dead.

use super::geometry::{Area, Pane, Screen};
use super::layout::Layout;
use super::model::Focus;

/// From this width on each pane has a column of its own.
const THREE: u16 = 120;
/// From this width on the charts have room of their own.
const WITH_FIGURES: u16 = 180;
/// From these widths on the entry, the charts and the sources have columns of their own.
const FOUR: u16 = 260;
const FIVE: u16 = 380;
const SIX: u16 = 450;
/// From this height on two things can stand in one column; less will do on a narrow screen.
const TALL: u16 = 30;
const TALL_ENOUGH: u16 = 25;
/// From this height on three things can.
const ROOMY: u16 = 44;
/// Hundredths of a narrow screen that the past takes beside the two others.
const NARROW: u16 = 38;
/// Hundredths of the width, where nobody says otherwise: past, present, future.
const USUAL: [u16; 3] = [35, 37, 28];

/// Something that stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Pane(Focus),
    Detail,
    Figures,
    Sources,
}

/// What stands in one column, from top to bottom, with hundredths of its height.
type Column = Vec<(Part, u16)>;

/// Divides what is left of the screen. With nobody chosen there are the three panes alone.
pub fn divide(screen: &mut Screen, area: Area, layout: &Layout, chosen: bool) {
    let columns = columns(area, layout, chosen);
    let mut rest = area;
    let count = columns.len();
    let shares = shares(&columns, layout, area.width);
    for (nth, (column, share)) in columns.into_iter().zip(shares).enumerate() {
        let last = nth + 1 == count;
        let left = u16::try_from(count - nth).unwrap_or(1);
        let mut here = match share {
            _ if last => rest,
            Some(share) => rest.take_left(hundredths(area.width, share)),
            None => rest.take_left(rest.width / left),
        };
        let parts = column.len();
        let height = here.height;
        for (nth, (part, share)) in column.into_iter().enumerate() {
            let last = nth + 1 == parts;
            let at = if last { here } else { here.take_top(hundredths(height, share)) };
            place(screen, part, at);
        }
    }
}

fn hundredths(whole: u16, share: u16) -> u16 {
    u16::try_from(u32::from(whole) * u32::from(share) / 100).unwrap_or(u16::MAX)
}

fn place(screen: &mut Screen, part: Part, at: Area) {
    match part {
        Part::Pane(Focus::Past) => screen.past = Pane::Framed(at),
        Part::Pane(Focus::Present) => screen.present = Pane::Framed(at),
        Part::Pane(Focus::Future) => screen.future = Pane::Framed(at),
        Part::Detail => screen.detail = Some(at),
        Part::Figures => screen.figures = Some(at),
        Part::Sources => screen.answers = Some(at),
    }
}

fn columns(area: Area, layout: &Layout, chosen: bool) -> Vec<Column> {
    let (width, tall) = (area.width, area.height >= TALL);
    let alone = |part| vec![(part, 100)];
    let over = |top, share, below| vec![(top, share), (below, 100)];
    if width < THREE && area.height >= TALL_ENOUGH {
        return two(layout);
    }
    let mut columns: Vec<Column> = Vec::new();
    for pane in layout.order {
        let own = Part::Pane(pane);
        columns.push(match pane {
            Focus::Past => alone(own),
            Focus::Present if chosen && tall && (WITH_FIGURES..FIVE).contains(&width) => {
                over(own, 53, Part::Figures)
            }
            Focus::Future if chosen && tall && width < FOUR => {
                let roomy = width >= WITH_FIGURES && area.height >= ROOMY;
                let sources = roomy.then_some((Part::Sources, 100));
                let shares = if roomy { (40, 35) } else { (56, 100) };
                let both = [(own, shares.0), (Part::Detail, shares.1)];
                both.into_iter().chain(sources).collect()
            }
            Focus::Future if chosen && tall && width < FIVE => over(own, 62, Part::Sources),
            Focus::Present | Focus::Future => alone(own),
        });
        let beside = width >= FOUR || (width >= WITH_FIGURES && !tall);
        if pane == Focus::Past && chosen && beside {
            columns.push(alone(Part::Detail));
        }
    }
    if chosen && width >= SIX {
        columns.extend([alone(Part::Figures), alone(Part::Sources)]);
    } else if chosen && width >= FIVE {
        columns.push(over(Part::Figures, 60, Part::Sources));
    }
    columns
}

/// The past in one column, the two others in the other.
fn two(layout: &Layout) -> Vec<Column> {
    let others: Vec<Focus> = layout.order.into_iter().filter(|pane| *pane != Focus::Past).collect();
    let past = vec![(Part::Pane(Focus::Past), 100)];
    let share = |pane| if pane == Focus::Present { 62 } else { 38 };
    let both = others.into_iter().map(|pane| (Part::Pane(pane), share(pane))).collect();
    match layout.order {
        [_, _, Focus::Past] => vec![both, past],
        _ => vec![past, both],
    }
}

/// Hundredths of the width for each column, where they are not all the same: those of the panes,
/// and an equal share for each other.
fn shares(columns: &[Column], layout: &Layout, width: u16) -> Vec<Option<u16>> {
    let count = u16::try_from(columns.len()).unwrap_or(1).max(1);
    let usual = width < WITH_FIGURES && count <= 3;
    if layout.widths.is_none() && !usual {
        return vec![None; columns.len()];
    }
    let others = count.saturating_sub(3);
    let panes = 100 - others * (100 / count);
    let share = |column: &Column| {
        let pane = column.iter().find_map(|(part, _)| match part {
            Part::Pane(pane) => Some(*pane),
            _ => None,
        });
        let Some(pane) = pane else { return Some(100 / count) };
        let own = |pane| match layout.widths {
            Some(widths) => {
                let at = layout.order.iter().position(|known| *known == pane);
                at.and_then(|at| widths.get(at).copied()).unwrap_or(33)
            }
            None if count == 2 => NARROW,
            None => USUAL[pane as usize],
        };
        // Where two panes share a column, it is as wide as the past leaves it.
        let wide =
            if count == 2 && pane != Focus::Past { 100 - own(Focus::Past) } else { own(pane) };
        Some(wide * panes / 100)
    };
    columns.iter().map(share).collect()
}
