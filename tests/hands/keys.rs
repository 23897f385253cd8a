//! The shipped keymaps under the hands: chords, hints, and files of one's own.

use norns::action::Action;
use norns::app::msg::Msg;
use norns::app::overlay::Overlay;
use norns::keys::keymap::{self, SHIPPED};
use norns::keys::layer::Layer;

use crate::common::seat::Seat;
use crate::desk::Hands;

/// In which layers an action makes sense: it is reached in all of them.
fn places(action: Action) -> Vec<&'static [Layer]> {
    const PAST: &[Layer] = &[Layer::Past, Layer::Pane, Layer::Global];
    const PRESENT: &[Layer] = &[Layer::Present, Layer::Pane, Layer::Global];
    const FUTURE: &[Layer] = &[Layer::Future, Layer::Pane, Layer::Global];
    const NOTE: &[Layer] = &[Layer::Note, Layer::Global];
    const FORM: &[Layer] = &[Layer::Form, Layer::Global];
    const LINE: &[Layer] = &[Layer::Line, Layer::Global];
    const OVERLAY: &[Layer] = &[Layer::Overlay, Layer::Global];
    use Action as A;
    match action {
        A::LeaveNote | A::SendNote => vec![NOTE],
        A::EditNote => vec![NOTE, FORM],
        A::NextField | A::PreviousField => vec![FORM],
        A::SaveForm => vec![FORM, OVERLAY],
        A::ReportValue => vec![OVERLAY],
        A::Close => vec![FORM, LINE, OVERLAY],
        A::FilterChannel | A::FilterRange | A::FilterClear | A::More => vec![PAST],
        A::SaySame | A::SayHousehold => vec![OVERLAY],
        A::UndoLink => vec![PAST, PRESENT, FUTURE, OVERLAY],
        A::SettleFollowUp => vec![FUTURE],
        A::PinNote => vec![PAST],
        A::Open => vec![PAST, PRESENT, FORM, LINE, OVERLAY],
        A::CursorDown | A::CursorUp => vec![PAST, PRESENT, FUTURE, LINE, OVERLAY],
        A::PageDown | A::PageUp => vec![PAST, PRESENT, FUTURE, OVERLAY],
        A::Quit | A::Suspend | A::Repaint | A::TakePop | A::Sessions => {
            vec![PAST, PRESENT, FUTURE, NOTE, FORM, LINE, OVERLAY]
        }
        A::Help => vec![PAST, PRESENT, FUTURE, NOTE, FORM],
        _ => vec![PAST, PRESENT, FUTURE],
    }
}

#[test]
fn every_action_is_reached_wherever_it_makes_sense_in_every_keymap() {
    for (name, _) in SHIPPED {
        let (keymap, _) = keymap::load(name, &|_| None);
        for action in Action::ALL {
            for layers in places(*action) {
                let keys = keymap.keys_for(layers, *action);
                assert!(keys.is_some(), "{name}: no key for {} in {layers:?}", action.name());
            }
        }
    }
}

#[test]
fn a_chord_shows_its_continuations_after_a_quarter_of_a_second_and_not_before() {
    for (keymap, prefix, said) in
        [("default", "g", "go: "), ("vim", "ctrl-w", "window: "), ("arrows", "f8", "more: ")]
    {
        let mut hands = Hands::with_keymap(keymap);
        hands.press(prefix);
        hands.pass(249);
        hands.hides(said);
        hands.pass(1);
        hands.shows(said);
        hands.press("esc");
        hands.hides(said);
        assert!(hands.model.chord.is_empty());
    }
}

#[test]
fn a_chord_shows_every_continuation_whole_on_a_small_screen() {
    for (name, _) in SHIPPED {
        let (keymap, _) = keymap::load(name, &|_| None);
        let bindings = keymap.bindings();
        let chords = bindings.iter().filter_map(|binding| {
            let (prefix, last) = binding.keys.rsplit_once(' ')?;
            Some((binding.layer, prefix, format!("{last} {}", binding.action.short())))
        });
        for (layer, prefix, said) in chords {
            let mut seat = Seat::keyed(name, (80, 24));
            seat.call();
            seat.choose(Vec::new());
            let pane = [Layer::Past, Layer::Pane, Layer::Global];
            let opens = match layer {
                "pane" | "global" => None,
                "note" => Some(Action::WriteNote),
                "form" => Some(Action::WriteFollowUp),
                other => panic!("{name}: nobody here opens the layer {other}"),
            };
            if let Some(opens) = opens {
                seat.press(&keymap.keys_for(&pane, opens).unwrap());
            }
            seat.press(prefix);
            seat.now += jiff::SignedDuration::from_millis(300);
            seat.happen(Msg::Woke);
            let text = seat.text();
            assert!(text.contains(&said), "{name}: {prefix} does not say {said}:\n{text}");
        }
    }
}

#[test]
fn a_chord_that_means_nothing_does_nothing_and_is_not_typed() {
    let mut hands = Hands::with_eleanor();
    hands.press("g x");
    assert!(hands.model.chord.is_empty());
    assert_eq!(hands.customer().as_deref(), Some("CRM:C-20417"), "the call is not closed");
    hands.press("n");
    hands.type_text("a");
    hands.press("ctrl-x q b");
    assert_eq!(hands.model.session().draft.as_ref().unwrap().text(), "ab");
}

#[test]
fn a_pop_clears_a_half_typed_chord() {
    let mut hands = Hands::open();
    hands.press("g");
    hands.ring("4165550142");
    assert!(hands.model.chord.is_empty());
}

#[test]
fn a_file_of_one_s_own_lies_over_each_shipped_one_key_by_key() {
    for (name, _) in SHIPPED {
        let own = "[pane]\n\"f9\" = \"note.write\"\n\"f4\" = false\n[pane.f6]\nlabel = \"mine\"\n\"x\" = \"help.toggle\"\n";
        let (keymap, complaints) = keymap::load(name, &|_| Some(Ok(own.to_owned())));
        assert_eq!(complaints, [], "{name}");
        let mut hands = Hands::with_keymap(name);
        hands.model.keymap = keymap;
        hands.press("f6 x");
        assert_eq!(
            hands.model.overlay,
            Some(Overlay::Help { first: 0 }),
            "{name}: a chord of one's own"
        );
        hands.press("esc f4");
        assert_eq!(hands.model.overlay, None, "{name}: a key that was unbound");
        hands.press("f9");
        assert!(hands.model.writing, "{name}: a key that was bound anew");
        hands.happen(Msg::Key("esc".parse().unwrap()));
        assert!(!hands.model.writing, "{name}: what the file does not say stays");
    }
}
