//! What a schema of the dialect is, and the Rust type that it becomes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::openapi::refs::{child, items, members, resolve};

/// What a schema is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape<'a> {
    /// Another document's or this one's schema, by the name of the document and
    /// its own; with or without an `allOf` around it.
    Named(&'a str, &'a str),
    /// Text.
    Text,
    /// A secret.
    Secret,
    /// A file, of a form.
    File,
    /// A whole number of 64 bits.
    Integer,
    /// A whole number of 32 bits.
    Integer32,
    /// A duration in seconds.
    Seconds,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list of such.
    List(&'a Value),
    /// An object without described members: text to such.
    Map(&'a Value),
    /// An object with described members.
    Object,
    /// One of several texts.
    Enum,
    /// One of several objects, by a member of each.
    Union,
    /// Any JSON.
    Any,
}

/// What `schema` is.
pub fn shape(schema: &Value) -> Shape<'_> {
    let reference = schema.get("$ref").or_else(|| schema["allOf"].get(0)?.get("$ref"));
    if let Some((document, name)) = reference.and_then(Value::as_str).and_then(named) {
        return Shape::Named(document, name);
    }
    let format = schema["format"].as_str().unwrap_or_default();
    match schema["type"].as_str() {
        Some("string") if schema.get("enum").is_some() => Shape::Enum,
        Some("string") if format == "password" => Shape::Secret,
        Some("string") if format == "binary" => Shape::File,
        Some("string") => Shape::Text,
        Some("integer") if format == "seconds" => Shape::Seconds,
        Some("integer") if format == "int32" => Shape::Integer32,
        Some("integer") => Shape::Integer,
        Some("number") => Shape::Number,
        Some("boolean") => Shape::Boolean,
        Some("array") => Shape::List(&schema["items"]),
        Some("object") if members(&schema["properties"]).next().is_some() => Shape::Object,
        Some("object") => Shape::Map(&schema["additionalProperties"]),
        _ if schema.get("oneOf").is_some() => Shape::Union,
        _ => Shape::Any,
    }
}

/// The schema that this one stands for.
pub fn target<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    resolve(root, schema["allOf"].get(0).unwrap_or(schema))
}

/// The document and the name that an absolute reference leads to.
pub fn named(reference: &str) -> Option<(&str, &str)> {
    reference.strip_prefix("#/")?.split_once("/components/schemas/")
}

/// The error body that all operations share, and that is written by hand.
pub const ERROR_BODY: (&str, &str) = ("auth", "ErrorBody");

/// Whether `name` of `document` is written by hand instead of generated.
pub fn is_by_hand(document: &str, name: &str) -> bool {
    (document, name) == ERROR_BODY
}

/// Where code finds a schema's type: `here` is the module, `own` the way from
/// that code to the module's `types`.
pub fn path(document: &str, name: &str, here: &str, own: &TokenStream) -> TokenStream {
    let (module, ident) = (format_ident!("{document}"), format_ident!("{name}"));
    if is_by_hand(document, name) {
        quote!(crate::#ident)
    } else if document == here {
        quote!(#own #ident)
    } else {
        quote!(crate::#module::types::#ident)
    }
}

/// The Rust type of a schema that is not itself a named one.
pub fn rust_type(schema: &Value, here: &str, own: &TokenStream) -> TokenStream {
    let inner = |schema| rust_type(schema, here, own);
    let plain = match shape(schema) {
        Shape::Named(document, name) => path(document, name, here, own),
        Shape::Text | Shape::Enum => quote!(::std::string::String),
        Shape::Secret => quote!(crate::Secret),
        Shape::File => quote!(crate::File),
        Shape::Integer => quote!(i64),
        Shape::Integer32 => quote!(i32),
        Shape::Seconds => quote!(crate::Seconds),
        Shape::Number => quote!(f64),
        Shape::Boolean => quote!(bool),
        Shape::List(schema) => {
            let inner = inner(schema);
            quote!(::std::vec::Vec<#inner>)
        }
        Shape::Map(schema) if schema.as_object().is_some_and(|schema| !schema.is_empty()) => {
            let inner = inner(schema);
            quote!(::std::collections::BTreeMap<::std::string::String, #inner>)
        }
        Shape::Map(_) | Shape::Object => {
            quote!(::serde_json::Map<::std::string::String, ::serde_json::Value>)
        }
        Shape::Union | Shape::Any => return quote!(::serde_json::Value),
    };
    if schema["nullable"] == true { quote!(::std::option::Option<#plain>) } else { plain }
}

/// The texts that mean one object of a union, whose name is `name`: what `mapping`
/// says, else the values of its own enum, else its name.
pub fn tags(
    root: &Value,
    discriminator: &Value,
    tag: &str,
    part: &Value,
    name: &str,
) -> Vec<String> {
    let mapping = discriminator["mapping"].as_object().into_iter().flatten();
    let mapped: Vec<_> = mapping
        .filter(|(_, to)| {
            to.as_str().is_some_and(|to| to == name || to.ends_with(&format!("/{name}")))
        })
        .map(|(text, _)| text.clone())
        .collect();
    if !mapped.is_empty() {
        return mapped;
    }
    let property = &resolve(root, part)["properties"][tag];
    let values = items(&resolve(root, property)["enum"]).filter_map(Value::as_str);
    let values: Vec<_> = values.map(str::to_owned).collect();
    if values.is_empty() { vec![name.to_owned()] } else { values }
}

/// Whether `name` must be there.
pub fn is_required(schema: &Value, name: &str) -> bool {
    items(&schema["required"]).any(|required| required == name)
}

/// Whether the Rust type of the schema `name` of `document` counts on a member.
pub fn is_promised(document: &Value, name: &str, member: &str) -> bool {
    let at = format!("/components/schemas/{name}");
    let schema = &document["components"]["schemas"][name];
    let member_at = child(&child(&at, "properties"), member);
    is_required(schema, member) && !untrusted(document).any(|entry| entry == member_at)
}

/// The members that the document promises and the types do not count on.
pub fn untrusted(document: &Value) -> impl Iterator<Item = &str> {
    items(&document["x-untrusted-required"]).filter_map(Value::as_str)
}
