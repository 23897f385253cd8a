//! Whom a call can be sent on to: who is there as far as it is told, and what goes along.

use jiff::SignedDuration;
use norns::app::effect::Effect;
use norns::app::msg::{Msg, RequestId};
use norns::domain::ask::AskError;
use norns::domain::directory::{Directory, Entry, Kind, Presence};
use norns::domain::interaction::{Call, CallState};
use norns::domain::register::{Handover, NewHandover};
use norns::domain::telephony::{Ability, Command, PhoneLink, Reply, Wish};
use norns::domain::text::CleanText;

use crate::desk::Hands;

fn line(text: &str) -> CleanText {
    CleanText::line(text)
}

fn agent(name: &str, number: &str, presence: Presence) -> Entry {
    Entry { presence, ..Entry::bare(line(name), line(number), Kind::Agent) }
}

fn billing() -> Entry {
    Entry {
        free: Some(2),
        agents: Some(5),
        waiting: Some(3),
        wait: Some(SignedDuration::from_secs(130)),
        ..Entry::bare(line("Billing"), line("8001"), Kind::Queue)
    }
}

fn everybody() -> Vec<Entry> {
    vec![
        billing(),
        agent("Bob Okafor", "2002", Presence::Ready),
        agent("Carol Ng", "2003", Presence::Talking),
        agent("Dave Roy", "2004", Presence::NotReady),
        agent("Erin Sato", "2005", Presence::Unknown),
        Entry::bare(line("Legal"), line("9000"), Kind::Queue),
    ]
}

fn told(hands: &mut Hands, entries: Vec<Entry>) {
    let directory = Directory { source: line("local"), as_of: hands.model.now, entries };
    hands.happen(Msg::Directory(directory));
}

fn link(hands: &mut Hands, can: &[Ability], lost: bool) {
    let lost = lost.then_some(hands.model.now);
    let can = can.iter().copied().collect();
    hands.happen(Msg::PhoneLink(PhoneLink { source: line("local"), lost, can }));
}

/// Eleanor talks, by a telephone that tells whom calls can go to.
fn talking() -> (Hands, Call) {
    let mut hands = Hands::with_eleanor();
    let all = Ability::ALL.map(|(_, ability)| ability);
    link(&mut hands, &all, false);
    let call = hands.model.session().call.clone().unwrap();
    hands.call_is(&call, CallState::Talking);
    hands.effects.clear();
    (hands, call)
}

fn asked_for(hands: &mut Hands, wish: &Wish) -> Option<Command> {
    let is = |effect: &Effect| match effect {
        Effect::Command(command) if command.wish == *wish => Some(command.clone()),
        _ => None,
    };
    let at = hands.effects.iter().rposition(|effect| is(effect).is_some())?;
    is(&hands.effects.remove(at))
}

