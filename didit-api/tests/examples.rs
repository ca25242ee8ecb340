//! One example, many uses: each example of each document goes through the
//! generated types, is sent by the generated client, and comes back from the
//! sandbox. No operation is named here; a new one is tested by standing in its
//! document.
//!
//! xtask checks the same examples against their schemas, and shows them in the
//! generated docs.

#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use didit_api::auth::types::{GrantType, TokenRequest};
use didit_api::sandbox::{Answer, Sandbox};
use didit_api::{Authorization, Authorize, Operation, RetryPolicy, Scheme, Transport};
use reqwest::header::HeaderValue;
use serde_json::{Map, Value};

#[path = "support/calls.rs"]
mod calls;
#[path = "support/documents.rs"]
mod documents;
#[path = "support/fixtures.rs"]
mod fixtures;
#[rustfmt::skip]
#[allow(unreachable_pub, clippy::all, reason = "generated code")]
mod generated;
// Documents with what the real ones may not have yet: parameters of each kind,
// several examples by name, lists, forms with files.
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/calls/examples.snap.rs"]
mod examples_calls;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/calls/upload.snap.rs"]
mod upload_calls;
use calls::{Example, Outcome, RoundTrip};
// What the generated code finds as `crate::…`.
use didit_api::*;
use documents::{Document, Shape, Shown, Source, same};
use fixtures::*;

const FIXTURES: &[Source] = &[
    (
        "examples",
        include_str!("../../xtask/tests/guards/snapshots/documents/examples.snap.json"),
        examples_calls::CALLS,
    ),
    (
        "upload",
        include_str!("../../xtask/tests/guards/snapshots/documents/upload.snap.json"),
        upload_calls::CALLS,
    ),
];

fn documents() -> Vec<Document> {
    let ours = generated::DOCUMENTS.iter().map(Document::new);
    // As the sandbox calls those that it is given.
    let given = FIXTURES.iter().enumerate().map(|(at, one)| {
        let name = format!("document-{at}");
        Document { name, ..Document::new(one) }
    });
    ours.chain(given).collect()
}

/// What the bytes of a body say: JSON, or text.
fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}

#[track_caller]
fn assert_same(what: &str, before: &Value, after: &Value) {
    assert!(same(before, after), "{what}\n  document: {before}\n  here:     {after}");
}

#[track_caller]
fn assert_lossless(what: &str, round_trip: RoundTrip, body: &Value) {
    let after = round_trip(body).unwrap_or_else(|error| panic!("{what}: {error}\n  {body}"));
    assert_same(what, body, &after);
}

#[test]
fn every_example_of_a_body_survives_its_generated_type_without_loss() {
    for document in documents() {
        for operation in document.operations() {
            let (name, call) = (&operation.name, document.call(&operation.id));
            for body in &operation.requests {
                let round_trip = call.request.unwrap_or_else(|| panic!("{name}: no type of body"));
                assert_lossless(&format!("{name}, request"), round_trip, body);
            }
            for Shape { key, media, body } in &operation.answers {
                let what = format!("{name}, answer {key}");
                // Bytes have no type; they are compared as they come over the wire.
                if media.contains("json") {
                    let typed = call.answers.iter().find(|(status, _)| status == key);
                    let (_, round_trip) = typed.unwrap_or_else(|| {
                        panic!("{what}: no type; give its schema a name under components/schemas")
                    });
                    assert_lossless(&what, *round_trip, body);
                }
            }
        }
    }
}

#[tokio::test]
async fn every_call_is_sent_with_its_examples_and_answered_by_the_sandbox_as_documented() {
    for document in documents() {
        let mut running = Running::of(&document).await;
        for operation in document.operations() {
            for example in operation.calls() {
                if example.body.is_some() {
                    // What one has changed would be in the way of the next.
                    running = Running::of(&document).await;
                }
                let before = running.sandbox.count(&operation.name);
                let outcome = operation.send(&running, example).await;
                let name = &operation.name;
                assert_eq!(running.sandbox.count(&operation.name), before + 1, "{name}: not sent");
                assert!(outcome.success, "{name}: {} {}", outcome.status, read(&outcome.body));
                let body = read(&outcome.body);
                let mut successes = operation.answers.iter().filter(|one| one.key.starts_with('2'));
                // Of the vendor's own it remembers what was sent, and makes tokens and ids.
                let is_kept = !document.name.starts_with("document-");
                let members = |body: &Value| -> BTreeSet<String> {
                    body.as_object().into_iter().flat_map(Map::keys).cloned().collect()
                };
                let shown = successes.clone().any(|shape| match is_kept {
                    true => members(&shape.body) == members(&body),
                    false => same(&shape.body, &body),
                });
                // Without an example any body will do, which is then checked by its type.
                assert!(shown || successes.next().is_none(), "{name}: {body} is no example");
            }
        }
    }
}

