//! What the later steps rely on, checked before they run, with the place of each fault.
//!
//! This is the least that generation needs; style is not its business.

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::Value;

use crate::contract::{Contract, Operation, Scheme, Security};
use crate::document::{Document, child, members};
use crate::error::Finding;

/// Takes a fault: the pointer to its place, and the message.
type Report<'a> = &'a mut dyn FnMut(&str, &str);

/// The document's promises.
///
/// # Errors
///
/// Every fault that there is.
pub fn check(document: &Document) -> Result<Contract, Vec<Finding>> {
    let mut findings = Vec::new();
    let report: Report<'_> = &mut |at, message| findings.push(document.finding(at, message));
    let base_url = base_url(&document.value, report);
    // Names that progenitor would silently change or drop.
    for (at, name, _) in members(&document.value, "/components/schemas") {
        let rust = name.to_pascal_case();
        if *name != rust {
            report(&at, &format!("a schema's name is its Rust type: write `{rust}`"));
        }
    }
    let mut operations: Vec<Operation> = Vec::new();
    for (at, path, item) in members(&document.value, "/paths") {
        if !path.starts_with('/') && !path.starts_with("x-") {
            report(&at, &format!("a path starts with a slash: write `/{path}`"));
        }
        if item.get("$ref").is_some() {
            report(&at, "a path cannot be a $ref; write its operations here");
        }
        query_parameters(item, &at, report);
        for (at, method, value) in members(&document.value, &at) {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let id = operation_id(value, &at, report);
            if let Some(other) = operations.iter().find(|other| !id.is_empty() && other.id == id) {
                let taken = format!("`{id}` is taken by {} {}", other.method, other.path);
                report(&child(&at, "operationId"), &format!("{taken}; choose another"));
            }
            query_parameters(value, &at, report);
            let text = |pointer| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            let docs = text("/externalDocs/url").unwrap_or_default();
            if docs.is_empty() {
                report(&at, "no externalDocs.url: name the vendor's page that describes this call");
            }
            operations.push(Operation {
                id,
                method: method.to_uppercase(),
                path: path.clone(),
                security: security(&document.value, value, &at, report),
                docs,
                printed: text("/x-source/printed"),
                pointer: at,
            });
        }
    }
    if findings.is_empty() { Ok(Contract { base_url, operations }) } else { Err(findings) }
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn base_url(document: &Value, report: Report<'_>) -> String {
    let servers = document.get("servers").and_then(Value::as_array).map_or(0, Vec::len);
    if servers != 1 {
        report("/servers", "write exactly one server; each host has its own document");
        return String::new();
    }
    let url = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let named = host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()));
    if !named || url.contains(['{', '?', '#', '@', ' ']) {
        let form = "absolute, `https://host`, without variables, user, query or fragment";
        report("/servers/0/url", &format!("the server's url must be {form}"));
    }
    url.trim_end_matches('/').to_owned()
}

fn operation_id(operation: &Value, at: &str, report: Report<'_>) -> String {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let snake = id.to_snake_case();
    if id.is_empty() {
        report(at, "no operationId; it becomes the method's name, such as `create_token`");
    } else if id != snake {
        let message = format!("an operationId is a Rust method: write `{snake}`");
        report(&child(at, "operationId"), &message);
    } else if syn::parse_str::<syn::Ident>(id).is_err() {
        let message = format!("`{id}` is a Rust keyword; choose another operationId");
        report(&child(at, "operationId"), &message);
    }
    id.to_owned()
}

/// The runtime sends a query parameter as one pair.
fn query_parameters(owner: &Value, at: &str, report: Report<'_>) {
    let parameters = owner.get("parameters").and_then(Value::as_array).into_iter().flatten();
    for (index, parameter) in parameters.enumerate() {
        let text = |pointer| parameter.pointer(pointer).and_then(Value::as_str);
        if let (Some("query"), Some("array" | "object")) = (text("/in"), text("/schema/type")) {
            let at = child(&child(at, "parameters"), &index.to_string());
            report(&at, "a query parameter is one pair; declare a string and describe its form");
        }
    }
}

fn security(root: &Value, operation: &Value, at: &str, report: Report<'_>) -> Vec<Security> {
    let own = operation.get("security").or_else(|| root.get("security"));
    let Some(alternatives) = own.and_then(Value::as_array) else {
        report(at, "no security: name the scheme, or write `security: []` for a public call");
        return Vec::new();
    };
    let at = child(at, "security");
    let mut accepted = Vec::new();
    for alternative in alternatives {
        let mut names = alternative.as_object().into_iter().flat_map(|names| names.keys());
        match (names.next(), names.next()) {
            (Some(name), None) => match scheme(root, name) {
                Ok(scheme) => accepted.push(Security { name: name.clone(), scheme }),
                Err(message) => report(&at, &format!("`{name}` {message}")),
            },
            _ => {
                report(&at, "each item of `security` names one scheme; two cannot be sent at once")
            }
        }
    }
    accepted
}

fn scheme(root: &Value, name: &str) -> Result<Scheme, &'static str> {
    let declared = root.pointer(&child("/components/securitySchemes", name));
    let declared = declared.ok_or("is not declared; add it to components.securitySchemes")?;
    let text = |key| declared.get(key).and_then(Value::as_str).unwrap_or_default();
    match (text("type"), text("scheme").to_ascii_lowercase().as_str(), text("in")) {
        ("http", "basic", _) => Ok(Scheme::Basic),
        ("http", "bearer", _) => Ok(Scheme::Bearer),
        ("apiKey", _, "header") => Ok(Scheme::ApiKey { header: text("name").to_ascii_lowercase() }),
        _ => Err("is no scheme that the SDK sends: http basic, http bearer, or apiKey in a header"),
    }
}
