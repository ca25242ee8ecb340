//! What generated code does to requests beyond reqwest's own methods.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::RequestBuilder;
use reqwest::header::HeaderValue;
use serde::Serialize;

use super::CallError;
use super::query::{form_pairs, scalar};
use crate::PathSegment;

/// Bodies that generated code sends.
pub trait RequestBuilderExt: Sized {
    /// A form body: one pair per member, and one per item of a list.
    ///
    /// # Errors
    ///
    /// A member is neither a scalar nor a list of scalars.
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, CallError>;

    /// `put` with the body, if there is one.
    ///
    /// # Errors
    ///
    /// Those of `put`.
    fn optional_body<T>(
        self,
        body: Option<T>,
        put: impl FnOnce(Self, T) -> Result<Self, CallError>,
    ) -> Result<Self, CallError>;
}

impl RequestBuilderExt for RequestBuilder {
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, CallError> {
        Ok(self.form(&form_pairs(body)?))
    }

    fn optional_body<T>(
        self,
        body: Option<T>,
        put: impl FnOnce(Self, T) -> Result<Self, CallError>,
    ) -> Result<Self, CallError> {
        match body {
            Some(body) => put(self, body),
            None => Ok(self),
        }
    }
}

/// RFC 3986, section 2.3: all but unreserved characters.
pub(super) const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The value of the path parameter `name`, percent-encoded.
///
/// # Errors
///
/// The value would address something else; see [`PathSegment`].
pub fn encode_path<T: Serialize + ?Sized>(name: &str, value: &T) -> Result<String, CallError> {
    let failed = |why: &str| CallError::InvalidRequest(format!("`{name}` {why}"));
    let text = scalar(value).ok_or_else(|| failed("cannot be written into a path"))?;
    PathSegment::check(&text).map_err(|error| failed(&error.to_string()))?;
    Ok(utf8_percent_encode(&text, UNRESERVED).to_string())
}

/// The value of the header parameter `name`; shown in no `Debug`.
///
/// # Errors
///
/// No header can carry the value. The error does not show it.
pub fn header_value<T: Serialize + ?Sized>(
    name: &str,
    value: &T,
) -> Result<HeaderValue, CallError> {
    let text = scalar(value).and_then(|text| HeaderValue::try_from(text).ok());
    let mut value = text.ok_or_else(|| {
        CallError::InvalidRequest(format!("this value cannot go into the header `{name}`"))
    })?;
    value.set_sensitive(true);
    Ok(value)
}
