//! How the panes stand for a role and for a kind of work: order, widths, and who has the keys.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::desk::Desk;
use common::home::Home;
use common::seat::{Seat, parts_of};
use norns::app::geometry::{self, Area, Pane};
use norns::app::layout::{Layout, Layouts};
use norns::app::model::Focus;
use norns::sample::scenario;

fn area(pane: Pane) -> Area {
    match pane {
        Pane::Framed(area) | Pane::Summary(area) => area,
    }
}

/// Future, present and past of the screen, by their left edges and widths.
fn panes(seat: &Seat) -> [(u16, u16); 3] {
    let screen = geometry::of(&seat.desk).unwrap();
    [screen.future, screen.present, screen.past].map(|pane| (area(pane).x, area(pane).width))
}

fn collections() -> Layout {
    Layout {
        queue: Some("COLL".to_owned()),
        order: [Focus::Future, Focus::Present, Focus::Past],
        widths: Some([40, 35, 25]),
        focus: Focus::Future,
        ..Layout::default()
    }
}

fn seat(role: Option<&str>, layouts: Vec<Layout>) -> Seat {
    let mut seat = Seat::open((120, 40));
    seat.desk.layouts = Layouts::new(role.map(str::to_owned), layouts);
    seat
}

#[test]
fn the_layout_follows_the_call_that_is_on_the_screen() {
    let mut seat = seat(None, vec![collections()]);
    let usual = panes(&seat);
    assert!(usual[2].0 < usual[1].0 && usual[1].0 < usual[0].0);
    seat.call_of("c-1", "COLL");
    assert_eq!(seat.desk.session().focus, Focus::Future);
    assert_eq!(panes(&seat), [(0, 48), (48, 42), (90, 30)]);
    seat.choose(parts_of(scenario::ID));
    assert_eq!(panes(&seat), [(0, 48), (48, 42), (90, 30)]);
    seat.call_of("c-2", "BILLING");
    seat.press("]");
    assert_eq!(seat.desk.session().focus, Focus::Present);
    assert_eq!(panes(&seat), usual);
    seat.press("[");
    assert_eq!(panes(&seat), [(0, 48), (48, 42), (90, 30)]);
}

#[test]
fn the_first_layout_that_fits_is_in_force_and_a_role_must_be_one_s_own() {
    let field = Layout { role: Some("field".into()), queue: None, ..collections() };
    let any = Layout { widths: Some([20, 60, 20]), ..Layout::default() };
    let widths = |role: Option<&str>| panes(&seat(role, vec![field.clone(), any.clone()]));
    assert_eq!(widths(Some("field")), [(0, 48), (48, 42), (90, 30)]);
    assert_eq!(widths(Some("Field")), widths(Some("field")));
    assert_eq!(widths(Some("billing")), [(96, 24), (24, 72), (0, 24)]);
    assert_eq!(widths(None), widths(Some("billing")));
}

#[test]
fn going_from_pane_to_pane_follows_their_order_on_the_screen() {
    let mut seat = seat(None, vec![collections()]);
    seat.call_of("c-1", "COLL");
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(seat.desk.session().focus);
        seat.press("tab");
    }
    assert_eq!(seen, [Focus::Future, Focus::Present, Focus::Past]);
}

#[test]
fn a_layout_is_read_from_the_configuration_and_its_pane_has_the_keys_at_a_pop() {
    let home = Home::new();
    std::fs::create_dir_all(home.config()).unwrap();
    let config = "[desk]\nrole = \"collections\"\n\n[[layout]]\nrole = \"collections\"\nqueue = \
                  \"COLL\"\norder = [\"future\", \"past\", \"present\"]\nfocus = \"future\"\n";
    std::fs::write(home.config().join("norns.toml"), config).unwrap();
    let mut desk = Desk::of(home, (120, 40), &[]);
    desk.terminal.until_shown("╭─ PAST");
    desk.pop(&["--ani", "4165550142", "--call", "c-1", "--queue", "COLL"]);
    desk.terminal.until("the future first, with the keys", |screen| {
        screen.rows().iter().any(|row| row.starts_with("┏━ FUTURE") && row.contains("PAST ─"))
    });
    desk.terminal.press("x");
    desk.terminal.until("the usual order", |screen| {
        screen.rows().iter().any(|row| row.starts_with("╭─ PAST"))
    });
}

#[test]
fn what_is_wrong_in_a_layout_is_said_with_its_place_and_what_was_meant() {
    let home = Home::new();
    std::fs::create_dir_all(home.config()).unwrap();
    let said = |layout: &str| {
        std::fs::write(home.config().join("norns.toml"), format!("[[layout]]\n{layout}\n"))
            .unwrap();
        let output = home.output(&["check"]);
        assert_eq!(output.status.code(), Some(1), "{layout}");
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8(said).unwrap()
    };
    for (layout, expected) in [
        (
            "focus = \"futur\"",
            "norns.toml:2:9: layout.focus: expected `past`, `present` or `future`; did you mean `future`",
        ),
        (
            "order = [\"past\", \"past\", \"future\"]",
            "norns.toml:2:9: layout.order: expected `past`, `present` and `future`, each once",
        ),
        ("order = [\"past\", \"prezent\", \"future\"]", "did you mean `present`"),
        (
            "widths = [50, 40, 20]",
            "norns.toml:2:10: layout.widths: expected three numbers from 20 up that make 100",
        ),
        ("width = [50, 30, 20]", "layout.width: there is no such key; did you mean `widths`"),
    ] {
        let said = said(layout);
        assert!(said.contains(expected), "{layout}: {said}");
    }
}
