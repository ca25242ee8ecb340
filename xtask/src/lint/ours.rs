//! What this workspace asks of its own documents.

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::Value;

use super::conform::is_json;
use super::grammar::{Kind, Node};
use super::paths::calls;
use super::{Level, Report, Rule, Subject};
use crate::contract::{EVIDENCE, is_absolute};
use crate::document::{child, members, resolve};

const fn rule(name: &'static str, why: &'static str, write: &'static str) -> Rule {
    Rule { name, level: Level::Ours, why, write }
}

const SERVER: Rule = rule(
    "one-server",
    "each host has its own document, module and client; this URL is its default",
    "one server, `https://host`, without variables, user, query or fragment",
);
const ID_CASE: Rule =
    rule("operation-id-case", "the id is the method's name, letter by letter", "");
const SCHEMA_CASE: Rule = rule("schema-case", "the name is the type's name, letter by letter", "");
const DESCRIPTION: Rule = rule(
    "description",
    "it is the doc comment; the vendor's page is not at hand where the code is read",
    "`description:` with meaning and unit, as the page says it",
);
const DOCS: Rule = rule(
    "external-docs",
    "the docs and the errors point the user to the vendor's page",
    "`externalDocs: {url: …}` with the page that describes this call",
);
const SOURCE: Rule = rule(
    "provenance",
    "the vendor's pages change; only this tells what was read, and when",
    "`x-source: {page: …, printed: …, read: \"2026-11-24\", evidence: documented}`; \
     evidence is one of documented, vendor_spec, observed, inferred",
);
const STATED: Rule = rule(
    "security-stated",
    "whoever adds a call decides how it authenticates; forgetting it would make it public",
    "`security:` with the scheme, or `security: []` for a public call",
);
const SECRET: Rule = rule(
    "secret-format",
    "the type of such a member redacts itself in logs and wipes its memory",
    "`format: password`",
);
const SHOWN: Rule = rule(
    "example-missing",
    "examples are what the sandbox answers, what the tests send, and what the docs show",
    "`example:` as the vendor prints it, with made-up names",
);
const OUTCOMES: Rule = rule(
    "success-and-error",
    "the method has a type for both, and the sandbox an answer for both",
    "a 2XX response and a 4XX response",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    if !subject.document.ours {
        return;
    }
    servers(subject.root(), report);
    for (at, name, _) in members(subject.root(), "/components/schemas") {
        // Digits have no case: `V1` stays as it is.
        let rust = name.to_pascal_case();
        if *name != rust {
            report.advise(
                &SCHEMA_CASE,
                &at,
                format!("`{name}` is not in PascalCase"),
                format!("`{rust}`"),
            );
        }
    }
    operations(subject, report);
    for node in &subject.nodes {
        let described = node
            .value
            .get("description")
            .and_then(Value::as_str)
            .is_some_and(|text| !text.trim().is_empty());
        let mut steps = node.at.rsplit('/');
        let (name, parent) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
        let named = node.kind == Kind::Schema && matches!(parent, "properties" | "schemas");
        let is_ref = node.value.get("$ref").is_some();
        if (named || node.kind == Kind::Parameter)
            && !described
            && !is_ref
            && node.value.get("allOf").is_none()
        {
            report.find(&DESCRIPTION, &node.at, format!("`{name}` has no description"));
        }
        if node.kind == Kind::Schema && parent == "properties" {
            secret(node, name, report);
        }
    }
}

fn servers(root: &Value, report: &mut Report<'_>) {
    match root.get("servers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice) {
        [server] => {
            let url = server.get("url").and_then(Value::as_str).unwrap_or_default();
            if !is_absolute(url) {
                report.find(&SERVER, "/servers/0/url", format!("`{url}` is not absolute"));
            }
        }
        several => report.find(&SERVER, "/servers", format!("{} servers", several.len())),
    }
}

