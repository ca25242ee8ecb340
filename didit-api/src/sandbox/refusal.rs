//! Why a request is answered with an error.

use serde_json::Value;

use crate::openapi::schema::Violation;

/// What is wrong with a request.
pub(super) struct Refusal {
    /// The status, and others that say the same: a document may know only one.
    pub(super) statuses: &'static [u16],
    pub(super) code: &'static str,
    /// What stands in the document's example for the error's text; if empty, the
    /// example is right as it is.
    pub(super) text: String,
    /// A body instead of the example.
    pub(super) body: Option<Value>,
}

impl Refusal {
    pub(super) const CREDENTIALS: &[u16] = &[401, 403];
    pub(super) const INPUT: &[u16] = &[400, 422];
    pub(super) const MEDIA: &[u16] = &[415, 400, 422];
    pub(super) const THROTTLED: &[u16] = &[429];
    pub(super) const UNKNOWN: &[u16] = &[404];
    pub(super) const SIZE: &[u16] = &[413, 400, 422];

    pub(super) fn new(
        statuses: &'static [u16],
        code: &'static str,
        text: impl Into<String>,
    ) -> Self {
        Self { statuses, code, text: text.into(), body: None }
    }

    /// As the document's example for this status says.
    pub(super) fn documented(statuses: &'static [u16]) -> Self {
        Self::new(statuses, "", "")
    }

    /// A 400 with a body of its own.
    pub(super) fn input(body: Value) -> Self {
        Self { body: Some(body), ..Self::documented(Self::INPUT) }
    }
}

impl From<Violation> for Refusal {
    fn from(Violation { at, keyword, what }: Violation) -> Self {
        let grant = at == "/grant_type" && keyword == "enum";
        let code = if grant { "unsupported_grant_type" } else { "invalid_request" };
        let place = if at.is_empty() { String::new() } else { format!(" at `{at}`") };
        Self::new(Self::INPUT, code, format!("Against its schema{place}: {what}."))
    }
}
