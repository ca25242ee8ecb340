//! Signing, as the vendor does.

use std::time::SystemTime;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::canonical::Canonical;
use super::error::SignError;
use super::seconds;
use super::signature::{self, RAW, SIMPLE, TIMESTAMP, V2};
use super::simple::SimpleEvent;
use crate::secret::Secret;

/// The bytes as which the vendor would post this JSON: its canonical form in ASCII.
///
/// # Errors
///
/// It is nothing that the vendor would post; see [`sign`].
#[cfg(feature = "sandbox")]
pub(crate) fn as_posted(json: &[u8]) -> Result<Vec<u8>, SignError> {
    Ok(Canonical::of(json)?.ascii().into_bytes())
}

/// The headers with which the vendor would send this body: `X-Signature`,
/// `X-Signature-V2`, `X-Signature-Simple`, `X-Timestamp` and `Content-Type`. For tests
/// of what receives webhooks.
///
/// `at` is for `X-Timestamp` only, in whole seconds. The body has a `timestamp` of its
/// own, which is the one that is signed; let them agree.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use didit_api::webhooks;
///
/// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_774_970_000);
/// let body = r#"{"session_id":"s-1","status":"Approved","timestamp":1774970000}"#;
/// let headers = webhooks::sign(body.as_bytes(), "test-secret", at)?;
/// assert_eq!(headers["x-timestamp"], "1774970000");
/// assert_eq!(headers["x-signature"], headers["x-signature-v2"]);
/// # Ok::<(), webhooks::SignError>(())
/// ```
///
/// # Errors
///
/// If the secret is blank, or the body is nothing that the vendor would sign: not JSON,
/// or a key twice, or longer than 1 MiB, or a `session_id`, `status`, `webhook_type` or
/// `timestamp` that is an object, say.
pub fn sign(
    body: &[u8],
    secret: impl Into<Secret>,
    at: SystemTime,
) -> Result<HeaderMap, SignError> {
    let secret = secret.into();
    if secret.expose().trim().is_empty() {
        return Err(SignError::BLANK);
    }
    let form = Canonical::of(body)?;
    let simple = SimpleEvent::read(&form).ok_or(SignError::SIMPLE)?.signed_text();
    let texts = [(RAW, body), (V2, form.text()), (SIMPLE, simple.as_bytes())];
    let mut headers = HeaderMap::new();
    for (name, text) in texts {
        // Hex digits are always a header's value.
        if let Ok(value) = HeaderValue::from_str(&signature::sign(text, &secret)) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers.insert(HeaderName::from_static(TIMESTAMP), seconds::since_1970(at).into());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(headers)
}
