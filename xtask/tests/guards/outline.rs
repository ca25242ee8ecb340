//! A generated operation or schema without its bodies: what a caller sees of it.

use std::fmt::Write as _;

use heck::ToPascalCase as _;
use quote::ToTokens;
use serde_json::Value;
use syn::{Fields, FnArg, ImplItem, ImplItemFn, Item, ItemImpl, ReturnType, Type, Visibility};
use xtask::contract::Operation;
use xtask::document::{Document, child, members};

/// The names of the document's schemas.
pub(crate) fn schema_names(document: &Document) -> Vec<String> {
    members(&document.value, "/components/schemas").map(|(_, name, _)| name.clone()).collect()
}

/// How the operation is called, what goes over the wire, and where it is documented.
pub(crate) fn operation(document: &Document, operation: &Operation, file: &syn::File) -> String {
    let node = document.value.pointer(&operation.pointer).unwrap();
    let mut out = format!("{} {}\n", operation.method, operation.path);
    if let Some(summary) = text(node, "/summary") {
        out += &format!("{summary}\n");
    }
    out += &format!("\nclient.{}()\n", operation.id);
    for method in methods(file, &operation.id.to_pascal_case()) {
        let name = method.sig.ident.to_string();
        if name != "new" {
            let _ = writeln!(out, "    .{name}({}){}", arguments(method), answer(method));
        }
    }
    out += "\n";
    let (item, _) = operation.pointer.rsplit_once('/').unwrap();
    for owner in [item, &operation.pointer] {
        let parameters = document.value.pointer(&child(owner, "parameters"));
        for parameter in parameters.and_then(Value::as_array).into_iter().flatten() {
            let place = text(parameter, "/in").unwrap_or_default();
            let name = text(parameter, "/name").unwrap_or_default();
            let required = parameter.get("required") == Some(&Value::Bool(true));
            let required = if required { "required" } else { "optional" };
            row(
                &mut out,
                place,
                &format!("{name}  {}  {required}", reference(parameter, "/schema")),
            );
        }
    }
    for (_, content, body) in members(node, "/requestBody/content") {
        row(&mut out, "body", &format!("{content}  {}", reference(body, "/schema")));
    }
    for (pointer, status, _) in members(node, "/responses") {
        let contents = members(node, &child(&pointer, "content"));
        let contents =
            contents.map(|(_, content, body)| format!("{content}  {}", reference(body, "/schema")));
        let contents = contents.collect::<Vec<_>>().join(", ");
        row(&mut out, status, if contents.is_empty() { "nothing" } else { &contents });
    }
    for line in operation.doc_lines() {
        let (name, rest) = line.split_once(": ").unwrap();
        row(&mut out, &name.to_lowercase(), rest.trim_end_matches('.'));
    }
    out
}

/// The type's fields or variants, with the names that they have on the wire.
pub(crate) fn schema(document: &Document, name: &str, file: &syn::File) -> String {
    let node = document.value.pointer(&child("/components/schemas", name)).unwrap();
    let item = items(file, "types").find(|item| ident(item).is_some_and(|ident| ident == name));
    let item = item.unwrap_or_else(|| panic!("no type for the schema {name}"));
    let tolerant = node.get("x-tolerant").map_or("", |_| ", tolerant");
    surface(item, tolerant, text(node, "/description"))
}

/// The same for every type of the code, whatever the document calls it.
pub(crate) fn types(file: &syn::File) -> impl Iterator<Item = String> {
    let types = items(file, "types").filter(|item| ident(item).is_some());
    types.map(|item| surface(item, "", None))
}

