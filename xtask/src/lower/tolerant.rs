//! `x-tolerant`: an optional member of an unexpected type reads as absent
//! instead of failing the whole answer.

use serde_json::Value;
use syn::{Attribute, Item, Type, parse_quote};

use super::{Draft, Rule, attributes};
use crate::document::named;

pub(super) const RULE: Rule = Rule { name: "x-tolerant", prepare: |_| {}, finish };

const NEEDS: &str = "the value true, on a named object schema that has optional members";

/// Every `x-tolerant` is a site, also where it has no effect, so that it is reported.
fn finish(draft: &mut Draft<'_>, file: &mut syn::File) {
    for site in &named(&draft.document.value, "x-tolerant") {
        match tolerate(file, draft, site) {
            0 => draft.find(site, format!("`x-tolerant` changes nothing here; it needs {NEEDS}")),
            count => {
                draft.change(&RULE, site, format!("{count} members read as absent when mistyped"))
            }
        }
    }
}

fn tolerate(file: &mut syn::File, draft: &Draft<'_>, site: &str) -> usize {
    let schema = site.strip_suffix("/x-tolerant").and_then(|schema| draft.idents.get(schema));
    let asked = draft.document.value.pointer(site) == Some(&Value::Bool(true));
    let Some(schema) = schema.filter(|_| asked) else {
        return 0;
    };
    let types = crate::tidy::types(file).into_iter().flatten();
    let fields = types.filter_map(|item| match item {
        Item::Struct(item) if item.ident == *schema => Some(&mut item.fields),
        _ => None,
    });
    let mut changed = 0;
    for field in fields.flatten() {
        // A member that is required and nullable has a reader of its own: it must be there.
        if is_option(&field.ty) && !attributes::serde_says(&field.attrs, "deserialize_with") {
            let reader: Attribute = match attributes::serde_says(&field.attrs, "default") {
                true => parse_quote!(#[serde(deserialize_with = "crate::runtime::tolerant")]),
                false => {
                    parse_quote!(#[serde(default, deserialize_with = "crate::runtime::tolerant")])
                }
            };
            field.attrs.push(reader);
            changed += 1;
        }
    }
    changed
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}
