//! Attributes of generated items: derives, serde's instructions, and where new
//! items go.

use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Path, Token, parse_quote};

/// Whether a `#[serde(…)]` holds `word`.
pub(super) fn serde_says(attributes: &[Attribute], word: &str) -> bool {
    let mut serde = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
    serde.any(|attribute| attribute.to_token_stream().to_string().contains(word))
}

/// Takes a trait out of the derives.
pub(super) fn underive(attributes: &mut [Attribute], name: &str) {
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let Ok(derives) =
            attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
        else {
            continue;
        };
        let kept = derives
            .iter()
            .filter(|path| path.segments.last().is_none_or(|last| last.ident != name));
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
}

/// Adds items before the modules that end the module of types.
pub(super) fn insert_types(items: &mut Vec<Item>, new: Vec<Item>) {
    let place = items.iter().position(|item| matches!(item, Item::Mod(_))).unwrap_or(items.len());
    items.splice(place..place, new);
}
