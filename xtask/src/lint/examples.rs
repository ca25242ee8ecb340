//! Examples and defaults that keep to their schema.

use super::conform::{Conform, is_json};
use super::grammar::Kind;
use super::{Level, Report, Rule, Subject};
use crate::document::{child, members, resolve, unescape};

const EXAMPLE: Rule = Rule {
    name: "example",
    level: Level::OpenApi,
    why: "the sandbox answers with it, the tests send it, and readers copy it",
    write: "an example as the vendor prints it; if that is the one that differs, mend the schema",
};
const DEFAULT: Rule = Rule {
    name: "default",
    level: Level::OpenApi,
    why: "the server cannot mean it: it would refuse that value itself",
    write: "a value of the schema's type, in quotes if it is text",
};
const BOTH: Rule = Rule {
    name: "example-and-examples",
    level: Level::OpenApi,
    why: "OpenAPI allows one of the two, and tools differ in which they show",
    write: "`examples` with both",
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    let root = subject.root();
    let conform = Conform::new(root);
    let compare = |report: &mut Report<'_>, rule: &Rule, at: String, schema, value| {
        if let Err((inside, what)) = conform.check(schema, value) {
            report.find(rule, &format!("{at}{inside}"), what);
        }
    };
    for node in &subject.nodes {
        let inner = |key: &str| node.value.get(key).map(|value| (child(&node.at, key), value));
        if node.kind == Kind::Schema {
            for (rule, key) in [(&EXAMPLE, "example"), (&DEFAULT, "default")] {
                // Beside a `$ref` it is not read.
                if let Some((at, value)) = inner(key).filter(|_| node.value.get("$ref").is_none()) {
                    compare(report, rule, at, node.value, value);
                }
            }
        }
        if !matches!(node.kind, Kind::MediaType | Kind::Parameter | Kind::Header) {
            continue;
        }
        if node.value.get("example").is_some() && node.value.get("examples").is_some() {
            report.find(&BOTH, &child(&node.at, "examples"), "`example` and `examples`");
        }
        let media = unescape(node.at.rsplit('/').next().unwrap_or_default());
        let is_form = media.contains("x-www-form-urlencoded");
        if node.kind == Kind::MediaType && !is_json(&media) && !is_form {
            continue;
        }
        let Some(schema) = node.value.get("schema") else { continue };
        if let Some((at, value)) = inner("example") {
            compare(report, &EXAMPLE, at, schema, value);
        }
        for (at, _, example) in members(node.value, "/examples") {
            if let Some(value) = resolve(root, example).get("value") {
                // One that is shared is found where it is used.
                let inside = if example.get("$ref").is_some() { "" } else { "/value" };
                compare(report, &EXAMPLE, format!("{}{at}{inside}", node.at), schema, value);
            }
        }
    }
}
