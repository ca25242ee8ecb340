//! References, within a document and from one document into another.

use serde_json::{Map, Value};

/// How many references are followed in a row: two may point at each other.
const LONGEST_CHAIN: usize = 64;

/// What `example`s and the like hold is data, whatever it looks like.
const DATA: [&str; 4] = ["default", "enum", "example", "value"];

/// Keys whose members have names of the author's choice.
const NAMED: [&str; 14] = [
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "mapping",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
];

/// One object of all documents by their names, in which each reference is a
/// pointer from that object: `#/x` in the document `auth` becomes `#/auth/x`,
/// and `auth.yaml#/x` becomes the same in any document. A reference elsewhere
/// is left as it is, and so leads nowhere.
pub fn link(documents: impl IntoIterator<Item = (String, Value)>) -> Value {
    let link = |(name, mut document): (String, Value)| {
        link_node(&name, &mut document);
        (name, document)
    };
    documents.into_iter().map(link).collect::<Map<_, _>>().into()
}

fn link_node(document: &str, node: &mut Value) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(|item| link_node(document, item)),
        Value::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("$ref", Value::String(text)) => link_text(document, text),
                    ("mapping", Value::Object(tags)) => {
                        for tag in tags.values_mut() {
                            if let Value::String(text) = tag {
                                link_text(document, text);
                            }
                        }
                    }
                    (key, Value::Object(named)) if NAMED.contains(&key) => {
                        named.values_mut().for_each(|member| link_node(document, member));
                    }
                    // A list of them is a later OpenAPI's, and data.
                    ("examples", _) => {}
                    (key, _) if DATA.contains(&key) || key.starts_with("x-") => {}
                    (_, member) => link_node(document, member),
                }
            }
        }
        _ => {}
    }
}

fn link_text(document: &str, text: &mut String) {
    if let Some(pointer) = target(document, text) {
        *text = format!("#{pointer}");
    }
}

/// Where a reference in `document` leads, as a pointer from the object that
/// [`link`] makes: for one of the forms `#/x`, `other.yaml#/x` and
/// `./other.yaml#/x`, the extension being that of YAML or of JSON.
pub fn target(document: &str, text: &str) -> Option<String> {
    let (file, pointer) = text.split_once('#')?;
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return None;
    }
    let file = file.strip_prefix("./").unwrap_or(file);
    let stem = [".yaml", ".yml", ".json"].iter().find_map(|end| file.strip_suffix(end));
    let name = if file.is_empty() { document } else { stem? };
    (!name.is_empty() && !name.contains('/')).then(|| child("", name) + pointer)
}

/// `pointer` one step deeper; RFC 6901 escapes `~` and `/`.
pub fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// What `node` stands for: itself, or what its reference leads to. A reference
/// that leads nowhere, or round in a circle, stands for itself.
pub fn resolve<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    let mut found = node;
    for _ in 0..LONGEST_CHAIN {
        match pointer_of(found) {
            None => return found,
            Some(pointer) => match root.pointer(pointer) {
                Some(next) => found = next,
                None => return node,
            },
        }
    }
    node
}

/// What stands at `pointer`, and where it really stands if that is a reference.
/// Nothing for a reference that leads nowhere, or round in a circle.
pub fn resolve_at<'a>(root: &'a Value, pointer: &str) -> Option<(String, &'a Value)> {
    let mut pointer = pointer;
    for _ in 0..LONGEST_CHAIN {
        let node = root.pointer(pointer)?;
        match pointer_of(node) {
            None => return Some((pointer.to_owned(), node)),
            Some(next) => pointer = next,
        }
    }
    None
}

/// Where a reference leads; none of a node that is no reference.
fn pointer_of(node: &Value) -> Option<&str> {
    let text = node.get("$ref")?.as_str()?;
    // What `link` has not made leads nowhere; no pointer begins so.
    Some(text.strip_prefix('#').unwrap_or("nowhere"))
}

