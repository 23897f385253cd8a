//! Who carries questions to a source: as many carriers as there are kinds.

use std::sync::Arc;

use super::credential::Now;
use super::live::Live;
use super::names::Names;
use super::{dropped, ldap, sql};
use crate::connectors::carry::Carry;
use crate::connectors::spec::Connector;
use crate::connectors::spec::kind::Kind;

/// The carrier to this source.
///
/// # Errors
/// Why there can be none.
pub fn carrier(
    connector: &Connector,
    now: &Now,
    names: &Names,
) -> Result<Arc<dyn Carry>, &'static str> {
    match connector.written.kind {
        Kind::HttpJson | Kind::Graphql | Kind::JsonRpc => {
            let live =
                Live::new(connector.deadline, names).ok_or("no HTTP client can be made here")?;
            Ok(Arc::new(live))
        }
        Kind::Ldap => ldap::carrier(connector),
        Kind::Csv => dropped::carrier(connector, now.clone()),
        Kind::Sql => sql::carrier(connector),
    }
}
