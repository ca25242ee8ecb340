//! What became of a delivery, and what the vendor is told.

use std::time::Duration;

use didit_api::webhooks::VerifyError;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode};

use crate::error::BoxError;

/// What became of a delivery.
///
/// It is what to answer, too: an [`http::Response`] by [`From`], and a response of axum
/// with the feature `axum`. Its body says in a few words which of these it is; the
/// errors are for your log alone, where a refusal and a failure of the store are already.
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
    #[non_exhaustive]
    InProgress {
        /// How long that may go on.
        retry_after: Duration,
    },
    /// It is not Didit's, or not fresh. 401, 400 or 413.
    Refused(VerifyError),
    /// The handler failed, and with what. 500: the vendor tries again.
    Failed(BoxError),
    /// Nothing was handled, because the [`Dedup`](super::Dedup) failed or the body broke
    /// off, and with what. 503: the vendor tries again.
    Unavailable(BoxError),
}

impl Outcome {
    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        self.answer().0
    }

    fn answer(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Handled => (StatusCode::OK, "handled"),
            Self::Repeated => (StatusCode::OK, "handled before"),
            Self::Test => (StatusCode::OK, "a test, which is not handled"),
            Self::InProgress { .. } => (StatusCode::SERVICE_UNAVAILABLE, "being handled"),
            Self::Refused(error) => (error.status(), "refused; the service's log says why"),
            Self::Failed(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the handler failed"),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "not handled"),
        }
    }
}

impl From<Outcome> for Response<String> {
    fn from(outcome: Outcome) -> Self {
        let (status, text) = outcome.answer();
        let mut response = Self::new(text.to_owned());
        *response.status_mut() = status;
        if let Outcome::InProgress { retry_after } = outcome {
            // A whole second at which it is over.
            let seconds = retry_after.as_secs().saturating_add(1);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
