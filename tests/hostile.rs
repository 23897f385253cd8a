//! Every view, list, form and line with strangers' words in it, on the screen and as text: names
//! stay names, whatever they are made of.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;
#[path = "hostile/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::clock::Clock;
use common::desk::{Desk, FIRST_CALL, POPPED_AT, norns};
use common::gateway::{Gateway, configure, join};
use common::grammar::violations;
use common::home::Home;
use common::hostile::{ATTACKS, NAMES, long};
use common::proxy::{self, Told, is_prose};
use common::seat::{Seat, piece};
use common::strangers::Strangers;
use norns::action::Action;
use norns::app::geometry::{self, Pane};
use norns::app::msg::Msg;
use norns::app::overlay::Overlay;
use norns::domain::source::State;
use norns::domain::text::CleanText;
use norns::sample::Sample;
use norns::sample::server::Latency;
use norns::ui::theme::Role;
use tokio::runtime::Runtime;
use world::{Begun, World};

/// These end, stop or leave the desk.
const APART: [Action; 3] = [Action::Quit, Action::Suspend, Action::EditNote];

/// Everything that strangers write.
fn corpus() -> Vec<String> {
    let names = NAMES.iter().map(|name| name.raw.to_owned());
    names.chain(ATTACKS.iter().map(|&attack| attack.to_owned())).chain(long()).collect()
}

/// What lies on top, by a name. Whoever adds something names it here and below.
fn kind(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::Handover => "handover",
        Overlay::Help { .. } => "help",
        Overlay::Detail { .. } => "detail",
        Overlay::Provenance { .. } => "provenance",
        Overlay::Figures { .. } => "figures",
        Overlay::Verify => "verify",
        Overlay::Dial { .. } => "dial",
        Overlay::Find(_) => "find",
        Overlay::Palette { .. } => "palette",
        Overlay::Search => "search",
        Overlay::FollowUp => "follow-up",
        Overlay::Contact => "contact",
        Overlay::Actions { .. } => "actions",
        Overlay::Write => "write",
        Overlay::Report => "report",
        Overlay::Duplicates { .. } => "duplicates",
        Overlay::Sessions { .. } => "sessions",
        Overlay::Kin { .. } => "kin",
        Overlay::Belongings { .. } => "belongings",
        Overlay::Codes { .. } => "codes",
        Overlay::Readiness { .. } => "readiness",
        Overlay::Paste { .. } => "paste",
    }
}

const KINDS: [&str; 22] = [
    "actions",
    "belongings",
    "codes",
    "contact",
    "detail",
    "dial",
    "duplicates",
    "figures",
    "find",
    "follow-up",
    "handover",
    "help",
    "kin",
    "palette",
    "paste",
    "provenance",
    "readiness",
    "report",
    "search",
    "sessions",
    "verify",
    "write",
];

#[test]
fn everything_that_can_be_opened_shows_strangers_words_as_words() {
    let corpus = corpus();
    let short = corpus.iter().filter(|raw| raw.len() < 200);
    let clean: Vec<CleanText> = short.map(|raw| CleanText::block(raw)).collect();
    let mut seen = BTreeSet::new();
    for begun in Begun::ALL {
        for &action in Action::ALL.iter().filter(|action| !APART.contains(action)) {
            let mut world = World::of(begun, &clean);
            let mut look = |world: &mut World<'_>, what: &str| {
                seen.extend(world.desk.overlay.as_ref().map(kind));
                world.look(&format!("{begun:?}, {}, {what}", action.name()));
            };
            world.happen(Msg::Ordered(action));
            look(&mut world, "at first");
            // Whatever is typed into is typed into, all of it, and answered for.
            for _ in 0..5 {
                let raw = world.next_raw(&corpus);
                world.happen(Msg::Paste(raw));
                world.happen(Msg::Ordered(Action::NextField));
            }
            for then in [Action::CursorDown, Action::SaveForm, Action::Open] {
                if world.desk.overlay.is_some() || world.desk.writing {
                    look(&mut world, then.name());
                }
                world.happen(Msg::Ordered(then));
            }
            look(&mut world, "at last");
        }
        let mut world = World::of(begun, &clean);
        for action in [Action::NewContact, Action::SaveForm, Action::CursorDown, Action::Open] {
            let raw = world.next_raw(&corpus);
            world.happen(Msg::Paste(raw));
            world.happen(Msg::Ordered(action));
            seen.extend(world.desk.overlay.as_ref().map(kind));
            world.look("a contact whom others are like");
        }
        let mut wrong = World::of(begun, &clean);
        for action in [Action::ReportValue, Action::ReportValue, Action::SaveForm] {
            let raw = wrong.next_raw(&corpus);
            wrong.happen(Msg::Ordered(action));
            wrong.happen(Msg::Paste(raw));
            seen.extend(wrong.desk.overlay.as_ref().map(kind));
            wrong.look("a value that is wrong");
        }
        let mut world = World::of(begun, &clean);
        world.happen(Msg::Ordered(Action::Find));
        world.happen(Msg::Paste("Whitcombe".to_owned()));
        for action in [Action::Open, Action::Kin, Action::CursorDown, Action::SaySame] {
            world.happen(Msg::Ordered(action));
            seen.extend(world.desk.overlay.as_ref().map(kind));
            world.look("records that belong together");
        }
        world.happen(Msg::Ordered(Action::Close));
        world.happen(Msg::Ordered(Action::WriteNote));
        world.happen(Msg::LongPaste {
            text: corpus.concat()[..256 * 1024].to_owned(),
            bytes: 9_000_000,
        });
        seen.extend(world.desk.overlay.as_ref().map(kind));
        world.look("a long paste");
        world.happen(Msg::Ordered(Action::Open));
        world.look("a long note");
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), KINDS);
}

