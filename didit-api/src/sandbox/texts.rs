//! What is sent as text, in a path, a query, a header or a form, as values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::multipart::Field;
use crate::openapi::media::is_json;
use crate::openapi::refs::{items, resolve};
use crate::openapi::schema::Violation;

/// The names of a form or a query, each with its values.
pub(super) fn pairs(encoded: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, text) in form_urlencoded::parse(encoded) {
        pairs.entry(name.into_owned()).or_default().push(text.into_owned());
    }
    pairs
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

/// The value that the parts of a form with one name are by their schema. A file
/// is an empty text, which is all that a schema can say of it.
///
/// # Errors
///
/// A part is no file where one is documented, or the other way; or is not what
/// its media type says.
pub(super) fn from_parts(
    root: &Value,
    schema: &Value,
    parts: &[Field<'_>],
) -> Result<Value, Violation> {
    let broken = |keyword, what: &str| Violation { at: String::new(), keyword, what: what.into() };
    let documented = typed(root, schema);
    let is_list = documented["type"] == "array";
    let item = if is_list { typed(root, &documented["items"]) } else { documented };
    let is_file = item["format"] == "binary";
    if let Some(other) = parts.iter().find(|part| part.is_file != is_file && !schema.is_null()) {
        let (found, wanted) = if other.is_file { ("a file", "none") } else { ("no file", "one") };
        return Err(broken("format", &format!("{found} where the schema says {wanted}")));
    }
    let is_json = |part: &Field<'_>| !part.is_file && is_json(part.media_type);
    if item["type"] == "object" || parts.iter().any(is_json) {
        let values = parts.iter().map(|part| serde_json::from_slice(part.content));
        let values = values.collect::<Result<Vec<Value>, _>>();
        let mut values = values.map_err(|_| broken("type", "not JSON"))?;
        // A list is one part, or one per item.
        let is_whole = values.len() == 1 && (!is_list || values[0].is_array());
        return Ok(if is_whole { values.remove(0) } else { values.into() });
    }
    let text = |part: &Field<'_>| match part.is_file {
        true => Ok(String::new()),
        false => String::from_utf8(part.content.to_vec()),
    };
    let texts = parts.iter().map(text).collect::<Result<Vec<_>, _>>();
    Ok(from_texts(root, schema, &texts.map_err(|_| broken("type", "not UTF-8"))?))
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
