//! Every text is edited in the same way, wherever it is typed.

use norns::app::msg::Msg;
use norns::app::overlay::Overlay;

use crate::desk::Hands;

#[test]
fn find_search_palette_notes_and_forms_are_edited_in_their_middle() {
    let middle = |hands: &mut Hands| {
        hands.type_text("one two");
        hands.press("alt-b ctrl-left X end ctrl-w");
        hands.happen(Msg::Paste("pasted".into()));
        hands.press("shift-home ctrl-w ctrl-_");
    };
    let mut hands = Hands::open();
    hands.press("f");
    middle(&mut hands);
    let Some(Overlay::Find(line)) = &hands.model.overlay else { panic!("not finding") };
    assert_eq!(line.text(), "Xone pasted");
    hands.press("esc :");
    middle(&mut hands);
    let Some(Overlay::Palette { line, .. }) = &hands.model.overlay else { panic!("no palette") };
    assert_eq!(line.text(), "Xone pasted");
    let mut hands = Hands::with_eleanor();
    hands.press("/");
    middle(&mut hands);
    assert_eq!(hands.model.session().past.search.as_ref().unwrap().text(), "Xone pasted");
    hands.press("esc n");
    middle(&mut hands);
    assert_eq!(hands.model.session().draft.as_ref().unwrap().text(), "Xone pasted");
    hands.press("esc t ctrl-u");
    hands.press("alt-a backspace");
    middle(&mut hands);
    let form = hands.model.session().follow_up.as_ref().unwrap();
    assert_eq!(form.fields[form.at].text(), "Xone pasted");
}

#[test]
fn a_line_that_is_longer_than_its_field_is_shown_around_the_cursor() {
    let mut hands = Hands::open();
    hands.press("f");
    hands.type_text(&"abcdefghij".repeat(12));
    hands.type_text("THE END");
    hands.shows("THE END");
    hands.press("home X");
    hands.shows("> Xabcdefghij");
    hands.hides("THE END");
}

#[test]
fn what_is_selected_is_seen_and_what_is_typed_replaces_it() {
    let mut hands = Hands::open();
    hands.press("f");
    hands.type_text("Whitcombe");
    hands.press("ctrl-a ctrl-space ctrl-e x");
    hands.shows("> x ");
}

#[test]
fn the_agent_s_own_editor_has_the_note_and_the_field_of_a_form() {
    let mut hands = Hands::with_eleanor();
    let edited = |hands: &mut Hands| {
        hands.take("an editor", |effect| match effect {
            norns::app::effect::Effect::Edit(text) => Some(text.clone()),
            _ => None,
        })
    };
    hands.press("n");
    hands.type_text("says twice");
    hands.press("ctrl-x e");
    assert_eq!(edited(&mut hands), "says twice");
    hands.happen(Msg::Edited(Ok("says twice\nsince July".into())));
    assert_eq!(hands.model.session().draft.as_ref().unwrap().text(), "says twice\nsince July");
    hands.press("esc t");
    hands.press("shift-tab");
    hands.press("ctrl-x ctrl-e");
    assert_eq!(edited(&mut hands), "says twice");
    hands.happen(Msg::Edited(Ok("call her\nback".into())));
    assert_eq!(hands.model.session().follow_up.as_ref().unwrap().text("what"), "call her back");
}
