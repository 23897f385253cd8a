//! crossterm's words into ours; the only file that names its key types.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::msg::Msg;
use crate::keys::key::{Code, Key};

/// What a terminal event means to the desk, if anything: releases and mouse reports do not.
pub fn translate(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resized { width, height }),
        _ => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    let shifted = event.modifiers.contains(KeyModifiers::SHIFT);
    let (code, shift) = match event.code {
        KeyCode::BackTab => (Code::Tab, true),
        KeyCode::Char(c) => (Code::Char(c), false),
        KeyCode::F(n) => (Code::F(n), shifted),
        KeyCode::Enter => (Code::Enter, shifted),
        KeyCode::Esc => (Code::Esc, shifted),
        KeyCode::Tab => (Code::Tab, shifted),
        KeyCode::Backspace => (Code::Backspace, shifted),
        KeyCode::Delete => (Code::Delete, shifted),
        KeyCode::Insert => (Code::Insert, shifted),
        KeyCode::Up => (Code::Up, shifted),
        KeyCode::Down => (Code::Down, shifted),
        KeyCode::Left => (Code::Left, shifted),
        KeyCode::Right => (Code::Right, shifted),
        KeyCode::Home => (Code::Home, shifted),
        KeyCode::End => (Code::End, shifted),
        KeyCode::PageUp => (Code::PageUp, shifted),
        KeyCode::PageDown => (Code::PageDown, shifted),
        _ => return None,
    };
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    Some(Key { code, ctrl, alt, shift })
}
