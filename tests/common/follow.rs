//! Following what changes in a running system, as often as a test can wait for.

use std::time::Duration;

use norns::connectors::Source;
use norns::connectors::fetch::ConnectorSource;
use norns::connectors::spec::Connector;
use norns::domain::customer::Key;

/// How long a change may take to be told: a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(120);

/// The connector, asked every second, and all that it says kept for five minutes.
pub fn often(mut connector: Connector) -> Connector {
    connector.written.changes.iter_mut().for_each(|table| table.every_s = 1);
    connector.written.resources.iter_mut().for_each(|table| table.ttl_s = Some(300));
    connector
}

/// Whose records are told to have changed, once there are so many.
pub async fn news(source: &ConnectorSource, least: usize) -> Vec<Key> {
    let mut all = Vec::new();
    let told = async {
        while all.len() < least {
            let news = source.changes(&[]).await.unwrap();
            assert!(!news.unsure);
            all.extend(news.changes.into_iter().flat_map(|change| change.keys));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let told = tokio::time::timeout(PATIENCE, told).await;
    told.unwrap_or_else(|_| panic!("{} of {least} changes were told: {all:?}", all.len()));
    all
}

/// Whose record is told to be gone, of those that are looked at, once one is.
pub async fn gone(source: &ConnectorSource, looked_at: &[Key]) -> Vec<Key> {
    let told = async {
        loop {
            let news = source.changes(looked_at).await.unwrap();
            let gone = news.changes.into_iter().filter(|change| change.gone);
            let gone: Vec<Key> = gone.flat_map(|change| change.keys).collect();
            if !gone.is_empty() {
                return gone;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("something is told to be gone")
}
