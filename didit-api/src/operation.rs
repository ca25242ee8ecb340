//! An operation of a document, as data.

use std::fmt;

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

/// Whether a call of an operation may be sent again when nobody knows what
/// became of it. How often and how long is the
/// [`RetryPolicy`](crate::RetryPolicy)'s matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// It only reads.
    Read,
    /// It may do its work twice, so it is sent once.
    Never,
    /// It writes, and is documented to do the same when it is repeated.
    Safe,
    /// It writes, and takes a header `Idempotency-Key` by which the API
    /// recognises the repetition.
    Key,
}

/// One operation of a document, as `OPERATIONS` of its `Client` lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// operation, and for one whose credential is an argument of the call.
    pub security: &'static [Scheme],
    /// The media types of its answers: the header `Accept`.
    pub accept: &'static str,
    /// The statuses that are its success.
    pub success: &'static [u16],
    /// Whether a call may be repeated.
    pub retry: Retry,
    /// Lists of the JSON body that must hold something: with an empty one nothing
    /// is sent.
    pub not_empty: &'static [&'static str],
    /// The vendor's page.
    pub docs: &'static str,
}

/// What generated code makes operations with: a field that is added later has a
/// default.
#[doc(hidden)]
impl Operation {
    /// A public operation that answers JSON with 200. `GET` is repeated.
    pub const fn new(
        document: &'static str,
        id: &'static str,
        method: &'static str,
        path: &'static str,
    ) -> Self {
        let retry = if matches!(method.as_bytes(), b"GET") { Retry::Read } else { Retry::Never };
        let (security, accept, success) = (&[], "application/json", &[200]);
        let not_empty = &[];
        Self { document, id, method, path, security, accept, success, retry, not_empty, docs: "" }
    }

    pub const fn security(self, security: &'static [Scheme]) -> Self {
        Self { security, ..self }
    }

    pub const fn accept(self, accept: &'static str) -> Self {
        Self { accept, ..self }
    }

    pub const fn success(self, success: &'static [u16]) -> Self {
        Self { success, ..self }
    }

    pub const fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    pub const fn not_empty(self, not_empty: &'static [&'static str]) -> Self {
        Self { not_empty, ..self }
    }

    pub const fn docs(self, docs: &'static str) -> Self {
        Self { docs, ..self }
    }
}

impl Operation {
    /// What errors and logs call [`Transport::download`](crate::Transport::download). It
    /// is public: no credential goes with it.
    pub(crate) const DOWNLOAD: &Self = &Self::new("media", "download", "GET", "");
}

/// The operation with its document: `auth::create_token`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.document, self.id)
    }
}
