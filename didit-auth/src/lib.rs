//! Credentials for [Didit](https://didit.me), the identity-verification service:
//! an API key or a client id with its secret in, signed calls and access tokens
//! out. Unofficial.
//!
//! # With an API key
//!
//! Set `DIDIT_API_KEY` to the key that the Didit console shows. That is all for
//! the operations that take `x-api-key`:
//!
//! ```no_run
//! # fn run() -> Result<(), didit_auth::Error> {
//! let didit = didit_auth::Didit::from_env()?; // no network I/O, no runtime needed
//! let host = didit.transport(); // puts the key on each call whose operation takes one
//! # let _ = host; Ok(())
//! # }
//! ```
//!
//! # With a client id and its secret
//!
//! Set `DIDIT_CLIENT_ID` and `DIDIT_CLIENT_SECRET`. They serve every operation:
//! they get the bearer token, and the vendor takes the secret as the API key.
//!
//! ```no_run
//! # async fn run() -> Result<(), didit_auth::Error> {
//! let didit = didit_auth::Didit::from_env()?; // no network I/O yet
//! let token = didit.token().await?; // one request, then kept while it is good
//! println!("good for {:?}", token.remaining());
//! // `token.header()` is the Authorization header of your next request.
//! # Ok(())
//! # }
//! ```
//!
//! Build one [`Didit`] at start, clone it wherever it is needed, and ask it for
//! the token each time: while that is good it takes no lock and sends nothing.
//!
//! # Which call needs what
//!
//! | call | needs | sends |
//! | --- | --- | --- |
//! | an operation that takes `x-api-key`: the vendor's `/v3/` | the key, or the pair | `x-api-key` and no `Authorization` |
//! | an operation that takes Bearer: `sessions_v1` | the pair | `Authorization: Bearer …` |
//! | [`Didit::token`] | the pair | `Authorization: Basic …`, to the token endpoint only |
//!
//! A call whose credential is not there fails before anything is sent, and says
//! how to give it. An operation that takes another scheme gets neither the key nor
//! the token.
//!
//! In code, [`Credentials::api_key`] and [`Credentials::new`] stand for the two;
//! [`Credentials::with_api_key`] puts a key beside a pair. Whoever makes their own
//! HTTP calls gets the headers of [`Credentials::api_key_header`] and
//! [`Credentials::basic_header`], marked sensitive; whoever uses a generated client
//! alone gives its transport [`ApiKey`], [`Bearer`] or [`Basic`].
//!
//! # Environment
//!
//! | variable | what | needed |
//! | --- | --- | --- |
//! | `DIDIT_API_KEY` | the API key; where it is set, it is what goes as `x-api-key` | unless the pair is set |
//! | `DIDIT_CLIENT_ID`, `DIDIT_CLIENT_SECRET` | the pair; one without the other is an error | unless the key is set |
//! | `DIDIT_AUTH_URL` | the token endpoint's host | no: `https://apx.didit.me` |
//! | `DIDIT_VERIFICATION_URL` | the verification host | no: `https://verification.didit.me` |
//! | `DIDIT_WEBHOOK_SECRET` | what webhooks are signed with | by `webhooks::verifier_from_env` alone |
//!
//! Blanks and line ends around a value are dropped. One host on loopback with the
//! other at the vendor's is refused with the feature of a resource, so that no test
//! reaches production by accident; set both. With a key alone the verification host
//! is enough, because nothing calls the other.
//!
//! # A token's life
//!
//! ```text
//! sent         half of its life, less jitter          30 s before its end    end
//!  |----------------------|-------------------------------------|-------------|
//!       fresh: returned       stale: returned at once,             unusable:
//!                             and replaced in the background       callers wait
//! ```
//!
//! - Life is `expires_in`, counted from just before the request was sent. A
//!   token is used only while the monotonic *and* the wall clock say so: neither
//!   a clock set back nor a suspended machine prolongs it.
//! - There is one fetch at a time, and it belongs to nobody: however many
//!   callers wait, one request is sent, and a caller that gives up leaves the
//!   fetch to the others. All of them get its result.
//! - Nobody waits for a fetch for longer than its deadline, by their own clock.
//!   One that its runtime leaves alone is written off before that; see *Several
//!   runtimes*.
//! - Staleness is acted on at use. An idle process sends nothing and runs no
//!   task. A replacement that fails never displaces a usable token; it is tried
//!   again after 30 s, 60 s, and so on, up to five minutes.
//! - [`TokenSource::reject`] is for an API that answers 401: the token is not
//!   used again by anybody, once in 30 s at most.
//!
//! # Calls that sign themselves
//!
//! With the feature of a resource, such as `sessions`, the method of that name,
//! `didit.sessions()`, is its generated client; `v3` turns all of today's on. It attaches what the
//! operation takes. A token that is answered with 401 is reported, and the call
//! sent once more with the next one. An API key of a
//! [provider](DiditBuilder::credentials_from) that is refused is asked for again,
//! at most once in 60 s and by one caller for all, and the call sent once more if
//! it is another then. A fixed key is final.
//!
//! # Webhooks
//!
//! The other direction, with the feature `webhooks`: the module of that name verifies
//! what the vendor posts to your service, and sees to it that each event is handled once.
//! It needs no credentials.
//!
//! # Several runtimes
//!
//! A fetch is a task on the runtime of the caller that began it. That runtime may
//! end, and then whoever waits on another begins anew there. It may also stand
//! still: a thread that calls `block_on` job by job drives nothing in between, and
//! neither does one that a handler blocks. A fetch that nobody has driven for half
//! of the time of a request (5 s by default) is written off as soon as somebody
//! needs a token, who then fetches on their own runtime; what the old one brings
//! later changes nothing.
//!
//! The token endpoint is asked on a new connection each time, since it is asked
//! twice a day. Calls of the API keep their connections for the next ones, and
//! there a connection belongs to the runtime that opened it: a call from another
//! that is given it makes no progress while the first stands still, and ends in
//! a timeout. Make API calls from one runtime that is driven all the time; where
//! that cannot be, give each runtime a [`Didit`] of its own.
//!
//! # What can go wrong, and what callers see
//!
//! | what happens | attempts | callers get | and then |
//! | --- | --- | --- | --- |
//! | cannot connect, the connection breaks, time runs out, 408, 429, 5xx | 3, with pauses | [`Connect`], [`Timeout`], [`Throttled`], [`Unavailable`] | the same error for 1 s, 2 s, … 30 s, or as long as `Retry-After` asks, up to an hour |
//! | 501, 505 | 1 | [`Unavailable`] | the same error for 60 s, whatever `Retry-After` asks, then one probe |
//! | 400, 401, 403, another 4xx | 1 | [`Rejected`] with status and code | likewise |
//! | a redirect; it is never followed | 1 | [`Redirected`], naming the target's host | likewise |
//! | a success that is no token | 1 | [`Malformed`], saying what is wrong with it | likewise |
//! | no trusted TLS | 1 | [`Tls`] | likewise |
//! | the provider of the credentials fails or panics | 3 | [`Credentials`](ErrorKind::Credentials) | as for *cannot connect* |
//! | a setting or variable cannot be used | 0 | [`Configuration`], naming it | |
//! | there is an API key alone | 0 | [`Configuration`] | |
//! | no tokio runtime, or the caller's own ends | 0 | [`Runtime`] | the next caller begins anew |
//!
//! While a token is usable, none of this is seen by anybody. No error is final:
//! a secret that is rotated or a service that heals is noticed by itself.
//!
//! An error says what to do in our words. Of the server's it has the code alone,
//! such as `invalid_client`: the rest of a body may echo the credentials, in any
//! encoding, or hold a token.
//!
//! # Defaults, and how to change them
//!
//! | what | default | change |
//! | --- | --- | --- |
//! | token endpoint | `https://apx.didit.me` | [`auth_url`](DiditBuilder::auth_url) |
//! | connecting, TLS included | 5 s | [`connect_timeout`](DiditBuilder::connect_timeout) |
//! | verification host | `https://verification.didit.me` | [`verification_url`](DiditBuilder::verification_url) |
//! | a call of the API | 30 s | [`api_timeout`](DiditBuilder::api_timeout) |
//! | one attempt | 10 s | [`timeout`](DiditBuilder::timeout) |
//! | attempts of a fetch | 3 | [`attempts`](DiditBuilder::attempts) |
//! | a whole fetch | 30 s | [`deadline`](DiditBuilder::deadline) |
//! | pause between attempts | random, below 200 ms, then 400 ms, at most 2 s | [`pauses`](DiditBuilder::pauses) |
//! | replaced ahead of time | at half of its life, less a random tenth (5 min at most) | [`refresh_at`](DiditBuilder::refresh_at) |
//! | credentials | fixed | [`credentials_from`](DiditBuilder::credentials_from): asked at each fetch of a token, and when a key is refused |
//! | margin before the end | 30 s, half of the life at most | fixed |
//! | size of an answer | 64 KiB | fixed |
//!
//! # What it does not do
//!
//! - It writes nothing to disk, and reads nothing but the variables named here.
//! - It follows no redirect, and sends the credentials nowhere but to the
//!   configured hosts; plain `http` to loopback only.
//! - It cannot wipe what others copy: the buffers of the HTTP client and of TLS.
//!   Its own copies of the secret are wiped on drop.
//! - It promises no token for `/v3/` calls, which the vendor documents with
//!   `x-api-key`: those need the key, or the pair in its place.
//!
//! # Logs
//!
//! `tracing` events with target `didit_auth`: each request (attempt, latency,
//! failure), each fetch (generation, lifetime, failure), each time that a
//! provider gave no API key, what is remembered, what the API rejected, and each
//! webhook that was refused or withheld, or whose handler or store failed. Never a
//! token, a hash of one, a secret, or what a webhook says of anybody. They are emitted
//! outside of every lock: a subscriber may itself ask for a token.
//!
//! [`Configuration`]: ErrorKind::Configuration
//! [`Connect`]: ErrorKind::Connect
//! [`Malformed`]: ErrorKind::Malformed
//! [`Redirected`]: ErrorKind::Redirected
//! [`Rejected`]: ErrorKind::Rejected
//! [`Runtime`]: ErrorKind::Runtime
//! [`Throttled`]: ErrorKind::Throttled
//! [`Timeout`]: ErrorKind::Timeout
//! [`Tls`]: ErrorKind::Tls
//! [`Unavailable`]: ErrorKind::Unavailable
// The code of both README files compiles.
#![cfg_attr(doctest, doc = concat!(include_str!("../README.md"), include_str!("../../README.md")))]

mod answer;
mod authorizer;
mod body;
mod builder;
mod caught;
mod clock;
mod credentials;
mod didit;
mod endpoint;
mod error;
mod fetch;
mod flight;
mod hosts;
mod keys;
mod provider;
mod resources;
mod source;
mod token;
#[cfg(feature = "webhooks")]
pub mod webhooks;

/// The target of all events.
const LOG: &str = "didit_auth";

pub use didit_api as api;
// Fixed credentials for whoever uses a generated client without `Didit`.
pub use didit_api::{ApiKey, Basic, Bearer};

pub use crate::builder::DiditBuilder;
pub use crate::credentials::Credentials;
pub use crate::didit::Didit;
pub use crate::error::{BoxError, Error, ErrorKind};
pub use crate::source::TokenSource;
pub use crate::token::Token;
