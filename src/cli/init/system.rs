//! Which system is asked first, and what its connector wants to know.

use std::collections::HashMap;
use std::path::Path;

use color_eyre::eyre::{Result, bail};

use super::centre::Answered;
use super::talk::Talk;
use crate::cli::connector::anything;
use crate::connectors::shipped::REAL;
use crate::connectors::spec::kind::Kind;
use crate::connectors::spec::variables::{Wanted, wanted};
use crate::connectors::spec::{Connector, Written};
use crate::shell::files;
use crate::strict;

/// What is typed for a system that none of the shipped connectors is for.
pub const OWN: &str = "own";

/// A system that there is a connector for.
pub struct System {
    pub name: String,
    /// The connector.
    pub text: String,
    written: Written,
}

impl System {
    fn read(name: &str, text: &str) -> Result<Self, strict::Complaint> {
        let written = strict::read(&format!("connectors/{name}.toml"), text)?;
        Ok(Self { name: name.to_owned(), text: text.to_owned(), written })
    }

    /// What it is, in words.
    pub fn title(&self) -> &str {
        &self.written.title
    }

    /// What its page says that it needs and cannot do.
    pub fn page(&self) -> impl Iterator<Item = &str> {
        let comment = self.text.lines().map_while(|line| line.strip_prefix('#'));
        comment.map(|line| line.strip_prefix(' ').unwrap_or(line))
    }

    /// The connector with these values, and anything for those that are still to be asked.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn connector(&self, values: &[Answered]) -> Result<Connector, strict::Complaint> {
        let values: HashMap<&str, &str> =
            values.iter().map(|one| (&*one.name, &*one.value)).collect();
        let value = |name: &str| {
            let given = values.get(name).map(|value| (*value).to_owned());
            given.or_else(|| anything(name))
        };
        Connector::read(&format!("connectors/{}.toml", self.name), &self.text, &value)
    }
}

/// The user's own connectors in this folder, and the shipped ones that they do not lie over.
fn known(folder: &Path) -> Result<Vec<System>> {
    let entries = std::fs::read_dir(folder.join("connectors")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_suffix(".toml").map(str::to_owned)
    });
    let mut own: Vec<String> = names.collect();
    own.sort();
    let mut known = Vec::new();
    for name in &own {
        if let Some(text) = files::find(folder, "connectors", name) {
            known.push(System::read(name, &text?)?);
        }
    }
    for (name, text) in REAL {
        if !own.iter().any(|own| own == name) {
            known.push(System::read(name, text)?);
        }
    }
    Ok(known)
}

/// Asks which system it is; nothing where it is none of those that are known.
///
/// # Errors
/// Where nobody answers.
pub fn choose(talk: &mut Talk, folder: &Path) -> Result<Option<System>> {
    let all = known(folder)?;
    let question = format!("Part of its name, a number, or `{OWN}` for another system");
    let mut listed: Vec<usize> = (0..all.len()).collect();
    loop {
        let answer = talk.ask("system", &question, Some("*"))?;
        let word = answer.to_lowercase();
        if word == OWN {
            return Ok(None);
        }
        let exact = all.iter().position(|system| system.name == word);
        let number = word.parse::<usize>().ok().and_then(|nth| listed.get(nth.checked_sub(1)?));
        let matching = |nth: &usize| {
            word == "*"
                || format!("{} {}", all[*nth].name, all[*nth].title())
                    .to_lowercase()
                    .contains(&word)
        };
        let found: Vec<usize> = match exact.or(number.copied()) {
            Some(nth) => vec![nth],
            None => (0..all.len()).filter(matching).collect(),
        };
        match found[..] {
            [] if !talk.goes_on() => bail!("no connector is called `{answer}`; nothing is written"),
            [] => talk.say("  none is called so; * lists them all"),
            [nth] => return Ok(all.into_iter().nth(nth)),
            _ => {
                if !talk.goes_on() && word != "*" {
                    bail!("several connectors are called like this; nothing is written");
                }
                for (nth, system) in found.iter().enumerate() {
                    let System { name, .. } = &all[*system];
                    talk.say(&format!("  {:>2}  {:<22} {name}", nth + 1, all[*system].title()));
                }
                if talk.answers_itself() {
                    bail!("which one is answered by --answer system=NAME; nothing is written");
                }
                listed = found;
            }
        }
    }
}

/// Asks for what the connector calls `${NAME}`; what the country is, is known.
///
/// # Errors
/// Where nobody answers, or an answer cannot be right.
pub fn variables(talk: &mut Talk, system: &System, country: &str) -> Result<Vec<Answered>> {
    let sql = system.written.kind == Kind::Sql;
    let mut values: Vec<Answered> = Vec::new();
    let wanted = wanted(&system.written.client).unwrap_or_default();
    for Wanted { name, usual } in wanted {
        if name.ends_with("_COUNTRY") {
            values.push(Answered { name, value: country.to_owned(), secret: false });
            continue;
        }
        loop {
            let secret = is_secret(&name, sql);
            let question = format!("{} ({name})", meaning(&name, sql));
            let value = match secret {
                true => talk.secret(&name, &question)?,
                false => talk.ask(&name, &question, usual.as_deref())?,
            };
            values.push(Answered { name: name.clone(), value, secret });
            match system.connector(&values) {
                Ok(_) => break,
                Err(complaint) if talk.goes_on() => {
                    talk.say(&format!("  {}", complaint.what));
                    values.pop();
                }
                Err(complaint) => bail!("{name}: {}; nothing is written", complaint.what),
            }
        }
    }
    Ok(values)
}

/// What may be seen on a screen and in settings; all else is a secret.
const OPEN: [&str; 13] = [
    "URL", "USER", "LOGIN", "NAME", "ID", "UID", "DN", "DATABASE", "TENANT", "SCOPE", "CURRENCY",
    "ZONE", "COUNTRY",
];

/// The address of a database holds the login.
fn is_secret(name: &str, sql: bool) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    !OPEN.contains(&last) || sql && last == "URL"
}

fn meaning(name: &str, sql: bool) -> &'static str {
    match name.rsplit('_').next().unwrap_or(name) {
        "URL" if sql => {
            "Its address with a login that may only read, as in postgres://USER:PASSWORD@HOST/NAME"
        }
        "URL" => "Its address",
        "USER" | "LOGIN" => "The user who asks",
        "DN" => "The name that asks",
        "PASSWORD" => "The password",
        "TOKEN" => "The token",
        "KEY" => "The key",
        "SECRET" => "The secret",
        "ID" | "UID" => "The id of who asks",
        "CURRENCY" => "Currency of amounts without one, three letters",
        "ZONE" => "Time zone of its times without one",
        _ => "What the connector calls",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_open_a_door_is_never_shown() {
        let mut secrets = Vec::new();
        for (name, text) in REAL {
            let system = System::read(name, text).unwrap();
            let sql = system.written.kind == Kind::Sql;
            let wanted = wanted(&system.written.client).unwrap().into_iter();
            secrets.extend(wanted.map(|one| one.name).filter(|name| is_secret(name, sql)));
        }
        secrets.sort();
        secrets.dedup();
        let ends = ["_TOKEN", "_KEY", "_SECRET", "_PASSWORD"];
        let known = |name: &&String| ends.iter().any(|end| name.ends_with(end));
        let others: Vec<&String> = secrets.iter().filter(|name| !known(name)).collect();
        assert_eq!(others, ["BILLING_URL"]);
        assert!(secrets.len() > 15, "{secrets:?}");
    }
}
