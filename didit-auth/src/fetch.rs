//! One fetch: a few attempts within limits of time.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tracing::field::display;

use crate::clock::{Clock, after};
use crate::endpoint::Endpoint;
use crate::provider::Provider;
use crate::token::Issued;
use crate::{Error, ErrorKind, LOG};

/// The limits of a fetch, and when to fetch ahead.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) attempts: u32,
    /// For one request, from connecting to the last byte of the answer.
    pub(crate) request: Duration,
    /// For all attempts together, their pauses and the provider included.
    pub(crate) deadline: Duration,
    /// The longest pause after the first attempt; doubled after each.
    pub(crate) first_pause: Duration,
    pub(crate) longest_pause: Duration,
    /// The part of a token's life after which it is replaced ahead of time.
    pub(crate) refresh_at: f64,
}

impl Limits {
    /// Full jitter: anything between nothing and the doubled pause.
    fn pause(&self, attempt: u32) -> Duration {
        let doubled = self.first_pause.saturating_mul(2_u32.saturating_pow(attempt - 1));
        doubled.min(self.longest_pause).mul_f64(fastrand::f64())
    }
}

pub(crate) struct Fetcher {
    pub(crate) endpoint: Box<dyn Endpoint>,
    pub(crate) provider: Provider,
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
}

impl Fetcher {
    /// Asks until there is a token, a permanent error, or no time left.
    pub(crate) async fn fetch(&self) -> Result<Issued, Error> {
        let limit = self.limits.deadline;
        let end = after(Instant::now(), limit);
        let ended = timeout_at(end, self.attempts(end)).await;
        ended.unwrap_or_else(|_| {
            let tried = format!("no token within {limit:?}, all attempts included");
            Err(Error::new(ErrorKind::Timeout, tried + "; try again, or allow more time"))
        })
    }

    async fn attempts(&self, end: Instant) -> Result<Issued, Error> {
        let mut attempt = 1;
        loop {
            let start = Instant::now();
            let result = self.attempt().await;
            let (latency, failure) = (start.elapsed(), result.as_ref().err().map(display));
            tracing::debug!(target: LOG, attempt, ?latency, failure, "token request");
            let Err(error) = result else { return result };
            let pause = self.limits.pause(attempt).max(error.retry_after().unwrap_or_default());
            // Without the time for it the caller is told now; the memo keeps the
            // endpoint's wish.
            let has_time = pause < end.saturating_duration_since(Instant::now());
            if !error.is_transient() || attempt >= self.limits.attempts || !has_time {
                return Err(error);
            }
            tracing::debug!(target: LOG, attempt, ?pause, "token request is tried again");
            sleep(pause).await;
            attempt += 1;
        }
    }

    async fn attempt(&self) -> Result<Issued, Error> {
        let credentials = self.provider.credentials().await?;
        let sent = self.clock.now();
        let answer = self.endpoint.ask(&credentials).await?;
        Issued::new(answer, sent, self.limits.refresh_at, &self.clock)
    }
}
