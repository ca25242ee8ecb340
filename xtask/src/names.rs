//! The names that the generator makes of the document's.

use heck::{ToPascalCase as _, ToSnakeCase as _};

/// The method, field or argument that `name` becomes.
pub fn snake(name: &str) -> String {
    identifier(name, "x", |text| text.to_snake_case())
}

/// The type or variant that `name` becomes.
pub fn pascal(name: &str) -> String {
    identifier(name, "X", |text| text.to_pascal_case())
}

/// What typify does, and progenitor with names that begin with a letter, so that
/// two that clash in the generated code are known beforehand.
fn identifier(name: &str, prefix: &str, case: impl Fn(&str) -> String) -> String {
    let plain = |c: char| if unicode_ident::is_xid_continue(c) { c } else { '-' };
    let text: String = name.chars().filter(|c| *c != '\'').map(plain).collect();
    let text = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => case(&text),
    };
    let text = match text.chars().next() {
        Some(first) if unicode_ident::is_xid_start(first) => text,
        _ => format!("{prefix}{text}"),
    };
    if syn::parse_str::<syn::Ident>(&text).is_ok() && text != "gen" {
        text
    } else {
        format!("{text}_")
    }
}
