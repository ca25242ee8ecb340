//! Who supplies the credentials.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;

use reqwest::header::HeaderValue;

use crate::operation::{Operation, Scheme};

/// Why a credential could not be obtained.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// What [`Authorize::authorize`] returns: the header's value, or `None` when
/// this authorizer has no credential for the scheme.
pub type Authorization<'a> =
    Pin<Box<dyn Future<Output = Result<Option<HeaderValue>, BoxError>> + Send + 'a>>;

/// Supplies the credential that an operation asks for.
///
/// [`Basic`](crate::Basic), [`Bearer`](crate::Bearer) and
/// [`ApiKey`](crate::ApiKey) are such for a credential that never changes.
///
/// Asked before each attempt of a call, for the operation's schemes in their
/// order, until one is supplied; an operation without schemes asks nothing. If
/// there is none, the call ends with
/// [`ErrorKind::NoCredential`](crate::ErrorKind::NoCredential) and nothing is
/// sent. Asked once more when the API refused what it supplied; see
/// [`rejected`](Self::rejected).
pub trait Authorize: fmt::Debug + Send + Sync + 'static {
    /// The value of the header that `scheme` puts on the request. It is marked
    /// sensitive by the caller.
    fn authorize<'a>(&'a self, operation: &'static Operation, scheme: Scheme) -> Authorization<'a>;

    /// Hears that the API refused `credential`, which
    /// [`authorize`](Self::authorize) supplied: with 401, or, if it is an API
    /// key, with a 403 whose body does not speak of credits.
    ///
    /// Returns whether it may now supply another. Then it is asked once more, and
    /// if the answer is another value, the call is sent once more; unless its
    /// body cannot be repeated, because it has files. Heard at most once for each
    /// call. Default: no.
    fn rejected(
        &self,
        operation: &'static Operation,
        scheme: Scheme,
        credential: &HeaderValue,
    ) -> bool {
        let _ = (operation, scheme, credential);
        false
    }

    /// How to give this authorizer a credential for the operation, as a sentence
    /// without a full stop: the end of the message of a call without one.
    fn remedy(&self, operation: &'static Operation) -> Cow<'static, str> {
        let names = operation.security.iter().map(|scheme| match scheme {
            Scheme::Basic => "`Basic`",
            Scheme::Bearer => "`Bearer`",
            Scheme::ApiKey { .. } => "`ApiKey`",
        });
        let names = names.collect::<Vec<_>>().join(" or ");
        format!("Give the transport's builder {names} by `authorize`").into()
    }

    /// Whether what [`authorize`](Self::authorize) failed with may pass by
    /// itself. Default: no.
    fn is_transient(&self, error: &(dyn StdError + 'static)) -> bool {
        let _ = error;
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