/// The members of an object; of anything else, none.
pub fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The items of an array; of anything else, none.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_leads_to_a_document_by_the_name_of_its_file() {
        for (text, pointer) in [
            ("#/components/x", Some("/auth/components/x")),
            ("#", Some("/auth")),
            ("sessions.yaml#/a~1b", Some("/sessions/a~1b")),
            ("./sessions.yml#/x", Some("/sessions/x")),
            ("sessions.json#", Some("/sessions")),
            ("sessions.yaml", None),
            ("sessions#/x", None),
            ("../sessions.yaml#/x", None),
            ("https://didit.me/sessions.yaml#/x", None),
            (".yaml#/x", None),
            ("#x", None),
            ("", None),
        ] {
            assert_eq!(target("auth", text).as_deref(), pointer, "{text}");
        }
    }

    #[test]
    fn linking_touches_references_and_nothing_that_looks_like_one() {
        let data = json!({ "$ref": "#/x" });
        let document = json!({
            "responses": { "default": { "$ref": "#/r" }, "example": { "$ref": "b.yaml#/r" } },
            "examples": { "one": { "$ref": "#/e" }, "two": { "value": data } },
            "example": data, "default": [data], "enum": [data], "x-note": data,
            "properties": {
                "$ref": { "$ref": "#/p" }, "example": { "$ref": "#/p" }, "mapping": { "$ref": "#/p" }
            },
            "allOf": [{ "$ref": "#/s" }, { "$ref": "https://didit.me#/s" }, { "$ref": 7 }],
            "discriminator": { "propertyName": "k", "mapping": { "a": "#/s", "b": "S" } }
        });
        let root = link([("a".to_owned(), document), ("b".to_owned(), json!({}))]);
        assert_eq!(
            root["a"],
            json!({
                "responses": { "default": { "$ref": "#/a/r" }, "example": { "$ref": "#/b/r" } },
                "examples": { "one": { "$ref": "#/a/e" }, "two": { "value": data } },
                "example": data, "default": [data], "enum": [data], "x-note": data,
                "properties": {
                    "$ref": { "$ref": "#/a/p" }, "example": { "$ref": "#/a/p" },
                    "mapping": { "$ref": "#/a/p" }
                },
                "allOf": [{ "$ref": "#/a/s" }, { "$ref": "https://didit.me#/s" }, { "$ref": 7 }],
                "discriminator": { "propertyName": "k", "mapping": { "a": "#/a/s", "b": "S" } }
            })
        );
    }

    #[test]
    fn references_are_followed_through_documents_to_where_the_node_really_stands() {
        let root = link([
            ("a".to_owned(), json!({ "x": { "$ref": "b.yaml#/y" } })),
            ("b".to_owned(), json!({ "y": { "$ref": "#/z" }, "z": { "type": "string" } })),
        ]);
        let found = resolve_at(&root, "/a/x").unwrap();
        assert_eq!(found, ("/b/z".to_owned(), &json!({ "type": "string" })));
        assert_eq!(resolve(&root, &root["a"]["x"]), found.1);
    }

    #[test]
    fn a_reference_to_nowhere_or_in_a_circle_ends() {
        let document = json!({
            "one": { "$ref": "#/two" }, "two": { "$ref": "#/one" }, "itself": { "$ref": "#/itself" },
            "nowhere": { "$ref": "#/no" }, "other": { "$ref": "https://didit.me" }, "number": { "$ref": 7 }
        });
        let root = link([("a".to_owned(), document)]);
        for name in ["one", "itself", "nowhere", "other"] {
            assert_eq!(resolve_at(&root, &child("/a", name)), None, "{name}");
            assert_eq!(resolve(&root, &root["a"][name]), &root["a"][name], "{name}");
        }
        assert!(resolve_at(&root, "/a/number").is_some());
    }

    #[test]
    fn a_chain_of_ten_thousand_takes_no_longer_than_its_beginning() {
        let link_of = |i: usize| (format!("s{i}"), json!({ "$ref": format!("#/s{}", i + 1) }));
        let document: Map<_, _> = (0..10_000).map(link_of).collect();
        let root = link([("a".to_owned(), document.into())]);
        for (name, node) in members(&root["a"]) {
            assert_eq!(resolve(&root, node), node, "{name}");
        }
    }
}
