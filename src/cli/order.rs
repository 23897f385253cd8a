//! `norns do`: gives the running desk of this user an order, and the desk's end of that.

use std::path::PathBuf;
use std::process::ExitCode;

use tokio::sync::{mpsc, oneshot};

use super::exit::NOBODY;
use super::print::{json, print};
use super::{DONE, FAILED, USAGE, say};
use crate::action::Action;
use crate::app::msg::Msg;
use crate::config::paths::Paths;
use crate::orders::protocol::{Answer, Order, Outcome, Section, Told};
use crate::orders::{Answering, Listener, Sent, send};
use crate::shell::order::{self, What};
use crate::strict::nearest;
use crate::ui::linear::Reading;

/// Orders that wait for the desk.
const WAITING: usize = 8;

/// What the desk is to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// An action, as keymaps name it: note.write
    #[arg(required_unless_present = "list")]
    action: Option<String>,
    /// Text for what the action opens: a note, a search, a customer to find
    #[arg(long, allow_hyphen_values = true, requires = "action")]
    text: Option<String>,
    /// List every action
    #[arg(long, conflicts_with = "action")]
    list: bool,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// Gives the order, and returns what the shell is told.
pub fn run(args: &Args) -> ExitCode {
    let Some(name) = &args.action else { return list(args.json) };
    let Ok(action) = name.parse() else {
        let near = nearest(name, Action::ALL.iter().map(|action| action.name()));
        let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`"));
        say(&format!("no action is called so{hint}; norns do --list has them all"));
        return ExitCode::from(USAGE);
    };
    let order = Order::Do { action, text: args.text.clone() };
    let answer = match give(&order) {
        Ok(answer) => answer,
        Err(code) => return code,
    };
    if args.json {
        print(&json(&answer));
    } else {
        let mut said = answer.said.clone();
        if answer.result == Outcome::Unchanged {
            said.push(format!("{}: nothing changes", action.what()));
        }
        match answer.result {
            Outcome::Refused => said.iter().for_each(|line| say(line)),
            Outcome::Done | Outcome::Unchanged => print(&said.join("\n")),
        }
    }
    ExitCode::from(if answer.result == Outcome::Refused { FAILED } else { DONE })
}

/// Gives the running desk an order.
///
/// # Errors
/// What the shell is told where no desk answers; why is said.
pub fn give(order: &Order) -> Result<Answer, ExitCode> {
    let paths = Paths::from_process().map_err(|complaint| {
        say(&complaint.to_string());
        ExitCode::from(FAILED)
    })?;
    match send(&paths.desk_socket(), order) {
        Ok(Sent::Answered(answer)) => Ok(answer),
        Ok(Sent::Nobody) => {
            say("no desk of yours runs; open it with `norns`");
            Err(ExitCode::from(NOBODY))
        }
        Err(error) => {
            say(&format!("the desk did not answer ({})", error.kind()));
            Err(ExitCode::from(FAILED))
        }
    }
}

fn list(as_json: bool) -> ExitCode {
    if as_json {
        let action =
            |action: &Action| serde_json::json!({ "action": action.name(), "what": action.what() });
        print(&json(&Action::ALL.iter().map(action).collect::<Vec<_>>()));
        return ExitCode::from(DONE);
    }
    let line = |action: &Action| format!("{:<20} {}", action.name(), action.what());
    print(&Action::ALL.iter().map(line).collect::<Vec<_>>().join("\n"));
    ExitCode::from(DONE)
}

/// Hears orders until the desk closes. Where another desk of this user has the socket, orders are
/// that one's.
pub async fn listen(socket: PathBuf, desk: mpsc::Sender<order::Order>) {
    let listener = match Listener::bind(&socket) {
        Ok(listener) => listener,
        Err(error) => return tracing::warn!(%error, "no orders from the shell"),
    };
    let (given, mut orders) = mpsc::channel::<Answering>(WAITING);
    let passing = async move {
        while let Some((order, answer)) = orders.recv().await {
            let (reply, said) = oneshot::channel();
            let what = match order {
                Order::Tell => What::Tell,
                Order::Do { action, text } => What::Happen {
                    msg: Msg::Ordered(action),
                    text,
                    confirm: Msg::Ordered(Action::Open),
                },
            };
            if desk.send(order::Order { what, reply }).await.is_err() {
                return;
            }
            if let Ok(said) = said.await {
                answer.send(to_answer(said)).ok();
            }
        }
    };
    tokio::select! {
        () = passing => {}
        () = listener.listen(given) => {}
    }
}

fn to_answer(said: order::Said) -> Answer {
    let refused = "nothing takes the text; an action such as note.write has to come first";
    let mut lines = said.lines;
    let result = match (said.refused, lines.is_empty() && said.desk.is_empty()) {
        (true, _) => {
            lines.push(refused.to_owned());
            Outcome::Refused
        }
        (false, true) => Outcome::Unchanged,
        (false, false) => Outcome::Done,
    };
    Answer { desk: said.desk.into_iter().map(told).collect(), ..Answer::new(result, lines) }
}

fn told(reading: Reading) -> Told {
    let title = reading.heading();
    let section = |part: crate::ui::linear::reading::Part| Section {
        heading: part.heading,
        lines: part.lines,
    };
    Told { title, sections: reading.parts.into_iter().map(section).collect() }
}