fn handed(hands: &mut Hands) -> (RequestId, NewHandover) {
    hands.take("a handover", |effect| match effect {
        Effect::HandOver { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn made(of: NewHandover) -> Box<Handover> {
    let at = "2026-11-02T10:02:00-05:00".parse().unwrap();
    Box::new(Handover { id: 5, of, agent: line("cleo"), role: line("care"), at })
}

#[test]
fn everybody_is_shown_with_who_is_there_how_long_it_takes_and_how_old_that_is() {
    let (mut hands, _) = talking();
    hands.press("e t");
    hands.shows("asking who is there");
    assert!(asked_for(&mut hands, &Wish::Directory).is_some());
    told(&mut hands, everybody());
    hands.pass(3_000);
    hands.shows("2 of 5 free, wait about 2:10, 3 waiting");
    let said = [
        ("Bob Okafor", "ready"),
        ("Carol Ng", "on a call"),
        ("Dave Roy", "not ready"),
        ("Erin Sato", "presence unknown"),
        ("Legal", "who is there is unknown"),
    ];
    let screen = hands.screen();
    for (name, words) in said {
        let row = screen.lines().find(|row| row.contains(name)).unwrap();
        assert!(row.contains(words), "{row}");
    }
    hands.shows("as of 10:04:00, 3 s ago");
    hands.type_text("caro");
    hands.shows("Carol Ng");
    hands.hides("Bob Okafor");
}

#[test]
fn it_is_asked_for_again_while_it_is_looked_at_and_never_else() {
    let (mut hands, _) = talking();
    link(&mut hands, &[Ability::Transfer, Ability::Directory], false);
    hands.pass(60_000);
    assert_eq!(asked_for(&mut hands, &Wish::Directory), None);
    hands.press("e t");
    assert!(asked_for(&mut hands, &Wish::Directory).is_some());
    hands.pass(4_999);
    assert_eq!(asked_for(&mut hands, &Wish::Directory), None);
    hands.pass(1);
    assert!(asked_for(&mut hands, &Wish::Directory).is_some());
    hands.press("esc");
    hands.pass(60_000);
    assert_eq!(asked_for(&mut hands, &Wish::Directory), None);
}

#[test]
fn what_is_old_or_was_never_told_does_not_look_like_somebody_who_is_free() {
    let (mut hands, _) = talking();
    hands.model.directories.listed = vec![
        Entry::bare(line("Field office"), line("9100"), Kind::Queue),
        Entry::bare(line("Billing by name"), line("8001"), Kind::Queue),
    ];
    hands.press("e t");
    let command = asked_for(&mut hands, &Wish::Directory).unwrap();
    told(&mut hands, everybody());
    hands.shows("Field office");
    hands.hides("Billing by name");
    let free =
        |hands: &Hands| hands.screen().contains(" free") || hands.screen().contains("  ready");
    assert!(free(&hands));
    hands.pass(31_000);
    assert!(!free(&hands), "{}", hands.screen());
    hands.shows("last told at 10:04:00: too old to go by");
    hands.shows("presence unknown");
    let why = Err(line("Permission denied"));
    hands.happen(Msg::Replied(Reply { id: command.id, taken: why.clone() }));
    hands.shows("too old to go by");
    let id = asked_for(&mut hands, &Wish::Directory).unwrap().id;
    hands.happen(Msg::Replied(Reply { id, taken: why }));
    hands.shows("who is there is not told: Permission denied");
    // A centre whose telephony tells nothing has what is in the file.
    let mut hands = Hands::with_eleanor();
    link(&mut hands, &[Ability::Transfer], false);
    hands.model.directories.listed =
        vec![Entry::bare(line("Field office"), line("9100"), Kind::Queue)];
    let call = hands.model.session().call.clone().unwrap();
    hands.call_is(&call, CallState::Talking);
    hands.press("e t");
    hands.shows("Field office");
    hands.shows("who is there is unknown");
    hands.shows("no bridge tells who is there");
}

#[test]
fn who_is_chosen_gets_what_is_known_first_and_the_call_after_it() {
    for (keys, wish) in
        [("e t", Wish::Transfer { to: line("2003") }), ("e c", Wish::Consult { to: line("2003") })]
    {
        let (mut hands, _) = talking();
        hands.press("v enter j enter esc n");
        hands.type_text("promised for 16 Nov, missed");
        hands.press("esc");
        hands.press(keys);
        told(&mut hands, everybody());
        hands.type_text("carol");
        hands.press("enter");
        let (request, new) = handed(&mut hands);
        assert_eq!(asked_for(&mut hands, &wish), None, "not before it is there");
        assert_eq!(
            (new.to.as_str(), new.tell.as_str()),
            ("Carol Ng", "promised for 16 Nov, missed")
        );
        assert_eq!((new.verified.len(), new.enough), (2, true));
        hands.press(keys);
        hands.press("esc");
        hands.happen(Msg::HandedOver { request, result: Ok(made(new)) });
        assert!(asked_for(&mut hands, &wish).is_some());
        hands.hides("transfer the call to");
        hands.pass(60_000);
        assert_eq!(asked_for(&mut hands, &wish), None, "once");
    }
}

#[test]
fn what_was_written_for_the_next_agent_goes_along_and_the_next_agent_is_named_there_too() {
    let (mut hands, _) = talking();
    hands.press("y");
    told(&mut hands, everybody());
    hands.type_text("bill");
    hands.shows("2 of 5 free, wait about 2:10, 3 waiting");
    hands.press("enter");
    hands.press("ctrl-u");
    hands.type_text("chasing the dispute");
    hands.press("esc e t");
    hands.shows("> Billing");
    hands.press("enter");
    let (request, new) = handed(&mut hands);
    assert_eq!((new.to.as_str(), new.reason.as_str()), ("Billing", "chasing the dispute"));
    hands.happen(Msg::HandedOver { request, result: Ok(made(new)) });
    assert!(asked_for(&mut hands, &Wish::Transfer { to: line("8001") }).is_some());
}

#[test]
fn a_call_that_was_not_taken_goes_to_another_with_the_same_words_and_nothing_is_typed_before() {
    let (mut hands, _) = talking();
    hands.press("e c 2 0 0 2 enter");
    let (request, new) = handed(&mut hands);
    let tell = line("promised for 16 Nov, missed");
    hands.happen(Msg::HandedOver { request, result: Ok(made(NewHandover { tell, ..new })) });
    let id = asked_for(&mut hands, &Wish::Consult { to: line("2002") }).unwrap().id;
    hands.happen(Msg::Replied(Reply { id, taken: Err(line("busy")) }));
    hands.press("e c 2 0 0 2 enter");
    let id = asked_for(&mut hands, &Wish::Consult { to: line("2002") }).expect("it is there").id;
    hands.happen(Msg::Replied(Reply { id, taken: Err(line("busy")) }));
    hands.press("e c 2 0 0 3 enter");
    let (request, new) = handed(&mut hands);
    assert_eq!((new.to.as_str(), new.tell.as_str()), ("2003", "promised for 16 Nov, missed"));
    hands.happen(Msg::HandedOver { request, result: Ok(made(new)) });
    assert!(asked_for(&mut hands, &Wish::Consult { to: line("2003") }).is_some());
}

#[test]
fn a_gateway_that_does_not_take_it_or_does_not_answer_does_not_hold_up_the_caller() {
    let wish = Wish::Transfer { to: line("2002") };
    let (mut hands, _) = talking();
    hands.press("e t 2 0 0 2 enter");
    let (request, _) = handed(&mut hands);
    hands.happen(Msg::HandedOver { request, result: Err(AskError::Unreachable) });
    hands.shows("the call goes alone");
    assert!(asked_for(&mut hands, &wish).is_some());
    let (mut hands, _) = talking();
    hands.press("e t 2 0 0 2 enter");
    hands.pass(1_999);
    assert_eq!(asked_for(&mut hands, &wish), None);
    hands.pass(1);
    assert!(asked_for(&mut hands, &wish).is_some());
    hands.shows("the gateway has not answered yet; the call goes on");
    // A call that has ended meanwhile goes nowhere.
    let (mut hands, call) = talking();
    hands.press("e t 2 0 0 2 enter");
    hands.call_is(&call, CallState::WrapUp);
    hands.pass(2_000);
    assert_eq!(asked_for(&mut hands, &wish), None);
}

#[test]
fn a_number_is_dialled_as_it_is_typed_and_not_as_somebody_who_is_like_it() {
    let (mut hands, _) = talking();
    hands.press("e t");
    told(&mut hands, everybody());
    hands.type_text("200");
    hands.shows("as it is typed");
    hands.shows("Bob Okafor");
    hands.press("enter");
    assert_eq!(handed(&mut hands).1.to.as_str(), "200");
    let (mut hands, _) = talking();
    hands.press("e t");
    told(&mut hands, everybody());
    hands.type_text("200");
    hands.press("down enter");
    assert_eq!(handed(&mut hands).1.to.as_str(), "Bob Okafor");
}

#[test]
fn a_list_that_comes_anew_leaves_the_cursor_on_whom_it_was_on() {
    let (mut hands, _) = talking();
    hands.press("e t");
    told(&mut hands, everybody());
    hands.press("down down");
    let mut others = everybody();
    others.rotate_left(1);
    told(&mut hands, others);
    hands.press("enter");
    assert_eq!(handed(&mut hands).1.to.as_str(), "Carol Ng");
}
