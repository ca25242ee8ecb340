//! A value for a place in a document: its example, or else one made from its schema.

use serde_json::{Value, json};

use crate::document::resolve;

/// The first example of a parameter or of a media type's content, or that of
/// its schema.
pub fn example<'a>(document: &'a Value, owner: &'a Value) -> Option<&'a Value> {
    let named = owner["examples"].as_object().and_then(|all| all.values().next());
    let named = named.and_then(|example| resolve(document, example).get("value"));
    let schema = resolve(document, &owner["schema"]);
    owner.get("example").or(named).or_else(|| schema.get("example"))
}

/// The least that the schema takes, as far as its `type` says.
pub fn sample(document: &Value, schema: &Value) -> Value {
    below(document, schema, 0)
}

fn below(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolve(document, schema);
    let given = schema.get("example").or(schema.get("default")).or(schema["enum"].get(0));
    let kind = schema["type"].as_str().unwrap_or_default();
    match (given, kind) {
        (Some(given), _) => given.clone(),
        // A schema may contain itself.
        _ if depth > 5 => Value::Null,
        (_, "integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        (_, "boolean") => json!(true),
        (_, "array") => json!([below(document, &schema["items"], depth + 1)]),
        (_, "string") => json!(match schema["format"].as_str() {
            Some("uuid") => "11111111-2222-3333-4444-555555555555",
            Some("date") => "2026-01-31",
            Some("date-time") => "2026-01-31T12:00:00Z",
            Some("uri") => "https://example.com",
            Some("email") => "person@example.com",
            _ => "example",
        }),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten();
            let member = |name: &str| below(document, &schema["properties"][name], depth + 1);
            let names = required.filter_map(Value::as_str);
            names.map(|name| (name.to_owned(), member(name))).collect()
        }
    }
}
