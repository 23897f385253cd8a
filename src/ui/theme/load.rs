//! Reading themes: palette, roles, inheritance; what is wrong costs only itself.

use std::collections::BTreeMap;
use std::fmt;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::colour::{ANSI, ansi, cube, rgb};
use super::{Depth, Glyphs, Role, Theme, legible};
use crate::strict::{Complaint, Document, Found};

/// The shipped themes by name.
pub const SHIPPED: [(&str, &str); 4] = [
    ("night", include_str!("../../../themes/night.toml")),
    ("day", include_str!("../../../themes/day.toml")),
    ("contrast", include_str!("../../../themes/contrast.toml")),
    ("plain", include_str!("../../../themes/plain.toml")),
];
/// The theme that there is where there is no other.
const NIGHT: &str = "night";
/// Longest line of ancestors.
const GENERATIONS: usize = 8;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    inherits: Option<String>,
    #[serde(default)]
    pub palette: BTreeMap<String, Paint>,
    #[serde(default)]
    pub roles: BTreeMap<String, Look>,
}

/// A colour with its twin for sixteen colours, which is written and never computed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paint {
    pub rgb: String,
    pub ansi: String,
}

/// A colour, or a table of a look's parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Look {
    pub fg: Option<String>,
    pub bg: Option<String>,
    pub modifiers: Modifier,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LookTable {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    underline: bool,
    reverse: bool,
}

impl<'de> Deserialize<'de> for Look {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Look;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a colour of the palette in quotes, or a table such as { fg = \"ink\" }",
                )
            }

            fn visit_str<E: Error>(self, ink: &str) -> Result<Look, E> {
                Ok(Look { fg: Some(ink.to_owned()), ..Look::default() })
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Look, M::Error> {
                LookTable::deserialize(MapAccessDeserializer::new(map)).map(Look::from)
            }
        }
        from.deserialize_any(Either)
    }
}

impl From<LookTable> for Look {
    fn from(table: LookTable) -> Self {
        let modifiers = [
            (table.bold, Modifier::BOLD),
            (table.dim, Modifier::DIM),
            (table.underline, Modifier::UNDERLINED),
            (table.reverse, Modifier::REVERSED),
        ];
        let on = modifiers.into_iter().filter(|(on, _)| *on);
        Self { fg: table.fg, bg: table.bg, modifiers: on.map(|(_, modifier)| modifier).collect() }
    }
}

/// A theme and its ancestors, laid over each other.
#[derive(Default)]
pub(super) struct Family {
    pub palette: BTreeMap<String, Paint>,
    looks: BTreeMap<&'static str, Look>,
}

impl Family {
    /// The look of a role, its own or its parent's.
    pub fn look(&self, role: Role) -> Option<&Look> {
        let mut speaker = Some(role);
        while let Some(role) = speaker {
            if let Some(look) = self.looks.get(role.name()) {
                return Some(look);
            }
            speaker = role.parent();
        }
        None
    }

    /// Lays a file over what is there, and says what is wrong in it.
    fn lay(&mut self, theme: &Written, complaints: &mut Vec<Complaint>) {
        let complain = |path: &[&str], what: &str| Complaint {
            place: theme.place(path),
            ..Complaint::of(&theme.file, what).key(path)
        };
        for (name, paint) in &theme.read.palette {
            if rgb(&paint.rgb).is_none() {
                let complaint = complain(&["palette", name, "rgb"], "this is no colour");
                complaints.push(complaint.hint("write it as \"#1f2933\""));
            }
            if ansi(&paint.ansi).is_none() {
                let known = ANSI.iter().map(|(name, _)| *name);
                let complaint = complain(&["palette", name, "ansi"], "no colour is called so");
                complaints.push(complaint.near(&paint.ansi, known));
            }
            self.palette.insert(name.clone(), paint.clone());
        }
        for (name, look) in &theme.read.roles {
            let Some(role) = Role::ALL.iter().find(|known| known.name() == name) else {
                let complaint = complain(&["roles", name], "no role is called so");
                complaints.push(complaint.near(name, Role::ALL.iter().map(|role| role.name())));
                continue;
            };
            for ink in [&look.fg, &look.bg].into_iter().flatten() {
                if !self.palette.contains_key(ink) {
                    let what = "no colour of the palette is called so";
                    let complaint = complain(&["roles", name], what);
                    complaints.push(complaint.near(ink, self.palette.keys().map(String::as_str)));
                }
            }
            self.looks.insert(role.name(), look.clone());
        }
    }
}

