//! The one alarm of the desk.

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::app::msg::Msg;
use crate::shell::now::Clock;

/// Rings once, at the moment that was asked for last.
pub struct Alarm {
    clock: Clock,
    inbox: mpsc::Sender<Msg>,
    set: Option<AbortHandle>,
}

impl Alarm {
    /// An alarm that rings into `inbox`.
    pub fn new(clock: Clock, inbox: mpsc::Sender<Msg>) -> Self {
        Self { clock, inbox, set: None }
    }

    /// Rings at `at`, and not when it was asked to before.
    pub fn set(&mut self, at: Timestamp) {
        self.clear();
        let (clock, inbox) = (self.clock.clone(), self.inbox.clone());
        let ringing = tokio::spawn(async move {
            clock.until(at).await;
            inbox.send(Msg::Woke).await.ok();
        });
        self.set = Some(ringing.abort_handle());
    }

    /// Does not ring.
    pub fn clear(&mut self) {
        if let Some(set) = self.set.take() {
            set.abort();
        }
    }
}
