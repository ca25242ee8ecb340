//! The calls as data, for the tests of `didit-api`: they make each of them from
//! the document's examples without knowing it by name.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::document::names::snake;
use crate::model::module::Module;
use crate::model::operation::{Operation, Success};
use crate::model::schema::rust_type;
use crate::openapi::media;

/// The items of the test's module of this document.
pub fn calls(module: &Module<'_>) -> TokenStream {
    let name = format_ident!("{}", module.name());
    let calls = module.operations.iter().map(|operation| call(module, operation));
    quote! {
        use crate::#name as api;
        #[allow(unused_imports)]
        use crate::calls::{Call, collected, outcome, reads, round_trip};
        /// Which examples there are is not repeated here; the document has them.
        #[allow(deprecated)]
        pub(crate) const CALLS: &[Call] = &[#(#calls),*];
    }
}

fn call(module: &Module<'_>, operation: &Operation<'_>) -> TokenStream {
    let (id, method) = (operation.id, format_ident!("{}", operation.id));
    let own = quote!(api::types::);
    let ty = |schema| rust_type(schema, module.name(), &own);
    let answers = operation.answers.iter().filter_map(|answer| match answer.shape() {
        Success::Json(schema) => {
            let (code, ty) = (answer.code, ty(schema));
            Some(quote!((#code, round_trip::<#ty>)))
        }
        Success::Stream | Success::Nothing => None,
    });
    let body =
        operation.body.as_ref().and_then(|body| Some((body.required, body.content.first()?)));
    let request = body.map_or(quote!(None), |(_, content)| {
        let ty = ty(&content.value["schema"]);
        match media::is_multipart(content.media) {
            true => quote!(Some(reads::<#ty>)),
            false => quote!(Some(round_trip::<#ty>)),
        }
    });
    let mut arguments = Vec::new();
    let mut setters = Vec::new();
    for parameter in &operation.parameters {
        let (name, ident) = (parameter.name, format_ident!("{}", snake(parameter.name)));
        let ty = ty(&parameter.value["schema"]);
        if parameter.required {
            arguments.push(quote!(example.argument::<#ty>(#name)?));
        } else {
            setters.push(quote! {
                let call = example.set(call, #name, |call, value: #ty| call.#ident(value))?;
            });
        }
    }
    if operation.credential().is_some() {
        // Which the sandbox takes for any key.
        arguments.push(quote!("sandbox-client-secret"));
    }
    match body {
        Some((true, _)) => arguments.push(quote!(example.body()?)),
        Some((false, _)) => setters.push(quote! {
            let call = example.set_body(call, |call, body| call.body(body))?;
        }),
        None => {}
    }
    let outcome = match operation.success() {
        Success::Stream => quote!(collected(call.send().await).await),
        _ => quote!(outcome(call.send().await)),
    };
    let unused = arguments.is_empty() && setters.is_empty();
    let example = if unused { quote!(_) } else { quote!(example) };
    quote! {
        Call {
            operation: #id,
            request: #request,
            answers: &[#(#answers),*],
            send: |transport, #example| Box::pin(async move {
                let client = api::Client::new(transport);
                let call = client.#method(#(#arguments),*);
                #(#setters)*
                #outcome
            }),
        }
    }
}
