//! Templates, their parameters, and the names of operations.

use std::collections::HashMap;

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::child;
use crate::document::names::{self, pascal};
use crate::model::operation::Operation;
use crate::openapi::refs::members;

const PATH: Rule = Rule::dialect("path", "the URL of the call is made of it", "");
const PATH_TWICE: Rule = Rule::sense(
    "path-twice",
    "a request does not tell which of the two it means; the sandbox answers with one of them",
    "one path item with the operations of both",
);
const TEMPLATE: Rule = Rule::dialect(
    "path-parameter",
    "each `{name}` of the path is an argument of the method, and the other way round",
    "",
);
const ID: Rule = Rule::dialect("operation-id", "it is the method's name, letter by letter", "");
const SERVER: Rule = Rule::dialect(
    "one-server",
    "each document has a client of its own, and this URL is its default",
    "one server, `https://host`, without user, query or fragment",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    let paths = format!("/{}/paths", subject.module.name());
    let mut shapes: HashMap<String, &str> = HashMap::new();
    for (path, _) in members(&subject.module.value["paths"]) {
        let at = child(&paths, path);
        match template(path) {
            Err((what, write)) => report.advise(&PATH, &at, what, write),
            Ok(parts) => {
                let shape = parts.iter().map(|part| if part.1 { "{}" } else { part.0 }).collect();
                if let Some(other) = shapes.insert(shape, path) {
                    report.find(&PATH_TWICE, &at, format!("the same path as `{other}`"));
                }
            }
        }
    }
    let mut ids: HashMap<String, &str> = HashMap::new();
    for operation in &subject.module.operations {
        id(operation, &mut ids, report);
        path_parameters(operation, report);
    }
    server(subject, report);
}

fn server(subject: &Subject<'_>, report: &mut Report<'_>) {
    let at = format!("/{}/servers", subject.module.name());
    let servers = subject.module.value["servers"].as_array().map_or(0, Vec::len);
    let url = subject.module.base_url;
    if subject.module.operations.is_empty() {
        return;
    }
    if servers != 1 {
        return report.find(&SERVER, &at, format!("{servers} servers"));
    }
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let named = host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()));
    if !named || url.contains(['{', '?', '#', '@', ' ']) {
        report.find(&SERVER, &format!("{at}/0/url"), format!("`{url}` is no absolute URL"));
    }
}

fn id<'a>(operation: &Operation<'a>, ids: &mut HashMap<String, &'a str>, report: &mut Report<'_>) {
    let id = operation.id;
    // Without one there is a finding already.
    if id.is_empty() {
        return;
    }
    let at = child(&operation.pointer, "operationId");
    let snake = id.to_snake_case();
    if id != snake {
        report.advise(&ID, &at, format!("`{id}` is not in snake_case"), format!("`{snake}`"));
    } else if !names::is_identifier(id) || !id.is_ascii() {
        let what = format!("`{id}` cannot be the name of a method");
        report.advise(&ID, &at, what, "a verb and a thing, such as `create_session`");
    } else if names::OPERATIONS.contains(&id) {
        let what = format!("`{id}` is a method of every client");
        report.advise(&ID, &at, what, "a verb and a thing, such as `create_session`");
    }
    if let Some(other) = ids.insert(pascal(id), id) {
        let what = format!("`{id}` and `{other}` are both `{}` in Rust", pascal(id));
        report.advise(&ID, &at, what, "another operationId");
    }
}

/// The parts of a template: its text, and whether it is a parameter's name.
fn template(path: &str) -> Result<Vec<(&str, bool)>, (&'static str, String)> {
    if !path.starts_with('/') {
        return Err(("a path that does not begin with a slash", format!("`/{path}`")));
    }
    if path.contains(['?', '#']) {
        let write = "the path alone; query parameters go under `parameters`".to_owned();
        return Err(("a path with a query or a fragment", write));
    }
    if path.contains("//") || path.split('/').any(|segment| segment == "." || segment == "..") {
        return Err(("segments that a URL does not keep", "the path without them".to_owned()));
    }
    let braces = || ("braces that do not pair up", "`{name}` for each parameter".to_owned());
    let mut parts = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(braces)?;
        if before.contains('}') || name.is_empty() || name.contains(['{', '/']) {
            return Err(braces());
        }
        parts.extend([(before, false), (name, true)]);
        rest = after;
    }
    if rest.contains('}') {
        return Err(braces());
    }
    parts.push((rest, false));
    Ok(parts)
}

fn path_parameters(operation: &Operation<'_>, report: &mut Report<'_>) {
    let Ok(parts) = template(operation.path) else { return };
    let wanted: Vec<_> = parts.into_iter().filter(|part| part.1).map(|part| part.0).collect();
    let declared = operation.parameters.iter().filter(|parameter| parameter.place == "path");
    for parameter in declared.clone() {
        let name = parameter.name;
        if !wanted.contains(&name) {
            let write = format!("`{{{name}}}` in the path, or no such parameter");
            let what = format!("the path has no `{{{name}}}`");
            report.advise(&TEMPLATE, &parameter.pointer, what, write);
        }
        if parameter.value.get("required") != Some(&Value::Bool(true)) {
            let what = format!("the path parameter `{name}` is not required");
            let write = "`required: true`; a path without it is another path";
            report.advise(&TEMPLATE, &parameter.pointer, what, write);
        }
    }
    for (index, name) in wanted.iter().enumerate() {
        if wanted[..index].contains(name) {
            let what = format!("`{{{name}}}` stands twice in the path");
            report.advise(&TEMPLATE, &operation.pointer, what, "two names");
        } else if !declared.clone().any(|parameter| parameter.name == *name) {
            let what = format!("`{{{name}}}` of the path is not declared");
            let write = format!(
                "under `parameters`: `{{name: {name}, in: path, required: true, schema: {{type: string}}}}`"
            );
            report.advise(&TEMPLATE, &operation.pointer, what, write);
        }
    }
}
