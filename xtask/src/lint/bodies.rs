//! One shape of what is sent, one of success, and the one of errors.

use serde_json::Value;

use super::grammar::Kind;
use super::parameters::is_scalar;
use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::{child, last};
use crate::model::operation::{Answer, Body, Operation, Success};
use crate::model::schema::{ERROR_BODY, Shape, shape};
use crate::openapi::media;
use crate::openapi::refs::{members, resolve};

const MEDIA: Rule = Rule::dialect(
    "one-media-type",
    "a method sends one thing, and gives one",
    "the one media type that the SDK should use",
);
const BODY: Rule = Rule::dialect(
    "request-body",
    "the SDK sends JSON and forms",
    "`application/json`, `application/x-www-form-urlencoded`, or `multipart/form-data` for files",
);
const FORM: Rule = Rule::dialect(
    "form-member",
    "a form has texts: `name=value`",
    "a named object of scalars and lists of scalars",
);
const CODE: Rule = Rule::dialect(
    "response-code",
    "the code decides what the method gives",
    "a code in quotes: `\"200\"` for a success, `\"404\"` or `4XX` for an error",
);
const SUCCESS: Rule = Rule::dialect("one-success", "the method has one type of success", "");
const ERROR: Rule = Rule::dialect(
    "error-body",
    "all errors have one type, which reads every shape that the vendor sends",
    "`$ref: \"auth.yaml#/components/schemas/ErrorBody\"`, whatever members this one has",
);

const FILE: Rule = Rule::dialect(
    "file",
    "a file stands in a `multipart/form-data` body, which is sent once and is no JSON",
    "`format: binary` on a property of such a body alone, or on the items of one",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    files(subject, report);
    let root = subject.root();
    for operation in &subject.module.operations {
        if let Some(body) = &operation.body {
            request(root, body, report);
        }
        for answer in &operation.answers {
            response(answer, report);
        }
        successes(root, operation, report);
    }
}

fn request(root: &Value, body: &Body<'_>, report: &mut Report<'_>) {
    let at = child(&body.pointer, "content");
    let [content] = body.content.as_slice() else {
        return report.find(&MEDIA, &at, format!("{} media types", body.content.len()));
    };
    let schema = &content.value["schema"];
    let multipart = media::is_multipart(content.media);
    if multipart || media::is_form(content.media) {
        let named = matches!(shape(schema), Shape::Named(..));
        let object = resolve(root, schema);
        let place = child(&content.pointer, "schema");
        if !named || shape(object) != Shape::Object {
            return report.find(&FORM, &place, "a form that is no named object");
        }
        for (name, member) in members(&object["properties"]).filter(|_| !multipart) {
            let item = if let Shape::List(item) = shape(member) { item } else { member };
            if !is_scalar(root, item) {
                report.find(&FORM, &place, format!("its member `{name}` is no text"));
            }
        }
    } else if media::essence(content.media) != "application/json" {
        let what = format!("a request body of `{}`", content.media);
        report.find(&BODY, &content.pointer, what);
    }
}

/// Files elsewhere than in a form, and forms elsewhere than in a body.
fn files(subject: &Subject<'_>, report: &mut Report<'_>) {
    let bodies = subject.model.operations().flat_map(|operation| &operation.body);
    let contents = bodies.flat_map(|body| &body.content);
    let forms: Vec<_> = contents
        .filter(|content| media::is_multipart(content.media))
        .filter_map(|content| content.value["schema"]["$ref"].as_str()?.strip_prefix('#'))
        .collect();
    let owner =
        |at: &str, steps: usize| at.rsplitn(steps + 1, '/').last().unwrap_or_default().to_owned();
    for node in subject.nodes.iter().filter(|node| node.kind == Kind::Schema) {
        let media = last(&owner(&node.at, 1));
        let in_form = |at: &str| forms.contains(&owner(at, 2).as_str());
        let right = match node.reference().and_then(|target| target.strip_prefix('#')) {
            Some(target) if forms.contains(&target) => {
                node.within == "schema" && media::is_multipart(&media)
            }
            None if shape(node.value) == Shape::File => match node.within {
                "properties" => in_form(&node.at),
                "items" => in_form(&owner(&node.at, 1)),
                "schema" => media.contains('/') && !media::is_json(&media),
                _ => false,
            },
            _ => true,
        };
        if !right {
            report.find(&FILE, &node.at, "a file, or a form with files, where none can be");
        }
    }
}

fn response(answer: &Answer<'_>, report: &mut Report<'_>) {
    let status = answer.code.parse::<u16>().ok().filter(|_| answer.code.len() == 3);
    let success = status.is_some_and(|status| (200..300).contains(&status));
    let error = status.is_some_and(|status| (400..600).contains(&status));
    if !success && !error && !matches!(answer.code, "4XX" | "5XX") {
        report.find(&CODE, &answer.pointer, format!("`{}` is no code of the dialect", answer.code));
    }
    if answer.content.len() > 1 {
        let at = child(&answer.pointer, "content");
        report.find(&MEDIA, &at, format!("{} media types", answer.content.len()));
    }
    for content in answer.content.iter().filter(|_| !answer.is_success()) {
        let at = child(&content.pointer, "schema");
        let schema = &content.value["schema"];
        let (document, name) = ERROR_BODY;
        if media::is_json(content.media) && shape(schema) != Shape::Named(document, name) {
            report.find(&ERROR, &at, "an error body of its own");
        }
    }
}

fn successes(root: &Value, operation: &Operation<'_>, report: &mut Report<'_>) {
    let at = child(&operation.pointer, "responses");
    let Some(first) = operation.successes().next() else {
        let responses = operation.value.get("responses");
        // What is missing, or leads nowhere, has a finding of its own.
        if responses.is_none_or(|all| members(all).any(|(code, _)| code.starts_with('2'))) {
            return;
        }
        let write = "a 2XX response; its content is what the method gives";
        return report.advise(&SUCCESS, &at, "no success", write);
    };
    for other in operation.successes().skip(1).filter(|other| !alike(root, first, other)) {
        let what = format!("`{}` is of another shape than `{}`", other.code, first.code);
        let write = "the same `$ref` in both, or open JSON (`schema: {}`) in both";
        report.advise(&SUCCESS, &other.pointer, what, write);
    }
}

fn alike(root: &Value, one: &Answer<'_>, other: &Answer<'_>) -> bool {
    match (one.shape(), other.shape()) {
        (Success::Json(one), Success::Json(other)) => {
            one == other || resolve(root, one) == resolve(root, other)
        }
        (one, other) => one == other,
    }
}
