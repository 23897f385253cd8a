//! What a call does to the desk, as the centre's rules say: the first rule that fits decides.

use super::effect::Effect;
use super::model::Model;
use super::{answers, contact};
use crate::domain::customer::{CustomerId, Key, KeyKind};
use crate::domain::interaction::{Call, CallFacts, CallState, Direction, Presentation};
use crate::domain::phone::{Number, Region};
use crate::domain::text::CleanText;

/// One rule: which calls it is about, and what they do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// Whether it pops when it is answered, not when it rings.
    pub at_answer: bool,
    /// Patterns of calling numbers; any number where there are none.
    pub numbers: Vec<Pattern>,
    pub dialled: Vec<Pattern>,
    pub queues: Vec<Pattern>,
    pub direction: Option<Direction>,
    /// What came with the call, by name.
    pub data: Vec<(String, Pattern)>,
    pub action: Action,
    /// What more the caller is looked up by: where it is in the call, and what kind of key it is.
    pub keys: Vec<(String, KeyKind)>,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Action {
    /// It asks for the screen, and its caller is looked up; the agent chooses.
    #[default]
    Search,
    /// The same, and a customer who is the only one with the caller's account, case or address is
    /// opened at once.
    Open,
    /// The same, and whom nobody knows is offered as a new contact.
    OfferNew,
    /// It is in the list, and does not ask for the screen.
    Silent,
    /// It is not there.
    Ignore,
}

/// A text in which `*` stands for anything; upper and lower case are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<String>);

impl Pattern {
    /// Reads one.
    pub fn new(text: &str) -> Self {
        Self(text.to_lowercase().split('*').map(str::to_owned).collect())
    }

    /// Whether it fits the whole text.
    pub fn fits(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else { return false };
        if self.0.len() == 1 {
            return text == *first;
        }
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for middle in &self.0[1..self.0.len() - 1] {
            let Some((_, behind)) = rest.split_once(middle.as_str()) else { return false };
            rest = behind;
        }
        rest.ends_with(last.as_str())
    }
}

/// What is decided of one call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    pub action: Action,
    pub keys: Vec<Key>,
    at_answer: bool,
}

impl Verdict {
    /// Whether the call may ask for the screen in this state.
    pub fn pops(&self, state: CallState) -> bool {
        let silent = matches!(self.action, Action::Silent | Action::Ignore);
        let early = self.at_answer && state == CallState::Offered;
        !silent && !early
    }
}

/// The rules, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    pub known: Vec<Rule>,
}

impl Rules {
    /// What this call does, and what its caller is looked up by. A withheld number is no key, and
    /// fits no rule about numbers.
    pub fn of(&self, call: &Call, home: Region) -> Verdict {
        let rule = self.known.iter().find(|rule| fits(rule, call, home));
        let mut keys = usual_keys(&call.facts, home);
        let more = rule.iter().flat_map(|rule| &rule.keys);
        for key in more.filter_map(|(field, kind)| key(&call.facts, field, *kind, home)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Verdict {
            action: rule.map_or(Action::default(), |rule| rule.action),
            at_answer: rule.is_some_and(|rule| rule.at_answer),
            keys,
        }
    }
}

/// The look-up for a call is over: the rule may want its only customer opened, or a new contact
/// offered. Neither takes the screen from a hand.
pub fn looked_up(model: &mut Model, at: usize) -> Vec<Effect> {
    let session = &model.sessions[at];
    let (None, Some(lookup)) = (&session.customer, &session.lookup) else { return Vec::new() };
    let free = at == model.current && model.overlay.is_none() && !model.writing;
    // Whoever wrote the address must not say whose record is opened.
    let by_address = session.call.as_ref().is_some_and(Call::came_by_address);
    match (session.verdict.action, &lookup.candidates[..]) {
        (Action::Open, [only]) if !by_address => {
            let sure = |key: &&Key| !matches!(key, Key::Phone(_) | Key::Name(_) | Key::Segment(_));
            if !lookup.keys.iter().filter(sure).any(|key| only.keys.contains(key)) {
                return Vec::new();
            }
            let only = only.clone();
            answers::choose_at(model, at, &only)
        }
        (Action::OfferNew, []) if free => contact::write(model),
        _ => Vec::new(),
    }
}

fn fits(rule: &Rule, call: &Call, home: Region) -> bool {
    let facts = &call.facts;
    let any = |patterns: &[Pattern], spellings: &[Option<String>]| {
        patterns.is_empty()
            || spellings.iter().flatten().any(|text| patterns.iter().any(|p| p.fits(text)))
    };
    let shown = facts.ani.as_ref().filter(|_| facts.presentation == Presentation::Allowed);
    let number = shown.and_then(|ani| Number::read(ani, home));
    let ani = [number.map(|number| number.e164().to_owned()), shown.map(ToString::to_string)];
    let one = |text: &Option<CleanText>| [text.as_ref().map(ToString::to_string)];
    let data = |(name, pattern): &(String, Pattern)| {
        let mut named = facts.data.iter().filter(|(known, _)| known.as_str() == name);
        named.any(|(_, value)| pattern.fits(value))
    };
    any(&rule.numbers, &ani)
        && any(&rule.dialled, &one(&facts.dnis))
        && any(&rule.queues, &one(&facts.queue))
        && rule.direction.is_none_or(|direction| direction == call.direction)
        && rule.data.iter().all(data)
}

/// What every call can be looked up by.
fn usual_keys(facts: &CallFacts, home: Region) -> Vec<Key> {
    let mut keys = Vec::new();
    if facts.presentation == Presentation::Allowed {
        keys.extend(facts.ani.as_ref().and_then(|ani| Number::read(ani, home)).map(Key::Phone));
    }
    keys.extend(facts.account.clone().map(Key::Account));
    keys.extend(facts.case.clone().map(Key::Case));
    keys
}

/// What a call says under this name, as a key of this kind.
fn key(facts: &CallFacts, field: &str, kind: KeyKind, home: Region) -> Option<Key> {
    let text = match field {
        "dnis" => facts.dnis.as_ref(),
        "uui" => facts.uui.as_ref(),
        "contact" => facts.contact.as_ref(),
        "callback-id" => facts.callback_id.as_ref(),
        _ => {
            let name = field.strip_prefix("data.")?;
            facts.data.iter().find(|(known, _)| known.as_str() == name).map(|(_, value)| value)
        }
    };
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(match kind {
        KeyKind::Phone => Key::Phone(Number::read(text, home)?),
        KeyKind::Email => Key::Email(text.clone()),
        KeyKind::Account => Key::Account(text.clone()),
        KeyKind::Case => Key::Case(text.clone()),
        KeyKind::Name => Key::Name(text.clone()),
        KeyKind::Id => Key::Id(CustomerId::parse(text)?),
        KeyKind::Segment => Key::Segment(text.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_the_rest_for_itself() {
        let fits = |pattern: &str, text: &str| Pattern::new(pattern).fits(text);
        assert!(fits("+1416*", "+14165550142") && !fits("+1416*", "+14375550142"));
        assert!(fits("*", "") && fits("sales-*-en", "SALES-vip-EN") && !fits("sales", "sales-1"));
        assert!(fits("*55*42", "+14165550142") && !fits("a*a", "a"));
    }
}
