//! Reading themes: palette, roles, inheritance; what is wrong costs only itself.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::{Depth, Glyphs, Role, Theme};
use crate::strict::{self, Complaint, nearest};

/// The shipped themes by name.
pub const SHIPPED: [(&str, &str); 4] = [
    ("night", include_str!("../../../themes/night.toml")),
    ("day", include_str!("../../../themes/day.toml")),
    ("contrast", include_str!("../../../themes/contrast.toml")),
    ("plain", include_str!("../../../themes/plain.toml")),
];
/// Longest line of ancestors.
const GENERATIONS: usize = 8;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    inherits: Option<String>,
    #[serde(default)]
    palette: BTreeMap<String, Paint>,
    #[serde(default)]
    roles: BTreeMap<String, Look>,
}

/// A colour with its twin for sixteen colours, which is written and never computed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paint {
    rgb: String,
    ansi: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Look {
    Ink(String),
    Table(LookTable),
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LookTable {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    underline: bool,
    reverse: bool,
}

/// The theme of that name at this depth; `find` looks among the user's files, which go before the
/// shipped ones.
pub fn load(
    name: &str,
    depth: Depth,
    find: &dyn Fn(&str) -> Option<String>,
) -> (Theme, Vec<Complaint>) {
    let mut complaints = Vec::new();
    let family = family(name, find, &mut complaints);
    let mut palette = BTreeMap::new();
    let mut looks: BTreeMap<&'static str, LookTable> = BTreeMap::new();
    for (file, theme) in family.iter().rev() {
        palette.extend(theme.palette.clone());
        for (role, look) in &theme.roles {
            let Some(known) = Role::ALL.iter().find(|known| known.name() == role) else {
                let near = nearest(role, Role::ALL.iter().map(|role| role.name()));
                let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`"));
                complaints.push(Complaint::of(file, format!("no role is called `{role}`{hint}")));
                continue;
            };
            let table = match look {
                Look::Ink(ink) => LookTable { fg: Some(ink.clone()), ..LookTable::default() },
                Look::Table(table) => table.clone(),
            };
            for ink in [&table.fg, &table.bg].into_iter().flatten() {
                if !palette.contains_key(ink) {
                    complaints.push(Complaint::of(
                        file,
                        format!("role `{role}`: no colour is called `{ink}`"),
                    ));
                }
            }
            looks.insert(known.name(), table);
        }
    }
    let style = |role: Role| {
        let mut speaker = Some(role);
        while let Some(role) = speaker {
            if let Some(table) = looks.get(role.name()) {
                return style(table, &palette, depth);
            }
            speaker = role.parent();
        }
        Style::new()
    };
    let looks = Role::ALL.iter().map(|role| style(*role)).collect();
    (Theme { looks, glyphs: Glyphs::UTF8 }, complaints)
}

/// The theme and its ancestors, the theme first.
fn family(
    name: &str,
    find: &dyn Fn(&str) -> Option<String>,
    complaints: &mut Vec<Complaint>,
) -> Vec<(String, File)> {
    let mut family: Vec<(String, File)> = Vec::new();
    let mut next = Some(name.to_owned());
    while let Some(name) = next.take() {
        let file = format!("themes/{name}.toml");
        if family.len() >= GENERATIONS || family.iter().any(|(known, _)| *known == file) {
            complaints.push(Complaint::of(&file, "inherits itself"));
            break;
        }
        let shipped =
            || SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        let Some(text) = find(&name).or_else(shipped) else {
            let near = nearest(&name, SHIPPED.iter().map(|(name, _)| *name));
            let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`"));
            complaints.push(Complaint::of(&file, format!("no theme is called `{name}`{hint}")));
            if name != "night" && family.is_empty() {
                next = Some("night".to_owned());
            }
            continue;
        };
        match strict::read::<File>(&file, &text) {
            Ok(theme) => {
                next.clone_from(&theme.inherits);
                family.push((file, theme));
            }
            Err(complaint) => {
                complaints.push(complaint);
                if name != "night" && family.is_empty() {
                    next = Some("night".to_owned());
                }
            }
        }
    }
    family
}

fn style(table: &LookTable, palette: &BTreeMap<String, Paint>, depth: Depth) -> Style {
    let mut style = Style::new();
    let colour = |name: &Option<String>| {
        let paint = palette.get(name.as_ref()?)?;
        match depth {
            Depth::Mono => None,
            Depth::Ansi16 => ansi(&paint.ansi),
            Depth::Ansi256 => rgb(&paint.rgb).map(|(r, g, b)| Color::Indexed(cube(r, g, b))),
            Depth::True => rgb(&paint.rgb).map(|(r, g, b)| Color::Rgb(r, g, b)),
        }
    };
    if let Some(fg) = colour(&table.fg) {
        style = style.fg(fg);
    }
    if let Some(bg) = colour(&table.bg) {
        style = style.bg(bg);
    }
    let modifiers = [
        (table.bold, Modifier::BOLD),
        (table.dim, Modifier::DIM),
        (table.underline, Modifier::UNDERLINED),
        (table.reverse, Modifier::REVERSED),
    ];
    modifiers
        .iter()
        .filter(|(on, _)| *on)
        .fold(style, |style, (_, modifier)| style.add_modifier(*modifier))
}

/// `#rrggbb`.
pub fn rgb(text: &str) -> Option<(u8, u8, u8)> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some((byte(0)?, byte(2)?, byte(4)?))
}

/// The nearest of the 216 colours of the cube and the 24 greys that 256-colour terminals share.
fn cube(r: u8, g: u8, b: u8) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |v: u8| (0..6).min_by_key(|i| LEVELS[*i].abs_diff(v)).unwrap_or(0);
    let distance = |x: (u8, u8, u8)| {
        let d = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        d(x.0, r) + d(x.1, g) + d(x.2, b)
    };
    let (lr, lg, lb) = (level(r), level(g), level(b));
    let in_cube = (LEVELS[lr], LEVELS[lg], LEVELS[lb]);
    let mean = ((u16::from(r) + u16::from(g) + u16::from(b)) / 3) as u8;
    let step = (mean.saturating_sub(3) / 10).min(23);
    let grey = 8 + step * 10;
    if distance((grey, grey, grey)) < distance(in_cube) {
        232 + step
    } else {
        16 + (36 * lr + 6 * lg + lb) as u8
    }
}

fn ansi(name: &str) -> Option<Color> {
    Some(match name {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "grey" => Color::Gray,
        "dark-grey" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "white" => Color::White,
        _ => return None,
    })
}
