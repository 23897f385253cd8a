//! Whom we believe that they are who they say: as the system does.

use std::sync::LazyLock;

use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt;

/// The system's certificates, read once: every source with its own copy would take half a megabyte
/// each.
static SYSTEM: LazyLock<Option<ClientConfig>> = LazyLock::new(|| {
    let mut config = ClientConfig::with_platform_verifier().ok()?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(config)
});

/// What the system believes, where it says so.
pub fn system() -> Option<ClientConfig> {
    SYSTEM.clone()
}
