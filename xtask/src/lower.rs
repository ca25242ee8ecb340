//! Where the Rust types are made more tolerant than the document says.
//!
//! The document says what the vendor says; a rule here makes the types survive
//! what the vendor does. Each rule finds its sites in the document and changes
//! the generated types there. A site that changes nothing fails the run: a
//! workaround that nobody needs is a workaround that nobody remembers.

use quote::ToTokens as _;
use serde_json::Value;
use syn::{Item, Type, parse_quote};

use crate::document::Document;
use crate::error::Finding;

/// One way to differ from the document.
pub struct Rule {
    /// The name that messages use.
    pub name: &'static str,
    /// What a site must look like for the rule to change anything.
    pub needs: &'static str,
    /// Where the document asks for it: JSON pointers.
    pub sites: fn(&Document) -> Vec<String>,
    /// Changes the types for one site and says how many places it changed.
    pub apply: fn(&mut syn::File, &Document, &str) -> usize,
}

/// Every rule, in the order of their application.
///
/// `x-tolerant`: an optional member of an unexpected type reads as absent
/// instead of failing the whole answer.
pub const RULES: &[Rule] = &[Rule {
    name: "x-tolerant",
    needs: "the value true, on a named object schema that has optional members",
    sites: tolerant_sites,
    apply: tolerate,
}];

/// Applies every rule to the generated types.
///
/// # Errors
///
/// A site at which a rule changed nothing.
pub fn lower(document: &Document, file: &mut syn::File) -> Result<(), Vec<Finding>> {
    let mut findings = Vec::new();
    for rule in RULES {
        for site in (rule.sites)(document) {
            if (rule.apply)(file, document, &site) == 0 {
                let message =
                    format!("`{}` changes nothing here; it needs {}", rule.name, rule.needs);
                findings.push(document.finding(&site, message));
            }
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

/// Every `x-tolerant`, also where it has no effect, so that it is reported.
fn tolerant_sites(document: &Document) -> Vec<String> {
    let marks = document.locations.pointers().filter(|pointer| pointer.ends_with("/x-tolerant"));
    marks.map(str::to_owned).collect()
}

fn tolerate(file: &mut syn::File, document: &Document, site: &str) -> usize {
    let schema =
        site.strip_prefix("/components/schemas/").and_then(|rest| rest.strip_suffix("/x-tolerant"));
    let asked = document.value.pointer(site) == Some(&Value::Bool(true));
    let Some(schema) = schema.filter(|_| asked) else {
        return 0;
    };
    let types = crate::tidy::types(file).into_iter().flatten();
    let fields = types.filter_map(|item| match item {
        Item::Struct(item) if item.ident == schema => Some(&mut item.fields),
        _ => None,
    });
    let mut changed = 0;
    for field in fields.flatten() {
        // A member that is required and nullable has a reader of its own: it must be there.
        if is_option(&field.ty) && !reads_itself(field) {
            field.attrs.push(
                parse_quote!(#[serde(default, deserialize_with = "crate::runtime::tolerant")]),
            );
            changed += 1;
        }
    }
    changed
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

fn reads_itself(field: &syn::Field) -> bool {
    let mut serde = field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde"));
    serde.any(|attribute| attribute.to_token_stream().to_string().contains("deserialize_with"))
}
