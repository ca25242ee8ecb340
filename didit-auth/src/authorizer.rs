//! What goes with calls of the API: the access token, or the API key.

use std::borrow::Cow;
use std::error::Error as StdError;

use didit_api::reqwest::header::HeaderValue;
use didit_api::{Authorization, Authorize, Operation, Scheme};

use crate::credentials::NO_PAIR;
use crate::keys::Keys;
use crate::{Error, ErrorKind, TokenSource};

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
                Scheme::Bearer => match self.source.token().await {
                    // There is a key alone, which may be the next thing to try.
                    Err(error) if error.kind() == ErrorKind::Configuration => None,
                    token => Some(token?.header().clone()),
                },
                _ if is_api_key(scheme) => Some(self.keys.header().await?),
                _ => None,
            })
        })
    }

    fn rejected(&self, _: &'static Operation, scheme: Scheme, credential: &HeaderValue) -> bool {
        // If it is not the token of the moment, there is another already.
        let current = self.source.peek().filter(|token| token.header() == credential);
        (is_api_key(scheme) && self.keys.rejected(credential))
            || (scheme == Scheme::Bearer && current.is_none_or(|token| self.source.reject(&token)))
    }

    fn remedy(&self, operation: &'static Operation) -> Cow<'static, str> {
        match operation.security.contains(&Scheme::Bearer) {
            true => format!("For it, {NO_PAIR}").into(),
            false => "Neither an API key nor a token is one, and `Didit` has no other".into(),
        }
    }

    fn is_transient(&self, error: &(dyn StdError + 'static)) -> bool {
        error.downcast_ref().is_some_and(Error::is_transient)
    }
}
