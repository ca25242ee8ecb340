//! What an answer says of itself, whatever its shape.

use didit_api::runtime::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Credentials;

/// Some members of a JSON object, each of which is there once (RFC 8259,
/// section 4: what a reader makes of others is unpredictable).
///
/// They stay text: a number out of every range harms nobody who does not read
/// it. `null` is as good as absent.
#[derive(Deserialize)]
pub(crate) struct Body<'a> {
    #[serde(borrow)]
    pub(crate) access_token: Option<&'a RawValue>,
    /// Whatever it says.
    #[serde(borrow)]
    pub(crate) error: Option<&'a RawValue>,
    #[serde(borrow)]
    token_type: Option<&'a RawValue>,
}

impl<'a> Body<'a> {
    /// `None` for anything but one such object. A byte order mark is skipped.
    pub(crate) fn of(response: &'a Response) -> Option<Self> {
        let json = std::str::from_utf8(response.body()).ok()?;
        serde_json::from_str(json.strip_prefix('\u{feff}').unwrap_or(json)).ok()
    }

    /// Whether `token_type` is absent or Bearer in any case (RFC 6749, section
    /// 7.1).
    pub(crate) fn is_bearer(&self) -> bool {
        self.token_type.is_none_or(|kind| kind.get().eq_ignore_ascii_case("\"Bearer\""))
    }

    /// `invalid_client` and its like (RFC 6749, section 5.2).
    ///
    /// All that is ever shown of what a server says. Its other texts may echo
    /// the secret in whatever encoding, or hold a token.
    pub(crate) fn code(&self, credentials: &Credentials) -> Option<String> {
        let code = serde_json::from_str::<&str>(self.error?.get()).ok()?;
        let is_plain = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_code = is_plain && (1..=40).contains(&code.len());
        (is_code && !credentials.are_told_by(code)).then(|| code.to_owned())
    }
}
