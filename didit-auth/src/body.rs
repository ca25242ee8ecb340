//! What an answer says of itself, if it is an object that says each thing once.

use didit_api::runtime::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

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
}
