//! The only place that asks the time.
#![expect(clippy::disallowed_methods, reason = "somewhere it must be asked")]

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

/// Ends once a time has come.
pub type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time, and waits for it to pass.
#[derive(Clone)]
pub struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    /// The machine's.
    Machine,
    /// Somebody says what time it is.
    #[cfg_attr(
        not(feature = "test-clock"),
        expect(dead_code, reason = "releases have no such door")
    )]
    Told(watch::Receiver<Timestamp>),
}

impl Clock {
    /// The machine's clock.
    pub fn machine() -> Self {
        Self(Kind::Machine)
    }

    /// The clock behind the socket that `NORNS_CLOCK` names, where this build has such a door,
    /// else the machine's. Blocks until the first time is told.
    ///
    /// # Errors
    /// Where the socket cannot be reached or does not tell a time.
    pub fn from_env() -> std::io::Result<Self> {
        #[cfg(feature = "test-clock")]
        if let Some(path) = std::env::var_os("NORNS_CLOCK") {
            return told::connect(path.as_ref()).map(|told| Self(Kind::Told(told)));
        }
        Ok(Self::machine())
    }

    /// Whether somebody else moves it.
    pub fn is_told(&self) -> bool {
        matches!(self.0, Kind::Told(_))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::Machine => Timestamp::now(),
            Kind::Told(told) => *told.borrow(),
        }
    }

    /// Returns once the time is `at` or later.
    pub async fn until(&self, at: Timestamp) {
        match &self.0 {
            Kind::Machine => {
                let left = at.duration_since(Timestamp::now());
                tokio::time::sleep(Duration::try_from(left).unwrap_or_default()).await;
            }
            Kind::Told(told) => {
                let reached = told.clone().wait_for(|now| *now >= at).await.is_ok();
                if !reached {
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    /// The clock as a function, for parts that must not know where time comes from.
    pub fn function(&self) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }

    /// Waiting as a function, for the same parts.
    pub fn waiting(&self) -> Arc<dyn Fn(Timestamp) -> Wait + Send + Sync> {
        let clock = self.clone();
        Arc::new(move |at| {
            let clock = clock.clone();
            Box::pin(async move { clock.until(at).await })
        })
    }
}

/// A clock that somebody else moves: one line per move, the new time in RFC 3339.
#[cfg(feature = "test-clock")]
mod told {
    use std::io::{BufRead, BufReader, Error, ErrorKind, Result};
    use std::os::unix::net::UnixStream;
    use std::path::Path;

    use jiff::Timestamp;
    use tokio::sync::watch;

    /// Connects, reads the first time, and keeps reading on a thread of its own.
    pub fn connect(path: &Path) -> Result<watch::Receiver<Timestamp>> {
        let mut lines = BufReader::new(UnixStream::connect(path)?).lines();
        let unread = || Error::new(ErrorKind::InvalidData, "the clock did not tell a time");
        let first = lines.next().ok_or_else(unread)??;
        let (tell, told) = watch::channel(first.trim().parse().map_err(|_| unread())?);
        std::thread::Builder::new().name("clock".into()).spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Ok(now) = line.trim().parse() {
                    tell.send_replace(now);
                }
            }
            // The last time told stays the time; the sender must outlive this thread for that.
            std::mem::forget(tell);
        })?;
        Ok(told)
    }
}
