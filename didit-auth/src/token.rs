//! An access token, as it was issued.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use didit_api::auth::types::TokenResponse;
use didit_api::reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::clock::{Clock, Now};
use crate::{Error, ErrorKind};

/// Lifetime of a token whose answer does not state one that can be read.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);
/// No token is believed to live longer than this.
const LONGEST_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// A token is not served in the last of its life, at most half of it: what is
/// left must suffice for the call that it goes with.
const MARGIN: Duration = Duration::from_secs(30);
/// The longest jitter, which is a tenth of the life otherwise.
const LONGEST_JITTER: Duration = Duration::from_secs(300);

/// An access token and everything the vendor said about it.
///
/// It never changes; cheap to clone. `Debug` shows how long it is good for and
/// nothing of its text.
#[derive(Clone)]
pub struct Token(pub(crate) Arc<Issued>);

/// What a token is made of; which of its source's it is, the source says.
pub(crate) struct Issued {
    answer: TokenResponse,
    header: HeaderValue,
    lifetime: Duration,
    sent: Now,
    /// From here on it should be replaced ahead of time.
    pub(crate) stale_from: Now,
    /// Until here it may go with a call.
    pub(crate) usable_until: Now,
    clock: Clock,
    pub(crate) generation: u64,
    /// The same for all tokens of one source.
    pub(crate) source: Arc<()>,
}

impl Issued {
    /// An answer to a request that was sent just after `sent`.
    pub(crate) fn new(
        answer: TokenResponse,
        sent: Now,
        refresh_at: f64,
        clock: &Clock,
    ) -> Result<Self, Error> {
        let value = Zeroizing::new(format!("Bearer {}", answer.access_token.expose()));
        let mut header = HeaderValue::from_str(&value)
            .map_err(|_| Error::new(ErrorKind::Malformed, "the token cannot stand in a header"))?;
        header.set_sensitive(true);
        let stated = answer.expires_in.map(|life| life.0.try_into().unwrap_or(0));
        let lifetime = stated.map_or(DEFAULT_LIFETIME, Duration::from_secs).min(LONGEST_LIFETIME);
        // A fleet that started together must not refresh together.
        let jitter = (lifetime / 10).min(LONGEST_JITTER).mul_f64(fastrand::f64());
        Ok(Self {
            answer,
            header,
            lifetime,
            sent,
            stale_from: sent.after(lifetime.mul_f64(refresh_at).saturating_sub(jitter)),
            usable_until: sent.after(lifetime - MARGIN.min(lifetime / 2)),
            clock: clock.clone(),
            generation: 0,
            source: Arc::default(),
        })
    }
}

impl Token {
    /// `Bearer …`, ready for an `Authorization` header and marked sensitive.
    pub fn header(&self) -> &HeaderValue {
        &self.0.header
    }

    /// The token's text. Whoever calls this keeps it out of logs.
    pub fn expose(&self) -> &str {
        self.0.answer.access_token.expose()
    }

    /// How long it was good for when it was issued: `expires_in`, counted from
    /// before the request was sent; 300 s if the answer does not say, 30 days
    /// at most.
    pub fn lifetime(&self) -> Duration {
        self.0.lifetime
    }

    /// What is left of its life, by whichever clock says less; zero once it has
    /// expired.
    pub fn remaining(&self) -> Duration {
        self.0.clock.now().until(self.0.sent.after(self.0.lifetime))
    }

    /// When its life ends, by the clock of this machine.
    pub fn expires_at(&self) -> SystemTime {
        self.0.sent.after(self.0.lifetime).wall
    }

    /// Which token of its source this is, counted from 1.
    pub fn generation(&self) -> u64 {
        self.0.generation
    }

    /// The whole answer: issuer, subject, client and organization id, time of
    /// issue. Only `access_token` is always there.
    pub fn answer(&self) -> &TokenResponse {
        &self.0.answer
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("generation", &self.generation())
            .field("lifetime", &self.lifetime())
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}
