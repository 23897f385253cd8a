//! A terminal's screen as an SVG picture.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 10.0;

/// What a terminal draws with where nobody says otherwise.
#[derive(Clone, Copy)]
pub struct Backdrop {
    ink: &'static str,
    paper: &'static str,
}

pub const DARK: Backdrop = Backdrop { ink: "#d7dde5", paper: "#14181d" };
pub const BLACK: Backdrop = Backdrop { ink: "#ffffff", paper: "#000000" };
pub const LIGHT: Backdrop = Backdrop { ink: "#20242a", paper: "#fbfbf8" };

const ANSI: [&str; 16] = [
    "#1b1f24", "#e06c75", "#8fbf6f", "#d9a94c", "#6ea8e0", "#b98fd6", "#5fb8b8", "#c8ccd2",
    "#6b7480", "#f28b93", "#a9d98a", "#f0c674", "#8fc1f2", "#d3aeea", "#82d4d4", "#ffffff",
];

/// The picture of everything the screen shows.
pub fn picture(screen: &Screen, on: Backdrop) -> String {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let width = f32::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f32::from(rows) * CELL.1 + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{}\"/>\n",
        on.paper
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let run = run_at(screen, row, column, on);
            draw(&mut svg, row, column, &run);
            column += run.columns.max(1);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Where the letters of a row stand.
pub fn baseline(row: u16) -> f32 {
    MARGIN + f32::from(row) * CELL.1 + 13.5
}

/// Neighbouring cells of one look.
struct Run {
    text: String,
    columns: u16,
    look: Look,
}

#[derive(PartialEq, Clone)]
struct Look {
    ink: String,
    paper: Option<String>,
    bold: bool,
    dim: bool,
    underline: bool,
}

fn look(cell: &Cell, on: Backdrop) -> Look {
    let ink = colour(cell.fgcolor()).unwrap_or_else(|| on.ink.into());
    let paper = colour(cell.bgcolor());
    let (ink, paper) = if cell.inverse() {
        (paper.unwrap_or_else(|| on.paper.into()), Some(ink))
    } else {
        (ink, paper)
    };
    if blank(cell) {
        return Look { ink: on.ink.into(), paper, bold: false, dim: false, underline: false };
    }
    Look { ink, paper, bold: cell.bold(), dim: cell.dim(), underline: cell.underline() }
}

/// Whether nothing is seen of its ink, which then depends on what was written before.
fn blank(cell: &Cell) -> bool {
    matches!(cell.contents(), "" | " ") && !cell.underline()
}

fn colour(colour: Color) -> Option<String> {
    match colour {
        Color::Default => None,
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Idx(n @ 0..=15) => Some(ANSI[usize::from(n)].to_owned()),
        Color::Idx(n @ 16..=231) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let n = n - 16;
            let (r, g, b) = (level(n / 36), level(n / 6 % 6), level(n % 6));
            Some(format!("#{r:02x}{g:02x}{b:02x}"))
        }
        Color::Idx(n) => {
            let grey = 8 + 10 * (n - 232);
            Some(format!("#{grey:02x}{grey:02x}{grey:02x}"))
        }
    }
}

fn run_at(screen: &Screen, row: u16, start: u16, on: Backdrop) -> Run {
    let first = screen.cell(row, start).expect("inside the screen");
    let mut run = Run { text: String::new(), columns: 0, look: look(first, on) };
    let columns = screen.size().1.get();
    for column in start..columns {
        let cell = screen.cell(row, column).expect("inside the screen");
        if cell.is_wide_continuation() {
            run.columns += 1;
            continue;
        }
        let alone = cell.is_wide() || !cell.contents().is_ascii();
        let look = look(cell, on);
        let same = look == run.look || (blank(cell) && look.paper == run.look.paper);
        if column > start && (!same || alone) {
            break;
        }
        run.text.push_str(if cell.has_contents() { cell.contents() } else { " " });
        run.columns += 1;
        if alone && !cell.is_wide() {
            break;
        }
    }
    run
}

fn draw(svg: &mut String, row: u16, column: u16, run: &Run) {
    let x = MARGIN + f32::from(column) * CELL.0;
    let y = MARGIN + f32::from(row) * CELL.1;
    let width = f32::from(run.columns) * CELL.0;
    if let Some(paper) = &run.look.paper {
        let height = CELL.1;
        writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{paper}\"/>"
        )
        .expect("a string takes what is written");
    }
    if run.text.trim().is_empty() {
        return;
    }
    let mut style = String::new();
    if run.look.bold {
        style.push_str(" font-weight=\"bold\"");
    }
    if run.look.dim {
        style.push_str(" opacity=\"0.65\"");
    }
    if run.look.underline {
        style.push_str(" text-decoration=\"underline\"");
    }
    let text = run.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let ink = &run.look.ink;
    let baseline = baseline(row);
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" fill=\"{ink}\"{style}>{text}</text>"
    )
    .expect("a string takes what is written");
}
