//! Who fetches a token, who waits for it, and who is told no.
//!
//! A state machine without I/O: time comes in, decisions go out. There is at
//! most one fetch, and it belongs to nobody: callers that go away are not
//! noticed here. A fetch whose runtime ended is lost; one that is not driven any
//! more, because its runtime stands still, is written off. Whatever it brings
//! later changes nothing.

use std::time::Duration;

use tokio::time::Instant;

use crate::Error;
use crate::clock::after;

/// Between two eager tries at least; doubled with each failure in a row.
const EAGER_PAUSE: Duration = Duration::from_secs(30);
/// Between two eager tries at most, unless the endpoint asks for more.
const LONGEST_EAGER_PAUSE: Duration = Duration::from_secs(300);
/// How long a transient failure is remembered; doubled with each in a row.
const MEMO: Duration = Duration::from_secs(1);
/// How long it is remembered at most, unless the endpoint asks for more.
const LONGEST_MEMO: Duration = Duration::from_secs(30);
/// How long a permanent failure is remembered before it is probed again,
/// whatever the endpoint asks.
const COOL_DOWN: Duration = Duration::from_secs(60);
/// No `Retry-After` holds us longer.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// Between two tokens that are discarded because the API rejected them.
const FORCED_PAUSE: Duration = Duration::from_secs(30);
/// By how much a fetch may miss its deadline, on a machine that is busy.
pub(crate) const GRACE: Duration = Duration::from_millis(250);
/// A fetch that nobody drives for so long is written off, at the latest.
const LONGEST_STALL: Duration = Duration::from_secs(5);

/// What a caller that waits has to do.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Begin this fetch.
    Start(u64),
    /// Wait for this one, which is under way, and look again at that moment: it
    /// may have to be written off.
    Join(u64, Instant),
    /// Take the failure that is remembered.
    Remember(Error),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Flight {
    /// No fetch takes longer, if it is driven.
    deadline: Duration,
    /// One that nobody drives for so long is written off.
    pub(crate) stall: Duration,
    under_way: Option<Fetch>,
    /// The id of the fetch that was begun last.
    pub(crate) last: u64,
    failures: u32,
    memo: Option<(Error, Instant)>,
    no_eager_before: Option<Instant>,
    generation: u64,
    discarded_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Fetch {
    id: u64,
    /// When it will have ended.
    end: Instant,
    /// When it was last seen to be driven.
    driven: Instant,
}

impl Flight {
    /// For fetches that take no longer than `deadline`, and whose requests take
    /// no longer than `request`.
    pub(crate) fn new(deadline: Duration, request: Duration) -> Self {
        // A request that nobody drives for half of its time may well be late.
        let stall = (request.min(deadline) / 2).clamp(GRACE, LONGEST_STALL);
        Self { deadline, stall, ..Self::default() }
    }

    /// Decides about a caller that waits: for any token, or for one that is
    /// `new`, whatever is remembered.
    pub(crate) fn request(&mut self, new: bool, now: Instant) -> Step {
        match (self.alive(now), &self.memo) {
            (Some(fetch), _) => Step::Join(fetch.id, self.dead_from(fetch)),
            (None, Some((error, until))) if !new && now < *until => Step::Remember(error.clone()),
            _ => Step::Start(self.start(now)),
        }
    }

    /// Whether to replace a usable token ahead of time: the fetch to begin.
    pub(crate) fn ahead(&mut self, now: Instant) -> Option<u64> {
        let rests = self.no_eager_before.is_some_and(|then| now < then);
        (self.alive(now).is_none() && !rests).then(|| self.start(now))
    }

    fn start(&mut self, now: Instant) -> u64 {
        self.last += 1;
        self.under_way = Some(Fetch { id: self.last, end: after(now, self.deadline), driven: now });
        self.no_eager_before = Some(now + EAGER_PAUSE);
        self.last
    }

    /// The fetch under way, unless it is to be written off for another.
    fn alive(&self, now: Instant) -> Option<Fetch> {
        self.under_way.filter(|fetch| now < self.dead_from(*fetch))
    }

    fn dead_from(&self, fetch: Fetch) -> Instant {
        (fetch.end + GRACE).min(fetch.driven + self.stall)
    }

    /// The fetch `id` is about to be driven. False if it is to stop, because it
    /// is not the one under way.
    pub(crate) fn drive(&mut self, id: u64, now: Instant) -> bool {
        let current = self.under_way.as_mut().filter(|fetch| fetch.id == id);
        current.map(|fetch| fetch.driven = now).is_some()
    }

    /// The fetch `id` brought a token; its generation, if that counts.
    pub(crate) fn succeeded(&mut self, id: u64) -> Option<u64> {
        self.lost(id).then(|| {
            self.failures = 0;
            self.memo = None;
            self.generation += 1;
            self.generation
        })
    }

    /// The fetch `id` brought none. Says whether that counts.
    pub(crate) fn failed(&mut self, id: u64, error: &Error, now: Instant) -> bool {
        if !self.lost(id) {
            return false;
        }
        let doubled = |base: Duration, most| {
            base.saturating_mul(2_u32.saturating_pow(self.failures)).min(most)
        };
        let (memo, longest) = match error.is_transient() {
            true => (doubled(MEMO, LONGEST_MEMO), LONGEST_RETRY_AFTER),
            false => (COOL_DOWN, COOL_DOWN),
        };
        let memo = memo.max(error.retry_after().unwrap_or_default().min(longest));
        let eager = memo.max(doubled(EAGER_PAUSE, LONGEST_EAGER_PAUSE));
        self.memo = Some((error.clone(), now + memo));
        self.no_eager_before = Some(now + eager);
        self.failures = self.failures.saturating_add(1);
        true
    }

    /// The fetch `id` ended, with its runtime perhaps. Whoever asks next may
    /// begin another. Says whether that was the one under way.
    pub(crate) fn lost(&mut self, id: u64) -> bool {
        self.under_way.take_if(|fetch| fetch.id == id).is_some()
    }

    /// The API answered 401 to the token that is kept. Says whether to discard
    /// it: not if the one before it was discarded less than 30 s ago, for a new
    /// token is then not what the API is missing.
    pub(crate) fn rejected(&mut self, now: Instant) -> bool {
        let discard = self.discarded_at.is_none_or(|then| now >= then + FORCED_PAUSE);
        if discard {
            self.discarded_at = Some(now);
        }
        discard
    }
}

#[cfg(test)]
mod tests;
