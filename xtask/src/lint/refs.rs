//! That each `$ref` arrives, at an object of the right kind, without a circle.

use std::collections::HashMap;

use serde_json::Value;

use super::grammar::Node;
use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::child;
use crate::document::names::nearest;
use crate::openapi::refs::{items, members};

const FORM: Rule = Rule::dialect(
    "ref-form",
    "a reference leads to what has a name, in this folder; nothing is fetched when code is generated",
    "",
);
const UNRESOLVED: Rule =
    Rule::dialect("unresolved-ref", "nothing is known of what should stand there", "");
const CIRCLE: Rule = Rule::dialect(
    "circular-ref",
    "nothing has this shape: it consists of itself",
    "a property or an item between the two",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for node in &subject.nodes {
        let (Some(section), Some(target)) = (node.kind.section(), node.reference()) else {
            continue;
        };
        let at = child(&node.at, "$ref");
        let here = subject.module.name();
        let written = written(target, here);
        let place = target.strip_prefix("#/").and_then(|target| target.split_once('/'));
        let Some((document, inside)) = place else {
            let write =
                format!("`#/components/{section}/Name`, or `other.yaml#/components/schemas/Name`");
            report.advise(&FORM, &at, format!("`{written}` is no reference of the dialect"), write);
            continue;
        };
        let home = format!("components/{section}/");
        let named = inside.strip_prefix(&home).filter(|name| !name.contains('/'));
        let Some(name) = named.filter(|_| section == "schemas" || document == here) else {
            let what = format!("`{written}` leads to no named {:?} object", node.kind);
            report.advise(&FORM, &at, what, format!("`#/{home}Name`"));
            continue;
        };
        if subject.model.documents.unread.iter().any(|unread| unread == document) {
            continue;
        }
        let root = subject.root();
        let known = &root[document]["components"][section];
        if known.get(name).is_none() {
            let near = nearest(name, members(known).map(|(known, _)| known.as_str()));
            let write = match near {
                Some(near) => format!("`{}{near}`", written.trim_end_matches(name)),
                None if root.get(document).is_none() => format!("`{document}.yaml`, with it"),
                None => format!("`{name}` under components.{section}"),
            };
            report.advise(&UNRESOLVED, &at, format!("`{written}` does not exist"), write);
        }
    }
    circles(subject, report);
}

/// The reference as the author wrote it.
fn written(target: &str, here: &str) -> String {
    let Some((document, inside)) = target.strip_prefix("#/").and_then(|it| it.split_once('/'))
    else {
        return target.to_owned();
    };
    if document == here { format!("#/{inside}") } else { format!("{document}.yaml#/{inside}") }
}

/// Named objects of this document that contain themselves with nothing between.
fn circles(subject: &Subject<'_>, report: &mut Report<'_>) {
    let named = subject.nodes.iter().filter(|node| node.kind.section() == Some(node.within));
    let edges: HashMap<_, _> =
        named.clone().map(|node| (node.at.as_str(), contained(node))).collect();
    // 1: on the way; 2: done.
    let mut state: HashMap<&str, u8> = HashMap::new();
    for start in named {
        let mut way = vec![(start.at.as_str(), 0)];
        if state.contains_key(start.at.as_str()) {
            continue;
        }
        while let Some((at, next)) = way.pop() {
            let target = edges.get(at).and_then(|targets| targets.get(next));
            state.insert(at, if target.is_some() { 1 } else { 2 });
            let Some(target) = target else { continue };
            way.push((at, next + 1));
            match state.get(target) {
                Some(1) => {
                    let name = written(&format!("#{target}"), subject.module.name());
                    report.find(&CIRCLE, at, format!("consists of itself, by `{name}`"));
                }
                Some(_) => {}
                None => way.push((target, 0)),
            }
        }
    }
}

/// Pointers to what is this one's shape, or a part of it at the same level.
fn contained<'a>(node: &Node<'a>) -> Vec<&'a str> {
    let mut targets = Vec::new();
    let mut open = vec![node.value];
    while let Some(value) = open.pop() {
        match value.get("$ref").and_then(Value::as_str) {
            Some(target) => targets.extend(target.strip_prefix('#')),
            None => open.extend(["allOf", "oneOf"].iter().flat_map(|key| items(&value[*key]))),
        }
    }
    targets
}
