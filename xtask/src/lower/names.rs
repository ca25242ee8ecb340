//! One Rust name for each schema, chosen here and not by the generator: it
//! gives two inline schemas of one name the same type, whatever they hold.
//!
//! Every schema that becomes a type of its own moves under `components` by a
//! name that is free, and every name becomes the name of its Rust type. Where
//! two members would be one field, the second gets another name in Rust.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::{Value, json};
use syn::{Item, parse_quote};

use super::schemas::{self, Schema};
use super::{Draft, Rule};
use crate::document::{child, members, unescape};

pub(super) const RULE: Rule = Rule { name: "names", prepare, finish };

/// Names that the code around the types uses for something else.
const TAKEN: [&str; 7] = ["Default", "Err", "From", "None", "Ok", "Self", "Some"];

/// The Rust type of each named schema.
pub fn of_schemas(document: &Value) -> BTreeMap<String, String> {
    let names = || members(document, "/components/schemas").map(|(_, name, _)| name);
    // Whoever is written as its type keeps it.
    let (own, others): (Vec<_>, Vec<_>) = names().partition(|name| is_type(name));
    let mut taken = BTreeSet::new();
    let named = own.into_iter().chain(others);
    named.map(|name| (name.clone(), free(&mut taken, &type_name(name)))).collect()
}

fn is_type(name: &str) -> bool {
    name == type_name(name)
}

pub(super) fn type_name(name: &str) -> String {
    let name = pascal(name);
    if TAKEN.contains(&name.as_str()) { format!("{name}Schema") } else { name }
}

/// The generator's own rule for types and variants.
pub(super) fn pascal(name: &str) -> String {
    let name = match name {
        "+1" => "Plus1".to_owned(),
        "-1" => "Minus1".to_owned(),
        _ => plain(name).to_pascal_case(),
    };
    if name.starts_with(unicode_ident::is_xid_start) { name } else { format!("X{name}") }
}

/// The generator's own rule for fields and parameters.
pub(super) fn field(name: &str) -> String {
    let snake = plain(name).to_snake_case();
    let snake = match snake.starts_with(unicode_ident::is_xid_start) {
        true => snake,
        false => format!("x{snake}"),
    };
    // `gen` is a keyword of the edition that the code is for.
    let is_ident = snake != "gen" && syn::parse_str::<syn::Ident>(&snake).is_ok();
    if is_ident { snake } else { format!("{snake}_") }
}

fn plain(name: &str) -> String {
    name.replace('\'', "").replace(|c| !unicode_ident::is_xid_continue(c), "-")
}

/// The name, with a number where others have it.
pub(super) fn free(taken: &mut BTreeSet<String>, name: &str) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    let free = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(free.clone());
    free
}

fn prepare(draft: &mut Draft<'_>) {
    let names = of_schemas(&draft.value);
    let taken = names.values().cloned().collect();
    let mut value = std::mem::take(&mut draft.value);
    let mut mover = Mover {
        names: &names,
        taken,
        moved: Schema::new(),
        origins: BTreeMap::new(),
        fields: Vec::new(),
        null: nullable(&value),
    };
    let operations = draft.contract.operations.iter();
    let operations: Vec<_> = operations
        .map(|operation| (format!("{}/", operation.pointer), pascal(&operation.id)))
        .collect();
    let before = value.clone();
    schemas::roots(&mut value, &mut |pointer, root| {
        match pointer.strip_prefix("/components/schemas/") {
            Some(name) => {
                let name = unescape(name);
                let ident = names.get(&name).cloned().unwrap_or_default();
                mover.origins.insert(ident.clone(), pointer.to_owned());
                if let Some(schema) = root.as_object_mut() {
                    // A null stands where the schema is used.
                    schema.remove("nullable");
                    mover.members(schema, &ident, pointer);
                }
            }
            None => {
                let operation = operations.iter().find(|(at, _)| pointer.starts_with(at));
                let operation = operation.map(|(_, name)| name.as_str());
                mover.site(root, &root_name(&before, pointer, operation), pointer);
            }
        }
    });
    let Mover { moved, origins, fields, .. } = mover;
    if let Some(Value::Object(all)) = value.pointer_mut("/components/schemas") {
        let renamed = std::mem::take(all)
            .into_iter()
            .map(|(name, schema)| (names.get(&name).cloned().unwrap_or(name), schema));
        *all = renamed.collect();
    }
    schemas::add(&mut value, moved);
    draft.value = value;
    for (name, ident) in names.iter().filter(|(name, ident)| name != ident) {
        draft.change(&RULE, &child("/components/schemas", name), format!("the type `{ident}`"));
    }
    for (pointer, field) in fields {
        draft.change(&RULE, &pointer, format!("the field `{field}`"));
    }
    draft.idents = origins.into_iter().map(|(ident, pointer)| (pointer, ident)).collect();
}

