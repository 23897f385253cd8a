//! Connections between two questions. One is given back whole or not at all: what was given up or
//! failed is closed, and never asked again.

use std::sync::{Mutex, PoisonError};

use sqlx::Connection;

/// Connections that wait for a question. As many as the source is asked at a time come to be.
pub struct Idle<C>(Mutex<Vec<C>>);

impl<C> Default for Idle<C> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<C: Connection> Idle<C> {
    /// One that still answers, where there is one.
    pub async fn take(&self) -> Option<C> {
        loop {
            let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut connection = last?;
            if connection.ping().await.is_ok() {
                return Some(connection);
            }
        }
    }

    /// Gives one back.
    pub fn give(&self, connection: C) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}
