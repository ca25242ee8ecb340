//! The part that keeps the token.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::airborne::{Airborne, Outcome};
use crate::clock::{Clock, Now};
use crate::fetch::Fetcher;
use crate::flight::{Flight, Need, Step, Verdict};
use crate::token::{Issued, Snapshot, Token};
use crate::{Error, ErrorKind};

/// How often a caller begins anew when the runtime that fetched for it ended.
const RESTARTS: u32 = 3;

/// Gets a token when one is needed, keeps it while it is good, and replaces it
/// before it is not.
///
/// For those who make their own HTTP calls; [`Didit`](crate::Didit) has one
/// inside. Cheap to clone; clones share the token. It needs a tokio runtime
/// (with time and I/O) only while it fetches, and outlives any of them.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    current: ArcSwap<Snapshot>,
    desk: Mutex<Desk>,
    fetcher: Fetcher,
    clock: Clock,
}

/// What changes hands under the lock; never across an `await`.
#[derive(Default)]
struct Desk {
    flight: Flight,
    airborne: Option<Airborne>,
}

impl TokenSource {
    pub(crate) fn new(fetcher: Fetcher) -> Self {
        let clock = fetcher.clock.clone();
        Self(Arc::new(Inner {
            current: ArcSwap::new(Snapshot::nothing(&clock)),
            desk: Mutex::default(),
            fetcher,
            clock,
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
        let now = self.0.clock.now();
        if let Some(token) = Token::usable(&self.0.current, now) {
            if token.is_stale(now) {
                self.refresh_ahead(now);
            }
            return Ok(token);
        }
        self.wait(Need::Usable, 0).await
    }

    /// The token if one is usable at this moment. Starts nothing, waits for
    /// nothing, needs no runtime.
    pub fn peek(&self) -> Option<Token> {
        Token::usable(&self.0.current, self.0.clock.now())
    }

    /// Fetches a token now, whatever is kept or remembered: at start, to fail
    /// early, or after a rotation, to use the new credentials at once. If it
    /// fails, a usable token stays.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::token`].
    pub async fn warm_up(&self) -> Result<Token, Error> {
        // A flight that is in the air may carry credentials of yesterday.
        let last = self.0.desk().flight.last();
        self.wait(Need::New, last).await
    }

    /// Reports that the API answered 401 to `token`, and says whether to try
    /// again with what [`TokenSource::token`] returns next.
    ///
    /// The token is then not used again by anybody, unless it is itself the
    /// replacement of a token that was rejected less than 30 s ago: that one
    /// stays, because fetching more of them will not help. A report about an
    /// older token changes nothing.
    pub fn reject(&self, token: &Token) -> bool {
        let generation = token.generation();
        let mut desk = self.0.desk();
        let verdict = desk.flight.rejected(generation, self.0.clock.now().mono);
        if verdict == Verdict::Discarded {
            self.0.current.store(Snapshot::nothing(&self.0.clock));
        }
        drop(desk);
        tracing::debug!(generation, ?verdict, "token rejected by the API");
        verdict != Verdict::Kept
    }

    fn refresh_ahead(&self, now: Now) {
        // Without a runtime there is nothing to refresh on; the token is good.
        let Ok(runtime) = Handle::try_current() else { return };
        let mut desk = self.0.desk();
        let Step::Start(id) = desk.flight.request(Need::Ahead, now.mono) else { return };
        let airborne = self.begin(id, &mut desk, runtime);
        drop(desk);
        tracing::debug!(flight = id, "token is replaced ahead of time");
        airborne.detach();
    }

    /// Waits for a flight that was begun after `floor`.
    async fn wait(&self, need: Need, floor: u64) -> Result<Token, Error> {
        let mut restarts = 0;
        while restarts <= RESTARTS {
            let (id, outcome) = match self.board(need)? {
                Boarding::Token(token) => return Ok(token),
                Boarding::First(airborne) => (airborne.id, airborne.carry().await),
                Boarding::Another(airborne) => {
                    airborne.detach();
                    (airborne.id, airborne.outcome().await)
                }
            };
            match outcome {
                Some(outcome) if id > floor => return outcome,
                Some(_) => {}
                None => restarts += 1,
            }
        }
        Err(Error::new(
            ErrorKind::Runtime,
            "no token: the tokio runtime ended while fetching, or has no time or I/O enabled",
        ))
    }

    fn board(&self, need: Need) -> Result<Boarding, Error> {
        let runtime = Handle::try_current().map_err(|_| {
            Error::new(ErrorKind::Runtime, "no token: call this from within a tokio runtime")
        })?;
        let mut desk = self.0.desk();
        let now = self.0.clock.now();
        // Somebody may have landed since this caller looked.
        let kept = Token::usable(&self.0.current, now);
        if let Some(token) = kept.filter(|_| need == Need::Usable) {
            return Ok(Boarding::Token(token));
        }
        match desk.flight.request(need, now.mono) {
            Step::Start(id) => Ok(Boarding::First(self.begin(id, &mut desk, runtime))),
            Step::Remember(error) => {
                tracing::debug!(outcome = ?error.kind(), status = error.status(), "failure remembered");
                Err(error)
            }
            Step::Join | Step::Rest => {
                desk.airborne.clone().map(Boarding::Another).ok_or_else(|| {
                    Error::new(ErrorKind::Runtime, "no token: nothing is being fetched")
                })
            }
        }
    }

    fn begin(&self, id: u64, desk: &mut Desk, runtime: Handle) -> Airborne {
        let airborne = Airborne::new(id, runtime, |sender| {
            Pilot { source: Arc::clone(&self.0), id, sender }.fly()
        });
        desk.airborne.insert(airborne).clone()
    }
}

/// What a caller gets who needs a token.
enum Boarding {
    Token(Token),
    First(Airborne),
    Another(Airborne),
}

/// Carries one flight. Dropped before it has landed, it reports it lost.
struct Pilot {
    source: Arc<Inner>,
    id: u64,
    sender: watch::Sender<Option<Outcome>>,
}

impl Pilot {
    async fn fly(self) {
        let result = self.source.fetcher.fetch().await;
        let result = self.source.land(self.id, result);
        self.sender.send_replace(Some(result));
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        self.source.desk().flight.lost(self.id);
    }
}

impl Inner {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        // Nothing in there is left half done by a panic.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn land(&self, id: u64, result: Result<Issued, Error>) -> Result<Token, Error> {
        let mut desk = self.desk();
        // It holds on to a runtime; who waits for it has a copy.
        desk.airborne = None;
        let result = result.map(|issued| {
            let generation = desk.flight.succeeded(id).unwrap_or_default();
            let token = Token::new(issued, generation, self.fetcher.limits.refresh_at, &self.clock);
            if !token.lifetime().is_zero() {
                self.current.store(token.snapshot());
            }
            token
        });
        match &result {
            Ok(token) => {
                let (generation, lifetime) = (token.generation(), token.lifetime());
                tracing::debug!(flight = id, generation, ?lifetime, "token fetched");
            }
            Err(error) => {
                desk.flight.failed(id, error, self.clock.now().mono);
                let (kind, status) = (error.kind(), error.status());
                tracing::warn!(flight = id, outcome = ?kind, status, "no token could be fetched");
            }
        }
        result
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("token", &self.peek())
            .field("credentials", &self.0.fetcher.provider)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
