//! What a schema of the contract amounts to, once its references are followed and
//! its parts are put together.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::document::names::pascal;
use crate::openapi::refs::{items, resolve};

/// How deep schemas are followed: no honest one is deeper.
pub(super) const DEPTH: usize = 40;

/// References followed, parts of an `allOf` put together, and unions that are
/// none taken away.
pub(super) fn flat(root: &Value, node: &Value, depth: usize) -> Value {
    let mut whole = resolve(root, node).clone();
    if depth > DEPTH {
        return json!({});
    }
    if let Some(parts) = whole.get("allOf").cloned() {
        let mut merged = whole.as_object().cloned().unwrap_or_default();
        merged.shift_remove("allOf");
        for part in items(&parts).map(|part| flat(root, part, depth + 1)) {
            merge(&mut merged, part);
        }
        whole = merged.into();
    }
    for key in ["oneOf", "anyOf"] {
        let Some(all) = whole.get(key).cloned() else { continue };
        let is_null = |part: &&Value| part["type"] == "null" || part["enum"] == json!([null]);
        let (nulls, parts): (Vec<_>, Vec<_>) = items(&all).partition(is_null);
        if let [one] = parts.as_slice() {
            let mut one = flat(root, one, depth + 1);
            if !nulls.is_empty() || whole["nullable"] == true {
                one["nullable"] = true.into();
            }
            return one;
        }
    }
    whole
}

/// What a schema becomes.
pub(super) enum Kind<'a> {
    Type,
    List,
    Map,
    Scalar(&'a str),
    Any(&'static str),
}

/// What a flat schema becomes.
pub(super) fn kind(node: &Value) -> Kind<'_> {
    let parts = node.get("oneOf").or_else(|| node.get("anyOf"));
    let properties = node["properties"].as_object().is_some_and(|all| !all.is_empty());
    match node["type"].as_str() {
        _ if parts.is_some() && node.get("discriminator").is_none() => {
            Kind::Any("any JSON: the contract has several shapes, and nothing tells them apart")
        }
        _ if parts.is_some() => Kind::Type,
        Some("string") | None if is_enum(node) => Kind::Type,
        Some("array") => Kind::List,
        Some("object") | None if properties => Kind::Type,
        Some("object") => Kind::Map,
        Some(kind @ ("string" | "integer" | "number" | "boolean")) => Kind::Scalar(kind),
        _ => Kind::Any("any JSON: the contract says no type"),
    }
}

/// Whether each text becomes a variant of its own.
fn is_enum(node: &Value) -> bool {
    let texts: Vec<_> = items(&node["enum"]).filter(|value| !value.is_null()).collect();
    let variants: HashSet<_> = texts.iter().filter_map(|text| text.as_str()).map(pascal).collect();
    !texts.is_empty() && variants.len() == texts.len()
}

/// One part of an `allOf` more.
fn merge(whole: &mut Map<String, Value>, part: Value) {
    let Value::Object(part) = part else { return };
    for (key, value) in part {
        match (whole.get_mut(&key), value) {
            (Some(Value::Object(own)), Value::Object(more)) if key == "properties" => {
                own.extend(more)
            }
            (Some(Value::Array(own)), Value::Array(more)) if key == "required" => own.extend(more),
            (Some(_), _) => {}
            (None, value) => drop(whole.insert(key, value)),
        }
    }
}
