//! How a call can fail.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use super::error_body::ErrorBody;
use super::error_kind::ErrorKind;
use super::problem::ResponseProblem;
use super::response::{RateLimit, Response};
use super::transport_error::{TransportError, TransportErrorKind};
use crate::authorize::BoxError;
use crate::operation::{Operation, Retry};

/// A failed call: what went wrong, with which operation at which host.
///
/// `Display` is one line that says it and what to do:
/// `sessions_v1::create at verification.didit.me: 403 Forbidden. Check the API
/// key and its permissions`. It shows nothing of what the server sent but the
/// status: what the body says can hold personal data, and is shown by
/// [`message`](Self::message) only. `Debug`, which is what `main` prints, adds
/// why a credential could not be obtained.
///
/// ```
/// use didit_api::{Error, ErrorKind};
///
/// fn explain(error: &Error) -> String {
///     match error.kind() {
///         ErrorKind::Validation => error.message().unwrap_or_default(),
///         ErrorKind::InsufficientCredit => "Somebody has to pay.".to_owned(),
///         _ if error.is_transient() => "Later, perhaps.".to_owned(),
///         _ => error.to_string(),
///     }
/// }
/// ```
pub struct Error(Box<Failure>);

struct Failure {
    operation: &'static Operation,
    host: String,
    /// Of a page of a list.
    offset: Option<u64>,
    cause: Cause,
}

/// What went wrong, without its place.
pub(super) enum Cause {
    /// The argument that cannot be sent.
    Argument(String),
    NoCredential {
        remedy: Cow<'static, str>,
    },
    Credential(Unobtained),
    Transport(TransportError),
    /// An answer that is no success; and why another credential could not be
    /// obtained, if that was tried.
    Refused {
        response: Response,
        body: ErrorBody,
        unobtained: Option<Unobtained>,
    },
    /// What was to be saved could not be written.
    Save(std::io::Error),
    /// A success whose body is not as documented.
    Body {
        response: Response,
        problem: ResponseProblem,
    },
}

/// Why a credential could not be obtained.
pub(super) struct Unobtained {
    pub(super) source: BoxError,
    pub(super) is_transient: bool,
}

