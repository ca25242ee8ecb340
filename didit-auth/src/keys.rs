//! The part that keeps the API key.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use didit_api::reqwest::header::HeaderValue;
use tokio::time::{Instant, timeout};

use crate::provider::Provider;
use crate::{Error, ErrorKind, LOG};

/// Between two times that a provider is asked because the API rejected a key.
const PAUSE: Duration = Duration::from_secs(60);

/// The key of fixed credentials, or of a provider: asked once, and again after a
/// rejection.
#[derive(Debug)]
pub(crate) struct Keys {
    provider: Provider,
    /// For an answer of the provider, the wait for the turn included.
    limit: Duration,
    /// Never locked across an `await` or an event.
    state: Mutex<State>,
    /// Of whoever asks the provider.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    kept: Option<HeaderValue>,
    /// Whether the provider has to be asked for another.
    rejected: bool,
    /// When it was last asked for that reason.
    asked: Option<Instant>,
}

impl Keys {
    pub(crate) fn new(provider: Provider, limit: Duration) -> Self {
        Self { provider, limit, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// The value of `x-api-key`.
    pub(crate) async fn header(&self) -> Result<HeaderValue, Error> {
        if let Provider::Fixed(credentials) = &self.provider {
            return credentials.api_key_header();
        }
        if let Some(key) = self.current() {
            return Ok(key);
        }
        let asked = timeout(self.limit, async {
            let _turn = self.turn.lock().await;
            if let Some(key) = self.current() {
                return Ok(key);
            }
            let given = self.provider.credentials().await;
            self.settle(given.and_then(|given| given.api_key_header()))
        });
        let late = Error::new(ErrorKind::Timeout, "the provider of the credentials took too long");
        asked.await.unwrap_or_else(|_| self.settle(Err(late)))
    }

    fn current(&self) -> Option<HeaderValue> {
        let state = self.state();
        state.kept.clone().filter(|_| !state.rejected)
    }

    /// What comes of asking the provider. If it failed, the key that was rejected
    /// stays: other operations may take it, and where they do not, the API's own
    /// answer says more than the provider's failure.
    fn settle(&self, given: Result<HeaderValue, Error>) -> Result<HeaderValue, Error> {
        let mut state = self.state();
        state.rejected = false;
        state.kept = given.as_ref().ok().cloned().or(state.kept.take());
        let told = state.kept.clone().map(Ok);
        drop(state);
        if let Err(error) = &given {
            tracing::warn!(target: LOG, %error, "the provider gave no API key");
        }
        told.unwrap_or(given)
    }

    /// Hears that the API refused `key`, and says whether there is, or may be,
    /// another to try.
    pub(crate) fn rejected(&self, key: &HeaderValue) -> bool {
        let mut state = self.state();
        // Fixed credentials are not kept: they never change.
        let Some(kept) = &state.kept else { return false };
        let is_kept = kept == key;
        if is_kept && !state.rejected && state.asked.is_none_or(|last| last.elapsed() >= PAUSE) {
            (state.rejected, state.asked) = (true, Some(Instant::now()));
        }
        let again = !is_kept || state.rejected;
        drop(state);
        tracing::debug!(target: LOG, again, "API key rejected by the API");
        again
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in there is left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
