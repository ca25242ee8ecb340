//! Who fetches a token, who waits for it, and who is told no.
//!
//! A state machine without I/O: time comes in, decisions go out. There is at
//! most one flight in the air, and it belongs to nobody: callers that go away
//! are not noticed here, and a runtime that goes away merely loses its flight.

use std::time::Duration;

use tokio::time::Instant;

use crate::Error;

/// Between two eager tries at least; doubled with each failure in a row.
const EAGER_PAUSE: Duration = Duration::from_secs(30);
/// Between two eager tries at most, unless the endpoint asks for more.
const LONGEST_EAGER_PAUSE: Duration = Duration::from_secs(300);
/// How long a transient failure is remembered; doubled with each in a row.
const MEMO: Duration = Duration::from_secs(1);
/// How long it is remembered at most, unless the endpoint asks for more.
const LONGEST_MEMO: Duration = Duration::from_secs(30);
/// How long a permanent failure is remembered before it is probed again.
const COOL_DOWN: Duration = Duration::from_secs(60);
/// No `Retry-After` holds us longer.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// Between two tokens that are discarded because the API rejected them.
const FORCED_PAUSE: Duration = Duration::from_secs(30);

/// Why a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// One is usable and should be replaced ahead of time.
    Ahead,
    /// None is usable.
    Usable,
    /// Somebody insists on a new one, whatever is kept or remembered.
    New,
}

/// What to do about a [`Need`].
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Begin this flight.
    Start(u64),
    /// Wait for the one that is in the air.
    Join,
    /// Tell the caller of the failure that is remembered.
    Remember(Error),
    /// Nothing now.
    Rest,
}

/// What a rejection by the API comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// That generation is gone already.
    Older,
    /// It is discarded now.
    Discarded,
    /// It stays: the one before it was discarded less than 30 s ago, so a new
    /// token is not what the API is missing.
    Kept,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Flight {
    in_air: Option<u64>,
    last: u64,
    failures: u32,
    memo: Option<(Error, Instant)>,
    no_eager_before: Option<Instant>,
    generation: u64,
    discarded: u64,
    discarded_at: Option<Instant>,
}

impl Flight {
    /// The flight that was begun last.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Decides about a caller.
    pub(crate) fn request(&mut self, need: Need, now: Instant) -> Step {
        match (self.in_air, need) {
            (Some(_), Need::Ahead) => return Step::Rest,
            (Some(_), _) => return Step::Join,
            (None, Need::Ahead) if self.no_eager_before.is_some_and(|then| now < then) => {
                return Step::Rest;
            }
            (None, Need::Usable) => {
                if let Some((error, _)) = self.memo.as_ref().filter(|(_, until)| now < *until) {
                    return Step::Remember(error.clone());
                }
            }
            (None, _) => {}
        }
        self.last += 1;
        self.in_air = Some(self.last);
        self.no_eager_before = Some(now + EAGER_PAUSE);
        Step::Start(self.last)
    }

    /// The flight `id` brought a token; its generation.
    pub(crate) fn succeeded(&mut self, id: u64) -> Option<u64> {
        self.land(id)?;
        self.failures = 0;
        self.memo = None;
        self.generation += 1;
        Some(self.generation)
    }

    /// The flight `id` brought none.
    pub(crate) fn failed(&mut self, id: u64, error: &Error, now: Instant) {
        if self.land(id).is_none() {
            return;
        }
        let doubled = |base: Duration, most| {
            base.saturating_mul(2_u32.saturating_pow(self.failures)).min(most)
        };
        let asked = error.retry_after().unwrap_or_default().min(LONGEST_RETRY_AFTER);
        let memo = if error.is_transient() { doubled(MEMO, LONGEST_MEMO) } else { COOL_DOWN };
        let eager = doubled(EAGER_PAUSE, LONGEST_EAGER_PAUSE).max(memo);
        self.memo = Some((error.clone(), now + memo.max(asked)));
        self.no_eager_before = Some(now + eager.max(asked));
        self.failures = self.failures.saturating_add(1);
    }

    /// The flight `id` went down with its runtime. Whoever asks next may begin
    /// another.
    pub(crate) fn lost(&mut self, id: u64) {
        self.land(id);
    }

    /// The API answered 401 to a token of this generation.
    pub(crate) fn rejected(&mut self, generation: u64, now: Instant) -> Verdict {
        if generation < self.generation || generation == self.discarded {
            return Verdict::Older;
        }
        if self.discarded_at.is_some_and(|then| now < then + FORCED_PAUSE) {
            return Verdict::Kept;
        }
        self.discarded = generation;
        self.discarded_at = Some(now);
        Verdict::Discarded
    }

    fn land(&mut self, id: u64) -> Option<()> {
        (self.in_air == Some(id)).then(|| self.in_air = None)
    }
}

#[cfg(test)]
mod tests;
