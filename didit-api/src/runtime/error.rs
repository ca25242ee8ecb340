//! How a call can fail.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::error::Category;

use super::{Response, ResponseValue, TransportError};
use crate::authorize::AuthorizeError;

/// A failed call; `E` is the documented error body of the operation.
///
/// `Display` and `Debug` say what happened and show nothing of what the server
/// sent but the status. Bodies are reached through [`Error::response`]. `Debug`,
/// which is what `main` prints, adds why a credential could not be obtained.
#[non_exhaustive]
pub enum Error<E> {
    /// An argument is missing or out of its range. Nothing was sent.
    InvalidRequest(String),
    /// The call could not be authenticated. Nothing was sent; or once, to a 401
    /// after which no other credential could be had.
    Authorize(AuthorizeError),
    /// No answer came.
    Transport(TransportError),
    /// The API refused, in a way that its documentation describes.
    ErrorResponse(ResponseValue<E>),
    /// The answer's body is not what is documented for its status.
    InvalidResponse(InvalidResponse),
    /// The answer's status is not documented.
    UnexpectedResponse(Response),
}

impl<E> Error<E> {
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

impl<E> fmt::Display for Error<E> {
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

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        match self {
            Self::Authorize(error) => error.source().map_or(Ok(()), |why| write!(f, ": {why}")),
            _ => Ok(()),
        }
    }
}

impl<E> StdError for Error<E> {
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

/// A call that failed before its answer could be decoded; becomes an [`Error`].
#[derive(Debug)]
#[doc(hidden)]
#[non_exhaustive]
pub enum CallError {
    /// See [`Error::Authorize`].
    Authorize(AuthorizeError),
    /// See [`Error::Transport`].
    Transport(TransportError),
    /// See [`Error::InvalidRequest`].
    InvalidRequest(String),
    /// The generated code and its table disagree.
    UnknownOperation(&'static str),
}

impl From<AuthorizeError> for CallError {
    fn from(error: AuthorizeError) -> Self {
        Self::Authorize(error)
    }
}

impl From<TransportError> for CallError {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl From<reqwest::Error> for CallError {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(error.into())
    }
}

impl<E> From<CallError> for Error<E> {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Authorize(error) => Self::Authorize(error),
            CallError::Transport(error) => Self::Transport(error),
            CallError::InvalidRequest(reason) => Self::InvalidRequest(reason),
            CallError::UnknownOperation(id) => {
                Self::InvalidRequest(format!("unknown operation {id}"))
            }
        }
    }
}

impl<E> From<reqwest::Error> for Error<E> {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(error.into())
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

/// What is wrong with a body. Never quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseProblem {
    /// There are more bytes than the transport reads.
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The connection broke off before the end of the body.
    Truncated,
    /// The body is compressed, though no compression was asked for.
    Compressed,
    /// The body is empty.
    Empty,
    /// The body is not UTF-8.
    NotUtf8,
    /// The body is not JSON.
    NotJson {
        /// Where it stops being JSON, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is JSON of another shape than documented.
    Shape {
        /// Where the first difference is, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
}

impl ResponseProblem {
    /// The parser's own message is left out: it quotes what it found.
    pub(crate) fn from_json(body: &str, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        if body.is_empty() {
            Self::Empty
        } else if error.classify() == Category::Data {
            Self::Shape { line, column }
        } else {
            Self::NotJson { line, column }
        }
    }
}

impl fmt::Display for ResponseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "its body is longer than {limit} bytes"),
            Self::Truncated => f.write_str("its body breaks off"),
            Self::Compressed => f.write_str("its body is compressed, which was not asked for"),
            Self::Empty => f.write_str("its body is empty"),
            Self::NotUtf8 => f.write_str("its body is not UTF-8"),
            Self::NotJson { line, column } => {
                write!(f, "its body is not JSON (line {line}, column {column})")
            }
            Self::Shape { line, column } => {
                write!(f, "its body is not of the documented shape (line {line}, column {column})")
            }
        }
    }
}
