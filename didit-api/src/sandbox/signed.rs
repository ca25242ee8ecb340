//! An event as the vendor posts it.

use std::time::SystemTime;

use reqwest::header::{HeaderMap, HeaderValue, USER_AGENT};
use serde_json::{Map, Value};

use super::media;
use crate::secret::Secret;
use crate::webhooks::{SignError, as_posted, sign};

const AGENT: HeaderValue = HeaderValue::from_static("DiditWebhook/2.0 +https://didit.me");
/// The mark of what the console's button sends.
const TEST: &str = "x-didit-test-webhook";

/// The headers and the body of an event that is sent at this time. Media URLs in it lead
/// to `url`, the sandbox's.
///
/// # Errors
///
/// It is nothing that the vendor would sign: longer than 1 MiB, say.
pub(super) fn signed(
    event: &Map<String, Value>,
    secret: &Secret,
    at: SystemTime,
    url: &str,
) -> Result<(HeaderMap, Vec<u8>), SignError> {
    let mut event = event.clone();
    event.insert("timestamp".to_owned(), seconds(at).into());
    let of_first_version = !event.contains_key("webhook_type");
    // No other event of a later version is without it.
    let is_test = !of_first_version && !event.contains_key("environment");
    let body = as_posted(media::here(&Value::Object(event).to_string(), url).as_bytes())?;
    let mut headers = sign(&body, secret.clone(), at)?;
    headers.insert(USER_AGENT, AGENT);
    if of_first_version {
        headers.remove("x-signature-v2");
        headers.remove("x-signature-simple");
    }
    if is_test {
        headers.insert(TEST, HeaderValue::from_static("true"));
    }
    Ok((headers, body))
}

/// Whole seconds since 1970.
pub(super) fn seconds(at: SystemTime) -> u64 {
    at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}
