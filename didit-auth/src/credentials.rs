//! The client id and the client secret, and the Basic header they make.

use std::env::{self, VarError};
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use didit_api::Secret;
use didit_api::reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::Error;

/// A client id and its client secret, checked.
///
/// `Debug` shows the id and never the secret; the secret's memory is wiped on
/// drop.
///
/// ```
/// let credentials = didit_auth::Credentials::new("my-client-id", "my-client-secret")?;
/// assert!(!format!("{credentials:?}").contains("my-client-secret"));
/// # Ok::<(), didit_auth::Error>(())
/// ```
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

struct Inner {
    client_id: String,
    client_secret: Secret,
    /// `Basic base64(client_id ":" client_secret)`: the standard alphabet,
    /// padded, of the raw UTF-8, with no percent-encoding.
    basic: Zeroizing<String>,
}

impl Credentials {
    /// Takes both values as they are, byte for byte.
    ///
    /// # Errors
    ///
    /// When either is empty or holds a control character, or the id holds a
    /// colon (RFC 7617, section 2). The value is not printed.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Result<Self, Error> {
        Self::named(client_id.into(), client_secret.into(), ["client_id", "client_secret"])
    }

    /// Reads `DIDIT_CLIENT_ID` and `DIDIT_CLIENT_SECRET`, without the blanks
    /// and line ends around them.
    ///
    /// # Errors
    ///
    /// As [`Credentials::new`], and when a variable is not set or not Unicode.
    pub fn from_env() -> Result<Self, Error> {
        let names = ["DIDIT_CLIENT_ID", "DIDIT_CLIENT_SECRET"];
        let missing = match (variable(names[0])?, variable(names[1])?) {
            (Some(id), Some(secret)) => return Self::named(id.expose().into(), secret, names),
            (None, None) => names.join(" and "),
            (None, Some(_)) => names[0].to_owned(),
            (Some(_), None) => names[1].to_owned(),
        };
        Err(Error::configuration(format!(
            "not set: {missing}. Both the client id and the client secret of your application \
             are needed; the Didit console shows them"
        )))
    }

    fn named(id: String, secret: Secret, names: [&str; 2]) -> Result<Self, Error> {
        for (name, value) in names.iter().zip([id.as_str(), secret.expose()]) {
            if value.is_empty() {
                return Err(Error::configuration(format!("{name} is empty")));
            }
            if value.chars().any(char::is_control) {
                return Err(Error::configuration(format!(
                    "{name} holds a control character, such as a line end; copy it again"
                )));
            }
        }
        if id.contains(':') {
            let message = format!("{} holds a colon; give the id without the secret", names[0]);
            return Err(Error::configuration(message));
        }
        let pair = Zeroizing::new(format!("{id}:{}", secret.expose()));
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(pair.as_bytes()));
        let basic = Zeroizing::new(format!("Basic {}", encoded.as_str()));
        Ok(Self(Arc::new(Inner { client_id: id, client_secret: secret, basic })))
    }

    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.0.client_id
    }

    /// The value of an `Authorization` header.
    pub(crate) fn basic(&self) -> Result<HeaderValue, Error> {
        let mut header = HeaderValue::from_str(&self.0.basic)
            .map_err(|_| Error::configuration("the credentials cannot stand in a header"))?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// Whether `text` gives away the secret or a good part of it, in capitals or
    /// not. Other encodings of it are for the caller to rule out.
    pub(crate) fn are_told_by(&self, text: &str) -> bool {
        let secret = Zeroizing::new(self.0.client_secret.expose().to_lowercase());
        let text = text.to_lowercase();
        text.contains(secret.as_str()) || secret.contains(&text)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.0.client_id)
            .field("client_secret", &self.0.client_secret)
            .finish()
    }
}

/// An environment variable without the blanks around it.
pub(crate) fn variable(name: &str) -> Result<Option<Secret>, Error> {
    match env::var(name).map(Zeroizing::new) {
        Ok(value) => Ok(Some(value.trim().into())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::configuration(format!("{name} is not Unicode"))),
    }
}

#[cfg(test)]
mod tests;
