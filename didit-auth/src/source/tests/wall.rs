//! A simulated wall clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::clock::Clock;

/// Follows tokio's (paused) clock, and can be stepped. A suspend is a step
/// forward: the monotonic clock does not see it.
#[derive(Clone)]
pub(super) struct Wall {
    origin: (Instant, SystemTime),
    step_ms: Arc<AtomicI64>,
}

impl Wall {
    pub(super) fn new() -> Self {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        Self { origin: (Instant::now(), start), step_ms: Arc::default() }
    }

    pub(super) fn clock(&self) -> Clock {
        let wall = self.clone();
        Clock { wall: Some(Arc::new(move || wall.now())) }
    }

    pub(super) fn step(&self, seconds: i64) {
        self.step_ms.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    fn now(&self) -> SystemTime {
        let step = self.step_ms.load(Ordering::Relaxed);
        let time = self.origin.1 + self.origin.0.elapsed();
        let length = Duration::from_millis(step.unsigned_abs());
        if step < 0 { time - length } else { time + length }
    }
}
