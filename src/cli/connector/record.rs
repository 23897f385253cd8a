//! Recordings: what was asked or written live, and what was answered, without the people in it.

use std::path::Path;
use std::sync::Arc;

use color_eyre::eyre::{Result, bail, eyre};

use super::wire::Noted;
use super::{TryArgs, Usage, act, answer, kept, live, print, question};
use crate::connectors::act::Intent;
use crate::connectors::carry::Reply;
use crate::connectors::fetch::{ConnectorSource, Shared};
use crate::connectors::json;
use crate::connectors::recording::{Ask, Doing, Pair, Recording, Script, offline};
use crate::connectors::request::Request;
use crate::connectors::scrub::Scrub;
use crate::connectors::spec::Connector;
use crate::connectors::spec::action::InputKind;
use crate::shell::now::Clock;

/// The key of every recorded write.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Whether a recording can be called so.
///
/// # Errors
/// Where it cannot.
pub fn check_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Usage("a recording's name is letters, digits and hyphens").into());
    }
    Ok(())
}

/// Asks live; scrubs the question and its answers; asks again with those, so that what is written
/// has never held anybody; and keeps that.
pub async fn run(args: &TryArgs, name: &str) -> Result<bool> {
    check_name(name)?;
    let connector = live(&args.file, args.config.as_deref())?;
    let (ask, key) = question(args, &connector)?;
    let shared = kept::shared(&connector, args.config.as_deref()).await?;
    let noted = Arc::new(Noted::default());
    let mut whole = connector.clone();
    whole.written.client.conditional = false;
    let source = ConnectorSource::new(whole, &shared)?.watched_by(noted.clone());
    let before = answer(&source, &ask, key.clone()).await;
    if let Some(line) = before.iter().find(|line| line.starts_with("no answer")) {
        print(&format!("{line}; nothing is kept"));
        return Ok(false);
    }
    let text = std::fs::read_to_string(&args.file)?;
    let scrub = Scrub::new(&text, &connector.base, fastrand::u64(..));
    let ask = scrub.ask(&ask);
    let key = match key {
        Some(_) => {
            let key = ask.key(&connector);
            Some(key.ok_or_else(|| eyre!("the question cannot be scrubbed"))?)
        }
        None => None,
    };
    let root = root(&connector);
    let (script, count, source) = again(connector, &scrub, &noted.take())?;
    let said = answer(&source, &ask, key).await;
    if said.len() != before.len() {
        bail!("{OTHERWISE}");
    }
    let pairs = pairs((&text, &root), &script.answered(), count, false)?;
    keep(&args.file, name, &Recording { ask, pairs, said })?;
    Ok(true)
}

/// Keeps what was written and answered, by the same way: the write that is kept is somebody else's,
/// with another key.
///
/// # Errors
/// Where it does not become the same of it without the people in it.
pub async fn written(
    file: &Path,
    name: &str,
    connector: Connector,
    (intent, noted, before): (&Intent, &Noted, &[String]),
) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let scrub = Scrub::new(&text, &connector.base, fastrand::u64(..)).keeping(&intent.key, KEY);
    let Intent { action, inputs, again: repeated, .. } = intent.clone();
    let table = connector.written.actions.iter().find(|table| table.name == action);
    let choice = |name: &str| {
        let mut inputs = table.iter().flat_map(|table| &table.inputs);
        inputs.any(|input| input.name == name && input.kind == InputKind::Choice)
    };
    let inputs = inputs.into_iter().map(|(name, value)| {
        let value = if choice(&name) { value } else { scrub.text(&value) };
        (name, value)
    });
    let doing = Doing { action, inputs: inputs.collect(), key: KEY.to_owned(), again: repeated };
    let root = root(&connector);
    let (script, count, source) = again(connector, &scrub, &noted.take())?;
    let said = act::replayed(&source, &doing).await;
    let ask = Ask::Do(doing);
    let outcome = |said: &[String]| Some(said.first()?.split([',', ':', ' ']).next()?.to_owned());
    if outcome(&said) != outcome(before) {
        bail!("{OTHERWISE}");
    }
    let pairs = pairs((&text, &root), &script.answered(), count, true)?;
    keep(file, name, &Recording { ask, pairs, said })
}

const OTHERWISE: &str =
    "what was answered does not lead on the same way without the people in it; nothing is kept";

/// The source as it answers without the people in it, and how many answers there are.
fn again(
    connector: Connector,
    scrub: &Scrub,
    replies: &[Reply],
) -> Result<(Arc<Script>, usize, ConnectorSource)> {
    let script = Arc::new(Script::new(replies.iter().map(|reply| clean(scrub, reply))));
    let shared = Shared::new(Clock::from_env()?.function());
    let source = ConnectorSource::carried_by(script.clone(), offline(connector), &shared);
    Ok((script, replies.len(), source.watched_by(Arc::new(Noted::default()))))
}

/// The pairs, with paths from the root of the source; `text` names the headers that matter.
fn pairs(
    (text, root): (&str, &str),
    asked: &[(Request, Reply)],
    count: usize,
    sent: bool,
) -> Result<Vec<Pair>> {
    if asked.len() != count {
        bail!("{OTHERWISE}");
    }
    let lower = text.to_lowercase();
    let kept = |name: &str| name == "retry-after" || lower.contains(&format!("\"{name}\""));
    let one = |(request, reply): &(Request, Reply)| {
        let pair = Pair::new(request, reply, kept);
        let headers = request.headers.iter().filter(|_| sent).cloned();
        let path = pair.path.strip_prefix(root).unwrap_or(&pair.path).to_owned();
        Pair { path, sent_headers: headers.collect(), ..pair }
    };
    Ok(asked.iter().map(one).collect())
}

/// What every path begins with; nothing where it names no place, as with databases.
fn root(connector: &Connector) -> String {
    let base = &connector.base;
    if base.cannot_be_a_base() {
        return String::new();
    }
    base.path().trim_end_matches('/').to_owned()
}

fn keep(file: &Path, name: &str, recording: &Recording) -> Result<()> {
    let folder = file.with_extension("");
    std::fs::create_dir_all(&folder)?;
    let place = folder.join(format!("{name}.json"));
    std::fs::write(&place, serde_json::to_string_pretty(recording)? + "\n")?;
    recording.said.iter().for_each(|line| print(line));
    print(&format!(
        "{}: {} answers; look whether anybody is left in it",
        place.display(),
        recording.pairs.len()
    ));
    Ok(())
}

fn clean(scrub: &Scrub, reply: &Reply) -> Reply {
    let body = reply.body.as_ref().ok().and_then(|bytes| json::read(bytes));
    let body = body.map(|body| scrub.value(&body).to_string()).unwrap_or_default();
    Reply { body: Ok(body.into_bytes()), ..reply.clone() }
}
