//! The second half of [`parameters`](super::parameters): how they go onto the request.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{
    Block, Expr, ExprLit, ExprMethodCall, ImplItem, Item, ItemImpl, Lit, Pat, Stmt, Token,
    parse_quote,
};

use super::Draft;
use super::calls::{Call, declaration, each_call, each_expression, method, methods, variable};
use crate::tidy::has;

pub(super) fn finish(draft: &mut Draft<'_>, file: &mut syn::File) {
    let contract = draft.contract;
    let deprecated = contract.operations.iter().filter(|one| draft.call(one).deprecated);
    let deprecated: BTreeSet<&str> = deprecated.map(|operation| operation.id.as_str()).collect();
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        for method in methods(item) {
            if deprecated.contains(method.sig.ident.to_string().as_str()) {
                method.attrs.push(
                    parse_quote!(#[deprecated = "the vendor has marked this call as deprecated"]),
                );
            }
        }
    }
    each_call(draft, file, |call, item| {
        setters(call, item);
        let send = method(item, "send")?;
        check_segments(&mut send.block)?;
        let request = declaration(&send.block, "request")?;
        let mut lists: Vec<TokenStream> = Vec::new();
        let mut broken = false;
        each_expression(&mut send.block, |expression| {
            if let Expr::MethodCall(query) = &mut *expression
                && query.method == "query"
                && let Some(list) = list_or_renamed(call, query)
            {
                lists.push(list);
                *expression = (*query.receiver).clone();
            }
            if let Expr::MethodCall(append) = &mut *expression
                && append.method == "append"
                // The generator's own `api-version` is made by a call.
                && !matches!(append.args.last(), Some(Expr::Call(_)))
            {
                restore(call, append.args.first_mut());
                broken |= header_value(append).is_none();
            }
        });
        if broken {
            return None;
        }
        let Stmt::Local(local) = send.block.stmts.get(request)? else { return None };
        let Pat::Ident(request_name) = &local.pat else { return None };
        let request_name = &request_name.ident;
        let statements = lists
            .into_iter()
            .map(|list| parse_quote!(crate::runtime::append_query(&mut #request_name, #list)?;));
        let statements: Vec<Stmt> = statements.collect();
        send.block.stmts.splice(request + 1..request + 1, statements);
        Some(())
    });
}

/// The arguments of `append_query` for a `.query(…)` of a list; one of a scalar
/// gets its name for the wire.
fn list_or_renamed(call: &Call, query: &mut ExprMethodCall) -> Option<TokenStream> {
    let Some(Expr::Reference(argument)) = query.args.first_mut() else { return None };
    let Expr::Call(new) = &mut *argument.expr else { return None };
    let style = call.styles.get(&literal(new.args.first()?)?);
    restore(call, new.args.first_mut());
    let style = format_ident!("{}", style?);
    let arguments = &new.args;
    Some(quote!(#arguments, crate::runtime::QueryStyle::#style))
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The name that goes over the wire.
fn restore(call: &Call, name: Option<&mut Expr>) {
    if let Some(expression) = name
        && let Some(wire) = literal(expression).and_then(|name| call.renamed.get(&name))
    {
        *expression = parse_quote!(#wire);
    }
}

/// `value.to_string().try_into()?` becomes a conversion for every type, whose
/// error names the header.
fn header_value(append: &mut ExprMethodCall) -> Option<()> {
    let name = append.args.first()?.clone();
    let value = append.args.last_mut()?;
    let Expr::Try(converted) = &*value else { return None };
    let Expr::MethodCall(try_into) = &*converted.expr else { return None };
    let Expr::MethodCall(to_string) = &*try_into.receiver else { return None };
    let text = &to_string.receiver;
    *value = parse_quote!(crate::runtime::header_value(#name, &#text)?);
    Some(())
}

/// `encode_path(&id.to_string())` becomes a check that names the parameter.
fn check_segments(block: &mut Block) -> Option<()> {
    let url = declaration(block, "url")?;
    let Stmt::Local(local) = block.stmts.get_mut(url)? else { return None };
    let Expr::Macro(format) = &mut *local.init.as_mut()?.expr else { return None };
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut arguments = arguments.parse2(format.mac.tokens.clone()).ok()?;
    for argument in &mut arguments {
        let Expr::Call(call) = &*argument else { continue };
        let Expr::Reference(text) = call.args.first()? else { return None };
        let Expr::MethodCall(to_string) = &*text.expr else { return None };
        let value = &to_string.receiver;
        let name = value.to_token_stream().to_string();
        *argument = parse_quote!(encode_path(#name, &#value)?);
    }
    format.mac.tokens = arguments.to_token_stream();
    Some(())
}

/// The setters of path segments say what is wrong with a value; those of
/// deprecated parameters say so.
fn setters(call: &Call, item: &mut ItemImpl) {
    let deprecated: BTreeSet<String> =
        call.deprecated_parameters.iter().map(|name| variable(name)).collect();
    for item in &mut item.items {
        let ImplItem::Fn(method) = item else { continue };
        let name = method.sig.ident.clone();
        let shown = name.to_string();
        if has(&method.sig.generics.where_clause, "crate :: PathSegment") {
            let message = format!("`{shown}` {{}}");
            let attributes = std::mem::take(&mut method.attrs);
            *method = parse_quote! {
                pub fn #name<V>(mut self, value: V) -> Self
                where
                    V: std::convert::TryInto<crate::PathSegment>,
                    V::Error: std::fmt::Display,
                {
                    self.#name = value.try_into().map_err(|error| format!(#message, error));
                    self
                }
            };
            method.attrs = attributes;
        }
        if deprecated.contains(shown.trim_end_matches('_')) && shown != "send" {
            method.attrs.push(
                parse_quote!(#[deprecated = "the vendor has marked this parameter as deprecated"]),
            );
        }
    }
}
