//! Everything that a desk can show: each pane, each form, each thing on top, with a customer whose
//! words are hostile.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use norns::app::effect::Effect;
use norns::app::msg::{Msg, RequestId};
use norns::domain::belonging::{Belonging, BelongingKind};
use norns::domain::customer::{Bond, Candidate, CustomerId, Key, Kin, Stated};
use norns::domain::phone::{Number, Region};
use norns::domain::source::{Facts, Part, SourceId, State as DomainState};
use norns::domain::text::CleanText;
use norns::domain::write::{Input, InputKind, Prefill, SourceAction};

use crate::common::overlong::{self, LONG};
use crate::common::read;
use crate::common::seat::Seat;

const SIZE: (u16, u16) = (80, 24);

/// A desk in some state, and every amount that may be read there.
pub struct State {
    pub name: &'static str,
    pub seat: Seat,
    pub amounts: BTreeSet<String>,
}

/// One desk in each state.
pub fn all() -> Vec<State> {
    let state = |(name, seat): (&'static str, Seat)| State {
        name,
        amounts: read::amounts(seat.desk.session()),
        seat,
    };
    seats().into_iter().map(state).collect()
}

fn seats() -> Vec<(&'static str, Seat)> {
    let mut states = vec![
        ("nobody", Seat::open(SIZE)),
        ("tour", tour()),
        ("candidates", candidates()),
        ("two candidates", candidates()),
        ("duplicates", duplicates()),
        ("sessions", sessions()),
        ("which records belong together", kin()),
        ("call waits", waiting("g n")),
    ];
    let keys = [
        ("past", "g p"),
        ("past, far down", "g p end"),
        ("past, a filter that passes nothing", "g p / x x x enter"),
        ("present", "g n"),
        ("present, far down", "g n pagedown pagedown"),
        ("future", "g f"),
        ("future, far down", "g f end"),
        ("past alone", "g p z"),
        ("present alone", "g n z"),
        ("future alone", "g f z"),
        ("help", "?"),
        ("help, far down", "? end"),
        ("entry", "g p enter"),
        ("entry, far down", "g p enter end"),
        ("who says what", "i"),
        ("who says what, far down", "i end"),
        ("people and products", "b"),
        ("people and products, far down", "b end"),
        ("figures", "#"),
        ("figures, far down", "# end"),
        ("verification", "v down"),
        ("palette", ":"),
        ("palette, far down", ": down down down down down down down down down down down down"),
        ("palette, nothing found", ": x x x x x"),
        ("follow-up", "t"),
        ("follow-up, last field", "t shift-tab"),
        ("follow-up, refused", "t tab tab f10"),
        ("handover", "y"),
        ("wrap-up codes", "w down"),
        ("ready or not", "A down"),
    ];
    states.extend(keys.map(|(name, keys)| (name, chosen(keys))));
    states.push(("two candidates", second_candidate()));
    let typed = [
        ("note", "n"),
        ("note beside the past", "g p n"),
        ("search", "/"),
        ("find", "f"),
        ("palette, typed into", ":"),
        ("follow-up, typed into", "t tab tab"),
    ];
    for (name, keys) in typed {
        let mut seat = chosen(keys);
        seat.happen(Msg::Paste(LONG.repeat(3)));
        states.push((name, seat));
    }
    states.push(("what may be written", writing("")));
    states.push(("a write, typed into", writing("enter tab tab")));
    states.push(("contact", contact()));
    let mut seat = chosen("n");
    seat.happen(Msg::LongPaste { text: LONG.repeat(100), bytes: 1 << 30 });
    states.push(("long paste", seat));
    let mut seat = chosen("g");
    seat.now += SignedDuration::from_millis(300);
    seat.happen(Msg::Woke);
    states.push(("chord", seat));
    let mut seat = chosen("g n");
    seat.happen(Msg::Complaint(CleanText::line(&LONG.repeat(3))));
    states.push(("notice", seat));
    let mut seat = chosen("n");
    seat.happen(Msg::DraftTrouble(Some(CleanText::line(&LONG.repeat(3)))));
    states.push(("trouble", seat));
    states
}

fn press(seat: &mut Seat, keys: &str) -> Vec<Effect> {
    if keys.is_empty() { Vec::new() } else { seat.press(keys) }
}

/// The hostile customer is chosen, and these keys are pressed.
fn chosen(keys: &str) -> Seat {
    let mut seat = Seat::with(SIZE, overlong::parts());
    press(&mut seat, keys);
    seat
}

fn tour() -> Seat {
    let mut seat = Seat::open(SIZE);
    seat.desk.tour = true;
    seat
}

fn candidate(id: &str) -> Candidate {
    let number = Number::read("4165550142", Region::NANP).unwrap();
    Candidate {
        id: CustomerId::parse(id).unwrap(),
        name: CleanText::line(&LONG.repeat(2)),
        account: Some(CleanText::line("A-7731-02")),
        since: None,
        score: 1,
        reasons: vec![CleanText::line(LONG), CleanText::line("mobile")],
        records: Vec::new(),
        keys: vec![Key::Phone(number)],
        kin: Vec::new(),
    }
}

