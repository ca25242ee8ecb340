//! Examples and defaults that keep to their schema.

use serde_json::Value;

use super::grammar::{Kind, Node};
use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::{child, last};
use crate::openapi::refs::members;
use crate::openapi::{media, schema};

const EXAMPLE: Rule = Rule::sense(
    "example",
    "the sandbox answers with it, the tests send it, and readers copy it",
    "an example as the vendor prints it; if that is the one that differs, mend the schema",
);
const DEFAULT: Rule = Rule::sense(
    "default",
    "the server cannot mean it: it would refuse that value itself",
    "a value of the schema's type, in quotes if it is text",
);
const BOTH: Rule = Rule::sense(
    "example-and-examples",
    "OpenAPI allows one of the two, and tools differ in which they show",
    "`examples` with both",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for node in &subject.nodes {
        if node.reference().is_some() {
            continue;
        }
        for (rule, at, schema, value) in shown(node) {
            if let Err(violation) = schema::check(subject.root(), schema, value) {
                report.find(rule, &format!("{at}{}", violation.at), violation.what);
            }
        }
        if node.value.get("example").is_some() && node.value.get("examples").is_some() {
            report.find(&BOTH, &child(&node.at, "examples"), "`example` and `examples`");
        }
    }
}

type Shown<'a> = (&'static Rule, String, &'a Value, &'a Value);

/// Each value that the node shows, with its place and its schema.
fn shown<'a>(node: &Node<'a>) -> Vec<Shown<'a>> {
    let one = |rule, key: &str, schema| {
        let value = node.value.get(key)?;
        Some((rule, child(&node.at, key), schema, value))
    };
    match node.kind {
        Kind::Schema => [(&EXAMPLE, "example"), (&DEFAULT, "default")]
            .into_iter()
            .filter_map(|(rule, key)| one(rule, key, node.value))
            .collect(),
        Kind::Parameter => one(&EXAMPLE, "example", &node.value["schema"]).into_iter().collect(),
        Kind::MediaType => {
            let media = last(&node.at);
            if !media::is_json(&media) && !media::is_form(&media) {
                return Vec::new();
            }
            let schema = &node.value["schema"];
            let at = child(&node.at, "examples");
            let several = members(&node.value["examples"]).filter_map(|(name, example)| {
                let at = child(&child(&at, name), "value");
                Some((&EXAMPLE, at, schema, example.get("value")?))
            });
            one(&EXAMPLE, "example", schema).into_iter().chain(several).collect()
        }
        _ => Vec::new(),
    }
}
