//! A generated operation or type without its bodies: what a caller sees of it.

use std::fmt::Write as _;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Expr, Fields, FnArg, ImplItem, ImplItemFn, Item, ItemStruct, Lit, ReturnType,
    Visibility,
};
use xtask::document::names::pascal;
use xtask::model::module::Module;
use xtask::model::operation::{Operation, Parameter};
use xtask::model::schema::rust_type;

/// The outline of each operation and each type of a module, by its name.
pub(crate) fn outlines(module: &Module<'_>, code: &str) -> Vec<(String, String)> {
    let file = syn::parse_file(code).unwrap();
    let operations = module.operations.iter().map(|one| (one.id.to_owned(), operation(one, &file)));
    let types = items(&file, "types");
    let impls = |name: &str| methods(types, name);
    let types = types.iter().filter_map(|item| match item {
        Item::Struct(item) => {
            let name = item.ident.to_string();
            let new = impls(&name).into_iter().find(|method| method.sig.ident == "new");
            Some((name, object(item, new)))
        }
        Item::Macro(item) => Some(by_macro(item.mac.tokens.clone())),
        _ => None,
    });
    operations.chain(types).collect()
}

/// How the operation is called, what goes over the wire, and where it is documented.
fn operation(operation: &Operation<'_>, file: &syn::File) -> String {
    let ty = |schema| short(&rust_type(schema, operation.module, &TokenStream::new()));
    let mut out = format!("{} {}\n", operation.method, operation.path);
    if let Some(summary) = operation.text("/summary").lines().next() {
        let _ = writeln!(out, "{summary}");
    }
    let client = methods(&file.items, "Client");
    let method = client.into_iter().find(|method| method.sig.ident == operation.id).unwrap();
    let _ = writeln!(out, "\nclient.{}({})", operation.id, arguments(method));
    for method in methods(items(file, "builder"), &pascal(operation.id)) {
        let _ = writeln!(out, "    .{}({}){}", method.sig.ident, arguments(method), answer(method));
    }
    out += "\n";
    for Parameter { name, place, required, value, .. } in &operation.parameters {
        let required = if *required { "required" } else { "optional" };
        row(&mut out, place, &format!("{name}  {}  {required}", ty(&value["schema"])));
    }
    for content in operation.body.iter().flat_map(|body| &body.content) {
        row(&mut out, "body", &format!("{}  {}", content.media, ty(&content.value["schema"])));
    }
    for answer in &operation.answers {
        let content = answer.content.first();
        let content = content.map(|one| format!("{}  {}", one.media, ty(&one.value["schema"])));
        row(&mut out, answer.code, &content.unwrap_or_else(|| "nothing".to_owned()));
    }
    for line in method.attrs.iter().filter_map(doc) {
        for name in ["Authorization", "Source", "Evidence"] {
            if let Some(rest) = line.strip_prefix(&format!(" {name}: ")) {
                row(&mut out, &name.to_lowercase(), rest.trim_end_matches('.'));
            }
        }
    }
    out
}

/// The line of a doc comment.
fn doc(attribute: &Attribute) -> Option<String> {
    let Expr::Lit(value) = &attribute.meta.require_name_value().ok()?.value else { return None };
    let Lit::Str(line) = &value.lit else { return None };
    attribute.path().is_ident("doc").then(|| line.value())
}

/// The fields, with the names that they have on the wire.
fn object(item: &ItemStruct, new: Option<&ImplItemFn>) -> String {
    let mut out = format!("struct {}\n", item.ident);
    let Fields::Named(fields) = &item.fields else { panic!("{} has no names", item.ident) };
    let rows = fields.named.iter().map(|field| {
        let serde = field.attrs.iter().filter(|one| one.path().is_ident("serde"));
        let serde: String = serde.map(|one| one.to_token_stream().to_string()).collect();
        let note = match () {
            () if serde.contains("tolerant") => "tolerant",
            () if serde.contains("skip_serializing_if") || serde.contains("flatten") => "optional",
            () => "required",
        };
        let ident = field.ident.as_ref().unwrap().to_string();
        let rename = serde.split_once("rename = \"").and_then(|(_, rest)| rest.split_once('"'));
        let name = rename.map_or(ident.clone(), |(name, _)| format!("{ident} = \"{name}\""));
        [name, short(&field.ty), note.to_owned()]
    });
    let rows: Vec<_> = rows.collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let (first, second) = (width(0), width(1));
    for [name, ty, note] in &rows {
        let _ = writeln!(out, "    {name:first$}  {ty:second$}  {note}");
    }
    if let Some(new) = new {
        let _ = writeln!(out, "new({})", arguments(new));
    }
    out
}

/// An enum of texts or of objects: its head, and a line for each variant.
fn by_macro(tokens: TokenStream) -> (String, String) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let (TokenTree::Group(body), head) = tokens.split_last().unwrap() else { panic!("no body") };
    let at = head.iter().position(|token| token.to_string() == "pub").unwrap();
    let mut out = short(&head[at + 1..].iter().cloned().collect::<TokenStream>()) + "\n";
    let mut line = TokenStream::new();
    for token in body.stream() {
        if token.to_string() == "," {
            let _ = writeln!(out, "    {}", short(&std::mem::take(&mut line)));
        } else {
            line.extend([token]);
        }
    }
    let name = out.split_once("enum ").unwrap().1.split([' ', '(', '\n']).next().unwrap();
    (name.to_owned(), out)
}

fn row(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "{name:<14} {value}");
}

fn items<'a>(file: &'a syn::File, module: &str) -> &'a [Item] {
    let inner = file.items.iter().find_map(|item| match item {
        Item::Mod(item) if item.ident == module => item.content.as_ref(),
        _ => None,
    });
    inner.map_or(&[], |(_, items)| items)
}

/// The public methods and functions of a type.
fn methods<'a>(items: &'a [Item], name: &str) -> Vec<&'a ImplItemFn> {
    let members = items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(item),
        _ => None,
    });
    let named = members.filter(|item| match &*item.self_ty {
        syn::Type::Path(ty) => ty.path.segments.last().unwrap().ident == name,
        _ => false,
    });
    let functions = named.flat_map(|item| &item.items).filter_map(|item| match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(method),
        _ => None,
    });
    functions.collect()
}

fn arguments(method: &ImplItemFn) -> String {
    let typed = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) if short(&input.pat) == "value" => Some(short(&input.ty)),
        FnArg::Typed(input) => Some(format!("{}: {}", short(&input.pat), short(&input.ty))),
        FnArg::Receiver(_) => None,
    });
    typed.collect::<Vec<_>>().join(", ")
}

fn answer(method: &ImplItemFn) -> String {
    match &method.sig.output {
        ReturnType::Type(_, ty) if short(ty) != "Self" => {
            let wait = if method.sig.asyncness.is_some() { ".await" } else { "" };
            format!("{wait} -> {}", short(ty))
        }
        _ => String::new(),
    }
}

/// Tokens as a person writes them, without the paths that only a generator spells out.
fn short(node: &impl ToTokens) -> String {
    let mut text = node.to_token_stream().to_string();
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        ("impl::std::convert::", "impl "),
        (" <", "<"),
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
        ("::std::result::", ""),
        ("::std::boxed::", ""),
        ("::serde_json::", ""),
        ("crate::", ""),
        ("super::", ""),
        ("types::", ""),
        (",>", ">"),
    ] {
        text = text.replace(from, to);
    }
    text
}
