//! The values of parameters: what they are, and how a path, a query and a
//! header can carry them.

use serde_json::{Value, json};

use super::calls::resolved;

/// What a value is, as far as it matters to its notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    /// Several kinds of scalars, or unknown.
    Text,
    List,
    Object,
    Deep,
}

/// What the parameter's value is. With `content` the caller writes the text.
pub(super) fn kind(root: &Value, parameter: &Value) -> Kind {
    kind_within(root, parameter.get("schema").unwrap_or(&Value::Null), 16)
}

fn kind_within(root: &Value, schema: &Value, depth: usize) -> Kind {
    let Some((_, schema)) = resolved(root, "", schema).filter(|_| depth > 0) else {
        return Kind::Deep;
    };
    let kinds = |key: &str| -> Option<Vec<Kind>> {
        let schemas = schema.get(key)?.as_array()?;
        Some(schemas.iter().map(|schema| kind_within(root, schema, depth - 1)).collect())
    };
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => match schema.get("items") {
            Some(items) => match kind_within(root, items, depth - 1) {
                Kind::Scalar | Kind::Text => Kind::List,
                _ => Kind::Deep,
            },
            None => Kind::List,
        },
        Some("object") => Kind::Object,
        Some(_) => Kind::Scalar,
        None if schema.get("properties").is_some() => Kind::Object,
        None => match (kinds("allOf"), kinds("oneOf").or_else(|| kinds("anyOf"))) {
            (Some(kinds), _) if kinds.len() == 1 => kinds[0],
            (Some(kinds), _) if kinds.contains(&Kind::Object) => Kind::Object,
            (_, Some(kinds)) if kinds.contains(&Kind::List) => Kind::List,
            (_, Some(kinds)) if kinds.contains(&Kind::Object) => Kind::Object,
            _ if schema.get("enum").is_some() => Kind::Scalar,
            _ => Kind::Text,
        },
    }
}

/// The variant of `QueryStyle`.
pub(super) fn style(parameter: &Value, kind: Kind) -> Option<&'static str> {
    let style = parameter.get("style").and_then(Value::as_str).unwrap_or("form");
    let explode = parameter.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    Some(match (style, explode, kind) {
        (_, _, Kind::Scalar | Kind::Text) => "Repeated",
        ("deepObject", _, Kind::Object) => "Bracketed",
        ("form", true, _) | ("spaceDelimited" | "pipeDelimited", true, Kind::List) => "Repeated",
        ("form", false, _) => "Comma",
        ("spaceDelimited", false, Kind::List) => "Space",
        ("pipeDelimited", false, Kind::List) => "Pipe",
        _ => return None,
    })
}

/// The schema as the generator gets it, and what it lost.
pub(super) fn value(
    root: &Value,
    parameter: &Value,
    place: &str,
    kind: Kind,
) -> (Value, Option<&'static str>) {
    let text = || json!({ "type": "string" });
    let schema = parameter.get("schema").cloned().unwrap_or_else(text);
    let target = resolved(root, "", &schema).map(|(_, target)| target.clone()).unwrap_or_default();
    let is_array = target.get("type").is_some_and(|kind| kind == "array");
    let is = |key: &str, value: &str| target.get(key).is_some_and(|node| node == value);
    // A password stays a secret; the runtime checks it all the same.
    let is_plain_text =
        is("type", "string") && !is("format", "password") && target.get("enum").is_none();
    // The conversion of this format is in `render`.
    let segment = || json!({ "type": "string", "format": "path-segment" });
    let (mut schema, note) = match (place, kind) {
        ("path", Kind::Scalar) if !is_plain_text => (schema, None),
        ("path", Kind::Scalar | Kind::Text) => (segment(), None),
        ("path", _) => (segment(), Some("is a text that the caller puts together")),
        ("query", Kind::List) if !is_array => {
            (json!({ "type": "array", "items": text() }), Some("is a list of texts"))
        }
        ("query", Kind::Object) => (json!({ "type": "object" }), Some("is a map of its members")),
        (_, Kind::Scalar) | ("query", Kind::List) => (schema, None),
        (_, Kind::Text) => (text(), Some("is a text")),
        _ => (text(), Some("is a text that the caller puts together")),
    };
    // A title would name the type, and clash with others of that title; an
    // absent value is not sent, so there is no null; a set has no order.
    if let Some(items) = schema.get_mut("items").and_then(Value::as_object_mut) {
        items.shift_remove("title");
    }
    if let Some(own) = schema.as_object_mut() {
        for key in ["title", "uniqueItems", "default", "example", "nullable"] {
            own.shift_remove(key);
        }
    }
    (schema, note)
}
