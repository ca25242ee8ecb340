//! The entry: configuration in, tokens out.

use std::fmt;
use std::time::Duration;

use didit_api::{Transport, TransportBuildError, auth};

use crate::credentials::variable;
use crate::source::Basic;
use crate::{Credentials, Error, ErrorKind, Token, TokenSource};

/// How much of the token endpoint's answer is read, in bytes. Real answers have
/// about a thousand.
const RESPONSE_LIMIT: usize = 64 * 1024;

/// Didit, ready to be called: credentials, hosts, and the token they give.
///
/// Making one does no network I/O, spawns nothing and needs no runtime. Cheap
/// to clone; clones share token and connections.
#[derive(Clone, Debug)]
pub struct Didit {
    source: TokenSource,
}

impl Didit {
    /// Reads `DIDIT_CLIENT_ID`, `DIDIT_CLIENT_SECRET` and, if set,
    /// `DIDIT_AUTH_URL`, each without the blanks around it.
    ///
    /// # Errors
    ///
    /// When a variable is missing, empty or cannot be used; the error names it.
    pub fn from_env() -> Result<Self, Error> {
        let mut builder = Self::builder().credentials(Credentials::from_env()?);
        if let Some(url) = variable("DIDIT_AUTH_URL")? {
            builder.auth_url = Setting { name: "DIDIT_AUTH_URL", value: url.to_string() };
        }
        builder.build()
    }

    /// Uses the vendor's hosts and reads nothing from the environment.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be set up.
    pub fn new(credentials: Credentials) -> Result<Self, Error> {
        Self::builder().credentials(credentials).build()
    }

    /// Begins with the vendor's hosts and the default limits.
    pub fn builder() -> DiditBuilder {
        DiditBuilder {
            credentials: None,
            auth_url: Setting { name: "auth_url", value: auth::BASE_URL.to_owned() },
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
            application: None,
        }
    }

    /// The access token: from memory while it is good, else from the endpoint.
    ///
    /// # Errors
    ///
    /// When a token is needed and cannot be had; see [`ErrorKind`].
    pub async fn token(&self) -> Result<Token, Error> {
        self.source.token().await
    }

    /// The part that keeps the token, for those who make their own HTTP calls.
    pub fn token_source(&self) -> &TokenSource {
        &self.source
    }
}

/// A setting and what its user calls it.
#[derive(Clone)]
struct Setting {
    name: &'static str,
    value: String,
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the value: it is not checked yet and may hold a password.
        f.write_str(self.name)
    }
}

/// Sets up a [`Didit`]. Only the credentials have no default.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until `build` is called"]
pub struct DiditBuilder {
    credentials: Option<Credentials>,
    auth_url: Setting,
    connect_timeout: Duration,
    timeout: Duration,
    application: Option<String>,
}

impl DiditBuilder {
    /// The client id and the client secret.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Where the token endpoint is: `https`, or `http` to loopback; with or
    /// without a trailing slash; a path prefix (a gateway) is kept.
    /// Default: `https://apx.didit.me`.
    pub fn auth_url(mut self, url: impl Into<String>) -> Self {
        self.auth_url.value = url.into();
        self
    }

    /// How long connecting may take, TLS included. Default: 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long one request may take, from connecting to the last byte of the
    /// answer. Default: 10 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Your application's name and version, such as `shop/2.1`, to be added to
    /// the `User-Agent`.
    pub fn application(mut self, product: impl Into<String>) -> Self {
        self.application = Some(product.into());
        self
    }

    /// Checks the settings. No network, no runtime needed.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used; the error names it.
    pub fn build(self) -> Result<Didit, Error> {
        let credentials = self.credentials.ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                "credentials are missing; give some to the builder",
            )
        })?;
        let mut user_agent = concat!("didit-auth/", env!("CARGO_PKG_VERSION")).to_owned();
        if let Some(product) = &self.application {
            user_agent.push(' ');
            user_agent.push_str(product);
        }
        let transport = Transport::builder(self.auth_url.value)
            .authorize(Basic(credentials.clone()))
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .user_agent(user_agent)
            .response_limit(RESPONSE_LIMIT)
            .build()
            .map_err(|error| match error {
                TransportBuildError::BaseUrl(fault) => {
                    Error::new(ErrorKind::Configuration, format!("{}: {fault}", self.auth_url.name))
                }
                error => Error::new(ErrorKind::Configuration, error.to_string()).with_source(error),
            })?;
        Ok(Didit { source: TokenSource::new(credentials, transport) })
    }
}
