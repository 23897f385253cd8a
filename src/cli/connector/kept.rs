//! Refresh tokens while a source is tried: those that the gateway keeps, so that neither takes the
//! other's away.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use color_eyre::eyre::{Result, bail};
use tokio::time::{sleep, timeout};

use crate::cli::say;
use crate::config::serve::ServeConfig;
use crate::connectors::fetch::Shared;
use crate::connectors::fetch::credential::{Hold, Renewed, Tokens};
use crate::connectors::spec::Connector;
use crate::connectors::spec::auth::{Auth, Grant};
use crate::domain::source::SourceId;
use crate::gateway::TokenFolder;
use crate::shell::files;
use crate::shell::now::Clock;
use crate::strict;

/// The gateway's settings, where none are named.
const USUAL: &str = "/etc/norns/serve.toml";
/// Pause before it is asked again whether the gateway still logs in.
const TURN: Duration = Duration::from_millis(50);

/// What a source is asked with: the clock, and the tokens of the gateway of these settings.
///
/// # Errors
/// Where asking it could log the gateway out. Nothing was asked then.
pub async fn shared(connector: &Connector, config: Option<&Path>) -> Result<Shared> {
    if !rotates(connector) {
        return Ok(Shared::new(Clock::from_env()?.function()));
    }
    match folder(config)? {
        Some(folder) => within(connector, folder).await,
        None => Ok(Shared::new(Clock::from_env()?.function()).keeping(Arc::new(Nowhere))),
    }
}

/// Whether a login may give a new refresh token in place of the written one.
pub fn rotates(connector: &Connector) -> bool {
    matches!(&connector.written.client.auth, Auth::Oauth2(oauth) if oauth.grant == Grant::RefreshToken)
}

/// What a source is asked with whose tokens are kept in this folder.
///
/// # Errors
/// Where asking it could lose one. Nothing was asked then.
pub async fn within(connector: &Connector, folder: TokenFolder) -> Result<Shared> {
    let shared = Shared::new(Clock::from_env()?.function());
    if !rotates(connector) {
        return Ok(shared);
    }
    free(&folder, connector).await?;
    Ok(shared.keeping(Arc::new(folder)))
}

/// Where the gateway keeps its tokens. Settings that nobody named may be somebody else's to read.
fn folder(config: Option<&Path>) -> Result<Option<TokenFolder>> {
    let path = config.unwrap_or(Path::new(USUAL));
    let name = path.display().to_string();
    let read = files::read(path, &name).and_then(|text| strict::read::<ServeConfig>(&name, &text));
    let settings = match read {
        Ok(settings) => settings,
        Err(_) if config.is_none() => return Ok(None),
        Err(complaint) => return Err(complaint.into()),
    };
    Ok(settings.store.path.as_deref().map(TokenFolder::beside))
}

/// Waits until nobody logs in with them, as long as the source is waited for.
async fn free(folder: &TokenFolder, connector: &Connector) -> Result<()> {
    let (id, place) = (&connector.id, folder.path().display());
    let free = async {
        loop {
            match folder.hold(id) {
                Ok(None) => sleep(TURN).await,
                held => return held.map(drop),
            }
        }
    };
    match timeout(connector.deadline, free).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => bail!(
            "{id}: a new refresh token could not be kept in {place} ({}); nothing was asked, so \
             that none is lost; run this as the user who runs the gateway",
            error.kind()
        ),
        Err(_) => bail!(
            "{id}: the gateway logs in there now, or has a newer refresh token than it could keep \
             in {place}; nothing was asked, so that it is not logged out; its log says which; try \
             again, or end the gateway first"
        ),
    }
}

/// Keeps nothing, and says so.
struct Nowhere;

impl Tokens for Nowhere {
    fn hold(&self, _: &SourceId) -> io::Result<Option<Hold>> {
        Ok(Some(Box::new(())))
    }

    fn last(&self, _: &SourceId) -> Option<Renewed> {
        None
    }

    fn keep(&self, source: &SourceId, _: &Renewed) -> io::Result<()> {
        say(&format!(
            "{source} gave a new refresh token in place of the written one, and it is not kept: \
             with --config, the gateway's settings, it is; else somebody must log in there again"
        ));
        Err(io::ErrorKind::NotFound.into())
    }
}
