//! The part that keeps the token.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use didit_api::auth::types::GrantType;
use didit_api::{Authorization, Authorize, Operation, Scheme, Transport, auth};
use tokio::sync::Mutex;

use crate::{Credentials, Error, Token, answer};

/// A token is not served in the last of its life: what is left must suffice
/// for the call that it goes with. At most half of the life.
const MARGIN: Duration = Duration::from_secs(30);

/// Gets a token when one is needed and keeps it while it is good.
///
/// For those who make their own HTTP calls; [`Didit`](crate::Didit) has one
/// inside. Cheap to clone; clones share the token.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    credentials: Credentials,
    client: auth::Client,
    base_url: String,
    token: Mutex<Option<Token>>,
}

impl TokenSource {
    pub(crate) fn new(credentials: Credentials, transport: Transport) -> Self {
        Self(Arc::new(Inner {
            credentials,
            base_url: transport.base_url().to_owned(),
            client: auth::Client::new(transport),
            token: Mutex::default(),
        }))
    }

    /// The token: from memory while it is good, else from the endpoint.
    ///
    /// # Errors
    ///
    /// When a token is needed and cannot be had; see [`ErrorKind`](crate::ErrorKind).
    pub async fn token(&self) -> Result<Token, Error> {
        let mut kept = self.0.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| is_good(token)) {
            return Ok(token.clone());
        }
        let token = self.fetch().await?;
        *kept = Some(token.clone());
        Ok(token)
    }

    async fn fetch(&self) -> Result<Token, Error> {
        let sent = Instant::now();
        let answer = self
            .0
            .client
            .create_token()
            .body_map(|form| form.grant_type(GrantType::ClientCredentials))
            .send()
            .await;
        answer::read(answer, sent, &self.0.base_url, &self.0.credentials)
    }
}

fn is_good(token: &Token) -> bool {
    token.remaining() > MARGIN.min(token.lifetime() / 2)
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("base_url", &self.0.base_url)
            .field("credentials", &self.0.credentials)
            .finish_non_exhaustive()
    }
}

/// Signs the token request itself.
#[derive(Debug)]
pub(crate) struct Basic(pub(crate) Credentials);

impl Authorize for Basic {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        Box::pin(async move {
            match scheme {
                Scheme::Basic => Ok(Some(self.0.basic()?)),
                _ => Ok(None),
            }
        })
    }
}
