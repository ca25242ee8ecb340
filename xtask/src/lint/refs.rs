//! That each `$ref` arrives, at an object of the right kind, without a circle.

use std::collections::HashMap;

use serde_json::Value;

use super::grammar::{Kind, Node, reference};
use super::keys::nearest;
use super::{Level, Report, Rule, Subject};
use crate::document::child;

const EXTERNAL: Rule = Rule {
    name: "external-ref",
    level: Level::Generator,
    why: "the SDK bundles one document per host, and nothing is fetched when code is generated",
    write: "the object itself under `components`, and `#/components/…` here",
};
const PLACE: Rule = Rule {
    name: "ref-place",
    level: Level::Ours,
    why: "what has no name of its own is easily moved or renamed",
    write: "",
};
const KIND: Rule = Rule {
    name: "ref-kind",
    level: Level::Generator,
    why: "the generator would take the one for the other, or stop",
    write: "",
};
const UNRESOLVED: Rule = Rule {
    name: "unresolved-ref",
    level: Level::Generator,
    why: "the generator would stop here without saying where",
    write: "",
};
const CIRCLE: Rule = Rule {
    name: "circular-ref",
    level: Level::OpenApi,
    why: "nothing has this shape: it consists of itself",
    write: "a property or an item between the two",
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for Node { kind, at, value } in &subject.nodes {
        let (Some(section), Some(target)) = (kind.section(), reference(value)) else { continue };
        let at = child(at, "$ref");
        if !target.starts_with('#') {
            report.find(&EXTERNAL, &at, format!("`{target}` is in another document"));
            continue;
        }
        let home = format!("#/components/{section}/");
        let Some(name) = target.strip_prefix(&home).filter(|name| !name.contains('/')) else {
            let named = format!("give it a name, and write `{home}Name`");
            let other = target
                .strip_prefix("#/components/")
                .is_some_and(|rest| rest.matches('/').count() == 1);
            let (rule, what) = match subject.root().pointer(&target[1..]) {
                None => (&UNRESOLVED, format!("`{target}` does not exist")),
                Some(_) if other => (&KIND, format!("`{target}` is no {kind:?} object")),
                Some(_) => (&PLACE, format!("`{target}` is no named {kind:?} object")),
            };
            report.advise(rule, &at, what, named);
            continue;
        };
        let named = subject.root().pointer(&format!("/components/{section}"));
        let mut names = named.and_then(Value::as_object).into_iter().flat_map(|names| names.keys());
        if !names.clone().any(|known| known == name) {
            let near = nearest(name, names.by_ref().map(String::as_str));
            let write = near.map_or(format!("`{name}` under components.{section}"), |near| {
                format!("`{home}{near}`")
            });
            report.advise(&UNRESOLVED, &at, format!("`{target}` does not exist"), write);
        }
    }
    circles(subject, report);
}

/// Components that contain themselves with nothing between.
fn circles(subject: &Subject<'_>, report: &mut Report<'_>) {
    let components = subject.nodes.iter().filter(|node| {
        node.kind.section().is_some()
            && node.at.matches('/').count() == 3
            && node.at.starts_with("/components/")
    });
    let mut edges: HashMap<&str, Vec<&str>> = HashMap::new();
    for Node { kind, at, value } in components {
        let mut targets = Vec::new();
        contained(*kind, value, &mut targets);
        edges.insert(at, targets);
    }
    // 1: on the way; 2: done.
    let mut state: HashMap<&str, u8> = HashMap::new();
    let mut starts: Vec<_> = edges.keys().copied().collect();
    starts.sort_unstable();
    for start in starts {
        let mut way = vec![(start, 0)];
        while let Some((at, next)) = way.pop() {
            state.insert(at, 1);
            let target = edges.get(at).and_then(|targets| targets.get(next));
            let Some(target) = target else {
                state.insert(at, 2);
                continue;
            };
            way.push((at, next + 1));
            match state.get(target) {
                Some(1) => {
                    let what = format!("consists of itself, by `#{target}`");
                    report.find(&CIRCLE, at, what);
                }
                Some(_) => {}
                None => way.push((target, 0)),
            }
        }
    }
}

/// Pointers to the components that are this one's shape, or a part of it at the same level.
fn contained<'a>(kind: Kind, value: &'a Value, targets: &mut Vec<&'a str>) {
    targets.extend(reference(value).and_then(|target| target.strip_prefix('#')));
    if kind == Kind::Schema && reference(value).is_none() {
        for key in ["allOf", "oneOf", "anyOf"] {
            for part in value.get(key).and_then(Value::as_array).into_iter().flatten() {
                contained(kind, part, targets);
            }
        }
        if let Some(part) = value.get("not") {
            contained(kind, part, targets);
        }
    }
}
