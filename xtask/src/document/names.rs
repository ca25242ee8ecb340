//! The names that code gives to the document's.

use heck::{ToPascalCase as _, ToSnakeCase as _};

/// What a document cannot be called: `didit-api` has a module, or uses a crate, of that name.
pub const DOCUMENTS: &[&str] = &[
    "alloc",
    "authorize",
    "base_url",
    "calls",
    "core",
    "generated",
    "openapi",
    "reqwest",
    "runtime",
    "sandbox",
    "schemars",
    "seconds",
    "secret",
    "serde",
    "serde_json",
    "std",
    "tokio",
    "transport",
];
/// What an operation cannot be called: the client has methods of these names.
pub const OPERATIONS: &[&str] = &["clone", "into", "new", "try_into"];
/// What a parameter cannot be called: the builder of a call has these.
pub const PARAMETERS: &[&str] = &["send", "body", "retry"];
/// What a member of an object cannot be called, as it is a field or a function beside it.
pub const PROPERTIES: &[&str] = &["new"];
/// What a schema cannot be called: an answer of these names would be taken for another.
pub const SCHEMAS: &[&str] = &["Self"];

/// The method, field or argument that `name` becomes.
pub fn snake(name: &str) -> String {
    identifier(name, "x", |text| text.to_snake_case())
}

/// The type or variant that `name` becomes.
pub fn pascal(name: &str) -> String {
    identifier(name, "X", |text| text.to_pascal_case())
}

/// Whether `name` can stand in Rust as it is.
pub fn is_identifier(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok() && name != "gen"
}

/// As the generator of the types does it, so that names which clash in its code
/// are known beforehand.
fn identifier(name: &str, prefix: &str, case: impl Fn(&str) -> String) -> String {
    let plain = |c: char| if unicode_ident::is_xid_continue(c) { c } else { '-' };
    let text: String = name.chars().filter(|c| *c != '\'').map(plain).collect();
    let text = match name {
        "+1" => case("plus1"),
        "-1" => case("minus1"),
        _ => case(&text),
    };
    let text = match text.chars().next() {
        Some(first) if unicode_ident::is_xid_start(first) => text,
        _ => format!("{prefix}{text}"),
    };
    if is_identifier(&text) { text } else { format!("{text}_") }
}

/// The name that was probably meant.
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance =
        |name: &str| strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase());
    let slips = if word.chars().count() > 4 { 2 } else { 1 };
    names.map(|name| (distance(name), name)).filter(|(far, _)| *far <= slips).min().map(|(_, n)| n)
}
