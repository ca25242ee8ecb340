//! From a request to an event that is handled once.

use std::sync::Arc;
use std::time::Duration;

use didit_api::webhooks::{Event, Verifier};
use http::HeaderMap;
use tokio::time::Instant;

use super::dedup::{Dedup, LeaseState};
use super::outcome::Outcome;
use crate::LOG;
use crate::error::BoxError;

/// Verifies what comes to a webhook, and sees to it that each event is handled once.
/// Cheap to clone.
///
/// ```
/// use didit_auth::webhooks::{MemoryStore, Receiver, Verifier};
///
/// # async fn respond(headers: http::HeaderMap, body: &[u8]) -> http::Response<String> {
/// # let verifier = Verifier::with_secret("secret").unwrap();
/// let receiver = Receiver::new(verifier, MemoryStore::default());
///
/// // For each request: its headers, and the bytes of its body as they came.
/// let handler = async |event: didit_auth::webhooks::Event| std::fs::write("event", event.body());
/// receiver.handle(&headers, body, handler).await.into()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Receiver {
    verifier: Verifier,
    dedup: Arc<dyn Dedup>,
    lease: Duration,
    with_tests: bool,
}

impl Receiver {
    /// With the secrets of `verifier`, and with what remembers the events that were
    /// handled: a [`MemoryStore`](super::MemoryStore) if there is one process.
    pub fn new(verifier: Verifier, dedup: impl Dedup) -> Self {
        let lease = Duration::from_secs(30);
        Self { verifier, dedup: Arc::new(dedup), lease, with_tests: false }
    }

    /// How long an event belongs to the delivery that handles it, 59 s at most. When a
    /// handler was cut off, the vendor tries again a minute later, and by then it has run
    /// out. A handler that takes longer may run twice at once. Default: 30 s.
    #[must_use]
    pub fn lease(mut self, duration: Duration) -> Self {
        self.lease = duration.min(Duration::from_secs(59));
        self
    }

    /// Lets the console's [tests](super::Event::is_test) through to the handler, which
    /// then has to tell them apart. They are never deduplicated.
    #[must_use]
    pub fn with_tests(mut self) -> Self {
        self.with_tests = true;
        self
    }

    /// Runs `handler` for the event in a request, unless it is not Didit's, not fresh, a
    /// test, handled before or being handled. See [`receive`](Self::receive) for the
    /// request, and [`Delivery::handle`] for the handler.
    pub async fn handle<H, R, E>(&self, headers: &HeaderMap, body: &[u8], handler: H) -> Outcome
    where
        H: FnOnce(Event) -> R,
        R: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        match self.receive(headers, body) {
            Ok(delivery) => delivery.handle(handler).await,
            Err(outcome) => outcome,
        }
    }

    /// The delivery in a request, of which `body` is byte for byte what was received.
    /// Nothing more of it need be read than a byte over [`MAX_BODY`](super::MAX_BODY).
    ///
    /// # Errors
    ///
    /// What to answer instead: [`Outcome::Refused`] or [`Outcome::Test`].
    pub fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, Outcome> {
        let event = self.verifier.verify(headers, body).map_err(|error| {
            tracing::warn!(target: LOG, %error, "a webhook was refused");
            Outcome::Refused(error)
        })?;
        if event.is_test() && !self.with_tests {
            tracing::info!(target: LOG, "a webhook is a test, and was withheld");
            return Err(Outcome::Test);
        }
        Ok(Delivery { event, dedup: Arc::clone(&self.dedup), lease: self.lease })
    }
}

/// A delivery that Didit signed, not long ago.
///
/// With the feature `axum` it is an extractor, for a router whose state is a [`Receiver`],
/// or gives one by `FromRef`.
#[derive(Debug)]
#[must_use = "the event is not handled"]
pub struct Delivery {
    event: Event,
    dedup: Arc<dyn Dedup>,
    lease: Duration,
}

impl Delivery {
    /// What was delivered. It may have been handled before.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Runs `handler`, unless the event was handled before or is being handled.
    ///
    /// What it does should be done when it returns, or be safe elsewhere: after `Ok` the
    /// event does not come again. If it panics, or this future is dropped, the event can
    /// be handled again when the [lease](Receiver::lease) has run out. A web service
    /// drops it when the vendor hangs up, after a time that is not documented. What takes
    /// long belongs into a queue; what must not be cut off, into a task of its own:
    /// `tokio::spawn(delivery.handle(…))`.
    pub async fn handle<H, R, E>(self, handler: H) -> Outcome
    where
        H: FnOnce(Event) -> R,
        R: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        let Self { event, dedup, lease } = self;
        let (start, is_test) = (Instant::now(), event.is_test());
        let key = event.dedup_key().to_owned();
        if !is_test {
            match dedup.acquire(&key, lease).await {
                Ok(LeaseState::Acquired) => {}
                Ok(LeaseState::Held(retry_after)) => return Outcome::InProgress { retry_after },
                Ok(LeaseState::Completed) => return Outcome::Repeated,
                Err(error) => {
                    tracing::warn!(target: LOG, key, %error, "a webhook could not be looked up");
                    return Outcome::Unavailable(error);
                }
            }
        }
        let failure: Option<BoxError> = handler(event).await.err().map(Into::into);
        let is_handled = failure.is_none();
        // After its end the lease may be another's.
        if !is_test
            && (is_handled || start.elapsed() < lease)
            && let Err(error) = dedup.end(&key, is_handled).await
        {
            // What the handler does is done; another answer would have it done again.
            tracing::warn!(target: LOG, key, %error, is_handled, "a webhook was not noted");
        }
        let Some(error) = failure else { return Outcome::Handled };
        // What it says may be about a person.
        tracing::warn!(target: LOG, key, "the handler of a webhook failed");
        Outcome::Failed(error)
    }
}
