//! How often, and for how long, a call is tried.

use std::time::Duration;

/// How a call that may be repeated is repeated: one that reads, and one that is
/// documented as safe to repeat or takes an `Idempotency-Key`
/// ([`Retry`](crate::Retry)). All other calls are sent once.
///
/// It is tried again when the host could not be reached, the connection broke or
/// the time ran out before there was an answer, and after 429, 502, 503 and 504.
/// Before the second attempt there is a pause, and before each further one a
/// pause twice as long, each shortened by up to a half at random. A `Retry-After`
/// of the API is waited for in full; if the deadline comes first, the call ends
/// at once with that answer.
///
/// Not counted here: a call whose credential was refused is sent once more with
/// another one, whatever the policy; see
/// [`Authorize::rejected`](crate::Authorize::rejected).
///
/// ```
/// use std::time::Duration;
/// use didit_api::{RetryPolicy, Transport};
///
/// let patient = RetryPolicy::default().attempts(6).deadline(Duration::from_secs(300));
/// let transport = Transport::builder("https://verification.didit.me").retry(patient);
/// # let _ = transport.retry(RetryPolicy::none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    deadline: Duration,
    first_pause: Duration,
    longest_pause: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts within 60 s, pauses of 250 ms to 5 s.
    fn default() -> Self {
        Self {
            attempts: 3,
            deadline: Duration::from_secs(60),
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(5),
        }
    }
}

impl RetryPolicy {
    /// One attempt.
    pub fn none() -> Self {
        Self::default().attempts(1)
    }

    /// How often a call is sent at most, the first time included. Default: 3.
    #[must_use]
    pub fn attempts(mut self, most: u32) -> Self {
        self.attempts = most;
        self
    }

    /// How long after its start a call may be sent again. The last attempt has
    /// the transport's whole [timeout](crate::TransportBuilder::timeout).
    /// Default: 60 s.
    #[must_use]
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = limit;
        self
    }

    /// The pause before the second attempt. Default: 250 ms.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// The longest pause, unless the API asks for a longer one. Default: 5 s.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// How long to wait after so many attempts in so much time, or `None` if
    /// that was the last. `random` is any number.
    pub(crate) fn pause(
        &self,
        attempts: u32,
        elapsed: Duration,
        asked: Option<Duration>,
        random: u64,
    ) -> Option<Duration> {
        let doublings = 2u32.saturating_pow(attempts.saturating_sub(1));
        let pause = self.first_pause.saturating_mul(doublings).min(self.longest_pause);
        let share = (random % 1024) as u32;
        let pause = pause - pause / 2048 * share;
        let pause = asked.map_or(pause, |asked| asked.max(pause));
        let begins = elapsed.saturating_add(pause);
        (attempts < self.attempts && begins <= self.deadline).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_end_with_attempts_or_deadline() {
        let policy = RetryPolicy::default().attempts(9).longest_pause(Duration::from_secs(1));
        let pause = |attempts, elapsed, asked, random| {
            policy.pause(attempts, Duration::from_secs(elapsed), asked, random)
        };
        let millis = |millis| Some(Duration::from_millis(millis));
        let pauses = [1, 2, 3, 8].map(|attempts| pause(attempts, 0, None, 0));
        assert_eq!(pauses, [millis(250), millis(500), millis(1000), millis(1000)]);
        assert!(pause(1, 0, None, 1023).unwrap() >= Duration::from_millis(125));
        assert_eq!(pause(9, 0, None, 0), None);
        assert_eq!(pause(1, 60, None, 0), None);
        assert_eq!(pause(1, 50, millis(10_000), 0), millis(10_000));
        assert_eq!(pause(1, 50, millis(10_001), 0), None);
        assert_eq!(pause(1, 0, Some(Duration::MAX), 0), None);
        assert_eq!(pause(u32::MAX, u64::MAX, None, u64::MAX), None);
        let odd = RetryPolicy::default().longest_pause(Duration::MAX).first_pause(Duration::MAX);
        assert_eq!(odd.pause(1, Duration::ZERO, None, 7), None);
    }
}
