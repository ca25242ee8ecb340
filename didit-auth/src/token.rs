//! An access token, as it was issued.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::{ArcSwap, Guard};
use didit_api::Secret;
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
/// A snapshot that never changes; cheap to clone. `Debug` shows how long it is
/// good for and nothing of its text.
// As the source's cell lends it: a read counts no reference.
pub struct Token(Guard<Arc<Snapshot>>);

/// A checked answer that is no token yet.
pub(crate) struct Issued {
    answer: TokenResponse,
    header: HeaderValue,
    sent: Now,
}

impl Issued {
    /// An answer to a request that was sent just after `sent`.
    pub(crate) fn new(answer: TokenResponse, sent: Now) -> Result<Self, Error> {
        let value = Zeroizing::new(format!("Bearer {}", answer.access_token.expose()));
        let mut header = HeaderValue::from_str(&value)
            .map_err(|_| Error::new(ErrorKind::Malformed, "the token cannot stand in a header"))?;
        header.set_sensitive(true);
        Ok(Self { answer, header, sent })
    }
}

pub(crate) struct Snapshot {
    answer: TokenResponse,
    header: HeaderValue,
    generation: u64,
    lifetime: Duration,
    sent: Now,
    stale_from: Now,
    usable_until: Now,
    clock: Clock,
}

impl Token {
    pub(crate) fn new(
        Issued { answer, header, sent }: Issued,
        generation: u64,
        refresh_at: f64,
        clock: &Clock,
    ) -> Self {
        let lifetime = match &answer.expires_in {
            None => DEFAULT_LIFETIME,
            Some(seconds) => {
                Duration::from_secs(seconds.0.try_into().unwrap_or(0)).min(LONGEST_LIFETIME)
            }
        };
        // A fleet that started together must not refresh together.
        let jitter = (lifetime / 10).min(LONGEST_JITTER).mul_f64(fastrand::f64());
        Self::from(Arc::new(Snapshot {
            answer,
            header,
            generation,
            lifetime,
            sent,
            stale_from: sent.after(lifetime.mul_f64(refresh_at).saturating_sub(jitter)),
            usable_until: sent.after(lifetime - MARGIN.min(lifetime / 2)),
            clock: clock.clone(),
        }))
    }

    /// The token that `cell` holds, if it may still go with a call.
    pub(crate) fn usable(cell: &ArcSwap<Snapshot>, now: Now) -> Option<Self> {
        let snapshot = cell.load();
        now.is_before(snapshot.usable_until).then_some(Self(snapshot))
    }

    /// Whether it should be replaced ahead of time.
    pub(crate) fn is_stale(&self, now: Now) -> bool {
        !now.is_before(self.0.stale_from)
    }

    /// What the source's cell keeps of it.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0)
    }

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

impl Snapshot {
    /// What a cell holds that holds no token: one whose life is over.
    pub(crate) fn nothing(clock: &Clock) -> Arc<Self> {
        let now = clock.now();
        let answer = TokenResponse {
            access_token: Secret::from(""),
            client_id: None,
            exp: None,
            expires_in: None,
            iat: None,
            iss: None,
            organization_id: None,
            sub: None,
        };
        Arc::new(Self {
            answer,
            header: HeaderValue::from_static(""),
            generation: 0,
            lifetime: Duration::ZERO,
            sent: now,
            stale_from: now,
            usable_until: now,
            clock: clock.clone(),
        })
    }
}

impl From<Arc<Snapshot>> for Token {
    fn from(snapshot: Arc<Snapshot>) -> Self {
        Self(Guard::from_inner(snapshot))
    }
}

impl Clone for Token {
    fn clone(&self) -> Self {
        Self::from(self.snapshot())
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
