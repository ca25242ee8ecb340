//! That each parameter can be sent, and has a name of its own in Rust.

use std::collections::HashMap;

use serde_json::Value;

use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::child;
use crate::document::names::{self, snake};
use crate::model::operation::{Operation, Parameter};
use crate::model::schema::{Shape, shape, target};

const KIND: Rule = Rule::dialect(
    "parameter-kind",
    "a path, a query and a header carry texts",
    "a scalar, or in a query a list of scalars",
);
const NAME: Rule = Rule::dialect(
    "parameter-name",
    "it is an argument or a method of the call, beside others",
    "another name is not ours to choose: leave the parameter out, and say so in the description",
);
const BOUND: Rule = Rule::dialect(
    "path-constraint",
    "the sandbox would refuse what the SDK sends: an argument of a path is not checked for it",
    "the constraint in words, in the description",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for operation in &subject.module.operations {
        names(operation, report);
        for parameter in &operation.parameters {
            kind(subject.root(), parameter, report);
            header(parameter, report);
        }
    }
}

fn names(operation: &Operation<'_>, report: &mut Report<'_>) {
    let credential = operation.credential().map(|(scheme, _)| (snake(scheme), scheme));
    let mut seen: HashMap<String, &str> = credential.into_iter().collect();
    for Parameter { name, pointer, .. } in &operation.parameters {
        let rust = snake(name);
        if names::PARAMETERS.contains(&rust.as_str()) {
            report.find(&NAME, pointer, format!("`{name}` is a method of every call"));
        }
        if let Some(other) = seen.insert(rust, name) {
            let what = format!("`{name}` and `{other}` are one name in Rust");
            report.find(&NAME, pointer, what);
        }
    }
}

fn kind(root: &Value, parameter: &Parameter<'_>, report: &mut Report<'_>) {
    let schema = &parameter.value["schema"];
    let at = child(&parameter.pointer, "schema");
    let fits = match shape(schema) {
        Shape::List(item) => parameter.place == "query" && is_scalar(root, item),
        _ => is_scalar(root, schema),
    };
    if schema.is_object() && !fits {
        let what = format!("a value that a {} cannot carry", parameter.place);
        report.find(&KIND, &at, what);
    }
    if parameter.place == "path"
        && let Some(key) = ["minimum", "maximum", "minLength", "maxLength"]
            .into_iter()
            .find(|key| schema.get(key).is_some())
    {
        report.find(&BOUND, &child(&at, key), format!("`{key}` of a path parameter"));
    }
}

/// Whether a text can stand for such a value.
pub(super) fn is_scalar(root: &Value, schema: &Value) -> bool {
    match shape(schema) {
        Shape::Named(..) => shape(target(root, schema)) == Shape::Enum,
        Shape::File
        | Shape::List(_)
        | Shape::Map(_)
        | Shape::Object
        | Shape::Union
        | Shape::Any => false,
        _ => true,
    }
}

fn header(parameter: &Parameter<'_>, report: &mut Report<'_>) {
    let (name, at) = (parameter.name, child(&parameter.pointer, "name"));
    if parameter.place != "header" || name.is_empty() {
        return;
    }
    if http::HeaderName::try_from(name).is_err() {
        let what = format!("`{name}` cannot be the name of a header");
        return report.advise(&NAME, &at, what, "the name as it goes over the wire");
    }
    let taken = ["accept", "authorization", "content-type", "content-length", "host", "cookie"];
    if taken.contains(&name.to_ascii_lowercase().as_str()) {
        let what = format!("`{name}` is the SDK's to send");
        report.advise(&NAME, &at, what, "nothing; `security` and the media types say it");
    }
}
