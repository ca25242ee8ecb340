//! A struct as progenitor gives it, made ours: docs, derives, what must not
//! show, and what may be of another type.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{Attribute, Field, ItemStruct, LitStr, parse_quote};

use crate::model::docs;

/// A struct and the schema that it was made from.
pub(super) struct Object<'a> {
    pub(super) schema: &'a Value,
    pub(super) item: ItemStruct,
    /// Whether it is a form with files, which cannot be copied and is no JSON.
    pub(super) form: bool,
}

impl Object<'_> {
    /// Rewrites the struct; gives its `Debug` beside it if that is not derived.
    pub(super) fn rewritten(mut self) -> (ItemStruct, TokenStream) {
        let debug = self.debug();
        let derived = debug.is_empty().then(|| quote!(Debug,));
        let derives: Vec<Attribute> = match self.form {
            true => vec![parse_quote!(#[derive(#derived ::serde::Deserialize)])],
            false => vec![
                parse_quote!(#[derive(Clone, #derived ::serde::Deserialize, ::serde::Serialize)]),
                parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]),
            ],
        };
        let tolerant = self.schema.get("x-tolerant").is_some();
        for field in &mut self.item.fields {
            rewrite(field, property(self.schema, field), tolerant);
        }
        // In place: to print and parse a struct anew takes as long as all the rest.
        self.item.attrs = described(self.schema);
        self.item.attrs.extend(derives);
        self.item.attrs.push(parse_quote!(#[non_exhaustive]));
        (self.item, debug)
    }

    /// `Debug` by hand, where something is about a person.
    fn debug(&self) -> TokenStream {
        let is_personal = |schema: &Value| schema["x-personal"] == true;
        let hidden = |field: &Field| property(self.schema, field).is_some_and(is_personal);
        let (ident, name) = (&self.item.ident, self.item.ident.to_string());
        let body = if is_personal(self.schema) {
            let text = format!("{name}([personal])");
            quote!(f.write_str(#text))
        } else if self.item.fields.iter().any(hidden) {
            let fields = self.item.fields.iter().map(|field| {
                let (ident, name) = (&field.ident, field_name(field));
                let value = if hidden(field) {
                    quote!(crate::runtime::Personal)
                } else {
                    quote!(self.#ident)
                };
                quote!((#name, &#value))
            });
            quote!(crate::runtime::debug(f, #name, &[#(#fields),*]))
        } else {
            return TokenStream::new();
        };
        quote! {
            impl ::std::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { #body }
            }
        }
    }
}

fn rewrite(field: &mut Field, property: Option<&Value>, tolerant: bool) {
    let mut attributes = property.map(described).unwrap_or_default();
    let serde = std::mem::take(&mut field.attrs).into_iter();
    let serde: Vec<_> = serde.filter(|attribute| attribute.path().is_ident("serde")).collect();
    // A member that is required and nullable has a reader of its own: it must be there.
    let read = serde.iter().any(|attribute| says(attribute, "deserialize_with"));
    attributes.extend(serde);
    if tolerant && argument(&field.ty, "Option").is_some() && !read {
        attributes
            .push(parse_quote!(#[serde(default, deserialize_with = "crate::runtime::tolerant")]));
    }
    field.attrs = attributes;
}

/// The schema's own words.
fn described(schema: &Value) -> Vec<Attribute> {
    let mut lines = docs::lines(schema["description"].as_str().unwrap_or_default());
    if schema["deprecated"] == true {
        lines.extend([String::new(), " Deprecated.".to_owned()]);
    }
    lines.into_iter().map(docs::attribute).collect()
}

/// The schema that the field was made from.
pub(super) fn property<'a>(schema: &'a Value, field: &Field) -> Option<&'a Value> {
    match json_name(field) {
        Some(name) => schema["properties"].get(name),
        None => schema.get("additionalProperties"),
    }
}

/// The member's name in JSON; none if the field holds all others.
pub(super) fn json_name(field: &Field) -> Option<String> {
    let mut renamed = None;
    let mut flat = false;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What it says of others is of no interest here, nor is a fault in it.
        let _ = attribute.parse_nested_meta(|meta| {
            flat |= meta.path.is_ident("flatten");
            match meta.value().and_then(|value| value.parse::<LitStr>()) {
                Ok(text) if meta.path.is_ident("rename") => renamed = Some(text.value()),
                _ => {}
            }
            Ok(())
        });
    }
    if flat { None } else { Some(renamed.unwrap_or_else(|| field_name(field))) }
}

fn field_name(field: &Field) -> String {
    field.ident.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn says(attribute: &Attribute, key: &str) -> bool {
    let mut found = false;
    let _ = attribute.parse_nested_meta(|meta| {
        found |= meta.path.is_ident(key);
        let _ = meta.value().and_then(|value| value.parse::<LitStr>());
        Ok(())
    });
    found
}

/// The `T` of `Name<T>`.
pub(super) fn argument<'a>(ty: &'a syn::Type, name: &str) -> Option<&'a syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
