//! The part that keeps the token.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use arc_swap::ArcSwapOption;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, interval, timeout_at};

use crate::caught::caught;
use crate::clock::{Now, after};
use crate::fetch::Fetcher;
use crate::flight::{Flight, GRACE, Step};
use crate::token::{Issued, Token};
use crate::{Error, ErrorKind, LOG};

/// How often a caller begins anew when its own runtime lost the fetch.
const RESTARTS: u32 = 3;

type Outcome = Result<Token, Error>;

/// Gets a token when one is needed, keeps it while it is good, and replaces it
/// before it is not.
///
/// For those who make their own HTTP calls; [`Didit`](crate::Didit) has one
/// inside. Cheap to clone; clones share the token. It needs a tokio runtime
/// (with time and I/O) only while it fetches, and outlives any of them. A
/// runtime that stands still or ends in mid-fetch delays callers on others by
/// the [`deadline`](crate::DiditBuilder::deadline) at most.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    kept: ArcSwapOption<Issued>,
    /// Never locked across an `await`, a spawn or an event.
    flight: Mutex<Flight>,
    /// The fetch that ended last, and its outcome unless it was lost.
    ended: watch::Sender<(u64, Option<Outcome>)>,
    fetcher: Fetcher,
    identity: Arc<()>,
}

impl TokenSource {
    pub(crate) fn new(fetcher: Fetcher) -> Self {
        Self(Arc::new(Inner {
            kept: ArcSwapOption::empty(),
            flight: Mutex::new(Flight::new(fetcher.limits.deadline, fetcher.limits.request)),
            ended: watch::channel((0, None)).0,
            fetcher,
            identity: Arc::default(),
        }))
    }

    /// The token: from memory while it is good, else from the endpoint, in one
    /// request however many callers wait. When more than half of its life is
    /// over it is still returned at once, and replaced in the background.
    ///
    /// Dropping the future gives up the wait, not the fetch.
    ///
    /// # Errors
    ///
    /// When no token is usable and none can be had; see [`ErrorKind`]. For a
    /// while the same error is then returned without a request.
    pub async fn token(&self) -> Result<Token, Error> {
        let now = self.0.fetcher.clock.now();
        if let Some(token) = self.0.usable(now) {
            if !now.is_before(token.0.stale_from) {
                self.refresh_ahead(now);
            }
            return Ok(token);
        }
        self.wait(None).await
    }

    /// The token if one is usable at this moment. Starts nothing, waits for
    /// nothing, needs no runtime.
    pub fn peek(&self) -> Option<Token> {
        self.0.usable(self.0.fetcher.clock.now())
    }

    /// Fetches a token now, whatever is kept or remembered: at start, to fail
    /// early, or after a rotation, to use the new credentials at once. If it
    /// fails, a usable token stays.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::token`].
    pub async fn warm_up(&self) -> Result<Token, Error> {
        // A fetch that is under way may carry credentials of yesterday.
        let last = self.0.flight().last;
        self.wait(Some(last)).await
    }

    /// Reports that the API answered 401 to `token`, and says whether to try
    /// again with what [`TokenSource::token`] returns next.
    ///
    /// The token is then not used again by anybody, unless it is itself the
    /// replacement of a token that was rejected less than 30 s ago: that one
    /// stays, because fetching more of them will not help. A report about an
    /// older token changes nothing, and neither does one about the token of
    /// another source, for which the answer is no.
    pub fn reject(&self, token: &Token) -> bool {
        let is_ours = Arc::ptr_eq(&token.0.source, &self.0.identity);
        let mut flight = self.0.flight();
        let is_kept = self.0.kept.load().as_ref().is_some_and(|kept| Arc::ptr_eq(kept, &token.0));
        let discard = is_kept && flight.rejected(self.0.fetcher.clock.now().mono);
        if discard {
            self.0.kept.store(None);
        }
        drop(flight);
        tracing::debug!(target: LOG, ?token, is_kept, discard, "token rejected by the API");
        is_ours && (discard || !is_kept)
    }

    fn refresh_ahead(&self, now: Now) {
        let mut flight = self.0.flight();
        // Without a runtime there is nothing to refresh on; the token is good.
        if Handle::try_current().is_ok()
            && let Some(id) = flight.ahead(now.mono)
        {
            self.start(id, flight);
            tracing::debug!(target: LOG, fetch = id, "token is replaced ahead of time");
        }
    }

