//! A request that arrived, as a test may look at it.

use std::fmt;

use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::Value;

use super::body::read_body;
use super::documents::Operation;
use crate::openapi::refs::{items, resolve};
use crate::openapi::security::Scheme;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";
/// A schema may contain itself.
const DEPTH: usize = 64;

/// A request that the sandbox received.
///
/// Secrets are redacted in it. `Debug` leaves out headers and body: they may hold
/// what is about a person.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The method, in capitals.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The operation that both belong to, if any, with its document:
    /// `auth::create_token`.
    pub operation: Option<String>,
    /// The headers, their names in small letters, in the order of their arrival.
    /// The value of one that carries a credential is `[redacted]`.
    pub headers: Vec<(String, String)>,
    /// The body, a form's too: what it is by the document's schema. Whatever is
    /// `format: password` there is `[redacted]`, and a file is an empty text.
    /// `None` of a body that cannot be read as documented, and of one that the
    /// sandbox was told not to answer.
    pub body: Option<Value>,
}

impl Received {
    pub(super) fn new(head: &Parts, operation: Option<&Operation>) -> Self {
        let headers = head.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let is_secret = carries_secret(operation, name.as_str());
            let value = if is_secret { REDACTED.to_owned() } else { value };
            (name.as_str().to_owned(), value)
        });
        Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            operation: operation.map(Operation::name),
            headers: headers.collect(),
            body: None,
        }
    }

    /// The value of a header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Whether a header is one of those that carry credentials, here or elsewhere, or
/// is documented as secret.
fn carries_secret(operation: Option<&Operation>, name: &str) -> bool {
    let known = ["authorization", "proxy-authorization", "cookie", "x-api-key", "session-token"];
    let is_documented = |operation: &Operation| {
        let is_scheme = |one: &Scheme| matches!(one, Scheme::ApiKey(header) if header == name);
        let is_secret = |parameter: &Value| {
            let schema = resolve(&operation.root, &parameter["schema"]);
            let named = parameter["name"].as_str().unwrap_or_default();
            schema["format"] == "password" && named.eq_ignore_ascii_case(name)
        };
        operation.security.iter().flatten().any(is_scheme) || operation.parameters().any(is_secret)
    };
    known.contains(&name) || operation.is_some_and(is_documented)
}

/// The body as JSON, without its secrets, if it can be read.
pub(super) fn shown(operation: &Operation, headers: &HeaderMap, body: &[u8]) -> Option<Value> {
    let (mut value, schema) = read_body(operation, headers, body).ok()??;
    redact(&operation.root, schema, &mut value, 0);
    Some(value)
}

fn redact(root: &Value, schema: &Value, value: &mut Value, depth: usize) {
    let schema = resolve(root, schema);
    if schema["format"] == "password" || depth > DEPTH {
        *value = REDACTED.into();
        return;
    }
    for part in ["allOf", "oneOf", "anyOf"].into_iter().flat_map(|key| items(&schema[key])) {
        redact(root, part, value, depth + 1);
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let rest = &schema["additionalProperties"];
                let property = schema["properties"].get(name).unwrap_or(rest);
                redact(root, property, member, depth + 1);
            }
        }
        Value::Array(values) => {
            values.iter_mut().for_each(|one| redact(root, &schema["items"], one, depth + 1));
        }
        _ => {}
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}
