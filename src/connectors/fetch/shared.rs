//! What the sources of one gateway have in common: a clock, budgets, where names are, and where new
//! refresh tokens are kept.

use std::sync::Arc;

use super::budget::Budgets;
use super::credential::{Now, Tokens};
use super::names::Names;

/// What all sources share.
#[derive(Clone)]
pub struct Shared {
    pub(super) now: Now,
    pub(super) budgets: Arc<Budgets>,
    pub(super) names: Names,
    pub(super) tokens: Option<Arc<dyn Tokens>>,
}

impl Shared {
    /// Nothing has been asked yet.
    pub fn new(now: Now) -> Self {
        Self { now, budgets: Arc::default(), names: Names::default(), tokens: None }
    }

    /// With refresh tokens that sources give in place of written ones kept there.
    #[must_use]
    pub fn keeping(self, tokens: Arc<dyn Tokens>) -> Self {
        Self { tokens: Some(tokens), ..self }
    }

    /// Told by somebody else where names are.
    #[must_use]
    pub fn naming(self, names: Names) -> Self {
        Self { names, ..self }
    }
}
