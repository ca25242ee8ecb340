//! What operations name: security schemes and tags.

use std::collections::HashSet;

use serde_json::Value;

use super::grammar::Kind;
use super::paths::{Call, calls};
use super::{Level, Report, Rule, Subject};
use crate::contract;
use crate::document::child;

const SECURITY: Rule = Rule {
    name: "security",
    level: Level::Generator,
    why: "the SDK would send the call without credentials",
    write: "",
};
const TAG: Rule = Rule {
    name: "undeclared-tag",
    level: Level::OpenApi,
    why: "a slip of the pen in a tag would go unseen",
    write: "the tag in the document's `tags` too, or one of those that are there",
};
const TAG_TWICE: Rule = Rule {
    name: "tag-twice",
    level: Level::OpenApi,
    why: "OpenAPI asks for unique names",
    write: "one of the two",
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    for call in calls(subject.root()) {
        security(subject.root(), &call, report);
    }
    tags(subject, report);
}

fn security(root: &Value, call: &Call<'_>, report: &mut Report<'_>) {
    let own = call.value.get("security").is_some();
    let at = if own { child(&call.at, "security") } else { "/security".to_owned() };
    let stated = call.value.get("security").or_else(|| root.get("security"));
    match stated {
        Some(Value::Array(_)) => {}
        Some(_) => report.advise(&SECURITY, &at, "no list of schemes", "`security: [{name: []}]`"),
        None => return,
    }
    let alternatives = contract::alternatives(root, call.value);
    let sendable = alternatives.iter().any(Result::is_ok);
    for (index, alternative) in alternatives.iter().enumerate() {
        let Err(reason) = alternative else { continue };
        // One that is not declared is a fault in any company.
        if !sendable || reason.ends_with("not declared") {
            let write = "one of http basic, http bearer, apiKey in a header, oauth2, openIdConnect, \
                         declared in components.securitySchemes; or `security: []` for a public call";
            report.advise(&SECURITY, &child(&at, &index.to_string()), reason.clone(), write);
        }
    }
}

fn tags(subject: &Subject<'_>, report: &mut Report<'_>) {
    let mut declared = HashSet::new();
    for node in subject.each(Kind::Tag) {
        if let Some(name) = node.value.get("name").and_then(Value::as_str)
            && !declared.insert(name)
        {
            report.find(&TAG_TWICE, &node.at, format!("the tag `{name}` is already declared"));
        }
    }
    for node in subject.each(Kind::Operation) {
        for (index, tag) in
            node.value.get("tags").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            if let Some(name) = tag.as_str().filter(|name| !declared.contains(name)) {
                let at = format!("{}/tags/{index}", node.at);
                report.find(&TAG, &at, format!("the tag `{name}` is not declared"));
            }
        }
    }
}
