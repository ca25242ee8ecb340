//! That each `x-` key of ours does something: one that does not is one that
//! nobody remembers.

use serde_json::Value;

use super::grammar::{Kind, Node};
use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::child;
use crate::model::schema::{Shape, is_required, shape, untrusted};
use crate::openapi::refs::members;

const PERSONAL: Rule = Rule::dialect(
    "x-personal",
    "what is about a person must not show, and this mark hides nothing",
    "`x-personal: true` on a property, `additionalProperties`, a parameter, or a named object",
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
    if !hides || *mark != Value::Bool(true) {
        report.find(&PERSONAL, &child(&node.at, "x-personal"), "`x-personal` hides nothing here");
    }
}

fn has_optional(node: &Node<'_>) -> bool {
    let mut members = members(&node.value["properties"]);
    node.within == "schemas" && members.any(|(name, _)| !is_required(node.value, name))
}
