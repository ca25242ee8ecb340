//! Several shapes of success, or of error, in one operation.
//!
//! The generator takes one shape per side, and JSON only. Here the responses
//! become what it takes where they can; where they cannot, it gets none, and
//! [`sums`](super::sums) writes the type and the choice by status. To learn the
//! Rust types of the shapes, each is made the answer of a *probe*, an operation
//! that exists only until the generator has run.

use std::collections::BTreeSet;

use heck::ToPascalCase as _;
use serde_json::{Map, Value, json};

use super::calls::{NOWHERE, resolved};
use super::inline::Names;
use super::status::Status;
use super::{Draft, Rule, media, sums};
use crate::contract::Operation;
use crate::document::{child, members};

pub(super) const RULE: Rule = Rule { name: "answers", prepare, finish: sums::finish };

/// The answers of one operation, in the order in which a status is compared.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// What a call gives back.
    pub(super) success: Vec<Answer>,
    /// What it fails with.
    pub(super) error: Vec<Answer>,
}

/// One response of the document.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: Status,
    pub(super) shape: Shape,
    pub(super) description: String,
}

/// What a body is read as.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// JSON of this schema.
    Json(Value),
    /// Bytes, as they come.
    Stream,
    /// There is none, or it is only kept.
    Nothing,
}

fn prepare(draft: &mut Draft<'_>) {
    let mut names = Names::new(draft);
    for operation in &draft.contract.operations {
        let (mut answers, accept) = read(draft, operation, &mut names);
        answers.success.sort_by_key(|answer| answer.status);
        answers.error.sort_by_key(|answer| answer.status);
        let simple = answers.is_simple();
        let mut responses = Map::new();
        if simple {
            let both = answers.success.iter().chain(&answers.error);
            for Answer { status, shape, description } in both {
                let mut response = json!({ "description": description });
                if let Shape::Json(schema) = shape {
                    response["content"] = json!({ "application/json": { "schema": schema } });
                }
                for key in status.keys() {
                    responses.entry(key).or_insert(response.clone());
                }
            }
        } else {
            responses.insert("204".to_owned(), json!({ "description": "See `Answers`." }));
            let both = answers.success.iter().chain(&answers.error);
            for schema in both.filter_map(|answer| answer.shape.schema()) {
                let next = draft.probes.len();
                draft.probes.entry(schema.to_string()).or_insert(next);
            }
        }
        let at = child(&operation.pointer, "responses");
        if let Some(node) = draft.value.pointer_mut(&at) {
            *node = Value::Object(responses);
        }
        let accept = accept.join(", ");
        let call = draft.call(operation);
        call.accept =
            (!accept.is_empty() && (!simple || accept != "application/json")).then_some(accept);
        call.answers = (!simple).then_some(answers);
    }
    for (schema, number) in draft.probes.clone() {
        let schema: Value = serde_json::from_str(&schema).unwrap_or_default();
        let id = sums::probe(draft.contract, number);
        draft.value["paths"][format!("/{id}")] = json!({ "get": {
            "operationId": id,
            "responses": { "200": {
                "description": "",
                "content": { "application/json": { "schema": schema } },
            } },
        } });
    }
}

