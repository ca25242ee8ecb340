//! Where the schemas of a document stand, and how to go through them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::document::{child, push, unescape};

/// A schema's members.
pub(super) type Schema = Map<String, Value>;

const PREFIX: &str = "#/components/schemas/";

/// Visits every schema, what it holds before itself, with its JSON pointer.
pub(super) fn each(document: &mut Value, visit: &mut dyn FnMut(&str, &mut Value)) {
    roots(document, &mut |pointer, root| inner_first(root, pointer, visit));
}

/// Visits the schemas that stand in no other schema.
pub(super) fn roots(document: &mut Value, visit: &mut dyn FnMut(&str, &mut Value)) {
    below(document, &mut String::new(), visit);
}

/// `at` is the pointer to `node`, one text for the whole walk: most nodes are
/// no schemas, and nobody asks for their pointers.
fn below(node: &mut Value, at: &mut String, visit: &mut dyn FnMut(&str, &mut Value)) {
    let length = at.len();
    match node {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                push(at, &index.to_string());
                below(item, at, visit);
                at.truncate(length);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                push(at, key);
                match key.as_str() {
                    "schema" => visit(at, member),
                    "schemas" if at == "/components/schemas" => {
                        for (name, schema) in member.as_object_mut().into_iter().flatten() {
                            visit(&child(at, name), schema);
                        }
                    }
                    // What people write there may look like anything.
                    "example" | "examples" => {}
                    key if key.starts_with("x-") => {}
                    _ => below(member, at, visit),
                }
                at.truncate(length);
            }
        }
        _ => {}
    }
}

fn inner_first(schema: &mut Value, pointer: &str, visit: &mut dyn FnMut(&str, &mut Value)) {
    for (below, inner) in inner(schema) {
        inner_first(inner, &format!("{pointer}{below}"), visit);
    }
    visit(pointer, schema);
}

/// The schemas directly below this one, with the rest of their pointers.
pub(super) fn inner(schema: &mut Value) -> Vec<(String, &mut Value)> {
    let mut found = Vec::new();
    for (key, member) in schema.as_object_mut().into_iter().flatten() {
        let at = child("", key);
        match (key.as_str(), member) {
            ("properties", Value::Object(properties)) => {
                found.extend(properties.iter_mut().map(|(name, one)| (child(&at, name), one)));
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(items)) => {
                let items = items.iter_mut().enumerate();
                found.extend(items.map(|(index, one)| (child(&at, &index.to_string()), one)));
            }
            ("items" | "additionalProperties", member @ Value::Object(_)) => {
                found.push((at, member))
            }
            _ => {}
        }
    }
    found
}

/// The schema of this name under `components`.
pub(super) fn named<'a>(document: &'a Value, name: &str) -> Option<&'a Schema> {
    document.pointer(&child("/components/schemas", name))?.as_object()
}

/// The name that a schema refers to, by itself or as all that it is.
pub(super) fn reference(schema: &Schema) -> Option<String> {
    let target = match (schema.get("$ref"), schema.get("allOf").and_then(Value::as_array)) {
        (Some(target), _) => target,
        (None, Some(all)) if all.len() == 1 => all[0].get("$ref")?,
        _ => return None,
    };
    let name = target.as_str()?.strip_prefix(PREFIX)?;
    Some(unescape(name))
}

/// A reference to the schema of this name.
pub(super) fn refer(name: &str) -> Value {
    let name = name.replace('~', "~0").replace('/', "~1");
    Value::from(Schema::from_iter([("$ref".to_owned(), format!("{PREFIX}{name}").into())]))
}

/// Adds named schemas to the document.
pub(super) fn add(document: &mut Value, mut new: Schema) {
    if new.is_empty() {
        return;
    }
    let mut at = document.as_object_mut();
    for key in ["components", "schemas"] {
        at = at.and_then(|members| {
            members.entry(key).or_insert_with(|| Schema::new().into()).as_object_mut()
        });
    }
    if let Some(schemas) = at {
        schemas.append(&mut new);
    }
}

/// The named schemas that only requests hold. All others may come from a
/// server, webhooks that no operation mentions included.
pub(super) fn only_sent(document: &Value) -> BTreeSet<String> {
    let mut sent = Vec::new();
    let mut received = Vec::new();
    let items = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    for (key, node) in items.flat_map(|(_, item)| item.as_object()).flatten() {
        match node {
            Value::Object(operation) => {
                for (key, part) in operation {
                    let side = if key == "responses" { &mut received } else { &mut sent };
                    targets(part, side);
                }
            }
            _ if key == "parameters" => targets(node, &mut sent),
            _ => {}
        }
    }
    let received = closure(document, received);
    closure(document, sent).difference(&received).cloned().collect()
}

/// The named schemas that can be reached from these pointers.
fn closure(document: &Value, mut open: Vec<String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    while let Some(pointer) = open.pop() {
        if seen.insert(pointer.clone())
            && let Some(node) = pointer.strip_prefix('#').and_then(|at| document.pointer(at))
        {
            targets(node, &mut open);
        }
    }
    let names = seen.iter().filter_map(|pointer| pointer.strip_prefix(PREFIX));
    names.map(unescape).collect()
}

fn targets(node: &Value, found: &mut Vec<String>) {
    match node {
        Value::Array(items) => items.iter().for_each(|item| targets(item, found)),
        Value::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("$ref", Value::String(target)) => found.push(target.clone()),
                    ("example" | "examples", _) => {}
                    _ => targets(member, found),
                }
            }
        }
        _ => {}
    }
}
