//! Layers of keys: which ones are in force is decided by the desk, from what it shows.

/// A layer of a keymap, by what the agent is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// In force everywhere.
    Global,
    /// In every pane.
    Pane,
    Past,
    Present,
    Future,
    /// While a note is written.
    Note,
    /// While a form is filled in.
    Form,
    /// While a line is typed: search, find, palette.
    Line,
    /// While something lies on top: help, a detail, the verification.
    Overlay,
}

impl Layer {
    /// Every layer by its name in keymap files.
    pub const ALL: [(&'static str, Self); 9] = [
        ("global", Self::Global),
        ("pane", Self::Pane),
        ("past", Self::Past),
        ("present", Self::Present),
        ("future", Self::Future),
        ("note", Self::Note),
        ("form", Self::Form),
        ("line", Self::Line),
        ("overlay", Self::Overlay),
    ];

    /// The name in keymap files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}
