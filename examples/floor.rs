//! The floor: the least that a terminal workspace of this shape can do, and do honestly. The
//! benches run it beside the desk and print the ratio.
//!
//! Three framed panes, a list of rows, a card of ten fields that follows the selection or the
//! call, a timeline that can be scrolled and searched, a status line that can be typed into, and
//! a Unix socket that pops. Three threads that sleep until something happens; no tick. Only the
//! rows that are shown are built, and a frame is one write.
//!
//!     cargo run --release --example floor -- --rows 10000 --events 100000 --socket /tmp/floor.sock
#![allow(clippy::unwrap_used, reason = "a yardstick stops where something is wrong")]

use std::io::{BufRead, BufReader, BufWriter, Stdout, stdout};
use std::os::unix::net::UnixListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crossterm::event::{self, Event, KeyCode};
use crossterm::{cursor, execute, terminal};
use memchr::memmem::Finder;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};

/// Fields of the card.
const FIELDS: [&str; 10] = [
    "name", "account", "status", "since", "segment", "phone", "e-mail", "balance", "promise",
    "cause",
];

enum Msg {
    Terminal(Event),
    Popped(String),
}

/// Where typed characters go.
#[derive(PartialEq)]
enum Typing {
    Nowhere,
    Filter,
    Note,
}

struct App {
    rows: Vec<String>,
    selected: usize,
    /// Whose card is shown: a row's, or a caller's.
    card: [String; 10],
    pops: u32,
    events: Vec<String>,
    /// Indices of the events that pass the filter.
    shown: Vec<u32>,
    first: usize,
    page: usize,
    filter: String,
    note: String,
    typing: Typing,
}

fn main() -> std::io::Result<()> {
    let option = |name: &str| {
        let mut arguments = std::env::args().skip_while(|argument| argument != name);
        arguments.nth(1)
    };
    let number =
        |name: &str, otherwise: usize| option(name).map_or(otherwise, |text| text.parse().unwrap());
    let mut app = App::new(number("--rows", 10_000), number("--events", 1_000));
    let (tell, told) = channel();
    if let Some(socket) = option("--socket") {
        std::fs::remove_file(&socket).ok();
        listen(UnixListener::bind(socket)?, tell.clone());
    }
    terminal::enable_raw_mode()?;
    execute!(stdout(), terminal::EnterAlternateScreen, cursor::Hide)?;
    thread::spawn(move || {
        while let Ok(event) = event::read() {
            if tell.send(Msg::Terminal(event)).is_err() {
                return;
            }
        }
    });
    let out = BufWriter::with_capacity(64 * 1024, stdout());
    let mut screen = Terminal::new(CrosstermBackend::new(out))?;
    run(&mut app, &mut screen, &told)?;
    drop(screen);
    execute!(stdout(), terminal::LeaveAlternateScreen, cursor::Show)?;
    terminal::disable_raw_mode()
}

fn listen(listener: UnixListener, tell: Sender<Msg>) {
    thread::spawn(move || {
        for peer in listener.incoming().map_while(Result::ok) {
            for line in BufReader::new(peer).lines().map_while(Result::ok) {
                tell.send(Msg::Popped(line)).ok();
            }
        }
    });
}

fn run(
    app: &mut App,
    screen: &mut Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    told: &Receiver<Msg>,
) -> std::io::Result<()> {
    loop {
        screen.draw(|frame| app.draw(frame))?;
        // What is ready is taken in before a frame is drawn.
        let mut next = told.recv().ok();
        while let Some(msg) = next {
            if app.happen(msg) {
                return Ok(());
            }
            next = told.try_recv().ok();
        }
    }
}

impl App {
    fn new(rows: usize, events: usize) -> Self {
        let row = |n| format!("{:02}:{:02} customer {n:05} waits for billing", n / 60 % 24, n % 60);
        let event = |n: usize| {
            let what = ["called about a charge", "paid by card", "opened a case", "wrote"][n % 4];
            format!(
                "2026-{:02}-{:02} call     {what}, reference {n:06}",
                n / 28 % 12 + 1,
                n % 28 + 1
            )
        };
        let mut app = Self {
            rows: (0..rows).map(row).collect(),
            selected: 0,
            card: Default::default(),
            pops: 0,
            events: (0..events).map(event).collect(),
            shown: (0..events as u32).collect(),
            first: 0,
            page: 1,
            filter: String::new(),
            note: String::new(),
            typing: Typing::Nowhere,
        };
        app.follow();
        app
    }

    /// The card shows whom the selection is on.
    fn follow(&mut self) {
        self.card = card(self.selected);
    }

