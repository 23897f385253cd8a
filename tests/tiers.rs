//! Sources that are asked on demand: at the agent's key, and not before.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use jiff::tz::TimeZone;
use norns::app::effect::{Effect, ViewRequest};
use norns::app::model::{Model, Start};
use norns::app::msg::Msg;
use norns::app::update::update;
use norns::domain::customer::{Candidate, CustomerId};
use norns::domain::phone::Region;
use norns::domain::source::{Changed, Part, SourceId, State};
use norns::domain::text::CleanText;
use norns::keys::keymap;
use norns::ui::words::told;

const NOW: &str = "2026-11-02T10:04:00-05:00";

struct Desk(Model);

impl Desk {
    fn open() -> Self {
        Self(Model::new(Start {
            size: (120, 40),
            now: NOW.parse().unwrap(),
            zone: TimeZone::UTC,
            home: Region::NANP,
            keymap: keymap::load("default", &|_| None).0,
            complaints: Vec::new(),
        }))
    }

    fn happen(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.0, NOW.parse().unwrap(), msg)
    }

    fn press(&mut self, keys: &str) -> Vec<Effect> {
        let keys = keys.split_whitespace().map(|key| Msg::Key(key.parse().unwrap()));
        keys.flat_map(|key| self.happen(key)).collect()
    }
}

fn asked(effects: &[Effect]) -> &ViewRequest {
    let view = effects.iter().find_map(|effect| match effect {
        Effect::View(wanted) => Some(wanted),
        _ => None,
    });
    view.unwrap()
}

/// The question for the view of a customer that has just been chosen.
fn chosen(desk: &mut Desk) -> ViewRequest {
    let effects = desk.press("f A - 7 enter");
    let Some(Effect::LookUp { request, .. }) = effects.last() else { panic!("{effects:?}") };
    let id = CustomerId::parse("CRM:C-20417").unwrap();
    let candidate = Candidate {
        id: id.clone(),
        name: CleanText::line("Eleanor Whitcombe"),
        account: None,
        since: None,
        score: 1,
        reasons: Vec::new(),
        records: vec![id],
        keys: Vec::new(),
        kin: Vec::new(),
    };
    desk.happen(Msg::LookupRanked { request: *request, candidates: vec![candidate] });
    desk.happen(Msg::LookupEnded { request: *request, result: Ok(()) });
    asked(&desk.press("enter")).clone()
}

#[test]
fn what_was_said_before_is_told_with_its_age_and_asked_anew_at_a_key() {
    let mut desk = Desk::open();
    let wanted = chosen(&mut desk);
    assert!(!wanted.fresh);
    let crm = SourceId::new("CRM").unwrap();
    let said_at = Some("2026-11-02T15:01:00Z".parse().unwrap());
    let empty = Part { state: State::Empty, ..Part::loading(crm.clone()) };
    let kept = Part { kept: true, fetched_at: said_at, ..empty.clone() };
    assert_eq!(
        told(&kept, NOW.parse().unwrap()),
        "CRM not asked again, kept what it said, 3 min ago"
    );
    desk.happen(Msg::ViewPart { request: wanted.request, part: Box::new(kept) });
    desk.happen(Msg::ViewEnded { request: wanted.request, result: Ok(()) });
    let anew = asked(&desk.press("r")).clone();
    assert_eq!((anew.sources, anew.fresh), (vec![crm], true));
    desk.happen(Msg::ViewPart { request: anew.request, part: Box::new(empty) });
    desk.happen(Msg::ViewEnded { request: anew.request, result: Ok(()) });
    assert_eq!(desk.press("r"), []);
    assert_eq!(desk.0.notices.back().unwrap().as_str(), "every source has answered");
}

#[test]
fn what_a_source_says_has_changed_is_told_once_and_shown_at_a_key() {
    let mut desk = Desk::open();
    let wanted = chosen(&mut desk);
    assert!(wanted.watch);
    let crm = SourceId::new("CRM").unwrap();
    let part = |request| {
        let part = Part { state: State::Empty, ..Part::loading(SourceId::new("CRM").unwrap()) };
        Msg::ViewPart { request, part: Box::new(part) }
    };
    desk.happen(part(wanted.request));
    desk.happen(Msg::ViewEnded { request: wanted.request, result: Ok(()) });
    let changed = |request, at: &str| {
        let changed = Changed { at: Some(at.parse().unwrap()), gone: false };
        Msg::Changed { request, source: SourceId::new("CRM").unwrap(), changed }
    };
    desk.happen(changed(wanted.request, "2026-11-02T14:02:00Z"));
    desk.happen(changed(wanted.request, "2026-11-02T14:03:00Z"));
    let told = |desk: &Desk| desk.0.notices.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(told(&desk), ["CRM changed 14:02, r shows it"]);
    let read = |desk: &Desk| norns::ui::linear::pane::sources(&desk.0).lines().join("\n");
    assert!(read(&desk).ends_with("; CRM changed 14:03, r shows it"), "{}", read(&desk));

    // What was asked for before it was told may be from before; only the next answer is not.
    let anew = asked(&desk.press("r")).clone();
    assert_eq!((&anew.sources, anew.fresh, anew.watch), (&vec![crm], true, false));
    desk.happen(changed(wanted.request, "2026-11-02T14:04:00Z"));
    desk.happen(part(anew.request));
    assert!(read(&desk).ends_with("; CRM changed 14:04, r shows it"), "{}", read(&desk));
    desk.happen(Msg::ViewEnded { request: anew.request, result: Ok(()) });
    let anew = asked(&desk.press("r")).clone();
    desk.happen(part(anew.request));
    desk.happen(Msg::ViewEnded { request: anew.request, result: Ok(()) });
    assert!(!read(&desk).contains("changed"), "{}", read(&desk));

    // Where nobody tells any more, the next question asks for it, too.
    desk.happen(changed(wanted.request, "2026-11-02T14:05:00Z"));
    desk.happen(Msg::WatchEnded { request: wanted.request });
    assert!(asked(&desk.press("r")).watch);
}

#[test]
fn who_is_not_open_any_more_is_not_watched() {
    let mut desk = Desk::open();
    let wanted = chosen(&mut desk);
    desk.happen(Msg::ViewEnded { request: wanted.request, result: Ok(()) });
    let effects = desk.press("u");
    assert!(effects.contains(&Effect::Forget { request: wanted.request }), "{effects:?}");
    let again = asked(&desk.press("enter")).clone();
    assert!(again.watch && again.request != wanted.request);
}

#[test]
fn a_key_asks_the_sources_that_were_not_asked_and_no_other() {
    let mut desk = Desk::open();
    let request = chosen(&mut desk).request;
    for (source, state) in [("CRM", State::Empty), ("MKT", State::NotAsked)] {
        let source = SourceId::new(source).unwrap();
        let part = Box::new(Part { state, ..Part::loading(source) });
        desk.happen(Msg::ViewPart { request, part });
    }
    desk.happen(Msg::ViewEnded { request, result: Ok(()) });
    let wanted = asked(&desk.press("o")).clone();
    assert_eq!(wanted.sources, [SourceId::new("MKT").unwrap()]);
    let part = Part { state: State::Empty, ..Part::loading(SourceId::new("MKT").unwrap()) };
    desk.happen(Msg::ViewPart { request: wanted.request, part: Box::new(part) });
    assert_eq!(desk.press("o"), []);
    assert_eq!(desk.0.notices.back().unwrap().as_str(), "every source has been asked");
}
