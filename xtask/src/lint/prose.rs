//! Descriptions, sources and examples: what people read, and what a draft may lack.

use serde_json::Value;

use super::grammar::{Kind, Node};
use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::{child, last};
use crate::model::operation::{Content, Operation};
use crate::model::words;
use crate::openapi::refs::members;
use crate::openapi::security::Scheme;
use crate::openapi::{media, sample};

const DESCRIPTION: Rule = Rule::prose(
    "description",
    "it is the doc comment; the vendor's page is not at hand where the code is read",
    "`description:` with meaning and unit, as the page says it",
);
const DOCS: Rule = Rule::prose(
    "external-docs",
    "the docs and the errors point the user to the vendor's page",
    "`externalDocs: {url: …}` with the page that describes this call",
);
const SOURCE: Rule = Rule::prose(
    "provenance",
    "the vendor's pages change; only this tells what was read, and when",
    "`x-source: {page: …, printed: …, read: \"2026-11-24\", evidence: documented}`; \
     evidence is one of documented, vendor_spec, observed, inferred",
);
const SECRET: Rule = Rule::prose(
    "secret-format",
    "the type of such a member redacts itself in logs and wipes its memory",
    "`format: password`",
);
const SHOWN: Rule = Rule::prose(
    "example-missing",
    "examples are what the sandbox answers, what the tests send, and what the docs show",
    "`example:` as the vendor prints it, with made-up names",
);
const NO_ERROR: Rule = Rule::prose(
    "no-error",
    "the sandbox refuses a call in the words of its document",
    "a 4XX response",
);

/// The classes of evidence, the strongest promise first.
const EVIDENCE: [&str; 4] = ["documented", "vendor_spec", "observed", "inferred"];

const ABOUT: Rule = Rule::prose(
    "about",
    "it is the first that a reader of the module is told, and must be true of all its calls",
    "",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    about(subject, report);
    let (document, value) = (format!("/{}", subject.module.name()), subject.module.value);
    if members(&value["paths"]).next().is_none() {
        if value["paths"].is_object() {
            provenance(&document, value, report);
        }
    } else if value.get("x-source").is_some() {
        let what = "`x-source` of a document that has operations";
        report.advise(&SOURCE, &child(&document, "x-source"), what, "it on each operation");
    }
    for operation in &subject.module.operations {
        for key in ["summary", "description"] {
            if operation.text(&format!("/{key}")).trim().is_empty() {
                let what = format!("`{}` has no {key}", operation.id);
                report.advise(&DESCRIPTION, &operation.pointer, what, format!("`{key}: …`"));
            }
        }
        if !operation.text("/externalDocs/url").starts_with("http") {
            let what = format!("`{}` has no externalDocs.url", operation.id);
            report.find(&DOCS, &operation.pointer, what);
        }
        provenance(&operation.pointer, operation.value, report);
        examples(subject.root(), operation, report);
    }
    for node in &subject.nodes {
        described(node, report);
    }
}

/// `info.version` is the era of every path, and `info.description` names every
/// kind of credential.
fn about(subject: &Subject<'_>, report: &mut Report<'_>) {
    let info = format!("/{}/info", subject.module.name());
    let (version, text) = (subject.module.info("version"), subject.module.info("description"));
    let text = text.to_lowercase();
    for operation in &subject.module.operations {
        let era = operation.path.split('/').find_map(|part| part.strip_prefix('v')?.parse().ok());
        let era = era.map(|era: u8| era.to_string());
        if era.as_ref().is_some_and(|era| era != version) {
            let what = format!("`{}` is not of version `{version}`", operation.path);
            let write = format!("`version: \"{}\"`, or another document", era.unwrap_or_default());
            report.advise(&ABOUT, &child(&info, "version"), what, write);
        }
        for (_, scheme) in operation.schemes() {
            let word = match scheme {
                Scheme::Basic => "basic",
                Scheme::Bearer => "bearer",
                Scheme::ApiKey(header) if header == "x-api-key" => "api key",
                Scheme::ApiKey(header) => header,
            };
            if !text.contains(word) {
                let what = format!("`info` does not say that `{}` takes: {word}", operation.id);
                let write = "`description:` with what the calls are, and how they authenticate";
                report.advise(&ABOUT, &child(&info, "description"), what, write);
            }
        }
    }
}

fn described(node: &Node<'_>, report: &mut Report<'_>) {
    let text = node.value["description"].as_str().unwrap_or_default();
    let named = node.kind == Kind::Schema && matches!(node.within, "properties" | "schemas");
    let wanted = named || node.kind == Kind::Parameter;
    if wanted && text.trim().is_empty() && node.reference().is_none() {
        report.find(&DESCRIPTION, &node.at, format!("`{}` has no description", last(&node.at)));
    }
    if named && node.within == "properties" {
        secret(node, report);
    }
}

fn provenance(owner: &str, value: &Value, report: &mut Report<'_>) {
    let Some(source) = value.get("x-source") else {
        return report.find(&SOURCE, owner, "no `x-source`");
    };
    let at = child(owner, "x-source");
    let keys = ["page", "printed", "read", "evidence"];
    for key in keys {
        let text = source[key].as_str().unwrap_or_default();
        let right = match key {
            "page" => text.starts_with("http"),
            "read" => is_date(text),
            "evidence" => EVIDENCE.contains(&text),
            _ => !text.is_empty(),
        };
        if !right {
            report.find(&SOURCE, &child(&at, key), format!("`x-source` has no `{key}`, as text"));
        }
    }
    for (key, _) in members(source).filter(|(key, _)| !keys.contains(&key.as_str())) {
        report.find(&SOURCE, &child(&at, key), format!("`x-source` has no key `{key}`"));
    }
}

/// `2026-11-24`
fn is_date(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<_> = text.split('-').filter(|part| digits(part)).collect();
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    lengths == [4, 2, 2]
        && (1..=12).contains(&parts[1].parse().unwrap_or(0))
        && (1..=31).contains(&parts[2].parse().unwrap_or(0))
}

fn examples(root: &Value, operation: &Operation<'_>, report: &mut Report<'_>) {
    let mut shown = |content: &Content<'_>| {
        // Nobody prints a PDF.
        let text = media::is_json(content.media) || media::is_form(content.media);
        if text && sample::examples(root, &content.pointer).is_empty() {
            let what = format!("`{}` without an example", content.media);
            report.find(&SHOWN, &content.pointer, what);
        }
    };
    operation.body.iter().flat_map(|body| &body.content).for_each(&mut shown);
    operation.answers.iter().flat_map(|answer| &answer.content).for_each(&mut shown);
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        if sample::example(root, &parameter.pointer).is_none() {
            report.find(
                &SHOWN,
                &parameter.pointer,
                format!("`{}` without an example", parameter.name),
            );
        }
    }
    if operation.answers.iter().all(|answer| answer.is_success()) {
        report.find(&NO_ERROR, &child(&operation.pointer, "responses"), "no error");
    }
}

fn secret(node: &Node<'_>, report: &mut Report<'_>) {
    let name = last(&node.at);
    let plain = node.value["type"] == "string" && node.value["format"] != "password";
    if words::is_secret(&name) && plain && node.value.get("enum").is_none() {
        report.find(&SECRET, &node.at, format!("`{name}` sounds like a secret"));
    }
}
