//! The settings that a sandbox is started with.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::credentials::Credentials;
use super::handle::Sandbox;
use super::state::Shared;
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
            key: self.key,
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
