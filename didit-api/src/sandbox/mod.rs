//! The API on a loopback port, for your own tests.
//!
//! A [`Sandbox`] is an HTTP server inside the test process. It plays the
//! documents that this crate is generated from: their paths, their security,
//! their request schemas and their example answers. It issues tokens and
//! accepts the ones that it issued, it remembers the sessions, users and
//! webhook destinations that were made, and it [sends webhooks](#webhooks).
//! Nothing leaves the machine unless [`SandboxBuilder::webhooks_anywhere`] is called.
//!
//! ```
//! use std::time::Duration;
//! use didit_api::sandbox::{Answer, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start()?;
//!
//! // Point the client under test here, with these credentials.
//! let ask = || {
//!     reqwest::Client::new()
//!         .post(format!("{}/auth/v2/token/", sandbox.url()))
//!         .basic_auth(Sandbox::CLIENT_ID, Some(Sandbox::CLIENT_SECRET))
//!         .form(&[("grant_type", "client_credentials")])
//!         .send()
//! };
//! assert_eq!(ask().await?.status(), 200);
//!
//! // Then make life hard for it.
//! sandbox.next(Answer::status(503).header("Retry-After", "7"));
//! sandbox.next(Answer::honest().delay(Duration::from_millis(50)));
//! assert_eq!(ask().await?.status(), 503);
//! assert_eq!(ask().await?.status(), 200);
//!
//! assert_eq!(sandbox.count("auth::create_token"), 3);
//! assert_eq!(sandbox.tokens_issued(), 2);
//! let body = sandbox.received().remove(0).body;
//! assert_eq!(body.unwrap()["grant_type"], "client_credentials");
//! sandbox.assert_consumed();
//! # Ok(())
//! # }
//! ```
//!
//! A client of this crate tries a read again by itself, so that one 503 is no error
//! of it. To see the error, let [`Answer::times`] be as many as its attempts, or turn
//! them off with [`RetryPolicy::none`](crate::RetryPolicy::none).
//!
//! It needs no runtime, so it serves synchronous tests as well, and it runs on
//! real time: with tokio's time paused it answers as ever, while the client's
//! own time limits pass at once.
//!
//! # What it remembers
//!
//! It begins with what the documents' examples speak of, so that each of their calls
//! works. What is created can be read, listed with filters and pages, changed and
//! deleted, and is 404 from then on. A session begins `Not Started`, and comes to a
//! decision in one of two ways:
//!
//! ```
//! use didit_api::sandbox::Sandbox;
//! # #[cfg(feature = "sessions")]
//! # async fn run(client: didit_api::sessions::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use didit_api::sessions::types::CreateSession;
//!
//! let sandbox = Sandbox::start()?;
//! # let workflow = "";
//! // The test says when, and what: `Sandbox::scenarios` has the names.
//! let session = client.create(CreateSession::new(workflow)).send().await?;
//! sandbox.finish(&session.session_id, "decline_document_expired");
//!
//! // Or it happens by itself, a little later: `SandboxBuilder::pace`.
//! let wanted = CreateSession::new(workflow).sandbox_scenario("approve");
//! let session = client.create(wanted).send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! The results are those of the documents' example of a decision, about its person,
//! and its media URLs lead to the sandbox. It goes no further than this: scenarios of
//! wallets and of look-ups without documents are unknown to it, a list is filtered
//! by what its rows say, a token that shares a session is not looked at, and
//! the checks without a session answer with their first example each.
//!
//! # Webhooks
//!
//! What happens to a session is posted to the URLs that the sandbox is given, and to the
//! destinations that are created by its API and ask for it: `status.updated`, and
//! `data.updated` after a correction; after a change of a user `user.status.updated`.
//! Body, signatures and headers are the vendor's, and so are the two retries after a 5xx,
//! a 404 or no answer. They are posted one after another, and each is waited for.
//!
//! ```
//! use didit_api::sandbox::Sandbox;
//! use didit_api::webhooks::Verifier;
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Your receiver.
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let url = format!("http://{}/webhooks", listener.local_addr()?);
//! # tokio::spawn(async move {
//! #     while let Ok((mut stream, _)) = listener.accept().await {
//! #         let _ = stream.read(&mut [0; 1 << 16]).await;
//! #         let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
//! #     }
//! # });
//! let sandbox = Sandbox::builder().webhook(url, Sandbox::WEBHOOK_SECRET).start()?;
//!
//! // `Sandbox::finish` would do as well. And what nobody may believe; there are
//! // `send_stale` and `send_replay`, too:
//! sandbox.send_test();
//! sandbox.webhooks_settled().await;
//! let delivery = sandbox.deliveries().remove(0);
//! sandbox.send_tampered(&delivery);
//! sandbox.webhooks_settled().await;
//!
//! // Each attempt is kept, with what was answered.
//! let [genuine, forged] = &sandbox.deliveries()[..] else { panic!() };
//! assert_eq!(forged.status, Ok(400));
//! let verifier = Verifier::with_secret(Sandbox::WEBHOOK_SECRET)?;
//! assert!(verifier.verify(&genuine.headers, &genuine.body)?.is_test());
//! assert!(verifier.verify(&forged.headers, &forged.body).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! A session of the first version is told of in the first version's form, all else in the
//! third's; the `webhook_version` of a destination changes nothing. They are posted to
//! this machine only, unless [`SandboxBuilder::webhooks_anywhere`] is called; to a
//! destination elsewhere, as those of the documents' examples are, nothing is posted. The
//! destination that the builder is given is one of the API's too, and the API shows the
//! deliveries, and sends one again; its figures on them stay as they are. Other events
//! than these, and one for the creation of a session, are not sent.
//!
//! # What it refuses
//!
//! | request | answer |
//! | --- | --- |
//! | Basic credentials missing, malformed or wrong | 401 `invalid_client`, `WWW-Authenticate` |
//! | bearer token missing, unknown, revoked or expired | 401 `invalid_token`, `WWW-Authenticate` |
//! | API key missing or wrong (by default it is the client secret) | 403, or 401 where the document has that |
//! | what does not exist, or no longer | 404 |
//! | what its state does not allow: a report before a decision, a name that is taken | as documented |
//! | too many requests, after [`SandboxBuilder::rate_limit`] | 429, `Retry-After`, `X-RateLimit-…` |
//! | another grant | 400 `unsupported_grant_type` |
//! | a parameter or body against its schema, a required one missing | 400 `invalid_request` |
//! | a content type that is not documented | 415 |
//! | a multipart body that is malformed or breaks off; a text for a file, or the reverse | 400 `invalid_request` |
//! | a body of more than 1 MiB, or a multipart one of more than 64 MiB | 413 |
//! | another method on a known path | 405, `Allow` |
//! | a path without its last slash | 301, `Location` |
//! | an unknown path | 404 |
//!
//! The body of an error is the document's example for that status, with
//! `error`, `error_description`, `detail` and `message`, where it has them,
//! saying what is wrong. Where the document knows another status of the same
//! kind by its number or by the name of an example, that is used: 403 for 401, 422 for
//! 400. Of a schema, every
//! keyword of OpenAPI 3.0 is checked but for `pattern`, and the formats of
//! numbers, times, URIs, addresses and UUIDs; what is `readOnly` or `writeOnly`
//! may be absent though it is required. Of a file in a multipart body, which is
//! `format: binary`, it is checked that there is one, and nothing else.
//! A document without an example is answered with the least that its schema
//! takes.