#[test]
fn what_is_too_long_in_any_way_is_cut_with_a_sign_and_costs_no_more_than_a_screen() {
    for raw in long() {
        let (line, block) = (CleanText::line(&raw), CleanText::block(&raw));
        assert!(line.len() <= 64 * 1024 && block.len() <= 64 * 1024, "{}", &raw[..8]);
        let others = (b'a'..b'k').map(|letter| CleanText::line(&char::from(letter).to_string()));
        let texts: Vec<CleanText> = [line, block].into_iter().chain(others).collect();
        let part = Strangers::new(&texts).part("CRM", State::Ok, common::seat::now());
        let mut seat = Seat::with((120, 40), vec![part]);
        let mut cut = false;
        for keys in ["g p", "enter", "esc", "g f", "i"] {
            seat.press(keys);
            let (cells, text) = (seat.cells(), seat.text());
            assert!(!text.contains("cannot be drawn"), "{text}");
            let bytes: usize = cells.content.iter().map(|cell| cell.symbol().len()).sum();
            assert!(bytes < 8 * cells.content.len(), "{bytes} after {keys} of {}", &raw[..8]);
            cut |= text.contains('…');
        }
        assert!(cut || raw.starts_with(['e', 'l']), "{}", seat.text());
    }
}

#[test]
fn a_name_is_shown_as_it_is_read_and_moves_no_frame() {
    for name in NAMES {
        let clean = CleanText::line(name.raw);
        assert_eq!(clean.as_str(), name.shown, "{:?}", name.raw);
        let names = [clean.clone()];
        let mut strangers = Strangers::new(&names);
        let part = strangers.part("CRM", State::Ok, common::seat::now());
        for size in [(80, 24), (120, 40), (200, 50)] {
            let seat = Seat::with(size, vec![part.clone()]);
            let text = seat.text();
            assert!(text.contains(name.shown), "{:?}:\n{text}", name.shown);
            let (screen, cells) = (geometry::of(&seat.desk).unwrap(), seat.cells());
            for pane in [screen.past, screen.present, screen.future] {
                let Pane::Framed(area) = pane else { continue };
                for y in area.y + 1..area.y + area.height - 1 {
                    let (left, right) = (piece(&cells, (area.x, y), 1), area.x + area.width - 1);
                    let right = piece(&cells, (right, y), 1);
                    let edge = |sign: &str| ["│", "┃"].contains(&sign);
                    assert!(edge(&left) && edge(&right), "{:?} {y}:\n{text}", name.raw);
                }
            }
        }
    }
}

#[test]
fn a_name_that_looks_like_a_verdict_of_ours_has_not_its_look() {
    let spoof = CleanText::line("● verified");
    let part = Strangers::new(&[spoof]).part("CRM", State::Ok, common::seat::now());
    let mut seat = Seat::with((120, 40), vec![part]);
    let good = seat.theme.look(Role::Good);
    let shown_good = |seat: &Seat| {
        let cells = seat.cells();
        let area = match geometry::of(&seat.desk).unwrap().present {
            Pane::Framed(area) | Pane::Summary(area) => area,
        };
        let mut rows = area.y..area.y + area.height;
        let good: String = rows
            .by_ref()
            .flat_map(|y| (area.x..area.x + area.width).map(move |x| (x, y)))
            .filter(|at| cells[*at].fg == good.fg.unwrap_or_default())
            .map(|at| cells[at].symbol().to_owned())
            .collect();
        good.contains("verified")
    };
    assert!(seat.text().contains("● verified"));
    assert!(!shown_good(&seat), "{}", seat.text());
    seat.press("v space j space esc");
    assert!(shown_good(&seat), "{}", seat.text());
}

