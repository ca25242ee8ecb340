//! What the document says and progenitor leaves out, as Rust.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Item, parse_quote};

use crate::contract::{Contract, Operation, Scheme};
use crate::document::Document;

/// Appends the client's constructor and hooks, the server, the table of
/// operations, and the JSON schemas of the named types.
pub(super) fn append(file: &mut syn::File, document: &Document, contract: &Contract) {
    let named = derive_schemas(file);
    leave_debug_to_us(file);
    let base_url = &contract.base_url;
    let operations = contract.operations.iter().map(|operation| entry(&document.name, operation));
    let host = format!(" Where the vendor serves these calls: `{base_url}`.");
    let mut items: Vec<Item> = vec![
        parse_quote! {
            impl Client {
                /// A client that sends through `transport`.
                pub fn new(transport: crate::Transport) -> Self {
                    Self {
                        baseurl: transport.base_url().to_owned(),
                        client: transport.http().clone(),
                        inner: transport,
                    }
                }
            }
        },
        parse_quote! {
            impl ClientHooks for Client {
                const OPERATIONS: &'static [crate::Operation] = OPERATIONS;
                fn transport(&self) -> &crate::Transport {
                    &self.inner
                }
            }
        },
        parse_quote! {
            impl ::std::fmt::Debug for Client {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_tuple("Client").field(&self.inner).finish()
                }
            }
        },
        parse_quote!(#[doc = #host] pub const BASE_URL: &str = #base_url;),
        parse_quote! {
            /// Every call of this document, and how each authenticates.
            pub const OPERATIONS: &[crate::Operation] = &[#(#operations),*];
        },
    ];
    let mut schemas = crate::lower::names::of_schemas(&document.value);
    schemas.retain(|_, name| named.contains(name));
    let names = schemas.keys();
    let types = schemas.values().map(|name| format_ident!("{name}"));
    items.push(parse_quote! {
        /// The JSON schema of each named type, by its name in the document.
        #[cfg(feature = "schemars")]
        pub fn json_schemas() -> ::std::collections::BTreeMap<&'static str, ::schemars::Schema> {
            ::std::collections::BTreeMap::from([#((#names, ::schemars::schema_for!(types::#types))),*])
        }
    });
    file.items.extend(items);
}

fn entry(document: &str, operation: &Operation) -> TokenStream {
    let Operation { id, method, path, docs, .. } = operation;
    let schemes = operation.security.iter().map(|security| match &security.scheme {
        Scheme::Basic => quote!(crate::Scheme::Basic),
        Scheme::Bearer => quote!(crate::Scheme::Bearer),
        Scheme::ApiKey { header } => quote!(crate::Scheme::ApiKey { header: #header }),
    });
    quote! {
        crate::Operation {
            document: #document,
            id: #id,
            method: #method,
            path: #path,
            security: &[#(#schemes),*],
            docs: #docs,
        }
    }
}

/// A derived `Debug` would print the insides of the HTTP client.
fn leave_debug_to_us(file: &mut syn::File) {
    for item in &mut file.items {
        if let Item::Struct(client) = item
            && client.ident == "Client"
        {
            client.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
            client.attrs.push(parse_quote!(#[derive(Clone)]));
        }
    }
}

/// Gives every generated type its derive, and says which types there are.
fn derive_schemas(file: &mut syn::File) -> Vec<String> {
    let mut names = Vec::new();
    for item in super::types(file).into_iter().flatten() {
        let (ident, attributes) = match item {
            Item::Struct(item) => (&item.ident, &mut item.attrs),
            Item::Enum(item) => (&item.ident, &mut item.attrs),
            _ => continue,
        };
        // A sum of answers is no JSON itself.
        let derives =
            |one: &Attribute| one.path().is_ident("derive") && super::has(one, "Serialize");
        if !attributes.iter().any(derives) {
            continue;
        }
        names.push(ident.to_string());
        let derive: Attribute =
            parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]);
        // Right after the other derives, which is where a reader looks.
        let place = attributes.iter().rposition(|attribute| attribute.path().is_ident("derive"));
        attributes.insert(place.map_or(attributes.len(), |place| place + 1), derive);
    }
    names
}