#[tokio::test]
async fn the_calls_of_the_examples_work_in_any_order_on_one_sandbox() {
    // As `cargo xtask sandbox` prints them: each with its first example.
    let documents: Vec<_> = generated::DOCUMENTS.iter().map(Document::new).collect();
    let of = |document| Document::operations(document).into_iter().map(move |one| (document, one));
    let mut calls: Vec<_> = documents.iter().flat_map(of).collect();
    assert!(calls.len() > 40);
    for round in 0..6_usize {
        let mut running = Running::of(&documents[0]).await;
        for (document, operation) in &calls {
            running.document = document;
            let example = operation.calls().into_iter().next().unwrap();
            let Outcome { success, status, body, .. } = operation.send(&running, example).await;
            assert!(success, "{round}: {}: {status} {}", operation.name, read(&body));
        }
        // Backwards, then by strides that have nothing in common with the length.
        calls.reverse();
        let (length, stride) = (calls.len(), [1, 5, 7, 11, 13, 17][round]);
        calls = (0..length).map(|at| calls.remove((at * stride) % (length - at))).collect();
    }
}

#[tokio::test]
async fn every_example_of_an_answer_is_decoded_as_what_its_status_says() {
    for document in documents() {
        let running = Running::of(&document).await;
        for operation in document.operations() {
            for shape in &operation.answers {
                let what = format!("{}, answer {}", operation.name, shape.key);
                let status = shape.status();
                let answer = Answer::status(status).header("content-type", &shape.media);
                running.sandbox.next(answer.body(shape.wire()).on(&operation.name));
                let example = operation.calls().into_iter().next().unwrap();
                let outcome = operation.send(&running, example).await;
                assert_eq!((outcome.status, outcome.success), (status, status < 300), "{what}");
                assert_same(&what, &shape.body, &read(&outcome.body));
            }
        }
    }
}

/// A walk of another kind than the one above, so that neither forgets a place.
#[test]
fn no_example_of_a_document_is_left_out() {
    fn find<'a>(node: &'a Value, found: &mut Vec<&'a Value>) {
        for (key, member) in node.as_object().into_iter().flatten() {
            match (key.as_str(), member) {
                // Of a schema only where it stands in for another.
                ("schema" | "schemas", _) => {}
                ("example", example) => found.push(example),
                ("examples", named) => {
                    let named = named.as_object().into_iter().flatten();
                    found.extend(named.filter_map(|(_, example)| example.get("value")));
                }
                (_, member) => find(member, found),
            }
        }
        node.as_array().into_iter().flatten().for_each(|item| find(item, found));
    }
    for document in documents() {
        let operations = document.operations();
        assert_eq!(operations.len(), document.calls.len(), "{}", document.name);
        let covered: Vec<_> = operations.into_iter().flat_map(Shown::examples).collect();
        let mut found = Vec::new();
        find(&document.json, &mut found);
        assert!(!found.is_empty(), "{} has no examples", document.name);
        for example in found {
            assert!(covered.contains(example), "{}: {example}", document.name);
        }
    }
}

impl Shown {
    async fn send(&self, running: &Running<'_>, with: Example) -> Outcome {
        let token = running.token.clone();
        let transport = Transport::builder(running.sandbox.url()).authorize(Keys { token });
        let send = running.document.call(&self.id).send;
        // Each answer is to be decoded, and none called off.
        let transport = transport.retry(RetryPolicy::none());
        let outcome = send(transport.build().unwrap(), with).await;
        outcome.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// Every example that is used.
    fn examples(self) -> Vec<Value> {
        let parameters = self.parameters.into_iter().map(|(_, example)| example);
        let answers = self.answers.into_iter().map(|shape| shape.body);
        parameters.chain(self.requests).chain(answers).collect()
    }
}

/// A sandbox that plays a document, and a token that is good there.
struct Running<'a> {
    document: &'a Document,
    sandbox: Sandbox,
    token: String,
}

impl<'a> Running<'a> {
    async fn of(document: &'a Document) -> Self {
        // The others are in every sandbox.
        let builder = FIXTURES
            .iter()
            .fold(Sandbox::builder(), |sandbox, (_, json, _)| sandbox.document(*json));
        let sandbox = builder.start().unwrap();
        let transport = Transport::builder(sandbox.url()).authorize(Keys { token: String::new() });
        let client = auth::Client::new(transport.build().unwrap());
        let form = TokenRequest::new(GrantType::ClientCredentials);
        let answer = client.create_token(form).send().await;
        let token = answer.unwrap().access_token.expose().to_owned();
        Self { document, sandbox, token }
    }
}

/// Credentials for every scheme.
#[derive(Debug)]
struct Keys {
    token: String,
}

impl Authorize for Keys {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        let header = match scheme {
            // base64 of `sandbox-client-id:sandbox-client-secret`.
            Scheme::Basic => {
                "Basic c2FuZGJveC1jbGllbnQtaWQ6c2FuZGJveC1jbGllbnQtc2VjcmV0".to_owned()
            }
            Scheme::Bearer => format!("Bearer {}", self.token),
            _ => Sandbox::CLIENT_SECRET.to_owned(),
        };
        Box::pin(async move { Ok(Some(HeaderValue::try_from(header)?)) })
    }
}
