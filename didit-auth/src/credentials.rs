//! The client id and the client secret, and the Basic header they make.

use std::env::{self, VarError};
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use didit_api::Secret;
use didit_api::reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::{Error, ErrorKind};

const SCHEME: &str = "Basic ";

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
            (Some(id), Some(secret)) => {
                return Self::named(id.to_string(), Secret::from(secret.as_str()), names);
            }
            (None, None) => names.join(" and "),
            (None, Some(_)) => names[0].to_owned(),
            (Some(_), None) => names[1].to_owned(),
        };
        Err(configuration(format!(
            "not set: {missing}. Both the client id and the client secret of your application \
             are needed; the Didit console shows them"
        )))
    }

    fn named(id: String, secret: Secret, names: [&str; 2]) -> Result<Self, Error> {
        for (name, value) in names.iter().zip([id.as_str(), secret.expose()]) {
            if value.is_empty() {
                return Err(configuration(format!("{name} is empty")));
            }
            if value.chars().any(char::is_control) {
                return Err(configuration(format!(
                    "{name} holds a control character, such as a line end; copy it again"
                )));
            }
        }
        if id.contains(':') {
            return Err(configuration(format!(
                "{} holds a colon, which separates the id from the secret; \
                 give the id alone",
                names[0]
            )));
        }
        let pair = Zeroizing::new(format!("{id}:{}", secret.expose()));
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(pair.as_bytes()));
        let basic = Zeroizing::new([SCHEME, encoded.as_str()].concat());
        Ok(Self(Arc::new(Inner { client_id: id, client_secret: secret, basic })))
    }

    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.0.client_id
    }

    /// The value of an `Authorization` header.
    pub(crate) fn basic(&self) -> Result<HeaderValue, Error> {
        let mut header = HeaderValue::from_str(&self.0.basic)
            .map_err(|_| configuration("the credentials cannot stand in a header".into()))?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// `text` without the secret in it, should a server have echoed it.
    pub(crate) fn redact(&self, text: &str) -> String {
        text.replace(self.0.client_secret.expose(), "[redacted]")
            .replace(&self.0.basic[SCHEME.len()..], "[redacted]")
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
pub(crate) fn variable(name: &str) -> Result<Option<Zeroizing<String>>, Error> {
    match env::var(name).map(Zeroizing::new) {
        Ok(value) => Ok(Some(Zeroizing::new(value.trim().to_owned()))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(configuration(format!("{name} is not Unicode"))),
    }
}

fn configuration(message: String) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

#[cfg(test)]
mod tests;
