//! Enums of strings that a server may send are open: a value that the document
//! does not know is kept as text, and goes back as it came.

use std::collections::BTreeMap;

use proc_macro2::Span;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Ident, Item, ItemEnum, ItemImpl, Pat, parse_quote};

use super::{Draft, Rule, attributes, schemas};
use crate::tidy::name_of;

pub(super) const RULE: Rule = Rule { name: "open-enum", prepare: |_| {}, finish };

fn finish(draft: &mut Draft<'_>, file: &mut syn::File) {
    let sent = schemas::only_sent(&draft.value);
    let pointers: BTreeMap<_, _> =
        draft.idents.iter().map(|(at, ident)| (ident.clone(), at.clone())).collect();
    let mut opened = BTreeMap::new();
    let Some(items) = crate::tidy::types(file) else { return };
    for item in items.iter_mut() {
        let Item::Enum(item) = item else { continue };
        let name = item.ident.to_string();
        let Some(schema) = schemas::named(&draft.value, &name) else { continue };
        let says = |key: &str| schema.get(key) == Some(&Value::Bool(true));
        let closed = says("x-closed") || sent.contains(&name) && !says("x-open");
        if schema.contains_key("enum")
            && !closed
            && let Some(variant) = open(item)
        {
            let pointer = pointers.get(&name).map(String::as_str).unwrap_or_default();
            draft.change(&RULE, pointer, "unknown values are kept as text");
            opened.insert(name, variant);
        }
    }
    for item in items.iter_mut() {
        let Item::Impl(item) = item else { continue };
        if let Some(variant) = name_of(item).and_then(|name| opened.get(&name)) {
            teach(item, variant);
        }
    }
    let has_signs = items.iter().any(|item| match item {
        Item::Enum(item) => item.variants.iter().any(|variant| camel(&variant.ident).is_some()),
        _ => false,
    });
    if has_signs {
        Camel.visit_file_mut(file);
    }
}

/// The generator's names for `+1` and `-1`, the way Rust writes variants.
struct Camel;

impl VisitMut for Camel {
    fn visit_variant_mut(&mut self, variant: &mut syn::Variant) {
        visit_mut::visit_variant_mut(self, variant);
        rename(&mut variant.ident);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        if path.segments.len() == 2
            && path.segments[0].ident == "Self"
            && let Some(last) = path.segments.last_mut()
        {
            rename(&mut last.ident);
        }
    }
}

fn camel(ident: &Ident) -> Option<&'static str> {
    let names = [("plus1", "Plus1"), ("minus1", "Minus1")];
    names.into_iter().find(|(lower, _)| ident == lower).map(|(_, camel)| camel)
}

fn rename(ident: &mut Ident) {
    if let Some(camel) = camel(ident) {
        *ident = Ident::new(camel, ident.span());
    }
}

/// Adds the variant for unknown values; its name is one that no value has.
fn open(item: &mut ItemEnum) -> Option<Ident> {
    let is_free = |name: &&str| !item.variants.iter().any(|variant| variant.ident == name);
    let free = ["Other", "Unknown", "Undocumented", "OtherValue"].into_iter().find(is_free)?;
    let variant = Ident::new(free, Span::call_site());
    attributes::underive(&mut item.attrs, "Copy");
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    item.variants.push(parse_quote! {
        /// A value that the documentation does not name, as it came.
        #[serde(untagged)]
        #variant(::std::string::String)
    });
    Some(variant)
}

/// `Display` writes the text, `FromStr` takes any.
fn teach(item: &mut ItemImpl, variant: &Ident) {
    let of = item
        .trait_
        .as_ref()
        .and_then(|(path, _)| path.segments.last())
        .map(|last| last.ident.to_string());
    let arm: Arm = match of.as_deref() {
        Some("Display") => parse_quote!(Self::#variant(ref text) => f.write_str(text),),
        Some("FromStr") => parse_quote!(other => Ok(Self::#variant(other.to_owned())),),
        _ => return,
    };
    LastArm(arm).visit_item_impl_mut(item);
}

struct LastArm(Arm);

impl VisitMut for LastArm {
    fn visit_expr_match_mut(&mut self, node: &mut syn::ExprMatch) {
        visit_mut::visit_expr_match_mut(self, node);
        node.arms.retain(|arm| !matches!(arm.pat, Pat::Wild(_)));
        node.arms.push(self.0.clone());
    }
}
