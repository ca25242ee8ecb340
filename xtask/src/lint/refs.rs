//! That each `$ref` arrives, at an object of the right kind that has no other name.

use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::{child, last};
use crate::document::names::nearest;
use crate::openapi::refs::members;

const FORM: Rule = Rule::dialect(
    "ref-form",
    "a reference leads to what has a name, in this folder; nothing is fetched when code is generated",
    "",
);
const UNRESOLVED: Rule =
    Rule::dialect("unresolved-ref", "nothing is known of what should stand there", "");
const ALIAS: Rule = Rule::dialect(
    "second-name",
    "a name stands for the object itself; one that stands for another leads in circles in the end",
    "the object itself under this name, or the other name wherever this one is used",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for node in &subject.nodes {
        let (Some(section), Some(target)) = (node.kind.section(), node.reference()) else {
            continue;
        };
        let at = child(&node.at, "$ref");
        let here = subject.module.name();
        if node.at == format!("/{here}/components/{section}/{}", last(&node.at)) {
            report.find(&ALIAS, &node.at, "a name for another name");
        }
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
}

/// The reference as the author wrote it.
fn written(target: &str, here: &str) -> String {
    let Some((document, inside)) = target.strip_prefix("#/").and_then(|it| it.split_once('/'))
    else {
        return target.to_owned();
    };
    if document == here { format!("#/{inside}") } else { format!("{document}.yaml#/{inside}") }
}
