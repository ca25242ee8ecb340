//! Examples, and values made from a schema where there are none.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::refs::{child, items, members, resolve, resolve_at};

/// A schema may contain itself: so deep a value is made, of so many parts.
const DEPTH: usize = 5;
const PARTS: usize = 1_000;

/// The examples of what stands at `owner` (a parameter, a header, the content
/// of a body), or else the one of its schema: where each stands, its name if
/// the document names it, and the value.
pub fn examples<'a>(root: &'a Value, owner: &str) -> Vec<(String, Option<&'a str>, &'a Value)> {
    let Some((owner, node)) = resolve_at(root, owner) else { return Vec::new() };
    let mut found = Vec::new();
    found.extend(node.get("example").map(|value| (child(&owner, "example"), None, value)));
    let list = child(&owner, "examples");
    for (name, _) in members(node.get("examples").unwrap_or(&Value::Null)) {
        let Some((at, one)) = resolve_at(root, &child(&list, name)) else { continue };
        let value = one.get("value");
        found.extend(value.map(|value| (child(&at, "value"), Some(name.as_str()), value)));
    }
    if found.is_empty()
        && let Some((at, schema)) = resolve_at(root, &child(&owner, "schema"))
    {
        found.extend(schema.get("example").map(|value| (child(&at, "example"), None, value)));
    }
    found
}

/// The first of the [`examples`].
pub fn example<'a>(root: &'a Value, owner: &str) -> Option<&'a Value> {
    examples(root, owner).first().map(|(_, _, value)| *value)
}

/// The least that the schema takes: its example if it has one, else its
/// required members only.
pub fn sample(root: &Value, schema: &Value) -> Value {
    Sampler { root, parts: Cell::new(PARTS) }.value(schema, 0)
}

struct Sampler<'a> {
    root: &'a Value,
    /// How many more are made.
    parts: Cell<usize>,
}

impl Sampler<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        let schema = resolve(self.root, schema);
        let values = schema["enum"].get(0);
        if let Some(given) = schema.get("example").or(schema.get("default")).or(values) {
            return given.clone();
        }
        if depth > DEPTH || self.parts.get() == 0 {
            return Value::Null;
        }
        self.parts.set(self.parts.get() - 1);
        let part = |part| self.value(part, depth + 1);
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
            _ => self.object(schema, depth),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let part = |part| self.value(part, depth + 1);
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
        whole.into()
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

#[cfg(test)]
mod tests {
    use super::super::schema::check;
    use super::*;

    #[test]
    fn examples_come_from_the_owner_and_else_from_its_schema() {
        let root = json!({
            "both": { "example": 1, "examples": { "b": { "$ref": "#/named" }, "c": {} } },
            "named": { "value": 2 },
            "schema": { "schema": { "$ref": "#/number" } },
            "number": { "example": 3 },
            "none": 7
        });
        let one = ("/both/example".to_owned(), None, &json!(1));
        let two = ("/named/value".to_owned(), Some("b"), &json!(2));
        assert_eq!(examples(&root, "/both"), [one, two]);
        assert_eq!(examples(&root, "/schema"), [("/number/example".to_owned(), None, &json!(3))]);
        assert_eq!((example(&root, "/none"), example(&root, "/absent")), (None, None));
    }

    #[test]
    fn a_sample_is_the_least_that_its_schema_takes() {
        let root = json!({ "code": { "type": "string", "minLength": 9, "maxLength": 9 } });
        let schema = json!({
            "allOf": [
                { "type": "object", "required": ["a"], "properties": { "a": { "$ref": "#/code" } } },
                { "type": "object", "required": ["b"], "properties": {
                    "b": { "type": "array", "minItems": 2, "items": { "type": "number", "minimum": 3 } },
                    "c": { "type": "boolean" }
                } }
            ]
        });
        let made = sample(&root, &schema);
        assert_eq!(made, json!({ "a": "examplexx", "b": [3, 3] }));
        assert!(check(&root, &schema, &made).is_ok());
    }

    #[test]
    fn a_schema_that_contains_itself_often_gives_a_small_sample() {
        let names: Vec<String> = (0..50).map(|i| format!("m{i}")).collect();
        let itself = json!({ "$ref": "#/s" });
        let properties: Map<_, _> =
            names.iter().map(|name| (name.clone(), itself.clone())).collect();
        let root =
            json!({ "s": { "type": "object", "required": names, "properties": properties } });
        assert!(sample(&root, &root["s"]).to_string().len() < 1_000_000);
    }
}
