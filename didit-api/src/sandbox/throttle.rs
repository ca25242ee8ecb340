//! A limit to the number of requests, when a test asks for one.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// So many in any span of so much time.
pub(super) struct Throttle {
    most: usize,
    within: Duration,
    /// When those of the last span came.
    admitted: VecDeque<Instant>,
}

impl Throttle {
    pub(super) fn new(most: usize, within: Duration) -> Self {
        Self { most, within, admitted: VecDeque::new() }
    }

    /// The headers of a refusal, if this request is one too many.
    pub(super) fn refused(&mut self) -> Option<[(&'static str, u64); 4]> {
        let now = Instant::now();
        while self.admitted.front().is_some_and(|first| now - *first >= self.within) {
            self.admitted.pop_front();
        }
        if self.admitted.len() < self.most {
            self.admitted.push_back(now);
            return None;
        }
        let left = self.admitted.front().map_or(self.within, |first| self.within - (now - *first));
        let wait = left.as_millis().div_ceil(1000) as u64;
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Some([
            ("retry-after", wait),
            ("x-ratelimit-limit", self.most as u64),
            ("x-ratelimit-remaining", 0),
            ("x-ratelimit-reset", clock.as_secs() + wait),
        ])
    }
}
