//! What goes with calls of the API: the access token, or the API key.

use didit_api::reqwest::header::HeaderValue;
use didit_api::{Authorization, Authorize, Operation, Scheme};

use crate::TokenSource;
use crate::keys::Keys;

/// Signs calls as their operations ask, and hears of rejections.
#[derive(Debug)]
pub(crate) struct Authorizer {
    pub(crate) source: TokenSource,
    pub(crate) keys: Keys,
}

fn is_api_key(scheme: Scheme) -> bool {
    matches!(scheme, Scheme::ApiKey { header, .. } if header.eq_ignore_ascii_case("x-api-key"))
}

impl Authorize for Authorizer {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        Box::pin(async move {
            Ok(match scheme {
                Scheme::Bearer => Some(self.source.token().await?.header().clone()),
                _ if is_api_key(scheme) => Some(self.keys.header().await?),
                _ => None,
            })
        })
    }

    fn rejected(&self, _: &'static Operation, scheme: Scheme, credential: &HeaderValue) -> bool {
        if is_api_key(scheme) {
            return self.keys.rejected(credential);
        }
        // If it is not the token of the moment, there is another already.
        let current = self.source.peek().filter(|token| token.header() == credential);
        scheme == Scheme::Bearer && current.is_none_or(|token| self.source.reject(&token))
    }
}
