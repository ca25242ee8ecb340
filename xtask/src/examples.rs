//! The examples of a document: what each call is shown to send and to answer.
//!
//! The coverage table counts them, the generated docs show them. The sandbox
//! answers with the same ones, and the tests of `didit-api` send them.

use serde_json::Value;

use crate::contract::Operation;
use crate::document::{child, members};

/// One example of a body.
#[derive(Debug, Clone)]
pub struct Example<'a> {
    /// The key of the answer that it shows, `200` or `4XX`; none for a request.
    pub status: Option<&'a str>,
    /// Its name, where the document gives several.
    pub name: Option<&'a str>,
    /// The body.
    pub value: &'a Value,
    /// Where it stands: JSON pointer.
    pub pointer: String,
}

/// The operation's examples: of the request, then of each answer.
pub fn of<'a>(document: &'a Value, operation: &Operation) -> Vec<Example<'a>> {
    let body = child(&operation.pointer, "requestBody");
    let mut examples = in_content(document, &body, None);
    for (at, status, _) in members(document, &child(&operation.pointer, "responses")) {
        examples.extend(in_content(document, &at, Some(status)));
    }
    examples
}

/// The examples of a request body or an answer. `example` and `examples` of a
/// media type come before the example of its schema, which stands in for them.
fn in_content<'a>(document: &'a Value, at: &str, status: Option<&'a str>) -> Vec<Example<'a>> {
    let mut examples = Vec::new();
    let (at, _) = resolve(document, at);
    for (at, _, media) in members(document, &child(&at, "content")) {
        let one = |pointer: String, name, value| Example { status, name, value, pointer };
        let before = examples.len();
        examples.extend(media.get("example").map(|value| one(child(&at, "example"), None, value)));
        for (at, name, _) in members(document, &child(&at, "examples")) {
            let (at, example) = resolve(document, &at);
            let value = example.and_then(|example| example.get("value"));
            examples.extend(value.map(|value| one(child(&at, "value"), Some(name), value)));
        }
        if examples.len() == before {
            let (at, schema) = resolve(document, &child(&at, "schema"));
            let value = schema.and_then(|schema| schema.get("example"));
            examples.extend(value.map(|value| one(child(&at, "example"), None, value)));
        }
    }
    examples
}

/// The operation's parameters: its own, and those of its path that it does not
/// replace.
pub fn parameters<'a>(document: &'a Value, operation: &Operation) -> Vec<&'a Value> {
    let path = operation.pointer.rsplit_once('/').map_or("", |(path, _)| path);
    let lists = [&operation.pointer, path].map(|owner| child(owner, "parameters"));
    let mut parameters: Vec<&Value> = Vec::new();
    for list in lists {
        let list = document.pointer(&list).and_then(Value::as_array).into_iter().flatten();
        for one in list.map(|one| crate::document::resolve(document, one)) {
            let same = |other: &&Value| ["in", "name"].iter().all(|key| other[key] == one[key]);
            if !parameters.iter().any(same) {
                parameters.push(one);
            }
        }
    }
    parameters
}

/// The node at `pointer`, and where it really stands when it is a `$ref` into
/// this document. So many steps at most: references may go round in circles.
pub fn resolve<'a>(document: &'a Value, pointer: &str) -> (String, Option<&'a Value>) {
    let mut pointer = pointer.to_owned();
    for _ in 0..16 {
        let node = document.pointer(&pointer);
        let reference = node.and_then(|node| node.get("$ref")).and_then(Value::as_str);
        match reference.and_then(|reference| reference.strip_prefix('#')) {
            Some(target) => pointer = target.to_owned(),
            None => return (pointer, node),
        }
    }
    (pointer, None)
}
