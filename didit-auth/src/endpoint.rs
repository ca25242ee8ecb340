//! The token endpoint, asked once.

use std::pin::Pin;

use didit_api::auth::types::{GrantType, TokenRequest, TokenResponse};
use didit_api::reqwest::header::HeaderValue;
use didit_api::{Authorization, Authorize, Operation, Scheme, Transport, auth};

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
            let answer = auth::Client::new(self.authorized(Basic(credentials.basic_header()?)))
                .create_token(TokenRequest::new(GrantType::ClientCredentials))
                .send()
                .await;
            answer::read(answer, self.base_url(), credentials)
        })
    }
}

/// Signs the token request.
#[derive(Debug)]
struct Basic(HeaderValue);

impl Authorize for Basic {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        Box::pin(async move { Ok((scheme == Scheme::Basic).then(|| self.0.clone())) })
    }
}
