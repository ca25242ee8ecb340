//! How an operation wants to be authenticated.

use serde_json::Value;

use super::refs::{child, items, members, resolve_at};

/// A way to authenticate that the SDK knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Basic …`
    Basic,
    /// `Authorization: Bearer …`
    Bearer,
    /// A key in the header of this name, in small letters.
    ApiKey(String),
}

/// Each alternative of the operation's `security`, or else of its document's:
/// the schemes that it asks for at once, each by its name in the document, none
/// for a call without credentials; or why it cannot be sent.
pub fn alternatives(
    root: &Value,
    document: &str,
    operation: &Value,
) -> Vec<Result<Vec<(String, Scheme)>, String>> {
    let own = operation.get("security");
    let default = || root.get(document).and_then(|document| document.get("security"));
    let Some(list) = own.or_else(default) else { return Vec::new() };
    let schemes = |alternative| {
        let names = members(alternative).map(|(name, _)| name);
        names.map(|name| Ok((name.clone(), scheme(root, document, name)?))).collect()
    };
    items(list).map(schemes).collect()
}

fn scheme(root: &Value, document: &str, name: &str) -> Result<Scheme, String> {
    let at = child("", document) + &child("/components/securitySchemes", name);
    let (_, scheme) = resolve_at(root, &at).ok_or_else(|| format!("`{name}` is not declared"))?;
    let text = |key| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    // The name of an HTTP scheme is written in any case.
    match (text("type"), text("scheme").to_ascii_lowercase().as_str(), text("in")) {
        ("http", "basic", _) => Ok(Scheme::Basic),
        // What these flows end in goes over the wire as a bearer token.
        ("http", "bearer", _) | ("oauth2" | "openIdConnect", ..) => Ok(Scheme::Bearer),
        ("apiKey", _, "header") => Ok(Scheme::ApiKey(text("name").to_ascii_lowercase())),
        _ => Err(format!("`{name}` is no scheme that the SDK sends")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn alternatives_are_the_operations_own_or_else_its_documents() {
        let root = json!({ "a": {
            "security": [{ "key": [], "basic": [] }],
            "components": { "securitySchemes": {
                "basic": { "type": "http", "scheme": "Basic" },
                "flow": { "type": "oauth2" },
                "key": { "type": "apiKey", "in": "header", "name": "X-Api-Key" },
                "query": { "type": "apiKey", "in": "query", "name": "key" }
            } }
        } });
        let key = ("key".to_owned(), Scheme::ApiKey("x-api-key".to_owned()));
        let basic = ("basic".to_owned(), Scheme::Basic);
        let both: Vec<_> =
            alternatives(&root, "a", &json!({})).remove(0).unwrap().into_iter().collect();
        assert!(both.len() == 2 && both.contains(&key) && both.contains(&basic));
        assert_eq!(alternatives(&root, "a", &json!({ "security": [] })), []);
        let own = json!({ "security": [{}, { "flow": [] }, { "query": [] }, { "none": [] }] });
        assert_eq!(
            alternatives(&root, "a", &own),
            [
                Ok(vec![]),
                Ok(vec![("flow".to_owned(), Scheme::Bearer)]),
                Err("`query` is no scheme that the SDK sends".to_owned()),
                Err("`none` is not declared".to_owned()),
            ]
        );
    }
}
