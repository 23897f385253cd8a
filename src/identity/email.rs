//! E-mail addresses, as the same mailbox is spelt.

/// An address, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// In small letters, without a tag.
    pub local: String,
    pub domain: String,
    /// Read by several people: `info@`, `office@`.
    pub shared: bool,
}

const SHARED: [&str; 24] = [
    "info",
    "office",
    "contact",
    "mail",
    "admin",
    "sales",
    "support",
    "service",
    "billing",
    "accounts",
    "accounting",
    "hello",
    "team",
    "reception",
    "noreply",
    "no-reply",
    "postmaster",
    "webmaster",
    "kontakt",
    "buero",
    "family",
    "familie",
    "einkauf",
    "help",
];

const NOBODY: [&str; 8] = ["none", "unknown", "noemail", "no", "na", "n/a", "test", "nomail"];

/// Reads an address: small letters, a tag behind `+` cut off, and where a provider ignores dots,
/// so do we.
pub fn read(written: &str) -> Option<Address> {
    let written = written.trim().trim_start_matches("mailto:").trim_matches(['<', '>', ' ']);
    let lower = written.to_lowercase();
    let (local, domain) = lower.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or(local);
    let plausible = !local.is_empty()
        && domain.contains('.')
        && !lower.contains(char::is_whitespace)
        && !NOBODY.contains(&local);
    let domain = match domain {
        "googlemail.com" => "gmail.com",
        domain => domain,
    };
    let local = if domain == "gmail.com" { local.replace('.', "") } else { local.to_owned() };
    let shared = SHARED.contains(&local.as_str());
    plausible.then(|| Address { local, domain: domain.to_owned(), shared })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_mailbox_are_one() {
        let spelt = |text: &str| read(text).map(|at| format!("{}@{}", at.local, at.domain));
        for text in ["Zoe@Mail.Example", " zoe+shop@mail.example", "<zoe@mail.example>"] {
            assert_eq!(spelt(text).as_deref(), Some("zoe@mail.example"), "{text}");
        }
        assert_eq!(spelt("z.o.e@googlemail.com"), spelt("zoe@gmail.com"));
        for nothing in ["", "zoe", "zoe@", "@mail.example", "none@none.example", "a b@c.example"] {
            assert_eq!(spelt(nothing), None, "{nothing}");
        }
        assert!(read("info@firm.example").unwrap().shared);
    }
}
