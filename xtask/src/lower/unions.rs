//! `oneOf` and `anyOf`: an enum with one variant per shape, read by the first
//! shape that fits, with the rest of what a server may send in `Other`.
//!
//! A shape fits only its own values, or the union is kept as JSON: serde takes
//! the first match and drops the members that it does not know, so two objects
//! that a reader cannot tell apart would lose data.

use std::collections::BTreeSet;

use quote::format_ident;
use serde_json::{Value, json};
use syn::{Fields, Item, parse_quote};

use super::schemas::{self, Schema};
use super::{Draft, Rule, attributes, personal};

/// Before schemas get their names: what is no union after all.
pub(super) const SINGLE: Rule = Rule { name: "single-union", prepare: single, finish: |_, _| {} };

/// After that: shapes that can be told apart.
pub(super) const APART: Rule = Rule { name: "union", prepare: apart, finish: read };

fn single(draft: &mut Draft<'_>) {
    let before = draft.value.clone();
    draft.each_schema(&SINGLE, |_, schema, notes| {
        if !schema.contains_key("oneOf") && !schema.contains_key("anyOf") {
            return;
        }
        let whole = Value::from(schema.clone());
        let Some(Value::Array(mut shapes)) =
            schema.remove("oneOf").or_else(|| schema.remove("anyOf"))
        else {
            return;
        };
        if schema.remove("anyOf").is_some() || schema.contains_key("type") {
            schema.retain(|key, _| key.starts_with("x-") || key == "description");
            personal::mark_as(schema, &before, &whole);
            return notes.push("a union beside other keywords: kept as JSON".to_owned());
        }
        let before = shapes.len();
        let mut null = schema.contains_key("nullable");
        for shape in shapes.iter_mut().filter_map(Value::as_object_mut) {
            null |= shape.remove("nullable").is_some();
        }
        shapes.retain(|shape| shape.get("x-null").is_none());
        null |= shapes.len() < before;
        shapes.dedup();
        match shapes.as_mut_slice() {
            [] => {}
            [one] if one.get("$ref").is_some() => {
                schema.insert("allOf".to_owned(), json!([one.take()]));
            }
            [Value::Object(one)] => {
                let mut only = std::mem::take(one);
                only.append(schema);
                *schema = only;
            }
            _ => {
                schema.insert("oneOf".to_owned(), shapes.into());
            }
        }
        if null {
            schema.insert("nullable".to_owned(), true.into());
        }
    });
}

fn apart(draft: &mut Draft<'_>) {
    let sent = schemas::only_sent(&draft.value);
    let before = draft.value.clone();
    let mut tags = BTreeSet::new();
    for (name, ident) in draft.idents.clone() {
        let at = format!("/components/schemas/{ident}");
        let Some(schema) = draft.value.pointer_mut(&at).and_then(Value::as_object_mut) else {
            continue;
        };
        let Some(Value::Array(shapes)) = schema.remove("oneOf") else { continue };
        let mark = personal::mark(&before, &Value::from(shapes.clone()));
        let mark = mark.map(|mark| ("x-personal".to_owned(), mark));
        if let Some(text) = text(&shapes, &before) {
            schema.extend(text);
            schema.extend(mark);
            draft.change(&APART, &name, "shapes that are all text: one enum or text");
            continue;
        }
        let note = match told_apart(&ident, shapes.clone(), &before, &mut tags) {
            Some(mut shapes) => {
                if !sent.contains(&ident) {
                    let title = ("title".to_owned(), "Other".into());
                    let other: Schema = std::iter::once(title).chain(mark).collect();
                    shapes.push(other.into());
                }
                let note = format!("{} shapes, read in this order", shapes.len());
                schema.insert("oneOf".to_owned(), shapes.into());
                note
            }
            // Whoever sends says which shape it is.
            None if sent.contains(&ident) => {
                schema.insert("oneOf".to_owned(), shapes.into());
                continue;
            }
            None => {
                schema.extend(mark);
                "shapes that cannot be told apart: kept as JSON".to_owned()
            }
        };
        draft.change(&APART, &name, note);
    }
    for tag in tags {
        let at = format!("/components/schemas/{tag}");
        if let Some(schema) = draft.value.pointer_mut(&at).and_then(Value::as_object_mut) {
            schema.insert("x-closed".to_owned(), true.into());
        }
    }
}

/// Shapes that are all text are one: the values of all, and any other text
/// where one of them takes any.
fn text(shapes: &[Value], document: &Value) -> Option<Schema> {
    let mut values = Vec::new();
    let mut any = false;
    for shape in shapes {
        let shape = resolve(shape.as_object()?, document);
        if shape.get("type")? != "string" {
            return None;
        }
        match shape.get("enum").and_then(Value::as_array) {
            Some(some) => values.extend(some.iter().cloned()),
            None => any = true,
        }
    }
    let mut text = Schema::from_iter([("type".to_owned(), "string".into())]);
    if !values.is_empty() {
        text.insert("enum".to_owned(), values.into());
        text.insert("x-open".to_owned(), any.into());
    }
    let mut quiet = Vec::new();
    super::plain::values(&mut text, &mut quiet);
    Some(text)
}