fn operations(subject: &Subject<'_>, report: &mut Report<'_>) {
    let root = subject.root();
    for call in calls(root) {
        let text =
            |pointer| call.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let id = text("/operationId");
        let snake = id.to_snake_case();
        if id != snake {
            let at = child(&call.at, "operationId");
            report.advise(
                &ID_CASE,
                &at,
                format!("`{id}` is not in snake_case"),
                format!("`{snake}`"),
            );
        } else if syn::parse_str::<syn::Ident>(id).is_err() && !id.is_empty() {
            let at = child(&call.at, "operationId");
            report.advise(
                &ID_CASE,
                &at,
                format!("`{id}` is a keyword of Rust"),
                "a verb and a thing",
            );
        }
        for key in ["summary", "description"] {
            if call.value.get(key).and_then(Value::as_str).unwrap_or_default().trim().is_empty() {
                report.advise(
                    &DESCRIPTION,
                    &call.at,
                    format!("`{id}` has no {key}"),
                    format!("`{key}: …`"),
                );
            }
        }
        if !text("/externalDocs/url").starts_with("http") {
            report.find(&DOCS, &call.at, format!("`{id}` has no externalDocs.url"));
        }
        provenance(&call.at, call.value, report);
        if call.value.get("security").or_else(|| root.get("security")).is_none() {
            report.find(&STATED, &call.at, format!("`{id}` does not say how it authenticates"));
        }
        outcomes(root, &call.at, call.value, report);
    }
}

fn provenance(at: &str, operation: &Value, report: &mut Report<'_>) {
    let Some(source) = operation.get("x-source") else {
        return report.find(&SOURCE, at, "no `x-source`");
    };
    let at = child(at, "x-source");
    for key in ["page", "printed", "read", "evidence"] {
        let Some(text) = source.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
        else {
            report.find(&SOURCE, &child(&at, key), format!("`x-source` has no `{key}`, as text"));
            continue;
        };
        let wrong = match key {
            "page" => !text.starts_with("http"),
            "read" => !is_date(text),
            "evidence" => !EVIDENCE.contains(&text),
            _ => false,
        };
        if wrong {
            report.find(&SOURCE, &child(&at, key), format!("`{text}` is no `{key}`"));
        }
    }
    for (_, key, _) in members(source, "") {
        if !["page", "printed", "read", "evidence"].contains(&key.as_str()) {
            report.find(&SOURCE, &child(&at, key), format!("`x-source` has no key `{key}`"));
        }
    }
}

/// `2026-11-24`
fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, digits| text.parse::<u8>().ok().filter(|_| text.len() == digits);
    year.len() == 4
        && year.parse::<u16>().is_ok()
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
}

fn outcomes(root: &Value, at: &str, operation: &Value, report: &mut Report<'_>) {
    if let Some(body) = operation.get("requestBody") {
        shown(resolve(root, body), &child(at, "requestBody"), report);
    }
    let (mut success, mut error) = (false, false);
    for (pointer, code, answer) in members(operation, "/responses") {
        success |= code.starts_with('2');
        error |= code.starts_with(['4', '5']);
        shown(resolve(root, answer), &format!("{at}{pointer}"), report);
    }
    for (there, what) in [(success, "no success (2XX)"), (error, "no error (4XX)")] {
        if !there {
            report.find(&OUTCOMES, &child(at, "responses"), what);
        }
    }
}

/// Each body that is text has an example; nobody prints a PDF.
fn shown(holder: &Value, at: &str, report: &mut Report<'_>) {
    for (pointer, media, content) in members(holder, "/content") {
        let text = is_json(media) || media.contains("x-www-form-urlencoded");
        let some =
            content.get("example").is_some() || members(content, "/examples").next().is_some();
        if text && !some {
            report.find(&SHOWN, &format!("{at}{pointer}"), format!("`{media}` without an example"));
        }
    }
}

fn secret(node: &Node<'_>, name: &str, report: &mut Report<'_>) {
    let lower = name.to_lowercase();
    let telling = ["token", "secret"].iter().any(|word| lower.contains(word))
        || matches!(lower.as_str(), "password" | "api_key" | "apikey");
    let text = |key| node.value.get(key).and_then(Value::as_str);
    let plain = text("type") == Some("string") && text("format") != Some("password");
    if telling && plain && node.value.get("enum").is_none() {
        report.find(&SECRET, &node.at, format!("`{name}` sounds like a secret"));
    }
}
