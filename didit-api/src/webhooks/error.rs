//! Why a delivery is not believed.

use std::borrow::Cow;
use std::fmt;

use reqwest::StatusCode;

use super::problem::Problem;

/// Why a delivery was refused. For a program, [`kind`](Self::kind); for a log, its
/// text, which says what to do. Neither shows the body, a secret or a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    kind: VerifyErrorKind,
    detail: Cow<'static, str>,
}

/// The cases of a [`VerifyError`] that a program tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyErrorKind {
    /// The signature's header is not there.
    HeaderMissing,
    /// A signature is not 64 lower-case hex digits, or its header comes twice.
    MalformedSignature,
    /// None of the secrets gives a signature that came with it.
    NoSecretMatches,
    /// Signed, longer ago than the tolerance.
    TooOld,
    /// Signed, and its time is further ahead than the tolerance.
    FromFuture,
    /// The body is not JSON, or can be read in two ways: a key twice, half of a
    /// surrogate pair, more than 127 levels, a number that no float holds.
    NotJson,
    /// Signed, without a `timestamp` that is a whole number of seconds.
    TimestampMissing,
    /// Signed, and `X-Timestamp`, which nothing signs, says another time.
    TimestampDisagrees,
    /// The body is longer than 1 MiB.
    TooLong,
}

impl VerifyError {
    pub(super) fn new(kind: VerifyErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// Which case it is.
    pub fn kind(&self) -> VerifyErrorKind {
        self.kind
    }

    /// What to answer: 401 if its signatures are missing, malformed or wrong, 413 if it is
    /// too long, 400 otherwise. The vendor sends it again after none of them.
    pub fn status(&self) -> StatusCode {
        match self.kind {
            VerifyErrorKind::HeaderMissing
            | VerifyErrorKind::MalformedSignature
            | VerifyErrorKind::NoSecretMatches => StatusCode::UNAUTHORIZED,
            VerifyErrorKind::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl From<Problem> for VerifyError {
    fn from(problem: Problem) -> Self {
        let kind = match problem {
            Problem::TooLong => VerifyErrorKind::TooLong,
            _ => VerifyErrorKind::NotJson,
        };
        Self::new(kind, problem.text())
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, to_do) = match self.kind {
            VerifyErrorKind::HeaderMissing => (
                "the webhook is not signed",
                "refuse it, and check that what is in front of this service passes the header on",
            ),
            VerifyErrorKind::MalformedSignature => {
                ("the webhook's signature is malformed", "refuse it; it is not Didit's")
            }
            VerifyErrorKind::NoSecretMatches => (
                "the webhook's signature is wrong",
                "refuse it; if all of them fail, check the secret of this destination, and that \
                 the body is given byte for byte as it came",
            ),
            VerifyErrorKind::TooOld => (
                "the webhook is too old",
                "refuse it, it may be a replay; if all of them fail, check this machine's clock",
            ),
            VerifyErrorKind::FromFuture => (
                "the webhook is from the future",
                "refuse it; if all of them fail, check this machine's clock",
            ),
            VerifyErrorKind::NotJson => (
                "the webhook's body is not JSON as Didit writes it",
                "refuse it, and check that the body is given whole, and decompressed",
            ),
            VerifyErrorKind::TimestampMissing => (
                "the webhook's body has no time",
                "refuse it, nobody can tell a replay of it apart; check that it is an event",
            ),
            VerifyErrorKind::TimestampDisagrees => (
                "the webhook's header X-Timestamp is not the time in its body",
                "refuse it, and check what is in front of this service: only the body is signed",
            ),
            VerifyErrorKind::TooLong => {
                ("the webhook's body is too long", "refuse it before it is read; no event is")
            }
        };
        write!(f, "{what} ({}): {to_do}", self.detail)
    }
}

impl std::error::Error for VerifyError {}

/// Why secrets were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretsError {
    /// There is none.
    Empty,
    /// One is empty, or white space only.
    Blank,
}

impl fmt::Display for SecretsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => {
                "there is no webhook secret; give the one that the console shows for the destination"
            }
            Self::Blank => {
                "a webhook secret is blank, with which anybody could sign; \
                 check where it is read from"
            }
        })
    }
}

impl std::error::Error for SecretsError {}

/// Why a body could not be signed. Shows neither body nor secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignError(&'static str);

impl From<Problem> for SignError {
    fn from(problem: Problem) -> Self {
        Self(problem.text())
    }
}

impl SignError {
    pub(super) const BLANK: Self = Self("the secret is blank");
    pub(super) const SIMPLE: Self =
        Self("its session_id, status, webhook_type or timestamp is neither a text nor an integer");
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(why) = self;
        write!(
            f,
            "the webhook's body cannot be signed as Didit does ({why}): give an event in JSON"
        )
    }
}

impl std::error::Error for SignError {}
