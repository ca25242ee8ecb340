//! An answer: read once, within a bound, and then decoded; or handed on unread.

use std::fmt;
use std::ops::Deref;
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_ENCODING, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{StatusCode, header};
use serde::Deserialize;

use super::problem::ResponseProblem;
use super::transport_error::TransportError;

/// A rate limit, as far as the API tells of it. See [`Response::rate_limit`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests are allowed in its window of time, which is a minute.
    pub limit: Option<u64>,
    /// How many of them are left.
    pub remaining: Option<u64>,
    /// When there are as many as ever again.
    pub reset: Option<SystemTime>,
}

/// An answer as it came: status, headers, and the bytes of its body.
///
/// `Debug` shows the status and the length of the body, nothing else.
#[derive(Clone)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    problem: Option<ResponseProblem>,
}

impl Response {
    /// Reads the body up to `limit` bytes. A body that is too long, breaks off
    /// or is compressed spoils a success only: of any other answer the status
    /// counts, and as much of the body as there is.
    async fn read(mut response: reqwest::Response, limit: usize) -> Result<Self, TransportError> {
        let mut body = Vec::new();
        let mut problem = encoding(response.headers()).map(|_| ResponseProblem::Compressed);
        while problem.is_none() {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) => {
                    let room = limit - body.len();
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    if chunk.len() > room {
                        problem = Some(ResponseProblem::TooLarge { limit });
                    }
                }
                Err(error) if error.is_timeout() && response.status().is_success() => {
                    return Err(TransportError::new(error));
                }
                Err(_) => problem = Some(ResponseProblem::Truncated),
            }
        }
        Ok(Self {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body,
            problem,
        })
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers. Their `Debug` shows whatever the server put there.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came, at most the transport's limit of it. It may hold
    /// secrets.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// How long the server asks to wait: `Retry-After` in seconds or as a date,
    /// a date in the past being zero. A date is measured against the answer's own
    /// `Date`, if it has one: the clocks of both sides may differ.
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = httpdate::parse_http_date(value).ok()?;
        let sent = self.headers.get(DATE).and_then(|value| value.to_str().ok());
        let sent = sent.and_then(|value| httpdate::parse_http_date(value.trim()).ok());
        Some(date.duration_since(sent.unwrap_or_else(SystemTime::now)).unwrap_or_default())
    }

    /// What the API says of its rate limit: `X-RateLimit-Limit`, `-Remaining` and
    /// `-Reset`. `None` if it says nothing; it does so with 429 only.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        let number = |name: &str| self.headers.get(name)?.to_str().ok()?.trim().parse().ok();
        let [limit, remaining, reset] =
            ["limit", "remaining", "reset"].map(|name| number(&format!("x-ratelimit-{name}")));
        let reset = reset.and_then(|s| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(s)));
        let rate_limit = RateLimit { limit, remaining, reset };
        Some(rate_limit).filter(|found| *found != RateLimit::default())
    }

    pub(super) fn is_compressed(&self) -> bool {
        encoding(&self.headers).is_some()
    }

    pub(super) fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ResponseProblem> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        // RFC 8259, section 8.1: a byte order mark may be ignored.
        let json = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
        // Checked once as a whole, the parser need not check each of its strings.
        let json = std::str::from_utf8(json).map_err(|_| ResponseProblem::NotUtf8)?;
        serde_json::from_str(json).map_err(|error| ResponseProblem::from_json(json, &error))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status.as_u16())
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

fn encoding(headers: &HeaderMap) -> Option<&header::HeaderValue> {
    // `none` is in no registry, and servers send it.
    let is_plain = |value: &[u8]| {
        value.is_empty()
            || [&b"identity"[..], b"none"].iter().any(|name| value.eq_ignore_ascii_case(name))
    };
    headers.get(CONTENT_ENCODING).filter(|value| !is_plain(value.as_bytes().trim_ascii()))
}

/// An answer of which only the head was read.
pub(super) struct Unread {
    response: reqwest::Response,
    limit: usize,
}

impl Unread {
    pub(super) fn new(response: reqwest::Response, limit: usize) -> Self {
        Self { response, limit }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Reads the body up to the transport's limit.
    ///
    /// # Errors
    ///
    /// The body of a success took too long.
    pub(super) async fn read(self) -> Result<Response, TransportError> {
        Response::read(self.response, self.limit).await
    }

    /// What there is without the body, the body, and the transport's limit of it.
    pub(super) fn split(self) -> (Response, reqwest::Response, usize) {
        let Self { mut response, limit } = self;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        (Response { status, headers, body: Vec::new(), problem: None }, response, limit)
    }
}

/// A decoded answer, with the [`Response`] that it was decoded from.
///
/// Dereferences to the value. `Debug` shows the response's, not the value's.
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    response: Response,
}

impl<T> ResponseValue<T> {
    pub(super) fn new(value: T, response: Response) -> Self {
        Self { value, response }
    }

    /// The value, without the rest.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Status, headers and body as they came.
    pub fn response(&self) -> &Response {
        &self.response
    }

    /// The same answer with another value.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> ResponseValue<U> {
        ResponseValue { value: to(self.value), response: self.response }
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.response.fmt(f)
    }
}
