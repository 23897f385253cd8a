//! The tour's words: what each pane is for, and what to press.

use super::said::{Above, Said, Section};
use super::theme::Role;
use crate::action::Action;
use crate::app::model::{Focus, Model};

/// What a pane says on the tour, at this width.
pub fn section(model: &Model, pane: Focus, columns: u16) -> Section {
    let key = |action| model.keymap.anywhere(action);
    let (title, text) = match pane {
        Focus::Past => (
            "What happened",
            format!(
                "Everything that the customer did and that was done, over every channel and from \
                 every system, newest first. {} searches in it, {} shows one channel, {} a \
                 shorter time, {} opens an entry.",
                key(Action::Search),
                key(Action::FilterChannel),
                key(Action::FilterRange),
                key(Action::Open),
            ),
        ),
        Focus::Present => (
            "Who it is, and why they call",
            format!(
                "When a call comes, the caller's candidates stand here and {} chooses one. Then: \
                 who it is, whether you may act, the likely cause with what speaks for it, and \
                 what is in flight. {} writes a note, kept on every keystroke.",
                key(Action::Open),
                key(Action::WriteNote),
            ),
        ),
        Focus::Future => (
            "What comes next",
            format!(
                "What to do first and why, what is due and by when, and what is better not \
                 offered now. {} goes from pane to pane, {} finds everything by name, {} shows \
                 every key.",
                key(Action::FocusNext),
                key(Action::Palette),
                key(Action::Help),
            ),
        ),
    };
    let mut said = vec![Said::new(title, Role::Strong)];
    said.extend(Said::wrapped(&text, columns, Role::Text));
    if pane == Focus::Present {
        said.push(Said::new("", Role::Text));
        let end = format!("{} ends this tour for good.", key(Action::Tour));
        said.extend(Said::wrapped(&end, columns, Role::Accent));
    }
    Section::new("Tour", Above::Blank, said)
}
