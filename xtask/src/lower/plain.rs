//! Schemas in plain words: what only constrains a value is left out, because an
//! answer that breaks a constraint must still be read, and what would need
//! another crate is text.
//!
//! | in the document | in the types |
//! | --- | --- |
//! | `pattern`, lengths, bounds, `not`, … | nothing |
//! | `default` | a sentence in the description: the server's business |
//! | `date-time`, `uuid`, `ip`, … | the text as it came |
//! | `int32`, `float` | 64 bits |
//! | `additionalProperties: false` | unknown members are ignored |
//! | `additionalProperties` beside `properties` | `extra`, as JSON |
//! | `enum` of anything but strings, or of strings that no Rust name tells apart | the bare type |

use serde_json::{Value, json};

use super::schemas::Schema;
use super::{Draft, Rule, names, personal};

pub(super) const RULE: Rule = Rule { name: "plain", prepare, finish: |_, _| {} };

const CONSTRAINTS: [&str; 14] = [
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "not",
];

fn prepare(draft: &mut Draft<'_>) {
    let mut faults = Vec::new();
    let before = draft.value.clone();
    draft.each_schema(&RULE, |pointer, schema, notes| {
        if schema.contains_key("$ref") {
            return reference(schema);
        }
        let gone: Vec<_> =
            CONSTRAINTS.into_iter().filter(|key| schema.remove(*key).is_some()).collect();
        if !gone.is_empty() {
            notes.push(format!("not enforced: {}", gone.join(", ")));
        }
        if let Some(default) = schema.remove("default") {
            describe(schema, &format!("Default: `{default}`."));
            notes.push("`default` is left to the server".to_owned());
        }
        values(schema, notes);
        let kind = kind(schema);
        if let Some(kind) = &kind {
            schema.insert("type".to_owned(), kind.as_str().into());
        }
        if !matches!(kind.as_deref(), Some("string" | "integer" | "number" | "boolean")) {
            schema.remove("format");
        }
        match kind.as_deref() {
            Some("string" | "integer" | "number" | "boolean") => scalar(schema, notes),
            Some("object") => members(schema, &before, notes),
            Some("array") => {
                schema.entry("items").or_insert_with(|| json!({}));
            }
            Some("null") => {
                schema.remove("type");
                schema.insert("x-null".to_owned(), true.into());
            }
            Some(other) => faults.push((pointer.to_owned(), other.to_owned())),
            None => {}
        }
        let says_nothing =
            !["type", "allOf", "anyOf", "oneOf"].iter().any(|key| schema.contains_key(*key));
        if says_nothing || schema.get("nullable") != Some(&Value::Bool(true)) {
            schema.remove("nullable");
        }
    });
    for (pointer, kind) in faults {
        draft.find(&pointer, format!("`{kind}` is no type of OpenAPI 3.0: string, number, integer, boolean, array, object"));
    }
}

/// What stands beside a `$ref` is lost on the generator; around one it is not.
fn reference(schema: &mut Schema) {
    if schema.contains_key("description") || schema.get("nullable") == Some(&Value::Bool(true)) {
        let target = schema.remove("$ref").unwrap_or_default();
        schema.insert("allOf".to_owned(), json!([{ "$ref": target }]));
    }
}

fn describe(schema: &mut Schema, more: &str) {
    let before = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let text = if before.is_empty() {
        more.to_owned()
    } else {
        format!("{}\n\n{more}", before.trim_end())
    };
    schema.insert("description".to_owned(), text.into());
}

/// The type, also where only the other keywords tell it.
fn kind(schema: &Schema) -> Option<String> {
    let has = |key: &str| schema.contains_key(key);
    let told = schema.get("type").and_then(Value::as_str);
    let kind = match () {
        () if told.is_some() => told?,
        () if has("properties") || has("additionalProperties") => "object",
        () if has("items") => "array",
        () if has("enum") => "string",
        () => return None,
    };
    Some(kind.to_owned())
}

/// What is left of `enum`: distinct strings that Rust names tell apart.
pub(super) fn values(schema: &mut Schema, notes: &mut Vec<String>) {
    let Some(Value::Array(mut values)) = schema.remove("enum") else { return };
    if values.iter().any(Value::is_null) {
        values.retain(|value| !value.is_null());
        schema.insert("nullable".to_owned(), true.into());
        if values.is_empty() {
            schema.insert("type".to_owned(), "null".into());
        }
    }
    if values.is_empty() {
        return;
    }
    let mut seen = std::collections::HashSet::new();
    values.retain(|value| seen.insert(value.to_string()));
    let text: Option<Vec<_>> = values.iter().map(Value::as_str).collect();
    let is_text = schema.get("type").is_none_or(|kind| kind == "string");
    let Some(text) = text.filter(|_| is_text) else {
        return notes.push("`enum` of other things than strings: any value is taken".to_owned());
    };
    let mut idents = std::collections::HashSet::new();
    if text.iter().all(|text| idents.insert(names::pascal(text))) {
        schema.insert("enum".to_owned(), values.into());
    } else {
        schema.insert("type".to_owned(), "string".into());
        notes.push("`enum` with values that are one name in Rust: text".to_owned());
    }
}

fn scalar(schema: &mut Schema, notes: &mut Vec<String>) {
    for key in ["properties", "required", "additionalProperties", "items"] {
        schema.remove(key);
    }
    let format = schema.remove("format");
    let Some(format) = format.as_ref().and_then(Value::as_str) else { return };
    match format {
        "password" | "binary" | "uint64" | "seconds" => {
            schema.insert("format".to_owned(), format.into());
        }
        "date" | "date-time" | "uuid" | "ip" | "ipv4" | "ipv6" => {
            notes.push(format!("`{format}` stays text, as it came"));
        }
        "int64" | "double" => {}
        "int32" | "float" => notes.push(format!("`{format}` has 64 bits")),
        _ => {}
    }
}

fn members(schema: &mut Schema, document: &Value, notes: &mut Vec<String>) {
    schema.remove("items");
    let has_members =
        schema.get("properties").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
    match schema.get("additionalProperties") {
        Some(Value::Bool(false)) => {
            schema.remove("additionalProperties");
            notes.push("unknown members are ignored, not refused".to_owned());
        }
        Some(Value::Bool(true)) => {
            schema.insert("additionalProperties".to_owned(), json!({}));
        }
        Some(Value::Object(of)) if has_members && !of.is_empty() => {
            let marks = of.iter().filter(|(key, _)| key.starts_with("x-"));
            let secret = of.get("format").filter(|format| *format == "password");
            if secret.is_none() {
                let mut any: Schema =
                    marks.map(|(key, mark)| (key.clone(), mark.clone())).collect();
                personal::mark_as(&mut any, document, &Value::from(of.clone()));
                schema.insert("additionalProperties".to_owned(), any.into());
                notes.push("unknown members are kept as JSON of any type".to_owned());
            }
        }
        _ => {}
    }
}
