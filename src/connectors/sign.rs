//! What is signed to be let in: assertions, tokens and requests.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use super::request::Request;

/// An assertion of RFC 7523, good for three minutes, signed with an RSA key in PKCS #8 as PEM.
/// Nothing where the key is none.
pub fn assertion(pem: &str, claims: (&str, &str, &str), now: Timestamp) -> Option<String> {
    let inner: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(inner.trim()).ok()?;
    let key = RsaKeyPair::from_pkcs8(&der).ok()?;
    let (issuer, subject, audience) = claims;
    let body = json!({
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "exp": now.as_second() + 180,
        "iat": now.as_second(),
    });
    let text = signed_part(&json!({ "alg": "RS256", "typ": "JWT" }), &body);
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).ok()?;
    Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// A token signed with HS256 and a secret in hexadecimal. Nothing where the secret is none.
pub fn token(
    secret_hex: &str,
    (key_id, audience): (Option<&str>, Option<&str>),
    (now, lasts_s): (Timestamp, u32),
) -> Option<String> {
    let secret = unhex(secret_hex)?;
    let mut header = json!({ "alg": "HS256", "typ": "JWT" });
    let mut body = json!({ "iat": now.as_second(), "exp": now.as_second() + i64::from(lasts_s) });
    if let Some(key_id) = key_id {
        header["kid"] = key_id.into();
    }
    if let Some(audience) = audience {
        body["aud"] = audience.into();
    }
    let text = signed_part(&header, &body);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), text.as_bytes());
    Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag)))
}

/// Base64 of `key:` and the HMAC-SHA256 of method and path.
pub fn request(key: &str, secret: &str, raw: bool, request: &Request) -> String {
    let signed = format!("{} {}", request.method, request.url.path());
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), signed.as_bytes());
    let mut whole = format!("{key}:").into_bytes();
    if raw {
        whole.extend_from_slice(tag.as_ref());
    } else {
        whole.extend_from_slice(hex(tag.as_ref()).as_bytes());
    }
    STANDARD.encode(whole)
}

/// `Basic …`
pub fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

fn signed_part(header: &Value, body: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(body))
}

/// A digest of these parts, in hexadecimal; no two lists of parts have the same.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        digest.update(&(part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex(digest.finish().as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that hexadecimal digits write.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let pairs = (0..text.len()).step_by(2);
    let bytes = pairs.map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok());
    bytes.collect::<Option<Vec<u8>>>().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::request::Body;

    fn part(token: &str, nth: usize) -> Value {
        let text = URL_SAFE_NO_PAD.decode(token.split('.').nth(nth).unwrap()).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn a_token_is_signed_as_rfc_7515_says() {
        let now = Timestamp::from_second(1_795_600_800).unwrap();
        let token = token("00ff10", (Some("k1"), Some("/admin/")), (now, 300)).unwrap();
        assert_eq!(part(&token, 0), json!({ "alg": "HS256", "typ": "JWT", "kid": "k1" }));
        assert_eq!(part(&token, 1)["exp"], 1_795_601_100);
        let (text, tag) = token.rsplit_once('.').unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[0, 255, 16]);
        let tag = URL_SAFE_NO_PAD.decode(tag).unwrap();
        assert!(hmac::verify(&key, text.as_bytes(), &tag).is_ok());
        assert_eq!(super::token("0g", (None, None), (now, 300)), None);
        assert_eq!(super::token("é", (None, None), (now, 300)), None);
    }

    #[test]
    fn a_request_is_signed_by_its_method_and_path() {
        let url = url::Url::parse("https://espo.example/api/v1/Contact?maxSize=5").unwrap();
        let (headers, body) = (Vec::new(), Body::None);
        let asked = Request { method: "GET", url, headers, body, most: 1 };
        let written = STANDARD.decode(request("key", "secret", false, &asked)).unwrap();
        // printf 'GET /api/v1/Contact' | openssl dgst -sha256 -hmac secret
        let expected = "key:9f324a69b1dbcfe70013d91000a104342e2b8835a839ca20b10b0ea48a03e90e";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn a_key_that_is_none_signs_nothing() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(
            assertion(
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                ("i", "s", "a"),
                now
            ),
            None
        );
    }
}
