//! `x-personal`: `Debug` prints `[personal]` in place of the value, in the type,
//! in the builder of the type, and in the builder of an operation that takes it.
//!
//! The mark reaches to the nearest thing that has a `Debug` of its own: the
//! member that holds the marked schema, or else the named type.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens as _;
use serde_json::Value;
use syn::{Fields, Item, ItemStruct, parse_quote};

use super::schemas::{self, Schema};
use super::{Draft, Rule, attributes, names};
use crate::document::{child, members, named};

pub(super) const RULE: Rule = Rule { name: "x-personal", prepare, finish };

/// Each mark becomes a list with the pointer to itself, so that it can be
/// followed through every merge and move.
fn prepare(draft: &mut Draft<'_>) {
    let sites: Vec<_> = sites(draft);
    for site in sites {
        if let Some(mark) = draft.value.pointer_mut(&site)
            && *mark == true
        {
            *mark = Value::from(vec![site]);
        }
    }
    schemas::roots(&mut draft.value, &mut |_, root| spread(root, None));
}

/// What stands inside a personal schema may become a type of its own.
fn spread(schema: &mut Value, outer: Option<&Value>) {
    let own = schema.get("x-personal").filter(|mark| mark.is_array()).or(outer).cloned();
    if let (Some(mark), Some(schema)) = (&own, schema.as_object_mut()) {
        schema.insert("x-personal".to_owned(), mark.clone());
    }
    for (_, inner) in schemas::inner(schema) {
        spread(inner, own.as_ref());
    }
}

/// The mark for what takes the place of `node`, if it leads to anything that may
/// not show: to a mark, or to a secret, whose type goes with it.
pub(super) fn mark(document: &Value, node: &Value) -> Option<Value> {
    fn walk(document: &Value, node: &Value, seen: &mut BTreeSet<String>) -> bool {
        let Some(members) = node.as_object() else {
            let mut items = node.as_array().into_iter().flatten();
            return items.any(|item| walk(document, item, seen));
        };
        members.iter().any(|(key, member)| match (key.as_str(), member) {
            ("$ref", Value::String(target)) => {
                let target = target.strip_prefix('#').filter(|at| seen.insert((*at).to_owned()));
                let target = target.and_then(|at| document.pointer(at));
                target.is_some_and(|target| walk(document, target, seen))
            }
            ("x-personal", Value::Array(_)) => true,
            ("format", Value::String(format)) => format == "password",
            ("example" | "examples", _) => false,
            _ => walk(document, member, seen),
        })
    }
    let mut sites = BTreeSet::new();
    let hidden = marks(node, &mut sites) | walk(document, node, &mut BTreeSet::new());
    hidden.then(|| sites.into_iter().collect())
}

/// Puts [`mark`] on `schema`, which takes the place of `node`, beside its own.
pub(super) fn mark_as(schema: &mut Schema, document: &Value, node: &Value) {
    if let Some(Value::Array(mut sites)) = mark(document, node) {
        let own = schema.get("x-personal").and_then(Value::as_array);
        sites.extend(own.into_iter().flatten().cloned());
        schema.insert("x-personal".to_owned(), sites.into());
    }
}

/// What the author wrote at `pointer`, with its marks as [`prepare`] leaves them.
pub(super) fn adopted(mut schema: Value, pointer: &str) -> Value {
    for site in named(&schema, "x-personal") {
        if let Some(mark) = schema.pointer_mut(&site)
            && *mark == true
        {
            *mark = Value::from(vec![format!("{pointer}{site}")]);
        }
    }
    spread(&mut schema, None);
    schema
}

fn sites(draft: &Draft<'_>) -> Vec<String> {
    named(&draft.document.value, "x-personal")
}

/// What of a type must not show.
#[derive(Default)]
struct Hidden {
    whole: bool,
    fields: BTreeSet<String>,
    marks: BTreeSet<String>,
}

impl Hidden {
    /// What the schema of a type marks.
    fn of(schema: &Schema) -> Self {
        let mut hidden = Self::default();
        for (key, member) in schema {
            match (key.as_str(), member) {
                ("properties", Value::Object(properties)) => {
                    for (name, node) in properties {
                        hidden.field(names::field(name), node);
                    }
                }
                ("additionalProperties", node) if schema.contains_key("properties") => {
                    hidden.field("extra".to_owned(), node);
                }
                ("x-personal", _) | (_, Value::Object(_) | Value::Array(_)) => {
                    hidden.whole |= marks(&serde_json::json!({ key: member }), &mut hidden.marks);
                }
                _ => {}
            }
        }
        hidden
    }

    fn field(&mut self, name: String, node: &Value) {
        if marks(node, &mut self.marks) {
            self.fields.insert(name);
        }
    }

    fn is_none(&self) -> bool {
        !self.whole && self.fields.is_empty()
    }

