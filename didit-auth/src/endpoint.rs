//! The token endpoint, asked once.

use std::pin::Pin;

use didit_api::auth::types::{GrantType, TokenRequest, TokenResponse};
use didit_api::{Basic, Transport, auth};

use crate::{Credentials, Error, answer};

/// What the endpoint said to one request.
pub(crate) type Asked<'a> = Pin<Box<dyn Future<Output = Result<TokenResponse, Error>> + Send + 'a>>;

/// One request, one answer: what tests of time replace.
pub(crate) trait Endpoint: Send + Sync {
    fn ask<'a>(&'a self, credentials: &'a Credentials) -> Asked<'a>;
}

/// The generated call.
impl Endpoint for Transport {
    fn ask<'a>(&'a self, credentials: &'a Credentials) -> Asked<'a> {
        Box::pin(async move {
            let (id, secret) = credentials.pair()?;
            let answer = auth::Client::new(self.authorized(Basic::new(id, secret.clone())))
                .create_token(TokenRequest::new(GrantType::ClientCredentials))
                .send()
                .await;
            answer::read(answer, self.base_url(), credentials)
        })
    }
}
