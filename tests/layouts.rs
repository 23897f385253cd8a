//! The desk at every size, with every kind of customer: frames are whole, nothing is dead, edges
//! align, and no number is cut.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::overlong;
use common::read;
use common::seat::{COMPANY, Seat, parts_of, piece, rows};
use norns::app::geometry::{self, Area, Pane, Screen};
use norns::app::model::Focus;
use norns::app::msg::Msg;
use norns::domain::contact::When;
use norns::domain::source::Part;
use norns::domain::text::CleanText;
use norns::sample::scenario;
use ratatui::buffer::Buffer;

const SIZES: [(u16, u16); 22] = [
    (40, 10),
    (46, 14),
    (60, 20),
    (80, 24),
    (80, 43),
    (90, 25),
    (99, 24),
    (100, 24),
    (100, 30),
    (110, 33),
    (119, 50),
    (120, 24),
    (120, 40),
    (132, 43),
    (160, 45),
    (179, 60),
    (200, 30),
    (200, 50),
    (240, 67),
    (300, 70),
    (380, 90),
    (500, 200),
];

/// The scenario's customer, and somebody of each script, with long and hostile words.
fn customers() -> Vec<(String, Vec<Part>)> {
    let mut found = vec![("hers".to_owned(), parts_of(scenario::ID))];
    for language in ["zh", "ko", "ar", "hi", "el", "de"] {
        let person = COMPANY.people.iter().find(|person| {
            person.language == language && person.account.is_some() && person.company.is_none()
        });
        found.push((language.to_owned(), parts_of(&person.unwrap().id)));
    }
    found.push(("hostile".to_owned(), overlong::parts()));
    found
}

fn framed(screen: &Screen) -> Vec<Area> {
    let pane = |pane| match pane {
        Pane::Framed(area) => Some(area),
        Pane::Summary(_) => None,
    };
    let panes = [pane(screen.past), pane(screen.present), pane(screen.future)];
    let others = [screen.detail, screen.figures, screen.answers];
    panes.into_iter().chain(others).flatten().collect()
}

fn everything(screen: &Screen) -> Vec<Area> {
    let summary = |pane| match pane {
        Pane::Summary(area) => Some(area),
        Pane::Framed(_) => None,
    };
    let summaries = [summary(screen.past), summary(screen.present), summary(screen.future)];
    let lines = [Some(screen.header), screen.alert, Some(screen.sources), Some(screen.hints)];
    let rest = summaries.into_iter().chain(lines).chain([screen.note]).flatten();
    framed(screen).into_iter().chain(rest).collect()
}

/// Each desk that is to be looked at: every customer, size and focus, and one pane alone.
fn each(mut look: impl FnMut(&str, &Seat)) {
    for (name, parts) in customers() {
        let mut seat = Seat::with((120, 40), parts);
        let few = !matches!(name.as_str(), "hers" | "hostile");
        for size in SIZES.into_iter().step_by(if few { 3 } else { 1 }) {
            seat.resize(size);
            for keys in ["g p", "g n", "g f"] {
                seat.press(keys);
                look(&format!("{name} {size:?} {keys}"), &seat);
            }
            seat.press("z");
            look(&format!("{name} {size:?} zoomed"), &seat);
            seat.press("z");
        }
    }
}

#[test]
fn every_cell_belongs_to_one_thing_and_no_room_is_dead() {
    each(|what, seat| {
        let (width, height) = seat.desk.size();
        let mut owners = vec![0_u8; usize::from(width) * usize::from(height)];
        for area in everything(&geometry::of(&seat.desk).unwrap()) {
            for y in area.y..area.y + area.height {
                for x in area.x..area.x + area.width {
                    owners[usize::from(y) * usize::from(width) + usize::from(x)] += 1;
                }
            }
        }
        assert!(owners.iter().all(|owners| *owners == 1), "{what}");
    });
}

#[test]
fn frames_are_whole_and_their_edges_align_whatever_stands_inside() {
    each(|what, seat| {
        let cells = seat.cells();
        let screen = geometry::of(&seat.desk).unwrap();
        let shown = rows(&cells).join("\n");
        for area in framed(&screen) {
            let focused = cells[(area.x, area.y)].symbol() == "┏";
            let glyphs = seat.theme.glyphs;
            let signs = if focused { glyphs.frame_focused } else { glyphs.frame };
            let (right, bottom) = (area.x + area.width - 1, area.y + area.height - 1);
            let corners = [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)];
            for (at, sign) in corners.into_iter().zip(signs) {
                assert_eq!(cells[at].symbol(), sign, "{what} {at:?}\n{shown}");
            }
            for y in area.y + 1..bottom {
                for x in [area.x, right] {
                    assert_eq!(cells[(x, y)].symbol(), signs[5], "{what} {x},{y}\n{shown}");
                }
            }
        }
    });
}

#[test]
fn no_amount_and_no_telephone_number_is_cut() {
    let mut seen = 0;
    each(|what, seat| {
        let known = read::amounts(seat.desk.session());
        let cells = seat.cells();
        for area in everything(&geometry::of(&seat.desk).unwrap()) {
            for y in area.y..area.y + area.height {
                // What the sources took is told with dots too, and is no amount.
                if y + 2 < seat.desk.size().1 {
                    let row = piece(&cells, (area.x, y), area.width);
                    seen += read::whole(&row, &known).unwrap_or_else(|why| panic!("{what}: {why}"));
                }
            }
        }
    });
    assert!(seen > 5_000, "{seen} amounts were looked at");
}

