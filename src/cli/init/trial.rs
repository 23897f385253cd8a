//! The connector asked live, before anything is written.

use std::time::Duration;

use color_eyre::eyre::{Result, bail};

use super::talk::Talk;
use crate::cli::connector::{Outcome, kept, shown};
use crate::connectors::recording::Ask;
use crate::connectors::spec::Connector;
use crate::domain::customer::KeyKind;
use crate::gateway::TokenFolder;

/// So long a first answer may take, which is often the slowest.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks for somebody who is in the system until that is somebody, or the person has seen enough.
/// Not, where what was said of it is to be asked again.
///
/// # Errors
/// Where it finds nobody, and no person is there to answer once more.
pub fn of(talk: &mut Talk, mut connector: Connector, tokens: &TokenFolder) -> Result<bool> {
    connector.deadline = connector.deadline.max(PATIENCE);
    talk.say("\nIt is tried live now.");
    if kept::rotates(&connector) {
        talk.say(&format!(
            "A login there may give a new refresh token in place of yours. That one is kept at once, \
             in {}: yours may count no more.",
            tokens.path().display()
        ));
    }
    let kinds = [KeyKind::Phone, KeyKind::Email];
    let known = |kind: KeyKind| connector.written.lookups.iter().any(|table| table.by == kind);
    let kinds: Vec<&str> = kinds
        .into_iter()
        .filter(|kind| known(*kind))
        .map(|kind| if kind == KeyKind::Phone { "number" } else { "e-mail" })
        .collect();
    if kinds.is_empty() {
        talk.say("It looks nobody up by number or e-mail: norns connector try does by others.");
        return Ok(true);
    }
    let question = format!(
        "The {} of somebody who is in {}, or Enter for nobody",
        kinds.join(" or the "),
        connector.written.title
    );
    loop {
        let said = talk.ask("try", &question, Some(""))?;
        let ask = match said.trim() {
            "" => return Ok(true),
            address if address.contains('@') => Ask::Email(address.to_owned()),
            number => Ask::Phone(number.to_owned()),
        };
        let again = match ask.key(&connector) {
            None => "this is no number of any numbering plan",
            Some(key) if !known(key.kind()) => "it looks nobody up by this",
            Some(key) => {
                talk.say("");
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                match runtime.block_on(shown(connector.clone(), tokens, &ask, key))? {
                    Outcome::Found => return Ok(true),
                    Outcome::Nothing => "nobody was found; is it somebody who is in there?",
                    Outcome::NoAnswer if talk.goes_on() => {
                        let question = "\nWhat was said of it, once more from its address on?";
                        if talk.agreed("again", question)? {
                            return Ok(false);
                        }
                        "then ask for somebody else"
                    }
                    Outcome::NoAnswer => "it gave no answer",
                }
            }
        };
        if !talk.goes_on() {
            bail!("{again}; nothing is written");
        }
        talk.say(&format!("\n  {again}"));
    }
}
