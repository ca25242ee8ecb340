//! From settings to a [`Didit`].

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use didit_api::{Secret, Transport, TransportBuilder, auth};

use crate::authorizer::Authorizer;
use crate::clock::Clock;
use crate::credentials::variable;
use crate::error::Failure;
use crate::fetch::{Fetcher, Limits};
use crate::hosts::check_mix;
use crate::keys::Keys;
use crate::provider::Provider;
use crate::resources::{Resources, VERIFICATION_URL};
use crate::{Credentials, Didit, Error, TokenSource};

/// How much of the token endpoint's answer is read, in bytes. Real answers have
/// about a thousand.
const RESPONSE_LIMIT: usize = 64 * 1024;
const USER_AGENT: &str = concat!("didit-auth/", env!("CARGO_PKG_VERSION"));

impl Didit {
    /// Reads `DIDIT_API_KEY`, or `DIDIT_CLIENT_ID` and `DIDIT_CLIENT_SECRET`, or
    /// all three (see [`Credentials`] for what each serves), and, if set,
    /// `DIDIT_AUTH_URL` and, with the feature of a resource,
    /// `DIDIT_VERIFICATION_URL`; each without the blanks around it.
    ///
    /// # Errors
    ///
    /// When a variable is missing, empty or cannot be used; the error names it.
    pub fn from_env() -> Result<Self, Error> {
        let mut builder = Self::builder().credentials(Credentials::from_env()?);
        // The names in any case: they are what a user of the environment sets.
        for (host, name) in [
            (&mut builder.auth_url, "DIDIT_AUTH_URL"),
            (&mut builder.verification_url, "DIDIT_VERIFICATION_URL"),
        ] {
            *host = (name, variable(name)?.unwrap_or_else(|| host.1.clone()));
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
            provider: None,
            auth_url: ("auth_url", auth::Client::BASE_URL.into()),
            verification_url: ("verification_url", VERIFICATION_URL.into()),
            api_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            user_agent: USER_AGENT.to_owned(),
            limits: Limits {
                attempts: 3,
                request: Duration::from_secs(10),
                deadline: Duration::from_secs(30),
                first_pause: Duration::from_millis(200),
                longest_pause: Duration::from_secs(2),
                refresh_at: 0.5,
            },
        }
    }
}

