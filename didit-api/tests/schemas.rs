//! The JSON Schema of each generated type says what the document says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "schemars")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

const AUTH: &str = include_str!("../src/generated/auth.json");
const SESSIONS_V1: &str = include_str!("../src/generated/sessions_v1.json");

#[test]
fn every_named_schema_of_auth_agrees_with_its_type() {
    agree(AUTH, didit_api::auth::json_schemas());
}

#[test]
fn every_named_schema_of_sessions_v1_agrees_with_its_type() {
    agree(SESSIONS_V1, didit_api::sessions_v1::json_schemas());
}

fn agree(document: &str, types: BTreeMap<&'static str, schemars::Schema>) {
    let document: Value = serde_json::from_str(document).unwrap();
    let mut schemas = document["components"]["schemas"].as_object().unwrap().clone();
    // In Rust, one type for all errors, which takes any body.
    schemas.remove("ErrorBody");
    let names: BTreeSet<&str> = schemas.keys().map(String::as_str).collect();
    assert_eq!(names, types.keys().copied().collect());
    for (name, schema) in &schemas {
        let generated = types[name.as_str()].as_value();
        assert_eq!(normal(schema, &document), normal(generated, generated), "{name}");
    }
}

/// What a schema demands, in one spelling: references resolved, `null` left out
/// (an optional member of a Rust type takes it), one description per line.
fn normal(schema: &Value, root: &Value) -> Value {
    if let Some(path) = schema["$ref"].as_str() {
        return normal(root.pointer(path.trim_start_matches('#')).unwrap(), root);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        // An open enum: the documented values, or any text.
        if let Some(known) = choices.iter().find(|one| one.get("enum").is_some()) {
            let mut known = known.clone();
            if let Some(text) = schema.get("description") {
                known["description"] = text.clone();
            }
            return normal(&known, root);
        }
        let [choice] = &choices.iter().filter(|one| one["type"] != "null").collect::<Vec<_>>()[..]
        else {
            panic!("more than one choice in {schema}");
        };
        return normal(choice, root);
    }
    let mut result = Map::new();
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().find(|one| *one != "null").unwrap(),
        one => one,
    };
    result.insert("type".into(), types.clone());
    if let Some(text) = schema["description"].as_str() {
        result.insert(
            "description".into(),
            text.split_whitespace().collect::<Vec<_>>().join(" ").into(),
        );
    }
    result.extend(schema.get("enum").map(|values| ("enum".to_owned(), values.clone())));
    // Other formats and patterns stay text: lowering takes them away.
    let typed = schema.get("format").filter(|one| *one == "password" || *one == "seconds");
    result.extend(typed.map(|format| ("format".to_owned(), format.clone())));
    if let Some(items) = schema.get("items") {
        result.insert("items".into(), normal(items, root));
    }
    if let Some(properties) = schema["properties"].as_object() {
        let normal = |(name, value): (&String, &Value)| (name.clone(), normal(value, root));
        result.insert("properties".into(), properties.iter().map(normal).collect());
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let required: BTreeSet<&str> = required.iter().map(|name| name.as_str().unwrap()).collect();
        result.insert("required".into(), json!(required));
    }
    result.into()
}