    fn happen(&mut self, msg: Msg) -> bool {
        match msg {
            Msg::Popped(line) => {
                self.pops += 1;
                self.card = card(line.bytes().fold(0, |sum, byte| sum * 31 + usize::from(byte)));
                self.card[5] = line;
            }
            Msg::Terminal(Event::Key(key)) => return self.press(key.code),
            Msg::Terminal(_) => {}
        }
        false
    }

    /// Whether that was all.
    fn press(&mut self, code: KeyCode) -> bool {
        match (&self.typing, code) {
            (_, KeyCode::Esc) => {
                self.typing = Typing::Nowhere;
                self.filter.clear();
                self.search();
            }
            (Typing::Filter, KeyCode::Char(c)) => {
                self.filter.push(c);
                self.search();
            }
            (Typing::Note, KeyCode::Char(c)) => self.note.push(c),
            (Typing::Nowhere, KeyCode::Char('q')) => return true,
            (Typing::Nowhere, KeyCode::Char('j')) => self.select(1),
            (Typing::Nowhere, KeyCode::Char('k')) => self.select(-1),
            (Typing::Nowhere, KeyCode::Char('J')) => self.scroll(1),
            (Typing::Nowhere, KeyCode::Char('K')) => self.scroll(-1),
            (Typing::Nowhere, KeyCode::Char('/')) => self.typing = Typing::Filter,
            (Typing::Nowhere, KeyCode::Char('n')) => self.typing = Typing::Note,
            (_, KeyCode::PageDown) => self.scroll(self.page as isize),
            (_, KeyCode::PageUp) => self.scroll(-(self.page as isize)),
            _ => {}
        }
        false
    }

    fn select(&mut self, by: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
        self.follow();
    }

    fn scroll(&mut self, by: isize) {
        let last = self.shown.len().saturating_sub(1);
        self.first = self.first.saturating_add_signed(by).min(last);
    }

    fn search(&mut self) {
        let wanted = Finder::new(self.filter.as_bytes());
        let all = self.events.iter().enumerate();
        let found = all.filter(|(_, event)| wanted.find(event.as_bytes()).is_some());
        self.shown = found.map(|(at, _)| at as u32).collect();
        self.first = 0;
    }

    fn draw(&mut self, frame: &mut ratatui::Frame<'_>) {
        let [main, status] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(frame.area());
        let thirds = [Constraint::Ratio(1, 3), Constraint::Ratio(1, 3), Constraint::Ratio(1, 3)];
        let [list, card, timeline] = Layout::horizontal(thirds).areas(main);
        let height = usize::from(list.height.saturating_sub(2));
        self.page = height.max(1);
        let from = self.selected.saturating_sub(height.saturating_sub(1));
        let rows = self.rows.iter().enumerate().skip(from).take(height).map(|(at, row)| {
            let line = Line::raw(row.as_str());
            if at == self.selected { line.reversed() } else { line }
        });
        pane(frame, list, "queue", rows);
        let fields = FIELDS.iter().zip(&self.card);
        let fields = fields.map(|(name, value)| {
            Line::from_iter([format!("{name:<10}").fg(Color::DarkGray), value.as_str().into()])
        });
        pane(frame, card, "card", fields);
        let shown = self.shown.iter().skip(self.first).take(height);
        let shown = shown.map(|at| Line::raw(self.events[*at as usize].as_str()));
        pane(frame, timeline, "timeline", shown);
        let text = format!(
            "{} rows  {} of {} events  {} calls  /{}  note: {}",
            self.rows.len(),
            self.shown.len(),
            self.events.len(),
            self.pops,
            self.filter,
            self.note,
        );
        frame.render_widget(Paragraph::new(text).style(Style::new().bold()), status);
    }
}

/// Somebody's ten fields: no two people have much in common.
fn card(whose: usize) -> [String; 10] {
    const WORDS: [&str; 8] = [
        "Whitcombe",
        "internet 500",
        "overdue",
        "Toronto",
        "prepaid",
        "Okafor",
        "gold",
        "since May",
    ];
    std::array::from_fn(|field| {
        let seed = (whose + 1).wrapping_mul(2_654_435_761).wrapping_add(field * 40_503) >> 7;
        format!("{} {:06}, {}", WORDS[seed % 8], seed % 999_983, WORDS[seed / 8 % 8])
    })
}

fn pane<'l>(
    frame: &mut ratatui::Frame<'_>,
    area: Rect,
    title: &'static str,
    lines: impl Iterator<Item = Line<'l>>,
) {
    let block = Block::bordered().title(title);
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()).block(block), area);
}
