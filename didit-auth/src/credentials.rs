//! The client id, the client secret and the API key, and the headers they make.

use std::env::{self, VarError};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use didit_api::Secret;
use didit_api::reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::Error;

/// The id, the secret and the key, as the setters and as the variables name them.
const SETTINGS: [&str; 3] = ["client_id", "client_secret", "api_key"];
const VARIABLES: [&str; 3] = ["DIDIT_CLIENT_ID", "DIDIT_CLIENT_SECRET", "DIDIT_API_KEY"];

/// What is missing with a key alone, and how to give it.
pub(crate) const NO_PAIR: &str = "a token needs the client id and the client secret: set \
    DIDIT_CLIENT_ID and DIDIT_CLIENT_SECRET, or give `Credentials::new(…)` to the builder. An API \
    key alone serves the operations that take x-api-key";

/// A client id with its client secret, an API key, or all three; checked.
///
/// The pair serves every operation: it gets the bearer token, and the vendor
/// takes the client secret as the API key. A key alone serves the operations
/// that take `x-api-key`; where both are given, the key is what these get.
///
/// `Debug` shows the id and never the secret or the key, whose memory is wiped
/// on drop.
///
/// ```
/// use didit_auth::Credentials;
///
/// let pair = Credentials::new("my-client-id", "my-client-secret")?;
/// let key = Credentials::api_key("my-api-key")?;
/// let both = pair.clone().with_api_key("my-api-key")?;
/// assert!(!format!("{pair:?} {key:?} {both:?}").contains("my-api-key"));
/// # Ok::<(), didit_auth::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Credentials(Arc<Parts>);

/// The first two come together.
#[derive(Debug)]
struct Parts {
    client_id: Option<String>,
    client_secret: Option<Secret>,
    api_key: Option<Secret>,
}

impl Credentials {
    /// The client id and the client secret, as they are, byte for byte.
    ///
    /// # Errors
    ///
    /// When either is empty or holds a control character, or the id holds a
    /// colon (RFC 7617, section 2). The value is not printed.
    pub fn new(client_id: impl Into<String>, secret: impl Into<Secret>) -> Result<Self, Error> {
        let client_id: String = client_id.into();
        Self::checked([Some(client_id.into()), Some(secret.into()), None], SETTINGS)
    }

    /// An API key alone, as it is. It gets no bearer token.
    ///
    /// # Errors
    ///
    /// When it is empty, or holds anything but visible ASCII characters. The
    /// value is not printed.
    pub fn api_key(key: impl Into<Secret>) -> Result<Self, Error> {
        Self::checked([None, None, Some(key.into())], SETTINGS)
    }

    /// The same with this API key, which then goes with the operations that take
    /// one, in place of the client secret.
    ///
    /// # Errors
    ///
    /// As [`Credentials::api_key`].
    pub fn with_api_key(self, key: impl Into<Secret>) -> Result<Self, Error> {
        let (id, secret) = (self.client_id().map(Secret::from), self.0.client_secret.clone());
        Self::checked([id, secret, Some(key.into())], SETTINGS)
    }

    /// Reads `DIDIT_API_KEY`, or `DIDIT_CLIENT_ID` and `DIDIT_CLIENT_SECRET`, or
    /// all three, without the blanks and line ends around them.
    ///
    /// # Errors
    ///
    /// When none is set, or one of the pair without the other; when a variable is
    /// not Unicode; as [`Credentials::new`] and [`Credentials::api_key`]. The error
    /// names the variable.
    pub fn from_env() -> Result<Self, Error> {
        Self::read(variable)
    }

    fn read(variable: impl Fn(&str) -> Result<Option<Secret>, Error>) -> Result<Self, Error> {
        let [id, secret, key] = VARIABLES.map(variable);
        let parts = [id?, secret?, key?];
        let missing = match &parts {
            [None, Some(_), _] => "DIDIT_CLIENT_ID",
            [Some(_), None, _] => "DIDIT_CLIENT_SECRET",
            [None, None, None] => "DIDIT_API_KEY, or DIDIT_CLIENT_ID and DIDIT_CLIENT_SECRET",
            _ => return Self::checked(parts, VARIABLES),
        };
        Err(Error::configuration(format!(
            "not set: {missing}. Operations that take x-api-key need the API key, or else the \
             client id and the client secret, which serve all; the Didit console shows them"
        )))
    }

    /// `names` are what the caller calls the id, the secret and the key.
    fn checked(parts: [Option<Secret>; 3], names: [&str; 3]) -> Result<Self, Error> {
        for (index, part) in parts.iter().enumerate() {
            let why = match part.as_ref().map_or("absent", Secret::expose) {
                "" => "is empty",
                text if text.chars().any(char::is_control) => {
                    "holds a control character, such as a line end; copy it again"
                }
                text if index == 0 && text.contains(':') => "holds a colon; leave the secret out",
                text if index == 2 && text.contains(' ') => "holds a blank; copy it again",
                text if index == 2 && !text.is_ascii() => "is not ASCII; copy it again",
                _ => continue,
            };
            return Err(Error::configuration(format!("{} {why}", names[index])));
        }
        let [id, client_secret, api_key] = parts;
        let client_id = id.map(|id| id.expose().to_owned());
        Ok(Self(Arc::new(Parts { client_id, client_secret, api_key })))
    }

    /// The client id, unless there is an API key alone.
    pub fn client_id(&self) -> Option<&str> {
        self.0.client_id.as_deref()
    }

    /// `Basic …`, for the `Authorization` header of a token request; marked
    /// sensitive. base64 is of `client_id ":" client_secret` as raw UTF-8, in the
    /// standard alphabet, padded, with no percent-encoding.
    ///
    /// # Errors
    ///
    /// When there is an API key alone.
    pub fn basic_header(&self) -> Result<HeaderValue, Error> {
        let (id, secret) = self.pair()?;
        let pair = Zeroizing::new(format!("{id}:{}", secret.expose()));
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(pair.as_bytes()));
        sensitive(&Zeroizing::new(format!("Basic {}", encoded.as_str())))
    }

    /// The API key, or the client secret in its place, for the header
    /// `x-api-key`; marked sensitive.
    ///
    /// # Errors
    ///
    /// None for what the constructors take; a secret beyond ASCII goes as UTF-8.
    pub fn api_key_header(&self) -> Result<HeaderValue, Error> {
        let key = self.0.api_key.as_ref().or(self.0.client_secret.as_ref());
        sensitive(key.map_or("", Secret::expose))
    }

    /// The client id and the client secret: what a token needs.
    pub(crate) fn pair(&self) -> Result<(&str, &Secret), Error> {
        let pair = self.client_id().zip(self.0.client_secret.as_ref());
        pair.ok_or_else(|| Error::configuration(NO_PAIR))
    }

    /// Whether `text` gives away the secret, the key or a good part of one, in
    /// capitals or not. Other encodings are for the caller to rule out.
    pub(crate) fn are_told_by(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        [&self.0.client_secret, &self.0.api_key].into_iter().flatten().any(|secret| {
            let secret = Zeroizing::new(secret.expose().to_lowercase());
            text.contains(secret.as_str()) || secret.contains(&text)
        })
    }
}

fn sensitive(text: &str) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::from_str(text)
        .map_err(|_| Error::configuration("the credentials cannot stand in a header"))?;
    header.set_sensitive(true);
    Ok(header)
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
