//! What an agent has to know to go on is named where they are: keys, places, and what is hidden.

use norns::action::Action;
use norns::app::msg::{BellState, Msg};
use norns::domain::ask::AskError;
use norns::domain::customer::Profile;
use norns::domain::interaction::CallFacts;
use norns::domain::source::{Facts, State};
use norns::domain::text::CleanText;
use norns::keys::keymap;
use norns::ui::help;

use crate::desk::{Hands, amir, eleanor, entry};

fn sized(mut hands: Hands, width: u16, height: u16) -> Hands {
    hands.happen(Msg::Resized { width, height });
    hands
}

#[test]
fn help_has_every_action_once_at_the_place_where_its_key_holds() {
    for name in ["default", "vim", "arrows"] {
        let (keymap, _) = keymap::load(name, &|_| None);
        let groups = help::groups(&keymap);
        let mut seen: Vec<Action> =
            groups.iter().flat_map(|(_, here)| here).map(|(_, action)| *action).collect();
        seen.sort();
        let mut all = Action::ALL.to_vec();
        all.sort();
        assert_eq!(seen, all, "{name}");
        for (place, here) in &groups {
            let mut keys: Vec<&String> = here.iter().map(|(keys, _)| keys).collect();
            keys.retain(|keys| !keys.is_empty());
            let count = keys.len();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), count, "{name}: no key does two things {place}");
        }
    }
    let mut hands = sized(Hands::with_eleanor(), 80, 120);
    hands.press("?");
    let screen = hands.screen();
    let row = |text: &str| screen.lines().position(|line| line.contains(text)).unwrap();
    assert!(row("in PAST") < row("show a shorter or longer time"));
    assert!(row("show a shorter or longer time") < row("in FUTURE"));
    assert!(row("in FUTURE") < row("mark a follow-up as done"), "the other d");
}

#[test]
fn what_is_hidden_of_the_past_is_shown_again_by_a_key_that_is_named() {
    let mut hands = Hands::with_eleanor();
    let view = hands.asked_view();
    let old = entry("CRM", "1", "2026-09-01T12:00:00Z".parse().unwrap(), "called about a bill");
    hands.view_part(view, "CRM", Facts { entries: vec![old], ..Facts::default() });
    hands.press("g p");
    hands.hides("show all");
    for hide in ["c", "d", "/ x enter"] {
        hands.press(hide);
        hands.shows("esc show all");
        hands.press("esc");
        hands.hides("show all");
    }
}

#[test]
fn a_lonely_hand_is_told_the_keys_by_which_it_can_go_on() {
    let mut hands = sized(Hands::open(), 80, 24);
    hands.ring("4165550199");
    hands.answer_look_up(&[]);
    hands.shows("Nobody found");
    hands.shows("f finds them by another number");
    hands.shows("N makes a new");
    let mut hands = Hands::with_eleanor();
    hands.shows("S write   ? help");
    hands.press("N");
    hands.shows("a customer is chosen here: u takes that back, then make a new one");
    hands.press("y");
    hands.shows("f10 hand over");
    hands.shows("whom it is for: a name, a queue or a number");
    hands.type_text("2");
    hands.hides("whom it is for");
}

#[test]
fn a_look_up_in_vain_says_so_and_a_key_asks_again_and_keeps_who_was_found() {
    let mut hands = Hands::open();
    hands.ring("4165550142");
    let (request, keys) = hands.asked_look_up();
    hands.happen(Msg::LookupEnded { request, result: Err(AskError::Unreachable) });
    hands.shows("the gateway cannot be reached");
    hands.shows("no source could be asked");
    hands.shows("r asks again.");
    hands.press("r");
    let (request, again) = hands.asked_look_up();
    assert_eq!(again, keys);
    hands.press("r");
    hands.shows("the sources are being asked");
    hands.lookup_part(request, "CRM", State::Ok);
    hands.lookup_part(request, "BILL", State::TimedOut);
    hands.ranked(request, &[eleanor(), amir()]);
    hands.look_up_ends(request);
    hands.press("j");
    hands.shows("r ask again");
    hands.press("r");
    hands.shows("2 candidates, none linked");
    let (request, _) = hands.asked_look_up();
    hands.lookup_part(request, "CRM", State::Ok);
    hands.lookup_part(request, "BILL", State::Empty);
    hands.ranked(request, &[eleanor(), amir()]);
    hands.look_up_ends(request);
    hands.hides("r ask again");
    hands.press("r");
    hands.shows("every source has answered");
    hands.press("enter");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-30001"), "the cursor stayed");
    let mut hands = Hands::open();
    hands.press("r");
    hands.shows("nobody was looked for yet");
}

