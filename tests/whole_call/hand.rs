//! An agent's hand: it knows what it wants, and asks the keymap how that is pressed.

use norns::action::Action;
use norns::keys::keymap::Keymap;
use norns::keys::layer::Layer;
use norns::ui::theme::Glyphs;

/// Where keys go, the innermost layer first.
pub const PAST: &[Layer] = &[Layer::Past, Layer::Pane, Layer::Global];
pub const PRESENT: &[Layer] = &[Layer::Present, Layer::Pane, Layer::Global];
pub const FUTURE: &[Layer] = &[Layer::Future, Layer::Pane, Layer::Global];
pub const NOTE: &[Layer] = &[Layer::Note, Layer::Global];
pub const FORM: &[Layer] = &[Layer::Form, Layer::Global];
pub const LINE: &[Layer] = &[Layer::Line, Layer::Global];
pub const OVERLAY: &[Layer] = &[Layer::Overlay, Layer::Global];

/// A desk that an agent works at, whatever is behind it.
pub trait Hand {
    fn keymap(&self) -> &Keymap;

    /// The signs that the desk draws with.
    fn signs(&self) -> Glyphs;

    /// Presses keys, written as in keymap files and parted by spaces.
    fn press(&mut self, keys: &str);

    fn write(&mut self, text: &str);

    /// Waits until the rows of the screen are so.
    fn until(&mut self, what: &str, so: &mut dyn FnMut(&[String]) -> bool);

    /// The telephony side tells of a call: an event as `norns pop` knows it.
    fn rings(&mut self, call: &'static Ring);
    fn answered(&mut self, call: &'static Ring);
    fn ended(&mut self, call: &'static Ring);
}

/// A call of the day.
pub struct Ring {
    pub name: &'static str,
    pub ani: &'static str,
    pub queue: &'static str,
}

pub const FIRST: Ring = Ring { name: "c-1", ani: "4165550142", queue: "BILLING" };
pub const SECOND: Ring = Ring { name: "c-2", ani: "6045550199", queue: "SALES" };

/// The keys that do this in these layers.
#[track_caller]
pub fn keys(keymap: &Keymap, place: &[Layer], action: Action) -> String {
    let keys = keymap.keys_for(place, action);
    keys.unwrap_or_else(|| panic!("no key for {} in {place:?}", action.name()))
}

/// Does something by its keys.
#[track_caller]
pub fn does(hand: &mut dyn Hand, place: &[Layer], action: Action) {
    let keys = keys(hand.keymap(), place, action);
    hand.press(&keys);
}

/// Waits until all of these are on the screen, from top to bottom.
#[track_caller]
pub fn sees(hand: &mut dyn Hand, texts: &[&str]) {
    hand.until(&texts.join(", then "), &mut |rows| {
        let mut from = 0;
        texts.iter().all(|text| {
            let found = rows[from..].iter().position(|row| row.contains(text));
            from += found.unwrap_or(0);
            found.is_some()
        })
    });
}

/// Waits until this is not on the screen any more.
#[track_caller]
pub fn sees_no(hand: &mut dyn Hand, text: &str) {
    hand.until(&format!("no {text}"), &mut |rows| !rows.iter().any(|row| row.contains(text)));
}
