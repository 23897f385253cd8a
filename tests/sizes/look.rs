//! What must be so of every frame, whatever is shown.

use std::collections::BTreeSet;

use norns::app::geometry::{self, Area, Pane, SMALLEST, Screen};
use norns::app::overlay::Overlay;
use norns::app::{provenance, wrap_up};
use norns::ui::overlay::title;
use ratatui::buffer::Buffer;

use crate::common::read;
use crate::common::seat::{Seat, columns_of, piece, rows};
use crate::states::State;

/// Complains of what is broken in a state.
#[track_caller]
pub fn assert_sound(State { name, seat, amounts }: &State) {
    let cells = seat.cells();
    let looked = Looked { seat, amounts, rows: rows(&cells), cells };
    if let Err(why) = looked.sound() {
        let size = seat.desk.size();
        panic!("{name} at {size:?}: {why}\n{}\n", looked.rows.join("\n"));
    }
}

/// A frame, and the desk that it shows.
struct Looked<'s> {
    seat: &'s Seat,
    amounts: &'s BTreeSet<String>,
    cells: Buffer,
    rows: Vec<String>,
}

type Sound = Result<(), String>;

impl Looked<'_> {
    fn sound(&self) -> Sound {
        if self.rows.iter().any(|row| row.contains("cannot be drawn")) {
            return Err("a part has a defect".to_owned());
        }
        self.halves()?;
        let (width, height) = self.seat.desk.size();
        if width < SMALLEST.0 || height < SMALLEST.1 {
            return self.notice((width, height));
        }
        let screen = geometry::of(&self.seat.desk).unwrap();
        let chord = self.chord();
        if chord.is_none_or(|chord| chord.y > screen.sources.y) {
            self.strip(&screen)?;
        }
        let over = self.seat.desk.overlay.as_ref();
        let over = over.filter(|over| !matches!(over, Overlay::Search));
        let top = over.map(|over| self.frame_of(title(over))).transpose()?;
        for area in framed(&screen) {
            self.frame(area, top.or(chord))?;
        }
        match top {
            Some(area) => self.on_top(area),
            None => self.beneath(&screen),
        }
    }

    /// Nothing but the notice, with its numbers whole.
    fn notice(&self, (width, height): (u16, u16)) -> Sound {
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        let size = format!("{width}x{height}");
        let said =
            format!("norns needs 40x10, this is {size} nothing is lost; make the window larger");
        let shown = self.rows.join("\n");
        let begun = letters(&said).starts_with(&letters(&shown));
        let roomy = width >= 20 && height >= 5;
        let whole =
            letters(&said) == letters(&shown) && shown.contains("40x10") && shown.contains(&size);
        if begun && (whole || !roomy) { Ok(()) } else { Err("another notice".to_owned()) }
    }

    /// A character of two cells has both, and lies in the screen.
    fn halves(&self) -> Sound {
        let area = self.cells.area;
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                for covered in x + 1..x + columns_of(&self.cells[(x, y)]) {
                    if covered >= area.right() || self.symbol((covered, y)) != " " {
                        return Err(format!("half a character at {x},{y}"));
                    }
                }
            }
        }
        Ok(())
    }

    fn symbol(&self, at: (u16, u16)) -> &str {
        self.cells[at].symbol()
    }

    /// Every source is there by its name, or counted.
    fn strip(&self, screen: &Screen) -> Sound {
        let strip = piece(&self.cells, (screen.sources.x, screen.sources.y), screen.sources.width);
        let parts = self.seat.desk.session().parts();
        if self.seat.desk.overlay == Some(Overlay::Search) {
            // What is searched for is typed there.
            return Ok(());
        }
        let named = parts.iter().filter(|part| strip.contains(part.source.as_str())).count();
        let words: Vec<&str> = strip.split_whitespace().collect();
        let counted = words.windows(2).filter_map(|pair| match pair {
            [count, word] if word.starts_with("answered") => count.parse::<usize>().ok(),
            [count, "silent"] => count.parse::<usize>().ok(),
            _ => None,
        });
        let seen = named + counted.sum::<usize>();
        let said = if parts.is_empty() { 0 } else { seen };
        if said == parts.len() { Ok(()) } else { Err(format!("{seen} sources: {strip}")) }
    }

    /// What lies on top is framed, and its title says what it is.
    fn frame_of(&self, title: &str) -> Result<Area, String> {
        let area = self.cells.area;
        let head = format!("┏━ {title} ");
        let y = self.rows.iter().rposition(|row| row.contains(&head)).ok_or("nothing on top")?;
        let y = u16::try_from(y).unwrap();
        let begins = |x: &u16| piece(&self.cells, (*x, y), area.right() - x).starts_with(&head);
        let x = (area.left()..area.right()).find(begins).unwrap();
        let right = (x..area.right()).find(|right| self.symbol((*right, y)) == "┓");
        let bottom = (y..area.bottom()).find(|bottom| self.symbol((x, *bottom)) == "┗");
        let (right, bottom) = right.zip(bottom).ok_or("no whole frame")?;
        Ok(Area { x, y, width: right - x + 1, height: bottom - y + 1 })
    }

    /// The lines at the bottom that say how a chord may go on.
    fn chord(&self) -> Option<Area> {
        let (label, _) = self.seat.desk.chord_hints()?;
        let begins = format!(" {label}: ");
        let first = self.rows.iter().rposition(|row| row.starts_with(&begins))?;
        let (area, y) = (self.cells.area, u16::try_from(first).unwrap());
        Some(Area { x: 0, y, width: area.width, height: area.height - y })
    }

    /// A frame is whole, where nothing lies on it, and has a row inside.
    fn frame(&self, area: Area, top: Option<Area>) -> Sound {
        if area.height < 3 {
            return Err(format!("no room in the frame {area:?}"));
        }
        let covered = |(x, y): (u16, u16)| {
            top.is_some_and(|top| {
                (top.x..top.x + top.width).contains(&x) && (top.y..top.y + top.height).contains(&y)
            })
        };
        let glyphs = self.seat.theme.glyphs;
        let (right, bottom) = (area.x + area.width - 1, area.y + area.height - 1);
        let corners = [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)];
        let mut seen = corners.into_iter().filter(|at| !covered(*at));
        let focused = seen.any(|at| glyphs.frame_focused.contains(&self.symbol(at)));
        let signs = if focused { glyphs.frame_focused } else { glyphs.frame };
        let sides = (area.y + 1..bottom).flat_map(|y| [(area.x, y), (right, y)]);
        let sides = sides.map(|at| (at, signs[5]));
        for (at, sign) in corners.into_iter().zip(signs).chain(sides) {
            if !covered(at) && self.symbol(at) != sign {
                return Err(format!("the frame is broken at {at:?}"));
            }
        }
        Ok(())
    }

    /// What lies on top has a whole frame, something in it, the cursor where there is one, and no
    /// number that is cut.
    fn on_top(&self, area: Area) -> Sound {
        self.frame(area, None)?;
        let inside = area.inside();
        let lines: Vec<String> = (inside.y..inside.y + inside.height)
            .map(|y| piece(&self.cells, (inside.x, y), inside.width))
            .collect();
        if lines.iter().all(|line| line.trim().is_empty()) {
            return Err("nothing in it".to_owned());
        }
        for line in &lines {
            read::whole(line, self.amounts)?;
        }
        let has_cursor = match &self.seat.desk.overlay {
            // Where no code is called so, there is none to stand on.
            Some(Overlay::Codes { line, .. }) => {
                !wrap_up::matching(&self.seat.desk, line.text()).is_empty()
            }
            // Nor where no source has said anything yet.
            Some(Overlay::Provenance { .. }) => provenance::units(self.seat.desk.session()) > 0,
            Some(
                Overlay::Verify
                | Overlay::FollowUp
                | Overlay::Contact
                | Overlay::Handover
                | Overlay::Write
                | Overlay::Report
                | Overlay::Actions { .. }
                | Overlay::Readiness { .. }
                | Overlay::Duplicates { .. }
                | Overlay::Kin { .. }
                | Overlay::Belongings { .. }
                | Overlay::Sessions { .. },
            ) => true,
            _ => false,
        };
        let mark = self.seat.theme.glyphs.cursor;
        let seen = lines.iter().any(|line| line.contains(mark));
        if has_cursor && !seen { Err("no cursor".to_owned()) } else { Ok(()) }
    }

    /// Without anything on top, every number is whole and the cursor is seen.
    fn beneath(&self, screen: &Screen) -> Sound {
        let mut areas = framed(screen);
        areas.retain(|area| Some(*area) != screen.note);
        areas.push(screen.header);
        areas.extend(screen.alert);
        for area in areas {
            for y in area.y..area.y + area.height {
                read::whole(&piece(&self.cells, (area.x, y), area.width), self.amounts)?;
            }
        }
        let choosing =
            self.seat.desk.session().choices() > 0 && matches!(screen.present, Pane::Framed(_));
        let mark = self.seat.theme.glyphs.cursor;
        let seen = self.rows.iter().any(|row| row.contains(mark));
        if choosing && !seen { Err("no cursor".to_owned()) } else { Ok(()) }
    }
}

fn framed(screen: &Screen) -> Vec<Area> {
    let pane = |pane| match pane {
        Pane::Framed(area) => Some(area),
        Pane::Summary(_) => None,
    };
    let panes = [pane(screen.past), pane(screen.present), pane(screen.future)];
    let others = [screen.detail, screen.figures, screen.answers, screen.note];
    panes.into_iter().chain(others).flatten().collect()
}
