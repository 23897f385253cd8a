//! A directory's address, and a question to it.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::schema::written_as_text;
use crate::connectors::dialect::Dialect;
use crate::connectors::template::Template;

/// `ldap = { filter = "(mail={{ email }})", attributes = ["uid", "cn"] }`: every attribute of an
/// answer is a list of its values, and `dn` is the entry's name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LdapTable {
    pub filter: FilterText,
    /// Those that are asked for, by the names under which they are read.
    pub attributes: Vec<Attribute>,
    #[serde(default)]
    pub scope: LdapScope,
    /// Below the address's own base: `ou=people`.
    pub below: Option<String>,
}

/// How far below its base a directory is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LdapScope {
    /// The entry itself.
    Base,
    /// The entries right below it.
    One,
    /// All of them.
    #[default]
    Sub,
}

impl LdapScope {
    /// What it is called in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::One => "one",
            Self::Sub => "sub",
        }
    }
}

/// A filter with values.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct FilterText(pub Template);

written_as_text!(
    FilterText,
    "FilterText",
    "A filter of RFC 4515 with values, `(|(telephoneNumber={{ phone.like7 }})(mobile={{ phone.like7 }}))`; they are escaped."
);

impl TryFrom<String> for FilterText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut depth = 0_i32;
        let mut within = true;
        for (nth, c) in text.chars().enumerate() {
            within &= nth == 0 || depth > 0;
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
        }
        if !text.starts_with('(') || depth != 0 || !within {
            return Err("expected one filter in brackets, each of which is closed".into());
        }
        Template::read(&text, Dialect::Ldap).map(Self)
    }
}

/// The name of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Attribute(pub Box<str>);

written_as_text!(Attribute, "Attribute", "The name of an attribute: `telephoneNumber`.");

impl TryFrom<String> for Attribute {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let good = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain);
        good.then(|| Self(text.into())).ok_or_else(|| "expected the name of an attribute".into())
    }
}

/// Where a directory is: `ldaps://HOST[:PORT]/BASE`, and how its connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Scheme, host and port.
    pub server: String,
    /// The entry that is searched below.
    pub base: String,
    pub encryption: Encryption,
}

/// How a connection to a directory is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte.
    Always,
    /// By StartTLS, before anything is said.
    Start,
    /// Not at all.
    None,
}

const EXPECTED: &str = "expected ldaps://HOST/BASE or ldap://HOST/BASE";

impl Directory {
    /// Reads an address. `ldap://` is encrypted by StartTLS where it does not lead to this machine;
    /// `?tls=none` and `?tls=start` say otherwise.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn read(written: &str) -> Result<Self, &'static str> {
        let url = Url::parse(written).map_err(|_| EXPECTED)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(EXPECTED)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("expected no login in the address: it stands in `client.auth`");
        }
        let encryption = match (url.scheme(), url.query()) {
            ("ldaps", None) => Encryption::Always,
            ("ldap", Some("tls=none")) => Encryption::None,
            ("ldap", Some("tls=start")) => Encryption::Start,
            ("ldap", None) if here(host) => Encryption::None,
            ("ldap", None) => Encryption::Start,
            ("ldap" | "ldaps", Some(_)) => {
                return Err(
                    "expected nothing after the base, or ldap with ?tls=none or ?tls=start",
                );
            }
            _ => return Err(EXPECTED),
        };
        let base = percent_encoding::percent_decode_str(url.path().trim_start_matches('/'));
        let base = base.decode_utf8().map_err(|_| EXPECTED)?.into_owned();
        if base.is_empty() {
            return Err("expected the base of the search after the host: /dc=desk,dc=example");
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self { server: format!("{}://{host}{port}", url.scheme()), base, encryption })
    }
}

/// Whether a host is this machine.
fn here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_unencrypted_to_another_machine_unless_that_is_said() {
        for (address, expected) in [
            ("ldaps://dir.example/dc=desk,dc=example", Encryption::Always),
            ("ldaps://127.0.0.1/dc=desk", Encryption::Always),
            ("ldap://dir.example/dc=desk", Encryption::Start),
            ("ldap://10.0.0.7:3890/dc=desk", Encryption::Start),
            ("ldap://127.0.0.1.example/dc=desk", Encryption::Start),
            ("ldap://localhost.example/dc=desk", Encryption::Start),
            ("ldap://127.0.0.1:3890/dc=desk", Encryption::None),
            ("ldap://[::1]:3890/dc=desk", Encryption::None),
            ("ldap://localhost/dc=desk?tls=start", Encryption::Start),
            ("ldap://dir.example/dc=desk?tls=none", Encryption::None),
        ] {
            assert_eq!(Directory::read(address).unwrap().encryption, expected, "{address}");
        }
    }

    #[test]
    fn an_address_has_a_host_and_a_base_and_no_login() {
        let read = Directory::read("ldaps://dir.example:3636/ou=A%20B,dc=desk").unwrap();
        assert_eq!((&*read.server, &*read.base), ("ldaps://dir.example:3636", "ou=A B,dc=desk"));
        for (address, expected) in [
            ("ldaps://dir.example", "the base"),
            ("ldap:///dc=desk", "ldaps://HOST"),
            ("http://dir.example/dc=desk", "ldaps://HOST"),
            ("ldap://cn=me:secret@dir.example/dc=desk", "no login"),
            ("ldaps://dir.example/dc=desk?tls=none", "nothing after"),
            ("ldap://dir.example/dc=desk?uid?sub", "nothing after"),
        ] {
            let refused = Directory::read(address).unwrap_err();
            assert!(refused.contains(expected), "{address}: {refused}");
        }
    }

    #[test]
    fn a_filter_is_one_and_closed() {
        for good in ["(uid=7)", "(&(a=1)(|(b={{ email }})(c=*)))"] {
            assert!(FilterText::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "uid=7", "(uid=7", "(uid=7))", "(a=1)(b=2)", "(a={{ nobody }})"] {
            assert!(FilterText::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
