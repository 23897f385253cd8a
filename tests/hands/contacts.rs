//! Somebody whom no source knows.

use norns::app::effect::Effect;
use norns::app::msg::{Msg, RequestId};
use norns::app::overlay::Overlay;
use norns::domain::ask::AskError;
use norns::domain::customer::{Key, KeyKind};
use norns::domain::interaction::CallFacts;
use norns::domain::register::{Contact, NewContact};
use norns::domain::source::State;
use norns::domain::text::CleanText;

use crate::desk::{Hands, candidate, eleanor};

/// A call from somebody whom nobody knows.
fn stranger() -> Hands {
    let mut hands = Hands::open();
    let facts = CallFacts {
        ani: Some(CleanText::line("6045550199")),
        ani_name: Some(CleanText::line("ZOE FARBER")),
        language: Some(CleanText::line("fr")),
        account: Some(CleanText::line("A-9")),
        ..CallFacts::default()
    };
    hands.ring_with(facts);
    hands.answer_look_up(&[]);
    hands
}

fn adds(hands: &mut Hands) -> (RequestId, NewContact) {
    hands.take("a contact", |effect| match effect {
        Effect::AddContact { request, new } => Some((*request, new.clone())),
        _ => None,
    })
}

fn made(new: &NewContact) -> Contact {
    Contact {
        id: 1,
        who: new.clone(),
        agent: CleanText::line("ana"),
        at: "2026-11-02T15:04:00Z".parse().unwrap(),
    }
}

#[test]
fn nobody_found_offers_a_contact_that_is_filled_in_from_the_call() {
    let mut hands = stranger();
    hands.shows("Nobody found");
    hands.shows("N new contact");
    hands.press("N");
    for text in ["ZOE FARBER", "+1 604 555 0199", "language  fr", "account   A-9"] {
        hands.shows(text);
    }
    hands.press("f10");
    let (request, keys) = hands.asked_look_up();
    let kinds: Vec<KeyKind> = keys.iter().map(Key::kind).collect();
    assert_eq!(kinds, [KeyKind::Phone, KeyKind::Account, KeyKind::Name, KeyKind::Name]);
    hands.lookup_part(request, "CRM", State::Empty);
    hands.happen(Msg::LookupEnded { request, result: Ok(()) });
    let (request, new) = adds(&mut hands);
    assert_eq!(
        (new.name.as_str(), new.phone.as_ref().unwrap().e164()),
        ("ZOE FARBER", "+16045550199")
    );
    assert_eq!(new.call.as_ref().unwrap().call.as_str(), "c-1");
    hands.happen(Msg::ContactMade { request, result: Ok(Box::new(made(&new))) });
    let (_, customer) = hands.asked_link();
    assert_eq!(customer.to_string(), "HOLD:N-1", "the call is linked to it");
    assert_eq!(hands.customer().as_deref(), Some("HOLD:N-1"));
    hands.shows("HOLD:N-1 is made; no record of any source was changed");
}

#[test]
fn what_was_looked_for_is_not_typed_again() {
    let mut hands = Hands::open();
    hands.press("f");
    hands.type_text("zoe@mail.example");
    hands.press("enter");
    hands.answer_look_up(&[]);
    hands.press("N");
    hands.shows("e-mail    zoe@mail.example");
    hands.press("f10");
    hands.shows("a contact has a name");
}

#[test]
fn people_alike_are_shown_with_reasons_before_anything_is_made() {
    let mut hands = stranger();
    hands.press("N f10");
    let (request, _) = hands.asked_look_up();
    let others = [
        candidate("CRM:C-1", "Somebody Else", "6045550199"),
        candidate("CRM:C-2", "Farber, Zoë", "2125550100"),
        candidate("CRM:C-3", "Amir Haddad", "2125550101"),
    ];
    hands.ranked(request, &others);
    hands.lookup_part(request, "BILL", State::TimedOut);
    hands.happen(Msg::LookupEnded { request, result: Ok(()) });
    assert!(!hands.asks(|effect| matches!(effect, Effect::AddContact { .. })));
    for text in [
        "THE SAME PERSON?",
        "2 may be the same person:",
        "same number",
        "same name",
        "BILL timed out after 0.0 s: a duplicate there would not be seen",
    ] {
        hands.shows(text);
    }
    hands.hides("Amir Haddad");
    hands.press("j enter");
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-2"), "one of them is opened instead");
    assert!(hands.model.session().contact.is_none());
    assert!(!hands.asks(|effect| matches!(effect, Effect::AddContact { .. })));
    hands.press("u");
    hands.shows("1 candidate, not linked");
}

#[test]
fn another_key_makes_the_record_all_the_same_and_escape_goes_back_to_the_form() {
    let mut hands = stranger();
    hands.press("N f10");
    let (request, _) = hands.asked_look_up();
    hands.ranked(request, &[candidate("CRM:C-1", "Somebody Else", "6045550199")]);
    hands.happen(Msg::LookupEnded { request, result: Ok(()) });
    hands.press("esc");
    assert_eq!(hands.model.overlay, Some(Overlay::Contact));
    hands.press("f10");
    let (request, _) = hands.asked_look_up();
    hands.ranked(request, &[candidate("CRM:C-1", "Somebody Else", "6045550199")]);
    hands.happen(Msg::LookupEnded { request, result: Ok(()) });
    hands.press("f10");
    let (request, new) = adds(&mut hands);
    hands.happen(Msg::ContactMade { request, result: Err(AskError::Slow) });
    hands.shows("not made, nothing is lost: the gateway did not answer in time");
    assert_eq!(hands.model.session().contact.as_ref().unwrap().text("name"), new.name.as_str());
}

#[test]
fn where_a_source_was_silent_nothing_is_made_without_a_word() {
    let mut hands = stranger();
    hands.press("N f10");
    let (request, _) = hands.asked_look_up();
    hands.lookup_part(request, "BILL", State::Refused);
    hands.happen(Msg::LookupEnded { request, result: Ok(()) });
    hands.shows("Nobody alike was found, but not everything was seen:");
    hands.shows("a duplicate there would not be seen");
    hands.press("f10");
    adds(&mut hands);
}

#[test]
fn with_a_customer_on_the_screen_no_contact_is_made() {
    let mut hands = Hands::with_eleanor();
    hands.press("N");
    hands.shows("a customer is chosen here");
    let _ = eleanor();
}
