//! What a source speaks: where its address leads, and what a question to it must and must not say.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::request::Endpoint;

/// The address of a source that is not asked, whatever it speaks.
pub const ANYWHERE: &str = "https://source.example";

/// What a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// JSON over HTTP; also where the question is GraphQL or JSON-RPC.
    #[default]
    HttpJson,
}

impl Kind {
    /// The address of a source of this kind.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn address(self, written: &str) -> Result<Url, &'static str> {
        let url = Url::parse(written).ok();
        match self {
            Self::HttpJson => url
                .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
                .ok_or("expected an http or https address"),
        }
    }

    /// Whether a question says what this kind of source has to know, and nothing that it does not.
    ///
    /// # Errors
    /// What is missing, or is there and has no meaning.
    pub fn check(self, endpoint: &Endpoint) -> Result<(), String> {
        let needed: &[(&str, bool)] = match self {
            Self::HttpJson => &[
                ("path", endpoint.path.is_some()),
                ("data_selector", endpoint.data_selector.is_some()),
            ],
        };
        match needed.iter().find(|(_, there)| !there) {
            Some((name, _)) => Err(format!("the key `{name}` is missing")),
            None => Ok(()),
        }
    }
}
