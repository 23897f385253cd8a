//! The one alarm of the desk.

use std::io;
use std::os::fd::OwnedFd;

use jiff::Timestamp;
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::shell::now::{Clock, Wait};

/// Rings once, at the moment that was asked for last.
pub struct Alarm(Kind);

enum Kind {
    /// A timer of the kernel's: it wakes the process once for each ringing, where tokio's wheel
    /// would for each of its levels, and it notices when the clock is set.
    Machine(AsyncFd<OwnedFd>),
    /// Somebody says what time it is.
    Told { clock: Clock, set: Option<Wait> },
}

impl Alarm {
    /// An alarm by this clock.
    ///
    /// # Errors
    /// Where the kernel has no timer for us.
    pub fn new(clock: Clock) -> io::Result<Self> {
        if clock.is_told() {
            return Ok(Self(Kind::Told { clock, set: None }));
        }
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
        #[expect(deprecated, reason = "sound for a file that is owned; ours is no unsafe")]
        let timer = AsyncFd::with_interest(timer, Interest::READABLE)?;
        Ok(Self(Kind::Machine(timer)))
    }

    /// Rings at `at`, and not when it was asked to before.
    pub fn set(&mut self, at: Timestamp) {
        match &mut self.0 {
            Kind::Machine(timer) => {
                // A timer set to zero would never ring.
                let (seconds, nanoseconds) =
                    (at.as_second().max(1), i64::from(at.subsec_nanosecond().max(0)));
                arm(timer, Timespec { tv_sec: seconds, tv_nsec: nanoseconds });
            }
            Kind::Told { clock, set } => *set = Some((clock.waiting())(at)),
        }
    }

    /// Does not ring.
    pub fn clear(&mut self) {
        match &mut self.0 {
            Kind::Machine(timer) => arm(timer, Timespec { tv_sec: 0, tv_nsec: 0 }),
            Kind::Told { set, .. } => *set = None,
        }
    }

    /// Returns when it rings, or when the clock has been set. Cancelled, it loses nothing.
    pub async fn rings(&mut self) {
        match &mut self.0 {
            Kind::Machine(timer) => loop {
                let Ok(mut ready) = timer.readable().await else {
                    return std::future::pending().await;
                };
                match rustix::io::read(timer.get_ref(), &mut [0; 8]) {
                    Ok(_) | Err(Errno::CANCELED) => return,
                    Err(_) => ready.clear_ready(),
                }
            },
            Kind::Told { set, .. } => {
                match set.as_mut() {
                    Some(waiting) => waiting.await,
                    None => std::future::pending().await,
                }
                *set = None;
            }
        }
    }
}

fn arm(timer: &AsyncFd<OwnedFd>, at: Timespec) {
    let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
    let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: at };
    timerfd_settime(timer.get_ref(), flags, &once).ok();
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use jiff::SignedDuration;

    use super::*;

    #[tokio::test]
    async fn the_machine_s_alarm_rings_once_and_only_as_it_was_set_last() {
        let clock = Clock::machine();
        let mut alarm = Alarm::new(clock.clone()).unwrap();
        assert_eq!(alarm.rings().now_or_never(), None);
        alarm.set(clock.now());
        alarm.set(clock.now() + SignedDuration::from_hours(1));
        assert_eq!(alarm.rings().now_or_never(), None);
        alarm.set(clock.now());
        alarm.rings().await;
        assert_eq!(alarm.rings().now_or_never(), None);
    }
}
