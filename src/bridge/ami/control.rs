//! From what an agent wants to the actions that Asterisk knows.
//!
//! A phone is answered, and a call is held, by the phone alone: Asterisk has no action for it but a
//! message to the phone, and that one needs the class `system`, which may start programs.

use super::calls::Calls;
use crate::bridge::told::Seat;
use crate::domain::telephony::{Ability, Wish};
use crate::pop::command::Order;

/// What can be asked of Asterisk.
pub const CAN: [Ability; 5] =
    [Ability::HangUp, Ability::Transfer, Ability::Consult, Ability::Recording, Ability::Agent];

/// An action, and its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub name: &'static str,
    pub headers: Vec<(&'static str, String)>,
}

impl Act {
    fn new<const N: usize>(name: &'static str, headers: [(&'static str, &str); N]) -> Self {
        Self { name, headers: headers.map(|(name, value)| (name, value.to_owned())).into() }
    }
}

/// The actions of an order, in their order. Those that are about a call are tried one after the
/// other until one is taken; those about the agent are all done.
///
/// # Errors
/// Why there is none.
pub fn acts(
    calls: &Calls,
    context: Option<&str>,
    seat: &Seat,
    order: &Order,
) -> Result<Vec<Act>, &'static str> {
    if let Wish::Ready | Wish::NotReady { .. } = order.wish {
        return pauses(calls, seat, &order.wish);
    }
    let call = order.call.as_deref().ok_or("no call is named")?;
    let (own, caller) = calls.channels(seat, call).ok_or("the telephone knows no such call")?;
    let give = |name: &'static str, to: &str| {
        let mut act = Act::new(name, [("Channel", own), ("Exten", number(to)?)]);
        act.headers.extend(context.map(|context| ("Context", context.to_owned())));
        Ok(vec![act])
    };
    let mute = |state: &str| {
        // Who records, records the caller's channel as a rule.
        let channels = caller.into_iter().chain([own]);
        let act = |channel| {
            let headers = [("Channel", channel), ("Direction", "both"), ("State", state)];
            Act::new("MixMonitorMute", headers)
        };
        channels.map(act).collect()
    };
    match &order.wish {
        Wish::HangUp => Ok(vec![Act::new("Hangup", [("Channel", own), ("Cause", "16")])]),
        Wish::Transfer { to } => give("BlindTransfer", to),
        Wish::Consult { to } => give("Atxfer", to),
        Wish::PauseRecording => Ok(mute("1")),
        Wish::ResumeRecording => Ok(mute("0")),
        Wish::Answer | Wish::Hold | Wish::Retrieve => Err("only the phone itself can do that"),
        Wish::Ready | Wish::NotReady { .. } | Wish::Directory | Wish::Alive => {
            Err("that is about no call")
        }
    }
}

/// Whoever is a member by several devices is paused by all of them.
fn pauses(calls: &Calls, seat: &Seat, wish: &Wish) -> Result<Vec<Act>, &'static str> {
    let devices = calls.devices(seat);
    let act = |device: String| match wish {
        Wish::NotReady { reason } => {
            let mut act = Act::new("QueuePause", [("Interface", &*device), ("Paused", "true")]);
            let reason = reason.as_ref().map(|reason| reason.chars().take(64).collect());
            act.headers.extend(reason.map(|reason: String| ("Reason", reason)));
            act
        }
        _ => Act::new("QueuePause", [("Interface", &*device), ("Paused", "false")]),
    };
    match devices.is_empty() {
        true => Err("no device of yours is known"),
        false => Ok(devices.into_iter().map(act).collect()),
    }
}

/// A number becomes part of an action: it is what can be dialled, and nothing else.
pub fn number(text: &str) -> Result<&str, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "*#+._-".contains(c);
    let fits = !text.is_empty() && text.len() <= 40 && text.chars().all(plain);
    if fits { Ok(text) } else { Err("that is no number that can be dialled") }
}
