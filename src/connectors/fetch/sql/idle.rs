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

/// What can say whether it still answers.
pub trait Pinged {
    /// Asks it.
    fn answers(&mut self) -> impl Future<Output = bool> + Send;
}

impl<C: Connection + Send> Pinged for C {
    async fn answers(&mut self) -> bool {
        self.ping().await.is_ok()
    }
}

impl<C: Pinged> Idle<C> {
    /// One that still answers, else a new one.
    ///
    /// # Errors
    /// Why there is no new one.
    pub async fn take(&self, new: impl Future<Output = sqlx::Result<C>>) -> sqlx::Result<C> {
        while let Some(mut connection) = self.last() {
            if connection.answers().await {
                return Ok(connection);
            }
        }
        new.await
    }

    fn last(&self) -> Option<C> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Gives one back.
    pub fn give(&self, connection: C) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}
