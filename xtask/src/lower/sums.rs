//! The second half of [`answers`](super::answers): the types and the choice by status.

use std::collections::BTreeMap;

use heck::ToPascalCase as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Item, ItemImpl, Stmt, Type, parse_quote};

use super::Draft;
use super::answers::{Answer, Answers, Shape, is_one_shape};
use super::calls::{each_call, each_expression, is_member, method, name_of};
use crate::contract::Contract;
use crate::tidy::{self, has};

/// The id of the probe with this number; no operation of the document has it.
pub(super) fn probe(contract: &Contract, number: usize) -> String {
    let mut prefix = "probe".to_owned();
    while contract.operations.iter().any(|operation| operation.id.starts_with(&prefix)) {
        prefix.push('x');
    }
    format!("{prefix}_{number}")
}

pub(super) fn finish(draft: &mut Draft<'_>, file: &mut syn::File) {
    let types = take_probes(draft, file);
    let mut names: Vec<String> = tidy::types(file)
        .into_iter()
        .flatten()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            Item::Enum(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let mut sums = Vec::new();
    each_call(draft, file, |call, item| {
        if let Some(accept) = &call.accept {
            ask_for(item, accept)?;
        }
        match &call.answers {
            Some(answers) => choose(item, answers, &types, &mut names, &mut sums),
            None => Some(()),
        }
    });
    if let Some(types) = tidy::types(file) {
        sums.sort_by(|(one, _), (other, _)| one.cmp(other));
        // After the other types, before the modules.
        let end = types.iter().position(|item| matches!(item, Item::Mod(_))).unwrap_or(types.len());
        types.splice(end..end, sums.into_iter().map(|(_, sum)| sum));
    }
}

/// Takes the probes out; what they answer, by schema.
fn take_probes(draft: &Draft<'_>, file: &mut syn::File) -> BTreeMap<String, Type> {
    let mut probes: BTreeMap<String, &String> = BTreeMap::new();
    for (schema, number) in &draft.probes {
        probes.insert(probe(draft.contract, *number), schema);
    }
    let is_probe = |name: &str| probes.contains_key(name);
    let builders: BTreeMap<_, _> =
        probes.iter().map(|(id, schema)| (id.to_pascal_case(), *schema)).collect();
    let mut types = BTreeMap::new();
    for item in &mut file.items {
        if let Item::Impl(item) = item {
            item.items.retain(
                |item| !matches!(item, syn::ImplItem::Fn(method) if is_probe(&method.sig.ident.to_string())),
            );
        }
    }
    if let Some(items) = tidy::module(&mut file.items, "builder") {
        items.retain_mut(|item| match item {
            Item::Struct(item) => !builders.contains_key(&item.ident.to_string()),
            Item::Impl(item) => {
                let Some(schema) = name_of(item).and_then(|name| builders.get(&name)) else {
                    return true;
                };
                let send = method(item, "send");
                if let Some(ty) = send.and_then(|send| answer_type(&send.sig.output)) {
                    types.insert((*schema).clone(), ty);
                }
                false
            }
            _ => true,
        });
    }
    types
}

/// `T` of `-> Result<ResponseValue<T>, …>`.
fn answer_type(output: &syn::ReturnType) -> Option<Type> {
    let syn::ReturnType::Type(_, ty) = output else { return None };
    first_argument(first_argument(ty)?).cloned()
}

fn first_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `Accept` as the operation's answers want it.
fn ask_for(item: &mut ItemImpl, accept: &str) -> Option<()> {
    let send = method(item, "send")?;
    let mut found = None;
    each_expression(&mut send.block, |expression| {
        let Expr::MethodCall(call) = &mut *expression else { return };
        if call.method == "header" && call.args.first().is_some_and(|name| has(name, "ACCEPT")) {
            *expression = (*call.receiver).clone();
        } else if matches!(&*call.receiver, Expr::Field(field) if is_member(&field.member, "client"))
            && call.args.len() == 1
        {
            *expression = parse_quote! {
                #call.header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static(#accept),
                )
            };
            found = Some(());
        }
    });
    found
}

