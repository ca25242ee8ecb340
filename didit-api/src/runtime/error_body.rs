//! What the API says when it refuses.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// How much of a body that is no JSON is kept, in bytes.
const LONGEST_TEXT: usize = 4 * 1024;

/// The body of an answer with an error status: JSON of any shape, or text, as
/// from a proxy.
///
/// It may hold personal data, so neither `Debug` nor the `Display` of an
/// [`Error`](super::Error) shows any of it.
#[derive(Clone)]
pub struct ErrorBody(Content);

#[derive(Clone)]
enum Content {
    Json(Value),
    Text(String),
}

impl ErrorBody {
    /// Reads any body. No body is too strange to be one.
    pub(super) fn read(body: &[u8]) -> Self {
        if let Ok(json) = serde_json::from_slice(body) {
            return Self(Content::Json(json));
        }
        let text = String::from_utf8_lossy(&body[..body.len().min(LONGEST_TEXT)]);
        Self(Content::Text(text.into_owned()))
    }

    /// The body, if it is JSON.
    pub fn json(&self) -> Option<&Value> {
        match &self.0 {
            Content::Json(json) => Some(json),
            Content::Text(_) => None,
        }
    }

    /// The body, if it is no JSON: at most its first 4 KiB, what is not UTF-8
    /// replaced. The whole of it is in
    /// [`Response::body`](super::Response::body).
    pub fn text(&self) -> Option<&str> {
        match &self.0 {
            Content::Json(_) => None,
            Content::Text(text) => Some(text),
        }
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorBody").finish_non_exhaustive()
    }
}

impl Serialize for ErrorBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Content::Json(json) => json.serialize(serializer),
            Content::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for ErrorBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|json| Self(Content::Json(json)))
    }
}

/// Any JSON: a schema knows nothing of text that is none.
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ErrorBody {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ErrorBody".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_of_any_shape_is_kept_whole_and_anything_else_is_bounded_text() {
        for json in [json!({ "detail": "no" }), json!(["no"]), json!("no"), json!(null)] {
            let body = ErrorBody::read(json.to_string().as_bytes());
            assert_eq!((body.json(), body.text()), (Some(&json), None));
            assert_eq!(serde_json::to_value(&body).unwrap(), json);
            assert_eq!(ErrorBody::deserialize(&json).unwrap().json(), Some(&json));
        }
        for (body, text) in [("", ""), ("<html>", "<html>"), ("{\"a\":", "{\"a\":")] {
            let body = ErrorBody::read(body.as_bytes());
            assert_eq!((body.json(), body.text()), (None, Some(text)));
        }
        assert_eq!(ErrorBody::read(b"\xff").text(), Some("\u{fffd}"));
        assert_eq!(ErrorBody::read(&[b'a'; 1 << 20]).text().unwrap().len(), LONGEST_TEXT);
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn its_json_schema_takes_any_json() {
        assert_eq!(schemars::SchemaGenerator::default().subschema_for::<ErrorBody>(), json!({}));
    }

    #[test]
    fn debug_shows_nothing_of_the_body() {
        for body in [r#"{"detail":"planted"}"#, "planted"] {
            assert_eq!(format!("{:?}", ErrorBody::read(body.as_bytes())), "ErrorBody { .. }");
        }
    }
}
