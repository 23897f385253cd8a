//! How the desk shows itself: as a screen of cells, or as lines that are appended.

use std::io;
use std::time::Duration;

use ratatui::layout::{Position, Rect};
use tokio::time::Instant;

use super::linear::Speaker;
use super::paint::Frame;
use super::screen::Screen;
use crate::app::effect::Reading;
use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::ui::linear::voice::Meant;
use crate::ui::linear::{Heard, Voice};
use crate::ui::reach::reach;
use crate::ui::theme::Theme;

/// What the desk shows itself with; it holds the terminal between `enter` and `leave`.
pub struct Face(Kind);

enum Kind {
    Cells { theme: Theme, backdrop: Option<Backdrop>, light: bool, screen: Option<Screen> },
    Lines { voice: Option<Voice>, speaker: Option<Speaker> },
}

/// The terminal is to be asked what it has behind the text.
struct Backdrop {
    /// The theme for a light one.
    light: Box<Theme>,
    /// Until when an answer counts, once it has been asked.
    until: Option<Instant>,
}

/// A terminal that answers later than this answers too late: the eye has got used to what it saw.
const ANSWER: Duration = Duration::from_secs(2);

impl Face {
    /// A screen, with this theme; with another for a light background, where the terminal is to be
    /// asked for its own.
    pub fn cells(theme: Theme, on_light: Option<Theme>) -> Self {
        let backdrop = on_light.map(|light| Backdrop { light: Box::new(light), until: None });
        Self(Kind::Cells { theme, backdrop, light: false, screen: None })
    }

    /// Lines.
    pub fn lines() -> Self {
        Self(Kind::Lines { voice: None, speaker: None })
    }

    /// Takes the terminal.
    ///
    /// # Errors
    /// Where it cannot be put into raw mode or written to.
    pub fn enter(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Cells { screen, .. } => *screen = Some(Screen::enter()?),
            Kind::Lines { speaker, .. } => *speaker = Some(Speaker::enter()?),
        }
        Ok(())
    }

    /// Gives the terminal back as it was.
    pub fn leave(&mut self) {
        match &mut self.0 {
            Kind::Cells { screen, .. } => drop(screen.take().map(Screen::leave)),
            Kind::Lines { speaker, .. } => drop(speaker.take().map(Speaker::leave)),
        }
    }

    /// Gives the terminal back for good.
    pub fn close(mut self) {
        if let Kind::Lines { speaker: Some(speaker), .. } = &self.0 {
            let line = Heard::Line("norns is closed; notes are kept".to_owned());
            speaker.say(vec![line], u16::MAX);
        }
        self.leave();
    }

    /// Whether the terminal is ours.
    pub fn is_there(&self) -> bool {
        match &self.0 {
            Kind::Cells { screen, .. } => screen.is_some(),
            Kind::Lines { speaker, .. } => speaker.is_some(),
        }
    }

    /// Shows what is the case now.
    pub fn show(&mut self, model: &Model) {
        match &mut self.0 {
            Kind::Cells { theme, backdrop, screen: Some(screen), .. } => {
                if let Some(backdrop) = backdrop.as_mut().filter(|known| known.until.is_none()) {
                    screen.ask_background();
                    backdrop.until = Some(Instant::now() + ANSWER);
                }
                draw(model, theme, screen);
            }
            Kind::Lines { voice: voice @ None, speaker: Some(speaker) } => {
                let (begun, heard) = Voice::begin(model);
                *voice = Some(begun);
                speaker.say(heard, model.size().0);
            }
            Kind::Lines { voice: Some(voice), speaker: Some(speaker) } => {
                speaker.say(voice.hear(model), model.size().0);
            }
            _ => {}
        }
    }

    /// The terminal says what is behind the text: once, in time, and only where it was asked.
    pub fn background(&mut self, is_light: bool) {
        if let Kind::Cells { theme, backdrop, light, .. } = &mut self.0 {
            let asked = backdrop.take_if(|backdrop| backdrop.until.is_some());
            let in_time =
                |backdrop: &Backdrop| backdrop.until.is_some_and(|at| Instant::now() <= at);
            if let Some(backdrop) = asked.filter(|backdrop| is_light && in_time(backdrop)) {
                *theme = *backdrop.light;
                *light = true;
            }
        }
    }

    /// Another theme from now on, or the other one where the terminal has said that it is light.
    pub fn dress(&mut self, new: Theme, on_light: Option<Theme>) {
        if let Kind::Cells { theme, light, .. } = &mut self.0 {
            *theme = on_light.filter(|_| *light).unwrap_or(new);
        }
    }

    /// What the message means before it happens, where that is told afterwards.
    pub fn meant(&self, model: &Model, msg: &Msg) -> Option<Meant> {
        match (&self.0, msg) {
            (Kind::Lines { .. }, Msg::Key(key)) => Some(Meant::of(model, *key)),
            _ => None,
        }
    }

    /// Tells what came of a key at once: each of several keys has its own answer.
    pub fn pressed(&mut self, model: &Model, meant: Meant) {
        if let Kind::Lines { voice: Some(voice), speaker: Some(speaker) } = &mut self.0 {
            speaker.say(voice.pressed(model, meant), model.size().0);
        }
    }

    /// Reads out what was asked for.
    pub fn read(&mut self, model: &Model, what: Reading) {
        if let Kind::Lines { voice: Some(voice), speaker: Some(speaker) } = &mut self.0 {
            speaker.say(voice.read(model, what), model.size().0);
        }
    }

    /// What the desk must know of the length of its panes.
    pub fn measure(&self, model: &Model) -> Option<Msg> {
        match &self.0 {
            Kind::Cells { theme, .. } => reach(model, &theme.glyphs).map(Msg::Measured),
            Kind::Lines { .. } => Voice::extent(model).map(Msg::Measured),
        }
    }

    /// The whole screen is drawn again by the next frame; lines that were said stand.
    pub fn repaint_all(&mut self) {
        if let Kind::Cells { screen: Some(screen), .. } = &self.0 {
            screen.repaint();
        }
    }

    /// Shows everything anew: the terminal may show something else.
    pub fn repaint(&mut self, model: &Model) {
        match &self.0 {
            Kind::Cells { screen: Some(screen), .. } => screen.repaint(),
            Kind::Cells { .. } => {}
            Kind::Lines { .. } => self.read(model, Reading::Pane),
        }
    }
}

fn draw(model: &Model, theme: &Theme, screen: &Screen) {
    let (width, height) = model.size();
    let mut cells = screen.spare();
    cells.resize(Rect::new(0, 0, width, height));
    cells.reset();
    let cursor = crate::ui::draw(model, theme, &mut cells);
    screen.show(Frame { cells, cursor: cursor.map(|(x, y)| Position { x, y }) });
}
