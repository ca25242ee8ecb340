//! Doc comments that read as if written by hand, and that say how a call
//! authenticates and where it comes from.

use std::collections::BTreeMap;

use heck::ToPascalCase as _;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, LitStr, Meta, parse_quote};

use super::runtime::is_for;
use crate::contract::{Contract, Operation};
use crate::document::Document;
use crate::examples::{self, Example};

/// One `///` per line, and none of progenitor's `ignore`d examples: they name
/// no argument and no type.
pub(super) fn one_line_each(file: &mut syn::File) {
    OneLineEach.visit_file_mut(file);
}

struct OneLineEach;

impl VisitMut for OneLineEach {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let mut tidied = Vec::with_capacity(attributes.len());
        for mut attribute in attributes.drain(..) {
            let Some(text) = doc_text(&mut attribute) else {
                tidied.push(attribute);
                continue;
            };
            match &lines(&text.value())[..] {
                // In place: to build an attribute is to parse one.
                [line] => {
                    *text = LitStr::new(line, text.span());
                    tidied.push(attribute);
                }
                lines => tidied.extend(lines.iter().map(|line| parse_quote!(#[doc = #line]))),
            }
        }
        *attributes = tidied;
    }
}

fn doc_text(attribute: &mut Attribute) -> Option<&mut LitStr> {
    match &mut attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &mut meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut in_example = false;
    // The run of characters that ends the code.
    let mut in_code: Option<&str> = None;
    for line in text.lines() {
        match line.trim() {
            "```ignore" => in_example = true,
            "```" if in_example => in_example = false,
            _ if in_example => {}
            // What the author shows is no Rust, and no test of ours.
            end if in_code
                .is_some_and(|run| end.starts_with(run) && fence(end) == Some((end, ""))) =>
            {
                in_code = None;
                lines.push(format!(" {end}"));
            }
            begin if in_code.is_none() && fence(begin).is_some() => {
                let (run, named) = fence(begin).unwrap_or_default();
                in_code = Some(run);
                lines.push(format!(" {run}{}", language(named)));
            }
            "" => lines.push(String::new()),
            // Neither is a paragraph with four spaces before it.
            text if in_code.is_none() && (line.starts_with("    ") || line.starts_with('\t')) => {
                lines.push(format!("   {text}"))
            }
            // Comments in progenitor's own source have their space already.
            _ if text.starts_with(' ') => lines.push(line.trim_end().to_owned()),
            _ => lines.push(format!(" {}", line.trim_end())),
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.extend(in_code.map(|run| format!(" {run}")));
    lines
}

/// The run of backticks or tildes that begins or ends a block of code, and what
/// stands behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let mark = line.chars().next().filter(|mark| "`~".contains(*mark))?;
    let (run, named) = line.split_at(line.len() - line.trim_start_matches(mark).len());
    (run.len() >= 3 && !named.contains('`')).then_some((run, named))
}

/// What rustdoc would compile is shown as text.
fn language(named: &str) -> &str {
    let first = named.trim_start_matches('`').split([',', ' ', '{']).next().unwrap_or_default();
    match first.trim() {
        "json" | "yaml" | "xml" | "http" | "sh" | "bash" | "html" | "javascript" => first.trim(),
        _ => "text",
    }
}

/// The scheme and the source, on the method of `Client`, on the builder and on its `send`.
pub(super) fn describe_operations(file: &mut syn::File, contract: &Contract) {
    let operations = contract.operations.iter();
    let methods: BTreeMap<_, _> = operations.clone().map(|one| (one.id.clone(), one)).collect();
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        for item in &mut item.items {
            if let ImplItem::Fn(method) = item
                && let Some(operation) = methods.get(&method.sig.ident.to_string())
            {
                describe(&mut method.attrs, operation);
            }
        }
    }
    let builders: BTreeMap<_, _> = operations.map(|one| (one.id.to_pascal_case(), one)).collect();
    for item in super::module(&mut file.items, "builder").into_iter().flatten() {
        match item {
            Item::Struct(item) => {
                if let Some(operation) = builders.get(&item.ident.to_string()) {
                    describe(&mut item.attrs, operation);
                }
            }
            Item::Impl(item) => {
                if let Some(operation) = super::name_of(item).and_then(|name| builders.get(&name)) {
                    describe_methods(&mut item.items, "send", operation);
                }
            }
            _ => {}
        }
    }
}

/// The document's examples, on the method of `Client` only: nobody reads them twice.
pub(super) fn show_examples(file: &mut syn::File, document: &Document, contract: &Contract) {
    let operations = contract.operations.iter();
    let operations: BTreeMap<_, _> = operations.map(|one| (one.id.clone(), one)).collect();
    let items = file.items.iter_mut().filter_map(|item| match item {
        Item::Impl(item) if is_for(item, "Client") => Some(&mut item.items),
        _ => None,
    });
    for item in items.flatten() {
        if let ImplItem::Fn(method) = item
            && let Some(operation) = operations.get(&method.sig.ident.to_string())
        {
            let examples = examples::of(&document.value, operation);
            insert(&mut method.attrs, examples.iter().flat_map(example_lines));
        }
    }
}

/// A heading, and the body as JSON, which also says what a body of another type
/// holds: as text it could end its own block.
fn example_lines(example: &Example<'_>) -> Vec<String> {
    let what = example.status.map_or("Request".to_owned(), |status| format!("Answer {status}"));
    let name = example.name.map_or(String::new(), |name| format!(", {name}"));
    let heading = format!("{what}{name}:").replace(['\n', '\r'], " ");
    let body = format!("{:#}", example.value);
    let mut lines = vec![format!(" {heading}"), " ```json".to_owned()];
    lines.extend(body.lines().map(|line| format!(" {line}")));
    lines.extend([" ```".to_owned(), String::new()]);
    // An empty line goes before each, and none after the last.
    lines.rotate_right(1);
    lines
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
    let lines = operation.doc_lines();
    insert(attributes, lines.into_iter().flat_map(|line| [String::new(), format!(" {line}")]));
}

/// Adds lines that begin with an empty one to the doc comment.
fn insert(attributes: &mut Vec<Attribute>, lines: impl Iterator<Item = String>) {
    let place = attributes
        .iter()
        .rposition(|attribute| attribute.path().is_ident("doc"))
        .map_or(0, |last| last + 1);
    let lines = lines.skip(usize::from(place == 0));
    attributes.splice(place..place, lines.map(|line| parse_quote!(#[doc = #line])));
}
