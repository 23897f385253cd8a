//! Whether a message is signed by who knows the secret. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use super::spec::changes::{SignatureEncoding, Webhook};

/// Whether this is the signature of the body; how long that takes says nothing of it.
pub fn signed(hook: &Webhook, signature: &str, body: &[u8]) -> bool {
    let Some(written) = signature.trim().strip_prefix(&hook.prefix) else { return false };
    let tag = match hook.encoding {
        SignatureEncoding::Hex => super::sign::unhex(written),
        SignatureEncoding::Base64 => STANDARD.decode(written).ok(),
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, hook.secret.as_bytes());
    tag.is_some_and(|tag| hmac::verify(&key, body, &tag).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(encoding: &str) -> Webhook {
        let written = format!(
            "header = \"X-Signature\"\nsecret = \"Jefe\"\nprefix = \"sha256=\"\nencoding = \"{encoding}\"\n\
             data_selector = \".\"\nkeys = []"
        );
        toml::from_str(&written).unwrap()
    }

    #[test]
    fn a_message_is_believed_by_its_signature_alone() {
        // RFC 4231, test case 2.
        let body = b"what do ya want for nothing?";
        let hex = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let base64 = "sha256=W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=";
        assert!(signed(&hook("hex"), hex, body));
        assert!(signed(&hook("base64"), base64, body));
        assert!(!signed(&hook("hex"), hex, b"what do ya want for nothing!"));
        assert!(!signed(&hook("hex"), &hex.replace("sha256=", ""), body));
        assert!(!signed(&hook("hex"), &hex[..hex.len() - 2], body));
        assert!(!signed(&hook("hex"), "sha256=", body));
        assert!(!signed(&Webhook { secret: "jefe".into(), ..hook("hex") }, hex, body));
    }
}
