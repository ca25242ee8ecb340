//! What became of a delivery, and what the vendor is told.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use didit_api::webhooks::VerifyError;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};

/// An error of a handler or of a store.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// What became of a delivery.
///
/// It is what to answer, too: an [`http::Response`] by [`From`], and a response of axum
/// with the feature `axum`. What `Display` says is the answer's body; it holds nothing of
/// the delivery, and nothing of your errors.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The handler ran, and is done. 200.
    Handled,
    /// The event was handled before. 200.
    Repeated,
    /// Somebody tried out the destination: [`Event::is_test`](super::Event::is_test).
    /// 200.
    Test,
    /// Another delivery of the event is being handled. 503, with `Retry-After`.
    InProgress {
        /// How long that may go on.
        retry_after: Duration,
    },
    /// It is not Didit's, or not fresh. 401, 400 or 413.
    Refused(VerifyError),
    /// The handler failed, and with what. 500: the vendor tries again.
    Failed(BoxError),
    /// The [`Dedup`](super::Dedup) failed, and with what; nothing was handled. 503: the
    /// vendor tries again.
    StoreFailed(BoxError),
}

impl Outcome {
    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Handled | Self::Repeated | Self::Test => StatusCode::OK,
            Self::Refused(error) => error.status(),
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::InProgress { .. } | Self::StoreFailed(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handled => "handled",
            Self::Repeated => "handled before",
            Self::Test => "a test, which is not handled",
            Self::InProgress { .. } => "another delivery of it is being handled",
            Self::Refused(error) => return error.fmt(f),
            Self::Failed(_) => "the handler failed",
            Self::StoreFailed(_) => "the store of handled events failed",
        })
    }
}

impl From<Outcome> for Response<String> {
    fn from(outcome: Outcome) -> Self {
        let mut response = Self::new(outcome.to_string());
        *response.status_mut() = outcome.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if let Outcome::InProgress { retry_after } = outcome {
            // The first whole second at which it is over.
            headers.insert(RETRY_AFTER, (retry_after.as_secs() + 1).into());
        }
        response
    }
}
