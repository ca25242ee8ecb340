//! From a request that anybody can have sent to an event that Didit has.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

use super::canonical::{Canonical, MAX_BODY};
use super::error::{SecretsError, VerifyError, VerifyErrorKind};
use super::event::{Event, is_test};
use super::problem::Problem;
use super::seconds;
use super::signature::{RAW, SIMPLE, Signature, TIMESTAMP, V2};
use super::simple::SimpleEvent;
use crate::secret::Secret;

/// Verifies deliveries with the secrets of your webhook destinations. Cheap to clone.
///
/// ```
/// use std::time::Duration;
/// use didit_api::webhooks::Verifier;
///
/// let verifier = Verifier::with_secret("the secret that the console shows")?;
/// // While a secret is changed, and for several destinations.
/// let verifier = Verifier::new(["new secret", "old secret"])?.tolerance(Duration::from_secs(60));
/// # Ok::<(), didit_api::webhooks::SecretsError>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    secrets: Arc<[Secret]>,
    tolerance: Duration,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl Verifier {
    /// With any of these secrets, each kept byte for byte.
    ///
    /// # Errors
    ///
    /// If there is none, or one is empty or white space only.
    pub fn new(secrets: impl IntoIterator<Item = impl Into<Secret>>) -> Result<Self, SecretsError> {
        let secrets: Arc<[Secret]> = secrets.into_iter().map(Into::into).collect();
        if secrets.is_empty() {
            return Err(SecretsError::Empty);
        }
        if secrets.iter().any(|secret| secret.expose().trim().is_empty()) {
            return Err(SecretsError::Blank);
        }
        let clock = Arc::new(SystemTime::now);
        Ok(Self { secrets, tolerance: Duration::from_secs(300), clock })
    }

    /// With this secret alone.
    ///
    /// # Errors
    ///
    /// If it is empty or white space only.
    pub fn with_secret(secret: impl Into<Secret>) -> Result<Self, SecretsError> {
        Self::new([secret])
    }

    /// How far the time in a body may be from the clock, in either direction, both in
    /// whole seconds. Default: 300 s, which is what the vendor recommends.
    #[must_use]
    pub fn tolerance(mut self, most: Duration) -> Self {
        self.tolerance = most;
        self
    }

    /// What time it is, for tests. Default: the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// The event, if one of the secrets signed this body and its time is near. `body` is
    /// byte for byte what was received, before anything parses it.
    ///
    /// It is genuine if `X-Signature` is of its bytes, or `X-Signature-V2` of the JSON in
    /// it; the second survives what a proxy does to JSON: other white space, another
    /// order of keys, other escapes, `100.0` for `100`. A signature that is there has to
    /// be well formed even if the other one would do.
    ///
    /// # Errors
    ///
    /// Each [`VerifyErrorKind`]. Nothing in a body is believed before its signature.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Event, VerifyError> {
        if body.len() > MAX_BODY {
            return Err(Problem::TooLong.into());
        }
        let of_bytes = Signature::find(headers, RAW)?;
        let of_json = Signature::find(headers, V2)?;
        if of_bytes.is_none() && of_json.is_none() {
            let which = "neither X-Signature nor X-Signature-V2 is there";
            return Err(VerifyError::new(VerifyErrorKind::HeaderMissing, which));
        }
        let is_of = |signature: &Option<Signature>, text| {
            signature.as_ref().is_some_and(|signature| signature.is_of(text, &self.secrets))
        };
        let are_bytes_signed = is_of(&of_bytes, body);
        if !are_bytes_signed && of_json.is_none() {
            return Err(no_match("no secret gives X-Signature"));
        }
        let form = Canonical::of(body)?;
        if !are_bytes_signed && !is_of(&of_json, form.text()) {
            return Err(no_match("no secret gives a signature that is there"));
        }
        self.check_time(headers, &form)?;
        Event::read(headers, body, form.text()).map_err(|_| {
            VerifyError::new(
                VerifyErrorKind::NotJson,
                "it holds a number that is too large to read",
            )
        })
    }

    /// What `X-Signature-Simple` vouches for: the session and its status, and nothing
    /// else in the body. Only for what sits behind a proxy that changes values in the
    /// JSON; everybody else wants [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify). A member with a colon in it is refused as not
    /// matching: the signature would fit several events.
    pub fn verify_simple(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<SimpleEvent, VerifyError> {
        let Some(signature) = Signature::find(headers, SIMPLE)? else {
            let which = "X-Signature-Simple is not there";
            return Err(VerifyError::new(VerifyErrorKind::HeaderMissing, which));
        };
        let form = Canonical::of(body)?;
        let event = SimpleEvent::read(&form).filter(SimpleEvent::is_unambiguous);
        let mut event =
            event.ok_or_else(|| no_match("its members are not texts without a colon"))?;
        if !signature.is_of(event.signed_text().as_bytes(), &self.secrets) {
            return Err(no_match("no secret gives X-Signature-Simple"));
        }
        self.check_time(headers, &form)?;
        let metadata = form.member("metadata").unwrap_or_default();
        event.is_test = is_test(headers, &serde_json::from_slice(metadata).unwrap_or_default());
        Ok(event)
    }

    /// By the signed `timestamp`; the header that repeats it is not signed.
    fn check_time(&self, headers: &HeaderMap, form: &Canonical<'_>) -> Result<(), VerifyError> {
        let timestamp = form.member("timestamp").and_then(|value| std::str::from_utf8(value).ok());
        let timestamp = timestamp.and_then(|text| text.parse::<i64>().ok()).ok_or_else(|| {
            let why = "its timestamp is missing, or no whole number of seconds";
            VerifyError::new(VerifyErrorKind::TimestampMissing, why)
        })?;
        let now = seconds::since_1970((self.clock)());
        let (away, most) = (timestamp.abs_diff(now), self.tolerance.as_secs());
        if away > most {
            return Err(if timestamp < now {
                let how = format!("by {away} s, of {most} s that are tolerated");
                VerifyError::new(VerifyErrorKind::TooOld, how)
            } else {
                let how = format!("by {away} s ahead, of {most} s that are tolerated");
                VerifyError::new(VerifyErrorKind::FromFuture, how)
            });
        }
        let says_so = timestamp.to_string();
        let agree = headers.get_all(TIMESTAMP).iter().all(|value| *value == *says_so);
        agree.then_some(()).ok_or_else(|| {
            VerifyError::new(VerifyErrorKind::TimestampDisagrees, "nothing signs the header")
        })
    }
}

fn no_match(why: &'static str) -> VerifyError {
    VerifyError::new(VerifyErrorKind::NoSecretMatches, why)
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}
