//! What time it is, on both clocks.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Longer than anybody waits, and short enough for every clock.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The moment that is `wait` after `start`, or very far away.
pub(crate) fn after(start: Instant, wait: Duration) -> Instant {
    start + wait.min(FOREVER)
}

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
        let wall = self.wall.checked_add(later).unwrap_or(self.wall);
        Self { mono: after(self.mono, later), wall }
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

/// Reads both clocks; the wall clock can be put in, for tests of time.
#[derive(Clone, Default)]
pub(crate) struct Clock {
    pub(crate) wall: Option<Arc<dyn Fn() -> SystemTime + Send + Sync>>,
}

impl Clock {
    pub(crate) fn now(&self) -> Now {
        let wall = self.wall.as_ref().map_or_else(SystemTime::now, |wall| wall());
        Now { mono: Instant::now(), wall }
    }
}
