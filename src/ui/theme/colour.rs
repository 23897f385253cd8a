//! Colours: as they are written, at the depth that a terminal has, and how well they can be read.

use ratatui::style::Color;

/// A colour by its parts.
pub type Rgb = (u8, u8, u8);

/// The names of the sixteen colours, and of the terminal's own.
pub const ANSI: [(&str, Color); 18] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("grey", Color::Gray),
    ("dark-grey", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
    ("white", Color::White),
];

/// `#rrggbb`.
pub fn rgb(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some((byte(0)?, byte(2)?, byte(4)?))
}

/// One of the sixteen, by its name.
pub fn ansi(name: &str) -> Option<Color> {
    ANSI.iter().find(|(known, _)| *known == name).map(|(_, colour)| *colour)
}

/// The nearest of the 216 colours of the cube and the 24 greys that 256-colour terminals share.
pub fn cube((r, g, b): Rgb) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |v: u8| (0..6).min_by_key(|i| LEVELS[*i].abs_diff(v)).unwrap_or(0);
    let distance = |x: Rgb| {
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

/// Relative luminance (WCAG 2.2).
pub fn luminance((r, g, b): Rgb) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
}

/// Contrast ratio (WCAG 2.2), 1 to 21.
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contrast_of_two_colours_is_that_of_the_standard() {
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
        assert!((contrast((119, 119, 119), (255, 255, 255)) - 4.478).abs() < 1e-3);
    }
}
