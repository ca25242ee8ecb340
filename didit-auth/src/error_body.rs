//! What an error body says, whatever its shape.
//!
//! The vendor documents none for the token endpoint. Its own code and its other
//! endpoints read `error`, `detail`, `message`, maps of field to messages, and
//! bare arrays; a proxy in between answers with HTML.

use didit_api::reqwest::StatusCode;
use serde_json::Value;

/// Longest text taken from a server, in characters.
const TEXT_LIMIT: usize = 200;

#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    /// `invalid_client` and its like.
    pub(crate) code: Option<String>,
    /// Text for people.
    pub(crate) text: Option<String>,
}

impl ErrorBody {
    /// `redact` takes out what must not be shown, before anything is cut.
    pub(crate) fn read(body: &[u8], redact: impl Fn(&str) -> String) -> Self {
        let clean = |text: &str| printable(&redact(text));
        let (code, text) = match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => {
                let member = |name: &str| members.get(name).and_then(Value::as_str);
                let text = ["error_description", "detail", "message"].into_iter().find_map(member);
                match (member("error"), text) {
                    (None, None) => (None, messages(&Value::Object(members))),
                    (code, text) => (code.map(str::to_owned), text.map(str::to_owned)),
                }
            }
            Ok(value) => (None, messages(&value)),
            Err(_) => (None, Some(String::from_utf8_lossy(body).into_owned())),
        };
        Self { code: code.as_deref().and_then(clean), text: text.as_deref().and_then(clean) }
    }

    /// `401 Unauthorized, invalid_client: Client authentication failed.`
    pub(crate) fn describe(&self, status: StatusCode) -> String {
        let mut line = status.to_string();
        for (separator, part) in [(", ", &self.code), (": ", &self.text)] {
            if let Some(part) = part {
                line.push_str(separator);
                line.push_str(part);
            }
        }
        line
    }
}

/// `{"grant_type": ["This field is required."]}` and `["…", "…"]` as a line.
fn messages(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().filter_map(messages).collect();
            (!texts.is_empty()).then(|| texts.join(" "))
        }
        Value::Object(members) => {
            let fields = members
                .iter()
                .filter_map(|(name, value)| messages(value).map(|text| format!("{name}: {text}")));
            let texts: Vec<String> = fields.collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// One line without control characters, of bounded length.
fn printable(text: &str) -> Option<String> {
    let spaced = text.replace(|c: char| c.is_control() || c == '\u{FFFD}', " ");
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut cut: String = line.chars().take(TEXT_LIMIT).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    (!cut.is_empty()).then_some(cut)
}
