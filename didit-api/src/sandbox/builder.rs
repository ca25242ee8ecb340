//! The settings that a sandbox is started with.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::credentials::Credentials;
use super::documents::GIVEN;
use super::handle::Sandbox;
use super::outbox::Outbox;
use super::state::{Posting, Shared};
use super::throttle::Throttle;
use super::{documents, server};
use crate::generated::DOCUMENTS;
use crate::secret::Secret;

impl Sandbox {
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
            key: None,
            lifetime: None,
            port: 0,
            documents: Vec::new(),
            throttle: None,
            pace: Duration::from_millis(100),
            webhooks: Vec::new(),
            anywhere: false,
            timeout: Duration::from_secs(10),
            pauses: vec![Duration::from_secs(60), Duration::from_secs(240)],
        }
    }
}

/// The settings of a [`Sandbox`]; see [`Sandbox::builder`].
#[derive(Debug)]
#[must_use]
pub struct SandboxBuilder {
    id: String,
    secret: Secret,
    key: Option<Secret>,
    lifetime: Option<Duration>,
    port: u16,
    documents: Vec<String>,
    throttle: Option<(usize, Duration)>,
    pace: Duration,
    /// A URL may have a secret in it, too.
    webhooks: Vec<[Secret; 2]>,
    anywhere: bool,
    timeout: Duration,
    pauses: Vec<Duration>,
}

impl SandboxBuilder {
    /// The credentials to accept.
    pub fn credentials(mut self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.id = id.into();
        self.secret = secret.into();
        self
    }

    /// The API key to accept, if it is another than the client secret.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// How long a token lives, `expires_in` in the answer (whole seconds,
    /// rounded down). By default what the documented example says: a day.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Answers 429 to what is more than so many requests in any such span of time, with
    /// the headers that the vendor sends: `Retry-After`, `X-RateLimit-Limit`,
    /// `X-RateLimit-Remaining` and `X-RateLimit-Reset`. There is no limit by default.
    /// The vendor's are for a minute: 600 reads, 300 writes, 600 new sessions.
    pub fn rate_limit(mut self, requests: usize, within: Duration) -> Self {
        self.throttle = Some((requests, within));
        self
    }

    /// How long a session that has a scenario stays `Not Started`, and then `In
    /// Progress`; 100 ms by default, in real time.
    pub fn pace(mut self, pace: Duration) -> Self {
        self.pace = pace;
        self
    }

    /// Posts all events to this URL as well, signed with this secret: see
    /// [the module's text](super#webhooks). It is of this machine (127.0.0.0/8, `[::1]`,
    /// `localhost`) unless [`webhooks_anywhere`](Self::webhooks_anywhere) is called.
    pub fn webhook(mut self, url: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.webhooks.push([url.into().into(), secret.into()]);
        self
    }

    /// Lets webhooks leave the machine, those to the destinations that are created by
    /// the API too. The documents' examples of destinations are never posted to.
    pub fn webhooks_anywhere(mut self) -> Self {
        self.anywhere = true;
        self
    }

    /// How long the receiver of a webhook may take to answer, in real time. Default: 10 s;
    /// the vendor's is not documented.
    pub fn webhook_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long to wait before each retry of a webhook, in real time: as many as there
    /// are, so that none is tried again without any. By default the vendor's, 60 s and
    /// then 240 s.
    pub fn webhook_pauses(mut self, pauses: impl IntoIterator<Item = Duration>) -> Self {
        self.pauses = pauses.into_iter().collect();
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
    /// a security scheme that the sandbox cannot play. `InvalidInput`: a webhook's URL
    /// is of another machine, or none; or its secret is blank.
    pub fn start(self) -> io::Result<Sandbox> {
        let bundled = DOCUMENTS.iter().map(|(name, json)| ((*name).to_owned(), *json));
        let own = self.documents.iter().enumerate();
        let own = own.map(|(index, json)| (format!("{GIVEN}{index}"), json.as_str()));
        let operations = documents::read(bundled.chain(own))?;
        let credentials = Credentials {
            id: self.id,
            secret: self.secret,
            key: self.key,
            lifetime: self.lifetime,
            tokens: HashMap::new(),
            issued: 0,
        };
        let throttle = self.throttle.map(|(most, within)| Throttle::new(most, within));
        let (outbox, jobs) = Outbox::new(self.anywhere);
        let posting = Posting { timeout: self.timeout, pauses: self.pauses };
        let shared = Shared::new(operations, credentials, throttle, self.pace, posting, outbox);
        for [url, secret] in &self.webhooks {
            shared
                .lock()
                .service
                .subscribe(url.expose(), secret)
                .map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
        }
        let shared = Arc::new(shared);
        let (stop, stopped) = oneshot::channel();
        let (address, thread) = server::spawn(self.port, Arc::clone(&shared), jobs, stopped)?;
        let url = format!("http://{address}");
        Ok(Sandbox { url, shared, stop: Some(stop), thread: Some(thread) })
    }
}
