//! `allOf` of several objects becomes one object with the members of all.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::schemas::{self, Schema};
use super::{Draft, Rule, personal};

pub(super) const RULE: Rule = Rule { name: "all-of", prepare, finish: |_, _| {} };

fn prepare(draft: &mut Draft<'_>) {
    // References lead to what the document said, however much is merged by then.
    let before = draft.value.clone();
    let mut merger = Merger { document: &before, open: Vec::new(), done: BTreeMap::new() };
    draft.each_schema(&RULE, |_, schema, notes| {
        conditions(schema, notes);
        wrapper(schema);
        let referred = schemas::reference(schema).is_some();
        if !schema.contains_key("allOf")
            || referred && !SHAPED.iter().any(|key| schema.contains_key(*key))
        {
            return;
        }
        *schema = merger.merged(schema).unwrap_or_else(|| {
            notes.push("an `allOf` that is no single object: kept as JSON".to_owned());
            let mut any = marks(schema);
            personal::mark_as(&mut any, &before, &Value::from(schema.clone()));
            any
        });
    });
}

/// `anyOf: [{required: [a]}, {required: [b]}]` is a condition, not a shape.
fn conditions(schema: &mut Schema, notes: &mut Vec<String>) {
    for key in ["anyOf", "oneOf"] {
        let all = schema.get(key).and_then(Value::as_array);
        let shapeless = |one: &Value| {
            one.as_object().is_some_and(|one| {
                !["type", "$ref", "allOf", "anyOf", "oneOf", "x-null"]
                    .iter()
                    .any(|key| one.contains_key(*key))
            })
        };
        if schema.contains_key("type") && all.is_some_and(|all| all.iter().all(shapeless)) {
            schema.remove(key);
            notes.push(format!("`{key}` that only demands members: not enforced"));
        }
    }
    // A union says itself what type each of its shapes has.
    let union = schema.contains_key("anyOf") || schema.contains_key("oneOf");
    if union && !schema.contains_key("properties") {
        schema.remove("type");
        schema.remove("additionalProperties");
    }
}

/// `allOf` with one reference and nothing that adds to it is that reference.
fn wrapper(schema: &mut Schema) {
    let Some(Value::Array(parts)) = schema.get_mut("allOf") else { return };
    let shapes = ["type", "required", "$ref", "allOf", "anyOf", "oneOf"];
    parts.retain(|part| shapes.iter().any(|key| part.get(key).is_some()));
    let one = parts.len() == 1 && parts[0].get("$ref").is_some();
    match parts.is_empty() {
        true => drop(schema.remove("allOf")),
        false if one && !SHAPED.iter().any(|key| schema.contains_key(*key)) => {
            schema.retain(|key, _| key != "type" && key != "additionalProperties");
        }
        false => {}
    }
}

/// What says more of a schema than its type.
const SHAPED: [&str; 6] = ["properties", "required", "items", "enum", "anyOf", "oneOf"];

/// What is said about a schema, without what it is.
fn marks(schema: &Schema) -> Schema {
    let about = |key: &str| key.starts_with("x-") || ["description", "nullable"].contains(&key);
    schema
        .iter()
        .filter(|(key, _)| about(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Merges the parts of `allOf`.
struct Merger<'a> {
    document: &'a Value,
    /// The names that are being merged: one that comes again is a circle.
    open: Vec<String>,
    /// The names that were: many schemas may share one.
    done: BTreeMap<String, Option<Schema>>,
}

impl Merger<'_> {
    /// The schema without `allOf`; `None` where its parts are not all objects.
    fn merged(&mut self, schema: &Schema) -> Option<Schema> {
        if let Some(name) = schema.get("$ref").and(schemas::reference(schema)) {
            let mut target = self.named(name)?;
            target.extend(marks(schema));
            return Some(target);
        }
        let mut own = schema.clone();
        let mut parts = Vec::new();
        for part in own.remove("allOf").as_ref().and_then(Value::as_array).into_iter().flatten() {
            let mut part = self.merged(part.as_object()?)?;
            // The parts describe themselves; a null is the whole's business.
            part.remove("description");
            parts.push(part);
        }
        let null = own.contains_key("nullable")
            || !parts.is_empty() && parts.iter().all(|part| part.contains_key("nullable"));
        let mut whole = Schema::new();
        for part in parts.into_iter().chain([own]) {
            whole = both(whole, part, self.document)?;
        }
        whole.remove("nullable");
        if null {
            whole.insert("nullable".to_owned(), true.into());
        }
        Some(whole)
    }

    fn named(&mut self, name: String) -> Option<Schema> {
        if let Some(done) = self.done.get(&name) {
            return done.clone();
        }
        if self.open.contains(&name) {
            return None;
        }
        self.open.push(name.clone());
        let schema = schemas::named(self.document, &name);
        let merged = schema.and_then(|schema| self.merged(schema));
        self.open.pop();
        self.done.insert(name, merged.clone());
        merged
    }
}

fn both(mut one: Schema, two: Schema, document: &Value) -> Option<Schema> {
    let union = |schema: &Schema| schema.contains_key("anyOf") || schema.contains_key("oneOf");
    let shape = |schema: &Schema| union(schema) || schema.contains_key("type");
    if union(&one) && shape(&two) || union(&two) && shape(&one) {
        return None;
    }
    for (key, value) in two {
        match (key.as_str(), one.get_mut(&key), value) {
            ("properties", Some(Value::Object(all)), Value::Object(more)) => {
                for (name, mut member) in more {
                    // What is said again stays personal.
                    if let (Some(before), Some(member)) = (all.get(&name), member.as_object_mut()) {
                        personal::mark_as(member, document, before);
                    }
                    all.insert(name, member);
                }
            }
            ("required", Some(Value::Array(all)), Value::Array(more)) => {
                all.extend(more);
                let mut seen = HashSet::new();
                all.retain(|name| seen.insert(name.to_string()));
            }
            ("type", Some(kind), other) if *kind != other => return None,
            (_, _, value) => {
                one.insert(key, value);
            }
        }
    }
    Some(one)
}
