//! Who supplies the credentials, and which ones an operation asks for.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;

use reqwest::header::HeaderValue;

/// How an operation wants to be authenticated: `security` of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer,
    /// A key in a header of its own.
    ApiKey {
        /// The header's name.
        header: &'static str,
    },
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic => f.write_str("Basic"),
            Self::Bearer => f.write_str("Bearer"),
            Self::ApiKey { header } => write!(f, "API key in {header}"),
        }
    }
}

/// One operation of a document, as `OPERATIONS` of its `Client` lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The document, and with it the module: `auth`.
    pub document: &'static str,
    /// `operationId`: `create_token`.
    pub id: &'static str,
    /// HTTP method, in capitals.
    pub method: &'static str,
    /// Path template.
    pub path: &'static str,
    /// The schemes that it accepts, one of which is needed; none for a public
    /// operation.
    pub security: &'static [Scheme],
    /// The media types of its answers: the header `Accept`.
    pub accept: &'static str,
    /// The statuses that are its success.
    pub success: &'static [u16],
    /// The vendor's page.
    pub docs: &'static str,
}

/// The operation with its document: `auth::create_token`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.document, self.id)
    }
}

/// What [`Authorize::authorize`] returns: the header's value, or `None` when
/// this authorizer has no credential for the scheme.
pub type Authorization<'a> = Pin<
    Box<
        dyn Future<Output = Result<Option<HeaderValue>, Box<dyn StdError + Send + Sync>>>
            + Send
            + 'a,
    >,
>;

/// Supplies the credential that an operation asks for.
///
/// Asked once for each call, for the operation's schemes in their order, until
/// one is supplied; public operations ask nothing. If there is none, the call
/// ends with [`AuthorizeError`] and nothing is sent. Asked once more when the
/// API rejected a bearer token; see [`rejected`](Self::rejected).
pub trait Authorize: fmt::Debug + Send + Sync + 'static {
    /// The value of the header that `scheme` puts on the request. It is marked
    /// sensitive by the caller.
    fn authorize<'a>(&'a self, operation: &'static Operation, scheme: Scheme) -> Authorization<'a>;

    /// Hears that the API answered 401 to `credential`, a bearer token that
    /// [`authorize`](Self::authorize) supplied. Returns whether it would now
    /// supply another: then the call is sent once more. Default: no.
    fn rejected(
        &self,
        operation: &'static Operation,
        scheme: Scheme,
        credential: &HeaderValue,
    ) -> bool {
        let _ = (operation, scheme, credential);
        false
    }
}

/// No credentials: right for public operations only.
#[derive(Debug)]
pub(crate) struct Anonymous;

impl Authorize for Anonymous {
    fn authorize<'a>(&'a self, _: &'static Operation, _: Scheme) -> Authorization<'a> {
        Box::pin(async { Ok(None) })
    }
}

/// The call could not be authenticated: it was not sent, or not a second time.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuthorizeError {
    /// There is no credential for any scheme of the operation.
    Missing {
        /// The operation that was called.
        operation: &'static Operation,
    },
    /// The credential could not be obtained; `source()` says why.
    Failed {
        /// The operation that was called.
        operation: &'static Operation,
        /// The scheme that was tried.
        scheme: Scheme,
        /// What the [`Authorize`] implementation returned.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The API answered 401 to a token, and no other could be obtained;
    /// `source()` says why, if there is more to say.
    Rejected {
        /// The operation that was called.
        operation: &'static Operation,
        /// What the [`Authorize`] implementation returned.
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
}

impl AuthorizeError {
    /// The same of a call that was sent once, and answered with 401.
    pub(crate) fn after_rejection(self) -> Self {
        match self {
            Self::Missing { operation } => Self::Rejected { operation, source: None },
            Self::Failed { operation, source, .. } => {
                Self::Rejected { operation, source: Some(source) }
            }
            rejected @ Self::Rejected { .. } => rejected,
        }
    }
}

impl fmt::Display for AuthorizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { operation } => {
                write!(f, "{operation} needs a credential of scheme ")?;
                for (index, scheme) in operation.security.iter().enumerate() {
                    write!(f, "{}{scheme}", if index == 0 { "" } else { " or " })?;
                }
                f.write_str(", and none was given; nothing was sent")
            }
            Self::Failed { operation, scheme, .. } => {
                write!(f, "{operation} was not sent: its {scheme} credential could not be obtained")
            }
            Self::Rejected { operation, .. } => write!(
                f,
                "the API answered 401 to {operation}, and another credential could not be obtained"
            ),
        }
    }
}

impl StdError for AuthorizeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Missing { .. } | Self::Rejected { source: None, .. } => None,
            Self::Failed { source, .. } | Self::Rejected { source: Some(source), .. } => {
                Some(source.as_ref())
            }
        }
    }
}
