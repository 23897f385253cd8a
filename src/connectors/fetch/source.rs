//! What the gateway may ask of a source, as a connector answers it.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{ConnectorSource, view};
use crate::connectors::act::Intent;
use crate::connectors::changes::News;
use crate::connectors::spec::action::ActionTable;
use crate::connectors::{Acted, Answer, Found, Source, Tried, Unheard, Viewed};
use crate::domain::customer::{Key, KeyKind};
use crate::domain::source::SourceId;

impl Source for ConnectorSource {
    fn id(&self) -> &SourceId {
        &self.connector.id
    }

    fn title(&self) -> &str {
        &self.connector.written.title
    }

    fn shows(&self) -> Vec<&str> {
        self.connector.written.resources.iter().map(|table| table.name.as_str()).collect()
    }

    fn clock_ahead(&self) -> Option<SignedDuration> {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deadline(&self) -> Duration {
        self.connector.deadline
    }

    fn looks_up(&self, kind: KeyKind) -> bool {
        self.connector.written.lookups.iter().any(|table| table.by == kind)
    }

    fn can_view(&self, keys: &[Key]) -> bool {
        let tables = &self.connector.written.resources;
        tables.iter().any(|table| !view::chosen(table, keys, &self.connector.id).is_empty())
    }

    fn look_up<'a>(&'a self, key: &'a Key) -> Answer<'a, Found> {
        Box::pin(self.in_time(self.find(key)))
    }

    fn filters(&self) -> Tried<'_> {
        Box::pin(self.try_canaries())
    }

    fn view<'a>(&'a self, keys: &'a [Key], rows: u32) -> Answer<'a, Viewed> {
        Box::pin(self.in_time(self.ask_all(keys, rows)))
    }

    fn recalled(&self, keys: &[Key], rows: u32) -> Option<Viewed> {
        self.recall_all(keys, rows)
    }

    fn forget(&self, keys: &[Key]) {
        self.recall.forget(keys);
    }

    fn keeps_something(&self) -> bool {
        self.recall.has_something((self.now)())
    }

    fn tells_changes_every(&self) -> Option<Duration> {
        let tables = self.connector.written.changes.iter();
        tables.map(|table| Duration::from_secs(table.every_s)).min()
    }

    fn sends_changes(&self) -> bool {
        self.connector.written.webhook.is_some()
    }

    fn changes<'a>(&'a self, looked_at: &'a [Key]) -> Answer<'a, News> {
        Box::pin(self.ask_changes(looked_at))
    }

    fn opened(&self, at: Timestamp) {
        self.cursors.open(self.connector.written.changes.len(), at);
    }

    fn rest(&self) {
        self.cursors.rest();
    }

    fn message(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
    ) -> Result<News, Unheard> {
        self.read_message(header, body)
    }

    fn keeps_for(&self) -> Option<Duration> {
        let ages = self.connector.written.resources.iter().filter_map(|table| table.ttl());
        ages.max()
    }

    fn actions(&self) -> &[ActionTable] {
        &self.connector.written.actions
    }

    fn act<'a>(&'a self, intent: &'a Intent) -> Acted<'a> {
        Box::pin(self.write(intent))
    }
}
