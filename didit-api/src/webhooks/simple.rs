//! What `X-Signature-Simple` is of: four members of the body.

use super::canonical::Canonical;

/// What `X-Signature-Simple` vouches for, and no more: the session and its status. The
/// decision, `vendor_data` and `metadata` of such a body may be anybody's, so they are
/// not here; ask the API for them.
///
/// A member that the body does not have, or has as `null`, is an empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimpleEvent {
    /// When it was sent, in seconds since 1970.
    pub timestamp: String,
    /// The session.
    pub session_id: String,
    /// Its status, as the vendor writes it: `Approved`, `In Review`.
    pub status: String,
    /// The kind of event: `status.updated`.
    pub webhook_type: String,
    /// Whether somebody tried out the destination: never act on it. As
    /// [`Event::is_test`](super::Event::is_test), but neither mark is signed here.
    pub is_test: bool,
}

impl SimpleEvent {
    /// `None` if one of the four is neither a text nor an integer.
    pub(super) fn read(form: &Canonical<'_>) -> Option<Self> {
        Some(Self {
            timestamp: text(form, "timestamp")?,
            session_id: text(form, "session_id")?,
            status: text(form, "status")?,
            webhook_type: text(form, "webhook_type")?,
            is_test: false,
        })
    }

    /// The text that is signed.
    pub(super) fn signed_text(&self) -> String {
        [&*self.timestamp, &self.session_id, &self.status, &self.webhook_type].join(":")
    }

    /// Whether the signed text can be taken apart in this way only: nobody can move
    /// what is in one member into the next.
    pub(super) fn is_unambiguous(&self) -> bool {
        self.signed_text().matches(':').count() == 3
    }
}

fn text(form: &Canonical<'_>, key: &str) -> Option<String> {
    let value = form.member(key).unwrap_or(b"null");
    match value {
        b"null" => Some(String::new()),
        [b'"', ..] => serde_json::from_slice(value).ok(),
        [b'-' | b'0'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => {
            String::from_utf8(value.to_vec()).ok()
        }
        _ => None,
    }
}
