//! The entry: configuration in, signed calls out.

use crate::resources::Resources;
use crate::{Error, Token, TokenSource};

/// Didit, ready to be called: credentials, hosts, and the token they give.
///
/// Making one does no network I/O, spawns nothing and needs no runtime. Cheap
/// to clone; clones share token and connections.
#[derive(Clone, Debug)]
pub struct Didit {
    pub(crate) source: TokenSource,
    pub(crate) resources: Resources,
}

impl Didit {
    /// The access token: from memory while it is good, else from the endpoint.
    ///
    /// # Errors
    ///
    /// When a token is needed and cannot be had; see [`ErrorKind`](crate::ErrorKind).
    /// With an API key alone, before anything is sent: a token needs the client id
    /// and the client secret.
    pub async fn token(&self) -> Result<Token, Error> {
        self.source.token().await
    }

    /// The part that keeps the token, for those who make their own HTTP calls.
    pub fn token_source(&self) -> &TokenSource {
        &self.source
    }
}