/// The named schemas that may be null.
fn nullable(document: &Value) -> BTreeSet<String> {
    let null = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
    let mut found: BTreeSet<String> = BTreeSet::new();
    loop {
        let before = found.len();
        for (_, name, schema) in members(document, "/components/schemas") {
            let target = schema.as_object().and_then(schemas::reference);
            if null(schema) || target.is_some_and(|target| found.contains(&target)) {
                found.insert(name.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// A name for a schema that stands in an operation or another component.
fn root_name(document: &Value, pointer: &str, operation: Option<&str>) -> String {
    let part = |key: &str| {
        pointer.split_once(key).map(|(_, rest)| rest.split('/').next().unwrap_or_default())
    };
    let owner = operation.map_or_else(
        || pascal(&pointer.split('/').skip(2).take(2).collect::<Vec<_>>().join("_")),
        str::to_owned,
    );
    match (part("/responses/"), part("/parameters/")) {
        (Some(status), _) if status.starts_with('4') || status.starts_with('5') => {
            format!("{owner}Error")
        }
        (Some(_), _) => format!("{owner}Response"),
        (None, Some(index)) => {
            let owned_by = pointer.strip_suffix("/schema").unwrap_or_default();
            let name = document.pointer(&child(owned_by, "name")).and_then(Value::as_str);
            format!("{owner}{}", pascal(name.unwrap_or(index)))
        }
        (None, None) => format!("{owner}Body"),
    }
}

struct Mover<'a> {
    names: &'a BTreeMap<String, String>,
    taken: BTreeSet<String>,
    null: BTreeSet<String>,
    moved: Schema,
    /// Type to pointer.
    origins: BTreeMap<String, String>,
    /// Pointer to another name of the field.
    fields: Vec<(String, String)>,
}

impl Mover<'_> {
    /// A schema that stands in another: a type of its own moves away.
    fn site(&mut self, node: &mut Value, name: &str, pointer: &str) {
        let Some(schema) = node.as_object_mut() else { return };
        let named = ["properties", "oneOf", "enum"].iter().any(|key| schema.contains_key(*key));
        if !named {
            return self.members(schema, name, pointer);
        }
        let ident = free(&mut self.taken, &type_name(name));
        let mut site = Schema::new();
        let stays =
            |key: &String| *key == "nullable" || *key == "description" || key.starts_with("x-");
        for (key, value) in schema.iter().filter(|(key, _)| stays(key)) {
            site.insert(key.clone(), value.clone());
        }
        schema.retain(|key, _| !["nullable", "x-wire"].contains(&key.as_str()));
        self.members(schema, &ident, pointer);
        self.origins.insert(ident.clone(), pointer.to_owned());
        site.insert("allOf".to_owned(), json!([schemas::refer(&ident)]));
        let schema = std::mem::replace(schema, site);
        self.moved.insert(ident, schema.into());
    }

    /// What stands in a schema whose type, or whose owner's, is `name`.
    fn members(&mut self, schema: &mut Schema, name: &str, pointer: &str) {
        if let Some(target) = schema.get("$ref").and(schemas::reference(schema)) {
            let ident = self.names.get(&target).cloned().unwrap_or_else(|| target.clone());
            schema.insert("$ref".to_owned(), schemas::refer(&ident)["$ref"].clone());
            if self.null.contains(&target)
                && let Some(plain) = schema.remove("$ref")
            {
                schema.insert("allOf".to_owned(), json!([{ "$ref": plain }]));
                schema.insert("nullable".to_owned(), true.into());
            }
            return;
        }
        if let Some(target) = schemas::reference(schema) {
            let ident = self.names.get(&target).cloned().unwrap_or_else(|| target.clone());
            schema.insert("allOf".to_owned(), json!([schemas::refer(&ident)]));
            if self.null.contains(&target) {
                schema.insert("nullable".to_owned(), true.into());
            }
            return;
        }
        self.fields(schema, pointer);
        let mut node = Value::Object(std::mem::take(schema));
        for (below, inner) in schemas::inner(&mut node) {
            let last = below.rsplit('/').next().unwrap_or_default();
            let title = inner.as_object_mut().and_then(|inner| inner.remove("title"));
            let part = match below.split('/').nth(1) {
                Some("items") => "Item".to_owned(),
                Some("additionalProperties") => "Value".to_owned(),
                Some("oneOf") => title
                    .as_ref()
                    .and_then(Value::as_str)
                    .map_or_else(|| format!("Variant{last}"), pascal),
                _ => pascal(last),
            };
            self.site(inner, &format!("{name}{part}"), &format!("{pointer}{below}"));
        }
        if let Value::Object(changed) = node {
            *schema = changed;
        }
        schema.remove("title");
    }

    /// Members that Rust cannot tell apart, or cannot name, get names of their own.
    fn fields(&mut self, schema: &mut Schema, pointer: &str) {
        let mut taken = BTreeSet::new();
        if schema.contains_key("additionalProperties") {
            taken.insert("extra".to_owned());
        }
        let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
        let mut renamed = BTreeMap::new();
        let mut before: Vec<_> = std::mem::take(properties).into_iter().collect();
        let plain = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        // Whoever is written as its field keeps it.
        before.sort_by_key(|(name, _)| (*name != field(name), !plain(name)));
        for (name, mut node) in before {
            let wanted = field(&name);
            if plain(&name) && taken.insert(wanted.clone()) {
                properties.insert(name, node);
                continue;
            }
            let base = wanted.trim_end_matches('_');
            let numbered = (2..).map(|number| format!("{base}_{number}"));
            let mut names = std::iter::once(wanted.clone()).chain(numbered);
            let field = names.find(|name| taken.insert(name.clone())).unwrap_or_default();
            if let Some(node) = node.as_object_mut() {
                node.insert("x-wire".to_owned(), name.as_str().into());
            }
            self.fields.push((child(&child(pointer, "properties"), &name), field.clone()));
            properties.insert(field.clone(), node);
            renamed.insert(name, field);
        }
        let required = schema.get_mut("required").and_then(Value::as_array_mut);
        for name in required.into_iter().flatten() {
            if let Some(field) = name.as_str().and_then(|name| renamed.get(name)) {
                *name = field.as_str().into();
            }
        }
    }
}

/// A member that has another name in Rust keeps its own on the wire.
fn finish(draft: &mut Draft<'_>, file: &mut syn::File) {
    for item in crate::tidy::types(file).into_iter().flatten() {
        let Item::Struct(item) = item else { continue };
        let at = format!("/components/schemas/{}/properties", item.ident);
        for field in &mut item.fields {
            let Some(ident) = &field.ident else { continue };
            let name = ident.to_string();
            let wire = draft.value.pointer(&child(&at, &name)).and_then(|node| node.get("x-wire"));
            if let Some(wire) = wire.and_then(Value::as_str) {
                field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
            }
        }
    }
}
