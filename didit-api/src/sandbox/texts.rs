//! What is sent as text, in a path, a query, a header or a form, as values.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::openapi::refs::{items, resolve};

/// The names of a form or a query, each with its values.
pub(super) fn pairs(encoded: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, text) in form_urlencoded::parse(encoded) {
        pairs.entry(name.into_owned()).or_default().push(text.into_owned());
    }
    pairs
}

/// The fields of a `multipart/form-data` body (RFC 7578), each with its values;
/// of a file, what of it is text.
pub(super) fn fields(content_type: &str, body: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut fields: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let parameters = content_type.split(';').filter_map(|one| one.trim().split_once('='));
    let boundary = parameters.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("boundary"));
    let boundary = boundary.map_or("", |(_, value)| value.trim_matches('"'));
    let body = String::from_utf8_lossy(body);
    for part in body.split(&format!("--{boundary}")) {
        let Some((head, text)) = part.split_once("\r\n\r\n") else { continue };
        let name = head.split_once("; name=\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((name, _)) = name {
            let text = text.strip_suffix("\r\n").unwrap_or(text);
            fields.entry(name.to_owned()).or_default().push(text.to_owned());
        }
    }
    fields
}

/// The schema that says the type: itself, or a part of its `allOf`, which is how
/// a description stands beside a reference.
pub(super) fn typed<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let schema = resolve(root, schema);
    let parts = items(&schema["allOf"]);
    let mut parts = parts.map(|part| resolve(root, part));
    let part =
        if schema["type"].is_null() { parts.find(|part| part["type"].is_string()) } else { None };
    part.unwrap_or(schema)
}

/// The value that `texts` are by their schema.
pub(super) fn from_texts(root: &Value, schema: &Value, texts: &[String]) -> Value {
    let schema = typed(root, schema);
    match (schema["type"].as_str(), texts) {
        (Some("integer" | "number" | "boolean"), [text]) => scalar(text),
        (Some("array"), texts) => {
            let item = |text| from_texts(root, &schema["items"], std::slice::from_ref(text));
            texts.iter().map(item).collect()
        }
        (_, [text]) => text.as_str().into(),
        // A name sent twice without leave: an array, which fails its check.
        (_, texts) => texts.into(),
    }
}

/// A number or a boolean, if the text is exactly one.
fn scalar(text: &str) -> Value {
    let value = serde_json::from_str(text).ok().filter(|_| text.trim() == text);
    value.unwrap_or_else(|| text.into())
}

/// The items of a list that is sent as one text.
pub(super) fn split(texts: Vec<String>, separator: char) -> Vec<String> {
    let items = |text: String| text.split(separator).map(str::to_owned).collect::<Vec<_>>();
    texts.into_iter().flat_map(items).collect()
}
