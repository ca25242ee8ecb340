//! One fetch: a few attempts within limits of time.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::provider::Provider;
use crate::token::Issued;
use crate::{Error, ErrorKind};

/// The limits of a fetch, and when to fetch ahead.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) attempts: u32,
    /// For all attempts together, their pauses and the provider included.
    pub(crate) deadline: Duration,
    /// The longest pause after the first attempt; doubled after each.
    pub(crate) first_pause: Duration,
    pub(crate) longest_pause: Duration,
    /// The part of a token's life after which it is replaced ahead of time.
    pub(crate) refresh_at: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempts: 3,
            deadline: Duration::from_secs(30),
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(2),
            refresh_at: 0.5,
        }
    }
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
        timeout(limit, self.attempts(limit)).await.unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::Timeout,
                format!("no token within {limit:?}, all attempts included; try again, or allow more time"),
            ))
        })
    }

    async fn attempts(&self, limit: Duration) -> Result<Issued, Error> {
        let (begun, mut attempt) = (Instant::now(), 1);
        loop {
            let start = Instant::now();
            let result = self.attempt().await;
            let latency = start.elapsed();
            let error = match result {
                Ok(issued) => {
                    tracing::debug!(attempt, ?latency, outcome = "token", "token request");
                    return Ok(issued);
                }
                Err(error) => error,
            };
            let (kind, status) = (error.kind(), error.status());
            tracing::debug!(attempt, ?latency, outcome = ?kind, status, "token request");
            if !error.is_transient() || attempt >= self.limits.attempts {
                return Err(error);
            }
            let pause = self.limits.pause(attempt).max(error.retry_after().unwrap_or_default());
            if pause >= limit.saturating_sub(begun.elapsed()) {
                // The caller is told now; the memo keeps the endpoint's wish.
                return Err(error);
            }
            tracing::debug!(attempt, ?pause, "token request is tried again");
            sleep(pause).await;
            attempt += 1;
        }
    }

    async fn attempt(&self) -> Result<Issued, Error> {
        let credentials = self.provider.credentials().await?;
        let sent = self.clock.now();
        Issued::new(self.endpoint.ask(&credentials).await?, sent)
    }
}
