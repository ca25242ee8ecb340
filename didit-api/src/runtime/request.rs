//! What generated code does to requests beyond reqwest's own methods.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::RequestBuilder;
use serde::Serialize;

use super::CallError;

/// Bodies that generated code sends.
pub trait RequestBuilderExt: Sized {
    /// A form body. What cannot be put into a form is reported when the
    /// request is built.
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, CallError>;
}

impl RequestBuilderExt for RequestBuilder {
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, CallError> {
        Ok(self.form(body))
    }
}

/// RFC 3986, section 2.3: all but unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One segment of a path, percent-encoded.
pub fn encode_path(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}