/// Rows of a pane's inside.
fn inside(cells: &Buffer, pane: Pane) -> Vec<String> {
    let Pane::Framed(area) = pane else { return Vec::new() };
    let area = area.inside();
    (area.y..area.y + area.height).map(|y| piece(cells, (area.x, y), area.width)).collect()
}

#[test]
fn words_of_the_present_and_the_future_wrap_and_are_not_cut() {
    each(|what, seat| {
        let cells = seat.cells();
        let screen = geometry::of(&seat.desk).unwrap();
        for row in [screen.present, screen.future].into_iter().flat_map(|p| inside(&cells, p)) {
            assert!(!row.contains('…'), "{what}: {row}");
        }
    });
}

#[test]
fn what_does_not_fit_into_a_pane_is_counted_on_its_frame() {
    let mut seat = Seat::with((80, 14), parts_of(scenario::ID));
    assert!(seat.text().contains("more below"), "{}", seat.text());
    seat.resize((120, 60));
    assert!(!seat.text().contains("more below"), "{}", seat.text());
    seat.resize((80, 24));
    for keys in ["i", "#", "?"] {
        seat.press(keys);
        let row = seat.rows().into_iter().find(|row| row.contains("more below ━┛"));
        assert!(row.is_some(), "on top too: {keys}\n{}", seat.text());
        seat.press("end");
        assert!(!seat.text().contains("more below ━┛"), "{keys}\n{}", seat.text());
        seat.press("esc");
    }
}

#[test]
fn at_80_by_24_the_present_holds_who_why_and_what_is_in_flight() {
    let seat = Seat::with((80, 24), parts_of(scenario::ID));
    let text = seat.text();
    for words in [
        "Eleanor Whitcombe",
        "○ not verified   0 of 3, 2 needed",
        "+1 416 555 0142",
        "(416) 555/0177",
        "Likely: duplicate internet charge",
        "read \"Understanding your bill\", twice",
        "WEB 1 Nov",
        "contacts",
        "spend",
        "INT-1 cable",
        "1 Open billing dispute",
    ] {
        let words = words.trim_start_matches("1 ");
        assert!(text.contains(words), "{words}:\n{text}");
    }
}

#[test]
fn an_answer_that_comes_while_the_past_is_a_line_does_not_scroll_it() {
    let mut seat = Seat::with((80, 24), parts_of(scenario::ID));
    seat.press("g p j j j j g n");
    let asked = seat.desk.session().customer.as_ref().unwrap();
    let request = asked.requests.first().copied().unwrap_or_default();
    let part = Box::new(parts_of(scenario::ID).remove(0));
    seat.happen(Msg::ViewPart { request, part });
    seat.press("g p");
    assert!(seat.text().contains("┃ pinned"), "{}", seat.text());
}

#[test]
fn what_is_cut_keeps_the_number_that_tells_it_apart() {
    let mut seat = Seat::with((120, 40), parts_of(scenario::ID));
    seat.press("g p");
    let text = seat.text();
    assert!(text.contains("bill    … 2026-06     117.00 BILL"), "{text}");
    assert!(!text.contains("invoice …"), "{text}");
}

#[test]
fn words_of_a_bill_s_line_hang_under_its_words() {
    let mut seat = Seat::with((46, 30), parts_of(scenario::ID));
    seat.press("g p");
    while !seat.text().contains("▌      bill") {
        seat.press("j");
    }
    seat.press("enter");
    let text = seat.text();
    let lines: Vec<&str> = text.lines().filter(|row| row.contains("INT-1")).collect();
    let at = |row: &str, word: &str| row.find(word).map(|at| row[..at].chars().count());
    let words = text.lines().find_map(|row| at(row, "Internet 500")).unwrap();
    assert!(lines.iter().any(|row| at(row, "INT-1") >= Some(words)), "{text}");
    for row in text.lines().filter(|row| row.contains("2026-10") && !row.contains("invoice")) {
        assert!(at(row, "2026-10") >= Some(words), "{text}");
    }
}

#[test]
fn dates_of_another_year_stand_in_the_same_column() {
    let mut parts = parts_of(scenario::ID);
    for part in &mut parts {
        for due in &mut part.facts.dues {
            if due.what.contains("renewal") {
                due.when = When::at("2027-12-01T17:00:00-05:00".parse().unwrap());
            }
        }
    }
    let mut seat = Seat::with((80, 24), parts);
    seat.press("g f");
    let text = seat.text();
    let at = |word: &str| {
        let row = text.lines().find(|row| row.contains(word)).unwrap();
        row[..row.find(word).unwrap()].chars().count()
    };
    assert_eq!(at("payment: invoice"), at("contract renewal"), "{text}");
    assert!(text.contains("1 Dec 2027  contract renewal"), "{text}");
}

#[test]
fn long_text_has_measure_where_the_screen_is_wide() {
    let long = CleanText::line(&"the bill is wrong ".repeat(40));
    let mut parts = parts_of(scenario::ID);
    for part in &mut parts {
        part.facts.dues.iter_mut().for_each(|due| due.what = long.clone());
        part.facts.entries.iter_mut().for_each(|entry| entry.body = long.clone());
    }
    let mut seat = Seat::with((500, 200), parts);
    assert_eq!(seat.desk.session().focus, Focus::Present);
    let widest = |seat: &Seat| {
        let lines = seat.text();
        let inside = lines.lines().flat_map(|row| row.split(['│', '┃']).map(str::to_owned));
        let long = inside.filter(|piece| piece.contains("bill is wrong"));
        long.map(|piece| piece.trim().chars().count()).max().unwrap()
    };
    assert!((60..=76).contains(&widest(&seat)), "{}", widest(&seat));
    seat.resize((300, 70));
    assert!((60..=76).contains(&widest(&seat)), "{}", widest(&seat));
}
