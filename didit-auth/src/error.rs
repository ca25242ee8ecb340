//! The one error type of this crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// An error of any type: a handler's, a store's, a provider's.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// What went wrong, and what to do about it.
///
/// Cheap to clone: everybody who waited for a token gets the same error.
/// `Debug` prints what `Display` prints, so that `fn main() -> Result<…>` ends
/// readably. Neither shows a secret, a header, or the body of a success.
#[derive(Clone)]
pub struct Error(Arc<Failure>);

/// What an [`Error`] is made of.
#[derive(Default)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) source: Option<BoxError>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Credentials, a variable or a setting cannot be used. Nothing was sent.
    #[default]
    Configuration,
    /// The provider of the credentials failed. Nothing was sent.
    Credentials,
    /// There is no tokio runtime to fetch on, or the caller's own ended.
    Runtime,
    /// The host could not be resolved or reached, or the connection broke.
    Connect,
    /// No trusted TLS connection could be made.
    Tls,
    /// A limit of time ran out.
    Timeout,
    /// The endpoint refused: a status of 4xx other than 408 and 429.
    Rejected,
    /// The endpoint asks to slow down: 429.
    Throttled,
    /// The endpoint is in trouble: 408 or 5xx.
    Unavailable,
    /// The endpoint answered with a redirect, which is never followed.
    Redirected,
    /// The endpoint answered with success, but not with a token.
    Malformed,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Failure { kind, message: message.into(), ..Failure::default() }.into()
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The machine-readable code of the answer, such as `invalid_client`
    /// (RFC 6749, section 5.2), if it had one: lowercase letters and underscores,
    /// 40 at most.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// How long the endpoint asked to wait, counted from its answer.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the same call may succeed later without anybody changing
    /// anything.
    pub fn is_transient(&self) -> bool {
        use ErrorKind::{Connect, Credentials, Throttled, Timeout, Unavailable};
        match self.kind() {
            Connect | Credentials | Throttled | Timeout => true,
            // 501 Not Implemented and 505 HTTP Version Not Supported will stay.
            Unavailable => !matches!(self.status(), Some(501 | 505)),
            _ => false,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self(Arc::new(failure))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| source.as_ref() as _)
    }
}
