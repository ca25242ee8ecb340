//! How a caller makes a value: `new` with what is required, and a method for
//! each other member.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{Field, ItemStruct};

use super::receiving::{argument, json_name};
use crate::model::module::Named;
use crate::model::schema::{Shape, is_promised, shape, target};
use crate::openapi::refs::members;

/// The `impl` of a struct that is sent.
pub(super) fn constructors(document: &Value, of: &Named<'_>, item: &ItemStruct) -> TokenStream {
    let required = |field: &Field| {
        json_name(field).is_some_and(|member| is_promised(document, of.name, &member))
    };
    // In the order of the document, which is the one that its author thought of.
    let order: Vec<_> = members(&of.value["properties"]).map(|(name, _)| name.clone()).collect();
    let mut arguments: Vec<_> = item.fields.iter().filter(|field| required(field)).collect();
    arguments
        .sort_by_key(|field| order.iter().position(|name| Some(name) == json_name(field).as_ref()));
    let names = arguments.iter().map(|field| &field.ident);
    let types = arguments.iter().map(|field| &field.ty);
    let values = item.fields.iter().map(|field| {
        let ident = &field.ident;
        if required(field) {
            quote!(#ident: #ident.into())
        } else {
            quote!(#ident: ::std::default::Default::default())
        }
    });
    let setters = item.fields.iter().filter(|field| !required(field)).map(setter);
    let ident = &item.ident;
    quote! {
        impl #ident {
            /// With what is required, and nothing else.
            pub fn new(#(#names: impl ::std::convert::Into<#types>),*) -> Self {
                Self { #(#values),* }
            }
            #(#setters)*
        }
    }
}

/// How a form with files becomes its parts.
pub(super) fn parts(root: &Value, schema: &Value, item: &ItemStruct) -> TokenStream {
    let parts = item.fields.iter().filter_map(|field| {
        let (ident, name) = (&field.ident, json_name(field)?);
        let member = &schema["properties"][&name];
        let item = if let Shape::List(item) = shape(member) { item } else { member };
        Some(match shape(target(root, item)) {
            Shape::File => {
                let limit = item["maxLength"].as_u64().map(proc_macro2::Literal::u64_unsuffixed);
                let limit = limit.map(|bytes| quote!(.at_most(#name, #bytes)));
                let put = if item == member { quote!(file) } else { quote!(files) };
                quote!(.#put(#name, form.#ident) #limit)
            }
            Shape::Object | Shape::Map(_) | Shape::List(_) | Shape::Union | Shape::Any => {
                quote!(.json(#name, &form.#ident))
            }
            _ => quote!(.text(#name, &form.#ident)),
        })
    });
    let ident = &item.ident;
    quote! {
        impl ::std::convert::From<#ident> for crate::runtime::Form {
            fn from(form: #ident) -> Self {
                Self::new() #(#parts)*
            }
        }
    }
}

fn setter(field: &Field) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    let doc = format!(
        " Sets [`{0}`](#structfield.{0}).",
        ident.as_ref().map(ToString::to_string).unwrap_or_default()
    );
    let inner = argument(ty, "Option");
    let boxed = inner.and_then(|inner| argument(inner, "Box"));
    let (takes, value) = match (inner, boxed) {
        (_, Some(boxed)) => {
            (boxed, quote!(::std::option::Option::Some(::std::boxed::Box::new(value.into()))))
        }
        (Some(inner), None) => (inner, quote!(::std::option::Option::Some(value.into()))),
        (None, None) => (ty, quote!(value.into())),
    };
    quote! {
        #[doc = #doc]
        pub fn #ident(mut self, value: impl ::std::convert::Into<#takes>) -> Self {
            self.#ident = #value;
            self
        }
    }
}