/// The operation's answers, and the media types that it asks for.
fn read(draft: &mut Draft<'_>, operation: &Operation, names: &mut Names) -> (Answers, Vec<String>) {
    let at = child(&operation.pointer, "responses");
    let responses: Vec<_> =
        members(&draft.value, &at).map(|(at, key, node)| (at, key.clone(), node.clone())).collect();
    let statuses: Vec<_> = responses.iter().filter_map(|(_, key, _)| Status::parse(key)).collect();
    let mut answers = Answers::default();
    let mut accept = Vec::new();
    let mut reads = Vec::new();
    for (at, key, node) in responses {
        let Some(status) = Status::parse(&key) else {
            if !key.starts_with("x-") {
                draft
                    .find(&at, "a response is named by a status such as `404`, `4XX` or `default`");
            }
            continue;
        };
        let Some(is_success) = status.is_success(&statuses) else {
            let note = format!("{key} is not typed; it is `UnexpectedResponse`, with its headers");
            draft.change(&RULE, &at, note);
            continue;
        };
        if reads.iter().any(|(_, _, read): &(_, _, Answer)| read.status == status) {
            draft.find(&at, format!("`{key}` is described twice"));
            continue;
        }
        let Some((origin, response)) = resolved(&draft.value, &at, &node) else {
            draft.find(&at, NOWHERE);
            continue;
        };
        let description = response.get("description").and_then(Value::as_str).unwrap_or_default();
        let (description, response) = (description.to_owned(), response.clone());
        let (media, mut shape) = shape(draft, &at, &response);
        if shape != Shape::Nothing && (status.is_bodiless() || operation.method == "HEAD") {
            draft.change(&RULE, &at, "this answer never has a body in HTTP");
            shape = Shape::Nothing;
        }
        if shape == Shape::Stream && !is_success {
            let note = "an error's body that is no JSON is only kept, in `Response::body`";
            draft.change(&RULE, &at, note);
            shape = Shape::Nothing;
        }
        if shape != Shape::Nothing {
            accept.extend(media.into_iter().map(|media| (!is_success, media)));
        }
        let status = match status {
            Status::Default if is_success => Status::Range(2),
            other => other,
        };
        reads.push((is_success, origin, Answer { status, shape, description }));
    }
    let several = |success| reads.iter().filter(|(is, ..)| *is == success).count() > 1;
    let alone = !several(true);
    for (is_success, origin, mut answer) in reads {
        if let Shape::Json(schema) = &mut answer.shape {
            let id = operation.id.to_pascal_case();
            let name = match origin.strip_prefix("/components/responses/") {
                Some(name) => format!("{}-response", name.replace('/', "-")).to_pascal_case(),
                None if is_success && alone => format!("{id}Response"),
                None => format!("{id}{}Response", answer.status.variant()),
            };
            names.hoist(draft, schema, &name, &origin);
        }
        if is_success { &mut answers.success } else { &mut answers.error }.push(answer);
    }
    if answers.success.is_empty() {
        draft.change(&RULE, &at, "no success is described; any 2XX is one, with its body kept");
        let description = "Not described.".to_owned();
        let answer = Answer { status: Status::Range(2), shape: Shape::Nothing, description };
        answers.success.push(answer);
    }
    answers.success = without_covered(answers.success);
    answers.error = without_covered(answers.error);
    // What is hoped for comes first.
    accept.sort_by_key(|(is_error, _)| *is_error);
    let mut seen = BTreeSet::new();
    let accept = accept.into_iter().map(|(_, media)| media);
    (answers, accept.filter(|media| seen.insert(media.clone())).collect())
}

/// What the body is read as, and the media types to ask for.
fn shape(draft: &mut Draft<'_>, at: &str, response: &Value) -> (Vec<String>, Shape) {
    let content = response.get("content").and_then(Value::as_object);
    let Some(content) = content.filter(|content| !content.is_empty()) else {
        return (Vec::new(), Shape::Nothing);
    };
    let rank = |media: &str, value: &Value| match media::essence(media).as_str() {
        "application/json" => 0,
        _ if media::is_json(media, value) => 1,
        _ => 2,
    };
    match media::choose(content, rank) {
        Some((media, value)) if rank(media, value) < 2 => {
            if content.len() > 1 {
                let others = media::others(content, media);
                draft.change(
                    &RULE,
                    at,
                    format!("of several media types `{media}` is asked for, not {others}"),
                );
            }
            let schema = value.get("schema").cloned().unwrap_or_else(|| json!({}));
            let name = Some(media::json_name(media)).filter(|media| media::is_sendable(media));
            (name.into_iter().collect(), Shape::Json(schema))
        }
        _ => {
            let media = content.keys().map(|media| media::essence(media));
            (media.filter(|media| media::is_sendable(media)).collect(), Shape::Stream)
        }
    }
}

/// Without the lines that need not be there: of one shape those that a range
/// has, too; of several, which name each status, a default that nothing reaches.
fn without_covered(answers: Vec<Answer>) -> Vec<Answer> {
    let one_shape = is_one_shape(&answers);
    let has = |hundreds| answers.iter().any(|other| other.status == Status::Range(hundreds));
    let needed = |one: &&Answer| match one_shape {
        true => !answers.iter().any(|other| other.status.covers(one.status)),
        false => one.status != Status::Default || !has(4) || !has(5),
    };
    answers.iter().filter(needed).cloned().collect()
}

/// Whether the answers of one side need no sum.
pub(super) fn is_one_shape(answers: &[Answer]) -> bool {
    answers.windows(2).all(|pair| pair[0].shape == pair[1].shape)
}

impl Answers {
    /// Whether the generator can do it.
    fn is_simple(&self) -> bool {
        let in_2xx = self.success.iter().all(|answer| answer.status.hundreds() == 2);
        in_2xx && is_one_shape(&self.success) && is_one_shape(&self.error) && !self.streams()
    }

    /// Whether the body of some success is not read.
    pub(super) fn streams(&self) -> bool {
        self.success.iter().any(|answer| answer.shape == Shape::Stream)
    }
}

impl Shape {
    fn schema(&self) -> Option<&Value> {
        match self {
            Self::Json(schema) => Some(schema),
            Self::Stream | Self::Nothing => None,
        }
    }
}