    /// `Debug` for a struct or an enum, by hand.
    fn debug(&self, item: &mut Item) -> Option<Item> {
        let (ident, generics, fields) = match item {
            Item::Struct(ItemStruct { ident, generics, fields, attrs, .. }) => {
                attributes::underive(attrs, "Debug");
                (ident, generics, Some(fields))
            }
            Item::Enum(item) => {
                attributes::underive(&mut item.attrs, "Debug");
                (&mut item.ident, &mut item.generics, None)
            }
            _ => return None,
        };
        let name = ident.to_string();
        let (implement, of, _) = generics.split_for_impl();
        let body: syn::Expr = match fields {
            Some(Fields::Named(fields)) if !self.whole => {
                let lines =
                    fields.named.iter().filter_map(|field| field.ident.as_ref()).map(|ident| {
                        let name = ident.to_string();
                        let shown: syn::Expr = match self.fields.contains(&name) {
                            true => parse_quote!(&::std::format_args!("[personal]")),
                            false => parse_quote!(&self.#ident),
                        };
                        quote::quote!(.field(#name, #shown))
                    });
                parse_quote!(f.debug_struct(#name) #(#lines)* .finish())
            }
            _ => {
                let text = format!("{name}([personal])");
                parse_quote!(f.write_str(#text))
            }
        };
        Some(parse_quote! {
            impl #implement ::std::fmt::Debug for #ident #of {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    #body
                }
            }
        })
    }
}

/// Whether there is a mark in the node; `found` gets all of them.
fn marks(node: &Value, found: &mut BTreeSet<String>) -> bool {
    let mut any = false;
    match node {
        Value::Array(items) => items.iter().for_each(|item| any |= marks(item, found)),
        Value::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("x-personal", Value::Array(sites)) => {
                        found.extend(sites.iter().filter_map(Value::as_str).map(str::to_owned));
                        any = true;
                    }
                    ("example" | "examples", _) => {}
                    _ => any |= marks(member, found),
                }
            }
        }
        _ => {}
    }
    any
}

fn finish(draft: &mut Draft<'_>, file: &mut syn::File) {
    let sites = sites(draft);
    if sites.is_empty() {
        return;
    }
    let types = members(&draft.value, "/components/schemas");
    let types: BTreeMap<_, _> = types
        .filter_map(|(_, name, schema)| Some((name.clone(), Hidden::of(schema.as_object()?))))
        .collect();
    let calls = draft.contract.operations.iter();
    let calls: BTreeMap<_, _> = calls
        .map(|operation| (names::pascal(&operation.id), of_call(&draft.value, &operation.pointer)))
        .collect();
    let mut applied = BTreeSet::new();
    let mut shown = String::new();
    if let Some(items) = crate::tidy::module(&mut file.items, "builder") {
        hide(items, &calls, &mut applied);
        shown = quote::quote!(#(#items)*).to_string();
    }
    if let Some(items) = crate::tidy::types(file) {
        hide(items, &types, &mut applied);
        // A whole value that no path or query needs as text does not print either.
        items.retain(|item| match item {
            Item::Impl(item) => {
                let is_display = item.trait_.as_ref().is_some_and(|(path, _)| {
                    path.segments.last().is_some_and(|last| last.ident == "Display")
                });
                let name = item.self_ty.to_token_stream().to_string();
                let whole = types.get(&name).is_some_and(|hidden| hidden.whole);
                !(is_display && whole) || shown.contains(&format!("types :: {name}"))
            }
            _ => true,
        });
        if let Some(items) = crate::tidy::module(items, "builder") {
            hide(items, &types, &mut applied);
        }
    }
    for site in sites {
        if applied.contains(&site) {
            draft.change(&RULE, &site, "`Debug` prints `[personal]`");
        } else {
            let message = "`x-personal` changes nothing here; it needs the value true, on a \
                           schema, a member or a parameter that ends in a Rust type";
            draft.find(&site, message);
        }
    }
}

/// What of a call must not show: its parameters, and a body without a type of its own.
fn of_call(document: &Value, operation: &str) -> Hidden {
    let mut hidden = Hidden::default();
    let path = operation.rsplit_once('/').map_or("", |(path, _)| path);
    for owner in [path, operation] {
        let list = document.pointer(&child(owner, "parameters")).and_then(Value::as_array);
        for parameter in list.into_iter().flatten() {
            let target = parameter.get("$ref").and_then(Value::as_str);
            let target = target.and_then(|target| document.pointer(target.strip_prefix('#')?));
            let parameter = target.unwrap_or(parameter);
            let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
            hidden.field(names::field(name), parameter);
        }
    }
    if let Some(body) = document.pointer(&child(operation, "requestBody")) {
        hidden.field("body".to_owned(), body);
    }
    hidden
}

fn hide(items: &mut Vec<Item>, hidden: &BTreeMap<String, Hidden>, applied: &mut BTreeSet<String>) {
    let mut new = Vec::new();
    for item in items.iter_mut() {
        let name = match item {
            Item::Struct(item) => item.ident.to_string(),
            Item::Enum(item) => item.ident.to_string(),
            _ => continue,
        };
        if let Some(hidden) = hidden.get(&name).filter(|hidden| !hidden.is_none())
            && let Some(debug) = hidden.debug(item)
        {
            applied.extend(hidden.marks.iter().cloned());
            new.push(debug);
        }
    }
    attributes::insert_types(items, new);
}
