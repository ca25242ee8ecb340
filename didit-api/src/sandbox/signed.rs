//! An event as the vendor posts it.

use std::time::SystemTime;

use reqwest::header::{HeaderMap, HeaderValue, USER_AGENT};
use serde_json::{Map, Value};

use super::media;
use crate::secret::Secret;
use crate::webhooks::{SIMPLE, SignError, TEST_HEADER, V2, as_posted, is_test, sign, since_1970};

const AGENT: HeaderValue = HeaderValue::from_static("DiditWebhook/2.0 +https://didit.me");

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
    event.insert("timestamp".to_owned(), since_1970(at).into());
    let of_first_version = !event.contains_key("webhook_type");
    let is_test = event.get("metadata").is_some_and(|own| is_test(&HeaderMap::new(), own));
    let body = as_posted(media::here(&Value::Object(event).to_string(), url).as_bytes())?;
    let mut headers = sign(&body, secret.clone(), at)?;
    headers.insert(USER_AGENT, AGENT);
    if of_first_version {
        headers.remove(V2);
        headers.remove(SIMPLE);
    }
    if is_test {
        headers.insert(TEST_HEADER, HeaderValue::from_static("true"));
    }
    Ok((headers, body))
}
