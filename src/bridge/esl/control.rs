//! From what an agent wants to the commands that FreeSWITCH knows.

use super::calls::Calls;
use crate::bridge::told::Seat;
use crate::domain::telephony::{Ability, Wish};
use crate::pop::command::Order;

/// That agents may control their calls, and how a site is set up for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Where the numbers of transfers are dialled.
    pub context: String,
    /// How somebody is dialled who is asked first, with `{number}` in it; nobody is where it is not
    /// said.
    pub consult: Option<String>,
    /// The channel variable that holds the name of the file of a recording.
    pub recording: String,
}

impl Control {
    /// What can be asked of FreeSWITCH.
    pub fn can(&self) -> Vec<Ability> {
        let mut can = vec![
            Ability::Answer,
            Ability::Hold,
            Ability::HangUp,
            Ability::Transfer,
            Ability::Recording,
            Ability::Agent,
        ];
        can.extend(self.consult.as_ref().map(|_| Ability::Consult));
        can
    }
}

/// What is to be done for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A command; where it is refused, the next step is tried.
    Say(String),
    /// The recording of a call is masked, or not any more, once the name of its file is known.
    Mask { call: String, paused: bool },
}

/// The steps of an order, in their order. Those that are about a call are tried one after the other
/// until one is taken; those about the agent are all done.
///
/// # Errors
/// Why there is none.
pub fn steps(
    calls: &Calls,
    control: &Control,
    seat: &Seat,
    order: &Order,
) -> Result<Vec<Step>, &'static str> {
    let status = match &order.wish {
        Wish::Ready => Some("Available"),
        Wish::NotReady { .. } => Some("On Break"),
        _ => None,
    };
    if let Some(status) = status {
        let agents = calls.devices(seat).into_iter().filter(|name| word(name));
        let set = |name| Step::Say(format!("callcenter_config agent set status {name} '{status}'"));
        let steps: Vec<Step> = agents.map(set).collect();
        return if steps.is_empty() { Err("no agent's name of yours is known") } else { Ok(steps) };
    }
    let call = order.call.as_deref().filter(|call| word(call)).ok_or("no call is named")?;
    let own = calls.channel(seat, call).filter(|own| word(own));
    let own = own.ok_or("the telephone knows no such call")?;
    let said = match &order.wish {
        Wish::Answer => format!("uuid_phone_event {own} talk"),
        Wish::Hold => format!("uuid_hold {own}"),
        Wish::Retrieve => format!("uuid_hold off {own}"),
        Wish::HangUp => format!("uuid_kill {own}"),
        Wish::Transfer { to } => {
            format!("uuid_transfer {own} -bleg {} XML {}", number(to)?, control.context)
        }
        Wish::Consult { to } => {
            let dial = control.consult.as_deref().ok_or("nobody can be asked first here")?;
            let dial = dial.replace("{number}", number(to)?);
            format!("uuid_broadcast {own} att_xfer::{dial} aleg")
        }
        Wish::PauseRecording => {
            return Ok(vec![Step::Mask { call: call.to_owned(), paused: true }]);
        }
        Wish::ResumeRecording => {
            return Ok(vec![Step::Mask { call: call.to_owned(), paused: false }]);
        }
        Wish::Ready | Wish::NotReady { .. } | Wish::Directory | Wish::Alive => {
            return Err("that is about no call");
        }
    };
    Ok(vec![Step::Say(said)])
}

/// What is masked, once the name of the file is known.
///
/// # Errors
/// Where there is no such file.
pub fn mask(call: &str, paused: bool, file: &str) -> Result<String, &'static str> {
    let plain =
        !file.is_empty() && file.len() <= 1_000 && file.chars().all(|c| c.is_ascii_graphic());
    if !plain {
        return Err("the switch tells no file that the call is recorded into");
    }
    Ok(format!("uuid_record {call} {} {file}", if paused { "mask" } else { "unmask" }))
}

/// What is part of a command is one word.
fn word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@._-".contains(c);
    !text.is_empty() && text.len() <= 128 && text.chars().all(plain)
}

fn number(text: &str) -> Result<&str, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "*#+._-".contains(c);
    let fits =
        !text.is_empty() && text.len() <= 40 && !text.starts_with('-') && text.chars().all(plain);
    if fits { Ok(text) } else { Err("that is no number that can be dialled") }
}
