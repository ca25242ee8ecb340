//! A webhook that was posted, as a test may look at it.

use std::fmt;

use reqwest::Url;
use reqwest::header::HeaderMap;

use crate::secret::Secret;

/// One attempt to deliver a webhook.
///
/// `Debug` leaves out headers, body and the query of the URL: they may hold what is
/// about a person, or a secret.
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// Where it was posted to.
    pub url: String,
    /// The headers that the vendor sets: the signatures with their time, the type of the
    /// content, the agent.
    pub headers: HeaderMap,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// Which attempt it was: 1 is the first, the others are retries.
    pub attempt: usize,
    /// The status that was answered, or why there was none.
    pub status: Result<u16, String>,
    /// The destination that it belongs to; empty if the vendor would not have sent it.
    pub(super) destination: String,
    pub(super) secret: Secret,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = Url::parse(&self.url).map(|url| url.origin().ascii_serialization() + url.path());
        f.debug_struct("Delivery")
            .field("url", &url.unwrap_or_default())
            .field("attempt", &self.attempt)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