impl Cause {
    pub(super) fn at(self, operation: &'static Operation, host: &str) -> Error {
        let (host, offset) = (host.to_owned(), None);
        Error(Box::new(Failure { operation, host, offset, cause: self }))
    }

    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::Argument(_) => ErrorKind::InvalidRequest,
            Self::NoCredential { .. } => ErrorKind::NoCredential,
            Self::Credential(_) => ErrorKind::Credential,
            Self::Transport(error) => match error.kind() {
                TransportErrorKind::Request => ErrorKind::InvalidRequest,
                TransportErrorKind::Dns | TransportErrorKind::Connect => ErrorKind::Connect,
                TransportErrorKind::ConnectTimeout | TransportErrorKind::Timeout => {
                    ErrorKind::Timeout
                }
                TransportErrorKind::Tls => ErrorKind::Tls,
                TransportErrorKind::Interrupted => ErrorKind::Interrupted,
                TransportErrorKind::File => ErrorKind::File,
            },
            Self::Refused { response, body, .. } => {
                ErrorKind::of_status(response.status().as_u16(), body.is_about_credit())
            }
            Self::Body { problem: ResponseProblem::Truncated, .. } => ErrorKind::Interrupted,
            Self::Body { .. } => ErrorKind::Malformed,
            Self::Save(_) => ErrorKind::File,
        }
    }

    fn unobtained(&self) -> Option<&Unobtained> {
        match self {
            Self::Credential(unobtained) => Some(unobtained),
            Self::Refused { unobtained, .. } => unobtained.as_ref(),
            _ => None,
        }
    }

    pub(super) fn response(&self) -> Option<&Response> {
        match self {
            Self::Refused { response, .. } | Self::Body { response, .. } => Some(response),
            _ => None,
        }
    }
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.cause.kind()
    }

    /// Whether the same call may succeed later. Of a write that was
    /// [interrupted](ErrorKind::Interrupted) or took [too long](ErrorKind::Timeout),
    /// find out first what became of it.
    pub fn is_transient(&self) -> bool {
        use ErrorKind as Kind;
        let later =
            [Kind::Throttled, Kind::Unavailable, Kind::Timeout, Kind::Connect, Kind::Interrupted];
        later.contains(&self.kind())
            || self.0.cause.unobtained().is_some_and(|one| one.is_transient)
    }

    /// Where the page of a [`ListStream`](crate::ListStream) begins that could not be
    /// had: with this `offset` another stream goes on there.
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    pub(super) fn at_offset(mut self, offset: u64) -> Self {
        self.0.offset = Some(offset);
        self
    }

    /// The operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    /// The host that was called, without port: `verification.didit.me`.
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// The answer as it came, if one came.
    pub fn response(&self) -> Option<&Response> {
        self.0.cause.response()
    }

    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(Response::status)
    }

    /// How long the API asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.response().and_then(Response::retry_after)
    }

    /// What the API says of its rate limit.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.response().and_then(Response::rate_limit)
    }

    /// The body of an answer that is no success.
    pub fn body(&self) -> Option<&ErrorBody> {
        match &self.0.cause {
            Cause::Refused { body, .. } => Some(body),
            _ => None,
        }
    }

    /// What the body says, for a person: one bounded line; see
    /// [`ErrorBody::message`]. It can hold personal data.
    pub fn message(&self) -> Option<String> {
        self.body().and_then(ErrorBody::message)
    }

    /// Which step failed, if no answer came.
    pub fn transport(&self) -> Option<&TransportError> {
        match &self.0.cause {
            Cause::Transport(error) => Some(error),
            _ => None,
        }
    }

    /// What to add for a write that was sent, and never answered by the API itself.
    fn doubt(&self) -> &'static str {
        let is_connecting =
            |error: &TransportError| error.kind() == TransportErrorKind::ConnectTimeout;
        let unclear = [ErrorKind::Unavailable, ErrorKind::Interrupted, ErrorKind::Timeout];
        let is_unclear =
            unclear.contains(&self.kind()) && !self.transport().is_some_and(is_connecting);
        match self.operation().retry {
            Retry::Never if is_unclear => "; whether it was done is unknown",
            _ => "",
        }
    }

    /// What is wrong with the body of a success.
    pub fn problem(&self) -> Option<ResponseProblem> {
        match self.0.cause {
            Cause::Body { problem, .. } => Some(problem),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { operation, host, offset, cause } = &*self.0;
        write!(f, "{operation} at {host}")?;
        if let Some(offset) = offset {
            write!(f, ", rows from offset {offset}")?;
        }
        f.write_str(": ")?;
        match cause {
            Cause::Argument(why) => write!(f, "not sent, {why}"),
            Cause::NoCredential { remedy } => {
                f.write_str("not sent, it needs a credential of scheme ")?;
                for (index, scheme) in operation.security.iter().enumerate() {
                    write!(f, "{}{scheme}", if index == 0 { "" } else { " or " })?;
                }
                write!(f, ", and none was given. {remedy}")
            }
            Cause::Credential(_) => f.write_str("not sent, its credential could not be obtained"),
            Cause::Transport(error) => {
                error.fmt(f)?;
                f.write_str(self.doubt())
            }
            Cause::Refused { response, unobtained, .. } => {
                write!(f, "{}", response.status())?;
                let is_gone = |kind| {
                    use ErrorKind::{Forbidden, NotFound, Unauthorized, Validation};
                    [Forbidden, NotFound, Unauthorized, Validation].contains(&kind)
                };
                if *operation == Operation::DOWNLOAD && is_gone(self.kind()) {
                    return f.write_str(". The URL may have expired: read the decision again");
                }
                if self.kind() == ErrorKind::Malformed {
                    f.write_str(", which is not documented")?;
                }
                match unobtained {
                    Some(_) => f.write_str(", and another credential could not be obtained"),
                    None => write!(f, "{}{}", self.kind().advice(), self.doubt()),
                }
            }
            Cause::Save(error) => {
                write!(f, "its body could not be saved, and nothing is left of it ({error})")
            }
            Cause::Body { response, problem } => {
                write!(f, "{}, but {problem}{}", response.status(), self.kind().advice())
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        self.0.cause.unobtained().map_or(Ok(()), |why| write!(f, ": {}", why.source))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            // It prints as this, and hands out its source, so that a chain does
            // not say the same thing twice.
            Cause::Transport(error) => error.source(),
            Cause::Save(error) => Some(error),
            cause => cause.unobtained().map(|one| &*one.source as &(dyn StdError + 'static)),
        }
    }
}
