//! What time it is, on both clocks.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// One moment. The monotonic clock cannot be set back, but stands still while
/// the machine is suspended; the wall clock is the other way round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    pub(crate) mono: Instant,
    pub(crate) wall: SystemTime,
}

impl Now {
    /// This moment, `later`.
    pub(crate) fn after(self, later: Duration) -> Self {
        Self {
            mono: self.mono.checked_add(later).unwrap_or(self.mono),
            wall: self.wall.checked_add(later).unwrap_or(self.wall),
        }
    }

    /// Whether neither clock has reached `deadline`.
    pub(crate) fn is_before(self, deadline: Self) -> bool {
        self.mono < deadline.mono && self.wall < deadline.wall
    }

    /// What is left until the first of the clocks reaches `deadline`.
    pub(crate) fn until(self, deadline: Self) -> Duration {
        let mono = deadline.mono.saturating_duration_since(self.mono);
        mono.min(deadline.wall.duration_since(self.wall).unwrap_or_default())
    }
}

/// Reads the clocks; in tests of time, a simulated wall clock.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    #[cfg(test)]
    pub(crate) simulated: Option<simulated::Wall>,
}

impl Clock {
    pub(crate) fn now(&self) -> Now {
        #[cfg(test)]
        if let Some(wall) = &self.simulated {
            return Now { mono: Instant::now(), wall: wall.now() };
        }
        Now { mono: Instant::now(), wall: SystemTime::now() }
    }
}

#[cfg(test)]
pub(crate) mod simulated {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// Follows tokio's (paused) clock, and can be stepped. A suspend is a step
    /// forward: the monotonic clock does not see it.
    #[derive(Clone, Debug)]
    pub(crate) struct Wall {
        origin: (Instant, SystemTime),
        step_ms: Arc<AtomicI64>,
    }

    impl Wall {
        pub(crate) fn new() -> Self {
            let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
            Self { origin: (Instant::now(), start), step_ms: Arc::default() }
        }

        pub(crate) fn step(&self, seconds: i64) {
            self.step_ms.fetch_add(seconds * 1000, Ordering::Relaxed);
        }

        pub(super) fn now(&self) -> SystemTime {
            let step = self.step_ms.load(Ordering::Relaxed);
            let time = self.origin.1 + self.origin.0.elapsed();
            let length = Duration::from_millis(step.unsigned_abs());
            if step < 0 { time - length } else { time + length }
        }
    }
}
