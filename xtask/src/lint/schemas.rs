//! That each object and enum has a name, and gives a type.

use std::collections::HashMap;

use heck::ToPascalCase as _;
use serde_json::Value;

use super::grammar::{Kind, Node};
use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::child;
use crate::document::names::{self, nearest, pascal, snake};
use crate::model::schema::{Shape, is_by_hand, is_required, shape, tags};
use crate::openapi::refs::{items, members, resolve};

const NAME: Rule =
    Rule::dialect("schema-name", "the name is the type's name, letter by letter", "");
const NAMED: Rule = Rule::dialect(
    "named-schema",
    "a name is for what becomes a type: an object with properties, an enum, a union",
    "the schema itself wherever it is used",
);
const INLINE: Rule = Rule::dialect(
    "inline-schema",
    "its type would have a name that nobody chose",
    "a name under components.schemas, and a `$ref` to it here",
);
const UNTYPED: Rule = Rule::dialect(
    "untyped-schema",
    "a schema without a type is any JSON, whatever else it says",
    "",
);
const ENUM: Rule = Rule::dialect(
    "enum",
    "each text of an enum is a variant of the type",
    "`type: string`, and each text once; `nullable: true` for null",
);
const MEMBER: Rule = Rule::dialect("property-name", "each property is a field of the type", "");
const REQUIRED: Rule =
    Rule::dialect("required", "a member that is demanded must be described, to have a type", "");
const CLOSED: Rule = Rule::dialect(
    "closed-object",
    "the next member that the vendor adds would break every running service",
    "nothing; undocumented members are ignored",
);
const ITEMS: Rule = Rule::dialect(
    "no-items",
    "the list would hold values of any type",
    "`items:` with the schema of one item; `items: {}` if it is any",
);
const ALL_OF: Rule = Rule::dialect(
    "all-of",
    "it stands for one `$ref` with a description beside it",
    "one schema with the members of all",
);
const UNION: Rule = Rule::dialect("one-of", "the type is chosen by the text of one member", "");
const BOUNDS: Rule = Rule::sense("unsatisfiable", "no value fits", "the smaller as the minimum");

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for node in subject.each(Kind::Schema) {
        if node.within == "schemas" {
            named(node, report);
        } else if matches!(shape(node.value), Shape::Object | Shape::Enum | Shape::Union) {
            report.find(&INLINE, &node.at, "an object, an enum or a union without a name");
        }
        untyped(node, report);
        values(node, report);
        object(node, report);
        parts(node, report);
        if shape(node.value) == Shape::Union {
            union(subject.root(), node, report);
        }
        for what in ["imum", "Length", "Items"] {
            let bound = |end| node.value[format!("{end}{what}")].as_f64();
            if bound("min").zip(bound("max")).is_some_and(|(least, most)| least > most) {
                let at = child(&node.at, &format!("min{what}"));
                report.find(&BOUNDS, &at, format!("`min{what}` is above `max{what}`"));
            }
        }
    }
}

fn named(node: &Node<'_>, report: &mut Report<'_>) {
    let name = crate::document::location::last(&node.at);
    let rust = name.to_pascal_case();
    if !name.is_ascii() {
        let what = format!("`{name}` is not in ASCII");
        report.advise(&NAME, &node.at, what, "a name of the letters A to Z, and digits");
    } else if name != rust {
        let write = format!("`{}`", pascal(&name));
        report.advise(&NAME, &node.at, format!("`{name}` is not in PascalCase"), write);
    } else if names::SCHEMAS.contains(&name.as_str()) || !names::is_identifier(&name) {
        report.advise(&NAME, &node.at, format!("`{name}` is a word of Rust"), "a noun");
    }
    let is_type = matches!(shape(node.value), Shape::Object | Shape::Enum | Shape::Union);
    let document = node.at[1..].split('/').next().unwrap_or_default();
    if node.value.is_object() && !is_type && !is_by_hand(document, &name) {
        report.find(&NAMED, &node.at, format!("`{name}` gives no type of its own"));
    }
    if node.value.get("nullable").is_some() {
        let write = "`allOf: [{$ref: …}]` and `nullable: true` where it may be null";
        let what = format!("`{name}` is null in some places only");
        report.advise(&NAMED, &child(&node.at, "nullable"), what, write);
    }
}

fn untyped(node: &Node<'_>, report: &mut Report<'_>) {
    let telling =
        [("properties", "object"), ("required", "object"), ("items", "array"), ("enum", "string")];
    let kind = node.value["type"].as_str();
    for (key, wanted) in telling {
        if node.value.get(key).is_some() && kind != Some(wanted) {
            let at = child(&node.at, key);
            let what = format!("`{key}` in a schema that is no {wanted}");
            let write = match (key, kind) {
                ("enum", Some(_)) => {
                    "nothing; say in the description which values there are".to_owned()
                }
                _ => format!("`type: {wanted}` beside it"),
            };
            report.advise(&UNTYPED, &at, what, write);
        }
    }
    if kind == Some("array") && node.value.get("items").is_none() {
        report.find(&ITEMS, &node.at, "a list without `items`");
    }
}

