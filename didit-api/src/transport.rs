//! Where requests go, through which HTTP client, on whose behalf.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect;

use crate::authorize::{Anonymous, Authorize};
use crate::base_url::{BaseUrl, BaseUrlError};
use crate::retry_policy::RetryPolicy;

/// A host, the HTTP client that reaches it, and the credentials for it.
///
/// The HTTP client is this crate's own. It follows no redirect (that would
/// carry credentials elsewhere), decompresses nothing (that would undo the
/// bound on what is read), keeps no cookies, and honours the environment's
/// proxies except for a loopback host, whatever features of reqwest the
/// application turns on. What is tried again is the [`RetryPolicy`]'s matter.
///
/// Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Transport {
    host: Arc<Host>,
    authorize: Arc<dyn Authorize>,
}

struct Host {
    base_url: String,
    name: String,
    is_loopback: bool,
    http: reqwest::Client,
    response_limit: usize,
    retry: RetryPolicy,
}

impl Transport {
    /// Begins a transport to `base_url`: `https`, or `http` to loopback. With
    /// or without a trailing slash; a path prefix is kept.
    pub fn builder(base_url: impl Into<String>) -> TransportBuilder {
        TransportBuilder {
            base_url: base_url.into(),
            authorize: Arc::new(Anonymous),
            http: http()
                .user_agent(concat!("didit-api/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(Duration::from_secs(5))
                .timeout(Duration::from_secs(30)),
            response_limit: 8 * 1024 * 1024,
            retry: RetryPolicy::default(),
        }
    }

    /// The same host, HTTP client and connections, on behalf of another.
    pub fn authorized(&self, authorize: impl Authorize) -> Self {
        Self { host: Arc::clone(&self.host), authorize: Arc::new(authorize) }
    }

    /// The base URL, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.host.base_url
    }

    /// The host's name, without port and path.
    pub fn host(&self) -> &str {
        &self.host.name
    }

    /// Whether the host is this machine: 127.0.0.0/8, `[::1]` or `localhost`.
    pub fn is_loopback(&self) -> bool {
        self.host.is_loopback
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.host.http
    }

    pub(crate) fn authorize(&self) -> &dyn Authorize {
        self.authorize.as_ref()
    }

    pub(crate) fn response_limit(&self) -> usize {
        self.host.response_limit
    }

    pub(crate) fn retry(&self) -> RetryPolicy {
        self.host.retry
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.host.base_url)
            .field("response_limit", &self.host.response_limit)
            .finish_non_exhaustive()
    }
}

/// What each HTTP client of this crate is: it follows no redirect, tries nothing again by
/// itself and decompresses nothing.
pub(crate) fn http() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
}

/// Sets up a [`Transport`]. Every setting has a default.
#[must_use = "nothing happens until `build` is called"]
pub struct TransportBuilder {
    base_url: String,
    authorize: Arc<dyn Authorize>,
    http: reqwest::ClientBuilder,
    response_limit: usize,
    retry: RetryPolicy,
}

impl TransportBuilder {
    /// Who supplies credentials. Default: nobody.
    pub fn authorize(mut self, authorize: impl Authorize) -> Self {
        self.authorize = Arc::new(authorize);
        self
    }

    /// How long connecting may take, TLS included. Default: 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.http = self.http.connect_timeout(limit);
        self
    }

    /// How long a request may take, from connecting to the last byte of its
    /// answer. A call is several requests if it is [retried](Self::retry), or if
    /// its credential was refused and replaced. Default: 30 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.http = self.http.timeout(limit);
        self
    }

    /// The `User-Agent`. Default: this crate's name and version.
    pub fn user_agent(mut self, value: impl Into<String>) -> Self {
        self.http = self.http.user_agent(value.into());
        self
    }

    /// How many bytes of an answer's body are read at most. Default: 8 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// How calls are tried again that may be. Default: three attempts within 60 s.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many connections are kept open after their calls, for the next ones.
    /// Default: all of them, for 90 s.
    ///
    /// A connection belongs to the runtime that opened it: while that one is
    /// not driven, a call from another runtime that is given the connection
    /// stalls for its whole timeout. With 0, any runtime may call at any time,
    /// and each call connects anew.
    pub fn idle_connections(mut self, most: usize) -> Self {
        self.http = self.http.pool_max_idle_per_host(most);
        self
    }

    /// Checks the settings. No network, no runtime needed.
    ///
    /// # Errors
    ///
    /// When the base URL is refused, or the HTTP client cannot be set up
    /// (a `User-Agent` that cannot stand in a header, no usable TLS library).
    pub fn build(self) -> Result<Transport, TransportBuildError> {
        let base =
            BaseUrl::parse(&self.base_url).map_err(|why| TransportBuildError::BaseUrl { why })?;
        let http = if base.is_loopback { self.http.no_proxy() } else { self.http };
        let host = Host {
            base_url: base.text,
            name: base.host,
            is_loopback: base.is_loopback,
            http: http
                .build()
                .map_err(|error| TransportBuildError::HttpClient { source: error.into() })?,
            response_limit: self.response_limit,
            retry: self.retry,
        };
        Ok(Transport { host: Arc::new(host), authorize: self.authorize })
    }
}

impl fmt::Debug for TransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the base URL: it is not checked yet and may hold a password.
        f.debug_struct("TransportBuilder")
            .field("response_limit", &self.response_limit)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Why a [`Transport`] could not be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportBuildError {
    /// The base URL was refused.
    #[non_exhaustive]
    BaseUrl {
        /// Why it was.
        why: BaseUrlError,
    },
    /// The HTTP client could not be set up; `source()` says why.
    #[non_exhaustive]
    HttpClient {
        /// What the HTTP client said.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl fmt::Display for TransportBuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl { why } => why.fmt(f),
            Self::HttpClient { .. } => f.write_str(
                "the HTTP client could not be set up; \
                 check the user agent and the TLS library",
            ),
        }
    }
}

impl StdError for TransportBuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::BaseUrl { .. } => None,
            Self::HttpClient { source } => Some(source.as_ref()),
        }
    }
}
