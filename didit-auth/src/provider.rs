//! Where the credentials come from.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::caught::caught;
use crate::error::{BoxError, Failure};
use crate::{Credentials, Error, ErrorKind};

type Provided = Result<Credentials, BoxError>;
pub(crate) type Ask = dyn Fn() -> Pin<Box<dyn Future<Output = Provided> + Send>> + Send + Sync;

/// Fixed credentials, or a closure that is asked for them.
#[derive(Clone)]
pub(crate) enum Provider {
    Fixed(Credentials),
    Asked(Arc<Ask>),
}

impl Provider {
    /// Fails at once if what is needed for a token will never be given.
    pub(crate) fn check_pair(&self) -> Result<(), Error> {
        match self {
            Self::Fixed(credentials) => credentials.pair().map(drop),
            Self::Asked(_) => Ok(()),
        }
    }

    pub(crate) async fn credentials(&self) -> Result<Credentials, Error> {
        match self {
            Self::Fixed(credentials) => Ok(credentials.clone()),
            Self::Asked(ask) => {
                let provided = caught(async { ask().await }).await;
                provided.unwrap_or_else(|| Err("it panicked".into())).map_err(|source| {
                    let message = "the provider of the credentials failed; see its error";
                    let (kind, message) = (ErrorKind::Credentials, message.to_owned());
                    Failure { kind, message, source: Some(source), ..Failure::default() }.into()
                })
            }
        }
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(credentials) => credentials.fmt(f),
            Self::Asked(_) => f.write_str("asked when needed"),
        }
    }
}
