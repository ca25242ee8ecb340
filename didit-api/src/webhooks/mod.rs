//! Webhooks: who sent this request, and what does it say?
//!
//! The vendor posts an event to your service when a session moves. Anybody else can
//! post one, too. A [`Verifier`] has the secret of the destination, and gives an
//! [`Event`] if that secret signed the request not long ago, and an error otherwise;
//! there is no other way to an event.
//!
//! ```
//! use std::time::SystemTime;
//! use didit_api::webhooks::{self, Verifier, VerifyErrorKind};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let verifier = Verifier::with_secret("test-secret")?;
//!
//! // In your service: the headers, and the bytes of the body as they came.
//! # let now = SystemTime::now();
//! # let seconds = now.duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
//! let body = format!(r#"{{"session_id":"s-1","status":"Approved","timestamp":{seconds}}}"#);
//! // In your tests: what the vendor would send with it.
//! let headers = webhooks::sign(body.as_bytes(), "test-secret", now)?;
//!
//! let event = verifier.verify(&headers, body.as_bytes())?;
//! assert_eq!(event.json()["status"], "Approved");
//!
//! let forged = body.replace("Approved", "Declined");
//! let error = verifier.verify(&headers, forged.as_bytes()).unwrap_err();
//! assert_eq!(error.kind(), VerifyErrorKind::NoSecretMatches);
//! # Ok(())
//! # }
//! ```
//!
//! # Which signature
//!
//! | header | HMAC-SHA256 of | believed by |
//! | --- | --- | --- |
//! | `X-Signature` | the body's bytes | [`verify`](Verifier::verify) |
//! | `X-Signature-V2` | the body's JSON in a canonical form, without a space, keys in order, in UTF-8 | [`verify`](Verifier::verify), if the first is not there or fails |
//! | `X-Signature-Simple` | four of its members, not the decision | [`verify_simple`](Verifier::verify_simple) |
//!
//! None of them covers `X-Timestamp`, so that what counts is the `timestamp` in the
//! signed body: at most [300 s](Verifier::tolerance) from now. Within that time the same
//! delivery is taken again; keep the [`dedup_key`](Event::dedup_key) of what you have
//! handled.
//!
//! # What to answer
//!
//! The [`status`](VerifyError::status) of the error. The vendor sends it again after a 5xx
//! and a 404 only.

// ```text
// verifier ──► signature    a header's value, HMAC
//    │    ╲──► canonical ──► tokens ──► number, string
//    ▼                            problem: what is wrong with a body
//  event, simple ◄── sign: what the vendor would send
// ```
mod canonical;
mod error;
mod event;
mod event_data;
mod number;
mod problem;
mod seconds;
#[cfg(any(feature = "sessions", feature = "sessions_v1"))]
mod session_event;
mod sign;
mod signature;
mod simple;
mod string;
mod tokens;
mod verifier;

pub use canonical::MAX_BODY;
pub use error::{SecretsError, SignError, VerifyError, VerifyErrorKind};
pub use event::Event;
pub use event_data::EventData;
#[cfg(any(feature = "sessions", feature = "sessions_v1"))]
pub use session_event::DecisionError;
pub use sign::sign;
pub use simple::SimpleEvent;
pub use verifier::Verifier;

// For the sandbox, which posts what is read here.
#[cfg(feature = "sandbox")]
pub(crate) use event::{TEST_HEADER, is_test};
#[cfg(feature = "sandbox")]
pub(crate) use seconds::since_1970;
#[cfg(feature = "sandbox")]
pub(crate) use sign::as_posted;
#[cfg(feature = "sandbox")]
pub(crate) use signature::{SIMPLE, V2};

#[cfg(feature = "schemars")]
pub use crate::generated::webhooks::json_schemas;
pub use crate::generated::webhooks::types;