/// The types of `send`, and the `match` at its end.
fn choose(
    item: &mut ItemImpl,
    answers: &Answers,
    types: &BTreeMap<String, Type>,
    names: &mut Vec<String>,
    sums: &mut Vec<(String, Item)>,
) -> Option<()> {
    let builder = name_of(item)?;
    let send = method(item, "send")?;
    let Some(Stmt::Expr(Expr::Match(end), None)) = send.block.stmts.last() else { return None };
    let Expr::MethodCall(number) = &*end.expr else { return None };
    let Expr::MethodCall(status) = &*number.receiver else { return None };
    let response = status.receiver.clone();
    let streams = answers.streams();
    let read = if streams { quote!(#response.read().await?) } else { quote!(#response) };
    let mut side =
        |answers: &[Answer], name: &str, doc: &str| -> Option<(Type, Vec<TokenStream>)> {
            let types: Option<Vec<_>> =
                answers.iter().map(|answer| ty(&answer.shape, types)).collect();
            let types = types?;
            let sum = (!is_one_shape(answers)).then(|| {
                let name = free(names, format!("{builder}{name}"));
                sums.push((name.clone(), sum(&name, doc, answers, &types)));
                format_ident!("{name}")
            });
            let values = answers.iter().zip(&types).map(|(answer, ty)| {
                let value = match answer.shape {
                    Shape::Json(_) => quote!(ResponseValue::<#ty>::from_response(#read).await?),
                    Shape::Nothing => quote!(ResponseValue::empty(#read)),
                    Shape::Stream => quote!(ResponseValue::stream(#response)),
                };
                let Some(sum) = &sum else { return value };
                let variant = format_ident!("{}", answer.status.variant());
                match answer.shape {
                    Shape::Nothing => quote!(#value.map(|()| types::#sum::#variant)),
                    _ => quote!(#value.map(types::#sum::#variant)),
                }
            });
            let ty = match &sum {
                Some(sum) => parse_quote!(types::#sum),
                None => types.first().cloned().unwrap_or_else(|| parse_quote!(())),
            };
            Some((ty, values.collect()))
        };
    let doc = |what: &str| format!(" What [`super::builder::{builder}::send`] {what}, by status.");
    let (success, values) = side(&answers.success, "Success", &doc("answers"))?;
    let (error, errors) = side(&answers.error, "Error", &doc("fails with"))?;
    let patterns = answers.success.iter().map(|answer| answer.status.pattern());
    let error_patterns = answers.error.iter().map(|answer| answer.status.pattern());
    let end = parse_quote! {
        match #response.status().as_u16() {
            #(#patterns => Ok(#values),)*
            #(#error_patterns => Err(Error::ErrorResponse(#errors)),)*
            _ => Err(Error::UnexpectedResponse(#read)),
        }
    };
    *send.block.stmts.last_mut()? = Stmt::Expr(end, None);
    send.sig.output = parse_quote!(-> Result<ResponseValue<#success>, Error<#error>>);
    if streams {
        each_expression(&mut send.block, |expression| {
            if let Expr::MethodCall(call) = expression
                && call.method == "exec"
            {
                call.method = format_ident!("exec_unread");
            }
        });
    }
    Some(())
}

fn ty(shape: &Shape, types: &BTreeMap<String, Type>) -> Option<Type> {
    match shape {
        Shape::Json(schema) => types.get(&schema.to_string()).cloned(),
        Shape::Stream => Some(parse_quote!(crate::runtime::ByteStream)),
        Shape::Nothing => Some(parse_quote!(())),
    }
}

/// A name that no other type has.
fn free(names: &mut Vec<String>, mut name: String) -> String {
    while names.contains(&name) {
        name.push_str("Answer");
    }
    names.push(name.clone());
    name
}

fn sum(name: &str, doc: &str, answers: &[Answer], types: &[Type]) -> Item {
    let name = format_ident!("{name}");
    let variants = answers.iter().zip(types).map(|(answer, ty)| {
        let variant = format_ident!("{}", answer.status.variant());
        let doc = format!("{}: {}", answer.status, answer.description);
        let mut ty = ty.clone();
        InTypes.visit_type_mut(&mut ty);
        let value = (answer.shape != Shape::Nothing).then(|| quote!((#ty)));
        quote!(#[doc = #doc] #variant #value)
    });
    // A stream can be read once.
    let clone = answers.iter().all(|answer| answer.shape != Shape::Stream);
    let clone = clone.then(|| quote!(Clone,));
    parse_quote! {
        #[doc = #doc]
        #[derive(#clone Debug)]
        #[non_exhaustive]
        pub enum #name { #(#variants),* }
    }
}

/// `types::Book` becomes `Book`, also inside of a `Vec`.
struct InTypes;

impl VisitMut for InTypes {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        if path.segments.first().is_some_and(|first| first.ident == "types") {
            path.segments = path.segments.iter().skip(1).cloned().collect();
        }
    }
}