fn surface(item: &Item, tolerant: &str, description: Option<&str>) -> String {
    let name = ident(item).unwrap();
    let mut out = String::new();
    let mut rows = Vec::new();
    match item {
        Item::Struct(item) => {
            let _ = writeln!(out, "struct {name}{tolerant}");
            if let Fields::Unnamed(fields) = &item.fields {
                rows.extend(
                    fields
                        .unnamed
                        .iter()
                        .map(|field| ["0".into(), short(&field.ty), String::new()]),
                );
            }
            if let Fields::Named(fields) = &item.fields {
                for field in &fields.named {
                    let ident = field.ident.as_ref().unwrap().to_string();
                    let serde = attributes(&field.attrs, "serde");
                    let note = match () {
                        () if serde.contains("tolerant") => "tolerant",
                        () if serde.contains("skip_serializing_if") => "optional",
                        () => "required",
                    };
                    rows.push([renamed(ident, &serde), short(&field.ty), note.to_owned()]);
                }
            }
        }
        Item::Enum(item) => {
            let _ = writeln!(out, "enum {name}");
            for variant in &item.variants {
                let serde = attributes(&variant.attrs, "serde");
                rows.push([
                    renamed(variant.ident.to_string(), &serde),
                    String::new(),
                    String::new(),
                ]);
            }
        }
        _ => panic!("{name} is neither a struct nor an enum"),
    }
    if let Some(description) = description {
        let _ = writeln!(out, "{description}");
    }
    out += "\n";
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let (first, second) = (width(0), width(1));
    for [name, ty, note] in &rows {
        let line = format!("    {name:first$}  {ty:second$}  {note}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

fn row(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "{name:<14} {value}");
}

fn text<'a>(node: &'a Value, pointer: &str) -> Option<&'a str> {
    node.pointer(pointer).and_then(Value::as_str)
}

fn reference<'a>(node: &'a Value, pointer: &str) -> &'a str {
    let reference =
        text(node, &format!("{pointer}/$ref")).and_then(|target| target.rsplit('/').next());
    reference.or_else(|| text(node, &format!("{pointer}/type"))).unwrap_or("inline")
}

fn items<'a>(file: &'a syn::File, module: &str) -> impl Iterator<Item = &'a Item> {
    let found = file.items.iter().find_map(|item| match item {
        Item::Mod(item) if item.ident == module => item.content.as_ref(),
        _ => None,
    });
    found.into_iter().flat_map(|(_, items)| items)
}

fn ident(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        _ => None,
    }
}

/// The public methods of the operation's builder.
fn methods<'a>(file: &'a syn::File, builder: &str) -> Vec<&'a ImplItemFn> {
    let of_builder = |item: &&ItemImpl| match &*item.self_ty {
        Type::Path(ty) => ty.path.segments.last().unwrap().ident == builder,
        _ => false,
    };
    let impls = items(file, "builder").filter_map(|item| match item {
        Item::Impl(item) => Some(item),
        _ => None,
    });
    let members = impls.filter(of_builder).flat_map(|item| &item.items);
    members
        .filter_map(|item| match item {
            ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(method),
            _ => None,
        })
        .collect()
}

/// What a setter takes: the bound of its type parameter, which says more than `T`.
fn arguments(method: &ImplItemFn) -> String {
    let typed = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(short(&input.ty)),
        FnArg::Receiver(_) => None,
    });
    let bounds = method.sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let bounds: Vec<_> = bounds.map(short).collect();
    let bound = |name: String| {
        let prefix = format!("{name}: ");
        let bound = bounds.iter().find_map(|bound| bound.strip_prefix(&prefix));
        bound.map_or(name.clone(), |bound| format!("impl {bound}"))
    };
    typed.map(bound).collect::<Vec<_>>().join(", ")
}

fn answer(method: &ImplItemFn) -> String {
    match &method.sig.output {
        ReturnType::Type(_, ty) if short(ty) != "Self" => format!(".await -> {}", short(ty)),
        _ => String::new(),
    }
}

fn attributes(attributes: &[syn::Attribute], name: &str) -> String {
    let named = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    named.map(|attribute| attribute.to_token_stream().to_string()).collect()
}

fn renamed(ident: String, serde: &str) -> String {
    let rename = serde.split_once("rename = \"").and_then(|(_, rest)| rest.split_once('"'));
    match rename {
        Some((name, _)) => format!("{ident} = \"{name}\""),
        None => ident,
    }
}

/// Tokens as a person writes them, without the paths that only a generator spells out.
fn short(node: &impl ToTokens) -> String {
    let mut text = node.to_token_stream().to_string();
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" : ", ": "),
        ("::std::option::", ""),
        ("::std::string::", ""),
        ("::std::vec::", ""),
        ("::std::collections::", ""),
        ("::std::convert::", ""),
        ("std::convert::", ""),
        ("std::ops::", ""),
        ("crate::", ""),
        ("types::", ""),
        (" <", "<"),
        (">->", "> ->"),
        (",>", ">"),
    ] {
        text = text.replace(from, to);
    }
    text
}
