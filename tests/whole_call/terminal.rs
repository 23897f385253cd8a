//! The real program in a pseudo-terminal, rung through its socket.

use norns::action::Action;
use norns::keys::keymap::{self, Keymap};
use norns::ui::theme::Glyphs;

use crate::common::clock::Clock;
use crate::common::desk::{Desk, POPPED_AT};
use crate::common::home::Home;
use crate::common::terminal::{Terminal, TerminalSpec};
use crate::hand::{Hand, PRESENT, Ring, keys};

/// A desk in its terminal, with the keymap that it has.
pub struct Seated {
    pub desk: Desk,
    keymap: Keymap,
    signs: Glyphs,
}

impl Seated {
    pub fn open(keymap: &str, theme: &str, env: &[(&str, &str)]) -> Self {
        let desk = Desk::of(home(keymap, theme), (80, 24), env);
        let ascii = env.contains(&("LANG", "C"));
        let signs = if ascii { Glyphs::ASCII } else { Glyphs::UTF8 };
        Self { desk, keymap: keymap::load(keymap, &|_| None).0, signs }
    }

    /// The same as lines, so many columns wide.
    pub fn in_lines(keymap: &str, columns: u16) -> Self {
        let home = home(keymap, "night");
        let clock = Clock::start(home.root(), POPPED_AT);
        let spec = TerminalSpec::norns()
            .with("NORNS_CLOCK", clock.socket().display().to_string())
            .with("TERM", "dumb");
        let (size, args) = ((columns, 24), vec!["--linear".to_owned()]);
        let terminal = Terminal::start(TerminalSpec { size, home: home.clone(), args, ..spec });
        terminal.until_said("LISTENING: calls ring here");
        let desk = Desk { terminal, clock, home };
        Self { desk, keymap: keymap::load(keymap, &|_| None).0, signs: Glyphs::SPOKEN }
    }

    /// Closes the desk, which leaves nothing behind.
    pub fn quit(&mut self) {
        let quit = keys(&self.keymap, PRESENT, Action::Quit);
        self.press(&quit);
        assert_eq!(self.desk.terminal.exit_status().exit_code(), 0);
        self.desk.terminal.assert_grammar();
        self.desk.terminal.assert_restored();
        let drawn = self.desk.terminal.bytes();
        if self.signs == Glyphs::ASCII {
            assert!(drawn.is_ascii(), "nothing but ASCII where the locale has nothing else");
            let colours = drawn.windows(4).any(|seen| seen == b"38;5" || seen == b"38;2");
            assert!(!colours, "no colour where none is wanted");
        }
    }

    fn tell(&self, ring: &Ring, event: &str) {
        self.desk.pop(&["--call", ring.name, "--event", event]);
    }
}

/// A user whose configuration says this.
fn home(keymap: &str, theme: &str) -> Home {
    let home = Home::new();
    std::fs::create_dir_all(home.config()).unwrap();
    let config = format!("[desk]\ntheme = \"{theme}\"\nkeymap = \"{keymap}\"\n");
    std::fs::write(home.config().join("norns.toml"), config).unwrap();
    home
}

impl Hand for Seated {
    fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    fn signs(&self) -> Glyphs {
        self.signs
    }

    fn press(&mut self, keys: &str) {
        self.desk.terminal.press(keys);
    }

    fn write(&mut self, text: &str) {
        self.desk.terminal.type_text(text);
    }

    #[track_caller]
    fn until(&mut self, what: &str, so: &mut dyn FnMut(&[String]) -> bool) {
        self.desk.terminal.until(what, |screen| so(&screen.rows()));
    }

    fn rings(&mut self, ring: &'static Ring) {
        let facts = ["--ani", ring.ani, "--queue", ring.queue, "--wait-ms", "212000"];
        self.desk.pop(&[&["--call", ring.name], &facts[..]].concat());
    }

    fn answered(&mut self, ring: &'static Ring) {
        self.tell(ring, "answered");
    }

    fn ended(&mut self, ring: &'static Ring) {
        self.tell(ring, "ended");
    }
}
