//! Whether a theme of the user's can be read.

use super::Role;
use super::colour::{Rgb, contrast, luminance, rgb};
use super::load::{Family, Written};
use crate::strict::Complaint;

/// The least contrast of text (WCAG 2.2, 1.4.3).
pub const LEAST: f64 = 4.5;
/// What a dark terminal has behind the text, and a light one.
const GROUNDS: [(&str, [Rgb; 2]); 2] =
    [("dark", [(0, 0, 0), (30, 30, 30)]), ("light", [(255, 255, 255), (245, 245, 240)])];
/// Text that is brighter than this belongs on a dark ground: both contrasts are equal here.
const MIDDLE: f64 = 0.179;

/// Each pair of colours that cannot be read on each other, with the first role that has it.
pub fn complaints(family: &Family, theme: &Written) -> Vec<Complaint> {
    let colour = |name: &Option<String>| rgb(&family.palette.get(name.as_ref()?)?.rgb);
    let text = family.look(Role::Text).and_then(|look| colour(&look.fg));
    let on_dark = text.is_none_or(|text| luminance(text) > MIDDLE);
    let (ground, behind) = GROUNDS[usize::from(!on_dark)];
    let mut seen = Vec::new();
    let mut complaints = Vec::new();
    for role in Role::ALL {
        let Some(look) = family.look(*role) else { continue };
        let (Some(colour_of_ink), own) = (colour(&look.fg), colour(&look.bg)) else { continue };
        let pair = (&look.fg, &look.bg);
        if seen.contains(&pair) {
            continue;
        }
        seen.push(pair);
        let grounds = own.map_or(behind.to_vec(), |own| vec![own]);
        let ratios = grounds.iter().map(|ground| contrast(colour_of_ink, *ground));
        let ratio = ratios.fold(f64::INFINITY, f64::min);
        if ratio >= LEAST {
            continue;
        }
        let ground = match &look.bg {
            Some(_) if own.is_some() => "its own ground".to_owned(),
            _ => format!("a {ground} ground"),
        };
        let ink = look.fg.as_deref().unwrap_or_default();
        let places = [&["palette", ink, "rgb"][..], &["roles", role.name()]];
        let found = places.into_iter().find_map(|path| Some((path, theme.place(path)?)));
        let what = format!(
            "`{}` has a contrast of {ratio:.1}:1 on {ground}, {LEAST}:1 is the least",
            role.name()
        );
        let lighter = own.map_or(on_dark, |own| luminance(colour_of_ink) > luminance(own));
        let hint = if lighter { "take a lighter colour" } else { "take a darker colour" };
        let complaint = Complaint::of(&theme.file, what).hint(hint);
        complaints.push(match found {
            Some((path, place)) => Complaint { place: Some(place), ..complaint.key(path) },
            None => complaint,
        });
    }
    complaints
}
