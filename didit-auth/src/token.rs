//! An access token, as it was issued.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use didit_api::auth::types::TokenResponse;
use didit_api::reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::{Error, ErrorKind};

/// Lifetime of a token whose answer does not state one that can be read.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);
/// No token is believed to live longer than this.
const LONGEST_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// An access token and everything the vendor said about it.
///
/// A snapshot that never changes; cheap to clone. `Debug` shows how long it is
/// good for and nothing of its text.
#[derive(Clone)]
pub struct Token(Arc<Inner>);

struct Inner {
    answer: TokenResponse,
    header: HeaderValue,
    lifetime: Duration,
    sent: Instant,
    sent_at: SystemTime,
}

impl Token {
    /// Whether the answer's `access_token` can be used; the complaint if not.
    pub(crate) fn fault(answer: &TokenResponse) -> Option<String> {
        let token = answer.access_token.expose();
        if token.is_empty() {
            return Some("its access_token is empty".to_owned());
        }
        // RFC 6749, appendix A.12, without the space: what can stand in a header.
        let usable = token.bytes().all(|byte| byte.is_ascii_graphic());
        (!usable).then(|| "its access_token holds characters that no header can carry".to_owned())
    }

    pub(crate) fn new(answer: TokenResponse, sent: Instant) -> Result<Self, Error> {
        let value = Zeroizing::new(format!("Bearer {}", answer.access_token.expose()));
        let mut header = HeaderValue::from_str(&value)
            .map_err(|_| Error::new(ErrorKind::Malformed, "the token cannot stand in a header"))?;
        header.set_sensitive(true);
        let lifetime = match &answer.expires_in {
            None => DEFAULT_LIFETIME,
            Some(seconds) => {
                Duration::from_secs(seconds.0.try_into().unwrap_or(0)).min(LONGEST_LIFETIME)
            }
        };
        let sent_at =
            SystemTime::now().checked_sub(sent.elapsed()).unwrap_or(SystemTime::UNIX_EPOCH);
        Ok(Self(Arc::new(Inner { answer, header, lifetime, sent, sent_at })))
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

    /// What is left of its life; zero once it has expired.
    pub fn remaining(&self) -> Duration {
        self.0.lifetime.saturating_sub(self.0.sent.elapsed())
    }

    /// When its life ends, by the clock of this machine.
    pub fn expires_at(&self) -> SystemTime {
        self.0.sent_at.checked_add(self.0.lifetime).unwrap_or(self.0.sent_at)
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
            .field("lifetime", &self.lifetime())
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}
