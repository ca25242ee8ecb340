//! Names for what the contract names otherwise, or not at all.

use heck::{ToPascalCase as _, ToSnakeCase as _};

use super::contract::Foreign;

#[rustfmt::skip]
const VERBS: &[&str] = &[
    "add", "arm", "batch", "bulk", "cancel", "check", "create", "delete", "export", "generate",
    "get", "import", "list", "patch", "post", "put", "remove", "resend", "retrieve", "search",
    "send", "share", "test", "update",
];

/// `operationId` in snake_case, without the method and the version, and without
/// what the name of the document already says.
pub(super) fn operation(foreign: &Foreign<'_>, document: &str) -> String {
    let spelled = if foreign.id.is_empty() { foreign.path } else { foreign.id };
    let spelled = spelled.replace("v3", "v3_").to_snake_case();
    let mut words: Vec<&str> = spelled.split('_').filter(|word| !word.is_empty()).collect();
    let is_version = |word: &str| word.len() == 2 && word.starts_with('v');
    let versioned = words.iter().any(|word| is_version(word));
    words.retain(|word| !is_version(word));
    if versioned && words.first() == Some(&foreign.method) {
        words.remove(0);
    }
    let known: Vec<String> = document.split('_').map(singular).collect();
    let rest: Vec<&str> =
        words.iter().copied().filter(|word| !known.contains(&singular(word))).collect();
    let rest = match rest.as_slice() {
        [verb @ .., "by", "id"] => verb.to_vec(),
        _ => rest,
    };
    let lists = foreign.method == "get" && !foreign.path.trim_end_matches('/').ends_with('}');
    let verb = match foreign.method {
        "get" if lists && rest.is_empty() => "list",
        "get" => "retrieve",
        "post" => "create",
        "patch" => "update",
        "put" => "replace",
        _ => "delete",
    };
    let name = match rest.as_slice() {
        [] => verb.to_owned(),
        ["get", more @ ..] => {
            ["retrieve"].iter().chain(more).copied().collect::<Vec<_>>().join("_")
        }
        [first, ..] if VERBS.contains(first) || foreign.method == "post" => rest.join("_"),
        _ => format!("{verb}_{}", rest.join("_")),
    };
    if crate::document::names::is_identifier(&name) && name != "new" {
        name
    } else {
        format!("{verb}_it")
    }
}

/// The name of a type for what stands under `key`; of a list, for its item.
pub(super) fn schema(key: &str) -> String {
    let ascii: String =
        key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let name = ascii.to_pascal_case();
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && name != "Self" => name,
        _ => format!("Type{name}"),
    }
}

/// `warnings` to `warning`, as far as English is regular.
pub(super) fn singular(word: &str) -> String {
    let plain =
        ["status", "address", "analysis", "details", "alias", "basis", "news", "kms", "aws"];
    let keeps = plain.iter().any(|end| word.ends_with(end)) || word.ends_with("ss");
    if keeps {
        return word.to_owned();
    }
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 1 => format!("{stem}y"),
        _ => word.strip_suffix('s').filter(|stem| stem.len() > 1).unwrap_or(word).to_owned(),
    }
}

/// Our name for a security scheme: `ApiKeyAuth` is `api_key`.
pub(super) fn scheme(name: &str) -> String {
    name.to_snake_case().trim_end_matches("_auth").to_owned()
}
