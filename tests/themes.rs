//! Themes can be read by people: contrast, and nothing said by colour alone.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use norns::ui::theme::load::SHIPPED;
use norns::ui::theme::{Depth, Role, Theme, load};
use ratatui::style::{Color, Modifier};

/// The grounds that a theme may lie on, darkest and lightest; and the least contrast on each.
fn grounds(name: &str) -> ([(u8, u8, u8); 2], f64) {
    match name {
        "day" => ([(255, 255, 255), (245, 245, 240)], 4.5),
        "contrast" => ([(0, 0, 0), (30, 30, 30)], 7.0),
        _ => ([(0, 0, 0), (30, 30, 30)], 4.5),
    }
}

/// Relative luminance (WCAG 2.2).
fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
}

/// Contrast ratio (WCAG 2.2), 1 to 21.
fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn rgb(color: Option<Color>) -> Option<(u8, u8, u8)> {
    match color? {
        Color::Rgb(r, g, b) => Some((r, g, b)),
        _ => None,
    }
}

fn theme(name: &str, depth: Depth) -> Theme {
    let (theme, complaints) = load(name, depth, &|_| None);
    assert_eq!(complaints, [], "{name}");
    theme
}

#[test]
fn the_contrast_of_two_colours_is_that_of_the_standard() {
    assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
    assert!((contrast((119, 119, 119), (255, 255, 255)) - 4.478).abs() < 1e-3);
}

#[test]
fn every_role_of_every_theme_can_be_read() {
    for (name, _) in SHIPPED {
        let theme = theme(name, Depth::True);
        let (grounds, least) = grounds(name);
        for role in Role::ALL {
            let look = theme.look(*role);
            let Some(ink) = rgb(look.fg) else { continue };
            for ground in rgb(look.bg).map_or(grounds.to_vec(), |own| vec![own]) {
                let ratio = contrast(ink, ground);
                assert!(ratio >= least, "{name}: {} is {ratio:.2}:1", role.name());
            }
        }
    }
}

#[test]
fn what_must_be_told_apart_is_told_by_more_than_colour() {
    for (name, _) in SHIPPED {
        let theme = theme(name, Depth::Mono);
        let modifiers = |role| theme.look(role).add_modifier;
        for role in Role::ALL {
            let look = theme.look(*role);
            assert_eq!((look.fg, look.bg), (None, None), "{name}: {} without colour", role.name());
        }
        assert_ne!(modifiers(Role::Selected), modifiers(Role::Text), "{name}");
        assert_ne!(modifiers(Role::PaneFocused), modifiers(Role::Pane), "{name}");
        assert_ne!(modifiers(Role::Alert), modifiers(Role::Text), "{name}");
    }
}

#[test]
fn sixteen_colours_are_sixteen_and_the_selection_is_seen() {
    for (name, _) in SHIPPED {
        let theme = theme(name, Depth::Ansi16);
        for role in Role::ALL {
            for color in [theme.look(*role).fg, theme.look(*role).bg].into_iter().flatten() {
                let deep = matches!(color, Color::Rgb(..) | Color::Indexed(16..));
                assert!(!deep, "{name}: {} is {color}", role.name());
            }
        }
        let selected = theme.look(Role::Selected);
        let reversed = selected.add_modifier.contains(Modifier::REVERSED);
        assert!(reversed || selected.bg.is_some(), "{name}");
    }
}

#[test]
fn what_is_wrong_in_a_theme_costs_only_itself() {
    let find = |text: &'static str| move |name: &str| (name == "mine").then(|| text.to_owned());
    let said = |text: &'static str| {
        let (theme, complaints) = load("mine", Depth::True, &find(text));
        let said: Vec<String> = complaints.iter().map(ToString::to_string).collect();
        (theme.look(Role::Bad).fg, said.join("; "))
    };
    let rose = Some(Color::Rgb(0xff, 0x8a, 0x80));
    let (bad, complaint) = said("inherits = \"night\"\n[roles]\n\"text.bda\" = \"rose\"");
    assert_eq!(bad, rose);
    assert!(complaint.contains("did you mean `text.bad`"), "{complaint}");
    let (bad, complaint) = said("inherits = \"night\"\n[roles]\n\"text.good\" = \"lime\"");
    assert_eq!(bad, rose);
    assert!(complaint.contains("lime"), "{complaint}");
    let (_, complaint) = said("inherits = \"mine\"");
    assert!(!complaint.is_empty(), "a theme that inherits itself is told");
    let (_, complaint) = said("[roles\n");
    assert!(complaint.contains("mine"), "{complaint}");
}