// ```text
// documents ──► documents: a table of operations
//                   │
// request ──► server ──► route: which operation ──► state: noted by `received`,
//                                                     │    and redacted
//                    an answer of the test's own ◄────┤
//                                                     ▼
//             respond ◄── request: credentials, parameters, and the `body` as a
//                │                 value (`texts`, `multipart`) by its schema
//                ├─────► service: what the vendor's own does with sessions and the
//                │         rest, on `resources` and `records`, which know REST
//                ▼         and nothing of the vendor; `seeds` is where it begins
//     answer: the document's example, as the records are, or a refusal in its words
//
// service ──► outbox ──► poster: each as `signed`, and again ──► state: a `delivery`
// ```
//
// `handle`, `builder` and `webhooks` are what a test holds. What knows of schemas and
// references but not of requests is in `crate::openapi`.
mod answer;
mod body;
mod builder;
mod credentials;
mod delivery;
mod documents;
mod handle;
mod media;
mod multipart;
mod outbox;
mod poster;
mod received;
mod records;
mod refusal;
mod request;
mod resources;
mod respond;
mod route;
mod seeds;
mod server;
mod service;
mod shown;
mod signed;
mod state;
mod texts;
mod throttle;
mod webhooks;

pub use answer::Answer;
pub use builder::SandboxBuilder;
pub use delivery::Delivery;
pub use handle::Sandbox;
pub use received::Received;
