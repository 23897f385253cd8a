//! Whether a message is signed by who knows the secret, of now, and heard for the first time. Pure.

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde_json::Value;

use super::spec::Units;
use super::spec::webhook::{SignatureEncoding, Signed, SignedTime, Webhook};

/// So many messages of a source are remembered; where more come in that time, the oldest may be
/// heard twice.
const REMEMBERED: usize = 1_024;
/// So long a message without a time of its own is remembered, in seconds.
const USUAL: u64 = 300;

/// The digest of a message that is signed.
pub type Tag = [u8; 32];

/// What came with a message.
pub struct Message<'a> {
    pub header: &'a dyn Fn(&str) -> Option<String>,
    pub body: &'a [u8],
}

/// Why a message is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disbelief {
    /// Its signature is not right.
    NotSigned,
    /// It is signed, and was sent at another time than now.
    NotNow,
}

/// Believes a message that is signed and of now, and says what names it.
///
/// # Errors
/// Why it is not believed.
pub fn believe(
    hook: &Webhook,
    message: &Message<'_>,
    (now, units): (Timestamp, &Units),
) -> Result<Tag, Disbelief> {
    let written = (message.header)(&hook.header).ok_or(Disbelief::NotSigned)?;
    let sent = match &hook.time {
        Some(time) => Some(sent(time, message, &written).ok_or(Disbelief::NotSigned)?),
        None => None,
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, hook.secret.as_bytes());
    let mut signed = Vec::new();
    for piece in &hook.signs.0 {
        signed.extend_from_slice(match piece {
            Signed::Text(text) => text.as_bytes(),
            Signed::Body => message.body,
            Signed::Time => sent.as_deref().unwrap_or_default().as_bytes(),
        });
    }
    // How long that takes says nothing of what would be right.
    let right = |tag: &Vec<u8>| hmac::verify(&key, &signed, tag).is_ok();
    let tag = signatures(hook, &written).into_iter().find(right).ok_or(Disbelief::NotSigned)?;
    let tag = Tag::try_from(tag).map_err(|_| Disbelief::NotSigned)?;
    match (&hook.time, &sent) {
        (Some(time), Some(sent)) if !is_now(time, sent, (now, units)) => Err(Disbelief::NotNow),
        _ => Ok(tag),
    }
}

/// When it was sent, as it is written.
fn sent(time: &SignedTime, message: &Message<'_>, signature: &str) -> Option<String> {
    match (&time.header, &time.part) {
        (Some(name), _) => (message.header)(name),
        (None, Some(name)) => parts(signature, name).next().map(str::to_owned),
        (None, None) => None,
    }
}

fn is_now(time: &SignedTime, sent: &str, (now, units): (Timestamp, &Units)) -> bool {
    let tolerance = SignedDuration::from_secs(i64::try_from(time.tolerance_s).unwrap_or(i64::MAX));
    let at = time.format.read(&Value::from(sent), units);
    at.is_some_and(|when| now.duration_since(when.at).abs() <= tolerance)
}

/// The signatures in a header; several, while a secret is changed.
fn signatures(hook: &Webhook, written: &str) -> Vec<Vec<u8>> {
    let texts: Vec<&str> = match &hook.part {
        Some(name) => parts(written, name).collect(),
        None => vec![written.trim()],
    };
    let unprefixed = texts.into_iter().filter_map(|text| text.strip_prefix(&hook.prefix));
    let read = |text: &str| match hook.encoding {
        SignatureEncoding::Hex => super::sign::unhex(text),
        SignatureEncoding::Base64 => STANDARD.decode(text).ok(),
    };
    unprefixed.filter_map(read).collect()
}

/// The values of a name in `t=1,v1=ab,v1=cd`.
fn parts<'a>(written: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = written.split(',').filter_map(|part| part.trim().split_once('='));
    parts.filter(move |(known, _)| *known == name).map(|(_, value)| value)
}

/// The messages that were heard of late, the oldest first.
#[derive(Debug, Default)]
pub struct Heard(VecDeque<(Tag, Timestamp)>);

