//! What the generated clients send, judged by the vendor's contract: Prism plays
//! it, says what it does not allow, and answers with its examples, which the
//! generated types read. `.ci/prism` runs this; the contract is not committed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use didit_api::{ApiKey, RetryPolicy, Transport};
use serde_json::Value;

#[path = "support/calls.rs"]
mod calls;
#[path = "support/documents.rs"]
mod documents;
#[rustfmt::skip]
#[allow(unreachable_pub, clippy::all, reason = "generated code")]
mod generated;
use calls::{Example, Outcome};
use documents::Document;
// What the generated code finds as `crate::…`.
use didit_api::*;

/// Of these documents the contract has nothing.
const OTHERS: &[&str] = &["auth", "sessions_v1"];

/// An objection that is no fault of ours, to every example of an operation.
struct Known {
    operation: &'static str,
    /// What stands in it.
    says: &'static str,
    reason: &'static str,
}

const fn known(operation: &'static str, says: &'static str, reason: &'static str) -> Known {
    Known { operation, says, reason }
}

const METADATA: &str = "metadata must be object";
const NO_JSON: &str = "Prism takes each part of a form for a text, JSON or not";
const NO_PATH: &str = "NO_PATH_MATCHED_ERROR";
const UNCONTRACTED: &str = "the vendor's pages have it, the contract does not";

const KNOWN: &[Known] = &[
    known("checks::age_estimation", METADATA, NO_JSON),
    known("checks::face_match", METADATA, NO_JSON),
    known("checks::face_search", METADATA, NO_JSON),
    known("checks::id_verification", METADATA, NO_JSON),
    known("checks::passive_liveness", METADATA, NO_JSON),
    known("webhook_destinations::list_deliveries", NO_PATH, UNCONTRACTED),
    known("webhook_destinations::resend_delivery", NO_PATH, UNCONTRACTED),
    known("webhook_destinations::retrieve_delivery", NO_PATH, UNCONTRACTED),
];

#[tokio::test]
async fn each_call_is_one_that_the_contract_allows_and_its_answer_is_read() {
    let Ok(url) = std::env::var("PRISM_URL") else {
        eprintln!("SKIPPED: no PRISM_URL; `.ci/prism CONTRACT.json` starts Prism and sets it");
        return;
    };
    let mut sent = 0;
    let mut findings = Vec::new();
    let mut applies = vec![false; KNOWN.len()];
    for document in generated::DOCUMENTS.iter().map(Document::new) {
        if OTHERS.contains(&document.name.as_str()) {
            continue;
        }
        for operation in document.operations() {
            for (index, example) in operation.calls().into_iter().enumerate() {
                sent += 1;
                for objection in send(&url, &document, &operation.id, example).await {
                    let is_said = |one: &Known| {
                        one.operation == operation.name && objection.contains(one.says)
                    };
                    match KNOWN.iter().position(is_said) {
                        Some(at) => applies[at] = true,
                        None => findings.push(format!(
                            "{}, example {}: {objection}",
                            operation.name,
                            index + 1
                        )),
                    }
                }
            }
        }
    }
    assert!(sent > 0, "nothing to send: turn the feature of a resource on");
    for (Known { operation, says, reason }, _) in
        KNOWN.iter().zip(&applies).filter(|(_, applies)| !**applies)
    {
        let entry = format!("{operation}: {says:?}, because {reason}");
        findings.push(format!("{entry}: nothing says so any more; take the entry out"));
    }
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
    eprintln!("{sent} calls sent; {} objections are known", KNOWN.len());
}

/// Makes a call, and gives what there is to object to.
async fn send(url: &str, of: &Document, id: &str, example: Example) -> Vec<String> {
    let transport = Transport::builder(url).authorize(ApiKey::new("any"));
    let transport = transport.retry(RetryPolicy::none()).build().unwrap();
    match (of.call(id).send)(transport, example).await {
        Ok(outcome) => objections(&outcome),
        // It could not be sent, or its answer could not be read.
        Err(error) => vec![error],
    }
}

/// Where the contract has an answer to a bad request, Prism gives that, with what
/// is wrong in a header; where it has none, a problem of its own that says it.
fn objections(Outcome { success, status, headers, body }: &Outcome) -> Vec<String> {
    let header = headers.get("sl-violations").map(|header| header.as_bytes());
    let header: Value = serde_json::from_slice(header.unwrap_or(b"[]")).unwrap();
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let both = [&header, &problem["validation"]].into_iter().filter_map(Value::as_array).flatten();
    let mut said: Vec<_> = both.map(Value::to_string).collect();
    if said.is_empty() && !success {
        said.push(format!("{status} {}", String::from_utf8_lossy(body)));
    }
    said
}