/// A theme's file as it was read.
pub(super) struct Written {
    pub file: String,
    text: String,
    pub read: File,
    /// Whether it is the user's own.
    pub own: bool,
}

impl Written {
    /// Where the value of a key stands in the file.
    pub fn place(&self, path: &[&str]) -> Option<(usize, usize)> {
        Document::parse(&self.file, &self.text).ok()?.find(path, 0)
    }
}

/// The theme of that name at this depth; `find` looks among the user's files, which go before the
/// shipped ones.
pub fn load(name: &str, depth: Depth, find: &dyn Fn(&str) -> Found) -> (Theme, Vec<Complaint>) {
    let mut complaints = Vec::new();
    let ancestors = ancestors(name, find, &mut complaints);
    let mut family = Family::default();
    for theme in ancestors.iter().rev() {
        family.lay(theme, &mut complaints);
    }
    if let Some(theme) = ancestors.first().filter(|theme| theme.own) {
        complaints.extend(legible::complaints(&family, theme));
    }
    let style = |role: &Role| {
        family.look(*role).map_or(Style::new(), |look| style(look, &family.palette, depth))
    };
    let looks = Role::ALL.iter().map(style).collect();
    (Theme { looks, glyphs: Glyphs::UTF8 }, complaints)
}

/// The theme and its ancestors, the theme first.
fn ancestors(
    name: &str,
    find: &dyn Fn(&str) -> Found,
    complaints: &mut Vec<Complaint>,
) -> Vec<Written> {
    let mut family: Vec<Written> = Vec::new();
    let mut next = Some(name.to_owned());
    while let Some(name) = next.take() {
        let file = format!("themes/{name}.toml");
        // Who names the one that is looked for.
        let heir = family.last().map(|heir| (heir.file.clone(), heir.place(&["inherits"])));
        let (by, place) = heir.unwrap_or(("theme".to_owned(), None));
        let complain = |what: &str| Complaint { place, ..Complaint::of(&by, what) };
        if family.len() >= GENERATIONS || family.iter().any(|known| known.file == file) {
            let complaint = complain("it inherits itself").key(&["inherits"]);
            complaints.push(complaint.hint("name another theme, or none"));
            break;
        }
        let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
        let (text, own) = match (find(&name), shipped) {
            (Some(Ok(text)), _) => (text, true),
            (Some(Err(complaint)), shipped) => {
                complaints.push(complaint);
                let Some((_, text)) = shipped else {
                    next = (family.is_empty() && name != NIGHT).then(|| NIGHT.to_owned());
                    continue;
                };
                ((*text).to_owned(), false)
            }
            (None, Some((_, text))) => ((*text).to_owned(), false),
            (None, None) => {
                let complaint = complain("no theme is called so");
                let complaint = complaint.near(&name, SHIPPED.iter().map(|(name, _)| *name));
                complaints.push(match place {
                    Some(_) => complaint.key(&["inherits"]),
                    None => complaint,
                });
                next = (family.is_empty() && name != NIGHT).then(|| NIGHT.to_owned());
                continue;
            }
        };
        let reading = crate::strict::read_all::<File>(&file, &text);
        complaints.extend(reading.complaints);
        match reading.value {
            Some(read) => {
                next.clone_from(&read.inherits);
                family.push(Written { file, text, read, own });
            }
            None => next = (family.is_empty() && name != NIGHT).then(|| NIGHT.to_owned()),
        }
    }
    family
}

fn style(look: &Look, palette: &BTreeMap<String, Paint>, depth: Depth) -> Style {
    let colour = |name: &Option<String>| {
        let paint = palette.get(name.as_ref()?)?;
        match depth {
            Depth::Mono => None,
            Depth::Ansi16 => ansi(&paint.ansi),
            Depth::Ansi256 => rgb(&paint.rgb).map(|rgb| Color::Indexed(cube(rgb))),
            Depth::True => rgb(&paint.rgb).map(|(r, g, b)| Color::Rgb(r, g, b)),
        }
    };
    let mut style = Style::new().add_modifier(look.modifiers);
    style.fg = colour(&look.fg);
    style.bg = colour(&look.bg);
    style
}
