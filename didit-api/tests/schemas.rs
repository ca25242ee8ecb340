//! The JSON Schema of each generated type says what the document says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "schemars")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

#[path = "support/fixtures.rs"]
mod fixtures;
// What the generated code finds as `crate::…`.
use didit_api::*;
use fixtures::*;

/// `../src/generated/…` or a snapshot of xtask's tests.
macro_rules! document {
    ($path:literal) => {
        &serde_json::from_str(include_str!($path)).unwrap()
    };
}

#[test]
fn every_named_schema_of_auth_agrees_with_its_type() {
    // In Rust, one type for all errors, which takes any body.
    agree(document!("../src/generated/auth.json"), auth::json_schemas(), &["ErrorBody"]);
}

#[test]
fn every_named_schema_of_sessions_v1_agrees_with_its_type() {
    agree(document!("../src/generated/sessions_v1.json"), sessions_v1::json_schemas(), &[]);
}

/// One of them has a member that is required and may be `null`.
#[test]
fn every_named_schema_of_the_fixtures_agrees_with_its_type() {
    let shop = document!("../../xtask/tests/guards/snapshots/documents/examples.snap.json");
    agree(shop, examples::json_schemas(), &[]);
    // Forms with files are no JSON.
    let archive = document!("../../xtask/tests/guards/snapshots/documents/upload.snap.json");
    agree(archive, upload::json_schemas(), &["Scan", "Scans"]);
}

#[test]
fn every_named_type_has_its_schema_which_says_what_another_document_does() {
    let names = |schemas: BTreeMap<&'static str, schemars::Schema>| {
        schemas.into_keys().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(library::json_schemas()), "Book Doubt State");
    assert_eq!(names(vault::json_schemas()), "OpenRequest OpenResponse");
    assert_eq!(names(people::json_schemas()), "Address Gender Passport Person Tags");
    let report = &shapes::json_schemas()["Report"];
    let book = &report.as_value()["$defs"]["Book"];
    assert_eq!(book["properties"], library::json_schemas()["Book"].as_value()["properties"]);
}

fn agree(document: &Value, types: BTreeMap<&'static str, schemars::Schema>, without: &[&str]) {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let names = schemas.keys().map(String::as_str).filter(|name| !without.contains(name));
    assert_eq!(names.collect::<BTreeSet<_>>(), types.keys().copied().collect());
    for (name, generated) in types {
        let generated = generated.as_value();
        same(name, &normal(&schemas[name], document), &normal(generated, generated));
    }
}

/// Fails with the place of the first difference, and what stands there.
#[track_caller]
fn same(at: &str, document: &Value, rust: &Value) {
    let (Value::Object(members), Value::Object(others)) = (document, rust) else {
        assert_eq!(document, rust, "{at}");
        return;
    };
    let names: BTreeSet<_> = members.keys().chain(others.keys()).collect();
    names.into_iter().for_each(|name| same(&format!("{at}/{name}"), &document[name], &rust[name]));
}

/// What a schema demands, in one spelling: references resolved, `null` left out
/// (an optional member of a Rust type takes it) and with it that a member must be
/// there which may be `null` (schemars takes every `Option` for optional), one
/// description per line.
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
        let required = required.iter().map(|name| name.as_str().unwrap());
        let required: BTreeSet<_> =
            required.filter(|name| properties[*name]["nullable"] != true).collect();
        result.insert("required".into(), json!(required));
    }
    result.into()
}
