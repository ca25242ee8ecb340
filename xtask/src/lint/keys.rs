//! Known keys, values of the right type, nothing missing.

use serde_json::Value;

use super::grammar::{Kind, Of, reference};
use super::{Level, Report, Rule, Subject};
use crate::document::child;

const MISSPELT: Rule = Rule {
    name: "misspelt-key",
    level: Level::Generator,
    why: "the generator skips keys that it does not know, and what they say would be lost",
    write: "",
};
const UNKNOWN: Rule = Rule {
    name: "unknown-key",
    level: Level::OpenApi,
    why: "OpenAPI 3.0 has no such key here, so what it says is lost",
    write: "a key of OpenAPI 3.0; or begin it with `x-`, if it is a note of ours",
};
const MISSING: Rule = Rule {
    name: "missing-key",
    level: Level::Generator,
    why: "OpenAPI requires it, and the generator does not read the document without it",
    write: "",
};
const WRONG_TYPE: Rule = Rule {
    name: "wrong-type",
    level: Level::Generator,
    why: "the generator cannot read the object around it",
    write: "",
};
const UNKNOWN_X: Rule = Rule {
    name: "unknown-x-key",
    level: Level::Ours,
    why: "no rule of this workspace reads it; a misspelt one would be ignored in silence",
    write: "one of the x-keys in openapi/README.md, or a YAML comment",
};
const REF_SIBLINGS: Rule = Rule {
    name: "ref-siblings",
    level: Level::Ours,
    why: "whatever stands beside a `$ref` is not read, so it would not be in the docs",
    write: "`allOf: [{$ref: …}]` with the description beside it, or describe the schema itself",
};

/// The x-keys that this workspace reads.
const OURS: &[&str] =
    &["x-source", "x-tolerant", "x-personal", "x-untrusted-required", "x-waivers"];
/// Of later OpenAPI and JSON Schema: unknown here, and no slip of the pen.
const LATER: &[&str] =
    &["examples", "const", "if", "then", "else", "contains", "id", "$id", "webhooks"];

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for node in &subject.nodes {
        let Some(object) = node.value.as_object() else {
            wrong(report, &node.at, "an object", node.value);
            continue;
        };
        if reference(node.value).is_some() && node.kind.section().is_some() {
            let mut besides = object.keys().filter(|key| *key != "$ref" && !key.starts_with("x-"));
            if let Some(key) = besides.next() {
                report.find(
                    &REF_SIBLINGS,
                    &child(&node.at, key),
                    format!("`{key}` beside a `$ref`"),
                );
            }
            continue;
        }
        let fields = node.kind.fields();
        for (key, value) in object {
            let at = child(&node.at, key);
            let known = fields.iter().find(|(name, _)| name.trim_end_matches('!') == key);
            match known {
                Some((_, of)) => fits(report, &at, *of, value),
                // Its keys are expressions.
                None if node.kind == Kind::Callback => {}
                // `paths` asks about it.
                None if node.kind == Kind::PathItem && key == "$ref" => {}
                None if key.starts_with("x-") => {
                    if !OURS.contains(&key.as_str()) {
                        let what = format!("no rule reads `{key}`");
                        let names = OURS.iter().copied();
                        let write = nearest(key, names).map(|name| format!("`{name}`"));
                        report.advise(
                            &UNKNOWN_X,
                            &at,
                            what,
                            write.as_deref().unwrap_or(UNKNOWN_X.write),
                        );
                    }
                }
                None => {
                    let names = fields.iter().map(|(name, _)| name.trim_end_matches('!'));
                    let object = format!("{:?}", node.kind);
                    match nearest(key, names).filter(|_| !LATER.contains(&key.as_str())) {
                        Some(name) => report.advise(
                            &MISSPELT,
                            &at,
                            format!("no key `{key}` in a {object} object; did you mean `{name}`?"),
                            format!("`{name}`"),
                        ),
                        None => {
                            report.find(
                                &UNKNOWN,
                                &at,
                                format!("no key `{key}` in a {object} object"),
                            );
                        }
                    }
                }
            }
        }
        for (name, _) in fields {
            if let Some(name) = name.strip_suffix('!')
                && !object.contains_key(name)
            {
                let what = format!("no `{name}` in this {:?} object", node.kind);
                report.advise(&MISSING, &node.at, what, format!("`{name}: …`"));
            }
        }
    }
}

fn fits(report: &mut Report<'_>, at: &str, of: Of, value: &Value) {
    match of {
        Of::Word(words) => match value.as_str() {
            Some(word) if !words.contains(&word) => {
                let near = nearest(word, words.iter().copied());
                let list = format!("one of {}", words.join(", "));
                let write = near.map_or(list, |near| format!("`{near}`"));
                report.advise(&WRONG_TYPE, at, format!("`{word}` is no value of this key"), write);
            }
            Some(_) => {}
            None => wrong(report, at, "a word", value),
        },
        Of::Text if !value.is_string() => wrong(report, at, "text", value),
        Of::Flag if !value.is_boolean() => wrong(report, at, "true or false", value),
        Of::Number if !value.is_number() => wrong(report, at, "a number", value),
        Of::Count if !value.is_u64() => wrong(report, at, "a whole number, not below zero", value),
        Of::List(_) if !value.is_array() => wrong(report, at, "a list", value),
        Of::Map(_) if !value.is_object() => wrong(report, at, "an object", value),
        Of::Texts => match value.as_array() {
            Some(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_string())
                {
                    wrong(report, &child(at, &index.to_string()), "text", item);
                }
            }
            None => wrong(report, at, "a list of texts", value),
        },
        _ => {}
    }
}

fn wrong(report: &mut Report<'_>, at: &str, wanted: &str, value: &Value) {
    let what = format!("{} where {wanted} belongs", name_of(value));
    let quote = matches!(value, Value::Number(_) | Value::Bool(_)) && wanted == "text";
    let write = if quote { format!("`\"{value}\"`") } else { wanted.to_owned() };
    report.advise(&WRONG_TYPE, at, what, write);
}

/// What a person calls the value.
pub(super) fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The name that was probably meant.
pub(super) fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance =
        |name: &str| strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase());
    let slips = if word.chars().count() > 4 { 2 } else { 1 };
    names
        .map(|name| (distance(name), name))
        .filter(|(far, _)| *far <= slips)
        .min()
        .map(|(_, name)| name)
}
