//! How requests are authorised. Values usually come from `${VARIABLES}`, and those from files.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::session::SessionLogin;
use crate::connectors::path::Path;

/// How requests are authorised.
#[derive(Clone, Deserialize, Default, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    #[default]
    None,
    /// `Authorization: Bearer …`
    Bearer { token: String },
    /// HTTP's own.
    Basic {
        username: String,
        #[serde(default)]
        password: String,
    },
    /// Any headers.
    Headers { headers: BTreeMap<String, String> },
    /// A parameter of every address.
    Query { name: String, value: String },
    /// Parts of every body, by their paths in it: `params.args.2`.
    Body {
        texts: BTreeMap<String, String>,
        /// Texts that are sent as numbers where they are some.
        #[serde(default)]
        numbers: BTreeMap<String, String>,
    },
    /// OAuth 2 (RFC 6749, RFC 7523).
    Oauth2(Box<Oauth2>),
    /// A login whose answer lets requests in; done anew when that is refused.
    Session(Box<SessionLogin>),
    /// A token that is signed here, with HS256, for each few minutes.
    JwtHs256 {
        key_id: Option<String>,
        /// In hexadecimal.
        secret_hex: String,
        audience: Option<String>,
        #[serde(default = "five_minutes")]
        lasts_s: u32,
        /// What stands before the token in `Authorization`.
        #[serde(default = "bearer")]
        scheme: String,
    },
    /// Base64 of `key:` and the HMAC-SHA256 of `METHOD /path`.
    Hmac {
        key: String,
        secret: String,
        header: String,
        /// The 32 bytes themselves instead of their hexadecimal digits.
        #[serde(default)]
        raw: bool,
    },
}

/// Where an OAuth 2 token is asked for, by whom, and with what.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Oauth2 {
    pub grant: Grant,
    pub token_url: String,
    pub client_id: String,
    #[serde(default)]
    pub client_secret: String,
    /// Where the secret stands in the request.
    #[serde(default)]
    pub secret_in: SecretPlace,
    pub scope: Option<String>,
    /// Where the answer has the address that is asked from then on (`instance_url`).
    pub base_url_path: Option<Path>,
    /// Further fields of the form.
    #[serde(default)]
    pub also: BTreeMap<String, String>,
    /// Of `refresh_token`. A new one in an answer takes its place, and is kept.
    pub refresh_token: Option<String>,
    /// Of `password`.
    pub username: Option<String>,
    /// Of `password`.
    pub password: Option<String>,
    /// Of `jwt_bearer`: RSA, PKCS #8, as PEM.
    pub private_key: Option<String>,
    /// Of `jwt_bearer`; the client's id where it is left out.
    pub issuer: Option<String>,
    /// Of `jwt_bearer`.
    pub subject: Option<String>,
    /// Of `jwt_bearer`; the token's address where it is left out.
    pub audience: Option<String>,
}

/// What a token is asked for with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    ClientCredentials,
    RefreshToken,
    Password,
    JwtBearer,
}

impl Oauth2 {
    /// The key that its grant needs and that is not there.
    pub fn missing(&self) -> Option<&'static str> {
        let needed: &[(&str, bool)] = match self.grant {
            Grant::ClientCredentials => &[],
            Grant::RefreshToken => &[("refresh_token", self.refresh_token.is_some())],
            Grant::Password => {
                &[("username", self.username.is_some()), ("password", self.password.is_some())]
            }
            Grant::JwtBearer => {
                &[("private_key", self.private_key.is_some()), ("subject", self.subject.is_some())]
            }
        };
        needed.iter().find(|(_, there)| !there).map(|(name, _)| *name)
    }

    fn texts(&mut self) -> Vec<&mut String> {
        let given = [
            &mut self.scope,
            &mut self.refresh_token,
            &mut self.username,
            &mut self.password,
            &mut self.private_key,
            &mut self.issuer,
            &mut self.subject,
            &mut self.audience,
        ];
        [&mut self.token_url, &mut self.client_id, &mut self.client_secret]
            .into_iter()
            .chain(given.into_iter().flatten())
            .chain(self.also.values_mut())
            .collect()
    }
}

/// Where a client's secret stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretPlace {
    #[default]
    Body,
    Basic,
}

fn bearer() -> String {
    "Bearer".into()
}

fn five_minutes() -> u32 {
    300
}

impl Auth {
    /// What it is called in files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bearer { .. } => "bearer",
            Self::Basic { .. } => "basic",
            Self::Headers { .. } => "headers",
            Self::Query { .. } => "query",
            Self::Body { .. } => "body",
            Self::Oauth2(_) => "oauth2",
            Self::Session(_) => "session",
            Self::JwtHs256 { .. } => "jwt_hs256",
            Self::Hmac { .. } => "hmac",
        }
    }

    /// Every text in it, for filling in variables.
    pub fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Self::None => Vec::new(),
            Self::Bearer { token } => vec![token],
            Self::Basic { username, password } => vec![username, password],
            Self::Headers { headers } => headers.values_mut().collect(),
            Self::Query { value, .. } => vec![value],
            Self::Body { texts, numbers } => {
                texts.values_mut().chain(numbers.values_mut()).collect()
            }
            Self::Oauth2(oauth) => oauth.texts(),
            Self::Session(login) => login.texts(),
            Self::JwtHs256 { key_id, secret_hex, audience, .. } => {
                key_id.iter_mut().chain(audience).chain([secret_hex]).collect()
            }
            Self::Hmac { key, secret, .. } => vec![key, secret],
        }
    }
}

/// Names the kind and never the value.
impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}(…)", self.name())
    }
}
