//! The calls as data, so that a test can make each of them from the document's
//! examples without knowing it by name.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase as _, ToSnakeCase as _};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{
    Ident, ImplItem, ImplItemFn, Item, PathArguments, ReturnType, Type, TypeParamBound,
    WherePredicate, parse_quote,
};

use crate::contract::{Contract, Operation};
use crate::document::{Document, child, members};
use crate::examples::{parameters, resolve};

/// Appends `mod calls`: of each operation the types of its bodies, and how it is
/// sent. Which examples there are is not repeated here; the document has them.
pub(super) fn append(file: &mut syn::File, document: &Document, contract: &Contract) {
    let named = super::types(file).into_iter().flatten().filter_map(|item| match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        _ => None,
    });
    let named: BTreeSet<_> = named.collect();
    let client = by_type(&file.items).remove("Client").unwrap_or_default();
    let client: BTreeSet<_> = client.iter().map(|method| method.sig.ident.to_string()).collect();
    let builders = by_type(builders(file));
    let calls = contract.operations.iter().filter_map(|operation| {
        let method = client.get(&operation.id).map(|method| format_ident!("{method}"))?;
        let methods = builders.get(&operation.id.to_pascal_case())?;
        let send = methods.iter().find(|method| method.sig.ident == "send")?;
        let returned = returned(send);
        let answers = answers(document, operation, &returned, &named);
        let stream = returned.first().is_some_and(|ty| ends_with(ty, "ByteStream"));
        let outcome = match stream {
            true => quote!(collected(call.send().await).await),
            false => quote!(outcome(call.send().await)),
        };
        Some(call(document, operation, &method, methods, &answers, &outcome))
    });
    let calls: Vec<_> = calls.collect();
    file.items.push(parse_quote! {
        /// Each call, as the document's examples make it.
        #[cfg(feature = "sandbox")]
        #[doc(hidden)]
        #[allow(deprecated)]
        pub mod calls {
            #[allow(unused_imports)]
            use super::{Client, builder, types};
            #[allow(unused_imports)]
            use crate::sandbox::examples::{Call, collected, outcome, round_trip};
            pub const CALLS: &[Call] = &[#(#calls),*];
        }
    });
}

