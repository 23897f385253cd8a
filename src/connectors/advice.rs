//! What a connector can and cannot do, and what its author may want to think about.

use super::spec::action::Idempotency;
use super::spec::auth::Auth;
use super::spec::kind::Kind;
use super::spec::{Connector, ResourceTable};
use super::{canary, scope};
use crate::domain::customer::KeyKind;

/// What is to be said of a connector whose recordings ask these kinds of question.
pub fn of(connector: &Connector, recorded: &[&str]) -> Vec<String> {
    let written = &connector.written;
    let mut lines = Vec::new();
    let has = |kind: &KeyKind| written.lookups.iter().any(|table| table.by == *kind);
    let (by, not): (Vec<KeyKind>, Vec<KeyKind>) = KeyKind::ALL.into_iter().partition(has);
    let lacking = if not.is_empty() { String::new() } else { format!("; not by {}", names(&not)) };
    lines.push(format!("looks up by {}{lacking}", names(&by)));
    let resources: Vec<&str> = written.resources.iter().map(|table| table.name.as_str()).collect();
    lines.push(format!("shows {}", or_nothing(resources)));
    for table in &written.resources {
        if let Some(ttl) = table.ttl_s {
            lines.push(format!("resource `{}`: given again for up to {ttl} s", table.name));
        }
    }
    for table in &written.changes {
        let (name, every) = (&table.name, table.every_s);
        let what = if table.compares() { "is gone from" } else { "changes in" };
        lines.push(format!("is asked what {what} `{name}`, every {every} s while somebody looks"));
    }
    if written.webhook.is_some() {
        lines.push(format!("says what changes by itself, at /v1/changed/{}", connector.id));
    }
    let actions = &written.actions;
    let told =
        actions.iter().map(|action| format!("{} ({})", action.name, action.idempotency.name()));
    lines.push(format!(
        "writes {}",
        or_nothing(told.collect::<Vec<_>>().iter().map(String::as_str).collect())
    ));
    match written.kind {
        Kind::Sql => lines.push("authorised by the login in its address".into()),
        _ => lines.push(format!("authorised by {}", written.client.auth.name())),
    }
    for table in written.resources.iter().filter(|table| open(table)) {
        lines.push(format!(
            "resource `{}`: its rows do not say whose they are (`belongs`); a source that ignores \
             the filter would show another customer's",
            table.name
        ));
    }
    for action in actions.iter().filter(|action| matches!(action.idempotency, Idempotency::None)) {
        lines.push(format!(
            "action `{}`: where its answer is lost, nobody knows whether it was written, and it is \
             not sent again",
            action.name
        ));
    }
    for kind in by.iter().filter(|kind| canary::keys(**kind, &connector.id).is_none()) {
        lines.push(format!("look-up by {}: no value that cannot exist is known", kind.name()));
    }
    let mut unrecorded: Vec<&str> =
        by.iter().map(|kind| kind.name()).filter(|name| !recorded.contains(name)).collect();
    if !written.resources.is_empty() && !recorded.contains(&"view") {
        unrecorded.push("view");
    }
    if written.changes.iter().any(|table| !table.compares()) && !recorded.contains(&"changes") {
        unrecorded.push("changes");
    }
    let names = actions.iter().map(|action| action.name.as_str());
    unrecorded.extend(names.filter(|name| !recorded.contains(name)));
    if !unrecorded.is_empty() {
        lines.push(format!("no recording asks {}", unrecorded.join(", ")));
    }
    lines
}

/// Whether a resource is filtered by the source alone: its path does not hold the key, and its
/// rows are not checked.
fn open(table: &ResourceTable) -> bool {
    let first = table.for_each.as_ref().map_or(&table.endpoint, |first| &first.endpoint);
    let mut named = first.path.iter().flat_map(|path| &path.each).flat_map(|text| text.names());
    let in_path = named.any(|name| scope::kind(&name).is_some());
    // A database has no filter that it does not know.
    table.belongs.is_empty() && !in_path && first.sql.is_none()
}

/// What may make a slow source faster.
pub fn faster(auth: &Auth) -> Option<&'static str> {
    match auth {
        Auth::Basic { .. } => Some(
            "slow: many systems hash the password at each request; a login (`session`) or a token \
             is often several times faster",
        ),
        Auth::Bearer { .. } | Auth::Headers { .. } | Auth::Query { .. } => Some(
            "slow: some systems hash the key at each request; a login (`session`) is often faster",
        ),
        _ => None,
    }
}

fn names(kinds: &[KeyKind]) -> String {
    or_nothing(kinds.iter().map(|kind| kind.name()).collect())
}

fn or_nothing(names: Vec<&str>) -> String {
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::shipped::REAL;
    use crate::connectors::spec::kind::ANYWHERE;

    #[test]
    fn what_is_not_lacking_is_not_told() {
        let first = |name: &str, url: &str| {
            let (_, text) = REAL.iter().find(|(known, _)| *known == name).unwrap();
            let value = |name: &str| match name.rsplit('_').next() {
                Some("COUNTRY" | "CURRENCY" | "ZONE") => None,
                Some("URL") => Some(url.to_owned()),
                _ => Some("x".to_owned()),
            };
            let connector = Connector::read(name, text, &value).unwrap();
            of(&connector, &[]).swap_remove(0)
        };
        let every = first("sql-billing", "sqlite:///srv/billing.db");
        assert_eq!(every, "looks up by phone, email, account, case, name, id; not by segment");
        assert!(first("stripe", ANYWHERE).contains("; not by phone"));
    }

    #[test]
    fn what_is_given_again_and_followed_is_told() {
        let (_, text) = REAL.iter().find(|(name, _)| *name == "stripe").unwrap();
        let kept = text.replacen("[[resources]]", "[[resources]]\nttl_s = 90", 1);
        let hook = "\n[webhook]\nheader = \"x\"\nsecret = \"x\"\ndata_selector = \".\"\n\
                    keys = [{ kind = \"id\", value = \"id\" }]\n";
        let key = |name: &str| (name == "STRIPE_KEY").then(|| "x".to_owned());
        let connector = Connector::read("stripe", &format!("{kept}{hook}"), &key).unwrap();
        let told = of(&connector, &[]).join("\n");
        for line in [
            "resource `customer`: given again for up to 90 s",
            "is asked what changes in `events`, every 30 s while somebody looks",
            "says what changes by itself, at /v1/changed/STRIPE",
        ] {
            assert!(told.contains(line), "{told}");
        }
        assert!(told.contains("no recording asks") && told.contains("changes"), "{told}");
    }
}
