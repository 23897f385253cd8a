//! Who is a member of queues, by which devices, and who takes a pause.

use std::collections::BTreeMap;

use super::super::message::Message;
use super::Calls;
use crate::bridge::leg::{Leg, State};
use crate::bridge::told::{Seat, Told};

/// After-call work begins so many milliseconds after the talk at the latest.
const WRAP_UP: i64 = 120_000;

/// Whether somebody is paused, and why.
type Pause = (bool, String);

/// An agent's places in queues.
#[derive(Debug, Default)]
pub struct Places {
    /// By device and queue.
    known: BTreeMap<(String, String), Pause>,
    /// What the agent's desk was told last.
    told: Option<Pause>,
}

impl Places {
    /// Desks are told all of it at once.
    pub(super) fn is_told(&mut self) {
        self.told = self.pause();
    }

    /// Whoever can be rung by one device still, takes calls.
    fn pause(&self) -> Option<Pause> {
        let first = self.known.values().next()?;
        let rung = self.known.values().find(|(paused, _)| !paused);
        Some(rung.unwrap_or(first).clone())
    }
}

impl Calls {
    /// A member of a queue, as it was last heard of.
    pub(super) fn known_member(
        &mut self,
        seat: &Seat,
        (device, queue): (&str, &str),
        pause: (bool, String),
    ) {
        let places = self.places.entry(seat.clone()).or_default();
        places.known.insert((device.to_owned(), queue.to_owned()), pause);
    }

    /// Whether an agent takes calls, as far as their queues have told it.
    pub fn agent(&self, seat: &Seat) -> Option<Told> {
        let places = self.places.get(seat)?;
        let ((device, queue), _) = places.known.first_key_value()?;
        Some(told(seat, (device, Some(queue)), &places.pause()?, None))
    }

    /// A pause names neither call nor channel: it is after-call work of the talk that has just
    /// ended, where its reason says so.
    pub(super) fn pause(&mut self, event: &Message, at: Option<i64>) {
        let Some(interface) = event.last("Interface") else { return };
        let Some(seat) = self.names.seats.of(interface) else { return };
        let paused = event.last("Paused") == Some("1");
        let reason = event.last("PausedReason").unwrap_or_default().to_owned();
        let wrap_up = self.names.wrap_up.iter().any(|word| word.eq_ignore_ascii_case(&reason));
        if paused && wrap_up {
            let just = |ended: Option<i64>| {
                ended.zip(at).is_none_or(|(ended, at)| (0..=WRAP_UP).contains(&(at - ended)))
            };
            let last = self.legs.find(|leg| leg.seat == seat);
            let ended = |leg: &&Leg| leg.state == State::Over && leg.answered_at.is_some();
            let ended = last.and_then(|nth| self.legs.get(nth)).filter(ended);
            if let (Some(nth), true) = (last, ended.is_some_and(|leg| just(leg.ended_at))) {
                self.legs.wrap_up(nth, &reason, at);
            }
        }
        if !paused {
            self.legs.wrapped_up(&seat, at);
        }
        let queue = event.last("Queue").unwrap_or_default();
        self.known_member(&seat, (interface, queue), (paused, reason));
        self.tell_pause(&seat, (interface, event.last("Queue")), at);
    }

    /// Every device and every queue of an agent tells of the same pause; it is told once, and only
    /// when none of them is rung any more.
    fn tell_pause(&mut self, seat: &Seat, place: (&str, Option<&str>), at: Option<i64>) {
        let Some(places) = self.places.get_mut(seat) else { return };
        let now = places.pause();
        if now == places.told {
            return;
        }
        places.told.clone_from(&now);
        let told = now.map(|now| told(seat, place, &now, at));
        told.into_iter().for_each(|told| self.legs.tell(told));
    }

    pub(super) fn member(&mut self, event: &Message, name: &str, at: Option<i64>) {
        let Some(interface) = event.last("Interface") else { return };
        let Some(seat) = self.names.seats.of(interface) else { return };
        let added = name == "QueueMemberAdded";
        let queue = event.last("Queue");
        let place = (interface.to_owned(), queue.unwrap_or_default().to_owned());
        let places = self.places.entry(seat.clone()).or_default();
        if !added {
            places.known.remove(&place);
            if !places.known.is_empty() {
                // There is another queue, or another device, that goes on.
                return self.tell_pause(&seat, (interface, queue), at);
            }
        }
        let first = places.known.is_empty();
        places.told = None;
        let state = if added { "logged_in" } else { "logged_out" };
        let told = Told::new(&seat, "agent", at).text("agent", interface).text("state", state);
        if first {
            self.legs.tell(told.maybe("queue", queue));
        }
        if added && event.last("Paused") == Some("1") {
            self.pause(event, at);
        } else if added {
            self.known_member(
                &seat,
                (interface, queue.unwrap_or_default()),
                (false, String::new()),
            );
            if first {
                self.places.entry(seat).or_default().told = Some((false, String::new()));
            } else {
                self.tell_pause(&seat, (interface, queue), at);
            }
        }
    }
}

fn told(
    seat: &Seat,
    (device, queue): (&str, Option<&str>),
    (paused, reason): &Pause,
    at: Option<i64>,
) -> Told {
    let state = if *paused { "paused" } else { "ready" };
    let told = Told::new(seat, "agent", at).text("agent", device).text("state", state);
    told.text("reason", reason).maybe("queue", queue)
}
