//! Webhooks: from a request that anybody can have sent to a handler that runs once for
//! each event.
//!
//! [`Verifier`] needs no credentials but the secret of the destination, which the
//! console shows. It gives an [`Event`], and nothing else does. That is all of it for a
//! service that stores events and looks at them later.
//!
//! ```no_run
//! use didit_auth::webhooks;
//! # fn receive(headers: &http::HeaderMap, body: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! let verifier = webhooks::verifier_from_env()?; // reads DIDIT_WEBHOOK_SECRET
//! let event = verifier.verify(headers, body)?; // the bytes as they came
//! if let Some(session) = event.session() {
//!     println!("{}: {}", session.session_id, session.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # In a web service
//!
//! The same event comes more than once: the vendor tries again after an answer that it
//! did not like or did not see, and whoever reads a request can send it again. So a
//! [`Receiver`] has a [`Dedup`], too. It gives a [`Delivery`], whose handler runs once
//! for each event, and an [`Outcome`], which says what to answer:
//!
//! | what happens | the handler | the answer |
//! | --- | --- | --- |
//! | it is genuine and new, and the handler succeeds | runs | 200 |
//! | the handler fails | runs, and again when the vendor tries again | 500 |
//! | the handler is cut off: a panic, the end of the process, the vendor hangs up | likewise | none |
//! | it was handled before | does not run | 200 |
//! | another delivery of it is being handled | does not run | 503, `Retry-After` |
//! | somebody tries out the destination in the console | does not run, unless [asked for](Receiver::with_tests) | 200 |
//! | no or a wrong signature | does not run | 401 |
//! | signed, but old, or no JSON | does not run | 400 |
//! | more than 1 MiB | does not run | 413 |
//! | the [`Dedup`] fails, or the body breaks off | does not run | 503 |
//! | the [`Dedup`] fails after the handler is done | ran, and may run again | 200 |
//!
//! The vendor tries again after a 5xx and a 404, twice, after about one and four more
//! minutes. Nothing is tried again after that, so a handler that fails for longer has to
//! keep the event, or read the session later.
//!
//! Events are told apart by [`Event::dedup_key`]. Before the third version of webhooks
//! they have no id: what is sent again with another time is another event then.
//!
//! With the feature `axum`, [`Delivery`] is an extractor and [`Outcome`] a response:
//!
//! ```no_run
//! # #[cfg(feature = "axum")]
//! # mod service {
//! use axum::{Router, routing::post};
//! use didit_auth::webhooks::{self, Delivery, MemoryStore, Outcome, Receiver};
//!
//! async fn on_webhook(delivery: Delivery) -> Outcome {
//!     delivery
//!         .handle(async |event| {
//!             // An error is answered with 500, and the vendor tries again.
//!             std::fs::write("last-event.json", event.body())
//!         })
//!         .await
//! }
//!
//! fn service() -> Result<Router, didit_auth::Error> {
//!     let receiver = Receiver::new(webhooks::verifier_from_env()?, MemoryStore::default());
//!     Ok(Router::new().route("/didit", post(on_webhook)).with_state(receiver))
//! }
//! # }
//! ```
//!
//! To test a service, turn the feature `sandbox` on: `didit_auth::api::sandbox` posts
//! what Didit would as sessions move, and tests, replays, forgeries and stale ones. For
//! one function alone [`sign`] is enough.
//!
//! Everywhere else, give [`Receiver::handle`] the headers and the body, read no further
//! than [`MAX_BODY`], and answer with the [`http::Response`] that an [`Outcome`] is. The
//! repository has that for actix-web, and a [`Dedup`] in PostgreSQL for several
//! processes, in `didit-auth/webhook-examples`.

#[cfg(feature = "axum")]
mod axum;
mod dedup;
mod memory;
mod outcome;
mod receiver;

pub use didit_api::webhooks::*;

pub use self::dedup::{Dedup, DedupFuture, LeaseState};
pub use self::memory::MemoryStore;
pub use self::outcome::Outcome;
pub use self::receiver::{Delivery, Receiver};
use crate::Error;
use crate::credentials::variable;

/// A [`Verifier`] with the secret in `DIDIT_WEBHOOK_SECRET`, without the blanks and line
/// ends around it. While a secret is changed, give both to [`Verifier::new`].
///
/// # Errors
///
/// The variable is not set, blank, or not Unicode. The error names it.
pub fn verifier_from_env() -> Result<Verifier, Error> {
    let secret = variable("DIDIT_WEBHOOK_SECRET")?.unwrap_or_else(|| String::new().into());
    let unusable = "not set, or blank: DIDIT_WEBHOOK_SECRET. The Didit console shows it";
    Verifier::with_secret(secret).map_err(|_| Error::configuration(unusable))
}
