//! What a source says by itself of what has changed in it, and how that is signed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::changes::ChangedKey;
use super::pick::{Condition, TimeFormat, TimePick};
use super::schema::written_as_text;
use crate::connectors::path::Path;

/// How many seconds a message may be late.
const LATE: std::ops::RangeInclusive<u64> = 1..=3600;

/// `[webhook]`: the source says itself what has changed, to the gateway's `/v1/changed/ID`, signed. The
/// same message a second time is answered, and nobody is asked for it: where a time is signed, or where
/// every row says when it changed. Of others, the same text may tell of another change.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The header with the HMAC-SHA256 of what is signed.
    pub header: String,
    /// What it is signed with: `${CRM_HOOK}`.
    pub secret: String,
    /// What stands before it in the header: `sha256=`.
    #[serde(default)]
    pub prefix: String,
    /// Its name, where the header has several parts, as in `t=1793631600,v1=5257a8…`: `v1`.
    pub part: Option<String>,
    #[serde(default)]
    pub encoding: SignatureEncoding,
    /// What is signed.
    #[serde(default)]
    pub signs: SignedText,
    /// When it was sent. A message that was sent too long ago is not listened to.
    pub time: Option<SignedTime>,
    /// Where the rows are in the body; `.` for the body itself.
    pub data_selector: Path,
    /// Whose record a row is.
    pub keys: Vec<ChangedKey>,
    /// When it changed: the first of these that is there.
    #[serde(default)]
    pub at: Vec<TimePick>,
    /// Where the row says that the record is not there any more.
    pub gone: Option<Condition>,
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignatureEncoding {
    #[default]
    Hex,
    Base64,
}

/// `time = { header = "X-Sent-At", as = "rfc3339" }`: when a message was sent, which is signed with it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedTime {
    /// The header that has it.
    pub header: Option<String>,
    /// Or its name among the parts of the signature's header: `t`.
    pub part: Option<String>,
    #[serde(rename = "as", default = "seconds")]
    pub format: TimeFormat,
    /// So many seconds it may lie before or after the gateway's own time.
    #[serde(default = "five_minutes")]
    pub tolerance_s: u64,
}

fn seconds() -> TimeFormat {
    TimeFormat::EpochSeconds
}

fn five_minutes() -> u64 {
    300
}

/// What is signed: texts, and between them the body and the time as they were sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SignedText(pub Vec<Signed>);

/// A piece of what is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    Text(String),
    Body,
    Time,
}

written_as_text!(
    SignedText,
    "SignedText",
    "What is signed, with `{body}` and, where there is a `time`, `{time}` as they were sent: `{time}.{body}`."
);

impl Default for SignedText {
    fn default() -> Self {
        Self(vec![Signed::Body])
    }
}

impl TryFrom<String> for SignedText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("expected `}` after `{`")?;
            pieces.extend((!before.is_empty()).then(|| Signed::Text(before.to_owned())));
            pieces.push(match name {
                "body" => Signed::Body,
                "time" => Signed::Time,
                _ => return Err("expected `{body}` or `{time}`".into()),
            });
            rest = after;
        }
        pieces.extend((!rest.is_empty()).then(|| Signed::Text(rest.to_owned())));
        match pieces.iter().filter(|piece| **piece == Signed::Body).count() {
            1 => Ok(Self(pieces)),
            _ => Err("expected `{body}`, once: what is not signed may be anybody's".into()),
        }
    }
}

/// What the types alone cannot say.
pub fn check(hook: &Webhook) -> Result<(), &'static str> {
    if hook.secret.is_empty() || hook.keys.is_empty() {
        return Err("needs a `secret` and `keys`");
    }
    let times = hook.signs.0.contains(&Signed::Time);
    let Some(time) = &hook.time else {
        return if times { Err("`signs` has `{time}`, and there is no `time`") } else { Ok(()) };
    };
    if !times {
        return Err("`time` is not signed: `signs` needs `{time}`");
    }
    if time.header.is_some() == time.part.is_some() {
        return Err("`time` needs either a `header` or a `part`");
    }
    if time.part.is_some() && hook.part.is_none() {
        return Err("`time` is a part of the header, and the signature is not: it needs a `part`");
    }
    if !LATE.contains(&time.tolerance_s) {
        return Err("`tolerance_s`: expected 1 to 3600 seconds");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(written: &str) -> Option<String> {
        let text = format!(
            "header = \"x\"\nsecret = \"s\"\ndata_selector = \".\"\n\
             keys = [{{ kind = \"id\", value = \"id\" }}]\n{written}"
        );
        match toml::from_str::<Webhook>(&text) {
            Ok(hook) => check(&hook).err().map(str::to_owned),
            Err(error) => Some(error.message().to_owned()),
        }
    }

    #[test]
    fn what_could_not_be_believed_is_refused() {
        assert_eq!(wrong(""), None);
        assert_eq!(wrong("signs = \"v0:{time}:{body}\"\ntime = { header = \"t\" }"), None);
        assert_eq!(
            wrong("part = \"v1\"\nsigns = \"{time}.{body}\"\ntime = { part = \"t\" }"),
            None
        );
        for (written, why) in [
            ("signs = \"{time}\"", "expected `{body}`"),
            ("signs = \"{body}{url}\"", "expected `{body}` or `{time}`"),
            ("signs = \"{body\"", "expected `}`"),
            ("signs = \"{time}{body}\"", "there is no `time`"),
            ("time = { header = \"t\" }", "is not signed"),
            ("signs = \"{time}{body}\"\ntime = {}", "either"),
            ("signs = \"{time}{body}\"\ntime = { part = \"t\" }", "needs a `part`"),
            ("signs = \"{time}{body}\"\ntime = { header = \"t\", tolerance_s = 0 }", "1 to 3600"),
        ] {
            let said = wrong(written).unwrap_or_default();
            assert!(said.contains(why), "{written}: {said}");
        }
    }
}
