//! The API on a loopback port, for your own tests.
//!
//! A [`Sandbox`] is an HTTP server inside the test process. It plays the
//! documents that this crate is generated from: their paths, their security,
//! their request schemas and their example answers. It issues tokens and
//! accepts the ones that it issued. Nothing leaves the machine.
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
//! assert_eq!(sandbox.count("create_token"), 3);
//! assert_eq!(sandbox.tokens_issued(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! It needs no runtime, so it serves synchronous tests as well, and it runs on
//! real time: with tokio's time paused it answers as ever, while the client's
//! own time limits pass at once.
//!
//! # What it refuses
//!
//! | request | answer |
//! | --- | --- |
//! | Basic credentials missing, malformed or wrong | 401 `invalid_client`, `WWW-Authenticate` |
//! | bearer token missing, unknown, revoked or expired | 401 `invalid_token`, `WWW-Authenticate` |
//! | API key missing or wrong (it is the client secret) | the same, `invalid_api_key` |
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
//! kind by its number, that is used: 403 for 401, 422 for 400. Of a schema, every
//! keyword of OpenAPI 3.0 is checked but for `pattern`, and the formats of
//! numbers, times, URIs, addresses and UUIDs; what is `readOnly` or `writeOnly`
//! may be absent though it is required. Of a file in a multipart body, which is
//! `format: binary`, it is checked that there is one, and nothing else.
//! A document without an example is answered with the least that its schema
//! takes.

// A request's way: `server` reads it, `route` finds its operation among the
// `documents`, `state` notes it and has the test's own answer, if there is one;
// else `respond` makes it, after `request` has checked what was sent.
mod answer;
mod credentials;
mod documents;
mod multipart;
mod refusal;
mod request;
mod respond;
mod route;
mod server;
mod state;
mod texts;

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use std::{fmt, io};

use tokio::sync::oneshot;

pub use answer::Answer;
pub use state::Received;

use crate::Secret;
use crate::generated::DOCUMENTS;
use credentials::Credentials;
use state::Shared;

/// A running sandbox; dropping it closes its port and its connections.
pub struct Sandbox {
    url: String,
    shared: Arc<Shared>,
    /// Dropped to stop the server.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Sandbox {
    /// The client id that a sandbox accepts unless told otherwise.
    pub const CLIENT_ID: &str = "sandbox-client-id";
    /// The client secret, and the API key, that a sandbox accepts unless told
    /// otherwise.
    pub const CLIENT_SECRET: &str = "sandbox-client-secret";

    /// Starts a sandbox on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// No port or no thread is to be had.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// A sandbox with other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            id: Self::CLIENT_ID.to_owned(),
            secret: Secret::from(Self::CLIENT_SECRET),
            lifetime: None,
            port: 0,
            documents: Vec::new(),
        }
    }

    /// The base URL for every host of the documents, without a trailing slash:
    /// `http://127.0.0.1:49152`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Queues an answer. Each request takes the first one that is meant for it;
    /// when there is none, it is answered as documented.
    pub fn next(&self, answer: Answer) {
        if answer.times > 0 {
            self.shared.lock().answers.push_back(answer);
        }
    }

    /// Forgets the queued answers.
    pub fn answer_honestly(&self) {
        self.shared.lock().answers.clear();
    }

    /// Replaces the credentials, as a rotation does. Tokens that were issued
    /// for the old ones stay good until [`revoke_tokens`](Self::revoke_tokens).
    pub fn set_credentials(&self, client_id: impl Into<String>, client_secret: impl Into<Secret>) {
        let mut state = self.shared.lock();
        state.credentials.id = client_id.into();
        state.credentials.secret = client_secret.into();
    }

    /// Makes every token issued so far invalid.
    pub fn revoke_tokens(&self) {
        self.shared.lock().credentials.tokens.clear();
    }

    /// How many tokens were issued.
    pub fn tokens_issued(&self) -> usize {
        self.shared.lock().credentials.issued
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// How many requests arrived, whatever became of them. A request counts
    /// when its head has been read.
    pub fn requests(&self) -> usize {
        self.shared.lock().received.len()
    }

    /// How many requests arrived for one operation, `create_token` say.
    pub fn count(&self, operation_id: &str) -> usize {
        let state = self.shared.lock();
        let ids = state.received.iter().filter_map(|request| request.operation_id.as_deref());
        ids.filter(|id| *id == operation_id).count()
    }

    /// The requests in the order of their arrival, all since the start.
    pub fn received(&self) -> Vec<Received> {
        self.shared.lock().received.clone()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.take();
        // An error means that the server is gone already.
        self.thread.take().and_then(|thread| thread.join().ok());
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .field("requests", &self.requests())
            .field("connections", &self.connections())
            .field("tokens_issued", &self.tokens_issued())
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Sandbox`]; see [`Sandbox::builder`].
#[derive(Debug)]
#[must_use]
pub struct SandboxBuilder {
    id: String,
    secret: Secret,
    lifetime: Option<Duration>,
    port: u16,
    documents: Vec<String>,
}

impl SandboxBuilder {
    /// The credentials to accept.
    pub fn credentials(mut self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.id = id.into();
        self.secret = secret.into();
        self
    }

    /// How long a token lives, `expires_in` in the answer (whole seconds,
    /// rounded down). By default what the documented example says: a day.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// The port, instead of a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Plays an OpenAPI 3.0 document of your own as well, given as JSON. Its
    /// references may lead to the bundled documents: `auth.yaml#/components/…`.
    pub fn document(mut self, json: impl Into<String>) -> Self {
        self.documents.push(json.into());
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// No port or no thread is to be had; a document is not JSON, or asks for
    /// a security scheme that the sandbox cannot play.
    pub fn start(self) -> io::Result<Sandbox> {
        let bundled = DOCUMENTS.iter().map(|(name, json)| ((*name).to_owned(), *json));
        // No bundled document has a hyphen in its name.
        let own = self.documents.iter().enumerate();
        let own = own.map(|(index, json)| (format!("document-{index}"), json.as_str()));
        let operations = documents::read(bundled.chain(own))?;
        let credentials = Credentials {
            id: self.id,
            secret: self.secret,
            lifetime: self.lifetime,
            tokens: HashMap::new(),
            issued: 0,
        };
        let shared = Arc::new(Shared::new(operations, credentials));
        let (stop, stopped) = oneshot::channel();
        let (address, thread) = server::spawn(self.port, Arc::clone(&shared), stopped)?;
        let url = format!("http://{address}");
        Ok(Sandbox { url, shared, stop: Some(stop), thread: Some(thread) })
    }
}