/// What its user calls a URL, and the URL: not checked yet, it may hold a
/// password.
type Named = (&'static str, Secret);

/// Sets up a [`Didit`]. Only the credentials have no default.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until `build` is called"]
pub struct DiditBuilder {
    provider: Option<Provider>,
    limits: Limits,
    auth_url: Named,
    verification_url: Named,
    api_timeout: Duration,
    connect_timeout: Duration,
    user_agent: String,
}

impl DiditBuilder {
    /// A pair, an API key, or both; see [`Credentials`].
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.provider = Some(Provider::Fixed(credentials));
        self
    }

    /// Asks `provider` for the credentials: a secret manager, a file that is
    /// rotated. It may give a pair, an API key, or both.
    ///
    /// For a token it is asked at each fetch: a rotation is seen at the next one,
    /// within 60 s of a refusal, or at once by [`warm_up`](TokenSource::warm_up).
    /// For the API key it is asked once, by one caller while the others wait, for
    /// as long as the [`deadline`](Self::deadline) at most; and again when the API
    /// refuses the key, at most once in 60 s. A call that was refused is sent
    /// again if the key is another then. If the provider fails, the key stays.
    ///
    /// ```
    /// # use didit_auth::{Credentials, Didit};
    /// let didit = Didit::builder()
    ///     .credentials_from(|| async { Credentials::from_env() })
    ///     .build()?;
    /// # Ok::<(), didit_auth::Error>(())
    /// ```
    pub fn credentials_from<A, F, E>(mut self, provider: A) -> Self
    where
        A: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<Credentials, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        self.provider = Some(Provider::Asked(Arc::new(move || {
            let credentials = provider();
            Box::pin(async move { credentials.await.map_err(Into::into) })
        })));
        self
    }

    /// Where the token endpoint is: `https`, or `http` to loopback; with or
    /// without a trailing slash; a path prefix (a gateway) is kept.
    /// Default: `https://apx.didit.me`.
    pub fn auth_url(mut self, url: impl Into<String>) -> Self {
        self.auth_url.1 = Secret::from(url.into());
        self
    }

    /// Where the verification host is, as [`auth_url`](Self::auth_url).
    /// Default: `https://verification.didit.me`. Tokens and API
    /// keys are sent there and nowhere else.
    pub fn verification_url(mut self, url: impl Into<String>) -> Self {
        self.verification_url.1 = Secret::from(url.into());
        self
    }

    /// How long one call of the verification host may take. Default: 30 s.
    pub fn api_timeout(mut self, limit: Duration) -> Self {
        self.api_timeout = limit;
        self
    }

    /// How long connecting may take, TLS included. Default: 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long one request for a token may take, from connecting to the last byte of the
    /// answer. Default: 10 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limits.request = limit;
        self
    }

    /// How often a fetch of a token asks the endpoint at most. Default: 3;
    /// 1 turns retries off.
    pub fn attempts(mut self, most: u32) -> Self {
        self.limits.attempts = most;
        self
    }

    /// How long a fetch of a token may take, all attempts, their pauses and the
    /// provider of the credentials included. Default: 30 s. A caller waits as
    /// long for the fetch of another, at most, before it begins its own.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.limits.deadline = limit;
        self
    }

    /// The pause before another attempt: random, below `first` at first, below
    /// twice that then, never above `longest`. Default: 200 ms and 2 s. A
    /// longer `Retry-After` counts.
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.limits.first_pause = first;
        self.limits.longest_pause = longest;
        self
    }

    /// The part of a token's life after which it is replaced in the background,
    /// from 0 to 1. Default: 0.5, so that an outage of the token endpoint may
    /// last for half of a life unseen.
    pub fn refresh_at(mut self, part: f64) -> Self {
        self.limits.refresh_at = part;
        self
    }

    /// Your application's name and version, such as `shop/2.1`, to be added to
    /// the `User-Agent`.
    pub fn application(mut self, product: impl Into<String>) -> Self {
        self.user_agent = format!("{USER_AGENT} {}", product.into());
        self
    }

    /// Checks the settings. No network, no runtime needed.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used, or one host is on this machine and the other
    /// at the vendor's, unless the credentials are an API key alone and it is the
    /// token endpoint that is there: that is never called. The error names the
    /// setting.
    pub fn build(self) -> Result<Didit, Error> {
        let missing = "no credentials; give the builder `Credentials::api_key(…)` or `::new(…)`";
        let provider = self.provider.ok_or_else(|| Error::configuration(missing))?;
        if !(0.0..=1.0).contains(&self.limits.refresh_at) {
            return Err(Error::configuration("refresh_at: give a part of a life, from 0 to 1"));
        }
        let begin = |url: &Named, timeout| {
            let transport = Transport::builder(url.1.expose()).user_agent(&self.user_agent);
            transport.connect_timeout(self.connect_timeout).timeout(timeout)
        };
        // Twice a day at most: a connection kept until then would belong to a
        // runtime that may not be driven any more.
        let transport = begin(&self.auth_url, self.limits.request).idle_connections(0);
        let transport = transport.response_limit(RESPONSE_LIMIT);
        let endpoint = Box::new(finish(transport, self.auth_url.0)?);
        let transport = begin(&self.verification_url, self.api_timeout);
        let transport = finish(transport, self.verification_url.0)?;
        // Without a resource, the token endpoint is all that is called.
        if cfg!(feature = "api") {
            let hosts = [(self.auth_url.0, &*endpoint), (self.verification_url.0, &transport)];
            check_mix(hosts, provider.check_pair().is_ok())?;
        }
        let keys = Keys::new(provider.clone(), self.limits.deadline);
        let (limits, clock) = (self.limits, Clock::default());
        let source = TokenSource::new(Fetcher { endpoint, provider, limits, clock });
        let transport = transport.authorized(Authorizer { source: source.clone(), keys });
        Ok(Didit { source, resources: Resources::new(transport) })
    }
}

/// The transport, or an error in the words of the setting `name`.
fn finish(transport: TransportBuilder, name: &str) -> Result<Transport, Error> {
    transport.build().map_err(|error| {
        let message = format!("{name}: {error}");
        Failure { message, source: Some(error.into()), ..Failure::default() }.into()
    })
}
