//! The Didit identity-verification API as Rust types and calls. Unofficial.
//!
//! Generated from hand-maintained OpenAPI documents, one module for each:
//!
//! | module | host | calls |
//! | --- | --- | --- |
//! | [`auth`] | `https://apx.didit.me` | [`create_token`](auth::Client::create_token): client credentials in, an access token out |
//! | `sessions` | `https://verification.didit.me` | verification sessions: a link for the person, and what came of it |
//! | `checks` | the same | one check at a time, without a session |
//! | `users` | the same | the people whom sessions were about |
//! | `webhook_destinations` | the same | where webhooks are sent, and what became of each |
//! | `management` | the same | workflows, the balance, health |
//! | `questionnaires` | the same | the questions that workflows ask |
//! | `sessions_v1` | the same | verification sessions of the first version, which take a bearer token |
//! | `webhooks` | yours | none: what the service posts to a webhook |
//!
//! Each but `auth` stands behind the feature of its name.
//!
//! Most programs want the crate `didit-auth` instead: it holds the
//! credentials, keeps the token and signs each call. This crate alone is the
//! wire: a [`Client`](auth::Client) sends through a [`Transport`], and whoever
//! implements [`Authorize`] supplies the credentials.
//!
//! ```
//! use didit_api::auth::types::{GrantType, TokenRequest};
//! use didit_api::{Basic, ErrorKind, Transport, auth};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = Basic::new("id", "secret");
//! let transport = Transport::builder(auth::Client::BASE_URL).authorize(credentials).build()?;
//! let form = TokenRequest::new(GrantType::ClientCredentials);
//! match auth::Client::new(transport).create_token(form).send().await {
//!     Ok(answer) => println!("{:?} seconds", answer.expires_in),
//!     Err(error) if error.kind() == ErrorKind::Unauthorized => println!("Who are you?"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Credentials
//!
//! [`Basic`], [`Bearer`] and [`ApiKey`] sign calls with what never changes. Whoever
//! has something that does, a key in a vault say, implements [`Authorize`].
//!
//! # Errors
//!
//! Every call fails with [`Error`]: [`kind`](Error::kind) for a program,
//! `Display` for a log, [`message`](Error::message) for whoever may see what the
//! API said, and [`body`](Error::body) and [`response`](Error::response) for the
//! rest.
//!
//! # Retries and logs
//!
//! Calls that read are tried again, and so are writes that are documented to be
//! safe; see [`RetryPolicy`]. Each call is a `tracing` span `call` of the target
//! `didit_api` with `operation`, `host`, `attempt`, `status`, `error` and
//! `latency_ms`. It never holds a path, a query, a header or a body.
//!
//! # Files
//!
//! A call with files takes them as [`File`]: from memory, from a path, or from a
//! stream. They are sent as `multipart/form-data`, with a `Content-Length` unless
//! a stream does not tell its length; a file from a path is never in memory as a
//! whole. Such a call is never sent twice, and the transport's
//! [timeout](TransportBuilder::timeout) runs while its files are sent.
//!
//! # Downloads
//!
//! A report is a [`ByteStream`], and so is what is behind a media URL of a decision
//! ([`Transport::download`]: no credential, no redirect). [`ByteStream::save`] writes
//! it to a file whole, or not at all.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `rustls` | yes | TLS by rustls, certificates by the platform's verifier |
//! | `native-tls` | | TLS by the operating system's library |
//! | `schemars` | | `schemars::JsonSchema` (1.x) on the generated types |
//! | `sessions`, `checks`, `users`, `webhook_destinations`, `management`, `questionnaires`, `sessions_v1` | | the module of that name; `checks` turns `sessions` on |
//! | `v3` | | all of them but `sessions_v1` |
//! | `webhooks` | | the module `webhooks`: verifies and reads what the API sends to you |
//! | `sandbox` | | the module `sandbox`: the API on a loopback port, for your own tests; turns `webhooks` on |
//!
//! # reqwest
//!
//! Calls go through [`reqwest`] 0.13, which is re-exported. Of its own types none is
//! part of this crate's interface. What is: [`StatusCode`](reqwest::StatusCode),
//! [`HeaderMap`](reqwest::header::HeaderMap) and
//! [`HeaderValue`](reqwest::header::HeaderValue), which are those of the crate
//! `http` 1. A major release of reqwest on the same `http` changes the re-export and
//! the features `rustls` and `native-tls`, and nothing else that you can name; this
//! crate takes it with a minor release of its own. One on another `http` would make
//! a major release here.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[rustfmt::skip]
#[allow(
    missing_docs,
    rustdoc::all,
    clippy::all,
    clippy::pedantic,
    unused_imports,
    unused_mut,
    unused_qualifications,
    unreachable_pub,
    reason = "generator output: what is wrong in it is mended in the document, the lowering or the generator"
)]
mod generated;

mod authorize;
mod base_url;
mod credential;
#[cfg(feature = "sessions")]
mod decision;
mod file;
#[cfg(feature = "schemars")]
mod json_schema;
mod operation;
mod pieces;
mod retry_policy;
mod seconds;
mod secret;
#[cfg(any(feature = "sessions", feature = "webhooks"))]
mod status_group;
mod transport;
#[cfg(feature = "sessions")]
mod waiting;

#[cfg(feature = "sandbox")]
#[allow(unreachable_pub, reason = "the workshop takes these files as a module of its own")]
mod openapi;
pub mod runtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "webhooks")]
pub mod webhooks;

pub use authorize::{Authorization, Authorize};
pub use base_url::BaseUrlError;
pub use credential::{ApiKey, Basic, Bearer};
pub use file::File;
pub use generated::auth;
#[cfg(feature = "checks")]
pub use generated::checks;
#[cfg(feature = "management")]
pub use generated::management;
#[cfg(feature = "questionnaires")]
pub use generated::questionnaires;
#[cfg(feature = "sessions")]
pub use generated::sessions;
#[cfg(feature = "sessions_v1")]
pub use generated::sessions_v1;
#[cfg(feature = "users")]
pub use generated::users;
#[cfg(feature = "webhook_destinations")]
pub use generated::webhook_destinations;
pub use operation::{Operation, Retry, Scheme};
pub use reqwest;
pub use retry_policy::RetryPolicy;
pub use runtime::{
    ByteStream, Error, ErrorBody, ErrorKind, ListStream, RateLimit, ResponseProblem, ResponseValue,
};
pub use seconds::Seconds;
pub use secret::Secret;
#[cfg(any(feature = "sessions", feature = "webhooks"))]
pub use status_group::StatusGroup;
pub use transport::{Transport, TransportBuildError, TransportBuilder};
