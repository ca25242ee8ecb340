//! A value for a schema without an example.

use serde_json::{Map, Value, json};

use super::schema::{items, resolve};

/// One empty page, as small as readers take it.
pub(super) const PDF: &str = "%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
";

/// The least that the schema takes: its example if it has one, else its
/// required members only.
pub(super) fn sample(document: &Value, schema: &Value) -> Value {
    below(document, schema, 0)
}

fn below(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolve(document, schema);
    if let Some(given) = schema.get("example").or(schema.get("default")).or(schema["enum"].get(0)) {
        return given.clone();
    }
    // A schema may contain itself.
    if depth > 5 {
        return Value::Null;
    }
    let part = |part| below(document, part, depth + 1);
    if let Some(first) = schema["oneOf"].get(0).or(schema["anyOf"].get(0)) {
        return part(first);
    }
    match schema["type"].as_str().unwrap_or_default() {
        "string" => text(schema).into(),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(true),
        "array" => {
            let least = schema["minItems"].as_u64().unwrap_or(1).clamp(1, 16);
            (0..least).map(|_| part(&schema["items"])).collect()
        }
        _ => {
            let mut whole = Map::new();
            for one in items(&schema["allOf"]).map(part) {
                match one {
                    Value::Object(members) => whole.extend(members),
                    // Of something else, all parts say the same.
                    other => return other,
                }
            }
            for name in items(&schema["required"]).filter_map(Value::as_str) {
                let property = &schema["properties"][name];
                whole.entry(name).or_insert_with(|| part(property));
            }
            Value::Object(whole)
        }
    }
}

fn text(schema: &Value) -> String {
    let text = match schema["format"].as_str() {
        Some("uuid") => "11111111-2222-3333-4444-555555555555",
        Some("date") => "2026-01-31",
        Some("date-time") => "2026-01-31T12:00:00Z",
        Some("uri" | "url") => "https://example.com",
        Some("email") => "person@example.com",
        Some("ipv4") => "127.0.0.1",
        Some("ipv6") => "::1",
        Some("byte") => "ZXhhbXBsZQ==",
        _ => "example",
    };
    let least = schema["minLength"].as_u64().unwrap_or(0).min(4096) as usize;
    let most = schema["maxLength"].as_u64().unwrap_or(4096) as usize;
    text.chars().chain(std::iter::repeat('x')).take(text.len().max(least).min(most)).collect()
}
