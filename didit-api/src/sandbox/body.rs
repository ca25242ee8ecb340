//! What a body is, as a value by its schema.

use hyper::HeaderMap;
use serde_json::Value;

use super::documents::Operation;
use super::multipart::{Field, fields};
use super::refusal::Refusal;
use super::texts::{from_parts, from_texts, pairs};
use crate::openapi::media::{essence, is_form, is_json, is_multipart};
use crate::openapi::refs::{child, members, resolve};
use crate::openapi::schema::Violation;

/// The body as JSON, and the schema that it has to match; nothing for a body that
/// is not documented or not required and absent, and for bytes.
///
/// # Errors
///
/// The content type is not a documented one, or the body is not what it says.
pub(super) fn read_body<'a>(
    operation: &'a Operation,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Option<(Value, &'a Value)>, Refusal> {
    let root = &operation.root;
    let Some(documented) = operation.body() else { return Ok(None) };
    if body.is_empty() && documented["required"] != true {
        return Ok(None);
    }
    let sent = headers.get("content-type").and_then(|value| value.to_str().ok());
    let sent = sent.unwrap_or_default();
    let media = essence(sent);
    let kind = media.split('/').next().unwrap_or_default();
    let fits = |wanted: &str| wanted == media || wanted == "*/*" || wanted == format!("{kind}/*");
    let content = members(&documented["content"]).find(|(wanted, _)| fits(&essence(wanted)));
    let (_, content) = content.ok_or_else(|| {
        let text = "The content type is not a documented one.";
        Refusal::new(Refusal::MEDIA, "invalid_request", text)
    })?;
    let schema = &content["schema"];
    let properties = &resolve(root, schema)["properties"];
    let invalid = |text| Refusal::new(Refusal::INPUT, "invalid_request", text);
    let value: Value = if is_multipart(&media) {
        let member = |(name, parts): (String, Vec<Field<'_>>)| {
            let value = from_parts(root, &properties[&name], &parts);
            let value = value.map_err(|broken| Violation { at: child("", &name), ..broken })?;
            Ok((name, value))
        };
        let parts = fields(sent, body).map_err(invalid)?;
        parts.into_iter().map(member).collect::<Result<_, Violation>>()?
    } else if is_form(&media) {
        let member = |(name, texts): (String, Vec<String>)| {
            let value = from_texts(root, &properties[&name], &texts);
            (name, value)
        };
        pairs(body).into_iter().map(member).collect()
    } else if is_json(&media) {
        serde_json::from_slice(body).map_err(|_| invalid("The body is not JSON."))?
    } else if kind == "text" {
        let text = std::str::from_utf8(body).map_err(|_| invalid("The body is not UTF-8."))?;
        text.into()
    } else {
        return Ok(None);
    };
    Ok(Some((value, schema)))
}
