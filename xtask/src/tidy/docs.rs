//! Doc comments that read as if written by hand, and that say how a call
//! authenticates and where it comes from.

use heck::ToPascalCase as _;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta, parse_quote};

use super::runtime::is_for;
use crate::contract::{Contract, Operation};

/// One `///` per line, and none of progenitor's `ignore`d examples: they name
/// no argument and no type.
pub(super) fn one_line_each(file: &mut syn::File) {
    OneLineEach.visit_file_mut(file);
}

struct OneLineEach;

impl VisitMut for OneLineEach {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let mut tidied = Vec::with_capacity(attributes.len());
        for attribute in attributes.drain(..) {
            match doc_text(&attribute) {
                Some(text) => {
                    tidied.extend(lines(&text).iter().map(|line| parse_quote!(#[doc = #line])))
                }
                None => tidied.push(attribute),
            }
        }
        *attributes = tidied;
    }
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut in_example = false;
    for line in text.lines() {
        match line.trim() {
            "```ignore" => in_example = true,
            "```" if in_example => in_example = false,
            _ if in_example => {}
            "" => lines.push(String::new()),
            // Comments in progenitor's own source have their space already.
            _ if text.starts_with(' ') => lines.push(line.trim_end().to_owned()),
            _ => lines.push(format!(" {}", line.trim_end())),
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The scheme and the source, on the method of `Client`, on the builder and on its `send`.
pub(super) fn describe_operations(file: &mut syn::File, contract: &Contract) {
    for operation in &contract.operations {
        for item in &mut file.items {
            if let Item::Impl(item) = item {
                describe_methods(&mut item.items, &operation.id, operation);
            }
        }
        let builder = operation.id.to_pascal_case();
        for item in super::module(&mut file.items, "builder").into_iter().flatten() {
            match item {
                Item::Struct(item) if item.ident == builder => describe(&mut item.attrs, operation),
                Item::Impl(item) if is_for(item, &builder) => {
                    describe_methods(&mut item.items, "send", operation);
                }
                _ => {}
            }
        }
    }
}

fn describe_methods(items: &mut [ImplItem], name: &str, operation: &Operation) {
    for item in items {
        match item {
            ImplItem::Fn(method) if method.sig.ident == name => {
                describe(&mut method.attrs, operation);
            }
            _ => {}
        }
    }
}

fn describe(attributes: &mut Vec<Attribute>, operation: &Operation) {
    let place = attributes
        .iter()
        .rposition(|attribute| doc_text(attribute).is_some())
        .map_or(0, |last| last + 1);
    let lines =
        operation.doc_lines().into_iter().flat_map(|line| [String::new(), format!(" {line}")]);
    let lines = lines.skip(usize::from(place == 0));
    attributes.splice(place..place, lines.map(|line| parse_quote!(#[doc = #line])));
}
