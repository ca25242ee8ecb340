//! Schemas that something can satisfy.

use serde_json::Value;

use super::conform::is;
use super::grammar::{Kind, Node};
use super::keys::nearest;
use super::{Level, Report, Rule, Subject};
use crate::document::{child, members, resolve};

const NAME: Rule = Rule {
    name: "component-name",
    level: Level::OpenApi,
    why: "OpenAPI allows letters, digits, `.`, `-` and `_`; a `$ref` to anything else is ambiguous",
    write: "a name of these characters",
};
const REQUIRED: Rule = Rule {
    name: "required",
    level: Level::OpenApi,
    why: "it becomes a member of any type that every answer must have",
    write: "",
};
const UNSATISFIABLE: Rule = Rule {
    name: "unsatisfiable",
    level: Level::OpenApi,
    why: "no value fits, so nobody can keep to it; the SDK would take any",
    write: "",
};
const ENUM: Rule = Rule {
    name: "enum-value",
    level: Level::OpenApi,
    why: "a value that the type excludes is never sent, so one of the two is wrong",
    write: "values of the schema's type, each once; `nullable: true` for null",
};
const PATTERN: Rule = Rule {
    name: "pattern",
    level: Level::OpenApi,
    why: "validators refuse the whole document; the SDK itself does not check patterns",
    write: "a regular expression of ECMA-262, without inline flags",
};
const ITEMS: Rule = Rule {
    name: "no-items",
    level: Level::OpenApi,
    why: "the list would hold values of any type",
    write: "`items:` with the schema of one item; `items: {}` if it is any",
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for (at, ..) in members(subject.root(), "/components") {
        for (at, name, _) in members(subject.root(), &at) {
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            if name.is_empty() || !name.chars().all(plain) {
                report.find(&NAME, &at, format!("`{name}` is no name of a component"));
            }
        }
    }
    for node in subject.each(Kind::Schema) {
        required(node, report);
        bounds(node, report);
        parts(subject.root(), node, report);
        values(node, report);
        let text = |key| node.value.get(key).and_then(Value::as_str);
        if let Some(pattern) = text("pattern")
            && regress::Regex::new(pattern).is_err()
            && regress::Regex::with_flags(pattern, "u").is_err()
        {
            let what = format!("`{pattern}` is no regular expression");
            report.find(&PATTERN, &child(&node.at, "pattern"), what);
        }
        if text("type") == Some("array") && node.value.get("items").is_none() {
            report.find(&ITEMS, &node.at, "a list without `items`");
        }
    }
}

/// Only where the schema stands alone: a part of a whole may name what another part has.
fn required(node: &Node<'_>, report: &mut Report<'_>) {
    let combined = ["allOf", "oneOf", "anyOf"].iter().any(|key| {
        let is_part = node.at.rsplit('/').nth(1) == Some(key);
        is_part || node.value.get(key).is_some()
    });
    let Some(properties) = node.value.get("properties").and_then(Value::as_object) else { return };
    let closed = matches!(node.value.get("additionalProperties"), None | Some(Value::Bool(false)));
    if combined || !closed || properties.is_empty() {
        return;
    }
    let required = node.value.get("required").and_then(Value::as_array).into_iter().flatten();
    for (index, name) in required.enumerate() {
        if let Some(name) = name.as_str().filter(|name| !properties.contains_key(*name)) {
            let near = nearest(name, properties.keys().map(String::as_str));
            let write = near.map_or(format!("`{name}` under `properties`, or not here"), |near| {
                format!("`{near}`")
            });
            let at = format!("{}/required/{index}", node.at);
            report.advise(&REQUIRED, &at, format!("there is no property `{name}`"), write);
        }
    }
}

fn bounds(node: &Node<'_>, report: &mut Report<'_>) {
    for what in ["imum", "Length", "Items", "Properties"] {
        let number = |end| node.value.get(format!("{end}{what}")).and_then(Value::as_f64);
        if let (Some(least), Some(most)) = (number("min"), number("max"))
            && least > most
        {
            let at = child(&node.at, &format!("min{what}"));
            let said = format!("`min{what}` is above `max{what}`");
            report.advise(&UNSATISFIABLE, &at, said, "the smaller of the two as the minimum");
        }
    }
}

/// The parts of a whole must agree about its type.
fn parts(root: &Value, node: &Node<'_>, report: &mut Report<'_>) {
    let mut kind = node.value.get("type").and_then(Value::as_str);
    for (index, part) in
        node.value.get("allOf").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        let Some(other) = resolve(root, part).get("type").and_then(Value::as_str) else { continue };
        match kind {
            Some(kind) if kind != other && !(numeric(kind) && numeric(other)) => {
                let at = format!("{}/allOf/{index}", node.at);
                let what = format!("of type {other}, beside a part of type {kind}");
                report.advise(
                    &UNSATISFIABLE,
                    &at,
                    what,
                    "`oneOf`, if the value is one or the other",
                );
            }
            _ => kind = Some(other),
        }
    }
}

fn numeric(kind: &str) -> bool {
    matches!(kind, "integer" | "number")
}

fn values(node: &Node<'_>, report: &mut Report<'_>) {
    let at = child(&node.at, "enum");
    let Some(listed) = node.value.get("enum") else { return };
    let Some(listed) = listed.as_array() else {
        return report.find(&ENUM, &at, "`enum` is no list");
    };
    if listed.is_empty() {
        return report.advise(
            &UNSATISFIABLE,
            &at,
            "`enum` without values",
            "its values, or no `enum`",
        );
    }
    let kind = node.value.get("type").and_then(Value::as_str);
    for (index, value) in listed.iter().enumerate() {
        let at = child(&at, &index.to_string());
        // A null among them is common, and lowered.
        if kind.is_some_and(|kind| !value.is_null() && !is(value, kind)) {
            report.find(
                &ENUM,
                &at,
                format!("`{value}` is not of type {}", kind.unwrap_or_default()),
            );
        } else if listed.iter().take(index).any(|other| other == value) {
            report.find(&ENUM, &at, format!("`{value}` is already listed"));
        }
    }
}
