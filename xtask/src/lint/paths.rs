//! Templates and their parameters, ids, answers.

use std::collections::{BTreeMap, HashMap, HashSet};

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::{Level, Report, Rule, Subject};
use crate::contract::METHODS;
use crate::document::{child, members, resolve, unescape};
use crate::names;

const PATH: Rule = Rule {
    name: "path",
    level: Level::Generator,
    why: "the generator builds the URL of the call from it",
    write: "",
};
const PATH_TWICE: Rule = Rule {
    name: "path-twice",
    level: Level::OpenApi,
    why: "a request does not tell which of the two it means; the sandbox answers with one of them",
    write: "one path item with the operations of both",
};
const PATH_REF: Rule = Rule {
    name: "path-ref",
    level: Level::Generator,
    why: "the generator does not follow it, and its operations would be lost",
    write: "the operations themselves",
};
const NO_CALLS: Rule = Rule {
    name: "no-operations",
    level: Level::Generator,
    why: "a client that can call nothing would come of it",
    write: "a path with an operation under `paths`",
};
const TEMPLATE: Rule = Rule {
    name: "path-parameter",
    level: Level::Generator,
    why: "each `{name}` of the path is an argument of the method, and the other way round",
    write: "",
};
/// The same, where lowering knows what was meant.
const UNUSED: Rule =
    Rule { name: "path-parameter", level: Level::OpenApi, why: TEMPLATE.why, write: "" };
const NO_ID: Rule = Rule {
    name: "no-operation-id",
    level: Level::Generator,
    why: "it becomes the method's name in Rust",
    write: "`operationId: …`, a verb and a thing, such as `create_token`",
};
const SAME_ID: Rule = Rule {
    name: "operation-id-twice",
    level: Level::Generator,
    why: "two methods, or two builders, of one name do not compile",
    write: "another operationId",
};
const ANSWERS: Rule = Rule {
    name: "responses",
    level: Level::OpenApi,
    why: "the method's result is made of them",
    write: "status codes in quotes (`\"200\"`), classes (`4XX`) or `default`",
};
/// One operation and the parameters that it has in all: pointer, value.
pub(super) struct Call<'a> {
    pub(super) at: String,
    pub(super) value: &'a Value,
    pub(super) parameters: Vec<(String, &'a Value)>,
}

/// The operations under `paths`.
pub(super) fn calls<'a>(root: &'a Value) -> Vec<Call<'a>> {
    let mut calls = Vec::new();
    for (at, _, item) in members(root, "/paths") {
        for (call, method, value) in members(root, &at) {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            // The operation's own take the place of the path's.
            let mut by_name = BTreeMap::new();
            for (at, owner) in [(&at, item), (&call, value)] {
                let list = owner.get("parameters").and_then(Value::as_array).into_iter().flatten();
                for (index, parameter) in list.enumerate() {
                    let parameter = resolve(root, parameter);
                    let text = |key| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
                    let at = format!("{at}/parameters/{index}");
                    by_name.insert((text("in"), text("name")), (at, parameter));
                }
            }
            calls.push(Call { at: call, value, parameters: by_name.into_values().collect() });
        }
    }
    calls
}

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    let root = subject.root();
    let mut shapes: HashMap<String, String> = HashMap::new();
    for (at, path, item) in members(root, "/paths").filter(|(_, path, _)| !path.starts_with("x-")) {
        if item.get("$ref").is_some() {
            report.find(&PATH_REF, &at, "a `$ref` in place of a path item");
        }
        let Ok(shape) =
            template(path).map_err(|(what, write)| report.advise(&PATH, &at, what, write))
        else {
            continue;
        };
        let shape: String = shape.iter().map(|part| if part.1 { "{}" } else { part.0 }).collect();
        if let Some(other) = shapes.insert(shape, path.clone()) {
            report.find(&PATH_TWICE, &at, format!("the same path as `{other}`"));
        }
    }
    let calls = calls(root);
    if calls.is_empty() {
        report.find(&NO_CALLS, "/paths", "no operation");
    }
    let mut ids: HashMap<String, String> = HashMap::new();
    for call in calls {
        let id = call.value.get("operationId").and_then(Value::as_str).unwrap_or_default();
        if id.is_empty() {
            report.find(&NO_ID, &call.at, "no operationId");
        } else if let Some(other) = ids.insert(names::pascal(id), id.to_owned()) {
            let what = match other == id {
                true => format!("`{id}` is already the id of another operation"),
                false => format!("`{id}` and `{other}` are both `{}` in Rust", names::pascal(id)),
            };
            report.find(&SAME_ID, &child(&call.at, "operationId"), what);
        }
        // The generator mends such a name in one way for types, in another for methods.
        if id.to_snake_case().starts_with(|c: char| c.is_ascii_digit()) {
            let what = format!("`{id}` does not begin with a letter");
            report.find(&NO_ID, &child(&call.at, "operationId"), what);
        }
        path_parameters(&call, report);
        answers(&call, report);
    }
}

