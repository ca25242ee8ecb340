//! That each `x-` key of ours does something: one that does not is one that
//! nobody remembers.

use serde_json::Value;

use super::grammar::{Kind, Node};
use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::{child, last};
use crate::model::schema::{Shape, is_required, shape, untrusted};
use crate::model::words;
use crate::openapi::refs::members;

const PERSONAL: Rule = Rule::dialect(
    "x-personal",
    "what is about a person must not show, and this mark hides nothing",
    "`x-personal: true` on a property, `additionalProperties`, a parameter, or a named object",
);
const PERSON: Rule = Rule::dialect(
    "personal",
    "its name sounds like something about a person, which must not show in a log",
    "`x-personal: true`, on it or on the whole object, or `x-personal: false` if it is about nobody",
);
const TOLERANT: Rule = Rule::dialect(
    "x-tolerant",
    "it lets optional members of another type read as absent, and changes nothing here",
    "`x-tolerant: true` on a named object that has optional members",
);
const UNTRUSTED: Rule = Rule::dialect(
    "x-untrusted-required",
    "it makes a required member optional in Rust, and changes nothing here",
    "`/components/schemas/Name/properties/member`, of a required member",
);

const RETRY: Rule = Rule::dialect(
    "x-retry",
    "a write that is sent twice may be done twice, unless the vendor promises otherwise",
    "`x-retry: {kind: safe, reason: …}`, or `kind: key` where it takes an `Idempotency-Key`; \
     the reason is the vendor's promise",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for node in &subject.nodes {
        personal(node, report);
        unmarked(node, report);
        let tolerant = child(&node.at, "x-tolerant");
        if node.value.get("x-tolerant").is_some_and(|mark| *mark != true || !has_optional(node)) {
            report.find(&TOLERANT, &tolerant, "`x-tolerant` changes nothing here");
        }
    }
    for operation in
        subject.module.operations.iter().filter(|one| one.value.get("x-retry").is_some())
    {
        let kind = ["safe", "key"].contains(&operation.text("/x-retry/kind"));
        let reason = !operation.text("/x-retry/reason").trim().is_empty();
        let others = members(&operation.value["x-retry"]).count() != 2;
        if !kind || !reason || others || operation.method == "GET" {
            let at = child(&operation.pointer, "x-retry");
            report.find(&RETRY, &at, "a mark without a known kind and a reason, or of a read");
        }
    }
    let document = format!("/{}", subject.module.name());
    for (index, entry) in untrusted(subject.module.value).enumerate() {
        let member = entry
            .rsplit_once("/properties/")
            .and_then(|(schema, member)| Some((subject.module.value.pointer(schema)?, member)));
        if !member.is_some_and(|(schema, member)| is_required(schema, member)) {
            let at = format!("{document}/x-untrusted-required/{index}");
            report.find(&UNTRUSTED, &at, format!("`{entry}` changes nothing"));
        }
    }
}

fn personal(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(mark) = node.value.get("x-personal") else { return };
    let hides = match node.kind {
        Kind::Parameter => true,
        Kind::Schema if node.within == "schemas" => shape(node.value) == Shape::Object,
        Kind::Schema => ["properties", "additionalProperties"].contains(&node.within),
        _ => false,
    };
    // That somebody looked at it, where its name asks for that.
    let name = node.value["name"].as_str().map_or_else(|| last(&node.at), str::to_owned);
    let looked_at = *mark == false && words::is_personal(&name);
    if !hides || *mark != true && !looked_at {
        report.find(&PERSONAL, &child(&node.at, "x-personal"), "`x-personal` hides nothing here");
    }
}

/// What sounds like it is about a person, and is not marked.
fn unmarked(node: &Node<'_>, report: &mut Report<'_>) {
    let mut ask = |at: &str, name: &str, mark: &Value, schema: &Value| {
        if mark.is_null() && shows(schema) && words::is_personal(name) {
            report.find(&PERSON, at, format!("`{name}` is not marked as about a person"));
        }
    };
    if node.kind == Kind::Parameter {
        let name = node.value["name"].as_str().unwrap_or_default();
        ask(&node.at, name, &node.value["x-personal"], &node.value["schema"]);
    }
    if node.within == "schemas" && node.value["x-personal"] != true {
        for (name, member) in members(&node.value["properties"]) {
            let at = child(&child(&node.at, "properties"), name);
            ask(&at, name, &member["x-personal"], member);
        }
    }
}

/// Whether its value is in the `Debug` of its owner: a type of its own has its
/// own marks, a secret shows nowhere, and yes or no tells nothing.
fn shows(schema: &Value) -> bool {
    schema["type"] != "boolean"
        && schema["items"].get("$ref").is_none()
        && schema["format"] != "password"
        && schema.get("$ref").or(schema.get("allOf")).is_none()
}

fn has_optional(node: &Node<'_>) -> bool {
    let mut members = members(&node.value["properties"]);
    node.within == "schemas" && members.any(|(name, _)| !is_required(node.value, name))
}
