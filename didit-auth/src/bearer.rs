//! The access token on calls of the API.

use didit_api::reqwest::header::HeaderValue;
use didit_api::{Authorization, Authorize, Operation, Scheme};

use crate::TokenSource;

/// Signs calls with the token of a source, and tells it of rejections.
#[derive(Debug)]
pub(crate) struct Bearer(pub(crate) TokenSource);

impl Authorize for Bearer {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        Box::pin(async move {
            match scheme {
                Scheme::Bearer => Ok(Some(self.0.token().await?.header().clone())),
                _ => Ok(None),
            }
        })
    }

    fn rejected(&self, _: &'static Operation, scheme: Scheme, credential: &HeaderValue) -> bool {
        // If it is not the token of the moment, there is another already.
        let current = self.0.peek().filter(|token| token.header() == credential);
        scheme == Scheme::Bearer && current.is_none_or(|token| self.0.reject(&token))
    }
}
