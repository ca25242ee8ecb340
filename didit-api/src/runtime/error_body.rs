//! What the API says when it refuses.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::plain_text::one_line;

/// How much of a body that is no JSON is kept, in bytes.
const LONGEST_TEXT: usize = 4 * 1024;
/// How many messages about fields are collected, and how deep in the body.
const MOST_MESSAGES: usize = 256;
const DEEPEST_FIELD: usize = 8;
/// The longest name of a field and the longest code that are taken for one, in bytes.
const LONGEST_NAME: usize = 200;
const LONGEST_CODE: usize = 64;

/// The body of an answer with an error status: JSON of any shape, or text, as
/// from a proxy.
///
/// The API has no one shape of errors. This reads `{"detail": …}`, with `code`
/// or without; `{"error": …, "error_description": …}`; `{"message": …}`; a map
/// of fields; a bare list of messages; HTML; nothing at all.
///
/// It may hold personal data, so neither `Debug` nor the `Display` of an
/// [`Error`](super::Error) shows any of it.
///
/// ```
/// let body: didit_api::ErrorBody = serde_json::from_str(
///     r#"{"workflow_id": ["This field is required."], "language": "Unknown."}"#,
/// )?;
/// assert_eq!(body.fields()["language"], ["Unknown."]);
/// assert_eq!(
///     body.message().as_deref(),
///     Some("language: Unknown. workflow_id: This field is required."),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct ErrorBody(Content);

#[derive(Clone)]
enum Content {
    Json(Value),
    Text(String),
}

impl ErrorBody {
    /// Reads any body, of whatever HTTP client. No body is too strange to be one.
    pub fn read(body: &[u8]) -> Self {
        // RFC 8259, section 8.1: a byte order mark may be ignored.
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
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

    /// The sentence that says what is wrong as a whole: `detail`,
    /// `error_description`, `message`, an `error` that is no code, or the first
    /// of a bare list.
    pub fn detail(&self) -> Option<&str> {
        let json = self.json()?;
        let said = |name: &str| sentence(&json[name]).filter(|text| !text.is_empty());
        let in_error = || sentence(&json["error"]["message"]);
        said("detail")
            .or_else(|| said("error_description"))
            .or_else(|| said("message"))
            .or_else(|| said("error").filter(|text| !is_code(text)))
            .or_else(|| said("non_field_errors"))
            .or_else(in_error)
            .or_else(|| sentence(json))
    }

    /// What programs tell errors apart by: `code`, or an `error` that is one
    /// word, such as `invalid_client` or `COULD_NOT_RECOGNIZE_DOCUMENT`.
    pub fn code(&self) -> Option<&str> {
        let json = self.json()?;
        let places =
            [&json["code"], &json["error"], &json["error"]["code"], &json["detail"]["code"]];
        places.into_iter().filter_map(Value::as_str).find(|text| is_code(text))
    }

    /// What is wrong with each field, by its name; of one within another,
    /// `options.locale` or `form_elements.0.label`.
    ///
    /// At most 256 messages, from at most eight levels.
    pub fn fields(&self) -> BTreeMap<String, Vec<String>> {
        let mut fields = Fields::default();
        let Some(json) = self.json() else { return fields.found };
        let says_all = |name: &str| {
            let said = &json[name];
            said.is_string() || said[0].is_string() || said["message"].is_string()
        };
        for name in ["errors", "validation_errors", "detail", "error"] {
            let holds_fields = json[name].is_object() || json[name][0].is_object();
            if holds_fields && !says_all(name) {
                fields.collect("", &json[name], 0);
            }
        }
        let is_envelope = ["detail", "error", "error_description", "message"].map(says_all);
        if !is_envelope.contains(&true) && fields.found.is_empty() && !json[0].is_string() {
            fields.collect("", json, 0);
        }
        if self.code().is_some() {
            fields.found.remove("code");
        }
        fields.found.remove("non_field_errors");
        fields.found
    }

    /// All of that for a person to read: one line of at most 500 characters,
    /// without control characters. Of a proxy's page, its title.
    ///
    /// `None` if the body says nothing.
    pub fn message(&self) -> Option<String> {
        let fields = self.fields();
        let fields = fields.iter().map(|(name, said)| format!("{name}: {}", said.join(" ")));
        let said = match self.text() {
            Some(text) => title(text).map(str::to_owned).into_iter().collect(),
            None => self.detail().map(str::to_owned).into_iter().chain(fields).collect::<Vec<_>>(),
        };
        let said = if said.is_empty() { self.code().unwrap_or_default() } else { &said.join(" ") };
        Some(one_line(said)).filter(|line| !line.is_empty())
    }

    /// Whether the balance is too low for the call.
    pub(super) fn is_about_credit(&self) -> bool {
        let said = [self.detail(), self.code()].into_iter().flatten();
        let said = said.collect::<Vec<_>>().join(" ").to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        says(&["credit", "balance", "funds"])
            && says(&["enough", "insufficient", "top up", "cannot cover", "run out", "no_credit"])
    }
}

/// A text, or the first of a list of them.
fn sentence(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get(0)?.as_str())
}

/// One word that no person would write as a sentence.
fn is_code(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(known) && !text.ends_with('.')
}

/// A text as it is; of an HTML page, which is no text for a person, its title.
fn title(text: &str) -> Option<&str> {
    if !text.trim_start().starts_with('<') {
        return Some(text);
    }
    // Keeps the length: only ASCII letters change.
    let small = text.to_ascii_lowercase();
    let start = small.find("<title>")? + "<title>".len();
    text.get(start..start + small[start..].find("</title>")?)
}

#[derive(Default)]
struct Fields {
    found: BTreeMap<String, Vec<String>>,
    count: usize,
}

impl Fields {
    /// Each text below a name is a message about it. A member `message` or `msg`
    /// beside others is one about what holds it.
    fn collect(&mut self, at: &str, value: &Value, depth: usize) {
        if depth > DEEPEST_FIELD || self.count >= MOST_MESSAGES || at.len() > LONGEST_NAME {
            return;
        }
        let below =
            |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        match value {
            Value::String(text) if !at.is_empty() => {
                self.count += 1;
                self.found.entry(at.to_owned()).or_default().push(text.clone());
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate().take(MOST_MESSAGES) {
                    let place = if item.is_string() { at } else { &below(&index.to_string()) };
                    self.collect(place, item, depth + 1);
                }
            }
            Value::Object(members) => {
                let whole =
                    members.get("message").or(members.get("msg")).filter(|_| !at.is_empty());
                if let Some(text @ Value::String(_)) = whole {
                    return self.collect(at, text, depth + 1);
                }
                for (name, member) in members.iter().take(MOST_MESSAGES) {
                    self.collect(&below(name), member, depth + 1);
                }
            }
            _ => {}
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

// Any JSON: a schema knows nothing of text that is none.
#[cfg(feature = "schemars")]
crate::json_schema::inline_schema!(ErrorBody => {});

#[cfg(test)]
#[path = "error_body/tests.rs"]
mod tests;