/// The parts of a template: its text, and whether it is a parameter's name.
fn template(path: &str) -> Result<Vec<(&str, bool)>, (String, String)> {
    if !path.starts_with('/') {
        return Err(("a path that does not begin with a slash".to_owned(), format!("`/{path}`")));
    }
    if path.contains(['?', '#']) {
        let write = "the path alone; query parameters go under `parameters`".to_owned();
        return Err(("a path with a query or a fragment".to_owned(), write));
    }
    if path.contains("//") {
        return Err((
            "two slashes in a row, of which the generator keeps one".to_owned(),
            "one slash".to_owned(),
        ));
    }
    let fault =
        || ("braces that do not pair up".to_owned(), "`{name}` for each parameter".to_owned());
    let mut parts = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(fault)?;
        if before.contains('}') || name.is_empty() || name.contains(['{', '/']) {
            return Err(fault());
        }
        parts.extend([(before, false), (name, true)]);
        rest = after;
    }
    if rest.contains('}') {
        return Err(fault());
    }
    parts.push((rest, false));
    Ok(parts)
}

fn path_parameters(call: &Call<'_>, report: &mut Report<'_>) {
    let path = call.at.strip_prefix("/paths/").and_then(|rest| rest.split('/').next());
    let path = unescape(path.unwrap_or_default());
    let parts = template(&path).unwrap_or_default();
    let mut wanted: Vec<_> = parts.iter().filter(|part| part.1).map(|part| part.0).collect();
    for (at, parameter) in &call.parameters {
        let text = |key| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("in") != "path" {
            continue;
        }
        let name = text("name");
        if !wanted.contains(&name) && !parts.is_empty() {
            let what = format!("the path has no `{{{name}}}`");
            report.advise(
                &UNUSED,
                at,
                what,
                format!("`{{{name}}}` in the path, or no such parameter"),
            );
        }
        if parameter.get("required") != Some(&Value::Bool(true)) {
            let what = format!("the path parameter `{name}` is not required");
            report.advise(&UNUSED, at, what, "`required: true`; a path without it is another path");
        }
        wanted.retain(|other| *other != name);
    }
    let mut seen = HashSet::new();
    for name in parts.iter().filter(|part| part.1).map(|part| part.0) {
        if !seen.insert(name) {
            report.advise(
                &TEMPLATE,
                &call.at,
                format!("`{{{name}}}` stands twice in the path"),
                "two names",
            );
        }
    }
    for name in wanted.into_iter().collect::<HashSet<_>>() {
        let what = format!("`{{{name}}}` of the path is not declared");
        let write = format!(
            "under `parameters`: `{{name: {name}, in: path, required: true, schema: {{type: string}}}}`"
        );
        report.advise(&TEMPLATE, &call.at, what, write);
    }
}

fn answers(call: &Call<'_>, report: &mut Report<'_>) {
    let at = child(&call.at, "responses");
    let Some(answers) = call.value.get("responses").and_then(Value::as_object) else { return };
    let mut codes = answers.keys().filter(|code| !code.starts_with("x-")).peekable();
    if codes.peek().is_none() {
        report.find(&ANSWERS, &at, "no response at all");
    }
    for code in codes {
        let class = matches!(code.as_bytes(), [b'1'..=b'5', b'X', b'X']);
        let status =
            code.len() == 3 && code.parse::<u16>().is_ok_and(|code| (100..600).contains(&code));
        if !class && !status && code != "default" {
            report.find(&ANSWERS, &child(&at, code), format!("`{code}` is no status code"));
        }
    }
}
