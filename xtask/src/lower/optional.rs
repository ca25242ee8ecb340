//! An optional list or map is `Option`: `null` reads as absent, as it does for
//! every other optional member, and an empty one is not an absent one.

use quote::ToTokens as _;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Field, Type, parse_quote};

use super::{Draft, Rule, attributes};

pub(super) const RULE: Rule = Rule { name: "optional", prepare, finish };

fn prepare(draft: &mut Draft<'_>) {
    draft.each_schema(&RULE, |_, schema, notes| {
        let names = schema.get("properties").and_then(Value::as_object);
        let names: Vec<_> = names.into_iter().flat_map(|all| all.keys().cloned()).collect();
        // A member that is demanded and not described cannot be counted on.
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            let before = required.len();
            required.retain(|name| names.iter().any(|known| name == known));
            if required.len() < before {
                notes.push("`required` names members that are not described".to_owned());
            }
        }
        let required =
            schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        for (name, node) in
            schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
        {
            let many = node.get("type").is_some_and(|kind| kind == "array" || kind == "object");
            if many
                && !required.iter().any(|one| one == name)
                && let Some(node) = node.as_object_mut()
            {
                node.insert("nullable".to_owned(), true.into());
            }
        }
    });
}

/// What refers to itself may come as `Box<Option<T>>`, which writes a `null`
/// for what is absent; here it is `Option<Box<T>>` everywhere.
fn finish(_: &mut Draft<'_>, file: &mut syn::File) {
    for item in crate::tidy::types(file).into_iter().flatten() {
        Boxes.visit_item_mut(item);
    }
}

struct Boxes;

impl VisitMut for Boxes {
    fn visit_field_mut(&mut self, field: &mut Field) {
        if boxed_option(&field.ty).is_some() {
            let optional = attributes::serde_says(&field.attrs, "default");
            field.attrs.retain(|attribute| {
                let text = attribute.to_token_stream().to_string();
                !attribute.path().is_ident("serde") || text.contains("rename")
            });
            field.attrs.push(match optional {
                true => {
                    parse_quote!(#[serde(skip_serializing_if = "::std::option::Option::is_none")])
                }
                false => {
                    parse_quote!(#[serde(deserialize_with = "::std::option::Option::deserialize")])
                }
            });
        }
        visit_mut::visit_field_mut(self, field);
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Some(inner) = boxed_option(ty) {
            *ty = parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
        }
    }
}

/// The `T` of `Box<Option<T>>`.
fn boxed_option(ty: &Type) -> Option<Type> {
    inside(&inside(ty, "Box")?, "Option")
}

/// The `T` of `Name<T>`.
fn inside(ty: &Type, name: &str) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(inner)) => Some(inner.clone()),
        _ => None,
    }
}