/// The shapes in an order in which each refuses the values of those after it.
/// `name` is the union's, `tags` gets the enums that this depends on.
fn told_apart(
    name: &str,
    shapes: Vec<Value>,
    document: &Value,
    tags: &mut BTreeSet<String>,
) -> Option<Vec<Value>> {
    let mut found = Vec::new();
    for mut shape in shapes {
        let resolved = resolve(shape.as_object()?, document);
        let kind = resolved.get("type").and_then(Value::as_str)?.to_owned();
        let target = shape.as_object().and_then(schemas::reference);
        let title = match (&target, kind.as_str()) {
            (Some(target), _) => {
                let rest = target.strip_prefix(name).unwrap_or_default();
                let rest = Some(rest).filter(|rest| rest.starts_with(char::is_uppercase));
                rest.unwrap_or(target).to_owned()
            }
            (None, "array") => "List".to_owned(),
            (None, "object") => "Map".to_owned(),
            (None, "string") => "Text".to_owned(),
            (None, other) => other.to_owned(),
        };
        shape = match target {
            Some(target) => json!({ "allOf": [schemas::refer(&target)] }),
            None => shape,
        };
        shape["title"] = title.into();
        found.push((shape, kind, resolved));
    }
    let rank = |kind: &str, schema: &Schema| match kind {
        "object" => {
            let required = schema.get("required").and_then(Value::as_array).map_or(0, Vec::len);
            (0, usize::MAX - required)
        }
        "integer" => (1, 0),
        _ => (2, 0),
    };
    found.sort_by_key(|(_, kind, schema)| rank(kind, schema));
    let mut needed = BTreeSet::new();
    for (index, (_, kind, one)) in found.iter().enumerate() {
        for (_, other, two) in found.iter().skip(index + 1).filter(|(_, other, _)| other == kind) {
            if other != "object" || !refuses(one, two, document, &mut needed) {
                return None;
            }
        }
    }
    tags.extend(needed);
    Some(found.into_iter().map(|(shape, ..)| shape).collect())
}

/// The schema that a chain of references leads to.
fn resolve(schema: &Schema, document: &Value) -> Schema {
    let mut schema = schema.clone();
    for _ in 0..16 {
        let Some(name) = schemas::reference(&schema) else { break };
        schema = schemas::named(document, &name).cloned().unwrap_or_default();
    }
    schema
}

/// Whether no value of the object `two` reads as the object `one`.
fn refuses(one: &Schema, two: &Schema, document: &Value, tags: &mut BTreeSet<String>) -> bool {
    let member = |schema: &Schema, name: &str| {
        schema.get("properties").and_then(|all| all.get(name)).and_then(Value::as_object).cloned()
    };
    let values =
        |member: &Schema| resolve(member, document).get("enum").and_then(Value::as_array).cloned();
    let required = one.get("required").and_then(Value::as_array).into_iter().flatten();
    let mut required = required.filter_map(Value::as_str);
    required.any(|name| match (member(one, name), member(two, name)) {
        (Some(_), None) => true,
        (Some(one), Some(two)) => match (values(&one), values(&two)) {
            (Some(a), Some(b)) if !a.iter().any(|value| b.contains(value)) => {
                tags.extend([&one, &two].into_iter().filter_map(schemas::reference));
                true
            }
            _ => false,
        },
        (None, _) => false,
    })
}

/// Reads a union from the text of the value: serde's own way goes through a
/// buffer that the readers of secrets, durations and tolerant members refuse,
/// and its errors can quote.
fn read(_: &mut Draft<'_>, file: &mut syn::File) {
    let Some(items) = crate::tidy::types(file) else { return };
    let mut readers: Vec<Item> = Vec::new();
    for item in items.iter_mut() {
        let Item::Enum(item) = item else { continue };
        let single = |fields: &Fields| matches!(fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
        if !attributes::serde_says(&item.attrs, "untagged")
            || !item.variants.iter().all(|variant| single(&variant.fields))
        {
            continue;
        }
        attributes::underive(&mut item.attrs, "Deserialize");
        let ident = &item.ident;
        let variants = item.variants.iter().map(|variant| format_ident!("{}", variant.ident));
        readers.push(parse_quote! {
            impl<'de> ::serde::Deserialize<'de> for #ident {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                    crate::runtime::one_of(deserializer, &[
                        #(|json| ::serde_json::from_str(json).ok().map(Self::#variants)),*
                    ])
                }
            }
        });
    }
    attributes::insert_types(items, readers);
}
