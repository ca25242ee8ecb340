//! A `$ref` to a schema that has no name: the generator takes only those under
//! `components.schemas`, so the schema gets a name there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Draft, Rule, names, personal, schemas};
use crate::document::members;

/// A schema behind a pointer gets a name.
pub(super) const RULE: Rule = Rule { name: "references", prepare, finish: |_, _| {} };

/// A name that stands for itself, over however many others, says nothing.
pub(super) const LOOPS: Rule = Rule { name: "loops", prepare: loops, finish: |_, _| {} };

fn prepare(draft: &mut Draft<'_>) {
    // Other rules have moved schemas by now; what they moved has a name.
    let (document, lowered) = (&draft.document.value, draft.value.clone());
    let mut taken = names::of_schemas(&lowered).into_values().collect();
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let mut new = Map::new();
    let mut lost = Vec::new();
    draft.each_schema(&RULE, |pointer, schema, notes| {
        let Some(Value::String(target)) = schema.get("$ref") else { return };
        let at = target.strip_prefix('#').unwrap_or_default();
        if named_schema(at) && lowered.pointer(at).is_some() {
            return;
        }
        let found = lowered.pointer(at).cloned();
        let found = found.or_else(|| Some(personal::adopted(document.pointer(at)?.clone(), at)));
        let Some(found) = found.filter(|found| found.is_object() && !at.is_empty()) else {
            return lost.push((format!("{pointer}/$ref"), target.clone()));
        };
        let name = named.entry(target.clone()).or_insert_with(|| {
            let words: Vec<_> =
                at.split('/').skip(3).filter(|word| *word != "properties").collect();
            names::free(&mut taken, &names::type_name(&words.join("_")))
        });
        new.entry(name.clone()).or_insert(found);
        notes.push(format!("the schema behind `{target}` has the name `{name}`"));
        *schema = schemas::refer(name).as_object().cloned().unwrap_or_default();
    });
    // What was copied may refer to unnamed schemas in turn; these have names by now
    // or refer to what is copied here.
    for schema in new.values_mut() {
        rename(schema, &named);
    }
    schemas::add(&mut draft.value, new);
    for (pointer, target) in lost {
        let form = "`#/components/schemas/Name`, in this document";
        draft.find(&pointer, format!("`{target}` leads to no schema; refer to {form}"));
    }
}

fn loops(draft: &mut Draft<'_>) {
    let before = draft.value.clone();
    for (pointer, name, _) in members(&before, "/components/schemas") {
        let mut seen = BTreeSet::new();
        let mut next = Some(name.clone());
        while let Some(name) = next.take_if(|name| seen.insert(name.clone())) {
            next = schemas::named(&before, &name).and_then(schemas::reference);
        }
        if next.as_ref() == Some(name)
            && let Some(schema) = draft.value.pointer_mut(&pointer).and_then(Value::as_object_mut)
        {
            schema.retain(|key, _| key != "$ref" && key != "allOf");
            draft.change(&LOOPS, &pointer, "refers to itself: any JSON");
        }
    }
}

fn named_schema(at: &str) -> bool {
    at.strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'))
}

fn rename(node: &mut Value, named: &BTreeMap<String, String>) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, named)),
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            if let Some(name) = target.and_then(|target| named.get(target)) {
                let target = schemas::refer(name);
                members.insert("$ref".to_owned(), target["$ref"].clone());
            }
            members.values_mut().for_each(|member| rename(member, named));
        }
        _ => {}
    }
}