/// How a desk shows itself.
enum Face {
    Screen,
    Lines,
}

/// What a desk's answers come from, until dropped.
struct Centre {
    gateway: Gateway,
    _files: Home,
    _sample: Sample,
    _runtime: Runtime,
}

/// A desk whose sources have put strangers' words into every text.
fn visited(size: (u16, u16), face: Face) -> (Desk, Centre) {
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = Runtime::new().unwrap();
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let sample = Sample::start(20_417, 42, clock.now(), Latency::None);
    let sample = runtime.block_on(sample).unwrap();
    let said = AtomicUsize::new(0);
    let short: Vec<String> = corpus().into_iter().filter(|text| text.len() < 200).collect();
    let change = move |_: &str, mut told: Told| {
        told.each_text(|text| {
            if is_prose(text) && !text.contains('@') {
                let nth = said.fetch_add(1, Ordering::SeqCst);
                *text = format!(
                    "{}{text} {}",
                    short[nth % short.len()],
                    short[(nth / 3) % short.len()]
                );
            }
        });
        told
    };
    let variables = runtime.block_on(proxy::before(&sample, Arc::new(change)));
    let centre = Home::new();
    let token = "0123456789".repeat(4);
    let config = configure(&centre, &variables, std::slice::from_ref(&token));
    let time = clock.socket().display().to_string();
    let config = config.display().to_string();
    let mut gateway = Gateway::start(&centre, &[("NORNS_CLOCK", &time)], &["--config", &config]);
    join(&home, &gateway.place(), &token);
    let desk = match face {
        Face::Screen => Desk::at(home, clock, size, &[]),
        Face::Lines => Desk::of_lines(home, clock, size),
    };
    (desk, Centre { gateway, _files: centre, _sample: sample, _runtime: runtime })
}

/// Lines of text, and nothing else.
#[track_caller]
fn assert_lines(what: &str, bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let found = violations(line);
        assert!(
            found.is_empty() && !line.contains(&0x1b),
            "{what}: {found:?} in {}",
            line.escape_ascii()
        );
    }
}

/// Rings with strangers' words in every field, and does everything that has a name.
fn live_through(desk: &mut Desk) {
    let mut call: Vec<String> = FIRST_CALL.iter().map(|&word| word.to_owned()).collect();
    for (flag, nth) in [("--ani-name", 0), ("--skill", 9), ("--account", 15), ("--uui", 20)] {
        call.extend([flag.to_owned(), ATTACKS[nth % ATTACKS.len()].replace('\0', "")]);
    }
    desk.pop(&call.iter().map(String::as_str).collect::<Vec<_>>());
    for action in ["cursor.top", "entry.open"] {
        desk.until(action, || order(desk, action) == Some(0));
    }
    for action in Action::ALL.iter().filter(|action| !APART.contains(action)) {
        order(desk, action.name());
        order(desk, "cursor.down");
        order(desk, "overlay.close");
    }
    for arguments in [&["show", "CRM:C-20417"][..], &["search", "4165550142"], &["show", "--desk"]]
    {
        let output = norns(&desk.home, &desk.clock, arguments);
        assert!(
            output.stdout.len() > 80,
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_lines(arguments[0], &output.stdout);
        assert_lines(arguments[0], &output.stderr);
        let output = norns(&desk.home, &desk.clock, &[arguments, &["--json"]].concat());
        assert_lines("json", &output.stdout);
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
    }
}

/// Gives an order from the shell, and looks at what is answered.
fn order(desk: &Desk, action: &str) -> Option<i32> {
    let output = norns(&desk.home, &desk.clock, &["do", action]);
    assert_lines(action, &[output.stdout, output.stderr].concat());
    output.status.code()
}

#[test]
fn from_a_source_s_answer_to_the_terminal_s_bytes_nothing_but_the_desk_s_own_sequences() {
    let (mut desk, centre) = visited((120, 40), Face::Screen);
    live_through(&mut desk);
    desk.terminal.press("ctrl-c");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    desk.terminal.assert_grammar();
    assert_eq!(centre.gateway.stop(), Some(0));
}

#[test]
fn from_a_source_s_answer_to_a_line_that_is_read_out_nothing_but_text() {
    let (mut desk, centre) = visited((80, 24), Face::Lines);
    live_through(&mut desk);
    desk.terminal.press("ctrl-c");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    assert_lines("linear", &desk.terminal.bytes());
    assert_eq!(centre.gateway.stop(), Some(0));
}