impl Heard {
    /// Whether a message is heard for the first time; from now on it is not.
    pub fn first(&mut self, hook: &Webhook, tag: Tag, now: Timestamp) -> bool {
        // It may be dated as long after now as before.
        let late = hook.time.as_ref().map_or(USUAL, |time| time.tolerance_s * 2);
        let late = SignedDuration::from_secs(i64::try_from(late).unwrap_or(i64::MAX));
        self.0.retain(|(_, at)| now.duration_since(*at).abs() <= late);
        if self.0.iter().any(|(known, _)| *known == tag) {
            return false;
        }
        if self.0.len() >= REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((tag, now));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::spec::Connector;

    const NOW: i64 = 1_793_631_600;

    /// What a test changes of it, after `[webhook]`.
    fn hook(written: &str) -> (Webhook, Units) {
        let text = format!(
            "id = \"CRM\"\ntitle = \"x\"\n[client]\nbase_url = \"http://x/\"\n[webhook]\n\
             secret = \"Jefe\"\ndata_selector = \".\"\n\
             keys = [{{ kind = \"id\", value = \"id\" }}]\n{written}"
        );
        let connector = Connector::read("x.toml", &text, &|_| None).unwrap();
        (connector.written.webhook.unwrap(), connector.units)
    }

    fn heard(written: &str, headers: &[(&str, &str)], body: &[u8], now: i64) -> Option<Disbelief> {
        let (hook, units) = hook(written);
        let header = |name: &str| {
            let known = headers.iter().find(|(known, _)| *known == name);
            known.map(|(_, value)| (*value).to_owned())
        };
        let message = Message { header: &header, body };
        believe(&hook, &message, (Timestamp::from_second(now).unwrap(), &units)).err()
    }

    fn tag(text: &str) -> hmac::Tag {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"Jefe"), text.as_bytes())
    }

    fn hex(text: &str) -> String {
        tag(text).as_ref().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }

    #[test]
    fn a_message_is_believed_by_its_signature_alone() {
        // RFC 4231, test case 2.
        let body = b"what do ya want for nothing?";
        let hex = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let base64 = "sha256=W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=";
        let believed = |encoding: &str, signature: &str, body: &[u8]| {
            let written =
                format!("header = \"S\"\nprefix = \"sha256=\"\nencoding = \"{encoding}\"");
            heard(&written, &[("S", signature)], body, NOW).is_none()
        };
        assert!(believed("hex", hex, body));
        assert!(believed("base64", base64, body));
        assert!(!believed("hex", hex, b"what do ya want for nothing!"));
        assert!(!believed("hex", &hex.replace("sha256=", ""), body));
        assert!(!believed("hex", &hex[..hex.len() - 2], body));
        assert!(!believed("hex", "sha256=", body));
        let other = hex.replace('5', "6");
        assert!(!believed("hex", &other, body));
    }

    #[test]
    fn a_message_of_another_time_is_not_believed_however_it_is_written() {
        let forms = [
            // As Stripe signs.
            (
                "header = \"S\"\npart = \"v1\"\nsigns = \"{time}.{body}\"\ntime = { part = \"t\" }",
                NOW.to_string(),
                format!("{NOW}.{{}}"),
            ),
            // As Zendesk signs.
            (
                "header = \"S\"\nencoding = \"base64\"\nsigns = \"{time}{body}\"\n\
                 time = { header = \"T\", as = \"rfc3339\" }",
                "2026-11-02T15:00:00Z".to_owned(),
                "2026-11-02T15:00:00Z{}".to_owned(),
            ),
            // As Chatwoot signs.
            (
                "header = \"S\"\nprefix = \"sha256=\"\nsigns = \"{time}.{body}\"\n\
                 time = { header = \"T\" }",
                NOW.to_string(),
                format!("{NOW}.{{}}"),
            ),
            (
                "header = \"S\"\nsigns = \"v0:{time}:{body}\"\n\
                 time = { header = \"T\", as = \"epoch_millis\" }",
                format!("{NOW}000"),
                format!("v0:{NOW}000:{{}}"),
            ),
        ];
        for (written, time, signed) in forms {
            let signature = match written {
                text if text.contains("part = \"v1\"") => {
                    format!("t={time}, v1={}, v1={}, v0=00", hex("another"), hex(&signed))
                }
                text if text.contains("base64") => STANDARD.encode(tag(&signed)),
                text if text.contains("sha256=") => format!("sha256={}", hex(&signed)),
                _ => hex(&signed),
            };
            let headers = [("S", &*signature), ("T", &*time)];
            for (now, expected) in [
                (NOW, None),
                (NOW + 300, None),
                (NOW - 300, None),
                (NOW + 301, Some(Disbelief::NotNow)),
                (NOW - 301, Some(Disbelief::NotNow)),
            ] {
                assert_eq!(heard(written, &headers, b"{}", now), expected, "{written} at {now}");
            }
            assert_eq!(heard(written, &headers, b"{ }", NOW), Some(Disbelief::NotSigned));
            // The time of now, and the signature of then.
            let later = [("S", &*signature.replace(&time, "1")), ("T", "1793631900")];
            assert_eq!(heard(written, &later, b"{}", NOW + 300), Some(Disbelief::NotSigned));
            let untimed = [("S", &*hex("{}"))];
            assert_eq!(heard(written, &untimed, b"{}", NOW), Some(Disbelief::NotSigned));
        }
    }

    #[test]
    fn a_message_is_heard_once_in_its_time_and_not_many_are_remembered() {
        let (hook, _) = hook(
            "header = \"S\"\nsigns = \"{time}{body}\"\ntime = { header = \"T\", tolerance_s = 60 }",
        );
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut known = Heard::default();
        assert!(known.first(&hook, [1; 32], at(0)));
        assert!(!known.first(&hook, [1; 32], at(120)));
        assert!(known.first(&hook, [2; 32], at(120)));
        assert!(known.first(&hook, [1; 32], at(121)), "none of that time is taken any more");
        for nth in 0..REMEMBERED {
            let mut tag = [3; 32];
            tag[..8].copy_from_slice(&nth.to_be_bytes());
            assert!(known.first(&hook, tag, at(122)));
        }
        assert_eq!(known.0.len(), REMEMBERED);
        assert!(known.0.capacity() <= REMEMBERED * 2);
    }
}