    /// Waits for a token; with `last`, for one of a fetch that was begun later.
    async fn wait(&self, last: Option<u64>) -> Outcome {
        self.0.fetcher.provider.check_pair()?;
        let failed = |why| Err(Error::new(ErrorKind::Runtime, format!("no token: {why}")));
        let patience = self.0.fetcher.limits.deadline.saturating_add(GRACE);
        let mut until = after(Instant::now(), patience);
        let (mut own, mut losses) = (0, 0);
        while losses <= RESTARTS {
            if Handle::try_current().is_err() {
                return failed("call this from within a tokio runtime");
            }
            let (joined, dead_from) = match self.join(last.is_some(), &mut own) {
                Ok(fetch) => fetch,
                Err(told) => return told,
            };
            let mut ended = self.0.ended.subscribe();
            let ended = async {
                let ended = ended.wait_for(|(id, _)| *id >= joined);
                let ended = async { ended.await.ok().map(|ended| ended.clone()) };
                timeout_at(until.min(dead_from), ended).await
            };
            match caught(ended).await {
                Some(Ok(Some((id, Some(outcome))))) if Some(id) > last => return outcome,
                // The runtimes of others may end as they like.
                Some(Ok(Some((_, None)))) => losses += u32::from(joined == own),
                // One after the other stood still. The next one is this caller's.
                Some(Err(_)) if Instant::now() >= until => {
                    self.0.flight().lost(joined);
                    until = after(Instant::now(), patience);
                }
                Some(_) => {}
                // tokio's timers panic where there are none.
                None => break,
            }
        }
        failed("the tokio runtime ended while fetching, or has no time or I/O enabled")
    }

    /// The fetch to wait for, and when to look again; or what the caller is told
    /// at once. If it was begun for this caller, it is its `own`.
    fn join(&self, new: bool, own: &mut u64) -> Result<(u64, Instant), Outcome> {
        let mut flight = self.0.flight();
        let now = self.0.fetcher.clock.now();
        // One may have come since this caller looked.
        if let Some(token) = self.0.usable(now).filter(|_| !new) {
            return Err(Ok(token));
        }
        match flight.request(new, now.mono) {
            Step::Start(id) => {
                let dead_from = now.mono + flight.stall;
                self.start(id, flight);
                *own = id;
                Ok((id, dead_from))
            }
            Step::Join(id, dead_from) => Ok((id, dead_from)),
            Step::Remember(error) => {
                drop(flight);
                tracing::debug!(target: LOG, %error, "failure remembered");
                Err(Err(error))
            }
        }
    }

    /// Begins a fetch that was decided on under the lock. Unlocks first: a
    /// runtime that is shutting down drops the task at once, and that locks.
    fn start(&self, id: u64, flight: MutexGuard<'_, Flight>) {
        drop(flight);
        tokio::spawn(Fetch { source: Arc::clone(&self.0), id }.run());
    }
}

/// One fetch, in a task of its own. Dropped before its end, it is lost.
struct Fetch {
    source: Arc<Inner>,
    id: u64,
}

impl Fetch {
    async fn run(self) {
        let (source, fetch) = (&self.source, self.id);
        let mut steps = pin!(source.fetcher.fetch());
        let mut heartbeat = interval(source.flight().stall / 4);
        // Once it is written off it takes no step more: there may be another.
        let result = poll_fn(|context| {
            let goes_on = source.flight().drive(fetch, Instant::now());
            while goes_on && heartbeat.poll_tick(context).is_ready() {}
            if goes_on { steps.as_mut().poll(context).map(Some) } else { Poll::Ready(None) }
        });
        let counted = result.await.and_then(|result| source.settle(fetch, result));
        let Some(outcome) = counted else { return };
        source.tell(fetch, Some(outcome.clone()));
        match outcome {
            Ok(token) => tracing::debug!(target: LOG, fetch, ?token, "token fetched"),
            Err(error) => tracing::warn!(target: LOG, fetch, %error, "no token could be fetched"),
        }
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        let was_under_way = self.source.flight().lost(self.id);
        if was_under_way {
            self.source.tell(self.id, None);
        }
    }
}

impl Inner {
    fn flight(&self) -> MutexGuard<'_, Flight> {
        // Nothing in there is left half done by a panic.
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that is kept, if it may still go with a call.
    fn usable(&self, now: Now) -> Option<Token> {
        let kept = self.kept.load();
        let usable = kept.as_ref().filter(|kept| now.is_before(kept.usable_until))?;
        Some(Token(Arc::clone(usable)))
    }

    /// Keeps what a fetch brought. `None` if the fetch was written off: then it
    /// changes nothing.
    fn settle(&self, id: u64, result: Result<Issued, Error>) -> Option<Outcome> {
        let mut flight = self.flight();
        let now = self.fetcher.clock.now();
        Some(match result {
            Ok(mut issued) => {
                // Without life it serves those who wait, and displaces nothing.
                let keep = now.is_before(issued.usable_until);
                issued.generation = flight.succeeded(id)?;
                issued.source = Arc::clone(&self.identity);
                let issued = Arc::new(issued);
                if keep {
                    self.kept.store(Some(Arc::clone(&issued)));
                }
                Ok(Token(issued))
            }
            Err(error) => Err(flight.failed(id, &error, now.mono).then_some(error)?),
        })
    }

    /// Wakes who waits. Not under the lock, so another may have been faster.
    fn tell(&self, id: u64, outcome: Option<Outcome>) {
        self.ended.send_if_modified(|ended| {
            let is_news = ended.0 < id;
            if is_news {
                *ended = (id, outcome);
            }
            is_news
        });
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").field("token", &self.peek()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
