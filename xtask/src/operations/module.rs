//! The client of a document, a builder for each of its calls: one template.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::describe;
use crate::document::names::{pascal, snake};
use crate::model::docs;
use crate::model::module::Module;
use crate::model::operation::{Operation, Parameter, Success};
use crate::model::schema::rust_type;
use crate::openapi::media;
use crate::openapi::refs::resolve;
use crate::openapi::security::Scheme;
use serde_json::Value;

/// `Client`, and the items of `mod builder`; nothing of a document without operations.
pub fn operations(module: &Module<'_>, root: &Value) -> (TokenStream, TokenStream) {
    if module.operations.is_empty() {
        return Default::default();
    }
    let mut about =
        vec![docs::lines(module.info("title")), docs::lines(module.info("description"))];
    about.retain(|part| !part.is_empty());
    let about = docs::attributes(&about.join(&String::new()));
    let base_url = module.base_url;
    let each = module.operations.iter();
    let names: Vec<_> = each.clone().map(|one| format_ident!("{}", pascal(one.id))).collect();
    let methods = each.clone().map(|one| method(one, root));
    let builders = each.map(|one| builder(one, root));
    let client = quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: crate::Transport,
        }
        impl Client {
            /// Where the vendor serves these calls.
            pub const BASE_URL: &'static str = #base_url;
            /// Every call of this document, and how each authenticates.
            pub const OPERATIONS: &'static [&'static crate::Operation] = &[
                #(builder::#names::OPERATION,)*
            ];
            /// A client that sends through `transport`.
            pub fn new(transport: crate::Transport) -> Self {
                Self { transport }
            }
            #(#methods)*
        }
    };
    (client, quote!(#(#builders)*))
}

/// The client's method: what the call needs are its arguments.
fn method(operation: &Operation<'_>, root: &Value) -> TokenStream {
    let (name, builder) =
        (format_ident!("{}", operation.id), format_ident!("{}", pascal(operation.id)));
    let docs = docs::attributes(&describe::method(operation, root));
    let deprecated = operation.is_deprecated().then(|| quote!(#[deprecated]));
    let own = quote!(types::);
    let (mut arguments, mut steps) = (Vec::new(), Vec::new());
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        let ident = format_ident!("{}", snake(parameter.name));
        let ty = rust_type(&parameter.value["schema"], operation.module, &own);
        arguments.push(quote!(#ident: impl ::std::convert::Into<#ty>));
        steps.push(step(parameter, &quote!(#ident.into())));
    }
    if let Some((scheme, header)) = operation.credential() {
        let ident = format_ident!("{}", snake(scheme));
        arguments.push(quote!(#ident: impl ::std::convert::Into<crate::Secret>));
        steps.push(quote!(.credential(#header, &#ident.into())));
    }
    if let Some(body) = operation.body.as_ref().filter(|body| body.required)
        && let Some(content) = body.content.first()
    {
        let ty = rust_type(&content.value["schema"], operation.module, &own);
        let put = put(content.media);
        arguments.push(quote!(body: #ty));
        steps.push(put);
    }
    quote! {
        #docs
        #deprecated
        pub fn #name(&self, #(#arguments),*) -> builder::#builder<'_> {
            builder::#builder(
                crate::runtime::Call::new(&self.transport, builder::#builder::OPERATION) #(#steps)*
            )
        }
    }
}

/// The call on its way: what it may have besides are its methods.
fn builder(operation: &Operation<'_>, root: &Value) -> TokenStream {
    let name = format_ident!("{}", pascal(operation.id));
    let about = format!(" [`Client::{0}`](super::Client::{0}) before it is sent.", operation.id);
    let own = quote!(super::types::);
    let entry = entry(operation, root);
    let optional = operation.parameters.iter().filter(|parameter| !parameter.required);
    let setters = optional.map(|parameter| {
        let ident = format_ident!("{}", snake(parameter.name));
        let ty = rust_type(&parameter.value["schema"], operation.module, &own);
        let docs = parameter.value["description"].as_str().unwrap_or_default();
        let docs = docs::attributes(&docs::lines(docs));
        let deprecated = (parameter.value["deprecated"] == true).then(|| quote!(#[deprecated]));
        let step = step(parameter, &quote!(value.into()));
        quote! {
            #docs
            #deprecated
            pub fn #ident(self, value: impl ::std::convert::Into<#ty>) -> Self {
                Self(self.0 #step)
            }
        }
    });
    let body = operation.body.as_ref().filter(|body| !body.required);
    let body = body.and_then(|body| body.content.first()).map(|content| {
        let ty = rust_type(&content.value["schema"], operation.module, &own);
        let put = put(content.media);
        quote! {
            /// What it sends.
            pub fn body(self, body: #ty) -> Self {
                Self(self.0 #put)
            }
        }
    });
    let (success, send) = match operation.success() {
        Success::Json(schema) => {
            // A name that only stands for another is the other's.
            let schema = if schema.is_object() { schema } else { resolve(root, schema) };
            (rust_type(schema, operation.module, &own), quote!(send))
        }
        Success::Stream => (quote!(crate::ByteStream), quote!(send_stream)),
        Success::Nothing => (quote!(()), quote!(send_empty)),
    };
    let stream = operation.rows(root).map(|(rows, limit)| {
        let row = rust_type(rows, operation.module, &own);
        let limit = proc_macro2::Literal::u64_unsuffixed(limit);
        quote! {
            /// The rows of this page and of all after it, one by one; a page is asked for
            /// when its first row is wanted.
            pub fn stream(self) -> crate::ListStream<'a, #row> {
                self.0.list(#limit)
            }
        }
    });
    let generics =
        if stream.is_some() { quote!(impl<'a> #name<'a>) } else { quote!(impl #name<'_>) };
    quote! {
        #[doc = #about]
        #[derive(Debug)]
        #[must_use = "nothing is sent until `send` is called"]
        pub struct #name<'a>(pub(super) crate::runtime::Call<'a>);
        #generics {
            /// The call as data.
            pub const OPERATION: &'static crate::Operation = &#entry;
            #(#setters)*
            #body
            /// How it is tried again, in place of how all calls of the client are.
            pub fn retry(self, policy: crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }
            /// Sends it.
            pub async fn send(
                self,
            ) -> ::std::result::Result<crate::ResponseValue<#success>, crate::Error> {
                self.0.#send().await
            }
            #stream
        }
    }
}

fn step(parameter: &Parameter<'_>, value: &TokenStream) -> TokenStream {
    let (place, name) = (format_ident!("{}", parameter.place), parameter.name);
    // The type is what the argument is made into.
    let ty = match parameter.place {
        "path" | "query" | "header" => place,
        _ => format_ident!("query"),
    };
    quote!(.#ty(#name, &#value))
}

fn put(media: &str) -> TokenStream {
    if media::is_multipart(media) {
        quote!(.multipart(body))
    } else if media::is_form(media) {
        quote!(.form(&body))
    } else {
        quote!(.json(&body))
    }
}

/// The operation as data; what is usual is not said.
fn entry(operation: &Operation<'_>, root: &Value) -> TokenStream {
    let Operation { module, id, method, path, .. } = operation;
    let schemes = operation.schemes().filter(|_| operation.credential().is_none());
    let schemes: Vec<_> = schemes
        .map(|(_, scheme)| match scheme {
            Scheme::Basic => quote!(crate::Scheme::Basic),
            Scheme::Bearer => quote!(crate::Scheme::Bearer),
            Scheme::ApiKey(header) => quote!(crate::Scheme::ApiKey { header: #header }),
        })
        .collect();
    let security = (!schemes.is_empty()).then(|| quote!(.security(&[#(#schemes),*])));
    let accept = Some(accept(operation)).filter(|accept| accept != "application/json");
    let accept = accept.map(|accept| quote!(.accept(#accept)));
    let codes = operation.successes().filter_map(|answer| answer.code.parse::<u16>().ok());
    let codes: Vec<_> = codes.map(proc_macro2::Literal::u16_unsuffixed).collect();
    let usual = operation.successes().all(|answer| answer.code == "200");
    let success = (!usual).then(|| quote!(.success(&[#(#codes),*])));
    let retry = match operation.text("/x-retry/kind") {
        "safe" => Some(quote!(.retry(crate::Retry::Safe))),
        "key" => Some(quote!(.retry(crate::Retry::Key))),
        _ => None,
    };
    let lists = operation.lists_that_hold_something(root);
    let not_empty = (!lists.is_empty()).then(|| quote!(.not_empty(&[#(#lists),*])));
    let docs = operation.docs();
    quote! {
        crate::Operation::new(#module, #id, #method, #path)
            #security #accept #success #retry #not_empty .docs(#docs)
    }
}

/// Every media type that an answer may have, the successes' first.
fn accept(operation: &Operation<'_>) -> String {
    let (success, error): (Vec<_>, Vec<_>) =
        operation.answers.iter().partition(|answer| answer.is_success());
    let mut media: Vec<&str> = Vec::new();
    for content in success.iter().chain(&error).flat_map(|answer| &answer.content) {
        if !media.contains(&content.media) {
            media.push(content.media);
        }
    }
    media.join(", ")
}
