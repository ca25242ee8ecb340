//! Parameters: references, names, and the values that a path, a query and a
//! header can carry.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::calls::{NOWHERE, resolved, variable};
use super::values::{Kind, kind, style, value};
use super::{Draft, Rule, encoding, personal};
use crate::contract::Operation;
use crate::document::child;

pub(super) const RULE: Rule = Rule { name: "parameters", prepare, finish: encoding::finish };

/// Methods of a builder, and variables in its `send`, that are not the author's.
const RESERVED: [&str; 6] = ["body", "body_map", "header_map", "new", "send", "stream"];

/// What the runtime sets, and OpenAPI wants ignored.
const OUR_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

fn prepare(draft: &mut Draft<'_>) {
    for operation in &draft.contract.operations {
        let mut parameters = merged(draft, operation);
        // A path's names are in its template, so they have the first choice.
        parameters.sort_by_key(|(_, parameter)| place(parameter) != "path");
        let mut taken: BTreeSet<String> = RESERVED.map(str::to_owned).into();
        let mut lowered = Vec::new();
        for (at, parameter) in parameters {
            lowered.extend(lower(draft, operation, &at, &parameter, &mut taken));
        }
        let Some(node) = draft.value.pointer_mut(&operation.pointer) else { continue };
        if let Some(node) = node.as_object_mut() {
            // The generator would write code that needs crates we do not have.
            node.retain(|key, _| !key.starts_with("x-dropshot-"));
        }
        let deprecated = node.get("deprecated") == Some(&Value::Bool(true));
        if !lowered.is_empty() || node.get("parameters").is_some() {
            node["parameters"] = Value::Array(lowered);
        }
        draft.call(operation).deprecated = deprecated;
    }
    for operation in &draft.contract.operations {
        let path = operation.pointer.rsplit_once('/').map_or("", |(path, _)| path);
        if let Some(path) = draft.value.pointer_mut(path).and_then(Value::as_object_mut) {
            path.shift_remove("parameters");
        }
    }
}

fn place(parameter: &Value) -> &str {
    parameter.get("in").and_then(Value::as_str).unwrap_or_default()
}

fn name(parameter: &Value) -> &str {
    parameter.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// The path's parameters and the operation's, which override them.
fn merged(draft: &mut Draft<'_>, operation: &Operation) -> Vec<(String, Value)> {
    let path = operation.pointer.rsplit_once('/').map_or("", |(path, _)| path);
    let mut parameters: Vec<(String, Value)> = Vec::new();
    for owner in [path, &operation.pointer] {
        let at = child(owner, "parameters");
        let items = draft.value.pointer(&at).and_then(Value::as_array).cloned();
        for (index, item) in items.into_iter().flatten().enumerate() {
            let at = child(&at, &index.to_string());
            let Some((_, parameter)) = resolved(&draft.value, &at, &item) else {
                draft.find(&at, NOWHERE);
                continue;
            };
            let same = |(_, other): &(String, Value)| {
                (name(other), place(other)) == (name(parameter), place(parameter))
            };
            match parameters.iter().position(same) {
                Some(index) => parameters[index] = (at, parameter.clone()),
                None => parameters.push((at, parameter.clone())),
            }
        }
    }
    parameters
}

/// The parameter as the generator takes it; none, if it is not sent.
fn lower(
    draft: &mut Draft<'_>,
    operation: &Operation,
    at: &str,
    parameter: &Value,
    taken: &mut BTreeSet<String>,
) -> Option<Value> {
    let (wire, place) = (name(parameter).to_owned(), place(parameter).to_owned());
    let required = parameter.get("required") == Some(&Value::Bool(true)) || place == "path";
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let kind = kind(&draft.value, parameter);
    let problem = match place.as_str() {
        "header" if OUR_HEADERS.contains(&wire.to_ascii_lowercase().as_str()) => {
            draft.change(&RULE, at, format!("the header `{wire}` is set by the runtime"));
            return None;
        }
        "path" if !operation.path.contains(&format!("{{{wire}}}")) => {
            Some("the path does not name this parameter")
        }
        "cookie" => Some("the SDK keeps and sends no cookies"),
        "header" if wire.is_empty() || !wire.chars().all(token) => {
            Some("this cannot be the name of a header")
        }
        "query" if kind == Kind::Deep => Some("lists in lists have no notation in a query"),
        "query" if style(parameter, kind).is_none() => {
            Some("this style has no meaning for this schema")
        }
        _ => None,
    };
    if let Some(problem) = problem {
        if required {
            draft.find(at, format!("{problem}, and `{wire}` is required"));
        } else {
            draft.change(&RULE, at, format!("the optional `{wire}` is not sent: {problem}"));
        }
        return None;
    }
    let mut rust = wire.clone();
    if place != "path" && variable(&wire).starts_with(|c: char| c.is_ascii_digit()) {
        // The generator has two ways to mend that, and we a third.
        rust = format!("x{wire}");
    }
    let mut number = 1;
    while !taken.insert(variable(&rust)) {
        if place == "path" {
            let message = format!("`{wire}` is taken in Rust; choose another name in the path");
            draft.find(at, message);
            return None;
        }
        rust = match number {
            1 => format!("{wire}_{place}"),
            number => format!("{wire}_{place}_{number}"),
        };
        number += 1;
    }
    let (schema, note) = value(&draft.value, parameter, &place, kind);
    if let Some(note) = note {
        draft.change(&RULE, at, format!("`{wire}` {note}"));
    }
    let call = draft.call(operation);
    if place == "query"
        && let Some(style) = style(parameter, kind).filter(|_| kind != Kind::Scalar)
        && kind != Kind::Text
    {
        call.styles.insert(rust.clone(), style);
    }
    if parameter.get("deprecated") == Some(&Value::Bool(true)) {
        call.deprecated_parameters.insert(rust.clone());
    }
    if rust != wire {
        call.renamed.insert(rust.clone(), wire);
    }
    let mut lowered = Map::new();
    lowered.insert("name".to_owned(), rust.into());
    lowered.insert("in".to_owned(), place.into());
    lowered.insert("required".to_owned(), required.into());
    if let Some(description) = parameter.get("description") {
        lowered.insert("description".to_owned(), description.clone());
    }
    let schema_of = parameter.get("schema").unwrap_or(&Value::Null);
    let target = resolved(&draft.value, "", schema_of).map(|(_, target)| target);
    let marks = [Some(parameter), Some(schema_of), target].map(|node| node?.get("x-personal"));
    // What takes the schema's place has none of the types that hide themselves.
    let mark = note.and_then(|_| personal::mark(&draft.value, parameter));
    if let Some(mark) = mark.or_else(|| marks.into_iter().flatten().next().cloned()) {
        lowered.insert("x-personal".to_owned(), mark);
    }
    lowered.insert("schema".to_owned(), schema);
    Some(Value::Object(lowered))
}