/// Twenty candidates, the cursor on the last.
fn candidates() -> Seat {
    let mut seat = Seat::open(SIZE);
    let request = seat.call();
    let candidates = (0..20).map(|nth| candidate(&format!("CRM:C-{nth}"))).collect();
    seat.happen(Msg::LookupRanked { request, candidates });
    seat.happen(Msg::LookupEnded { request, result: Ok(()) });
    press(&mut seat, "end");
    seat
}

/// Candidates whose records may belong together, the cursor on the last.
fn kin() -> Seat {
    let mut seat = Seat::open(SIZE);
    let request = seat.call();
    let one = |nth: u32| Kin {
        id: CustomerId::parse(&format!("CRM:C-{nth}")).unwrap(),
        name: CleanText::line(LONG),
        bond: [Bond::Perhaps, Bond::Same, Bond::Household][nth as usize % 3],
        millionths: 612_000,
        why: CleanText::line(&LONG.repeat(3)),
        stated: nth.is_multiple_of(2).then(|| Stated {
            id: i64::from(nth),
            agent: CleanText::line(LONG),
            at: seat.now,
        }),
    };
    let candidates = vec![Candidate { kin: (0..9).map(one).collect(), ..candidate("CRM:C-20") }];
    seat.happen(Msg::LookupRanked { request, candidates });
    press(&mut seat, "I end");
    seat
}

/// A customer with one record that may be theirs, one key contact and one product, of all of which
/// this is said.
pub fn related(why: &str) -> Seat {
    let mut seat = Seat::open(SIZE);
    let request = seat.call();
    let kin = Kin {
        id: CustomerId::parse("CRM:C-1").unwrap(),
        name: CleanText::line("Amir Haddad"),
        bond: Bond::Perhaps,
        millionths: 612_000,
        why: CleanText::line(why),
        stated: None,
    };
    let one = Candidate { kin: vec![kin], ..candidate("CRM:C-20") };
    seat.happen(Msg::LookupRanked { request, candidates: vec![one] });
    let asked = press(&mut seat, "enter").into_iter().find_map(|effect| match effect {
        Effect::View(wanted) => Some(wanted.request),
        _ => None,
    });
    let source = SourceId::new("CRM").unwrap();
    let product = Belonging {
        id: CleanText::line("1"),
        source: source.clone(),
        kind: BelongingKind::Product,
        what: CleanText::line(why),
        serial: None,
        since: None,
        until: None,
        state: None,
        fields: Vec::new(),
    };
    let facts = Facts { belongings: vec![product], ..Facts::default() };
    let part = Part { state: DomainState::Ok, facts, ..Part::loading(source) };
    seat.happen(Msg::ViewPart { request: asked.unwrap(), part: Box::new(part) });
    seat
}

fn second_candidate() -> Seat {
    let mut seat = Seat::open(SIZE);
    let request = seat.call();
    let candidates = ["CRM:C-1", "CRM:C-2"].map(candidate).to_vec();
    seat.happen(Msg::LookupRanked { request, candidates });
    press(&mut seat, "down");
    seat
}

/// A call from a number that nobody knows, whose new contact is being written.
fn contact() -> Seat {
    let mut seat = Seat::open(SIZE);
    let request = seat.call();
    seat.happen(Msg::LookupEnded { request, result: Ok(()) });
    press(&mut seat, "N");
    seat.happen(Msg::Paste(LONG.repeat(2)));
    seat
}

fn duplicates() -> Seat {
    let mut seat = contact();
    let asked = press(&mut seat, "f10").into_iter().find_map(|effect| match effect {
        Effect::LookUp { request, .. } => Some(request),
        _ => None,
    });
    let request: RequestId = asked.unwrap();
    let candidates = (0..9).map(|nth| candidate(&format!("CRM:C-{nth}"))).collect();
    seat.happen(Msg::LookupRanked { request, candidates });
    seat.happen(Msg::LookupEnded { request, result: Ok(()) });
    press(&mut seat, "end");
    seat
}

/// What may be written into a source, and these keys.
fn writing(keys: &str) -> Seat {
    let mut seat = chosen("S");
    let request = seat.desk.offered.asked.unwrap();
    let input = |kind| Input {
        name: CleanText::line("text"),
        title: CleanText::line(LONG),
        kind,
        required: true,
        most: 2_000,
        choices: (0..9).map(|_| (CleanText::line(LONG), CleanText::line(LONG))).collect(),
        usual: None,
        prefill: Some(Prefill::Name),
    };
    let action = SourceAction {
        source: SourceId::new("CRM").unwrap(),
        name: CleanText::line("note"),
        title: CleanText::line(LONG),
        inputs: [InputKind::Text, InputKind::Choice, InputKind::Lines].map(input).into(),
        again: true,
    };
    let actions = vec![action; 30];
    seat.happen(Msg::ActionsTold { request, result: Ok(actions) });
    press(&mut seat, keys);
    if !keys.is_empty() {
        seat.happen(Msg::Paste(LONG.repeat(9)));
    }
    seat
}

/// A call waits while another is on the screen.
fn waiting(keys: &str) -> Seat {
    let mut seat = chosen("n");
    for nth in 2..9 {
        seat.call_of(&format!("c-{nth}"), LONG);
    }
    press(&mut seat, "esc");
    press(&mut seat, keys);
    seat
}

fn sessions() -> Seat {
    let mut seat = waiting("s");
    press(&mut seat, "end");
    seat
}