fn call(
    document: &Document,
    operation: &Operation,
    method: &Ident,
    methods: &[&ImplItemFn],
    answers: &[(String, Type)],
    outcome: &TokenStream,
) -> TokenStream {
    let (id, builder) = (&operation.id, format_ident!("{}", operation.id.to_pascal_case()));
    let body =
        methods.iter().find(|method| method.sig.ident == "body").and_then(|body| takes(body));
    let request = body.as_ref().map_or(quote!(None), |ty| quote!(Some(round_trip::<#ty>)));
    let answers = answers.iter().map(|(status, ty)| quote!((#status, round_trip::<#ty>)));
    let setters = parameters(&document.value, operation).into_iter().filter_map(|parameter| {
        let name = parameter.get("name").and_then(Value::as_str)?;
        let setter = methods
            .iter()
            .find(|method| method.sig.ident.to_string().to_snake_case() == name.to_snake_case())?;
        let (setter, ty) = (&setter.sig.ident, takes(setter)?);
        Some(quote!(let call = example.parameter(call, #name, builder::#builder::#setter::<#ty>)?;))
    });
    let setters: Vec<_> = setters.collect();
    let body =
        body.map(|ty| quote!(let call = example.body(call, builder::#builder::body::<#ty>)?;));
    let example = if setters.is_empty() && body.is_none() { quote!(_) } else { quote!(example) };
    quote! {
        Call {
            operation: #id,
            request: #request,
            answers: &[#(#answers),*],
            send: |transport, #example| Box::pin(async move {
                let client = Client::new(transport);
                let call = client.#method();
                #(#setters)*
                #body
                #outcome
            }),
        }
    }
}

/// The type of each answer that has one of its own: by the name of its schema,
/// or else by what `send` gives, where one shape is all there is.
fn answers(
    document: &Document,
    operation: &Operation,
    returned: &[Type],
    named: &BTreeSet<String>,
) -> Vec<(String, Type)> {
    let responses = child(&operation.pointer, "responses");
    let all = members(&document.value, &responses);
    let all: Vec<_> =
        all.map(|(at, status, _)| (resolve(&document.value, &at).0, status)).collect();
    let json = |at: &str| {
        let mut media = members(&document.value, &child(at, "content"));
        media.find(|(_, media, _)| media.contains("json")).map(|(at, ..)| child(&at, "schema"))
    };
    let typed = all.iter().filter_map(|(at, status)| {
        let side = |other: &str| other.starts_with('2') == status.starts_with('2');
        let alone = all.iter().filter(|(_, other)| side(other)).count() == 1;
        let returned = returned.get(usize::from(!status.starts_with('2'))).filter(|_| alone);
        let returned = returned.filter(|ty| !ends_with(ty, "ByteStream"));
        let ty = rust_type(document, &json(at)?, named).or_else(|| returned.cloned())?;
        Some(((*status).clone(), ty))
    });
    typed.collect()
}

/// The type of a schema that has a name, and of lists of such.
fn rust_type(document: &Document, schema: &str, named: &BTreeSet<String>) -> Option<Type> {
    let node = document.value.pointer(schema)?;
    if node.get("type").and_then(Value::as_str) == Some("array") {
        let item = rust_type(document, &child(schema, "items"), named)?;
        return Some(parse_quote!(Vec<#item>));
    }
    let (place, _) = resolve(&document.value, schema);
    let name = place.strip_prefix("/components/schemas/")?.to_pascal_case();
    let name = named.get(&name).map(|name| format_ident!("{name}"))?;
    Some(parse_quote!(types::#name))
}

fn builders(file: &syn::File) -> &[Item] {
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(item) if item.ident == "builder" => item.content.as_ref(),
        _ => None,
    });
    modules.map(|(_, items)| items.as_slice()).next().unwrap_or_default()
}

/// The methods of each type, by its name.
fn by_type(items: &[Item]) -> BTreeMap<String, Vec<&ImplItemFn>> {
    let mut types: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for item in items {
        if let Item::Impl(item) = item
            && let Type::Path(ty) = &*item.self_ty
            && let Some(name) = ty.path.segments.last()
        {
            let methods = item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method),
                _ => None,
            });
            types.entry(name.ident.to_string()).or_default().extend(methods);
        }
    }
    types
}

/// What a setter takes: `T` of its bound `V: TryInto<T>`. What takes bytes or a
/// segment of a path is given text.
fn takes(setter: &ImplItemFn) -> Option<Type> {
    let predicates = setter.sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let bounds = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(bound) => Some(&bound.bounds),
        _ => None,
    });
    bounds.flatten().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last()?;
        let target = types_in(&last.arguments).next()?;
        let text = ["PathSegment", "Body"].iter().any(|name| ends_with(target, name));
        match last.ident.to_string().as_str() {
            "TryInto" | "Into" if text => Some(parse_quote!(String)),
            "TryInto" => Some(target.clone()),
            _ => None,
        }
    })
}

fn ends_with(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(ty) if ty.path.segments.last().is_some_and(|last| last.ident == name))
}

/// `T` and `E` of `Result<ResponseValue<T>, Error<E>>`.
fn returned(send: &ImplItemFn) -> Vec<Type> {
    let ReturnType::Type(_, ty) = &send.sig.output else { return Vec::new() };
    let sides = arguments(ty).into_iter().flatten();
    sides.filter_map(|side| Some(arguments(side)?.next()?.clone())).collect()
}

fn arguments(ty: &Type) -> Option<impl Iterator<Item = &Type>> {
    let Type::Path(ty) = ty else { return None };
    Some(types_in(&ty.path.segments.last()?.arguments))
}

fn types_in(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
