//! Credentials that never change, ready for the wire.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::authorize::{Authorization, Authorize};
use crate::operation::{Operation, Scheme};
use crate::secret::Secret;

/// The header's value, or why there is none.
type Value = Result<HeaderValue, &'static str>;

/// A client id and its secret, for operations with the Basic scheme (RFC 7617):
/// the raw UTF-8 of both, joined by a colon, in base64. Any other scheme gets
/// nothing from it.
///
/// An id with a colon, and either part with a control character, cannot be sent:
/// each call then ends with [`ErrorKind::Credential`](crate::ErrorKind::Credential).
#[derive(Clone)]
pub struct Basic(Value);

impl Basic {
    /// From a client id and a client secret, which are kept byte for byte.
    pub fn new(id: impl AsRef<str>, secret: impl Into<Secret>) -> Self {
        let (id, secret) = (id.as_ref(), secret.into());
        let is_sent =
            !id.contains(':') && !(id.to_owned() + secret.expose()).contains(char::is_control);
        let pair = Zeroizing::new(format!("{id}:{}", secret.expose()));
        let text = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let value = Some(&text).filter(|_| is_sent);
        Self(sensitive(
            value,
            "the client id holds a colon, or it or the secret a control character",
        ))
    }
}

/// An access token, for operations with the Bearer scheme (RFC 6750). Any other
/// scheme gets nothing from it.
///
/// A token that no header can carry ends each call with
/// [`ErrorKind::Credential`](crate::ErrorKind::Credential).
#[derive(Clone)]
pub struct Bearer(Value);

impl Bearer {
    /// From a token, without the word `Bearer`.
    pub fn new(token: impl Into<Secret>) -> Self {
        let text = Zeroizing::new(format!("Bearer {}", token.into().expose()));
        Self(sensitive(Some(&text), "no header can carry this token"))
    }
}

/// An API key, for operations with a key in a header of its own, `x-api-key`
/// say. Any other scheme gets nothing from it.
///
/// A key that no header can carry ends each call with
/// [`ErrorKind::Credential`](crate::ErrorKind::Credential).
///
/// ```
/// use didit_api::{ApiKey, Transport};
///
/// let transport = Transport::builder("https://verification.didit.me")
///     .authorize(ApiKey::new("planted"))
///     .build()?;
/// assert!(!format!("{:?}", ApiKey::new("planted")).contains("planted"));
/// # Ok::<(), didit_api::TransportBuildError>(())
/// ```
#[derive(Clone)]
pub struct ApiKey(Value);

impl ApiKey {
    /// From the key, which is kept byte for byte.
    pub fn new(key: impl Into<Secret>) -> Self {
        let key = Zeroizing::new(key.into().expose().to_owned());
        Self(sensitive(Some(&key), "no header can carry this API key"))
    }
}

fn sensitive(text: Option<&Zeroizing<String>>, why: &'static str) -> Value {
    let value =
        text.filter(|text| !text.is_empty()).map(|text| HeaderValue::try_from(text.as_str()));
    let mut value = value.and_then(Result::ok).ok_or(why)?;
    value.set_sensitive(true);
    Ok(value)
}

macro_rules! authorizes {
    ($($type:ident => $scheme:pat),*) => {
        $(
            impl Authorize for $type {
                fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
                    let value = matches!(scheme, $scheme).then(|| self.0.clone()).transpose();
                    Box::pin(async { Ok(value?) })
                }
            }

            impl fmt::Debug for $type {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(concat!(stringify!($type), "([redacted])"))
                }
            }
        )*
    };
}

authorizes!(Basic => Scheme::Basic, Bearer => Scheme::Bearer, ApiKey => Scheme::ApiKey { .. });
