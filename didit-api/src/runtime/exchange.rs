//! What happens to a request between building and decoding: it is signed, sent,
//! and sent again where that is safe.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Request, StatusCode};
use tokio::time::{Instant, sleep};
use tracing::field::{Empty, debug};
use tracing::{Instrument, Span, debug, info_span};

use super::error::{Cause, Unobtained};
use super::error_body::ErrorBody;
use super::error_kind::ErrorKind;
use super::random::random;
use super::response::{Response, Unread};
use super::transport_error::TransportError;
use crate::authorize::BoxError;
use crate::operation::{Operation, Retry, Scheme};
use crate::retry_policy::RetryPolicy;
use crate::transport::Transport;

const TARGET: &str = "didit_api";

/// One call, from its first attempt to its last.
pub(super) struct Exchange<'a> {
    transport: &'a Transport,
    operation: &'static Operation,
    policy: RetryPolicy,
    attempts: u32,
    span: Span,
}

/// What was put on a request.
type Credential = Option<(Scheme, HeaderValue)>;

impl<'a> Exchange<'a> {
    pub(super) fn new(
        transport: &'a Transport,
        operation: &'static Operation,
        policy: RetryPolicy,
    ) -> Self {
        let host = transport.host();
        let span = info_span!(
            target: TARGET, "call",
            %operation, host, attempt = Empty, status = Empty, error = Empty, latency_ms = Empty,
        );
        Self { transport, operation, policy, attempts: 0, span }
    }

    /// The answer, if it is a documented success. The span of the call tells of
    /// its attempts, and of nothing that was sent or came.
    pub(super) async fn run(mut self, request: Request) -> Result<Unread, Cause> {
        let (span, started) = (self.span.clone(), Instant::now());
        let ended = self.attempt(request, started).instrument(span.clone()).await;
        let status = match &ended {
            Ok(answer) => Some(answer.status()),
            Err(cause) => cause.response().map(Response::status),
        };
        let error = ended.as_ref().err().map(|cause| debug(cause.kind()));
        let latency_ms = millis(started.elapsed());
        // Once for each: what is recorded twice is shown twice.
        span.record("attempt", self.attempts).record("status", status.map(|one| one.as_u16()));
        span.record("error", error).record("latency_ms", latency_ms);
        span.in_scope(|| debug!(target: TARGET, "ended"));
        ended
    }

    async fn attempt(&mut self, mut request: Request, started: Instant) -> Result<Unread, Cause> {
        // What came of a credential that was refused, until another is there.
        let mut refused: Option<(HeaderValue, Cause)> = None;
        let mut is_renewed = false;
        loop {
            // Of a body with files there is no copy, so that it is sent once.
            let copy = request.try_clone();
            let used = match (self.sign(&mut request).await, refused.take()) {
                (Ok(Some((_, value))), Some((old, cause))) if value == old => return Err(cause),
                (Ok(used), _) => used,
                (Err(cause), refused) => return Err(unrenewed(cause, refused)),
            };
            self.attempts += 1;
            let cause = match self.send(request).await {
                Ok(answer) => return Ok(answer),
                Err(cause) => cause,
            };
            if let Some((scheme, value)) = used.filter(|(scheme, _)| refuses(&cause, *scheme))
                && !is_renewed
            {
                is_renewed = true;
                let authorize = self.transport.authorize();
                let has_another = authorize.rejected(self.operation, scheme, &value);
                match copy {
                    Some(copy) if has_another => request = copy,
                    _ => return Err(cause),
                }
                debug!(target: TARGET, "the credential was refused; is there another?");
                refused = Some((value, cause));
                continue;
            }
            let pause = self.pause(&cause, started.elapsed());
            let (Some(copy), Some(pause)) = (copy, pause) else { return Err(cause) };
            let status = cause.response().map(|response| response.status().as_u16());
            debug!(
                target: TARGET,
                attempt = self.attempts, status, error = ?cause.kind(), pause_ms = millis(pause),
                "trying again",
            );
            sleep(pause).await;
            request = copy;
        }
    }

    /// How long to wait before the call is sent again, if it is.
    fn pause(&self, cause: &Cause, elapsed: Duration) -> Option<Duration> {
        let response = cause.response();
        let passes = match response {
            Some(response) => [429, 502, 503, 504].contains(&response.status().as_u16()),
            None => {
                let kinds = [ErrorKind::Connect, ErrorKind::Timeout, ErrorKind::Interrupted];
                kinds.contains(&cause.kind())
            }
        };
        if !passes || self.operation.retry == Retry::Never {
            return None;
        }
        let asked = response.and_then(Response::retry_after);
        self.policy.pause(self.attempts, elapsed, asked, random())
    }

    async fn send(&self, request: Request) -> Result<Unread, Cause> {
        let failed = |error| Cause::Transport(error);
        let response = self.transport.http().execute(request).await;
        let response = response.map_err(|error| failed(TransportError::new(error)))?;
        let answer = Unread::new(response, self.transport.response_limit());
        if self.operation.success.contains(&answer.status().as_u16()) {
            return Ok(answer);
        }
        // To its end, so that its connection can serve again.
        let response = answer.read().await.map_err(failed)?;
        let body = ErrorBody::read(response.body());
        Err(Cause::Refused { response, body, unobtained: None })
    }

    /// Puts the operation's credential on the request, and says which one it was.
    async fn sign(&self, request: &mut Request) -> Result<Credential, Cause> {
        let (operation, authorize) = (self.operation, self.transport.authorize());
        let unobtained = |source: BoxError| {
            let is_transient = authorize.is_transient(&*source);
            Cause::Credential(Unobtained { source, is_transient })
        };
        for &scheme in operation.security {
            let value = authorize.authorize(operation, scheme).await.map_err(unobtained)?;
            let Some(mut value) = value else { continue };
            value.set_sensitive(true);
            let name = match scheme {
                Scheme::Basic | Scheme::Bearer => AUTHORIZATION,
                Scheme::ApiKey { header } => {
                    HeaderName::try_from(header).map_err(|error| unobtained(error.into()))?
                }
            };
            request.headers_mut().insert(name, value.clone());
            return Ok(Some((scheme, value)));
        }
        match operation.security {
            [] => Ok(None),
            _ => Err(Cause::NoCredential { remedy: authorize.remedy(operation) }),
        }
    }
}

/// Whether the answer says that the credential is not good: this API tells a
/// wrong key from a missing permission by nothing, and answers 403 to both.
fn refuses(cause: &Cause, scheme: Scheme) -> bool {
    let Cause::Refused { response, .. } = cause else { return false };
    let is_key = matches!(scheme, Scheme::ApiKey { .. });
    response.status() == StatusCode::UNAUTHORIZED || is_key && cause.kind() == ErrorKind::Forbidden
}

/// Why a call cannot be signed; or, if that is because its credential was
/// refused, the answer that did so.
fn unrenewed(why: Cause, refused: Option<(HeaderValue, Cause)>) -> Cause {
    match (refused, why) {
        (Some((_, Cause::Refused { response, body, .. })), Cause::Credential(unobtained)) => {
            Cause::Refused { response, body, unobtained: Some(unobtained) }
        }
        (Some((_, refused)), _) => refused,
        (None, why) => why,
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