#[test]
fn a_desk_on_the_sample_company_says_so_and_how_to_ring_and_no_other_does() {
    let mut hands = sized(Hands::open(), 80, 24);
    hands.hides("made up");
    hands.model.made_up = true;
    hands.happen(Msg::Bell(BellState::Listening));
    hands.shows("its customers are made up");
    hands.happen(Msg::Bell(BellState::Deaf(CleanText::line("no folder"))));
    hands.hides("norns pop 4165550142");
}

#[test]
fn a_long_queue_gives_way_to_the_number_and_to_what_the_call_does() {
    let mut hands = sized(Hands::open(), 80, 24);
    hands.ring_with(CallFacts {
        ani: Some(CleanText::line("4165550142")),
        queue: Some(CleanText::line("CUSTOMER CARE RESIDENTIAL EASTERN PROVINCES, FRENCH")),
        ..CallFacts::default()
    });
    let screen = hands.screen();
    let first = screen.lines().next().unwrap();
    assert!(first.contains("CUSTOMER CARE RESIDENTIAL"), "{first}");
    assert!(first.contains("…   +1 416 555 0142   ringing"), "{first}");
}

#[test]
fn what_does_not_fit_on_top_is_counted_at_its_frame() {
    let mut hands = sized(Hands::with_eleanor(), 80, 10);
    for (keys, title) in [("t", "FOLLOW-UP"), (":", "EVERYTHING BY NAME"), ("A", "READY, OR NOT")] {
        hands.press(keys);
        hands.shows(title);
        hands.shows("more below ━");
        hands.press("esc");
    }
    let mut hands = sized(Hands::open(), 80, 12);
    for number in 0..9 {
        hands.ring(&format!("416555010{number}"));
        hands.answer_look_up(&[eleanor(), amir()]);
        hands.press("p");
    }
    hands.press("s");
    hands.shows("OPEN CALLS AND CUSTOMERS");
    hands.press("home k k k k k k k k k");
    hands.shows("more below ━");
}

#[test]
fn what_else_is_known_stands_below_what_differs_each_name_whole() {
    let mut hands = sized(Hands::with_eleanor(), 80, 40);
    let view = hands.asked_view();
    let says = |name: &str, fields: &[(&str, &str)]| {
        let text = CleanText::line;
        let fields = fields.iter().map(|(name, value)| (text(name), text(value))).collect();
        let profile = Profile { name: Some(text(name)), fields, ..Profile::default() };
        Facts { profile: Some(profile), ..Facts::default() }
    };
    let more = [("by SMS", "agreed"), ("loyalty programme", "silver, 1,240 points")];
    hands.view_part(view, "CRM", says("Eleanor Whitcombe", &more));
    hands.view_part(view, "BILL", says("Harris", &[("by SMS", "refused")]));
    hands.shows("by SMS  agreed");
    hands.shows("loyalty programme silver, 1,240 points");
    hands.hides("by SMS  refused");
    let screen = hands.screen();
    assert!(screen.find("name differs").unwrap() < screen.find("by SMS").unwrap(), "{screen}");
    hands.press("i");
    hands.shows("by SMS        agreed");
    hands.shows("refused");
    hands.shows("loyalty prog… silver, 1,240 points");
}

#[test]
fn an_entry_takes_no_more_room_than_it_needs() {
    let mut hands = sized(Hands::with_eleanor(), 80, 24);
    let view = hands.asked_view();
    let old = entry("CRM", "1", "2026-09-01T12:00:00Z".parse().unwrap(), "called about a bill");
    hands.view_part(view, "CRM", Facts { entries: vec![old], ..Facts::default() });
    hands.press("g p enter");
    let screen = hands.screen();
    let rows: Vec<&str> = screen.lines().collect();
    let top = rows.iter().position(|row| row.contains("━ ENTRY ━")).unwrap();
    let bottom = rows.iter().rposition(|row| row.contains("┗━━━━")).unwrap();
    assert_eq!(bottom - top, 3, "two lines are known of it:\n{screen}");
}
