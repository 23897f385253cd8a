//! How far this computer's clock is from the gateway's.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap};
use tokio::sync::watch;

/// Nearer than this, clocks are the same: an answer may have been long on its way.
const NEAR: SignedDuration = SignedDuration::from_mins(1);

/// Sees by each answer how far the gateway's clock is ahead of ours.
#[derive(Clone)]
pub struct Apart {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    told: watch::Sender<Option<SignedDuration>>,
}

impl fmt::Debug for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Apart")
    }
}

impl Apart {
    /// By this clock of ours. The receiver is told when it is off, otherwise off, or right again.
    pub fn by(
        now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> (Self, watch::Receiver<Option<SignedDuration>>) {
        let (told, hears) = watch::channel(None);
        (Self { now, told }, hears)
    }

    /// An answer has come.
    pub fn see(&self, headers: &HeaderMap) {
        let Some(theirs) = date(headers) else { return };
        let apart = theirs.duration_since((self.now)());
        let minutes = SignedDuration::from_mins(apart.as_mins());
        let apart = (apart.abs() >= NEAR).then_some(minutes);
        self.told.send_if_modified(|known| {
            // What is said in minutes changes by more than one.
            let same = match (&known, apart) {
                (Some(known), Some(apart)) => (*known - apart).abs() <= NEAR,
                (None, None) => true,
                _ => false,
            };
            if !same {
                *known = apart;
            }
            !same
        });
    }
}

/// What time an answer says that it is.
pub fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::parse(date).ok().map(|at| at.timestamp())
}