fn values(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(listed) = node.value["enum"].as_array() else { return };
    let at = child(&node.at, "enum");
    if listed.is_empty() {
        report.find(&ENUM, &at, "`enum` without values");
    }
    let mut variants: HashMap<String, &str> = HashMap::new();
    for (index, value) in listed.iter().enumerate() {
        let Some(text) = value.as_str() else { continue };
        if let Some(other) = variants.insert(pascal(text), text) {
            let what = format!("`{text}` and `{other}` are one name in Rust");
            report.find(&ENUM, &child(&at, &index.to_string()), what);
        }
    }
}

fn object(node: &Node<'_>, report: &mut Report<'_>) {
    let properties = &node.value["properties"];
    let open = node.value.get("additionalProperties");
    if open == Some(&Value::Bool(false)) {
        let at = child(&node.at, "additionalProperties");
        report.find(&CLOSED, &at, "an object that refuses other members");
    }
    let extra =
        open.filter(|_| properties.is_object()).map(|_| ("extra".to_owned(), "the other members"));
    let mut fields: HashMap<String, &str> = extra.into_iter().collect();
    for (name, _) in members(properties) {
        let at = child(&child(&node.at, "properties"), name);
        let rust = snake(name);
        if names::PROPERTIES.contains(&rust.as_str()) {
            let what = format!("`{name}` is a function of every type that is sent");
            report.advise(&MEMBER, &at, what, "nothing; let `additionalProperties: true` hold it");
        }
        if let Some(other) = fields.insert(rust, name) {
            let what = format!("`{name}` and `{other}` are one name in Rust");
            report.advise(&MEMBER, &at, what, "one of the two");
        }
    }
    for (index, name) in items(&node.value["required"]).enumerate() {
        let Some(name) = name.as_str().filter(|name| properties.get(name).is_none()) else {
            continue;
        };
        let near = nearest(name, members(properties).map(|(name, _)| name.as_str()));
        let write = near.map_or(format!("`{name}` under `properties`, or not here"), |near| {
            format!("`{near}`")
        });
        let at = format!("{}/required/{index}", node.at);
        report.advise(&REQUIRED, &at, format!("there is no property `{name}`"), write);
    }
}

fn parts(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(parts) = node.value.get("allOf") else { return };
    let at = child(&node.at, "allOf");
    let one = items(parts).count() == 1 && parts.get(0).is_some_and(|it| it.get("$ref").is_some());
    if !one {
        report.find(&ALL_OF, &at, "an `allOf` of something else than one `$ref`");
    }
    let beside = ["allOf", "description", "nullable", "deprecated", "x-personal"];
    for (key, _) in members(node.value).filter(|(key, _)| !beside.contains(&key.as_str())) {
        report.find(&ALL_OF, &child(&node.at, key), format!("`{key}` beside an `allOf`"));
    }
}

fn union(root: &Value, node: &Node<'_>, report: &mut Report<'_>) {
    let at = child(&node.at, "oneOf");
    let Some(tag) = node.value["discriminator"]["propertyName"].as_str() else {
        let write = "a `discriminator`; without one no type at all, which is any JSON";
        return report.advise(&UNION, &at, "a `oneOf` without a discriminator", write);
    };
    for (index, part) in items(&node.value["oneOf"]).enumerate() {
        let at = child(&at, &index.to_string());
        let target = resolve(root, part);
        if !matches!(shape(part), Shape::Named(..)) || shape(target) != Shape::Object {
            report.advise(&UNION, &at, "one of them is no named object", "a `$ref` to an object");
        } else if !is_required(target, tag) {
            let what = format!("it does not require `{tag}`, which tells it from the others");
            report.advise(&UNION, &at, what, format!("`{tag}` under its `required`"));
        }
    }
    mapping(root, node, tag, report);
}

/// That each text of a union means one of its objects, by a name of its own.
fn mapping(root: &Value, node: &Node<'_>, tag: &str, report: &mut Report<'_>) {
    let discriminator = &node.value["discriminator"];
    let (mut variants, mut known): (HashMap<String, String>, Vec<String>) = Default::default();
    for part in items(&node.value["oneOf"]) {
        let Shape::Named(_, name) = shape(part) else { continue };
        for text in tags(root, discriminator, tag, part, name) {
            if let Some(other) = variants.insert(pascal(&text), text.clone()) {
                let what = format!("`{text}` and `{other}` are one name in Rust");
                report.advise(&UNION, &node.at, what, "one of the two");
            }
            known.push(text);
        }
    }
    for (text, _) in members(&discriminator["mapping"]) {
        if !known.contains(text) {
            let at = child(&child(&child(&node.at, "discriminator"), "mapping"), text);
            let what = format!("`{text}` leads to none of the `oneOf`");
            report.advise(&UNION, &at, what, "the `$ref` of one of them");
        }
    }
}
