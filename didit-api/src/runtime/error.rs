//! How a call can fail.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use super::error_body::ErrorBody;
use super::problem::ResponseProblem;
use super::response::{Response, ResponseValue};
use super::transport_error::TransportError;
use crate::authorize::AuthorizeError;

/// A failed call.
///
/// `Display` and `Debug` say what happened and show nothing of what the server
/// sent but the status. Bodies are reached through [`Error::response`]. `Debug`,
/// which is what `main` prints, adds why a credential could not be obtained.
#[non_exhaustive]
pub enum Error {
    /// An argument cannot be sent. Nothing was sent.
    InvalidRequest(String),
    /// The call could not be authenticated. Nothing was sent; or once, to a 401
    /// after which no other credential could be had.
    Authorize(AuthorizeError),
    /// No answer came.
    Transport(TransportError),
    /// The API answered 4xx or 5xx, whatever the body.
    ErrorResponse(ResponseValue<ErrorBody>),
    /// The body of a success is not what is documented.
    InvalidResponse(InvalidResponse),
    /// The answer's status is neither an error nor a success that the
    /// documentation describes.
    UnexpectedResponse(Response),
}

impl Error {
    /// The answer, if one came.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::ErrorResponse(value) => Some(value.response()),
            Self::InvalidResponse(invalid) => Some(&invalid.response),
            Self::UnexpectedResponse(response) => Some(response),
            Self::InvalidRequest(_) | Self::Authorize(_) | Self::Transport(_) => None,
        }
    }

    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(Response::status)
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.response().and_then(Response::retry_after)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(reason) => write!(f, "invalid request: {reason}"),
            Self::Authorize(error) => error.fmt(f),
            Self::Transport(error) => error.fmt(f),
            Self::ErrorResponse(value) => {
                write!(f, "the API answered {}", value.response().status())
            }
            Self::InvalidResponse(error) => error.fmt(f),
            Self::UnexpectedResponse(response) => {
                write!(f, "the API answered {}, which is not documented", response.status())
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        match self {
            Self::Authorize(error) => error.source().map_or(Ok(()), |why| write!(f, ": {why}")),
            _ => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // The variants that print as their inner error hand out its source, so
        // that a chain does not say the same thing twice.
        match self {
            Self::Authorize(error) => error.source(),
            Self::Transport(error) => error.source(),
            _ => None,
        }
    }
}

/// An answer whose body is not what is documented for its status.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InvalidResponse {
    /// The answer.
    pub response: Response,
    /// What is wrong with its body.
    pub problem: ResponseProblem,
}

impl fmt::Display for InvalidResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the API answered {}, but {}", self.response.status(), self.problem)
    }
}

impl StdError for InvalidResponse {}
