//! All types of one document, as text.

use std::fmt::Write as _;

use quote::quote;
use serde_json::Value;
use syn::parse_quote;

use super::progenitor;
use super::receiving::Object;
use super::sending::{constructors, parts};
use crate::base::finding::Finding;
use crate::document::names::pascal;
use crate::lower::types::lower;
use crate::model::docs;
use crate::model::module::{Model, Module, Named};
use crate::model::schema::{Shape, is_by_hand, named, path, shape, tags};
use crate::model::usage::{Usage, contains};
use crate::openapi::refs::items;

/// The items of `mod types`, in the order of the document.
///
/// # Errors
///
/// What progenitor does not take.
pub fn types(
    model: &Model<'_>,
    module: &Module<'_>,
    usage: &Usage,
) -> Result<Vec<String>, Vec<Finding>> {
    let mut structs = progenitor::structs(model, module, &lower(module))?;
    let mut texts = Vec::new();
    for schema in &module.schemas {
        if is_by_hand(module.name(), schema.name) {
            continue;
        }
        match shape(schema.value) {
            Shape::Enum => texts.push(string_enum(schema, usage)),
            Shape::Union => texts.push(tagged_union(model, module, schema)),
            _ => {
                if let Some(item) = structs.remove(schema.name) {
                    texts.push(object(model, module, schema, usage, item));
                }
            }
        }
    }
    Ok(texts)
}

fn object(
    model: &Model<'_>,
    module: &Module<'_>,
    schema: &Named<'_>,
    usage: &Usage,
    item: syn::ItemStruct,
) -> String {
    let sent = usage.is_sent(&schema.pointer);
    let new = sent.then(|| constructors(module.value, schema, &item));
    let form = usage.is_form(&schema.pointer);
    let parts = form.then(|| parts(&model.documents.root, schema.value, &item));
    let (item, debug) = Object { schema: schema.value, item, form }.rewritten();
    let mut file: syn::File = parse_quote!(#debug #new #parts);
    file.items.insert(0, syn::Item::Struct(item));
    prettyplease::unparse(&file)
}

/// A syntax tree's text; what cannot be parsed is shown as it is, for the
/// compiler to say what is wrong with it.
pub fn print(tokens: proc_macro2::TokenStream) -> String {
    match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => tokens.to_string(),
    }
}

/// An enum that a server may send keeps a text that it does not know.
fn string_enum(schema: &Named<'_>, usage: &Usage) -> String {
    let texts: Vec<_> = items(&schema.value["enum"]).filter_map(Value::as_str).collect();
    let variants: Vec<_> = texts.iter().map(|text| pascal(text)).collect();
    let mut other = "Other".to_owned();
    while variants.contains(&other) {
        other += "Value";
    }
    let kind = match usage.is_received(&schema.pointer) {
        true => format!("open enum {}({other})", schema.name),
        false => format!("closed enum {}", schema.name),
    };
    let mut text =
        format!("crate::string_enum! {{\n{}    pub {kind} {{\n", doc_lines(schema.value));
    for (variant, value) in variants.iter().zip(texts) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "        {variant} = {value:?},");
    }
    text + "    }\n}\n"
}

fn tagged_union(model: &Model<'_>, module: &Module<'_>, schema: &Named<'_>) -> String {
    let discriminator = &schema.value["discriminator"];
    let tag = discriminator["propertyName"].as_str().unwrap_or_default();
    let root = &model.documents.root;
    let (mut lines, mut other) = (String::new(), String::new());
    for part in items(&schema.value["oneOf"]) {
        let reference = part["$ref"].as_str().unwrap_or_default();
        let Some((document, name)) = named(reference) else { continue };
        let ty = path(document, name, module.name(), &quote!()).to_string().replace(' ', "");
        // One that holds the union again would have no size.
        let ty = if contains(root, part, &schema.pointer) {
            format!("::std::boxed::Box<{ty}>")
        } else {
            ty
        };
        for value in tags(root, discriminator, tag, part, name) {
            let variant = pascal(&value);
            if variant == "Other" {
                other = "(OtherValue)".to_owned();
            }
            let _ = writeln!(lines, "        {variant}({ty}) = {value:?},");
        }
    }
    let head = doc_lines(schema.value);
    let mut text = format!(
        "crate::tagged_union! {{\n{head}    pub enum {}{other} by {tag:?} {{\n",
        schema.name
    );
    text += &lines;
    text + "    }\n}\n"
}

/// The doc comment of what a macro makes, indented.
fn doc_lines(schema: &Value) -> String {
    let lines = docs::lines(schema["description"].as_str().unwrap_or_default());
    lines.iter().map(|line| format!("    ///{line}\n")).collect()
}
