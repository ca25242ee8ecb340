//! Whether a request is one that the document describes.

use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::{Map, Value};

use super::body::read_body;
use super::credentials::Credentials;
use super::documents::Operation;
use super::refusal::Refusal;
use super::texts::{from_texts, pairs, split, typed};
use crate::openapi::schema::{Violation, check};

/// What a request says, by its document.
pub(super) struct Checked {
    /// The parameters that were sent.
    pub(super) parameters: Map<String, Value>,
    /// The body, if its document knows it as a value; else `null`.
    pub(super) body: Value,
}

/// Checks credentials, parameters and body, in this order. A body above the
/// limit is absent.
pub(super) fn check_request(
    operation: &Operation,
    captures: &[(&str, String)],
    credentials: &Credentials,
    head: &Parts,
    body: Option<&[u8]>,
) -> Result<Checked, Refusal> {
    let too_long = "The body is longer than 1 MiB, or with files than 64 MiB.";
    let too_long = || Refusal::new(Refusal::SIZE, "invalid_request", too_long);
    let body = body.ok_or_else(too_long)?;
    let mut checked = Ok(());
    for schemes in &operation.security {
        checked = schemes.iter().try_for_each(|scheme| credentials.check(scheme, &head.headers));
        if checked.is_ok() {
            break;
        }
    }
    checked?;
    let parameters = check_parameters(operation, captures, head)?;
    Ok(Checked { parameters, body: check_body(operation, &head.headers, body)? })
}

fn check_parameters(
    operation: &Operation,
    captures: &[(&str, String)],
    head: &Parts,
) -> Result<Map<String, Value>, Refusal> {
    let root = &operation.root;
    let mut sent = Map::new();
    let mut query = pairs(head.uri.query().unwrap_or_default().as_bytes());
    for parameter in operation.parameters() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        let headers = head.headers.get_all(name).iter();
        let path = captures.iter().filter(|(key, _)| *key == name);
        let mut texts: Vec<String> = match place {
            "path" => path.map(|(_, text)| text.clone()).collect(),
            "query" => query.remove(name).unwrap_or_default(),
            "header" => {
                headers.map(|text| String::from_utf8_lossy(text.as_bytes()).into()).collect()
            }
            // A cookie is nothing that the API knows.
            _ => continue,
        };
        let (at, schema) = (format!("/{name}"), &parameter["schema"]);
        let kind = typed(root, schema)["type"].as_str();
        if kind == Some("object") {
            // Its members are parameters of their own.
            continue;
        }
        if texts.is_empty() {
            if parameter["required"] == true {
                let what = "no such parameter, which is required".to_owned();
                return Err(Violation { at, keyword: "required", what }.into());
            }
            continue;
        }
        if kind == Some("array") && (place != "query" || parameter["explode"] == false) {
            let separator = match parameter["style"].as_str() {
                Some("pipeDelimited") => '|',
                Some("spaceDelimited") => ' ',
                _ => ',',
            };
            texts = split(texts, separator);
        }
        let value = from_texts(root, schema, &texts);
        check(root, schema, &value)
            .map_err(|broken| Violation { at: at + &broken.at, ..broken })?;
        sent.insert(name.to_owned(), value);
    }
    Ok(sent)
}

fn check_body(operation: &Operation, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let Some((value, schema)) = read_body(operation, headers, body)? else {
        return Ok(Value::Null);
    };
    check(&operation.root, schema, &value)?;
    Ok(value)
}
