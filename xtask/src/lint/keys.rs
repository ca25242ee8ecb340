//! Known keys, values of the right type, nothing missing, no hidden characters.

use serde_json::Value;

use super::grammar::{Kind, Node, Of, instead};
use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::child;
use crate::document::names::nearest;
use crate::openapi::refs::{items, members};

const UNKNOWN: Rule = Rule::dialect(
    "unknown-key",
    "no step reads it, so what it says would be lost",
    "a key of the dialect (openapi/README.md), or a YAML comment",
);
const OUTSIDE: Rule = Rule::dialect(
    "dialect",
    "it has no counterpart in the code, so what it says would be lost",
    "",
);
const MISSING: Rule = Rule::dialect("missing-key", "the object around it means nothing", "");
const WRONG_TYPE: Rule =
    Rule::dialect("wrong-type", "the object around it means nothing this way", "");
const SIBLINGS: Rule = Rule::dialect(
    "ref-siblings",
    "whatever stands beside a `$ref` is not read, so it would not be in the docs",
    "`allOf: [{$ref: …}]` with the description beside it, or describe the schema itself",
);
const HIDDEN: Rule = Rule::dialect(
    "control-character",
    "an editor shows the text around it in another order than the compiler reads it, or not at all",
    "the text without it",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for node in &subject.nodes {
        object(node, report);
    }
    hidden(subject.module.value, &mut format!("/{}", subject.module.name()), report);
}

fn object(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(object) = node.value.as_object() else {
        return wrong(report, &node.at, "an object", node.value);
    };
    if node.reference().is_some() {
        if let Some(key) = object.keys().find(|key| *key != "$ref") {
            report.find(&SIBLINGS, &child(&node.at, key), format!("`{key}` beside a `$ref`"));
        }
        return;
    }
    let fields = node.kind.fields();
    for (key, value) in object {
        let at = child(&node.at, key);
        match fields.iter().find(|(name, _)| name.trim_end_matches('!') == key) {
            Some((_, of)) => fits(report, &at, *of, value),
            None => unknown(report, node.kind, &at, key),
        }
    }
    for name in fields.iter().filter_map(|(name, _)| name.strip_suffix('!')) {
        if !object.contains_key(name) {
            let what = format!("no `{name}` in this {:?} object", node.kind);
            report.advise(&MISSING, &node.at, what, format!("`{name}: …`"));
        }
    }
}

fn unknown(report: &mut Report<'_>, kind: Kind, at: &str, key: &str) {
    if let Some(write) = instead(kind, key) {
        let what = format!("the dialect has no `{key}` in the {kind:?} object");
        return report.advise(&OUTSIDE, at, what, write);
    }
    let names = kind.fields().iter().map(|(name, _)| name.trim_end_matches('!'));
    let what = format!("no key `{key}` in the {kind:?} object");
    match nearest(key, names) {
        Some(name) => {
            let what = format!("{what}; did you mean `{name}`?");
            report.advise(&UNKNOWN, at, what, format!("`{name}`"));
        }
        None => report.find(&UNKNOWN, at, what),
    }
}

fn fits(report: &mut Report<'_>, at: &str, of: Of, value: &Value) {
    match of {
        Of::Word(words) => match value {
            Value::String(word) if words.contains(&word.as_str()) => {}
            Value::String(word) => {
                let near = nearest(word, words.iter().copied());
                let list = format!("one of {}", words.join(", "));
                let write = near.map_or(list, |near| format!("`{near}`"));
                let what = format!("`{word}` is no value of this key");
                report.advise(&WRONG_TYPE, at, what, write);
            }
            Value::Array(_) => {
                let kinds: Vec<_> = items(value).filter_map(Value::as_str).collect();
                let one = kinds.iter().find(|kind| **kind != "null").copied().unwrap_or("string");
                let null = if kinds.contains(&"null") { " and `nullable: true`" } else { "" };
                let what = "a list of types, which is OpenAPI 3.1";
                report.advise(&WRONG_TYPE, at, what, format!("`type: {one}`{null}"));
            }
            _ => wrong(report, at, "a word", value),
        },
        Of::Text if !value.is_string() => wrong(report, at, "text", value),
        Of::Flag if !value.is_boolean() => wrong(report, at, "true or false", value),
        Of::Number if !value.is_number() => wrong(report, at, "a number", value),
        Of::Count if !value.is_u64() => wrong(report, at, "a whole number, not below zero", value),
        Of::List(_) if !value.is_array() => wrong(report, at, "a list", value),
        Of::Map(_) if !value.is_object() => wrong(report, at, "an object", value),
        Of::Texts if !value.is_array() => wrong(report, at, "a list of texts", value),
        Of::Texts => {
            for (index, item) in items(value).enumerate().filter(|(_, item)| !item.is_string()) {
                wrong(report, &child(at, &index.to_string()), "text", item);
            }
        }
        _ => {}
    }
}

fn wrong(report: &mut Report<'_>, at: &str, wanted: &str, value: &Value) {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let quote = matches!(value, Value::Number(_) | Value::Bool(_)) && wanted == "text";
    let write = if quote { format!("`\"{value}\"`") } else { wanted.to_owned() };
    report.advise(&WRONG_TYPE, at, format!("{found} where {wanted} belongs"), write);
}

/// Texts that do not look like what they are.
fn hidden(value: &Value, at: &mut String, report: &mut Report<'_>) {
    let is_hidden = |c: &char| {
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
            || (c.is_control() && !matches!(c, '\n' | '\t'))
    };
    let mut look = |text: &str, at: &str| {
        if let Some(found) = text.chars().find(is_hidden) {
            let what = format!("the control character U+{:04X}", u32::from(found));
            report.find(&HIDDEN, at, what);
        }
    };
    if let Value::String(text) = value {
        look(text, at);
    }
    members(value).for_each(|(key, _)| look(key, at));
    let length = at.len();
    let keyed = members(value).map(|(key, member)| (key.clone(), member));
    let listed = items(value).enumerate().map(|(index, item)| (index.to_string(), item));
    for (key, inner) in keyed.chain(listed) {
        *at = child(at, &key);
        hidden(inner, at, report);
        at.truncate(length);
    }
}
